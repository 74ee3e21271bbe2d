"""Backups: everything of a store in one file, verified, and restored into an empty store of either kind."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overdue_flow import Flow, SqlStore, load_policy
from overdue_flow.errors import JournalError, KeysError, SchemaError
from overdue_flow.store.backup import Backup, Writer
from overdue_flow.store.evidence import verify
from overdue_flow.store.keys import Keys
from overdue_flow.store.looks import Look
from overdue_flow.store.protocol import PolicyText, Switch
from overdue_flow.store.roots import take_root
from overdue_flow.store.sql_backed_up import BackedUp, check_backup
from overdue_flow.store.sql_backup import BACKED_UP
from overdue_flow.store.tables import PERSONS, PREFIX, STORE
from support.journals import example_journals, record
from support.keyring import ANOTHER, NEW_ALONE, OLD
from support.small_policy import POLICY
from support.small_store import opening
from support.stores import DATABASES, fresh_url

AT = datetime(2025, 3, 1, tzinfo=UTC)
BOTH_WAYS = [(one, other) for one in DATABASES for other in DATABASES]


def filled(url: str, keys: Keys | None = None) -> SqlStore:
    """A store with something in every table."""
    store = SqlStore(url, keys=keys, clock=lambda: AT)
    record(store, example_journals())
    store.stop(Switch("contact", AT, "ms-chen", "the wrong account"))
    store.note_look(Look(AT, "L-03", "officer", "mr-li", "the borrower rang"))
    store.remember(PolicyText("another", "1", "9f86", AT))
    with store.keeping() as keeping:
        keeping.add_root(take_root(keeping, AT, lambda line: None))
        keeping.erase("L-05")
    return store


def backed_up(store: SqlStore, file: Path) -> Backup:
    with file.open("xb") as out:
        store.back_up(out.write)
    return Backup(file)


def tables_of(store: SqlStore) -> dict[str, list[Any]]:
    with store.engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(table.select())))
            for table in STORE.sorted_tables
            if table is not PERSONS
        }


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "loans.backup"


# --- there and back ---


@pytest.mark.parametrize("keys", [None, OLD], ids=["in the clear", "encrypted"])
@pytest.mark.parametrize(("one", "other"), BOTH_WAYS)
def test_a_store_comes_back_as_it_was_in_either_database(one: str, other: str, keys: Keys | None, file: Path) -> None:
    with fresh_url(one) as here, fresh_url(other) as there:
        with closing(filled(here, keys)) as store:
            kept = backed_up(store, file)
            before = tables_of(store)
        assert all(before[f"{PREFIX}{name}"] for name, table in kept.tables.items() if table.rows)
        assert {f"{PREFIX}{name}": table.rows for name, table in kept.tables.items()} == {
            table.name: len(before[table.name]) - (table.name == f"{PREFIX}meta") for table in BACKED_UP
        }
        assert check_backup(kept, keys).holds
        SqlStore.restore(there, kept)
        with closing(SqlStore(there, keys=keys, create=False)) as store:
            assert tables_of(store) == before
            with store.records() as records:
                found = verify(records)
                assert (found.found, found.erasures, list(records.unguarded())) == (0, 1, [])
            again = backed_up(store, file.with_name("again"))
            assert again.digest == kept.digest


def test_a_backup_has_every_table_but_that_of_locks() -> None:
    """Also those that a later release adds."""
    assert {table.name for table in STORE.sorted_tables} - {table.name for table in BACKED_UP} == {PERSONS.name}


def test_a_backup_is_of_one_instant_whatever_workers_do(file: Path) -> None:
    for kind in DATABASES:
        with fresh_url(kind) as url, closing(filled(url)) as store, closing(SqlStore(url)) as worker:
            flow, told = Flow(load_policy(text=POLICY), worker), list[int]()

            def works(done: int, flow: Flow = flow, told: list[int] = told) -> None:
                flow.receive(f"W-{done}", opening(f"W-{done}"))
                told.append(done)

            target = file.with_name(kind)
            with target.open("xb") as out:
                store.back_up(out.write, works)
            kept = Backup(target)
            assert check_backup(kept, None).holds
            assert {case_id for case_id, *_ in kept.rows("cases")} == set(example_journals())
            assert len(told) == len(BACKED_UP)


def test_neither_keys_nor_personal_values_stand_in_the_backup_of_an_encrypted_store(file: Path) -> None:
    with fresh_url("sqlite") as url, closing(filled(url, OLD)) as store, closing(SqlStore(url, closed=True)) as closed:
        values = [value.value for value in _personal(store)] + ["ms-chen", "the wrong account", "mr-li"]
        kept = backed_up(closed, file)
    said = file.read_text()
    assert len(values) > 15
    assert [value for value in values if value in said] == []
    assert OLD.by_name["2026a"].hex() not in said
    without = check_backup(kept, None)
    assert (without.holds, without.verified.closed) == (True, True)
    with_keys = check_backup(kept, OLD)
    assert (with_keys.holds, with_keys.verified.closed) == (True, False)
    with pytest.raises(KeysError, match="is not the one that this store is encrypted with"):
        check_backup(kept, ANOTHER)


def _personal(store: SqlStore) -> list[Any]:
    with store.records() as records:
        return [one for one in records.personal() if one.digest]


# --- what is refused ---


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("kept") / "loans.backup"
    with fresh_url("sqlite") as url, closing(filled(url, OLD)) as store:
        backed_up(store, file)
    return file


@settings(max_examples=60)
@given(st.data())
def test_a_damaged_byte_is_found(kept: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Wherever it is; a byte too many or too few as well."""
    content = kept.read_bytes()
    place = data.draw(st.integers(0, len(content) - 1))
    there = content[place : place + 1]
    instead = data.draw((st.just(b"") | st.binary(min_size=1, max_size=2)).filter(lambda one: one != there))
    damaged = tmp_path_factory.mktemp("damaged") / "loans.backup"
    damaged.write_bytes(content[:place] + instead + content[place + 1 :])
    with pytest.raises(JournalError, match=rf"^{damaged}, line \d+: "):
        Backup(damaged)


