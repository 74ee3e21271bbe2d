"""Reversals, under both words of the terms."""

from __future__ import annotations

from decimal import Decimal

import pytest

from overdue_flow.cases.arrears import coverage
from overdue_flow.cases.events import EventRetracted, Instalment, PaymentReversed
from overdue_flow.cases.terms import Counting, Terms
from support.ledgers import Told, day, monthly

ORIGINAL = Terms(counting=Counting(reversal="original_due_date"))
ANEW = Terms(counting=Counting(reversal="reversal_date"))


def reverses(story: Told, payment: str, on: str, amount: str | None = None) -> Told:
    return story.hears(PaymentReversed(payment_id=payment, reversed_on=day(on), amount=amount), on=on)


def test_as_if_that_money_had_never_come() -> None:
    story = Told(monthly("2025-01-01", 3), ORIGINAL).pays("100.00", on="2025-01-01", id="p-1")
    reverses(story, "p-1", on="2025-02-10")
    assert story.says("dpd", "2025-02-10") == 40
    assert story.says("overdue_amount", "2025-02-10") == Decimal("200.00")
    assert story.says("last_payment_on", "2025-02-10") is None
    assert story.case.ledger.totals(day("2025-02-10")).reversed == 100_00


def test_what_it_had_covered_is_due_on_the_reversal_date() -> None:
    story = Told(monthly("2025-01-01", 3), ANEW).pays("200.00", on="2025-01-01", id="p-1")
    reverses(story, "p-1", on="2025-02-10")
    assert story.says("dpd", "2025-02-10") == 0
    assert story.says("next_due_on", "2025-02-10") == day("2025-02-10")
    assert story.says("next_due_amount", "2025-02-10") == Decimal("200.00")
    assert story.says("dpd", "2025-02-11") == 1
    assert story.says("overdue_amount", "2025-02-11") == Decimal("200.00")
    assert story.says("balance", "2025-02-11") == Decimal("300.00")
    assert story.says("missed_instalments", "2025-02-11") == 1
    assert [(one.what, str(one.covered_on)) for one in coverage(story.case.ledger, day("2025-02-11"))] == [
        ("instalment", "2025-01-01"), ("instalment", "2025-01-01"), ("reversal", "None"), ("instalment", "None"),
    ]  # fmt: skip


def test_a_coming_instalment_that_it_had_covered_is_owed_on_its_own_date() -> None:
    story = Told(monthly("2025-01-01", 3), ANEW).pays("300.00", on="2025-01-01", id="p-1")
    reverses(story, "p-1", on="2025-02-10")
    assert story.says("overdue_amount", "2025-02-20") == Decimal("200.00")
    assert story.says("next_due_on", "2025-02-20") == day("2025-03-01")
    assert story.says("next_due_amount", "2025-02-20") == Decimal("100.00")


def test_components_come_back_as_they_were() -> None:
    story = Told([Instalment(due_on=day("2025-01-01"), principal=80, interest=15, costs=5)], ANEW)
    story.pays("100.00", on="2025-01-01", id="p-1")
    reverses(story, "p-1", on="2025-02-10", amount="90.00")
    said = [story.says(f"overdue_{name}", "2025-02-11") for name in ("principal", "interest", "costs")]
    assert said == [80, 10, 0]


@pytest.mark.parametrize(("terms", "dpd"), [(ORIGINAL, 40), (ANEW, 0)])
def test_a_part_is_reversed(terms: Terms, dpd: int) -> None:
    story = Told(monthly("2025-01-01", 1), terms).pays("100.00", on="2025-01-01", id="p-1")
    reverses(story, "p-1", on="2025-02-10", amount="30.00")
    assert story.says("dpd", "2025-02-10") == dpd
    assert story.says("balance", "2025-02-10") == Decimal("30.00")
    assert story.says("last_payment_on", "2025-02-10") == day("2025-01-01")
    reverses(story, "p-1", on="2025-02-12")
    assert story.says("balance", "2025-02-12") == Decimal("100.00")
    assert story.says("last_payment_on", "2025-02-12") is None


def test_other_money_that_lay_ahead_covers_what_is_owed_again() -> None:
    """One credit: what another payment had covered of coming instalments goes to what is due now."""
    story = (
        Told(monthly("2025-01-01", 3), ANEW).pays("100.00", on="2025-01-01", id="p-1").pays("60.00", on="2025-01-20")
    )
    reverses(story, "p-1", on="2025-01-25")
    assert story.says("overdue_amount", "2025-01-26") == Decimal("40.00")
    assert story.says("next_due_amount", "2025-01-26") == Decimal("100.00")


def test_money_that_names_a_coming_instalment_stays_there() -> None:
    story = Told(monthly("2025-01-01", 3), ANEW).pays("100.00", on="2025-01-01", id="p-1")
    story.pays("60.00", on="2025-01-20", towards="2025-02-01")
    reverses(story, "p-1", on="2025-01-25")
    assert story.says("overdue_amount", "2025-01-26") == Decimal("100.00")
    assert story.says("next_due_amount", "2025-01-26") == Decimal("40.00")


def test_the_day_of_the_payment_and_of_its_reversal_may_be_one() -> None:
    for terms in (ORIGINAL, ANEW):
        story = Told(monthly("2025-01-01", 1), terms).pays("100.00", on="2025-01-10", id="p-1")
        reverses(story, "p-1", on="2025-01-10")
        assert story.says("balance", "2025-01-10") == Decimal("100.00")


def test_a_reversal_noticed_early_counts_from_its_day() -> None:
    story = Told(monthly("2025-01-01", 1), ANEW).pays("100.00", on="2025-01-01", id="p-1")
    story.hears(PaymentReversed(payment_id="p-1", reversed_on=day("2025-02-10")), on="2025-02-01")
    assert story.says("balance", "2025-02-09") == 0
    assert story.moves_on("balance", "2025-02-01") == day("2025-02-10")
    assert story.says("balance", "2025-02-10") == Decimal("100.00")


def test_a_reversal_does_not_undo_a_cure_and_a_retraction_does() -> None:
    story = Told(monthly("2025-01-01", 1), ORIGINAL).pays("100.00", on="2025-01-10", id="p-1")
    reverses(story, "p-1", on="2025-02-10")
    assert story.case.ledger.cured_on == (day("2025-01-10"),)
    again = Told(monthly("2025-01-01", 1), ORIGINAL).pays("100.00", on="2025-01-10", id="p-1")
    again.hears(EventRetracted(event_id="p-1"), on="2025-02-10")
    assert again.case.ledger.cured_on == ()
    assert again.says("dpd", "2025-02-10") == story.says("dpd", "2025-02-10") == 40


def test_retracting_a_reversal_brings_the_payment_back() -> None:
    story = Told(monthly("2025-01-01", 1), ANEW).pays("100.00", on="2025-01-01", id="p-1")
    story.hears(PaymentReversed(id="r-1", payment_id="p-1", reversed_on=day("2025-01-20")), on="2025-01-20")
    story.hears(EventRetracted(event_id="r-1"), on="2025-02-10")
    assert story.says("balance", "2025-02-10") == 0
