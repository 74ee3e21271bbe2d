"""A scenario may say which limits flag a contact as it goes out: these and no others, or none."""

from __future__ import annotations

import pytest

from overdue_flow.errors import ScenarioError
from overdue_flow.policy.load import load_policy, load_scenarios
from overdue_flow.testing.scenarios import run_scenario
from overdue_flow.testing.written import scenarios_text
from support.small_policy import POLICY

GENTLE = """\
limits:
  - {id: winter, strength: presume, applies_to: {channel: sms}, when: dpd < 20}
  - {id: weekend, strength: advise, applies_to: {kind: contact}, blocked_days: [saturday, sunday]}
  - {id: night, strength: block, applies_to: {kind: contact}, outside: "08:00-22:00"}
"""


def run(due_on: str, then: str, what_comes: str = "[]") -> str:
    """What a scenario of a loan that is reminded on the day after `due_on` comes to."""
    policy = load_policy(text=POLICY + GENTLE)
    given = f"given: {{instalments: [{{due_on: {due_on}, amount: 100.00}}]}}"
    said = f"scenarios: [{{name: a loan, {given}, when: {what_comes}, then: [{then}]}}]"
    (scenario,) = load_scenarios(text=said, policy=policy)
    (again,) = load_scenarios(text=scenarios_text(policy, [scenario]), policy=policy)
    assert again.expects[0].effects == scenario.expects[0].effects
    return str(run_scenario(policy, scenario))


@pytest.mark.parametrize(
    ("due_on", "then"),
    [
        ("2025-01-10", "{on: 2025-01-11, effects: {do: remind, flagged: [winter, weekend]}}"),  # a Saturday
        ("2025-01-10", "{on: 2025-01-11, effects: {do: remind, flagged: [weekend, winter]}}"),
        ("2025-01-12", "{on: 2025-01-13, effects: {do: remind, flagged: winter}}"),
        ("2025-01-12", "{on: 2025-01-13, effects: remind}"),
    ],
)
def test_it_is_as_expected(due_on: str, then: str) -> None:
    assert run(due_on, then) == "a loan: as expected"


@pytest.mark.parametrize(
    ("flagged", "difference"),
    [
        (
            "[]",
            "expected `remind (flagged by no limit)`, found remind (flagged by winter)",
        ),
        (
            "weekend",
            "expected `remind (flagged by weekend)`, found remind (flagged by winter)",
        ),
        (
            "[weekend, winter]",
            "expected `remind (flagged by weekend, winter)`, found remind (flagged by winter)",
        ),
    ],
)
def test_what_is_otherwise_is_told(flagged: str, difference: str) -> None:
    assert run("2025-01-12", f"{{on: 2025-01-13, effects: {{do: remind, flagged: {flagged}}}}}").endswith(difference)


def test_nothing_flags_what_no_limit_is_about() -> None:
    told = "[{on: 2025-01-10, FactsChanged: {facts: {frail: true}}}]"
    then = "{on: 2025-01-11, effects: [{do: call, flagged: []}, {do: remind, flagged: [winter, weekend]}]}"
    assert run("2025-01-10", then, told) == "a loan: as expected"


def test_of_what_waits_no_longer_no_flags_are_known() -> None:
    """It was cancelled on the same day, as everything was paid: neither flagged nor let go out without a flag."""
    paid = "[{on: 2025-01-13, PaymentReceived: {amount: 100.00}}]"
    for flagged in ("[]", "winter"):
        said = run("2025-01-12", f"{{on: 2025-01-13, effects: {{do: remind, flagged: {flagged}}}}}", paid)
        assert said.endswith(", found `remind`")


def test_of_what_is_held_no_flags_are_known() -> None:
    held = "[{on: 2025-01-12, HoldPlaced: {hold: dispute}}]"
    for flagged in ("[]", "winter"):
        said = run("2025-01-12", f"{{on: 2025-01-13, effects: {{do: remind, flagged: {flagged}}}}}", held)
        assert ", found `remind`" in said
    assert run("2025-01-12", "{on: 2025-01-13, effects: remind, held: remind}", held) == "a loan: as expected"


def test_a_limit_that_is_not_there_is_refused() -> None:
    with pytest.raises(ScenarioError, match=r"there is no limit `weekends` \(did you mean `weekend`\?\)"):
        run("2025-01-12", "{on: 2025-01-13, effects: {do: remind, flagged: weekends}}")
