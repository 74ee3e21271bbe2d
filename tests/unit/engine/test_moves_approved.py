"""Moves that wait for a person: asked once, tested again, withdrawn, refused, asked again."""

from __future__ import annotations

from typing import Literal

import pytest

from overdue_flow.errors import EventRefused
from overdue_flow.events import (
    CaseAssessed,
    ComplaintAnswered,
    ComplaintReceived,
    DisputeRaised,
    FactsChanged,
    MovedByHand,
    PaymentReceived,
    TaskCompleted,
)
from support.road import Road, road_policy

WHEN = """
  calm: {{start: true, rules: [{{id: late, when: dpd >= 1, to: late}}]}}
  late: {{rules: [
    {{id: sue, when: dpd >= 5 and not complaint_open, to: court.filed, approve: counsel{again}}},
    {{id: mild, when: {mild}, to: talks}}]}}
  talks: {{rules: [{{id: back, when: dpd >= 20, to: late}}]}}
  court: {{stages: {{filed: {{rules: [{{id: out, when: dpd > 300, to: gone}}]}}}}}}
  gone: {{end: true}}
"""

ON = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late: {rules: [
    {id: sue, on: CaseAssessed, when: 'recommendation == "sue" and odds > 0.5', to: court, approve: counsel},
    {id: drop, on: CaseAssessed, to: gone},
    {id: later, when: dpd >= 60, to: gone}]}
  court: {rules: [{id: out, when: dpd > 300, to: gone}]}
  gone: {end: true}
"""


def waiting(again: str = "", mild: str = "dpd >= 400", **sections: str) -> Road:
    """A loan on 2025-01-15, when counsel is asked; `again` are more fields of the rule, `mild` another rule's guard."""
    road = Road(road_policy(WHEN.format(again=again, mild=mild), **sections))
    road.live("2025-01-15")
    return road


def answered(outcome: str, effect_id: str = "sue", **fields: str) -> TaskCompleted:
    return TaskCompleted.model_validate({"effect_id": effect_id, "outcome": outcome, **fields})


def assessed(road: Road, day: str, recommendation: str = "sue") -> None:
    road.tell(CaseAssessed.model_validate({"recommendation": recommendation}), day)


def on_assessment() -> Road:
    road = Road(road_policy(ON, facts="{odds: number}"))
    road.tell(FactsChanged(facts={"odds": "0.9"}), "2025-01-12")
    return road


# --- asking ---


def test_the_role_is_asked_by_a_task_and_the_loan_stays_until_it_answers() -> None:
    road = waiting()
    (effect,) = road.effects("approval")
    assert (effect.kind, effect.role, effect.cause, str(effect.decided_on)) == ("task", "counsel", "sue", "2025-01-15")
    assert effect.params == {"rule": "sue", "to": "court.filed"}
    (request,) = road.case.course.requests
    assert request[:5] == (effect.id, "sue", "court.filed", "counsel", effect.decided_on)
    assert road.stage == "late"


def test_approval_is_asked_once_however_long_it_takes() -> None:
    road = waiting()
    assert road.live("2025-09-01") == []
    road.tell(DisputeRaised(), "2025-09-02")
    assert len(road.effects("approval")) == 1


@pytest.mark.parametrize("by", ["effect", "rule"])
def test_on_approval_the_loan_moves_and_the_move_says_so(by: str) -> None:
    road = waiting()
    effect_id = road.effects("approval")[0].id if by == "effect" else "sue"
    decision = road.tell(answered("approved", effect_id, role="counsel"), "2025-01-20")
    assert decision.entry is not None
    (move,) = decision.entry.results.moves
    assert (move.to_stage, move.rule, move.how) == ("court.filed", "sue", "approved")
    assert decision.entry.results.requests_ended == ((road.effects("approval")[0].id, "approved"),)
    assert road.changes() == [("2025-01-20", "delivered", "counsel approved")]
    assert (road.open_effects(), road.case.course.requests) == ([], ())


@pytest.mark.parametrize("by_rule", [True, False])
def test_done_is_no_answer_to_a_request_for_approval(by_rule: bool) -> None:
    road = waiting()
    asked = road.effects("approval")[0].id
    with pytest.raises(EventRefused, match="asks for approval, and `done` is no answer; expected `approved` or"):
        road.tell(TaskCompleted(effect_id="sue" if by_rule else asked), "2025-01-20")
    assert road.case.course.requests
    road.tell(TaskCompleted(effect_id=asked, outcome="approved"), "2025-01-20")
    assert road.stage == "court.filed"


