"""`do` rules: they do not compete; when each fires, and how often."""

from __future__ import annotations

import pytest

from overdue_flow.events import (
    ComplaintAnswered,
    ComplaintReceived,
    HoldPlaced,
    MovedByHand,
    NegotiationClosed,
    PaymentReceived,
)
from support.road import Road, on, one_stage, opening, road_policy


def doing(rule: str, stages: str = "") -> Road:
    """A loan whose stage `late` has one `do` rule."""
    text = f"""
  calm: {{start: true, rules: [{{id: late, when: dpd >= 1 and not arrears_cleared, to: late}}]}}
  late: {{rules: [
    {{id: r, {rule}}}, {{id: back, when: arrears_cleared, to: calm}}, {{id: on, when: dpd == 20, to: more}}]}}
  more: {{rules: [{{id: end, when: dpd > 300, to: calm}}, {{id: home, when: dpd == 22, to: late}}]}}
"""
    return Road(road_policy(stages or text), opening("2025-01-10", "2025-02-10", "2025-03-10"))


def test_a_do_rule_fires_when_its_condition_turns_true() -> None:
    road = doing("when: dpd >= 3, do: note")
    road.live("2025-01-25")
    assert road.asked() == [("2025-01-13", "note")]
    assert (road.effects()[0].cause, road.moves) == ("r", [("2025-01-11", "late", "late")])


def test_a_do_rule_fires_at_each_rising_edge() -> None:
    road = doing("when: complaint_open, do: note")
    for day, event in (
        ("2025-01-12", ComplaintReceived(complaint_id="a")),
        ("2025-01-13", ComplaintReceived(complaint_id="b")),
        ("2025-01-14", ComplaintAnswered(complaint_id="a")),
        ("2025-01-15", ComplaintAnswered(complaint_id="b")),
        ("2025-01-16", ComplaintReceived(complaint_id="c")),
    ):
        road.tell(event, day)
    assert [day for day, _ in road.asked()] == ["2025-01-12", "2025-01-16"]


def test_a_do_rule_fires_on_entry_of_its_stage_where_its_condition_is_true_already() -> None:
    road = doing("when: dpd >= 1, do: note")
    road.live("2025-02-05")
    assert road.moves[1:] == [("2025-01-30", "more", "on"), ("2025-02-01", "late", "home")]
    assert [day for day, _ in road.asked()] == ["2025-01-11", "2025-02-01"]


def test_a_do_rule_of_everywhere_is_no_stages_and_fires_at_its_edge_only() -> None:
    stages = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late: {rules: [{id: on, when: dpd >= 5, to: more}]}
  more: {rules: [{id: end, when: dpd > 300, to: calm}]}
"""
    rule = "[{id: care, when: dpd >= 3, do: visit}]"
    road = Road(road_policy(stages, everywhere=rule))
    road.live("2025-02-05")
    assert road.asked() == [("2025-01-13", "visit")]


def test_a_do_rule_fires_at_the_opening_of_a_loan_whose_condition_is_true_then() -> None:
    stages = one_stage("{id: n, when: balance > 0, do: note}")
    assert Road(road_policy(stages)).asked() == [("2025-01-01", "note")]


def test_do_rules_are_tested_when_moves_have_settled() -> None:
    """The day on which it holds is the day on which the loan leaves: what it would do is not done."""
    road = doing("when: dpd >= 20, do: note")
    road.live("2025-01-31")
    assert road.asked() == []


def test_do_rules_do_not_compete() -> None:
    stages = """
  calm: {start: true, rules: [
    {id: a, when: dpd >= 2, do: note}, {id: b, when: dpd >= 2, do: visit}, {id: c, when: dpd >= 2, do: note}]}
"""
    road = Road(road_policy(stages + "  gone: {end: true}\n", everywhere="[{id: end, when: dpd > 300, to: gone}]"))
    road.live("2025-01-20")
    assert [one.cause for one in road.effects()] == ["a", "b", "c"]


ANSWERING = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1 and not arrears_cleared, to: ring.one}]}
  ring:
    rules: [{id: group, on: PaymentReceived, when: 'amount > 10.00', do: note}]
    stages:
      one: {rules: [{id: stage, on: PaymentReceived, do: visit}, {id: paid, when: arrears_cleared, to: calm}]}
  gone: {end: true}
"""


