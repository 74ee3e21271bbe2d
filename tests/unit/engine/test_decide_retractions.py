"""Retractions: facts are as if the event had never been, history keeps both, and a person mends what was done."""

from __future__ import annotations

import pytest

from overdue_flow.errors import EventRefused
from overdue_flow.events import (
    CaseAssessed,
    ComplaintReceived,
    ContactAttempted,
    DisputeRaised,
    EffectDelivered,
    EffectFailed,
    Event,
    EventRetracted,
    HoldLifted,
    HoldPlaced,
    MovedByHand,
    NegotiationClosed,
    PaymentReceived,
    TaskCompleted,
)
from support.road import Road, one_stage, road_policy

STEPS = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late: {rules: [{id: cured, when: arrears_cleared, to: calm}, {id: sue, when: dpd >= 30, to: court}]}
  court: {rules: [{id: back, when: dpd < 10, to: late}, {id: end, when: dpd > 300, to: gone}]}
  gone: {end: true}
"""


def paid(day: str, amount: str = "1000.00", **fields: str) -> PaymentReceived:
    return PaymentReceived.model_validate({"amount": amount, "value_date": day, **fields})


def retract(road: Road, event_id: str, day: str) -> list[str]:
    """Withdraw an event; what a person is told to mend."""
    before = len(road.effects("attention"))
    road.tell(EventRetracted(event_id=event_id, reason="wrong loan"), day)
    return [str(one.params["reason"]) for one in road.effects("attention")[before:]]


def test_after_a_retraction_facts_are_as_if_the_event_had_never_been_and_history_keeps_both() -> None:
    road = Road(road_policy(STEPS))
    road.tell(paid("2025-01-15", payment_id="p").model_copy(update={"id": "wrong"}), "2025-01-15")
    assert road.stage == "calm"
    assert retract(road, "wrong", "2025-01-20") == []
    assert (road.fact("dpd"), road.fact("balance")) == (10, 1000)
    assert road.moves[-2:] == [("2025-01-15", "calm", "cured"), ("2025-01-20", "late", "late")]
    assert [entry.event.id for entry in road.entries if entry.event.id] == ["opened", "wrong", "e-2"]
    assert road.case.retracted == frozenset({"wrong"})


ANSWERS = one_stage(
    "{id: a, on: NegotiationClosed, do: visit}, {id: b, on: NegotiationClosed, do: help},"
    " {id: c, on: ComplaintReceived, do: note}"
)


def answered(*outcomes: Event) -> Road:
    """Two effects are asked for by the event `wrong`, one by another; `outcomes` are what became of them."""
    road = Road(road_policy(ANSWERS))
    road.tell(NegotiationClosed(id="wrong", outcome="failed"), "2025-01-15")
    road.tell(ComplaintReceived(id="right"), "2025-01-15")
    for event in outcomes:
        road.tell(event, "2025-01-16")
    return road


def test_what_was_delivered_because_of_a_retracted_event_is_listed_for_a_person_to_mend() -> None:
    road = answered(EffectDelivered(effect_id="loan-1:2:2"), EffectDelivered(effect_id="loan-1:3:1"))
    assert retract(road, "wrong", "2025-01-20") == [
        "event wrong was retracted; what was done because of it: loan-1:2:2"
    ]
    assert road.effects("attention")[0].cause == "retracted"


def test_a_task_that_a_person_has_done_is_listed_too_and_each_effect_once() -> None:
    road = answered(
        EffectDelivered(effect_id="loan-1:2:1"),
        TaskCompleted(effect_id="loan-1:2:1"),
        EffectDelivered(effect_id="loan-1:2:2"),
    )
    assert retract(road, "wrong", "2025-01-20") == [
        "event wrong was retracted; what was done because of it: loan-1:2:1, loan-1:2:2"
    ]


def test_what_was_not_delivered_needs_no_mending() -> None:
    assert retract(answered(EffectFailed(effect_id="loan-1:2:2")), "wrong", "2025-01-20") == []


def test_a_stopped_case_lists_what_is_to_be_mended_as_well() -> None:
    stages = ANSWERS.replace("to: gone}]", "to: gone}, {id: s, when: complaint_open, to: gone}]")
    road = Road(road_policy(stages, never="[{id: n, that: stage == gone}]"))
    road.tell(NegotiationClosed(id="wrong", outcome="failed"), "2025-01-15")
    road.tell(EffectDelivered(effect_id="loan-1:2:2"), "2025-01-15")
    road.tell(ComplaintReceived(id="right"), "2025-01-15")
    assert road.case.course.stopped is not None
    assert len(retract(road, "wrong", "2025-01-20")) == 1


@pytest.mark.parametrize(
    ("event_id", "why"),
    [
        ("nothing", "there is no event `nothing` to retract"),
        ("opened", "the opening of a case cannot be retracted; send `Closed` instead"),
        ("gone", "event `gone` was retracted already"),
        ("going", "a retraction cannot be retracted; send what it withdrew again, with a new id"),
    ],
)
def test_a_retraction_of_what_cannot_be_withdrawn_is_refused(event_id: str, why: str) -> None:
    road = Road(road_policy(STEPS))
    road.tell(ComplaintReceived(id="gone"), "2025-01-05")
    road.tell(EventRetracted(id="going", event_id="gone"), "2025-01-06")
    with pytest.raises(EventRefused) as refused:
        road.tell(EventRetracted(event_id=event_id), "2025-01-07")
    assert str(refused.value) == why


def test_a_refused_lift_stays_refused_when_events_are_folded_again() -> None:
    holds = "{dispute: {stops: [court], lifted_by: [boss]}}"
    road = Road(road_policy(STEPS, holds=holds))
    road.tell(HoldPlaced(hold="dispute"), "2025-01-12")
    road.tell(HoldLifted(hold="dispute", role="team"), "2025-01-13")
    road.tell(ComplaintReceived(id="wrong"), "2025-01-14")
    retract(road, "wrong", "2025-01-15")
    road.live("2025-02-20")
    assert (road.fact("hold_dispute"), road.stage) == (True, "late")


def test_stage_history_is_never_rewritten() -> None:
    road = Road(road_policy(STEPS))
    road.tell(MovedByHand(id="wrong", to="court", role="boss", reason="?"), "2025-01-12")
    retract(road, "wrong", "2025-01-13")
    assert road.moves == [("2025-01-11", "late", "late"), ("2025-01-12", "court", None), ("2025-01-12", "late", "back")]


# --- what is still on its way ---

CAUSED = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late:
    rules:
      - {id: talked, on: NegotiationClosed, do: visit, with: {role: team}}
      - {id: moved, on: ComplaintReceived, to: heard}
      - {id: ladder, on: DisputeRaised, ladder: [call, {do: visit, with: {role: team}}]}
      - {id: asked, on: CaseAssessed, to: gone, approve: boss}
  heard:
    on_enter: [{do: visit, with: {role: team}}]
    rules: [{id: end, when: dpd > 300, to: gone}]
  gone: {end: true}
"""


