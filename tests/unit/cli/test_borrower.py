"""`overdue-flow borrower`: a person and all of their loans, of a book and of a store."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from overdue_flow import Flow, SqlStore
from overdue_flow.policy.load import load_policy
from support.families import POLICY, opened
from support.small_policy import write_book
from support.terminal import run

LOANS = "loan_id,currency,opened_on,person_id\nA-1,CNY,2025-01-01,p\nA-2,CNY,2025-01-01,p\nA-3,CNY,2025-01-01,\n"
INSTALMENTS = "loan_id,due_on,amount\nA-1,2025-01-10,100.00\nA-2,2025-06-10,50.50\nA-3,2025-01-05,7.00\n"
NO_PAYMENTS = "loan_id,payment_id,value_date,amount\n"


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    file = tmp_path / "policy.yaml"
    file.write_text(POLICY, "utf-8")
    return file


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return write_book(tmp_path, loans=LOANS, instalments=INSTALMENTS, payments=NO_PAYMENTS, events="")


def test_the_loans_of_a_person_in_a_book_are_told_together(policy: Path, book: Path) -> None:
    said = run("borrower", policy, book, "p", "--on", "2025-02-20")
    assert said.code == 0, said.err
    assert "most days past due  41" in said.out
    assert [line.split()[0] for line in said.out.splitlines() if line.startswith("A-")] == ["A-1", "A-2"] * 2
    assert next(line for line in said.out.splitlines() if line.startswith("A-2")).split()[1] == "tainted"


def test_it_is_told_as_json_and_in_chinese(policy: Path, book: Path) -> None:
    told = json.loads(run("borrower", policy, book, "p", "--on", "2025-02-20", "--json").out)
    assert told["owed"] == {"CNY": {"overdue_amount": "100.00", "balance": "150.50"}}
    assert [loan["marks"] for loan in told["loans"]] == [["watch", "npa"], ["watch", "npa"]]
    assert "借款人整体情况" in run("borrower", policy, book, "p", "--lang", "zh").out


def test_a_loan_of_nobody_in_particular_is_its_own_persons(policy: Path, book: Path) -> None:
    told = json.loads(run("borrower", policy, book, "A-3", "--on", "2025-02-20", "--json").out)
    assert [loan["loan_id"] for loan in told["loans"]] == ["A-3"]


def test_a_person_whom_the_book_does_not_know_is_a_mistake(policy: Path, book: Path) -> None:
    said = run("borrower", policy, book, "nobody")
    assert (said.code, "there is no loan of a person `nobody`" in said.err) == (2, True)


def test_a_backtest_lives_the_loans_of_a_person_together(policy: Path, book: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert run("backtest", policy, book, "--to", "2025-03-31", "--out", out).code == 0
    moved = [line.split(",")[:4] for line in (out / "stages.csv").read_text("utf-8").splitlines()]
    assert ["A-2", "2025-02-10", "current", "tainted"] in moved


def test_one_loan_of_a_book_is_explained_with_what_it_heard_of_the_others(policy: Path, book: Path) -> None:
    said = run("explain", policy, book, "A-2", "--on", "2025-02-20")
    assert said.code == 0, said.err
    assert "tainted" in said.out


def test_a_person_in_a_store_is_told_as_they_stand(policy: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'loans.db'}"
    flow = Flow(load_policy(policy), SqlStore(url), clock=lambda: datetime(2026, 1, 1, tzinfo=UTC))
    flow.receive("a", opened("2025-01-10"))
    flow.receive("b", opened("2025-06-10", "250.00"))
    told = run("borrower", policy, url, "p", "--on", "2025-02-01", "--json")
    assert told.code == 0, told.err
    assert json.loads(told.out)["dpd"] == 22
    assert run("borrower", policy, url, "nobody").code == 2
