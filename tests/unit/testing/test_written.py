"""What is found while a scenario is lived is written as it was said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from overdue_flow.policy.load import load_policy, load_scenarios
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.trials import Scenario
from overdue_flow.testing.written import scenarios_text
from support.small_policy import POLICY

WRITTEN = """scenarios:
  - name: by days past due
    given: {instalments: 2 x 100.00 monthly from 2025-01-10}
    when:
      - {dpd: 5, PromiseMade: {amount: 50.00, due_on: 7 days}}
      - {after: 2 business days, PaymentReceived: {amount: 50.00}}
      - {dpd: 9, PaymentReceived: {amount: 5.00, value_date: 2025-01-12}}
      - {on: 2025-03-01, PromiseMade: {amount: 50.00, due_on: 1 month}}
    then:
      - {dpd: 1, stage: early, nothing_until: {dpd: 5}}
      - {nothing_until: 2025-01-20}
"""


def read(text: str, policy: Policy) -> Scenario:
    (found,) = load_scenarios(text=text, policy=policy)
    steps = tuple(replace(step, place=None) for step in found.steps)
    return replace(found, steps=steps, expects=tuple(replace(one, place=None) for one in found.expects), place=None)


def test_days_that_count_from_their_step_are_written_so() -> None:
    policy = load_policy(text=POLICY)
    scenario = read(WRITTEN, policy)
    text = scenarios_text(policy, [scenario])
    assert "due_on: 7 days" in text
    assert "due_on: 1 month" in text
    assert read(text, policy) == scenario


@pytest.mark.parametrize(
    "odd", ["a\u2028b", "a\x85b", "\ufeffa", "a\x7f", 'say "x"', "back\\slash", " a ", "null", "- a"]
)
def test_what_cannot_stand_in_a_file_is_told_by_its_number(odd: str) -> None:
    policy = load_policy(text=POLICY)
    scenario = read(WRITTEN, policy)
    told = replace(scenario.expects[0], story=f"first\n{odd}\n")
    odd_one = replace(scenario, name=odd, expects=(told, *scenario.expects[1:]))
    assert read(scenarios_text(policy, [odd_one]), policy) == odd_one
