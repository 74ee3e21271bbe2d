"""The four banks' packs: each scenario proves what it says, each rule of a bank's own is proved, and all that a person
reads is there in English and in Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from overdue_flow.policy.library import scenarios_of, text_of
from overdue_flow.policy.load import load_scenarios
from overdue_flow.policy.source import read
from overdue_flow.testing.proofs import Proofs
from overdue_flow.testing.scenarios import run_scenario
from support.clauses import BANKS, policy_of, scenarios_for

WHOLE = ("cn/everbright-2025", *BANKS)
PARTS = ("cn/bank-base", "cn/care", "cn/road", "cn/court", "cn/privacy")


@pytest.mark.parametrize("pack", [pack for pack in WHOLE if pack != "cn/changjiang"])
def test_each_scenario_of_a_bank_is_as_expected_and_fails_without_what_it_proves(pack: str) -> None:
    """Those of cn/changjiang run under the example (`test_the_example_keeps_its_word.py`)."""
    policy, proofs = policy_of(pack), Proofs(policy_of(pack))
    for file in scenarios_of(pack):
        for scenario in load_scenarios(file, policy=policy):
            result = run_scenario(policy, scenario, proofs=proofs)
            assert (result.difference, result.unproved) == (None, ()), scenario.name


@pytest.mark.parametrize("pack", WHOLE)
def test_every_rule_and_limit_of_a_banks_own_is_proved(pack: str) -> None:
    policy = policy_of(pack)
    proved = {part for scenario in scenarios_for(pack).values() for part in scenario.proves}
    own = {one.id for one in (*policy.rules, *policy.limits) if one.place and one.place.file == f"pack:{pack}"}
    assert sorted(own - proved) == []


@pytest.mark.parametrize("pack", BANKS)
def test_the_banks_share_the_road_and_the_court(pack: str) -> None:
    built_on = {place.file for rule in policy_of(pack).rules if (place := rule.place)}
    assert {"pack:cn/care", "pack:cn/road", "pack:cn/court"} <= built_on


def test_the_banks_differ_in_how_they_begin() -> None:
    """Everbright writes on the first overdue day, Changjiang on the first working day, the general process once sums
    are verified, SPD once the loan was looked at."""
    begins = {pack: policy_of(pack).rule("overdue").to for pack in BANKS}
    assert begins == {
        "cn/everbright": "reminder.contact",
        "cn/changjiang": "reminder",
        "cn/spd-hefei": "reminder.preparation",
        "cn/general": "reminder.verification",
    }
    thresholds = {str(policy_of(pack).rule("legal-threshold").because["en"]) for pack in BANKS}
    assert len(thresholds) == len(BANKS)


@pytest.mark.parametrize("pack", [*WHOLE, *PARTS])
def test_what_a_person_reads_is_there_in_english_and_chinese(pack: str) -> None:
    tree = read(text_of(pack), pack).tree
    for path, said in spoken_of(tree, ()):
        assert isinstance(said, dict), path
        assert {*said} == {"en", "zh"}, path
        assert all(said.values()), path


@pytest.mark.parametrize("pack", [*WHOLE, *PARTS])
def test_every_rule_says_why_and_every_stage_and_action_has_a_name(pack: str) -> None:
    tree: Any = read(text_of(pack), pack).tree
    rules = [*tree.get("everywhere", []), *(rule for stage in stages_of(tree) for rule in stage.get("rules", []))]
    assert [rule["id"] for rule in rules if "because" not in rule] == []
    declared = {name: one for name, one in tree.get("actions", {}).items() if "kind" in one}
    assert [name for name, one in declared.items() if "label" not in one] == []
    assert [one["id"] for one in tree.get("limits", []) if "because" not in one] == []
    if pack in BANKS:
        assert all({"en", "zh"} <= {*policy_of(pack).stages[leaf].label} for leaf in policy_of(pack).leaves)


def spoken_of(tree: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every text of a pack that people read, and where it stands."""
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            if key in ("title", "label", "because", "citation", "unverified"):
                yield (*path, key), value
            else:
                yield from spoken_of(value, (*path, key))
    elif isinstance(tree, list):
        for number, value in enumerate(tree):
            yield from spoken_of(value, (*path, str(number)))


def stages_of(tree: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for stage in tree.get("stages", {}).values():
        yield stage
        yield from stages_of(stage)
