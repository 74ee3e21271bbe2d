"""Sleeping changes nothing: waking on wake days equals looking every day."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given

from overdue_flow.testing.strategies.policies import policy_texts
from support.histories import History
from support.lives import asleep, drawn_machine, ticking, timeless
from support.people import peopled_histories


@given(policy_texts(), peopled_histories())
def test_sleeping_changes_nothing(text: str, history: History) -> None:
    """The journals are equal, entry by entry, and so is the case at the end."""
    machine = drawn_machine(text)
    until = history.opened.opened_on + timedelta(days=200)
    slept, slept_entries = asleep(machine, history, until)
    ticked, ticked_entries = ticking(machine, history, until)
    assert slept_entries == ticked_entries
    assert timeless(slept) == timeless(ticked)
