"""What the loans of one person tell each other: which words are news, which holds are passed on, under which ids."""

from __future__ import annotations

from datetime import date

import pytest

from overdue_flow.cases.other_loans import said_by
from overdue_flow.engine.decide import decide
from overdue_flow.engine.decision import Decision
from overdue_flow.engine.machine import Machine
from overdue_flow.engine.persons import (
    Manners,
    brought_along,
    free_id,
    manners_of,
    opens,
    passed_on,
    rounds_of,
    unheard,
)
from overdue_flow.events import HoldLifted, HoldPlaced, MovedByHand
from overdue_flow.policy.load import load_policy
from support.families import POLICY, opened
from support.telling import noon

FAMILY = load_policy(text=POLICY.replace("hardship: {of: person,", "hardship: {of: person, lifted_by: agent,"))
MACHINE = Machine(FAMILY)
KINDS = {"hardship"}


def opening(loan: str, due_on: str = "2025-06-10") -> Decision:
    return decide(MACHINE, None, opened(due_on), noon("2025-01-01"), loan)


def held(loan: str = "a") -> Decision:
    placed = HoldPlaced(id="h", hold="hardship", role="agent", reason="illness")
    return decide(MACHINE, opening(loan).case, placed, noon("2025-01-05"))


def test_loans_tell_each_other_what_any_version_asks_for() -> None:
    assert manners_of([FAMILY]) == Manners(words=True, holds=frozenset({"hardship", "fire"}), marks=2)
    stages = "stages: {a: {start: true, rules: [{id: r, when: dpd > 1, to: b}]}, b: {end: true}}"
    text = f"language: 1\npolicy: p\nversion: '1'\n{stages}"
    assert not manners_of([load_policy(text=text)])
    assert manners_of([load_policy(text=text), FAMILY])


def test_what_a_loan_does_not_know_is_told_once() -> None:
    one, other = opening("a").case, opening("b").case
    cases = {"a": one, "b": other}
    (word,) = unheard(one, cases, [said_by(other)])
    assert (word.loan, word.seq) == ("b", 1)
    knows = decide(MACHINE, one, word, noon("2025-01-01")).case
    assert list(unheard(knows, cases, [said_by(other)])) == []


def test_days_that_pass_are_no_news() -> None:
    one, other = opening("a").case, opening("b", "2025-01-10").case
    (word,) = unheard(one, {"b": other}, [said_by(other)])
    knows = decide(MACHINE, one, word, noon("2025-01-01")).case
    later = other._replace(day=date(2025, 1, 31))
    assert list(unheard(knows, {"b": later}, [said_by(later)])) == []


@pytest.mark.parametrize(("loans", "marks", "rounds"), [(2, 0, 3), (2, 2, 7), (5, 3, 21)])
def test_words_go_round_as_often_as_marks_can_spread(loans: int, marks: int, rounds: int) -> None:
    assert rounds_of(loans, marks) == rounds


def test_a_hold_is_passed_on_with_its_day_role_and_reason() -> None:
    event = passed_on(held(), opening("b").case, KINDS)
    assert isinstance(event, HoldPlaced)
    assert (event.placed_on, event.role, event.reason, event.of_loan) == (date(2025, 1, 5), "agent", "illness", "a")


def test_what_was_passed_on_is_not_passed_on_again() -> None:
    event = passed_on(held(), opening("b").case, KINDS)
    assert event is not None
    heard = decide(MACHINE, opening("b").case, event, noon("2025-01-05"))
    assert passed_on(heard, opening("a").case, KINDS) is None


def test_a_lift_by_a_role_that_may_not_lift_is_not_passed_on() -> None:
    case = held().case
    refused = decide(MACHINE, case, HoldLifted(id="l", hold="hardship", role="boss"), noon("2025-01-06"))
    assert passed_on(refused, opening("b").case, KINDS) is None
    lifted = decide(MACHINE, case, HoldLifted(id="l", hold="hardship", role="agent"), noon("2025-01-06"))
    event = passed_on(lifted, opening("b").case, KINDS)
    assert isinstance(event, HoldLifted)
    assert event.lifted_on == date(2025, 1, 6)


def test_other_events_and_other_holds_are_not_passed_on() -> None:
    moved = decide(
        MACHINE, opening("a").case, MovedByHand(id="m", to="early", role="agent", reason="so"), noon("2025-01-02")
    )
    assert passed_on(moved, opening("b").case, KINDS) is None
    assert passed_on(held(), opening("b").case, {"fire"}) is None


def test_a_new_loan_takes_the_holds_of_the_person_along_from_its_opening_on() -> None:
    new, other = opening("b"), held().case
    assert opens(new)
    assert not opens(held())
    later = new.case._replace(day=date(2025, 1, 7), opened_on=date(2025, 1, 7))
    (hold,) = brought_along(later, other, KINDS)
    assert (hold.hold, hold.placed_on, hold.of_loan) == ("hardship", date(2025, 1, 7), "a")
    (coming,) = brought_along(new.case._replace(day=date(2025, 1, 4)), other, KINDS)
    assert coming.placed_on == date(2025, 1, 5), "it is to come, and comes on its day"
    assert (coming.role, coming.reason) == ("agent", "illness")


def test_a_hold_that_was_brought_along_has_the_id_of_one_that_was_passed_on() -> None:
    """So that whoever retracts or lifts it reaches it, on whichever loan it is read."""
    other, new = held().case, opening("c").case._replace(day=date(2025, 1, 7))
    told = passed_on(held(), opening("b").case, KINDS)
    assert told is not None
    heard = decide(MACHINE, opening("b").case, told, noon("2025-01-05")).case
    (one,), (same,) = brought_along(new, other, KINDS), brought_along(new, heard, KINDS)
    assert (one.id, one.of_loan) == (same.id, same.of_loan) == (told.id, "a")


def test_an_id_that_is_taken_stands_for_another() -> None:
    case = held().case
    assert free_id(case, "new") == "new"
    assert free_id(case, "h") == "h:2"
