"""`overdue-flow mutate` as a user meets it: what no scenario would notice, at the terminal and as JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from overdue_flow.policy.load import load_policy, load_scenarios
from overdue_flow.testing.scenarios import run_scenario
from support.small_policy import POLICY
from support.terminal import Said, in_process_of_its_own, run
from support.tried import SCENARIOS

FAR = "the court is far away"
EXPLAINED = f"""\
explained:
  - {{finding: mutant-survives, about: [won], because: "{FAR}"}}
  - {{finding: mutant-survives, about: [late, "9"], because: there is none}}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("mutate")
    (found / "small.yaml").write_text(POLICY + EXPLAINED, "utf-8")
    (found / "scenarios.yaml").write_text(SCENARIOS, "utf-8")
    return found


@pytest.fixture(scope="module")
def said(folder: Path) -> Said:
    """At the terminal, with a loan that would tell the first change."""
    return run("mutate", folder / "small.yaml", folder / "scenarios.yaml", "--processes", "1", "--suggest", "4")


@pytest.fixture(scope="module")
def as_json(folder: Path) -> dict[str, Any]:
    given = folder / "small.yaml", folder / "scenarios.yaml"
    found = run("mutate", *given, "--processes", "1", "--json", "--suggest", "4")
    assert found.code == 0
    data: dict[str, Any] = json.loads(found.out)
    return data


def test_each_kind_of_change_is_counted(said: Said) -> None:
    assert (said.code, said.err) == (0, "")
    heads, *rows = said.out.split("\n\n")[0].splitlines()
    assert heads.split() == ["noticed", "of", "explained"]
    assert {row.split("  ")[0] for row in rows} >= {"rule", "threshold", "comparison", "hold", "effect"}


def test_what_nobody_notices_stands_with_its_line(said: Said, folder: Path) -> None:
    line = 1 + next(number for number, text in enumerate(POLICY.splitlines()) if "{id: sue" in text)
    assert f"no scenario notices in {folder / 'small.yaml'}" in said.out
    assert f"{line}  `sue` is taken out" in said.out


def test_where_a_loan_is_treated_otherwise_and_nobody_looks_is_told(said: Said) -> None:
    found = next(line for line in said.out.splitlines() if "`early.on_enter[0]` is taken out" in line)
    assert "otherwise on 2025-01-11 in `a loan that is not paid goes on to court`, which does not look there" in found


def test_the_last_line_is_the_score(said: Said) -> None:
    last = said.out.rstrip().splitlines()[-1]
    assert re.fullmatch(r"\d+ of \d+ changes noticed: \d+\.\d %", last)


def test_the_score_can_be_asked_for(folder: Path) -> None:
    given = ("mutate", folder / "small.yaml", folder / "scenarios.yaml", "--sample", "12", "--fail-under")
    assert [run(*given, percent).code for percent in ("0", "100")] == [0, 1]


def test_json_says_what_became_of_each(as_json: dict[str, Any]) -> None:
    each = as_json["each"]
    assert len(each) == as_json["changes"] == sum(kind["changes"] for kind in as_json["kinds"])
    assert {one["became"] for one in each} == {"noticed", "survives", "cannot be told"}
    noticed = next(one for one in each if one["part"] == "late" and one["change"] == "is taken out")
    assert (noticed["became"], noticed["by"]) == ("noticed", "a loan that is not paid goes on to court")
    assert as_json["percent"] == round(100 * as_json["noticed"] / (len(each) - as_json["cannot_be_told"]), 2)


def test_a_survivor_may_be_explained(said: Said, as_json: dict[str, Any]) -> None:
    explained = [one for one in as_json["each"] if one["explained"]]
    assert {(one["part"], one["explained"]) for one in explained} == {("won", FAR)}
    assert as_json["explained"] == len(explained)
    assert f"  `won` is taken out: {FAR}" in said.out.split("\nexplained\n")[1]


def test_a_reason_for_nothing_is_told(said: Said, as_json: dict[str, Any]) -> None:
    assert "`explained` speaks of a survivor that is none: `late`, `9`" in said.out
    assert as_json["explains_nothing"] == [["late", "9"]]


def test_a_loan_that_would_tell_can_be_pasted(said: Said, as_json: dict[str, Any]) -> None:
    """The suggestion is read as a scenario; it passes as the policy is."""
    texts = [one["suggestion"] for one in as_json["each"] if one["suggestion"]]
    assert texts
    policy = load_policy(text=POLICY)
    for text in texts:
        (scenario,) = load_scenarios(text="scenarios:\n" + text, policy=policy)
        assert run_scenario(policy, scenario).passed
        assert text.rstrip() in said.out
    assert "a loan that tells; with the change, on 20" in said.out


def test_scenarios_that_fail_as_it_is_are_told_first(folder: Path) -> None:
    (folder / "wrong.yaml").write_text(SCENARIOS.replace("2025-01-11, stage: early", "2025-01-11, stage: gone"))
    found = run("mutate", folder / "small.yaml", folder / "wrong.yaml")
    assert found.code == 2
    assert "1 scenario of" in found.err
    assert "`overdue-flow test` says why" in found.err


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("nowhere.yaml",), "cannot read the policy `nowhere.yaml`: it does not exist"),
        (("pack:cn/nobody",), "there is no pack `cn/nobody`"),
    ],
)
def test_a_policy_that_is_not_there_is_one_line(arguments: tuple[str, ...], expected: str) -> None:
    found = run("mutate", *arguments)
    assert found.code in (1, 2)
    assert expected in found.err
    assert "Traceback" not in found.err


def test_as_a_process_with_all_cores_it_says_the_same(folder: Path) -> None:
    given = ("mutate", folder / "small.yaml", folder / "scenarios.yaml", "--sample", "30", "--seed", "5")
    alone = run(*given, "--processes", "1")
    together = in_process_of_its_own(*given, "--processes", "2")
    assert (together.code, together.out, together.err) == (alone.code, alone.out, "")


def test_of_a_policy_that_builds_on_a_pack_the_packs_scenarios_count(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(
        'language: 1\npolicy: mine\nversion: "1"\nextends: pack:cn/five-tier\n'
        "stages:\n  open: {start: true, rules: [{id: over, when: dpd > 720, to: closed}]}\n  closed: {end: true}\n",
        "utf-8",
    )
    found = run("mutate", file, "--sample", "25").out
    assert "counted with them: what the scenarios of pack:cn/five-tier notice of what was taken in from there" in found
    own = json.loads(run("mutate", file, "--own", "--processes", "1", "--json").out)
    assert {one["part"] for one in own["each"]} == {"over"}
