"""Living days: one by one, as far as they are due, so that a late run gives the same moves."""

from __future__ import annotations

from overdue_flow.engine.live import live
from overdue_flow.events import MovedByHand
from support.road import Road, on, one_stage, road_policy, told_of

STEPS = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late: {on_enter: [{do: note}], rules: [{id: talk, when: dpd >= 15, to: talks}]}
  talks: {every: [{each: 10 days, do: visit}], rules: [{id: end, when: days_in_stage >= 30, to: gone}]}
  gone: {end: true}
"""


def test_the_days_on_which_something_happens_are_lived_in_order() -> None:
    road = Road(road_policy(STEPS))
    decisions = list(live(road.machine, road.case, on("2025-03-31")))
    assert [str(one.case.day) for one in decisions] == [
        "2025-01-11",
        "2025-01-25",
        "2025-02-04",
        "2025-02-14",
        "2025-02-24",
    ]
    assert told_of(decisions) == [
        ("2025-01-11", "late", "late"),
        ("2025-01-25", "talks", "talk"),
        ("2025-02-24", "gone", "end"),
    ]


def test_the_last_day_is_lived_and_no_day_after_it() -> None:
    road = Road(road_policy(STEPS))
    assert list(live(road.machine, road.case, on("2025-01-10"))) == []
    assert len(list(live(road.machine, road.case, on("2025-01-11")))) == 1


def test_one_late_run_and_many_nights_decide_the_same_to_the_last_field() -> None:
    late, nightly = Road(road_policy(STEPS)), Road(road_policy(STEPS))
    late.live("2025-06-30")
    for month in range(1, 7):
        for day in (1, 10, 11, 20, 24, 25, 28):
            nightly.live(f"2025-{month:02}-{day:02}")
    assert late.entries == nightly.entries


def test_each_turn_of_a_late_run_is_dated_and_timed_as_if_it_had_been_run_on_its_day() -> None:
    road = Road(road_policy(STEPS))
    road.live("2025-06-30")
    assert [str(entry.at) for entry in road.entries][1:3] == ["2025-01-11 00:00:00+08:00", "2025-01-25 00:00:00+08:00"]
    assert [effect.due_at == entry.at for entry in road.entries for effect in entry.results.effects] == [True] * 3


def test_a_case_that_is_stopped_on_the_way_is_lived_no_further_until_it_is_freed() -> None:
    road = Road(road_policy(STEPS, never="[{id: n, that: stage == talks and dpd < 60}]"))
    assert len(road.live("2025-12-31")) == 2
    road.tell(MovedByHand(to="late", role="boss", reason="now"), "2026-01-01")
    assert told_of(road.live("2026-12-31")) == [("2026-01-31", "gone", "end")]


def test_a_day_that_was_looked_at_in_vain_is_lived_too() -> None:
    """A beat falls on it whose condition is false: a decision without an entry."""
    road = Road(road_policy(one_stage(every="[{each: 7 days, do: note, when: dpd > 300}]")))
    decisions = list(live(road.machine, road.case, on("2025-01-20")))
    assert [(str(one.case.day), one.entry) for one in decisions] == [("2025-01-08", None), ("2025-01-15", None)]