def test_a_do_rule_on_an_event_fires_at_each_such_event_for_which_it_holds() -> None:
    everywhere = "[{id: all, on: PaymentReceived, do: help}, {id: end, when: dpd > 300, to: gone}]"
    road = Road(road_policy(ANSWERING, everywhere=everywhere))
    for day, amount in (("2025-01-12", "5.00"), ("2025-01-13", "20.00"), ("2025-01-13", "30.00")):
        road.tell(PaymentReceived(amount=amount, value_date=on(day)), day)
    assert [(str(one.decided_on)[8:], one.cause) for one in road.effects()] == [
        ("12", "all"), ("12", "stage"),
        ("13", "all"), ("13", "group"), ("13", "stage"),
        ("13", "all"), ("13", "group"), ("13", "stage"),
    ]  # fmt: skip


def test_do_rules_on_an_event_are_those_of_the_stage_that_the_loan_was_in_when_it_came() -> None:
    """The payment leads out of the stage and its group, and both answer it all the same."""
    road = Road(road_policy(ANSWERING, everywhere="[{id: end, when: dpd > 300, to: gone}]"))
    road.tell(PaymentReceived(amount="1000.00", value_date=on("2025-01-12")), "2025-01-12")
    assert road.stage == "calm"
    assert [one.cause for one in road.effects()] == ["group", "stage"]


def test_do_rules_on_an_event_of_the_stage_that_it_led_to_stay_silent() -> None:
    stages = """
  calm: {start: true, rules: [{id: met, on: ComplaintReceived, to: late}]}
  late: {rules: [{id: n, on: ComplaintReceived, do: note}, {id: end, when: dpd > 300, to: calm}]}
"""
    road = Road(road_policy(stages))
    road.tell(ComplaintReceived(), "2025-01-05")
    assert road.effects() == []
    road.tell(ComplaintReceived(), "2025-01-06")
    assert len(road.effects()) == 1


@pytest.mark.parametrize(
    ("once", "days"),
    [
        ("", ["12", "13", "25", "02", "20"]),
        (", once: stage", ["12", "25", "02", "20"]),
        (", once: episode", ["12", "20"]),
        (", once: true", ["12", "20"]),
        (", once: case", ["12"]),
    ],
)
def test_once_counts_per_visit_of_the_stage_per_episode_or_per_case(once: str, days: list[str]) -> None:
    """An episode lasts from leaving the start stage until the return to it."""
    road = doing(f"on: NegotiationClosed, do: note{once}")
    for day in ("2025-01-12", "2025-01-13"):
        road.tell(NegotiationClosed(outcome="failed"), day)
    road.tell(MovedByHand(to="more", role="boss", reason="?"), "2025-01-20")
    road.tell(MovedByHand(to="late", role="boss", reason="?"), "2025-01-21")
    road.tell(NegotiationClosed(outcome="failed"), "2025-01-25")
    road.tell(NegotiationClosed(outcome="failed"), "2025-02-02")
    road.tell(PaymentReceived(amount="1000.00", value_date=on("2025-02-03")), "2025-02-03")
    assert road.stage == "calm"
    road.tell(NegotiationClosed(outcome="failed"), "2025-02-20")
    assert [day[8:] for day, _ in road.asked()] == days


def test_what_an_event_asked_for_on_the_last_day_of_an_episode_belongs_to_that_episode() -> None:
    road = doing("on: PaymentReceived, do: note, once: episode")
    road.tell(PaymentReceived(amount="1000.00", value_date=on("2025-01-15")), "2025-01-15")
    assert road.stage == "calm"
    road.tell(PaymentReceived(amount="100.00", value_date=on("2025-02-15")), "2025-02-15")
    assert [day for day, _ in road.asked()] == ["2025-01-15", "2025-02-15"]


def test_a_rule_of_everywhere_counts_once_per_stage_by_the_stage_that_the_loan_is_in() -> None:
    stages = """
  calm: {start: true, rules: [{id: late, when: dpd >= 3, to: late}]}
  late: {rules: [{id: end, when: dpd > 300, to: calm}]}
"""
    road = Road(road_policy(stages, everywhere="[{id: n, on: ComplaintReceived, do: note, once: stage}]"))
    for day in ("2025-01-02", "2025-01-03", "2025-01-14", "2025-01-15"):
        road.tell(ComplaintReceived(), day)
    assert [day for day, _ in road.asked()] == ["2025-01-02", "2025-01-14"]


def test_a_rule_with_once_is_no_edge_that_can_be_used_up_by_another_hold() -> None:
    """A do rule under a hold still counts as fired: its effect waits for the hold to end."""
    road = Road(
        road_policy(
            one_stage("{id: c, when: dpd >= 2, do: call, once: case}"),
            holds="{hardship: {stops: [contact]}}",
        )
    )
    road.tell(HoldPlaced(hold="hardship", ends_on=on("2025-01-20")), "2025-01-11")
    road.live("2025-02-01")
    assert road.asked() == [("2025-01-12", "call held")]
    assert road.changes() == [("2025-01-20", "pending", "what held it has ended")]
