"""Is a journal what was written? `verify` names, in each case, the first row that was changed, removed or put in.

A chain shows what was done inside a journal. That the end of a journal, or a whole case, is gone together with its row
in the table of cases, only a root shows that was taken before and kept elsewhere (`roots.py`).

Each row's hash covers the hash of the row before, so a row that was changed and hashed anew shows in the next one; a
journal that was written anew from some row to its end shows in the table of cases, and if that was changed too, in a
root.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal, NamedTuple, TypeAlias

from overdue_flow.store.derived import Derived
from overdue_flow.store.hostile import hash_of, is_digest_of, legible, misshapen, place_of, salt_of
from overdue_flow.store.personal import TOMB, Erased, read_tomb, tokens_in
from overdue_flow.store.records import Evidence, Head, Seen
from overdue_flow.store.rows import JournalRow

What: TypeAlias = Literal["changed", "removed", "inserted", "personal", "derived"]

FINDINGS_KEPT = 1000
"""So many findings are kept; all are counted."""

ROWS_A_WORD = 1000
"""After so many rows, the one who waits is told."""

FARTHEST = 1000
"""So many numbers up and down are tried, to tell a row that was renumbered from one that was changed."""

_HEAD, _SEEN, _PERSONAL, _FILED, _RULE, _PARCEL, _TASK, _CONTACT, _ROW = range(9)
"""What is known of a case, in the order in which it is looked at."""

_TABLES = {
    _HEAD: "the table of cases",
    _SEEN: "the root",
    _PERSONAL: "a personal value",
    _FILED: "the table of cases",
    _RULE: "the table of rules",
    _PARCEL: "the outbox",
    _TASK: "the list of tasks",
    _CONTACT: "the person's contacts",
}


class Finding(NamedTuple):
    """The first thing that is wrong with a case. `seq` is the number of the row; None where it is no single row."""

    case_id: str
    seq: int | None
    what: What
    message: str

    def __str__(self) -> str:
        return f"case `{self.case_id}`: {self.message}"


class Verified(NamedTuple):
    """How much was looked at, and what is wrong: the first findings, and how many there are in all; of the cases that
    say that they were erased, the first and the number too. `closed`: personal values are encrypted, and it was not
    looked at what they say."""

    cases: int
    rows: int
    findings: tuple[Finding, ...]
    found: int
    erased: tuple[Erased, ...] = ()
    erasures: int = 0
    closed: bool = False


def verify(
    records: Evidence, seen: Iterable[Seen] = (), *, progress: Callable[[int], None] = lambda rows: None
) -> Verified:
    """Read all journals of a store, each compared with itself, with the table of cases and with the heads that a root
    has `seen`. `progress` is told the number of rows read. Where personal values are `closed`, that they are there is
    all that is looked at."""
    tally = _Tally(progress)
    streams = (
        ((place_of(head.case_id), _HEAD, head) for head in records.heads()),
        ((place_of(one.case_id), _SEEN, one) for one in seen),
        ((place_of(one.case_id), _PERSONAL, one) for one in records.personal()),
        ((place_of(one.case_id), _FILED, one) for one in records.filed()),
        ((place_of(one.case_id), _RULE, one) for one in records.rules()),
        ((place_of(one.case_id), _PARCEL, one) for one in records.parcels()),
        ((place_of(one.case_id), _TASK, one) for one in records.tasks()),
        ((place_of(one.case_id), _CONTACT, one) for one in records.contacts()),
        ((place_of(row.case_id), _ROW, row) for row in records.rows()),
    )
    for place, parts in groupby(merge(*streams, key=itemgetter(0, 1)), key=itemgetter(0)):
        tally.cases += 1
        examination = _Examination(legible(place[1]), tally.counted, closed=records.closed)
        tally.examined(examination.of(parts), examination.erased)
    return Verified(
        tally.cases, tally.rows, tuple(tally.findings), tally.found, tuple(tally.erased), tally.erasures, records.closed
    )


def missing_guards(tables: Sequence[str]) -> str:
    """What is wrong, in words, where `tables` are unguarded; "" where none is."""
    names = " and ".join(f"`{name}`" for name in tables)
    return f"nothing in the database keeps {names} append-only: triggers are missing, or switched off" if names else ""


@dataclass(slots=True)
class _Tally:
    progress: Callable[[int], None]
    cases: int = 0
    rows: int = 0
    found: int = 0
    erasures: int = 0
    findings: list[Finding] = field(default_factory=list)
    erased: list[Erased] = field(default_factory=list)

    def counted(self, row: JournalRow) -> JournalRow:
        self.rows += 1
        if not self.rows % ROWS_A_WORD:
            self.progress(self.rows)
        return row

    def examined(self, finding: Finding | None, erased: Erased | None) -> None:
        """One more case is done."""
        if finding is not None:
            self.found += 1
            if len(self.findings) < FINDINGS_KEPT:
                self.findings.append(finding)
        if erased is not None:
            self.erasures += 1
            if len(self.erased) < FINDINGS_KEPT:
                self.erased.append(erased)


class _Examination:
    """One case: what stands about it in the table of cases, in a root and among personal values, then its rows."""

    def __init__(self, case_id: str, counted: Callable[[JournalRow], JournalRow], *, closed: bool) -> None:
        self._case_id = case_id
        self._closed = closed
        self._counted = counted
        self._head: Head | None = None
        self._seen: Seen | None = None
        self._personal: dict[str, str] = {}
        self._tokens: dict[str, int] = {}
        self._derived = Derived()
        self._misshapen: Finding | None = None
        self._rows_seen = 0

    def of(self, parts: Iterable[tuple[Any, int, Any]]) -> Finding | None:
        """The first thing that is wrong; all parts are read in any case."""
        rows = self._rows(parts)
        finding = self._of_chain(rows)
        for _row in rows:
            pass
        return self._misshapen or finding or self._of_personal() or self._of_derived()

    def _rows(self, parts: Iterable[tuple[Any, int, Any]]) -> Iterator[JournalRow]:
        """The rows; what comes before the first of them is noted."""
        for _place, kind, part in parts:
            wrong = misshapen(part)
            if kind == _ROW:
                self._counted(part)
            if wrong is not None:
                self._misshapen = self._misshapen or self._of_shape(kind, part, wrong)
            elif kind == _ROW:
                yield part
            elif kind == _FILED:
                self._derived.filed = part
            elif kind == _RULE:
                self._derived.rules.add((part.seq, part.rule, part.day))
            elif kind in (_PARCEL, _TASK, _CONTACT):
                self._derived.followers.add(part)
            elif kind == _PERSONAL:
                self._personal[part.digest] = part.value
            elif kind == _SEEN:
                self._seen = part
            else:
                self._head = part

    def _of_shape(self, kind: int, part: Any, wrong: str) -> Finding:
        """A row in which something stands that nothing of ours wrote."""
        if kind == _ROW:
            seq = part.seq if type(part.seq) is int else None
            return self._finding(seq, "changed", f"row {legible(part.seq)} was changed: its `{wrong}` cannot be read")
        what: What = "personal" if kind == _PERSONAL else "derived" if _FILED <= kind < _ROW else "changed"
        return self._finding(None, what, f"the `{wrong}` of {_TABLES[kind]} was changed: it cannot be read")

    # --- the chain ---

    def _of_chain(self, rows: Iterator[JournalRow]) -> Finding | None:
        last: JournalRow | None = None
        for row, following in _with_next(rows):
            end = last.hash if last is not None else ""
            expected = last.seq + 1 if last is not None else 1
            if row.seq != expected:
                return self._misnumbered(row.seq, expected)
            if row.prev_hash != end or hash_of(row) != row.hash:
                return self._broken(row, following, end)
            if self._seen is not None and self._seen.seq == row.seq and self._seen.hash != row.hash:
                message = f"row {row.seq} is not the one that the root saw: it, or one before it, was written anew"
                return self._finding(row.seq, "changed", message)
            for token in tokens_in(row.body) | tokens_in(row.results):
                self._tokens[token] = row.seq
            self._derived.row(row)
            self._rows_seen = row.seq
            last = row
        return self._of_end(last)

    def _misnumbered(self, seq: int, expected: int) -> Finding:
        if seq < expected:
            return self._finding(seq, "inserted", f"row {seq} was put in: there is another one of its number")
        return self._gone(expected, seq - 1)

    def _broken(self, row: JournalRow, following: JournalRow | None, end: str) -> Finding:
        """Which row it is, where `row` does not follow the one before, or is not what was hashed."""
        if following is not None and following.prev_hash == end:
            return self._finding(row.seq, "inserted", f"row {row.seq} was put in")
        if hash_of(row) != row.hash:
            was = _number_before(row)
            if was is not None and was > row.seq:
                return self._gone(row.seq, was - 1, ", and those after were given other numbers")
            if was is not None:
                message = f"row {was} was put in, and those after were given other numbers"
                return self._finding(was, "inserted", message)
        elif row.seq > 1 and self._is_followed(row, following):
            message = f"row {row.seq - 1} was changed, perhaps with some before it, and the hash made anew"
            return self._finding(row.seq - 1, "changed", message)
        return self._finding(row.seq, "changed", f"row {row.seq} was changed")

    def _is_followed(self, row: JournalRow, following: JournalRow | None) -> bool:
        if following is not None:
            return following.prev_hash == row.hash
        return self._head is None or self._head.hash == row.hash

    def _of_end(self, last: JournalRow | None) -> Finding | None:
        """Whether the journal ends where the table of cases, and a root, say that it does."""
        seq = last.seq if last is not None else 0
        for says, name in ((self._head, "the table of cases"), (self._seen, "the root")):
            if says is not None and seq < says.seq:
                if not seq:
                    return self._finding(
                        None, "removed", f"its whole journal is gone; {name} has {says.seq} rows of it"
                    )
                return self._gone(seq + 1, says.seq, f", and {name} has seen so many")
        if self._head is None:
            return self._finding(None, "removed", "it has a journal, and is gone from the table of cases")
        if seq > self._head.seq:
            first = self._head.seq + 1
            return self._finding(first, "inserted", f"row {first} was put in: the table of cases ends before it")
        if last is not None and last.hash != self._head.hash:
            message = f"row {seq} was changed, and the hash made anew: the table of cases has another one"
            return self._finding(seq, "changed", message)
        return None

    def _gone(self, first: int, last: int, why: str = "") -> Finding:
        rows = f"row {first} is gone" if first == last else f"rows {first} to {last} are gone"
        return self._finding(first, "removed", rows + why)

    def _finding(self, seq: int | None, what: What, message: str) -> Finding:
        return Finding(self._case_id, seq, what, message)

    # --- personal values ---

    @property
    def erased(self) -> Erased | None:
        """What the case says of its erasure; None where it says of none."""
        return read_tomb(self._case_id, self._personal.get(TOMB))

    def _of_personal(self) -> Finding | None:
        """Whether the personal values are those that the journal was told, and all that were not erased are there."""
        salt = salt_of(self._head.salt) if self._head is not None else b""
        if salt is None:
            return self._finding(None, "personal", "the salt of its personal values was changed: it cannot be read")
        tomb = self.erased.through if self.erased is not None else 0
        if tomb > self._rows_seen:
            message = f"it says that personal values were erased up to row {tomb}, and has {self._rows_seen} rows"
            return self._finding(None, "personal", message)
        for digest, value in self._personal.items():
            if digest != TOMB and not self._closed and not is_digest_of(salt, value, digest):
                message = f"the personal value {legible(digest[:12])} was changed, or put in"
                return self._finding(self._tokens.get(digest), "personal", message)
        left = [seq for token, seq in self._tokens.items() if token in self._personal and seq <= tomb]
        if left:
            message = f"it says that personal values were erased up to row {tomb}, and one of row {left[0]} is there"
            return self._finding(left[0], "personal", message)
        lost = {token: seq for token, seq in self._tokens.items() if token not in self._personal and seq > tomb}
        if lost:
            token, seq = min(lost.items(), key=itemgetter(1))
            message = f"the personal value {token[:12]} of row {seq} is gone, and nothing says that it was erased"
            return self._finding(seq, "personal", message)
        return None

    # --- what was derived ---

    def _of_derived(self) -> Finding | None:
        """Whether what other tables say of the case is what its journal does."""
        salt = salt_of(self._head.salt) if self._head is not None else None
        found = self._derived.difference(salt or b"", self._personal, closed=self._closed)
        return self._finding(found[0], "derived", found[1]) if found is not None else None


def _with_next(rows: Iterator[JournalRow]) -> Iterator[tuple[JournalRow, JournalRow | None]]:
    """Each row and the one after it."""
    row = next(rows, None)
    while row is not None:
        following = next(rows, None)
        yield row, following
        row = following


def _number_before(row: JournalRow) -> int | None:
    """The number that a row had when it was hashed, where that is another one."""
    for distance in range(1, FARTHEST + 1):
        for seq in (row.seq + distance, row.seq - distance):
            if seq > 0 and hash_of(row._replace(seq=seq)) == row.hash:
                return seq
    return None
