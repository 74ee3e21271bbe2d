"""A locked database, a full disk, a lost connection: named, nothing half-recorded, and the next call works."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import event

from overdue_flow import SqlStore
from overdue_flow.errors import MissingExtra, StoreBusy, StoreUnavailable
from overdue_flow.events import ComplaintReceived
from overdue_flow.testing.turns import contact, happened, opening
from support.stores import DATABASES, fresh_url, sql_store


@pytest.fixture
def postgres() -> Iterator[SqlStore]:
    with sql_store("postgresql") as store:
        store.commit([opening("a")])
        yield store


def end_connections(store: SqlStore) -> None:
    """The server ends every connection to the store's database."""
    ours = store.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(ours, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


# --- locked ---


def test_a_locked_sqlite_is_asked_again_and_then_named() -> None:
    with sql_store("sqlite", busy_timeout=timedelta(milliseconds=10)) as store:
        (first,) = (opening("a"),)
        store.commit([first])
        with closing(sqlite3.connect(str(store.url.database), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreBusy, match=r"the store is locked \(database is locked\); nothing was recorded"):
                store.commit([happened(first.case, "e-1")])
            assert store.load("a") == first.case, "readers do not wait for writers"
        store.commit([happened(first.case, "e-1")])
        assert len(store.journal("a")) == 2


def test_a_lock_that_is_soon_given_back_is_waited_for() -> None:
    asked = []
    with sql_store("sqlite", busy_timeout=timedelta(milliseconds=10)) as store:
        other = sqlite3.connect(str(store.url.database), isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")

        def give_back(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            asked.append(statement)
            if asked.count("BEGIN IMMEDIATE") == 2:
                other.rollback()

        event.listen(store.engine, "before_cursor_execute", give_back)
        store.commit([opening("a")])
        assert asked.count("BEGIN IMMEDIATE") == 2
        assert list(store.case_ids()) == ["a"]
        other.close()


def test_a_row_that_others_lock_for_too_long_is_named() -> None:
    with fresh_url("postgresql") as url, closing(SqlStore(f"{url}&options=-clock_timeout%3D20")) as store:
        first = opening("a")
        store.commit([first])
        with store.transaction() as holder:
            holder.commit([happened(first.case, "e-1")])
            with pytest.raises(StoreBusy, match="the store is locked"):
                store.commit([happened(first.case, "e-2")])
        assert [entry.event.id for entry in store.journal("a")] == ["opened", "e-1"]


# --- full ---


def test_a_full_disk_is_named_and_nothing_is_recorded() -> None:
    with sql_store("sqlite") as store:
        first = opening("a")
        store.commit([first])
        pages = [1]

        def bound(connection: Any, _record: Any) -> None:
            connection.execute(f"PRAGMA max_page_count = {pages[0]}")

        event.listen(store.engine, "connect", bound)
        store.close()
        turns = [opening(f"c-{number}", contact(f"c-{number}:1:1")) for number in range(500)]
        with pytest.raises(StoreUnavailable, match=r"\(database or disk is full\); nothing was recorded"):
            store.commit(turns)
        assert list(store.case_ids()) == ["a"]
        pages[0] = 1_000_000
        store.close()
        store.commit(turns)
        assert len(list(store.case_ids())) == 501


def test_a_file_that_is_no_database_is_named() -> None:
    with fresh_url("sqlite") as url:
        Path(url.removeprefix("sqlite:///")).write_text("a list of loans, " * 100)
        with pytest.raises(StoreUnavailable, match="file is not a database"):
            SqlStore(url)


def test_a_folder_that_is_not_there_is_named() -> None:
    with pytest.raises(StoreUnavailable, match="unable to open database file"):
        SqlStore("sqlite:////no/such/folder/loans.db")


# --- lost ---


def test_a_connection_that_was_lost_while_nobody_used_it_is_not_noticed(postgres: SqlStore) -> None:
    end_connections(postgres)
    assert postgres.load("a") is not None


@pytest.mark.parametrize("turns", [1, 50])
def test_a_connection_that_is_lost_in_a_transaction_is_named(postgres: SqlStore, turns: int) -> None:
    def lose_it() -> None:
        with postgres.transaction() as bound:
            bound.commit([opening("b")])
            end_connections(postgres)
            bound.commit([opening(f"c-{number}") for number in range(turns)])

    with pytest.raises(StoreUnavailable, match="nothing was recorded"):
        lose_it()
    assert list(postgres.case_ids()) == ["a"]
    postgres.commit([opening("b")])
    assert list(postgres.case_ids()) == ["a", "b"]


def test_of_a_connection_that_is_lost_at_the_commit_it_is_not_known_what_was_recorded(postgres: SqlStore) -> None:
    first = opening("b")
    event.listen(postgres.engine, "commit", lambda connection: end_connections(postgres), once=True)
    with pytest.raises(StoreUnavailable, match="whether it was recorded is not known: send the same again"):
        postgres.commit([first])
    assert postgres.load("b") in (None, first.case)


def test_a_server_that_is_not_there_is_named() -> None:
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        SqlStore("postgresql://nobody@/none?host=/no/such/folder")


# --- what a database cannot hold, and what looks as if it could not ---


@pytest.mark.parametrize("kind", DATABASES)
def test_prose_may_hold_any_character_and_be_long(kind: str) -> None:
    with sql_store(kind, cached_cases=0) as store:
        first = opening("a")
        prose = 'it\'s \x00 \x1b[31m % %s \\ "so" \u2028 贷款 😀' + "x" * 19_000
        told = happened(first.case, ComplaintReceived(id="e-1", about=prose))
        store.commit([first, told])
        assert store.journal("a") == (first.entry, told.entry)
        assert store.load("a") == told.case


def test_a_driver_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    with pytest.raises(
        MissingExtra, match=r"needs `psycopg`; install it with: pip install \"overdue-flow\[postgres\]\""
    ):
        SqlStore("postgresql://nobody@/none")
