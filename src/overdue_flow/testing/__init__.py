"""Tests of policies: scenarios that travel with the rules.

    from overdue_flow import load_policy
    from overdue_flow.testing.scenarios import run_scenarios

    for result in run_scenarios(load_policy("retail.yaml")):
        assert result.passed, str(result)

`building` writes scenarios in Python, `plugin` gives them to pytest, with fixtures for a host's own tests; `strategies`
are random loans and policies for hypothesis.
"""
