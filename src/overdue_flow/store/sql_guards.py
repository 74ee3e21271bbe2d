"""Whether the triggers that keep the journal and its roots append-only are there, and making them anew.

Whoever may change the tables of a database can drop its triggers, and some ways of moving a database leave them behind.
A trigger of the name that does something else is none.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from overdue_flow.store.tables import APPEND_ONLY, guards

_OF_POSTGRESQL = """
SELECT c.relname || ' ' || t.tgname FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE c.oid = to_regclass(c.relname) AND t.tgenabled IN ('O', 'A') AND p.prosrc LIKE '%is append-only%'
"""


def unguarded(connection: Connection) -> Sequence[str]:
    """The append-only tables of which a trigger is missing, switched off, or another one."""
    if connection.dialect.name == "sqlite":
        query = "SELECT sql FROM sqlite_master WHERE type = 'trigger'"
        there = {said for (said,) in connection.exec_driver_sql(query)}
        return [table.name for table in APPEND_ONLY if not there.issuperset(guards("sqlite", (table,)))]
    names = {said for (said,) in connection.exec_driver_sql(_OF_POSTGRESQL.replace("%", "%%"))}
    return [table.name for table in APPEND_ONLY if f"{table.name} {table.name}_append_only" not in names]


def guard(connection: Connection) -> None:
    """Make the triggers of tables that have lost one, in a transaction that writes."""
    dialect = connection.dialect.name
    lost = set(unguarded(connection))
    for table in APPEND_ONLY:
        if table.name in lost:
            for name in ("no_update", "no_delete", "no_replace") if dialect == "sqlite" else ("append_only",):
                where = "" if dialect == "sqlite" else f" ON {table.name}"
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table.name}_{name}{where}")
            for statement in guards(dialect, (table,)):
                connection.exec_driver_sql(statement)
