"""Delivering: what is due goes to the host's hooks, after a last look at the case as it is now."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect
from overdue_flow.errors import NotBuiltYet
from overdue_flow.events import (
    ComplaintReceived,
    ContactAttempted,
    DisputeRaised,
    Event,
    HoldPlaced,
    MovedByHand,
    NegotiationClosed,
    PaymentReceived,
)
from overdue_flow.policy.policy import Policy
from overdue_flow.runtime.flow import Flow
from overdue_flow.store.memory import MemoryStore
from support.road import at, on, one_stage, opening, road_policy

LATE = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late:
    on_enter: [{do: call}, {do: news, after: 2 days}, {do: visit, with: {role: team}}]
    rules: [{id: paid, when: balance == 0, to: gone}]
  gone: {end: true}
"""


class Host:
    """A host that writes down what reached its hooks, and answers with what it is given."""

    def __init__(self, policy: Policy | tuple[Policy, ...], **answers: Iterable[Event] | Event) -> None:
        self.flow = Flow(policy, MemoryStore(), clock=lambda: at("2025-01-11", 9))
        self.flow.receive("a", opening().model_copy(update={"at": at("2025-01-01")}))
        self.reached: list[str] = []
        self.answers = answers
        for action in ("call", "news", "visit", "attention"):
            self.flow.on(action)(self.takes)

    def takes(self, effect: Effect, case: Case) -> Iterable[Event] | Event | None:
        self.reached.append(f"{effect.action} in {case.course.stage}")
        return self.answers.get(effect.action)

    def delivers(self, day: str, hour: int = 12) -> list[str]:
        """Deliver at an instant; the actions that the flow says it delivered."""
        return [effect.action for effect in self.flow.deliver(at(day, hour))]

    def kinds(self) -> list[str]:
        return [entry.event.kind for entry in self.flow.history("a")]


def test_each_effect_that_is_due_reaches_its_hook_once() -> None:
    host = Host(road_policy(LATE))
    host.flow.wake(on("2025-01-11"))
    assert host.delivers("2025-01-11") == ["call", "visit"]
    assert host.delivers("2025-01-12") == []
    assert host.delivers("2025-01-13") == ["news"]
    assert host.reached == ["call in late", "visit in late", "news in late"]


def test_a_delivery_is_recorded_and_a_task_waits_for_its_person() -> None:
    host = Host(road_policy(LATE))
    host.flow.wake(on("2025-01-11"))
    host.delivers("2025-01-11")
    delivered = [entry.event for entry in host.flow.history("a") if entry.event.kind == "EffectDelivered"]
    assert [event.id for event in delivered] == ["a:2:1:delivered", "a:2:3:delivered"]
    assert [(one.action, one.status) for one in host.flow.case("a").course.open_effects] == [
        ("news", "pending"),
        ("visit", "delivered"),
    ]


def test_without_an_instant_now_is_what_the_clock_says() -> None:
    host = Host(road_policy(LATE))
    assert [effect.action for effect in host.flow.deliver()] == []
    host.flow.wake(on("2025-01-11"))
    assert [effect.action for effect in host.flow.deliver()] == ["call", "visit"]


def test_events_that_a_hook_returns_come_in_by_the_front_door() -> None:
    attempt = ContactAttempted(channel="phone", outcome="conversation", at=at("2025-01-11", 11))
    host = Host(
        road_policy(LATE), call=[attempt, ComplaintReceived(id="theirs")], visit=NegotiationClosed(outcome="failed")
    )
    host.flow.wake(on("2025-01-11"))
    host.delivers("2025-01-11")
    came = [(entry.event.kind, entry.event.id, entry.at.hour) for entry in host.flow.history("a")[2:]]
    assert came == [
        ("EffectDelivered", "a:2:1:delivered", 12),
        ("ContactAttempted", "a:2:1:0", 11),
        ("ComplaintReceived", "theirs", 12),
        ("EffectDelivered", "a:2:3:delivered", 12),
        ("NegotiationClosed", "a:2:3:0", 12),
    ]


def test_an_effect_without_a_hook_stays_where_it_is() -> None:
    flow = Flow(road_policy(LATE), MemoryStore())
    flow.receive("a", opening().model_copy(update={"at": at("2025-01-01")}))
    flow.wake(on("2025-01-11"))
    assert flow.deliver(at("2025-01-11")) == []
    assert len(flow.case("a").course.open_effects) == 3


def test_a_hook_of_an_action_that_the_policy_does_not_have_is_refused() -> None:
    flow = Flow(road_policy(LATE), MemoryStore())
    with pytest.raises(ValueError, match="policy road has no action `cal`; it has call, help, news, note, visit"):
        flow.on("cal")


@pytest.mark.parametrize("action", ["attention", "approval", "hold_review"])
def test_the_tasks_that_every_policy_has_may_have_hooks(action: str) -> None:
    sue = "{id: paid, when: dpd >= 2, to: gone, approve: boss}"
    stages = LATE.replace("{id: paid, when: balance == 0, to: gone}", sue)
    holds = "{dispute: {stops: [contact], review_after: 2 days, lifted_by: [boss]}}"
    host = Host(road_policy(stages, never="[{id: n, that: complaint_open}]", holds=holds))
    host.flow.on(action)(lambda effect, case: host.reached.append(f"{action} of {effect.role}"))
    host.flow.receive("a", DisputeRaised(id="d", at=at("2025-01-11", 8)))
    host.flow.receive("a", ComplaintReceived(id="c", at=at("2025-01-11", 9)))
    host.flow.wake(on("2025-01-20"))
    host.delivers("2025-01-20")
    assert f"{action} of boss" in host.reached


