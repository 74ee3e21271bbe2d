"""`overdue-flow side-by-side BOOK POLICY...`: what several policies come to on one book of loans."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from overdue_flow.cli.backtest import days_of
from overdue_flow.cli.giving import Lang
from overdue_flow.cli.inputs import book_at, day_given, policy_at
from overdue_flow.cli.manners import Mistake
from overdue_flow.cli.progress import Doing, doing
from overdue_flow.cli.screen import number_of, say, say_json, show
from overdue_flow.policy.policy import Policy
from overdue_flow.simulation.backtest import Days, backtest
from overdue_flow.simulation.beside import Beside, label_of, middle, stages_of
from overdue_flow.simulation.book import Book
from overdue_flow.simulation.summary import Summary
from overdue_flow.simulation.untold import untold

_NOTHING = "·"


def side_by_side(
    book: Annotated[Path, typer.Argument(metavar="BOOK", help="The folder of the book.", show_default=False)],
    policies: Annotated[
        list[Path], typer.Argument(metavar="POLICY...", help="Policy files or packs, two or more.", show_default=False)
    ],
    *,
    last: Annotated[
        str | None,
        typer.Option("--to", metavar="DATE", help="Live to this day; by default the last in the book."),
    ] = None,
    lang: Annotated[Lang, typer.Option(help="The language of stages' names.")] = Lang.EN,
    as_json: Annotated[bool, typer.Option("--json", help="Say it as JSON.")] = False,
) -> None:
    """Live several policies through on one book: stage flow, contacts, days to legal, side by side."""
    if len(policies) < 2:
        raise Mistake("one policy has nothing beside it; name two or more")
    until = day_given(last, "--to")
    with doing("reading") as progress:
        found = [policy_at(path) for path in policies]
        books = [book_at(book, policy, progress.reading) for policy in found]
        progress.begin("living through every day", sum(len(one) for one in books))
        columns = []
        for number, (policy, loans) in enumerate(zip(found, books, strict=True)):
            before = number * len(loans)
            columns.append(_column(policy, loans, days_of((None, until), loans), partial(_more, progress, before)))
    if as_json:
        say_json([column.as_json() for column in columns])
    else:
        _show(columns, lang.value)


def _more(progress: Doing, before: int, done: int) -> None:
    """So many loans are done under this policy, after those under the others before it."""
    progress.done(before + done)


def _column(policy: Policy, book: Book, days: Days, progress: Callable[[int], None]) -> Beside:
    column = Beside(Summary(policy, days, "assumed", untold=untold(policy, book.kinds)))
    for outcome in backtest(policy, book, days, progress=progress):
        column.add(outcome)
    return column


def _show(columns: Sequence[Beside], lang: str) -> None:
    first = columns[0].summary
    say(f"{number_of(first.loans, 'loan')}, {first.days.first} to {first.days.last}, under {len(columns)} policies")
    say("every planned contact is taken as delivered and unanswered; approvals, and what else people did, are those")
    say("that the book tells of")
    lacks = {words for column in columns for words in column.summary.untold}
    if lacks:
        say(f"the book tells of no {'; of no '.join(sorted(lacks))}: what rests on them never happens")
    sections = (
        ("Loans that came into a stage, and at how many days past due (median)", _entered(columns, lang)),
        ("Where they stand at the end", _standing(columns, lang)),
        ("Contacts that would have gone out", _contacts(columns)),
        ("Work and results", _work(columns)),
    )
    for title, rows in sections:
        say()
        say(Text(title, "bold"))
        table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
        table.add_column("")
        for head in _heads(columns):
            table.add_column(head, justify="right", overflow="fold")
        for name, *cells in rows:
            table.add_row(f"  {name}", *cells)
        show(table)


def _heads(columns: Sequence[Beside]) -> list[str]:
    """What each column is called: with its version, where another column is the same policy's."""
    ids = [column.policy.id for column in columns]
    return [
        f"{name} {column.policy.version}" if ids.count(name) > 1 else name
        for name, column in zip(ids, columns, strict=True)
    ]


def _entered(columns: Sequence[Beside], lang: str) -> Iterator[Sequence[str]]:
    for stage in stages_of(columns):
        cells = [column.entered.get(stage, []) for column in columns]
        if any(cells):
            yield label_of(columns, stage, lang), *(f"{len(dpd)} ({middle(dpd)})" if dpd else _NOTHING for dpd in cells)


def _standing(columns: Sequence[Beside], lang: str) -> Iterator[Sequence[str]]:
    for stage in stages_of(columns):
        counts = [column.standing[stage] for column in columns]
        if any(counts):
            yield label_of(columns, stage, lang), *(str(count) if count else _NOTHING for count in counts)


def _contacts(columns: Sequence[Beside]) -> Iterator[Sequence[str]]:
    channels = sorted({channel for column in columns for channel in column.contacts})
    for channel in channels:
        yield channel, *(str(column.contacts[channel] or _NOTHING) for column in columns)
    yield "all", *(str(sum(column.contacts.values())) for column in columns)
    yield "forbidden by a limit or hold", *(str(column.withheld or _NOTHING) for column in columns)
    yield "first, days past due (median)", *(_said(middle(column.contacted)) for column in columns)


def _work(columns: Sequence[Beside]) -> Iterator[Sequence[str]]:
    yield "tasks for people", *(str(column.tasks) for column in columns)
    yield "moves", *(str(column.summary.moves) for column in columns)
    yield "cures", *(str(column.summary.cures) for column in columns)
    legal = [column.entered.get("legal", []) for column in columns]
    yield "days past due to legal: shortest", *(_said(min(dpd, default=None)) for dpd in legal)
    yield "days past due to legal: median", *(_said(middle(dpd)) for dpd in legal)
    yield "days past due to legal: longest", *(_said(max(dpd, default=None)) for dpd in legal)


def _said(figure: int | None) -> str:
    return _NOTHING if figure is None else str(figure)
