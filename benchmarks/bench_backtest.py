"""Loan-days per second of a backtest: read, lived and written, against a loop that only counts the same days.

Days on which nothing can happen are slept through, so a book in which little happens is faster by the day.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from books import ROOT, kiva_book, made_up_book

from overdue_flow import Policy, load_policy
from overdue_flow.simulation.backtest import Days, backtest
from overdue_flow.simulation.book import Book, read_book
from overdue_flow.simulation.outputs import Outputs
from overdue_flow.simulation.summary import Summary

EXAMPLE = ROOT / "examples" / "changjiang-retail" / "policy.yaml"
LOANS = 5_000


def counted(opened: list[date], last: date) -> int:
    """The peer: every day of every loan, and nothing is looked at."""
    days, one = 0, timedelta(days=1)
    for day in opened:
        while day <= last:
            days += 1
            day += one
    return days


def lived(policy: Policy, book: Book, days: Days, out: Path | None) -> Summary:
    """What `overdue-flow backtest` does, but for the screen."""
    summary = Summary(policy, days, "assumed")
    if out is None:
        for outcome in backtest(policy, book, days):
            summary.add(outcome)
        return summary
    with Outputs(out, days) as outputs:
        for outcome in backtest(policy, book, days):
            summary.add(outcome)
            outputs.add(outcome)
        outputs.finish(summary)
    return summary


def seconds(work: Callable[[], object]) -> float:
    """Processor time of one run, best of two."""
    found = []
    for _ in range(2):
        started = time.process_time()
        work()
        found.append(time.process_time() - started)
    return min(found)


def measure(name: str, policy: Policy, folder: Path, out: Path) -> None:
    """Time the parts of one backtest, and say them as ratios to the loop."""
    book = read_book(folder, policy.terms.zone)
    assert book.first_opening is not None
    assert book.last_date is not None
    days = Days(book.first_opening, book.last_date)
    opened = [loan.opened.opened_on for loan in book.loans]
    loan_days = counted(opened, days.last)
    summary = lived(policy, book, days, None)
    assert (summary.loan_days, summary.refused_events) == (loan_days, 0)
    turns = sum(len(outcome.life.entries) for outcome in backtest(policy, book, days))
    loop = seconds(lambda: counted(opened, days.last))
    print(f"{name}: {len(book):,} loans, {loan_days:,} loan-days, {turns:,} entries")
    parts = {
        "a loop that counts the days": loop,
        "the book is read": seconds(lambda: read_book(folder, policy.terms.zone)),
        "every day is lived": seconds(lambda: lived(policy, book, days, None)),
        "every day is lived, and the files are written": seconds(lambda: lived(policy, book, days, out)),
    }
    for part, taken in parts.items():
        print(f"  {part:46} {taken:7.2f} s {loan_days / taken:12,.0f} loan-days/s   {taken / loop:7.2f} x the loop")


def main() -> None:
    policy = load_policy(EXAMPLE)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        kiva = kiva_book(folder / "kiva")
        if kiva is None:
            print("Kiva is left out: there are no real data")
        else:
            measure("Kiva, borrower to lender", policy, kiva, folder / "out")
        measure("made up, three years", policy, made_up_book(folder / "book", LOANS), folder / "out")


if __name__ == "__main__":
    main()
