"""Evidence: whatever is done to a journal behind the store's back, `verify` names where.

The journals of three loans stand in SQLite. Each test does one thing to them, with the triggers dropped, at every place
where it can be done; then all is put back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from overdue_flow.errors import JournalError
from overdue_flow.store.evidence import Finding, Verified, verify
from overdue_flow.store.personal import Erased, digest_of
from overdue_flow.store.roots import RootFile, broken_roots, take_root
from overdue_flow.store.rows import FIELDS, JournalRow, row_hash
from overdue_flow.store.sql import SqlStore
from support.journals import example_journals, record
from support.ledger import LOANS, NOON, Ledger
from support.postgres import fresh_database


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with closing(Ledger(tmp_path_factory.mktemp("ledger") / "loans.db")) as found:
        yield found


@pytest.fixture(scope="module")
def root(ledger: Ledger, tmp_path_factory: pytest.TempPathFactory) -> RootFile:
    return ledger.root(tmp_path_factory.mktemp("root") / "root.jsonl")


def places(ledger: Ledger) -> Iterator[tuple[str, int, list[JournalRow]]]:
    """Every row of every loan: the loan, the row's number, all rows of the loan."""
    for loan in LOANS:
        rows = ledger.rows(loan)
        for row in rows:
            yield loan, row.seq, rows


def hashed(row: JournalRow, **changes: Any) -> JournalRow:
    """The row with changes, and a hash that fits it."""
    row = row._replace(**changes)
    return row._replace(hash=row_hash(row))


def chained(rows: list[JournalRow]) -> list[JournalRow]:
    """The rows with numbers and hashes made anew, from the first to the last."""
    end, found = "", []
    for seq, row in enumerate(rows, 1):
        found.append(hashed(row, seq=seq, prev_hash=end))
        end = found[-1].hash
    return found


def renumbered(rows: list[JournalRow]) -> list[JournalRow]:
    return [row._replace(seq=seq) for seq, row in enumerate(rows, 1)]


def test_a_journal_that_nobody_touched_is_as_it_was_written(ledger: Ledger, root: RootFile) -> None:
    told: list[int] = []
    with ledger.store.records() as records:
        assert verify(records, root.seen(), progress=told.append) == Verified(3, sum(LOANS.values()), (), 0)


# --- inside a journal ---


@pytest.mark.parametrize("field", [name for name in JournalRow._fields if name not in ("case_id", "seq")])
def test_a_field_that_was_changed_is_named(ledger: Ledger, field: str) -> None:
    for loan, seq, rows in places(ledger):
        text = f"{getattr(rows[seq - 1], field) or ''} "
        with ledger.tampered():
            ledger.run(f'UPDATE overdue_journal SET "{field}" = ? WHERE case_id = ? AND seq = ?', text, loan, seq)
            assert ledger.finding() == (loan, seq, "changed")


def test_a_row_that_was_changed_and_hashed_anew_is_named(ledger: Ledger) -> None:
    for loan, seq, rows in places(ledger):
        with ledger.tampered():
            ledger.write(loan, [*rows[: seq - 1], hashed(rows[seq - 1], body="{}"), *rows[seq:]])
            assert ledger.finding() == (loan, seq, "changed")


def test_a_row_that_was_removed_is_named(ledger: Ledger) -> None:
    for loan, seq, rows in places(ledger):
        with ledger.tampered():
            ledger.remove(loan, seq)
            assert ledger.finding() == (loan, seq if len(rows) > 1 else None, "removed")


def test_a_row_that_was_removed_is_named_though_the_others_got_new_numbers(ledger: Ledger) -> None:
    for loan, seq, rows in places(ledger):
        if len(rows) > 1:
            with ledger.tampered():
                ledger.write(loan, renumbered([*rows[: seq - 1], *rows[seq:]]))
                assert ledger.finding() == (loan, seq, "removed")


@pytest.mark.parametrize("count", [2, 3])
def test_several_rows_that_were_removed_are_named(ledger: Ledger, count: int) -> None:
    for loan, seq, rows in places(ledger):
        if seq + count <= len(rows):
            with ledger.tampered():
                ledger.write(loan, [*rows[: seq - 1], *rows[seq - 1 + count :]])
                (finding,) = ledger.verified().findings
                assert finding == Finding(loan, seq, "removed", f"rows {seq} to {seq + count - 1} are gone")


