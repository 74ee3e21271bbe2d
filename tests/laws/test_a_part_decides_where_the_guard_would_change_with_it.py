"""Law: a part of a guard decides it exactly where the guard would be otherwise if the part were."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given

from overdue_flow.guards.boundaries import is_at_boundary, shown_where, weigh
from overdue_flow.guards.evaluate import holds
from overdue_flow.guards.tree import All, AnyOf, Comparison, Condition, Constant, Guard, Not
from overdue_flow.guards.vocabulary import Kind
from support.guards import TODAY, cases, events, guards, look_on


def flipped(condition: Condition, left: list[int]) -> Condition:
    """The condition with the part turned round that is so many parts further on."""
    match condition:
        case All(parts=parts) | AnyOf(parts=parts):
            return replace(condition, parts=tuple(flipped(part, left) for part in parts))
        case Not(part=part):
            return Not(flipped(part, left))
        case _:
            left[0] -= 1
            return Not(condition) if left[0] == -1 else condition


@given(guards(), cases(), events())
def test_a_part_decides_where_the_guard_would_change_with_it(guard: Guard, case: Any, event: Any) -> None:
    look = look_on(case, TODAY, event)
    for one in weigh(guard.tree, look):
        assert one.holds is holds(one.atom, look)
        assert one.decides is (holds(flipped(guard.tree, [one.number]), look) is not holds(guard.tree, look))


@given(guards(), cases(), events())
def test_the_condition_that_shows_a_side_is_true_where_it_is_shown(guard: Guard, case: Any, event: Any) -> None:
    look = look_on(case, TODAY, event)
    for one in weigh(guard.tree, look):
        shown = one.decides and is_at_boundary(one.atom, look, "CNY")
        says = holds(shown_where(guard.tree, one.number, "CNY", at=one.holds), look)
        two_facts_meet = isinstance(one.atom, Comparison) and not isinstance(one.atom.right, Constant)
        assert shown or not says or two_facts_meet
        between_two_steps = isinstance(one.atom, Comparison) and one.atom.kind in (Kind.NUMBER, Kind.MONEY)
        assert says or not shown or between_two_steps
