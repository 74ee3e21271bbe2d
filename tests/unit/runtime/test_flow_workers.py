"""Several at once on one store, a night that cannot live every case, and turns inside a transaction of the host's."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import Engine, create_engine, text

from overdue_flow import Flow, MemoryStore, SqlStore, replay
from overdue_flow.errors import CasesLeft, ConcurrentTurn, EventRefused, NotInForce, StoreUnavailable
from overdue_flow.events import ComplaintReceived, LoanOpened, PaymentReceived, PaymentReversed
from overdue_flow.runtime import turns
from overdue_flow.store.protocol import Store, Turn
from support.road import at, on, one_stage, opening, road_policy, told_of
from support.stores import DATABASES, KINDS, any_store, sql_store

POLICY = road_policy()


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    with any_store(request.param) as found:
        yield found


def opened(day: str = "2025-01-01") -> LoanOpened:
    return opening().model_copy(update={"at": at(day)})


def all_at_once(*jobs: Callable[[], object]) -> None:
    """Run jobs in threads; the first error that any of them raised is raised."""
    errors: list[BaseException] = []

    def run(job: Callable[[], object]) -> None:
        try:
            job()
        except BaseException as error:  # noqa: BLE001  # it is raised below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for error in errors:
        raise error


# --- several at once ---


def test_events_that_come_at_once_are_all_recorded_in_some_order(store: Store) -> None:
    flow = Flow(POLICY, store)
    for loan in ("a", "b"):
        flow.receive(loan, opened())

    def sends(sender: int) -> None:
        own = Flow(POLICY, store)
        for number in range(6):
            loan = "ab"[(sender + number) % 2]
            own.receive(loan, ComplaintReceived(id=f"{sender}-{number}", at=at("2025-01-20")))
        own.receive("a", ComplaintReceived(id="the same", at=at("2025-01-20")))

    all_at_once(*(lambda sender=sender: sends(sender) for sender in range(4)))  # type: ignore[misc]  # each its own
    ids = [entry.event.id for loan in ("a", "b") for entry in flow.history(loan) if entry.event.kind != "TimePassed"]
    assert len(ids) == len({*ids}) + 1 == 2 + 4 * 6 + 1  # both loans were `opened`
    for loan in ("a", "b"):
        assert replay(flow.history(loan)) == flow.case(loan)


def test_batches_that_come_at_once_are_all_recorded(store: Store) -> None:
    loans = [f"loan-{number}" for number in range(5)]

    def sends(sender: int) -> None:
        told = [(loan, opened()) for loan in loans]
        paid = [
            (
                loan,
                PaymentReceived(id=f"p-{sender}-{n}", at=at("2025-01-20"), amount="1.00", value_date=on("2025-01-20")),
            )
            for n in range(3)
            for loan in loans[sender:] + loans[:sender]
        ]
        Flow(POLICY, store).receive_many(told + paid, chunk=20)

    all_at_once(*(lambda sender=sender: sends(sender) for sender in range(3)))  # type: ignore[misc]  # each its own
    for loan in loans:
        assert len([one for one in store.journal(loan) if one.event.kind == "PaymentReceived"]) == 9


def test_workers_of_one_night_share_it_and_each_turn_is_decided_once(store: Store) -> None:
    flow = Flow(POLICY, store)
    flow.receive_many([(f"loan-{number}", opened()) for number in range(40)])
    found: list[tuple[str, str, str | None]] = []

    def works() -> None:
        found.extend(told_of(Flow(POLICY, store).wake(on("2025-01-11"), batch=3)))

    all_at_once(*[works] * 4)
    assert flow.wake(on("2025-01-11")) == []
    assert found == [("2025-01-11", "late", "late")] * 40


class Overtaken:
    """A store in which another turn comes first, so many times."""

    def __init__(self, store: Store, times: int) -> None:
        self._store, self.times = store, times

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def commit(self, made: Sequence[Turn]) -> None:
        """Too late."""
        self.times -= 1
        if self.times >= 0:
            raise ConcurrentTurn("another turn was recorded first; decide again")
        self._store.commit(made)


def test_a_turn_that_is_overtaken_is_decided_again_but_not_for_ever(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns.time, "sleep", lambda seconds: None)
    overtaken: Store = Overtaken(store, 11)  # type: ignore[assignment]  # the rest is the store's
    Flow(POLICY, overtaken).receive("a", opened())
    hopeless: Store = Overtaken(store, 12)  # type: ignore[assignment]  # the same
    with pytest.raises(ConcurrentTurn):
        Flow(POLICY, hopeless).receive("a", ComplaintReceived(id="c", at=at("2025-01-02")))
    assert len(store.journal("a")) == 1


# --- nights ---


def test_a_case_that_cannot_be_lived_keeps_no_other_back_and_stays_due(store: Store) -> None:
    """One case runs under a version that this flow was not given."""
    old, new = road_policy(in_force="{to: 2025-01-05}"), road_policy(version='"2"', in_force="{from: 2025-01-06}")
    both = Flow((old, new), store)
    both.receive_many([("a", opened()), ("b", opened("2025-01-07")), ("c", opened("2025-01-07"))])
    with pytest.raises(
        CasesLeft, match=r"1 case could not be lived, the others were; `a`: policy road 1 was not given"
    ):
        Flow(new, store).wake(on("2025-01-11"), batch=1)
    assert [both.case(loan).course.stage for loan in ("a", "b", "c")] == ["calm", "late", "late"]
    assert [one.case.id for one in both.wake(on("2025-01-11"))] == ["a"]


def test_however_many_cases_cannot_be_lived_a_night_lives_all_the_others_and_ends(store: Store) -> None:
    old, new = road_policy(in_force="{to: 2025-01-05}"), road_policy(version='"2"', in_force="{from: 2025-01-06}")
    both = Flow((old, new), store)
    both.receive_many([(f"a-{number}", opened()) for number in range(150)])
    both.receive_many([(f"b-{number}", opened("2025-01-07")) for number in range(10)])
    with pytest.raises(CasesLeft) as left:
        Flow(new, store).wake(on("2025-01-11"), batch=40)
    assert set(left.value.errors) == {f"a-{number}" for number in range(150)}
    assert isinstance(left.value.errors["a-0"], NotInForce)
    assert {both.case(f"b-{number}").course.stage for number in range(10)} == {"late"}


def test_progress_is_told_and_a_long_night_need_not_stand_in_memory(store: Store) -> None:
    flow = Flow(POLICY, store)
    flow.receive_many([(f"loan-{number}", opened()) for number in range(7)])
    seen: list[int] = []
    assert len(flow.wake(on("2025-01-11"), batch=3, on_progress=seen.append)) == 7
    assert seen == [3, 3, 1]
    assert [(len(decisions), cases) for decisions, cases in flow.nights(date(2026, 1, 1), batch=4)] == [(4, 4), (3, 3)]


# --- in the host's transaction ---


@contextmanager
def hosts(kind: str) -> Iterator[tuple[SqlStore, Engine]]:
    """A store, and the host's own way to the same database."""
    with sql_store(kind) as store:
        engine = create_engine(store.engine.url)
        try:
            yield store, engine
        finally:
            engine.dispose()


