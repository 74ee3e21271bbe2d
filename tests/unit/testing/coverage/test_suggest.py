"""A suggested scenario is as expected, and reaches the part that none did."""

from __future__ import annotations

import pytest

from overdue_flow.policy.load import load_policy, load_scenarios
from overdue_flow.testing.coverage.parts import parts_of
from overdue_flow.testing.coverage.reached import seen_by
from overdue_flow.testing.coverage.suggest import Suggester
from overdue_flow.testing.scenarios import run_scenario
from overdue_flow.testing.written import scenarios_text
from support.covered import covered


@pytest.mark.parametrize(
    "said",
    [
        "rule to-court: fired",
        "rule overdue: dpd >= 3 false",
        "rule to-court: failed_negotiations_in_a_row >= 1 true",
        'rule said-no: outcome == "failed" false',
        "entry look: frail true",
        "mark late: ended",
        "mark lost: score < 0.5 true",
        "stage gone: entered",
        "beat again: came",
        "hold dispute: stood",
    ],
)
def test_it_reaches_what_it_is_for(said: str) -> None:
    policy = covered()
    (part,) = [part for part in parts_of(policy) if str(part) == said]
    found = Suggester(policy).scenario_for(part)
    assert found is not None
    scenario, reached = found
    assert part in reached
    (read,) = load_scenarios(text=scenarios_text(policy, [scenario]), policy=policy)
    assert run_scenario(policy, read).passed
    assert part in seen_by(policy, read).reached


SUED = """language: 1
policy: sued
version: 1
roles: [counsel]
actions: {work: {kind: task, params: {role: role}}}
promises: {stops: [suit]}
plans: {stops: [suit]}
stages:
  talks:
    start: true
    rules: [{id: sue, when: dpd > 90 and failed_negotiations_in_a_row >= 1, to: suit}]
  suit: {on_enter: [{do: work, with: {role: counsel}}], rules: [{id: paid, when: balance == 0, to: end}]}
  end: {end: true}
"""


@pytest.mark.parametrize(("word", "late"), [("promises", "dpd > 90"), ("plans", "days_in_stage > 90")])
def test_a_word_that_stops_a_suit_is_given_where_the_suit_would_come(word: str, late: str) -> None:
    policy = load_policy(text=SUED.replace("dpd > 90", late))
    (part,) = [part for part in parts_of(policy) if str(part) == f"word {word}: stopped"]
    found = Suggester(policy, turns=1_500).scenario_for(part)
    assert found is not None
    assert part in found[1]
    assert run_scenario(policy, found[0]).passed


COUNTED = """language: 1
policy: counted
version: 1
events: {Called: {angry: {type: flag}, minutes: {type: number}}}
counts: {angry_calls: {of: Called, where: angry, within: 30 days}}
stages: {open: {start: true, rules: [{id: paid, when: balance == 0, to: closed}]}, closed: {end: true}}
never: [{id: too-angry, that: angry_calls > 1}]
"""


def test_an_event_that_is_only_counted_says_all_that_it_must() -> None:
    policy = load_policy(text=COUNTED)
    (part,) = [part for part in parts_of(policy) if str(part) == "never too-angry: angry_calls > 1 true"]
    found = Suggester(policy).scenario_for(part)
    assert found is not None
    (read,) = load_scenarios(text=scenarios_text(policy, [found[0]]), policy=policy)
    assert part in seen_by(policy, read).reached


def test_what_cannot_be_reached_is_not_found_within_the_budget() -> None:
    policy = covered()
    (part,) = [part for part in parts_of(policy) if str(part) == "rule cured: arrears_cleared true"]
    assert Suggester(policy, turns=1).scenario_for(part) is None