@pytest.mark.parametrize("is_chained", [True, False])
@pytest.mark.parametrize("follows", [True, False])
def test_a_row_that_was_put_in_is_named(ledger: Ledger, is_chained: bool, follows: bool) -> None:
    """Whether or not it has a hash that fits it, and claims the row before it."""
    for loan, seq, rows in places(ledger):
        before = rows[seq - 2].hash if seq > 1 and follows else ""
        forged = rows[seq - 1]._replace(event_id="forged", prev_hash=before)
        forged = hashed(forged) if is_chained else forged
        with ledger.tampered():
            ledger.write(loan, renumbered([*rows[: seq - 1], forged, *rows[seq - 1 :]]))
            assert ledger.finding() == (loan, seq, "inserted")


@pytest.mark.parametrize("loan", LOANS)
def test_a_row_that_was_put_at_the_end_is_named(ledger: Ledger, loan: str) -> None:
    last = ledger.rows(loan)[-1]
    with ledger.tampered():
        ledger.put(hashed(last, seq=last.seq + 1, prev_hash=last.hash, event_id="forged"))
        assert ledger.finding() == (loan, last.seq + 1, "inserted")


@pytest.mark.parametrize("number", [0, -3])
def test_a_row_before_the_first_is_named(ledger: Ledger, number: int) -> None:
    with ledger.tampered():
        ledger.put(hashed(ledger.rows("L-01")[0], seq=number, event_id="forged"))
        assert ledger.finding() == ("L-01", number, "inserted")


def test_a_row_that_went_to_another_loan_is_named_in_both(ledger: Ledger) -> None:
    with ledger.tampered():
        ledger.run("UPDATE overdue_journal SET case_id = 'L-05', seq = 2 WHERE case_id = 'L-01' AND seq = 7")
        found = ledger.verified().findings
        assert [finding[:3] for finding in found] == [("L-01", 7, "removed"), ("L-05", 2, "changed")]


def test_rows_that_changed_places_are_named_by_the_first(ledger: Ledger) -> None:
    for loan, seq, rows in places(ledger):
        if seq < len(rows):
            one, other = rows[seq - 1], rows[seq]
            with ledger.tampered():
                ledger.write(loan, renumbered([*rows[: seq - 1], other, one, *rows[seq + 1 :]]))
                finding = ledger.finding()
                assert finding is not None
                assert finding[:2] == (loan, seq)


# --- a journal and the table of cases ---


def test_a_journal_written_anew_from_a_row_on_shows_in_the_table_of_cases(ledger: Ledger) -> None:
    for loan, seq, rows in places(ledger):
        with ledger.tampered():
            ledger.write(loan, chained([*rows[: seq - 1], rows[seq - 1]._replace(body="{}"), *rows[seq:]]))
            assert ledger.finding() == (loan, len(rows), "changed")


@pytest.mark.parametrize("loan", LOANS)
def test_a_loan_whose_journal_is_gone_is_named(ledger: Ledger, loan: str) -> None:
    with ledger.tampered():
        ledger.write(loan, [])
        assert ledger.finding() == (loan, None, "removed")


@pytest.mark.parametrize("loan", LOANS)
def test_a_loan_that_is_gone_from_the_table_of_cases_is_named(ledger: Ledger, loan: str) -> None:
    with ledger.tampered():
        ledger.run("DELETE FROM overdue_personal WHERE case_id = ?", loan)
        ledger.run("DELETE FROM overdue_cases WHERE case_id = ?", loan)
        assert ledger.finding() == (loan, None, "removed")


@pytest.mark.parametrize(
    ("change", "seq", "what"),
    [("seq = seq + 2", 8, "removed"), ("seq = seq - 1", 7, "inserted"), ("head_hash = 'x'", 7, "changed")],
)
def test_a_table_of_cases_that_says_something_else_is_seen(ledger: Ledger, change: str, seq: int, what: str) -> None:
    with ledger.tampered():
        ledger.run(f"UPDATE overdue_cases SET {change} WHERE case_id = 'L-01'")
        assert ledger.finding() == ("L-01", seq, what)


# --- what only a root shows ---


def test_a_tail_that_is_gone_without_a_trace_shows_in_a_root(ledger: Ledger, root: RootFile) -> None:
    for loan, seq, rows in places(ledger):
        if seq > 1:
            with ledger.tampered():
                ledger.write(loan, rows[: seq - 1])
                ledger.head(loan, rows[seq - 2])
                ledger.run("DELETE FROM overdue_rules WHERE case_id = ? AND seq >= ?", loan, seq)
                with ledger.store.keeping() as keeping:
                    keeping.erase(loan)
                found = ledger.finding()
                assert found is None or found[2] == "derived"
                assert ledger.finding(root) == (loan, seq, "removed")


