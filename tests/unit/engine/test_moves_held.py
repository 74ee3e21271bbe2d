"""What keeps a matching rule from moving a loan: a hold, an open promise, a plan that is kept."""

from __future__ import annotations

import pytest

from overdue_flow.events import (
    CaseAssessed,
    DisputeRaised,
    DisputeResolved,
    Event,
    HoldLifted,
    HoldPlaced,
    Instalment,
    MovedByHand,
    PaymentReceived,
    PlanAgreed,
    PlanCancelled,
    PromiseCancelled,
    PromiseMade,
)
from support.road import Road, on, opening, road_policy

ROAD = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late: {rules: [
    {id: sue, when: dpd >= 5, to: legal},
    {id: judge, on: CaseAssessed, to: legal},
    {id: visit, when: dpd >= 8, to: visits}]}
  visits: {rules: [{id: back, when: dpd >= 400, to: late}]}
  legal:
    first: claim
    rules: [{id: won, when: balance == 0, to: gone}]
    stages:
      claim: {rules: [{id: filed, when: dpd >= 20, to: legal.court}]}
      court: {rules: [{id: out, when: dpd > 300, to: gone}]}
  gone: {end: true}
"""
HOLDS = "{dispute: {stops: [legal]}, hardship: {stops: [contact]}}"


def held_road(*happened: tuple[str, Event], **sections: str) -> Road:
    road = Road(road_policy(ROAD, **({"holds": HOLDS} | sections)))
    for day, event in happened:
        road.tell(event, day)
    return road


def held_in(road: Road) -> list[tuple[str, str, str]]:
    """Every rule that was noted as held: the day, the rule, by what."""
    return [(str(entry.day), one.rule, one.by) for entry in road.entries for one in entry.results.held]


def ended_in(road: Road) -> list[tuple[str, str]]:
    """Every rule of which was noted that nothing holds it any more."""
    return [(str(entry.day), rule) for entry in road.entries for rule in entry.results.held_ended]


# --- holds ---


def test_a_held_rule_counts_as_not_matching_and_later_rules_are_tried() -> None:
    road = held_road(("2025-01-12", DisputeRaised()))
    road.live("2025-03-01")
    assert road.moves == [("2025-01-11", "late", "late"), ("2025-01-18", "visits", "visit")]


def test_a_rule_is_noted_as_held_once_in_the_turn_in_which_that_begins() -> None:
    road = held_road(("2025-01-12", DisputeRaised()))
    road.live("2025-01-17")
    road.tell(PromiseMade(amount="10.00", due_on=on("2025-03-01")), "2025-01-17")
    assert held_in(road) == [("2025-01-15", "sue", "hold dispute")]
    assert [entry.day for entry in road.entries][-2:] == [on("2025-01-15"), on("2025-01-17")]
    assert road.case.course.held[0].to_stage == "legal.claim"


def test_when_the_hold_ends_the_rule_is_tried_in_that_events_turn() -> None:
    road = held_road(("2025-01-12", DisputeRaised()))
    road.tell(DisputeResolved(), "2025-01-16")
    assert road.moves[-1] == ("2025-01-16", "legal.claim", "sue")
    assert ended_in(road) == [("2025-01-16", "sue")]
    assert road.case.course.held == ()


def test_when_the_hold_ends_by_its_date_the_rule_is_tried_at_the_opening_of_that_day() -> None:
    road = held_road(("2025-01-12", HoldPlaced(hold="dispute", ends_on=on("2025-01-17"))))
    road.live("2025-01-16")
    assert (road.stage, road.wakes_on) == ("late", "2025-01-17")
    road.live("2025-01-17")
    assert road.moves[-1] == ("2025-01-17", "legal.claim", "sue")


def test_a_hold_that_was_placed_for_a_day_to_come_holds_from_that_day() -> None:
    road = held_road(("2025-01-12", HoldPlaced(hold="dispute", placed_on=on("2025-01-15"))))
    road.live("2025-01-15")
    assert held_in(road) == [("2025-01-15", "sue", "hold dispute")]


def test_it_is_noted_that_a_rule_is_held_no_more_when_its_condition_ends() -> None:
    road = held_road(("2025-01-12", DisputeRaised()))
    road.live("2025-01-15")
    road.tell(PaymentReceived(amount="1000.00", value_date=on("2025-01-16")), "2025-01-16")
    assert ended_in(road) == [("2025-01-16", "sue")]


def test_a_hold_stops_moves_between_the_stages_of_its_group() -> None:
    road = held_road(("2025-01-16", DisputeRaised()))
    road.live("2025-02-10")
    assert road.moves[1:] == [("2025-01-15", "legal.claim", "sue")]
    assert held_in(road) == [("2025-01-30", "filed", "hold dispute")]


def test_a_hold_never_stops_a_move_out_of_its_group() -> None:
    road = held_road(("2025-01-16", DisputeRaised()))
    road.tell(PaymentReceived(amount="1000.00", value_date=on("2025-01-20")), "2025-01-20")
    assert road.moves[-1] == ("2025-01-20", "gone", "won")


@pytest.mark.parametrize("hold", ["hardship", "bankruptcy"])
def test_a_hold_that_does_not_name_the_group_stops_no_move(hold: str) -> None:
    road = held_road(("2025-01-12", HoldPlaced(hold=hold)))
    road.live("2025-01-15")
    assert road.stage == "legal.claim"


def test_a_rule_on_an_event_is_held_at_that_event_only() -> None:
    road = held_road(("2025-01-12", DisputeRaised()), ("2025-01-13", CaseAssessed(recommendation="sue")))
    assert held_in(road) == [("2025-01-13", "judge", "hold dispute")]
    assert road.entries[-1].results.held[0].at_event
    assert road.case.course.held == ()
    road.tell(DisputeResolved(), "2025-01-14")
    assert road.stage == "late"
    assert ended_in(road) == []


def test_a_person_may_move_a_loan_into_a_held_group() -> None:
    road = held_road(
        ("2025-01-12", DisputeRaised()), ("2025-01-13", MovedByHand(to="legal", role="boss", reason="agreed with them"))
    )
    assert road.stage == "legal.claim"


def test_a_rule_of_the_stage_that_a_step_led_to_is_noted_as_held_the_next_day() -> None:
    stages = ROAD.replace("to: late}]", "to: late, step: true}]").replace("dpd >= 5", "dpd >= 1")
    road = Road(road_policy(stages, holds=HOLDS))
    road.tell(DisputeRaised(), "2025-01-05")
    road.live("2025-01-11")
    assert (held_in(road), road.wakes_on) == ([], "2025-01-12")
    road.live("2025-01-13")
    assert held_in(road) == [("2025-01-12", "sue", "hold dispute")]


# --- who lifts ---

LIFTED = "{dispute: {stops: [legal], lifted_by: [boss, counsel]}}"


@pytest.mark.parametrize(("role", "why"), [("team", "team may not lift it"), (None, "it was not said who lifts it")])
def test_a_lift_by_another_role_is_recorded_and_reported_and_the_hold_stays(role: str | None, why: str) -> None:
    road = held_road(("2025-01-12", DisputeRaised()), holds=LIFTED)
    road.tell(HoldLifted(hold="dispute", role=role), "2025-01-16")
    assert road.entries[-1].results.lifts_refused == ("dispute",)
    assert road.fact("hold_dispute") is True
    assert road.stage == "late"
    told = [(one.action, one.role, one.params["reason"], one.cause) for one in road.effects("attention")]
    assert told == [("attention", "boss", f"hold dispute stays: {why}", "holds.dispute")]


@pytest.mark.parametrize("role", ["boss", "counsel"])
def test_a_lift_by_a_role_that_may_ends_the_hold(role: str) -> None:
    road = held_road(("2025-01-12", DisputeRaised()), holds=LIFTED)
    road.tell(HoldLifted(hold="dispute", role=role), "2025-01-16")
    assert (road.stage, road.effects("attention")) == ("legal.claim", [])


def test_anybody_lifts_a_hold_of_which_the_policy_names_nobody() -> None:
    road = held_road(("2025-01-12", HoldPlaced(hold="hardship")), ("2025-01-13", HoldLifted(hold="hardship")))
    assert road.fact("on_hold") is False


# --- promises and plans ---

PROMISE = PromiseMade(amount="1000.00", due_on=on("2025-01-20"))
PLAN = PlanAgreed(
    plan_id="p",
    replaces_contract=False,
    instalments=(
        Instalment(due_on=on("2025-01-25"), amount="500.00"),
        Instalment(due_on=on("2025-03-25"), amount="500.00"),
    ),
)


@pytest.mark.parametrize("sections", [{}, {"promises": "{stops: [legal]}"}], ids=["by default", "as said"])
def test_an_open_promise_stops_moves_into_legal_until_its_last_day_is_over(sections: dict[str, str]) -> None:
    road = held_road(("2025-01-12", PROMISE), **sections)
    road.live("2025-01-17")
    assert held_in(road) == [("2025-01-15", "sue", "open promise")]
    road = held_road(("2025-01-12", PromiseMade(amount="1000.00", due_on=on("2025-01-16"))), **sections)
    road.live("2025-02-01")
    assert road.moves[1:] == [("2025-01-17", "legal.claim", "sue"), ("2025-01-30", "legal.court", "filed")]


def test_a_promise_that_is_taken_back_holds_nothing() -> None:
    road = held_road(("2025-01-12", PROMISE))
    road.live("2025-01-16")
    road.tell(PromiseCancelled(), "2025-01-16")
    assert road.moves[-1] == ("2025-01-16", "legal.claim", "sue")


def test_a_plan_without_a_missed_instalment_stops_moves_into_legal() -> None:
    road = held_road(("2025-01-12", PLAN))
    road.live("2025-01-17")
    assert held_in(road) == [("2025-01-15", "sue", "active plan without a missed instalment")]
    road.tell(PlanCancelled(), "2025-01-17")
    assert road.stage == "legal.claim"


def test_a_plan_with_a_missed_instalment_stops_nothing() -> None:
    stages = ROAD.replace("dpd >= 8", "dpd >= 400")
    road = Road(road_policy(stages, holds=HOLDS))
    road.tell(PLAN, "2025-01-12")
    road.live("2025-02-10")
    assert road.moves[1:] == [("2025-01-26", "legal.claim", "sue"), ("2025-01-30", "legal.court", "filed")]


def test_neither_promise_nor_plan_stops_moves_inside_the_group() -> None:
    road = held_road(("2025-01-16", PLAN), ("2025-01-16", PromiseMade(amount="1.00", due_on=on("2025-12-01"))))
    road.live("2025-01-30")
    assert road.moves[-1] == ("2025-01-30", "legal.court", "filed")


@pytest.mark.parametrize("section", ["promises", "plans"])
def test_a_policy_may_let_promises_or_plans_stop_nothing_or_something_else(section: str) -> None:
    event = PROMISE if section == "promises" else PLAN
    free = held_road(("2025-01-12", event), **{section: "{stops: []}"})
    free.live("2025-01-15")
    assert free.stage == "legal.claim"
    other = Road(road_policy(ROAD.replace("dpd >= 5,", "dpd >= 9,"), **{section: "{stops: [visits]}"}))
    other.tell(event, "2025-01-12")
    other.live("2025-01-18")
    assert [one.rule for one in other.case.course.held] == ["visit"]


def test_where_there_is_no_legal_a_promise_stops_nothing() -> None:
    stages = ROAD.replace("legal", "court_room")
    road = Road(road_policy(stages), opening())
    road.tell(PROMISE, "2025-01-12")
    road.live("2025-01-15")
    assert road.stage == "court_room.claim"


def test_a_policy_version_in_force_later_decides_what_holds_stop() -> None:
    """The case is pinned to the first version; what a hold stops is the law's."""
    strict, lax = (
        road_policy(ROAD, holds=HOLDS),
        road_policy(ROAD, version='"2"', holds="{dispute: {stops: [contact]}}"),
    )
    road = Road(strict, law=lax)
    road.tell(DisputeRaised(), "2025-01-12")
    road.live("2025-01-15")
    assert road.stage == "legal.claim"
    assert road.entries[-1].policy == ("road", "1", "2")
