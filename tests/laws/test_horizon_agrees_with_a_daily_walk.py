"""Law: the horizon finds the day that a walk through every day finds.

Facts stand still, count up, count down, step at turns of their own, and are missing for a while; the walk asks
`evaluate` on each day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.guards.changes import compile_next_change
from overdue_flow.guards.evaluate import evaluate, holds
from overdue_flow.guards.horizon import candidates, next_flip
from overdue_flow.guards.tree import Guard, atoms
from support.guards import SETTLED_DAYS, TODAY, VOCABULARY, Track, cases, guards, look_on

DAYS = [TODAY + timedelta(days=days) for days in range(SETTLED_DAYS)]
MOVING_GUARDS = guards(fields=False)


def first_flip(guard: Guard, case: dict[str, Track]) -> date | None:
    """The first day on which a guard differs from TODAY, by walking."""
    now = evaluate(guard, look_on(case, TODAY))
    return next((day for day in DAYS if evaluate(guard, look_on(case, day)) is not now), None)


def earliest(days: Iterable[date | None]) -> date | None:
    return min((day for day in days if day is not None), default=None)


@given(guard=MOVING_GUARDS, case=cases())
def test_the_next_flip_is_the_one_that_a_daily_walk_meets(guard: Guard, case: dict[str, Track]) -> None:
    outlook = next_flip(guard, VOCABULARY, case, TODAY)
    assert outlook.flips_on == first_flip(guard, case)
    assert outlook.look_again_on is None


@given(guard=MOVING_GUARDS, case=cases(), limit_days=st.integers(0, 80))
def test_a_search_that_ends_early_says_when_to_look_again_and_misses_nothing(
    guard: Guard, case: dict[str, Track], limit_days: int
) -> None:
    limit = TODAY + timedelta(days=limit_days)
    walked = first_flip(guard, case)
    outlook = next_flip(guard, VOCABULARY, case, TODAY, limit_days)
    if walked is not None and walked <= limit:
        assert (outlook.flips_on, outlook.look_again_on) == (walked, None)
    else:
        assert outlook.flips_on is None
        assert outlook.look_again_on is None or outlook.look_again_on > limit
        assert walked is None or (outlook.wake_on is not None and outlook.wake_on <= walked)


@given(guard=MOVING_GUARDS, case=cases())
def test_every_change_falls_on_a_candidate_and_candidates_come_in_order(guard: Guard, case: dict[str, Track]) -> None:
    found = list(candidates(guard, VOCABULARY, case, TODAY, DAYS[-1]))
    changes = [
        after
        for before, after in pairwise(DAYS)
        if evaluate(guard, look_on(case, before)) is not evaluate(guard, look_on(case, after))
    ]
    assert set(changes) <= set(found)
    assert found == sorted(set(found))
    assert all(TODAY < day <= DAYS[-1] for day in found)


@given(rules=st.lists(MOVING_GUARDS | st.none(), max_size=4), case=cases())
def test_the_compiled_next_change_is_never_later_than_a_flip(rules: list[Guard | None], case: dict[str, Track]) -> None:
    soonest = compile_next_change(rules, VOCABULARY)(case, TODAY)
    walked = earliest(first_flip(rule, case) for rule in rules if rule is not None)
    if walked is not None:
        assert soonest is not None
        assert TODAY < soonest <= walked


@given(rules=st.lists(MOVING_GUARDS, max_size=4), case=cases())
def test_the_compiled_next_change_is_a_day_on_which_a_part_changes_or_a_fact_says_it_may(
    rules: list[Guard], case: dict[str, Track]
) -> None:
    soonest = compile_next_change(rules, VOCABULARY)(case, TODAY)
    if soonest is not None:
        before = soonest - timedelta(days=1)
        turns = {case[name].until(TODAY) for rule in rules for name in rule.names}
        parts = [part for rule in rules for part in atoms(rule.tree)]
        changed = any(holds(part, look_on(case, soonest)) is not holds(part, look_on(case, before)) for part in parts)
        assert changed or soonest in turns


@given(guard=MOVING_GUARDS, case=cases())
def test_woken_only_on_days_of_change_a_sleeper_sees_every_flip(guard: Guard, case: dict[str, Track]) -> None:
    """Hop from one change to the next, as the engine does: between two hops the guard stays as it is."""
    next_change = compile_next_change([guard], VOCABULARY)
    woken = TODAY
    seen = evaluate(guard, look_on(case, TODAY))
    for day in DAYS[1:]:
        wake_on = next_change(case, woken)
        now = evaluate(guard, look_on(case, day))
        if wake_on == day:
            woken, seen = day, now
        assert now is seen
