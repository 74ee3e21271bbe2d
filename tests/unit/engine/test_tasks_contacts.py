"""Contacts: when one may not go out, what becomes of it then, and when it is planned again."""

from __future__ import annotations

import pytest

from overdue_flow.events import (
    ArrearsReported,
    ComplaintReceived,
    HoldLifted,
    HoldPlaced,
    LoanOpened,
    PaymentReceived,
    PaymentReversed,
)
from support.road import Road, at, on, one_stage, opening, road_policy

HOLDS = "{hardship: {stops: [contact]}, bankruptcy: {stops: [legal]}}"


def asking(task: str, holds: str = HOLDS, **sections: str) -> Road:
    """A loan that asks for something on entering `late`, on 2025-01-11, and leaves for `more` on day 30."""
    stages = f"""
  calm: {{start: true, rules: [{{id: late, when: dpd >= 1, to: late}}]}}
  late: {{on_enter: [{{{task}}}], rules: [{{id: on, when: dpd >= 30, to: more}}]}}
  more: {{rules: [{{id: end, when: dpd > 300, to: calm}}]}}
  legal: {{rules: [{{id: out, when: dpd > 300, to: calm}}]}}
"""
    sections = {"everywhere": "[{id: court, when: dpd == 299, to: legal}]", **sections}
    return Road(road_policy(stages, holds=holds, **sections))


def paid(day: str, amount: str = "1000.00", **fields: str) -> PaymentReceived:
    return PaymentReceived.model_validate({"amount": amount, "value_date": day, **fields})


# --- holds ---


def test_a_contact_under_a_hold_waits_and_is_planned_again_when_the_hold_is_lifted() -> None:
    road = asking("do: call")
    road.tell(HoldPlaced(hold="hardship"), "2025-01-05")
    road.live("2025-01-20")
    assert road.asked() == [("2025-01-11", "call held")]
    assert road.effects()[0].reason == "hold hardship stops contact"
    road.tell(HoldLifted(hold="hardship"), "2025-01-20", 15)
    assert road.changes() == [("2025-01-20", "pending", "what held it has ended")]
    (effect,) = road.case.course.open_effects
    assert (effect.status, effect.due_at) == ("pending", at("2025-01-20", 15))


def test_a_contact_that_is_on_its_way_when_a_hold_comes_waits_too() -> None:
    road = asking("do: call, after: 10 days")
    road.tell(HoldPlaced(hold="hardship", ends_on=on("2025-01-16")), "2025-01-12")
    assert road.changes() == [("2025-01-12", "held", "hold hardship stops contact")]
    road.live("2025-01-20")
    assert road.changes()[1:] == [("2025-01-16", "pending", "what held it has ended")]
    assert road.case.course.open_effects[0].due_at == at("2025-01-21", 0)


def test_a_hold_that_begins_by_its_date_holds_contacts_from_that_day() -> None:
    road = asking("do: call, after: 10 days")
    road.tell(HoldPlaced(hold="hardship", placed_on=on("2025-01-15"), ends_on=on("2025-01-18")), "2025-01-12")
    road.live("2025-01-25")
    assert [change[:2] for change in road.changes()] == [("2025-01-15", "held"), ("2025-01-18", "pending")]


@pytest.mark.parametrize(
    ("task", "hold"), [("do: note", "hardship"), ("do: visit", "hardship"), ("do: call", "bankruptcy")]
)
def test_a_hold_holds_what_it_names_and_nothing_else(task: str, hold: str) -> None:
    road = asking(task)
    road.tell(HoldPlaced(hold=hold), "2025-01-05")
    road.live("2025-01-20")
    assert [one.status for one in road.effects()] == ["pending"]


def test_a_held_contact_is_vetoed_once_it_is_too_late_for_it() -> None:
    road = asking("do: call, not_after: 5 days")
    road.tell(HoldPlaced(hold="hardship"), "2025-01-05")
    road.live("2025-02-01")
    assert road.effects()[0].not_after == at("2025-01-17", 0)
    assert road.changes() == [("2025-01-17", "vetoed", "hold hardship stops contact")]
    assert road.open_effects() == []


def test_a_notice_that_must_go_out_and_is_too_late_becomes_a_task() -> None:
    road = asking("do: call, not_after: 5 days, must: true")
    road.tell(HoldPlaced(hold="hardship"), "2025-01-05")
    road.live("2025-02-01")
    (task,) = road.effects("attention")
    assert (str(task.decided_on), task.role, task.cause) == ("2025-01-17", "boss", "late.on_enter[0]")
    assert task.params["reason"] == "call was not delivered in time: hold hardship stops contact"


def test_a_notice_that_is_not_needed_any_more_becomes_no_task() -> None:
    road = asking("do: call, not_after: 5 days, must: true")
    road.tell(HoldPlaced(hold="hardship"), "2025-01-05")
    road.tell(paid("2025-01-13"), "2025-01-13")
    road.tell(HoldLifted(hold="hardship"), "2025-01-14")
    assert road.effects("attention") == []
    assert road.changes() == [("2025-01-14", "vetoed", "nothing is overdue")]


