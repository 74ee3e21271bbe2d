"""`overdue-flow store backup`, `restore`, `rotate-keys` and `new-key`: keeping a store, and what is personal in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from overdue_flow.cli.files import new_file, reading
from overdue_flow.cli.journal import CLOSED, SHOWN
from overdue_flow.cli.manners import REFUSED
from overdue_flow.cli.progress import Doing, doing
from overdue_flow.cli.screen import number_of, say
from overdue_flow.cli.stores import restored, shown, store_at
from overdue_flow.cli.tasks import STORE
from overdue_flow.errors import OverdueFlowError
from overdue_flow.store.backup import Backup
from overdue_flow.store.keys import VARIABLE, Keys
from overdue_flow.store.keys import new_key as made_key

FILE = typer.Argument(metavar="FILE", help="The backup.", show_default=False)


def backup(
    where: Annotated[str, STORE],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the backup goes.", show_default=False)],
) -> None:
    """Write everything that a store holds into one file, as it is at one instant, while workers go on; then read it
    back and verify it. What is encrypted stays so; keys are not in it."""
    with store_at(where, closed=True) as opened, new_file(file) as part, doing("writing") as progress:
        with part.open("wb") as out:
            opened.back_up(out.write, progress.done)
        holds = _holds(Backup(part), progress)
    if not holds:
        say("the backup is what the store holds, and stays; `overdue-flow journal verify` says more of it")
        raise typer.Exit(REFUSED)


def restore(where: Annotated[str, STORE], file: Annotated[Path, FILE]) -> None:
    """Verify a backup, and put everything of it into a new or empty store: all of it, or nothing. It may be of another
    kind of database. Loans wake and effects go out where it is restored: let only one of them deliver."""
    with reading(file), doing("verifying") as progress:
        kept = Backup(file)
        if not _holds(kept, progress):
            raise OverdueFlowError("nothing was restored")
        progress.begin("restoring")
        restored(where, kept, progress.done)
    say(f"{shown(where)}: restored")


def _holds(kept: Backup, progress: Doing) -> bool:
    """Say what a backup holds and what is wrong with it; whether nothing is."""
    from overdue_flow.store.sql_backed_up import check_backup  # only with SQLAlchemy

    progress.begin("verifying")
    found = check_backup(kept, Keys.from_environment())
    rows = sum(table.rows for table in kept.tables.values())
    looked_at = f"{number_of(rows, 'row')} of {number_of(len(kept.tables), 'table')}"
    journals = f"{number_of(found.verified.cases, 'loan')}, {number_of(found.verified.rows, 'row')} of journals"
    for finding in found.verified.findings[:SHOWN]:
        say(f"loan `{finding.case_id}`: {finding.message}")
    for wrong in found.wrong:
        say(wrong)
    findings = found.verified.found + len(found.wrong)
    held = "the journal is as it was written" if found.holds else number_of(findings, "finding")
    say(f"{looked_at}, made at {kept.at}; {journals}: {held}")
    if found.verified.closed:
        say(CLOSED)
    return found.holds


def rotate_keys(where: Annotated[str, STORE]) -> None:
    """Encrypt anew what is personal and stands in the clear, or was encrypted with another key than the current one.
    Workers may go on meanwhile, if each has the new key; broken off, run it again."""
    with store_at(where) as opened, doing("encrypting") as progress:
        done = opened.rotate_keys(progress.done)
    in_clear = f", of which {done.clear:,} stood in the clear" if done.clear else ""
    say(f"{shown(where)}: {number_of(done.rows, 'row')} encrypted anew{in_clear}")
    if done.left:
        raise OverdueFlowError(
            "a worker goes on writing with another key: give it the current one first, then run this again"
        )
    say(f"the current key reads everything; others may be taken out of {VARIABLE}. Backups from before need them")


def new_key(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the key is called, such as 2026a.")],
) -> None:
    """Say a fresh key, as `OVERDUE_FLOW_KEYS` takes it: the current one first, those that only read behind it. Keep it
    where neither the store nor its backups are; who loses it has lost every personal value."""
    say(made_key(name))


COMMANDS = (("backup", backup), ("restore", restore), ("rotate-keys", rotate_keys), ("new-key", new_key))
