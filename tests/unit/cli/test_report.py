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
    assert "nobody" not in told(policy, book, "complaints", "A-1", "--lang", "zh").out


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


# --- the statement, the assessment, languages and pages ---


def test_the_statement_and_the_assessment_are_told(policy: Path, book: Path) -> None:
    assert told(policy, book, "statement", "A-2", "--on", "2025-01-15").out.startswith("statement of account of A-2\n")
    said = told(policy, book, "assessment", "A-2", "--on", "2025-01-15", "--lang", "zh").out
    assert said.startswith("催收前评估：A-2\n")
    assert "逾期天数  5 天" in said


@pytest.mark.parametrize("kind", ["statement", "assessment", "plan", "complaints", "case-file"])
def test_each_is_told_in_chinese_and_written_as_a_page(policy: Path, book: Path, tmp_path: Path, kind: str) -> None:
    english, chinese = (told(policy, book, kind, "A-2", "--lang", lang).out for lang in ("en", "zh"))
    assert chinese
    assert chinese != english
    page = tmp_path / "page.html"
    assert told(policy, book, kind, "A-2", "--lang", "zh", "--html", page).out == ""
    assert '<html lang="zh-CN">' in page.read_text("utf-8")


def test_a_page_and_json_may_be_asked_for_at_once(policy: Path, book: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    said = told(policy, book, "statement", "A-2", "--html", page, "--json")
    assert json.loads(said.out)["report"] == "statement"
    assert page.is_file()


def test_the_case_file_ends_with_the_whole_journal(policy: Path, book: Path) -> None:
    said = told(policy, book, "case-file", "A-2").out
    assert ". the journal" in said
    assert said.index(". moves") < said.index(". the journal")
    assert "PlanAgreed" in said[said.index(". the journal") :]


def test_of_a_plan_one_may_be_asked_for_in_any_language(policy: Path, book: Path) -> None:
    said = told(policy, book, "plan", "A-2", "--plan", "p-1", "--lang", "zh", "--on", "2025-03-25").out
    assert said.startswith("还款计划进度：A-2，计划 p-1\n")
    missing = run("report", "plan", policy, book, "A-2", "--plan", "p-9", "--lang", "zh")
    assert (missing.code, missing.out) == (2, "")


def test_one_complaint_may_be_asked_for_in_chinese(policy: Path, book: Path) -> None:
    said = told(policy, book, "complaints", "A-2", "--complaint", "c-1", "--lang", "zh").out
    assert "c-1" in said
    assert "c-2" not in said


ACCESS = "access:\n  boss: {sees: all, journal: all}\n  agent: {sees: [money, talks], journal: [money]}\n"


@pytest.mark.parametrize("kind", ["statement", "assessment", "arrears", "plan", "complaints", "case-file"])
@pytest.mark.parametrize("form", [(), ("--json",), ("--lang", "zh")])
def test_a_role_that_may_not_see_the_person_or_care_does_not(tmp_path: Path, kind: str, form: tuple[str, ...]) -> None:
    policy = write_policy(tmp_path, ACCESS)
    loans = "loan_id,currency,opened_on,frail,person_id\nA-2,CNY,2025-01-01,true,unguessable-7\n"
    book = write_book(tmp_path, events=EVENTS, loans=loans, instalments="loan_id,due_on,amount\nA-2,2025-01-10,50.50\n",
                      payments="loan_id,payment_id,value_date,amount\n")  # fmt: skip
    if kind == "arrears" and "--lang" in form:
        form = ()
    seen = told(policy, book, kind, "A-2", *form, "--as", "agent", "--who", "li").out
    assert "unguessable-7" not in seen
    assert "too loud" not in seen
    whole = told(policy, book, kind, "A-2", *form, "--as", "boss", "--who", "wang").out
    shown = {"complaints": "c-1", "arrears": "A-2", "plan": "p-1"}.get(kind, "unguessable-7")
    assert shown in whole


@pytest.mark.parametrize(
    "words",
    [
        ("plan", "A-2", "--plan", "p-9"),
        ("plan", "A-2"),
        ("plan", "A-1"),
        ("complaints", "A-2", "--complaint", "c-9"),
        ("complaints", "A-2", "--complaint", "c-1"),
    ],
)
def test_whoever_may_not_see_such_things_is_not_told_which_there_are(tmp_path: Path, words: tuple[str, ...]) -> None:
    access = "access:\n  agent: {sees: [money]}\n"
    policy, book = write_policy(tmp_path, access), write_book(tmp_path, events=EVENTS)
    kind, loan, *more = words
    said = run("report", kind, policy, book, loan, *more, "--as", "agent", "--who", "li")
    assert (said.code, said.out) == (2, "")
    assert "is not shown to you" in said.err
    for hidden in ("p-1", "c-1", "c-2"):
        assert hidden not in said.err
    none = told(policy, book, "complaints", "A-1", "--as", "agent", "--who", "li").out
    assert "nobody has complained" not in none
    some = told(policy, book, "complaints", "A-2", "--as", "agent", "--who", "li").out
    assert some.replace("A-2", "A-1") == none, "not even how many there are"
