"""`overdue-flow simulate` at the terminal."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from support.called import policy_text, population_text
from support.golden import Golden
from support.terminal import run


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two policies and a population, in which commands run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "late.yaml").write_text(policy_text(20), "utf-8")
    (tmp_path / "early.yaml").write_text(policy_text(2), "utf-8")
    more = """\
answers: [{channel: phone, chances: {conversation: 0.4}}]
promises: [{chance: 0.5, due: 2-6, keeps: 0.7}]
reacts: [{to: call, name: complains, leads_to: [{chance: 0.05, events: [{ComplaintReceived: {}}]}]}]
staff:
  - {does: look_at, takes: 1-3, leads_to: [{chance: 0.2, events: [{PaymentReversed: {payment_id: none}}]}]}
costs: [{of: call, each: 3.50}]
effects: [{of: call, answered: true, on: pays, times: 3, for: 2 weeks, because: as stated, source: a pilot}]
"""
    (tmp_path / "borrowers.yaml").write_text(population_text(count=100, seed=1, more=more), "utf-8")
    return tmp_path


def test_a_policy_is_tried_on_a_population(here: Path, golden: Golden) -> None:
    said = run("simulate", "late.yaml", "borrowers.yaml")

    assert (said.code, said.err) == (0, "")
    golden(said.out, "simulations/alone.txt")


def test_two_policies_stand_beside_each_other(here: Path, golden: Golden) -> None:
    said = run("simulate", "late.yaml", "borrowers.yaml", "--against", "early.yaml", "--sensitivity", "20")

    assert (said.code, said.err) == (0, "")
    golden(said.out, "simulations/against.txt")


def test_json_says_all_of_it_and_the_same_for_the_same_seed(here: Path) -> None:
    said = run("simulate", "late.yaml", "borrowers.yaml", "--json", "--borrowers", "30", "--seed", "5")
    found = json.loads(said.out)

    assert (found["borrowers"], found["seed"], found["currency"], found["decimals"]) == (30, 5, "CNY", 2)
    assert found["champion"]["months"] == ["2026-02-28"]
    assert found["effects"][0]["source"] == "a pilot"
    assert run("simulate", "late.yaml", "borrowers.yaml", "--json", "--borrowers", "30", "--seed", "5") == said


def test_a_population_that_is_none_is_refused_with_its_places(here: Path) -> None:
    (here / "wrong.yaml").write_text(
        population_text(more="effects: [{of: calls, on: pays, times: 2, for: 1 day}]"), "utf-8"
    )
    said = run("simulate", "late.yaml", "wrong.yaml")

    assert said.code == 1
    assert "there is no action, channel, event or stage `calls`" in said.err
    assert "did you mean `call`" in said.err


def test_a_population_that_is_not_there_is_a_mistake_in_one_line(here: Path) -> None:
    said = run("simulate", "late.yaml", "nobody.yaml")

    assert (said.code, said.err) == (2, "cannot read the population `nobody.yaml`: it does not exist\n")


@pytest.mark.parametrize("option", ["--borrowers", "--seed"])
def test_more_borrowers_than_anybody_waits_for_are_refused_at_once(here: Path, option: str) -> None:
    said = run("simulate", "late.yaml", "borrowers.yaml", option, "99999999999999")
    assert (said.code, said.out) == (2, "")
    assert option in said.err


def test_a_sensitivity_table_of_one_borrower_is_refused(here: Path) -> None:
    said = run("simulate", "late.yaml", "borrowers.yaml", "--sensitivity", "1")
    assert (said.code, said.out) == (1, "")
    assert said.err.startswith("one borrower says nothing of others; a sensitivity table is of two at least")


def test_policies_of_two_currencies_are_not_compared_unless_the_file_names_one(here: Path) -> None:
    (here / "yen.yaml").write_text(policy_text(2).replace("currency: CNY", "currency: JPY"), "utf-8")
    asked = ("simulate", "late.yaml", "borrowers.yaml", "--against", "yen.yaml", "--borrowers", "4")
    said = run(*asked)
    assert (said.code, said.out) == (1, "")
    assert "the policies are in `CNY` and `JPY`; expected the currency of the loans" in said.err
    assert "say which, such as `currency: CNY`" in said.err

    text = (here / "borrowers.yaml").read_text("utf-8")
    (here / "borrowers.yaml").write_text(f"{text}currency: CNY\n", "utf-8")
    assert run(*asked).code == 0


@pytest.mark.parametrize("against", [(), ("--against", "early.yaml")])
def test_a_page_of_borrowers_who_are_never_late_shows_the_one_stage_in_which_they_stand(
    here: Path, against: tuple[str, ...]
) -> None:
    text = (here / "borrowers.yaml").read_text("utf-8")
    pays = re.sub(r"^pays:.*?(?=^\w)", "pays: [{chances: {1: 1}}]\n", text, flags=re.MULTILINE | re.DOTALL)
    assert pays != text
    (here / "borrowers.yaml").write_text(pays, "utf-8")
    said = run("simulate", "late.yaml", "borrowers.yaml", "--borrowers", "3", "--html", "page.html", *against)
    assert (said.code, said.err) == (0, "wrote page.html\n")
    page = (here / "page.html").read_text("utf-8")
    assert "loans by stage<" in page
    assert "current" in page


def test_a_page_that_cannot_be_written_is_said_before_anybody_waits_for_it(here: Path) -> None:
    said = run("simulate", "late.yaml", "borrowers.yaml", "--borrowers", "10000000", "--html", ".")
    assert (said.code, said.out, said.err) == (2, "", "cannot write `.`: it is a folder\n")


def test_the_schema_of_a_population_is_said() -> None:
    assert json.loads(run("schema", "population").out)["title"] == "overdue_flow population"
    assert json.loads(run("schema").out)["title"] == "overdue_flow policy"
