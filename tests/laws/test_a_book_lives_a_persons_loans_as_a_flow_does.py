"""Law: a backtest lives the loans of a person as a flow does, entry by entry."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given

from overdue_flow import Flow, MemoryStore
from overdue_flow.engine.machine import Machine
from overdue_flow.policy.load import load_policy
from overdue_flow.simulation.together import LoanOfPerson, live_together
from support.families import ONE_DAY, POLICY, Family, families, receive
from support.happenings import OPENED_ON
from support.histories import noticed_at

FAMILY = load_policy(text=POLICY)
LAST = OPENED_ON + timedelta(days=190)


@given(families())
def test_a_book_lives_a_persons_loans_as_a_flow_does(family: Family) -> None:
    flow = Flow(FAMILY, MemoryStore())
    receive(flow, family.events)
    flow.wake(LAST + ONE_DAY)  # where the due date is day 1, the last day is told by the opening of the next
    told = [
        LoanOfPerson(name, [(noticed_at(one), one) for one in (history.opened, *history.events)])
        for name, history in family.loans.items()
    ]
    lives = live_together(Machine(FAMILY), told, LAST, contacts="recorded")

    for name, life in zip(family.loans, lives, strict=True):
        assert life is not None
        assert [entry for entry in life.entries if entry.day <= LAST] == [
            entry for entry in flow.history(name) if entry.day <= LAST
        ]
