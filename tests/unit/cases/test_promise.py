"""A promise that is moved: one promise, with another last day; and which money it takes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from overdue_flow.cases.events import (
    Event,
    EventRetracted,
    PaymentReversed,
    PromiseCancelled,
    PromiseMade,
    PromiseMoved,
)
from overdue_flow.cases.promise import Shift
from overdue_flow.cases.terms import Counting, Terms
from overdue_flow.errors import EventRefused
from support.ledgers import Told, day, monthly


def promised(amount: str = "100.00", by: str = "2025-01-20", name: str = "a", **terms: Any) -> Told:
    """A promise of 10 January on a loan of five instalments of 100.00, none of them paid."""
    return and_promised(Told(monthly("2025-01-01", 5), Terms(**terms)), amount, by, name)


def and_promised(story: Told, amount: str, by: str, name: str) -> Told:
    return story.hears(PromiseMade(amount=Decimal(amount), due_on=day(by), promise_id=name), on="2025-01-10")


def moved(story: Told, to: str, on: str, name: str | None = None, **more: Any) -> Told:
    return story.hears(PromiseMoved(due_on=day(to), promise_id=name, **more), on=on)


def counts(story: Told, on: str) -> tuple[int, ...]:
    """Promises kept, kept in part, broken."""
    return tuple(story.says(f"promises_{word}", on) for word in ("kept", "part_kept", "broken"))


def test_a_promise_that_was_moved_is_open_until_its_new_last_day_is_over() -> None:
    story = moved(promised(), "2025-02-05", on="2025-01-18")

    assert story.says("promise_due_on", "2025-01-21") == day("2025-02-05")
    assert story.says("days_to_promise", "2025-01-21") == 15
    assert counts(story, "2025-02-05") == (0, 0, 0)
    assert story.says("promise_open", "2025-02-05") is True
    assert story.moves_on("promise_open", "2025-01-18") == day("2025-02-06")
    assert counts(story, "2025-02-06") == (0, 0, 1)
    assert story.says("broken_promises_in_a_row", "2025-02-06") == 1


def test_moves_are_counted_for_the_open_promise_and_promises_over_the_case() -> None:
    story = moved(moved(promised(), "2025-01-25", on="2025-01-15"), "2025-02-05", on="2025-01-25")
    and_promised(story, "50.00", by="2025-03-01", name="b")

    assert story.says("promise_moves", "2025-01-26") == 2
    assert story.says("promises_moved", "2025-01-26") == 1
    assert story.says("promise_moves", "2025-02-06") == 0
    assert story.says("promises_moved", "2025-02-06") == 1
    assert Told(monthly("2025-01-01", 1)).says("promise_moves", "2025-01-20") == 0


def test_money_from_before_and_after_the_move_keeps_it() -> None:
    story = moved(promised().pays("40.00", on="2025-01-12"), "2025-02-05", on="2025-01-18").pays(
        "60.00", on="2025-02-05"
    )

    assert counts(story, "2025-02-05") == (1, 0, 0)


def test_a_promise_can_be_moved_to_an_earlier_day_and_is_over_after_that() -> None:
    story = moved(promised(), "2025-01-14", on="2025-01-12").pays("100.00", on="2025-01-15")

    assert counts(story, "2025-01-15") == (0, 0, 1)


def test_a_promise_can_be_moved_to_the_very_day_of_the_move() -> None:
    story = moved(promised(), "2025-01-15", on="2025-01-15")

    assert story.says("promise_due_on", "2025-01-15") == day("2025-01-15")
    assert counts(story.pays("100.00", on="2025-01-15"), "2025-01-16") == (1, 0, 0)


def test_a_move_may_change_the_amount() -> None:
    more = moved(promised(), "2025-01-25", on="2025-01-15", amount=Decimal("120.00")).pays("100.00", on="2025-01-16")
    less = moved(promised(), "2025-01-25", on="2025-01-15", amount=Decimal("80.00")).pays("80.00", on="2025-01-16")

    assert counts(more, "2025-01-26") == (0, 1, 0)
    assert counts(less, "2025-01-16") == (1, 0, 0)


def test_a_promise_moved_to_no_more_than_came_for_it_is_kept_on_the_day_of_the_move() -> None:
    story = moved(promised().pays("80.00", on="2025-01-12"), "2025-01-25", on="2025-01-15", amount=Decimal("80.00"))

    assert [counts(story, on) for on in ("2025-01-14", "2025-01-15")] == [(0, 0, 0), (1, 0, 0)]
    assert story.case.promises.kept_on == (day("2025-01-15"),)


def test_to_ask_for_as_little_as_counts_as_paid_keeps_nothing_while_nothing_came() -> None:
    story = promised(counting=Counting(paid_when_short_by="60.00"))
    moved(story, "2025-01-25", on="2025-01-15", amount=Decimal("50.00"))

    assert counts(story, "2025-01-26") == (0, 0, 1)


def test_a_move_takes_nothing_from_another_promise_that_was_kept_before() -> None:
    story = promised(by="2025-01-20", name="sooner")
    and_promised(story, "100.00", by="2025-01-30", name="later").pays("100.00", on="2025-01-12")
    moved(story, "2025-01-16", on="2025-01-14", name="later")

    assert story.says("promises_kept", "2025-01-14") == 1
    assert counts(story, "2025-01-17") == (1, 0, 1)


def test_from_the_day_after_the_move_money_goes_by_the_new_days() -> None:
    story = promised(by="2025-01-20", name="sooner")
    and_promised(story, "100.00", by="2025-01-30", name="later")
    moved(story, "2025-02-10", on="2025-01-14", name="sooner")
    story.pays("60.00", on="2025-01-14").pays("60.00", on="2025-01-15")

    assert [(one.id, one.paid) for one in story.case.promises.promises] == [("sooner", 6000), ("later", 6000)]


def test_a_payment_told_late_that_kept_it_before_the_move_leaves_it_as_it_was() -> None:
    story = moved(promised(), "2025-03-01", on="2025-01-18", amount=Decimal("300.00"))
    story.pays("100.00", on="2025-01-15", noticed="2025-01-20", id="p-1")
    (kept,) = story.case.promises.promises
    assert (kept.due_on, kept.amount, kept.kept_on) == (day("2025-01-20"), 10000, day("2025-01-15"))
    assert kept.moves == (Shift(day("2025-01-18"), day("2025-03-01"), 30000),)

    story.hears(PaymentReversed(payment_id="p-1", reversed_on=day("2025-01-25")), on="2025-01-25")
    (again,) = story.case.promises.promises
    assert (again.due_on, again.amount) == (day("2025-03-01"), 30000)
    assert story.says("promise_open", "2025-02-20") is True


def test_a_move_that_is_retracted_has_never_been() -> None:
    story = moved(promised(), "2025-02-05", on="2025-01-18", id="wrong")
    story.hears(EventRetracted(event_id="wrong"), on="2025-01-19")

    assert story.says("promise_due_on", "2025-01-19") == day("2025-01-20")
    assert story.says("promises_moved", "2025-01-19") == 0
    assert counts(story, "2025-01-21") == (0, 0, 1)


def test_a_promise_that_was_moved_can_be_cancelled() -> None:
    story = moved(promised(), "2025-02-05", on="2025-01-18").hears(PromiseCancelled(), on="2025-01-30")

    assert story.says("promise_open", "2025-01-30") is False
    assert [one.standing(day("2025-01-30")) for one in story.case.promises.promises] == ["cancelled"]
    assert [one.due_on for one in story.case.promises.promises] == [day("2025-02-05")]
    assert counts(story, "2025-02-10") == (0, 0, 0)


@pytest.mark.parametrize(
    ("event", "on", "says"),
    [
        (PromiseMoved(due_on=day("2025-02-05"), promise_id="aa"), "2025-01-15", "there is no promise `aa`"),
        (PromiseMoved(due_on=day("2025-02-05")), "2025-01-21", "there is no open promise to move on 2025-01-21"),
        (
            PromiseMoved(due_on=day("2025-02-05"), promise_id="a"),
            "2025-01-21",
            "promise `a` cannot be moved on 2025-01-21; it is broken",
        ),
        (
            PromiseMoved(due_on=day("2025-01-14")),
            "2025-01-15",
            "promise `a` cannot be moved on 2025-01-15 to 2025-01-14, before that",
        ),
        (PromiseMoved(due_on=day("2025-02-05"), amount=Decimal(0)), "2025-01-15", "a promise of `0` makes no sense"),
        (
            PromiseMoved(due_on=day("2025-02-05"), promise_id="a", happened_at="2025-01-09T12:00:00Z"),
            "2025-01-15",
            "promise `a` of 2025-01-10 cannot be moved on 2025-01-09, before that",
        ),
    ],
)
def test_senseless_moves_are_refused(event: Event, on: str, says: str) -> None:
    with pytest.raises(EventRefused) as refusal:
        promised().hears(event, on=on)
    assert says in str(refusal.value)


def test_a_promise_is_not_moved_before_its_last_move() -> None:
    story = moved(promised(), "2025-02-05", on="2025-01-18")
    late = PromiseMoved(due_on=day("2025-01-19"), happened_at="2025-01-17T12:00:00Z")
    with pytest.raises(EventRefused, match="cannot be moved on 2025-01-17: it was moved on 2025-01-18"):
        story.hears(late, on="2025-01-20")
