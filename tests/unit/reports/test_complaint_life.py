"""The life of a complaint, read from a journal; how it reads as text is golden."""

from __future__ import annotations

import json
import re

import pytest

from overdue_flow.events import (
    ComplaintAcknowledged,
    ComplaintAnswered,
    ComplaintInvestigated,
    ComplaintReceived,
    DisputeRaised,
    Event,
    EventRetracted,
    TaskCompleted,
)
from overdue_flow.reports.became import Became, what_became
from overdue_flow.reports.complaint_life import ComplaintLife, complaint_life, complaint_lives
from support.road import Road, at, on, one_stage, road_policy

RULE = (
    "{id: see-to, on: ComplaintReceived, do: visit, with: {role: team}, within: 3 business days,"
    " done_by: ComplaintInvestigated}"
)


def complained(*told: tuple[str, Event]) -> Road:
    """A loan with a complaint `c-1` of 2025-02-03, and what was told afterwards."""
    road = Road(road_policy(one_stage(RULE), remedies='{court: {label: the court, reach: "12368"}}'))
    road.tell(ComplaintReceived(complaint_id="c-1", topic="fees", about="too much", id="first"), "2025-02-03")
    for day, event in told:
        road.tell(event, day)
    return road


def life(road: Road, day: str | None = None) -> ComplaintLife:
    remedies = road.machine.policy.remedies
    return complaint_life(road.entries, "c-1", remedies, on(day) if day else None)


def test_all_of_it_is_plain_data() -> None:
    answer = ComplaintAnswered(outcome="in_part", remedies=("court", "pope"), happened_at=at("2025-02-12"))
    found = life(complained(("2025-02-13", answer)), "2025-03-01").as_data()

    assert json.loads(json.dumps(found)) == found
    assert found["steps"][1] == {
        "on": "2025-02-12",
        "told_on": "2025-02-13",
        "business_days": 7,
        "what": "answered",
        "who": None,
        "result": "in part",
        "said": None,
        "references": [],
        "remedies": [{"name": "court", "said": "the court, 12368"}, {"name": "pope", "said": "pope"}],
    }
    assert (found["is_open"], found["business_days"], found["on"]) == (False, 7, "2025-03-01")
    assert (found["topic"], found["against"], found["steps"][0]["said"]) == ("fees", None, "too much")


def test_a_complaint_that_is_open_counts_the_business_days_until_it_is_told() -> None:
    # in China in 2025 the 4th is a holiday, and Saturday the 8th is worked
    assert life(complained(), "2025-02-10").business_days == 5
    assert life(complained(("2025-02-06", ComplaintAcknowledged()))).business_days == 2


def test_what_the_policy_asked_for_says_whether_it_was_in_time() -> None:
    road = complained()
    (task,) = road.effects("visit")
    row = {"asked_on": "2025-02-03", "action": "visit", "role": "team", "deadline_on": "2025-02-07"}
    assert life(road, "2025-02-07").as_data()["asked"] == [
        {**row, "became": "open", "ended_on": None, "punctual": None}
    ]
    assert life(road, "2025-02-08").as_data()["asked"][0]["punctual"] == "late"

    road.tell(TaskCompleted(effect_id=task.id, happened_at=at("2025-02-07")), "2025-02-20")
    assert life(road).as_data()["asked"] == [{**row, "became": "done", "ended_on": "2025-02-07", "punctual": "in time"}]


def test_a_task_that_is_done_after_its_last_day_is_late() -> None:
    road = complained()
    road.tell(TaskCompleted(effect_id=road.effects("visit")[0].id), "2025-02-08")

    assert life(road).as_data()["asked"][0]["punctual"] == "late"


def test_a_task_that_an_event_shows_to_be_done_was_done_when_that_took_effect() -> None:
    road = complained(("2025-02-20", ComplaintInvestigated(happened_at=at("2025-02-07"))))
    (row,) = life(road).as_data()["asked"]

    assert (row["became"], row["ended_on"], row["punctual"]) == ("done", "2025-02-07", "in time")


