"""A policy that makes no sense is told every problem it has, in words that a collections manager can act on.

`tests/golden/policies/NAME.yaml` is a policy with mistakes that people make, `NAME.txt` beside it the full report.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from overdue_flow.errors import PolicyError
from overdue_flow.policy.load import check_policy, examine_policy, load_policy
from overdue_flow.problems import render
from support.golden import Golden

POLICIES = Path(__file__).parent / "policies"
NAMES = sorted(file.stem for file in POLICIES.glob("*.yaml"))


@pytest.mark.parametrize("name", NAMES)
def test_a_bad_policy_is_told_every_problem(name: str, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(POLICIES)  # so that the report names the file as it lies in the folder
    examined = examine_policy(f"{name}.yaml")
    golden(render(examined.problems, examined.sources), f"policies/{name}.txt")


@pytest.mark.parametrize("name", NAMES)
def test_every_problem_has_a_place_and_a_message_in_plain_words(name: str) -> None:
    problems = check_policy(POLICIES / f"{name}.yaml")
    assert problems
    for problem in problems:
        assert problem.place is not None
        assert not problem.message.endswith(".")
        assert not any(word in problem.message for word in ("dict", "tuple", "NoneType", "pydantic", "str "))


@pytest.mark.parametrize("name", NAMES)
def test_loading_raises_once_with_every_refusal_and_lets_findings_pass(name: str) -> None:
    refused = [problem for problem in check_policy(POLICIES / f"{name}.yaml") if problem.refused]
    if not refused:
        assert load_policy(POLICIES / f"{name}.yaml").findings
        return
    with pytest.raises(PolicyError) as raised:
        load_policy(POLICIES / f"{name}.yaml")
    assert list(raised.value.problems) == refused


def test_every_expected_report_has_its_policy() -> None:
    assert [file.stem for file in sorted(POLICIES.glob("*.txt"))] == NAMES
