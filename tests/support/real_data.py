"""Real loans as books: adapters from the files of the shared data to loans, instalments and payments.

Adapters read, and translate words and dates. They never count: no day past due, no amount covered, is found here. The
oracle's own figures (`Loan.says`) are read from the file as they stand there.
"""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
AGED_AS_OF = date(2016, 12, 8)
"""The day as of which `loan_payments` ages what is still open."""


@dataclass(frozen=True)
class Payment:
    """Money that came in."""

    payment_id: str
    value_date: date
    amount: Decimal


@dataclass(frozen=True)
class Loan:
    """One loan of a book. `says` are the days late that the file itself gives, where it does."""

    loan_id: str
    currency: str
    opened_on: date
    instalments: tuple[tuple[date, Decimal], ...]
    payments: tuple[Payment, ...] = ()
    says: int | None = None
    facts: dict[str, str] = field(default_factory=dict)


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)


def _day_there(instant: str) -> date:
    """The day in Los Angeles of an instant in UTC, such as 2006-06-03T07:00:00Z."""
    return datetime.fromisoformat(instant).astimezone(LOS_ANGELES).date()


def _us_day(text: str) -> date:
    """The day of 9/14/2016, with or without a time of day."""
    month, day, year = text.split()[0].split("/")
    return date(int(year), int(month), int(day))


def kiva(folder: Path, schedule: str) -> list[Loan]:
    """The 249 loans with schedule and payments. `schedule` is `kiva` (paid in dollars) or `local` (in local money)."""
    column = {"kiva": "amount_usd", "local": "amount_local"}[schedule]
    instalments: dict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for row in _rows(folder / "kiva" / "schedule.csv.gz"):
        if row["schedule"] == schedule:
            instalments[row["loan_id"]].append((_day_there(row["due_date"]), Decimal(row["amount"])))
    payments: dict[str, list[Payment]] = defaultdict(list)
    for row in _rows(folder / "kiva" / "payments.csv.gz"):
        payment = Payment(row["payment_id"], _day_there(row["processed_date"]), Decimal(row[column]))
        payments[row["loan_id"]].append(payment)
    opened = {row["loan_id"]: row["disbursal_date"] for row in _rows(folder / "kiva" / "loans.csv.gz")}
    return [
        Loan(
            loan_id,
            "USD",
            min(_day_there(opened[loan_id]), dues[0][0], payments[loan_id][0].value_date),
            tuple(dues),
            tuple(payments[loan_id]),
        )
        for loan_id, dues in ((key, sorted(found)) for key, found in instalments.items())
        if loan_id in payments
    ]


def loan_payments(folder: Path) -> list[Loan]:
    """500 loans of one payment each; those in collection are still open."""
    return [
        Loan(
            row["Loan_ID"],
            "USD",
            _us_day(row["Effective_date"]),
            ((_us_day(row["Due_date"]), Decimal(row["Principal"])),),
            (Payment(f"paid-{row['Loan_ID']}", _us_day(row["Paid_off_time"]), Decimal(row["Principal"])),)
            if row["Paid_off_time"]
            else (),
            int(row["Past_due_days"]),
            {"status": row["Loan_status"]},
        )
        for row in _rows(folder / "loan_payments" / "loan_payments.csv.gz")
    ]


def ibm_invoices(folder: Path) -> list[Loan]:
    """2,466 invoices, all settled, each a loan of one instalment."""
    return [
        Loan(
            row["invoiceNumber"],
            "USD",
            _us_day(row["InvoiceDate"]),
            ((_us_day(row["DueDate"]), Decimal(row["InvoiceAmount"])),),
            (Payment(f"settled-{row['invoiceNumber']}", _us_day(row["SettledDate"]), Decimal(row["InvoiceAmount"])),),
            int(row["DaysLate"]),
            {"disputed": row["Disputed"]},
        )
        for row in _rows(folder / "ibm_invoices" / "accounts_receivable.csv.gz")
    ]


def write_book(loans: Iterable[Loan], folder: Path) -> Path:
    """Write `loans.csv`, `instalments.csv` and `payments.csv`, as `overdue-flow backtest` reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    loans = list(loans)
    names = sorted({name for loan in loans for name in loan.facts})
    _write(
        folder / "loans.csv",
        ["loan_id", "currency", "opened_on", *names],
        (
            [loan.loan_id, loan.currency, loan.opened_on, *(loan.facts.get(name, "") for name in names)]
            for loan in loans
        ),
    )
    _write(
        folder / "instalments.csv",
        ["loan_id", "due_on", "amount"],
        ([loan.loan_id, due_on, amount] for loan in loans for due_on, amount in loan.instalments),
    )
    _write(
        folder / "payments.csv",
        ["loan_id", "payment_id", "value_date", "amount"],
        ([loan.loan_id, one.payment_id, one.value_date, one.amount] for loan in loans for one in loan.payments),
    )
    return folder


def _write(file: Path, header: list[str], rows: Iterable[list[object]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(header)
        writer.writerows(rows)
