"""A scenario may say which tasks wait for somebody at the end of a day, and from what time on something may go out."""

from __future__ import annotations

import pytest

from overdue_flow.errors import ScenarioError
from overdue_flow.policy.load import load_policy, load_scenarios
from overdue_flow.testing.scenarios import run_scenario
from overdue_flow.testing.written import scenarios_text
from support.small_policy import POLICY

NIGHT = """\
limits: [{id: night, strength: block, applies_to: {kind: contact}, outside: "08:00-22:00"}]
"""
ENDS = POLICY.replace("once: episode}", "once: episode, until: episode}")
GIVEN = "given: {instalments: [{due_on: 2025-01-10, amount: 100.00}], facts: {frail: true}}"
PAID = "when: [{on: 2025-01-20, PaymentReceived: {amount: 100.00}}]"


def run(then: str, text: str = ENDS) -> str:
    """What a scenario with this expectation comes to."""
    policy = load_policy(text=text + NIGHT)
    said = f"scenarios: [{{name: a loan, {GIVEN}, {PAID}, then: [{then}]}}]"
    (scenario,) = load_scenarios(text=said, policy=policy)
    (again,) = load_scenarios(text=scenarios_text(policy, [scenario]), policy=policy)
    assert again.expects[0].to_do == scenario.expects[0].to_do
    assert again.expects[0].effects == scenario.expects[0].effects
    return str(run_scenario(policy, scenario))


@pytest.mark.parametrize(
    "then",
    [
        "{on: 2025-01-10, to_do: []}",
        "{on: 2025-01-11, to_do: call}",
        "{on: 2025-01-19, to_do: [{do: call, role: agent}]}",
        "{on: 2025-01-19, to_do: [{do: call, with: {role: agent}}]}",
        "{on: 2025-01-20, to_do: []}",  # it is over with the episode
        '{on: 2025-01-11, effects: [{do: remind, due_at: "08:00"}, call]}',
        '{on: 2025-01-11, effects: [{do: remind, due_on: 2025-01-11, due_at: "08:00"}]}',
    ],
)
def test_it_is_as_expected(then: str) -> None:
    assert run(then) == "a loan: as expected"


@pytest.mark.parametrize(
    ("then", "difference"),
    [
        ("{on: 2025-01-11, to_do: []}", "expected none, found call (role agent)"),
        ("{on: 2025-01-10, to_do: call}", "expected `call`, found none"),
        ("{on: 2025-01-11, to_do: [call, call]}", "expected `call`, `call`, found call (role agent)"),
        ("{on: 2025-01-11, to_do: [{do: call, role: boss}]}", "expected call (role boss), found call (role agent)"),
        (
            '{on: 2025-01-11, effects: {do: remind, due_at: "09:00"}}',
            "expected `remind (due at 09:00)`, found remind (due at 08:00)",
        ),
    ],
)
def test_what_is_otherwise_is_told(then: str, difference: str) -> None:
    assert run(then).endswith(difference)


def test_only_these_wait_and_contacts_do_not() -> None:
    """What goes out by itself waits for nobody."""
    assert run("{on: 2025-01-11, effects: remind, to_do: call}") == "a loan: as expected"


@pytest.mark.parametrize(
    ("then", "message"),
    [
        ("{on: 2025-01-11, to_do: cal}", "there is no action `cal`"),
        ("{on: 2025-01-11, effects: {do: remind, due_at: 8}}", "expected a time such as `08:30`"),
        ('{on: 2025-01-11, effects: {do: remind, due_at: "24:00"}}', "expected a time such as `08:30`"),
    ],
)
def test_what_makes_no_sense_is_refused(then: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        run(then)
