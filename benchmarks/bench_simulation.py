"""Loan-days per second of a simulation, against SimPy living the same borrowers; memory for 100,000 borrowers.

Both live the same process with the same draws: monthly instalments, paid on the day or late by chance; stages entered
at 1, 30 and 90 days past due and left when nothing is overdue; a text each week, a call, a letter. What came in, every
contact and every move between stages must be equal before anything is timed. SimPy's side is what somebody who knows
it would write: one process for each loan that sleeps until the next day on which something can happen. It keeps a stage
and a list of due dates; ours keeps a journal by which every decision can be explained, and takes its rules from a file.

`--borrowers N` says of how many the memory is (100,000 by default; a few minutes).
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import simpy
from contest import contest, microseconds

from overdue_flow import Policy, load_policy
from overdue_flow.calendars import Calendar
from overdue_flow.simulation.population.borrowers import Borrower, drawn
from overdue_flow.simulation.population.read import Population, load_population
from overdue_flow.simulation.trial.results import Simulation
from overdue_flow.simulation.trial.run import simulate

BORROWERS = 150
MANY = 100_000
FEW = 1_000

POLICY = """\
language: 1
policy: bench
version: "1"
terms: {currency: CNY}
actions:
  text: {kind: contact, params: {channel: choice}}
everywhere:
  - {id: cured, when: overdue_amount == 0, to: current}
stages:
  current:
    start: true
    rules: [{id: late, when: dpd >= 1, to: early}]
  early:
    every: [{each: 7 days, do: text, with: {channel: sms}}]
    rules: [{id: later, when: dpd >= 30, to: late}]
  late:
    on_enter: [{do: text, with: {channel: phone}}]
    rules: [{id: at-last, when: dpd >= 90, to: legal}]
  legal:
    on_enter: [{do: text, with: {channel: letter}}]
"""

POPULATION = """\
language: 1
population: bench
seed: 7
starts_on: 2025-01-01
months: {months}
loans: {{instalments: 12, amount: 1000.00}}
pays:
  - {{missed: 0, chances: {{1: 0.85}}, on: {{0: 0.8, 12: 0.2}}}}
  - {{missed: 1+, chances: {{all: 0.3}}, on: 10}}
"""
MONTHS = 18


def population(policy: Policy, months: int = MONTHS) -> Population:
    """The borrowers, for so many months."""
    return load_population(None, policy, text=POPULATION.format(months=months))


# --- the same in SimPy ---


@dataclass
class Book:
    """What the borrowers came to."""

    paid: int = 0
    contacts: int = 0
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)


@dataclass
class Loan:
    """A loan as SimPy's side keeps it. Days are counted from the first."""

    due: list[int]
    stage: str = "current"
    next_text: int | None = None

    def dpd(self, day: int) -> int:
        """Days past due at a day's opening."""
        return day - self.due[0] if self.due and self.due[0] < day else 0

    def move(self, stage: str, day: int, book: Book) -> None:
        """Into another stage, with what is done on entering it."""
        book.moves[self.stage, stage] += 1
        self.stage = stage
        self.next_text = day + 7 if stage == "early" else None
        book.contacts += stage in ("late", "legal")

    def opens(self, day: int, book: Book) -> None:
        """A day begins: stages by days past due, the weekly text."""
        dpd = self.dpd(day)
        if self.stage == "current" and dpd >= 1:
            self.move("early", day, book)
        if self.stage == "early" and dpd >= 30:
            self.move("late", day, book)
        if self.stage == "late" and dpd >= 90:
            self.move("legal", day, book)
        if self.next_text == day:
            book.contacts += 1
            self.next_text = day + 7

    def pays(self, count: int, day: int, book: Book) -> None:
        """So many of the oldest instalments are paid."""
        book.paid += 100_000 * count
        del self.due[:count]
        if not self.dpd(day) and self.stage != "current":
            self.move("current", day, book)

    def wakes(self, day: int, others: list[int]) -> int:
        """The next day on which anything can happen."""
        days = [one for one in others if one > day]
        if self.due:
            days += [mark for after in (1, 30, 90) if (mark := self.due[0] + after) > day]
        if self.next_text is not None:
            days.append(self.next_text)
        return min(days)


