"""Law: what one loan hears of another is in its journal.

Folding the journal gives the case, facts of the borrower and all, without a policy and without the other loans.
"""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given

from overdue_flow import Flow, MemoryStore, replay
from overdue_flow.policy.load import load_policy
from support.families import POLICY, Family, families, receive
from support.happenings import OPENED_ON
from support.lives import timeless

FAMILY = load_policy(text=POLICY)


@given(families())
def test_what_one_loan_hears_is_in_its_journal(family: Family) -> None:
    flow = Flow(FAMILY, MemoryStore())
    receive(flow, family.events)
    flow.wake(OPENED_ON + timedelta(days=260))

    for name in family.loans:
        case = flow.case(name)
        folded = replay(flow.history(name))
        assert timeless(folded) == timeless(case)
        assert folded.others == case.others
        for fact in ("borrower_dpd", "borrower_overdue_amount", "borrower_cleared_on", "borrower_marked_npa"):
            assert FAMILY.vocabulary[fact].read(folded, case.day) == FAMILY.vocabulary[fact].read(case, case.day)
