"""`every`: beats at whole multiples of the period after entry."""

from __future__ import annotations

import pytest

from overdue_flow.engine.rhythm import next_beat
from overdue_flow.events import CaseAdopted, ComplaintReceived, HoldLifted, HoldPlaced, Instalment, MovedByHand
from support.road import ONE_DAY, Road, at, on, opening, road_policy

HOLDS = "{hardship: {stops: [contact]}}"


def rhythm(beat: str, enters: str = "dpd >= 1", **sections: str) -> Road:
    stages = f"""
  calm: {{start: true, rules: [{{id: late, when: {enters}, to: late}}]}}
  late: {{every: [{{{beat}}}], rules: [{{id: end, when: dpd > 300, to: calm}}]}}
"""
    return Road(road_policy(stages, **({"holds": HOLDS} | sections)))


def beats(road: Road, until: str) -> list[str]:
    """The days of the beats that were planned, and of others with their status."""
    road.live(until)
    return [day if " " not in action else f"{day} {action.split()[1]}" for day, action in road.asked()]


@pytest.mark.parametrize(
    ("each", "days"),
    [
        ("14 days", ["2025-01-25", "2025-02-08", "2025-02-22"]),
        ("2 weeks", ["2025-01-25", "2025-02-08", "2025-02-22"]),
        ("1 month", ["2025-02-11", "2025-03-11"]),
        # from Saturday 11 January; the Spring Festival lies between, and two weekend days are worked
        ("10 business days", ["2025-01-24", "2025-02-13", "2025-02-27"]),
    ],
)
def test_the_first_beat_comes_one_period_after_entry_and_the_others_at_its_multiples(
    each: str, days: list[str]
) -> None:
    assert beats(rhythm(f"each: {each}, do: note"), "2025-03-14")[: len(days)] == days


def test_month_beats_count_from_the_entry_day_and_keep_the_end_of_the_month() -> None:
    assert beats(rhythm("each: 1 month, do: note", enters="dpd >= 21"), "2025-06-30") == [
        "2025-02-28",
        "2025-03-31",
        "2025-04-30",
        "2025-05-31",
        "2025-06-30",
    ]


def test_yearly_beats_fall_on_the_day_of_entry() -> None:
    stages = """
  calm: {start: true, every: [{each: 1 year, do: note}], rules: [{id: end, when: dpd > 3000, to: gone}]}
  gone: {end: true}
"""
    road = Road(road_policy(stages), opening("2025-06-30"))
    assert beats(road, "2027-01-02") == ["2026-01-01", "2027-01-01"]


def test_a_beat_is_due_at_the_opening_of_its_day_or_later_as_it_says() -> None:
    road = rhythm("each: 14 days, do: note, after: 1 business day")
    road.live("2025-01-25")
    assert road.effects()[0].due_at == at("2025-01-26", 0)


def test_a_beat_is_left_out_while_its_condition_is_false_and_the_grid_stays() -> None:
    assert beats(rhythm("each: 7 days, do: note, when: dpd >= 20"), "2025-02-10") == ["2025-02-01", "2025-02-08"]


def test_beats_of_contacts_under_a_hold_are_dropped_and_the_grid_does_not_move() -> None:
    road = rhythm("each: 7 days, do: call")
    road.tell(HoldPlaced(hold="hardship"), "2025-01-20")
    road.live("2025-02-03")
    road.tell(HoldLifted(hold="hardship"), "2025-02-04")
    assert beats(road, "2025-02-10") == ["2025-01-18", "2025-01-25 skipped", "2025-02-01 skipped", "2025-02-08"]
    assert road.effects()[1].reason == "hold hardship stops contact"


def test_beats_of_other_things_go_on_under_a_hold() -> None:
    road = rhythm("each: 7 days, do: note")
    road.tell(HoldPlaced(hold="hardship"), "2025-01-20")
    assert beats(road, "2025-01-31") == ["2025-01-18", "2025-01-25"]


