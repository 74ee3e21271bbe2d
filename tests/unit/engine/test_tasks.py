"""Effects: what entering a stage or group asks for, and on which day each may first go out."""

from __future__ import annotations

import pytest

from overdue_flow.events import (
    ComplaintReceived,
    FactsChanged,
)
from support.road import ONE_DAY, Road, at, on, one_stage, opening, road_policy

# --- entry ---

NEST = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: ring}]}
  ring:
    first: one
    on_enter: [{do: visit}]
    stages:
      one: {on_enter: [{do: note}], rules: [{id: on, when: dpd >= 3, to: ring.two}]}
      two:
        on_enter: [{do: call}, {do: note, when: dpd >= 4}]
        rules: [{id: round, when: dpd in_five, to: ring.one}, {id: out, when: dpd >= 10, to: pause}]
  pause: {rules: [{id: again, when: dpd >= 20, to: ring.two}]}
  gone: {end: true}
""".replace("dpd in_five", "dpd == 5")
"""A group of two stages; the loan goes in, on, round, out, and in again."""


def nest(stages: str = NEST) -> Road:
    return Road(road_policy(stages, everywhere="[{id: end, when: dpd >= 400, to: gone}]"))


def test_entering_asks_for_what_the_group_and_then_the_stage_ask() -> None:
    road = nest()
    road.live("2025-01-11")
    assert road.asked() == [("2025-01-11", "visit"), ("2025-01-11", "note")]
    assert [one.cause for one in road.effects()] == ["ring.on_enter[0]", "ring.one.on_enter[0]"]


def test_a_groups_entry_effects_are_asked_on_entry_from_outside_not_between_its_stages() -> None:
    road = nest(NEST.replace("dpd == 5", "dpd == 400"))
    road.live("2025-01-31")
    assert [day for day, _ in road.asked("visit")] == ["2025-01-11", "2025-01-30"]


def test_something_on_entry_with_a_condition_is_asked_only_where_it_holds_then() -> None:
    """`two` is entered with 3 days past due, and later, from outside, with 20."""
    road = nest(NEST.replace("dpd == 5", "dpd == 400").replace("[{do: note}]", "[]"))
    road.live("2025-01-31")
    assert [day for day, _ in road.asked("note")] == ["2025-01-30"]


def test_entry_effects_of_stages_that_are_left_again_in_the_same_turn_are_recorded_as_skipped() -> None:
    road = nest(NEST.replace("dpd >= 3", "dpd >= 1").replace("dpd >= 10", "dpd >= 1"))
    road.live("2025-01-11")
    assert road.stage == "pause"
    assert road.asked() == [
        ("2025-01-11", "visit skipped"),
        ("2025-01-11", "note skipped"),
        ("2025-01-11", "call skipped"),
    ]
    assert {one.reason for one in road.effects()} == {"the stage was left in the same turn"}
    assert road.open_effects() == []


def test_a_group_that_the_loan_stays_in_is_entered_though_its_first_stage_is_skipped() -> None:
    road = nest(NEST.replace("dpd >= 3", "dpd >= 1"))
    road.live("2025-01-11")
    assert road.asked() == [("2025-01-11", "note skipped"), ("2025-01-11", "visit"), ("2025-01-11", "call")]


def test_a_stage_that_is_left_and_entered_again_in_one_turn_is_entered_anew() -> None:
    stages = """
  calm: {start: true, on_enter: [{do: note}], rules: [{id: met, on: ComplaintReceived, to: hall}]}
  hall: {on_enter: [{do: visit}], rules: [{id: back, to: calm}]}
