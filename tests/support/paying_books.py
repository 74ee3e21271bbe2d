"""Books of borrowers who pay by a table that is known: what a calibration must find again.

A plain second telling of what a month is, without the ledger: how many instalments are missed when it begins, how much
luck makes the borrower pay, and which of them that covers.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from overdue_flow.simulation.calibration.loan_months import LoanMonth
from support.real_data import Loan, Payment

TABLE: Mapping[int, Mapping[str, float]] = {
    0: {"0": 0.15, "all": 0.82, "balance": 0.03},
    1: {"0": 0.30, "1": 0.40, "all": 0.28, "balance": 0.02},
    2: {"0": 0.45, "1": 0.20, "2": 0.15, "all": 0.20},
}
"""By missed instalments, those of two for more: how likely how much is paid. `n` instalments of the oldest."""

DAYS = (0, 0, 0, 3, 8, 21)
"""How many days after a month began something is paid, each as likely."""

FIRST_DUE = date(2023, 1, 15)
AMOUNT = Decimal("100.00")


@dataclass(frozen=True)
class Paying:
    """One borrower's loan, and the months that it was made of."""

    loan: Loan
    months: tuple[LoanMonth, ...]


def paying(
    borrowers: int, months: int, seed: int, table: Mapping[int, Mapping[str, float]] = TABLE
) -> Iterator[Paying]:
    """So many borrowers of so many instalments, over as many months."""
    draw = random.Random(seed)
    for number in range(borrowers):
        yield _paying(f"L-{number:04}", months, draw, table)


def _paying(name: str, count: int, draw: random.Random, table: Mapping[int, Mapping[str, float]]) -> Paying:
    dues = [FIRST_DUE + relativedelta(months=month) for month in range(count)]
    payments: list[Payment] = []
    months: list[LoanMonth] = []
    paid = 0
    for place, begins in enumerate(dues):
        missed = place - paid
        row = table[min(missed, max(table))]
        word = draw.choices(list(row), list(row.values()))[0]
        day = draw.choice(DAYS)
        if word == "balance" and count - place <= 2:
            word = "all"  # what is closed so late is not closed early
        many = {"all": missed + 1, "balance": count - paid}.get(word) or int(word)
        word = "all" if many == missed + 1 else word
        months.append(LoanMonth(name, begins, missed, word, day if many else None))
        if many:
            payments.append(Payment(f"{name}-{place}", begins + timedelta(days=day), AMOUNT * many))
        paid += many
        if paid == count:
            break
    instalments = tuple((due, AMOUNT) for due in dues)
    return Paying(Loan(name, "CNY", FIRST_DUE - timedelta(days=30), instalments, tuple(payments)), tuple(months))