def test_what_was_retracted_is_left_out() -> None:
    answer = ComplaintAnswered(id="wrong", outcome="upheld")
    road = complained(("2025-02-05", answer), ("2025-02-06", EventRetracted(event_id="wrong")))
    assert [step.what for step in life(road).steps] == ["received"]
    assert life(road).is_open

    road.tell(EventRetracted(event_id="first"), "2025-02-07")
    assert complaint_lives(road.entries) == ()


def test_each_complaint_has_its_own_steps_and_one_without_an_id_is_called_by_its_entry() -> None:
    road = complained(
        ("2025-02-04", ComplaintReceived(nature="objection")),
        ("2025-02-05", ComplaintAcknowledged()),
        ("2025-02-06", ComplaintAnswered(complaint_id="c-1")),
        ("2025-02-07", ComplaintAnswered(outcome="upheld")),
    )
    first, second = complaint_lives(road.entries)

    assert [step.what for step in first.steps] == ["received", "acknowledged", "answered"]
    assert [(step.what, step.result) for step in second.steps] == [("received", ""), ("answered", "upheld")]
    assert (second.name, second.nature) == (f"entry {road.entries[2].seq}", "objection")
    assert complaint_life(road.entries, second.name) == second
    assert [one.effect.about for one in second.asked] == [second.name]


def test_steps_stand_in_the_order_in_which_they_took_effect() -> None:
    late = ComplaintAcknowledged(complaint_id="c-1", happened_at=at("2025-02-04"))
    road = complained(("2025-02-06", ComplaintAnswered()), ("2025-02-10", late))

    assert [(step.what, str(step.on)) for step in life(road).steps] == [
        ("received", "2025-02-03"),
        ("acknowledged", "2025-02-04"),
        ("answered", "2025-02-06"),
    ]


def test_a_complaint_that_there_is_not_is_told_with_those_that_there_are() -> None:
    with pytest.raises(KeyError, match=re.escape("there is no complaint `c1` (did you mean `c-1`?)")):
        complaint_life(complained().entries, "c1")
    with pytest.raises(KeyError, match=re.escape("(it has none)")):
        complaint_life([], "c-1")


def test_what_is_asked_for_about_a_dispute_of_the_same_id_is_no_part_of_a_complaint() -> None:
    rules = RULE + ", {id: look, on: DisputeRaised, do: visit, with: {role: boss}}"
    road = Road(road_policy(one_stage(rules)))
    road.tell(ComplaintReceived(complaint_id="1"), "2025-02-03")
    road.tell(DisputeRaised(dispute_id="1"), "2025-02-04")
    assert [one.effect.about for one in became(road)] == ["1", "1"]
    (found,) = complaint_lives(road.entries)
    assert [one.effect.role for one in found.asked] == ["team"]


def became(road: Road) -> list[Became]:
    """What was asked for by a rule, with what became of it."""
    return [one for one in what_became(road.entries)[1] if one.effect.action == "visit"]


def test_what_follows_on_a_late_task_is_part_of_the_life() -> None:
    road = Road(road_policy(one_stage(RULE[:-1] + ", else: {do: visit, with: {role: boss}}}")))
    road.tell(ComplaintReceived(complaint_id="1"), "2025-02-03")
    road.live("2025-02-10")
    (found,) = complaint_lives(road.entries)
    assert [one.effect.role for one in found.asked] == ["team", "boss"]


def test_told_as_of_a_day_nothing_is_known_that_came_later() -> None:
    road = complained(("2025-02-06", ComplaintAnswered(outcome="upheld")))
    found = life(road, "2025-02-05")
    assert (found.stage, [step.what for step in found.steps], found.business_days) == ("received", ["received"], 1)
    assert [one.how for one in found.asked] == ["open"]
    with pytest.raises(KeyError, match="there is no complaint `c-1`"):
        life(road, "2025-02-02")
