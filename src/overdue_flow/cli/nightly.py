"""`overdue-flow nightly POLICY STORE`: every loan whose day has come, lived up to today. Safe to run twice, and to
kill."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from overdue_flow.cli.hooks import hooks_named
from overdue_flow.cli.inputs import day_given, policies_at, refuse_to_come
from overdue_flow.cli.manners import REFUSED
from overdue_flow.cli.night import Counts, as_json, show_night
from overdue_flow.cli.progress import doing
from overdue_flow.cli.screen import say, say_json
from overdue_flow.cli.stores import file_of, store_at
from overdue_flow.cli.tasks import POLICY, STORE
from overdue_flow.cli.workers import Shift, batches, shared


def nightly(
    policy: Annotated[Path, POLICY],
    store: Annotated[str, STORE],
    *,
    as_of: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="Live up to this day, not one to come; by default today, where the policy is.",
            show_default=False,
        ),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, metavar="N", help="Live the cases in N processes.")] = 1,
    hooks: Annotated[
        str | None,
        typer.Option(
            metavar="MODULE:NAME", help="What registers who answers asked facts, and observers.", show_default=False
        ),
    ] = None,
    as_json_too: Annotated[bool, typer.Option("--json", help="Say the summary as JSON.")] = False,
) -> None:
    """Wake every case whose day has come, and say what that led to. It costs what is due, not what exists."""
    day = day_given(as_of, "--as-of")
    versions = policies_at(policy)
    today = datetime.now(versions[-1].terms.zone).date()
    until = day or today
    refuse_to_come(until, today, "--as-of", as_of)
    if hooks is not None:
        hooks_named(hooks)  # what is wrong with them is said before anything is done
    shift = Shift(policy, tuple(one.digest for one in versions), store, hooks, until)
    with store_at(store) as opened:
        if workers > 1 and file_of(store) is not None:
            say("SQLite lets one process write at a time: the workers take turns", on_error=True)
        counts = _lived(shift, workers)
        after, stopped = opened.standing(until), sorted(opened.switches().values())
    if as_json_too:
        say_json(as_json(until, counts, after, stopped))
    else:
        show_night(until, counts, after, stopped)
    if counts.faults:
        raise typer.Exit(REFUSED)


def _lived(shift: Shift, workers: int) -> Counts:
    """The whole night, with a bar that counts cases."""
    total = Counts()
    night: Iterator[Counts] = shared(shift, workers) if workers > 1 else batches(shift)
    with doing("living the night") as progress, closing(night):  # type: ignore[type-var]  # a generator can be closed
        for counts in night:
            total += counts
            progress.done(total.looked_at)
    return total
