"""The book at a glance agrees with the loans it is made of, and with the backtest."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from overdue_flow.cases.counting import told_by
from overdue_flow.policy.load import load_policy
from overdue_flow.reports.overview import overview, share
from overdue_flow.reports.report import Part, Report
from overdue_flow.reports.speech import spoken
from overdue_flow.reports.told import Period, Told
from overdue_flow.simulation.backtest import Days, backtest
from overdue_flow.simulation.book import read_book
from overdue_flow.simulation.summary import Summary
from support.reported import PERIOD, book, lived, opening, reported_policy
from support.small_policy import POLICY, write_book


def part(report: Report, title: str) -> Part:
    return next(one for one in report.parts if spoken(one.title) == title)


def rows(found: Part) -> list[list[str]]:
    return [[spoken(cell) for cell in row.cells] for row in found.rows]


@pytest.fixture(scope="module")
def report() -> Report:
    return overview(reported_policy(), book(), PERIOD)


def test_the_totals_are_those_of_the_loans(report: Report) -> None:
    (currency, loans, owed, overdue, part_of_it) = rows(part(report, "totals"))[0]
    told = book()
    assert (currency, loans) == ("CNY", "4")
    assert owed == str(sum(float(str(one.fact("balance"))) for one in told)) + "0"
    assert float(overdue) == sum(float(str(one.fact("overdue_amount"))) for one in told)
    assert part_of_it == share(*(sum(round(100 * float(str(one.fact(name)))) for one in told)
                                 for name in ("overdue_amount", "balance")))  # fmt: skip
    lead = {spoken(one.label): spoken(one.value) for one in part(report, "totals").fields}
    assert lead == {"loans": "4", "past due": "3", "share of loans past due": "75.0 %"}


def test_every_loan_is_in_one_bucket(report: Report) -> None:
    found = rows(part(report, "buckets"))
    assert [row[0] for row in found] == ["current", "M1", "M2", "M3"]
    assert [row[1] for row in found] == ["0", "1-30", "31-60", "61+"]
    assert sum(int(row[2]) for row in found) == 4


def test_each_currency_is_counted_for_itself() -> None:
    loans = [lived("R-1", [opening("P-1")]), lived("R-2", [opening("P-2", currency="USD")])]
    found = overview(reported_policy(), loans, PERIOD)
    assert [row[0] for row in rows(part(found, "totals"))] == ["CNY", "USD"]
    assert [row[-1] for row in rows(part(found, "buckets")) if row[2] != "0"] == ["CNY", "USD"]


def test_the_worst_come_first_and_who_is_not_late_does_not_come(report: Report) -> None:
    worst = rows(part(report, "the loans that stand worst"))
    assert [row[0] for row in worst] == ["R-1", "R-3", "R-2"]
    assert [int(row[3]) for row in worst] == sorted((int(row[3]) for row in worst), reverse=True)


def test_marks_are_told_by_their_labels(report: Report) -> None:
    assert rows(part(report, "classification")) == [["special mention", "2"]]


def test_a_share_of_nothing_is_nothing() -> None:
    assert (share(1, 4), share(0, 4), share(1, 0)) == ("25.0 %", "0.0 %", "")


def in_words(summary: Summary) -> Any:
    """The roll matrix of a backtest as rates."""
    found = []
    for bucket in summary.buckets:
        counts = [summary.rolls[bucket, other] for other in summary.buckets]
        found.append([bucket, str(sum(counts)), *(share(one, sum(counts)) if one else "" for one in counts)])
    return found


def agrees(policy_text: str, folder: Path, facts: bool) -> None:
    policy = load_policy(text=policy_text)
    known = {name: policy.vocabulary[name] for name in policy.spec.facts} if facts else {}
    loans = read_book(folder, policy.terms.zone, facts=known)
    assert loans.first_opening is not None
    assert loans.last_date is not None
    days = Days(loans.first_opening, loans.last_date)
    summary, told = Summary(policy, days, "assumed"), []
    for outcome in backtest(policy, loans, days):
        summary.add(outcome)
        case = outcome.life.case
        turn_day = told_by(days.last, case.terms).turn_day
        told.append(Told(policy, tuple(outcome.life.entries), case, days.last, turn_day))
    report = overview(policy, told, Period(days.first, days.last))
    assert sum(summary.rolls.values()) > 0
    assert rows(part(report, "roll rates")) == in_words(summary)
    flow = {(row[0], row[1]): int(row[2]) for row in rows(part(report, "flow between stages"))}
    assert flow == dict(summary.flow)


@pytest.mark.parametrize("first_day", ["0", "1"])
def test_roll_rates_and_stage_flow_are_those_of_the_backtest(tmp_path: Path, first_day: str) -> None:
    text = POLICY.replace("due_date_is_day: 0", f"due_date_is_day: {first_day}")
    agrees(text, write_book(tmp_path), facts=True)


def test_a_loan_that_opened_in_the_month_has_its_first_month_end_at_its_end() -> None:
    told = lived("R-1", [opening("P-1")], until=date(2025, 2, 28))
    found = overview(reported_policy(), [told], Period(date(2025, 1, 15), date(2025, 2, 28)))
    assert rows(part(found, "roll rates"))[1][:3] == ["M1", "1", ""]
