"""One turn: on which day it is, what is pinned, how a case begins, and how many events it holds."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from overdue_flow.cases.case import Case
from overdue_flow.cases.entries import NOTHING, Move
from overdue_flow.cases.terms import Counting, Terms
from overdue_flow.engine.decide import decide
from overdue_flow.engine.decision import EVENTS_PER_CASE_MAX, Decision
from overdue_flow.engine.machine import Machine
from overdue_flow.errors import EventRefused
from overdue_flow.events import (
    CaseAdopted,
    ComplaintReceived,
    ContactAttempted,
    HoldPlaced,
    Instalment,
    LoanOpened,
    MovedByHand,
    PaymentReceived,
    TimePassed,
)
from support.road import Road, at, on, one_stage, opening, road_policy

FACTS = "{frail: {type: flag, default: false}, channel: {type: choice, of: [sms, phone]}, limit: money, odds: number}"


def refusal(road: Road, event: object, day: str = "2025-01-20") -> str:
    """Why an event is refused; nothing of it is recorded."""
    before = len(road.entries)
    with pytest.raises(EventRefused) as refused:
        road.tell(event, day)  # type: ignore[arg-type]  # any event
    assert not [entry for entry in road.entries[before:] if not isinstance(entry.event, TimePassed)]
    return str(refused.value)


# --- days ---


def test_a_turns_day_never_precedes_the_last_one() -> None:
    road = Road(road_policy())
    road.tell(ComplaintReceived(), "2025-01-20", 9)
    earlier = decide(road.machine, road.case, ComplaintReceived(id="late"), at("2025-01-15"))
    assert earlier.entry is not None
    assert (earlier.entry.day, earlier.entry.at, earlier.case.day) == (
        on("2025-01-20"),
        at("2025-01-15"),
        on("2025-01-20"),
    )


def test_the_day_is_that_of_the_loans_own_time_zone() -> None:
    noticed = datetime(2025, 1, 19, 20, tzinfo=UTC)
    road = Road(road_policy())
    decision = decide(road.machine, road.case, ComplaintReceived(id="c"), noticed)
    assert decision.case.day == on("2025-01-20")
    opened = decide(road.machine, None, opening(), noticed, "loan-2")
    assert (opened.case.day, opened.case.opened_on) == (on("2025-01-20"), on("2025-01-01"))


def test_a_day_begins_once() -> None:
    road = Road(road_policy())
    for day in ("2025-01-01", "2024-12-31"):
        with pytest.raises(EventRefused, match=f"day {day} of case `loan-1` has begun already"):
            decide(road.machine, road.case, TimePassed(day=on(day)), at(day, 0))


def test_a_day_on_which_nothing_happens_leaves_no_row_and_the_case_stands_on_it() -> None:
    road = Road(road_policy())
    decision = decide(road.machine, road.case, TimePassed(day=on("2025-01-02")), at("2025-01-02", 0))
    assert decision == Decision(road.case._replace(day=on("2025-01-02")))
    assert (decision.effects, decision.because, decision.asks, decision.repeated) == ((), (), (), False)


def test_a_day_that_could_have_stirred_something_and_did_not_leaves_no_row() -> None:
    """A held rule is looked at every day; nothing new is found."""
    stages = """
  calm: {start: true, rules: [{id: sue, when: dpd >= 1, to: legal}]}
  legal: {rules: [{id: end, when: dpd > 300, to: calm}]}
"""
    road = Road(road_policy(stages, holds="{hardship: {stops: [legal]}}"))
    road.tell(HoldPlaced(hold="hardship"), "2025-01-05")
    road.live("2025-01-11")
    decision = decide(road.machine, road.case, TimePassed(day=on("2025-01-12")), at("2025-01-12", 0))
    assert (decision.entry, decision.case.day) == (None, on("2025-01-12"))


def test_an_event_always_leaves_a_row_though_nothing_follows_from_it() -> None:
    road = Road(road_policy(), opening("2025-06-01"))
    decision = road.tell(ContactAttempted(channel="phone", outcome="busy"), "2025-01-20")
    assert decision.entry is not None
    assert (decision.entry.results, decision.entry.seq, decision.case.seq) == (NOTHING, 2, 2)


def dated(due_date_is_day: int) -> tuple[list[tuple[str, str, str | None]], list[date]]:
    """The moves of a loan that falls due on 31 March, and the days of their turns."""
    stages = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late: {rules: [{id: paid, when: arrears_cleared, to: calm}, {id: month, when: dpd >= 31, to: gone}]}
  gone: {end: true}
"""
    terms = f"{{currency: CNY, time_zone: Asia/Shanghai, counting: {{due_date_is_day: {due_date_is_day}}}}}"
    road = Road(road_policy(stages, terms=terms), opening("2025-03-31", "2025-06-30"))
    road.tell(PaymentReceived(amount="1000.00", value_date=on("2025-04-10")), "2025-04-10")
    road.live("2025-08-01")
    return road.moves, [entry.day for entry in road.entries if entry.results.moves][1:]


def test_a_move_in_the_opening_turn_is_dated_that_day_where_the_due_date_is_day_0() -> None:
    moves, days = dated(0)
    assert [move[0] for move in moves] == ["2025-04-01", "2025-04-10", "2025-07-01", "2025-07-31"]
    assert [str(day) for day in days] == [move[0] for move in moves]


