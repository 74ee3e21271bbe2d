"""A store in a database: SQLite, embedded, or PostgreSQL, shared by several workers.

    store = SqlStore("sqlite:///loans.db")
    store = SqlStore("postgresql://lender@db/loans")

Each call is a transaction of its own. `transaction()` gives a store whose calls share one; `within(connection)` one
whose calls belong to the host's own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool

from overdue_flow.errors import KeysError, SchemaError, StoreBusy, StoreUnavailable
from overdue_flow.store import sql_keys, sql_schema
from overdue_flow.store.backup import Backup
from overdue_flow.store.keys import Keys
from overdue_flow.store.sealing import CLEAR, Keyed, Seal, seal_of
from overdue_flow.store.sql_backup import dump, restore
from overdue_flow.store.sql_calls import Calls, Settings
from overdue_flow.store.sql_engine import (
    any_text,
    begin,
    check_commits,
    check_dialect,
    check_engine,
    is_idle,
    open_engine,
)
from overdue_flow.store.sql_errors import Point, named, only_reads
from overdue_flow.store.sql_journal import Cases
from overdue_flow.store.sql_link import Link
from overdue_flow.store.sql_records import SqlKeeping, SqlRecords
from overdue_flow.store.sql_rotating import Rotated, finish, forget_pages, rotate
from overdue_flow.store.sql_turns import Pen

T = TypeVar("T")

TRIES = 3
"""So often a locked store is asked; each time it may keep us waiting for the `busy_timeout`."""


def _now() -> datetime:
    return datetime.now(UTC)


class SqlStore(Calls):
    """A store in the database that a URL names, or behind a host's engine. Threads may share it.

    A file of SQLite gets a write-ahead log, flushed at every commit; one that cannot be written is opened for reading.
    A host's engine is taken as it is, with what the host has set on its connections, and is never closed.

    An empty database gets its tables (`create=False`: SchemaError). `cached_cases` bounds how many cases are kept
    folded; `busy_timeout` is how long SQLite waits for others' locks at a time; `pool_size` how many connections stay
    open.
    `personal_facts` are the host's facts (of `FactsChanged` and `HostEvent`) that are personal and can be erased.
    `clock` says when a row is recorded.

    With `keys` what is personal is encrypted; from then on nobody opens the store without them. KeysError for keys that
    are not the store's, and where they are missing; but `closed` opens an encrypted store without its keys: journals
    can be verified, archived without personal values and backed up, and whatever needs a key raises KeysError.

    SchemaError for a database of another release, or one that is no store's; StoreUnavailable where there is none, or
    where a host's engine has transactions that nobody can roll back.
    """

    def __init__(
        self,
        database: str | URL | Engine,
        *,
        create: bool = True,
        cached_cases: int = 10_000,
        busy_timeout: timedelta = timedelta(seconds=5),
        pool_size: int = 10,
        personal_facts: Collection[str] = (),
        clock: Callable[[], datetime] = _now,
        keys: Keys | None = None,
        closed: bool = False,
    ) -> None:
        self.engine = _engine(database, busy_timeout, pool_size)
        self.dialect = self.engine.dialect.name
        self.url = self.engine.url
        self._is_hosts = self.engine is database
        self._settings = Settings(Cases(cached_cases), Pen(clock, frozenset(personal_facts)))
        try:
            self._check(create)
            self._settings = self._settings._replace(seal=self._sealed(keys, closed=closed))
        except BaseException:
            self.close()
            raise

    def _check(self, create: bool) -> None:
        version = self._read(lambda link: sql_schema.version_of(link.connection))
        if version is not None:
            sql_schema.check(version)
        elif not create:
            raise SchemaError("the database has no store; `create` makes one")
        else:
            self.create()

    def _sealed(self, keys: Keys | None, *, closed: bool) -> Seal:
        """How personal values stand in the store. One that was not encrypted with the current key is from now on,
        unless it can only be read."""
        said = self._read(sql_keys.said_of_keys)
        seal = seal_of(said, keys, closed=closed)
        if keys is None or sql_keys.is_known(said, keys):
            return seal
        try:
            self._in_writing(lambda link: sql_keys.make_known(link, keys))
        except StoreUnavailable as error:
            if not only_reads(error):
                raise
            return seal
        return seal_of(self._read(sql_keys.said_of_keys), keys, closed=closed)

    def create(self) -> bool:
        """Make the tables where there are none; whether there were none."""
        return self._in_writing(lambda link: sql_schema.create(link.connection))

    @staticmethod
    def upgrade(database: str | URL | Engine) -> tuple[int, int]:
        """Take a database to the schema of this release; its version before and after.

        SchemaError for a database without a store, or one of a newer release.
        """
        engine = _engine(database, timedelta(seconds=5), 1)
        try:
            with _transaction(engine, writing=True) as link, named():
                return sql_schema.upgrade(link.connection)
        finally:
            if engine is not database:
                engine.dispose()

    def known_keys(self) -> sql_keys.Known:
        """The names of the keys that the store is encrypted with, and whether anything may still stand in the clear."""
        return self._read(sql_keys.known)

    def rotate_keys(self, progress: Callable[[int], None] = lambda rows: None) -> Rotated:
        """Encrypt anew what stands in the clear or was encrypted with another key than the current one, while workers
        go on; broken off, it goes on where it was. `progress` is told how many rows are done.

        KeysError for a store without keys. Every worker needs the current key before this begins.
        """
        seal = self._settings.seal
        if not isinstance(seal, Keyed):
            raise KeysError("the store was opened without keys; there is nothing to encrypt with")
        done = rotate(self._read, self._write, seal, progress)
        if not done.left:
            if self.dialect == "sqlite" and not self._read(sql_keys.has_one_key):
                with named():
                    forget_pages(self.engine)
            self._write(lambda link: finish(link, seal))
        return done

    def back_up(self, write: Callable[[bytes], object], progress: Callable[[int], None] = lambda tables: None) -> None:
        """Write everything that the store holds, as it is at one instant, while workers go on (`store.backup`). What is
        encrypted stays so; keys are not in it."""
        with self.records() as records:
            dump(records.link, write, self._settings.pen.clock(), progress)

    @staticmethod
    def restore(
        database: str | URL | Engine, backup: Backup, progress: Callable[[int], None] = lambda tables: None
    ) -> None:
        """Put everything of a backup into an empty database, or one with an empty store: all of it, or nothing.

        SchemaError where there is something, or where the backup is of another release.
        """
        engine = _engine(database, timedelta(seconds=5), 1)
        try:
            with _transaction(engine, writing=True, snapshot=True) as link, named():
                restore(link, backup, progress)
        finally:
            if engine is not database:
                engine.dispose()

    @property
    def writes_side_by_side(self) -> bool:
        """Whether two connections may write at once. In SQLite the second waits until the first has committed; a host's
        engine may have no more than one."""
        pool = self.engine.pool
        is_alone = isinstance(pool, QueuePool) and (pool.size(), pool._max_overflow) == (1, 0)
        return self.dialect == "postgresql" and not is_alone

    def close(self) -> None:
        """Close the connections that are not in use; a host's engine is left alone. A later call opens new ones."""
        if not self._is_hosts:
            self.engine.dispose()

    # --- transactions ---

    @contextmanager
    def transaction(self) -> Iterator[Calls]:
        """A store whose every call belongs to one transaction: committed after the block, undone by an error."""
        with self._transaction(writing=True) as link:
            yield BoundStore(link.connection, self._settings)

    def within(self, connection: Connection) -> BoundStore:
        """A store whose every call belongs to the host's transaction on this connection.

        The host commits or rolls back. A turn that was overtaken leaves the transaction as it was before the call.
        StoreUnavailable for a connection in AUTOCOMMIT, which nobody can roll back.
        """
        with named():
            check_commits(connection)
        return BoundStore(connection, self._settings)

    def _read(self, do: Callable[[Link], T]) -> T:
        with self._transaction(writing=False) as link, named():
            return do(link)

    def _transaction(self, *, writing: bool, snapshot: bool = False) -> AbstractContextManager[Link]:
        return _transaction(self.engine, self._settings.seal, writing=writing, snapshot=snapshot)

    def _write(self, do: Callable[[Link], T]) -> T:
        def checked(link: Link) -> T:
            sql_keys.check_keys(link)
            return do(link)

        return self._in_writing(checked)

    def _in_writing(self, do: Callable[[Link], T]) -> T:
        for left in reversed(range(TRIES)):
            try:
                with self._transaction(writing=True) as link, named():
                    return do(link)
            except StoreBusy:
                if not left:
                    raise
        raise AssertionError("a last try returns or raises")

    @property
    def _locks(self) -> bool:
        return False

    # --- evidence ---

    @contextmanager
    def records(self) -> Iterator[SqlRecords]:
        """The records of the journal, in one consistent reading."""
        with self._transaction(writing=False, snapshot=True) as link, named(), any_text(link.connection):
            yield SqlRecords(link)

    @contextmanager
    def keeping(self) -> Iterator[SqlKeeping]:
        """The records, in a transaction that writes. What it erased is gone from the log of SQLite too, once nobody
        reads an earlier state."""
        with self._transaction(writing=True, snapshot=True) as link, named():
            sql_keys.check_keys(link)
            records = SqlKeeping(link, self._settings.pen.clock)
            yield records
        if records.has_erased and self.dialect == "sqlite":
            with named(), self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


