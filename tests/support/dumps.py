"""Everything that a database holds, as bytes: what somebody sees who has a dump of it, or its files."""

from __future__ import annotations

from pathlib import Path

import psycopg

from overdue_flow.store.sql import SqlStore


def dump(store: SqlStore) -> bytes:
    """Every table with every column, of SQLite the files themselves as well."""
    return _of_sqlite(store) if store.dialect == "sqlite" else _of_postgresql(store)


def _of_sqlite(store: SqlStore) -> bytes:
    with store.engine.connect() as connection:
        names = [name for (name,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [repr(row) for name in names for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')]
    return "\n".join(rows).encode() + files(store)


def files(store: SqlStore) -> bytes:
    """The file of a store in SQLite, its log and whatever else stands beside it."""
    file = Path(str(store.url.database))
    return b"".join(one.read_bytes() for one in sorted(file.parent.glob(f"{file.name}*")))


def _of_postgresql(store: SqlStore) -> bytes:
    tables = (
        "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"
    )
    parts: list[bytes] = []
    uri = store.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(uri, autocommit=True) as connection:
        for (name,) in connection.execute(tables).fetchall():
            with connection.cursor().copy(f"COPY {name} TO STDOUT".encode()) as copy:
                parts += [bytes(part) for part in copy]
    return b"\n".join(parts)
