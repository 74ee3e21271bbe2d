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
from overdue_flow.simulation.crew import Order, processes_for, shares
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


class Run:
    """What `overdue-flow backtest` does, but for the screen."""

    def __init__(self, policy: Policy, book: Book, days: Days) -> None:
        self.policy, self.book, self.days = policy, book, days
        self.entries = 0

    def lived(self) -> Summary:
        """Every loan by this process, and counted."""
        summary = Summary(self.policy, self.days, "assumed")
        self.entries = 0
        for outcome in backtest(self.policy, self.book, self.days):
            summary.add(outcome)
            self.entries += len(outcome.life.entries)
        return summary

    def written(self, out: Path) -> Summary:
        """The same, and the files."""
        summary = Summary(self.policy, self.days, "assumed")
        with Outputs(out, self.days) as outputs:
            for outcome in backtest(self.policy, self.book, self.days):
                summary.add(outcome)
                outputs.add(outcome)
            outputs.finish(summary)
        return summary

    def written_by_many(self, out: Path, processes: int) -> Summary:
        """The same by several processes."""
        summary = Summary(self.policy, self.days, "assumed")
        order = Order(EXAMPLE, self.policy.digest, self.book, self.days, "assumed", write=True)
        with Outputs(out, self.days) as outputs:
            for share in shares(order, processes):
                summary.take_in(share.counts)
                outputs.add_tables(share.tables)
            outputs.finish(summary)
        return summary


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """Processor time of one run, or what another clock says."""
    started = clock()
    work()
    return clock() - started


def measure(name: str, policy: Policy, folder: Path, out: Path) -> None:
    """Time the parts of one backtest, and say them as ratios to the loop."""
    book = read_book(folder, policy.terms.zone)
    assert book.first_opening is not None
    assert book.last_date is not None
    run = Run(policy, book, Days(book.first_opening, book.last_date))
    opened = [loan.opened.opened_on for loan in book.loans]
    loan_days = counted(opened, run.days.last)
    parts = {
        "a loop that counts the days": seconds(lambda: counted(opened, run.days.last)),
        "the book is read": seconds(lambda: read_book(folder, policy.terms.zone)),
        "every day is lived": seconds(run.lived),
        "every day is lived, and the files are written": seconds(lambda: run.written(out)),
    }
    print(f"{name}: {len(book):,} loans, {loan_days:,} loan-days, {run.entries:,} entries")
    for part, taken in parts.items():
        ratio = taken / parts["a loop that counts the days"]
        print(f"  {part:46} {taken:7.2f} s {loan_days / taken:12,.0f} loan-days/s   {ratio:7.2f} x the loop")
    print(
        f"  one entry, all in all: {parts['every day is lived, and the files are written'] / run.entries * 1e6:.0f} us"
    )
    processes = processes_for(len(book))
    if processes > 1:
        one = seconds(lambda: run.written(out), time.perf_counter)
        many = seconds(lambda: run.written_by_many(out, processes), time.perf_counter)
        print(f"  by the clock: one process {one:.1f} s, {processes} processes {many:.1f} s, {many / one:.2f} x")


def main() -> None:
    """Both books under the example policy."""
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
