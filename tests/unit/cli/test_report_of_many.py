"""Reports of a whole book or store, and of a policy: as text, JSON and pages, in both languages, for who may see."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from overdue_flow.events import PlacedWithAgency
from overdue_flow.reports.catalogue import OF_A_BOOK
from support.small_policy import write_book, write_policy
from support.small_store import write_store
from support.terminal import Said, run

ACCESS = """\
access:
  boss: {sees: all, journal: all}
  agent: {sees: [money, work, dpd], loans: all}
  agency: {sees: [money], loans: placed}
"""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    return write_policy(tmp_path)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return write_book(tmp_path)


def told(*words: str | Path) -> Said:
    said = run(*words)
    assert said.code == 0, said.err
    return said


@pytest.mark.parametrize("name", OF_A_BOOK)
def test_each_is_told_of_a_book_and_of_a_store(name: str, policy: Path, book: Path, tmp_path: Path) -> None:
    store = write_store(tmp_path, lived_to=date(2025, 3, 1))
    days = ("--from", "2025-01-01", "--to", "2025-02-28")
    for loans in (book, store):
        said = told("report", name, policy, loans, *days)
        assert "from 2025-01-01 to 2025-02-28" in said.out
        assert json.loads(told("report", name, policy, loans, *days, "--json").out)["report"] is not None


def test_the_overview_of_a_book_is_of_all_of_its_days(policy: Path, book: Path) -> None:
    said = told("report", "overview", policy, book).out
    assert "from 2025-01-01 to 2025-03-01" in said
    found = json.loads(told("report", "overview", policy, book, "--json").out)
    assert found["parts"][0]["fields"]["loans"] == "2"


def test_a_store_is_told_of_as_it_stood_on_the_day(policy: Path, tmp_path: Path) -> None:
    store = write_store(tmp_path, lived_to=date(2025, 3, 1))
    early = json.loads(told("report", "overview", policy, store, "--to", "2025-01-09", "--json").out)
    late = json.loads(told("report", "overview", policy, store, "--to", "2025-02-28", "--json").out)
    assert [one["parts"][0]["fields"]["past due"] for one in (early, late)] == ["0", "3"]


def test_a_report_is_told_in_chinese(policy: Path, book: Path) -> None:
    assert told("report", "overview", policy, book, "--lang", "zh").out.startswith("资产总览\n")


def test_a_page_is_written_to_a_file(policy: Path, book: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    said = told("report", "stages", policy, book, "--lang", "zh", "--html", page)
    assert (said.out, said.err) == ("", f"wrote {page}\n")
    assert page.read_text("utf-8").startswith('<!doctype html>\n<html lang="zh-CN">')


def test_a_page_that_cannot_be_written_is_a_mistake_in_one_line(policy: Path, book: Path, tmp_path: Path) -> None:
    said = run("report", "team", policy, book, "--html", tmp_path / "no" / "page.html")
    assert said.code == 2
    assert said.err.startswith("cannot write `")
    assert len(said.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--from", "2025-02-01", "--to", "2025-01-01"), "there is no day from 2025-02-01 to 2025-01-01"),
        (("--to", "tomorrow"), "`tomorrow` is no day"),
        (("--lang", "fr"), "fr"),
    ],
)
def test_what_is_given_wrongly_is_said(policy: Path, book: Path, words: tuple[str, ...], why: str) -> None:
    said = run("report", "overview", policy, book, *words)
    assert said.code == 2
    assert why in said.err


def test_days_of_a_store_that_run_backwards_are_a_mistake(policy: Path, tmp_path: Path) -> None:
    store = write_store(tmp_path)
    said = run("report", "overview", policy, store, "--from", "2025-02-01", "--to", "2025-01-01")
    assert (said.code, said.err) == (2, "there is no day from 2025-02-01 to 2025-01-01\n")


# --- who looks ---


def test_a_role_sees_of_a_book_what_it_may(tmp_path: Path, book: Path) -> None:
    policy = write_policy(tmp_path, ACCESS)
    seen = told("report", "overview", policy, book, "--as", "agent", "--who", "li").out
    worst = next(line for line in seen.splitlines() if line.startswith("A-2"))
    assert "—" in worst.split()
    everything = told("report", "overview", policy, book, "--as", "boss", "--who", "wang").out
    assert "—" not in everything


def test_an_agency_hears_only_of_loans_that_are_placed_with_it(tmp_path: Path, book: Path) -> None:
    policy = write_policy(tmp_path, ACCESS)
    found = json.loads(told("report", "overview", policy, book, "--as", "agency", "--who", "north", "--json").out)
    assert found["parts"][0]["fields"]["loans"] == "0"


def test_a_role_that_the_policy_does_not_know_sees_nothing(tmp_path: Path, book: Path) -> None:
    said = run("report", "overview", write_policy(tmp_path, ACCESS), book, "--as", "guest", "--who", "li")
    assert said.code == 1
    assert "guest" in said.err
    assert said.out == ""


def test_a_look_at_many_loans_of_a_store_needs_a_role_and_is_remembered(tmp_path: Path) -> None:
    policy = write_policy(tmp_path, ACCESS)
    store = write_store(tmp_path, lived_to=date(2025, 2, 1), policy=policy)
    words = ("report", "stages", policy, store, "--to", "2025-02-01")
    refused = run(*words)
    assert refused.code == 1
    assert "say in which role" in refused.err
    told(*words, "--as", "boss", "--who", "wang", "--why", "the month's end")
    looks = told("journal", "looks", store, "--json").out
    for loan in ("A-1", "A-2", "A-3"):
        assert loan in looks
    assert "stages" in looks


def test_who_may_see_no_loan_at_all_is_refused_and_that_is_remembered(tmp_path: Path) -> None:
    policy = write_policy(tmp_path, ACCESS)
    store = write_store(tmp_path, policy=policy)
    for words in ((), ("--as", "agenyc", "--who", "swift")):
        assert run("report", "overview", policy, store, *words).code == 1
    looks = json.loads(told("journal", "looks", store, "--json").out)["looks"]
    assert [(one["case_id"], one["role"], one["what"]) for one in looks] == [
        ("", "", "overview, refused"),
        ("", "agenyc", "overview, refused"),
    ]


def test_a_placement_that_is_over_is_passed_over(tmp_path: Path) -> None:
    policy = write_policy(tmp_path, ACCESS)
    at = datetime(2025, 1, 5, 9, tzinfo=UTC)
    placed = (
        ("A-1", PlacedWithAgency(id="p", at=at, agency="swift", until=date(2025, 1, 20))),
        ("A-2", PlacedWithAgency(id="p", at=at, agency="swift")),
    )
    store = write_store(tmp_path, *placed, policy=policy)
    said = told("report", "overview", policy, store, "--as", "agency", "--who", "swift", "--json")
    assert json.loads(said.out)["parts"][0]["fields"]["loans"] == "1"
    looks = json.loads(told("journal", "looks", store, "--json").out)["looks"]
    assert [(one["case_id"], one["what"]) for one in looks] == [("A-2", "overview")]


# --- figures ---


def test_a_loan_beyond_the_last_bucket_is_not_told_as_current(tmp_path: Path, book: Path) -> None:
    policy = write_policy(tmp_path, old="M1: 1..30, M2: 31..", new="M1: 5..30")
    found = json.loads(told("report", "overview", policy, book, "--json").out)
    buckets = {row["bucket"]: (row["days"], row["loans"]) for row in found["parts"][1]["rows"]}
    assert buckets == {"current": ("0-4", "1"), "M1": ("5-30", "0"), "in no bucket": ("", "1")}
    rolls = {row["from"]: row["to in no bucket"] for row in found["parts"][2]["rows"]}
    assert rolls["M1"] == "100.0 %"
    assert "未分档" in told("report", "overview", policy, book, "--lang", "zh").out


# --- the handbook ---


def test_a_handbook_is_told_in_both_languages_and_as_a_page(policy: Path, tmp_path: Path) -> None:
    assert told("handbook", policy).out.startswith("handbook: A small policy\npolicy small, version 1\n")
    assert told("handbook", policy, "--lang", "zh").out.startswith("政策手册：小政策\n政策 small，版本 1\n")
    told("handbook", policy, "--html", tmp_path / "book.html")
    assert "<h1>handbook: A small policy</h1>" in (tmp_path / "book.html").read_text("utf-8")
    data = json.loads(told("handbook", policy, "--json").out)
    assert data["report"] == "handbook"


def test_a_policy_that_is_refused_has_no_handbook(tmp_path: Path) -> None:
    policy = write_policy(tmp_path, old="start: true", new="start: maybe")
    said = run("handbook", policy)
    assert said.code == 1
    assert "maybe" in said.err
