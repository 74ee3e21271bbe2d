"""The months of real loans: what was missed when each began, how much was paid in it, and on which day."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from overdue_flow.cases.terms import Terms
from overdue_flow.simulation.book import read_book
from overdue_flow.simulation.calibration.loan_months import (
    Instalments,
    LoanMonth,
    cut_short,
    instalments_of,
    loan_months,
)
from support import real_data
from support.paying_books import paying

UTC = ZoneInfo("UTC")
DUES = tuple(date(2025, month, 10) for month in range(1, 7))


def loan(*covered: str | None, until: date = date(2025, 12, 31), cut: str | None = None) -> Instalments:
    """Six instalments, due on the tenth, and the days on which they were covered."""
    days = [date.fromisoformat(f"2025-{day}") if day else None for day in covered]
    days += [None] * (len(DUES) - len(days))
    return Instalments("L", date(2024, 12, 10), DUES, tuple(days), 10_000, until, cut)


def said(of: Instalments) -> list[tuple[int, str, int | None]]:
    return [(month.missed, month.paid, month.day) for month in of.months]


def test_a_book_that_was_paid_by_a_table_is_told_as_it_was_paid(tmp_path: Path) -> None:
    made = list(paying(60, 14, seed=3))
    book = read_book(real_data.write_book((one.loan for one in made), tmp_path), UTC)
    until = date(2024, 3, 14)  # the day before the month after the last would begin
    told = list(loan_months(instalments_of(one, Terms(), until) for one in book))
    assert told == [month for one in made for month in one.months]
    assert {month.paid for month in told} == {"0", "1", "2", "all", "balance"}


def test_one_payment_a_month_is_all_that_is_due() -> None:
    on_time = loan("01-10", "02-12", "03-10", "04-10", "05-10", "06-25")
    assert said(on_time) == [
        (0, "all", 0), (0, "all", 2), (0, "all", 0), (0, "all", 0), (0, "all", 0), (0, "all", 15)
    ]  # fmt: skip


def test_what_is_missed_is_owed_when_the_next_month_begins() -> None:
    late = loan("02-20", "04-15", "04-15", "04-15", "05-10", "06-10")
    assert said(late) == [
        (0, "0", None), (1, "1", 10), (1, "0", None), (2, "all", 5), (0, "all", 0), (0, "all", 0)
    ]  # fmt: skip


def test_money_on_the_last_day_belongs_to_the_month_that_ends() -> None:
    assert said(loan("02-09", "02-10", until=date(2025, 3, 9))) == [(0, "all", 30), (0, "all", 0)]


def test_months_go_on_after_the_last_due_date_until_all_is_paid() -> None:
    never_quite = loan("01-10", "02-10", "03-10", "04-10", "05-10", "08-11")
    assert said(never_quite)[5:] == [(0, "0", None), (1, "0", None), (1, "all", 1)]


def test_who_pays_before_the_due_date_pays_on_it() -> None:
    assert said(loan("01-05", "02-01", until=date(2025, 3, 9))) == [(0, "all", 0), (0, "all", 0)]


def test_paying_the_rest_at_once_closes_the_loan() -> None:
    closed = loan("01-10", "02-25", "02-25", "02-25", "02-25", "02-25")
    assert said(closed) == [(0, "all", 0), (0, "balance", 15)]


def test_a_loan_that_is_closed_before_its_first_due_date_has_no_months() -> None:
    assert said(loan("01-05", "01-05", "01-05", "01-05", "01-05", "01-05")) == []


def test_paying_the_last_one_early_closes_nothing() -> None:
    early = loan("01-10", "02-10", "03-10", "04-10", "05-10", "06-01")
    assert said(early)[-1] == (0, "all", 0)


def test_a_month_that_is_not_over_is_not_counted() -> None:
    assert said(loan("01-10", until=date(2025, 3, 8))) == [(0, "all", 0)]
    assert said(loan("01-10", until=date(2025, 3, 9))) == [(0, "all", 0), (0, "0", None)]


def test_months_are_counted_from_a_day_on() -> None:
    counted = list(loan_months([loan("02-20", until=date(2025, 4, 9))], first=date(2025, 2, 1)))
    assert counted == [
        LoanMonth("L", date(2025, 2, 10), 1, "1", 10),
        LoanMonth("L", date(2025, 3, 10), 1, "0", None),
    ]


def test_a_loan_stands_as_it_is_owed_at_the_end_of_the_day() -> None:
    assert loan("01-10", until=date(2025, 3, 31)).standing == (2, 3)
    assert loan("01-10", until=date(2025, 3, 31)).is_open
    assert not loan(*[f"0{month}-10" for month in range(1, 7)]).is_open


def test_a_loan_is_counted_until_its_schedule_is_no_longer_the_contracts(tmp_path: Path) -> None:
    made = [one.loan for one in paying(2, 8, seed=1)]
    real_data.write_book(made, tmp_path)
    agreed = {
        "loan_id": "L-0001", "kind": "ScheduleReplaced", "at": "2023-04-20", "effective_on": "2023-05-01",
        "instalments": [{"due_on": "2023-12-01", "amount": "900.00"}],
    }  # fmt: skip
    (tmp_path / "events.jsonl").write_text(json.dumps(agreed) + "\n", "utf-8")
    book = read_book(tmp_path, UTC)
    loans = [instalments_of(one, Terms(), date(2024, 1, 1)) for one in book]
    assert cut_short(loans) == {"ScheduleReplaced": 1}
    assert loans[1].until == date(2023, 4, 20)
    assert max(month.begins for month in loans[1].months) == date(2023, 3, 15)


def test_the_last_day_is_that_of_the_loans_own_place(tmp_path: Path) -> None:
    real_data.write_book([one.loan for one in paying(1, 8, seed=1)], tmp_path)
    called = {"loan_id": "L-0000", "kind": "Accelerated", "at": "2023-04-20T17:00:00Z", "due_on": "2023-05-01"}
    (tmp_path / "events.jsonl").write_text(json.dumps(called) + "\n", "utf-8")
    there = Terms(time_zone="Asia/Shanghai")
    (loan,) = read_book(tmp_path, there.zone)
    assert instalments_of(loan, there, date(2024, 1, 1)).until == date(2023, 4, 21)


def test_a_payment_that_was_reversed_paid_nothing(tmp_path: Path) -> None:
    (tmp_path / "loans.csv").write_text("loan_id,currency,opened_on\nL,CNY,2025-01-01\n", "utf-8")
    (tmp_path / "instalments.csv").write_text("loan_id,due_on,amount\nL,2025-02-01,100\nL,2025-03-01,100\n", "utf-8")
    (tmp_path / "payments.csv").write_text(
        "loan_id,payment_id,value_date,amount,noticed_on,reversed_on\n"
        "L,p,2025-02-01,100,2025-02-01,2025-02-20\nL,q,2025-02-25,100,2025-02-25,\n",
        "utf-8",
    )
    (book,) = read_book(tmp_path, UTC)
    known = instalments_of(book, Terms(), date(2025, 2, 28))
    assert said(known) == [(0, "all", 24)]
    assert known.until - known.opened_on == timedelta(days=58)
