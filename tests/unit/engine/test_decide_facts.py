"""What a turn makes of facts: those that are asked for, reports that grow old, and what was learnt late."""

from __future__ import annotations

import pytest

from overdue_flow.events import (
    ArrearsReported,
    ComplaintReceived,
    FactsChanged,
    LoanOpened,
    NegotiationClosed,
    PaymentReceived,
    PaymentReversed,
)
from support.road import Road, on, one_stage, road_policy

ODDS = "{odds: {type: number, ask: true, max_age: 10 days}, mood: {type: number, ask: true}}"


def asks(road: Road) -> list[tuple[str, tuple[str, ...]]]:
    return [(str(entry.day), entry.results.asks) for entry in road.entries if entry.results.asks]


def paid(day: str, amount: str = "1000.00", **fields: str) -> PaymentReceived:
    return PaymentReceived.model_validate({"amount": amount, "value_date": day, **fields})


# --- asked facts ---

TALKS = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late: {rules: [{id: talk, when: dpd >= 15 or (dpd >= 7 and odds < 0.2), to: talks}]}
  talks: {rules: [{id: end, when: dpd > 300, to: gone}]}
  gone: {end: true}
"""


def test_a_fact_is_asked_for_on_the_day_on_which_the_rest_of_the_condition_can_hold() -> None:
    road = Road(road_policy(TALKS, facts=ODDS))
    decisions = road.live("2025-02-01")
    assert asks(road) == [("2025-01-17", ("odds",))]
    assert [one.asks for one in decisions] == [(), ("odds",), ()]
    assert road.moves[-1] == ("2025-01-25", "talks", "talk")


def test_the_answer_decides_and_nothing_is_asked_again() -> None:
    road = Road(road_policy(TALKS, facts=ODDS))
    road.live("2025-01-17")
    road.tell(FactsChanged(facts={"odds": "0.1"}), "2025-01-18")
    assert road.moves[-1] == ("2025-01-18", "talks", "talk")
    assert len(asks(road)) == 1


def test_what_is_known_is_not_asked_and_is_asked_again_when_it_is_too_old() -> None:
    road = Road(road_policy(TALKS.replace("dpd >= 15 or", "dpd >= 90 or"), facts=ODDS))
    road.tell(FactsChanged(facts={"odds": "0.9"}), "2025-01-12")
    road.live("2025-02-20")
    # ten days old on the 22nd, and usable on that day in full
    assert asks(road) == [("2025-01-23", ("odds",))]
    road.tell(FactsChanged(facts={"odds": "0.9"}, max_age_days=3), "2025-02-20")
    road.live("2025-03-10")
    assert asks(road)[1:] == [("2025-02-24", ("odds",))]


def test_what_is_too_old_is_missing_and_a_rule_that_reads_it_rests() -> None:
    road = Road(road_policy(TALKS.replace("dpd >= 15 or", "dpd >= 90 or"), facts=ODDS))
    road.tell(FactsChanged(facts={"odds": "0.1"}), "2025-01-05")
    road.live("2025-02-20")
    assert (road.stage, asks(road)) == ("late", [("2025-01-17", ("odds",))])


def test_an_event_after_which_the_rest_can_hold_asks_in_its_turn() -> None:
    road = Road(road_policy(TALKS.replace("dpd >= 7 and", "complaint_open and"), facts=ODDS))
    decision = road.tell(ComplaintReceived(), "2025-01-15")
    assert decision.asks == ("odds",)


def test_do_rules_ask_too_and_several_facts_are_asked_in_order() -> None:
    road = Road(road_policy(one_stage("{id: r, when: dpd >= 3 and odds > 0.5 and mood > 1, do: note}"), facts=ODDS))
    road.live("2025-02-01")
    assert asks(road) == [("2025-01-13", ("mood", "odds"))]
    road.tell(FactsChanged(facts={"mood": 2}), "2025-02-01")
    road.tell(FactsChanged(facts={"odds": 1}), "2025-02-02")
    assert road.asked() == [("2025-02-02", "note")]


def test_a_fact_is_asked_anew_when_the_loan_comes_to_a_stage_that_depends_on_it() -> None:
    stages = """
  calm: {start: true, rules: [{id: late, when: dpd >= 2 and (odds < 0.5 or dpd >= 5), to: late}]}
  late: {rules: [{id: end, when: odds > 0.1 and dpd > 6, to: gone}]}
  gone: {end: true}
