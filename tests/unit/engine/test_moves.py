"""Moves: which rule wins, how rules chain, and what a person or a ceiling changes about it."""

from __future__ import annotations

import pytest

from overdue_flow.engine.decision import MOVES_PER_TURN_MAX
from overdue_flow.errors import EventRefused
from overdue_flow.events import (
    CaseAssessed,
    ComplaintReceived,
    HostEvent,
    MovedByHand,
    NegotiationClosed,
    PaymentReceived,
    TaskCompleted,
)
from support.road import Road, opening, road_policy, told_of

ORDER = """
  calm: {{start: true, rules: [{{id: late, when: dpd >= 1, to: ring.one}}]}}
  ring:
    rules: [{group}]
    stages:
      one: {{rules: [{stage}, {{id: last, when: dpd > 300, to: gone}}]}}
  red: {{rules: [{{id: red-gone, when: dpd > 300, to: gone}}]}}
  green: {{rules: [{{id: green-gone, when: dpd > 300, to: gone}}]}}
  blue: {{rules: [{{id: blue-gone, when: dpd > 300, to: gone}}]}}
  gone: {{end: true}}
"""


def ordered(everywhere: str, group: str, stage: str) -> Road:
    """A loan in `ring.one` on day 5, when the three rules hold that are given, each as its guard."""
    text = ORDER.format(
        group=f"{{id: g, when: {group}, to: green}}",
        stage=f"{{id: s, when: {stage}, to: blue}}",
    )
    rule = f"[{{id: e, when: {everywhere}, to: red, except: [green, blue]}}]"
    road = Road(road_policy(text, everywhere=rule))
    road.live("2025-01-15")
    return road


# --- which rule wins ---


def test_a_rule_of_everywhere_goes_before_the_groups_and_the_stages() -> None:
    assert ordered("dpd >= 5", "dpd >= 5", "dpd >= 5").moves[-1] == ("2025-01-15", "red", "e")


def test_a_rule_of_the_group_goes_before_the_stages() -> None:
    assert ordered("dpd >= 400", "dpd >= 5", "dpd >= 5").moves[-1] == ("2025-01-15", "green", "g")


def test_a_rule_of_the_stage_fires_where_no_other_matches() -> None:
    assert ordered("dpd >= 400", "dpd >= 400", "dpd >= 5").moves[-1] == ("2025-01-15", "blue", "s")


def test_of_two_rules_of_a_stage_the_first_that_matches_wins() -> None:
    stages = """
  calm: {start: true, rules: [
    {id: never-yet, when: dpd > 90, to: red},
    {id: first, when: dpd >= 3, to: green},
    {id: second, when: dpd >= 3, to: red}]}
  red: {end: true}
  green: {end: true}
"""
    road = Road(road_policy(stages))
    road.live("2025-02-01")
    assert road.moves == [("2025-01-13", "green", "first")]


def test_a_rule_without_a_condition_matches_at_once() -> None:
    stages = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: hall}]}
  hall: {rules: [{id: on, to: room}]}
  room: {rules: [{id: out, when: dpd > 90, to: gone}]}
  gone: {end: true}
"""
    road = Road(road_policy(stages))
    road.live("2025-01-20")
    assert road.moves == [("2025-01-11", "hall", "late"), ("2025-01-11", "room", "on")]


def test_a_rule_whose_target_is_the_stage_itself_never_fires() -> None:
    """`everywhere` leads to `red`; in `red` the rule is passed over, so that the stage's own rules have their turn."""
    stages = """
  calm: {start: true, rules: [{id: late, when: dpd >= 400, to: gone}]}
  red: {rules: [{id: on, when: dpd >= 3, to: gone}]}
  gone: {end: true}
"""
    road = Road(road_policy(stages, everywhere="[{id: e, when: dpd >= 1, to: red}]"))
    road.live("2025-02-01")
    assert road.moves == [("2025-01-11", "red", "e"), ("2025-01-13", "gone", "on")]


def test_a_rule_to_a_group_means_its_first_stage_and_never_fires_there() -> None:
    stages = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: ring}]}
  ring:
    first: two
    stages:
      one: {rules: [{id: to-two, when: dpd >= 400, to: ring.two}]}
      two: {rules: [{id: to-one, when: days_in_stage >= 2, to: ring.one}]}
  gone: {end: true}
