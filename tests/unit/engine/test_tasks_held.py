"""What holds, promises and plans keep from going out: all contact or contacts to collect, and which contacts pass."""

from __future__ import annotations

import pytest

from overdue_flow.events import (
    HoldLifted,
    HoldPlaced,
    Instalment,
    PaymentReceived,
    PlanAgreed,
    PlanCancelled,
    PromiseCancelled,
    PromiseMade,
)
from support.road import Road, at, on, one_stage, road_policy

ACTIONS = (
    "{call: {kind: contact, params: {channel: {type: choice, optional: true}, party: {type: choice, of: [borrower,"
    " guarantor, representative], optional: true}, contact_point: {type: text, optional: true}}},"
    " news: {kind: contact, purpose: inform}, writ: {kind: contact, purpose: legal_notice}, note: {kind: notice}}"
)


def asking(task: str, **sections: str) -> Road:
    """A loan that asks for something on entering `late`, on 2025-01-11."""
    stages = f"""
  calm: {{start: true, rules: [{{id: late, when: dpd >= 1, to: late}}]}}
  late: {{on_enter: [{{{task}}}], rules: [{{id: on, when: dpd >= 300, to: calm}}]}}
"""
    return Road(road_policy(stages, **{"actions": ACTIONS, **sections}))


def under(hold: str, task: str) -> list[tuple[str, str]]:
    """What is asked for under a hold of the kind `care`."""
    road = asking(task, holds=f"{{care: {{{hold}}}}}")
    road.tell(HoldPlaced(hold="care"), "2025-01-05")
    road.live("2025-01-20")
    return [(one.action + " " + one.status.value, one.reason) for one in road.effects()]


# --- contacts to collect ---


@pytest.mark.parametrize(
    ("task", "status"),
    [
        ("do: call", "call held"),
        ("do: call, purpose: inform", "call pending"),
        ("do: news", "news pending"),
        ("do: news, purpose: collect", "news held"),
        ("do: note, purpose: collect", "note pending"),
    ],
)
def test_a_hold_that_stops_collecting_lets_other_contacts_pass(task: str, status: str) -> None:
    reason = "hold care stops contacts to collect" if status.endswith("held") else ""

    assert under("stops: [collect]", task) == [(status, reason)]


def test_a_contact_to_collect_is_planned_again_when_the_hold_ends() -> None:
    road = asking("do: call", holds="{care: {stops: [collect], ends_after: 10 days}}")
    road.tell(HoldPlaced(hold="care"), "2025-01-09")
    road.live("2025-02-01")

    assert road.changes() == [("2025-01-19", "pending", "what held it has ended")]


def test_a_beat_that_falls_under_such_a_hold_is_dropped() -> None:
    stages = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late: {every: [{each: 7 days, do: call}], rules: [{id: on, when: dpd >= 300, to: calm}]}
