"""Who is told of what was recorded: observers of moves, and the log."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from overdue_flow import Case, Entry, Flow, MemoryStore
from overdue_flow.errors import EventRefused
from overdue_flow.events import ComplaintReceived, MovedByHand, PaymentReversed
from support.road import at, on, opening, road_policy


def flow_of() -> Flow:
    flow = Flow(road_policy(), MemoryStore())
    flow.receive("a", opening(), at=at("2025-01-01"))
    return flow


def moved(name: str = "m") -> MovedByHand:
    return MovedByHand(id=name, to="gone", role="boss", reason="?", at=at("2025-01-20"))


def test_an_observer_is_told_of_moves_once_they_are_recorded() -> None:
    flow = flow_of()
    seen: list[tuple[str, str, str | None]] = []

    @flow.watch
    def note(case: Case, entry: Entry) -> None:
        assert flow.case(case.id) == case
        assert flow.history(case.id)[-1] == entry
        seen.extend((case.id, move.to_stage, move.rule) for move in entry.results.moves)

    flow.receive("a", ComplaintReceived(id="c", at=at("2025-01-02")))
    flow.wake(on("2025-01-11"))
    flow.receive("a", moved())
    flow.receive("a", moved())
    assert seen == [("a", "late", "late"), ("a", "gone", None)]


def test_observers_hear_of_batches_and_of_deliveries_too() -> None:
    flow = flow_of()
    seen: list[str] = []
    flow.watch(lambda case, entry: seen.append(entry.event.kind))
    flow.receive_many([("b", opening().model_copy(update={"at": at("2025-01-01")})), ("b", moved())])
    assert seen == ["LoanOpened", "TimePassed", "MovedByHand"]


def test_nobody_hears_of_what_was_refused() -> None:
    flow = flow_of()
    seen: list[str] = []
    flow.watch(lambda case, entry: seen.append(entry.event.kind))
    with pytest.raises(EventRefused):
        flow.receive("a", PaymentReversed(id="r", payment_id="p", reversed_on=on("2025-01-20")), at=at("2025-01-20"))
    assert seen == []


def test_an_observer_that_raises_is_logged_and_the_others_are_told(caplog: pytest.LogCaptureFixture) -> None:
    flow = flow_of()
    seen: list[str] = []
    flow.watch(lambda case, entry: 1 / 0)
    flow.watch(lambda case, entry: seen.append(case.id))
    flow.receive("a", moved())
    assert flow.case("a").course.stage == "gone"
    assert seen == ["a", "a"]
    said = [record for record in _turns(caplog) if record.levelno == logging.ERROR]
    assert [(record.getMessage(), _told(record)["case_id"]) for record in said] == [
        ("an observer of case a raised; the turn stands", "a")
    ] * 2


def test_moves_are_logged_with_what_they_were_for_a_machine_to_read(caplog: pytest.LogCaptureFixture) -> None:
    flow = flow_of()
    with caplog.at_level(logging.INFO, "overdue_flow"):
        flow.receive("a", ComplaintReceived(id="c", at=at("2025-01-02")))
        flow.receive("a", moved())
    assert [record.getMessage() for record in _turns(caplog)] == [
        "case a: TimePassed to late",
        "case a: MovedByHand to gone",
    ]
    told = _told(_turns(caplog)[1])
    assert (told["case_id"], told["seq"], told["event_id"], told["moves"]) == ("a", 4, "m", [("late", "gone", None)])


def test_every_turn_is_logged_for_who_wants_it(caplog: pytest.LogCaptureFixture) -> None:
    flow = flow_of()
    with caplog.at_level(logging.DEBUG, "overdue_flow"):
        flow.receive("a", ComplaintReceived(id="c", at=at("2025-01-02")))
    assert [(record.levelname, record.getMessage()) for record in _turns(caplog)] == [
        ("DEBUG", "case a: ComplaintReceived")
    ]


def _turns(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """What is logged of turns: a call that another test left to itself may end meanwhile, and is logged too."""
    return [record for record in caplog.records if record.name == "overdue_flow.turns"]


def _told(record: logging.LogRecord) -> dict[str, Any]:
    return vars(record)
