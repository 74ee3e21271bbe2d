"""Turns inside a host's transaction, workers that share a database, and cases that are kept folded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import date, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.pool import Pool, SingletonThreadPool, StaticPool

from overdue_flow import SqlStore
from overdue_flow.errors import ConcurrentTurn, JournalError, StoreUnavailable
from overdue_flow.events import ContactAttempted
from overdue_flow.store.records import Head
from overdue_flow.store.sql_journal import Cases, Known
from overdue_flow.testing.turns import NINE, contact, day_passed, happened, opening
from support.stores import DATABASES, sql_store

FEBRUARY = date(2026, 2, 1)
LEASE = timedelta(minutes=5)


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest) -> Iterator[SqlStore]:
    with sql_store(request.param) as found:
        yield found


@pytest.fixture
def postgres() -> Iterator[SqlStore]:
    with sql_store("postgresql") as found:
        yield found


@pytest.fixture
def host(store: SqlStore) -> Iterator[Engine]:
    """A host's engine, set up as SQLAlchemy sets it up, and a table of the host's own."""
    engine = create_engine(store.url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE payments (id TEXT)")
    yield engine
    engine.dispose()


def payments(host: Engine) -> int:
    with host.connect() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM payments").scalar_one())


# --- a host's transaction ---


def test_a_turn_is_recorded_with_what_the_host_writes(store: SqlStore, host: Engine) -> None:
    with host.begin() as connection:
        connection.exec_driver_sql("INSERT INTO payments VALUES ('p-1')")
        store.within(connection).commit([opening("a")])
    assert (payments(host), list(store.case_ids())) == (1, ["a"])


@pytest.mark.parametrize("first", ["the turn", "the payment"])
def test_a_turn_is_undone_with_what_the_host_writes(store: SqlStore, host: Engine, first: str) -> None:
    with host.connect() as connection:
        inside = store.within(connection)
        if first == "the payment":
            connection.exec_driver_sql("INSERT INTO payments VALUES ('p-1')")
        inside.commit([opening("a", contact("a:1:1"))])
        if first == "the turn":
            connection.exec_driver_sql("INSERT INTO payments VALUES ('p-1')")
        assert inside.load("a") is not None
        connection.rollback()
    assert (payments(host), list(store.case_ids()), list(store.outbox())) == (0, [], [])


def test_a_turn_that_is_overtaken_leaves_the_hosts_transaction_usable(store: SqlStore, host: Engine) -> None:
    first = opening("a")
    store.commit([first])
    stale = happened(first.case, "e-2")
    store.commit([happened(first.case, "e-1")])
    with host.begin() as connection:
        connection.exec_driver_sql("INSERT INTO payments VALUES ('p-1')")
        inside = store.within(connection)
        with pytest.raises(ConcurrentTurn):
            inside.commit([stale])
        now = inside.load("a")
        assert now is not None
        inside.commit([happened(now, "e-2")])
    assert (payments(host), len(store.journal("a"))) == (1, 3)


def test_a_host_may_go_on_after_its_commit(store: SqlStore, host: Engine) -> None:
    with host.connect() as connection:
        inside = store.within(connection)
        inside.commit([opening("a")])
        connection.commit()
        inside.commit([opening("b")])
        connection.rollback()
    assert list(store.case_ids()) == ["a"]


def test_a_store_may_stand_on_a_hosts_engine(host: Engine, store: SqlStore) -> None:
    other = SqlStore(host)
    other.commit([opening("a")])
    other.close()
    assert (list(store.case_ids()), payments(host)) == (["a"], 0)


# --- workers ---


def test_a_worker_leaves_out_the_cases_that_another_has_in_hand(postgres: SqlStore) -> None:
    cases = {f"c-{number}": opening(f"c-{number}", wake_on=FEBRUARY) for number in range(4)}
    postgres.commit(list(cases.values()))
    with postgres.transaction() as one, postgres.transaction() as other:
        assert one.due(FEBRUARY, limit=2) == ["c-0", "c-1"]
        assert other.due(FEBRUARY) == ["c-2", "c-3"]
        one.commit([day_passed(cases[loan].case, FEBRUARY) for loan in ("c-0", "c-1")])
        other.commit([day_passed(cases[loan].case, FEBRUARY) for loan in ("c-2", "c-3")])
    assert postgres.due(FEBRUARY) == []


def test_a_worker_leaves_out_the_overlooked_cases_that_another_has_in_hand(postgres: SqlStore) -> None:
    cases = {f"c-{number}": opening(f"c-{number}") for number in range(4)}
    postgres.commit(list(cases.values()))
    with postgres.transaction() as one, postgres.transaction() as other:
        assert one.overlooked("v2", limit=2) == ["c-0", "c-1"]
        assert other.overlooked("v2", limit=1) == ["c-2"]
        assert other.overlooked("v2", limit=1, behind="c-2") == ["c-3"]
        one.commit([day_passed(cases["c-0"].case, FEBRUARY)._replace(looked_with="v2")])
    assert postgres.overlooked("v2") == ["c-1", "c-2", "c-3"]


@pytest.mark.parametrize("actions", [None, ("call", "text")])
def test_a_worker_leaves_out_the_effects_that_another_is_taking(
    postgres: SqlStore, actions: tuple[str, ...] | None
) -> None:
    postgres.commit([opening("a", *(contact(f"a:1:{number}") for number in range(4)))])
    with postgres.transaction() as one, postgres.transaction() as other:
        mine = one.claim(NINE, worker="one", lease=LEASE, limit=2, actions=actions)
        theirs = other.claim(NINE, worker="other", lease=LEASE, actions=actions)
        assert [[parcel.effect.id for parcel in found] for found in (mine, theirs)] == [
            ["a:1:0", "a:1:1"],
            ["a:1:2", "a:1:3"],
        ]


def test_a_turn_of_a_case_that_is_in_hand_waits_and_is_overtaken(postgres: SqlStore) -> None:
    first = opening("a", wake_on=FEBRUARY)
    postgres.commit([first])
    outcome: list[str] = []

    def pay() -> None:
        try:
            postgres.commit([happened(first.case, "e-1")])
        except ConcurrentTurn:
            outcome.append("overtaken")

    with postgres.transaction() as night:
        night.due(FEBRUARY)
        payer = Thread(target=pay)
        payer.start()
        payer.join(0.1)
        assert payer.is_alive()
        night.commit([happened(first.case, "n-1", at=NINE + timedelta(days=30))])
    payer.join(5)
    assert outcome == ["overtaken"]


def test_who_locks_a_person_is_alone_with_them(store: SqlStore) -> None:
    order: list[str] = []
    inside = Event()

    def second() -> None:
        with store.transaction() as bound:
            bound.lock_person("p")
            order.append("second")

    other = Thread(target=second)
    with store.transaction() as bound:
        bound.lock_person("p")
        other.start()
        other.join(0.1)
        inside.set()
        order.append("first")
    other.join(5)
    assert order == ["first", "second"]


def test_those_who_lock_other_people_do_not_wait(postgres: SqlStore) -> None:
    with postgres.transaction() as one, postgres.transaction() as other:
        one.lock_person("p")
        other.lock_person("q")


def test_batches_over_the_same_cases_do_not_block_each_other_for_good(postgres: SqlStore) -> None:
    firsts = [opening(f"c-{number:02}") for number in range(30)]
    postgres.commit(firsts)
    overtaken: list[int] = []

    def tell(number: int) -> None:
        turns = [happened(first.case, f"e-{number}") for first in firsts]
        for _again in range(5):
            try:
                postgres.commit(turns if number % 2 else turns[::-1])
                break
            except ConcurrentTurn:
                overtaken.append(number)

    threads = [Thread(target=tell, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert {len(postgres.journal(first.case.id)) for first in firsts} == {2}
    assert len(overtaken) == 15


# --- cases that are kept folded ---


def test_a_case_of_a_transaction_that_was_undone_is_never_served(store: SqlStore) -> None:
    first = opening("a")
    store.commit([first])
    with suppress(KeyError), store.transaction() as bound:
        bound.commit([happened(first.case, "e-1")])
        assert bound.load("a") != first.case
        raise KeyError
    assert store.load("a") == first.case
    other = happened(first.case, "e-2")
    with pytest.raises(ConcurrentTurn):
        store.commit([happened(happened(first.case, "e-1").case, "e-3")])
    store.commit([other])
    assert (store.load("a"), store.load_many(["a"])) == (other.case, {"a": other.case})


def test_what_others_record_is_seen(store: SqlStore) -> None:
    first = opening("a", person_id="p")
    store.commit([first])
    with closing(SqlStore(store.url)) as other:
        call = ContactAttempted(id="c-1", channel="phone", outcome="busy", contact_point="+1 555 0100")
        second = happened(first.case, call)
        third = day_passed(second.case, FEBRUARY)
        other.commit([second, third])
        assert store.load("a") == third.case
        fourth = happened(third.case, "e-1")
        store.commit([fourth])
        assert other.load_many(["a"]) == {"a": fourth.case}
        assert other.journal("a") == (first.entry, second.entry, fourth.entry)


def test_only_so_many_cases_are_kept() -> None:
    cases = Cases(2)
    for name in ("a", "b", "a", "c"):
        cases.put(Known(Head(name, 1, "h", ""), opening(name).case))
    assert [cases.get(name) is not None for name in ("a", "b", "c")] == [True, False, True]


def test_a_journal_that_does_not_lead_to_its_last_turn_is_not_folded(store: SqlStore) -> None:
    first = opening("a")
    store.commit([first, happened(first.case, "e-1")])
    trigger = "overdue_journal_no_delete" if store.dialect == "sqlite" else "overdue_journal_append_only"
    on = "" if store.dialect == "sqlite" else " ON overdue_journal"
    with store.engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TRIGGER {trigger}{on}")
        connection.exec_driver_sql("DELETE FROM overdue_journal WHERE seq = 2")
    for read in (SqlStore.load, lambda fresh, loan: fresh.load_many([loan])):
        with (
            closing(SqlStore(store.url)) as fresh,
            pytest.raises(JournalError, match="the journal of case `a` does not lead to its last turn"),
        ):
            read(fresh, "a")


def test_sqlite_is_set_up_so_that_nothing_committed_is_lost() -> None:
    with sql_store("sqlite") as found, found.engine.connect() as connection:
        said = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert said == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


# --- a host's engine ---


@pytest.mark.parametrize("said", [{"isolation_level": "AUTOCOMMIT"}, {"connect_args": {"autocommit": True}}])
def test_an_engine_whose_connections_commit_by_themselves_is_refused(postgres: SqlStore, said: dict[str, Any]) -> None:
    """Half a turn would stay when the process ends in the middle of it."""
    engine = create_engine(postgres.url, **said)
    for use in (SqlStore, SqlStore.upgrade):
        with pytest.raises(StoreUnavailable, match=r"connections are in AUTOCOMMIT.*execution_options"):
            use(engine)
    store = SqlStore(engine.execution_options(isolation_level="READ COMMITTED"))
    store.commit([opening("a")])
    with pytest.raises(StoreUnavailable, match="AUTOCOMMIT"):
        SqlStore(engine.execution_options(isolation_level="AUTOCOMMIT"))
    assert list(postgres.case_ids()) == ["a"]
    engine.dispose()


def test_sqlite_is_told_where_a_transaction_begins_whatever_its_engine_says(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'host.db'}", isolation_level="AUTOCOMMIT")
    store = SqlStore(engine)
    with suppress(ZeroDivisionError), store.transaction() as bound:
        bound.commit([opening("a")])
        raise ZeroDivisionError
    assert list(store.case_ids()) == []
    engine.dispose()


@pytest.mark.parametrize("pool", [StaticPool, SingletonThreadPool])
def test_an_engine_that_shares_a_connection_is_refused(postgres: SqlStore, pool: type[Pool]) -> None:
    engine = create_engine(postgres.url, poolclass=pool)
    with pytest.raises(StoreUnavailable, match=f"shares a connection .`{pool.__name__}`.*another pool"):
        SqlStore(engine)
    engine.dispose()


SETTINGS = ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")


def test_a_hosts_engine_is_left_as_the_host_has_set_it_up(tmp_path: Path) -> None:
    """Foreign keys would bear on the host's own tables, and a write-ahead log stays with the file."""
    host = create_engine(f"sqlite:///{tmp_path / 'host.db'}")

    def settings() -> list[object]:
        with host.connect() as connection:
            driver = connection.connection.dbapi_connection
            found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in SETTINGS]
            return [*found, getattr(driver, "isolation_level", None), getattr(driver, "text_factory", None)]

    with host.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE clients (id INTEGER PRIMARY KEY)")
        connection.exec_driver_sql("CREATE TABLE payments (client INTEGER REFERENCES clients (id))")
    before = settings()
    assert before[:3] == ["delete", 0, 2]
    store = SqlStore(host)
    store.commit([opening("a", contact("a:1:1"))])
    with store.records() as records:
        assert len(list(records.rows())) == 1
    with host.begin() as connection:
        store.within(connection).commit([opening("b")])
        connection.exec_driver_sql("INSERT INTO payments VALUES (17)")
    store.close()
    assert (settings(), list(store.case_ids())) == (before, ["a", "b"])
    host.dispose()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["host.db"]