"""
    rules = "[{id: e, when: 'dpd in [2, 5]', to: ring}, {id: out, when: dpd >= 400, to: gone}]"
    road = Road(road_policy(stages, everywhere=rules))
    road.live("2025-02-01")
    assert road.moves == [
        ("2025-01-11", "ring.two", "late"),
        ("2025-01-13", "ring.one", "to-one"),
        ("2025-01-15", "ring.two", "e"),
        ("2025-01-17", "ring.one", "to-one"),
    ]


@pytest.mark.parametrize("excepted", ["ring.one", "ring"])
def test_except_names_stages_or_groups_in_which_a_rule_does_not_apply(excepted: str) -> None:
    text = ORDER.format(group="{id: g, when: dpd >= 400, to: green}", stage="{id: s, when: dpd >= 4, to: blue}")
    everywhere = f"[{{id: e, when: dpd >= 2, to: red, except: [{excepted}]}}]"
    road = Road(road_policy(text, everywhere=everywhere))
    road.live("2025-02-01")
    assert road.moves[1:] == [("2025-01-14", "blue", "s"), ("2025-01-14", "red", "e")]


# --- passes ---

CHAIN = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: one}]}
  one: {rules: [{id: to-two, when: dpd >= 1, to: two}]}
  two: {rules: [{id: to-three, when: dpd >= 2, to: three}]}
  three: {end: true}
"""


def test_moves_chain_until_no_rule_matches() -> None:
    road = Road(road_policy(CHAIN))
    (turn,) = road.live("2025-01-11")
    assert told_of([turn]) == [("2025-01-11", "one", "late"), ("2025-01-11", "two", "to-two")]
    assert road.live("2025-01-12")[0].because == ("two to three by to-three",)


def test_in_the_turn_of_its_entry_a_stage_is_0_days_old() -> None:
    stages = CHAIN.replace("dpd >= 1, to: two", "days_in_stage == 0, to: two").replace("dpd >= 2", "days_in_stage >= 1")
    road = Road(road_policy(stages))
    road.live("2025-01-20")
    assert [move[:2] for move in road.moves] == [("2025-01-11", "one"), ("2025-01-11", "two"), ("2025-01-12", "three")]


def test_step_ends_the_turn_after_its_move_and_the_next_day_goes_on() -> None:
    road = Road(road_policy(CHAIN.replace("to: one", "to: one, step: true")))
    assert told_of(road.live("2025-01-11")) == [("2025-01-11", "one", "late")]
    assert road.wakes_on == "2025-01-12"
    assert told_of(road.live("2025-01-12")) == [("2025-01-12", "two", "to-two"), ("2025-01-12", "three", "to-three")]


def test_after_a_step_any_event_goes_on_with_the_road() -> None:
    road = Road(road_policy(CHAIN.replace("to: one", "to: one, step: true")))
    road.live("2025-01-11")
    assert told_of([road.tell(ComplaintReceived(), "2025-01-11")]) == [("2025-01-11", "two", "to-two")]


ON_EVENTS = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: talks}]}
  talks: {rules: [
    {id: agreed, on: NegotiationClosed, when: 'outcome == "agreed"', to: plan},
    {id: other, on: NegotiationClosed, to: court},
    {id: long, when: dpd > 30, to: court}]}
  court: {rules: [{id: again, on: NegotiationClosed, to: plan}, {id: out, when: dpd > 300, to: plan}]}
  plan: {end: true}
"""


@pytest.mark.parametrize(("outcome", "rule", "stage"), [("agreed", "agreed", "plan"), ("failed", "other", "court")])
def test_a_rule_on_an_event_fires_when_it_comes_and_may_name_its_fields(outcome: str, rule: str, stage: str) -> None:
    road = Road(road_policy(ON_EVENTS))
    road.tell(NegotiationClosed.model_validate({"outcome": outcome}), "2025-01-20")
    assert road.moves == [("2025-01-11", "talks", "late"), ("2025-01-20", stage, rule)]


def test_rules_on_the_event_compete_in_the_first_pass_only() -> None:
    """The event led from `talks` to `court`; there a rule on the same event is not tried any more."""
    road = Road(road_policy(ON_EVENTS))
    road.tell(NegotiationClosed(outcome="failed"), "2025-01-20")
    assert road.stage == "court"
    road.tell(NegotiationClosed(outcome="failed"), "2025-01-21")
    assert road.moves[-1] == ("2025-01-21", "plan", "again")


def test_rules_on_the_event_and_plain_ones_are_tried_in_the_order_of_the_file() -> None:
    stages = """
  calm: {start: true, rules: [
    {id: plain, when: dpd >= 10, to: a},
    {id: met, on: ComplaintReceived, to: b},
    {id: never-yet, when: dpd > 300, to: a}]}
  a: {end: true}
  b: {end: true}
"""
    early, late = (
        Road(road_policy(stages)),
        Road(road_policy(stages.replace("dpd >= 10", "overdue_amount > 100.00 and dispute_open"))),
    )
    early.tell(ComplaintReceived(), "2025-01-12")
    assert early.moves == [("2025-01-12", "b", "met")]
    late.tell(ComplaintReceived(), "2025-02-12")
    assert late.moves == [("2025-02-12", "b", "met")]


def test_a_rule_on_another_event_does_not_fire_and_plain_ones_do() -> None:
    road = Road(road_policy(ON_EVENTS.replace("dpd > 30,", "complaint_open,")))
    road.tell(ComplaintReceived(), "2025-01-20")
    assert road.moves[-1] == ("2025-01-20", "court", "long")


def test_rules_may_be_on_an_event_of_the_hosts_own_by_its_name() -> None:
    stages = """
  calm: {start: true, rules: [{id: met, on: Visited, when: 'result == "met"', to: gone}]}
  gone: {end: true}