@pytest.mark.parametrize("loan", LOANS)
def test_a_whole_loan_that_is_gone_without_a_trace_shows_in_a_root(ledger: Ledger, root: RootFile, loan: str) -> None:
    with ledger.tampered():
        ledger.write(loan, [])
        for table in ("personal", "cases", "rules", "outbox", "tasks", "contacts"):
            ledger.run(f"DELETE FROM overdue_{table} WHERE case_id = ?", loan)
        assert ledger.finding() is None
        assert ledger.finding(root) == (loan, None, "removed")


def test_a_journal_written_anew_hashes_and_all_shows_in_a_root(ledger: Ledger, root: RootFile) -> None:
    for loan, seq, rows in places(ledger):
        forged = chained([*rows[: seq - 1], rows[seq - 1]._replace(recorded_at="2020"), *rows[seq:]])
        with ledger.tampered():
            ledger.write(loan, forged)
            ledger.head(loan, forged[-1])
            assert ledger.finding() is None
            assert ledger.finding(root) == (loan, len(rows), "changed")


def test_what_was_recorded_after_a_root_is_no_fault(ledger: Ledger, root: RootFile) -> None:
    last = ledger.rows("L-01")[-1]
    new = hashed(last, seq=last.seq + 1, prev_hash=last.hash, event_id="new")
    with ledger.tampered():
        ledger.put(new)
        ledger.head("L-01", new)
        for rule in new.rules.split():
            ledger.run("INSERT INTO overdue_rules VALUES (?, ?, ?, ?)", rule, new.day, new.case_id, new.seq)
        assert ledger.finding(root) is None


# --- roots ---


def test_roots_are_a_chain(ledger: Ledger, root: RootFile, tmp_path: Path) -> None:
    with ledger.tampered():
        second = ledger.root(tmp_path / "second.jsonl")
        with ledger.store.records() as records:
            roots = records.roots()
        assert roots == [root.root, second.root]
        assert second.root.prev_hash == root.root.hash
        assert [broken_roots(roots, one.root) for one in (root, second)] == ["", ""]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("DELETE FROM overdue_roots WHERE number = 1", "root 1 is gone from the store"),
        ("DELETE FROM overdue_roots WHERE number = 2", "root 2 of .* is gone from the store"),
        ("DELETE FROM overdue_roots", "root 2 of .* is gone from the store"),
        ("UPDATE overdue_roots SET hash = 'x' WHERE number = 1", "root 2 of the store does not follow"),
        ("UPDATE overdue_roots SET hash = 'x' WHERE number = 2", "root 2 of the store is another one"),
        ("UPDATE overdue_roots SET cases = 2 WHERE number = 2", "root 2 of the store is another one"),
    ],
)
def test_a_root_that_was_changed_or_is_gone_is_named(
    ledger: Ledger, root: RootFile, tmp_path: Path, change: str, said: str
) -> None:
    with ledger.tampered():
        second = ledger.root(tmp_path / "second.jsonl")
        ledger.run(change)
        with ledger.store.records() as records:
            assert re.search(said, broken_roots(records.roots(), second.root))


def edited(text: str, edit: Callable[[list[str]], Any]) -> bytes:
    lines = text.splitlines(keepends=True)
    edit(lines)
    return "".join(lines).encode()


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda lines: lines.pop(), "line 5: the file ends before its last line"),
        (lambda lines: lines.pop(2), "line 4: the root is not that of the lines before it"),
        (lambda lines: lines.insert(1, '["K",1,"x"]\n'), "line 6: the root is not that"),
        (lambda lines: lines.insert(1, '["Z",1,"x"]\n'), "line 6: the root is not that"),
        (lambda lines: lines.append("\n"), "line 6: something stands after the last line"),
        (lambda lines: lines.pop(0), "line 1: this is no line of a root file"),
        (lambda lines: lines.clear(), "line 1: this is no line of a root file"),
        (lambda lines: lines.__setitem__(0, '{"format": "other"}\n'), "line 1: this is no root file"),
        (
            lambda lines: lines.__setitem__(0, lines[0].replace('"version":1', '"version":2')),
            "line 1: this is version 2",
        ),
        (lambda lines: lines.__setitem__(0, lines[0].replace("2026", "2027")), "line 5: the root is not that"),
        (lambda lines: lines.__setitem__(4, lines[4][:-9]), "line 5: this is no line of a root file"),
        (lambda lines: lines.__setitem__(2, "rubbish\n"), "line 3: this is no line of a root file"),
    ],
)
def test_a_root_file_that_was_changed_is_refused(root: RootFile, tmp_path: Path, edit: Any, said: str) -> None:
    file = tmp_path / "root.jsonl"
    file.write_bytes(edited(root.path.read_text("utf-8"), edit))
    with pytest.raises(JournalError, match=said):
        RootFile(file)


