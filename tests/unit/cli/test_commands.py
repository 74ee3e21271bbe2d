"""Each command: what it says, where it says it, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.small_policy import write_book, write_policy
from support.terminal import run

BROKEN = {"old": "to: early", "new": "to: earlier"}
SCENARIO = """\
scenarios:
  - name: a loan is late
    given: {instalments: [{due_on: 2025-01-10, amount: 100.00}]}
    then: [{on: 2025-01-11, stage: STAGE}]
"""
GOOD, BAD = SCENARIO.replace("STAGE", "early"), SCENARIO.replace("STAGE", "court")


# --- check ---


def test_check_says_what_a_sound_policy_holds(tmp_path: Path) -> None:
    said = run("check", write_policy(tmp_path, old="  odds: {type: number, label: odds}\n", new=""))
    assert said.code == 0
    assert said.err == ""
    assert said.out.startswith(f"{tmp_path}/policy.yaml: no problems\n\nsmall 1: A small policy\n")
    assert "holds    1  dispute" in said.out


def test_check_shows_findings_and_still_passes(tmp_path: Path) -> None:
    said = run("check", write_policy(tmp_path))
    assert said.code == 0
    assert "the fact `odds` is declared, and no condition and no parameter reads it" in said.out
    assert "\n1 finding\n" in said.out


def test_check_strict_fails_on_findings(tmp_path: Path) -> None:
    assert run("check", "--strict", write_policy(tmp_path)).code == 1
    sound = write_policy(tmp_path, old="  odds: {type: number, label: odds}\n", new="")
    assert run("check", "--strict", sound).code == 0


def test_check_refuses_with_place_and_hint(tmp_path: Path) -> None:
    policy = write_policy(tmp_path, **BROKEN)
    said = run("check", policy)
    assert said.code == 1
    assert f"{policy}:26:44: there is no stage" in said.out
    assert "did you mean `early`?" in said.out
    assert "stages " not in said.out.partition("\n1 problem")[2]


def test_check_as_json_is_for_programs(tmp_path: Path) -> None:
    good, bad = run("check", "--json", write_policy(tmp_path)), run("check", "--json", write_policy(tmp_path, **BROKEN))
    summary = json.loads(good.out)["summary"]
    assert (good.code, summary["policy"], summary["start"], summary["ends"]) == (0, "small", "current", ["gone"])
    assert json.loads(good.out)["refused"] is False
    found = json.loads(bad.out)
    assert (bad.code, found["refused"], found["summary"]) == (1, True, None)
    assert {"code", "severity", "file", "line", "column", "message", "hint", "witness", "explained", "also"} == set(
        found["problems"][0]
    )


# --- test ---


def test_scenarios_of_the_policy_are_run(tmp_path: Path) -> None:
    said = run("test", write_policy(tmp_path, GOOD))
    assert said == (0, f"{tmp_path}/policy.yaml\n  ok    a loan is late\n\n1 scenario as expected\n", "")


def test_a_failing_scenario_says_the_day_what_was_expected_and_what_happened(tmp_path: Path) -> None:
    said = run("test", write_policy(tmp_path, BAD))
    assert said.code == 1
    for line in (
        "  FAIL  a loan is late",
        "on 2025-01-11 (",
        "expected  stage `court`",
        "found     `early`",
        "because   to-court: will hold from 2025-02-10 if nothing happens: days past due is more than 30 (now 1 day)",
        "what happened until then:",
        "1 of 1 scenario failed",
    ):
        assert line in said.out


def test_one_that_proves_nothing_fails(tmp_path: Path) -> None:
    said = run("test", write_policy(tmp_path, f"{GOOD}    proves: [late, dispute]\n"))
    assert said.code == 1
    assert "  FAIL  a loan is late\n" in said.out
    assert "it proves nothing of dispute: without, all is as expected too" in said.out
    assert "1 of 1 scenario failed" in said.out


def test_a_folder_of_scenarios_is_run_file_by_file(tmp_path: Path) -> None:
    policy, folder = write_policy(tmp_path), tmp_path / "scenarios"
    folder.mkdir()
    (folder / "b.yaml").write_text(GOOD, "utf-8")
    (folder / "a.yaml").write_text(GOOD.replace("a loan is late", "another"), "utf-8")
    said = run("test", policy, folder)
    assert said.code == 0
    assert said.out.index("a.yaml") < said.out.index("b.yaml")
    assert "2 scenarios as expected" in said.out


def test_a_folder_without_scenarios_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    said = run("test", write_policy(tmp_path), tmp_path / "empty")
    assert said.code == 2
    assert "it is a folder without a `.yaml` file" in said.err


def test_scenarios_in_files_of_their_own_are_run_too(tmp_path: Path) -> None:
    policy, file = write_policy(tmp_path), tmp_path / "more.yaml"
    file.write_text(GOOD + BAD.removeprefix("scenarios:\n").replace("a loan is late", "another"), "utf-8")
    said = run("test", policy, file)
    assert said.code == 1
    assert "  ok    a loan is late\n  FAIL  another\n" in said.out
    assert "1 of 2 scenarios failed" in said.out


def test_a_scenario_file_that_makes_no_sense_is_refused_with_its_lines(tmp_path: Path) -> None:
    policy, file = write_policy(tmp_path), tmp_path / "more.yaml"
    file.write_text(SCENARIO, "utf-8")
    said = run("test", policy, file)
    assert said.code == 1
    assert said.out == ""
    assert "there is no stage `STAGE`" in said.err
    assert "then: [{on: 2025-01-11, stage: STAGE}]" in said.err


def test_a_policy_without_scenarios_says_so(tmp_path: Path) -> None:
    said = run("test", write_policy(tmp_path))
    assert (said.code, said.out) == (0, f"no scenarios in {tmp_path}/policy.yaml\n")


# --- schema, draw ---


def test_schema_is_a_json_schema() -> None:
    said = run("schema")
    assert said.code == 0
    assert json.loads(said.out)["$schema"].startswith("https://json-schema.org/")


def test_draw_gives_mermaid_or_graphviz(tmp_path: Path) -> None:
    policy = write_policy(tmp_path)
    assert "stateDiagram-v2" in run("draw", policy).out
    assert run("draw", policy, "--format", "graphviz").out.startswith("digraph")
    assert "dpd > 30" not in run("draw", policy, "--no-conditions").out


def test_a_picture_without_its_program_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("overdue_flow.cli.draw.shutil.which", lambda _name: None)
    said = run("draw", write_policy(tmp_path), "--svg", tmp_path / "a.svg")
    assert said.code == 2
    assert "install Graphviz" in said.err
    assert not (tmp_path / "a.svg").exists()


def test_a_picture_is_what_the_program_draws(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "dot"
    program.write_text("#!/bin/sh\necho '<svg>'\ncat\n")
    program.chmod(0o755)
    monkeypatch.setattr("overdue_flow.cli.draw.shutil.which", lambda _name: str(program))
    said = run("draw", write_policy(tmp_path), "--svg", tmp_path / "a.svg")
    assert (said.code, said.out) == (0, "")
    assert (tmp_path / "a.svg").read_text("utf-8").startswith("<svg>\ndigraph")


# --- backtest ---


def test_backtest_tells_what_became_of_the_book(tmp_path: Path) -> None:
    said = run("backtest", write_policy(tmp_path), write_book(tmp_path))
    assert said.code == 0
    assert said.err == ""
    for line in (
        "2 loans, 2025-01-01 to 2025-03-01",
        "Where the loans stand on 2025-03-01",
        "Stage flow: 5 moves",
        "Cures: 1 time the arrears went back to zero",
        "Effects by action",
        "-  every planned contact is taken as delivered and unanswered",
        "Loans that need a person most",
    ):
        assert line in said.out


def test_check_and_backtest_tell_of_marks_where_there_are_some(tmp_path: Path) -> None:
    policy = write_policy(tmp_path, "marks: {late: {when: dpd > 0}, bad: {when: dpd > 30, until: balance == 0}}\n")
    assert "marks 2 late, bad" in " ".join(run("check", policy).out.split())
    said = run("backtest", policy, write_book(tmp_path))
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    start = lines.index("Marks on 2025-03-01, and in these days")
    assert lines[start + 1 : start + 4] == ["mark loans share began ended", "late 1 50% 2 1", "bad 1 50% 1 0"]


def test_backtest_writes_files_where_it_is_told(tmp_path: Path) -> None:
    said = run("backtest", write_policy(tmp_path), write_book(tmp_path), "--out", tmp_path / "out")
    assert said.code == 0
    assert said.err == f"wrote {tmp_path}/out/\n"
    assert len(list((tmp_path / "out").iterdir())) == 6


def test_backtest_as_json_is_the_summary(tmp_path: Path) -> None:
    policy, book = write_policy(tmp_path), write_book(tmp_path)
    said = run("backtest", policy, book, "--json", "--out", tmp_path / "out")
    assert json.loads(said.out) == json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    assert json.loads(said.out)["stages"] == {"current": 1, "gone": 1}


def test_the_last_day_ends_the_life_and_the_first_only_the_report(tmp_path: Path) -> None:
    policy, book = write_policy(tmp_path), write_book(tmp_path)
    short = json.loads(run("backtest", policy, book, "--json", "--to", "2025-01-20").out)
    late = json.loads(run("backtest", policy, book, "--json", "--from", "2025-02-01").out)
    assert short["stages"] == {"current": 1, "early": 1}
    assert (late["from"], late["stages"]) == ("2025-02-01", {"current": 1, "gone": 1})
    assert late["moves"] == 2


def test_contacts_are_assumed_or_recorded(tmp_path: Path) -> None:
    policy, book = write_policy(tmp_path), write_book(tmp_path)
    assumed, recorded = (run("backtest", policy, book, "--contacts", word).out for word in ("assumed", "recorded"))
    assert "every planned contact is taken as delivered and unanswered" in assumed
    assert "contacts are those recorded in the book's events" in recorded


def test_a_book_with_problems_is_refused_whole_and_nothing_is_written(tmp_path: Path) -> None:
    book = write_book(tmp_path, payments="loan_id,payment_id,value_date,amount\nA-9,p-1,2025-01-13,1.00\n")
    said = run("backtest", write_policy(tmp_path), book, "--out", tmp_path / "out")
    assert (said.code, said.out) == (1, "")
    assert "payments.csv:2:1: there is no loan `A-9` in `loans`" in said.err
    assert said.err.endswith("\n1 problem\n")
    assert not (tmp_path / "out").exists()


def test_a_fact_column_of_the_book_is_typed_by_the_policy(tmp_path: Path) -> None:
    book = write_book(
        tmp_path, loans="loan_id,currency,opened_on,frail\nA-1,CNY,2025-01-01,no\nA-2,CNY,2025-01-01,TRUE\n"
    )
    said = run("backtest", write_policy(tmp_path), book)
    assert said.code == 1
    assert "`frail` cannot be `no`; expected true or false" in said.err
    assert "TRUE" not in said.err


# --- explain ---


def test_explain_tells_the_story_and_what_comes_next(tmp_path: Path) -> None:
    said = run("explain", write_policy(tmp_path), write_book(tmp_path), "A-2", "--on", "2025-02-01")
    assert said.code == 0
    for line in ("2025-01-11", "late", "to-court", "2025-02-10"):
        assert line in said.out


def test_explain_stops_at_the_day_it_is_asked_for(tmp_path: Path) -> None:
    policy, book = write_policy(tmp_path), write_book(tmp_path)
    assert "stands in early" in run("explain", policy, book, "A-2", "--on", "2025-02-09").out
    assert "stands in court.waiting" in run("explain", policy, book, "A-2", "--on", "2025-02-10").out


def test_where_the_due_date_is_day_1_a_loan_is_explained_as_that_day_is_told(tmp_path: Path) -> None:
    policy = write_policy(tmp_path, old="due_date_is_day: 0", new="due_date_is_day: 1")
    said = run("explain", policy, write_book(tmp_path), "A-2", "--on", "2025-01-10")
    assert "A-2 on 2025-01-10, policy small 1\nstands in early since 2025-01-10 (0 days)" in said.out
    assert "days past due: 1 day\n" in said.out
