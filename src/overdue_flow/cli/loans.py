"""One loan of a book or a store, as a command that looks at one is given it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, NamedTuple, TypeAlias

import typer

from overdue_flow.cases.case import Case
from overdue_flow.cases.counting import told_by
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.evolve import replay
from overdue_flow.cases.seen import Seen
from overdue_flow.cli.access import seen_in_book, seen_in_store
from overdue_flow.cli.history import no_such_loan
from overdue_flow.cli.inputs import book_at, policies_at, policy_at
from overdue_flow.cli.manners import Mistake
from overdue_flow.cli.progress import doing
from overdue_flow.cli.stores import is_store, store_at
from overdue_flow.engine.machine import Machine
from overdue_flow.errors import UnknownCase
from overdue_flow.policy.persons import looks_at_other_loans
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.reader import NOBODY, Reader
from overdue_flow.reports.became import entries_until
from overdue_flow.simulation.backtest import life_among_others
from overdue_flow.store.protocol import Store

PolicyGiven: TypeAlias = Annotated[
    Path,
    typer.Argument(metavar="POLICY", help="The policy file; with a store, or its versions.", show_default=False),
]
LoansGiven: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="BOOK_OR_STORE", help="The folder of a book, or a store: a file or a URL.", show_default=False
    ),
]
LoanGiven: TypeAlias = Annotated[str, typer.Argument(metavar="LOAN", help="The id of the loan.", show_default=False)]
OnGiven: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="DATE",
        help="As of the end of this day; by default the last in the book, or of the loan's last turn.",
        show_default=False,
    ),
]


class LoanTold(NamedTuple):
    """A loan up to the end of `day`: its entries, the case that they make, and the policy that it is under. `turn_day`
    is the day on which its facts are read then. `seen` is what may be shown of it (None: everything); `versions` are
    those of the policy that were given; `others` the person's other loans, as of the same day, where a version looks at
    them."""

    policy: Policy
    entries: tuple[Entry, ...]
    case: Case
    day: date
    turn_day: date
    seen: Seen | None = None
    versions: tuple[Policy, ...] = ()
    others: tuple[Case, ...] = ()


def loan_told(
    policy: Path, loans: str, loan: str, day: date | None, reader: Reader = NOBODY, what: str = "report"
) -> LoanTold:
    """The loan of that id, in the book or store at `loans`, for who reads it. Mistake where there is none, or not yet;
    AccessRefused where it is not for them. A look into a store is remembered, as one by way of `what`."""
    if is_store(loans):
        return _in_store(policy, loans, loan, day, reader, what)
    return loan_in_book(policy, Path(loans), loan, day, reader)


def loan_in_book(policy: Path, book: Path, loan: str, day: date | None, reader: Reader = NOBODY) -> LoanTold:
    """The loan of that id, lived through to the end of `day`, by default the last one that the book knows of."""
    found = policy_at(policy)
    with doing("reading") as progress:
        loans = book_at(book, found, progress.reading)
    try:
        history = loans.loan(loan)
    except UnknownCase as unknown:
        raise Mistake(str(unknown)) from None
    assert loans.last_date is not None  # a book without loans is refused
    day = day or max(loans.last_date, history.opened.opened_on)
    life, others = life_among_others(Machine(found), loans, loan, day)
    if life is None:
        raise Mistake(f"loan `{loan}` is not open yet on {day}: it is opened on {history.opened.opened_on}")
    turn_day = told_by(day, life.case.terms).turn_day
    seen = seen_in_book(found, life.case, reader, turn_day)
    return LoanTold(found, tuple(life.entries), life.case, day, turn_day, seen, (found,), tuple(others))


def _in_store(policy: Path, store: str, loan: str, day: date | None, reader: Reader, what: str) -> LoanTold:
    versions = policies_at(policy)
    with store_at(store) as opened:
        entries = opened.journal(loan)
        if not entries:
            raise no_such_loan(loan, store)
        case = replay(entries)
        seen = seen_in_store(versions, opened, case, reader, what)
        beside = _beside(opened, case) if what == "forecast" and any(map(looks_at_other_loans, versions)) else []
    known = entries_until(entries, day, case.terms)
    if not known:
        raise Mistake(f"loan `{loan}` is not open yet on {day}: it is opened on {case.opened_on}")
    if len(known) < len(entries):
        case = replay(known)
    ref = known[-1].policy
    pinned = next((one for one in versions if (one.id, one.version) == (ref.policy, ref.version)), versions[-1])
    turn_day = told_by(day, case.terms).turn_day if day is not None else case.day
    last = day or case.day
    journals = (entries_until(entries, last, case.terms) for entries in beside)
    others = tuple(replay(journal) for journal in journals if journal)
    return LoanTold(pinned, tuple(known), case, last, turn_day, seen, tuple(versions), others)


def _beside(store: Store, case: Case) -> list[tuple[Entry, ...]]:
    """The journals of the person's other loans."""
    return [tuple(store.journal(name)) for name in store.cases_of(case.person_id) if name != case.id]
