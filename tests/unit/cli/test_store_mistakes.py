"""A store that cannot be used is one clear line that says what to do, never a traceback."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest

from overdue_flow.cli.stores import shown, url_of
from support.small_policy import write_book, write_policy
from support.small_store import write_store
from support.terminal import run

COMMANDS = {
    "nightly": "nightly {policy} {store} --as-of 2025-01-11",
    "deliver": "deliver {policy} {store} --shadow",
    "forewarn": "forewarn {policy} {store} --on 2025-01-11",
    "tasks": "tasks {store}",
    "complete": "complete {policy} {store} A-1:2:1 --by x",
    "reassign": "reassign {policy} {store} A-1:2:1 --by x --to boss",
    "history": "history {store} A-1",
    "explain": "explain {policy} {store} A-1",
    "info": "store info {store}",
    "upgrade": "store upgrade {store}",
    "stop": "store stop {store} contact --by x --reason y",
    "resume": "store resume {store} contact",
    "switches": "store switches {store}",
    "adopt": "adopt {policy} {store} {book} --muted-until 2025-03-01",
}
UNREACHABLE = "postgresql://lender:geheim@127.0.0.1:1/loans"


def _said(command: str, tmp_path: Path, store: object) -> str:
    """The one line that a command ends with."""
    policy, book = write_policy(tmp_path), tmp_path / "book"
    if not book.exists():
        write_book(tmp_path)
    found = run(*COMMANDS[command].format(policy=policy, store=store, book=book).split())
    assert (found.code in (1, 2), found.out) == (True, ""), found
    assert found.err.count("\n") == 1, found.err
    return found.err


@pytest.mark.parametrize("command", COMMANDS)
def test_a_store_that_is_not_there_is_not_made(command: str, tmp_path: Path) -> None:
    said = _said(command, tmp_path, tmp_path / "no.db")
    assert "no.db`: it does not exist; `overdue-flow store create" in said
    assert not (tmp_path / "no.db").exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_that_cannot_be_reached_is_named_without_its_password(command: str, tmp_path: Path) -> None:
    said = _said(command, tmp_path, UNREACHABLE)
    assert said.startswith("cannot open the store `postgresql://lender@127.0.0.1:1/loans`: the store cannot be reached")
    assert "geheim" not in said


@pytest.mark.parametrize(
    ("store", "said"),
    [
        ("mysql://db/loans", "is no store: expected a file such as `loans.db`, or `sqlite:///...`, or"),
        ("postgres://db/loans", "did you mean `postgresql`"),
        ("postgresql://db:port/loans", "expected `postgresql://user@host:port/database`"),
        ("sqlite:///{0}/no.db", "no.db`: it does not exist"),
        ("{0}/no/such/loans.db", "loans.db`: it does not exist"),
        ("{0}/policy.yaml", "the store cannot be reached or written (file is not a database)"),
        ("{0}/policy.yaml/loans.db", "a part of the path is a file, not a folder"),
        ("{0}/other.db", "the database has no store"),
        ("sqlite:///{0}", "it is a folder"),
        ("sqlite://", "give SQLite a file"),
    ],
)
def test_a_store_named_wrongly_is_one_clear_line(store: str, said: str, tmp_path: Path) -> None:
    write_policy(tmp_path)
    sqlite3.connect(tmp_path / "other.db").execute("CREATE TABLE mine (x)").connection.close()
    assert said in _said("tasks", tmp_path, store.format(tmp_path))


def test_a_store_of_a_newer_release_is_refused(tmp_path: Path) -> None:
    store = write_store(tmp_path)
    for version, said in (("99", "which a newer release made"), ("0", "overdue-flow store upgrade")):
        with sqlite3.connect(store) as database:
            database.execute("UPDATE overdue_meta SET value = ? WHERE name = 'schema_version'", (version,))
        database.close()
        assert said in _said("tasks", tmp_path, store)


def test_a_locked_store_is_named_and_nothing_is_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("overdue_flow.store.sql.TRIES", 1)
    store = write_store(tmp_path)
    with sqlite3.connect(store, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        said = _said("stop", tmp_path, store)
        other.execute("ROLLBACK")
    other.close()
    assert "the store is locked (database is locked); nothing was recorded" in said


def test_a_loan_that_the_store_does_not_have_is_named(tmp_path: Path) -> None:
    store = write_store(tmp_path, lived_to=date(2025, 1, 11))
    policy = write_policy(tmp_path)
    for command in (("history", store), ("explain", policy, store)):
        found = run(*command, "A-9")
        assert (found.code, found.out) == (2, "")
        assert "there is no loan `A-9` in this store; `overdue-flow store info" in found.err
    early = run("explain", policy, store, "A-1", "--on", "2024-01-01")
    assert (early.code, early.out) == (2, "")
    assert "was not open on 2024-01-01" in early.err


def test_a_loan_of_a_version_that_is_not_given_says_what_to_give(tmp_path: Path) -> None:
    store = write_store(tmp_path)
    policy = write_policy(tmp_path, old='version: "1"', new='version: "2"')
    found = run("explain", policy, store, "A-1")
    assert (found.code, found.out) == (2, "")
    assert "policy small 1 was not given to this flow; POLICY may be a folder with all versions" in found.err


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "it is a folder without a `.yaml` file"),
        ({"a.yaml": "1", "b.yaml": "1"}, "version 1 is there twice"),
        ({"a.yaml": "1", "b.yaml": "other"}, "are not versions of one policy: `a.yaml` is small, `b.yaml` is other"),
        ({"a.yaml": "1", "b.yaml": "broken"}, "b.yaml:26:44: there is no stage `earlier`"),
    ],
)
def test_a_folder_of_versions_holds_versions_of_one_policy(files: dict[str, str], said: str, tmp_path: Path) -> None:
    folder = tmp_path / "versions"
    folder.mkdir()
    for name, what in files.items():
        change = {"other": ("policy: small", "policy: other"), "broken": ("to: early", "to: earlier")}.get(
            what, ("", "")
        )
        write_policy(tmp_path, old=change[0], new=change[1]).rename(folder / name)
    found = run("nightly", folder, write_store(tmp_path))
    assert (found.code in (1, 2), found.out) == (True, "")
    assert said in found.err


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("sqlite:////tmp/loans.db", "sqlite:////tmp/loans.db"),
        ("/tmp/loans.db", "sqlite:////tmp/loans.db"),
        ("postgresql://lender@db/loans", "postgresql://lender@db/loans"),
    ],
)
def test_a_file_is_a_store_of_sqlite(text: str, meant: str) -> None:
    assert url_of(text) == meant


def test_a_password_is_never_shown() -> None:
    assert shown("postgresql://lender:p%40ss@db:5432/loans") == "postgresql://lender@db:5432/loans"
    assert shown("postgresql://:geheim@db/loans") == "postgresql://@db/loans"
    assert shown("loans.db") == "loans.db"
