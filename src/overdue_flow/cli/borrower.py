"""`overdue-flow borrower`: a person and all of their loans."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer

from overdue_flow.calendars import opening
from overdue_flow.cases.counting import told_by
from overdue_flow.cases.person import contacts_of, in_time_order
from overdue_flow.cases.seen import Seen
from overdue_flow.cli.access import RoleGiven, WhoGiven, WhyGiven, reader_given, seen_in_book
from overdue_flow.cli.giving import HtmlGiven, JsonGiven, Lang, LangGiven, give
from overdue_flow.cli.inputs import book_at, day_given, policies_at, policy_at
from overdue_flow.cli.loans import LoansGiven, PolicyGiven
from overdue_flow.cli.manners import Mistake
from overdue_flow.cli.progress import doing
from overdue_flow.cli.stores import is_store, store_at
from overdue_flow.engine.borrower import Borrower, borrower_of
from overdue_flow.engine.machine import Machine
from overdue_flow.errors import UnknownCase
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.reader import Reader, nobody_of_theirs, seen_of_each, those_seen
from overdue_flow.reports.borrower import borrower_report
from overdue_flow.runtime.flow import Flow
from overdue_flow.runtime.looks import access_of
from overdue_flow.simulation.backtest import lives_of_person


def borrower(
    policy: PolicyGiven,
    loans: LoansGiven,
    person: Annotated[str, typer.Argument(metavar="PERSON", help="The id of the person.", show_default=False)],
    *,
    on: Annotated[
        str | None,
        typer.Option(
            metavar="DATE", help="As of this day; by default today, or the last in the book.", show_default=False
        ),
    ] = None,
    lang: LangGiven = Lang.EN,
    html: HtmlGiven = None,
    json: JsonGiven = False,
    role: RoleGiven = None,
    who: WhoGiven = None,
    why: WhyGiven = None,
) -> None:
    """Show a person as a whole: their loans, what they owe in each currency, what is open, when contact is allowed."""
    reader, day = reader_given(role, who, why), day_given(on, "--on")
    if is_store(loans):
        found, under, seen = _in_store(policy, loans, person, day, reader)
    else:
        found, under, seen = _in_book(policy, Path(loans), person, day, reader)
    give(borrower_report(found, under, seen), lang, html, json=json, data=found.as_data)


def _in_store(
    policy: Path, store: str, person: str, day: date | None, reader: Reader
) -> tuple[Borrower, Policy, Seen | None]:
    versions = policies_at(policy)
    at = None if day is None else opening(day + timedelta(days=1), versions[-1].terms.zone) - timedelta(seconds=1)
    with store_at(store) as opened:
        flow = Flow(versions, opened, shadow=True)
        try:
            found = flow.borrower(person, at=at, role=reader.role, who=reader.who, why=reader.why)
        except UnknownCase as unknown:
            raise Mistake(str(unknown)) from None
    return found, versions[-1], seen_of_each(access_of(versions, datetime.now(UTC)), reader)


def _in_book(
    policy: Path, book: Path, person: str, day: date | None, reader: Reader
) -> tuple[Borrower, Policy, Seen | None]:
    found = policy_at(policy)
    with doing("reading") as progress:
        loans = book_at(book, found, progress.reading)
    assert loans.last_date is not None  # a book without loans is refused
    last = day or loans.last_date
    machine = Machine(found)
    cases = [life.case for life in lives_of_person(machine, loans, person, last)]
    if not cases:
        if reader.role and (refused := nobody_of_theirs(found, reader)) is not None:
            raise refused
        raise Mistake(f"there is no loan of a person `{person}` in this book that is open on {last}")
    shown = those_seen(
        found, cases, reader, lambda case: seen_in_book(found, case, reader, told_by(last, case.terms).turn_day)
    )
    seen = seen_of_each(found, reader)
    zone = found.terms.zone
    at = datetime.combine(told_by(last, found.terms).turn_day, time(23, 59), zone).astimezone(UTC)
    contacts = in_time_order(line for case in cases for line in contacts_of(case).lines)
    whole = borrower_of(person, [(machine, case) for case in shown], contacts, at)
    return whole.shown_to(seen) if seen is not None else whole, found, seen
