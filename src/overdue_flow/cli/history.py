"""`overdue-flow history STORE LOAN`: the journal of one loan as a story. It needs no policy; with one it says why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from overdue_flow.cases.entries import Entry
from overdue_flow.cases.evolve import replay
from overdue_flow.cli.access import RoleGiven, WhoGiven, WhyGiven, reader_given, remember, seen_in_store, story_for
from overdue_flow.cli.inputs import policies_at
from overdue_flow.cli.manners import Mistake
from overdue_flow.cli.stores import shown, store_at
from overdue_flow.cli.story import tell
from overdue_flow.cli.tasks import STORE
from overdue_flow.engine.machine import Machine
from overdue_flow.errors import NotInForce
from overdue_flow.policy.policy import Policy
from overdue_flow.reports.timeline import timeline
from overdue_flow.runtime.versions import Versions

Deciding = Callable[[Entry], Machine | None]


def history(
    store: Annotated[str, STORE],
    loan: Annotated[str, typer.Argument(metavar="LOAN", help="The id of the loan.", show_default=False)],
    *,
    policy: Annotated[
        Path | None,
        typer.Option(
            metavar="POLICY",
            help="Say why, too: the policy file, or a folder of its versions.",
            show_default=False,
        ),
    ] = None,
    role: RoleGiven = None,
    who: WhoGiven = None,
    why: WhyGiven = None,
) -> None:
    """Tell what happened to one loan, turn by turn, as the journal has it."""
    versions = policies_at(policy) if policy is not None else ()
    with store_at(store) as opened:
        entries = opened.journal(loan)
        if not entries:
            raise no_such_loan(loan, store)
        if not versions:
            remember(opened, (loan,), "history")
        else:
            story_for(seen_in_store(versions, opened, replay(entries), reader_given(role, who, why), "history"))
    tell(timeline(deciders(versions) if versions else None, entries))


def no_such_loan(loan: str, store: str) -> Mistake:
    """That a store does not have a loan."""
    return Mistake(
        f"there is no loan `{loan[:200]}` in this store; `overdue-flow store info {shown(store)}` says what it has"
    )


def deciders(policies: Sequence[Policy]) -> Deciding:
    """What decided an entry: its version under the law of its day; None where that version was not given."""
    versions = Versions(policies)

    def deciding(entry: Entry) -> Machine | None:
        try:
            return versions.pinned(entry.policy.policy, entry.policy.version, entry.day)
        except NotInForce:
            return None

    return deciding