@pytest.mark.parametrize("left", [0, 1, 2, -1])
def test_a_backup_that_was_cut_off_is_found(kept: Path, tmp_path: Path, left: int) -> None:
    lines = kept.read_bytes().splitlines(keepends=True)
    cut = tmp_path / "cut.backup"
    cut.write_bytes(b"".join(lines[:left]))
    with pytest.raises(JournalError):
        Backup(cut)


def rewritten(kept: Path, target: Path, change: Callable[[str, list[Any]], list[Any]]) -> Backup:
    """A backup with other rows, and a hash that fits them: what a forger makes."""
    backup = Backup(kept)
    with target.open("xb") as out:
        writer = Writer(out.write, schema=backup.schema, at=datetime.fromisoformat(backup.at))
        for name, table in backup.tables.items():
            writer.table(name, table.columns, change(name, list(backup.rows(name))))
        writer.end()
    return Backup(target)


def _without_the_last(of: str) -> Callable[[str, list[Any]], list[Any]]:
    return lambda name, rows: rows[:-1] if name == of else rows


@pytest.mark.parametrize(
    ("of", "why"),
    [
        ("journal", "gone"),
        ("personal", "is gone, and nothing says that it was erased"),
        ("outbox", "is gone from the outbox"),
        ("tasks", "is gone from the list of tasks"),
        ("contacts", "is gone from the person's contacts"),
        ("rules", "the table of rules"),
        ("looks_said", "of look 1 is gone"),
        ("looks", "look 1 is gone"),
    ],
)
def test_a_forged_backup_is_verified_like_a_store(kept: Path, tmp_path: Path, of: str, why: str) -> None:
    found = check_backup(rewritten(kept, tmp_path / "forged", _without_the_last(of)), OLD)
    assert not found.holds
    said = [finding.message for finding in found.verified.findings] + list(found.wrong)
    assert any(why in one for one in said), said


def test_a_root_that_is_gone_from_a_backup_shows(kept: Path, tmp_path: Path) -> None:
    def changed(name: str, rows: list[Any]) -> list[Any]:
        return [(2, *row[1:]) for row in rows] if name == "roots" else rows

    assert check_backup(rewritten(kept, tmp_path / "forged", changed), OLD).wrong == ("root 1 is gone from the store",)