# --- personal values ---


def test_a_personal_value_that_was_changed_is_named(ledger: Ledger) -> None:
    for case_id, digest, value in ledger.run("SELECT case_id, digest, value FROM overdue_personal"):
        with ledger.tampered():
            ledger.run("UPDATE overdue_personal SET value = ? WHERE digest = ?", f'"not {value[1:]}', digest)
            finding = ledger.finding()
            assert finding is not None
            assert (finding[0], finding[2]) == (case_id, "personal")
            assert finding[1] is not None


def test_a_personal_value_that_is_gone_alone_is_named(ledger: Ledger) -> None:
    values = ledger.run("SELECT case_id, digest FROM overdue_personal")
    assert len(values) > len(LOANS)
    for case_id, digest in values:
        with ledger.tampered():
            ledger.run("DELETE FROM overdue_personal WHERE digest = ?", digest)
            rows = ledger.rows(case_id)
            last = max(row.seq for row in rows if digest in row.body + row.results)
            assert ledger.finding() == (case_id, last, "personal")


def test_a_personal_value_that_was_put_in_is_named(ledger: Ledger) -> None:
    with ledger.tampered():
        ledger.run("INSERT INTO overdue_personal VALUES ('L-01', ?, '\"li\"')", digest_of(b"", '"li"'))
        assert ledger.finding() == ("L-01", None, "personal")


def test_a_salt_that_was_changed_is_named(ledger: Ledger) -> None:
    with ledger.tampered():
        ledger.run("UPDATE overdue_cases SET salt = '00' WHERE case_id = 'L-01'")
        finding = ledger.finding()
        assert finding is not None
        assert (finding[0], finding[2]) == ("L-01", "personal")


def test_what_was_erased_is_no_fault(ledger: Ledger, root: RootFile) -> None:
    with ledger.tampered():
        with ledger.store.keeping() as keeping:
            assert keeping.erase("L-01") > 0
        assert ledger.finding(root) is None


def test_a_case_that_says_it_was_erased_is_named_whoever_wrote_that(ledger: Ledger) -> None:
    """Who can write the database can forge an erasure: an auditor compares."""
    with ledger.tampered():
        ledger.run("DELETE FROM overdue_personal WHERE case_id = 'L-05'")
        ledger.run("INSERT INTO overdue_personal VALUES ('L-05', '', '{\"erased_through\": 1}')")
        ledger.run("UPDATE overdue_cases SET person_id = 'x' WHERE case_id = 'L-05'")
        with ledger.store.keeping() as keeping:
            keeping.erase("L-01")
        found = ledger.verified()
    assert found.erasures == 2
    assert found.erased == (Erased("L-01", 7, "2026-01-01T00:00:00.000000+00:00"), Erased("L-05", 1, ""))


def test_an_erasure_that_finds_nothing_leaves_the_note_of_the_one_before(ledger: Ledger) -> None:
    with ledger.tampered():
        for _time in (1, 2):
            with ledger.store.keeping() as keeping:
                keeping.erase("L-01")
            ledger.run("UPDATE overdue_personal SET value = replace(value, '2026-01-01', '2025-01-01')")
        with ledger.store.keeping() as keeping:
            assert keeping.erase("L-01") == 0
        assert ledger.verified().erased == (Erased("L-01", 7, "2025-01-01T00:00:00.000000+00:00"),)


@pytest.mark.parametrize(
    ("through", "said"),
    [
        (1, "personal values were erased up to row 1, and one of row 1 is there"),
        (8, "personal values were erased up to row 8, and has 7 rows"),
    ],
)
def test_an_erasure_that_cannot_have_been_is_named(ledger: Ledger, through: int, said: str) -> None:
    with ledger.tampered():
        ledger.run(f"INSERT INTO overdue_personal VALUES ('L-01', '', '{{\"erased_through\": {through}}}')")
        (finding,) = ledger.verified().findings
    assert (finding.case_id, finding.what) == ("L-01", "personal")
    assert said in finding.message


