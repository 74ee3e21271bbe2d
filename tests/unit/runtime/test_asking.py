"""Asked facts: the host is asked when a question is raised, and again every night until it is answered."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from overdue_flow import Flow, Money
from overdue_flow.cases.case import Case
from overdue_flow.errors import HookError
from overdue_flow.events import ComplaintReceived, FactsChanged
from overdue_flow.store.protocol import Store
from support.road import SHANGHAI, at, on, opening, road_policy
from support.stores import KINDS, any_store

FACTS = (
    "{odds: {type: number, ask: true, max_age: 30 days, label: odds}, moved_on: {type: date, ask: true, label: moved},"
    " earnings: {type: money, ask: true, label: earnings}}"
)
STAGES = """
  calm: {start: true, rules: [{id: late, when: dpd >= 5 and odds < 0.2, to: late}]}
  late: {rules: [{id: gone, when: 'dpd >= 1 and (earnings < 500.00 or moved_on > "2024-01-01")', to: gone}]}
  gone: {end: true}
"""
POLICY = road_policy(STAGES, facts=FACTS)


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    with any_store(request.param) as found:
        yield found


def flow_of(store: Store, **options: Any) -> Flow:
    flow = Flow(POLICY, store, clock=lambda: at("2025-01-15"), **options)
    flow.receive("a", opening(), at=at("2025-01-01"))
    return flow


def told(flow: Flow) -> list[dict[str, Any]]:
    return [entry.event.facts for entry in flow.history("a") if isinstance(entry.event, FactsChanged)]


def test_the_host_is_asked_when_an_answer_could_make_a_rule_match(store: Store) -> None:
    flow = flow_of(store)
    seen: list[tuple[str, date]] = []

    @flow.asks("odds")
    def odds(case: Case) -> Decimal:
        seen.append((case.id, case.day))
        return Decimal("0.15")

    flow.wake(on("2025-01-14"))
    assert seen == []
    flow.wake(on("2025-01-15"))
    assert seen == [("a", on("2025-01-15"))]
    assert told(flow) == [{"odds": "0.15"}]
    assert flow.case("a").course.stage == "late"


def test_one_answer_may_raise_the_next_question(store: Store) -> None:
    asked: list[tuple[str, ...]] = []

    def ask(case: Case, facts: tuple[str, ...]) -> dict[str, Any]:
        asked.append(facts)
        known = {"odds": 0, "earnings": Money("100.00", "CNY"), "moved_on": on("2024-05-01")}
        return {fact: known[fact] for fact in facts}

    flow = flow_of(store, ask=ask)
    flow.wake(on("2025-01-15"))
    assert asked == [("odds",), ("earnings", "moved_on")]
    assert told(flow) == [{"odds": 0}, {"earnings": "100.00 CNY", "moved_on": "2024-05-01"}]
    assert flow.case("a").course.stage == "gone"


def test_a_question_that_an_event_raises_is_put_at_once(store: Store) -> None:
    flow = flow_of(store, ask=lambda case, facts: {"odds": 1})
    flow.receive("a", ComplaintReceived(id="c"), at=at("2025-01-15"))
    assert told(flow) == [{"odds": 1}]


def test_questions_of_several_events_are_put_when_they_are_recorded(store: Store) -> None:
    flow = flow_of(store, ask=lambda case, facts: {"odds": 1})
    flow.receive_many([("a", ComplaintReceived(id=f"c-{n}", at=at("2025-01-15"))) for n in range(3)])
    assert told(flow) == [{"odds": 1}]


@pytest.mark.parametrize("worth", [None, "raises", "hangs", "no value", "no number"])
def test_what_nobody_can_say_is_asked_again_every_night(
    store: Store, worth: Any, caplog: pytest.LogCaptureFixture
) -> None:
    flow = flow_of(store, time_limit=timedelta(seconds=0.02))
    nights: list[date] = []
    released = threading.Event()
    answers: list[Any] = [worth, worth, Decimal("0.1")]

    @flow.asks("odds")
    def odds(case: Case) -> Any:
        nights.append(case.day)
        match answers.pop(0):
            case "raises":
                raise OSError("the bureau is closed")
            case "hangs":
                return released.wait(5)
            case "no value":
                return object()
            case "no number":
                return "much"
            case answer:
                return answer

    with caplog.at_level(logging.WARNING, "overdue_flow.asking"):
        for day in (15, 16, 17, 18):
            flow.wake(date(2025, 1, day))
            flow.wake(date(2025, 1, day))
    released.set()
    assert len(nights) == 3
    assert told(flow) == [{"odds": "0.1"}]
    assert flow.case("a").course.stage == "late"
    refused = [record for record in caplog.records if record.name == "overdue_flow.asking"]
    assert len(refused) == (0 if worth is None else 2)


def test_what_is_found_out_for_a_night_that_is_made_up_for_belongs_to_it(store: Store) -> None:
    """Night by night after an outage: no loan is lived further than the night that was asked for."""
    flow = Flow(POLICY, store, clock=lambda: at("2025-03-15"), ask=lambda case, facts: {"odds": "0.1"})
    flow.receive("a", opening(), at=at("2025-01-01"))
    decisions = flow.wake(on("2025-01-15"))
    assert flow.case("a").day == on("2025-01-15")
    told_of = [move.to_stage for one in decisions if one.entry for move in one.entry.results.moves]
    assert told_of == ["late"], "all that came of the night is told"
    assert flow.history("a")[-1].event.at == datetime.combine(on("2025-01-15"), time.max, SHANGHAI)


def test_an_id_that_is_taken_keeps_no_answer_from_being_heard(store: Store) -> None:
    flow = flow_of(store, ask=lambda case, facts: {"odds": "0.1"})
    for seq in range(2, 9):
        flow.receive("a", ComplaintReceived(id=f"asked:{seq}:odds"), at=at("2025-01-02"))
    flow.wake(on("2025-01-15"))
    assert told(flow) == [{"odds": "0.1"}]


def test_nobody_is_asked_of_a_case_that_rests(store: Store) -> None:
    policy = road_policy(STAGES, facts=FACTS, never="[{id: n, that: stage == late}]")
    asked: list[str] = []
    flow = Flow(policy, store, clock=lambda: at("2025-01-15"))
    flow.asks("odds")(lambda case: asked.append(case.id) or 0)  # type: ignore[func-returns-value]  # both in a line
    flow.receive("a", opening(), at=at("2025-01-01"))
    for day in (15, 16, 17):
        flow.wake(date(2025, 1, day))
    assert asked == ["a"]
    assert flow.case("a").course.stopped is not None


def test_a_fact_that_no_policy_asks_for_is_refused(store: Store) -> None:
    with pytest.raises(HookError, match="no policy asks for a fact `ods`; did you mean `odds`"):
        flow_of(store).asks("ods")(lambda case: 5)


def test_without_anybody_to_answer_a_case_sleeps_as_ever(store: Store) -> None:
    flow = flow_of(store)
    assert [one.asks for one in flow.wake(on("2025-01-15"))] == [("odds",)]
    assert store.due(on("2025-02-28")) == []
