"""Evidence of an encrypted store: what was changed shows, erased is gone, and archives go from key to key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from overdue_flow import SqlStore
from overdue_flow.errors import JournalError, KeysError
from overdue_flow.store.archive import LinesWriter, export, read_lines, take_in
from overdue_flow.store.evidence import verify
from overdue_flow.store.keys import Keys
from overdue_flow.store.looks import Look, broken_looks
from support.dumps import dump
from support.journals import example_journals, record
from support.keyring import NEW_ALONE, OLD
from support.small_store import OPENED_AT
from support.stores import DATABASES, sql_store

LOAN = "L-03"
PERSON = f"person of {LOAN}"


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest) -> Iterator[SqlStore]:
    with sql_store(request.param, keys=OLD) as found:
        record(found, example_journals())
        found.note_look(Look(OPENED_AT, LOAN, "officer", "mr-li", "the borrower rang"))
        yield found


def tell(store: SqlStore, statement: str) -> None:
    with store.engine.begin() as connection:
        assert connection.exec_driver_sql(statement).rowcount > 0


def findings(store: SqlStore) -> list[tuple[str, str]]:
    with store.records() as records:
        return [(finding.case_id, finding.message) for finding in verify(records).findings]


# --- what was changed ---


ANOTHER_ONE = "(SELECT max({column}) FROM overdue_{table} WHERE case_id <> 'L-03' AND {column} <> '')"
"""What stands in the same column of another loan."""


@pytest.mark.parametrize(
    ("table", "column", "instead", "why"),
    [
        ("personal", "value", ANOTHER_ONE, "was changed, or put in"),
        ("personal", "value", "'\"in the clear\"'", "was changed, or put in"),
        ("cases", "salt", ANOTHER_ONE, "the salt of its personal values was changed"),
        ("cases", "person_id", ANOTHER_ONE, "the table of cases says another person than its journal"),
        ("cases", "person_id", "'named:2026a:AAAA'", "the table of cases says another person than its journal"),
        ("contacts", "event", ANOTHER_ONE, "the person's contacts says something else"),
    ],
)
def test_what_was_changed_or_moved_is_found(store: SqlStore, table: str, column: str, instead: str, why: str) -> None:
    value = instead.format(table=table, column=column)
    tell(store, f"UPDATE overdue_{table} SET {column} = {value} WHERE case_id = '{LOAN}'")
    ((case_id, message),) = findings(store)
    assert case_id == LOAN
    assert why in message


@pytest.mark.parametrize(
    ("table", "column", "why"),
    [
        ("outbox", "effect", "the outbox says something else of `{id}` than its journal"),
        ("tasks", "effect", "the list of tasks says something else of `{id}` than its journal"),
        ("tasks", "role", "the list of tasks says something else of `{id}` than its journal"),
    ],
)
def test_what_is_on_its_way_cannot_be_changed(store: SqlStore, table: str, column: str, why: str) -> None:
    with store.engine.connect() as connection:
        query = f"SELECT min(effect_id) FROM overdue_{table} WHERE {column} <> ''"
        effect_id = connection.exec_driver_sql(query).scalar()
    tell(store, f"UPDATE overdue_{table} SET {column} = 'sealed:2026a:AAAA' WHERE effect_id = '{effect_id}'")
    assert [message for _case_id, message in findings(store)] == [why.format(id=effect_id)]


def test_what_was_said_with_a_look_cannot_be_changed(store: SqlStore) -> None:
    tell(store, "UPDATE overdue_looks_said SET value = salt WHERE field = 'why'")
    with store.records() as records:
        assert broken_looks(records.looks()) == "`why` of look 1 was changed, or put in"
    with pytest.raises(JournalError, match=r"in `looks_said.value` of `1` was changed, or belongs somewhere else"):
        list(store.looks())


def test_a_case_whose_value_was_damaged_is_not_read(store: SqlStore) -> None:
    tell(store, f"UPDATE overdue_personal SET value = 'sealed:2026a:AAAA' WHERE case_id = '{LOAN}'")
    with closing(SqlStore(store.url, keys=OLD)) as fresh:
        with pytest.raises(JournalError, match=f"the encrypted value in `personal.value` of `{LOAN}` was changed"):
            fresh.load(LOAN)
        assert fresh.load("L-04") is not None


def test_without_keys_it_shows_that_a_value_is_gone(store: SqlStore) -> None:
    with closing(SqlStore(store.url, closed=True)) as closed:
        assert findings(closed) == []
        with closed.records() as records:
            assert broken_looks(records.looks()) == ""
        tell(closed, f"DELETE FROM overdue_personal WHERE case_id = '{LOAN}'")
        tell(closed, "DELETE FROM overdue_looks_said WHERE field = 'why'")
        ((case_id, message),) = findings(closed)
        assert (case_id, "is gone, and nothing says that it was erased" in message) == (LOAN, True)
        with closed.records() as records:
            assert broken_looks(records.looks()) == "`why` of look 1 is gone, and nothing says that it was erased"


# --- erasing ---


def test_what_was_erased_is_gone_from_an_encrypted_store_too(store: SqlStore) -> None:
    assert [line.case_id for line in store.contacts(PERSON).lines] != []
    store.lock_person(PERSON)
    with store.keeping() as keeping:
        assert keeping.erase(LOAN) > 0
    assert store.contacts(PERSON).lines == ()
    with store.engine.connect() as connection:
        left = connection.exec_driver_sql(f"SELECT digest FROM overdue_personal WHERE case_id = '{LOAN}'").fetchall()
    assert left == [("",)]
    case = store.load(LOAN)
    assert case is not None
    assert case.person_id.startswith("erased:")
    assert findings(store) == []
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM overdue_persons").scalar() == 0
    assert [look.why.partition(":")[0] for look in store.looks(case_id=LOAN)] == ["erased"]
    assert store.rotate_keys() == (0, 0, False)


def test_a_closed_store_erases_nothing(store: SqlStore) -> None:
    with closing(SqlStore(store.url, closed=True)) as closed, pytest.raises(KeysError), closed.keeping() as keeping:
        keeping.erase(LOAN)
    assert store.load(LOAN) == store.load_many([LOAN])[LOAN]
    assert findings(store) == []


# --- archives ---


@pytest.mark.parametrize("keys", [None, NEW_ALONE], ids=["in the clear", "with another key"])
def test_an_archive_goes_from_one_key_to_another(store: SqlStore, keys: Keys | None, tmp_path: Path) -> None:
    file = tmp_path / "archive.jsonl"
    with file.open("wb") as out, store.records() as records:
        export(records, LinesWriter(out.write, with_personal=True), with_personal=True)
    assert PERSON in file.read_text()
    with sql_store("sqlite", keys=keys) as other:
        with other.keeping() as keeping:
            take_in(keeping, read_lines(file))
        assert findings(other) == []
        assert other.contacts(PERSON) == store.contacts(PERSON)
        assert {one: other.load(one) for one in other.case_ids()} == {one: store.load(one) for one in store.case_ids()}
        assert (PERSON.encode() in dump(other)) is (keys is None)


def test_an_archive_with_personal_values_needs_the_keys(store: SqlStore, tmp_path: Path) -> None:
    with closing(SqlStore(store.url, closed=True)) as closed, closed.records() as records:
        file = tmp_path / "archive.jsonl"
        with file.open("wb") as out:
            with pytest.raises(KeysError, match="what is personal in this store is encrypted"):
                export(records, LinesWriter(out.write, with_personal=True), with_personal=True)
            counted = export(records, LinesWriter(out.write, with_personal=False))
    assert counted.cases == len(example_journals())
