"""A policy version compiled: one shared state machine, and one function per stage."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from overdue_flow.engine.machine import Machine
from overdue_flow.events import ContactAttempted
from overdue_flow.policy.load import load_policy
from overdue_flow.policy.policy import Rule
from support.limited import machine_with
from support.road import Road, on, opening, road_policy
from support.small_policy import POLICY

STAGES = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: ring}]}
  ring:
    first: one
    rules: [{id: paid, when: balance == 0, to: gone}, {id: told, on: ComplaintReceived, do: note}]
    every: [{each: 7 days, do: note, when: dpd > 5}]
    stages:
      one:
        on_enter: [{do: note, when: dpd > 5}, {do: visit}]
        rules: [{id: on, when: dpd >= 3, to: ring.two}, {id: met, on: ComplaintReceived, to: ring.two}]
      two: {rules: [
        {id: ask, when: dpd >= 9 and complaint_open, to: gone, approve: boss}, {id: care, when: dpd >= 4, do: visit}]}
  gone: {end: true}
"""
EVERYWHERE = "[{id: all, when: dpd >= 90, to: ring.two, except: [calm]}]"
EARLY = "{id: a, that: stage in ring and dpd < 1, on_entry: true}"
NEVER = f"[{EARLY}, {{id: b, that: dpd > 2}}, {{id: c, that: contact_delivered}}]"


@pytest.fixture(scope="module")
def machine() -> Machine:
    return Machine(road_policy(STAGES, everywhere=EVERYWHERE, never=NEVER))


def ids(rules: Iterable[Rule]) -> list[str]:
    return [rule.id for rule in rules]


def test_each_leaf_has_a_table_of_the_rules_that_compete_in_it_in_their_order(machine: Machine) -> None:
    assert list(machine.tables) == ["calm", "ring.one", "ring.two", "gone"]
    assert {leaf: ids(table.plain.rules) for leaf, table in machine.tables.items()} == {
        "calm": ["late"],
        "ring.one": ["all", "paid", "on"],
        "ring.two": ["paid", "ask"],  # `all` leads to where the loan is already
        "gone": [],
    }


def test_when_an_event_comes_its_rules_compete_among_the_plain_ones(machine: Machine) -> None:
    table = machine.tables["ring.one"]
    assert {word: ids(ballot.rules) for word, ballot in table.by_event.items()} == {
        "ComplaintReceived": ["all", "paid", "on", "met"]
    }
    assert dict(machine.tables["ring.two"].by_event) == {}


def test_do_rules_stand_apart_with_and_without_events(machine: Machine) -> None:
    table = machine.tables["ring.two"]
    assert ids(table.does.rules) == ["care"]
    assert {word: ids(some.rules) for word, some in table.does_by_event.items()} == {"ComplaintReceived": ["told"]}
    assert [(owner, beat.task.id) for owner, beat in table.beats] == [("ring", "ring.every[0]")]


def test_the_first_rule_that_matches_is_named_by_its_place_and_the_next_one_can_be_asked_for(machine: Machine) -> None:
    case = Road(machine.policy).case
    plain = machine.tables["ring.one"].plain
    assert plain.first(case, on("2025-01-10"), None) == -1
    assert plain.first(case, on("2025-01-13"), None) == 2
    assert plain.first(case, on("2025-04-20"), None) == 0
    assert plain.first(case, on("2025-04-20"), None, 1) == 2
    assert plain.first(case, on("2025-04-20"), None, 3) == -1


def test_an_edge_is_taken_from_its_stage_only(machine: Machine) -> None:
    rule = machine.policy.rule("on")
    assert machine.fire("ring.one", rule) == "ring.two"
    with pytest.raises(KeyError):
        machine.fire("calm", rule)


def test_the_state_machine_holds_no_case_so_that_one_serves_all(machine: Machine) -> None:
    first = [machine.fire("calm", machine.policy.rule("late")) for _ in range(3)]
    assert first == ["ring.one"] * 3


def test_clauses_are_bits_and_those_on_entry_are_not_standing(machine: Machine) -> None:
    case = Road(road_policy(STAGES, everywhere=EVERYWHERE), opening("2025-03-01")).case
    inside = case._replace(course=case.course._replace(stage="ring.one"))
    assert [clause.id for clause in machine.clauses] == ["a", "b", "c"]
    assert machine.broken(inside, on("2025-01-05")) == 0b001
    assert machine.broken_standing(inside, on("2025-01-05")) == 0
    assert machine.broken(inside, on("2025-03-04"), contact_delivered=True) == 0b110
    assert machine.broken_standing(inside, on("2025-03-04")) == 0b010
    assert machine.newly_broken(inside, on("2025-03-04"), inside, on("2025-03-03")) == 0b010
    assert machine.newly_broken(inside, on("2025-03-05"), inside, on("2025-03-04")) == 0
    assert machine.newly_broken(inside, on("2025-03-04"), None, on("2025-03-03"), contact_delivered=True) == 0b110


