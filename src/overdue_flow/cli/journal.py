"""`overdue-flow journal ...`: the journal as evidence. Verify it, take its root, move it, search it, erase what is
personal."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from overdue_flow.cases.events import KINDS
from overdue_flow.cli.access import remember
from overdue_flow.cli.files import new_file, reading
from overdue_flow.cli.inputs import day_given
from overdue_flow.cli.journal_looks import looks, retention
from overdue_flow.cli.manners import REFUSED, Mistake, mannerly
from overdue_flow.cli.progress import doing
from overdue_flow.cli.screen import number_of, say, say_json, show
from overdue_flow.cli.stores import shown, store_at
from overdue_flow.cli.tasks import STORE
from overdue_flow.errors import UnknownCase
from overdue_flow.problems import did_you_mean
from overdue_flow.store import archive
from overdue_flow.store.archive_parquet import ParquetWriter, read_parquet
from overdue_flow.store.erasing import why_still_open
from overdue_flow.store.evidence import Verified, missing_guards
from overdue_flow.store.evidence import verify as verified
from overdue_flow.store.keys import VARIABLE
from overdue_flow.store.looks import broken_looks
from overdue_flow.store.records import Query
from overdue_flow.store.roots import RootFile, broken_roots, take_root
from overdue_flow.store.rows import JournalRow
from overdue_flow.store.told import told

journal = typer.Typer(
    help="Verify the journal, take its root, export, import, search it, and erase what is personal.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

SHOWN = 20
"""So many findings are shown; all are counted."""

AS_JSON = typer.Option("--json", help="Say it as JSON.")
NOT_CHECKED = (
    "not evidence, and not checked: the days on which loans are looked at next, deliveries under way, contacts reserved"
)
CLOSED = (
    f"encrypted, and not read without its keys ({VARIABLE}): what personal values say, and what stands in the outbox,"
    " in tasks and contacts"
)

LOANS = typer.Option(
    "--loan", metavar="LOAN", help="Of this loan only; may be given several times.", show_default=False
)


# --- evidence ---


def verify(
    where: Annotated[str, STORE],
    *,
    root: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Compare with this root, taken before.", show_default=False)
    ] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Say whether the journal is what was written, and what was derived from it follows; where not, name the first
    thing of each loan that is wrong. Loans that were erased are named: compare them with your own list."""
    with reading(root):
        known = RootFile(root) if root is not None else None
    with store_at(where, closed=True) as opened, opened.records() as records, doing("verifying") as progress:
        taken, guards = records.roots(), missing_guards(records.unguarded())
        lost = broken_looks(records.looks(), frozenset(records.erased()))
        found = verified(records, known.seen() if known is not None else (), progress=progress.done)
    roots = broken_roots(taken)
    note = broken_roots(taken, known.root) if known is not None and not roots else ""
    if found.found:
        roots, note = roots or note, ""
    if as_json:
        _tell_as_json(found, roots, guards, note, lost)
    else:
        _tell(found, [said for said in (roots, guards, lost) if said])
        if note:
            say(f"this root is not among the store's own: {note}; the journals agree with it")
    if found.found or roots or guards or lost:
        raise typer.Exit(REFUSED)


def _tell(found: Verified, of_store: list[str]) -> None:
    looked_at = f"{number_of(found.cases, 'loan')}, {number_of(found.rows, 'row')}"
    for finding in found.findings[:SHOWN]:
        say(f"loan `{finding.case_id}`: {finding.message}")
    if found.found > SHOWN:
        say(f"and {number_of(found.found - SHOWN, 'loan')} more")
    for said in of_store:
        say(said)
    if found.found or of_store:
        say(f"\n{looked_at}: {number_of(found.found + len(of_store), 'finding')}")
    else:
        follow = "cases follow" if found.closed else "cases, outbox, tasks and contacts follow"
        say(f"{looked_at}: the journal is as it was written; {follow} from it")
        say(NOT_CHECKED)
    if found.closed:
        say(CLOSED)
    if found.erasures:
        _tell_erasures(found)


def _tell_erasures(found: Verified) -> None:
    """Which loans say that they were erased: who can write the database can say so too."""
    say(f"\nerased, to be compared with your own list of erasures: {number_of(found.erasures, 'loan')}")
    for erased in found.erased[:SHOWN]:
        when = f"at {erased.at}" if erased.at else "since it came from an archive without them"
        say(f"loan `{erased.case_id}`: personal values up to row {erased.through}, {when}")
    if found.erasures > SHOWN:
        say(f"and {number_of(found.erasures - SHOWN, 'loan')} more; --json names them")


def _tell_as_json(found: Verified, roots: str, guards: str, note: str, lost: str) -> None:
    findings = [finding._asdict() for finding in found.findings]
    said = {
        "cases": found.cases, "rows": found.rows, "found": found.found, "roots": roots, "guards": guards, "note": note,
        "looks": lost, "closed": found.closed,
        "findings": findings, "erasures": found.erasures, "erased": [erased._asdict() for erased in found.erased],
    }  # fmt: skip
    say_json(said)


def root(
    where: Annotated[str, STORE],
    *,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the root goes.", show_default=False)],
) -> None:
    """Write down where every loan's journal ends, with one hash over all. Keep the file where the store cannot be
    changed from."""
    with store_at(where, closed=True) as opened, new_file(out) as part, doing("reading") as progress:
        with part.open("wb") as file, opened.records() as records:
            taken = take_root(records, datetime.now(UTC), file.write, progress.done)
        with opened.keeping() as keeping:
            keeping.add_root(taken)
    say(f"{out}: root {taken.number} of {number_of(taken.cases, 'loan')}, {taken.hash}")