def test_and_the_day_before_where_the_due_date_is_day_1_a_move_at_an_event_keeps_its_day() -> None:
    moves, days = dated(1)
    assert [move[0] for move in moves] == ["2025-03-31", "2025-04-10", "2025-06-30", "2025-07-30"]
    assert [str(day) for day in days] == ["2025-04-01", "2025-04-10", "2025-07-01", "2025-07-31"]


# --- what is pinned ---


def test_the_policys_terms_are_pinned_on_the_opening_with_the_loans_currency() -> None:
    policy = road_policy()
    road = Road(policy, opening(amount="1000", currency="JPY"))
    pinned = road.entries[0].event
    assert isinstance(pinned, LoanOpened)
    assert pinned.terms == policy.terms.model_copy(update={"currency": "JPY"})
    assert (road.case.terms, str(road.case.zone)) == (pinned.terms, "Asia/Shanghai")


def test_a_loan_that_brings_its_own_terms_keeps_them() -> None:
    own = Terms(currency="EUR", time_zone="Europe/Berlin", counting=Counting(grace_days=5))
    road = Road(road_policy(), opening(terms=own))
    assert road.case.terms == own


def test_each_entry_names_the_version_that_decided_and_the_law() -> None:
    newer = road_policy(version='"2"')
    road = Road(road_policy(), law=newer)
    assert road.entries[0].policy == ("road", "1", "2")
    assert (road.case.course.policy, road.case.course.version) == ("road", "1")


def test_a_loan_that_is_opened_comes_to_the_start_from_nowhere() -> None:
    decision = decide(Machine(road_policy()), None, opening(), at("2025-01-02"), "loan-1")
    assert decision.case.course.moves == (Move(None, "calm", None, "the loan was opened", on("2025-01-02"), "opened"),)


# --- adoption ---


def adopted(stage: str, **fields: object) -> CaseAdopted:
    said = {
        "id": "adopted",
        "opened_on": "2025-03-01",
        "instalments": [Instalment(due_on=on("2025-01-10"), amount="1000.00")],
        "stage": stage,
    }
    return CaseAdopted.model_validate(said | fields)


NEST = """
  calm: {start: true, rules: [{id: late, when: dpd >= 100, to: ring}]}
  ring:
    first: two
    stages:
      one: {rules: [{id: on, when: days_in_stage >= 40, to: ring.two}]}
      two: {rules: [{id: end, when: dpd > 300, to: gone}, {id: back, when: dpd > 290, to: ring.one}]}
  gone: {end: true}
"""


def test_a_loan_on_its_way_begins_in_the_stage_given_since_the_day_given() -> None:
    road = Road(road_policy(NEST), adopted("ring.one", stage_entered_on="2025-02-01"))
    assert (road.stage, road.fact("days_in_stage"), road.fact("times_in_stage")) == ("ring.one", 28, 1)
    assert road.case.course.moves[0][:5] == (None, "ring.one", None, "the case was adopted", on("2025-03-01"))
    road.live("2025-03-20")
    assert road.moves == [("2025-03-13", "ring.two", "on")]


def test_without_a_day_the_stage_counts_from_the_adoption() -> None:
    road = Road(road_policy(NEST), adopted("ring"))
    assert (road.stage, road.case.course.entered_on) == ("ring.two", on("2025-03-01"))


def test_a_stage_that_rules_lead_to_in_the_turn_of_the_adoption_is_entered_on_that_day() -> None:
    road = Road(road_policy(NEST), adopted("ring.one", stage_entered_on="2024-12-01"))
    assert road.moves == [("2025-03-01", "ring.two", "on")]
    assert road.case.course.entered == {"ring": on("2024-12-01"), "ring.two": on("2025-03-01")}


def test_an_adoption_into_no_stage_is_refused() -> None:
    with pytest.raises(EventRefused, match="there is no stage `rong` in policy road 1"):
        Road(road_policy(NEST), adopted("rong"))


# --- ceilings ---


def test_a_case_with_too_many_events_is_stopped_and_its_events_are_recorded_all_the_same() -> None:
    road = Road(road_policy(one_stage("{id: n, on: ContactAttempted, do: note}")))
    full: Case = road.case._replace(events=road.case.events * EVENTS_PER_CASE_MAX)
    stopped = decide(road.machine, full, ContactAttempted(id="c", channel="phone", outcome="busy"), at("2025-01-20"))
    assert stopped.entry is not None
    assert stopped.entry.results.stopped is not None
    assert stopped.entry.results.stopped.reason == "more than 20000 events in one case"
    assert len(stopped.case.events) == EVENTS_PER_CASE_MAX + 1
    assert [effect.action for effect in stopped.effects] == ["attention", "note"]
    room = decide(road.machine, full._replace(events=full.events[1:]), ComplaintReceived(id="c"), at("2025-01-20"))
    assert room.entry is not None
    assert room.entry.results.stopped is None


def test_a_full_case_may_be_moved_by_hand_and_rests_again_at_the_next_event() -> None:
    road = Road(road_policy())
    full: Case = road.case._replace(events=road.case.events * (EVENTS_PER_CASE_MAX + 1))
    stopped = decide(road.machine, full, ComplaintReceived(id="c"), at("2025-01-20")).case
    freed = decide(road.machine, stopped, MovedByHand(id="m", to="gone", role="boss", reason="?"), at("2025-01-20"))
    assert (freed.case.course.stage, freed.case.course.stopped) == ("gone", None)
    again = decide(road.machine, freed.case, ComplaintReceived(id="d"), at("2025-01-20"))
    assert again.case.course.stopped is not None