def test_a_beat_that_is_held_back_for_its_date_does_not_move_the_grid() -> None:
    """A beat planned for later than its day leaves the next ones where they were."""
    assert beats(rhythm("each: 7 days, do: note, after: 5 days"), "2025-01-27") == ["2025-01-18", "2025-01-25"]


def test_a_new_visit_starts_a_new_grid() -> None:
    road = rhythm("each: 7 days, do: note")
    road.tell(MovedByHand(to="calm", role="boss", reason="?"), "2025-01-21", 12)
    assert road.moves[-2:] == [("2025-01-21", "calm", None), ("2025-01-21", "late", "late")]
    assert beats(road, "2025-02-05") == ["2025-01-18", "2025-01-28", "2025-02-04"]


def test_a_groups_rhythm_starts_on_entry_from_outside_and_goes_on_between_its_stages() -> None:
    stages = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: ring}]}
  ring:
    first: one
    every: [{each: 7 days, do: note}]
    stages:
      one: {every: [{each: 5 days, do: visit}], rules: [{id: on, when: dpd >= 9, to: ring.two}]}
      two: {every: [{each: 5 days, do: visit}], rules: [{id: end, when: dpd > 300, to: calm}]}
"""
    road = Road(road_policy(stages))
    road.live("2025-02-02")
    assert [day for day, _ in road.asked("note")] == ["2025-01-18", "2025-01-25", "2025-02-01"]
    assert [day for day, _ in road.asked("visit")] == ["2025-01-16", "2025-01-24", "2025-01-29"]
    assert [one.cause for one in road.effects()][:2] == ["ring.one.every[0]", "ring.every[0]"]


def test_a_beat_of_a_stage_that_the_loan_leaves_in_the_same_turn_is_not_asked() -> None:
    stages = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late: {every: [{each: 7 days, do: note}], rules: [{id: on, when: dpd >= 8, to: more}]}
  more: {rules: [{id: end, when: dpd > 300, to: calm}]}
"""
    assert beats(Road(road_policy(stages)), "2025-02-10") == []


def test_an_event_of_the_day_does_not_beat_again() -> None:
    road = rhythm("each: 7 days, do: note")
    road.live("2025-01-18")
    road.tell(ComplaintReceived(), "2025-01-18")
    assert len(road.effects()) == 1


def test_the_grid_of_an_adopted_loan_counts_from_the_day_on_which_its_stage_was_entered() -> None:
    adopted = CaseAdopted(
        id="adopted",
        opened_on=on("2025-03-01"),
        instalments=(Instalment(due_on=on("2025-01-10"), amount="100.00"),),
        stage="late",
        stage_entered_on=on("2025-02-26"),
    )
    stages = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late: {every: [{each: 7 days, do: note}], rules: [{id: end, when: dpd > 300, to: calm}]}
"""
    assert beats(Road(road_policy(stages), adopted), "2025-03-13") == ["2025-03-05", "2025-03-12"]


def test_two_rhythms_of_one_stage_each_keep_their_own_grid() -> None:
    road = rhythm("each: 10 days, do: note}, {each: 15 days, do: visit")
    assert beats(road, "2025-02-12") == ["2025-01-21", "2025-01-26", "2025-01-31", "2025-02-10", "2025-02-10"]


def test_beats_of_business_days_go_on_for_as_long_as_a_loan_stays() -> None:
    """Sixty years of them: more business days than any one wait may have."""
    machine = rhythm("each: 500 business days, do: note").machine
    ((_owner, beat),) = machine.tables["late"].beats
    days = [on("2025-01-11")]
    while days[-1] < on("2085-01-01"):
        days.append(next_beat(machine, beat, days[0], days[-1]))
    gone = [machine.calendar.business_days_between(days[0], day) for day in days]
    assert gone == list(range(0, 500 * len(days), 500))
    assert next_beat(machine, beat, days[0], days[0] - ONE_DAY) == days[1]


def test_a_daily_rhythm_beats_every_day() -> None:
    assert beats(rhythm("each: 1 day, do: note"), "2025-01-14") == ["2025-01-12", "2025-01-13", "2025-01-14"]
