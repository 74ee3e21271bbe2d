"""One text for each version of a policy: what decided in a store under its name, decides there for ever."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine

from overdue_flow import Flow, MemoryStore, SqlStore
from overdue_flow.cases.case import Case
from overdue_flow.errors import VersionTaken
from overdue_flow.events import ComplaintReceived, Event, LoanOpened
from overdue_flow.policy.meaning import meaning_of
from overdue_flow.policy.policy import Policy
from overdue_flow.runtime.hooks import Hook
from overdue_flow.store.protocol import PolicyText, Store
from support.road import TWO_STAGES, at, on, opening, road_policy
from support.stores import DATABASES, KINDS, any_store, fresh_url, sql_store

POLICY, OTHER = road_policy(), road_policy(TWO_STAGES.replace("dpd >= 1", "dpd >= 9"))
SAYS = (
    "policy road 1 has decided in this store since 2025-01-01, and said something else then;"
    " a policy that changes needs a new version"
)


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    with any_store(request.param) as found:
        yield found


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> Iterator[SqlStore]:
    with sql_store(request.param) as found:
        yield found


def opened() -> LoanOpened:
    return opening().model_copy(update={"at": at("2025-01-01")})


def remembered(store: Store) -> dict[str, str]:
    return {text.version: text.digest for text in store.policies()}


def test_a_version_that_has_decided_is_refused_with_another_text(store: Store) -> None:
    Flow(POLICY, store).receive("a", opened())
    with pytest.raises(VersionTaken) as refused:
        Flow(OTHER, store)
    assert str(refused.value) == SAYS
    Flow((POLICY, road_policy(TWO_STAGES.replace("dpd >= 1", "dpd >= 9"), version='"2"')), store)


def test_comments_layout_and_titles_make_no_other_text(store: Store) -> None:
    Flow(POLICY, store).receive("a", opened())
    Flow(road_policy(f"  # two of them\n{TWO_STAGES}", title="A road"), store).receive("b", opened())
    assert remembered(store) == {"1": meaning_of(POLICY)}


def test_looking_ahead_and_opening_a_flow_leave_no_mark(store: Store) -> None:
    """A draft may be tried on the store before it decides anything."""
    flow = Flow(OTHER, store)
    assert list(flow.forewarn(on("2025-03-01"))) == []
    flow.wake(on("2025-03-01"))
    assert remembered(store) == {}
    Flow(POLICY, store).receive("a", opened())
    assert remembered(store) == {"1": meaning_of(POLICY)}


def test_a_version_to_come_may_still_be_changed_and_is_fixed_when_it_is_the_law(store: Store) -> None:
    def versions(limit: str) -> tuple[Policy, Policy]:
        return POLICY, road_policy(version='"2"', in_force="{from: 2025-01-10}", attention=limit, roles="[a, b]")

    Flow(versions("a"), store).receive("a", opened())
    changed = Flow(versions("b"), store)
    assert set(remembered(store)) == {"1"}
    changed.wake(on("2025-01-11"))
    assert remembered(store) == {one.version: meaning_of(one) for one in versions("b")}
    with pytest.raises(VersionTaken, match="policy road 2 has decided in this store since 2025-01-11"):
        Flow(versions("a"), store)


def test_of_two_that_were_opened_before_either_decided_the_first_to_decide_is_right(store: Store) -> None:
    first, second = Flow(POLICY, store), Flow(OTHER, store)
    first.receive("a", opened())
    for refused in (
        lambda: second.receive("b", opened()),
        lambda: second.receive_many([("b", opened())]),
        lambda: second.wake(on("2025-03-01")),
    ):
        with pytest.raises(VersionTaken):
            refused()
    assert (list(store.case_ids()), len(store.journal("a"))) == (["a"], 1)


def test_workers_that_decide_first_at_the_same_time_agree_on_one_text(database: SqlStore) -> None:
    """Whatever the order, all that is recorded was decided by one text."""
    flows = [Flow(policy, database) for policy in (POLICY, OTHER) * 3]
    start, refused = threading.Barrier(len(flows)), []

    def work(number: int) -> None:
        start.wait()
        try:
            flows[number].receive(f"loan-{number}", opened())
        except VersionTaken:
            refused.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(flows))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(number % 2 for number in refused) in ([0, 0, 0], [1, 1, 1])
    assert list(database.case_ids()) == [f"loan-{number}" for number in range(6) if number not in refused]


@pytest.mark.parametrize("kind", DATABASES)
def test_a_text_that_a_host_takes_back_stays_where_it_is_told_apart(kind: str) -> None:
    """What a version means is a fact about the version, whatever becomes of the turn."""
    with sql_store(kind) as store:
        flow = Flow(POLICY, store)
        with store.engine.connect() as connection:
            with connection.begin() as mine:
                flow.within(connection).receive("a", opened())
                mine.rollback()
            assert remembered(store) == ({} if kind == "sqlite" else {"1": meaning_of(POLICY)})
            with connection.begin():
                flow.within(connection).receive("a", opened())
        assert remembered(store) == {"1": meaning_of(POLICY)}
        with store.engine.begin() as connection:
            flow.within(connection).receive("b", opened())


def test_a_long_transaction_of_a_host_keeps_no_other_first_turn_waiting() -> None:
    with sql_store("postgresql") as store:
        flow, other = Flow(POLICY, store), Flow(POLICY, store)
        work = threading.Thread(target=lambda: other.receive("b", opened()), daemon=True)
        with store.engine.begin() as connection:
            flow.within(connection).receive("a", opened())
            work.start()
            work.join(10)
            assert list(store.case_ids()) == ["b"]
        assert list(store.case_ids()) == ["a", "b"]


def test_an_engine_with_one_connection_is_enough() -> None:
    with fresh_url("postgresql") as url:
        where = url.replace("postgresql:", "postgresql+psycopg:")
        engine = create_engine(where, pool_size=1, max_overflow=0, pool_timeout=1)
        flow = Flow((POLICY, road_policy(version='"2"', in_force="{from: 2025-01-11}")), SqlStore(engine))
        with engine.begin() as connection:
            flow.within(connection).receive("a", opened())
        flow.wake(on("2025-01-12"))
        assert set(remembered(SqlStore(engine))) == {"1", "2"}
        engine.dispose()


class Noting(MemoryStore):
    """A store that notes in which order it is told of texts."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def remember(self, text: PolicyText) -> PolicyText:
        self.told.append(text.version)
        return super().remember(text)


