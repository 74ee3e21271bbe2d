"""Delivering: what is due goes to the host's hooks, after a last look at the case as it is now."""

from __future__ import annotations

from datetime import timedelta

import pytest

from overdue_flow import Flow, MemoryStore
from overdue_flow.cases.effects import Status
from overdue_flow.events import (
    ComplaintReceived,
    ContactAttempted,
    DisputeRaised,
    EffectDelivered,
    EffectWithheld,
    HoldPlaced,
    MovedByHand,
    NegotiationClosed,
    PaymentReceived,
)
from support.road import at, on, one_stage, opening, road_policy
from support.service import Service

LATE = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late:
    on_enter: [{do: call}, {do: news, after: 2 days}, {do: visit, with: {role: team}}]
    rules: [{id: paid, when: balance == 0, to: gone}]
  gone: {end: true}
"""
NIGHT = "[{id: night, strength: block, applies_to: {kind: contact, purpose: collect}, outside: '08:00-22:00'}]"


def delivered(service: Service, day: str, hour: int = 12) -> list[str]:
    """Deliver at an instant; the actions that the flow says it delivered."""
    return [effect.action for effect in service.flow.deliver(at(day, hour))]


def withheld(service: Service, loan: str = "a") -> list[EffectWithheld]:
    return [one.event for one in service.flow.history(loan) if isinstance(one.event, EffectWithheld)]


def test_each_effect_that_is_due_reaches_its_hook_once() -> None:
    service = Service(road_policy(LATE))
    service.wakes("2025-01-11")
    assert delivered(service, "2025-01-11") == ["call", "visit"]
    assert delivered(service, "2025-01-12") == []
    assert delivered(service, "2025-01-13") == ["news"]
    assert service.reached == ["call", "visit", "news"]


def test_a_delivery_is_recorded_and_a_task_waits_for_its_person() -> None:
    service = Service(road_policy(LATE))
    service.wakes("2025-01-11")
    delivered(service, "2025-01-11")
    told = [entry.event for entry in service.flow.history("a") if isinstance(entry.event, EffectDelivered)]
    assert [event.id for event in told] == ["a:2:1:delivered", "a:2:3:delivered"]
    assert [(one.action, one.status) for one in service.flow.case("a").course.open_effects] == [
        ("news", "pending"),
        ("visit", "delivered"),
    ]


def test_without_an_instant_now_is_what_the_clock_says() -> None:
    service = Service(road_policy(LATE))
    assert len(service.flow.deliver()) == 0
    service.wakes("2025-01-11")
    assert [effect.action for effect in service.flow.deliver()] == ["call", "visit"]


def test_no_more_effects_go_out_than_are_asked_for() -> None:
    service = Service(road_policy(LATE))
    service.wakes("2025-01-13")
    report = [[effect.action for effect in service.flow.deliver(limit=2)] for _again in range(3)]
    assert report == [["call", "visit"], ["news"], []]


def test_events_that_a_hook_returns_come_in_by_the_front_door_with_the_delivery() -> None:
    service = Service(road_policy(LATE))
    attempt = ContactAttempted(channel="phone", outcome="conversation", at=at("2025-01-11", 11))
    service.answers = {
        "call": [attempt, ComplaintReceived(id="theirs")],
        "visit": NegotiationClosed(outcome="failed"),
    }
    service.wakes("2025-01-11")
    delivered(service, "2025-01-11")
    came = [(entry.event.kind, entry.event.id, entry.at.hour) for entry in service.flow.history("a")[2:]]
    assert came == [
        ("EffectDelivered", "a:2:1:delivered", 12),
        ("ContactAttempted", "a:2:1:0", 11),
        ("ComplaintReceived", "theirs", 12),
        ("EffectDelivered", "a:2:3:delivered", 12),
        ("NegotiationClosed", "a:2:3:0", 12),
    ]


def test_a_task_without_a_hook_stands_on_the_list_of_tasks() -> None:
    service = Service(road_policy(one_stage("{id: r, when: dpd >= 1, do: visit}")))
    listed = Flow(road_policy(one_stage("{id: r, when: dpd >= 1, do: visit}")), service.store)
    listed.elsewhere("call", "news", "help", "note")
    service.wakes("2025-01-11")
    assert [effect.action for effect in listed.deliver(at("2025-01-11"))] == ["visit"]
    assert [(task.effect.action, task.effect.status) for task in service.store.tasks()] == [("visit", Status.DELIVERED)]


def test_what_another_process_delivers_stays_where_it_is() -> None:
    service = Service(road_policy(LATE), elsewhere=("news", "visit"))
    service.wakes("2025-01-13")
    assert delivered(service, "2025-01-13") == ["call"]
    assert set(service.waiting()) == {"news", "visit"}


@pytest.mark.parametrize("action", ["attention", "approval", "hold_review"])
def test_the_tasks_that_every_policy_has_may_have_hooks(action: str) -> None:
    sue = "{id: paid, when: dpd >= 2, to: gone, approve: boss}"
    stages = LATE.replace("{id: paid, when: balance == 0, to: gone}", sue)
    holds = "{dispute: {stops: [contact], review_after: 2 days, lifted_by: [boss]}}"
    service = Service(road_policy(stages, never="[{id: n, that: complaint_open}]", holds=holds))
    roles: list[str | None] = []
    service.flow.on(action)(lambda effect, case: roles.append(effect.role))
    service.flow.receive("a", DisputeRaised(id="d"), at=at("2025-01-11", 8))
    service.flow.receive("a", ComplaintReceived(id="c"), at=at("2025-01-11", 9))
    service.wakes("2025-01-20")
    delivered(service, "2025-01-20")
    assert "boss" in roles


# --- the last look ---


def test_an_effect_that_a_hook_before_it_made_pointless_does_not_go_out() -> None:
    """The call brings a promise kept on the spot: the loan is paid, and its stage left."""
    service = Service(road_policy(LATE.replace("{do: call}", "{do: call, after: 2 days}")))
    service.answers["call"] = PaymentReceived(amount="1000.00", value_date=on("2025-01-13"))
    service.wakes("2025-01-13")
    assert delivered(service, "2025-01-13") == ["visit", "call"]
    assert service.reached == ["visit", "call"]


def test_the_case_is_lived_to_the_day_of_the_delivery_first() -> None:
    """A hold that begins by its date: nobody had waked the case yet."""
    service = Service(road_policy(LATE, holds="{hardship: {stops: [contact]}}"))
    hold = HoldPlaced(id="h", hold="hardship", placed_on=on("2025-01-13"))
    service.flow.receive("a", hold, at=at("2025-01-11", 8))
    assert delivered(service, "2025-01-13") == ["visit"]


def test_a_contact_under_a_hold_does_not_go_out() -> None:
    service = Service(road_policy(LATE, holds="{dispute: {stops: [contact]}}"))
    service.flow.receive("a", DisputeRaised(id="d"), at=at("2025-01-11", 8))
    assert delivered(service, "2025-01-20") == ["visit"]


def test_a_contact_that_would_break_a_clause_does_not_go_out() -> None:
    never = "[{id: quiet, that: hold_bankruptcy and contact_delivered}]"
    service = Service(road_policy(LATE, never=never))
    service.flow.receive("a", HoldPlaced(id="h", hold="bankruptcy"), at=at("2025-01-11", 8))
    assert delivered(service, "2025-01-20") == ["visit"]
    assert not any(entry.results.breaches for entry in service.flow.history("a"))


def test_a_stopped_case_under_a_hold_sends_nothing_either() -> None:
    never = "[{id: n, that: stage == gone}]"
    stages = LATE.replace("balance == 0", "complaint_open")
    service = Service(road_policy(stages, never=never, holds="{dispute: {stops: [contact]}}"))
    service.flow.receive("a", ComplaintReceived(id="c"), at=at("2025-01-11", 7))
    service.flow.receive("a", DisputeRaised(id="d"), at=at("2025-01-11", 8))
    assert service.flow.case("a").course.stopped is not None
    assert set(delivered(service, "2025-01-20")) == {"visit", "attention"}


def test_what_is_too_late_does_not_go_out_and_the_journal_says_so() -> None:
    service = Service(road_policy(one_stage("{id: r, when: dpd >= 1, do: call, not_after: 3 days}")))
    service.wakes("2025-01-11")
    assert delivered(service, "2025-01-15", 0) == []
    assert service.reached == []
    assert service.waiting() == {}


def test_what_was_cancelled_does_not_go_out() -> None:
    service = Service(road_policy(LATE))
    service.flow.receive("a", MovedByHand(id="m", to="gone", role="boss", reason="?"), at=at("2025-01-12"))
    assert delivered(service, "2025-01-20") == ["visit"]


def test_the_host_brings_the_loan_up_to_date_right_before_something_goes_out() -> None:
    paid = PaymentReceived(id="p", amount="1000.00", value_date=on("2025-01-11"), at=at("2025-01-11", 11))
    service = Service(road_policy(LATE), refresh=lambda case: [paid])
    service.wakes("2025-01-11")
    assert delivered(service, "2025-01-11") == ["visit"]
    assert service.flow.case("a").course.stage == "gone"


@pytest.mark.parametrize(
    ("refresh", "says"),
    [
        (lambda case: 1 / 0, "before delivery: ZeroDivisionError"),
        (lambda case: "nothing", "before delivery: the hook returned"),
        (lambda case: [ComplaintReceived()], "before delivery: `ComplaintReceived` needs an id"),
    ],
)
def test_a_loan_that_cannot_be_brought_up_to_date_is_tried_again(refresh: object, says: str) -> None:
    service = Service(road_policy(LATE), refresh=refresh)
    service.wakes("2025-01-11")
    report = service.flow.deliver()
    assert service.reached == []
    assert [one.reason[: len(says)] for one in report.failed] == [says, says]
    assert service.waiting()["call"].tries == 1


# --- limits ---


def test_a_contact_at_night_waits_for_the_morning_and_the_rest_goes_out() -> None:
    service = Service(road_policy(LATE.replace("{do: call}", "{do: call, after: 1 hours}"), limits=NIGHT))
    service.wakes("2025-01-11")
    assert delivered(service, "2025-01-11", 23) == ["visit"]
    assert [(one.how, one.limit, one.until) for one in withheld(service)] == [
        ("deferred", "night", at("2025-01-12", 8))
    ]
    assert delivered(service, "2025-01-12", 7) == []
    assert delivered(service, "2025-01-12", 8) == ["call"]


def test_the_limits_are_those_of_the_law() -> None:
    old = road_policy(LATE, in_force="{from: 2025-01-01}")
    new = road_policy(LATE, version='"2"', in_force="{from: 2025-01-11}", limits=NIGHT)
    service = Service((old, new))
    service.wakes("2025-01-11")
    assert delivered(service, "2025-01-11", 23) == ["visit"]


def test_a_limit_that_only_advises_is_told_with_the_delivery() -> None:
    service = Service(road_policy(LATE, limits=NIGHT.replace("block", "advise")))
    service.wakes("2025-01-11")
    delivered(service, "2025-01-11", 23)
    told = [one.event.flags for one in service.flow.history("a") if isinstance(one.event, EffectDelivered)]
    assert told == [("night",), ()]


def test_what_one_loan_of_a_person_was_called_about_counts_for_the_other() -> None:
    once = (
        "[{id: once, strength: block, applies_to: {kind: contact}, counts: attempt, at_most: 1, within: 7 days,"
        " per: person}]"
    )
    service = Service(road_policy(LATE, limits=once), opens=False)
    for loan in ("a", "b"):
        service.open(loan, person_id="p")
    service.wakes("2025-01-11")
    report = service.flow.deliver()
    assert [effect.id for effect in report if effect.action == "call"] == ["a:2:1"]
    assert [(one.how, one.limit) for one in withheld(service, "b")] == [("deferred", "once")]


# --- after an outage ---


def test_of_several_contacts_of_one_purpose_only_the_newest_goes_out() -> None:
    """Nights and deliveries that were missed for weeks do not make a borrower's telephone ring four times."""
    service = Service(road_policy(one_stage(every="[{each: 5 days, do: call}]")))
    service.wakes("2025-01-26")
    waiting = [effect.id for effect in service.flow.case("a").course.open_effects]
    assert len(waiting) == 4
    assert delivered(service, "2025-01-26") == ["call"]
    assert [(one.effect_id, one.how) for one in withheld(service)] == [(one, "superseded") for one in waiting[:-1]]
    assert service.flow.case("a").course.open_effects == ()


