"""Keys of a store: turning encryption on, rotating while workers go on, and who is refused meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from overdue_flow import Flow, SqlStore, load_policy
from overdue_flow.cases.person import Line
from overdue_flow.errors import JournalError, KeysError, StoreBusy
from overdue_flow.events import ContactAttempted, PaymentReceived
from overdue_flow.store.evidence import verify
from overdue_flow.store.keys import Keys
from overdue_flow.store.looks import Look
from overdue_flow.store.protocol import Switch
from overdue_flow.store.records import Query
from overdue_flow.store.sql_keys import make_known
from overdue_flow.store.sql_link import Link
from support.dumps import dump, files
from support.journals import example_journals, record
from support.keyring import ANOTHER, BOTH_BUT_OLD, NEW, NEW_ALONE, OLD
from support.small_policy import POLICY
from support.small_store import opening
from support.stores import DATABASES, fresh_url
from support.unwritable import folder_for_all, only_reading

T = TypeVar("T")
AT = datetime(2025, 1, 20, 4, tzinfo=UTC)
PERSON = "P-A-2"


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    with fresh_url(request.param) as found:
        yield found


def filled(url: str, keys: Keys | None) -> None:
    """A store with something in every table."""
    with closing(SqlStore(url, keys=keys)) as store:
        flow = Flow(load_policy(text=POLICY), store)
        flow.receive("A-1", opening("A-1"))
        flow.receive("A-2", opening("A-2", facts={"frail": True}))
        flow.receive(
            "A-2", ContactAttempted(id="c-1", channel="phone", outcome="no_answer", contact_point="13900112233")
        )
        flow.wake(date(2025, 1, 20))
        store.stop(Switch("contact", AT, "ms-chen", "the wrong account"))
        store.note_look(Look(AT, "A-2", "officer", "mr-li", "the borrower rang"))
        reserve(store, "on-its-way")


def reserve(store: SqlStore, key: str) -> None:
    attempt = ContactAttempted(channel="phone", outcome="connected", contact_point="13800112233")
    store.lock_person(PERSON)
    store.reserve(PERSON, Line("A-2", key, AT, attempt, reserved=True))


def everything(store: SqlStore) -> list[Any]:
    """What the store says to whoever reads it."""
    with store.records() as records:
        found = [row.case_id for row in records.find(Query(person_id=PERSON))]
        assert verify(records).found == 0
    return [
        store.load_many(["A-1", "A-2"]),
        list(store.outbox()),
        list(store.outbox(person_id=PERSON)),
        list(store.tasks()),
        list(store.tasks(role="agent")),
        store.cases_of(PERSON),
        store.contacts(PERSON),
        store.contacts(PERSON, since=AT - timedelta(days=1)),
        store.switches(),
        list(store.looks()),
        found,
    ]


def said(url: str, keys: Keys | None) -> list[Any]:
    with closing(SqlStore(url, keys=keys)) as store:
        return everything(store)


def rotated(url: str, keys: Keys) -> tuple[int, int, bool]:
    with closing(SqlStore(url, keys=keys)) as store:
        return store.rotate_keys()


# --- what a store says stays the same ---


def test_a_store_says_the_same_before_while_and_after_its_keys_are_rotated(url: str) -> None:
    filled(url, None)
    before = said(url, None)
    assert all(before)
    assert said(url, OLD) == before
    rows, clear, left = rotated(url, OLD)
    assert (clear, left) == (rows, False)
    assert said(url, OLD) == before
    assert said(url, BOTH_BUT_OLD) == before
    assert said(url, NEW) == before
    again, clear, left = rotated(url, NEW)
    assert (again, clear, left) == (rows, 0, False)
    assert said(url, NEW_ALONE) == before
    assert rotated(url, NEW_ALONE) == (0, 0, False)


def test_a_new_store_is_encrypted_from_the_beginning(url: str) -> None:
    filled(url, OLD)
    assert rotated(url, OLD) == (0, 0, False)
    with closing(SqlStore(url, keys=OLD)) as store:
        text = dump(store)
    for value in (PERSON, "13900112233", "13800112233", "ms-chen", "the wrong account", "mr-li", "the borrower rang"):
        assert value.encode() not in text


def test_what_stood_in_the_clear_is_gone_from_the_file_and_its_log(url: str) -> None:
    filled(url, None)
    with closing(SqlStore(url, keys=OLD)) as store:
        if store.dialect == "sqlite":
            assert PERSON.encode() in files(store)
        store.rotate_keys()
        assert PERSON.encode() not in dump(store)


def test_a_file_that_others_read_keeps_its_log_and_says_so(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'loans.db'}"
    filled(url, None)
    with (
        closing(SqlStore(url, keys=OLD, busy_timeout=timedelta(0))) as store,
        closing(SqlStore(url, keys=OLD)) as other,
    ):
        with other.records() as records:
            assert len(list(records.heads())) == 2
            with pytest.raises(StoreBusy):
                store.rotate_keys()
        assert store.rotate_keys() == (0, 0, False)
        assert PERSON.encode() not in files(store)


def test_a_store_that_was_opened_without_keys_has_none_to_rotate(url: str) -> None:
    with closing(SqlStore(url)) as store, pytest.raises(KeysError, match="the store was opened without keys"):
        store.rotate_keys()


# --- broken off, and beside workers ---


class Broken(Exception):
    """The process ends here."""


def test_a_rotation_that_was_broken_off_goes_on_where_it_was(url: str) -> None:
    filled(url, None)
    before = said(url, None)
    done: list[int] = []

    def breaks_off(rows: int) -> None:
        done.append(rows)
        if len(done) == 3:
            raise Broken

    with closing(SqlStore(url, keys=OLD)) as store, pytest.raises(Broken):
        store.rotate_keys(breaks_off)
    assert said(url, OLD) == before
    rows, _clear, left = rotated(url, OLD)
    assert not left
    assert rows > 0
    assert said(url, OLD) == before


def test_workers_go_on_while_keys_are_rotated(url: str) -> None:
    """What one tells between two batches is neither lost nor told twice, whichever of the keys it writes with."""
    with closing(SqlStore(url, keys=OLD)) as store:
        record(store, example_journals())
    policy = load_policy(text=POLICY)
    with closing(SqlStore(url, keys=NEW)) as store, closing(SqlStore(url, keys=BOTH_BUT_OLD)) as older:
        filled_by_now: list[str] = []

        def works(rows: int) -> None:
            loan = f"W-{len(filled_by_now)}"
            worker = (store, older)[len(filled_by_now) % 2]
            if len(filled_by_now) < 6:
                filled_by_now.append(loan)
                Flow(policy, worker).receive(loan, opening(loan))

        assert not store.rotate_keys(works).left
    with closing(SqlStore(url, keys=NEW_ALONE)) as store, store.records() as records:
        assert verify(records).found == 0
        assert set(store.case_ids()) == {*example_journals(), *filled_by_now}
        assert len(filled_by_now) == 6


def test_a_turn_that_meets_a_rotation_is_decided_again(url: str) -> None:
    filled(url, OLD)
    with closing(SqlStore(url, keys=NEW)) as worker:
        flow = Flow(load_policy(text=POLICY), worker)
        assert flow.case("A-1").seq > 0  # it knows the case as it was
        rotated(url, NEW)
        flow.receive("A-1", PaymentReceived(id="p-1", amount="10.00", value_date=date(2025, 1, 20)))
        assert worker.recorded("A-1", "p-1") is not None


def test_a_worker_that_never_learns_the_new_key_is_said(url: str) -> None:
    filled(url, OLD)
    number = iter(range(100))
    with closing(SqlStore(url, keys=NEW)) as store, closing(SqlStore(url, keys=BOTH_BUT_OLD)) as older:
        assert store.rotate_keys(lambda rows: reserve(older, f"again-{next(number)}")).left
        assert not store.rotate_keys().left


def test_a_reservation_made_under_an_older_name_is_one(url: str) -> None:
    """It is made again while the person stands there under another name, and falls once."""
    filled(url, OLD)
    with closing(SqlStore(url, keys=NEW)) as store:
        reserve(store, "on-its-way")
        lines = [line.key for line in store.contacts(PERSON).lines if line.reserved]
        assert lines == ["on-its-way"]


def test_a_reservation_under_an_older_name_falls_when_its_outcome_is_told(url: str) -> None:
    filled(url, OLD)
    with closing(SqlStore(url, keys=NEW)) as store:
        told = ContactAttempted(id="c-2", channel="phone", outcome="no_answer", effect_id="on-its-way")
        Flow(load_policy(text=POLICY), store).receive("A-2", told)
        assert [line.key for line in store.contacts(PERSON).lines if line.reserved] == []


class MeetsAWorker(SqlStore):
    """A store in which, right after switches were read to be encrypted anew, somebody says another reason."""

    worker: SqlStore | None = None

    def _read(self, do: Callable[[Link], T]) -> T:
        found = super()._read(do)
        switches = isinstance(found, list) and found and "stopped_by" in getattr(found[0], "_fields", ())
        if switches and self.worker is not None:
            self.worker.stop(Switch("contact", AT, "mr-wang", "it was right after all"))
            self.worker = None
        return found


def test_what_a_worker_changes_between_reading_and_writing_stands(url: str) -> None:
    filled(url, OLD)
    with closing(MeetsAWorker(url, keys=NEW)) as store, closing(SqlStore(url, keys=NEW)) as worker:
        store.worker = worker
        assert not store.rotate_keys().left
        assert store.switches()["contact"].by == "mr-wang"


NEXT = Keys({"2025z": bytes(32), **OLD.by_name}, current="2026a")
"""A key that is to come, whose name comes before that of the first."""


@pytest.mark.parametrize(("one", "other"), [(NEXT, OLD), (OLD, NEXT), (NEXT, NEXT)])
def test_workers_that_know_a_key_in_common_wait_for_each_other(url: str, one: Keys, other: Keys) -> None:
    """Only on PostgreSQL is there a row to wait for; on SQLite whoever writes is alone."""
    filled(url, OLD)
    with closing(SqlStore(url, keys=one)) as newer, closing(SqlStore(url, keys=other)) as older:
        order: list[str] = []

        def second() -> None:
            with older.transaction() as bound:
                bound.lock_person(PERSON)
                order.append("second")

        waiting = threading.Thread(target=second)
        with newer.transaction() as bound:
            bound.lock_person(PERSON)
            waiting.start()
            waiting.join(0.3)
            order.append("first")
        waiting.join(30)
        assert order == ["first", "second"]


# --- who is refused ---


def test_once_encrypted_a_store_is_opened_with_its_keys_alone(url: str) -> None:
    filled(url, None)
    SqlStore(url, keys=OLD).close()
    for keys, why in (
        (None, "is encrypted with the key `2026a`"),
        (ANOTHER, "is not the one"),
        (NEW_ALONE, "not given"),
    ):
        with pytest.raises(KeysError, match=why):
            SqlStore(url, keys=keys)
    rotated(url, NEW)
    with pytest.raises(KeysError, match="`2026b`, which was not given"):
        SqlStore(url, keys=OLD)


def test_a_worker_from_before_the_first_key_reads_nothing_that_was_encrypted(url: str) -> None:
    filled(url, None)
    with closing(SqlStore(url)) as old_worker:
        rotated(url, OLD)
        for asked in (lambda: old_worker.journal("A-2"), lambda: list(old_worker.outbox()), old_worker.switches):
            with pytest.raises(KeysError, match="has been encrypted since it was opened here"):
                asked()


@pytest.mark.parametrize(
    ("before", "keys", "why"),
    [
        (None, OLD, "has been encrypted since it was opened here"),
        (OLD, NEW, "has been encrypted with the key `2026b` since it was opened here"),
        (
            BOTH_BUT_OLD,
            NEW,
            "is encrypted with the key `2026b` since it was opened here, and no more encrypted with `2026a`",
        ),
    ],
)
def test_a_worker_with_other_keys_than_its_store_by_now_writes_nothing(
    url: str, before: Keys | None, keys: Keys, why: str
) -> None:
    """Through whatever door: what it wrote would stand in the clear, or nobody could read it later."""
    filled(url, before)
    policy = load_policy(text=POLICY)
    with closing(SqlStore(url, keys=before)) as forgotten:
        rotated(url, keys)
        with closing(SqlStore(url, keys=keys)) as store:
            text = dump(store) if store.dialect == "postgresql" else b""

            def within() -> None:
                with forgotten.engine.begin() as connection:
                    forgotten.within(connection).stop(Switch("call", AT, "mr-wang", "by hand"))

            def keeping() -> None:
                with forgotten.keeping() as records:
                    records.erase("A-1")

            for writes in (
                lambda: Flow(policy, forgotten).receive("W-1", opening("W-1")),
                lambda: forgotten.stop(Switch("call", AT, "mr-wang", "by hand")),
                lambda: forgotten.note_look(Look(AT, "A-2", "officer", "mr-wang", "by hand")),
                within,
                keeping,
            ):
                with pytest.raises(KeysError, match=why):
                    writes()
            assert store.cases_of("P-W-1") == []
            if store.dialect == "postgresql":
                assert dump(store) == text
            assert store.rotate_keys() == (0, 0, False)


@pytest.mark.parametrize(("names", "one", "other"), [("2026a", OLD, NEW_ALONE), ("2026b", NEW_ALONE, OLD)])
def test_of_two_who_turn_encryption_on_with_different_keys_one_is_refused(names: str, one: Keys, other: Keys) -> None:
    """On PostgreSQL the second waits until the first has said its key; on SQLite whoever writes is alone anyway."""
    with fresh_url("postgresql") as url:
        SqlStore(url).close()
        refused: list[str] = []

        def second() -> None:
            try:
                SqlStore(url, keys=other).close()
            except KeysError as error:
                refused.append(str(error))

        with closing(SqlStore(url)) as store:
            waiting = threading.Thread(target=second)
            with store.engine.begin() as connection:
                make_known(Link(connection), one)
                waiting.start()
                waiting.join(0.5)
                assert waiting.is_alive()
            waiting.join(30)
        assert len(refused) == 1
        assert f"encrypted with the key `{names}`, which was not given" in refused[0]


@pytest.mark.parametrize(
    ("column", "table", "where"),
    [("person_id", "cases", "case_id = 'A-1'"), ("stopped_by", "switches", "name = 'contact'")],
)
def test_what_somebody_without_the_key_puts_in_is_not_taken_for_the_stores(
    url: str, column: str, table: str, where: str
) -> None:
    """Even the very name that stood there: nobody would find the loan by it any more."""
    filled(url, OLD)
    with closing(SqlStore(url, keys=OLD)) as store:
        with store.engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE overdue_{table} SET {column} = 'P-A-1' WHERE {where}")
        if table == "switches":
            with pytest.raises(JournalError, match=r"`switches\.stopped_by` of `contact` stands in the clear"):
                store.switches()
            return
        with store.records() as records:
            assert [one.message for one in verify(records).findings] == [
                "the table of cases says another person than its journal"
            ]


def test_what_an_older_key_encrypted_is_gone_from_the_file_and_its_log(tmp_path: Path) -> None:
    """Keys are rotated when one has leaked: whoever has it reads nothing of the file."""
    url = f"sqlite:///{tmp_path / 'loans.db'}"
    filled(url, OLD)
    with closing(SqlStore(url, keys=NEW)) as store:
        assert b"2026a:" in files(store)
        store.rotate_keys()
        assert b"2026a:" not in files(store)


def test_a_closed_store_says_what_needs_no_key(url: str) -> None:
    filled(url, OLD)
    with closing(SqlStore(url, closed=True)) as store:
        assert list(store.case_ids()) == ["A-1", "A-2"]
        assert store.contents().cases == 2
        with store.records() as records:
            found = verify(records)
            assert (found.found, found.closed, records.closed) == (0, True, True)
        for asked in (
            lambda: store.load("A-1"),
            lambda: list(store.tasks(role="agent")),
            lambda: store.contacts(PERSON),
            lambda: store.stop(Switch("call", AT, "a", "b")),
            lambda: list(store.looks()),
        ):
            with pytest.raises(KeysError):
                asked()


def test_a_file_that_cannot_be_written_is_read_with_keys_and_stays_as_it_is() -> None:
    """The keys of today, in the environment of whoever looks at an archive from before the first key."""
    with folder_for_all() as folder:
        url = f"sqlite:///{folder / 'loans.db'}"
        filled(url, None)
        before = said(url, None)
        with only_reading(folder):
            assert said(url, OLD) == before
            assert said(url, None) == before


def test_a_role_that_may_only_read_is_not_asked_to_write() -> None:
    with fresh_url("postgresql") as url:
        filled(url, None)
        before = said(url, None)
        assert said(f"{url}&options=-cdefault_transaction_read_only%3Don", OLD) == before
        assert said(url, None) == before
