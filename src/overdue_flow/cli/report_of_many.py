"""Reports of a whole book or store: the overview, the stages, the teams, the register of complaints."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

from overdue_flow.cli.access import RoleGiven, WhoGiven, WhyGiven, reader_given
from overdue_flow.cli.giving import HtmlGiven, JsonGiven, Lang, LangGiven, give
from overdue_flow.cli.inputs import day_given
from overdue_flow.cli.loans import LoansGiven, PolicyGiven
from overdue_flow.cli.manners import mannerly
from overdue_flow.cli.many import loans_told
from overdue_flow.reports.catalogue import OF_A_BOOK, OfABook

_First: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="DATE",
        help="From this day on; by default the first opening in the book, or a year ago.",
        show_default=False,
    ),
]
_Last: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="DATE",
        help="To the end of this day; by default the last in the book, or today.",
        show_default=False,
    ),
]

_HELP = {
    "overview": (
        "The book at a glance.",
        "Say what a book owes and how much of it is overdue, by bucket; roll rates, stage flow, the worst loans.",
    ),
    "stages": (
        "How many loans stand in each stage, and for how long.",
        "Say of each stage how many loans stand in it and for how long, who came and left, and what is due next.",
    ),
    "team": (
        "The tasks of each role, and contacts.",
        "Say of each role what was asked of it, what it did in time and what late; and what came of contacts.",
    ),
    "complaint-register": (
        "All complaints, where they stand and what they meant.",
        "List every complaint and objection with its nature, stage, days, outcome and consequence.",
    ),
}


def add_reports_of_many(report: typer.Typer) -> None:
    """Add a command for each report of many loans."""
    for name, make in OF_A_BOOK.items():
        short, long = _HELP[name]
        report.command(name, short_help=short, help=long)(mannerly(_command(name, make)))


def _command(name: str, make: OfABook):  # type: ignore[no-untyped-def]  # typer reads the types of the inner one
    def command(
        policy: PolicyGiven,
        loans: LoansGiven,
        *,
        first: _First = None,
        last: _Last = None,
        lang: LangGiven = Lang.EN,
        html: HtmlGiven = None,
        json: JsonGiven = False,
        role: RoleGiven = None,
        who: WhoGiven = None,
        why: WhyGiven = None,
    ) -> None:
        days = day_given(first, "--from"), day_given(last, "--to")
        with loans_told(policy, loans, days, reader_given(role, who, why), name) as many:
            found = make(many.policy, many.loans, many.period, many.seen)
        give(found, lang, html, json=json)

    return command