class BoundStore(Calls):
    """A store bound to a connection that somebody else commits. One thread at a time."""

    def __init__(self, connection: Connection, settings: Settings) -> None:
        self._connection = connection
        self._settings = settings
        self._checked = False

    @contextmanager
    def transaction(self) -> Iterator[Calls]:
        """The same store; what the block did is undone by an error, and what was done before it stays (a savepoint)."""
        with _savepoint(self._connection):
            yield self

    def _read(self, do: Callable[[Link], T]) -> T:
        with named():
            _begin_if_idle(self._connection)
            return do(Link(self._connection, self._settings.seal))

    def _write(self, do: Callable[[Link], T]) -> T:
        with named(), _savepoint(self._connection):
            link = Link(self._connection, self._settings.seal)
            if not self._checked:
                sql_keys.check_keys(link)
                self._checked = True
            return do(link)

    @property
    def _locks(self) -> bool:
        return True


def _engine(database: str | URL | Engine, busy_timeout: timedelta, pool_size: int) -> Engine:
    if not isinstance(database, Engine):
        return open_engine(database, busy_timeout=busy_timeout, pool_size=pool_size)
    check_dialect(database.dialect.name)
    with named():
        check_engine(database)
    return database


@contextmanager
def _transaction(engine: Engine, seal: Seal = CLEAR, *, writing: bool, snapshot: bool = False) -> Iterator[Link]:
    """A connection in a transaction of its own; `snapshot`: it sees nothing of what is committed meanwhile.

    What only reads is committed as well: at a rollback the driver of PostgreSQL forgets the statements that it has
    prepared, and each would be planned anew. Without a `snapshot` each of its queries stands there by itself, as READ
    COMMITTED sees it anyway, and saves two ways to the server.
    """
    with named():
        connection = engine.connect()
    try:
        with named():
            if engine.dialect.name == "postgresql" and (snapshot or not writing):
                level = "REPEATABLE READ" if snapshot else "AUTOCOMMIT"
                connection = connection.execution_options(isolation_level=level)
            begin(connection, writing=writing)
        yield Link(connection, seal)
        with named(Point.AT_COMMIT) if writing else named():
            connection.commit()
    finally:
        connection.close()


@contextmanager
def _savepoint(connection: Connection) -> Iterator[None]:
    """A point to go back to inside a transaction."""
    _begin_if_idle(connection)
    savepoint = connection.begin_nested()
    try:
        yield
    except BaseException:
        with suppress(SQLAlchemyError):  # where the connection is lost, so is all that was done on it
            savepoint.rollback()
        raise
    savepoint.commit()


def _begin_if_idle(connection: Connection) -> None:
    """SQLite's driver begins no transaction at a read or a savepoint: the host's rollback would undo nothing."""
    if is_idle(connection):
        begin(connection, writing=True)
