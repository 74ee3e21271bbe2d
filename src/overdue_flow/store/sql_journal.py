"""Reading cases and journals from a database: a case is its journal, folded.

What was folded last is kept for a bounded number of cases, and used as long as the case's row still ends where it did.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby
from threading import Lock
from typing import Any, NamedTuple

from sqlalchemy import Select, select, tuple_

from overdue_flow.cases.case import Case
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.evolve import evolve
from overdue_flow.cases.values import changed
from overdue_flow.errors import JournalError
from overdue_flow.store.personal import ERASED, MARK, TOMB, Personal
from overdue_flow.store.records import Head
from overdue_flow.store.rows import JournalRow, to_entry
from overdue_flow.store.sealing import Seal
from overdue_flow.store.sql_link import Link, Statement, value
from overdue_flow.store.tables import CASES, JOURNAL, PERSONAL

ROW = select(*[JOURNAL.c[name] for name in JournalRow._fields])
"""Rows of the journal, as `JournalRow` has their fields."""


class Known(NamedTuple):
    """A case as its journal makes it up to a head."""

    head: Head
    case: Case


class Cases:
    """The cases that were folded last, the least recently used ones forgotten first. Several threads may share it."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = Lock()
        self._known: OrderedDict[str, Known] = OrderedDict()

    def get(self, case_id: str) -> Known | None:
        """What is known of a case; whether it is still so, its row says."""
        with self._lock:
            found = self._known.get(case_id)
            if found is not None:
                self._known.move_to_end(case_id)
            return found

    def put(self, known: Known) -> None:
        """Know a case."""
        with self._lock:
            self._known[known.case.id] = known
            self._known.move_to_end(known.case.id)
            while len(self._known) > self._limit:
                self._known.popitem(last=False)


_HEAD = select(CASES.c.case_id, CASES.c.seq, CASES.c.head_hash, CASES.c.salt, CASES.c.day)
HEAD_OF = Statement(_HEAD.where(CASES.c.case_id == value("case_id")))
ROWS_OF = Statement(
    ROW.where(
        JOURNAL.c.case_id == value("case_id"), JOURNAL.c.seq > value("after"), JOURNAL.c.seq <= value("last")
    ).order_by(JOURNAL.c.seq)
)
PERSONAL_OF = Statement(select(PERSONAL.c.digest, PERSONAL.c.value).where(PERSONAL.c.case_id == value("case_id")))
ROW_OF_EVENT = Statement(ROW.where(JOURNAL.c.event_id == value("event_id"), JOURNAL.c.case_id == value("case_id")))


def head_of(row: Any) -> Head:
    """Where a journal ends, from the row of its case; the salt as it stands there."""
    return Head(row.case_id, row.seq, row.head_hash, row.salt)


# --- cases ---


def load(link: Link, cases: Cases, case_id: str) -> Case | None:
    """A case as its last turn left it."""
    row = link.row(HEAD_OF, case_id=case_id)
    if row is None:
        return None
    head = head_of(row)
    known = cases.get(case_id)
    if known is None or known.head != head:
        before = known if known is not None and known.head.salt == head.salt and known.head.seq < head.seq else None
        known = _folded(link, case_id, head, before) or _folded(link, case_id, head, None)
        if known is None:
            raise _broken(case_id)
        cases.put(known)
    return _on_its_day(known.case, row.day)


def _folded(link: Link, case_id: str, head: Head, before: Known | None) -> Known | None:
    """The case up to a head, from what is known of it on; None where the rows between do not lead there."""
    after, end = (before.head.seq, before.head.hash) if before is not None else (0, "")
    rows = [JournalRow(*row) for row in link.rows(ROWS_OF, case_id=case_id, after=after, last=head.seq)]
    if not _lead(rows, after, end, head):
        return None
    personal = _personal(link, case_id, head.salt, rows)
    return Known(head, _fold(before.case if before is not None else None, rows, personal))


def _lead(rows: Sequence[JournalRow], after: int, end: str, head: Head) -> bool:
    joined = bool(rows) and rows[0].prev_hash == end and rows[-1].hash == head.hash
    return joined and [row.seq for row in rows] == list(range(after + 1, head.seq + 1))


def _fold(case: Case | None, rows: Iterable[JournalRow], personal: Personal) -> Case:
    for row in rows:
        case = evolve(case, to_entry(row, personal))
    assert case is not None
    return case


def _broken(case_id: str) -> JournalError:
    return JournalError(f"the journal of case `{case_id}` does not lead to its last turn: rows are missing or changed")


def _on_its_day(case: Case, day: str) -> Case:
    """Days in which nothing happened leave no row; the case has lived them."""
    lived = date.fromisoformat(day)
    return case if case.day == lived else changed(case, day=lived)


def load_many(link: Link, cases: Cases, case_ids: Sequence[str]) -> dict[str, Case]:
    """Several cases at once; unknown ones are left out."""
    rows = {row.case_id: row for row in link.found(lambda some: _HEAD.where(CASES.c.case_id.in_(some)), set(case_ids))}
    heads = {case_id: head_of(row) for case_id, row in rows.items()}
    found: dict[str, Case] = {}
    unknown = []
    for case_id, head in heads.items():
        known = cases.get(case_id)
        if known is not None and known.head == head:
            found[case_id] = known.case
        else:
            unknown.append(case_id)
    for known in _folded_many(link, heads, unknown):
        cases.put(known)
        found[known.case.id] = known.case
    return {case_id: _on_its_day(found[case_id], rows[case_id].day) for case_id in case_ids if case_id in found}


