"""Early warning: rules that act before anything is overdue, on the calendar and on signs that the host reports."""

from __future__ import annotations

import pytest

from overdue_flow.events import (
    ContactAttempted,
    FactsChanged,
    HoldPlaced,
    HostEvent,
    Instalment,
    LoanOpened,
    PaymentReceived,
)
from support.road import Road, on, one_stage, road_policy

FACTS = "{strained: {type: flag, default: false}, score: {type: number, ask: true, max_age: 30 days}}"
EVENTS = "{salary_missed: {employer: text}}"


def warned(*rules: str, **sections: str) -> Road:
    """A loan of three monthly instalments from 2025-02-10 on, whose start stage has some rules."""
    dues = tuple(Instalment(due_on=on(f"2025-0{month}-10"), amount="100.00") for month in (2, 3, 4))
    opened = LoanOpened(id="opened", opened_on=on("2025-01-01"), instalments=dues)
    said = {"facts": FACTS, "events": EVENTS} | sections
    return Road(road_policy(one_stage(", ".join(f"{{{rule}}}" for rule in rules)), **said), opened)


def paid(road: Road, *days: str) -> None:
    """An instalment paid on each of some days."""
    for day in days:
        road.live(day)
        road.tell(PaymentReceived(amount="100.00", value_date=on(day)), day)


def test_a_reminder_comes_so_many_days_before_each_due_date() -> None:
    road = warned("id: soon, when: days_until_next_due == 3, do: news")
    paid(road, "2025-02-10", "2025-03-10", "2025-04-10")
    road.live("2025-06-01")
    assert road.asked() == [("2025-02-07", "news"), ("2025-03-07", "news"), ("2025-04-07", "news")]
    assert [effect.purpose for effect in road.effects()] == ["inform"] * 3
    assert road.stage == "calm"


def test_nobody_is_reminded_of_what_is_paid_already() -> None:
    road = warned("id: soon, when: days_until_next_due == 3, do: news")
    paid(road, "2025-02-06")
    road.live("2025-03-10")
    assert road.asked() == [("2025-03-07", "news")]


@pytest.mark.parametrize(
    ("do", "status"),
    [("news", "news"), ("help", "help"), ("visit", "visit"), ("note", "note"), ("call", "call vetoed")],
)
def test_nothing_is_collected_before_it_is_due_and_help_may_be_offered(do: str, status: str) -> None:
    road = warned(f"id: soon, when: days_until_next_due == 3, do: {do}")
    road.live("2025-02-10")
    assert road.asked() == [("2025-02-07", status)]
    if do == "call":
        assert road.effects()[0].reason == "nothing is overdue"


def test_a_sign_that_the_host_reports_is_answered_at_once() -> None:
    road = warned("id: ask, on: salary_missed, when: dpd == 0 and days_until_next_due <= 30, do: help")
    road.tell(HostEvent(name="salary_missed", fields={"employer": "Chang Jiang Steel"}), "2025-01-20")
    assert road.asked() == [("2025-01-20", "help")]
    paid(road, "2025-02-10", "2025-03-10", "2025-04-10")
    road.tell(HostEvent(name="salary_missed", fields={"employer": "Chang Jiang Steel"}), "2025-04-20")
    assert len(road.effects()) == 1, "there is no next due date to warn of"


def test_a_sign_that_stands_is_acted_on_when_the_due_date_comes_near() -> None:
    rule = "id: visit-them, when: strained and days_until_next_due <= 5, do: visit, with: {role: team}, within: 2 days"
    road = warned(rule)
    road.tell(FactsChanged(facts={"strained": True}), "2025-01-20")
    assert (road.asked(), road.wakes_on) == ([], "2025-02-05")
    road.live("2025-02-06")
    assert road.asked() == [("2025-02-05", "visit")]
    assert road.effects()[0].deadline_on == on("2025-02-07")


def test_a_sign_may_be_one_that_the_host_is_asked_for() -> None:
    road = warned("id: soon, when: days_until_next_due == 5 and score < 0.3, do: help")
    road.live("2025-02-05")
    assert road.entries[-1].results.asks == ("score",)
    road.tell(FactsChanged(facts={"score": "0.1"}), "2025-02-05")
    assert road.asked() == [("2025-02-05", "help")]


def test_a_loan_that_shows_signs_may_move_before_it_is_overdue_and_back() -> None:
    stages = """
  calm: {start: true, rules: [{id: watch, when: strained and days_until_next_due <= 10, to: watched}]}
  watched:
    every: [{each: 3 days, do: help}]
    rules: [{id: eased, when: not strained, to: calm}, {id: late, when: dpd >= 1, to: late}]
  late: {rules: [{id: out, when: dpd > 900, to: gone}]}
  gone: {end: true}
"""
    dues = tuple(Instalment(due_on=on(f"2025-0{month}-10"), amount="100.00") for month in (2, 3))
    opened = LoanOpened(id="opened", opened_on=on("2025-01-01"), instalments=dues)
    road = Road(road_policy(stages, facts=FACTS), opened)
    road.tell(FactsChanged(facts={"strained": True}), "2025-01-20")
    road.live("2025-02-07")
    assert [(move.on, move.to_stage) for move in road.case.course.moves[1:]] == [(on("2025-01-31"), "watched")]
    assert road.asked("help") == [("2025-02-03", "help"), ("2025-02-06", "help")]
    road.tell(FactsChanged(facts={"strained": False}), "2025-02-08")
    assert road.stage == "calm"
    road.tell(FactsChanged(facts={"strained": True}), "2025-02-09")
    road.live("2025-02-11")
    assert road.stage == "late"


def test_a_warning_waits_under_a_hold_as_any_contact_does() -> None:
    holds = "{dispute: {stops: [contact]}}"
    road = warned("id: soon, when: days_until_next_due == 3, do: news", holds=holds)
    road.tell(HoldPlaced(hold="dispute", ends_on=on("2025-02-09")), "2025-02-01")
    road.live("2025-02-09")
    assert road.changes()[-1][:2] == ("2025-02-09", "pending")


def test_contact_before_the_due_date_is_counted_as_any_contact_is() -> None:
    counts = "{calls: {of: ContactAttempted, within: 7 days}}"
    road = warned("id: soon, when: days_until_next_due == 3 and calls == 0, do: help", counts=counts)
    road.tell(ContactAttempted(channel="phone", outcome="conversation"), "2025-02-05")
    road.live("2025-03-06")
    assert road.asked() == [], "they were spoken to two days before"
    road.live("2025-03-07")
    assert road.asked() == [("2025-03-07", "help")]
