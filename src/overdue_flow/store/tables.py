"""The tables of a store in a database, the same on SQLite and PostgreSQL.

Text is compared by its bytes everywhere, so that ids sort alike. Days are ISO dates; instants are UTC with
microseconds, `2026-03-02T09:00:00.000000Z`: both sort as text. Effects and events are JSON.

The journal, its roots and the looks at personal data are append-only: triggers refuse to update, delete or truncate.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, MetaData, PrimaryKeyConstraint, Table, Text, text

PREFIX = "overdue_"
SCHEMA_VERSION = 2

STORE = MetaData()
"""Every table of a store."""

KEY = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that is sorted and compared by its bytes."""


def _table(name: str, *parts: Any, **options: Any) -> Table:
    return Table(PREFIX + name, STORE, *parts, **options)


def _text(name: str, *more: Any, null: bool = False, **options: Any) -> Column[Any]:
    return Column(name, KEY, *more, nullable=null, **options)


def _number(name: str, **options: Any) -> Column[Any]:
    return Column(name, BigInteger, nullable=False, **options)


def _where(condition: str) -> dict[str, Any]:
    """An index of some rows only. A query that wants it says the condition in the same words."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


META = _table("meta", _text("name", primary_key=True), _text("value"))
"""What the database is: `schema_version`."""

CASES = _table(
    "cases",
    _text("case_id", primary_key=True),
    _text("person_id"),
    _number("seq"),
    _text("head_hash"),
    _text("salt"),
    _text("opened_on"),
    _text("day"),
    _text("wake_on", null=True),
    _text("looked_with", null=True),
    _text("stage"),
    _text("policy"),
    _text("version"),
)
"""One row a case: where its journal ends (`seq`, `head_hash`), the day of its last turn, the next one to look at it and
which versions were known then; for queries of people the stage and the policy. `salt` (hex) is what its personal values
are hashed with; empty when they were erased."""
Index("overdue_cases_by_wake", CASES.c.wake_on, CASES.c.case_id, **_where("wake_on IS NOT NULL"))
Index("overdue_cases_by_look", CASES.c.looked_with, CASES.c.case_id, **_where("looked_with IS NOT NULL"))
Index("overdue_cases_by_person", CASES.c.person_id)

JOURNAL = _table(
    "journal",
    _text("case_id"),
    _number("seq"),
    _text("day"),
    _text("at"),
    _text("recorded_at"),
    _text("kind"),
    _text("event_id", null=True),
    _text("body"),
    _text("results"),
    _text("policy"),
    _text("version"),
    _text("law_version"),
    _text("rules"),
    _text("prev_hash"),
    _text("hash"),
    PrimaryKeyConstraint("case_id", "seq"),
)
"""One row an entry (`rows.JournalRow`). Its key is the lock: a turn that was overtaken finds its number taken."""
Index("overdue_journal_by_event", JOURNAL.c.event_id, JOURNAL.c.case_id, unique=True, **_where("event_id IS NOT NULL"))
Index("overdue_journal_by_kind", JOURNAL.c.kind, JOURNAL.c.day)

RULES = _table(
    "rules",
    _text("rule"),
    _text("day"),
    _text("case_id"),
    _number("seq"),
    PrimaryKeyConstraint("rule", "day", "case_id", "seq"),
    sqlite_with_rowid=False,
)
"""Which rows of the journal name a rule, for whoever searches: what their `rules` say, apart."""

PERSONAL = _table(
    "personal", _text("case_id"), _text("digest"), _text("value"), PrimaryKeyConstraint("case_id", "digest")
)
"""Personal values, by the hashes that stand for them in the journal. Erasing is deleting here."""

OUTBOX = _table(
    "outbox",
    _text("effect_id", primary_key=True),
    _text("case_id", ForeignKey(CASES.c.case_id)),
    _text("person_id"),
    _text("action"),
    _text("status"),
    _text("due_at"),
    _text("ready_at"),
    _number("tries"),
    _number("parked"),
    _text("error"),
    _text("worker"),
    _text("effect"),
)
"""Effects that have not gone out. A claim is a `worker` and a `ready_at` that is the end of the lease."""
MAY_GO_OUT = "status = 'pending' AND parked = 0"
Index("overdue_outbox_ready", OUTBOX.c.ready_at, OUTBOX.c.effect_id, **_where(MAY_GO_OUT))
Index("overdue_outbox_ready_by_action", OUTBOX.c.action, OUTBOX.c.ready_at, OUTBOX.c.effect_id, **_where(MAY_GO_OUT))
Index("overdue_outbox_by_person", OUTBOX.c.person_id, OUTBOX.c.due_at, OUTBOX.c.effect_id)
Index("overdue_outbox_by_due", OUTBOX.c.due_at, OUTBOX.c.effect_id)
Index("overdue_outbox_parked", OUTBOX.c.due_at, OUTBOX.c.effect_id, **_where("parked = 1"))

TASKS = _table(
    "tasks",
    _text("effect_id", primary_key=True),
    _text("case_id", ForeignKey(CASES.c.case_id)),
    _text("role"),
    _text("deadline_on"),
    _text("effect"),
)
"""Tasks that people have not completed. One without a deadline has `derived.NO_DEADLINE`, which sorts last."""
Index("overdue_tasks_by_deadline", TASKS.c.deadline_on, TASKS.c.effect_id)
Index("overdue_tasks_by_role", TASKS.c.role, TASKS.c.deadline_on, TASKS.c.effect_id)

CONTACTS = _table(
    "contacts",
    _text("person_id"),
    _text("case_id", ForeignKey(CASES.c.case_id)),
    _text("key"),
    _number("reserved"),
    _number("wish"),
    _text("at"),
    _text("event"),
    PrimaryKeyConstraint("person_id", "case_id", "key", "reserved"),
    sqlite_with_rowid=False,  # a person's lines stand together
)
"""The lines of persons' contacts over all of their loans; `wish` marks consents and opt-outs, which do not age."""
Index("overdue_contacts_by_instant", CONTACTS.c.person_id, CONTACTS.c.wish, CONTACTS.c.at)

