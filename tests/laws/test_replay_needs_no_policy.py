"""Replay needs no policy: folding the journal gives the case that deciding gave."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given

from overdue_flow import replay
from overdue_flow.testing.strategies.policies import policy_texts
from support.histories import History
from support.lives import asleep, drawn_machine, timeless
from support.people import peopled_histories


@given(policy_texts(), peopled_histories())
def test_replay_needs_no_policy(text: str, history: History) -> None:
    """The fold of the entries is the case, to the last part."""
    case, entries = asleep(drawn_machine(text), history, history.opened.opened_on + timedelta(days=200))
    assert timeless(replay(entries)) == timeless(case)
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