def test_a_newer_contact_about_another_loan_of_the_person_supersedes_too() -> None:
    service = Service(road_policy(LATE), opens=False)
    service.open("a", person_id="p")
    service.open("b", opening("2025-01-12").model_copy(update={"person_id": "p"}))
    service.wakes("2025-01-13")
    assert [effect.id for effect in service.flow.deliver() if effect.action == "call"] == ["b:2:1"]
    assert [one.how for one in withheld(service, "a")] == ["superseded"]


def test_a_newer_contact_supersedes_also_where_another_worker_delivers_it() -> None:
    """The newest says what the others would have said, however the actions are shared out."""
    store = MemoryStore()
    stages = one_stage("{id: r, when: dpd >= 1, do: call}, {id: s, when: dpd >= 2, do: ring}")
    policy = road_policy(stages, actions="{call: {kind: contact}, ring: {kind: contact}, visit: {kind: task}}")
    calls = Service(policy, store, elsewhere=["ring"])
    rings = Service(policy, store, opens=False, elsewhere=["call"])
    calls.wakes("2025-01-12")
    rings.now = calls.now
    assert [effect.action for effect in calls.flow.deliver()] == []
    assert [one.how for one in withheld(calls)] == ["superseded"]
    assert [effect.action for effect in rings.flow.deliver()] == ["ring"]


