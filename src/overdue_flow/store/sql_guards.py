"""Whether the triggers that keep the journal and its roots append-only are there, and making them anew.

Whoever may change the tables of a database can drop its triggers, and some ways of moving a database leave them behind.
A trigger of the name that does something else, or only at times, is none: its whole text is compared.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from overdue_flow.store.tables import APPEND_ONLY, guard_as_said, guards

_OF_POSTGRESQL = """
SELECT pg_get_triggerdef(t.oid, true), p.prosrc FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_language l ON l.oid = p.prolang
WHERE c.oid = to_regclass(quote_ident(c.relname)) AND t.tgenabled IN ('O', 'A') AND NOT t.tgisinternal
  AND l.lanname = 'plpgsql'
"""
"""Triggers that are switched on, as the database says them: all that they do, and when."""


def unguarded(connection: Connection) -> Sequence[str]:
    """The append-only tables of which a trigger is missing, switched off, or another one."""
    if connection.dialect.name == "sqlite":
        query = "SELECT sql FROM sqlite_master WHERE type = 'trigger'"
        there = {said for (said,) in connection.exec_driver_sql(query)}
        return [table.name for table in APPEND_ONLY if not there.issuperset(guards("sqlite", (table,)))]
    said = {tuple(row) for row in connection.exec_driver_sql(_OF_POSTGRESQL)}
    return [table.name for table in APPEND_ONLY if guard_as_said(table.name) not in said]


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
