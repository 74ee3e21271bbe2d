"""`overdue-flow explain POLICY BOOK_OR_STORE LOAN`: one loan, day by day; where it stands, why, and what comes next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from overdue_flow.cases.counting import told_by
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.events import TimePassed
from overdue_flow.cases.terms import Terms
from overdue_flow.cli.history import deciders, no_such_loan
from overdue_flow.cli.inputs import book_at, day_given, policies_at, policy_at
from overdue_flow.cli.manners import Mistake
from overdue_flow.cli.progress import doing
from overdue_flow.cli.screen import say
from overdue_flow.cli.stores import is_store, store_at
from overdue_flow.cli.story import tell
from overdue_flow.engine import explain as reasons
from overdue_flow.engine.machine import Machine
from overdue_flow.errors import NotInForce, UnknownCase
from overdue_flow.reports.timeline import timeline
from overdue_flow.runtime.flow import Flow
from overdue_flow.simulation.lived import live_through


def explain(
    policy: Annotated[
        Path,
        typer.Argument(metavar="POLICY", help="The policy file; with a store, or its versions.", show_default=False),
    ],
    loans: Annotated[
        str,
        typer.Argument(
            metavar="BOOK_OR_STORE", help="The folder of a book, or a store: a file or a URL.", show_default=False
        ),
    ],
    loan: Annotated[str, typer.Argument(metavar="LOAN", help="The id of the loan.", show_default=False)],
    *,
    on: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="As of the end of this day; by default the last in the book, or of the loan's last turn.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Tell the story of one loan: what happened, where it stands, why, and what happens next if nothing does."""
    day = day_given(on, "--on")
    if is_store(loans):
        _from_store(policy, loans, loan, day)
    else:
        _from_book(policy, Path(loans), loan, day)


def _from_book(policy: Path, book: Path, loan: str, day: date | None) -> None:
    found = policy_at(policy)
    with doing("reading") as progress:
        loans = book_at(book, found, progress.reading)
    try:
        history = loans.loan(loan)
    except UnknownCase as unknown:
        raise Mistake(str(unknown)) from None
    assert loans.last_date is not None  # a book without loans is refused
    day = day or max(loans.last_date, history.opened.opened_on)
    machine = Machine(found)
    life = live_through(machine, loan, history.events, day)
    if life is None:
        raise Mistake(f"loan `{loan}` is not open yet on {day}: it is opened on {history.opened.opened_on}")
    tell(timeline(machine, life.entries))
    say()
    tell(str(reasons.explain(machine, life.case, day)))


def _from_store(policy: Path, store: str, loan: str, day: date | None) -> None:
    versions = policies_at(policy)
    with store_at(store) as opened:
        case = opened.load(loan)
        if case is None:
            raise no_such_loan(loan, store)
        try:
            said = Flow(versions, opened).explain(loan, day)
        except NotInForce as missing:
            raise Mistake(f"{missing}; POLICY may be a folder with all versions of the policy") from None
        except UnknownCase as unknown:
            raise Mistake(str(unknown)) from None
        entries = opened.journal(loan)
    tell(timeline(deciders(versions), _until(entries, day, case.terms)))
    say()
    tell(str(said))


def _until(entries: Iterable[Entry], day: date | None, terms: Terms) -> list[Entry]:
    """The entries by which a day is told, and those before."""
    if day is None:
        return list(entries)
    told = told_by(day, terms)
    return [
        entry
        for entry in entries
        if entry.day < told.turn_day
        or (entry.day == told.turn_day and (not told.opening or isinstance(entry.event, TimePassed)))
    ]
