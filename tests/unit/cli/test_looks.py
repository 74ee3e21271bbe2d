"""Who may see what on the command line: looking as a role, who looked, and how long it is kept."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from overdue_flow.cli.access import NOT_REMEMBERED
from overdue_flow.events import Closed, ComplaintReceived, PaymentReceived
from support.small_policy import write_book, write_policy
from support.small_store import write_store
from support.terminal import run
from support.unwritable import folder_for_all, only_reading

ACCESS = """
access:
  boss: {sees: all}
  agent: {sees: [money, stage]}
  counsel: {sees: all, journal: [money]}
  agency: {sees: [money], loans: placed}
  borrower: {sees: [identity, money, care, stage], loans: own}
retention:
  standard: {keep: 1 year, from: closed, because: the law}
"""
EARLY = datetime(2025, 1, 5, 9, tzinfo=UTC)
DONE = (
    ("A-1", PaymentReceived(id="p", at=EARLY, amount="100.00", value_date="2025-01-05")),
    ("A-1", Closed(id="c", at=EARLY)),
    ("A-2", ComplaintReceived(id="b", at=EARLY, complaint_id="c-1", nature="objection", about="not mine")),
)


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    return write_policy(tmp_path, ACCESS)


@pytest.fixture
def store(tmp_path: Path, policy: Path) -> Path:
    return write_store(tmp_path, *DONE, policy=policy)


def looks(store: Path, *arguments: str) -> list[list[object]]:
    """Who looked: at which loan, in which role, who, through which door."""
    said = run("journal", "looks", store, "--json", *arguments)
    assert said.code == 0, said.err
    return [[look[name] for name in ("case_id", "role", "who", "what")] for look in json.loads(said.out)["looks"]]


# --- looking ---


def test_a_loan_is_shown_as_a_role_may_see_it(policy: Path, store: Path) -> None:
    said = run("view", policy, store, "A-2", "--as", "agent", "--who", "wang")
    assert said.code == 0
    assert "not shown to agent: identity, contact" in said.out
    assert "P-A-2" not in said.out
    assert "balance (balance): 100.00" in said.out
    whole = json.loads(run("view", policy, store, "A-2", "--as", "boss", "--who", "li", "--json").out)
    assert whole["persons"] == {"borrower": ["P-A-2"]}
    assert "days_since_stage_entered" in whole["facts"]


def test_the_days_since_a_date_that_is_shown_are_left_to_the_reader(policy: Path, store: Path) -> None:
    said = run("view", policy, store, "A-2", "--as", "boss", "--who", "li")
    assert "(stage_entered_on): " in said.out
    assert "days_since_stage_entered" not in said.out


def test_who_may_not_look_is_told_why_and_the_look_is_remembered(policy: Path, store: Path) -> None:
    said = run("view", policy, store, "A-2", "--who", "wang")
    assert (said.code, said.out) == (1, "")
    assert "policy small 1 says who may see what: say in which role you look" in said.err
    said = run("view", policy, store, "A-2", "--as", "agency", "--who", "swift")
    assert "loan `A-2` is not placed with `swift`" in said.err
    assert looks(store) == [["A-2", "", "", "view, refused"], ["A-2", "agency", "swift", "view, refused"]]


def test_by_default_it_is_the_user_who_looks(policy: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "chen")
    assert run("view", policy, store, "A-1", "--as", "agent").code == 0
    assert looks(store) == [["A-1", "agent", "chen", "view"]]


def test_of_a_book_of_files_all_is_shown_unless_a_role_is_given(policy: Path, tmp_path: Path) -> None:
    book = write_book(tmp_path)
    assert "identity" not in run("view", policy, book, "A-1").out
    said = run("view", policy, book, "A-1", "--as", "agent", "--who", "wang")
    assert "not shown to agent: identity" in said.out


def test_a_whole_story_is_for_who_sees_everything(policy: Path, store: Path) -> None:
    said = run("history", store, "A-1", "--policy", policy, "--as", "agent", "--who", "wang")
    assert (said.code, said.out) == (1, "")
    assert "`overdue-flow view` shows the rest" in said.err
    assert run("history", store, "A-1", "--policy", policy, "--as", "boss", "--who", "li").code == 0
    assert looks(store, "--role", "boss") == [["A-1", "boss", "li", "history"]]


def test_why_a_loan_stands_where_it_does_is_a_look_too(policy: Path, store: Path) -> None:
    for words in ((), ("--as", "agent", "--who", "wang"), ("--as", "agency", "--who", "swift")):
        said = run("explain", policy, store, "A-2", *words)
        assert (said.code, said.out) == (1, "")
    assert "is not placed with `swift`" in said.err
    assert "stands in current" in run("explain", policy, store, "A-2", "--as", "boss", "--who", "li").out
    assert looks(store) == [
        ["A-2", "", "", "explain, refused"],
        ["A-2", "agent", "wang", "explain"],
        ["A-2", "agency", "swift", "explain, refused"],
        ["A-2", "boss", "li", "explain"],
    ]


def test_of_a_book_too_the_story_is_told_whole_or_not_at_all(policy: Path, tmp_path: Path) -> None:
    book = write_book(tmp_path)
    assert run("explain", policy, book, "A-2", "--as", "agent", "--who", "wang").code == 1
    assert run("explain", policy, book, "A-2").code == 0


def test_rows_that_are_not_for_a_role_are_in_no_form_of_what_it_reads(policy: Path, store: Path) -> None:
    """The role sees every group, and of the journal the rows of money alone."""
    role = ("--as", "counsel", "--who", "wu")
    for form in ((), ("--json",)):
        said = run("report", "case-file", policy, store, "A-2", *form, *role)
        assert said.code == 0
        journal = said.out[said.out.rindex("the journal") :]
        assert "1 more, not shown" in journal
        assert "ComplaintReceived" not in journal
    assert run("history", store, "A-2", "--policy", policy, *role).code == 1


def test_what_could_be_offered_is_for_who_sees_money_and_talks(policy: Path, store: Path) -> None:
    said = run("offers", policy, store, "A-2", "--as", "agent", "--who", "wang")
    assert said.code == 1
    assert "what could be offered shows money and talks, which `agent` may not see" in said.err


def test_commands_that_know_no_policy_remember_the_user(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "chen")
    run("history", store, "A-1")
    run("journal", "search", store, "--loan", "A-2", "--json", "--with-personal")
    run("journal", "search", store, "--loan", "A-2", "--json")
    run("journal", "export", store, "--out", tmp_path / "some.jsonl", "--loan", "A-3", "--with-personal")
    run("journal", "export", store, "--out", tmp_path / "all.jsonl", "--with-personal")
    run("journal", "export", store, "--out", tmp_path / "none.jsonl")
    assert looks(store) == [
        ["A-1", "", "chen", "history"],
        ["A-2", "", "chen", "journal search"],
        ["A-3", "", "chen", "journal export"],
        ["", "", "chen", "journal export"],
    ]


def test_lists_of_what_waits_are_looks_at_all_loans(
    policy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "chen")
    store = write_store(tmp_path, lived_to=date(2025, 3, 1), policy=policy)
    assert "call" in run("tasks", store).out
    run("tasks", store, "--role", "nobody")
    run("deliver", policy, store, "--parked")
    assert looks(store) == [["", "", "chen", "tasks"]]


def test_a_copy_that_cannot_remember_a_look_shows_nothing_where_access_is_ruled() -> None:
    with folder_for_all() as folder:
        policy = write_policy(folder, ACCESS)
        store = write_store(folder, *DONE, policy=policy)
        (folder / "unruled").mkdir()
        unruled = write_policy(folder / "unruled")
        with only_reading(folder):
            said = run("view", policy, store, "A-1", "--as", "boss", "--who", "li")
            plain = run("history", store, "A-1")
            ruled = run("report", "overview", policy, store, "--as", "boss", "--who", "li")
            of_many = run("report", "overview", unruled, store)
    assert (ruled.code, ruled.out) == (1, "")
    assert of_many.code == 0
    assert of_many.err.count(NOT_REMEMBERED) == 1
    assert (said.code, said.out) == (1, "")
    assert "nothing was recorded" in said.err
    assert plain.code == 0
    assert plain.err.startswith(NOT_REMEMBERED)


# --- who looked ---


def test_looks_are_listed_by_who_and_when(policy: Path, store: Path) -> None:
    for who in ("wang", "li"):
        run("view", policy, store, "A-1", "--as", "boss", "--who", who, "--why", "a call")
    said = run("journal", "looks", store)
    assert said.out.splitlines()[0].split() == ["look", "at", "loan", "role", "who", "through", "why"]
    assert [line.split()[-4:] for line in said.out.splitlines()[1:3]] == [
        ["wang", "view", "a", "call"],
        ["li", "view", "a", "call"],
    ]
    assert "2 looks in all, as they were written; the last has the hash" in said.out
    assert looks(store, "--who", "li") == [["A-1", "boss", "li", "view"]]
    assert looks(store, "--until", "2020-01-01") == []
    assert looks(store, "--since", "2020-01-01", "--loan", "A-2") == []
    assert "nobody looked, as far as is asked" in run("journal", "looks", store, "--who", "x").out
    assert "there are more than 1" in run("journal", "looks", store, "--limit", "1").err


def test_a_look_that_was_removed_is_found(policy: Path, store: Path) -> None:
    run("view", policy, store, "A-1", "--as", "boss", "--who", "wang")
    with closing(sqlite3.connect(store)) as raw:
        (guard,) = raw.execute("SELECT sql FROM sqlite_master WHERE name = 'overdue_looks_no_delete'").fetchone()
        raw.execute("DROP TRIGGER overdue_looks_no_delete")
        raw.execute("DELETE FROM overdue_looks")
        raw.execute("DELETE FROM overdue_looks_said")
        raw.execute(guard)
        raw.commit()
    said = run("journal", "looks", store)
    assert (said.code, said.out.splitlines()[-1]) == (1, "look 1 is gone: there were 1")
    assert run("journal", "verify", store).code == 1
    assert "look 1 is gone: there were 1" in run("journal", "verify", store).out
    assert json.loads(run("journal", "verify", store, "--json").out)["looks"] == "look 1 is gone: there were 1"


# --- how long it is kept ---


def test_what_is_due_and_what_keeps_the_rest_is_told(policy: Path, store: Path) -> None:
    said = run("journal", "retention", store, policy, "--on", "2026-01-06")
    assert said.code == 0
    assert said.out.splitlines() == [
        "loan `A-1` is due: `standard` kept it until 2026-01-05",
        "loan `A-2` is kept: 100.00 CNY are still owed, and it was not closed; a complaint is open",
        "loan `A-3` is kept: 100.00 CNY are still owed, and it was not closed",
        "3 loans with personal values, 1 due for erasure",
    ]


def test_what_is_due_is_erased_for_good(policy: Path, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "chen")
    said = run("journal", "retention", store, policy, "--on", "2026-01-06", "--erase", "--json")
    plain = json.loads(said.out)
    assert plain["erased"] == ["A-1"]
    assert [one["due"] for one in plain["loans"]] == [True, False, False]
    assert looks(store) == [["A-1", "", "chen", "erased by retention"]]
    again = run("journal", "retention", store, policy, "--on", "2026-01-06", "--erase")
    assert again.out.endswith("0 loans erased; backups, archives and what hooks sent still have what they had\n")
    assert run("journal", "verify", store).code == 0


def test_nothing_is_erased_for_a_day_to_come(policy: Path, store: Path) -> None:
    said = run("journal", "retention", store, policy, "--on", "2199-01-01", "--erase")
    assert said.code == 2
    assert "--on 2199-01-01 is to come" in said.err
