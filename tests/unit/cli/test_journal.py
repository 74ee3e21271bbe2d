"""`overdue-flow journal`: what each command says, what it writes, and how it ends."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from overdue_flow.store.sql import SqlStore
from support.journals import example_journals, record
from support.terminal import Said, run

LOANS = ("L-01", "L-03")
ROWS = sum(len(example_journals()[loan]) for loan in LOANS)
NOTED = datetime(2026, 1, 1, tzinfo=UTC)
WELL = (
    "the journal is as it was written; cases, outbox, tasks and contacts follow from it\n"
    "not evidence, and not checked: the days on which loans are looked at next, deliveries under way, contacts"
    " reserved\n"
)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    file = tmp_path / "loans.db"
    with closing(SqlStore(f"sqlite:///{file}", clock=lambda: NOTED)) as opened:
        record(opened, {loan: example_journals()[loan] for loan in LOANS})
    return file


def forge(store: Path, *statements: str) -> None:
    """Do something to the database behind the library's back, and leave no trace of how."""
    with closing(sqlite3.connect(store)) as raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            raw.execute(statement)
        raw.commit()
    with closing(SqlStore(f"sqlite:///{store}")) as opened:
        opened.create()


def journal(*arguments: str | Path) -> Said:
    return run("journal", *arguments)


# --- verify and root ---


def test_verify_says_that_all_is_well(store: Path) -> None:
    assert journal("verify", store) == (0, f"2 loans, {ROWS} rows: {WELL}", "")


def test_verify_names_what_is_not_and_fails(store: Path) -> None:
    forge(store, "UPDATE overdue_journal SET kind = 'Closed' WHERE case_id = 'L-03' AND seq = 2")
    said = journal("verify", store)
    assert said == (1, f"loan `L-03`: row 2 was changed\n\n2 loans, {ROWS} rows: 1 finding\n", "")


def test_verify_as_json_is_for_programs(store: Path) -> None:
    forge(store, "DELETE FROM overdue_journal WHERE case_id = 'L-03' AND seq = 2")
    said = journal("verify", "--json", store)
    assert said.code == 1
    assert json.loads(said.out) == {
        "cases": 2,
        "rows": ROWS - 1,
        "found": 1,
        "roots": "",
        "guards": "",
        "note": "",
        "looks": "",
        "closed": False,
        "findings": [{"case_id": "L-03", "seq": 2, "what": "removed", "message": "row 2 is gone"}],
        "erasures": 0,
        "erased": [],
    }


def test_verify_with_a_root_sees_that_a_loan_is_gone(store: Path, tmp_path: Path) -> None:
    said = journal("root", store, "--out", tmp_path / "root.jsonl")
    assert said.code == 0
    assert said.out.startswith(f"{tmp_path}/root.jsonl: root 1 of 2 loans, ")
    assert journal("verify", store, "--root", tmp_path / "root.jsonl").code == 0
    forge(
        store, *(f"DELETE FROM overdue_{table} WHERE case_id = 'L-03'" for table in ("journal", "personal", "contacts"))
    )
    forge(
        store,
        *(f"DELETE FROM overdue_{table} WHERE case_id = 'L-03'" for table in ("outbox", "tasks", "rules", "cases")),
    )
    assert journal("verify", store).code == 0
    said = journal("verify", store, "--root", tmp_path / "root.jsonl")
    assert said.code == 1
    assert "loan `L-03`: its whole journal is gone; the root has" in said.out


def test_a_root_that_is_not_the_stores_own_proves_its_journals_all_the_same(store: Path, tmp_path: Path) -> None:
    root = tmp_path / "root.jsonl"
    journal("root", store, "--out", root)
    forge(store, "DELETE FROM overdue_roots")
    said = journal("verify", store, "--root", root)
    assert said.code == 0
    assert "this root is not among the store's own: root 1 of 2" in said.out
    forge(store, "UPDATE overdue_journal SET body = '{}' WHERE case_id = 'L-03' AND seq = 1")
    said = journal("verify", store, "--root", root)
    assert said.code == 1
    assert said.out.endswith(f"2 loans, {ROWS} rows: 2 findings\n")


def test_verify_says_that_triggers_are_gone(store: Path) -> None:
    with closing(sqlite3.connect(store)) as raw:
        raw.execute("DROP TRIGGER overdue_journal_no_delete")
    said = journal("verify", store)
    assert said.code == 1
    assert said.out.startswith("nothing in the database keeps `overdue_journal` append-only")


