"""A population made of a book: its borrowers pay as those of the book did, its loans are such as are open there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from overdue_flow import load_policy
from overdue_flow.cases.terms import Terms
from overdue_flow.errors import OverdueFlowError
from overdue_flow.policy.spans import Span
from overdue_flow.simulation.book import Book, read_book
from overdue_flow.simulation.calibration.calibrate import (
    Schedules,
    calibrate,
    counted,
    population_file,
    standing_loans,
)
from overdue_flow.simulation.calibration.loan_months import Instalments, loan_months
from overdue_flow.simulation.population.read import load_population, population_text
from overdue_flow.simulation.trial.run import simulate
from support import real_data
from support.foretelling import POLICY
from support.paying_books import TABLE, paying

END = date(2024, 3, 14)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    loans = (one.loan for one in paying(120, 14, seed=5))
    return read_book(real_data.write_book(loans, tmp_path_factory.mktemp("book")), ZoneInfo("UTC"))


def open_loan(name: str, covered: int, usual: int = 10_000, every: int = 1) -> Instalments:
    """Six instalments, of which so many are covered; the third is the last that fell due."""
    dues = tuple(date(2025, 1 + every * month, 10) for month in range(6))
    return Instalments(
        name, date(2024, 12, 1), dues, (*dues[:covered], *[None] * (6 - covered)), usual, date(2025, 3, 31)
    )


def test_the_chances_are_those_of_the_table_by_which_they_paid(book: Book) -> None:
    found, _known = calibrate(book, Terms(), None, END)
    assert [str(one.missed) for one in found.behaviours[:2]] == ["0", "1"]
    for row in found.behaviours[:2]:
        for paid, chance in TABLE[row.missed.first].items():
            assert chance in row.outcome(paid).interval, (row.missed, paid)


def test_only_months_between_two_days_are_counted(book: Book) -> None:
    whole, _ = calibrate(book, Terms(), None, END)
    early, _ = calibrate(book, Terms(), None, date(2023, 8, 14))
    late, _ = calibrate(book, Terms(), date(2023, 8, 15), END)
    assert early.months + late.months == whole.months
    assert (early.first, early.last) == (book.first_opening, date(2023, 8, 14))


def test_a_time_without_a_whole_month_is_refused(book: Book) -> None:
    with pytest.raises(OverdueFlowError, match="no month of a loan begins and ends from 2022-12-16 to 2023-02-13"):
        calibrate(book, Terms(), None, date(2023, 2, 13))
    with pytest.raises(OverdueFlowError, match="no loan of the book was opened by 2022-12-15"):
        calibrate(book, Terms(), None, date(2022, 12, 15))


def test_what_falls_due_after_the_last_news_is_not_counted_as_unpaid(tmp_path: Path) -> None:
    made = [one.loan for one in paying(30, 24, seed=6)]  # a book in the middle of its life: a year is still to come
    known = [replace(one, payments=tuple(p for p in one.payments if p.value_date < date(2024, 1, 15))) for one in made]
    book = read_book(real_data.write_book(known, tmp_path), ZoneInfo("UTC"))
    found, _known = calibrate(book, Terms())
    assert book.last_date == date(2024, 12, 15)
    assert found.last == book.last_news == max(p.value_date for one in known for p in one.payments)
    assert found == calibrate(book, Terms(), None, book.last_news)[0]
    assert found.behaviours[0].outcome("all").chance > 0.7


def test_a_book_in_two_currencies_is_refused(tmp_path: Path) -> None:
    (tmp_path / "loans.csv").write_text("loan_id,currency,opened_on\nA,CNY,2025-01-01\nB,USD,2025-01-01\n", "utf-8")
    (tmp_path / "instalments.csv").write_text("loan_id,due_on,amount\nA,2025-02-01,100\nB,2025-02-01,100\n", "utf-8")
    (tmp_path / "payments.csv").write_text("loan_id,payment_id,value_date,amount\nA,p,2025-04-01,100\n", "utf-8")
    with pytest.raises(OverdueFlowError, match="the loans are in CNY, USD: calibrate a book for each currency"):
        calibrate(read_book(tmp_path, ZoneInfo("UTC")), Terms())


def test_the_file_is_read_back_and_lived(book: Book) -> None:
    found, known = calibrate(book, Terms(), None, END)
    policy = load_policy(text=POLICY)
    file = population_file(found, known, "of a book!", borrowers=40, currency="USD", months=6)
    population = load_population(None, policy, text=population_text(file))
    assert population.file == file
    assert file.population == "of-a-book"
    assert file.starts_on == date(2024, 3, 15)
    assert file.calibrated["months"] == str(found.months)
    assert simulate(policy, population).champion.refused == {}


def test_chances_in_the_file_are_1_together_at_most_and_days_stand_in_spans(book: Book) -> None:
    found, _known = calibrate(book, Terms(), None, END)
    for row, behaviour in zip(found.pays, found.behaviours, strict=True):
        assert sum(row.chances.values()) <= 1
        assert row.observed == behaviour.months
        assert {str(span) for span in row.on} <= {"0", "1-5", "6-10", "21-25"}
        assert float(sum(row.on.values())) == pytest.approx(1, abs=1e-5)
        for outcome in behaviour.outcomes:
            if outcome.paid != "0":
                assert float(row.chances[outcome.paid]) == pytest.approx(outcome.chance, abs=2e-6)


def test_loans_are_such_as_are_open_on_the_last_day(book: Book) -> None:
    found, known = calibrate(book, Terms(), None, date(2023, 8, 14))
    loans = population_file(found, known, "book").loans
    assert sum(one.share for one in loans) == 1
    assert [one.missed for one in loans] == sorted(
        {missed for missed, _ in [x.standing for x in known.loans if x.is_open]}
    )
    assert {one.instalments for one in loans} == {7}  # of fourteen, seven are still to come
    assert {one.every for one in loans} == {Span(1, "months")}
    assert {str(one.amount.choices) for one in loans} == {"((Decimal('100.00'), Decimal('1')),)"}


def test_where_few_are_open_they_are_new_ones() -> None:
    known = Schedules(tuple(open_loan(str(number), 6) for number in range(40)), "CNY")
    found = counted(loan_months(known.loans), date(2025, 1, 1), date(2025, 3, 31))
    (alike,) = population_file(found, known, "book").loans
    assert (alike.share, alike.missed, alike.instalments) == (1, 0, 6)


def test_each_loan_stands_as_far_as_it_is() -> None:
    several = (open_loan("a", 0), open_loan("b", 2), open_loan("c", 2), open_loan("d", 6))
    found = {(one.missed, one.instalments): one.share for one in standing_loans(Schedules(several, "CNY"))}
    assert found == {(1, 3): Decimal("0.666667"), (3, 3): Decimal("0.333333")}


def test_a_loan_that_has_none_to_come_gets_its_last_one_anew() -> None:
    late = Instalments("L", date(2024, 1, 1), (date(2024, 2, 1), date(2024, 3, 1)), (None, None), 500, date(2024, 5, 1))
    (one,) = standing_loans(Schedules((late,), "CNY"))
    assert (one.missed, one.instalments) == (1, 1)


def test_amounts_are_the_middles_of_ten_tenths() -> None:
    several = tuple(open_loan(str(number), 0, usual=100 * number) for number in range(1, 101))
    (one, *_) = standing_loans(Schedules(several, "JPY"))
    assert [amount for amount, _ in one.amount.choices] == [Decimal(100 * number) for number in range(6, 101, 10)]


def test_a_book_of_other_spans_says_them() -> None:
    weekly = Instalments(
        "L", date(2024, 1, 1), tuple(date(2024, 1, day) for day in (7, 14, 21)), (None,) * 3, 500, date(2024, 1, 8)
    )
    (one,) = standing_loans(Schedules((weekly,), "CNY"))
    assert one.every == Span(7, "days")


def test_a_loan_whose_count_was_cut_short_does_not_live_on() -> None:
    agreed = replace(open_loan("agreed", 0), cut="PlanAgreed")
    (one,) = standing_loans(Schedules((agreed, open_loan("b", 2)), "CNY"))
    assert (one.missed, one.share) == (1, 1)
