"""When to look again: the next day on which something may happen by itself, and no day without need."""

from __future__ import annotations

from datetime import timedelta

import pytest

from overdue_flow.engine.wake import HORIZON_DAYS, next_wake, stirs
from overdue_flow.events import (
    ArrearsReported,
    CaseAssessed,
    ComplaintReceived,
    Event,
    FactsChanged,
    HoldPlaced,
    Instalment,
    LoanOpened,
    PaymentReceived,
    PlanAgreed,
    PromiseMade,
    TaskCompleted,
)
from support.road import Road, on, one_stage, opening, road_policy

LATE = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late: {rules: [{id: talk, when: dpd >= 15, to: talks}, {id: ring, when: days_since_last_contact > 6, do: call}]}
  talks: {rules: [{id: end, when: dpd > 100, to: gone}]}
  gone: {end: true}
"""


def test_a_loan_sleeps_until_a_comparison_of_a_guard_of_its_stage_can_flip() -> None:
    road = Road(road_policy(LATE))
    found = [road.wakes_on]
    for day in ("2025-01-11", "2025-01-25", "2025-04-21"):
        road.live(day)
        found.append(road.wakes_on)
    assert found == ["2025-01-11", "2025-01-25", "2025-04-21", None]


def test_do_rules_wake_as_rules_that_move_do() -> None:
    road = Road(road_policy(one_stage("{id: n, when: 'dpd in [4, 9]', do: note}")))
    road.live("2025-01-13")
    assert road.wakes_on == "2025-01-14"
    road.live("2025-01-14")
    assert road.wakes_on == "2025-01-19"


def test_a_day_on_which_a_comparison_flips_and_nothing_follows_is_no_day_to_wake() -> None:
    stages = LATE.replace("dpd >= 15", "dpd >= 15 and complaint_open")
    road = Road(road_policy(stages))
    road.live("2025-01-11")
    assert road.wakes_on is None
    road.tell(ComplaintReceived(), "2025-01-12")
    assert road.wakes_on == "2025-01-25"


def test_what_lies_beyond_the_horizon_wakes_to_look_again() -> None:
    road = Road(road_policy(one_stage("{id: n, when: dpd >= 900, do: note}")))
    assert HORIZON_DAYS == 400
    assert road.wakes_on == str(on("2025-01-01") + timedelta(days=400))
    road.live("2027-12-31")
    assert [day for day, _ in road.asked()] == [str(on("2025-01-10") + timedelta(days=900))]


def test_a_loan_at_its_end_sleeps_for_ever() -> None:
    road = Road(road_policy(LATE))
    road.live("2025-05-01")
    assert (road.stage, road.wakes_on) == ("gone", None)


def test_beats_wake() -> None:
    road = Road(road_policy(one_stage(every="[{each: 1 month, do: note}]")))
    assert road.wakes_on == "2025-02-01"


def test_a_beat_whose_condition_is_false_may_wake_and_leaves_no_row() -> None:
    road = Road(road_policy(one_stage(every="[{each: 7 days, do: note, when: dpd > 20}]")))
    road.live("2025-02-01")
    assert len(road.entries) == 1


def test_the_end_of_an_asked_facts_age_wakes() -> None:
    facts = "{odds: {type: number, ask: true, max_age: 10 days}}"
    road = Road(road_policy(one_stage("{id: n, when: odds < 0.2, do: note}"), facts=facts))
    road.tell(FactsChanged(facts={"odds": "0.9"}), "2025-01-05")
    assert road.wakes_on == "2025-01-16"


def test_the_first_day_on_which_a_report_is_stale_wakes() -> None:
    terms = "{currency: CNY, time_zone: Asia/Shanghai, stale_after: 10}"
    road = Road(road_policy(one_stage(), terms=terms), LoanOpened(id="opened", opened_on=on("2025-01-01")))
    report = {"as_of": "2025-01-05", "overdue_amount": "0.00", "balance": "900.00"}
    road.tell(ArrearsReported.model_validate(report), "2025-01-06")
    assert road.wakes_on == "2025-01-16"


def test_a_never_clause_that_time_will_break_wakes() -> None:
    road = Road(road_policy(one_stage(), never="[{id: n, that: dpd >= 12}]"))
    assert road.wakes_on == "2025-01-22"


# --- holds, promises, plans ---

SUE = """
  calm: {start: true, rules: [{id: sue, when: dpd >= 1, to: legal}]}
  legal: {rules: [{id: end, when: dpd > 3000, to: gone}]}
  gone: {end: true}