@pytest.mark.parametrize("outcome", ["approved", "refused"])
def test_who_did_not_ask_for_approval_gets_none(outcome: Literal["approved", "refused"]) -> None:
    road = waiting()
    road.tell(answered("approved", road.effects("approval")[0].id, role="team"), "2025-01-20")
    attention = road.effects("attention")[0].id
    with pytest.raises(EventRefused, match=f"`{attention}` asks for no approval, and `{outcome}` is no answer"):
        road.tell(TaskCompleted(effect_id=attention, outcome=outcome), "2025-01-21")
    road.tell(TaskCompleted(effect_id=attention), "2025-01-21")
    assert road.open_effects() == ["approval"]


def test_another_role_may_not_answer_and_a_person_is_told() -> None:
    road = waiting()
    road.tell(answered("approved", road.effects("approval")[0].id, role="team"), "2025-01-20")
    assert road.stage == "late"
    assert road.open_effects() == ["approval", "attention"]
    assert road.effects("attention")[0].params["reason"] == "team may not answer for counsel"
    road.tell(answered("approved", road.effects("approval")[0].id, role="counsel"), "2025-01-21")
    assert road.stage == "court.filed"


def test_the_answer_to_another_task_is_no_answer() -> None:
    road = waiting()
    road.tell(answered("approved", "mild"), "2025-01-20")
    assert (road.stage, len(road.case.course.requests)) == ("late", 1)


# --- other rules meanwhile ---


def test_no_later_rule_is_tried_in_the_pass_that_asks() -> None:
    road = waiting(mild="dpd >= 5")
    assert (road.stage, road.open_effects()) == ("late", ["approval"])


def test_in_later_turns_other_rules_fire_and_the_request_is_withdrawn() -> None:
    road = waiting(mild="dpd >= 5")
    assert road.wakes_on == "2025-01-16"
    road.live("2025-01-16")
    assert road.moves[-1] == ("2025-01-16", "talks", "mild")
    assert road.changes() == [("2025-01-16", "cancelled", "the case left late")]
    assert road.entries[-1].results.requests_ended == ((road.effects("approval")[0].id, "withdrawn"),)
    assert (road.open_effects(), road.case.course.requests) == ([], ())


def test_a_new_visit_of_the_stage_asks_anew() -> None:
    road = waiting(mild="dpd == 6")
    road.live("2025-02-28")
    assert road.moves[1:] == [("2025-01-16", "talks", "mild"), ("2025-01-30", "late", "back")]
    assert road.asked("approval") == [("2025-01-15", "approval"), ("2025-01-30", "approval")]


# --- the guard is tested again ---


def test_a_request_is_withdrawn_once_its_condition_turns_false_and_asked_again_when_it_is_true() -> None:
    road = waiting()
    road.tell(ComplaintReceived(), "2025-01-20")
    assert road.changes() == [("2025-01-20", "cancelled", "its condition no longer holds")]
    assert (road.open_effects(), road.case.course.requests) == ([], ())
    road.tell(ComplaintAnswered(), "2025-01-25")
    assert road.asked("approval") == [("2025-01-15", "approval"), ("2025-01-25", "approval")]


def test_a_request_is_withdrawn_by_itself_on_the_day_its_condition_turns_false() -> None:
    stages = WHEN.format(again="", mild="dpd >= 400").replace("not complaint_open", "dpd <= 40")
    road = Road(road_policy(stages))
    road.live("2025-12-01")
    assert road.changes() == [("2025-02-20", "cancelled", "its condition no longer holds")]


def test_an_approval_that_comes_with_the_condition_gone_moves_nothing() -> None:
    stages = WHEN.format(again="", mild="dpd >= 400").replace("not complaint_open", "balance > 0")
    road = Road(road_policy(stages))
    road.live("2025-01-15")
    road.tell(PaymentReceived(amount="1000.00", value_date="2025-01-21"), "2025-01-19")
    road.tell(answered("approved"), "2025-01-21", 0)
    assert road.moves == [("2025-01-11", "late", "late")]
    assert road.entries[-2].results.requests_ended[0][1] == "withdrawn"


def test_the_request_keeps_the_fields_of_its_event() -> None:
    road = on_assessment()
    assessed(road, "2025-01-20")
    assert road.open_effects() == ["approval"]
    road.tell(answered("approved"), "2025-02-20")
    assert road.moves[-1] == ("2025-02-20", "court", "sue")


def test_a_request_of_an_event_is_withdrawn_once_a_fact_of_its_condition_turns() -> None:
    road = on_assessment()
    assessed(road, "2025-01-20")
    road.tell(FactsChanged(facts={"odds": "0.4"}), "2025-01-21")
    assert road.changes() == [("2025-01-21", "cancelled", "its condition no longer holds")]
    assert road.live("2025-02-20") == []


