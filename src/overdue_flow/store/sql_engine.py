"""Connections to SQLite and PostgreSQL, set up so that what was committed is there after a crash of the machine.

SQLite: write-ahead log, `synchronous = FULL` (the log is flushed at every commit; NORMAL is three times faster one by
one and no faster in batches, and may lose the last turns when the power fails), foreign keys on. Transactions that
write begin with `BEGIN IMMEDIATE`: two of them wait for each other at the door, never in the middle. A host's own
engine is taken as it is: the log would stay with its file, and foreign keys would bear on its own tables.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import SingletonThreadPool, StaticPool

from overdue_flow.errors import MissingExtra, SchemaError, StoreUnavailable
from overdue_flow.store.tables import CASES

INSTALL = 'pip install "overdue-flow[postgres]"'
DIALECTS = ("sqlite", "postgresql")
DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql+psycopg")
EXPECTED = "`sqlite:///loans.db` or `postgresql://...`"


def open_engine(url: str | URL, *, busy_timeout: timedelta, pool_size: int) -> Engine:
    """An engine for a database URL, whose errors say no value of a statement. SchemaError for a database that no store
    can be in; MissingExtra without a driver."""
    where = _read(url)
    if where.drivername in ("postgresql", "postgres"):
        where = where.set(drivername="postgresql+psycopg")
    _check_driver(where)
    if where.get_backend_name() == "sqlite":
        if where.database in (None, "", ":memory:") or where.query.get("mode") == "memory":
            raise SchemaError("a store in memory is `MemoryStore`; give SQLite a file: `sqlite:///loans.db`")
        where = to_be_read(where)
        engine = create_engine(
            where,
            pool_size=pool_size,
            max_overflow=-1,
            connect_args={"timeout": busy_timeout.total_seconds()},
            hide_parameters=True,
        )
        event.listen(engine, "connect", _set_up_reading if where.query.get("mode") == "ro" else set_up_sqlite)
        return engine
    try:
        engine = create_engine(
            where, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True, hide_parameters=True
        )
    except ImportError as error:
        raise MissingExtra(f"a store in PostgreSQL needs `{error.name}`; install it with: {INSTALL}") from None
    return engine


def _read(url: str | URL) -> URL:
    try:
        return make_url(url)
    except ArgumentError:
        raise SchemaError(f"this is no URL of a database; expected {EXPECTED}") from None


def _check_driver(where: URL) -> None:
    """SchemaError for a driver that the store does not speak: an asynchronous one, or another release's."""
    check_dialect(where.get_backend_name())
    if where.drivername not in DRIVERS:
        raise SchemaError(f"a store does not speak by `{where.drivername}`; expected {EXPECTED}")


def check_dialect(name: str) -> None:
    """SchemaError for a database that no store can be in."""
    if name not in DIALECTS:
        raise SchemaError(f"a store cannot be in `{name}`; expected {EXPECTED}")


def to_be_read(where: URL) -> URL:
    """How to open a file of SQLite: as it is, or for reading only where nothing can be written, as in an archive.

    SQLite keeps what was committed last in a file `-wal` beside its own, which it makes anew when it opens one for
    reading, too. Where it cannot, and there is none, it is told that nobody writes. StoreUnavailable where there is one
    that it cannot take in.
    """
    file = Path(where.database or "")
    if "uri" in where.query or not file.is_file() or (_may_write(file) and _may_write(file.parent)):
        return where
    query = {"mode": "ro", "uri": "true"}
    if _has_log(file) and not _may_write(file.parent):
        log, shared = (file.with_name(file.name + end) for end in ("-wal", "-shm"))
        if not log.exists() or (not shared.exists() and not log.stat().st_size):
            query["immutable"] = "1"
        elif not shared.exists():
            raise StoreUnavailable(
                f"what was committed last stands in `{log.name}`, which cannot be taken in where nothing can be"
                f" written; copy it and `{file.name}` to a folder of your own, and look there"
            )
    return where.set(database=f"file:{quote(str(file.absolute()))}").set(query={**where.query, **query})


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _has_log(file: Path) -> bool:
    """Whether a file of SQLite is kept with a write-ahead log: its 20th byte says so."""
    try:
        with file.open("rb") as opened:
            return opened.read(20)[19:] == b"\x02"
    except OSError as error:
        raise StoreUnavailable(f"its file cannot be read: {(error.strerror or str(error)).lower()}") from None


def _set_up_reading(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver begins no transactions of its own: `begin` does


def set_up_sqlite(connection: Any, _record: Any) -> None:
    """What SQLite forgets between connections; the write-ahead log stays with the file."""
    connection.isolation_level = None  # the driver begins no transactions of its own: `begin` does
    cursor = connection.cursor()
    try:
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA journal_mode = WAL")
    finally:
        cursor.close()


def is_idle(connection: Connection) -> bool:
    """Whether the driver of SQLite is in no transaction; that of PostgreSQL begins one in time by itself."""
    driver: Any = connection.connection.dbapi_connection
    return connection.dialect.name == "sqlite" and not driver.in_transaction


def check_engine(engine: Engine) -> None:
    """StoreUnavailable for a host's engine on which a transaction of the store's would not be one.

    SQLite is told where a transaction begins, however its connections are set up.
    """
    if engine.dialect.name == "sqlite":
        return
    if isinstance(engine.pool, StaticPool | SingletonThreadPool):
        raise StoreUnavailable(
            f"the engine shares a connection (`{type(engine.pool).__name__}`), so the store's transactions would end"
            " the host's own; give an engine with another pool"
        )
    with engine.connect() as connection:
        if _commits_by_itself(connection):
            raise StoreUnavailable(
                "the engine's connections are in AUTOCOMMIT, where half a turn would stay; give one that is not, such"
                ' as `engine.execution_options(isolation_level="READ COMMITTED")`'
            )


def check_commits(connection: Connection) -> None:
    """StoreUnavailable for a connection on which every statement is committed by itself."""
    if _commits_by_itself(connection):
        raise StoreUnavailable(
            "the connection is in AUTOCOMMIT, where nothing can be rolled back; begin a transaction on one that is not"
        )


def _commits_by_itself(connection: Connection) -> bool:
    by_default = getattr(connection.dialect, "_on_connect_isolation_level", None)
    level = connection.get_execution_options().get("isolation_level", by_default)
    driver: Any = connection.connection.dbapi_connection
    return level == "AUTOCOMMIT" or getattr(driver, "autocommit", False) is True


def begin(connection: Connection, *, writing: bool) -> None:
    """Begin a transaction on a connection.

    The driver of SQLite begins one by itself only at the first write, too late for what was read before it. So it is
    told, however the host has set it up.
    """
    if not connection.in_transaction():
        connection.begin()  # or what goes past SQLAlchemy, by COPY, would not be committed
    if is_idle(connection):
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
    elif writing and connection.dialect.name == "sqlite":
        # the host's own set-up began one without a lock; a write takes it now, even one that changes nothing
        connection.exec_driver_sql(f"DELETE FROM {CASES.name} WHERE 0")


@contextmanager
def any_text(connection: Connection) -> Iterator[None]:
    """Read text that is no UTF-8 as well, its wrong bytes as lone surrogates. SQLite takes any bytes for text, and its
    driver would stop at the first that are none; PostgreSQL refuses them when they are written."""
    driver: Any = connection.connection.dbapi_connection
    if connection.dialect.name != "sqlite":
        yield
        return
    before = driver.text_factory
    driver.text_factory = _any_text
    try:
        yield
    finally:
        driver.text_factory = before


def _any_text(said: bytes) -> str:
    return said.decode("utf-8", "surrogateescape")