PERSONS = _table("persons", _text("person_id", primary_key=True))
"""Rows to lock: whoever counts and reserves a person's contacts holds theirs."""

SWITCHES = _table("switches", _text("name", primary_key=True), _text("since"), _text("stopped_by"), _text("reason"))
"""What is stopped now."""

POLICIES = _table(
    "policies",
    _text("policy"),
    _text("version"),
    _text("digest"),
    _text("since"),
    PrimaryKeyConstraint("policy", "version"),
)
"""Which text each version of a policy has that has decided something (`protocol.PolicyText`)."""

ROOTS = _table(
    "roots", _number("number", primary_key=True), _text("at"), _number("cases"), _text("hash"), _text("prev_hash")
)
"""Hashes over the heads of all cases, each chained to the one before (`records.Root`)."""

LOOKS = _table(
    "looks",
    _number("number", primary_key=True, autoincrement=False),
    _text("at"),
    _text("case_id"),
    _text("role"),
    _text("what"),
    _text("saw"),
    _number("own"),
    _text("who"),
    _text("why"),
    _text("prev_hash"),
    _text("hash"),
)
"""Who looked at the personal data of which case, each chained to the one before (`looks.LookRow`); `who` and `why` are
hashes of what `LOOKS_SAID` has."""
Index("overdue_looks_by_case", LOOKS.c.case_id, LOOKS.c.number)
Index("overdue_looks_by_instant", LOOKS.c.at, LOOKS.c.number)

LOOKS_SAID = _table(
    "looks_said",
    _number("number"),
    _text("field"),
    _text("case_id"),
    _number("goes_with_case"),
    _text("salt"),
    _text("value"),
    PrimaryKeyConstraint("number", "field"),
)
"""Who looked and why, as JSON (`looks.LookSaid`). Erasing is deleting here."""
Index("overdue_looks_said_by_case", LOOKS_SAID.c.case_id)

LOOKS_END = _table("looks_end", _text("name", primary_key=True), _number("number"), _text("hash"))
"""Where the chain of looks ends, in its one row: whoever notes a look holds it."""


# --- append-only ---

APPEND_ONLY = (JOURNAL, ROOTS, LOOKS)
"""What nobody changes, not even by mistake."""

ROW_IS_THERE = "this row is written already"
"""What SQLite's triggers say where a row would take the place of another."""

_TAKES_A_PLACE = {
    JOURNAL.name: ("case_id = NEW.case_id AND seq = NEW.seq", "event_id = NEW.event_id AND case_id = NEW.case_id"),
    ROOTS.name: ("number = NEW.number",),
    LOOKS.name: ("number = NEW.number",),
}


def guards(dialect: str, tables: Sequence[Table] = APPEND_ONLY) -> list[str]:
    """The statements that make the triggers of tables that are append-only, for a kind of database."""
    make = _in_sqlite if dialect == "sqlite" else _in_postgresql
    return [statement for table in tables for statement in make(table.name)]


def _in_sqlite(name: str) -> list[str]:
    """SQLite can also replace a row while inserting one; then it asks no trigger for deletes."""
    refused = f"SELECT RAISE(ABORT, '{name} is append-only');"
    there = " OR ".join(f"EXISTS (SELECT 1 FROM {name} WHERE {place})" for place in _TAKES_A_PLACE[name])
    taken = f"WHEN {there} BEGIN SELECT RAISE(ABORT, '{ROW_IS_THERE}'); END"
    return [
        f"CREATE TRIGGER {name}_no_update BEFORE UPDATE ON {name} BEGIN {refused} END",
        f"CREATE TRIGGER {name}_no_delete BEFORE DELETE ON {name} BEGIN {refused} END",
        f"CREATE TRIGGER {name}_no_replace BEFORE INSERT ON {name} {taken}",
    ]


def _in_postgresql(name: str) -> list[str]:
    trigger, body = guard_as_said(name)
    function = f"CREATE OR REPLACE FUNCTION {name}_append_only() RETURNS trigger"
    return [f"{function} LANGUAGE plpgsql AS $${body}$$", trigger]


def guard_as_said(name: str) -> tuple[str, str]:
    """The trigger that keeps a table append-only in PostgreSQL, in the words in which the database says it, and what
    its function does."""
    when = f"BEFORE DELETE OR UPDATE OR TRUNCATE ON {name} FOR EACH STATEMENT"
    return (
        f"CREATE TRIGGER {name}_append_only {when} EXECUTE FUNCTION {name}_append_only()",
        f"BEGIN RAISE EXCEPTION '{name} is append-only' USING ERRCODE = 'restrict_violation'; END",
    )
