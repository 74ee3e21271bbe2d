"""Limits while a loan lives: where contacts are planned, when they are planned again, what becomes of late ones."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from overdue_flow.events import (
    BorrowerLocated,
    ChannelOptedOut,
    ComplaintAnswered,
    ComplaintReceived,
    ConsentChanged,
    ContactAttempted,
    EffectDelivered,
    EffectWithheld,
    HoldLifted,
    HoldPlaced,
    PaymentReceived,
)
from support.road import Road, at, on, one_stage, road_policy

NIGHT = '{id: night, strength: block, applies_to: {kind: contact}, outside: "08:00-20:00"}'
PAUSE = "{id: pause, strength: block, applies_to: {kind: contact}, when: complaint_open}"
TALKS = "{id: talks, strength: block, applies_to: {kind: contact}, counts: conversation, at_most: 1, within: 7 days}"
CALLS = (
    "{ring: {kind: contact, params: {channel: {type: choice, optional: true}}}, note: {kind: record},"
    " notice: {kind: contact, purpose: legal_notice}}"
)


def asking(task: str, *limits: str, **sections: str) -> Road:
    """A loan that asks for something on entering `late`, on 2025-01-11."""
    stages = f"""
  calm: {{start: true, rules: [{{id: late, when: dpd >= 1, to: late}}]}}
  late: {{on_enter: [{{{task}}}], rules: [{{id: on, when: dpd >= 60, to: calm}}]}}