@pytest.mark.parametrize("kind", DATABASES)
def test_only_an_empty_store_takes_a_backup(kept: Path, kind: str) -> None:
    with fresh_url(kind) as url:
        SqlStore(url).close()
        SqlStore.restore(url, Backup(kept))
        with closing(SqlStore(url, keys=OLD)) as store:
            before = tables_of(store)
            with pytest.raises(SchemaError, match=r"the store is not empty .* a backup is restored into an empty one"):
                SqlStore.restore(url, Backup(kept))
            assert tables_of(store) == before


@pytest.mark.parametrize("kind", DATABASES)
def test_a_store_that_was_made_with_keys_does_not_come_to_stand_in_the_clear(tmp_path: Path, kind: str) -> None:
    with fresh_url(kind) as here, fresh_url(kind) as there:
        with closing(filled(here)) as store:
            clear = backed_up(store, tmp_path / "clear.backup")
        with closing(SqlStore(there, keys=OLD)) as store:
            with pytest.raises(KeysError, match="the store is encrypted, and the backup is in the clear"):
                SqlStore.restore(there, clear)
            assert list(store.case_ids()) == []
            store.stop(Switch("contact", AT, "ms-chen", "it is still the same"))


@pytest.mark.parametrize("kind", DATABASES)
def test_a_worker_whose_empty_store_became_another_one_writes_nothing(kept: Path, tmp_path: Path, kind: str) -> None:
    """It was opened with a key that the backup does not know."""
    with fresh_url(kind) as url, closing(SqlStore(url, keys=NEW_ALONE)) as worker:
        SqlStore.restore(url, Backup(kept))
        with pytest.raises(KeysError, match="encrypted with the key `2026a` since it was opened here"):
            worker.stop(Switch("contact", AT, "ms-chen", "the wrong store"))


@pytest.mark.parametrize("kind", DATABASES)
def test_a_restore_that_is_broken_off_leaves_nothing(kept: Path, kind: str) -> None:
    class Broken(Exception):
        pass

    def breaks_off(tables: int) -> None:
        if tables == len(BACKED_UP):
            raise Broken

    with fresh_url(kind) as url:
        with pytest.raises(Broken):
            SqlStore.restore(url, Backup(kept), breaks_off)
        with pytest.raises(SchemaError, match="the database has no store"):
            SqlStore(url, create=False)
        SqlStore.restore(url, Backup(kept))


def test_a_database_that_does_not_keep_what_it_is_given_takes_no_backup(kept: Path, tmp_path: Path) -> None:
    """A trigger of somebody else changes what is written."""
    url = f"sqlite:///{tmp_path / 'other.db'}"
    with closing(SqlStore(url)) as store:
        with store.engine.begin() as connection:
            connection.exec_driver_sql(
                "CREATE TRIGGER changes AFTER INSERT ON overdue_switches BEGIN"
                " UPDATE overdue_switches SET since = '2000' WHERE name = NEW.name; END"
            )
        with pytest.raises(JournalError, match="the database does not hold what the backup says; nothing was restored"):
            SqlStore.restore(url, Backup(kept))
        assert list(store.case_ids()) == []


HEAD = {"format": "overdue_flow backup", "version": 1, "schema": 1, "at": "2025-03-01T00:00:00+00:00"}


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (
            [{"format": "overdue_flow journal"}],
            'line 1: this is no backup of a store; expected `"format": "overdue_flow',
        ),
        ([HEAD | {"version": 7}], "line 1: this is version 7 of the format; this release reads version 1"),
        ([HEAD | {"schema": "1"}], "line 1: this line says no `schema` and `at`"),
        ([HEAD, ["a"]], "line 2: this row is of no table"),
        ([HEAD, {"table": "cases"}], "line 2: expected a table and its columns"),
        ([HEAD, {"table": 1, "columns": []}], "line 2: expected a table and its columns"),
        ([HEAD, {"end": 1}], "line 2: the hash is not that of the lines before it"),
        ([HEAD], "line 2: the file ends before its last line: it was cut off"),
        ([], "line 1: this is no line of a backup"),
    ],
)
def test_what_is_no_backup_says_where_it_is_not(file: Path, lines: list[Any], why: str) -> None:
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    with pytest.raises(JournalError) as refused:
        Backup(file)
    assert str(refused.value).startswith(f"{file}, {why}")


def written(file: Path, schema: int, tables: dict[str, tuple[list[str], list[Any]]]) -> Backup:
    with file.open("wb") as out:
        writer = Writer(out.write, schema=schema, at=AT)
        for name, (columns, rows) in tables.items():
            writer.table(name, columns, rows)
        writer.end()
    return Backup(file)