# --- the last look ---


def test_an_effect_that_a_hook_before_it_made_pointless_does_not_go_out() -> None:
    """The call brings a promise kept on the spot: the loan is paid, and its stage left."""
    paid = PaymentReceived(amount="1000.00", value_date=on("2025-01-13"))
    host = Host(road_policy(LATE.replace("{do: call}", "{do: call, after: 2 days}")), call=paid)
    host.flow.wake(on("2025-01-13"))
    assert host.delivers("2025-01-13") == ["visit", "call"]
    assert host.reached == ["visit in late", "call in late"]


def test_the_case_is_lived_to_the_day_of_the_delivery_first() -> None:
    """A hold that begins by its date: nobody had waked the case yet."""
    host = Host(road_policy(LATE, holds="{hardship: {stops: [contact]}}"))
    host.flow.receive("a", HoldPlaced(id="h", hold="hardship", placed_on=on("2025-01-13"), at=at("2025-01-11", 8)))
    assert host.delivers("2025-01-13") == ["visit"]
    assert host.delivers("2025-01-12") == []


def test_a_contact_under_a_hold_does_not_go_out() -> None:
    host = Host(road_policy(LATE, holds="{dispute: {stops: [contact]}}"))
    host.flow.receive("a", DisputeRaised(id="d", at=at("2025-01-11", 8)))
    assert host.delivers("2025-01-20") == ["visit"]


def test_a_contact_that_would_break_a_clause_does_not_go_out() -> None:
    never = "[{id: quiet, that: hold_bankruptcy and contact_delivered}]"
    host = Host(road_policy(LATE, never=never))
    host.flow.receive("a", HoldPlaced(id="h", hold="bankruptcy", at=at("2025-01-11", 8)))
    assert host.delivers("2025-01-20") == ["visit"]
    assert not any(entry.results.breaches for entry in host.flow.history("a"))


def test_a_stopped_case_under_a_hold_sends_nothing_either() -> None:
    never = "[{id: n, that: stage == gone}]"
    stages = LATE.replace("balance == 0", "complaint_open")
    host = Host(road_policy(stages, never=never, holds="{dispute: {stops: [contact]}}"))
    host.flow.receive("a", ComplaintReceived(id="c", at=at("2025-01-11", 7)))
    host.flow.receive("a", DisputeRaised(id="d", at=at("2025-01-11", 8)))
    assert host.flow.case("a").course.stopped is not None
    assert host.delivers("2025-01-20") == ["visit", "attention"]


def test_what_is_too_late_does_not_go_out() -> None:
    host = Host(road_policy(one_stage("{id: r, when: dpd >= 1, do: call, not_after: 3 days}")))
    host.flow.wake(on("2025-01-11"))
    assert host.delivers("2025-01-15", 0) == []
    assert host.reached == []


def test_what_was_cancelled_does_not_go_out() -> None:
    host = Host(road_policy(LATE))
    host.flow.receive("a", MovedByHand(id="m", to="gone", role="boss", reason="?", at=at("2025-01-12")))
    assert host.delivers("2025-01-20") == ["visit"]


# --- what this release does not carry out ---


def test_nothing_goes_out_under_a_limit_that_is_not_carried_out_yet_and_the_rest_does() -> None:
    limits = "[{id: night, strength: block, applies_to: {kind: contact, purpose: collect}, outside: '08:00-22:00'}]"
    host = Host(road_policy(LATE, limits=limits))
    host.flow.wake(on("2025-01-11"))
    with pytest.raises(NotBuiltYet, match=r"a:2:1 \(call\): limit night is not applied"):
        host.delivers("2025-01-11")
    assert host.reached == ["visit in late"]
    assert [one.action for one in host.flow.case("a").course.open_effects][:1] == ["call"]


def test_the_limits_are_those_of_the_law() -> None:
    limits = "[{id: night, strength: block, applies_to: {kind: contact, purpose: collect}, outside: '08:00-22:00'}]"
    old = road_policy(LATE, in_force="{from: 2025-01-01}")
    new = road_policy(LATE, version='"2"', in_force="{from: 2025-01-11}", limits=limits)
    host = Host((old, new))
    host.flow.wake(on("2025-01-11"))
    with pytest.raises(NotBuiltYet, match="limit night"):
        host.delivers("2025-01-11")


# --- after an outage ---


def test_of_several_contacts_of_one_purpose_only_the_newest_goes_out() -> None:
    """Nights and deliveries that were missed for weeks do not make a borrower's telephone ring four times."""
    host = Host(road_policy(one_stage(every="[{each: 5 days, do: call}]")))
    host.flow.wake(on("2025-01-26"))
    waiting = [effect.id for effect in host.flow.case("a").course.open_effects]
    assert len(waiting) == 4
    assert host.delivers("2025-01-26") == ["call"]
    assert [one.event.effect_id for one in host.flow.history("a") if one.event.kind == "EffectFailed"] == waiting[:-1]
    assert host.flow.case("a").course.open_effects == ()
