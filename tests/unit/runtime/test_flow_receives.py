"""Flow: events come in by one door, and what it refuses changes nothing."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from overdue_flow import Flow, MemoryStore
from overdue_flow.errors import EventConflict, EventRefused
from overdue_flow.events import ComplaintReceived, NegotiationOpened, PaymentReceived
from support.road import at, on, one_stage, opening, road_policy


def flow() -> Flow:
    """A flow with one loan of 2025-01-01."""
    opened = Flow(road_policy(), MemoryStore(), clock=lambda: at("2025-03-01"))
    opened.receive("loan-1", opening(), at=at("2025-01-01"))
    return opened


@pytest.mark.parametrize(
    ("noticed", "says"),
    [
        (datetime(2025, 1, 5, 12), "does not say in which time zone"),  # noqa: DTZ001  # that is the point
        (at("9999-12-31"), "expected a year from 1900 to 2200"),
        (at("0001-01-01"), "expected a year from 1900 to 2200"),
    ],
)
def test_an_instant_that_names_no_day_of_a_loan_is_refused(noticed: datetime, says: str) -> None:
    one = flow()
    before = one.case("loan-1")
    with pytest.raises(EventRefused, match=says):
        one.receive("loan-1", NegotiationOpened(id="n-1"), at=noticed)
    assert one.case("loan-1") == before


@pytest.mark.parametrize("told", [None, {"kind": "NegotiationOpened", "id": "n-1"}, "NegotiationOpened"])
def test_what_is_no_event_is_refused_alike_whether_it_comes_alone_or_among_others(told: Any) -> None:
    one = flow()
    with pytest.raises(EventRefused, match=r"is no event; expected one of those in `overdue_flow\.events`") as alone:
        one.receive("loan-1", told)
    (among,) = one.receive_many([("loan-1", told)], on_error="collect")
    assert str(among) == str(alone.value)


def test_a_repeat_may_write_the_same_amount_and_instant_in_another_way() -> None:
    one = flow()
    paid = PaymentReceived(id="p-1", amount=Decimal("1.0"), value_date=on("2025-01-05"))
    one.receive("loan-1", paid, at=at("2025-01-05"))
    assert one.receive("loan-1", paid.model_copy(update={"amount": Decimal("1.00")})).repeated
    with pytest.raises(EventConflict):
        one.receive("loan-1", paid.model_copy(update={"amount": Decimal("1.01")}))
    there = NegotiationOpened(id="n-1", happened_at=at("2025-01-06", 8))
    one.receive("loan-1", there)
    here = NegotiationOpened(id="n-1", happened_at=datetime.fromisoformat("2025-01-06T00:00:00+00:00"))
    assert one.receive("loan-1", here).repeated


def test_an_event_from_before_a_night_that_was_run_counts_from_when_it_was_noticed() -> None:
    """A case that slept through the nights is where it would be had nobody run them; what follows is lived after it."""
    asks = one_stage("{id: r, when: days_since_complaint >= 5, do: note}")
    quiet = Flow(road_policy(asks), MemoryStore())
    quiet.receive("a", opening(), at=at("2025-01-01"))
    quiet.wake(on("2025-03-01"))
    late = quiet.receive("a", ComplaintReceived(id="c"), at=at("2025-02-01"))
    assert late.case.day == on("2025-02-01")
    assert [one.case.day for one in quiet.wake(on("2025-03-01"))] == [on("2025-02-06")]


def test_a_turn_never_goes_back_behind_the_cases_last_one() -> None:
    woken = Flow(road_policy(one_stage("{id: r, when: dpd >= 10, do: note}")), MemoryStore())
    woken.receive("a", opening(), at=at("2025-01-01"))
    woken.wake(on("2025-03-01"))
    late = woken.receive("a", ComplaintReceived(id="c"), at=at("2025-01-05"))
    assert late.case.day == on("2025-01-20")
    assert late.case.events[-1].on == on("2025-01-05")
