"""`overdue-flow prove`: what it says, as a table and as JSON, and how it ends."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from support.terminal import run

POLICY = """language: 1
policy: small
version: 1
roles: [team]
actions: {{call: {{kind: contact, params: {{channel: {{type: choice, of: [sms, phone]}}}}}}}}
holds: {{bankruptcy: {{stops: {stops}, lifted_by: [team]}}}}
facts: {{period: {{type: number, unit: days, default: 30}}}}
{more}stages:
  performing: {{start: true, rules: [{{id: overdue, when: dpd >= 1, to: reminder}}]}}
  reminder:
    on_enter: [{{do: call, with: {{channel: sms}}}}]
    rules:
      - {{id: cured, when: arrears_cleared, to: performing}}
      - {{id: over, when: {over}, to: closed}}
  closed: {{end: true}}
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, *, stops: str = "[contact]", over: str = "dpd > 90", more: str = "") -> str:
    (folder / "policy.yaml").write_text(POLICY.format(stops=stops, over=over, more=more), "utf-8")
    return "policy.yaml"


def test_a_sound_policy_gets_a_table_and_a_green_end(here: Path) -> None:
    said = run("prove", write(here), "--turns", "300")
    assert said.code == 0
    lines = said.out.splitlines()
    assert lines[0] == "proved         every rule can fire"
    held = next(line for line in lines if "`bankruptcy`" in line)
    assert held.split("  ")[0] == "nothing found"
    assert held.endswith("turns lived")
    assert lines[-1] == "10 properties: 7 proved, 3 nothing found"


def test_what_is_refuted_is_shown_with_its_place_and_its_history(here: Path) -> None:
    said = run("prove", write(here, stops="[performing]"), "--turns", "300")
    assert said.code == 1
    shown = said.out.split("\n\n")[1].splitlines()
    assert shown[0] == "policy.yaml:6:9: under a hold `bankruptcy` nobody is contacted to collect"
    assert shown[1] == "  this history shows it:"
    assert any("HoldPlaced: {hold: bankruptcy" in line for line in shown)
    assert said.out.splitlines()[-1] == "10 properties: 7 proved, 1 refuted, 2 nothing found"


def test_a_history_that_is_shown_is_a_scenario_that_passes(here: Path) -> None:
    said = run("prove", write(here, stops="[performing]"), "--turns", "300", "--json")
    (history,) = [one["history"] for one in json.loads(said.out)["properties"] if one["history"]]
    (here / "found.scenario.yaml").write_text(f"policy: policy.yaml\nscenarios:\n{history}", "utf-8")
    assert run("test", "found.scenario.yaml").code == 0


def test_what_is_refuted_often_is_one_row_and_shown_each_time(here: Path) -> None:
    said = run("prove", write(here, over="dpd > 9 and dpd < 3 or (dpd > 5 and dpd < 4)"), "--turns", "300")
    assert said.code == 1
    assert "refuted        every rule can fire" in said.out
    assert "policy.yaml:14:14: `over` can never fire: no loan meets its condition" in said.out
    assert "no loan can reach `closed`" in said.out


def test_what_the_policy_explains_is_said_and_ends_well(here: Path) -> None:
    more = "explained: [{finding: can-happen, about: [bankruptcy], because: the court wants it so}]\n"
    said = run("prove", write(here, stops="[performing]", more=more), "--turns", "300")
    assert said.code == 0
    assert "explained      under a hold `bankruptcy`" in said.out
    assert "  explained: the court wants it so" in said.out


def test_as_json_every_property_has_its_answer_and_what_shows_it(here: Path) -> None:
    said = run("prove", write(here, over="dpd > 90 and dpd < 60"), "--turns", "300", "--json")
    found = json.loads(said.out)
    assert (said.code, found["file"], found["stands"]) == (1, "policy.yaml", False)
    dead = found["properties"][0]
    assert dead == {
        "property": "every rule can fire", "answer": "refuted", "why": None, "explained": None, "loan": None,
        "found": "`over` can never fire: no loan meets its condition", "history": None,
        "file": "policy.yaml", "line": 14, "column": 14,
    }  # fmt: skip


def test_where_two_facts_meet_the_solver_decides_or_its_install_line_is_said(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(here, over="dpd >= 2 * period and period >= 60 and dpd < 100")
    assert "`over` can never fire: no loan meets its condition" in run("prove", file, "--turns", "300").out
    monkeypatch.setitem(sys.modules, "z3", None)
    said = run("prove", file, "--turns", "300")
    assert "`dpd` and `period` meet in one comparison" in said.out
    assert 'what is not decided needs Z3; install it with: pip install "overdue-flow[prove]"' in said.out
    assert said.out.startswith("not decided    every rule can fire")


def test_where_an_outer_list_comes_first_is_told_with_a_loan(here: Path) -> None:
    more = "everywhere: [{id: agreed, when: plan_active, to: closed}]\n"
    said = run("prove", write(here, more=more), "--turns", "300")
    section = said.out.split("where an outer list comes first\n")[1].split("\n\n")[0]
    assert [" ".join(line.split()) for line in section.splitlines()] == [
        "agreed before overdue to closed, not to reminder dpd 1 day, plan_active yes",
        "agreed before cured to closed, not to performing arrears_cleared yes, plan_active yes",
    ]
    told = json.loads(run("prove", "policy.yaml", "--turns", "300", "--json").out)["comes_first"]
    assert told[0] == {"rule": "agreed", "to": "closed", "before": "overdue", "loan": "dpd 1 day, plan_active yes"}
    assert "comes first" not in run("prove", write(here), "--turns", "300").out


def test_of_a_part_of_a_policy_its_example_is_looked_at() -> None:
    said = run("prove", "pack:in/sma-npa", "--turns", "200")
    assert said.code == 0
    assert "properties: " in said.out
