"""What a database's errors mean to a caller: somebody was first, it is busy, it cannot be reached, it is not ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError, ResourceClosedError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from overdue_flow.errors import ConcurrentTurn, OverdueFlowError, SchemaError, StoreBusy, StoreUnavailable
from overdue_flow.store.tables import ROW_IS_THERE

_TAKEN_STATE = "23505"
"""PostgreSQL: unique violation."""

_TAKEN_NAMES = ("SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_UNIQUE")

_BUSY_STATES = {"40001", "40P01", "55P03"}
"""PostgreSQL: serialization failure, deadlock, lock not available."""

_AWAY_CLASSES = {"08", "53", "57", "58", "XX"}
"""PostgreSQL: connection, resources (disk full, too many connections), operator (shutdown), system, internal."""

_AWAY_STATES = {"25006", "42501"}
"""PostgreSQL: read-only transaction, insufficient privilege."""

_NO_TABLE_STATES = {"42P01", "42703", "3F000"}
"""PostgreSQL: undefined table, column or schema."""

_BUSY_NAMES = ("SQLITE_BUSY", "SQLITE_LOCKED")
_AWAY_NAMES = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_CORRUPT", "SQLITE_NOTADB")


class Point(Enum):
    """How far a transaction has come."""

    BEFORE_COMMIT = "nothing was recorded"
    AT_COMMIT = "whether it was recorded is not known: send the same again, a repeat changes nothing"


def only_reads(error: StoreUnavailable) -> bool:
    """Whether it was that the store may be read, and not written."""
    found = getattr(error.__cause__, "orig", None)
    state, name = getattr(found, "sqlstate", None), getattr(found, "sqlite_errorname", None)
    return state in _AWAY_STATES or (name or "").startswith("SQLITE_READONLY")


@contextmanager
def named(point: Point = Point.BEFORE_COMMIT) -> Iterator[None]:
    """Raise the database's errors under our names."""
    try:
        yield
    except DBAPIError as error:
        found = meaning(error.orig, point, lost=error.connection_invalidated)
        if found is None:
            raise
        raise found from error
    except PoolTimeout as error:
        raise StoreBusy(f"every connection to the store is in use; {Point.BEFORE_COMMIT.value}") from error
    except ResourceClosedError as error:
        raise StoreUnavailable(f"the connection to the store is closed; {Point.BEFORE_COMMIT.value}") from error


@contextmanager
def named_by(dialect: Dialect) -> Iterator[None]:
    """The same for errors that come from the driver itself."""
    driver = dialect.loaded_dbapi
    try:
        yield
    except driver.Error as error:
        found = meaning(error, Point.BEFORE_COMMIT)
        if found is None:
            raise
        raise found from error


def meaning(error: BaseException | None, point: Point, *, lost: bool = False) -> OverdueFlowError | None:
    """The error of ours that a driver's error is; None for one that only a bug can raise."""
    said = " ".join(str(error).split())[:300]
    kind = type(error).__name__
    state = getattr(error, "sqlstate", None) or ""
    name = getattr(error, "sqlite_errorname", None) or ""
    if state == _TAKEN_STATE or name in _TAKEN_NAMES or ROW_IS_THERE in said:
        return ConcurrentTurn(f"another turn was recorded first ({said}); decide again")
    if state in _BUSY_STATES or name.startswith(_BUSY_NAMES):
        return StoreBusy(f"the store is locked ({said}); {Point.BEFORE_COMMIT.value}")
    if state in _NO_TABLE_STATES or "no such table" in said:
        return SchemaError(f"the database has no tables of a store ({said}); `create` makes them")
    never_answered = not state and not name and kind in ("OperationalError", "InterfaceError")
    away = state in _AWAY_STATES or state[:2] in _AWAY_CLASSES or name.startswith(_AWAY_NAMES)
    if lost or away or never_answered:
        return StoreUnavailable(f"the store cannot be reached or written ({said}); {point.value}")
    return None