"""
    road = Road(road_policy(stages, facts=ODDS))
    road.live("2025-02-01")
    assert asks(road) == [("2025-01-12", ("odds",)), ("2025-01-17", ("odds",))]


def test_a_question_that_is_open_is_not_asked_again_at_every_event_but_in_every_stage() -> None:
    stages = """
  calm: {start: true, rules: [{id: met, on: ComplaintReceived, to: late}, {id: a, when: odds > 1, to: late}]}
  late: {rules: [{id: b, when: odds > 1, to: gone}]}
  gone: {end: true}
"""
    road = Road(road_policy(stages, facts=ODDS))
    road.tell(NegotiationClosed(outcome="failed"), "2025-01-05")
    road.tell(ComplaintReceived(), "2025-01-06")
    road.tell(NegotiationClosed(outcome="failed"), "2025-01-07")
    assert asks(road) == [("2025-01-01", ("odds",)), ("2025-01-06", ("odds",))]


def test_a_stopped_case_asks_nothing() -> None:
    stages = TALKS.replace("{id: talk,", "{id: sue, when: dpd >= 3, to: talks}, {id: talk,")
    road = Road(road_policy(stages, facts=ODDS, never="[{id: n, that: stage == talks}]"))
    road.live("2025-03-01")
    road.tell(ComplaintReceived(), "2025-03-02")
    assert (asks(road), road.case.course.stopped is not None) == ([], True)


# --- reports of arrears ---

STALE = "{currency: CNY, time_zone: Asia/Shanghai, stale_after: 10}"
LATE = """
  calm: {start: true, rules: [{id: late, when: dpd >= 5, to: late}]}
  late: {rules: [{id: end, when: dpd >= 20, to: gone}]}
  gone: {end: true}
"""


def reported(as_of: str, oldest: str | None = "2025-01-10") -> ArrearsReported:
    amount = "100.00" if oldest else "0.00"
    said = {"as_of": as_of, "oldest_due_on": oldest, "overdue_amount": amount, "balance": "900.00"}
    return ArrearsReported.model_validate(said)


def by_report() -> Road:
    return Road(road_policy(LATE, terms=STALE), LoanOpened(id="opened", opened_on=on("2025-01-01")))


def told_stale(road: Road) -> list[str]:
    return [day for day, action in road.asked("attention")]


def test_days_run_on_from_the_last_report_while_it_is_fresh() -> None:
    road = by_report()
    road.tell(reported("2025-01-11"), "2025-01-12")
    road.live("2025-01-20")
    assert road.moves == [("2025-01-15", "late", "late")]


def test_when_a_report_is_stale_rules_that_read_it_rest_and_a_person_is_told() -> None:
    road = by_report()
    road.tell(reported("2025-01-11"), "2025-01-12")
    road.live("2025-03-01")
    assert (road.stage, told_stale(road)) == ("late", ["2025-01-22"])
    (task,) = road.effects("attention")
    assert (task.role, task.params["reason"], task.cause) == ("boss", "the report of arrears is stale", "stale_after")
    assert (road.fact("dpd", "2025-01-21"), road.fact("dpd", "2025-01-22")) == (11, None)
    road.tell(reported("2025-03-01"), "2025-03-02")
    assert road.moves[-1] == ("2025-03-02", "gone", "end")


@pytest.mark.parametrize("condition", ["bucket is None", "days_since_oldest_due is None", "arrears_cleared"])
def test_a_loan_is_not_taken_for_cured_because_its_report_is_stale(condition: str) -> None:
    stages = f"""
  calm: {{start: true, rules: [{{id: late, when: dpd >= 5, to: late}}]}}
  late: {{rules: [{{id: cured, when: {condition}, to: calm}}, {{id: end, when: dpd >= 300, to: gone}}]}}
  gone: {{end: true}}