# --- archives ---


def export(
    where: Annotated[str, STORE],
    *,
    out: Annotated[
        Path,
        typer.Option(metavar="FILE", help="The archive: Parquet if it ends so, else JSON Lines.", show_default=False),
    ],
    loans: Annotated[list[str] | None, LOANS] = None,
    with_personal: Annotated[
        bool, typer.Option("--with-personal", help="With the personal values, which can be erased in a store only.")
    ] = False,
) -> None:
    """Write journals to a file that outlives the database."""
    with (
        store_at(where, closed=True) as opened,
        new_file(out) as part,
        opened.records() as records,
        doing("exporting") as progress,
    ):
        if loans:
            known = {head.case_id for head in records.heads(loans)}
            unknown = next((loan for loan in loans if loan not in known), None)
            if unknown is not None:
                raise Mistake(f"there is no loan `{unknown}` in the store")
        if with_personal:
            remember(opened, loans or ("",), "journal export")
        if out.suffix == ".parquet":
            writer = ParquetWriter(part, with_personal=with_personal)
            counted = archive.export(records, writer, loans, with_personal=with_personal, progress=progress.done)
        else:
            with part.open("wb") as file:
                lines = archive.LinesWriter(file.write, with_personal=with_personal)
                counted = archive.export(records, lines, loans, with_personal=with_personal, progress=progress.done)
    say(f"{out}: {number_of(counted.cases, 'loan')}, {number_of(counted.rows, 'row')}")


def take_in(
    where: Annotated[str, STORE],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The archive.", show_default=False)],
) -> None:
    """Take the loans of an archive into a store that has none of them: all, or none. They wake at once."""
    read = read_parquet if file.suffix == ".parquet" else archive.read_lines
    with store_at(where) as opened, reading(file), doing("checking") as progress:
        archive.check(read(file), progress=progress.done)
        progress.begin("importing")
        with opened.keeping() as keeping:
            counted = archive.take_in(keeping, read(file), progress=progress.done)
    say(f"{shown(where)}: {number_of(counted.cases, 'loan')}, {number_of(counted.rows, 'row')} taken in")


# --- search ---


def search(
    where: Annotated[str, STORE],
    *,
    loan: Annotated[str | None, typer.Option(metavar="LOAN", help="Of this loan.", show_default=False)] = None,
    person: Annotated[str | None, typer.Option(metavar="ID", help="Of this person.", show_default=False)] = None,
    kind: Annotated[
        str | None, typer.Option(metavar="KIND", help="Of this kind, such as PaymentReceived.", show_default=False)
    ] = None,
    event: Annotated[str | None, typer.Option(metavar="ID", help="The event of this id.", show_default=False)] = None,
    rule: Annotated[
        str | None, typer.Option(metavar="RULE", help="In which this rule did something.", show_default=False)
    ] = None,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="On this day or later.", show_default=False)] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="On this day or before.", show_default=False)
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="Whole rows, as JSON Lines.")] = False,
    with_personal: Annotated[bool, typer.Option("--with-personal", help="With --json: personal values too.")] = False,
) -> None:
    """Find rows of the journal; what is asked for must all be so."""
    first, last = day_given(since, "--since"), day_given(until, "--until")
    query = Query(loan, person, kind, event, rule, first, last)
    if query == Query():
        raise Mistake("say what to look for: --loan, --person, --kind, --event, --rule, --since or --until")
    with store_at(where, closed=True) as opened, opened.records() as records:
        found = list(islice(records.find(query), limit + 1))
        more = len(found) > limit
        found = list(told(records, found[:limit], with_personal=with_personal)) if as_json else found[:limit]
        if as_json and with_personal:
            remember(opened, sorted({row.case_id for row in found}), "journal search")
    if as_json:
        for row in found:
            say_json(row._asdict(), indent=None)
    elif found:
        show(_table(found), wide=True)
    else:
        hint = did_you_mean(kind, KINDS) if kind and kind not in KINDS else ""
        say("nothing was found" + (f"; no event is a `{kind}`; {hint}" if hint else ""))
    if more:
        say(f"there are more than {limit:,}; --limit shows them", on_error=True)


def _table(rows: list[JournalRow]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("loan", "row", "day", "what", "event", "rules"):
        table.add_column(name, justify="right" if name == "row" else "left", overflow="fold")
    for row in rows:
        table.add_row(row.case_id, str(row.seq), row.day, row.kind, row.event_id or "", row.rules.strip())
    return table


# --- erasing ---


def erase(
    where: Annotated[str, STORE],
    loan: Annotated[str, typer.Argument(metavar="LOAN", help="The id of the loan.", show_default=False)],
    *,
    force: Annotated[bool, typer.Option("--force", help="Though the loan is still open.")] = False,
) -> None:
    """Erase what is personal of a loan. Its journal stays as it is, and still verifies and replays."""
    with store_at(where) as opened:
        case = opened.load(loan)
        if case is None:
            raise UnknownCase(f"there is no loan `{loan}` in the store")
        still_open = why_still_open(case)
        if still_open and not force:
            raise Mistake(f"loan `{loan}` is still open: {still_open}; --force erases all the same")
        with opened.keeping() as keeping:
            erased = keeping.erase(loan)
    say(f"loan `{loan}`: {number_of(erased, 'personal value')} erased; the journal is as it was")
    if erased:
        say("backups, and archives exported with personal values, still have them")


for _name, _command in (
    ("verify", verify), ("root", root), ("export", export), ("import", take_in), ("search", search), ("erase", erase),
    ("looks", looks), ("retention", retention),
):  # fmt: skip
    journal.command(_name)(mannerly(_command))
