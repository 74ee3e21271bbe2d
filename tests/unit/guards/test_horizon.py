"""The next day on which a guard flips, and the next change of a whole stage. That both agree with a daily walk is a law
(`tests/laws/test_horizon_agrees_with_a_daily_walk.py`); here stand the boundaries, by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from overdue_flow.guards.changes import compile_next_change
from overdue_flow.guards.check import read_guard
from overdue_flow.guards.horizon import Outlook, candidates, next_flip
from overdue_flow.guards.vocabulary import Fact, Kind, Value, Vocabulary
from support.guards import EVENT_FIELDS, TODAY, VOCABULARY, Track, moving, typed

LONG_AGO = TODAY - timedelta(days=400)


def after(days: int) -> date:
    return TODAY + timedelta(days=days)


def track(value: Value | None, slope: int = 0, *later: tuple[int, Value | None, int]) -> Track:
    start = value - 400 * slope if slope and isinstance(value, int) else value
    return Track(((LONG_AGO, start, slope), *((after(days), other, runs) for days, other, runs in later)))


DEFAULTS: dict[str, Track] = {
    name: track(None if fact.may_be_missing else 0) for name, fact in VOCABULARY.items() if name not in EVENT_FIELDS
}


def flip(text: str, limit_days: int = 400, **tracks: Track) -> Outlook:
    return next_flip(typed(text), VOCABULARY, {**DEFAULTS, **tracks}, TODAY, limit_days)


def change(*texts: str | None, **tracks: Track) -> date | None:
    guards = [None if text is None else typed(text) for text in texts]
    return compile_next_change(guards, VOCABULARY)({**DEFAULTS, **tracks}, TODAY)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("dpd > 90", 3),
        ("dpd >= 90", 2),
        ("dpd < 90", 2),
        ("dpd <= 90", 3),
        ("dpd == 90", 2),
        ("dpd != 90", 2),
        ("dpd == 88", 1),
        ("dpd != 88", 1),
        ("dpd > 88", 1),
        ("dpd <= 88", 1),
        ("dpd in [88]", 1),
        ("dpd not in [90, 95]", 2),
        ("dpd > 89.5", 2),
        ("dpd >= 89.5", 2),
        ("dpd < 89.5", 2),
        ("dpd <= 89.0", 2),
        ("dpd == 90.0", 2),
        ("91 < dpd", 4),
        ("dpd + 2 > 92", 3),
        ("2 * dpd >= 177", 1),
        ("2 * dpd == 180", 2),
        ("-dpd < -90", 3),
    ],
)
def test_a_clock_that_counts_up_flips_a_comparison_on_the_exact_day(text: str, days: int) -> None:
    assert flip(text, dpd=track(88, 1)) == Outlook(flips_on=after(days))
    assert change(text, dpd=track(88, 1)) == after(days)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("left > 7", 3),
        ("left >= 7", 4),
        ("left < 7", 4),
        ("left <= 7", 3),
        ("left == 7", 3),
        ("left != 7", 3),
        ("left == 10", 1),
        ("left != 10", 1),
        ("left > 7.5", 3),
        ("left >= 7.5", 3),
        ("left <= 7.5", 3),
        ("left < 7.0", 4),
        ("left in [7, 3]", 3),
        ("left >= 10", 1),
        ("left < 10", 1),
        ("left - 1 > 6", 3),
    ],
)
def test_a_clock_that_counts_down_flips_a_comparison_on_the_exact_day(text: str, days: int) -> None:
    assert flip(text, left=track(10, -1)) == Outlook(flips_on=after(days))
    assert change(text, left=track(10, -1)) == after(days)


@pytest.mark.parametrize(
    "text", ["dpd > 87", "dpd < 88", "dpd == 87", "dpd != 80", "dpd in [1, 2]", "dpd == 90.5", "dpd + 0.5 == 90"]
)
def test_a_comparison_that_is_past_its_threshold_or_never_meets_it_stays_as_it_is(text: str) -> None:
    assert flip(text, dpd=track(88, 1)) == Outlook()
    assert change(text, dpd=track(88, 1)) is None


def test_both_sides_may_run() -> None:
    assert flip("dpd > left", dpd=track(4, 1), left=track(10, -1)).flips_on == after(4)
    assert change("dpd > left", dpd=track(4, 1), left=track(10, -1)) == after(4)
    assert flip("dpd == left", dpd=track(4, 1), left=track(10, -1)).flips_on == after(3)
    assert flip("dpd == left", dpd=track(4, 1), left=track(11, -1)) == Outlook()
    assert flip("dpd > age", dpd=track(4, 1), age=track(10, 1)) == Outlook()
    assert flip("2 * dpd > age + 3", dpd=track(4, 1), age=track(10, 1)).flips_on == after(6)


def test_each_side_may_turn_on_a_day_of_its_own() -> None:
    tracks = {"age": track(1, 0, (3, 10, 0)), "left": track(5, 0, (6, 20, 0))}
    found = candidates(typed("age > left"), VOCABULARY, tracks, TODAY, after(9))
    assert list(found) == [after(3), after(6)]
    assert flip("age > left", **tracks).flips_on == after(3)


def test_a_moved_date_runs_with_the_clock_that_moves_it() -> None:
    tracks = {"due_on": track(date(2025, 1, 1)), "left": track(10, -1)}
    assert flip('due_on + left <= "2025-01-09"', **tracks).flips_on == after(2)
    assert change('due_on + left <= "2025-01-09"', **tracks) == after(2)
    assert flip('due_on - left > "2024-12-24"', **tracks).flips_on == after(3)
    assert flip('due_on + left in ["2025-01-08"]', **tracks).flips_on == after(3)
    assert flip('filed_on + left < "2025-01-08"', **tracks) == Outlook()


def test_a_fact_that_turns_on_a_day_of_its_own_is_looked_at_on_that_day() -> None:
    plan = track(value=True, slope=0)
    plan = Track((*plan.stretches, (after(7), False, 0)))
    assert flip("plan_active", plan_active=plan) == Outlook(flips_on=after(7))
    assert change("plan_active", plan_active=plan) == after(7)
    assert flip("not plan_active", plan_active=plan).flips_on == after(7)
    assert flip('channel == "sms"', channel=track("sms", 0, (3, "sms", 0), (5, "email", 0))).flips_on == after(5)
    assert change('channel == "sms"', channel=track("sms", 0, (3, "sms", 0), (5, "email", 0))) == after(3)
    assert flip("owed > 5", owed=track(Decimal(1), 0, (2, Decimal(6), 0))).flips_on == after(2)
    assert flip("stage in legal", stage=track("performing", 0, (4, "legal.trial", 0))).flips_on == after(4)
    assert flip("odds is None", odds=track(None, 0, (4, Decimal(1), 0))).flips_on == after(4)
    assert flip("odds > 0", odds=track(None, 0, (4, Decimal(1), 0))).flips_on == after(4)


def test_a_clock_that_is_set_back_first_is_followed_from_where_it_is_set() -> None:
    dpd = track(88, 1, (2, 10, 1))
    assert flip("dpd > 90", dpd=dpd).flips_on == after(2 + 81)
    assert change("dpd > 90", dpd=dpd) == after(2)
    assert flip("dpd > 90", dpd=track(88, 1, (3, 0, 0))) == Outlook()
    assert flip("dpd >= 90", dpd=track(88, 1, (3, 0, 0))).flips_on == after(2)
    assert flip("dpd >= 91", dpd=track(88, 1, (3, 91, 0))).flips_on == after(3)


def test_parts_that_change_without_changing_the_whole_do_not_count() -> None:
    outlook = flip("dpd > 90 and dpd > 95", dpd=track(88, 1))
    assert outlook.flips_on == after(8)
    assert change("dpd > 90 and dpd > 95", dpd=track(88, 1)) == after(3)
    assert flip("dpd > 90 or plan_active", dpd=track(88, 1), plan_active=track(value=True)) == Outlook()


def test_the_search_ends_at_its_limit_and_says_on_which_day_to_look_again() -> None:
    dpd = track(88, 1)
    assert flip("dpd > 90", 3, dpd=dpd) == Outlook(flips_on=after(3))
    assert flip("dpd > 90", 2, dpd=dpd) == Outlook(look_again_on=after(3))
    assert flip("dpd > 90", 2, dpd=dpd).wake_on == after(3)
    assert flip("dpd > 90", 3, dpd=dpd).wake_on == after(3)
    assert flip("fails > 90", 2) == Outlook()
    assert flip("fails > 90", 2).wake_on is None
    assert flip("dpd > 488", dpd=dpd).look_again_on == after(401)
    assert flip("dpd >= 488", dpd=dpd).flips_on == after(400)


def test_candidates_are_given_up_to_and_with_the_limit() -> None:
    found = candidates(typed("dpd == 90 or dpd > 95 or dpd >= 90"), VOCABULARY, {"dpd": track(88, 1)}, TODAY, after(8))
    assert list(found) == [after(2), after(3), after(8)]
    shorter = candidates(typed("dpd == 90 or dpd > 95"), VOCABULARY, {"dpd": track(88, 1)}, TODAY, after(7))
    assert list(shorter) == [after(2), after(3)]


def test_candidates_are_found_as_they_are_asked_for() -> None:
    """A fact that may move every day is not followed to the end of the calendar."""
    restless = replace(VOCABULARY["fails"], until=lambda _case, day: day + timedelta(days=1))
    words = VOCABULARY.plus([restless])
    found = candidates(typed("fails > 90"), words, DEFAULTS, TODAY, after(1000))
    assert [next(found) for _ in range(3)] == [after(1), after(2), after(3)]
    outlook = next_flip(typed("fails > 90"), words, DEFAULTS, TODAY, 5)
    assert outlook == Outlook(look_again_on=after(6))


def test_a_fact_that_says_it_moves_today_or_earlier_is_looked_at_tomorrow() -> None:
    stuck = replace(VOCABULARY["fails"], until=lambda _case, day: day)
    words = VOCABULARY.plus([stuck])
    found = candidates(typed("fails > 90"), words, DEFAULTS, TODAY, after(2))
    assert list(found) == [after(1), after(2)]
    assert compile_next_change([typed("fails > 90")], words)(DEFAULTS, TODAY) == after(1)


def test_a_day_beyond_the_calendar_never_comes() -> None:
    assert flip("dpd > 99999999999", dpd=track(88, 1)) == Outlook()
    assert change("dpd > 99999999999", dpd=track(88, 1)) is None
    assert change("dpd + 0 > 99999999999", dpd=track(88, 1)) is None
    left = (date.max - TODAY).days
    assert flip(f"dpd >= {88 + left}", dpd=track(88, 1)).look_again_on == date.max
    assert change(f"dpd >= {88 + left}", dpd=track(88, 1)) == date.max
    assert change(f"dpd > {88 + left}", dpd=track(88, 1)) is None
    assert change(f"dpd + 0 > {88 + left}", dpd=track(88, 1)) is None
    assert next_flip(typed("fails > 3"), VOCABULARY, DEFAULTS, date.max) == Outlook()


def test_on_the_last_day_of_the_calendar_nothing_comes_after_whatever_a_fact_says() -> None:
    stuck = replace(VOCABULARY["fails"], until=lambda _case, day: day)
    words = VOCABULARY.plus([stuck])
    assert next_flip(typed("fails > 3"), words, DEFAULTS, date.max) == Outlook()
    assert compile_next_change([typed("fails > 3")], words)(DEFAULTS, date.max) is None


def test_a_search_may_reach_the_end_of_the_calendar() -> None:
    day = date.max - timedelta(days=1)
    words = Vocabulary([replace(VOCABULARY["dpd"], read=lambda _case, on: 3650000 - (date.max - on).days,
                                slope=lambda _case, _day: 1, until=lambda _case, _day: None)])  # fmt: skip
    guard = read_guard("dpd >= 3650000", words).guard
    assert guard is not None
    assert next_flip(guard, words, None, day).flips_on == date.max
    assert next_flip(guard, words, None, date.max) == Outlook()
    assert compile_next_change([guard], words)(None, day) == date.max
    assert compile_next_change([guard], words)(None, date.max) is None


def test_the_field_of_an_event_does_not_move_and_is_missing_without_one() -> None:
    guard = typed('dpd > 90 and outcome == "agreed"')
    case = {"dpd": track(88, 1)}
    agreed = {"outcome": "agreed", "paid": None}
    assert next_flip(guard, VOCABULARY, case, TODAY, event=agreed) == Outlook(flips_on=after(3))
    assert next_flip(guard, VOCABULARY, case, TODAY, event={"outcome": "failed", "paid": None}) == Outlook()
    assert next_flip(guard, VOCABULARY, case, TODAY) == Outlook()
    assert compile_next_change([typed('outcome == "agreed"')], VOCABULARY)(case, TODAY) is None


def test_the_earliest_change_of_several_guards_counts() -> None:
    tracks = {
        "dpd": track(88, 1),
        "left": track(10, -1),
        "plan_active": Track(((LONG_AGO, True, 0), (after(9), False, 0))),
    }
    assert change("dpd > 95", "left < 5", "plan_active", **tracks) == after(6)
    assert change("dpd > 95", "left < 3", "plan_active", **tracks) == after(8)
    assert change("dpd > 98", "left < 1", "plan_active", **tracks) == after(9)
    assert change("dpd > 90", "dpd > 95", "dpd - left > 90", **tracks) == after(3)
    assert change("dpd > 93", "dpd - left > 80", **tracks) == after(2)
    assert change(None, **tracks) is None
    assert change(None, "dpd > 90", **tracks) == after(3)
    assert change() is None


def test_many_thresholds_of_one_clock_are_one_table() -> None:
    texts = [f"dpd >= {limit}" for limit in (120, 1, 95, 60, 91)]
    assert change(*texts, dpd=track(88, 1)) == after(3)
    assert change(*texts, dpd=track(0, 1)) == after(1)
    assert change(*texts, dpd=track(119, 1)) == after(1)
    assert change(*texts, dpd=track(120, 1)) is None
    assert change(*texts, dpd=track(100, -1)) == after(6)
    assert change(*texts, dpd=track(1, -1)) == after(1)
    assert change(*texts, dpd=track(0, -1)) is None
    assert change(*texts, dpd=track(88, 0)) is None


def test_a_list_of_neighbours_changes_only_at_its_ends() -> None:
    up, down = track(88, 1), track(10, -1)
    assert change("dpd in [88, 89, 91]", dpd=up) == after(2)
    assert change("dpd + 0 in [88, 89, 91]", dpd=up) == after(2)
    assert flip("dpd in [88, 89, 90.0]", dpd=up).flips_on == after(3)
    assert change("left in [10, 9, 7]", left=down) == after(2)
    assert change("left + 0 in [10, 9, 7]", left=down) == after(2)
    assert change("left in [8, 7, 9.5]", left=down) == after(2)
    found = candidates(typed("dpd in [90, 91, 93]"), VOCABULARY, {"dpd": up}, TODAY, after(20))
    assert list(found) == [after(2), after(4), after(5), after(6)]


def test_a_missing_clock_changes_when_it_is_found() -> None:
    age = track(None, 1, (6, 0, 1))
    assert change("age > 3", age=age) == after(6)
    assert flip("age > 3", age=age).flips_on == after(10)
    assert change("age > 3", age=track(None, 1)) is None
    assert change("age + dpd > 3", age=track(None, 1), dpd=track(1, 1)) is None


def test_a_clock_that_does_not_count_whole_days_is_looked_at_every_day() -> None:
    odd = moving("age", Kind.NUMBER, "age", unit="days")
    half = replace(odd, read=lambda _case, _day: Decimal("0.5"), slope=lambda _case, _day: 1, until=lambda _c, _d: None)
    guard = read_guard("age > 3", Vocabulary([half])).guard
    assert compile_next_change([guard], Vocabulary([half]))(None, TODAY) == after(1)


def test_facts_that_stand_still_are_not_even_read() -> None:
    def unread(_case: object, _day: date) -> Value | None:
        raise AssertionError

    still = Vocabulary([Fact("fails", Kind.NUMBER, "failed negotiations", unread)])
    guard = read_guard("fails > 3 and fails + 1 > 2", still).guard
    assert compile_next_change([guard], still)(None, TODAY) is None


def test_a_clock_meets_a_number_that_the_event_names() -> None:
    limit = Fact("limit", Kind.NUMBER, "limit", lambda event, _day: event["limit"], unit="days", on_event=True)
    words = VOCABULARY.plus([limit])
    guard = read_guard("dpd > limit", words).guard
    assert guard is not None
    case = {"dpd": track(88, 1)}
    assert next_flip(guard, words, case, TODAY, event={"limit": 90}) == Outlook(flips_on=after(3))
    assert next_flip(guard, words, case, TODAY, event={"limit": None}) == Outlook()


@pytest.mark.parametrize("text", ["2 * age > 3", "-age in [1, 2]", "dpd - 2 * age > 3", "due_on + 2 * age > filed_on"])
def test_what_is_worked_out_from_a_missing_fact_meets_nothing(text: str) -> None:
    assert flip(text, dpd=track(88, 1), age=track(None), due_on=track(TODAY)) == Outlook()
    assert change(text, dpd=track(88, 1), age=track(None), due_on=track(TODAY)) is None
