"""Running daily equals running once at the end: a late night lives its days one by one."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given

from overdue_flow import Flow, MemoryStore
from overdue_flow.errors import EventRefused, MoneyError
from support.histories import History
from support.lives import drawn_machine
from support.people import peopled_histories
from support.policies import policy_texts


@given(policy_texts(), peopled_histories(), peopled_histories())
def test_a_late_run_gives_the_same_moves(text: str, one: History, other: History) -> None:
    """A book of two loans, run every night, and run once after months without a night: the journals are equal."""
    policy = drawn_machine(text).policy
    nightly, late = MemoryStore(), MemoryStore()
    start = one.opened.opened_on
    events = [("a", one.opened), ("b", other.opened)]
    events += sorted(
        [("a", event) for event in one.events] + [("b", event) for event in other.events], key=lambda pair: str(pair[1].at)
    )
    for store, runs_nightly in ((nightly, True), (late, False)):
        flow = Flow(policy, store)
        for case_id, event in events:
            assert event.at is not None
            if runs_nightly:
                for night in range((event.at.date() - start).days):
                    flow.wake(start + timedelta(days=night))
            try:
                flow.receive(case_id, event)
            except (EventRefused, MoneyError):
                continue
        if runs_nightly:
            for night in range(200):
                flow.wake(start + timedelta(days=night))
        else:
            flow.wake(start + timedelta(days=199))
    for case_id in ("a", "b"):
        assert nightly.journal(case_id) == late.journal(case_id)
