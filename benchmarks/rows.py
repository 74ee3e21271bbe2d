"""The rows that a flow wrote, to be written again by others: the same work without a decision."""

from __future__ import annotations

from typing import Any, TypeAlias

from sqlalchemy import Connection, Engine, Table, insert, select

from overdue_flow.store.tables import CASES, CONTACTS, JOURNAL, OUTBOX, PERSONAL, RULES, TASKS

Row: TypeAlias = dict[str, Any]
Rows: TypeAlias = dict[str, list[Row]]
"""Rows by the name of their table."""

WRITTEN: tuple[Table, ...] = (CASES, JOURNAL, RULES, PERSONAL, OUTBOX, TASKS, CONTACTS)
"""The tables that turns write to, in an order in which rows may be inserted."""


def rows_in(engine: Engine) -> Rows:
    """All rows of the tables that turns write to."""
    with engine.connect() as connection:
        return {table.name: [dict(row) for row in connection.execute(select(table)).mappings()] for table in WRITTEN}


def later(before: Rows, after: Rows) -> Rows:
    """The rows of `after` that `before` does not have as they are."""
    known = {name: {tuple(row.values()) for row in rows} for name, rows in before.items()}
    return {name: [row for row in rows if tuple(row.values()) not in known[name]] for name, rows in after.items()}


def in_parts(rows: Rows, count: int) -> list[Rows]:
    """The rows in so many parts, each with its share of every table."""
    return [{name: some[part::count] for name, some in rows.items()} for part in range(count)]


def counted(rows: Rows) -> int:
    """How many rows there are."""
    return sum(map(len, rows.values()))


def by_core(connection: Connection, rows: Rows) -> None:
    """SQLAlchemy Core's `executemany`, table by table."""
    for table in WRITTEN:
        if rows[table.name]:
            connection.execute(insert(table), rows[table.name])


def by_driver(cursor: Any, rows: Rows, mark: str) -> None:
    """The driver's own `executemany`, table by table; `mark` is how it marks a parameter."""
    for name, some in rows.items():
        if some:
            columns, marks = ", ".join(some[0]), ", ".join(mark for _ in some[0])
            cursor.executemany(
                f"INSERT INTO {name} ({columns}) VALUES ({marks})",  # names of our own tables
                [tuple(row.values()) for row in some],
            )


def by_copy(cursor: Any, rows: Rows) -> None:
    """PostgreSQL's `COPY`, table by table."""
    for name, some in rows.items():
        if some:
            with cursor.copy(f"COPY {name} ({', '.join(some[0])}) FROM STDIN") as copy:
                for row in some:
                    copy.write_row(tuple(row.values()))
