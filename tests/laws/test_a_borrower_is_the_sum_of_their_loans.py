"""Law: a borrower is the sum of their loans.

What each loan says of the person equals what a slow walk over all loans finds, on every day, whatever happened to them
and in which order; a loan that is closed or sold is the person's no more.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow import Flow, MemoryStore
from overdue_flow.cases.borrower import others_unknown
from overdue_flow.cases.case import Case
from overdue_flow.cases.cleared import last_cleared_on
from overdue_flow.cases.other_loans import ending_of
from overdue_flow.events import OtherLoanTold
from overdue_flow.policy.load import load_policy
from support.families import ONE_DAY, POLICY, Family, families, own, receive
from support.happenings import PERSON, events
from support.histories import noticed_at
from support.telling import a_loan, after

FAMILY = load_policy(text=POLICY)
LONG_DAYS = 60


def walked(cases: dict[str, Case], day: date) -> dict[str, object]:
    """What is true of the person, found by looking at each loan."""
    open_ones = [case for case in cases.values() if ending_of(case) is None]
    oldest = [on for case in open_ones if isinstance(on := own(case, "oldest_due_on", day), date)]
    money = [own(case, "overdue_amount", day) for case in open_ones]
    balances = [own(case, "balance", day) for case in open_ones]
    cleared = not oldest and not any(money)
    ends = [on for case in cases.values() if (on := last_cleared_on(case, day)) is not None]
    ends += [on for case in cases.values() if (on := ended_overdue_on(case)) is not None]
    known = all(isinstance(amount, Decimal) for amount in money)
    return {
        "borrower_dpd": (day - min(oldest)).days if oldest else 0,
        "borrower_overdue_amount": sum(one for one in money if isinstance(one, Decimal)) if known else None,
        "borrower_balance": sum(one for one in balances if isinstance(one, Decimal))
        if all(isinstance(one, Decimal) for one in balances)
        else None,
        "borrower_loans": sum(1 for one in balances if one != 0),
        "borrower_loans_overdue": len(oldest),
        "borrower_arrears_cleared": cleared,
        "borrower_cleared_on": (max(ends) if ends else min(case.opened_on for case in cases.values()))
        if cleared
        else None,
        "borrower_loans_in_other_currencies": 0,
    }


def ended_overdue_on(case: Case) -> date | None:
    """The day on which a loan ended that was overdue then."""
    ending = ending_of(case)
    return ending[1] if ending is not None and own(case, "oldest_due_on", ending[1]) is not None else None


def check(flow: Flow, names: list[str], day: date) -> None:
    cases = {name: flow.case(name) for name in names}
    unknown = [case for case in cases.values() if ending_of(case) is None and own(case, "arrears_report_stale", day)]
    unknown = [case for case in unknown if own(case, "dpd", day) is None]
    expected = walked(cases, day)
    marked = any(FAMILY.vocabulary["mark_npa"].read(one, day) for one in cases.values() if ending_of(one) is None)
    for name, case in cases.items():
        if ending_of(case) is not None:
            continue
        for fact, value in expected.items():
            found = own(case, fact, day)
            if unknown and fact not in ("borrower_balance", "borrower_loans", "borrower_loans_in_other_currencies"):
                assert found is None, f"{fact} of {name} on {day} is {found}, and a report is stale"
            else:
                assert found == value, f"{fact} of {name} on {day} is {found}; all loans say {value}"
        assert FAMILY.vocabulary["borrower_marked_npa"].read(case, day) == marked
        assert others_unknown(case, day) == any(one is not case for one in unknown)


@given(families())
def test_a_borrower_is_the_sum_of_their_loans(family: Family) -> None:
    """After every event, and on every day of the weeks after the last."""
    flow, names = Flow(FAMILY, MemoryStore()), []
    for case_id, event in family.events:
        receive(flow, [(case_id, event)])
        names = sorted({*names, case_id})
        day = max(max(flow.case(name).day for name in names), noticed_at(event).date())
        flow.wake(day)
        check(flow, names, day)
    for _day in range(LONG_DAYS):
        day += ONE_DAY
        flow.wake(day)
        check(flow, names, day)


WORDS = st.lists(events(PERSON), min_size=2, max_size=6, unique_by=lambda word: (word.loan, word.seq))


@given(WORDS, st.randoms(use_true_random=False))
def test_words_come_to_the_same_in_any_order_of_arrival(words: list[OtherLoanTold], chance: Random) -> None:
    """Of each loan the word of its latest entry counts, whenever it is heard."""
    shuffled = [*words]
    chance.shuffle(shuffled)
    one, other = (after(a_loan(), *(("2025-02-01", word) for word in heard)) for heard in (words, shuffled))
    assert dict(one.others.loans) == dict(other.others.loans)
    for name in ("borrower_dpd", "borrower_overdue_amount", "borrower_cleared_on", "borrower_loans"):
        assert own(one, name, date(2025, 3, 1)) == own(other, name, date(2025, 3, 1))
