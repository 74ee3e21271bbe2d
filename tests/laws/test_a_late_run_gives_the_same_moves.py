"""Running daily equals running once at the end: a late night lives its days one by one."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta

from hypothesis import given

from overdue_flow import Flow, MemoryStore
from overdue_flow.errors import EventRefused, MoneyError
from overdue_flow.testing.strategies.policies import policy_texts
from support.histories import History, noticed_at
from support.lives import drawn_machine
from support.people import peopled_histories


@given(policy_texts(), peopled_histories(), peopled_histories())
def test_a_late_run_gives_the_same_moves(text: str, one: History, other: History) -> None:
    """A book of two loans, run every night, and run once after months without a night: the journals are equal."""
    policy = drawn_machine(text).policy
    nightly, late = MemoryStore(), MemoryStore()
    start = one.opened.opened_on
    events = [("a", one.opened), ("b", other.opened)]
    events += sorted(
        [("a", event) for event in one.events] + [("b", event) for event in other.events],
        key=lambda pair: str(pair[1].at),
    )
    last = max(start + timedelta(days=199), *(noticed_at(event).date() for _, event in events))
    last = max(start + timedelta(days=199), *(event.at.date() for _case_id, event in events if event.at))
    for store, runs_nightly in ((nightly, True), (late, False)):
        flow = Flow(policy, store)
        for case_id, event in events:
            assert event.at is not None
            if runs_nightly:
                _live_nights(flow, start, event.at.date())
            with contextlib.suppress(EventRefused, MoneyError):
                flow.receive(case_id, event)
        if runs_nightly:
            _live_nights(flow, start, last)
        flow.wake(last)
    for case_id in ("a", "b"):
        assert nightly.journal(case_id) == late.journal(case_id)


def _live_nights(flow: Flow, first: date, end: date) -> None:
    for night in range((end - first).days):
        flow.wake(first + timedelta(days=night))