def test_many_findings_are_counted_and_some_are_shown(tmp_path: Path) -> None:
    with closing(SqlStore(f"sqlite:///{tmp_path}/loans.db", clock=lambda: NOTED)) as opened:
        entry = example_journals()["L-01"][0]
        record(opened, {f"M-{n:02}": (entry._replace(case_id=f"M-{n:02}"),) for n in range(23)})
    forge(tmp_path / "loans.db", "UPDATE overdue_journal SET version = 'x'")
    said = journal("verify", tmp_path / "loans.db")
    assert said.out.count("was changed") == 20
    assert "and 3 loans more\n" in said.out
    assert said.out.endswith("23 loans, 23 rows: 23 findings\n")


def test_a_root_file_is_never_written_over(store: Path, tmp_path: Path) -> None:
    (tmp_path / "root.jsonl").write_text("older", "utf-8")
    said = journal("root", store, "--out", tmp_path / "root.jsonl")
    assert said == (2, "", f"cannot write `{tmp_path}/root.jsonl`: there is a file of that name\n")
    assert (tmp_path / "root.jsonl").read_text("utf-8") == "older"


@pytest.mark.parametrize(
    ("root", "why"),
    [("nothing.jsonl", "it does not exist"), (".", "it is a folder"), ("loans.db", "no line of a root")],
)
def test_what_is_no_root_is_refused(store: Path, tmp_path: Path, root: str, why: str) -> None:
    said = journal("verify", store, "--root", tmp_path / root)
    assert said.code in (1, 2)
    assert why in said.err
    assert said.err.count("\n") == 1


# --- export and import ---


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_an_archive_goes_into_another_store(store: Path, tmp_path: Path, form: str) -> None:
    file = tmp_path / f"archive.{form}"
    said = journal("export", store, "--out", file, "--with-personal")
    assert said == (0, f"{file}: 2 loans, {ROWS} rows\n", "")
    run("store", "create", tmp_path / "new.db")
    said = journal("import", tmp_path / "new.db", file)
    assert said == (0, f"{tmp_path}/new.db: 2 loans, {ROWS} rows taken in\n", "")
    assert journal("verify", tmp_path / "new.db").code == 0
    said = journal("import", tmp_path / "new.db", file)
    assert said.code == 1
    assert "the store has a case `L-01` already" in said.err


def test_single_loans_are_exported(store: Path, tmp_path: Path) -> None:
    said = journal("export", store, "--out", tmp_path / "a.jsonl", "--loan", "L-03")
    assert said.out == f"{tmp_path}/a.jsonl: 1 loan, {len(example_journals()['L-03'])} rows\n"
    said = journal("export", store, "--out", tmp_path / "b.jsonl", "--loan", "L-03", "--loan", "L-99")
    assert said == (2, "", "there is no loan `L-99` in the store\n")
    assert [path.name for path in tmp_path.glob("b.jsonl*")] == []


def test_an_archive_that_was_changed_is_refused(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "archive.jsonl"
    journal("export", store, "--out", file)
    file.write_text(file.read_text("utf-8").replace('"seq":3', '"seq":4', 1), "utf-8")
    run("store", "create", tmp_path / "new.db")
    said = journal("import", tmp_path / "new.db", file)
    assert said == (1, "", f"{file}, line 4: row 4 of case `L-01` was changed: its hash is another one\n")
    assert journal("verify", tmp_path / "new.db").out == f"0 loans, 0 rows: {WELL}"


@pytest.mark.parametrize("command", ["verify", "root", "export", "import", "search", "erase"])
def test_a_store_that_is_not_there_is_one_line(tmp_path: Path, command: str) -> None:
    more = {
        "root": ["--out", "r"], "export": ["--out", "a"], "import": ["a.jsonl"],
        "search": ["--loan", "x"], "erase": ["x"],
    }  # fmt: skip
    said = journal(command, tmp_path / "nothing.db", *more.get(command, []))
    assert said.code == 2
    assert said.err.startswith(f"cannot open the store `{tmp_path}/nothing.db`: it does not exist")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["archive.jsonl", "archive.parquet"])
def test_an_archive_that_is_not_there_is_one_line(store: Path, tmp_path: Path, name: str) -> None:
    said = journal("import", store, tmp_path / name)
    assert said == (2, "", f"cannot read `{tmp_path}/{name}`: it does not exist\n")


