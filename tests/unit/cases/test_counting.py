"""Counting days: the conventions, the worked examples of the design, leap years and ends of months."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.cases.counting import months_between, paused_days, said_on, told_by
from overdue_flow.cases.events import HoldLifted, HoldPlaced, Instalment
from overdue_flow.cases.terms import Counting, Material, Terms
from support.ledgers import Told, day, monthly

INDIA = Terms(currency="INR", counting=Counting(due_date_is_day=1))
PLAIN = Terms(counting=Counting(due_date_is_day=0))


def holds(story: Told, kind: str, placed: str, lifted: str | None = None) -> Told:
    story.hears(HoldPlaced(hold=kind, placed_on=day(placed)), on=placed)
    return story if lifted is None else story.hears(HoldLifted(hold=kind, lifted_on=day(lifted)), on=lifted)


# --- days past due, and the day they are said of ---


@pytest.mark.parametrize(
    ("due", "on", "dpd"),
    [
        ("2025-01-01", "2025-04-01", 90),
        ("2024-02-28", "2024-03-01", 2),  # a leap year
        ("2025-02-28", "2025-03-01", 1),
        ("2024-02-29", "2025-02-28", 365),
        ("2024-12-31", "2025-01-31", 31),
    ],
)
def test_days_past_due_are_the_difference_of_dates(due: str, on: str, dpd: int) -> None:
    assert Told([Instalment(due_on=day(due), amount=1)], opened_on="2024-01-01").says("dpd", on) == dpd


@pytest.mark.parametrize(
    ("due", "said_for", "dpd"),
    [
        ("2021-03-31", "2021-03-31", 1),
        ("2021-03-31", "2021-04-30", 31),
        ("2021-03-31", "2021-05-30", 61),
        ("2021-03-31", "2021-06-29", 91),
        ("2021-12-01", "2021-12-31", 31),
        ("2021-12-01", "2022-01-30", 61),
        ("2021-12-01", "2022-03-01", 91),
    ],
)
def test_where_the_due_date_is_day_1_a_day_is_told_by_the_opening_of_the_next(
    due: str, said_for: str, dpd: int
) -> None:
    """The examples of the Reserve Bank of India: SMA-1 is more than 30 days, SMA-2 more than 60, NPA more than 90."""
    story = Told([Instalment(due_on=day(due), amount=1)], INDIA, due)
    told = told_by(day(said_for), INDIA)
    assert told.opening
    assert story.says("dpd", told.turn_day) == dpd


def test_where_the_due_date_is_day_0_a_day_is_told_by_its_own_turns() -> None:
    assert told_by(day("2021-03-31"), PLAIN) == (day("2021-03-31"), False)


@pytest.mark.parametrize(
    ("terms", "opening", "said"),
    [
        (PLAIN, True, "2025-04-02"),
        (PLAIN, False, "2025-04-02"),
        (INDIA, True, "2025-04-01"),
        (INDIA, False, "2025-04-02"),
    ],
)
def test_a_move_in_an_opening_turn_is_dated_the_day_before_where_the_due_date_is_day_1(
    terms: Terms, opening: bool, said: str
) -> None:
    assert said_on(day("2025-04-02"), terms, opening=opening) == day(said)


# --- net of pauses and grace ---

PAUSED = Terms(counting=Counting(paused_by=("dispute", "breathing_space")))


def test_a_pause_stops_the_net_count_and_not_the_other() -> None:
    """Due on 1 January, paused from 27 March to 21 April: 85 from 27 March to 21 April, 86 on 22 April."""
    story = holds(Told(monthly("2025-01-01", 1), PAUSED), "breathing_space", "2025-03-27", "2025-04-21")
    said = {
        on: story.says("dpd_net", on) for on in ("2025-03-26", "2025-03-27", "2025-04-10", "2025-04-21", "2025-04-22")
    }
    assert list(said.values()) == [84, 85, 85, 85, 86]
    assert story.says("dpd", "2025-04-22") == 111


def test_only_the_overlap_with_the_overdue_days_is_paused() -> None:
    story = holds(Told(monthly("2025-02-01", 1), PAUSED), "dispute", "2025-01-20", "2025-02-06")
    assert story.says("dpd_net", "2025-02-06") == 0
    assert story.says("dpd_net", "2025-02-20") == 14


def test_days_in_two_pauses_are_paused_once_and_other_holds_pause_nothing() -> None:
    story = Told(monthly("2025-01-01", 1), PAUSED)
    story.hears(HoldPlaced(hold="dispute", placed_on=day("2025-01-11"), ends_on=day("2025-01-16")), on="2025-01-11")
    story.hears(HoldPlaced(hold="breathing_space", placed_on=day("2025-01-13")), on="2025-01-13")
    holds(story, "bankruptcy", "2025-01-13")
    assert story.says("dpd_net", "2025-02-01") == 10


def test_grace_is_taken_off_the_net_count() -> None:
    story = Told(monthly("2025-01-01", 1), Terms(counting=Counting(grace_days=3)))
    assert [story.says("dpd_net", f"2025-01-0{n}") for n in range(1, 7)] == [0, 0, 0, 0, 1, 2]
    assert story.moves_on("dpd_net", "2025-01-02") == day("2025-01-04")


def test_the_net_count_says_where_it_changes_pace() -> None:
    story = Told(monthly("2025-01-01", 1), PAUSED)
    story.hears(HoldPlaced(hold="dispute", placed_on=day("2025-01-11"), ends_on=day("2025-01-16")), on="2025-01-05")
    assert story.moves_on("dpd_net", "2025-01-05") == day("2025-01-11")
    assert story.moves_on("dpd_net", "2025-01-11") == day("2025-01-16")
    assert story.moves_on("dpd_net", "2025-01-16") is None


@pytest.mark.parametrize(
    ("pauses", "days"),
    [
        ([], 0),
        ([("2025-01-01", "2025-01-11")], 6),
        ([("2025-01-05", None)], 16),
        ([("2025-01-10", "2025-01-12"), ("2025-01-11", "2025-01-15")], 5),
        ([("2025-01-10", "2025-01-20"), ("2025-01-12", "2025-01-13")], 10),
        ([("2025-01-10", "2025-01-10")], 0),
        ([("2025-02-01", None), ("2024-01-01", "2024-02-01")], 0),
    ],
)
def test_paused_days_between_5_and_21_january(pauses: list[tuple[str, str | None]], days: int) -> None:
    spans = [(day(begins), None if ends is None else day(ends)) for begins, ends in pauses]
    assert paused_days(spans, day("2025-01-05"), day("2025-01-21")) == days


# --- materiality ---


def european(above: str = "100.00", share: str | None = "0.01") -> Terms:
    material = Material(above=Decimal(above), and_share_above=None if share is None else Decimal(share))
    return Terms(counting=Counting(material=material))


def test_arrears_are_material_above_the_limit_and_not_at_it() -> None:
    story = Told(monthly("2025-01-01", 3), european(share=None))
    assert story.says("days_material", "2025-01-20") == 0
    assert story.moves_on("days_material", "2025-01-20") == day("2025-02-02")
    assert story.says("days_material", "2025-02-02") == 1
    assert story.says("days_material", "2025-02-11") == 10
    assert story.says("dpd", "2025-02-11") == 41


def test_both_limits_must_be_exceeded() -> None:
    story = Told([*monthly("2025-01-01", 1, "150.00"), *monthly("2026-01-01", 1, "14850.00")], european())
    assert story.says("days_material", "2025-01-20") == 0  # 150.00 is not more than 1 % of 15,000.00
    story = Told([*monthly("2025-01-01", 1, "150.01"), *monthly("2026-01-01", 1, "14849.99")], european())
    assert story.says("days_material", "2025-01-20") == 19


def test_a_day_below_the_limit_starts_the_count_anew() -> None:
    story = Told(monthly("2025-01-01", 4), european(share=None)).pays("100.00", on="2025-02-10")
    assert story.says("days_material", "2025-02-10") == 0
    assert story.says("dpd", "2025-02-10") == 9
    assert story.says("days_material", "2025-03-01") == 0
    assert story.says("days_material", "2025-03-05") == 4


def test_material_days_go_on_while_the_oldest_is_paid_and_others_are_not() -> None:
    story = Told(monthly("2025-01-01", 4), Terms()).pays("100.00", on="2025-02-10")
    assert story.says("dpd", "2025-02-10") == 9
    assert story.says("days_material", "2025-02-10") == 40


# --- calendar months ---


@pytest.mark.parametrize(
    ("start", "on", "months"),
    [
        ("2025-01-15", "2025-02-14", 0),
        ("2025-01-15", "2025-02-15", 1),
        ("2025-01-31", "2025-02-27", 0),
        ("2025-01-31", "2025-02-28", 1),
        ("2024-01-31", "2024-02-28", 0),
        ("2024-01-31", "2024-02-29", 1),
        ("2025-01-31", "2025-03-30", 1),
        ("2025-01-31", "2025-03-31", 2),
        ("2025-02-28", "2025-03-28", 1),
        ("2024-02-29", "2025-02-28", 12),
        ("2024-11-30", "2025-11-30", 12),
    ],
)
def test_a_month_is_over_on_the_same_day_or_on_the_last_of_a_short_month(start: str, on: str, months: int) -> None:
    assert months_between(day(start), day(on)) == months
    story = Told([Instalment(due_on=day(start), amount=1)], opened_on=start)
    assert story.says("months_past_due", on) == months


@given(st.dates(date(1999, 1, 1), date(2030, 1, 1)), st.integers(0, 2000))
def test_months_are_counted_as_dateutil_counts_them(start: date, days: int) -> None:
    on = date.fromordinal(start.toordinal() + days)
    over = relativedelta(on, start)
    assert months_between(start, on) == over.years * 12 + over.months


def test_the_day_on_which_the_next_month_is_over_is_known() -> None:
    story = Told(monthly("2025-01-31", 1))
    assert story.moves_on("months_past_due", "2025-02-10") == day("2025-02-28")
    assert story.moves_on("months_past_due", "2025-02-28") == day("2025-03-31")