# --- refusal ---


def test_a_refused_when_rule_is_not_asked_again_in_this_visit() -> None:
    road = waiting()
    road.tell(answered("refused"), "2025-01-20")
    assert road.changes() == [("2025-01-20", "delivered", "counsel refused")]
    assert (road.stage, road.open_effects()) == ("late", [])
    road.live("2025-11-01")
    road.tell(ComplaintReceived(), "2025-11-02")
    road.tell(ComplaintAnswered(), "2025-11-03")
    assert len(road.effects("approval")) == 1


def test_a_refused_rule_does_not_match_so_that_later_rules_are_tried_at_once() -> None:
    road = waiting(mild="dpd == 10")
    road.tell(answered("refused"), "2025-01-20")
    assert road.moves[-1] == ("2025-01-20", "talks", "mild")


def test_a_when_rule_is_asked_again_after_the_span_that_it_says() -> None:
    road = waiting(again=", ask_again_after: 10 days")
    road.tell(answered("refused"), "2025-01-20")
    assert road.wakes_on == "2025-01-30"
    road.live("2025-03-01")
    assert road.asked("approval") == [("2025-01-15", "approval"), ("2025-01-30", "approval")]


def test_a_refusal_counts_for_the_visit_in_which_it_was_given() -> None:
    """Refused in a turn that leaves the stage for one with more visits behind it; the next visit asks again."""
    stages = """
  talks: {start: true, rules: [{id: back, when: 'dpd in [1, 20]', to: late}]}
  late: {rules: [{id: sue, when: dpd >= 5, to: gone, approve: counsel}, {id: mild, when: dpd == 10, to: talks}]}
  gone: {end: true}
"""
    road = Road(road_policy(stages))
    road.tell(answered("refused"), "2025-01-20")
    assert (road.stage, dict(road.case.course.visits)) == ("talks", {"talks": 2, "late": 1})
    road.live("2025-02-28")
    assert road.moves[-1] == ("2025-01-30", "late", "back")
    assert road.asked("approval") == [("2025-01-15", "approval"), ("2025-01-30", "approval")]


def test_after_a_refusal_an_on_rule_asks_again_at_a_new_event_only() -> None:
    road = on_assessment()
    assessed(road, "2025-01-20")
    road.tell(answered("refused"), "2025-01-21")
    road.tell(ComplaintReceived(), "2025-01-22")
    road.live("2025-02-20")
    assert road.asked("approval") == [("2025-01-20", "approval")]
    assessed(road, "2025-02-21")
    assert road.asked("approval") == [("2025-01-20", "approval"), ("2025-02-21", "approval")]


def test_while_an_on_rule_is_asked_a_new_event_goes_on_to_the_later_rules() -> None:
    road = on_assessment()
    assessed(road, "2025-01-20")
    assessed(road, "2025-01-25")
    assert road.moves[-1] == ("2025-01-25", "gone", "drop")
    assert len(road.effects("approval")) == 1


# --- what holds and versions do to a request ---


def test_an_approval_under_a_hold_is_withdrawn_and_asked_again_when_the_hold_ends() -> None:
    road = waiting(holds="{dispute: {stops: [court]}}")
    road.tell(DisputeRaised(), "2025-01-18")
    decision = road.tell(answered("approved"), "2025-01-20")
    assert decision.entry is not None
    assert decision.entry.results.requests_ended[0][1] == "withdrawn"
    assert road.changes()[-1] == ("2025-01-20", "cancelled", "hold dispute stops it")
    assert road.stage == "late"


def test_a_stopped_case_keeps_its_request_and_what_is_answered_meanwhile_is_not_lost() -> None:
    never = "[{id: quiet, that: complaint_open and contact_delivered}]"
    stages = WHEN.format(again="", mild="dpd >= 400").replace(" and not complaint_open", "")
    stages = stages.replace("id: mild,", "id: ring, on: ComplaintReceived, do: call}, {id: mild,")
    road = Road(road_policy(stages, never=never))
    road.live("2025-01-15")
    road.tell(ComplaintReceived(), "2025-01-16")
    assert road.case.course.stopped is not None
    road.tell(answered("approved"), "2025-01-17")
    assert (road.stage, len(road.case.course.requests)) == ("late", 1)
    road.tell(ComplaintAnswered(), "2025-01-18")
    road.tell(MovedByHand(to="late", role="boss", reason="go on"), "2025-01-19")
    road.tell(answered("approved", road.effects("approval")[0].id), "2025-01-20")
    assert road.stage == "court.filed"