@pytest.mark.parametrize("note", ["rubbish", "{}", '{"erased_through": "all"}', '{"erased_through": null}'])
def test_a_note_of_erasure_that_says_nothing_hides_nothing(ledger: Ledger, note: str) -> None:
    with ledger.tampered():
        with ledger.store.keeping() as keeping:
            keeping.erase("L-01")
        ledger.run("UPDATE overdue_personal SET value = ? WHERE digest = ''", note)
        finding = ledger.finding()
        assert finding is not None
        assert finding[2] == "personal"


# --- what nothing of ours wrote ---


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE overdue_journal SET body = x'ff' WHERE case_id = 'L-01' AND seq = 1",
        "UPDATE overdue_journal SET body = CAST(x'ff41' AS TEXT) WHERE case_id = 'L-01' AND seq = 1",
        "UPDATE overdue_journal SET seq = 1.5 WHERE case_id = 'L-01' AND seq = 2",
        "UPDATE overdue_journal SET seq = 'b' WHERE case_id = 'L-01' AND seq = 2",
        "UPDATE overdue_cases SET salt = 'zz' WHERE case_id = 'L-01'",
        "UPDATE overdue_cases SET head_hash = x'00' WHERE case_id = 'L-01'",
        "UPDATE overdue_cases SET seq = 'x' WHERE case_id = 'L-01'",
        "UPDATE overdue_cases SET stage = x'ff' WHERE case_id = 'L-01'",
        "UPDATE overdue_personal SET value = x'00ff' WHERE case_id = 'L-01'",
        "UPDATE overdue_personal SET value = CAST(x'ff41' AS TEXT) WHERE case_id = 'L-01'",
    ],
)
def test_what_no_text_or_number_is_is_named_and_all_others_are_looked_at(ledger: Ledger, change: str) -> None:
    with ledger.tampered():
        ledger.run(change)
        ledger.remove("L-03", 19)
        found = ledger.verified()
    assert [finding.case_id for finding in found.findings] == ["L-01", "L-03"]
    assert (found.cases, found.findings[1].what) == (3, "removed")
    for finding in found.findings:
        str(finding).encode()


def test_a_row_whose_case_is_no_text_is_named(ledger: Ledger) -> None:
    with ledger.tampered():
        ledger.run("UPDATE overdue_journal SET case_id = x'ff' WHERE case_id = 'L-01' AND seq = 7")
        assert [(one.case_id, one.what) for one in ledger.verified().findings] == [
            ("L-01", "removed"), ("\ufffd", "changed"),
        ]  # fmt: skip


# --- in PostgreSQL ---


def test_postgresql_tells_the_same(tmp_path: Path) -> None:
    with fresh_database() as url, closing(SqlStore(url)) as store, psycopg.connect(url, autocommit=True) as raw:
        record(store, {loan: example_journals()[loan][:rows] for loan, rows in LOANS.items()})
        with (tmp_path / "root").open("wb") as out, store.records() as records:
            take_root(records, NOON, out.write)
        root = RootFile(tmp_path / "root")
        raw.execute("ALTER TABLE overdue_journal DISABLE TRIGGER USER")
        raw.execute("UPDATE overdue_journal SET body = '{}' WHERE case_id = 'L-01' AND seq = 2")
        raw.execute("DELETE FROM overdue_journal WHERE case_id = 'L-03' AND seq = 19")
        for table in ("journal", "personal", "contacts", "outbox", "tasks", "rules", "cases"):
            raw.execute(f"DELETE FROM overdue_{table} WHERE case_id = 'L-05'".encode())
        with store.records() as records:
            found = verify(records, root.seen()).findings
    assert [one[:3] for one in found] == [("L-01", 2, "changed"), ("L-03", 19, "removed"), ("L-05", None, "removed")]


# --- the page that says how ---


def test_the_page_hashes_the_fields_that_the_store_does() -> None:
    page = (Path(__file__).parents[3] / "docs" / "evidence.md").read_text("utf-8")
    named = page.partition("FIELDS = (")[2].partition(")")[0]
    assert tuple(re.findall(r'"(\w+)"', named)) == FIELDS
