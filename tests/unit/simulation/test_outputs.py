"""The files of a backtest: their columns, what stands in them, and that nothing half-done is ever seen."""

from __future__ import annotations

import csv
import json
import shutil
import signal
import sys
from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from overdue_flow.guards.vocabulary import Fact
from overdue_flow.policy.load import load_policy
from overdue_flow.policy.policy import Policy
from overdue_flow.simulation import outputs
from overdue_flow.simulation.backtest import Days, Outcome, backtest
from overdue_flow.simulation.book import read_book
from overdue_flow.simulation.outputs import COLUMNS, FILES, Outputs, shown_as_text
from overdue_flow.simulation.summary import Summary
from support.small_policy import POLICY, write_book
from support.unwritable import nearly_full

DAYS = Days(date(2025, 1, 1), date(2025, 3, 31))


@pytest.fixture
def policy() -> Policy:
    return load_policy(text=POLICY)


@pytest.fixture
def outcomes(policy: Policy, tmp_path: Path) -> list[Outcome]:
    book = read_book(write_book(tmp_path), policy.terms.zone, facts=told(policy))
    return list(backtest(policy, book, DAYS))


def told(policy: Policy) -> dict[str, Fact]:
    return {name: policy.vocabulary[name] for name in policy.spec.facts}


def write(policy: Policy, outcomes: list[Outcome], folder: Path, days: Days = DAYS) -> Path:
    summary = Summary(policy, days, "assumed")
    with Outputs(folder, days) as outputs:
        for outcome in outcomes:
            outputs.add(outcome)
            summary.add(outcome)
        outputs.finish(summary)
    return folder


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_there_are_six_files_with_the_columns_that_are_promised(
    policy: Policy, outcomes: list[Outcome], tmp_path: Path
) -> None:
    out = write(policy, outcomes, tmp_path / "out")
    assert sorted(path.name for path in out.iterdir()) == sorted(FILES)
    headers = {name: (out / name).read_text("utf-8").splitlines()[0] for name in COLUMNS}
    assert headers == {
        "instalments.csv": "loan_id,due_on,amount,covered_on,days_late",
        "month_ends.csv": "loan_id,on,dpd,overdue_amount,balance,bucket,stage",
        "stages.csv": "loan_id,on,from,to,rule,because",
        "marks.csv": "loan_id,on,mark,change,because",
        "effects.csv": "loan_id,decided_on,due_at,action,params,status,cause",
    }


def test_an_instalment_says_when_it_was_covered_and_how_late(
    policy: Policy, outcomes: list[Outcome], tmp_path: Path
) -> None:
    out = write(policy, outcomes, tmp_path / "out")
    assert [tuple(row.values()) for row in rows(out, "instalments.csv")] == [
        ("A-1", "2025-01-10", "100.00", "2025-01-13", "3"),
        ("A-1", "2025-02-10", "100.00", "2025-02-08", "-2"),
        ("A-2", "2025-01-10", "50.50", "", ""),
    ]


def test_month_ends_say_where_a_loan_stands(policy: Policy, outcomes: list[Outcome], tmp_path: Path) -> None:
    out = write(policy, outcomes, tmp_path / "out")
    assert [tuple(row.values()) for row in rows(out, "month_ends.csv")] == [
        ("A-1", "2025-01-31", "0", "0.00", "100.00", "current", "current"),
        ("A-1", "2025-02-28", "0", "0.00", "0.00", "current", "current"),
        ("A-1", "2025-03-31", "0", "0.00", "0.00", "current", "current"),
        ("A-2", "2025-01-31", "21", "50.50", "50.50", "M1", "early"),
        ("A-2", "2025-02-28", "49", "50.50", "50.50", "M2", "court.waiting"),
        ("A-2", "2025-03-31", "80", "50.50", "50.50", "M2", "gone"),
    ]


def test_every_move_stands_in_stages_with_its_rule_and_reason(
    policy: Policy, outcomes: list[Outcome], tmp_path: Path
) -> None:
    out = write(policy, outcomes, tmp_path / "out")
    second = [tuple(row.values())[1:] for row in rows(out, "stages.csv") if row["loan_id"] == "A-2"]
    assert second == [
        ("2025-01-01", "", "current", "", "the loan was opened"),
        ("2025-01-11", "current", "early", "late", "unpaid"),
        ("2025-02-10", "early", "court.waiting", "to-court", "'=long overdue"),
        ("2025-03-01", "court.waiting", "gone", "", "'=cmd() moved away"),
    ]


