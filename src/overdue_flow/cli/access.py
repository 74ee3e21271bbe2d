"""Who looks, as a command is told it: in which role, under which name, and why."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated, TypeAlias

import typer

from overdue_flow.cases.case import Case
from overdue_flow.cases.seen import ALL, Seen
from overdue_flow.cli.screen import say
from overdue_flow.errors import AccessRefused, StoreUnavailable
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.reader import Reader, seen_by
from overdue_flow.runtime.looks import access_of, looked
from overdue_flow.store.looks import Look
from overdue_flow.store.protocol import Store

RoleGiven: TypeAlias = Annotated[
    str | None,
    typer.Option("--as", metavar="ROLE", help="Look as this role of the policy's `access`.", show_default=False),
]
WhoGiven: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--who",
        metavar="ID",
        help="Who looks: of the staff, or the agency, firm or person whose loans they see; by default the user.",
        show_default=False,
    ),
]
WhyGiven: TypeAlias = Annotated[
    str | None, typer.Option("--why", metavar="TEXT", help="Why, for the list of looks.", show_default=False)
]


NOT_REMEMBERED = "this look is not remembered"
"""What is said where a store can only be read."""


def reader_given(role: str | None, who: str | None, why: str | None) -> Reader:
    """Who looks, as the options say."""
    return Reader(role or "", who or the_user(), why or "")


def the_user() -> str:
    """The name of whoever runs the command; "" where the system has none for them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def seen_in_store(versions: Sequence[Policy], store: Store, case: Case, reader: Reader, what: str) -> Seen:
    """What a reader may see of a case in a store; the look is remembered. AccessRefused; StoreUnavailable for a store
    that cannot remember it, where the policy says who may see what."""
    now = datetime.now(UTC)
    policy = access_of(versions, now)
    try:
        return looked(policy, store, case, reader, what, now)
    except StoreUnavailable as error:
        say_not_remembered(error, policy)
        return ALL


def say_not_remembered(error: StoreUnavailable, policy: Policy | None = None) -> None:
    """Say that a store can only be read, so that a look is not remembered. StoreUnavailable where a policy says who may
    see what: nobody then looks unseen."""
    if policy is not None and policy.access:
        raise error
    say(f"{NOT_REMEMBERED}: {error}", on_error=True)


def seen_in_book(policy: Policy, case: Case, reader: Reader, on: date) -> Seen | None:
    """What a reader may see of a case in a book on a day; without a role all of it, since the files lie with who
    asks."""
    return seen_by(policy, case, reader, on) if reader.role else None


def story_for(seen: Seen | None) -> None:
    """AccessRefused for who may not see everything: a story is told whole, or not at all."""
    if seen is not None and not seen.whole:
        raise AccessRefused("the whole story is for who may see everything; `overdue-flow view` shows the rest")


def remember(store: Store, case_ids: Sequence[str], what: str) -> None:
    """Remember a look of the user at some cases, by a command that knows no policy. A store that can only be read, such
    as a copy, remembers nothing, and that is said."""
    try:
        for case_id in case_ids:
            store.note_look(Look(datetime.now(UTC), case_id, "", the_user(), "", what))
    except StoreUnavailable as error:
        say_not_remembered(error)
