"""`overdue-flow test`: what is run, what is chosen, what is written, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from support.small_policy import write_policy
from support.terminal import Said, run

GOOD = "  - {name: a loan is late, given: {instalments: 100.00 on 2025-01-10}, then: [{dpd: 1, stage: early}]}\n"
BAD = "  - {name: straight to court, given: {instalments: 100.00 on 2025-01-10}, then: [{dpd: 1, stage: court}]}\n"
STORY = """  - name: with a story   # as told
    given: {instalments: 100.00 on 2025-01-10}
    then:
      - dpd: 1
        story: |
          to be written
        stage: early
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_policy(tmp_path)
    return tmp_path


def written(name: str, *scenarios: str, policy: str = "policy.yaml") -> Path:
    file = Path(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text((f"policy: {policy}\n" if policy else "") + "scenarios:\n" + "".join(scenarios), "utf-8")
    return file


def lines(said: Said) -> list[str]:
    return said.out.split("\n")


def test_a_file_that_names_its_policy_runs_by_itself(folder: Path) -> None:
    said = run("test", written("a.scenario.yaml", GOOD))
    assert said == (0, "a.scenario.yaml\n  ok    a loan is late\n\n1 scenario as expected\n", "")


def test_several_files_and_a_folder_of_them_run_each_on_its_own_policy(folder: Path) -> None:
    written("deep/b.scenario.yaml", GOOD, policy="../policy.yaml")
    written("deep/more/c.scenario.yaml", BAD, policy="../../policy.yaml")
    said = run("test", written("a.scenario.yaml", GOOD), "deep")
    assert said.code == 1
    heads = [line for line in lines(said) if line.endswith(".scenario.yaml")]
    assert heads == ["a.scenario.yaml", "deep/b.scenario.yaml", "deep/more/c.scenario.yaml"]
    assert run("test", "deep").code == 1


def test_with_a_policy_before_it_a_file_runs_on_that_one(folder: Path) -> None:
    written("a.scenario.yaml", GOOD, policy="elsewhere.yaml")
    assert run("test", "policy.yaml", "a.scenario.yaml").code == 0
    lost = run("test", "a.scenario.yaml")
    assert (lost.code, lost.err) == (2, "cannot read the policy `elsewhere.yaml`: it does not exist\n")


def test_a_policy_that_stands_after_its_scenarios_is_called_one(folder: Path) -> None:
    said = run("test", written("a.scenario.yaml", GOOD), "policy.yaml")
    assert said.code == 1
    assert said.err.startswith("policy.yaml:1:1: this is a policy; expected a file of scenarios\n")
    assert "overdue-flow test POLICY FILES" in said.err


def test_files_that_name_no_policy_are_all_told(folder: Path) -> None:
    said = run("test", written("a.scenario.yaml", GOOD, policy=""), written("b.scenario.yaml", GOOD, policy=""))
    assert said.code == 1
    assert "a.scenario.yaml: this file says no `policy`" in said.err
    assert "b.scenario.yaml: this file says no `policy`" in said.err
    assert "such as `policy: ../retail.yaml`" in said.err


def test_a_folder_without_such_files_and_a_file_that_is_not_there_are_mistakes(folder: Path) -> None:
    Path("empty").mkdir()
    assert run("test", "empty").err.endswith("it is a folder without a `.scenario.yaml` file\n")
    assert run("test", "no.scenario.yaml") == (
        2, "", "cannot read the scenarios `no.scenario.yaml`: it does not exist\n",
    )  # fmt: skip


def test_some_are_chosen_by_a_text_in_their_names(folder: Path) -> None:
    file = written("a.scenario.yaml", GOOD, BAD)
    assert run("test", file, "-k", "A LOAN").code == 0
    assert run("test", file, "-k", "court").code == 1
    assert run("test", file, "-k", "nobody") == (2, "", "no scenario has `nobody` in its name\n")


def test_it_stops_at_the_first_that_fails_where_asked(folder: Path) -> None:
    said = run("test", written("a.scenario.yaml", BAD, GOOD), "-x")
    assert said.code == 1
    assert "a loan is late" not in said.out
    assert lines(said)[-2] == "1 of 1 scenario failed"


def test_the_results_may_be_had_as_junit_xml(folder: Path) -> None:
    assert run("test", written("a.scenario.yaml", GOOD, BAD), "--junit", "out.xml").code == 1
    root = ET.parse("out.xml").getroot()
    assert [(case.get("name"), len(case)) for case in root[0]] == [("a loan is late", 0), ("straight to court", 1)]
    nowhere = run("test", "a.scenario.yaml", "--junit", "no/where.xml")
    assert (nowhere.code, nowhere.err) == (2, "cannot write `no/where.xml`: it does not exist\n")


def test_the_results_may_be_had_as_json(folder: Path) -> None:
    said = run("test", written("a.scenario.yaml", GOOD, BAD), "--json")
    found = json.loads(said.out)
    assert (said.code, found["scenarios"], found["failed"]) == (1, 2, 1)
    assert [(one["suite"], one["name"], one["passed"]) for one in found["results"]] == [
        ("a.scenario.yaml", "a loan is late", True), ("a.scenario.yaml", "straight to court", False),
    ]  # fmt: skip
    assert found["results"][1]["difference"]["found"] == "`early`"


def test_stories_are_written_anew_in_place_where_asked(folder: Path) -> None:
    file = written("a.scenario.yaml", GOOD, STORY)
    before = file.read_text("utf-8").split("\n")
    assert run("test", file).code == 1
    said = run("test", file, "--update")
    assert (said.code, said.err) == (0, "wrote 1 story in a.scenario.yaml\n")
    after = file.read_text("utf-8").split("\n")
    kept = before.index("          to be written")
    assert after[:kept] == before[:kept]
    assert after[-2:] == before[-2:]
    assert after[kept].startswith("          2025-01-10 00:00  LoanOpened")
    again = run("test", file, "--update")
    assert (again.code, again.err, file.read_text("utf-8").split("\n")) == (0, "", after)


def test_stories_of_a_policy_stand_in_its_file(folder: Path) -> None:
    policy = write_policy(folder, f"scenarios:\n{STORY}")
    assert run("test", policy, "--update").code == 0
    assert "to be written" not in policy.read_text("utf-8")
    assert run("test", policy).code == 0


def test_a_story_up_to_something_that_is_not_as_expected_is_not_written(folder: Path) -> None:
    file = written("a.scenario.yaml", STORY.replace("stage: early", "stage: court"))
    assert run("test", file, "--update").code == 1
    assert "to be written" in file.read_text("utf-8")
