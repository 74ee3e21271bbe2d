"""Stores of every kind, empty: in memory, in SQLite and in PostgreSQL."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from overdue_flow import MemoryStore, SqlStore
from overdue_flow.store.protocol import Store
from overdue_flow.store.tables import META, STORE, guards
from support.postgres import fresh_database

KINDS = ("memory", "sqlite", "postgresql")
DATABASES = ("sqlite", "postgresql")


@contextmanager
def fresh_url(kind: str) -> Iterator[str]:
    """The URL of an empty database of a kind."""
    if kind == "postgresql":
        with fresh_database() as url:
            yield url
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder) / 'loans.db'}"


@contextmanager
def sql_store(kind: str, **options: Any) -> Iterator[SqlStore]:
    """A store in an empty database of a kind."""
    with fresh_url(kind) as url:
        store = SqlStore(url, **options)
        try:
            yield store
        finally:
            store.close()


@contextmanager
def any_store(kind: str) -> Iterator[Store]:
    """An empty store of a kind."""
    if kind == "memory":
        yield MemoryStore()
    else:
        with sql_store(kind) as store:
            yield store


def emptied(store: SqlStore) -> SqlStore:
    """The store, without all that is in it; the triggers that keep the journal are asleep meanwhile."""
    tables = [table.name for table in STORE.sorted_tables if table is not META]
    with store.engine.begin() as connection:
        if store.dialect == "postgresql":
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            connection.exec_driver_sql(f"TRUNCATE {', '.join(tables)}")
        else:
            for statement in _without_guards(tables):
                connection.exec_driver_sql(statement)
    return store


def _without_guards(tables: list[str]) -> list[str]:
    drops = [statement.split()[2] for statement in guards("sqlite")]
    return [
        *(f"DROP TRIGGER {name}" for name in drops),
        *(f"DELETE FROM {table}" for table in reversed(tables)),
        *guards("sqlite"),
    ]
