"""Where a case stands, why, what each way out waits for, and what happens next if nothing does."""

from __future__ import annotations

import pytest

from overdue_flow.engine.explain import Explanation, effect_in_words, explain, ways_out
from overdue_flow.engine.explain import explained as explained_rule
from overdue_flow.events import (
    CaseAdopted,
    ContactAttempted,
    DisputeRaised,
    HoldPlaced,
    Instalment,
    MovedByHand,
    NegotiationClosed,
    PaymentReceived,
)
from support.road import Road, at, on, one_stage, opening, road_policy

STAGES = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late, because: an instalment is unpaid}]}
  late:
    on_enter: [{do: call}, {do: visit, with: {role: team}}]
    rules:
      - {id: sue, when: dpd > 20 and failed_negotiations_in_a_row >= 2, to: legal}
      - {id: worth, on: CaseAssessed, when: 'recommendation == "sue"', to: legal, approve: counsel}
      - {id: settled, on: SettlementReached, to: calm2}
      - {id: given-up, when: dpd >= 60, to: gone}
  calm2: {rules: [{id: again, when: dpd > 300, to: gone}]}
  legal: {on_enter: [{do: news}], rules: [{id: over, when: balance == 0, to: gone}]}
  gone: {end: true}
"""
HOLDS = "{dispute: {stops: [legal, contact]}}"


def explained(road: Road, day: str | None = None) -> Explanation:
    return explain(road.machine, road.case, on(day) if day else None)


@pytest.fixture
def road() -> Road:
    road = Road(road_policy(STAGES, holds=HOLDS, buckets="{by: dpd, M1: 1..30, M2: 31..}"))
    road.live("2025-01-11")
    return road


def test_it_says_where_the_loan_stands_since_when_and_how_it_came_there(road: Road) -> None:
    said = explained(road, "2025-01-14")
    assert (said.case_id, said.policy, said.on, said.stage, said.since) == (
        "loan-1", "road 1", on("2025-01-14"), "late", on("2025-01-11"),
    )  # fmt: skip
    assert said.last_move is not None
    assert (said.last_move.from_stage, said.last_move.rule) == ("calm", "late")
    assert said.lines()[:3] == [
        "loan-1 on 2025-01-14, policy road 1",
        "stands in late since 2025-01-11 (3 days)",
        "came from calm by late: an instalment is unpaid",
    ]


def test_without_a_day_it_is_explained_on_the_day_of_its_last_turn(road: Road) -> None:
    assert explained(road).on == on("2025-01-11")


def test_it_tells_the_figures_that_people_ask_for_and_leaves_out_counters_at_zero(road: Road) -> None:
    assert explained(road, "2025-01-14").facts == (
        ("days past due", "4 days"),
        ("overdue amount", "1000.00 CNY"),
        ("balance", "1000.00 CNY"),
        ("bucket", "M1"),
    )
    road.tell(NegotiationClosed(outcome="failed"), "2025-01-14")
    assert explained(road).facts[-1] == ("failed negotiations in a row", "1 time")


def test_net_days_are_told_where_they_differ() -> None:
    terms = "{currency: CNY, time_zone: Asia/Shanghai, counting: {grace_days: 3}}"
    road = Road(road_policy(STAGES, terms=terms))
    said = dict(explained(road, "2025-01-14").facts)
    assert (said["days past due"], said["days past due, net of pauses and grace"]) == ("4 days", "1 day")


def test_a_loan_that_owes_nothing_is_0_days_past_due(road: Road) -> None:
    road.tell(PaymentReceived(amount="1000.00", value_date=on("2025-01-14")), "2025-01-14")
    figures = {"days past due": "0 days", "overdue amount": "0.00 CNY", "balance": "0.00 CNY"}
    assert dict(explained(road).facts) == figures


def test_every_way_out_is_told_in_the_order_in_which_rules_are_tried(road: Road) -> None:
    ways = list(ways_out(road.machine, road.case, on("2025-01-14")))
    assert [(way.rule, way.to_stage, way.waits_for, way.approve, way.held_by) for way in ways] == [
        ("sue", "legal", None, None, None),
        ("worth", "legal", "CaseAssessed", "counsel", None),
        ("settled", "calm2", "SettlementReached", None, None),
        ("given-up", "gone", None, None, None),
    ]


def test_each_part_of_a_condition_says_whether_it_holds_with_its_value_and_from_which_day_it_will(road: Road) -> None:
    way = next(ways_out(road.machine, road.case, on("2025-01-14")))
    assert way.lines() == [
        "sue -> legal",
        "  does not hold: all of these",
        "    not yet  days past due is more than 20: now 4 days, from 2025-01-31",
        "    no       failed negotiations in a row is at least 2: now 0 times",
    ]


def test_a_rule_that_waits_for_an_event_says_for_which_and_who_approves(road: Road) -> None:
    ways = {way.rule: way for way in ways_out(road.machine, road.case, on("2025-01-14"))}
    assert ways["worth"].lines() == ["worth -> legal, on CaseAssessed, approved by counsel"]
    assert ways["settled"].lines() == ["settled -> calm2, on SettlementReached"]
    assert ways["worth"].guard is None, "what the event will say is not known"


def test_a_condition_of_a_rule_on_an_event_that_reads_facts_only_is_explained() -> None:
    rules = "{id: s, on: SettlementReached, when: dpd > 5, to: gone}"
    road = Road(road_policy(one_stage(rules)))
    way = next(ways_out(road.machine, road.case, on("2025-01-12")))
    assert way.guard is not None
    assert way.lines()[0] == "s -> gone, on SettlementReached"
    assert "days past due is more than 5: now 2 days" in way.lines()[1]


def test_what_holds_a_rule_is_named(road: Road) -> None:
    road.tell(DisputeRaised(), "2025-01-14")
    said = explained(road)
    assert said.holds == ("dispute",)
    assert [way.held_by for way in said.ways_out] == ["hold dispute", "hold dispute", None, None]
    assert "hold: dispute" in said.lines()
    assert "sue -> legal: held by hold dispute" in str(said)


def test_what_is_on_its_way_is_told_with_what_has_become_of_it(road: Road) -> None:
    road.tell(DisputeRaised(), "2025-01-14")
    assert [effect_in_words(effect) for effect in explained(road).on_their_way] == [
        "call, due 2025-01-11, held: hold dispute stops contact",
        "visit (role team), due 2025-01-11",
    ]


@pytest.mark.parametrize(
    ("hour", "said"),
    [(0, "note, due 2025-01-12"), (9, "note, due 2025-01-12 09:00")],
)
def test_an_effect_of_an_hour_says_the_hour(hour: int, said: str) -> None:
    road = Road(road_policy(one_stage("{id: n, on: ContactAttempted, do: note}")))
    road.tell(ContactAttempted(channel="phone", outcome="busy"), "2025-01-12", hour)
    assert effect_in_words(road.effects()[0]) == said


def test_a_withheld_effect_says_why() -> None:
    road = Road(road_policy(one_stage("{id: n, on: ContactAttempted, do: call}")))
    road.tell(ContactAttempted(channel="phone", outcome="busy"), "2025-01-05", 9)
    assert effect_in_words(road.effects()[0]) == "call, due 2025-01-05 09:00, vetoed: nothing is overdue"


def test_what_happens_next_if_nothing_does_is_told_by_day(road: Road) -> None:
    road.tell(NegotiationClosed(outcome="failed"), "2025-01-14")
    road.tell(NegotiationClosed(outcome="failed"), "2025-01-15")
    said = explained(road)
    assert [str(coming) for coming in said.coming] == ["2025-01-31  late -> legal by sue; news, due 2025-01-31"]
    assert said.looked_until == on("2026-02-19")
    assert said.lines()[-2:] == ["next, if nothing happens:", f"  {said.coming[0]}"]


def test_at_the_end_of_the_road_nothing_comes_any_more(road: Road) -> None:
    road.tell(MovedByHand(to="gone", role="boss", reason="sold"), "2025-01-14")
    said = explained(road)
    assert (said.ways_out, said.coming) == ((), ())
    text = str(said)
    assert "  none: the road ends here" in text
    assert "  nothing, as far as 2026-02-18" in text
    assert "came from late: sold" in text


def test_no_more_than_six_turns_to_come_are_told() -> None:
    road = Road(road_policy(one_stage(every="[{each: 7 days, do: note}]")))
    said = explained(road)
    assert [str(coming.on) for coming in said.coming] == [
        "2025-01-08", "2025-01-15", "2025-01-22", "2025-01-29", "2025-02-05", "2025-02-12",
    ]  # fmt: skip


def test_a_case_that_will_be_stopped_and_one_that_is_are_told() -> None:
    road = Road(road_policy(STAGES, never="[{id: n, that: stage == gone and dpd < 90}]"))
    road.live("2025-01-11")
    assert str(explained(road).coming[0]) == (
        "2025-03-11  attention (reason a move to gone would break never clause n), due 2025-03-11;"
        " stopped: a move to gone would break never clause n"
    )
    road.live("2025-03-11")
    said = explained(road, "2025-04-01")
    assert (said.stopped, said.coming) == ("a move to gone would break never clause n", ())
    assert "STOPPED: a move to gone would break never clause n; it rests until a person moves it" in said.lines()


def test_a_day_on_which_only_questions_are_asked_is_no_news() -> None:
    road = Road(
        road_policy(
            one_stage("{id: n, when: odds > 1 and dpd >= 3, do: note}"), facts="{odds: {type: number, ask: true}}"
        )
    )
    assert explained(road).coming == ()


def test_where_the_due_date_is_day_1_a_day_is_told_by_the_opening_of_the_next() -> None:
    terms = "{currency: CNY, time_zone: Asia/Shanghai, counting: {due_date_is_day: 1}}"
    road = Road(road_policy(STAGES, terms=terms), opening("2025-03-31"))
    road.live("2025-04-01")
    said = explained(road, "2025-03-31")
    assert (said.stage, said.since, said.facts[0]) == ("late", on("2025-03-31"), ("days past due", "1 day"))
    assert said.lines()[1] == "stands in late since 2025-03-31 (0 days)"


def test_a_hold_that_stands_on_the_day_is_told() -> None:
    road = Road(road_policy(STAGES, holds=HOLDS))
    road.tell(HoldPlaced(hold="hardship", placed_on=on("2025-02-01")), "2025-01-05")
    assert [explained(road, day).holds for day in ("2025-01-31", "2025-02-01")] == [(), ("hardship",)]


def test_an_adopted_loan_stands_where_it_was_since_the_day_given() -> None:
    adopted = CaseAdopted(
        id="a",
        opened_on=on("2025-03-01"),
        instalments=(Instalment(due_on=on("2025-02-10"), amount="10.00"),),
        stage="late",
        stage_entered_on=on("2025-02-15"),
    )
    said = explained(Road(road_policy(STAGES), adopted))
    assert said.lines()[1:3] == [
        "stands in late since 2025-02-15 (14 days)",
        "came from its opening: the case was adopted",
    ]
    assert said.on_their_way[0].due_at == at("2025-03-01", 0)


def test_a_move_of_a_rule_that_gives_no_reason_is_told_without_one() -> None:
    road = Road(road_policy(STAGES.replace(", because: an instalment is unpaid", "")))
    road.live("2025-01-11")
    assert explained(road).lines()[2] == "came from calm by late"


def test_with_the_event_at_hand_a_condition_that_reads_its_fields_is_explained_too() -> None:
    rules = "{id: big, on: PaymentReceived, when: amount > 50 and overdue_amount > 0, to: gone}"
    road = Road(road_policy(one_stage(rules)), opening(amount="1000", currency="JPY"))
    road.live("2025-01-12")
    rule = road.machine.policy.rule("big")
    paid = PaymentReceived(id="p", amount="20", value_date=on("2025-01-12"))
    assert explained_rule(road.machine, rule, road.case, on("2025-01-12")) is None
    found = explained_rule(road.machine, rule, road.case, on("2025-01-12"), paid)
    assert found is not None
    text = "\n".join(found.lines())
    assert "20 JPY" in text
    assert "1000 JPY" in text


CALLS = "{ring: {kind: contact, purpose: collect, params: {channel: choice}}}"
RINGING = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late: {on_enter: [{do: ring, with: {channel: phone}}], rules: [{id: on, when: dpd >= 60, to: calm}]}
"""


