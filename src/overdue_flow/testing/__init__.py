"""Tests of policies: scenarios that travel with the rules.

from overdue_flow.policy.load import load_policy
from overdue_flow.testing.scenarios import run_scenario

policy = load_policy("retail.yaml")
for scenario in policy.scenarios:
    result = run_scenario(policy, scenario)
    assert result.passed, str(result)
"""