def test_a_place_that_cannot_be_written_is_one_line(store: Path, tmp_path: Path) -> None:
    for name in ("a.jsonl", "a.parquet"):
        said = journal("export", store, "--out", tmp_path / "nowhere" / name)
        assert said == (2, "", f"cannot write `{tmp_path}/nowhere/{name}`: it does not exist\n")


# --- search ---


def test_search_shows_rows_as_a_table(store: Path) -> None:
    said = journal("search", store, "--kind", "LoanOpened")
    assert said.code == 0
    heading, *rows = said.out.splitlines()
    assert heading.split() == ["loan", "row", "day", "what", "event", "rules"]
    assert [row.split()[:2] for row in rows] == [["L-01", "1"], ["L-03", "1"]]


def test_search_as_json_gives_whole_rows(store: Path) -> None:
    said = journal("search", store, "--person", "person of L-03", "--kind", "LoanOpened", "--json")
    (line,) = said.out.splitlines()
    assert json.loads(line)["case_id"] == "L-03"
    assert "person of" not in line


def test_search_calls_erased_only_what_was(store: Path) -> None:
    """A value that is there is told apart from one that was erased, and is shown to who asks for it."""
    asked = ("search", store, "--loan", "L-03", "--kind", "LoanOpened", "--json")

    def person(*more: str) -> str:
        row = json.loads(journal(*asked, *more).out)
        return str(json.loads(row["body"])["person_id"])

    assert re.fullmatch("personal:[0-9a-f]{12}", token := person())
    assert person("--with-personal") == "person of L-03"
    journal("erase", store, "L-03", "--force")
    assert person() == person("--with-personal") == token.replace("personal", "erased")


def test_search_says_where_there_is_more(store: Path) -> None:
    said = journal("search", store, "--loan", "L-01", "--limit", "2")
    assert len(said.out.splitlines()) == 3
    assert said.err == "there are more than 2; --limit shows them\n"


def test_search_that_finds_nothing_says_so(store: Path) -> None:
    assert journal("search", store, "--loan", "L-99") == (0, "nothing was found\n", "")
    assert journal("search", store, "--loan", "L-99", "--json") == (0, "", "")


def test_search_by_rule_and_days(store: Path) -> None:
    said = journal("search", store, "--rule", "overdue", "--since", "2025-01-01", "--until", "2025-12-31", "--json")
    found = [json.loads(line) for line in said.out.splitlines()]
    assert found
    assert all(" overdue " in row["rules"] and row["day"].startswith("2025") for row in found)


def test_search_for_anything_is_refused(store: Path) -> None:
    said = journal("search", store)
    assert said.code == 2
    assert said.err.startswith("say what to look for: --loan, --person,")
    assert journal("search", store, "--since", "yesterday").code == 2


# --- erase ---


def test_a_loan_that_is_done_with_is_erased(store: Path) -> None:
    said = journal("erase", store, "L-01")
    assert (said.code, said.out.splitlines()) == (
        0,
        [
            "loan `L-01`: 1 personal value erased; the journal is as it was",
            "backups, and archives exported with personal values, still have them",
        ],
    )
    assert journal("search", store, "--person", "person of L-01").out == "nothing was found\n"
    verified = journal("verify", store)
    assert verified.code == 0
    *_, heading, erased = verified.out.splitlines()
    assert heading == "erased, to be compared with your own list of erasures: 1 loan"
    rows = len(example_journals()["L-01"])
    assert re.fullmatch(rf"loan `L-01`: personal values up to row {rows}, at \d{{4}}-\d\d-\d\dT\S+", erased)
    assert journal("erase", store, "L-01").out == "loan `L-01`: 0 personal values erased; the journal is as it was\n"


def test_a_loan_that_is_open_is_erased_by_force_only(store: Path) -> None:
    said = journal("erase", store, "L-03")
    assert said.code == 2
    assert said.err.startswith("loan `L-03` is still open: ")
    assert journal("search", store, "--person", "person of L-03").out != "nothing was found\n"
    assert journal("erase", store, "L-03", "--force").code == 0
    assert journal("search", store, "--person", "person of L-03").out == "nothing was found\n"
    assert journal("verify", store).code == 0


def test_a_loan_that_is_not_there_is_not_erased(store: Path) -> None:
    assert journal("erase", store, "L-99") == (1, "", "there is no loan `L-99` in the store\n")