def test_effects_say_what_became_of_them(policy: Policy, outcomes: list[Outcome], tmp_path: Path) -> None:
    out = write(policy, outcomes, tmp_path / "out")
    found = rows(out, "effects.csv")
    assert {(row["loan_id"], row["action"], row["status"], row["cause"]) for row in found} == {
        ("A-1", "remind", "planned", "early.on_enter[0]"),
        ("A-2", "remind", "planned", "early.on_enter[0]"),
        ("A-2", "call", "planned", "care"),
        ("A-2", "approval", "cancelled", "sue"),
    }
    reminder = next(row for row in found if row["action"] == "remind")
    assert json.loads(reminder["params"]) == {"channel": "sms"}
    assert reminder["due_at"] == "2025-01-11T00:00:00+08:00"


def test_the_first_day_limits_what_is_reported_and_not_what_is_lived(
    policy: Policy, outcomes: list[Outcome], tmp_path: Path
) -> None:
    out = write(policy, outcomes, tmp_path / "out", Days(date(2025, 2, 10), date(2025, 2, 28)))
    assert [row["due_on"] for row in rows(out, "instalments.csv")] == ["2025-02-10"]
    assert {row["on"] for row in rows(out, "month_ends.csv")} == {"2025-02-28"}
    assert [row["to"] for row in rows(out, "stages.csv")] == ["court.waiting"]
    assert [row["action"] for row in rows(out, "effects.csv")] == ["approval"]


def test_nothing_is_seen_until_the_end(policy: Policy, outcomes: list[Outcome], tmp_path: Path) -> None:
    out = tmp_path / "out"
    with Outputs(out, DAYS) as outputs:
        outputs.add(outcomes[0])
        assert [path.name for path in out.iterdir() if not path.name.startswith(".")] == []
    assert not out.exists()


def test_a_run_that_fails_leaves_the_folder_as_it_was(policy: Policy, outcomes: list[Outcome], tmp_path: Path) -> None:
    out = write(policy, outcomes, tmp_path / "out")
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    with suppress(KeyboardInterrupt), Outputs(out, DAYS) as outputs:
        outputs.add(outcomes[1])
        raise KeyboardInterrupt
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_run_stopped_at_whatever_line_leaves_nothing_or_all(
    policy: Policy, outcomes: list[Outcome], tmp_path: Path
) -> None:
    """Ctrl-C at the first line of the writer, at the second, and so on, until the writing ends before it comes."""
    stopped = 0
    while _stopped_at(stopped + 1, policy, outcomes, tmp_path / "out"):
        stopped += 1
        names = sorted(path.name for path in (tmp_path / "out").iterdir()) if (tmp_path / "out").exists() else None
        assert names in (None, sorted(FILES)), f"stopped at line {stopped} of its life"
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
    assert stopped > 100


def _stopped_at(number: int, policy: Policy, outcomes: list[Outcome], folder: Path) -> bool:
    """Whether Ctrl-C came before the end; it comes when so many lines of the writer were run."""
    lines = 0

    def tracing(frame: FrameType, event: str, _arg: object) -> Any:
        nonlocal lines
        if frame.f_code.co_filename != outputs.__file__:
            return None
        if event == "line" and frame.f_code.co_name != "__exit__":  # of one line, that makes all else wait
            lines += 1
            if lines == number:
                signal.raise_signal(signal.SIGINT)
        return tracing

    before = sys.gettrace()
    sys.settrace(tracing)
    try:
        write(policy, outcomes[:1], folder)
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


def test_a_disk_that_is_full_leaves_nothing(tmp_path: Path) -> None:
    rows_of_text = {"stages.csv": "a row of a table\n" * 5_000}
    with nearly_full(20_000), pytest.raises(OSError, match="too large"), Outputs(tmp_path / "out", DAYS) as outputs:
        outputs.add_tables(rows_of_text)
    assert list(tmp_path.iterdir()) == []


