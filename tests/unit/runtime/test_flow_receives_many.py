"""Several events at once: what one by one would give, and what is refused keeps none of the others back."""

from __future__ import annotations

import pytest

from overdue_flow import Decision, Flow, MemoryStore
from overdue_flow.errors import EventConflict, EventRefused, EventsRefused, UnknownCase
from overdue_flow.events import ComplaintReceived, Event, PaymentReceived, PaymentReversed
from support.road import at, on, opening, road_policy


def paid(name: str, day: str = "2025-01-15") -> PaymentReceived:
    return PaymentReceived(id=name, at=at(day), amount="10.00", value_date=on(day))


OPENED = opening().model_copy(update={"at": at("2025-01-01")})
WRONG = PaymentReversed(id="r", at=at("2025-01-16"), payment_id="nothing", reversed_on=on("2025-01-16"))
MIXED: list[tuple[str, Event]] = [
    ("a", OPENED),
    ("b", OPENED),
    ("a", paid("p-1")),
    ("a", WRONG),
    ("c", paid("p-1")),
    ("b", paid("p-1")),
    ("a", paid("p-1")),
    ("a", paid("p-1", "2025-01-20")),
    ("a", ComplaintReceived(at=at("2025-01-21"))),
    ("a", paid("p-2", "2025-01-22")),
]


def flow() -> Flow:
    return Flow(road_policy(), MemoryStore(), clock=lambda: at("2025-02-01"))


@pytest.mark.parametrize("chunk", [1, 3, 500])
def test_what_is_refused_stands_in_its_place_and_the_others_are_recorded(chunk: int) -> None:
    one = flow()
    outcomes = one.receive_many(MIXED, on_error="collect", chunk=chunk)
    assert [type(outcome) for outcome in outcomes] == [
        Decision,
        Decision,
        Decision,
        EventRefused,
        UnknownCase,
        Decision,
        Decision,
        EventConflict,
        EventRefused,
        Decision,
    ]
    repeats = [outcome.repeated for outcome in outcomes if isinstance(outcome, Decision)]
    assert repeats == [False, False, False, False, True, False]
    assert [entry.event.id for entry in one.history("a") if entry.event.id] == ["opened", "p-1", "p-2"]


def test_a_refusal_is_raised_when_all_others_are_recorded() -> None:
    one = flow()
    with pytest.raises(
        EventsRefused, match=r"4 of 10 events were refused, the others recorded; the first: there is no"
    ):
        one.receive_many(MIXED)
    assert one.case("a").events[-1].event.id == "p-2"


def test_the_days_before_each_event_are_lived_in_order() -> None:
    one = flow()
    one.receive_many([("a", OPENED), ("a", paid("p-1", "2025-01-15"))])
    assert [(str(entry.day), entry.event.kind) for entry in one.history("a")] == [
        ("2025-01-01", "LoanOpened"),
        ("2025-01-11", "TimePassed"),
        ("2025-01-15", "PaymentReceived"),
    ]


def test_no_events_are_no_turns() -> None:
    assert flow().receive_many([]) == []