"""
    road = Road(road_policy(stages, actions=ACTIONS, holds="{care: {stops: [collect]}}"))
    road.tell(HoldPlaced(hold="care", ends_on=on("2025-01-20")), "2025-01-15")
    road.live("2025-01-31")

    assert road.asked("call") == [("2025-01-18", "call skipped"), ("2025-01-25", "call")]


# --- contacts that pass ---


@pytest.mark.parametrize(
    ("allows", "task", "passes"),
    [
        ("{party: representative}", "do: call, with: {party: representative}", True),
        ("{party: representative}", "do: call, with: {party: guarantor}", False),
        ("{party: representative}", "do: call", False),
        ("{party: borrower}", "do: call", True),
        ("{purpose: legal_notice}", "do: writ", True),
        ("{purpose: legal_notice}", "do: news", False),
        ("[{purpose: legal_notice}, {party: representative}]", "do: writ", True),
        ("[{purpose: legal_notice}, {party: representative}]", "do: call, with: {party: representative}", True),
        ("{purpose: inform, party: representative}", "do: call, with: {party: representative}", False),
        ("{purpose: [inform, collect], party: representative}", "do: call, with: {party: representative}", True),
        ("{channel: [letter, email]}", "do: call, with: {channel: letter}", True),
        ("{channel: [letter, email]}", "do: call, with: {channel: phone}", False),
        # it may go by any channel, so it passes by none that is named
        ("{channel: [letter, email]}", "do: call", False),
        ("{contact_point: lawyer}", "do: call, with: {contact_point: lawyer}", True),
        ("{contact_point: lawyer}", "do: call", False),
    ],
)
def test_what_a_hold_allows_passes_and_nothing_else(allows: str, task: str, passes: bool) -> None:
    expected = ("pending", "") if passes else ("held", "hold care stops contact")
    ((found, reason),) = under(f"stops: [contact], allows: {allows}", task)

    assert (found.rpartition(" ")[2], reason) == expected


def test_what_one_hold_allows_another_may_stop() -> None:
    road = asking("do: writ", holds="{care: {stops: contact, allows: {purpose: legal_notice}}, stay: {stops: contact}}")
    road.tell(HoldPlaced(hold="care"), "2025-01-05")
    road.tell(HoldPlaced(hold="stay", ends_on=on("2025-01-15")), "2025-01-05")
    road.live("2025-01-14")
    assert road.effects()[0].reason == "hold stay stops contact"

    road.live("2025-01-20")
    assert road.changes() == [("2025-01-15", "pending", "what held it has ended")]


def test_what_a_hold_allows_is_still_not_sent_where_there_is_nothing_to_collect() -> None:
    road = asking("do: call, with: {party: borrower}, after: 5 days", holds="{care: {stops: contact, allows:"
                  " {party: borrower}}}")  # fmt: skip
    road.tell(HoldPlaced(hold="care"), "2025-01-12")
    road.tell(PaymentReceived(amount="1000.00", value_date=on("2025-01-13")), "2025-01-13")

    assert road.changes() == [("2025-01-13", "vetoed", "nothing is overdue")]


def test_the_parameters_of_a_contact_on_its_way_are_looked_at() -> None:
    road = asking("do: call, with: {party: representative}, after: 5 days",
                  holds="{care: {stops: contact, allows: {party: representative}}}")  # fmt: skip
    road.tell(HoldPlaced(hold="care"), "2025-01-12")
    road.live("2025-01-20")

    assert road.changes() == []


def test_a_try_that_a_hold_stops_waits_though_the_next_rung_would_pass() -> None:
    ladder = "ladder: [{do: call, with: {party: borrower}}, {do: call, with: {party: representative}}]"
    road = asking(ladder, holds="{care: {stops: [contact], allows: {party: representative}}}")
    road.tell(HoldPlaced(hold="care"), "2025-01-05")
    road.live("2025-01-15")
    assert road.asked() == [("2025-01-11", "call held")]

    road.tell(HoldLifted(hold="care"), "2025-01-16")
    assert road.case.course.open_effects[0].status == "pending"


# --- promises and plans ---


def test_an_open_promise_holds_contacts_to_collect_until_it_ends() -> None:
    road = asking("do: call", promises="{stops: [collect]}")
    road.tell(PromiseMade(amount="1000.00", due_on=on("2025-01-20")), "2025-01-09")
    road.live("2025-01-20")
    assert [(one.status.value, one.reason) for one in road.effects()] == [
        ("held", "open promise stops contacts to collect")
    ]
    assert road.wakes_on == "2025-01-21"

    road.live("2025-01-25")
    assert road.changes() == [("2025-01-21", "pending", "what held it has ended")]
    assert road.fact("promises_broken") == 1


def test_a_promise_that_is_taken_back_holds_nothing_any_more() -> None:
    road = asking("do: call, after: 3 days", promises="{stops: [collect]}")
    road.tell(PromiseMade(promise_id="p", amount="1000.00", due_on=on("2025-01-20")), "2025-01-12")
    assert road.changes() == [("2025-01-12", "held", "open promise stops contacts to collect")]

    road.tell(PromiseCancelled(promise_id="p"), "2025-01-13")
    assert [change[1] for change in road.changes()] == ["held", "pending"]
    assert road.case.course.open_effects[0].due_at == at("2025-01-14", 0)


def test_a_promise_that_is_kept_leaves_nothing_to_collect() -> None:
    road = asking("do: call", promises="{stops: [collect]}")
    road.tell(PromiseMade(amount="1000.00", due_on=on("2025-01-20")), "2025-01-09")
    road.tell(PaymentReceived(amount="1000.00", value_date=on("2025-01-15")), "2025-01-15")

    assert road.changes() == [("2025-01-15", "vetoed", "nothing is overdue")]


def test_an_open_promise_lets_other_contacts_pass_and_by_default_all() -> None:
    promise = PromiseMade(amount="1000.00", due_on=on("2025-01-20"))
    for task, sections in (("do: news", {"promises": "{stops: [collect]}"}), ("do: call", {})):
        road = asking(task, **sections)
        road.tell(promise, "2025-01-09")
        road.live("2025-01-15")
        assert [one.status.value for one in road.effects()] == ["pending"]


def test_a_plan_that_is_kept_holds_contacts_to_collect_until_one_is_missed() -> None:
    road = asking("do: call", plans="{stops: [collect]}")
    beside = PlanAgreed(
        plan_id="p",
        replaces_contract=False,
        instalments=(Instalment(due_on=on("2025-01-20"), amount="500.00"), Instalment(due_on=on("2025-02-20"),
                     amount="500.00")),
    )  # fmt: skip
    road.tell(beside, "2025-01-09")
    road.live("2025-01-20")
    assert [one.reason for one in road.effects()] == [
        "active plan without a missed instalment stops contacts to collect"
    ]

    road.live("2025-01-25")
    assert road.changes() == [("2025-01-21", "pending", "what held it has ended")]


def test_a_plan_that_is_cancelled_holds_nothing_any_more() -> None:
    road = asking("do: call", plans="{stops: [collect]}")
    plan = PlanAgreed(
        plan_id="p", replaces_contract=False, instalments=(Instalment(due_on=on("2025-03-20"), amount="500.00"),)
    )
    road.tell(plan, "2025-01-09")
    road.tell(PlanCancelled(plan_id="p"), "2025-01-15")

    assert road.changes() == [("2025-01-15", "pending", "what held it has ended")]


def test_what_a_promise_stops_beside_contact_is_still_stopped() -> None:
    stages = one_stage("{id: sue, when: dpd >= 3, to: gone}")
    road = Road(road_policy(stages, promises="{stops: [collect, gone]}"))
    road.tell(PromiseMade(amount="1000.00", due_on=on("2025-01-20")), "2025-01-09")
    road.live("2025-01-25")

    assert road.moves == [("2025-01-21", "gone", "sue")]