def test_conditions_of_beats_and_of_entry_are_asked_one_by_one(machine: Machine) -> None:
    case = Road(machine.policy).case
    (_, beat), *_ = machine.tables["ring.one"].beats
    early, late = on("2025-01-15"), on("2025-01-16")
    assert (machine.beats(beat, case, early), machine.beats(beat, case, late)) == (False, True)
    first, second = machine.policy.stages["ring.one"].on_enter
    assert (machine.asks_for(first, case, early), machine.asks_for(first, case, late)) == (False, True)
    assert machine.asks_for(second, case, early)


def test_a_rule_that_waits_for_approval_is_tested_again_and_says_when_it_may_flip(machine: Machine) -> None:
    case = Road(machine.policy).case
    rule = machine.policy.rule("ask")
    assert not machine.still_holds(rule, case, on("2025-02-01"), None)
    assert machine.next_change_of("ask", case, on("2025-01-12")) == on("2025-01-19")


def test_the_days_on_which_a_stage_or_a_clause_may_turn_are_found_without_a_case_of_its_own(machine: Machine) -> None:
    case = Road(machine.policy).case
    found = machine.tables["calm"].next_change(case, on("2025-01-11"))
    assert found == on("2025-01-13")  # the clause `b`, of every stage


def test_the_words_of_a_law_are_its_own() -> None:
    """One count looks back 7 days in the pinned version and 20 in the law; both ends are days to look."""
    week = "{calls: {of: ContactAttempted, within: 7 days}}"
    pinned = road_policy(counts=week, everywhere="[{id: n, when: calls == 0, do: note}]")
    law = road_policy(version='"2"', counts=week.replace("7", "20"), never="[{id: n, that: calls > 5}]")
    road = Road(pinned, opening("2025-03-01"), law=law)
    road.tell(ContactAttempted(channel="phone", outcome="busy"), "2025-01-05")
    changes = road.machine.tables["calm"].next_change
    first = changes(road.case, on("2025-01-05"))
    assert first == on("2025-01-12")
    assert changes(road.case, first) == on("2025-01-25")


def test_the_machine_names_its_policy_and_its_law() -> None:
    newer = road_policy(version='"2"', holds="{dispute: {stops: [contact]}}")
    machine = Machine(road_policy(), newer)
    assert machine.ref == ("road", "1", "2")
    assert (machine.law, list(machine.holds), machine.attention) == (newer, ["dispute"], "boss")
    alone = Machine(newer)
    assert (alone.ref, alone.law) == (("road", "2", "2"), newer)


def test_the_policy_of_the_tests_of_scenarios_compiles_into_one_trigger_per_edge() -> None:
    policy = load_policy(text=POLICY)
    machine = Machine(policy)
    landed = {(leaf, rule.id): machine.fire(leaf, rule) for leaf in policy.leaves for rule in policy.moves_in(leaf)}
    assert landed == {
        ("current", "late"): "early",
        ("early", "cured"): "current",
        ("early", "to-court"): "court.waiting",
        ("court.waiting", "sue"): "court.filed",
        ("court.filed", "won"): "gone",
    }


def test_limits_that_forbid_for_good_and_those_that_days_change_are_told_apart() -> None:
    machine = machine_with(
        """
        - {id: night, strength: block, applies_to: {kind: contact}, outside: "08:00-20:00"}
        - {id: calls, strength: block, applies_to: {kind: contact}, at_most: 3, counts: attempt, within: 7 days}
        - {id: pause, strength: block, applies_to: {kind: contact}, when: complaint_open}
        - {id: talked, strength: block, applies_to: {kind: contact}, when: talks >= 3}
        - {id: gentle, strength: advise, applies_to: {kind: contact}, when: complaint_open}
        - {id: once, strength: block, applies_to: {kind: contact}, outside: "09:00-17:00", in_force: {to: 2025-06-30}}
        """,
        "{talks: {of: ContactAttempted, within: 1 calendar day, per: person}}",
    )
    assert [one.limit.id for one in machine.limits_for_good] == ["pause", "talked"]
    assert [one.limit.id for one in machine.limits_that_change] == ["pause", "talked", "gentle", "once"]
    assert [one.limit.id for one in machine.limits if one.counts_contacts] == ["talked"]
