"""`extends` takes in terms, limits and what they need; what the policy says itself wins, and overriding is shown."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from overdue_flow.policy.dump import dump_policy
from overdue_flow.policy.load import check_policy, examine_policy, load_policy
from overdue_flow.problems import render

COMMON = """language: 1
terms: {currency: TWD, time_zone: Asia/Taipei, counting: {grace_days: 3, paid_when_short_by: 1.00}}
counts: {calls: {of: ContactAttempted, within: 7 days}}
limits:
  - {id: seven, strength: block, applies_to: {kind: contact}, when: calls >= 7}
  - {id: night, strength: block, applies_to: {kind: contact}, outside: "08:00-21:00"}
"""
POLICY = """language: 1
policy: small
version: 1
extends: common.yaml
terms: {counting: {grace_days: 5}}
actions: {call: {kind: contact}}
limits:
  - {id: night, strength: block, applies_to: {kind: contact}, outside: "09:00-20:00"}
stages:
  a: {start: true, on_enter: [{do: call}], rules: [{id: r, when: arrears_cleared or dpd > 90, to: b}]}
  b: {end: true}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "common.yaml").write_text(COMMON)
    (tmp_path / "policy.yaml").write_text(POLICY)
    return tmp_path


def test_what_the_policy_says_itself_wins(folder: Path) -> None:
    policy = load_policy(folder / "policy.yaml")
    assert (policy.terms.currency, policy.terms.counting.grace_days) == ("TWD", 5)
    assert policy.terms.counting.paid_when_short_by == Decimal("1.00")
    assert [(limit.id, str(limit.hours)) for limit in policy.limits] == [("night", "09:00-20:00"), ("seven", "None")]
    assert "calls" in policy.vocabulary


def test_what_is_overridden_is_shown_at_both_places(folder: Path) -> None:
    findings = load_policy(folder / "policy.yaml").findings
    assert [(problem.code, problem.also[0][0].file) for problem in findings] == [("overrides", "common.yaml")] * 2


def test_a_problem_in_what_is_taken_in_is_shown_there(folder: Path) -> None:
    (folder / "common.yaml").write_text(COMMON.replace("calls >= 7", "call >= 7"))
    examined = examine_policy(folder / "policy.yaml")
    assert "common.yaml:5:69: unknown word `call`" in render(examined.problems, examined.sources)
    assert "  5 |   - {id: seven" in render(examined.problems, examined.sources)


def test_stages_cannot_be_taken_in(folder: Path) -> None:
    (folder / "common.yaml").write_text(COMMON + "stages: {c: {end: true}}\n")
    refused = [problem for problem in check_policy(folder / "policy.yaml") if problem.refused]
    assert [(problem.code, str(problem.place)) for problem in refused] == [("not-taken-in", "common.yaml:7:1")]


@pytest.mark.parametrize("name", ["missing.yaml", "/etc/hostname", "pack:us/nothing", "''", "[]"])
def test_what_is_not_there_is_refused_or_nothing(folder: Path, name: str) -> None:
    (folder / "policy.yaml").write_text(POLICY.replace("common.yaml", name))
    refused = [problem.code for problem in check_policy(folder / "policy.yaml") if problem.refused]
    assert refused in (["unknown-file"], ["unknown-pack"], ["wrong-value"], [])
    assert bool(refused) is (name != "[]")


def test_a_text_has_no_files_beside_it() -> None:
    assert "no-folder" in {problem.code for problem in check_policy(text=POLICY)}


def test_a_dumped_policy_stands_alone(folder: Path) -> None:
    policy = load_policy(folder / "policy.yaml")
    assert load_policy(text=dump_policy(policy)) == policy
