"""`overdue-flow store`: making one, mending its triggers, upgrading it, and what is in it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import date
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection

from overdue_flow import load_policy
from overdue_flow.policy.meaning import meaning_of
from overdue_flow.store import sql_schema
from overdue_flow.store.sql_schema import Step
from overdue_flow.store.tables import SCHEMA_VERSION
from support.small_policy import POLICY, write_book, write_policy
from support.small_store import opened, write_store
from support.terminal import run

DAY = date(2025, 1, 11)
MENDED = (
    "nothing in the database kept `overdue_journal` and `overdue_roots` append-only: triggers were missing, or switched"
    " off; they are there again"
)


def tell(store: Path, *statements: str) -> None:
    with closing(sqlite3.connect(store)) as database:
        for statement in statements:
            database.execute(statement)
        database.commit()


def with_version(store: Path, said: str) -> None:
    tell(store, f"UPDATE overdue_meta SET value = '{said}' WHERE name = 'schema_version'")


# --- info ---


def test_a_store_says_what_is_in_it_and_which_policies_have_decided(tmp_path: Path) -> None:
    store = write_store(tmp_path, lived_to=DAY)
    digest = meaning_of(load_policy(text=POLICY))
    found = json.loads(run("store", "info", store, "--json").out)
    assert found == {
        "schema": SCHEMA_VERSION, "cases": 3, "effects_on_the_way": 3, "effects_parked": 0, "open_tasks": 1,
        "switches": 0,
        "policies": [{"policy": "small", "version": "1", "since": "2025-01-01", "digest": digest}],
    }  # fmt: skip
    assert json.loads(run("store", "info", f"sqlite:///{store}", "--json").out) == found
    assert run("store", "info", store).out == (
        f"schema              {SCHEMA_VERSION}\ncases               3\neffects on the way  3\neffects parked      0\n"
        "open tasks          1\nswitches            0\n\n"
        f"Policies that have decided in it\nsmall  1  since 2025-01-01  means {digest[:12]}\n"
    )
    checked = json.loads(run("check", write_policy(tmp_path), "--json").out)
    assert checked["summary"]["meaning"] == digest


def test_what_is_in_a_store_is_counted_and_not_read(tmp_path: Path) -> None:
    """A row that cannot be read is a row all the same."""
    store = write_store(tmp_path, lived_to=DAY)
    tell(store, "UPDATE overdue_outbox SET effect = 'x'", "UPDATE overdue_tasks SET effect = 'x'")
    assert json.loads(run("store", "info", store, "--json").out)["open_tasks"] == 1


# --- create ---


def test_a_store_that_is_made_twice_stays_as_it_is(tmp_path: Path) -> None:
    store = write_store(tmp_path, lived_to=DAY)
    before = json.loads(run("store", "info", store, "--json").out)
    said = run("store", "create", store)
    assert (said.code, said.out, said.err) == (0, f"{store}: a store of schema {SCHEMA_VERSION}\n", "")
    assert json.loads(run("store", "info", store, "--json").out) == before
    assert run("journal", "verify", store).code == 0


def test_creating_makes_triggers_anew_that_are_gone_and_says_so(tmp_path: Path) -> None:
    store = write_store(tmp_path, lived_to=DAY)
    tell(store, "DROP TRIGGER overdue_journal_no_update", "DROP TRIGGER overdue_roots_no_delete")
    assert run("journal", "verify", store).code == 1
    said = run("store", "create", store)
    assert (said.code, said.out.splitlines()) == (0, [f"{store}: a store of schema {SCHEMA_VERSION}", MENDED])
    assert run("journal", "verify", store).out.startswith("3 loans, 5 rows: the journal is as it was written; ")
    with pytest.raises(sqlite3.IntegrityError, match="overdue_journal is append-only"):
        tell(store, "UPDATE overdue_journal SET body = ''")
    assert run("store", "create", store).out == f"{store}: a store of schema {SCHEMA_VERSION}\n"


def test_a_store_of_another_release_is_not_made_anew(tmp_path: Path) -> None:
    store = write_store(tmp_path, lived_to=DAY)
    tell(store, "DROP TRIGGER overdue_journal_no_update")
    with_version(store, "99")
    said = run("store", "create", store)
    assert (said.code, said.out) == (1, "")
    with_version(store, str(SCHEMA_VERSION))
    assert "triggers are missing" in run("journal", "verify", store).out


# --- upgrade ---


def test_an_upgrade_that_has_nothing_to_do_says_so(tmp_path: Path) -> None:
    store = write_store(tmp_path)
    said = run("store", "upgrade", store)
    assert (said.code, said.out, said.err) == (0, f"{store}: schema {SCHEMA_VERSION} already\n", "")


@pytest.mark.parametrize(
    ("version", "why"),
    [
        ("99", f"the store is of schema version 99, which a newer release made; this one knows {SCHEMA_VERSION}"),
        ("x", "`overdue_meta` says `schema_version` is `x`; expected a number"),
        ("0", f"no step leads from schema version 0 to {SCHEMA_VERSION}; use the release that made the store"),
    ],
)
def test_a_schema_that_this_release_does_not_know_is_refused(version: str, why: str, tmp_path: Path) -> None:
    store = write_store(tmp_path)
    with_version(store, version)
    said = run("store", "upgrade", store)
    assert (said.code, said.out, said.err) == (1, "", f"cannot upgrade the store `{store}`: {why}\n")
    with_version(store, str(SCHEMA_VERSION))
    assert run("journal", "verify", store).code == 0


def test_a_store_of_an_earlier_release_is_brought_up_to_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An earlier release that had no table of policies; its step to this one makes it."""
    store = write_store(tmp_path, lived_to=DAY)
    (table,) = _made(store, "overdue_policies")
    tell(store, "DROP TABLE overdue_policies")
    with_version(store, "0")
    other = run("store", "info", store)
    assert (other.code, other.out) == (1, "")
    assert other.err == (
        f"cannot open the store `{store}`: the store is of schema version 0, this release needs {SCHEMA_VERSION};"
        " make a copy, then run `overdue-flow store upgrade`\n"
    )

    def makes_the_table(connection: Connection) -> None:
        connection.exec_driver_sql(table)

    steps = (Step(1, makes_the_table), *sql_schema.STEPS)
    monkeypatch.setattr(sql_schema, "upgrade", partial(sql_schema.upgrade, steps=steps))
    said = run("store", "upgrade", store)
    assert (said.code, said.out, said.err) == (0, f"{store}: schema 0, now {SCHEMA_VERSION}\n", "")
    assert run("store", "upgrade", store).out == f"{store}: schema {SCHEMA_VERSION} already\n"
    assert json.loads(run("store", "info", store, "--json").out)["cases"] == 3
    assert run("journal", "verify", store).code == 0


