"""A store in a file whose tables are changed behind its back, and put back as they were."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from overdue_flow.store.evidence import Verified, verify
from overdue_flow.store.roots import RootFile, take_root
from overdue_flow.store.rows import JournalRow
from overdue_flow.store.sql import SqlStore
from support.journals import example_journals, record

LOANS = {"L-01": 7, "L-03": 19, "L-05": 1}
"""The loans, and how many rows each has."""

TABLES = ("journal", "cases", "personal", "roots", "rules", "outbox", "tasks", "contacts")
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
NOTED = datetime(2026, 1, 1, tzinfo=UTC)


class Ledger:
    """A store in a file, and a way into the file that the store does not know."""

    def __init__(self, file: Path) -> None:
        self.store = SqlStore(f"sqlite:///{file}", clock=lambda: NOTED)
        record(self.store, {loan: example_journals()[loan][:rows] for loan, rows in LOANS.items()})
        self._raw = sqlite3.connect(file, isolation_level=None)
        self.run("PRAGMA synchronous = OFF")
        triggers = self._raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        assert triggers, "there is something to drop"
        for (name,) in triggers:
            self.run(f'DROP TRIGGER "{name}"')

    def run(self, statement: str, *values: Any) -> list[Any]:
        return self._raw.execute(statement, values).fetchall()

    def rows(self, loan: str) -> list[JournalRow]:
        columns = ", ".join(f'"{name}"' for name in JournalRow._fields)
        found = self.run(f"SELECT {columns} FROM overdue_journal WHERE case_id = ? ORDER BY seq", loan)
        return [JournalRow(*row) for row in found]

    def put(self, row: JournalRow) -> None:
        columns = ", ".join(f'"{name}"' for name in row._fields)
        self.run(f"INSERT INTO overdue_journal ({columns}) VALUES ({', '.join('?' * len(row))})", *row)

    def remove(self, loan: str, seq: int) -> None:
        self.run("DELETE FROM overdue_journal WHERE case_id = ? AND seq = ?", loan, seq)

    def write(self, loan: str, rows: list[JournalRow]) -> None:
        """The journal of a loan is another one."""
        self.run("DELETE FROM overdue_journal WHERE case_id = ?", loan)
        for row in rows:
            self.put(row)

    def head(self, loan: str, row: JournalRow) -> None:
        """The table of cases agrees with it."""
        self.run("UPDATE overdue_cases SET seq = ?, head_hash = ? WHERE case_id = ?", row.seq, row.hash, loan)

    @contextmanager
    def tampered(self) -> Iterator[None]:
        """What is done inside the block is undone after it."""
        was = {table: self.run(f"SELECT * FROM overdue_{table}") for table in TABLES}
        yield
        self.run("BEGIN")
        for table, rows in was.items():
            self.run(f"DELETE FROM overdue_{table}")
            for row in rows:
                self.run(f"INSERT INTO overdue_{table} VALUES ({', '.join('?' * len(row))})", *row)
        self.run("COMMIT")

    def verified(self, root: RootFile | None = None) -> Verified:
        with self.store.records() as records:
            return verify(records, root.seen() if root is not None else ())

    def finding(self, root: RootFile | None = None) -> tuple[str, int | None, str] | None:
        """The one thing that is wrong."""
        found = self.verified(root)
        assert found.found == len(found.findings) <= 1
        return found.findings[0][:3] if found.findings else None

    def root(self, file: Path) -> RootFile:
        with file.open("wb") as out, self.store.records() as records:
            taken = take_root(records, NOON, out.write)
        with self.store.keeping() as keeping:
            keeping.add_root(taken)
        return RootFile(file)

    def close(self) -> None:
        self.store.close()
        self._raw.close()
