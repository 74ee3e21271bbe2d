"""The example, and the pack that it builds on: each thing that the bank's text promises is a scenario that fails when
its rule is taken out."""

from __future__ import annotations

from pathlib import Path

import pytest

from overdue_flow.policy.library import scenarios_of
from overdue_flow.policy.load import load_policy, load_scenarios
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.trials import Scenario
from overdue_flow.testing.proofs import Proofs
from overdue_flow.testing.scenarios import run_scenario
from support.terminal import EXAMPLE, ROOT

PACKS = ("cn/changjiang", "cn/court", "cn/care", "cn/road")
"""The bank's own, and the parts that it is built of and that have scenarios."""

FILES = [
    *sorted((ROOT / EXAMPLE / "scenarios").glob("*.yaml")),
    *(file for pack in PACKS for file in scenarios_of(pack)),
]

FROM_LAW = {
    "no-collecting-from-third-parties", "third-parties-only-when-lost", "six-unanswered-calls-a-day",
    "third-parties-are-not-told", "no-third-party-at-night",
}  # fmt: skip
FROM_LAW |= {"card-plan-is-kept", "third-party-said-no", "no-collecting-at-night", "no-contact-at-night"}
"""Limits of cn/contact-2025 that this bank does not come up against or is stricter than; the pack's own scenarios prove
them."""

ONLY_WATCHED = {"no-contact-on-hold", "no-late-suit", "plans"}
"""What no history of this policy can come up against, since its own rules come first: clauses of `never`, and what a
plan stops, as who has one is in the stage for it at once."""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(ROOT / EXAMPLE / "policy.yaml")


@pytest.fixture(scope="module")
def proofs(policy: Policy) -> Proofs:
    return Proofs(policy)


def all_of(policy: Policy) -> list[Scenario]:
    return [*policy.scenarios, *(one for file in FILES for one in load_scenarios(file, policy=policy))]


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parts[-3]}-{file.stem}")
def test_each_scenario_is_as_expected_and_fails_without_what_it_proves(
    policy: Policy, proofs: Proofs, file: Path
) -> None:
    for scenario in load_scenarios(file, policy=policy):
        result = run_scenario(policy, scenario, proofs=proofs)
        assert result.passed, result


def test_every_rule_action_limit_hold_and_clause_is_proved(policy: Policy) -> None:
    proved = {part for scenario in all_of(policy) for part in scenario.proves}
    parts = {rule.id for rule in policy.rules} | {*policy.actions, *policy.limit_ids, *policy.holds}
    parts |= {clause.id for clause in policy.never} | {"promises", "plans", "authority"}
    assert parts - proved == ONLY_WATCHED | FROM_LAW


def test_no_two_scenarios_have_one_name(policy: Policy) -> None:
    names = [scenario.name for scenario in all_of(policy)]
    assert len(names) == len({*names})
