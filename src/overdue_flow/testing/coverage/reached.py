"""What one scenario reaches of a policy, and what it touches."""

from __future__ import annotations

from dataclasses import replace

from overdue_flow.policy.policy import Policy
from overdue_flow.policy.trials import Scenario
from overdue_flow.testing.coverage.parts import Key
from overdue_flow.testing.coverage.seen import Seen, Watcher
from overdue_flow.testing.scenarios import run_scenario


def seen_by(policy: Policy, scenario: Scenario, watcher: Watcher | None = None) -> Seen:
    """What a scenario reaches and touches, up to the day on which it fails, if it does. `watcher` is one of the policy,
    for many scenarios in a row. ScenarioError where its steps are out of order."""
    watcher = watcher or Watcher(policy)
    result = run_scenario(policy, replace(scenario, proves=()))
    return watcher.of_a_loan(result.entries, result.until)


def touched(policy: Policy, scenario: Scenario, watcher: Watcher | None = None) -> frozenset[Key]:
    """Whatever of the policy a scenario looks at: rules that were tried, whether they fired or not, limits that were
    asked, marks, holds under which the loan came, stages it was in.

    What is not touched can be changed without the scenario noticing, as long as it is not tried more often than before:
    a rule that loses its `on`, or a limit that bears on more, is.
    """
    return seen_by(policy, scenario, watcher).touched