def caused_by(event: Event, rules: str = CAUSED) -> Road:
    road = Road(road_policy(rules))
    road.live("2025-01-11")
    road.tell(event.model_copy(update={"id": "wrong"}), "2025-01-12")
    return road


@pytest.mark.parametrize("handed_over", [True, False])
def test_what_the_event_asked_for_is_cancelled_and_who_was_given_it_is_told(handed_over: bool) -> None:
    road = caused_by(NegotiationClosed(outcome="failed"))
    task = road.effects("visit")[0].id
    if handed_over:
        road.tell(EffectDelivered(effect_id=task), "2025-01-12")
    told = retract(road, "wrong", "2025-01-13")
    assert told == ([f"event wrong was retracted; what was done because of it: {task}"] if handed_over else [])
    assert road.changes() == [("2025-01-13", "cancelled", "event wrong was retracted")]
    assert [one.role for one in road.effects("task_cancelled")] == (["team"] if handed_over else [])


def test_what_the_stage_asks_for_in_which_the_loan_stays_is_kept() -> None:
    road = caused_by(ComplaintReceived())
    retract(road, "wrong", "2025-01-13")
    assert (road.stage, road.open_effects(), road.changes()) == ("heard", ["visit"], [])


def test_a_ladder_that_the_event_began_ends() -> None:
    road = caused_by(DisputeRaised())
    road.tell(EffectFailed(effect_id=road.effects("call")[0].id, final=True), "2025-01-12")
    assert road.open_effects() == ["visit"]
    retract(road, "wrong", "2025-01-13")
    assert (road.open_effects(), road.case.course.climbs) == ([], ())
    assert road.entries[-1].results.climbs_ended == (("ladder", "event wrong was retracted"),)


def test_a_ladder_that_the_event_brought_on_goes_on() -> None:
    road = caused_by(DisputeRaised())
    attempt = ContactAttempted(id="oops", channel="phone", outcome="busy", effect_id=road.effects("call")[0].id)
    road.tell(attempt, "2025-01-12")
    retract(road, "oops", "2025-01-13")
    assert road.open_effects() == ["visit"]
    assert road.changes() == [("2025-01-12", "delivered", "call was made")]


def test_what_a_rule_asks_for_whose_condition_holds_on_another_ground_is_kept() -> None:
    rules = one_stage("{id: open, when: complaint_open and dpd >= 1, do: help}")
    road = caused_by(ComplaintReceived(complaint_id="a"), rules)
    road.tell(ComplaintReceived(complaint_id="b"), "2025-01-13")
    retract(road, "wrong", "2025-01-14")
    assert (road.open_effects(), road.changes()) == (["help"], [])
    alone = caused_by(ComplaintReceived(complaint_id="a"), rules)
    retract(alone, "wrong", "2025-01-14")
    assert alone.changes() == [("2025-01-14", "cancelled", "event wrong was retracted")]


def test_a_request_that_rests_on_the_event_is_withdrawn() -> None:
    road = caused_by(CaseAssessed(recommendation="sue"))
    assert road.open_effects() == ["approval"]
    retract(road, "wrong", "2025-01-13")
    assert (road.open_effects(), road.case.course.requests) == ([], ())
    assert road.changes() == [("2025-01-13", "cancelled", "event wrong was retracted")]
