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
from support.guards import TODAY, VOCABULARY, WALKED_DAYS, Track, cases, clock_guards, guards, look_on

DAYS = [TODAY + timedelta(days=days) for days in range(WALKED_DAYS + 1)]
PARTS = st.lists(clock_guards(), min_size=6, max_size=6)
GUARDS = clock_guards() | guards(fields=False, depth=2)


def changes(guard: Guard, case: dict[str, Track]) -> list[date]:
    """The days on which a guard differs from the day before, by walking."""
    walked = [evaluate(guard, look_on(case, day)) for day in DAYS]
    return [day for day, (before, now) in zip(DAYS[1:], pairwise(walked), strict=True) if now is not before]


def first_flip(guard: Guard, case: dict[str, Track]) -> date | None:
    """The first day on which a guard differs from TODAY: that of its first change."""
    return next(iter(changes(guard, case)), None)


def earliest(days: Iterable[date | None]) -> date | None:
    return min((day for day in days if day is not None), default=None)


@given(parts=PARTS, case=cases())
def test_the_next_flip_of_a_part_is_the_one_that_a_daily_walk_meets(parts: list[Guard], case: dict[str, Track]) -> None:
    for part in parts:
        assert next_flip(part, VOCABULARY, case, TODAY, WALKED_DAYS).flips_on == first_flip(part, case), part.text


@given(guard=guards(fields=False), case=cases())
def test_the_next_flip_of_a_guard_is_the_one_that_a_daily_walk_meets(guard: Guard, case: dict[str, Track]) -> None:
    assert next_flip(guard, VOCABULARY, case, TODAY, WALKED_DAYS).flips_on == first_flip(guard, case)


@given(guard=GUARDS, case=cases(), limit_days=st.integers(0, 80))
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


@given(guard=GUARDS, case=cases())
def test_every_change_falls_on_a_candidate_and_candidates_come_in_order(guard: Guard, case: dict[str, Track]) -> None:
    found = list(candidates(guard, VOCABULARY, case, TODAY, DAYS[-1]))
    assert set(changes(guard, case)) <= set(found)
    assert found == sorted(set(found))
    assert all(TODAY < day <= DAYS[-1] for day in found)


@given(part=clock_guards(), case=cases(most_turns=0))
def test_where_no_fact_turns_the_candidates_of_a_comparison_are_its_changes(
    part: Guard, case: dict[str, Track]
) -> None:
    for atom in atoms(part.tree):
        single = Guard("", atom, part.names)
        assert list(candidates(single, VOCABULARY, case, TODAY, DAYS[-1])) == changes(single, case)


@given(parts=st.lists(clock_guards(), min_size=16, max_size=16), case=cases(most_turns=0))
def test_where_no_fact_turns_the_compiled_next_change_is_the_day_of_the_first_change(
    parts: list[Guard], case: dict[str, Track]
) -> None:
    for rules in (*([part] for part in parts), parts):
        single = [Guard("", atom, part.names) for part in rules for atom in atoms(part.tree)]
        walked = earliest(first_flip(part, case) for part in single)
        soonest = compile_next_change(rules, VOCABULARY)(case, TODAY)
        assert soonest == walked or (walked is None and soonest is not None and soonest > DAYS[-1])


@given(rules=st.lists(GUARDS | st.none(), max_size=3), case=cases())
def test_the_compiled_next_change_is_never_later_than_a_flip(rules: list[Guard | None], case: dict[str, Track]) -> None:
    soonest = compile_next_change(rules, VOCABULARY)(case, TODAY)
    walked = earliest(first_flip(rule, case) for rule in rules if rule is not None)
    if walked is not None:
        assert soonest is not None
        assert TODAY < soonest <= walked


@given(rules=st.lists(GUARDS, max_size=3), case=cases())
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


@given(guard=GUARDS, case=cases())
def test_woken_only_on_days_of_change_a_sleeper_sees_every_flip(guard: Guard, case: dict[str, Track]) -> None:
    """Hop from one change to the next, as the engine does: between two hops the guard stays as it is."""
    next_change = compile_next_change([guard], VOCABULARY)
    flips = set(changes(guard, case))
    wake_on = next_change(case, TODAY)
    for day in DAYS[1:]:
        if day == wake_on:
            wake_on = next_change(case, day)
        else:
            assert day not in flips