"""


PLAN = PlanAgreed(replaces_contract=False, instalments=(Instalment(due_on=on("2025-01-20"), amount="9.00"),))


@pytest.mark.parametrize(
    ("event", "day"),
    [
        (HoldPlaced(hold="dispute", ends_on=on("2025-01-20")), "2025-01-20"),
        (PromiseMade(amount="2000.00", due_on=on("2025-01-20")), "2025-01-21"),
        (PLAN, "2025-01-21"),
        (HoldPlaced(hold="dispute"), None),
    ],
    ids=["hold", "promise", "plan", "endless hold"],
)
def test_the_end_of_what_holds_a_rule_wakes(event: Event, day: str | None) -> None:
    road = Road(road_policy(SUE, holds="{dispute: {stops: [legal]}}"))
    road.tell(event, "2025-01-05")
    road.live("2025-01-12")
    assert [one.rule for one in road.case.course.held] == ["sue"]
    assert road.wakes_on == day
    road.live("2025-01-31")
    assert road.stage == ("legal" if day else "calm")


def test_the_end_of_a_hold_wakes_the_contacts_that_wait_for_it() -> None:
    road = Road(road_policy(one_stage("{id: c, when: dpd >= 1, do: call}"), holds="{hardship: {stops: [contact]}}"))
    road.tell(HoldPlaced(hold="hardship", ends_on=on("2025-03-01")), "2025-01-05")
    road.live("2025-01-11")
    assert road.wakes_on == "2025-03-01"


def test_the_last_day_of_a_held_contact_wakes() -> None:
    rules = "{id: c, when: dpd >= 1, do: call, not_after: 5 days}"
    road = Road(road_policy(one_stage(rules), holds="{hardship: {stops: [contact]}}"))
    road.tell(HoldPlaced(hold="hardship"), "2025-01-05")
    road.live("2025-01-11")
    assert road.wakes_on == "2025-01-17"


def test_a_value_date_to_come_wakes_where_a_contact_is_on_its_way() -> None:
    road = Road(road_policy(one_stage("{id: c, when: dpd >= 1, do: call, after: 30 days}")))
    road.tell(PaymentReceived(amount="1000.00", value_date=on("2025-01-20")), "2025-01-12")
    assert road.wakes_on == "2025-01-20"


# --- approvals ---

ASKING = one_stage(
    "{id: sue, when: dpd >= 1 and dpd < 40, to: gone, approve: counsel, ask_again_after: 3 business days}"
)


def test_while_approval_is_awaited_the_end_of_its_condition_wakes() -> None:
    road = Road(road_policy(ASKING))
    road.live("2025-01-11")
    assert road.wakes_on == "2025-02-19"


def test_after_a_refusal_the_day_to_ask_again_wakes() -> None:
    road = Road(road_policy(ASKING))
    road.tell(TaskCompleted(effect_id="sue", outcome="refused"), "2025-01-17")
    assert road.wakes_on == "2025-01-22"
    road.live("2025-01-22")
    assert road.asked("approval")[-1] == ("2025-01-22", "approval")


def test_a_request_of_an_event_wakes_when_a_clock_ends_its_condition() -> None:
    guard = "'recommendation == \"sue\" and days_in_stage < 20'"
    rules = f"{{id: sue, on: CaseAssessed, when: {guard}, to: gone, approve: boss}}"
    road = Road(road_policy(one_stage(rules)))
    road.tell(CaseAssessed(recommendation="sue"), "2025-01-05")
    road.live("2025-02-01")
    assert road.changes() == [("2025-01-21", "cancelled", "its condition no longer holds")]


# --- never too late ---


def test_a_day_before_the_wake_day_stirs_nothing() -> None:
    """Every day up to the wake day is asked on its own."""
    road = Road(road_policy(LATE), opening("2025-01-10", "2025-02-10"))
    road.live("2025-01-11")
    wake = next_wake(road.machine, road.case)
    assert wake is not None
    day = road.case.day + timedelta(days=1)
    while day < wake:
        assert not stirs(road.machine, road.case, day)
        day += timedelta(days=1)
    assert stirs(road.machine, road.case, wake)


def test_a_stopped_case_stirs_on_no_day() -> None:
    road = Road(road_policy(LATE, never="[{id: n, that: stage == talks}]"))
    road.live("2025-01-25")
    assert road.case.course.stopped is not None
    assert (next_wake(road.machine, road.case), stirs(road.machine, road.case, on("2025-04-21"))) == (None, False)
