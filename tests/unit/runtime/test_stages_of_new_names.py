"""A case goes on where several stages are one now, where a group has another name, and where it is told of."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from overdue_flow import Flow, MemoryStore, SqlStore
from overdue_flow.cases.effects import Effect
from overdue_flow.cases.evolve import replay
from overdue_flow.engine.explain import explain
from overdue_flow.engine.machine import Machine
from overdue_flow.events import NegotiationClosed
from overdue_flow.policy.policy import Policy
from overdue_flow.runtime.migrate import Migration
from overdue_flow.store.evidence import verify
from overdue_flow.store.protocol import Store
from support.road import at, on, opening, road_policy
from support.stores import any_store

STEPS = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: early}]}
  early: {rules: [{id: talk, when: dpd >= 5, to: talks}]}
  talks: {rules: [{id: again, on: NegotiationClosed, do: call, once: ONCE}, {id: deep, when: dpd > 300, to: gone}]}
  gone: {end: true}
"""
GROUPS = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: desk.one}]}
  desk:
    first: one
    on_enter: [{do: call, after: 90 days}]
    rules: [{id: again, on: NegotiationClosed, do: call, once: stage}]
    stages:
      one: {rules: [{id: two, when: dpd >= 5, to: desk.two}]}
      two: {rules: [{id: deep, when: dpd > 300, to: court.one}]}
  court:
    first: one
    stages:
      one: {rules: [{id: end, when: dpd > 350, to: court.two}]}
      two: {rules: [{id: back, when: dpd > 400, to: gone}]}
  gone: {end: true}
"""
ACTIONS = {"actions": "{call: {kind: contact, purpose: service}}"}
NOON = datetime(2025, 2, 3, 4, tzinfo=UTC)


def in_force(stages: str, version: str, since: str) -> Policy:
    return road_policy(stages, version=f'"{version}"', in_force=f"{{from: {since}}}", **ACTIONS)


def on_its_way(stages: str, new: str, store: Store | None = None) -> Flow:
    """A loan late since 11 January, whose rule `again` fired once where it stands."""
    versions = [in_force(stages, "1", "2025-01-01"), in_force(new, "2", "2025-02-01")]
    flow = Flow(versions, store or MemoryStore(), clock=lambda: NOON)
    flow.receive("a", opening("2025-01-10").model_copy(update={"at": at("2025-01-01")}))
    flow.wake(on("2025-01-20"))
    assert [one.action for one in closed(flow, "n1")] == ["call"]
    return flow


def closed(flow: Flow, name: str) -> list[Effect]:
    """What is asked for as talks are closed."""
    event = NegotiationClosed(id=name, outcome="failed", at=NOON if name != "n1" else at("2025-01-20"))
    flow.receive("a", event)
    return [one for entry in flow.history("a") if entry.event.id == name for one in entry.results.effects]


def without(stage: str, steps: str, instead: str) -> str:
    """The steps without a stage, to which another is the way."""
    kept = (line for line in steps.splitlines() if not line.lstrip().startswith(f"{stage}:"))
    return "\n".join(kept).replace(f"to: {stage}", f"to: {instead}")


@pytest.mark.parametrize("once", ["stage", "episode", "case"])
@pytest.mark.parametrize("one", ["talks", "calm"])
def test_what_was_done_once_is_not_done_again_because_another_stage_is_part_of_one_now(once: str, one: str) -> None:
    steps = STEPS.replace("ONCE", once)
    new = without("early", steps, "talks")
    flow = on_its_way(steps, new)
    assert flow.migrate(Migration("2", {"early": one})).moved == 1
    assert closed(flow, "n2") == []
    assert replay(flow.history("a")) == flow.case("a")


@pytest.mark.parametrize("kind", ["memory", "sqlite", "postgresql"])
def test_a_group_whose_stages_are_one_now_has_done_what_it_did(kind: str) -> None:
    head, _desk, rest = GROUPS.partition("  desk:\n")
    one = "  desk: {rules: [{id: again, on: NegotiationClosed, do: call, once: stage}, "
    leaf = f"{one}{{id: deep, when: dpd > 300, to: court.one}}]}}\n  court:{rest.partition('  court:')[2]}"
    with any_store(kind) as store:
        flow = on_its_way(GROUPS, head.replace("to: desk.one", "to: desk") + leaf, store)
        assert flow.migrate(Migration("2", {"desk.one": "desk", "desk.two": "desk"})).moved == 1
        assert closed(flow, "n2") == []
        assert replay(flow.history("a")) == flow.case("a")
        if isinstance(store, SqlStore):
            with store.records() as records:
                assert verify(records).found == 0


def test_two_groups_that_change_names_go_on() -> None:
    to = {"desk.one": "court.one", "desk.two": "court.two"}
    other = GROUPS.replace("desk", "DESK").replace("court", "desk").replace("DESK", "court")
    flow = on_its_way(GROUPS, other)
    before = flow.case("a").course
    assert flow.migrate(Migration("2", to | {goes: stage for stage, goes in to.items()})).moved == 1
    course = flow.case("a").course
    assert course.entered == {"court": on("2025-01-11"), "court.two": before.entered["desk.two"]}
    assert [one.id for one in course.open_effects] == [one.id for one in before.open_effects]
    assert closed(flow, "n2") == []


def test_a_group_goes_on_under_its_name_where_one_of_its_stages_is_to_be_entered_elsewhere() -> None:
    """What is left of a group is not called after where the rest of it went."""
    new = GROUPS.replace("      one: {rules: [{id: two, when: dpd >= 5, to: desk.two}]}\n", "").replace(
        "two: {rules: [{id: deep,", "new: {rules: [{id: deep,").replace("desk.one", "desk.new").replace(
        "first: one\n    on_enter", "first: new\n    on_enter")  # fmt: skip
    flow = on_its_way(GROUPS, new)
    stage_map = {"desk.one": "court.one", "desk.two": "desk.new"}
    before = flow.case("a").course
    assert flow.migrate(Migration("2", stage_map, entered=["desk.two"])).moved == 1
    course = flow.case("a").course
    assert course.entered == {"desk": on("2025-01-11"), "desk.new": on("2025-02-03")}
    assert [one.id for one in course.open_effects] == [one.id for one in before.open_effects]


def test_how_a_case_came_to_its_stage_is_not_that_the_stage_has_another_name() -> None:
    steps = STEPS.replace("ONCE", "case")
    flow = on_its_way(steps, steps.replace("talks", "deals"))
    flow.migrate(Migration("2", {"talks": "deals"}))
    policy = in_force(steps.replace("talks", "deals"), "2", "2025-02-01")
    told = explain(Machine(policy, policy), flow.case("a"))
    assert (told.stage, told.since) == ("deals", on("2025-01-15"))
    assert told.last_move is not None
    assert told.last_move.rule == "talk"