def test_a_backup_of_other_tables_is_refused(file: Path, kept: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'other.db'}"
    older = written(file, 1, {})
    for refused in (lambda: SqlStore.restore(url, older), lambda: check_backup(older, None)):
        with pytest.raises(SchemaError, match=r"the backup is of schema version 1, this release has .* that made it"):
            refused()
    with pytest.raises(JournalError, match="the table `cases` is missing, or has other columns"):
        SqlStore.restore(url, written(file, Backup(kept).schema, {"cases": (["case_id"], [])}))


def test_a_row_that_has_too_little_is_refused_with_its_line(file: Path) -> None:
    short = written(file, 1, {"cases": (["case_id", "seq"], [["a", 1], ["b"]])})
    with pytest.raises(JournalError, match="line 4: a row of `cases` has 2 values, this one 1"):
        list(short.rows("cases"))


def test_a_row_that_is_no_json_is_refused_with_its_line(file: Path) -> None:
    """Its hash may fit all the same."""
    whole = written(file, 1, {"cases": (["case_id"], [["a"], ["b"]])})
    changed = [line if number != 3 else b'["b"}\n' for number, line in enumerate(file.read_bytes().splitlines(True))]
    file.write_bytes(b"".join(changed))
    with pytest.raises(JournalError, match="line 4: this is no row of `cases`"):
        list(whole.rows("cases"))


@pytest.mark.parametrize("kind", DATABASES)
@pytest.mark.parametrize(
    ("of", "change", "why"),
    [
        ("switches", lambda row: (None, *row[1:]), r"line \d+: the `name` of a row of `switches` is nothing that"),
        ("switches", lambda row: ({"a": 1}, *row[1:]), r"line \d+: the `name` of a row of `switches` is nothing that"),
        ("switches", lambda row: ("a\x00b", *row[1:]), r"line \d+: the `name` of a row of `switches` is nothing that"),
        ("roots", lambda row: (True, *row[1:]), r"line \d+: the `number` of a row of `roots` is nothing that"),
        ("rules", lambda _row: ("a-rule", "2025-01-01", "L-03", 1), "does not take the rows of `rules`: one stands"),
        ("outbox", lambda row: (row[0], "nobody", *row[2:]), "does not take the rows of `outbox`"),
        ("meta", lambda row: ("schema_version", "99"), "does not take the rows of `meta`"),
    ],
)
def test_rows_that_no_store_has_written_are_not_restored(
    kept: Path, tmp_path: Path, kind: str, of: str, change: Callable[[Any], Any], why: str
) -> None:
    """Whoever forged the file made a hash that fits."""
    forged = rewritten(kept, tmp_path / "forged", lambda name, rows: [*map(change, rows)] if name == of else rows)
    with fresh_url(kind) as url:
        with pytest.raises(JournalError, match=why):
            SqlStore.restore(url, forged)
        with pytest.raises(SchemaError, match="the database has no store"):
            SqlStore(url, create=False)


def test_where_the_looks_end_may_be_anything(kept: Path, tmp_path: Path) -> None:
    forged = rewritten(
        kept, tmp_path / "forged", lambda name, rows: [("looks", "x", "y")] if name == "looks_end" else rows
    )
    assert check_backup(forged, OLD).wrong == ("the `number` of where the looks end was changed: it cannot be read",)


def test_what_is_no_text_cannot_be_written(file: Path) -> None:
    with pytest.raises(JournalError, match="row 1 of the table `cases` is no text"):
        written(file, 1, {"cases": (["case_id"], [["\udc80"]])})


def test_the_records_of_a_backup_are_those_of_its_store(kept: Path) -> None:
    backup = Backup(kept)
    with fresh_url("sqlite") as url:
        SqlStore.restore(url, backup)
        with closing(SqlStore(url, keys=OLD)) as store, store.records() as records:
            read = BackedUp(backup, store._settings.seal)
            for name in (
                "rows",
                "heads",
                "personal",
                "filed",
                "rules",
                "parcels",
                "tasks",
                "contacts",
                "roots",
                "erased",
            ):
                assert sorted(map(repr, getattr(read, name)())) == sorted(map(repr, getattr(records, name)())), name
            assert [list(part) for part in read.looks()[:2]] == [list(part) for part in records.looks()[:2]]
