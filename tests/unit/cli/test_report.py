"""What is known of one loan is told in full, of a book and of a store, as text and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support.small_policy import write_book, write_policy
from support.small_store import write_store
from support.terminal import Said, run

EVENTS = (
    '{"loan_id": "A-2", "id": "e-1", "at": "2025-01-15", "kind": "ComplaintReceived", "complaint_id": "c-1",'
    ' "about": "=too loud"}\n'
    '{"loan_id": "A-2", "id": "e-2", "at": "2025-01-16", "kind": "ComplaintReceived", "complaint_id": "c-2"}\n'
    '{"loan_id": "A-2", "id": "e-3", "at": "2025-01-17", "kind": "ComplaintAnswered", "complaint_id": "c-1",'
    ' "outcome": "upheld"}\n'
    '{"loan_id": "A-2", "id": "e-4", "at": "2025-01-20", "kind": "PlanAgreed", "plan_id": "p-1",'
    ' "instalments": [{"due_on": "2025-02-20", "amount": "25.50"}, {"due_on": "2025-03-20", "amount": "25.00"}]}\n'
)


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    return write_policy(tmp_path)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return write_book(tmp_path, events=EVENTS)


def told(policy: Path, book: Path, *words: str | Path) -> Said:
    kind, loan, *more = words
    said = run("report", str(kind), policy, book, str(loan), *more)
    assert said.code == 0, said.err
    return said


def test_every_overdue_sum_is_said_with_its_date(policy: Path, book: Path) -> None:
    said = told(policy, book, "arrears", "A-2", "--on", "2025-01-15").out
    assert "overdue on A-2, 2025-01-15, amounts in CNY" in said
    assert "2025-01-10" in said
    assert "total 50.50" in said


def test_where_the_due_date_is_day_one_the_days_are_those_of_the_end_of_the_day(policy: Path, book: Path) -> None:
    policy.write_text(policy.read_text().replace("due_date_is_day: 0", "due_date_is_day: 1"))
    said = told(policy, book, "arrears", "A-2", "--on", "2025-01-15").out
    assert "overdue on A-2, 2025-01-15, amounts in CNY" in said
    assert next(line for line in said.splitlines() if line.startswith("2025-01-10")).split()[-1] == "6"


def test_a_plan_is_told_by_its_id_or_as_the_latest(policy: Path, book: Path) -> None:
    latest = told(policy, book, "plan", "A-2", "--on", "2025-03-25").out
    assert "plan p-1 on A-2, as of 2025-03-25" in latest
    assert told(policy, book, "plan", "A-2", "--plan", "p-1", "--on", "2025-03-25").out == latest


def test_all_complaints_are_told_or_one(policy: Path, book: Path) -> None:
    said = told(policy, book, "complaints", "A-2").out
    assert said.index("complaint c-1") < said.index("complaint c-2")
    one = told(policy, book, "complaints", "A-2", "--complaint", "c-1").out
    assert "complaint c-1" in one
    assert "complaint c-2" not in one


def test_that_nobody_complained_is_said_too(policy: Path, book: Path) -> None:
    assert told(policy, book, "complaints", "A-1").out == "nobody has complained about A-1\n"
    assert json.loads(told(policy, book, "complaints", "A-1", "--json").out) == []


def test_the_case_file_ends_with_the_moves(policy: Path, book: Path) -> None:
    said = told(policy, book, "case-file", "A-2", "--on", "2025-01-17").out
    assert said.startswith("case file of A-2, as of the end of 2025-01-17")
    assert "performing" not in said
    assert "early" in said[said.index(". moves") :]


@pytest.mark.parametrize(("kind", "key"), [("arrears", "items"), ("plan", "instalments"), ("case-file", "sections")])
def test_each_is_there_as_json(policy: Path, book: Path, kind: str, key: str) -> None:
    found = json.loads(told(policy, book, kind, "A-2", "--on", "2025-01-25", "--json").out)
    assert (found["case_id"], found["on"]) == ("A-2", "2025-01-25")
    assert key in found


def test_several_complaints_are_a_list(policy: Path, book: Path) -> None:
    found = json.loads(told(policy, book, "complaints", "A-2", "--json").out)
    assert [one["case_id"] for one in found] == ["A-2", "A-2"]


def test_where_there_may_be_several_complaints_a_single_one_is_a_list_too(policy: Path, book: Path) -> None:
    several = json.loads(told(policy, book, "complaints", "A-2", "--json").out)
    first, second = (one["received_on"] for one in several)
    assert first < second
    (found,) = json.loads(told(policy, book, "complaints", "A-2", "--on", first, "--json").out)
    assert found["received_on"] == first
    named = json.loads(told(policy, book, "complaints", "A-2", "--complaint", found["complaint"], "--json").out)
    assert named["complaint"] == found["complaint"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("plan", "A-1"), "has no repayment plan"),
        (("plan", "A-2", "--plan", "p-2"), "`p-2`"),
        (("complaints", "A-2", "--complaint", "c-3"), "there is no complaint `c-3`"),
        (("arrears", "A-9"), "A-9"),
        (("arrears", "A-2", "--on", "2024-01-01"), "is not open yet on 2024-01-01"),
        (("arrears", "A-2", "--on", "yesterday"), "`yesterday` is no day"),
    ],
)
def test_what_is_not_there_is_a_mistake_in_one_line(policy: Path, book: Path, words: tuple[str, ...], why: str) -> None:
    kind, loan, *more = words
    said = run("report", kind, policy, book, loan, *more)
    assert (said.code, said.out) == (2, "")
    assert why in said.err
    assert len(said.err.splitlines()) == 1


def test_a_loan_of_a_store_is_told_as_of_any_day(tmp_path: Path, policy: Path) -> None:
    store = write_store(tmp_path)
    late = run("report", "arrears", policy, store, "A-1", "--on", "2025-01-11")
    assert "2025-01-10" in late.out, late.err
    early = run("report", "arrears", policy, store, "A-1", "--on", "2025-01-10")
    assert "nothing is overdue" in early.out
    never = run("report", "arrears", policy, store, "A-1", "--on", "2024-01-01")
    assert (never.code, never.out) == (2, "")
    assert "is not open yet" in never.err
    assert run("report", "case-file", policy, store, "A-404").code == 2