def test_a_newer_contact_that_is_stopped_supersedes_none() -> None:
    stages = one_stage("{id: r, when: dpd >= 1, do: call}, {id: s, when: dpd >= 2, do: ring}")
    actions = "{call: {kind: contact}, ring: {kind: contact}, visit: {kind: task}}"
    service = Service(road_policy(stages, actions=actions))
    service.wakes("2025-01-12")
    service.flow.stop("ring", by="the board", reason="the number is wrong")
    assert [effect.action for effect in service.flow.deliver()] == ["call"]


def test_two_contacts_of_one_day_both_go_out() -> None:
    service = Service(road_policy(one_stage("{id: r, when: dpd >= 1, do: call}, {id: s, when: dpd >= 1, do: call}")))
    service.wakes("2025-01-11")
    assert delivered(service, "2025-01-11") == ["call", "call"]


def test_what_must_go_out_is_never_superseded() -> None:
    rules = "{id: r, when: dpd >= 1, do: call, must: true}, {id: s, when: dpd >= 2, do: call}"
    service = Service(road_policy(one_stage(rules)))
    service.wakes("2025-01-12")
    assert delivered(service, "2025-01-12") == ["call", "call"]


def test_a_contact_that_cannot_go_out_supersedes_none() -> None:
    """The newer one goes by a channel that a limit forbids, so the older one is what the person hears."""
    limits = "[{id: few, strength: block, applies_to: {kind: contact, channel: visit}, when: dpd >= 1}]"
    actions = "{call: {kind: contact, params: {channel: choice}}, visit: {kind: task}}"
    older = "{id: r, when: dpd >= 1, do: call, with: {channel: sms}}"
    newer = "{id: s, when: dpd >= 2, do: call, with: {channel: visit}}"
    policy = road_policy(one_stage(f"{older}, {newer}"), actions=actions, limits=limits)
    service = Service(policy)
    service.wakes("2025-01-12")
    assert [effect.params["channel"] for effect in service.flow.deliver(at("2025-01-12"))] == ["sms"]


# --- shadow mode ---


def test_in_shadow_mode_all_is_decided_and_nothing_goes_out() -> None:
    service = Service(road_policy(LATE), shadow=True)
    service.wakes("2025-01-11")
    report = service.flow.deliver()
    assert (list(report), service.reached) == ([], [])
    assert [(one.effect.action, one.how, one.reason) for one in report.withheld] == [
        ("call", "skipped", "shadow mode"),
        ("visit", "skipped", "shadow mode"),
    ]
    assert [effect.action for effect in service.flow.case("a").course.open_effects] == ["news"]
    assert service.delivers(timedelta(days=2)).withheld[0].effect.action == "news"
