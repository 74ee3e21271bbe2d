"""Archives: journals as a file that outlives the database, JSON Lines or Parquet.

JSON Lines: a first line says what the file is; a line each says which text the versions have that decided (a hash over
what it means: `policy/meaning.py`); then one line a row, an object of the row's fields, by case id, then number. Before
the rows of a case stand the looks at it, one line each, and, where they are asked for, a line with its personal values
and their salt. A last line counts cases, rows and looks, so that a file that was cut off shows. Parquet has the same
columns, and beside the first row of a case its looks and personal values (`archive_parquet.py`).

An archive is taken in as it is, hashes and all. Nothing of it is taken on trust: each chain is followed, every row must
read as an entry, and the case is what its journal makes it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import timedelta
from heapq import merge
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeAlias

from overdue_flow.cases.entries import Entry
from overdue_flow.cases.evolve import replay
from overdue_flow.errors import JournalError, OverdueFlowError
from overdue_flow.store.archive_parts import FORMAT, VERSION, Part, PersonalOf, as_plain, case_of, check_format, part_of
from overdue_flow.store.looks import LookWritten
from overdue_flow.store.personal import ERASED, Personal, PersonalField, tokens_in, tomb
from overdue_flow.store.protocol import PolicyText
from overdue_flow.store.records import Archived, Head, Keeping, Records
from overdue_flow.store.rows import JournalRow, row_hash, to_entry
from overdue_flow.store.sealing import check_open
from overdue_flow.store.written import as_json

LONGEST_LINE = 50_000_000

Progress: TypeAlias = Callable[[int], None]


def in_silence(_rows: int) -> None:
    """Nobody is told how many rows are done."""


class Counted(NamedTuple):
    """How many cases and rows were written or taken in."""

    cases: int
    rows: int
    looks: int = 0


class Writer(Protocol):
    """Where an archive is written."""

    def put(self, part: Part) -> None:
        """The next part."""

    def end(self, counted: Counted) -> None:
        """There are no more."""


# --- export ---


def export(
    records: Records,
    writer: Writer,
    case_ids: Collection[str] | None = None,
    *,
    with_personal: bool = False,
    progress: Progress = in_silence,
) -> Counted:
    """Write journals (None: of all cases) as they are, one case after the other. KeysError where personal values are
    asked for and the keys of an encrypted store are not here: in an archive they stand in the clear."""
    if with_personal:
        check_open(closed=records.closed)
    cases = rows = looks = 0
    for text in records.policies(case_ids):
        writer.put(text)
    for part in _parts(records, case_ids, with_personal=with_personal):
        if isinstance(part, JournalRow):
            rows += 1
            cases += part.seq == 1
            if not rows % 1000:
                progress(rows)
        looks += isinstance(part, LookWritten)
        writer.put(part)
    counted = Counted(cases, rows, looks)
    writer.end(counted)
    return counted


def _parts(records: Records, case_ids: Collection[str] | None, *, with_personal: bool) -> Iterator[Part]:
    # looks and personal values stand before the rows, and the case's salt before all
    streams: list[Iterator[tuple[str, int, _Told]]] = [
        (
            (look.row.case_id, 2, look if with_personal else look._replace(said=()))
            for look in records.looks_at(case_ids)
        ),
        ((row.case_id, 3, row) for row in records.rows(case_ids)),
    ]
    if with_personal:
        streams += [
            ((head.case_id, 0, head) for head in records.heads(case_ids)),
            ((one.case_id, 1, one) for one in records.personal(case_ids)),
        ]
    for case_id, some in groupby(merge(*streams, key=itemgetter(0, 1)), key=_case_of):
        yield from _of_case(case_id, (told for _case_id, _place, told in some))


_Told: TypeAlias = Head | PersonalField | LookWritten | JournalRow


def _case_of(told: tuple[str, int, _Told]) -> str:
    return told[0]


def _of_case(case_id: str, some: Iterable[_Told]) -> Iterator[Part]:
    salt, values = "", dict[str, str]()
    before: list[Part] = []
    for one in some:
        if isinstance(one, Head):
            salt = one.salt
        elif isinstance(one, PersonalField):
            values[one.digest] = one.value
        elif isinstance(one, LookWritten):
            before.append(one)
        else:
            if values:
                before.append(PersonalOf(case_id, salt, values))
            yield from before
            yield one
            values, before = {}, []


class LinesWriter:
    """An archive as JSON Lines; `write` is that of a file opened for bytes."""

    def __init__(self, write: Callable[[bytes], object], *, with_personal: bool) -> None:
        self._write = write
        self._say({"format": FORMAT, "version": VERSION, "personal": with_personal})

    def _say(self, plain: Any) -> None:
        self._write(as_json(plain).encode() + b"\n")

    def put(self, part: Part) -> None:
        """One line."""
        self._say(as_plain(part))

    def end(self, counted: Counted) -> None:
        """The last line."""
        self._say({"end": counted._asdict()})


# --- reading ---


class Placed(NamedTuple):
    """A part of an archive, and where it stands."""

    place: str
    part: Part


def read_lines(path: Path) -> Iterator[Placed]:
    """The parts of an archive in JSON Lines. JournalError, with the number of the line, for one that is none."""
    with path.open("rb") as file:
        lines = enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), 1)
        number, line = next(lines, (1, b""))
        check_format(_object(f"{path}, line 1", line), f"{path}, line 1")
        cases = rows = looks = 0
        for number, line in lines:
            place = f"{path}, line {number}"
            plain = _object(place, line)
            if "end" in plain:
                if _end(plain["end"]) != Counted(cases, rows, looks)._asdict():
                    raise JournalError(f"{place}: lines are missing, or there are too many: here are {rows} rows")
                if next(lines, None) is not None:
                    raise JournalError(f"{path}, line {number + 1}: something stands after the last line")
                return
            part = part_of(place, plain)
            rows += isinstance(part, JournalRow)
            looks += isinstance(part, LookWritten)
            cases += isinstance(part, JournalRow) and part.seq == 1
            yield Placed(place, part)
    raise JournalError(f"{path}, line {number + 1}: the file ends before its last line: it was cut off")


def _end(said: Any) -> Any:
    """What the last line counts; before looks were archived, it did not count them."""
    return {"looks": 0, **said} if isinstance(said, dict) else said


def _object(place: str, line: bytes) -> dict[str, Any]:
    if not line.endswith(b"\n") and line:
        raise JournalError(f"{place}: this line has no end: the file was cut off")
    try:
        plain = json.loads(line)
    except (ValueError, RecursionError):
        raise JournalError(f"{place}: this is no JSON") from None
    if not isinstance(plain, dict):
        raise JournalError(f"{place}: expected an object in braces")
    return plain


class Journal(NamedTuple):
    """One case of an archive, its chain followed. `places` are those of its rows."""

    case_id: str
    rows: tuple[JournalRow, ...]
    places: tuple[str, ...]
    personal: PersonalOf | None
    looks: tuple[LookWritten, ...] = ()


def journals(parts: Iterable[Placed]) -> Iterator[Journal]:
    """The cases of an archive. JournalError where the chain of one is broken, or cases are not in order."""
    before = None
    of_cases = ((case_of(one.part), one) for one in parts if not isinstance(one.part, PolicyText))
    for case_id, some in groupby(of_cases, key=itemgetter(0)):
        found = [one for _case_id, one in some]
        if before is not None and case_id <= before:
            raise JournalError(f"{found[0].place}: case `{case_id}` comes after `{before}`; expected the order of ids")
        before = case_id
        personal = [one.part for one in found if isinstance(one.part, PersonalOf)]
        rows = [(one.place, one.part) for one in found if isinstance(one.part, JournalRow)]
        if not rows or len(personal) > 1:
            raise JournalError(f"{found[0].place}: case `{case_id}` has no rows, or personal values twice")
        _follow(rows)
        yield Journal(
            case_id,
            tuple(row for _place, row in rows),
            tuple(place for place, _row in rows),
            personal[0] if personal else None,
            tuple(one.part for one in found if isinstance(one.part, LookWritten)),
        )


def _follow(rows: Iterable[tuple[str, JournalRow]]) -> None:
    end = ""
    for seq, (place, row) in enumerate(rows, 1):
        if row_hash(row) != row.hash:
            raise JournalError(f"{place}: row {row.seq} of case `{row.case_id}` was changed: its hash is another one")
        if row.seq != seq or row.prev_hash != end:
            raise JournalError(
                f"{place}: row {row.seq} of case `{row.case_id}` does not follow the one before: one is gone or put in"
            )
        end = row.hash


# --- import ---


_NO_CASE = (OverdueFlowError, LookupError, ValueError, TypeError, ArithmeticError, AttributeError)
"""What replaying entries that no case can have may run into."""


def read_case(journal: Journal) -> Archived:
    """A case as its journal makes it. JournalError, with the place, for a row that no case can have."""
    known = journal.personal
    personal = Personal(bytes.fromhex(known.salt), known.values) if known is not None else ERASED
    entries: list[Entry] = []
    for place, row in zip(journal.places, journal.rows, strict=True):
        try:
            entries.append(to_entry(row, personal))
        except JournalError as error:
            raise JournalError(f"{place}: {error}") from None
    try:
        case = replay(entries)
    except _NO_CASE as error:
        raise JournalError(f"{journal.places[0]}: case `{journal.case_id}` cannot be replayed: {error}") from error
    if known is not None:
        fields = tuple(PersonalField(case.id, digest, value) for digest, value in known.values.items())
        return Archived(journal.rows, fields, known.salt, case)
    speaks = any(tokens_in(row.body) or tokens_in(row.results) for row in journal.rows)
    return Archived(journal.rows, (tomb(case.id, case.seq),) if speaks else (), "", case)


def check(parts: Iterable[Placed], *, progress: Progress = in_silence) -> Counted:
    """Follow every chain of an archive. JournalError where one is broken."""
    cases = rows = 0
    for journal in journals(parts):
        cases, rows = cases + 1, rows + len(journal.rows)
        progress(rows)
    return Counted(cases, rows)


def take_in(records: Keeping, parts: Iterable[Placed], *, progress: Progress = in_silence) -> Counted:
    """Take the cases of an archive into a store that has none of them; in the transaction of `records`, so that it is
    all of them or none. Each wakes on the day after its last entry. JournalError where something stands against it,
    such as a version that has decided in the store by another text."""
    cases = rows = 0
    for journal in journals(_remembered(records, parts)):
        if next(iter(records.heads((journal.case_id,))), None) is not None:
            raise JournalError(f"{journal.places[0]}: the store has a case `{journal.case_id}` already")
        archived = read_case(journal)
        records.take_in(archived, archived.case.day + timedelta(days=1))
        records.take_in_looks(journal.looks)
        cases, rows = cases + 1, rows + len(journal.rows)
        progress(rows)
    return Counted(cases, rows)


def _remembered(records: Keeping, parts: Iterable[Placed]) -> Iterator[Placed]:
    """The parts; the store remembers the texts of versions as they come."""
    for placed in parts:
        text = placed.part
        if isinstance(text, PolicyText) and records.remember(text).digest != text.digest:
            raise JournalError(
                f"{placed.place}: policy {text.policy} {text.version} has decided in the store already, and said"
                " something else there"
            )
        yield placed
