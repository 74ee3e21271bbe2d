"""Schedules that change: replaced, with or without arrears; brought forward; charged."""

from __future__ import annotations

from decimal import Decimal

from overdue_flow.cases.arrears import coverage
from overdue_flow.cases.events import Accelerated, ChargeAdded, ScheduleReplaced
from support.ledgers import Told, day, monthly


def replaces(
    story: Told, on: str, first: str, times: int, amount: str, *, keeps: bool = False, noticed: str = ""
) -> Told:
    event = ScheduleReplaced(
        effective_on=day(on), instalments=tuple(monthly(first, times, amount)), keeps_arrears=keeps
    )
    return story.hears(event, on=noticed or on)


def test_a_new_schedule_takes_up_what_was_unpaid() -> None:
    story = replaces(Told(monthly("2025-01-01", 3)), "2025-02-10", "2025-03-15", 6, "55.00")
    assert story.says("dpd", "2025-02-09") == 39
    assert story.says("dpd", "2025-02-10") == 0
    assert story.says("balance", "2025-02-10") == Decimal("330.00")
    assert story.says("next_due_on", "2025-02-10") == day("2025-03-15")
    assert story.says("dpd", "2025-03-16") == 1
    assert story.case.ledger.cured_on == (day("2025-02-10"),)


def test_arrears_may_stay_owed_from_their_own_due_dates() -> None:
    story = replaces(Told(monthly("2025-01-01", 3)), "2025-02-10", "2025-03-15", 2, "55.00", keeps=True)
    assert story.says("dpd", "2025-02-10") == 40
    assert story.says("balance", "2025-02-10") == Decimal("310.00")


def test_a_new_schedule_announced_early_counts_from_its_day() -> None:
    story = replaces(Told(monthly("2025-01-01", 3)), "2025-02-10", "2025-03-15", 2, "55.00", noticed="2025-01-20")
    assert story.says("balance", "2025-02-09") == Decimal("300.00")
    assert story.moves_on("balance", "2025-01-20") == day("2025-02-10")
    assert story.says("balance", "2025-02-10") == Decimal("110.00")


def test_money_stays_on_what_it_covered_and_idle_money_covers_what_is_new() -> None:
    story = Told(monthly("2025-01-01", 2)).pays("230.00", on="2025-01-05")
    replaces(story, "2025-01-10", "2025-03-15", 2, "55.00")
    assert story.says("next_due_amount", "2025-01-10") == Decimal("25.00")
    assert story.says("balance", "2025-01-10") == Decimal("80.00")
    assert [str(one.covered_on) for one in coverage(story.case.ledger, day("2025-01-10"))] == [
        "2025-01-05", "2025-01-05", "None", "None",
    ]  # fmt: skip


def test_the_later_word_about_one_day_counts() -> None:
    story = replaces(Told(monthly("2025-01-01", 3)), "2025-02-10", "2025-03-15", 2, "55.00")
    replaces(story, "2025-02-10", "2025-03-20", 2, "60.00")
    assert story.says("balance", "2025-02-10") == Decimal("120.00")
    assert story.says("next_due_on", "2025-02-10") == day("2025-03-20")


def test_schedules_follow_one_another() -> None:
    """What the first replacement had ended does not come back with the second."""
    story = replaces(Told(monthly("2025-01-01", 3)), "2025-01-10", "2025-03-15", 2, "55.00")
    replaces(story, "2025-02-10", "2025-04-15", 3, "40.00")
    assert story.says("balance", "2025-02-09") == Decimal("110.00")
    assert story.says("balance", "2025-02-10") == Decimal("120.00")
    replaces(story, "2025-01-20", "2025-05-15", 1, "70.00", noticed="2025-02-10")
    assert [story.says("balance", f"2025-{on}") for on in ("01-10", "01-20", "02-10")] == [110, 70, 70]


def test_acceleration_makes_everything_due_on_its_day() -> None:
    story = Told(monthly("2025-01-01", 6)).pays("100.00", on="2025-01-01")
    story.hears(Accelerated(due_on=day("2025-02-20")), on="2025-02-10")
    assert story.says("overdue_amount", "2025-02-20") == Decimal("100.00")
    assert story.says("next_due_amount", "2025-02-20") == Decimal("400.00")
    assert story.says("overdue_amount", "2025-02-21") == Decimal("500.00")
    assert story.says("dpd", "2025-02-21") == 20
    assert story.says("missed_instalments", "2025-02-21") == 5


def test_a_charge_that_comes_after_acceleration_is_due_on_its_own_day() -> None:
    story = Told(monthly("2025-01-01", 2))
    story.hears(Accelerated(due_on=day("2025-01-10")), on="2025-01-10")
    story.hears(ChargeAdded(amount="5.00", due_on=day("2025-03-01"), component="interest"), on="2025-02-01")
    assert story.says("next_due_on", "2025-02-01") == day("2025-03-01")
    assert story.says("overdue_amount", "2025-02-01") == Decimal("200.00")


def test_a_schedule_that_replaces_an_accelerated_one_has_its_own_days() -> None:
    story = Told(monthly("2025-01-01", 3))
    story.hears(Accelerated(due_on=day("2025-01-10")), on="2025-01-10")
    replaces(story, "2025-02-01", "2025-03-01", 3, "100.00")
    assert story.says("dpd", "2025-02-01") == 0
    assert story.says("next_due_on", "2025-02-01") == day("2025-03-01")