def _folded_many(link: Link, heads: dict[str, Head], case_ids: Sequence[str]) -> Iterable[Known]:
    def query(some: Sequence[Any]) -> Select[Any]:
        return ROW.where(JOURNAL.c.case_id.in_(some)).order_by(JOURNAL.c.case_id, JOURNAL.c.seq)

    journals = {case_id: list(rows) for case_id, rows in groupby(_rows(link.found(query, case_ids)), _case_id)}
    salts = {case_id: heads[case_id].salt for case_id in case_ids}
    personal = _personal_of_many(link, salts, journals)
    for case_id in case_ids:
        head = heads[case_id]
        rows = [row for row in journals.get(case_id, ()) if row.seq <= head.seq]
        if not _lead(rows, 0, "", head):
            raise _broken(case_id)
        yield Known(head, _fold(None, rows, personal.get(case_id, ERASED)))


def _rows(found: Iterable[Any]) -> Iterable[JournalRow]:
    return (JournalRow(*row) for row in found)


def _case_id(row: JournalRow) -> str:
    return row.case_id


# --- personal values ---


def _personal(link: Link, case_id: str, salt: str, rows: Iterable[JournalRow]) -> Personal:
    """The personal values of a case, asked for where a row has the token of one."""
    if not salt or not any(_speaks_of_a_person(row) for row in rows):
        return ERASED
    rows_of_values = link.rows(PERSONAL_OF, case_id=case_id)
    values = {row.digest: read_value(link.seal, case_id, row.digest, row.value) for row in rows_of_values}
    return Personal(read_salt(link.seal, case_id, salt), values)


def read_salt(seal: Seal, case_id: str, said: str) -> bytes:
    """The salt of a case, from its row."""
    return bytes.fromhex(seal.read(said, "cases.salt", case_id))


def read_value(seal: Seal, case_id: str, digest: str, said: str) -> str:
    """A personal value, from its row. What an erasure left is encrypted for nobody."""
    return said if digest == TOMB else seal.read(said, "personal.value", case_id, digest)


def _speaks_of_a_person(row: JournalRow) -> bool:
    return MARK in row.body or MARK in row.results


def _personal_of_many(link: Link, salts: dict[str, str], journals: dict[str, list[JournalRow]]) -> dict[str, Personal]:
    spoken_of = [
        case_id for case_id, rows in journals.items() if salts[case_id] and any(map(_speaks_of_a_person, rows))
    ]
    values: dict[str, dict[str, str]] = {case_id: {} for case_id in spoken_of}
    for row in link.found(lambda some: select(PERSONAL).where(PERSONAL.c.case_id.in_(some)), spoken_of):
        values[row.case_id][row.digest] = read_value(link.seal, row.case_id, row.digest, row.value)
    return {one: Personal(read_salt(link.seal, one, salts[one]), found) for one, found in values.items()}


# --- entries ---


def journal(link: Link, case_id: str) -> tuple[Entry, ...]:
    """All entries of a case, oldest first; empty for an unknown case."""
    row = link.row(HEAD_OF, case_id=case_id)
    if row is None:
        return ()
    rows = [JournalRow(*found) for found in link.rows(ROWS_OF, case_id=case_id, after=0, last=row.seq)]
    personal = _personal(link, case_id, row.salt, rows)
    return tuple(to_entry(one, personal) for one in rows)


def recorded(link: Link, case_id: str, event_id: str) -> Entry | None:
    """The entry of an event, by the event's id."""
    found = link.row(ROW_OF_EVENT, case_id=case_id, event_id=event_id)
    return None if found is None else _entries(link, [JournalRow(*found)])[0]


def recorded_many(link: Link, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Entry]:
    """The entries of several events, each by case and event id; those that there are."""
    wanted = {(event_id, case_id) for case_id, event_id in keys}
    entries = _entries(link, list(_rows(_rows_of_events(link, wanted))))
    return {(entry.case_id, entry.event.id): entry for entry in entries if entry.event.id is not None}


def _rows_of_events(link: Link, wanted: set[tuple[str, str]]) -> Iterable[Any]:
    """The rows of events. SQLite finds no index for a list of pairs, and is asked for one after the other: it is not
    far away."""
    if link.dialect == "sqlite":
        found = (link.row(ROW_OF_EVENT, event_id=event_id, case_id=case_id) for event_id, case_id in wanted)
        return [row for row in found if row is not None]
    return link.found(lambda some: ROW.where(tuple_(JOURNAL.c.event_id, JOURNAL.c.case_id).in_(some)), wanted)


def _entries(link: Link, rows: Sequence[JournalRow]) -> list[Entry]:
    """Rows of any cases as entries."""
    journals: dict[str, list[JournalRow]] = {}
    for row in rows:
        if _speaks_of_a_person(row):
            journals.setdefault(row.case_id, []).append(row)
    heads = link.found(lambda some: _HEAD.where(CASES.c.case_id.in_(some)), journals)
    personal = _personal_of_many(link, {row.case_id: row.salt for row in heads}, journals)
    return [to_entry(row, personal.get(row.case_id, ERASED)) for row in rows]