def test_what_is_on_its_way_says_which_limits_moved_it_or_would_flag_it_and_why() -> None:
    limits = """[
      {id: night, strength: block, applies_to: {kind: contact}, outside: "08:00-20:00", because: the law of nights},
      {id: week, strength: presume, applies_to: {channel: phone}, blocked_days: [saturday], because: {en: quiet days}},
      {id: few, strength: advise, applies_to: {channel: phone}, counts: attempt, at_most: 0, within: 7 days},
      {id: texts, strength: advise, applies_to: {channel: sms}, blocked_days: [saturday], because: no texts},
    ]"""
    road = Road(road_policy(RINGING, actions=CALLS, limits=limits))
    road.live("2025-01-11")
    lines = explained(road).lines()
    start = lines.index("on their way:")
    assert lines[start + 1 : start + 5] == [
        "  ring (channel phone), due 2025-01-11 08:00 (limit night: outside 08:00-20:00)",
        "    limit night: the law of nights",
        "    would be flagged by limit week (presume): quiet days",
        "    would be flagged by limit few (advise)",
    ]


def test_what_is_held_says_the_law_behind_the_limit_that_holds_it() -> None:
    pause = "[{id: pause, strength: block, applies_to: {kind: contact}, when: dpd >= 1, because: they complained}]"
    road = Road(road_policy(RINGING, actions=CALLS, limits=pause))
    road.live("2025-01-11")
    lines = explained(road).lines()
    start = lines.index("on their way:")
    assert lines[start + 1 : start + 3] == [
        "  ring (channel phone), due 2025-01-11, held: limit pause: dpd >= 1",
        "    limit pause: they complained",
    ]