# --- no pursuit where nothing is overdue, or owed ---


@pytest.mark.parametrize(
    ("action", "overdue", "owed", "nothing"),
    [
        ("call", 1, 0, 0),
        ("news", 1, 1, 0),
        ("help", 1, 1, 1),
        ("ask", 1, 1, 1),
        ("warn", 1, 1, 0),
        ("note", 1, 1, 1),
        ("visit", 1, 1, 1),
    ],
)
def test_what_may_go_out_depends_on_what_is_overdue_and_owed(
    action: str, overdue: int, owed: int, nothing: int
) -> None:
    """`collect` needs something overdue; where nothing is owed, only `service` and `survey` are left of contacts."""
    actions = (
        "{call: {kind: contact}, news: {kind: contact, purpose: inform}, help: {kind: contact, purpose: service},"
        " ask: {kind: contact, purpose: survey}, warn: {kind: contact, purpose: legal_notice}, note: {kind: record},"
        " visit: {kind: task}}"
    )
    policy = road_policy(one_stage(f"{{id: r, on: ComplaintReceived, do: {action}}}"), actions=actions)
    found = []
    for amount in ("0.00", "1000.00", "2000.00"):
        road = Road(policy, opening("2025-01-10", "2025-03-10"))
        if amount != "0.00":
            road.tell(paid("2025-01-15", amount), "2025-01-15")
        decision = road.tell(ComplaintReceived(), "2025-01-20")
        found.append(decision.effects[0])
    assert [one.status == "pending" for one in found] == [bool(overdue), bool(owed), bool(nothing)]
    reasons = {one.reason for one in found if one.status != "pending"}
    assert reasons <= {"nothing is overdue", "nothing is owed"}
    assert {one.status for one in found if one.reason} <= {"vetoed"}


def test_a_purpose_that_a_task_states_goes_before_the_actions() -> None:
    road = Road(road_policy(one_stage(on_enter="[{do: call, purpose: service}, {do: help, purpose: collect}]")))
    assert [(one.action, one.purpose, one.status) for one in road.effects()] == [
        ("call", "service", "pending"),
        ("help", "collect", "vetoed"),
    ]


def test_the_closing_word_of_an_end_stage_goes_out_although_nothing_is_owed() -> None:
    stages = """
  calm: {start: true, rules: [{id: paid, when: balance == 0, to: done}]}
  done: {end: true, on_enter: [{do: news}, {do: call}]}
"""
    road = Road(road_policy(stages))
    road.tell(paid("2025-01-05"), "2025-01-05")
    assert road.asked() == [("2025-01-05", "news"), ("2025-01-05", "call vetoed")]


def test_a_contact_on_its_way_is_vetoed_when_the_arrears_are_paid() -> None:
    road = asking("do: call, after: 10 days")
    road.tell(paid("2025-01-15"), "2025-01-15")
    assert road.changes() == [("2025-01-15", "vetoed", "nothing is overdue")]
    road.tell(paid("2025-01-16", "5.00", payment_id="x"), "2025-01-16")
    assert road.open_effects() == []


def test_a_contact_on_its_way_is_vetoed_on_the_value_date_of_a_post_dated_payment() -> None:
    road = asking("do: call, after: 10 days}, {do: news, after: 10 days")
    road.tell(paid("2025-01-15"), "2025-01-12")
    road.live("2025-01-20")
    assert road.changes() == [
        ("2025-01-15", "vetoed", "nothing is overdue"),
        ("2025-01-15", "vetoed", "nothing is owed"),
    ]


def test_what_is_overdue_again_after_a_reversal_is_pursued_by_new_contacts_only() -> None:
    road = asking("do: call, after: 10 days")
    road.tell(paid("2025-01-15", payment_id="p"), "2025-01-15")
    road.tell(PaymentReversed(payment_id="p", reversed_on=on("2025-01-17")), "2025-01-17")
    assert (road.open_effects(), road.fact("dpd")) == ([], 7)


def test_while_it_is_not_known_what_is_overdue_contacts_wait_for_the_next_report() -> None:
    terms = "{currency: CNY, time_zone: Asia/Shanghai, stale_after: 5}"
    road = Road(
        road_policy(one_stage("{id: r, on: ArrearsReported, do: call, after: 10 days, once: case}"), terms=terms),
        LoanOpened(id="opened", opened_on=on("2025-01-01")),
    )
    report = ArrearsReported.model_validate(
        {"as_of": "2025-01-05", "oldest_due_on": "2025-01-02", "overdue_amount": "10.00", "balance": "50.00"}
    )
    road.tell(report, "2025-01-05")
    road.live("2025-01-20")
    assert road.changes() == [("2025-01-11", "held", "it is not known what is overdue")]
    road.tell(report.model_copy(update={"as_of": on("2025-01-19")}), "2025-01-20")
    assert road.changes()[1:] == [("2025-01-20", "pending", "what held it has ended")]