def test_texts_are_told_in_one_order_whoever_tells_them() -> None:
    """Two who tell the same in two orders would wait for each other for ever."""
    store = Noting()
    early, late = road_policy(in_force="{to: 2025-01-31}", version='"2"'), road_policy(in_force="{from: 2025-02-01}")
    loans = [
        (name, opening("2025-06-01").model_copy(update={"at": at(day), "opened_on": on(day)}))
        for name, day in (("x", "2025-01-05"), ("y", "2025-02-05"))
    ]
    Flow((early, late), store).receive_many(loans)
    assert store.told == ["1", "2"]


# --- before something goes out ---

CALLS = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late: {on_enter: [{do: call}], rules: [{id: gone, when: dpd > DAYS, to: gone}]}
  gone: {end: true}
"""
CALLING, OTHER_CALLS = (road_policy(CALLS.replace("DAYS", days)) for days in ("300", "200"))
LATER = road_policy(version='"2"', in_force="{from: 2025-01-12}")


def calling(policies: Policy | tuple[Policy, ...], store: Store, day: str, call: Hook) -> Flow:
    hooks = dict.fromkeys(("call", "news", "help", "note"), call)
    return Flow(policies, store, hooks=hooks, clock=lambda: at(day, 14))


def test_what_another_text_decided_is_not_delivered_and_no_try_is_counted(store: Store) -> None:
    called: list[str] = []
    flows = [
        calling(policy, store, "2025-01-11", lambda effect, _case: called.append(effect.id))
        for policy in (CALLING, OTHER_CALLS)
    ]
    flows[0].receive("a", opened())
    flows[0].wake(on("2025-01-11"))
    for _again in range(3):
        with pytest.raises(VersionTaken, match="policy road 1 has decided in this store since 2025-01-01"):
            flows[1].deliver()
    assert (called, [(one.tries, one.error) for one in store.outbox()]) == ([], [(0, "")])
    assert [effect.action for effect in flows[0].deliver().delivered] == ["call"]
    assert len(called) == 1


def test_the_law_is_fixed_before_something_goes_out_under_it(store: Store) -> None:
    """On its first day a new law has decided no turn, and already says what may go out."""
    seen: list[set[str]] = []
    other = road_policy(version='"2"', in_force="{from: 2025-01-12}", roles="[boss]")
    flows = [
        calling((CALLING, law), store, "2025-01-12", lambda _effect, _case: seen.append(set(remembered(store))))
        for law in (LATER, other)
    ]
    assert flows[0].deliver().delivered == []
    flows[0].receive("a", opened())
    flows[0].wake(on("2025-01-11"))
    assert set(remembered(store)) == {"1"}
    assert len(flows[0].deliver().delivered) == 1
    assert seen == [{"1", "2"}]
    with pytest.raises(VersionTaken, match="policy road 2 has decided in this store since 2025-01-12"):
        flows[1].deliver()


def test_a_text_that_is_taken_in_the_middle_of_a_delivery_ends_it_and_counts_no_try(database: SqlStore) -> None:
    """As in a store whose journals came from an archive without texts."""
    called: list[str] = []

    def decided_by_another(_case: Case) -> list[Event]:
        Flow(CALLING, database).receive("b", opened())
        return [ComplaintReceived(id="c", at=at("2025-01-11", 13))]

    first = calling(CALLING, database, "2025-01-11", lambda *_given: None)
    first.receive("a", opened())
    first.wake(on("2025-01-11"))
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM overdue_policies")
    hooks = dict.fromkeys(("call", "news", "help", "note"), lambda effect, _case: called.append(effect.id))
    noon, policies = at("2025-01-12", 14), (OTHER_CALLS, LATER)
    second = Flow(policies, database, hooks=hooks, clock=lambda: noon, refresh=decided_by_another)
    with pytest.raises(VersionTaken):
        second.deliver()
    assert (called, [(one.tries, one.error) for one in database.outbox()]) == ([], [(0, "")])