def lived_by_simpy(
    env: simpy.Environment, borrower: Borrower, first: date, last: int, book: Book
) -> Generator[simpy.Event, None, None]:
    """One loan, as a process."""
    begins = [(day - first).days for day in month_starts(borrower, first, last)]
    loan = Loan([(day - first).days for day in borrower.due_on])
    pay_on: int | None = None
    day, missed = -1, 0
    while True:
        day_after = loan.wakes(day, [*begins, *([pay_on] if pay_on else []), last + 1])
        if day_after > last:
            return
        yield env.timeout(day_after - day)
        day = day_after
        loan.opens(day, book)
        if day in begins and loan.due:
            drawn_now = borrower.luck.draw("pays", date.fromordinal(first.toordinal() + day))
            missed = sum(due < day for due in loan.due)
            pay_on = late_on(day, drawn_now) if missed else on_time_or_not(day, drawn_now)
        if day == pay_on:
            due = sum(due <= day for due in loan.due)
            loan.pays(due if missed else min(due, 1), day, book)
            pay_on = None


def on_time_or_not(day: int, drawn_now: float) -> int | None:
    """When a borrower with nothing missed pays this month."""
    return day if drawn_now < 0.85 * 0.8 else day + 12 if drawn_now < 0.85 else None


def late_on(day: int, drawn_now: float) -> int | None:
    """When a borrower with something missed pays all that is due."""
    return day + 10 if drawn_now < 0.3 else None


def month_starts(borrower: Borrower, first: date, last: int) -> list[date]:
    """The due dates, and the same day of each month after the last."""
    days = list(borrower.due_on)
    while (days[-1] - first).days <= last:
        days.append(borrower.loans.every.times(len(days)).after(days[0], Calendar(None)))
    return days


def by_simpy(borrowers: list[Borrower], first: date, last: int) -> Book:
    """All loans."""
    book, env = Book(), simpy.Environment()
    for borrower in borrowers:
        env.process(lived_by_simpy(env, borrower, first, last, book))
    env.run()
    return book


def same(found: Simulation, book: Book) -> None:
    """Both came to the same."""
    run = found.champion
    assert run.figure("paid").estimate.value == book.paid, (run.figure("paid").estimate.value, book.paid)
    moves = {(one.from_stage, one.to_stage): one.moves for one in run.flows}
    assert moves == dict(book.moves), (moves, book.moves)
    assert run.figure("contacts").estimate.value == book.contacts, (run.figure("contacts"), book.contacts)


def speed() -> None:
    """Both, in turns."""
    policy = load_policy(text=POLICY)
    found = population(policy)
    file = found.file
    borrowers = [drawn(file, file.seed, number, "CNY") for number in range(BORROWERS)]
    ours = simulate(policy, found, borrowers=BORROWERS)
    last = (ours.ends_on - file.starts_on).days
    same(ours, by_simpy(borrowers, file.starts_on, last))
    days = ours.champion.loan_days
    print(f"{BORROWERS} borrowers, {MONTHS} months, {days:,} loan-days; equal payments, contacts and moves")
    floor, name = "SimPy, sleeping between events", "a simulation: engine, journal, figures"
    contestants = {
        floor: lambda: by_simpy(borrowers, file.starts_on, last),
        name: lambda: simulate(policy, found, borrowers=BORROWERS),
    }
    contest(floor, contestants, 1)
    for who, work in contestants.items():
        print(f"  {who:58} {days / microseconds(work, 1) * 1e6:12,.0f} loan-days per second")


def memory(borrowers: int) -> None:
    """Peak resident memory of a process that simulates so many, beside one that simulates few."""
    few, many = (peak_bytes_of(count) for count in (FEW, borrowers))
    print(f"peak resident memory, one process: {FEW:,} borrowers {few / 2**20:.0f} MiB")
    print(f"{'':35}{borrowers:,} borrowers {many / 2**20:.0f} MiB   {many / few:.2f} x")


def peak_bytes_of(borrowers: int) -> int:
    """What a fresh process needed at most."""
    script = [sys.executable, str(Path(__file__)), "--alone", str(borrowers)]
    return int(subprocess.run(script, check=True, capture_output=True, text=True).stdout)


def alone(borrowers: int) -> None:
    """In a process of its own: two months of so many borrowers, and what that needed."""
    policy = load_policy(text=POLICY)
    simulate(policy, population(policy, months=2), borrowers=borrowers, processes=1)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def main() -> None:
    """Speed, then memory."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--borrowers", type=int, default=MANY)
    given.add_argument("--alone", type=int, help=argparse.SUPPRESS)
    options = given.parse_args()
    if options.alone:
        alone(options.alone)
        return
    speed()
    memory(options.borrowers)


if __name__ == "__main__":
    main()
