"""`overdue-flow journal looks` and `retention`: who looked at what is personal, and how long it is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from overdue_flow.cli.access import the_user
from overdue_flow.cli.inputs import day_given, policies_at, refuse_to_come
from overdue_flow.cli.manners import REFUSED
from overdue_flow.cli.progress import doing
from overdue_flow.cli.screen import number_of, say, say_json, show
from overdue_flow.cli.stores import store_at
from overdue_flow.cli.tasks import POLICY, STORE
from overdue_flow.runtime import retention as keeping
from overdue_flow.runtime.looks import access_of
from overdue_flow.runtime.retention import Retained
from overdue_flow.store.looks import Noted, broken_looks

_Json = Annotated[bool, typer.Option("--json", help="Say it as JSON.")]


# --- looks ---


def looks(
    where: Annotated[str, STORE],
    *,
    loan: Annotated[str | None, typer.Option(metavar="LOAN", help="At this loan.", show_default=False)] = None,
    who: Annotated[str | None, typer.Option(metavar="ID", help="By this one.", show_default=False)] = None,
    role: Annotated[str | None, typer.Option(metavar="ROLE", help="In this role.", show_default=False)] = None,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="On this day or later.", show_default=False)] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="On this day or before.", show_default=False)
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
    as_json: _Json = False,
) -> None:
    """Say who looked at which loan, in which role and why, in UTC; and whether the list is what was written."""
    first, last = day_given(since, "--since"), day_given(until, "--until")
    with store_at(where) as opened:
        with opened.records() as records:
            end = records.looks().end
            broken = broken_looks(records.looks(), frozenset(records.erased()))
        noted = opened.looks(case_id=loan, since=_opens(first), until=_closes(last))
        asked = (one for one in noted if who in (None, one.who) and role in (None, one.role))
        found = list(islice(asked, limit + 1))
    more, found = len(found) > limit, found[:limit]
    if as_json:
        plain = [{**one._asdict(), "at": one.at.isoformat()} for one in found]
        say_json({"looks": plain, "number": end.number, "hash": end.hash, "broken": broken})
    else:
        _tell(found)
        say(broken or f"{number_of(end.number, 'look')} in all, as they were written; the last has the hash {end.hash}")
    if more:
        say(f"there are more than {limit:,}; --limit shows them", on_error=True)
    if broken:
        raise typer.Exit(REFUSED)


def _opens(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day is not None else None


def _closes(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) + timedelta(days=1) if day is not None else None


def _tell(found: list[Noted]) -> None:
    if not found:
        say("nobody looked, as far as is asked")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("look", "at", "loan", "role", "who", "through", "why"):
        table.add_column(name, justify="right" if name == "look" else "left", overflow="fold")
    for one in found:
        at = f"{one.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
        table.add_row(str(one.number), at, one.case_id or "all", one.role, one.who, one.what, one.why)
    show(table, wide=True)
    say()


# --- retention ---


def retention(
    where: Annotated[str, STORE],
    policy: Annotated[Path, POLICY],
    *,
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help="As of this day; by default today.", show_default=False)
    ] = None,
    erase: Annotated[bool, typer.Option("--erase", help="Erase what is due, for good.")] = False,
    as_json: _Json = False,
) -> None:
    """Say of which loans what is personal is due for erasure by the policy, and what keeps the others."""
    versions, now = policies_at(policy), datetime.now(UTC)
    law = access_of(versions, now)
    today = now.astimezone(law.terms.zone).date()
    day = day_given(on, "--on") or today
    if erase:
        refuse_to_come(day, today, "--on", on)
    with store_at(where) as opened, doing("looking") as progress:
        found = []
        for one in keeping.retained(law, opened, day):
            found.append(one)
            progress.done(len(found))
        erased = keeping.erase(law, opened, day, the_user(), now) if erase else []
    if as_json:
        say_json({"on": str(day), "loans": [_plain(one) for one in found], "erased": [one.case_id for one in erased]})
        return
    _tell_kept(found)
    if erase:
        say(f"{number_of(len(erased), 'loan')} erased; backups, archives and what hooks sent still have what they had")


def _plain(one: Retained) -> dict[str, object]:
    return {**one._asdict(), "until": str(one.until) if one.until else None, "due": one.is_due, "kept": list(one.kept)}


def _tell_kept(found: list[Retained]) -> None:
    due = [one for one in found if one.is_due]
    for one in due:
        say(f"loan `{one.case_id}` is due: `{one.rule}` kept it until {one.until}")
    for one in found:
        if not one.is_due:
            say(f"loan `{one.case_id}` is kept: {'; '.join(one.kept)}")
    say(f"{number_of(len(found), 'loan')} with personal values, {len(due)} due for erasure")
