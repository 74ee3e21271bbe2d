"""Law: the distance that a search goes down along is nought exactly where the guard holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hypothesis import given

from overdue_flow.guards.evaluate import evaluate
from overdue_flow.guards.tree import Guard, Not
from overdue_flow.guards.vocabulary import Value
from overdue_flow.testing.search.distance import distance
from support.guards import TODAY, Track, cases, events, guards, look_on


@given(guard=guards(depth=3), case=cases(), event=events())
def test_nought_where_it_holds_and_more_where_not(
    guard: Guard, case: dict[str, Track], event: Mapping[str, Value | None]
) -> None:
    look: Any = look_on(case, TODAY, event)
    holds = evaluate(guard, look)
    assert (distance(guard.tree, look) == 0) is holds
    assert (distance(Not(part=guard.tree), look) == 0) is not holds
    assert distance(guard.tree, look) >= 0