def test_folders_that_are_missing_are_made_and_cleared_away_if_nothing_comes(tmp_path: Path) -> None:
    with Outputs(tmp_path / "a" / "b", DAYS):
        assert (tmp_path / "a" / "b").is_dir()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_place_of_a_file_is_an_error_before_the_work(tmp_path: Path) -> None:
    (tmp_path / "stages.csv").mkdir()
    with pytest.raises(IsADirectoryError), Outputs(tmp_path, DAYS):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["stages.csv"]


def test_other_files_of_the_folder_are_left_alone(policy: Policy, outcomes: list[Outcome], tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "notes.txt").write_text("mine")
    write(policy, outcomes, out)
    assert (out / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("text", ["=1+1", "+49 30", "-5", "@name", "\tx", "\rx"])
def test_free_text_is_never_a_formula(text: str) -> None:
    assert shown_as_text(text) == f"'{text}"


def test_ids_are_keys_and_stay_as_they_are(policy: Policy, tmp_path: Path) -> None:
    odd = {
        "loans": "loan_id,currency,opened_on\n=A,JPY,2025-01-01\n",
        "instalments": "loan_id,due_on,amount\n=A,2025-01-10,100\n",
        "payments": "loan_id,payment_id,value_date,amount\n",
        "events": "",
    }
    book = read_book(write_book(tmp_path, **odd), policy.terms.zone, facts=told(policy))
    out = write(policy, list(backtest(policy, book, DAYS)), tmp_path / "out")
    (row,) = rows(out, "instalments.csv")
    assert (row["loan_id"], row["amount"]) == ("=A", "100")
    assert {Decimal(row["balance"]) for row in rows(out, "month_ends.csv")} == {Decimal(100)}
    assert rows(out, "month_ends.csv")[0]["balance"] == "100"


def test_where_the_due_date_is_day_1_the_last_day_is_told_by_the_opening_of_the_next(tmp_path: Path) -> None:
    indian = load_policy(text=POLICY.replace("due_date_is_day: 0", "due_date_is_day: 1"))
    said = {
        "instalments": "loan_id,due_on,amount\nA-1,2025-01-31,100.00\nA-2,2025-01-31,100.00\n",
        "payments": "loan_id,payment_id,value_date,amount\nA-2,p-1,2025-02-01,100.00\n",
        "events": "",
    }
    book = read_book(write_book(tmp_path, **said), indian.terms.zone, facts=told(indian))
    january = Days(date(2025, 1, 1), date(2025, 1, 31))
    out = write(indian, list(backtest(indian, book, january)), tmp_path / "out", january)
    assert [(row["loan_id"], row["on"], row["dpd"], row["stage"]) for row in rows(out, "month_ends.csv")] == [
        ("A-1", "2025-01-31", "1", "early"),
        ("A-2", "2025-01-31", "1", "early"),
    ]
    moves = [(row["loan_id"], row["on"], row["to"]) for row in rows(out, "stages.csv") if row["from"]]
    assert moves == [("A-1", "2025-01-31", "early"), ("A-2", "2025-01-31", "early")]


def test_each_beginning_and_end_of_a_mark_is_a_row(tmp_path: Path) -> None:
    marks = "marks: {late: {when: dpd > 0, because: =unpaid}, bad: {when: dpd > 30, until: balance == 0}}\n"
    policy = load_policy(text=POLICY + marks)
    book = read_book(write_book(tmp_path), policy.terms.zone, facts=told(policy))
    out = write(policy, list(backtest(policy, book, DAYS)), tmp_path / "out")
    assert [list(row.values()) for row in rows(out, "marks.csv")] == [
        ["A-1", "2025-01-11", "late", "began", "'=unpaid"],
        ["A-1", "2025-01-13", "late", "ended", ""],
        ["A-2", "2025-01-11", "late", "began", "'=unpaid"],
        ["A-2", "2025-02-10", "bad", "began", ""],
    ]
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert summary["marks"] == [
        {"mark": "late", "loans": 1, "began": 2, "ended": 1},
        {"mark": "bad", "loans": 1, "began": 1, "ended": 0},
    ]


def test_a_policy_without_marks_writes_none(policy: Policy, outcomes: list[Outcome], tmp_path: Path) -> None:
    out = write(policy, outcomes, tmp_path / "out")
    assert rows(out, "marks.csv") == []
    assert "marks" not in json.loads((out / "summary.json").read_text("utf-8"))
