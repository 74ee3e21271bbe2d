"""Which tables a database has: made when it is empty, upgraded step by step, and refused when they are not ours.

A release knows one version of the schema. A change is a step in `STEPS`, with a new `SCHEMA_VERSION` in `tables.py`;
databases of an older version are refused until somebody runs `overdue-flow store upgrade`, since a step may take long.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, inspect, select, update

from overdue_flow.errors import OtherSchema, SchemaError
from overdue_flow.store.sql_guards import guard
from overdue_flow.store.tables import LOOKS, LOOKS_END, LOOKS_SAID, META, SCHEMA_VERSION, STORE

VERSION = "schema_version"

_ONE_AT_A_TIME = 7_206_881_190
"""The key of the lock that whoever makes or upgrades tables on PostgreSQL holds."""


class Step(NamedTuple):
    """What takes a database from the version before to `version`."""

    version: int
    run: Callable[[Connection], None]


def _tables_of_looks(connection: Connection) -> None:
    """Version 2 remembers who looked at personal data; before it nobody was."""
    STORE.create_all(connection, tables=[LOOKS, LOOKS_SAID, LOOKS_END])


STEPS: tuple[Step, ...] = (Step(2, _tables_of_looks),)
"""Every step since version 1, in order."""


def version_of(connection: Connection) -> int | None:
    """The version of the store's tables; None where the database has none of them.

    SchemaError where it has tables of our names that no store made, OtherSchema where the version is no number.
    """
    there = {table.name for table in STORE.sorted_tables} & set(inspect(connection).get_table_names())
    if META.name not in there:
        if there:
            raise SchemaError(f"the database has a table `{min(there)}` and no `{META.name}`: it is not a store's")
        return None
    said = connection.execute(select(META.c.value).where(META.c.name == VERSION)).scalar()
    if said is None or not said.isdecimal():
        raise OtherSchema(f"`{META.name}` says `{VERSION}` is `{said}`; expected a number")
    return int(said)


def check(version: int) -> None:
    """OtherSchema unless this release reads and writes tables of that version."""
    if version > SCHEMA_VERSION:
        raise OtherSchema(
            f"the store is of schema version {version}, which a newer release made; this one knows {SCHEMA_VERSION}"
        )
    if version < SCHEMA_VERSION:
        raise OtherSchema(
            f"the store is of schema version {version}, this release needs {SCHEMA_VERSION};"
            " make a copy, then run `overdue-flow store upgrade`"
        )


def create(connection: Connection) -> bool:
    """Make the tables where there are none, in a transaction that writes; whether there were none. Those that are
    append-only are guarded after it, whatever befell their triggers."""
    alone(connection)
    version = version_of(connection)
    if version is not None:
        if version == SCHEMA_VERSION:
            guard(connection)
        return False
    STORE.create_all(connection, checkfirst=False)
    guard(connection)
    connection.execute(META.insert().values(name=VERSION, value=str(SCHEMA_VERSION)))
    return True


def upgrade(connection: Connection, steps: Sequence[Step] = STEPS, *, known: int = SCHEMA_VERSION) -> tuple[int, int]:
    """Take the steps that a database has not taken yet, in a transaction that writes; its version before and after.

    SchemaError for a database without a store, OtherSchema for a version that only another release knows.
    """
    alone(connection)
    before = version_of(connection)
    if before is None:
        raise SchemaError("the database has no store to upgrade")
    if before > known:
        check(before)
    after = before
    for step in steps:
        if step.version == after + 1:
            step.run(connection)
            connection.execute(update(META).where(META.c.name == VERSION).values(value=str(step.version)))
            after = step.version
    if after != known:
        raise OtherSchema(f"no step leads from schema version {after} to {known}; use the release that made the store")
    guard(connection)
    return before, after


def alone(connection: Connection) -> None:
    """Others who want to make or upgrade tables wait. On SQLite whoever writes is alone."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})")
