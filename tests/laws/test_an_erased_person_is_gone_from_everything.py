"""An erased person is gone from everything: from every table and every column, from looks, outbox, tasks and contacts,
from what is shown and what is archived; and the journal verifies.

Who of the staff looked stays, for whoever must answer for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from overdue_flow import SqlStore
from overdue_flow.cases.seen import ALL
from overdue_flow.engine.machine import Machine
from overdue_flow.events import KINDS
from overdue_flow.runtime.view import view
from overdue_flow.store.archive import LinesWriter, export
from overdue_flow.store.evidence import verify
from overdue_flow.store.looks import Look, broken_looks
from support.dumps import dump
from support.garden import SECRET, Garden, Plant
from support.histories import History
from support.journals import record
from support.lives import asleep, drawn_machine
from support.stores import DATABASES, emptied, sql_store
from support.whole_road import road_histories, road_policies

EXAMPLES = settings().max_examples // 4
"""A database takes its time."""

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
STAFF, WHY = "officer zq-staff", "zq-why: the borrower asked"


@pytest.fixture(params=DATABASES, scope="module")
def store(request: pytest.FixtureRequest) -> Iterator[SqlStore]:
    with sql_store(request.param, personal_facts=(SECRET,)) as opened:
        yield opened


def is_personal(plant: Plant) -> bool:
    """Whether it was planted where the store keeps what is personal apart."""
    kind, _, name = plant.where.partition(".")
    return plant.fact == SECRET or name in KINDS[kind].PERSONAL


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(road_policies(), road_histories())
def test_an_erased_person_is_gone_from_everything(store: SqlStore, text: str, history: History) -> None:
    machine, garden = drawn_machine(f"{text}facts: {{{SECRET}: text}}\n"), Garden()
    case, entries = asleep(machine, garden.planted(history), history.opened.opened_on + timedelta(days=200))
    emptied(store)
    record(store, {case.id: entries})
    for who, own in ((STAFF, False), (case.person_id, True)):
        store.note_look(Look(NOON, case.id, "officer", who, WHY, own=own))
    with store.keeping() as keeping:
        keeping.erase(case.id)
    words = [plant.text for plant in garden.plants if is_personal(plant)]
    for name, output in everything(store, machine, case.id):
        assert [word for word in (*words, WHY) if word.encode() in output] == [], name
    with store.records() as records:
        assert verify(records).found == 0
        assert broken_looks(records.looks(), frozenset(records.erased())) == ""
    assert [look.who[:7] for look in store.looks()] == [STAFF[:7], "erased:"]


def everything(store: SqlStore, machine: Machine, case_id: str) -> Iterator[tuple[str, bytes]]:
    """What may hold something of a person: the whole database, what is shown, what is archived."""
    yield "the database", dump(store)
    case = store.load(case_id)
    assert case is not None
    yield "a view", json.dumps(view(machine.policy, case, store.journal(case_id), ALL).as_data()).encode()
    lines: list[bytes] = []
    with store.records() as records:
        export(records, LinesWriter(lines.append, with_personal=True), with_personal=True)
    yield "an archive", b"".join(lines)
