"""A repeat is a no-op: the same id and content change nothing and say so; other content is an error."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overdue_flow import Flow, MemoryStore
from overdue_flow.errors import EventConflict, EventRefused, MoneyError
from overdue_flow.testing.strategies.policies import policy_texts
from support.histories import History, noticed_at
from support.lives import drawn_machine
from support.people import peopled_histories


@given(policy_texts(), peopled_histories(), st.data())
def test_a_repeat_is_a_no_op(text: str, history: History, data: st.DataObject) -> None:
    """Each event may come again at any later time, any number of times."""
    store = MemoryStore()
    flow = Flow(drawn_machine(text).policy, store)
    received = [history.opened]
    flow.receive("loan-1", history.opened)
    for event in history.events:
        try:
            flow.receive("loan-1", event)
        except (EventRefused, MoneyError):
            continue
        received.append(event)
        again = data.draw(st.sampled_from(received))
        before = (store.load("loan-1"), store.journal("loan-1"))
        decision = flow.receive("loan-1", again, at=noticed_at(event) + timedelta(days=3))
        assert decision.repeated
        assert (store.load("loan-1"), store.journal("loan-1")) == before
        other = next(one for one in (history.opened, *history.events) if one.kind != again.kind or one is again)
        if other is not again:
            with pytest.raises(EventConflict):
                flow.receive("loan-1", other.model_copy(update={"id": again.id}))
            assert (store.load("loan-1"), store.journal("loan-1")) == before
