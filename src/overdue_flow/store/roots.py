"""Roots: one hash over the heads of all cases, to be kept where nobody who writes the store can reach it.

A root file is JSON Lines: a first line that says what it is, one line a case with the number and hash of its last row,
by case id, and a last line with the root, which is SHA-256 over all bytes before it. The first line names the root
before, so that roots are a chain too; the store has them all in a table that is append-only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from overdue_flow.errors import JournalError
from overdue_flow.store.records import Records, Root, Seen
from overdue_flow.store.rows import recorded_text
from overdue_flow.store.written import as_json

FORMAT = "overdue_flow root"
VERSION = 1
LONGEST_LINE = 10_000
"""A line of a root file names one case; a longer one is no such line."""


def take_root(
    records: Records,
    at: datetime,
    write: Callable[[bytes], object],
    progress: Callable[[int], None] = lambda cases: None,
) -> Root:
    """Write the heads of all cases as they are in this reading. The root that comes out is to be added to the store's
    own (`Keeping.add_root`)."""
    earlier = records.roots()
    previous = earlier[-1].hash if earlier else ""
    number = earlier[-1].number + 1 if earlier else 1
    digest = sha256()

    def say(plain: Any) -> None:
        line = as_json(plain).encode() + b"\n"
        digest.update(line)
        write(line)

    instant = recorded_text(at)
    say({"format": FORMAT, "version": VERSION, "number": number, "at": instant, "previous": previous})
    cases = 0
    for head in records.heads():
        say([head.case_id, head.seq, head.hash])
        cases += 1
        if not cases % 1000:
            progress(cases)
    root = Root(number, instant, cases, digest.hexdigest(), previous)
    write(as_json({"cases": cases, "root": root.hash}).encode() + b"\n")
    return root


class RootFile:
    """A root file, checked to be what was written. JournalError, with the number of the line, where it is not; OSError
    where it cannot be read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.root = self._checked()

    def _checked(self) -> Root:
        """The root that the file ends with, over the very bytes before it."""
        digest = sha256()
        with self.path.open("rb") as file:
            first = self._first(file)
            digest.update(first)
            head = self._object(first, 1)
            cases, end = 0, b""
            for end in iter(lambda: file.readline(LONGEST_LINE), b""):
                if not end.startswith(b"["):
                    break
                digest.update(end)
                cases += 1
            else:
                raise self._error(cases + 2, "the file ends before its last line: it was cut off")
            last = self._object(end, cases + 2)
            if file.read(1):
                raise self._error(cases + 3, "something stands after the last line")
        if last.get("root") != digest.hexdigest() or last.get("cases") != cases:
            raise self._error(cases + 2, "the root is not that of the lines before it: the file was changed")
        said = [head.get(name) for name in ("number", "at", "previous")]
        if not isinstance(said[0], int) or not isinstance(said[1], str) or not isinstance(said[2], str):
            raise self._error(1, "this line says no `number`, `at` and `previous`")
        return Root(said[0], said[1], cases, digest.hexdigest(), said[2])

    def _first(self, file: BinaryIO) -> bytes:
        line = file.readline(LONGEST_LINE)
        head = self._object(line, 1)
        if head.get("format") != FORMAT:
            raise self._error(1, f'this is no root file; expected `"format": "{FORMAT}"`')
        if head.get("version") != VERSION:
            raise self._error(
                1, f"this is version {head.get('version')!r:.20} of the format; this release reads {VERSION}"
            )
        return line

    def seen(self) -> Iterator[Seen]:
        """The heads that the root was taken of, by case id."""
        with self.path.open("rb") as file:
            file.readline(LONGEST_LINE)
            before = None
            for number in range(2, self.root.cases + 2):
                line = file.readline(LONGEST_LINE)
                try:
                    case_id, seq, digest = json.loads(line)
                    seen = Seen(str(case_id), int(seq), str(digest))
                except (ValueError, TypeError, OverflowError, RecursionError):
                    raise self._error(number, 'expected a case such as `["L-01",12,"9f86..."]`') from None
                if before is not None and seen.case_id <= before:
                    raise self._error(number, "the cases are not in the order of their ids")
                before = seen.case_id
                yield seen

    def _object(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict) or not line.endswith(b"\n"):
            raise self._error(number, "this is no line of a root file")
        return found

    def _error(self, line: int, message: str) -> JournalError:
        return JournalError(f"{self.path}, line {line}: {message}")


def broken_roots(roots: Sequence[Root], known: Root | None = None) -> str:
    """What is wrong with the table of roots: one is gone, put in or changed, or does not know the root of a file. ""
    where nothing is."""
    previous = ""
    for number, root in enumerate(roots, 1):
        if root.number != number:
            return f"root {number} is gone from the store"
        if root.prev_hash != previous:
            return f"root {number} of the store does not follow the one before it: one of them was changed"
        previous = root.hash
    if known is None or known in roots:
        return ""
    if any(root.number == known.number for root in roots):
        return (
            f"root {known.number} of the store is another one than that of the file: it was changed, or is not its own"
        )
    return f"root {known.number} of {known.at} is gone from the store, or never was its own"
