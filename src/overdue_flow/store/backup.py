"""Backups: everything that a store holds, in one file, as its tables have it.

JSON Lines: a first line says what the file is; then each table, in a line that names it and its columns, followed by
its rows, an array each; a last line counts the rows of every table and has the SHA-256 of all bytes before it. The rows
of a table come in the order of their case and key.

Rows stand in the file as they stand in the database. So what is encrypted there is encrypted here, the keys are not in
it, and making one needs none; and what was decided, whether it was delivered, and when a loan is looked at next are as
they were. Locks are left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from overdue_flow.errors import JournalError, shown
from overdue_flow.store.archive import LONGEST_LINE
from overdue_flow.store.rows import recorded_text
from overdue_flow.store.written import as_json

FORMAT = "overdue_flow backup"
VERSION = 1


class Writer:
    """A backup as it is written; `write` is that of a file opened for bytes."""

    def __init__(self, write: Callable[[bytes], object], *, schema: int, at: datetime) -> None:
        self._write = write
        self._all, self._tables = sha256(), sha256()
        self._rows: dict[str, int] = {}
        head = {"format": FORMAT, "version": VERSION, "schema": schema, "at": recorded_text(at)}
        self._all.update(self._line(head))

    def table(self, name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """The next table, with all its rows. JournalError for one that no text can hold."""
        self._put({"table": name, "columns": columns})
        self._rows[name] = 0
        for row in rows:
            self._rows[name] += 1
            try:
                self._put(list(row))
            except ValueError:
                raise JournalError(
                    f"row {self._rows[name]} of the table `{name}` is no text; `overdue-flow journal verify` says more"
                ) from None

    def end(self) -> str:
        """The last line; the hash of all tables."""
        self._line({"end": {"rows": self._rows, "sha256": self._all.hexdigest()}})
        return self._tables.hexdigest()

    def _put(self, plain: Any) -> None:
        line = self._line(plain)
        self._all.update(line)
        self._tables.update(line)

    def _line(self, plain: Any) -> bytes:
        line = as_json(plain).encode() + b"\n"
        self._write(line)
        return line


class Table(NamedTuple):
    """A table of a backup: its columns, how many rows it has, and where in the file they begin: the byte, the line."""

    columns: tuple[str, ...]
    rows: int
    begins_at: int
    line: int


class Backup:
    """A backup, checked to be the file that was written. JournalError, with the number of the line, where it is not;
    OSError where it cannot be read.

    `schema` is the version of the tables, `at` when it was made, `digest` the hash of all tables.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as file:
            self._check(file)

    def _check(self, file: BinaryIO) -> None:
        first = file.readline(LONGEST_LINE)
        head = self._object(first, 1)
        self._check_head(head)
        self.schema, self.at = int(head["schema"]), str(head["at"])
        found: dict[str, Table] = {}
        name, number, everything, tables = "", 1, sha256(first), sha256()
        for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), b""), 2):
            if line.startswith(b"["):
                if not name:
                    raise self._error(number, "this row is of no table")
                found[name] = found[name]._replace(rows=found[name].rows + 1)
            else:
                said = self._object(line, number)
                if "end" in said:
                    self._check_end(file, said["end"], found, everything.hexdigest(), number)
                    self.tables: Mapping[str, Table] = found
                    self.digest = tables.hexdigest()
                    return
                name = self._named(said, number)
                found[name] = Table(tuple(said["columns"]), 0, file.tell(), number)
            everything.update(line)
            tables.update(line)
        raise self._error(number + 1, "the file ends before its last line: it was cut off")

    def _check_head(self, head: Mapping[str, Any]) -> None:
        if head.get("format") != FORMAT:
            raise self._error(1, f'this is no backup of a store; expected `"format": "{FORMAT}"`')
        if head.get("version") != VERSION:
            said = shown(head.get("version"), 20)
            raise self._error(1, f"this is version {said} of the format; this release reads version {VERSION}")
        if type(head.get("schema")) is not int or not isinstance(head.get("at"), str):
            raise self._error(1, "this line says no `schema` and `at`")

    def _named(self, said: Mapping[str, Any], number: int) -> str:
        name, columns = said.get("table"), said.get("columns")
        if not (isinstance(columns, list) and all(isinstance(one, str) for one in (name, *columns))):
            raise self._error(number, "expected a table and its columns")
        return str(name)

    def _check_end(self, file: BinaryIO, end: Any, found: Mapping[str, Table], digest: str, number: int) -> None:
        if not isinstance(end, dict) or end.get("sha256") != digest:
            raise self._error(number, "the hash is not that of the lines before it: the file was changed or damaged")
        if end.get("rows") != {name: table.rows for name, table in found.items()}:
            raise self._error(number, "the tables have other numbers of rows than it says")
        if file.read(1):
            raise self._error(number + 1, "something stands after the last line")

    def rows(self, name: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a table."""
        table = self.tables[name]
        with self.path.open("rb") as file:
            file.seek(table.begins_at)
            for number in range(table.line + 1, table.line + table.rows + 1):
                try:
                    row = json.loads(file.readline(LONGEST_LINE))
                except (ValueError, RecursionError):
                    raise self._error(number, f"this is no row of `{name}`") from None
                if len(row) != len(table.columns):
                    raise self._error(number, f"a row of `{name}` has {len(table.columns)} values, this one {len(row)}")
                yield tuple(row)

    def _object(self, line: bytes, number: int) -> dict[str, Any]:
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict) or not line.endswith(b"\n"):
            raise self._error(number, "this is no line of a backup: it was damaged, or cut off")
        return found

    def _error(self, line: int, message: str) -> JournalError:
        return JournalError(f"{self.path}, line {line}: {message}")
