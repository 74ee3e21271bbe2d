"""Writing a backup from a database, and a database from a backup: table by table, rows as they are.

A backup of one kind of database is restored into the other as well: both hold the same text and the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, Table, delete, select
from sqlalchemy.exc import IntegrityError

from overdue_flow.errors import ConcurrentTurn, JournalError, KeysError, SchemaError
from overdue_flow.store import sql_schema
from overdue_flow.store.backup import Backup, Writer
from overdue_flow.store.sealing import KEY
from overdue_flow.store.sql_keys import said_of_keys
from overdue_flow.store.sql_link import ROWS_AT_ONCE, Into, Link
from overdue_flow.store.tables import CONTACTS, META, OUTBOX, PERSONS, PREFIX, RULES, SCHEMA_VERSION, STORE, TASKS

BACKED_UP = tuple(table for table in STORE.sorted_tables if table is not PERSONS)
"""Every table but that of locks; one that another refers to comes first."""

BY_CASE = (RULES, OUTBOX, TASKS, CONTACTS)
"""Tables whose key does not begin with the case."""


def dump(link: Link, write: Callable[[bytes], object], at: datetime, progress: Callable[[int], None]) -> str:
    """Write a backup, in one consistent reading; the hash of its tables."""
    writer = Writer(write, schema=SCHEMA_VERSION, at=at)
    for done, table in enumerate(BACKED_UP, 1):
        writer.table(_name(table), [column.name for column in table.columns], _rows(link.connection, table))
        progress(done)
    return writer.end()


def _name(table: Table) -> str:
    return table.name.removeprefix(PREFIX)


def _rows(connection: Connection, table: Table) -> Iterator[Any]:
    with connection.execute(_in_order(table), execution_options={"yield_per": ROWS_AT_ONCE}) as found:
        yield from found


def _in_order(table: Table) -> Select[Any]:
    """All rows, by case where cases are verified by them, then by their key."""
    by_case = [table.c.case_id] if table in BY_CASE else []
    query = select(table).order_by(*by_case, *table.primary_key.columns)
    return query.where(META.c.name != sql_schema.VERSION) if table is META else query


def restore(link: Link, backup: Backup, progress: Callable[[int], None]) -> None:
    """Everything of a backup, into a database without a store or with an empty one, in a transaction that writes.

    SchemaError for a backup of other tables, and for a store that is not empty; KeysError for a backup in the clear and
    a store that is encrypted; JournalError where the database does not hold in the end what the file says.
    """
    check_tables(backup)
    if not sql_schema.create(link.connection):
        _check_empty(link.connection)
        _check_stays_encrypted(link, backup)
    link.connection.execute(delete(META).where(META.c.name != sql_schema.VERSION))
    for done, table in enumerate(BACKED_UP, 1):
        _put(link, table, backup)
        progress(done)
    if dump(link, lambda line: None, datetime.fromisoformat(backup.at), lambda tables: None) != backup.digest:
        raise JournalError("the database does not hold what the backup says; nothing was restored")


def _put(link: Link, table: Table, backup: Backup) -> None:
    """The rows of a table. JournalError for rows that no store can have written."""
    into, left = Into(table), _shaped(table, backup)
    driver = link.connection.dialect.loaded_dbapi
    try:
        while some := list(islice(left, ROWS_AT_ONCE)):
            link.put(into, some)
    except (IntegrityError, driver.IntegrityError, ConcurrentTurn):
        raise JournalError(
            f"{backup.path}: the database does not take the rows of `{_name(table)}`: one stands there twice, or is of"
            " a loan that is not; nothing was restored"
        ) from None


def _shaped(table: Table, backup: Backup) -> Iterator[tuple[Any, ...]]:
    """The rows of a table in a backup, if each value is what its column holds."""
    columns = [(column.name, isinstance(column.type, BigInteger), bool(column.nullable)) for column in table.columns]
    for number, row in enumerate(backup.rows(_name(table)), backup.tables[_name(table)].line + 1):
        for value, (name, is_number, may_miss) in zip(row, columns, strict=True):
            if value is None:
                fits = may_miss
            else:
                fits = type(value) is int if is_number else isinstance(value, str) and "\x00" not in value
            if not fits:
                raise JournalError(
                    f"{backup.path}, line {number}: the `{name}` of a row of `{_name(table)}` is nothing that a store"
                    " has written; nothing was restored"
                )
        yield row


def _check_empty(connection: Connection) -> None:
    for table in BACKED_UP:
        if table is not META and connection.execute(select(table).limit(1)).first() is not None:
            raise SchemaError(
                f"the store is not empty (`{table.name}` has rows); a backup is restored into an empty one"
            )


def _check_stays_encrypted(link: Link, backup: Backup) -> None:
    """KeysError where a store that was made with keys would stand in the clear after it."""
    if said_of_keys(link) and not any(name.startswith(KEY) for name, _said in backup.rows(_name(META))):
        raise KeysError(
            "the store is encrypted, and the backup is in the clear; restore it into a new database, open that with"
            " keys, and run `overdue-flow store rotate-keys`"
        )


def check_tables(backup: Backup) -> None:
    """SchemaError for a backup of another release's tables; JournalError where it says it is of this one's, and a table
    is missing or another."""
    if backup.schema != SCHEMA_VERSION:
        raise SchemaError(
            f"the backup is of schema version {backup.schema}, this release has {SCHEMA_VERSION};"
            " restore it with the release that made it, then run `overdue-flow store upgrade`"
        )
    for table in BACKED_UP:
        found, wanted = backup.tables.get(_name(table)), tuple(column.name for column in table.columns)
        if found is None or found.columns != wanted:
            raise JournalError(f"{backup.path}: the table `{_name(table)}` is missing, or has other columns")