@pytest.mark.parametrize("kind", DATABASES)
def test_a_turn_stands_or_falls_with_the_hosts_transaction(kind: str) -> None:
    with hosts(kind) as (store, engine):
        flow = Flow(POLICY, store)
        flow.receive("a", opened())
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE theirs (id TEXT)"))
        with engine.connect() as connection:
            connection.execute(text("INSERT INTO theirs VALUES ('one')"))
            flow.within(connection).receive("a", ComplaintReceived(id="c-1", at=at("2025-01-20")))
            connection.rollback()
        with engine.begin() as connection:
            connection.execute(text("INSERT INTO theirs VALUES ('two')"))
            flow.within(connection).receive("a", ComplaintReceived(id="c-2", at=at("2025-01-20")))
        with engine.begin() as connection:
            assert connection.execute(text("SELECT id FROM theirs")).scalars().all() == ["two"]
        assert [entry.event.id for entry in flow.history("a") if entry.event.id] == ["opened", "c-2"]


@pytest.mark.parametrize("kind", DATABASES)
def test_nobody_is_told_of_a_turn_before_the_host_commits_it(kind: str) -> None:
    with hosts(kind) as (store, engine):
        flow = Flow(POLICY, store)
        seen: list[str] = []
        flow.watch(lambda case, entry: seen.append(case.course.stage))
        with engine.begin() as connection:
            decision = flow.within(connection).receive("a", opened())
        assert seen == []
        flow.announce([decision])
        assert seen == ["calm"]


@pytest.mark.parametrize("kind", DATABASES)
def test_what_is_refused_leaves_the_hosts_transaction_as_it_was(kind: str) -> None:
    with hosts(kind) as (store, engine):
        flow = Flow(road_policy(one_stage()), store)
        with engine.begin() as connection:
            inside = flow.within(connection)
            inside.receive("a", opened())
            with pytest.raises(EventRefused):
                inside.receive(
                    "a", PaymentReversed(id="r", payment_id="p", reversed_on=on("2025-01-02")), at=at("2025-01-02")
                )
            inside.receive("a", ComplaintReceived(id="c", at=at("2025-01-20")))
        assert len(flow.history("a")) == 2


@pytest.mark.parametrize("kind", DATABASES)
@pytest.mark.parametrize("said_by", ["the engine", "the connection"])
def test_a_connection_that_commits_by_itself_is_refused(kind: str, said_by: str) -> None:
    """Whoever thinks that a turn can be rolled back there would be wrong."""
    with hosts(kind) as (store, engine):
        options = {"isolation_level": "AUTOCOMMIT"} if said_by == "the engine" else {}
        own = create_engine(engine.url, **options)
        with own.connect() as connection:
            if said_by == "the connection":
                connection.execution_options(isolation_level="AUTOCOMMIT")
            with pytest.raises(StoreUnavailable, match=r"the connection is in AUTOCOMMIT.* begin a transaction"):
                Flow(POLICY, store).within(connection)
        own.dispose()
        assert list(store.case_ids()) == []


def test_a_store_in_memory_has_no_part_in_a_transaction_of_the_hosts() -> None:
    with pytest.raises(StoreUnavailable, match="a store in memory is in no database; `within` needs a `SqlStore`"):
        Flow(POLICY, MemoryStore()).within(object())
