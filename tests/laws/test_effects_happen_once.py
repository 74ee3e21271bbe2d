"""Effects happen once: whatever crashes between decision and delivery, each effect is handed to its hook at least once,
and stands exactly once in the ledger of a hook that honours its id. Nothing is lost, and no turn is half done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overdue_flow import Case, Effect, Event, Flow, MemoryStore, replay
from overdue_flow.cases.effects import Status
from overdue_flow.events import (
    ComplaintReceived,
    ContactAttempted,
    EffectDelivered,
    EffectWithheld,
    NegotiationClosed,
    PaymentReceived,
    TaskCompleted,
)
from support.kills import Fuse, Killed, MortalStore
from support.road import at, on, opening, road_policy

POLICY = road_policy(
    """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late:
    on_enter: [{do: call}, {do: note}, {do: visit, with: {role: team}, within: 2 days, else: {do: note}}]
    every: [{each: 3 days, do: news}]
    rules: [{id: cured, when: arrears_cleared, to: calm}, {id: talks, when: negotiations_failed >= 2, to: talks}]
  talks: {on_enter: [{do: call}, {do: note}], rules: [{id: gone, when: dpd > 12, to: gone}]}
  gone: {end: true, on_enter: [{do: help}]}
""",
    limits=(
        "[{id: night, strength: block, applies_to: {kind: contact}, outside: '08:00-20:00'},"
        " {id: week, strength: block, applies_to: {kind: contact}, counts: attempt, at_most: 3, within: 7 days,"
        " per: person}]"
    ),
)
LEASE = timedelta(minutes=10)
LOANS = ("a", "b", "c")


class World:
    """A store that outlives its workers, the other side of the hooks, and the time. `kills` says how many steps each
    worker lives; the one after the last lives for ever."""

    def __init__(self, kills: Iterable[int]) -> None:
        self.store = MemoryStore()
        self.acted: dict[str, str] = {}
        self.calls = 0
        self.deaths = 0
        self.now = at("2025-01-01")
        self._kills = iter(kills)
        self._flow: Flow | None = None

    def _worker(self) -> Flow:
        """One more worker, whose hooks act once on each effect."""
        fuse = Fuse(next(self._kills, 0))
        store: Any = MortalStore(self.store, fuse)
        flow = Flow(POLICY, store, clock=lambda: self.now, lease=LEASE, time_limit=None, worker=f"w-{self.deaths}")

        def act(effect: Effect, case: Case) -> Event | None:
            fuse.burn()
            self.calls += 1
            self.acted.setdefault(effect.id, case.id)
            fuse.burn()
            if effect.kind != "contact":
                return None
            return ContactAttempted(channel="phone", outcome="no_answer", effect_id=effect.id)

        for action in POLICY.actions:
            flow.on(action)(act)
        return flow

    def do(self, step: Callable[[Flow], object]) -> None:
        """One step, begun again by another worker as often as one is killed in it."""
        while True:
            try:
                self._flow = self._flow or self._worker()
                step(self._flow)
                return
            except Killed:
                self.deaths += 1
                self.now += 2 * LEASE
                self._flow = None


def happens(kind: str, number: int, noticed: datetime) -> Event:
    """An event of a kind, with an id of its own."""
    name = f"{kind}-{number}"
    match kind:
        case "paid":
            return PaymentReceived(id=name, at=noticed, amount="400.00", value_date=noticed.date())
        case "failed":
            return NegotiationClosed(id=name, at=noticed, outcome="failed")
        case "done":
            return TaskCompleted(id=name, at=noticed, effect_id="a:2:3")
        case _:
            return ComplaintReceived(id=name, at=noticed)


steps = st.lists(
    st.tuples(st.sampled_from(["paid", "failed", "done", "complained"]), st.sampled_from(LOANS), st.integers(0, 5)),
    max_size=12,
)


@given(steps, st.lists(st.integers(1, 60), max_size=40))
def test_effects_happen_once(told: list[tuple[str, str, int]], kills: list[int]) -> None:
    """Every step of a month is begun again where a worker is killed in it."""
    check(lived(told, kills), told)


def lived(told: list[tuple[str, str, int]], kills: list[int]) -> World:
    """Live through what is told, with workers that are killed at the given steps."""
    world, day = World(kills), on("2025-01-09")
    first, second = opening(person_id="p"), opening("2025-01-12")
    opened = [("a", first), ("b", first), ("c", second)]
    world.do(lambda flow: flow.receive_many(opened))
    for number, (kind, loan, days) in enumerate(told):
        day += timedelta(days=days)
        world.now = max(world.now, at(day))
        event = happens(kind, number, world.now)
        world.do(lambda flow, until=day: flow.wake(until))
        world.do(lambda flow, loan=loan, event=event: flow.receive(loan, event))
        world.do(lambda flow: flow.deliver())
    world.now = max(world.now + 2 * LEASE, at(day + timedelta(days=5)))
    world.do(lambda flow: flow.wake(world.now.date()))
    for _later in range(9):
        world.do(lambda flow: flow.deliver())
        world.now = at(world.now.date() + timedelta(days=1))
    return world


def check(world: World, told: list[tuple[str, str, int]]) -> None:
    """Nothing is lost, nothing is done twice, nothing is half done."""
    delivered: list[str] = []
    not_again: set[str] = set()
    for loan in LOANS:
        journal, case = world.store.journal(loan), world.store.load(loan)
        assert case is not None
        assert replay(journal)._replace(day=case.day) == case
        ids = [entry.event.id for entry in journal if entry.event.id]
        assert len(ids) == len(set(ids))
        assert {f"{kind}-{number}" for number, (kind, where, _days) in enumerate(told) if where == loan} <= set(ids)
        delivered += [entry.event.effect_id for entry in journal if isinstance(entry.event, EffectDelivered)]
        withheld = [entry.event for entry in journal if isinstance(entry.event, EffectWithheld)]
        still_open = {one.id for one in case.course.open_effects if one.status in (Status.PENDING, Status.HELD)}
        assert still_open == {one.effect.id for one in world.store.outbox() if one.case_id == loan}
        not_again |= still_open | {one.effect_id for one in withheld if one.how not in ("deferred", "held")}
    assert len(delivered) == len(set(delivered))
    assert set(delivered) <= set(world.acted)
    # what a worker had called that was killed is called again, as soon as it may go out, if it may
    assert set(world.acted) - set(delivered) <= (not_again if world.deaths else set())
    assert world.calls >= len(world.acted)


TOLD = [("complained", "a", 3), ("failed", "a", 0), ("failed", "b", 1), ("paid", "c", 2)]


@pytest.mark.parametrize("block", range(4))
def test_a_worker_that_is_killed_at_any_step_is_gone_on_from(block: int) -> None:
    """Each single step of the openings, the first nights, the deliveries and their answers."""
    calm = lived(TOLD, [])
    for step in range(60 * block + 1, 60 * block + 61):
        world = lived(TOLD, [step])
        assert world.deaths == 1, "the run has more steps than are tried here"
        check(world, TOLD)
        assert world.acted.keys() == calm.acted.keys()


def test_some_that_are_killed_have_called_already() -> None:
    """What is killed between the call and its answer calls again, and is heard once."""
    assert any(world.calls > len(world.acted) for world in (lived(TOLD, [step]) for step in range(100, 200)))