"""
    policy = road_policy(stages, terms=STALE, buckets="{by: dpd, M1: 1..30, M2: 31..}")
    road = Road(policy, LoanOpened(id="opened", opened_on=on("2025-01-01")))
    road.tell(reported("2025-01-11"), "2025-01-12")
    road.live("2025-03-01")
    assert (road.stage, told_stale(road)) == ("late", ["2025-01-22"])
    road.tell(reported("2025-03-01", None), "2025-03-02")
    assert road.moves[-1] == ("2025-03-02", "calm", "cured")


def test_a_report_that_comes_too_late_to_be_relied_on_is_told_at_once() -> None:
    road = by_report()
    road.tell(reported("2025-01-11"), "2025-02-01")
    assert told_stale(road) == ["2025-02-01"]
    road.tell(reported("2025-01-12"), "2025-02-02")
    assert told_stale(road) == ["2025-02-01"]


def test_each_report_that_grows_old_is_told() -> None:
    road = by_report()
    road.tell(reported("2025-01-11", None), "2025-01-12")
    road.tell(reported("2025-02-11", None), "2025-02-12")
    road.live("2025-06-01")
    assert told_stale(road) == ["2025-01-22", "2025-02-22"]


def test_a_host_that_lets_the_library_count_is_never_stale() -> None:
    road = Road(road_policy(LATE.replace("dpd >= 20", "dpd >= 300"), terms=STALE))
    road.live("2025-06-01")
    assert told_stale(road) == []


def test_terms_that_give_days_nothing_to_be_stale_with_ask_no_reports() -> None:
    road = Road(road_policy(LATE), LoanOpened(id="opened", opened_on=on("2025-01-01")))
    road.tell(reported("2025-01-11"), "2025-01-12")
    road.live("2025-01-31")
    assert (road.moves[-1], told_stale(road)) == (("2025-01-30", "gone", "end"), [])


def test_a_loan_whose_arrears_nobody_reported_yet_owes_nothing() -> None:
    road = by_report()
    road.live("2025-06-01")
    assert (road.moves, road.fact("dpd"), told_stale(road)) == ([], 0, [])


# --- what was learnt late ---

STEPS = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late: {rules: [{id: cured, when: arrears_cleared, to: calm}, {id: sue, when: dpd >= 30, to: court}]}
  court: {rules: [{id: back, when: dpd < 10, to: late}, {id: end, when: dpd > 300, to: gone}]}
  gone: {end: true}
"""


def test_a_back_dated_payment_changes_the_facts_on_the_day_on_which_we_learn_of_it() -> None:
    """Paid on 20 January, noticed after the escalation of 9 February: the rules of the stage it is in now decide."""
    road = Road(road_policy(STEPS))
    road.tell(paid("2025-01-20"), "2025-02-15")
    assert road.moves == [
        ("2025-01-11", "late", "late"),
        ("2025-02-09", "court", "sue"),
        ("2025-02-15", "late", "back"),
        ("2025-02-15", "calm", "cured"),
    ]
    assert road.fact("dpd", "2025-02-15") == 0


@pytest.mark.parametrize(("reversal", "dpd"), [("original_due_date", 50), ("reversal_date", 10)])
def test_a_reversal_restores_the_days_as_the_terms_say(reversal: str, dpd: int) -> None:
    terms = f"{{currency: CNY, time_zone: Asia/Shanghai, counting: {{reversal: {reversal}}}}}"
    road = Road(road_policy(STEPS, terms=terms))
    road.tell(paid("2025-01-15", payment_id="p"), "2025-01-15")
    assert road.stage == "calm"
    road.tell(PaymentReversed(payment_id="p", reversed_on=on("2025-02-19")), "2025-03-01")
    assert road.fact("dpd") == dpd
    assert road.stage == ("court" if dpd == 50 else "late")