"""
    road = Road(road_policy(stages))
    road.tell(ComplaintReceived(), "2025-01-05")
    assert road.asked()[1:] == [("2025-01-05", "visit skipped"), ("2025-01-05", "note")]


def test_an_opening_enters_the_start_stage() -> None:
    road = Road(road_policy(one_stage(on_enter="[{do: note}]")))
    assert road.asked() == [("2025-01-01", "note")]


# --- what an effect says ---


def test_an_effect_has_an_id_its_cause_and_its_parameters_as_they_are_now() -> None:
    road = Road(
        road_policy(
            "\n  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}"
            "\n  late: {on_enter: [{do: send, with: {channel: {fact: favourite}, text: pay now}},"
            " {do: visit, with: {role: team}}], rules: [{id: end, when: dpd > 300, to: gone}]}"
            "\n  gone: {end: true}\n",
            facts="{favourite: {type: choice, of: [sms, phone], default: sms}}",
            actions="{send: {kind: notice, purpose: legal_notice, params: {channel: choice, text: text}},"
            " visit: {kind: task, params: {role: role}}}",
        )
    )
    road.tell(FactsChanged(facts={"favourite": "phone"}), "2025-01-05")
    road.live("2025-01-11")
    sent, visit = road.effects()
    assert (sent.id, sent.kind, sent.purpose, sent.must, sent.scope) == (
        "loan-1:3:1",
        "notice",
        "legal_notice",
        False,
        "",
    )
    assert sent.params == {"channel": "phone", "text": "pay now"}
    assert sent.due_at == at("2025-01-11", 0)
    assert (visit.id, visit.role, visit.params) == ("loan-1:3:2", "team", {"role": "team"})
    assert sent.role is None


@pytest.mark.parametrize(
    ("after", "entered", "due"),
    [
        ("2 days", "2025-01-11", "2025-01-13"),
        ("1 week", "2025-01-11", "2025-01-18"),
        ("1 month", "2025-01-31", "2025-02-28"),
        ("1 business day", "2025-01-23", "2025-01-24"),
        # the Spring Festival is over on 5 February; Sunday 26 January is worked instead
        ("1 business day", "2025-01-24", "2025-01-26"),
        ("2 business days", "2025-01-24", "2025-01-27"),
        ("3 business days", "2025-01-24", "2025-02-05"),
        ("1 business day", "2025-01-26", "2025-01-27"),
        ("2 business days", "2025-02-07", "2025-02-10"),  # Saturday the 8th is worked too
    ],
)
def test_after_counts_strictly_after_the_start_day_in_business_days_with_make_up_days(
    after: str, entered: str, due: str
) -> None:
    stages = f"""
  calm: {{start: true, rules: [{{id: late, on: ComplaintReceived, to: late}}]}}
  late: {{on_enter: [{{do: note, after: {after}}}], rules: [{{id: end, when: dpd > 300, to: calm}}]}}
"""
    road = Road(road_policy(stages), opening("2025-03-01"))
    road.tell(ComplaintReceived(), entered, 15)
    assert road.effects()[0].due_at == at(due, 0)


def test_after_hours_counts_from_the_instant() -> None:
    stages = """
  calm: {start: true, rules: [{id: late, on: ComplaintReceived, to: late}]}
  late: {on_enter: [{do: note, after: 3 hours}, {do: visit}], rules: [{id: end, when: dpd > 300, to: calm}]}
"""
    road = Road(road_policy(stages))
    road.tell(ComplaintReceived(), "2025-01-05", 15)
    assert [one.due_at for one in road.effects()] == [at("2025-01-05", 18), at("2025-01-05", 15)]


@pytest.mark.parametrize(
    ("zone", "day", "due"),
    [
        ("America/New_York", "2025-03-09", "2025-03-09T06:00-04:00"),  # two o'clock is three
        ("America/New_York", "2025-11-02", "2025-11-02T04:00-05:00"),  # one o'clock comes twice
        ("Australia/Lord_Howe", "2025-10-05", "2025-10-05T05:30+11:00"),  # half an hour is left out
    ],
)
def test_after_hours_counts_the_hours_that_go_by_where_the_clocks_are_changed(zone: str, day: str, due: str) -> None:
    stages = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late: {on_enter: [{do: note, after: 5 hours}], rules: [{id: end, when: dpd > 300, to: calm}]}
"""
    terms = f"{{currency: CNY, time_zone: {zone}}}"
    road = Road(road_policy(stages, terms=terms), opening(str(on(day) - ONE_DAY)))
    road.live(day)
    (note,) = road.effects("note")
    assert note.due_at.isoformat(timespec="minutes") == due
