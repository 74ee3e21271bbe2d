"""One text for each version of a policy: what decided in a store under its name, decides there for ever."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from overdue_flow import Flow, SqlStore
from overdue_flow.errors import VersionTaken
from overdue_flow.events import LoanOpened
from overdue_flow.policy.meaning import meaning_of
from overdue_flow.policy.policy import Policy
from overdue_flow.store.protocol import Store
from support.road import TWO_STAGES, at, on, opening, road_policy
from support.stores import DATABASES, KINDS, any_store, sql_store

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


def test_a_text_is_not_remembered_by_a_transaction_that_the_host_takes_back(database: SqlStore) -> None:
    flow = Flow(POLICY, database)
    with database.engine.connect() as connection:
        with connection.begin() as mine:
            flow.within(connection).receive("a", opened())
            mine.rollback()
        assert remembered(database) == {}
        with connection.begin():
            flow.within(connection).receive("a", opened())
    assert remembered(database) == {"1": meaning_of(POLICY)}
    with database.engine.begin() as connection:
        flow.within(connection).receive("b", opened())