def _made(store: Path, name: str) -> list[str]:
    with closing(sqlite3.connect(store)) as database:
        return [sql for (sql,) in database.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,))]


# --- one text for each version ---

OTHER_TEXT = [
    "nightly {policy} {store} --as-of 2025-02-20",
    "deliver {policy} {store} --shadow --at 2025-01-12T12:00",
    "forewarn {policy} {store} --on 2025-02-01",
    "explain {policy} {store} A-1",
    "complete {policy} {store} {task} --by x --at 2025-01-12T12:00",
    "reassign {policy} {store} {task} --by x --to boss --at 2025-01-12T12:00",
    "adopt {policy} {store} {book} --muted-until 2025-03-01 --as-of 2025-01-20 --yes",
]


@pytest.mark.parametrize("command", OTHER_TEXT)
def test_a_version_that_said_something_else_when_it_decided_is_refused(command: str, tmp_path: Path) -> None:
    store, book = write_store(tmp_path, lived_to=DAY), write_book(tmp_path)
    with opened(store) as found:
        (task,) = (one.effect.id for one in found.tasks())
    policy = write_policy(tmp_path, old="dpd > 30", new="dpd > 20")
    words = command.format(policy=policy, store=store, task=task, book=book).split()
    said = run(*words)
    assert (said.code, said.out) == (1, "")
    assert said.err == (
        "policy small 1 has decided in this store since 2025-01-01, and said something else then;"
        " a policy that changes needs a new version\n"
    )
    write_policy(tmp_path, old="everywhere:", new="# the road\neverywhere:")
    assert run(*words).code == 0
