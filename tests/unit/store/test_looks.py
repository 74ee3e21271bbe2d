"""Looks at personal data: a chain in which nothing is changed, removed or put in unseen; what is erased of it and what
stays; how it travels in archives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from overdue_flow.errors import JournalError
from overdue_flow.store import archive
from overdue_flow.store.archive import LinesWriter, export, read_lines
from overdue_flow.store.archive_parquet import ParquetWriter, read_parquet
from overdue_flow.store.looks import (
    Look,
    LookRow,
    Looks,
    LookSaid,
    LooksEnd,
    LookWritten,
    broken_looks,
    look_hash,
    written,
)
from overdue_flow.store.sql import SqlStore
from support.journals import example_journals, record
from support.stores import sql_store

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def looks(*said: Look) -> list[LookWritten]:
    """Looks, one after the other."""
    found: list[LookWritten] = []
    for look in said:
        found.append(written(look, found[-1].end if found else LooksEnd()))
    return found


THREE = looks(
    Look(NOON, "a", "officer", "wang", "a call"),
    Look(NOON, "b", "auditor", "li"),
    Look(NOON, "a", "borrower", "zhang", "my own", own=True),
)


def kept(found: Sequence[LookWritten], end: LooksEnd | None = None) -> Looks:
    """Looks as a store has them."""
    words = [one for look in found for one in look.said]
    return Looks([look.row for look in found], words, end if end is not None else THREE[-1].end)


def rehashed(look: LookWritten, **changes: str) -> LookWritten:
    """A look that somebody changed, and hashed anew."""
    row = look.row._replace(**changes)
    return look._replace(row=row._replace(hash=look_hash(row)))


def test_looks_as_they_were_written_are_well() -> None:
    assert broken_looks(kept(THREE)) == ""
    assert broken_looks(kept([], LooksEnd())) == ""


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (THREE[1:], "look 1 is gone"),
        ([THREE[0], THREE[2]], "look 2 is gone"),
        (THREE[:2], "look 3 is gone: there were 3"),
        ([], "look 1 is gone: there were 3"),
        ([rehashed(THREE[0], role="boss"), *THREE[1:]], "look 2 was changed, or one before it was"),
        ([THREE[0], THREE[1]._replace(row=THREE[1].row._replace(role="boss")), THREE[2]], "look 2 was changed"),
        ([*THREE[:2], rehashed(THREE[2], case_id="b")], "look 3 was changed, or put in"),
        ([*THREE, *looks(*[Look(NOON, "a", "x", "y")] * 4)[3:]], "look 4 was changed, or one before it was"),
    ],
)
def test_a_look_that_was_removed_changed_or_put_in_is_named(found: list[LookWritten], why: str) -> None:
    assert broken_looks(kept(found)).startswith(why)


def test_a_look_of_nothing_readable_is_named() -> None:
    odd = LookRow(*THREE[0].row._replace(role=b"x"))  # type: ignore[arg-type]  # as a hostile database has it
    assert broken_looks(kept([LookWritten(odd, ()), *THREE[1:]])) == "look 1 was changed: its `role` cannot be read"


def test_words_that_are_not_those_that_were_said_are_named() -> None:
    other = THREE[0].said[0]._replace(value='"li"')
    found = [LookWritten(THREE[0].row, (other, *THREE[0].said[1:])), *THREE[1:]]
    assert broken_looks(kept(found)) == "`who` of look 1 was changed, or put in"
    alone = Looks([], [LookSaid(1, "who", "a", 0, "00", '"x"')], LooksEnd())
    assert broken_looks(alone) == "look 1 is gone, and what was said with it is there"


def test_words_may_be_gone_where_the_loan_was_erased_and_they_go_with_it() -> None:
    erased = [LookWritten(look.row, tuple(one for one in look.said if not one.goes_with_case)) for look in THREE]
    assert broken_looks(kept(erased), {"a"}) == ""
    assert broken_looks(kept(erased)) == "`why` of look 1 is gone, and nothing says that it was erased"
    wordless = [LookWritten(look.row, ()) for look in THREE]
    assert broken_looks(kept(wordless), {"a", "b"}) == "`who` of look 1 is gone, and nothing says that it was erased"


# --- in a store ---


@pytest.fixture
def store() -> Iterator[SqlStore]:
    with sql_store("sqlite") as opened:
        record(opened, {loan: example_journals()[loan] for loan in ("L-01", "L-03")})
        person = example_journals()["L-01"][0].event
        opened.note_look(Look(NOON, "L-01", "officer", "wang", "a call", "view", ("money",)))
        opened.note_look(Look(NOON, "L-01", "borrower", person.person_id, "my own", own=True))  # type: ignore[attr-defined]
        opened.note_look(Look(NOON, "L-03", "auditor", "li", "the yearly audit"))
        yield opened


def health(store: SqlStore) -> str:
    """What is wrong with the looks of a store."""
    with store.records() as records:
        return broken_looks(records.looks(), frozenset(records.erased()))


def test_erasing_a_loan_takes_the_reasons_and_the_borrowers_own_name(store: SqlStore) -> None:
    with store.keeping() as keeping:
        keeping.erase("L-01")
    found = [(look.case_id, look.who, look.why[:7]) for look in store.looks()]
    assert found[0] == ("L-01", "wang", "erased:")
    assert found[1][1].startswith("erased:")
    assert found[2] == ("L-03", "li", "the yea")
    assert health(store) == ""


@pytest.mark.parametrize("with_personal", [True, False])
@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_looks_travel_with_the_loans_of_an_archive(
    store: SqlStore, tmp_path: Path, kind: str, *, with_personal: bool
) -> None:
    file = tmp_path / f"archive.{kind}"
    write_archive(store, file, with_personal=with_personal)
    with sql_store("sqlite") as other, other.keeping() as keeping:
        other_look = Look(NOON, "x", "officer", "chen")
        keeping.take_in_looks([written(other_look, LooksEnd())])
        archive.take_in(keeping, read_parquet(file) if kind == "parquet" else read_lines(file))
        rows = list(keeping.looks().rows)
        assert [(row.number, row.case_id) for row in rows] == [(1, "x"), (2, "L-01"), (3, "L-01"), (4, "L-03")]
        assert broken_looks(keeping.looks(), frozenset(keeping.erased())) == ""
        said = [one.value for one in keeping.looks().said]
        assert ('"the yearly audit"' in said) is with_personal


def write_archive(store: SqlStore, file: Path, *, with_personal: bool) -> None:
    with store.records() as records:
        if file.suffix == ".parquet":
            writer = ParquetWriter(file, with_personal=with_personal)
            export(records, writer, with_personal=with_personal)
        else:
            with file.open("wb") as opened:
                export(records, LinesWriter(opened.write, with_personal=with_personal), with_personal=with_personal)


def test_an_archive_with_a_look_that_was_changed_or_is_gone_is_refused(store: SqlStore, tmp_path: Path) -> None:
    file = tmp_path / "archive.jsonl"
    write_archive(store, file, with_personal=True)
    lines = file.read_text("utf-8").splitlines(keepends=True)
    changed = "".join(line.replace('"auditor"', '"officer"') for line in lines)
    file.write_text(changed, "utf-8")
    with pytest.raises(JournalError, match="this look at a case was changed: its hash is another one"):
        list(read_lines(file))
    file.write_text("".join(line for line in lines if '"auditor"' not in line), "utf-8")
    with pytest.raises(JournalError, match="lines are missing"):
        list(read_lines(file))


def test_a_look_that_is_none_is_refused(store: SqlStore, tmp_path: Path) -> None:
    file = tmp_path / "archive.jsonl"
    write_archive(store, file, with_personal=True)
    lines = [line.replace('"role":', '"rule":') for line in file.read_text("utf-8").splitlines(keepends=True)]
    file.write_text("".join(lines), "utf-8")
    with pytest.raises(JournalError, match="this is no look at a case"):
        list(read_lines(file))


def test_what_is_erased_is_gone_from_the_log_of_sqlite_too(tmp_path: Path) -> None:
    file = tmp_path / "loans.db"
    with closing(SqlStore(f"sqlite:///{file}")) as store:
        record(store, {"L-01": example_journals()["L-01"]})
        with store.keeping() as keeping:
            keeping.erase("L-01")
        assert b"person of L-01" not in b"".join(one.read_bytes() for one in tmp_path.iterdir())
