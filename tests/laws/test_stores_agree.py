"""Stores agree: the same turns, claims and reservations give the same answers in memory, SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from overdue_flow import MemoryStore, SqlStore, next_wake
from overdue_flow.cases.case import Case
from overdue_flow.cases.person import Line
from overdue_flow.engine.decide import decide
from overdue_flow.engine.decision import Decision
from overdue_flow.engine.live import live
from overdue_flow.engine.machine import Machine
from overdue_flow.errors import ConcurrentTurn, EventRefused, MoneyError
from overdue_flow.events import ContactAttempted
from overdue_flow.store.protocol import Store, Switch, Turn
from overdue_flow.testing.strategies.policies import policy_texts
from support.histories import History, noticed_at
from support.lives import drawn_machine
from support.people import peopled_histories
from support.stores import DATABASES, emptied, sql_store

LEASE = timedelta(hours=1)
EXAMPLES = settings().max_examples // 3
"""A database takes its time."""

CALLS = ("call", "note", "visit_task")
STEPS = st.one_of(
    st.tuples(st.just("turns"), st.sampled_from("ab"), st.integers(1, 4)),
    st.tuples(st.just("turns"), st.sampled_from("ab"), st.integers(1, 4)),
    st.tuples(st.just("undone turns"), st.sampled_from("ab"), st.integers(1, 3)),
    st.tuples(st.just("an old turn"), st.sampled_from("ab")),
    st.tuples(
        st.just("claim"),
        st.integers(0, 400),
        st.sampled_from("vw"),
        st.integers(1, 5),
        st.one_of(st.none(), st.lists(st.sampled_from(CALLS), unique=True)),
    ),
    st.tuples(st.just("put back"), st.integers(0, 9), st.sampled_from("vw"), st.integers(0, 400), st.booleans()),
    st.tuples(st.just("redeliver"), st.integers(0, 400)),
    st.tuples(st.just("reserve"), st.integers(0, 9), st.integers(0, 400)),
    st.tuples(st.just("switch"), st.sampled_from(CALLS), st.booleans()),
    st.tuples(st.just("due"), st.integers(0, 400), st.integers(1, 3)),
    st.tuples(st.just("overlooked"), st.sampled_from(("", "v1", "v2")), st.sampled_from((None, "a"))),
)


@dataclass
class Loan:
    """The turns of a loan, and how many of them are recorded."""

    turns: list[Turn]
    told: int = 0


@dataclass
class World:
    """What is told to every store, in the same order."""

    loans: dict[str, Loan]
    start: datetime
    effects: list[tuple[str, str]] = field(default_factory=list)

    def later(self, days: int) -> datetime:
        return self.start + timedelta(days=days)

    def next_turns(self, loan: str, number: int) -> list[Turn]:
        found = self.loans[loan]
        return found.turns[found.told : found.told + number]


@pytest.fixture(scope="module")
def databases() -> Iterator[list[SqlStore]]:
    with ExitStack() as stack:
        yield [stack.enter_context(sql_store(kind, cached_cases=1)) for kind in DATABASES]


@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(policy_texts(), peopled_histories(), peopled_histories(), st.lists(STEPS, min_size=8, max_size=30))
def test_stores_agree(
    databases: list[SqlStore], text: str, one: History, other: History, steps: list[tuple[Any, ...]]
) -> None:
    """Two loans of one person are told what happened, in any order, while workers come and go."""
    machine = drawn_machine(text)
    world = World(
        {loan: Loan(turns_of(machine, loan, history)) for loan, history in (("a", one), ("b", other))},
        noticed_at(one.opened),
    )
    stores: list[Store] = [MemoryStore(), *map(emptied, databases)]
    for step in steps:
        said = [do(store, world, *step) for store in stores]
        assert said[1:] == said[:-1], step
        go_on(world, *step)
    seen = [everything(store, world) for store in stores]
    assert seen[1:] == seen[:-1]


# --- turns ---


def turns_of(machine: Machine, loan: str, history: History) -> list[Turn]:
    """The life of a loan, as turns to be recorded."""
    opened = history.opened.model_copy(update={"person_id": "p"})
    turns = [_turn(machine, None, decide(machine, None, opened, noticed_at(opened), loan))]
    for event in history.events:
        at = noticed_at(event)
        turns += _days(machine, turns[-1].case, at.date())
        with suppress(EventRefused, MoneyError):
            turns.append(_turn(machine, turns[-1].case, decide(machine, turns[-1].case, event, at)))
    return turns


def _days(machine: Machine, case: Case, until: date) -> list[Turn]:
    turns = []
    for decision in live(machine, case, until):
        turns.append(_turn(machine, case, decision))
        case = decision.case
    return turns


def _turn(machine: Machine, before: Case | None, decision: Decision) -> Turn:
    looked_with = (None, "", "v1", "v2")[decision.case.seq % 4]
    return Turn(before, decision.case, decision.entry, next_wake(machine, decision.case), looked_with)


# --- steps ---


class Undo(Exception):
    """What has a transaction undone."""


def do(store: Store, world: World, what: str, *how: Any) -> object:
    """Take a step; what the store says."""
    try:
        return DEEDS[what](store, world, *how)
    except ConcurrentTurn:
        return "overtaken"


def go_on(world: World, what: str, *how: Any) -> None:
    """What a step changes for those that follow."""
    if what == "turns":
        loan, number = how
        turns = world.next_turns(loan, number)
        world.loans[loan].told += len(turns)
        asked = [effect for turn in turns if turn.entry for effect in turn.entry.results.effects]
        world.effects += [(loan, effect.id) for effect in asked]


def _tell(store: Store, world: World, loan: str, number: int) -> object:
    turns = world.next_turns(loan, number)
    store.commit(turns)
    return store.load(loan)


def _undo(store: Store, world: World, loan: str, number: int) -> object:
    seen: list[object] = []
    with suppress(Undo), store.transaction() as bound:
        bound.commit(world.next_turns(loan, number))
        seen += [bound.load(loan), list(bound.outbox()), bound.due(date.max, limit=9)]
        raise Undo
    return [*seen, store.load(loan)]


def _tell_again(store: Store, world: World, loan: str) -> object:
    told = world.loans[loan].told
    if told < 2:
        return None
    turn = world.loans[loan].turns[told - 2]
    if turn.entry is None or world.loans[loan].turns[told - 1].entry is None:
        return None
    return store.commit([turn])


def _claim(store: Store, world: World, days: int, worker: str, limit: int, actions: list[str] | None) -> object:
    return store.claim(world.later(days), worker=worker, lease=LEASE, limit=limit, actions=actions)


def _put_back(store: Store, world: World, number: int, worker: str, days: int, parked: bool) -> object:
    _loan, effect_id = _effect(world, number)
    ready_at = world.later(days)
    return store.put_back(effect_id, worker=worker, ready_at=ready_at, tries=number, error="no line", parked=parked)


def _reserve(store: Store, world: World, number: int, days: int) -> object:
    loan, effect_id = _effect(world, number)
    attempt = ContactAttempted(channel="phone", outcome="connected", effect_id=effect_id)
    if world.loans[loan].told:
        with store.transaction() as bound:
            bound.lock_person("p")
            bound.reserve("p", Line(loan, effect_id, world.later(days), attempt, reserved=True))
    return store.contacts("p", since=world.later(days))


def _effect(world: World, number: int) -> tuple[str, str]:
    return world.effects[number % len(world.effects)] if world.effects else ("a", "a:1:1")


def _switch(store: Store, world: World, name: str, stop: bool) -> object:
    return store.stop(Switch(name, world.start, "boss", "")) if stop else store.resume(name)


DEEDS: dict[str, Any] = {
    "turns": _tell,
    "undone turns": _undo,
    "an old turn": _tell_again,
    "claim": _claim,
    "put back": _put_back,
    "redeliver": lambda store, world, days: store.redeliver(now=world.later(days)),
    "reserve": _reserve,
    "switch": _switch,
    "due": lambda store, world, days, limit: store.due(world.later(days).date(), limit=limit),
    "overlooked": lambda store, world, known, behind: store.overlooked(known, limit=1, behind=behind),
}


def everything(store: Store, world: World) -> list[object]:
    """All that a store says about the two loans and their person."""
    told = [turn.entry.event.id for loan in world.loans.values() for turn in loan.turns if turn.entry]
    keys = [(loan, event_id) for loan in world.loans for event_id in told if event_id]
    return [
        list(store.case_ids()),
        [store.load(loan) for loan in world.loans],
        store.load_many(["b", "a", "x"]),
        [store.journal(loan) for loan in world.loans],
        store.recorded_many(keys),
        [list(store.outbox(parked=parked)) for parked in (None, True, False)],
        list(store.outbox(person_id="p")),
        [list(store.tasks(role=role)) for role in (None, "boss")],
        store.contacts("p"),
        store.switches(),
        store.due(date.max),
        [store.overlooked(known) for known in ("", "v1", "v2")],
    ]
