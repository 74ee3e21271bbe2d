"""Each pack of a regulation comes with scenarios that prove its rules: taken out one at a time, each is missed.

What a scenario cannot show is told beside it: the flag of a limit that only presumes by its test vector, a breach that
is reported by `test_breaches_are_reported.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import pytest

from overdue_flow.policy.library import scenarios_of
from overdue_flow.policy.load import load_policy, load_scenarios
from overdue_flow.policy.trials import Scenario
from overdue_flow.testing.proofs import Proofs
from overdue_flow.testing.scenarios import run_scenario
from support.regulated import REGULATIONS, machine_of, policy_of


@lru_cache
def scenarios(pack: str) -> tuple[Scenario, ...]:
    return tuple(one for file in scenarios_of(pack) for one in load_scenarios(file, policy=policy_of(pack)))


@lru_cache
def proofs(pack: str) -> Proofs:
    return Proofs(policy_of(pack))


STORIES = [(pack, number) for pack in REGULATIONS for number in range(len(scenarios(pack)))]


@pytest.mark.parametrize(("pack", "number"), STORIES)
def test_a_scenario_is_as_expected_and_fails_without_what_it_proves(pack: str, number: int) -> None:
    scenario = scenarios(pack)[number]
    result = run_scenario(policy_of(pack), scenario, machine=machine_of(pack), proofs=proofs(pack))
    assert (result.difference, result.unproved) == (None, ()), scenario.name


def parts(pack: str) -> Iterator[str]:
    """What the pack itself brings that decides something: rules, limits, marks, holds that stop."""
    policy = policy_of(pack)
    named = [(one.id, one.place) for one in (*policy.rules, *policy.limits)]
    named += [(mark.name, mark.place) for mark in policy.marks]
    named += [(kind, hold.place) for kind, hold in policy.holds.items() if hold.stops]
    return (name for name, place in named if place is not None and place.file == f"pack:{pack}")


@pytest.mark.parametrize("pack", REGULATIONS)
def test_every_part_of_a_pack_is_proved(pack: str) -> None:
    proved = {part for scenario in scenarios(pack) for part in scenario.proves}
    assert sorted(set(parts(pack)) - proved) == []


@pytest.mark.parametrize("pack", REGULATIONS)
def test_an_example_has_no_finding_that_it_does_not_explain(pack: str) -> None:
    assert [str(one) for one in policy_of(pack).findings if not one.explained] == []


@pytest.mark.parametrize("area", ["cn", "us"])
def test_the_packs_of_one_country_go_together(area: str) -> None:
    extends = [f"pack:{pack}" for pack in REGULATIONS if pack.startswith(f"{area}/")]
    policy = load_policy(text=TOGETHER.format(extends=extends))
    assert [str(one) for one in policy.findings if one.code == "overrides"] == []


TOGETHER = """language: 1
policy: under-all-of-them
version: "1"
extends: {extends}
stages:
  open: {{start: true, rules: [{{id: refer, when: dpd > 150, to: legal}}]}}
  legal: {{rules: [{{id: paid, when: balance == 0, to: closed}}]}}
  closed: {{end: true}}
"""