"""
    sections = {"limits": f"[{', '.join(limits)}]", "actions": CALLS, **sections}
    return Road(road_policy(stages, holds="{hardship: {stops: [contact]}}", **sections))


def talked(**fields: Any) -> ContactAttempted:
    return ContactAttempted.model_validate({"channel": "phone", "outcome": "conversation", **fields})


# --- planning ---


def test_a_contact_is_planned_at_the_first_instant_that_its_limits_permit() -> None:
    road = asking("do: ring", NIGHT)
    road.live("2025-01-20")
    (effect,) = road.effects()
    assert (effect.status, effect.due_at, effect.reason) == (
        "pending",
        at("2025-01-11", 8),
        "limit night: outside 08:00-20:00",
    )


def test_a_contact_waits_on_the_borrowers_clocks() -> None:
    road = asking("do: ring", NIGHT)
    road.tell(BorrowerLocated(time_zones=("Pacific/Honolulu",)), "2025-01-05")
    road.live("2025-01-20")
    assert road.effects()[0].due_at == at("2025-01-11", 2)


def test_what_was_planned_is_put_off_where_the_borrower_turns_out_to_be_elsewhere() -> None:
    road = asking("do: ring, after: 5 days", NIGHT)
    road.tell(BorrowerLocated(time_zones=("Europe/London",)), "2025-01-12")
    assert road.changes() == [("2025-01-12", "pending", "limit night: outside 08:00-20:00")]
    assert road.case.course.open_effects[0].due_at == at("2025-01-16", 16)


def test_a_conversation_puts_off_what_is_on_its_way() -> None:
    road = asking("do: ring, after: 5 days", TALKS)
    road.tell(talked(direction="inbound"), "2025-01-13")
    assert road.changes() == [("2025-01-13", "pending", "limit talks: at most 1 conversation within 7 days per debt")]
    (effect,) = road.case.course.open_effects
    assert (effect.due_at, effect.reason) == (at("2025-01-20", 0), road.changes()[0][2])


def test_what_is_due_is_put_off_by_the_outbox_alone() -> None:
    road = asking("do: ring", NIGHT, TALKS)
    road.tell(talked(), "2025-01-12")
    road.live("2025-01-20")
    assert road.changes() == []


def test_a_contact_that_only_an_event_can_free_is_held_until_it_comes() -> None:
    road = asking("do: ring", NIGHT, PAUSE)
    road.tell(ComplaintReceived(), "2025-01-10")
    road.live("2025-01-20")
    assert road.asked("ring") == [("2025-01-11", "ring held")]
    assert road.effects()[0].reason == "limit pause: complaint_open"
    road.tell(ComplaintAnswered(), "2025-01-20", 22)
    assert road.changes() == [("2025-01-20", "pending", "limit night: outside 08:00-20:00")]
    assert road.case.course.open_effects[0].due_at == at("2025-01-21", 8)


def test_what_is_due_is_held_when_a_condition_comes_to_hold_for_good() -> None:
    road = asking("do: ring", "{id: old, strength: block, applies_to: {kind: contact}, when: dpd > 20}")
    road.live("2025-02-20")
    assert road.changes() == [("2025-01-31", "held", "limit old: dpd > 20")]


def test_a_beat_that_is_put_off_never_moves_the_grid_and_one_that_is_held_is_dropped() -> None:
    stages = one_stage(every="[{each: 7 days, do: help}]")
    limits = "[{id: rest, strength: block, applies_to: {kind: contact}, blocked_days: [wednesday]},"
    limits += " {id: pause, strength: block, applies_to: {kind: contact}, when: complaint_open}]"
    road = Road(road_policy(stages, limits=limits))
    road.live("2025-01-16")
    assert [(str(one.decided_on), str(one.due_at.date())) for one in road.effects()] == [
        ("2025-01-08", "2025-01-09"),
        ("2025-01-15", "2025-01-16"),
    ]
    road.tell(ComplaintReceived(), "2025-01-17")
    road.live("2025-01-22")
    assert road.asked()[2:] == [("2025-01-22", "help skipped")]


def test_a_limit_on_other_things_than_contacts_puts_them_off_too() -> None:
    road = asking("do: note", "{id: later, strength: block, applies_to: {kind: record}, when: dpd < 9}")
    road.live("2025-01-30")
    assert road.effects()[0].due_at == at("2025-01-19", 0)


def test_the_limits_are_those_of_the_law() -> None:
    stages = one_stage("{id: r, on: ComplaintReceived, do: help}")
    road = Road(road_policy(stages), law=road_policy(stages, limits=f"[{NIGHT}]", version='"2"'))
    road.tell(ComplaintReceived(), "2025-01-12", 23)
    assert road.effects()[0].due_at == at("2025-01-13", 8)


def test_a_hold_goes_before_a_limit_and_the_limit_counts_when_it_is_over() -> None:
    road = asking("do: ring", NIGHT)
    road.tell(HoldPlaced(hold="hardship"), "2025-01-05")
    road.tell(HoldLifted(hold="hardship"), "2025-01-15", 21)
    assert road.effects()[0].reason == "hold hardship stops contact"
    assert road.changes() == [("2025-01-15", "pending", "limit night: outside 08:00-20:00")]
    assert road.case.course.open_effects[0].due_at == at("2025-01-16", 8)


# --- opt-outs ---


def test_an_opt_out_vetoes_what_is_on_its_way_and_what_would_come() -> None:
    road = asking("do: ring, with: {channel: sms}, after: 5 days}, {do: ring, with: {channel: phone}, after: 5 days")
    road.tell(ChannelOptedOut(channel="sms"), "2025-01-12")
    assert road.changes() == [("2025-01-12", "vetoed", "the borrower opted out of sms")]
    assert [effect.params for effect in road.case.course.open_effects] == [{"channel": "phone"}]


def test_when_a_consent_ends_the_opt_out_before_it_vetoes_what_is_due() -> None:
    road = asking("do: ring, with: {channel: sms}")
    road.tell(ChannelOptedOut(channel="sms"), "2025-01-05")
    consent = ConsentChanged.model_validate({"given": True, "channel": "sms", "expires_on": "2025-01-20"})
    road.tell(consent, "2025-01-06")
    road.live("2025-01-30")
    assert road.changes() == [("2025-01-20", "vetoed", "the borrower opted out of sms")]


# --- too late, and what must go out ---


def test_what_nobody_delivered_by_its_last_day_expires() -> None:
    road = asking("do: ring, not_after: 3 days}, {do: note, not_after: 4 days", NIGHT)
    road.live("2025-01-30")
    assert road.changes() == [
        ("2025-01-15", "expired", "its last day was 2025-01-14"),
        ("2025-01-16", "expired", "its last day was 2025-01-15"),
    ]
    assert road.effects("attention") == []


def test_what_must_go_out_and_expires_becomes_a_task() -> None:
    road = asking("do: ring, not_after: 3 days, must: true", NIGHT)
    road.live("2025-01-30")
    (task,) = road.effects("attention")
    assert (str(task.decided_on), task.role, task.params["reason"]) == (
        "2025-01-15",
        "boss",
        "ring was not delivered in time: its last day was 2025-01-14",
    )


def test_what_a_limit_held_until_it_was_too_late_is_vetoed_by_it() -> None:
    road = asking("do: ring, not_after: 3 days, must: true", PAUSE)
    road.tell(ComplaintReceived(), "2025-01-10")
    road.live("2025-01-30")
    assert road.changes() == [("2025-01-15", "vetoed", "limit pause: complaint_open")]
    assert len(road.effects("attention")) == 1


def test_what_must_go_out_and_is_vetoed_at_once_becomes_a_task() -> None:
    road = asking("do: ring, with: {channel: sms}, must: true")
    road.tell(ChannelOptedOut(channel="sms"), "2025-01-05")
    road.live("2025-01-12")
    ring, task = road.effects()
    assert (ring.status, task.action) == ("vetoed", "attention")
    assert task.params["reason"] == "ring cannot go out: the borrower opted out of sms"


def test_what_must_go_out_and_is_vetoed_on_its_way_becomes_a_task_unless_nothing_is_left_to_say() -> None:
    for event, tasks in ((ChannelOptedOut(channel="sms"), 1), (paid(), 0)):
        road = asking("do: ring, with: {channel: sms}, after: 5 days, must: true")
        road.tell(event, "2025-01-13")
        assert [change[1] for change in road.changes()] == ["vetoed"]
        assert len(road.effects("attention")) == tasks


def paid() -> PaymentReceived:
    return PaymentReceived.model_validate({"amount": "1000.00", "value_date": "2025-01-13"})


# --- the outbox's word ---


def withheld(how: str, **fields: Any) -> EffectWithheld:
    return EffectWithheld.model_validate({"effect_id": "loan-1:2:1", "how": how, **fields})


def test_what_the_outbox_puts_off_waits_until_then() -> None:
    road = asking("do: ring")
    road.live("2025-01-12")
    road.tell(withheld("deferred", until=at("2025-01-15", 9), reason="limit x"), "2025-01-12")
    (effect,) = road.case.course.open_effects
    assert (effect.status, effect.due_at, effect.reason) == ("pending", at("2025-01-15", 9), "limit x")


def test_what_the_outbox_holds_is_planned_again_on_the_next_day() -> None:
    road = asking("do: ring", NIGHT)
    road.live("2025-01-12")
    road.tell(withheld("held", reason="limit person"), "2025-01-12")
    assert road.case.course.open_effects[0].status == "held"
    assert road.wakes_on == "2025-01-13"
    road.live("2025-01-14")
    assert road.changes() == [("2025-01-13", "pending", "limit night: outside 08:00-20:00")]
    assert road.case.course.open_effects[0].due_at == at("2025-01-13", 8)


@pytest.mark.parametrize("how", ["vetoed", "superseded", "expired", "skipped"])
def test_what_the_outbox_gives_up_is_done_with(how: str) -> None:
    road = asking("do: ring")
    road.live("2025-01-12")
    road.tell(withheld(how), "2025-01-12")
    assert road.open_effects() == []


@pytest.mark.parametrize(("how", "tasks"), [("vetoed", 1), ("expired", 1), ("superseded", 0), ("deferred", 0)])
def test_what_must_go_out_and_the_outbox_gives_up_becomes_a_task(how: str, tasks: int) -> None:
    road = asking("do: ring, must: true")
    road.live("2025-01-12")
    road.tell(withheld(how, reason="limit x"), "2025-01-12")
    assert [task.params["reason"][-7:] for task in road.effects("attention")] == ["limit x"] * tasks


def test_a_task_that_somebody_has_is_not_withheld() -> None:
    road = Road(road_policy(one_stage(on_enter="[{do: visit}]")))
    road.tell(EffectDelivered(effect_id="loan-1:1:1"), "2025-01-02")
    road.tell(EffectWithheld(effect_id="loan-1:1:1", how="vetoed"), "2025-01-03")
    assert [effect.status for effect in road.case.course.open_effects] == ["delivered"]


def test_midnight_that_the_clocks_leave_out_is_the_instant_of_the_change() -> None:
    terms = "{currency: CNY, time_zone: Africa/Cairo}"
    road = Road(road_policy(one_stage("{id: r, on: ComplaintReceived, do: help, after: 1 day}"), terms=terms))
    road.tell(ComplaintReceived(), "2025-04-24")
    due_at = road.effects()[0].due_at
    assert (due_at.hour, due_at.utcoffset(), due_at.date()) == (1, timedelta(hours=3), on("2025-04-25"))
