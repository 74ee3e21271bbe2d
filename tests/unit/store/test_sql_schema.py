"""Which tables a store's database has: made when it is empty, upgraded step by step, refused when they are not ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, Engine, inspect

from overdue_flow import SqlStore
from overdue_flow.errors import SchemaError
from overdue_flow.store import sql_schema
from overdue_flow.store.looks import Look
from overdue_flow.store.sql_engine import begin
from overdue_flow.store.sql_schema import Step
from overdue_flow.store.tables import SCHEMA_VERSION, STORE
from overdue_flow.testing.turns import opening
from support.postgres import fresh_database
from support.stores import DATABASES, fresh_url

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    with fresh_url(request.param) as found:
        yield found


def tell(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def with_version(url: str, said: str) -> None:
    """A store whose tables say that they are of a version."""
    store = SqlStore(url)
    tell(store.engine, f"UPDATE overdue_meta SET value = '{said}' WHERE name = 'schema_version'")
    store.close()


def test_an_empty_database_gets_its_tables_and_is_opened_again(url: str) -> None:
    first = SqlStore(url)
    first.commit([opening("a")])
    assert set(inspect(first.engine).get_table_names()) == {table.name for table in STORE.sorted_tables}
    assert first.create() is False
    first.close()
    second = SqlStore(url, create=False)
    assert list(second.case_ids()) == ["a"]
    second.close()


def test_a_database_without_a_store_is_not_given_one_against_the_hosts_will(url: str) -> None:
    with pytest.raises(SchemaError, match="the database has no store; `create` makes one"):
        SqlStore(url, create=False)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("99", f"the store is of schema version 99, which a newer release made; this one knows {SCHEMA_VERSION}"),
        ("0", f"the store is of schema version 0, this release needs {SCHEMA_VERSION}; make a copy, then run `overdue"),
        ("x", "`overdue_meta` says `schema_version` is `x`; expected a number"),
    ],
)
def test_a_store_of_another_release_is_refused(url: str, said: str, why: str) -> None:
    with_version(url, said)
    with pytest.raises(SchemaError) as refused:
        SqlStore(url)
    assert str(refused.value).startswith(why)


def test_tables_of_our_names_that_no_store_made_are_refused(url: str) -> None:
    store = SqlStore(url)
    tell(store.engine, "DROP TABLE overdue_meta")
    store.close()
    with pytest.raises(SchemaError, match="the database has a table `overdue_cases` and no `overdue_meta`"):
        SqlStore(url)


def test_a_hosts_own_tables_are_no_hindrance(url: str) -> None:
    first = SqlStore(url)
    tell(first.engine, "CREATE TABLE cases (id INTEGER)")
    first.close()
    SqlStore(url).close()


# --- upgrades ---


def _adds_a_column(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE overdue_cases ADD COLUMN branch TEXT NOT NULL DEFAULT ''")


def _fails(connection: Connection) -> None:
    _adds_a_column(connection)
    raise RuntimeError("no such luck")


NEXT, LAST = SCHEMA_VERSION + 1, SCHEMA_VERSION + 2
STEPS = (Step(NEXT, _adds_a_column), Step(LAST, lambda connection: None))


def upgrade(engine: Engine, *steps: Step, known: int = LAST) -> tuple[int, int]:
    with engine.connect() as connection:
        begin(connection, writing=True)
        done = sql_schema.upgrade(connection, steps, known=known)
        connection.commit()
        return done


def test_an_upgrade_takes_the_steps_that_are_left(url: str) -> None:
    store = SqlStore(url)
    store.commit([opening("a")])
    assert upgrade(store.engine, *STEPS[:1], known=NEXT) == (SCHEMA_VERSION, NEXT)
    assert "branch" in {column["name"] for column in inspect(store.engine).get_columns("overdue_cases")}
    assert upgrade(store.engine, *STEPS) == (NEXT, LAST)
    assert upgrade(store.engine, *STEPS) == (LAST, LAST)
    assert list(store.case_ids()) == ["a"]
    store.close()


def test_a_version_from_which_no_step_leads_on_is_not_called_upgraded(url: str) -> None:
    with_version(url, "0")
    with pytest.raises(SchemaError, match=f"no step leads from schema version 0 to {SCHEMA_VERSION}"):
        SqlStore.upgrade(url)


@pytest.mark.parametrize("named", ["nonsense", "mysql://x", "postgresql+psycopg2://x/y", "sqlite+aiosqlite:///x.db"])
def test_what_names_no_database_of_a_store_says_what_would(named: str) -> None:
    with pytest.raises(SchemaError, match=r"expected `sqlite:///loans\.db` or `postgresql://"):
        SqlStore(named)


def test_a_step_that_fails_leaves_the_store_as_it_was(url: str) -> None:
    store = SqlStore(url)
    with pytest.raises(RuntimeError):
        upgrade(store.engine, Step(NEXT, _fails), known=NEXT)
    assert "branch" not in {column["name"] for column in inspect(store.engine).get_columns("overdue_cases")}
    store.close()
    SqlStore(url).close()


def test_the_release_brings_a_store_to_its_own_version(url: str) -> None:
    SqlStore(url).close()
    assert SqlStore.upgrade(url) == (SCHEMA_VERSION, SCHEMA_VERSION)
    with_version(url, "99")
    with pytest.raises(SchemaError, match="which a newer release made"):
        SqlStore.upgrade(url)


def test_a_store_of_before_looks_were_remembered_is_given_their_tables(url: str) -> None:
    store = SqlStore(url)
    store.commit([opening("a")])
    tell(store.engine, *(f"DROP TABLE overdue_looks{name}" for name in ("", "_said", "_end")))
    tell(store.engine, "UPDATE overdue_meta SET value = '1' WHERE name = 'schema_version'")
    store.close()
    assert SqlStore.upgrade(url) == (1, SCHEMA_VERSION)
    store = SqlStore(url)
    assert store.note_look(Look(NOON, "a", "officer", "wang")) == 1
    with store.records() as records:
        assert records.unguarded() == []
    store.close()


def test_there_is_nothing_to_upgrade_in_an_empty_database(url: str) -> None:
    with pytest.raises(SchemaError, match="the database has no store to upgrade"):
        SqlStore.upgrade(url)


# --- what cannot be a store ---


@pytest.mark.parametrize("where", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=memory&uri=true"])
def test_a_database_in_memory_is_the_memory_stores_business(where: str) -> None:
    with pytest.raises(SchemaError, match="a store in memory is `MemoryStore`"):
        SqlStore(where)


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(SchemaError, match="a store cannot be in `mysql`"):
        SqlStore("mysql+pymysql://x/y")


# --- append-only ---


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE overdue_journal SET body = ''",
        "DELETE FROM overdue_journal",
        "UPDATE overdue_roots SET hash = ''",
        "DELETE FROM overdue_roots",
        "UPDATE overdue_looks SET who = ''",
        "DELETE FROM overdue_looks",
    ],
)
def test_the_journal_its_roots_and_the_looks_are_not_changed(url: str, statement: str) -> None:
    store = SqlStore(url)
    first = opening("a")
    store.commit([first])
    tell(store.engine, "INSERT INTO overdue_roots VALUES (1, '', 1, 'h', '')")
    store.note_look(Look(NOON, "a", "officer", "wang"))
    with pytest.raises(Exception, match=r"overdue_(journal|roots|looks) is append-only"):
        tell(store.engine, statement)
    assert store.journal("a") == (first.entry,)
    store.close()


def test_no_row_of_the_journal_takes_the_place_of_another(url: str) -> None:
    store = SqlStore(url)
    store.commit([opening("a")])
    changes = ["INSERT OR REPLACE INTO {0} SELECT * FROM {0}"] if store.dialect == "sqlite" else ["TRUNCATE {0}"]
    for change in changes:
        with pytest.raises(Exception, match=r"this row is written already|overdue_journal is append-only"):
            tell(store.engine, change.format("overdue_journal"))
    assert len(store.journal("a")) == 1
    store.close()


@pytest.mark.parametrize("how", ["create", "upgrade"])
def test_triggers_that_are_gone_are_said_and_made_anew(url: str, how: str) -> None:
    store = SqlStore(url)
    if store.dialect == "sqlite":
        tell(store.engine, "DROP TRIGGER overdue_journal_no_update")
    else:
        tell(store.engine, "ALTER TABLE overdue_journal DISABLE TRIGGER USER")
    with store.records() as records:
        assert records.unguarded() == ["overdue_journal"]
    if how == "create":
        assert store.create() is False
    else:
        assert SqlStore.upgrade(url) == (SCHEMA_VERSION, SCHEMA_VERSION)
    with store.records() as records:
        assert records.unguarded() == []
    store.close()


_NOTHING_REFUSED = {
    "a body that refuses nothing": """
        CREATE OR REPLACE FUNCTION overdue_journal_append_only() RETURNS trigger LANGUAGE plpgsql
        AS $$BEGIN /* overdue_journal is append-only */ RETURN NULL; END$$
    """,
    "a condition that is never so": """
        DROP TRIGGER overdue_journal_append_only ON overdue_journal;
        CREATE TRIGGER overdue_journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON overdue_journal
        FOR EACH STATEMENT WHEN (false) EXECUTE FUNCTION overdue_journal_append_only()
    """,
    "deletes only": """
        DROP TRIGGER overdue_journal_append_only ON overdue_journal;
        CREATE TRIGGER overdue_journal_append_only BEFORE DELETE ON overdue_journal
        FOR EACH STATEMENT EXECUTE FUNCTION overdue_journal_append_only()
    """,
    "another function": """
        CREATE FUNCTION nothing_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$;
        DROP TRIGGER overdue_journal_append_only ON overdue_journal;
        CREATE TRIGGER overdue_journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON overdue_journal
        FOR EACH STATEMENT EXECUTE FUNCTION nothing_is_append_only()
    """,
}


@pytest.mark.parametrize("forged", _NOTHING_REFUSED.values(), ids=_NOTHING_REFUSED)
def test_a_trigger_of_the_name_that_refuses_nothing_is_none(forged: str) -> None:
    with fresh_database() as url:
        store = SqlStore(url)
        store.commit([opening("a")])
        tell(store.engine, forged)
        with store.records() as records:
            assert records.unguarded() == ["overdue_journal"]
        assert store.create() is False
        with store.records() as records:
            assert records.unguarded() == []
        with pytest.raises(Exception, match="overdue_journal is append-only"):
            tell(store.engine, "UPDATE overdue_journal SET body = ''")
        store.close()
