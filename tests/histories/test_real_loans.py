"""Real loans, exact: from the files to a book, through the backtest as a user runs it, to the reference figures.

The figures are those that the README of the data gives, computed without this project. Nothing is counted between the
files and the book (`support.real_data`), nor between what the backtest wrote and the sums below.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from overdue_flow import load_policy
from overdue_flow.simulation.backtest import Days, backtest
from overdue_flow.simulation.book import read_book
from overdue_flow.simulation.outputs import rows_of
from support import real_data as adapters

POLICY = """\
language: 1
policy: real-loans
version: "1"
terms: {currency: USD, time_zone: America/Los_Angeles, counting: {paid_when_short_by: 0.01}}
facts:
  status: {type: choice, of: [PAIDOFF, COLLECTION, COLLECTION_PAIDOFF], label: what the lender called it}
  disputed: {type: choice, of: ["Yes", "No"], label: disputed}
buckets: {by: dpd, 1-29: 1..29, 30-59: 30..59, 60-89: 60..89, 90+: 90..}
stages:
  current:
    start: true
    rules: [{id: overdue, when: dpd >= 1, to: late, because: an instalment is unpaid}]
  late:
    rules:
      - {id: cured, when: arrears_cleared, to: current}
      - {id: quarter, when: dpd >= 90, to: very_late, because: three months past due}
  very_late:
    rules: [{id: paid, when: arrears_cleared, to: current}]
"""
CENT = Decimal("0.01")


class Run:
    """What one `overdue-flow backtest` wrote."""

    def __init__(self, folder: Path) -> None:
        self.instalments = _rows(folder / "instalments.csv")
        self.month_ends = _rows(folder / "month_ends.csv")
        self.summary = json.loads((folder / "summary.json").read_text("utf-8"))

    @property
    def days_late(self) -> list[int | None]:
        """Per instalment, as it was written; None where it was never covered."""
        return [int(row["days_late"]) if row["days_late"] else None for row in self.instalments]


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def backtested(loans: Iterable[adapters.Loan], folder: Path) -> Run:
    """The loans as a book, lived through by the command that a user types."""
    book = adapters.write_book(loans, folder / "book")
    policy = folder / "policy.yaml"
    policy.write_text(POLICY, "utf-8")
    command = [sys.executable, "-m", "overdue_flow", "backtest", str(policy), str(book), "--out", str(folder / "out")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return Run(folder / "out")


@pytest.fixture(scope="module", params=["kiva", "local"])
def kiva(request: pytest.FixtureRequest, real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Run]:
    """Both schedules of the 249 Kiva loans: lender to Kiva, and borrower to lender."""
    schedule = str(request.param)
    return schedule, backtested(adapters.kiva(real_data, schedule), tmp_path_factory.mktemp(schedule))


KIVA = {
    "kiva": {"late": 732, "30+": 325, "60+": 89, "90+": 20, "days in all": 21_611},
    "local": {"late": 1_905, "30+": 1_316, "60+": 736, "90+": 332, "days in all": 100_507},
}
"""The reference figures of the data's README."""


def test_kiva_gives_the_reference_figures(kiva: tuple[str, Run]) -> None:
    schedule, run = kiva
    late = [days for days in run.days_late if days is not None and days > 0]
    found = {name: sum(days >= least for days in late) for name, least in [("late", 1), ("30+", 30), ("60+", 60)]}
    found |= {"90+": sum(days >= 90 for days in late), "days in all": sum(late)}
    assert found == KIVA[schedule]
    assert (len(run.instalments), run.days_late.count(None)) == (2_582, 19)


def test_kiva_loses_no_loan_and_refuses_no_payment(kiva: tuple[str, Run]) -> None:
    _, run = kiva
    assert run.summary["loans"] == len({row["loan_id"] for row in run.instalments}) == 249
    assert run.summary["refused_events"] == 0


def test_kiva_stands_at_every_month_end_where_a_plain_count_says(kiva: tuple[str, Run], real_data: Path) -> None:
    """Days past due, overdue amount and balance of every loan at every month end, counted again from the files."""
    schedule, run = kiva
    loans = {loan.loan_id: loan for loan in adapters.kiva(real_data, schedule)}
    counted = list(counted_again(loans, run.month_ends))
    assert counted == [
        (row["loan_id"], row["on"], row["dpd"], row["overdue_amount"], row["balance"]) for row in run.month_ends
    ]
    assert {row["loan_id"] for row in run.month_ends} == loans.keys()
    assert sum(dpd != "0" for _, _, dpd, _, _ in counted) > 300


def counted_again(loans: dict[str, adapters.Loan], rows: Iterable[dict[str, str]]) -> Iterator[tuple[str, ...]]:
    """The same figures by a plain count: what was due before the day, against what was paid through it."""
    for row in rows:
        loan, on = loans[row["loan_id"]], date.fromisoformat(row["on"])
        paid = sum((one.amount for one in loan.payments if one.value_date <= on), Decimal(0))
        due, unpaid_since = Decimal(0), on
        for due_on, amount in loan.instalments:
            if due_on < on:
                due += amount
                unpaid_since = min(unpaid_since, due_on) if due - paid > CENT else unpaid_since
        owed = sum((amount for _, amount in loan.instalments), Decimal(0))
        overdue, balance = (f"{max(Decimal(0), total - paid):.2f}" for total in (due, owed))
        yield loan.loan_id, row["on"], str((on - unpaid_since).days), overdue, balance


def test_ibm_invoices_are_late_by_the_days_that_the_file_gives(real_data: Path, tmp_path: Path) -> None:
    loans = {loan.loan_id: loan for loan in adapters.ibm_invoices(real_data)}
    run = backtested(loans.values(), tmp_path)
    late = {row["loan_id"]: max(0, int(row["days_late"])) for row in run.instalments}
    assert late == {loan_id: loan.says for loan_id, loan in loans.items()}
    assert (len(late), run.summary["refused_events"]) == (2_466, 0)


def test_loan_payments_are_past_due_by_the_days_that_the_file_gives(real_data: Path, tmp_path: Path) -> None:
    """498 of 500. Two loans contradict their own dates: one paid a day late is said to be in time, one by two days."""
    loans = {loan.loan_id: loan for loan in adapters.loan_payments(real_data)}
    policy = load_policy(text=POLICY)
    book = read_book(adapters.write_book(loans.values(), tmp_path / "book"), policy.terms.zone)
    assert book.first_opening is not None
    days = Days(book.first_opening, adapters.AGED_AS_OF)
    found: dict[str, object] = {}
    for outcome in backtest(policy, book, days):
        assert not outcome.life.refused
        ((*_, covered_on, days_late),) = rows_of(outcome, days)["instalments.csv"]
        still_due = policy.vocabulary["dpd"].read(outcome.life.case, adapters.AGED_AS_OF)
        found[outcome.loan_id] = max(0, int(str(days_late))) if covered_on else still_due
    differ = {loan_id: (late, loans[loan_id].says) for loan_id, late in found.items() if late != loans[loan_id].says}
    assert differ == {"xqd20160271": (1, 0), "xqd20160428": (1, 2)}
    assert len(found) == 500
