"""Promises to pay: open, kept, part-kept, broken; and what counts in a row."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

import pytest

from overdue_flow.cases.events import (
    CaseAssessed,
    Event,
    EventRetracted,
    NegotiationClosed,
    PaymentReversed,
    PlanAgreed,
    PromiseCancelled,
    PromiseMade,
)
from overdue_flow.cases.terms import Counting, InARow, Reset, Terms
from overdue_flow.errors import EventRefused
from support.ledgers import Told, day, monthly

Word = Literal["agreed", "cured", "assessed", "kept"]


def loan(**terms: Any) -> Told:
    """Five instalments of 100.00 from 1 January; nothing is paid."""
    return Told(monthly("2025-01-01", 5), Terms(**terms))


def promises(story: Told, amount: str, by: str, on: str, **more: Any) -> Told:
    return story.hears(PromiseMade(amount=Decimal(amount), due_on=day(by), **more), on=on)


def counts(story: Told, on: str) -> tuple[int, int, int]:
    """Promises kept, kept in part, broken."""
    return (
        story.says("promises_kept", on), story.says("promises_part_kept", on), story.says("promises_broken", on),
    )  # fmt: skip


def test_a_promise_is_open_until_its_last_day_is_over() -> None:
    story = promises(loan(), "100.00", by="2025-01-20", on="2025-01-10")
    assert story.says("promise_open", "2025-01-09") is False
    assert story.says("promise_open", "2025-01-20") is True
    assert story.says("promise_due_on", "2025-01-12") == day("2025-01-20")
    assert [story.says("days_to_promise", on) for on in ("2025-01-10", "2025-01-20", "2025-01-21")] == [10, 0, None]
    assert story.moves_on("promise_open", "2025-01-10") == day("2025-01-21")
    assert story.says("promise_open", "2025-01-21") is False
    assert counts(story, "2025-01-20") == (0, 0, 0)
    assert counts(story, "2025-01-21") == (0, 0, 1)
    assert story.says("broken_promises_in_a_row", "2025-01-21") == 1


def test_payments_from_its_making_to_its_last_day_keep_it() -> None:
    story = promises(loan().pays("50.00", on="2025-01-09"), "100.00", by="2025-01-20", on="2025-01-10")
    story.pays("60.00", on="2025-01-10").pays("40.00", on="2025-01-20")
    assert story.says("promise_open", "2025-01-19") is True
    assert story.says("promise_open", "2025-01-20") is False
    assert counts(story, "2025-01-20") == (1, 0, 0)
    assert story.case.promises.kept_on == (day("2025-01-20"),)


def test_a_payment_of_the_day_after_is_too_late_and_one_noticed_late_is_not() -> None:
    story = promises(loan(), "100.00", by="2025-01-20", on="2025-01-10").pays("100.00", on="2025-01-21")
    assert counts(story, "2025-01-25") == (0, 0, 1)
    story = promises(loan(), "100.00", by="2025-01-20", on="2025-01-10")
    story.pays("100.00", on="2025-01-20", noticed="2025-01-25")
    assert counts(story, "2025-01-25") == (1, 0, 0)


def test_a_payment_of_a_later_value_date_keeps_it_then() -> None:
    story = promises(loan(), "100.00", by="2025-01-20", on="2025-01-10")
    story.pays("100.00", on="2025-01-15", noticed="2025-01-11")
    assert story.says("promise_open", "2025-01-14") is True
    assert story.moves_on("promise_open", "2025-01-11") == day("2025-01-15")
    assert counts(story, "2025-01-15") == (1, 0, 0)


def test_what_came_in_part_is_neither_kept_nor_broken() -> None:
    story = promises(loan(), "100.00", by="2025-01-20", on="2025-01-10").pays("99.00", on="2025-01-15")
    assert counts(story, "2025-01-21") == (0, 1, 0)
    assert story.says("broken_promises_in_a_row", "2025-01-21") == 0


def test_what_counts_as_paid_counts_for_a_promise() -> None:
    story = promises(loan(counting=Counting(paid_when_short_by="1.00")), "100.00", by="2025-01-20", on="2025-01-10")
    assert counts(story.pays("99.00", on="2025-01-15"), "2025-01-15") == (1, 0, 0)


def test_money_keeps_one_promise_the_one_due_first() -> None:
    story = promises(loan(), "100.00", by="2025-01-30", on="2025-01-10", promise_id="later")
    promises(story, "100.00", by="2025-01-20", on="2025-01-11", promise_id="sooner").pays("150.00", on="2025-01-15")
    assert story.says("promise_due_on", "2025-01-14") == day("2025-01-20")
    assert story.says("promise_due_on", "2025-01-15") == day("2025-01-30")
    assert counts(story, "2025-01-31") == (1, 1, 0)


def test_a_cancelled_promise_counts_as_nothing_and_frees_its_money() -> None:
    story = promises(loan(), "100.00", by="2025-01-20", on="2025-01-10", promise_id="a")
    promises(story, "100.00", by="2025-01-25", on="2025-01-10", promise_id="b").pays("60.00", on="2025-01-12")
    story.hears(PromiseCancelled(), on="2025-01-15")
    assert counts(story.pays("40.00", on="2025-01-16"), "2025-02-01") == (1, 0, 0)


def test_a_reversal_breaks_a_promise_that_was_kept_but_not_the_reset_of_that_day() -> None:
    story = promises(loan(), "20.00", by="2025-01-09", on="2025-01-05")
    promises(story, "50.00", by="2025-01-20", on="2025-01-10").pays("50.00", on="2025-01-15", id="p-1")
    assert story.says("broken_promises_in_a_row", "2025-01-14") == 1
    assert story.says("broken_promises_in_a_row", "2025-01-15") == 0
    story.hears(PaymentReversed(payment_id="p-1", reversed_on=day("2025-01-25")), on="2025-01-25")
    assert counts(story, "2025-01-25") == (0, 0, 2)
    assert story.says("broken_promises_in_a_row", "2025-01-25") == 1
    again = promises(loan(), "20.00", by="2025-01-09", on="2025-01-05").pays("50.00", on="2025-01-08", id="p-1")
    again.hears(EventRetracted(event_id="p-1"), on="2025-01-25")
    assert again.case.promises.kept_on == ()
    assert again.says("broken_promises_in_a_row", "2025-01-25") == 1


@pytest.mark.parametrize(
    ("word", "event"),
    [
        ("agreed", NegotiationClosed(outcome="agreed")),
        ("agreed", PlanAgreed(instalments=tuple(monthly("2025-02-20", 1)))),
        ("assessed", CaseAssessed(recommendation="wait")),
    ],
)
def test_the_terms_say_what_resets_the_count(word: Word, event: Event) -> None:
    for words, count in (((word,), 0), (("kept",), 1)):
        story = loan(in_a_row=InARow(broken_promises=Reset(reset_by=words)))
        promises(story, "20.00", by="2025-01-09", on="2025-01-05").hears(event, on="2025-01-10")
        assert story.says("broken_promises_in_a_row", "2025-01-15") == count
        assert story.says("promises_broken", "2025-01-15") == 1


def test_a_failed_negotiation_resets_nothing() -> None:
    story = loan(in_a_row=InARow(broken_promises=Reset(reset_by=("agreed",))))
    promises(story, "20.00", by="2025-01-09", on="2025-01-05").hears(
        NegotiationClosed(outcome="failed"), on="2025-01-10"
    )
    assert story.says("broken_promises_in_a_row", "2025-01-15") == 1


def test_a_cure_resets_the_count_from_its_value_date_on() -> None:
    story = promises(loan(), "20.00", by="2025-01-09", on="2025-01-05").pays(
        "100.00", on="2025-01-20", noticed="2025-01-15"
    )
    assert story.says("broken_promises_in_a_row", "2025-01-19") == 1
    assert story.moves_on("broken_promises_in_a_row", "2025-01-15") == day("2025-01-20")
    assert story.says("broken_promises_in_a_row", "2025-01-20") == 0


def test_a_promise_broken_at_the_opening_of_a_day_is_reset_by_what_happens_on_it() -> None:
    story = promises(loan(), "20.00", by="2025-01-09", on="2025-01-05").pays("100.00", on="2025-01-10")
    assert story.says("broken_promises_in_a_row", "2025-01-10") == 0


@pytest.mark.parametrize(
    ("event", "says"),
    [
        (PromiseMade(amount=0, due_on=day("2025-02-01")), "a promise of `0` makes no sense"),
        (PromiseMade(amount=1, due_on=day("2025-01-09")), "is due before that, on 2025-01-09"),
        (PromiseMade(amount=1, due_on=day("2025-02-01"), promise_id="a"), "promise `a` was made before"),
        (PromiseCancelled(promise_id="b"), "there is no promise `b`"),
    ],
)
def test_senseless_promises_are_refused(event: Event, says: str) -> None:
    story = promises(loan(), "100.00", by="2025-01-20", on="2025-01-05", promise_id="a")
    with pytest.raises(EventRefused) as refusal:
        story.hears(event, on="2025-01-10")
    assert says in str(refusal.value)


def test_what_is_not_open_cannot_be_cancelled() -> None:
    story = promises(loan(), "100.00", by="2025-01-20", on="2025-01-05", promise_id="a")
    with pytest.raises(EventRefused, match="it is broken"):
        story.hears(PromiseCancelled(promise_id="a"), on="2025-01-21")
    with pytest.raises(EventRefused, match="there is no open promise to cancel"):
        story.hears(PromiseCancelled(), on="2025-01-21")
