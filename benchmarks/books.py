"""Books to live through: the real one of Kiva, where its files are, and a made up one of any number of loans."""

from __future__ import annotations

import csv
import os
import random
import sys
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

from dateutil.relativedelta import relativedelta

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))  # the adapters of the real files stand with the tests

from support import real_data  # noqa: E402  # after the path

FIRST = date(2022, 1, 3)
MONTHS = 36

HABITS = {"in time": 70, "late": 17, "misses": 9, "stops": 4}
"""Of a hundred loans: how their borrowers pay."""


def kiva_book(folder: Path) -> Path | None:
    """The Kiva loans on the schedule from borrower to lender; None where there are no real data."""
    data = (ROOT / os.environ.get("OVERDUE_FLOW_DATA", "../shared/data")).resolve()
    if not (data / "kiva").is_dir():
        return None
    return real_data.write_book(real_data.kiva(data, "local"), folder)


def made_up_book(folder: Path, loans: int) -> Path:
    """Loans of 36 monthly instalments, opened on days spread over a month; the same book in every run."""
    draw = random.Random(20_250_101)
    folder.mkdir(parents=True, exist_ok=True)
    opened = {f"M-{number:05}": FIRST + timedelta(days=number % 28) for number in range(loans)}
    habits = draw.choices(list(HABITS), list(HABITS.values()), k=loans)
    _write(folder / "loans.csv", "loan_id,currency,opened_on", ((name, "CNY", day) for name, day in opened.items()))
    _write(
        folder / "instalments.csv",
        "loan_id,due_on,principal,interest",
        ((name, due, "800.00", "45.50") for name, day in opened.items() for due in _due_days(day)),
    )
    _write(
        folder / "payments.csv",
        "loan_id,payment_id,value_date,amount",
        (row for name, habit in zip(opened, habits, strict=True) for row in _paid(draw, name, opened[name], habit)),
    )
    return folder


def _due_days(opened: date) -> list[date]:
    return [opened + relativedelta(months=month) for month in range(1, MONTHS + 1)]


def _paid(draw: random.Random, loan_id: str, opened: date, habit: str) -> Iterator[tuple[str, str, date, str]]:
    stops_after = draw.randrange(6, 30) if habit == "stops" else MONTHS
    for number, due in enumerate(_due_days(opened)[:stops_after], 1):
        late = habit == "late" and draw.random() < 0.3
        missed = habit == "misses" and draw.random() < 0.12
        days = draw.randrange(3, 45) if late else draw.randrange(40, 110) if missed else -draw.randrange(0, 4)
        if (paid_on := due + timedelta(days=days)) <= opened + relativedelta(months=MONTHS):
            yield loan_id, f"{loan_id}-{number}", paid_on, "845.50"


def _write(file: Path, header: str, rows: Iterable[tuple[object, ...]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(header.split(","))
        writer.writerows(rows)
