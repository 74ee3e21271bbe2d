"""`overdue-flow explain POLICY BOOK LOAN`: one loan, day by day; where it stands, why, and what comes next."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from overdue_flow.cli.inputs import book_at, day_given, policy_at
from overdue_flow.cli.manners import Mistake
from overdue_flow.cli.progress import doing
from overdue_flow.cli.screen import say
from overdue_flow.cli.story import tell
from overdue_flow.engine import explain as reasons
from overdue_flow.engine.machine import Machine
from overdue_flow.errors import UnknownCase
from overdue_flow.reports.timeline import timeline
from overdue_flow.simulation.lived import live_through


def explain(
    policy: Annotated[Path, typer.Argument(metavar="POLICY", help="The policy file.", show_default=False)],
    book: Annotated[Path, typer.Argument(metavar="BOOK", help="The folder of the book.", show_default=False)],
    loan: Annotated[str, typer.Argument(metavar="LOAN", help="The id of the loan.", show_default=False)],
    *,
    on: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="As of the end of this day; by default the last in the book.", show_default=False
        ),
    ] = None,
) -> None:
    """Tell the story of one loan: what happened, where it stands, why, and what happens next if nothing does."""
    day = day_given(on, "--on")
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
