"""A dump shows nothing personal: of a store with keys no table, column or file has a personal value in the clear."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from overdue_flow.cases.person import Line
from overdue_flow.events import ContactAttempted
from overdue_flow.store.evidence import verify
from overdue_flow.store.keys import Keys
from overdue_flow.store.looks import Look
from overdue_flow.store.protocol import Switch
from overdue_flow.store.sql import SqlStore
from overdue_flow.testing.strategies.policies import policy_texts
from support.dumps import dump
from support.histories import History
from support.journals import turns_of
from support.keyring import NEW, OLD
from support.lives import asleep, drawn_machine
from support.people import peopled_histories
from support.planted import Planted
from support.stores import DATABASES, emptied, fresh_url, sql_store
from support.whole_road import road_histories, road_policies

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
EXAMPLES = settings().max_examples // 3
"""A database takes its time."""

LONGEST = timedelta(days=120)


@pytest.fixture(scope="module")
def databases() -> Iterator[list[SqlStore]]:
    with ExitStack() as stack:
        yield [stack.enter_context(sql_store(kind, keys=OLD, personal_facts=("score",))) for kind in DATABASES]


def fill(store: SqlStore, text: str, history: History) -> set[str]:
    """Tell a store a loan with planted values, and everything else that somebody may say of a person; what was
    planted."""
    planted = Planted()
    told = planted.history(history)
    _case, entries = asleep(drawn_machine(text), told, told.opened.opened_on + LONGEST)
    store.commit(turns_of(entries))
    case = store.load(entries[0].case_id)
    assert case is not None
    attempt = ContactAttempted(channel="phone", outcome="connected", contact_point=planted.text("number"))
    store.lock_person(case.person_id)
    store.reserve(case.person_id, Line(case.id, "on-its-way", NOON, attempt, reserved=True))
    for parcel in store.claim(NOON + timedelta(days=400), worker="w", lease=timedelta(hours=1), limit=1):
        again = NOON + timedelta(days=401)
        store.put_back(parcel.effect.id, worker="w", ready_at=again, tries=1, error=planted.text("what a gateway said"))
    store.stop(Switch("contact", NOON, planted.text("who stops"), planted.text("why it is stopped")))
    store.note_look(Look(NOON, case.id, "officer", planted.text("who looks"), planted.text("why they look")))
    return planted.values


def shown(store: SqlStore, values: set[str]) -> set[str]:
    """Which of the values a dump shows."""
    text = dump(store)
    return {value for value in values if value.encode() in text}


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(policy_texts(), peopled_histories())
def test_a_dump_shows_nothing_personal(databases: list[SqlStore], text: str, history: History) -> None:
    for store in map(emptied, databases):
        values = fill(store, text, history)
        assert shown(store, values) == set()
        with store.records() as records:
            assert verify(records).found == 0


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(road_policies(), road_histories())
def test_nor_does_that_of_a_loan_that_goes_all_the_way(databases: list[SqlStore], text: str, history: History) -> None:
    store = emptied(databases[0])
    assert shown(store, fill(store, text, history)) == set()


@pytest.mark.parametrize("kind", DATABASES)
@settings(max_examples=3, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(road_policies(), road_histories())
def test_what_stood_in_the_clear_is_gone_when_keys_were_rotated(kind: str, text: str, history: History) -> None:
    """Without keys the same store shows what was planted; so the law would see it."""
    with fresh_url(kind) as url:
        plain = SqlStore(url, personal_facts=("score",))
        values = fill(plain, text, history)
        in_clear = shown(plain, values)
        assert len(in_clear) > 5
        plain.close()
        for keys in (OLD, NEW):
            assert_nothing_is_shown(url, keys, values)


def assert_nothing_is_shown(url: str, keys: Keys, values: set[str]) -> None:
    store = SqlStore(url, keys=keys)
    assert not store.rotate_keys().left
    assert shown(store, values) == set()
    with store.records() as records:
        assert verify(records).found == 0
    store.close()