"""
    road = Road(road_policy(stages, events="{Visited: {result: {type: choice, of: [met, away]}}}"))
    road.tell(HostEvent(name="Visited", fields={"result": "away"}), "2025-01-12")
    assert road.stage == "calm"
    road.tell(HostEvent(name="Visited", fields={"result": "met"}), "2025-01-13")
    assert road.moves == [("2025-01-13", "gone", "met")]


def test_a_field_that_sets_a_fact_is_read_as_the_fact_already_updated() -> None:
    stages = """
  calm: {start: true, rules: [{id: sue, on: CaseAssessed, when: expected_recovery > legal_cost, to: gone}]}
  gone: {end: true}
"""
    road = Road(road_policy(stages))
    road.tell(CaseAssessed(recommendation="sue", expected_recovery="10.00", legal_cost="20.00"), "2025-01-12")
    assert road.stage == "calm"
    road.tell(CaseAssessed(recommendation="sue", expected_recovery="30.00", legal_cost="20.00"), "2025-01-13")
    assert road.stage == "gone"


def test_an_event_that_changes_facts_moves_the_loan_in_its_own_turn() -> None:
    stages = CHAIN.replace("{id: to-three, when: dpd >= 2, to: three}", "{id: paid, when: balance == 0, to: three}")
    road = Road(road_policy(stages))
    road.tell(PaymentReceived(amount="1000.00", value_date="2025-01-20"), "2025-01-20")
    assert road.moves[-1] == ("2025-01-20", "three", "paid")


# --- ceilings ---


def test_a_turn_that_would_run_in_a_circle_is_stopped_at_the_ceiling() -> None:
    stages = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: one}]}
  one: {rules: [{id: to-two, when: dpd >= 1, to: two}]}
  two: {rules: [{id: to-one, when: dpd >= 1, to: one}, {id: out, when: dpd > 300, to: gone}]}
  gone: {end: true}
"""
    road = Road(road_policy(stages))
    (turn,) = road.live("2025-06-01")
    assert turn.entry is not None
    assert len(turn.entry.results.moves) == MOVES_PER_TURN_MAX == 20
    assert turn.entry.results.stopped == ("more than 20 moves in one turn", "to-one")
    assert turn.because[-1] == "stopped: more than 20 moves in one turn"
    assert [
        (one.action, one.role, one.params["reason"], one.cause) for one in turn.effects if one.status == "pending"
    ] == [("attention", "boss", "more than 20 moves in one turn", "to-one")]
    assert road.wakes_on is None


# --- moves by hand ---


def test_a_person_moves_a_loan_anywhere_and_rules_go_on_from_there() -> None:
    road = Road(road_policy(CHAIN.replace("dpd >= 2", "dpd >= 20")))
    road.tell(MovedByHand(to="two", role="boss", reason="they know why"), "2025-01-05")
    assert road.entries[-1].results.moves[0][2:] == (None, "they know why", road.case.day, "by_hand")
    road.live("2025-02-20")
    assert road.moves == [("2025-01-05", "two", None), ("2025-01-30", "three", "to-three")]


def test_an_end_is_left_by_hand_only() -> None:
    road = Road(road_policy(CHAIN, everywhere="[{id: cured, when: arrears_cleared, to: calm}]"))
    road.tell(PaymentReceived(amount="1000.00", value_date="2025-01-20"), "2025-01-20")
    assert road.stage == "three"
    road.tell(MovedByHand(to="calm", role="boss", reason="reopened"), "2025-01-21")
    assert road.stage == "calm"


def test_a_move_by_hand_to_where_the_loan_stands_is_no_move() -> None:
    road = Road(road_policy(CHAIN))
    decision = road.tell(MovedByHand(to="calm", role="boss", reason="stay"), "2025-01-05")
    assert decision.entry is not None
    assert decision.entry.results.moves == ()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("tow", "there is no stage `tow` in policy road 1 (did you mean `two`?)"),
        ("ring", "`ring` is a group; expected one of its stages: ring.a"),
    ],
)
def test_a_move_by_hand_to_no_stage_is_refused(name: str, why: str) -> None:
    stages = CHAIN + "  ring: {stages: {a: {rules: [{id: ring-out, when: dpd > 300, to: three}]}}}\n"
    stages = stages.replace("to: two}", "to: two}, {id: to-ring, when: dpd > 200, to: ring.a}")
    road = Road(road_policy(stages))
    with pytest.raises(EventRefused) as refused:
        road.tell(MovedByHand(to=name, role="boss", reason="?"), "2025-01-05")
    assert str(refused.value) == why
    assert len(road.entries) == 1


def test_an_answer_to_nobodys_question_moves_nothing() -> None:
    road = Road(road_policy(CHAIN), opening("2025-03-01"))
    road.tell(TaskCompleted(effect_id="late", outcome="approved"), "2025-01-05")
    assert road.moves == []
