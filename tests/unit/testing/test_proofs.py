"""A scenario that says what it proves fails where it would pass without that."""

from __future__ import annotations

import pytest

from overdue_flow.errors import ScenarioError
from overdue_flow.policy.load import check_policy, load_policy, load_scenarios
from overdue_flow.policy.policy import Policy
from overdue_flow.testing.scenarios import run_scenario, run_scenarios
from support.small_policy import POLICY

GIVEN = "given: {instalments: [{due_on: 2025-01-10, amount: 100.00}]}"


def scenario(proves: str, then: str) -> str:
    return f"scenarios: [{{name: a loan, {GIVEN}, then: [{then}], proves: {proves}}}]"


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(text=POLICY)


@pytest.mark.parametrize(
    ("proves", "then"),
    [
        ("late", "{on: 2025-01-11, stage: early}"),
        ("remind", "{on: 2025-01-11, effects: [remind]}"),
        ("late", "{on: 2025-01-11, rule: late}"),
        ("[late, to-court]", "{on: 2025-02-10, stage: court}"),
    ],
)
def test_it_proves_that_without_which_it_fails(policy: Policy, proves: str, then: str) -> None:
    (found,) = load_scenarios(text=scenario(proves, then), policy=policy)
    result = run_scenario(policy, found)
    assert result.passed
    assert str(result) == "a loan: as expected"


def test_it_fails_where_all_is_as_expected_without_too(policy: Policy) -> None:
    (found,) = load_scenarios(text=scenario("[remind, late]", "{on: 2025-01-11, stage: early}"), policy=policy)
    result = run_scenario(policy, found)
    assert (result.passed, result.difference, result.unproved) == (False, None, ("remind",))
    assert str(result) == "a loan: as expected, also without remind"


def test_one_that_is_otherwise_than_expected_proves_nothing_and_says_why(policy: Policy) -> None:
    (found,) = load_scenarios(text=scenario("late", "{on: 2025-01-11, stage: court}"), policy=policy)
    result = run_scenario(policy, found)
    assert result.difference is not None
    assert result.unproved == ()


def test_scenarios_in_a_row_prove_each_their_own(policy: Policy) -> None:
    text = (
        f"scenarios: [{{name: one, {GIVEN}, then: [{{on: 2025-01-11, stage: early}}], proves: late}},"
        f" {{name: two, {GIVEN}, then: [{{on: 2025-01-11, stage: early}}], proves: remind}}]"
    )
    found = run_scenarios(policy, load_scenarios(text=text, policy=policy))
    assert [result.unproved for result in found] == [(), ("remind",)]


def test_a_part_that_the_policy_does_not_have_is_refused_with_its_place(policy: Policy) -> None:
    with pytest.raises(ScenarioError) as refusal:
        load_scenarios(text=scenario("[late, remint]", "{on: 2025-01-11, stage: early}"), policy=policy)
    (problem,) = refusal.value.problems
    assert (problem.code, problem.message, problem.hint) == (
        "unknown-part",
        "there is no part `remint`",
        "did you mean `remind`?",
    )
    assert problem.place is not None
    assert problem.place.line == 1


def test_so_is_one_beside_the_rules() -> None:
    text = POLICY + scenario("disputes", "{on: 2025-01-11, stage: early}")
    (problem,) = (one for one in check_policy(text=text) if one.refused)
    assert problem.code == "unknown-part"
    assert problem.hint == "did you mean `dispute`?"
