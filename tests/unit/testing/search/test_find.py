"""The search for a history: what it finds is so when it is lived again, and it finds the same every time."""

from __future__ import annotations

import pytest

from overdue_flow.engine.machine import Machine
from overdue_flow.policy.load import load_policy
from overdue_flow.policy.policy import Policy
from overdue_flow.testing.scenarios import run_scenario
from overdue_flow.testing.search import (
    Aim,
    Budget,
    Goal,
    Turn,
    differs,
    find,
    rule_fires,
    scenario_of,
    stage_reached,
)
from support.small_policy import POLICY as SMALL


def policy(old: str = "", new: str = "") -> Policy:
    assert old in SMALL
    return load_policy(text=SMALL.replace(old, new) if old else SMALL)


@pytest.mark.parametrize("rule", ["cured", "care", "late", "seen", "to-court", "sue", "won"])
def test_every_rule_of_a_policy_fires_for_a_loan_that_it_finds(rule: str) -> None:
    machine = Machine(policy())
    history = find(machine, rule_fires(machine.policy, rule))
    assert history is not None
    scenario = scenario_of(machine, history, "found", rule=rule)
    assert scenario.expects[0].rule == rule
    assert run_scenario(machine.policy, scenario).passed


def test_a_threshold_is_found_at_its_very_day() -> None:
    machine = Machine(policy())
    history = find(machine, stage_reached(machine.policy, "court"))
    assert history is not None
    (expected,) = scenario_of(machine, history, "found").expects
    assert (expected.stage, expected.rule) == ("court.waiting", "to-court")
    due_on = history.opening.instalments[0].due_on
    assert (history.until - due_on).days == 31


def test_what_cannot_be_is_not_found_and_costs_no_more_than_the_budget() -> None:
    machine = Machine(policy())
    seen = 0

    def never(_turn: Turn) -> bool:
        nonlocal seen
        seen += 1
        return False

    assert find(machine, Goal(never, (Aim(frozenset({"gone"})),)), budget=Budget(turns=200)) is None
    assert seen <= 400


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("dpd > 30", "dpd > 31"),
        ("dpd > 30", "dpd >= 30"),
        (", approve: counsel", ""),
        ("when: 'result == \"met\"', ", ""),
        ("lifted_by: [boss]", "lifted_by: [agent]"),
        ("    on_enter: [{do: remind, with: {channel: sms}}]\n", ""),
    ],
)
def test_two_policies_are_told_apart_by_a_loan(old: str, new: str) -> None:
    ours, theirs = Machine(policy()), Machine(policy(old, new))
    history = find(ours, Goal(differs), other=theirs)
    assert history is not None
    scenario = scenario_of(ours, history, "told apart", other=theirs)
    assert run_scenario(ours.policy, scenario).passed
    assert not run_scenario(theirs.policy, scenario).passed


def test_two_policies_that_mean_the_same_are_not_told_apart() -> None:
    ours, theirs = Machine(policy()), Machine(policy("dpd > 30", "dpd >= 31"))
    assert find(ours, Goal(differs), other=theirs, budget=Budget(turns=1_500)) is None


def test_the_same_question_has_the_same_answer() -> None:
    machine = Machine(policy())
    goal = rule_fires(machine.policy, "won")
    assert find(machine, goal) == find(Machine(policy()), rule_fires(policy(), "won"))
    assert find(machine, goal) == find(machine, goal)
