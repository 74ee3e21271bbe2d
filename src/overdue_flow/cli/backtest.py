"""`overdue-flow backtest POLICY BOOK`: a policy lived through on the history of a book of loans."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from overdue_flow.cli.figures import show_summary
from overdue_flow.cli.files import writing
from overdue_flow.cli.inputs import book_at, day_given, policy_at
from overdue_flow.cli.manners import Mistake, why_not
from overdue_flow.cli.progress import Doing, doing
from overdue_flow.cli.screen import say, say_json
from overdue_flow.policy.policy import Policy
from overdue_flow.simulation.backtest import Days, shared_by
from overdue_flow.simulation.backtest import backtest as lived
from overdue_flow.simulation.book import Book
from overdue_flow.simulation.crew import Order, processes_for, shares
from overdue_flow.simulation.outputs import Outputs
from overdue_flow.simulation.summary import Summary
from overdue_flow.simulation.untold import untold


class Contacts(StrEnum):
    """Where contacts come from."""

    ASSUMED = "assumed"
    RECORDED = "recorded"


def backtest(
    policy: Annotated[Path, typer.Argument(metavar="POLICY", help="The policy file.", show_default=False)],
    book: Annotated[Path, typer.Argument(metavar="BOOK", help="The folder of the book.", show_default=False)],
    *,
    first: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="DATE", help="Report from this day on; by default the first opening.", show_default=False
        ),
    ] = None,
    last: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="DATE", help="Live to this day; by default the last in the book.", show_default=False
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="Write CSV files and summary.json there.", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Say the summary as JSON.")] = False,
    contacts: Annotated[
        Contacts,
        typer.Option(help="Planned contacts delivered and unanswered, or contacts from the book's events only."),
    ] = Contacts.ASSUMED,
    processes: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="Live the loans in N processes; by default in as many as a book of thousands is worth.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Live a policy through on a book: where each loan stood, what would have been done, and why."""
    given = day_given(first, "--from"), day_given(last, "--to")
    _spare_books(out)
    found = policy_at(policy)
    with doing("reading") as progress:
        loans = book_at(book, found, progress.reading)
        days = days_of(given, loans)
        progress.begin("living through every day", len(loans))
        order = Order(policy, found.digest, loans, days, contacts.value, write=out is not None)
        together = shared_by(found, loans)  # shares would part them
        workers = 1 if together else processes or processes_for(len(loans))
        summary = _run(found, order, workers, out, progress)
    if as_json:
        say_json(summary.as_json())
    else:
        show_summary(summary)
    if out is not None:
        say(f"wrote {out}{'' if str(out).endswith('/') else '/'}", on_error=True)


def _spare_books(out: Path | None) -> None:
    """A book has a file of the name of one that is written: it would be lost."""
    if out is None:
        return
    for name in ("loans.csv", "loans.parquet"):
        with writing(out):
            found = (out / name).exists()
        if found:
            raise Mistake(f"cannot write to `{out}`: it is a book (it has `{name}`); its `instalments` would be lost")


def days_of(given: tuple[date | None, date | None], book: Book) -> Days:
    """The days reported: from the first opening to the last date in the book, unless the user says otherwise."""
    assert book.first_opening is not None, "a book without loans is refused"
    assert book.last_date is not None
    days = Days(given[0] or book.first_opening, given[1] or book.last_date)
    if days.last < book.first_opening:
        raise Mistake(f"no loan of the book is open by {days.last}: the first is opened on {book.first_opening}")
    if days.first > days.last:
        raise Mistake(f"there is no day from {days.first} to {days.last}")
    return days


def _run(policy: Policy, order: Order, processes: int, out: Path | None, progress: Doing) -> Summary:
    summary = Summary(policy, order.days, order.contacts, untold=untold(policy, order.book.kinds))
    try:
        with Outputs(out, order.days) if out is not None else nullcontext() as outputs:
            if processes > 1:
                _by_many(order, processes, summary, outputs, progress)
            else:
                _by_one(policy, order, summary, outputs, progress)
            if outputs is not None:
                outputs.finish(summary)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise Mistake(f"cannot write `{error.filename or out}`: {why_not(error)}") from None
    return summary


def _by_one(policy: Policy, order: Order, summary: Summary, outputs: Outputs | None, progress: Doing) -> None:
    for outcome in lived(policy, order.book, order.days, contacts=order.contacts, progress=progress.done):
        summary.add(outcome)
        if outputs is not None:
            outputs.add(outcome)


def _by_many(order: Order, processes: int, summary: Summary, outputs: Outputs | None, progress: Doing) -> None:
    for share in shares(order, processes):
        summary.take_in(share.counts)
        if outputs is not None:
            outputs.add_tables(share.tables)
        progress.done(share.done)
