"""Law: a night that comes late lives a person's loans together.

Run every night, or once after months: what loans hear of each other, and what it leads to, has the same days.
"""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow import Flow, MemoryStore
from overdue_flow.policy.load import load_policy
from support.families import ONE_DAY, POLICY, Family, families, receive
from support.happenings import OPENED_ON
from support.histories import noticed_at

FAMILY = load_policy(text=POLICY)
LAST = OPENED_ON + timedelta(days=190)


def nightly(flow: Flow, family: Family) -> None:
    night = OPENED_ON
    for case_id, event in family.events:
        night = until(flow, night, noticed_at(event).date())
        receive(flow, [(case_id, event)])
    until(flow, night, LAST)


def until(flow: Flow, night: date, last: date) -> date:
    while night < last:
        night += ONE_DAY
        flow.wake(night)
    return night


@given(families(), st.integers(1, 3))
def test_a_late_night_lives_a_persons_loans_together(family: Family, batch: int) -> None:
    on_time, late = Flow(FAMILY, MemoryStore()), Flow(FAMILY, MemoryStore())
    nightly(on_time, family)
    receive(late, family.events)
    late.wake(LAST, batch=batch)

    for name in family.loans:
        assert late.history(name) == on_time.history(name)


@given(families())
def test_many_at_once_are_one_after_the_other(family: Family) -> None:
    """Told one by one, or in one call: the journals are equal."""
    single, many = Flow(FAMILY, MemoryStore()), Flow(FAMILY, MemoryStore())
    receive(single, family.events)
    many.receive_many(family.events, on_error="collect")

    for name in family.loans:
        assert many.history(name) == single.history(name)