def test_a_store_by_its_url_sets_itself_up(tmp_path: Path) -> None:
    store = SqlStore(f"sqlite:///{tmp_path / 'loans.db'}", busy_timeout=timedelta(seconds=7))
    with store.engine.connect() as connection:
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in SETTINGS]
    assert found == ["wal", 1, 2, 7000]
    store.close()


def test_reading_from_postgresql_leaves_no_transaction_open_and_keeps_what_the_driver_has_prepared(
    postgres: SqlStore,
) -> None:
    """At a rollback the driver forgets every statement that it has prepared, and plans the next one anew."""
    postgres.commit([opening("a")])
    for _ in range(10):
        assert postgres.load("a") is not None
    with postgres.engine.connect() as connection:
        prepared = connection.exec_driver_sql("SELECT statement FROM pg_prepared_statements").scalars().all()
        busy = connection.exec_driver_sql(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in trans%%'"
        ).scalar_one()
    assert any("overdue_cases.head_hash" in statement for statement in prepared)
    assert busy == 0


def test_a_connection_that_has_read_writes_again_in_one_transaction(postgres: SqlStore) -> None:
    """Reads are no transactions there; the connections are the same."""
    first = opening("a")
    postgres.commit([first])
    assert postgres.load("a") == first.case
    paid = happened(first.case, "e-1")
    with suppress(ZeroDivisionError), postgres.transaction() as bound:
        bound.commit([paid])
        raise ZeroDivisionError
    assert postgres.load("a") == first.case
    postgres.commit([paid])
    assert postgres.load("a") == paid.case
