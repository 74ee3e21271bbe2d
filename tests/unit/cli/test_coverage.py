"""`overdue-flow coverage` says what no scenario reaches, where it stands, and which scenario would."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.small_policy import write_policy
from support.terminal import run

SCENARIOS = """\
scenarios:
  - name: a day late
    given: {instalments: [{due_on: 2025-01-10, amount: 100.00}]}
    then: [{on: 2025-01-11, stage: early}]
"""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    return write_policy(tmp_path)


@pytest.fixture
def scenarios(tmp_path: Path) -> Path:
    file = tmp_path / "late.yaml"
    file.write_text(SCENARIOS, "utf-8")
    return file


def test_what_is_not_reached_is_told_with_its_place(policy: Path, scenarios: Path) -> None:
    done = run("coverage", policy, scenarios)
    assert done.code == 0
    lines = [" ".join(line.split()) for line in done.out.splitlines()]
    assert f"not reached in {policy}" in lines
    text = policy.read_text("utf-8").splitlines()
    (said,) = [line for line in lines if line.endswith("rule to-court dpd > 30: never true")]
    assert "id: to-court" in text[int(said.split()[0]) - 1]
    assert not any("rule late" in line for line in lines)
    assert lines[-1].startswith("9 of 34 parts reached by 1 scenario: 26.4 %")


def test_it_fails_under_a_share(policy: Path, scenarios: Path) -> None:
    assert run("coverage", policy, scenarios, "--fail-under", "10").code == 0
    assert run("coverage", policy, scenarios, "--fail-under", "90").code == 1
    assert run("coverage", policy, "--fail-under", "0").code == 0
    assert run("coverage", policy, "--fail-under", "101").code == 2


def test_a_scenario_that_fails_fails_the_command(policy: Path, scenarios: Path) -> None:
    scenarios.write_text(SCENARIOS.replace("stage: early", "stage: current"), "utf-8")
    done = run("coverage", policy, scenarios)
    assert (done.code, "not counted, since it fails: a day late" in done.out) == (1, True)


def test_as_json_each_part_names_the_scenario_that_reaches_it(policy: Path, scenarios: Path) -> None:
    found = json.loads(run("coverage", policy, scenarios, "--json").out)
    by = {(one["of"], one["name"], one["comparison"], one["side"]): one["by"] for one in found["each"]}
    assert by["rule", "late", None, "fired"] == "a day late"
    assert by["rule", "late", "dpd >= 1", "false"] == "a day late"
    assert by["rule", "to-court", None, "fired"] is None
    assert found["reached"] == sum(name is not None for name in by.values())
    assert found["parts"] == len(by)
    assert found["percent"] == round(100 * found["reached"] / found["parts"], 2)


def test_suggested_scenarios_reach_what_was_missing(policy: Path, scenarios: Path, tmp_path: Path) -> None:
    done = run("coverage", policy, scenarios, "--suggest", "6")
    suggested = done.out[done.out.index("- name:") :]
    more = tmp_path / "more.yaml"
    more.write_text("scenarios:\n" + suggested.replace("\n\n", "\n"), "utf-8")
    assert run("test", policy, more).code == 0

    def percent(*files: Path) -> float:
        return float(json.loads(run("coverage", policy, *files, "--json").out)["percent"])

    assert percent(scenarios, more) > percent(scenarios)


def test_what_no_scenario_was_found_for_is_said(tmp_path: Path) -> None:
    """Whoever is 5 days late has left the stage on day 1."""
    early = tmp_path / "early.yaml"
    early.write_text(
        "{language: 1, policy: early, version: 1, stages: {a: {start: true, rules: [{id: late, when: dpd >= 1, to: b},"
        " {id: paid, on: PaymentReceived, when: dpd == 0, to: b},"
        " {id: sold, on: DebtSold, when: dpd >= 5, to: b}]}, b: {end: true}}}",
        "utf-8",
    )
    done = run("coverage", early, "--suggest", "20")
    said, suggested = done.out[: done.out.index("- name:")], done.out[done.out.index("- name:") :]
    assert "looked for, and no scenario was found, which proves nothing\n" in said
    assert "\n  rule sold: fired\n" in said
    assert "sold: fired" not in suggested
    assert (
        "rule sold: fired"
        in json.loads(run("coverage", early, "--suggest", "20", "--json").out)["found_no_scenario_for"]
    )


def test_a_part_of_a_policy_is_covered_on_its_example() -> None:
    done = run("coverage", "pack:cn/five-tier")
    assert done.code == 0
    assert "57 of 57 parts reached" in done.out
    assert "since no loan can show it (proved)" in done.out


def test_a_name_that_is_no_pack_is_refused() -> None:
    done = run("coverage", "pack:cn/five-tiers")
    assert done.code != 0
    assert "did you mean `cn/five-tier`?" in done.err
