"""Holds of a person over their loans: opened later, closed meanwhile, lifted or taken back for days gone by."""

from __future__ import annotations

from datetime import date

from overdue_flow import Flow, MemoryStore
from overdue_flow.events import Closed, EventRetracted, HoldLifted, HoldPlaced, PaymentReceived
from overdue_flow.policy.load import load_policy
from support.families import POLICY, opened
from support.telling import noon

FAMILY = load_policy(text=POLICY)


def opens(flow: Flow, loan: str, day: str = "2025-01-01") -> None:
    event = opened("2025-06-01")
    flow.receive(loan, event.model_copy(update={"at": noon(day), "opened_on": date.fromisoformat(day)}))


def held(day: str = "2025-01-05", placed_on: date | None = None, loans: str = "a") -> Flow:
    """A flow in which a person's first loan comes under a hold of the person."""
    flow = Flow(FAMILY, MemoryStore(), clock=lambda: noon("2026-01-02"))
    for loan in loans:
        opens(flow, loan)
    flow.receive("a", HoldPlaced(id="h", hold="hardship", placed_on=placed_on, at=noon(day)))
    return flow


def stands(flow: Flow, day: str, loans: str = "ab") -> list[bool]:
    return [flow.case(loan).care.stands("hardship", date.fromisoformat(day)) for loan in loans]


def test_a_hold_placed_by_mistake_is_taken_back_on_a_loan_that_was_opened_under_it_too() -> None:
    flow = held()
    opens(flow, "b", "2025-01-10")
    opens(flow, "c", "2025-01-11")
    assert stands(flow, "2025-01-12", "abc") == [True] * 3
    flow.receive("a", EventRetracted(id="r", event_id="h", at=noon("2025-01-12")))
    assert stands(flow, "2025-01-12", "abc") == [False] * 3


def test_a_hold_that_is_to_come_comes_to_a_loan_that_is_opened_before() -> None:
    flow = held(placed_on=date(2025, 2, 1))
    opens(flow, "b", "2025-01-10")
    assert stands(flow, "2025-01-31") == [False, False]
    assert stands(flow, "2025-02-01") == [True, True]


def test_a_lift_for_a_day_before_a_loan_was_opened_lifts_what_it_brought_along() -> None:
    flow = held()
    opens(flow, "b", "2025-01-10")
    flow.receive("a", HoldLifted(id="l", hold="hardship", lifted_on=date(2025, 1, 8), at=noon("2025-01-12")))
    assert stands(flow, "2025-01-12") == [False, False]


def test_a_new_loan_asks_a_loan_that_is_over_for_holds_only_where_there_is_no_other() -> None:
    """One that is closed has not heard that the hold was lifted."""
    flow = held(loans="ab")
    flow.receive("a", PaymentReceived(id="p", amount=100, value_date=date(2025, 1, 6), at=noon("2025-01-06")))
    flow.receive("a", Closed(id="c", at=noon("2025-01-07")))
    flow.receive("b", HoldLifted(id="l", hold="hardship", at=noon("2025-01-08")))
    opens(flow, "c", "2025-01-10")
    assert stands(flow, "2025-01-11", "bc") == [False, False]

    alone = held()
    alone.receive("a", PaymentReceived(id="p", amount=100, value_date=date(2025, 1, 6), at=noon("2025-01-06")))
    alone.receive("a", Closed(id="c", at=noon("2025-01-07")))
    opens(alone, "b", "2025-01-10")
    assert stands(alone, "2025-01-11") == [True, True]
