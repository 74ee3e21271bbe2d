"""`overdue-flow adopt POLICY STORE BOOK`: a book that is overdue already comes under a policy, after a look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from overdue_flow.cli.inputs import book_at, day_given, policies_at
from overdue_flow.cli.manners import Mistake
from overdue_flow.cli.outlook import Outlook, show_outlook
from overdue_flow.cli.progress import Doing, doing
from overdue_flow.cli.screen import say, say_json
from overdue_flow.cli.stores import store_at
from overdue_flow.cli.tasks import POLICY, STORE
from overdue_flow.errors import NotInForce, OverdueFlowError
from overdue_flow.policy.policy import Policy
from overdue_flow.runtime.flow import Flow
from overdue_flow.runtime.versions import Versions
from overdue_flow.simulation.adoption import COLUMNS, Adoption, adoptions
from overdue_flow.simulation.book import Book
from overdue_flow.store.memory import MemoryStore
from overdue_flow.store.protocol import Store

LOANS_AT_ONCE = 100
"""So many loans are adopted in one commit."""

_LAST_SECOND = time(23, 59, 59)


def adopt(
    policy: Annotated[Path, POLICY],
    store: Annotated[str, STORE],
    book: Annotated[Path, typer.Argument(metavar="BOOK", help="The folder of the book.", show_default=False)],
    *,
    muted_until: Annotated[
        str,
        typer.Option(
            metavar="DATE", help="Before this day begins nothing that a rule asks for goes out.", show_default=False
        ),
    ],
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Adopt at the end of this day; by default now.", show_default=False),
    ] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Only say what would be done; this is the default.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do it.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Say it as JSON.")] = False,
) -> None:
    """Bring a book of loans that are on their way under a policy: each in the stage that its column `stage` gives, or
    in the one to which its history leads. Says what the first night would do; writes with --yes. A second time changes
    nothing."""
    muted, day = day_given(muted_until, "--muted-until"), day_given(as_of, "--as-of")
    if preview and yes:
        raise Mistake("--preview writes nothing, and --yes writes; say one of them")
    versions = policies_at(policy)
    at = _instant(versions[-1], day)
    with store_at(store) as opened, doing("reading") as progress:
        loans = book_at(book, versions[-1], progress.reading, COLUMNS)
        progress.begin("finding where each loan stands", len(loans))
        outlook = Outlook(at.astimezone(versions[-1].terms.zone).date(), muted, written=yes)
        for chunk in _chunks(_adoptions(versions, loans, at, muted), progress):
            _first_night(versions, _adopt(Flow(versions, opened), opened, chunk, outlook, write=yes), outlook)
        outlook.later = len(loans) - outlook.loans
    if as_json:
        say_json(outlook.as_json())
    else:
        show_outlook(outlook)
    if not yes:
        say("nothing was written; --yes does it", on_error=True)


def _instant(policy: Policy, day: date | None) -> datetime:
    """The instant of adoption: now, or the end of a day."""
    zone = policy.terms.zone
    now = datetime.now(zone)
    if day is None or day == now.date():
        return now
    if day > now.date():
        raise Mistake(f"--as-of {day} is to come: today is {now.date()}")
    return datetime.combine(day, _LAST_SECOND, zone)


def _adoptions(versions: Sequence[Policy], loans: Book, at: datetime, muted_until: date | None) -> Iterator[Adoption]:
    on = at.astimezone(versions[-1].terms.zone).date()
    try:
        machine = Versions(versions).opening(on)
    except NotInForce as missing:
        raise Mistake(f"{missing}; --as-of names another day") from None
    return adoptions(machine, loans, at, muted_until=muted_until)


def _chunks(found: Iterable[Adoption], progress: Doing) -> Iterator[list[Adoption]]:
    each, done = iter(found), 0
    while chunk := list(islice(each, LOANS_AT_ONCE)):
        yield chunk
        done += len(chunk)
        progress.done(done)


def _adopt(flow: Flow, store: Store, chunk: Sequence[Adoption], outlook: Outlook, *, write: bool) -> list[Adoption]:
    """Record those that are not in the store, in one commit: each whole, with its past, or not at all. Returns them."""
    known = store.load_many([one.loan_id for one in chunk])
    fresh = [adoption for adoption in chunk if adoption.loan_id not in known]
    for adoption in chunk:
        outlook.begins(adoption, known=adoption.loan_id in known)
    there = [(one.loan_id, event.id or "") for one in chunk if one.loan_id in known for event in one.past]
    outlook.not_taken_in += len(there) - len(store.recorded_many(there))
    events = [event for adoption in fresh for event in adoption.events]
    if not write or not events:
        return fresh
    outcomes = flow.receive_many(events, on_error="collect", chunk=len(events))
    for (loan_id, event), outcome in zip(events, outcomes, strict=True):
        if isinstance(outcome, OverdueFlowError):
            outlook.refuse(loan_id, event, outcome)
    return fresh


def _first_night(versions: Sequence[Policy], chunk: Sequence[Adoption], outlook: Outlook) -> None:
    """What the first night does to these loans, in memory."""
    flow = Flow(versions, MemoryStore(), clock=lambda: datetime.now(UTC))
    events = [event for adoption in chunk for event in adoption.events]
    outcomes = flow.receive_many(events, on_error="collect")
    for (loan_id, event), outcome in zip(events, outcomes, strict=True):
        if isinstance(outcome, OverdueFlowError):
            outlook.refuse(loan_id, event, outcome)
    outlook.night(flow.wake(outlook.on + timedelta(days=1)))
