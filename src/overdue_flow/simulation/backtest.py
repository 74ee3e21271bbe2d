"""A policy lived through on a book: where each loan stood, what would have been done, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import cast

from overdue_flow.cases.case import Case
from overdue_flow.engine.machine import Machine
from overdue_flow.policy.persons import looks_at_other_loans
from overdue_flow.policy.policy import Policy
from overdue_flow.simulation.book import Book, BookLoan
from overdue_flow.simulation.day_ends import DayEnds
from overdue_flow.simulation.lived import Contacts, Life, live_through
from overdue_flow.simulation.together import LoanOfPerson, groups_of, live_together

ONE_DAY = timedelta(days=1)

CURRENT = "current"
"""What a bucket is called in which nothing is past due."""

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """What is said of a loan for the last day of a month. Amounts in major units of the loan's currency."""

    on: date
    dpd: int
    overdue_amount: Decimal
    balance: Decimal
    bucket: str
    stage: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One loan: its life, and its month ends within the days reported."""

    loan_id: str
    life: Life
    month_ends: tuple[MonthEnd, ...]


@dataclass(frozen=True, slots=True)
class Days:
    """The days that a backtest reports, both included. All days before are lived all the same."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last


def backtest(
    policy: Policy,
    book: Book,
    days: Days,
    *,
    contacts: Contacts = "assumed",
    progress: Callable[[int], None] = lambda _done: None,
) -> Iterator[Outcome]:
    """Live every loan of the book to the end of `days.last`; loans that open later are left out.

    Gives the loans one by one, in the order of the book; `progress` is told how many are done.
    """
    for done, outcome in enumerate(_lives_of(Machine(policy), book, days, contacts), 1):
        if outcome is not None:
            yield outcome
        progress(done)


def _lives_of(machine: Machine, book: Book, days: Days, contacts: Contacts) -> Iterator[Outcome | None]:
    """Live the loans of a book, those of one person together where the policy looks at them so."""
    groups = shared_by(machine.policy, book)
    waiting: dict[int, Outcome | None] = {}
    for number in range(len(book)):
        group = groups.get(number)
        if group is None:
            yield from lives(machine, [book[number]], days, contacts)
            continue
        if number not in waiting:
            waiting |= zip(group, _lives_together(machine, [book[one] for one in group], days, contacts), strict=True)
        yield waiting.pop(number)


def shared_by(policy: Policy, book: Book) -> dict[int, tuple[int, ...]]:
    """The loans of each person who has several, by the number of each of them; none where the policy looks at every
    loan alone."""
    if not looks_at_other_loans(policy):
        return {}
    return {number: group for group in groups_of(book.people) for number in group}


def life_among_others(machine: Machine, book: Book, loan_id: str, until: date) -> tuple[Life | None, list[Case]]:
    """The life of one loan of a book to the end of `until`, with what it heard of the person's others (None where it
    opens later); and those others that are open by then, where the policy looks at them. UnknownCase, with the nearest
    ids, where the book has none of that id."""
    loan = book.loan(loan_id)
    numbers = shared_by(machine.policy, book).get(book.loan_ids.index(loan_id), ())
    if not numbers:
        return live_through(machine, loan_id, loan.events, until), []
    loans = [book[number] for number in numbers]
    lived = live_together(machine, [LoanOfPerson(one.loan_id, one.events) for one in loans], until)
    found = {one.loan_id: life for one, life in zip(loans, lived, strict=True)}
    return found.pop(loan_id), [life.case for life in found.values() if life is not None]


def lives_of_person(machine: Machine, book: Book, person_id: str, until: date) -> list[Life]:
    """The lives of all loans of a person that are open by `until`, in the order of the book; a loan of which the book
    names nobody is its own person's."""
    loans = [
        book[number]
        for number, (loan_id, whose) in enumerate(zip(book.loan_ids, book.people, strict=True))
        if person_id == (whose or loan_id)
    ]
    lived = live_together(machine, [LoanOfPerson(one.loan_id, one.events) for one in loans], until)
    return [life for life in lived if life is not None]


def _lives_together(
    machine: Machine, loans: Sequence[BookLoan], days: Days, contacts: Contacts
) -> list[Outcome | None]:
    read = _figures(machine.policy)
    records = [DayEnds(read, _month_ends(days)) for _loan in loans]
    told = [
        LoanOfPerson(one.loan_id, one.events, record.before_turn) for one, record in zip(loans, records, strict=True)
    ]
    found: list[Outcome | None] = []
    for loan, record, life in zip(
        loans, records, live_together(machine, told, days.last, contacts=contacts), strict=True
    ):
        if life is not None:
            record.finish(life.case)
        found.append(None if life is None else Outcome(loan.loan_id, life, tuple(record.rows)))
    return found


def lives(machine: Machine, loans: Iterable[BookLoan], days: Days, contacts: Contacts) -> Iterator[Outcome | None]:
    """Live loans one by one; None for one that opens after `days.last`."""
    read = _figures(machine.policy)
    for loan in loans:
        record = DayEnds(read, _month_ends(days))
        life = live_through(machine, loan.loan_id, loan.events, days.last, contacts=contacts, watch=record.before_turn)
        if life is not None:
            record.finish(life.case)
        yield None if life is None else Outcome(loan.loan_id, life, tuple(record.rows))


def _figures(policy: Policy) -> Callable[[Case, date, date], MonthEnd]:
    """What reads the figures of a case for a month end: the day they are said of, and the day of the turn."""
    words = policy.vocabulary
    dpd, overdue_amount, balance = (words[name].read for name in ("dpd", "overdue_amount", "balance"))
    bucket = words["bucket"].read if "bucket" in words else None

    def read(case: Case, on: date, turn_day: date) -> MonthEnd:
        return MonthEnd(
            on=on,
            dpd=cast(int | None, dpd(case, turn_day)) or 0,
            overdue_amount=cast(Decimal | None, overdue_amount(case, turn_day)) or _NOTHING,
            balance=cast(Decimal | None, balance(case, turn_day)) or _NOTHING,
            bucket=cast(str | None, bucket(case, turn_day) if bucket else None) or CURRENT,
            stage=case.course.stage,
        )

    return read


def _month_ends(days: Days) -> Callable[[Case], Iterator[date]]:
    """The month ends of a loan that are reported, from its opening on."""

    def of(case: Case) -> Iterator[date]:
        day = _end_of_month(max(case.opened_on, days.first))
        while day <= days.last:
            yield day
            day = _end_of_month(day + ONE_DAY)

    return of


@lru_cache(maxsize=4096)
def _end_of_month(day: date) -> date:
    following = day.replace(day=28) + timedelta(days=4)
    return following.replace(day=1) - timedelta(days=1)
