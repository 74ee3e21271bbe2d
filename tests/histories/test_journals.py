"""Journals that earlier releases wrote: they are read, their chains hold, and their cases stand where they stood."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from overdue_flow.cases.entries import Results
from overdue_flow.events import KINDS
from overdue_flow.store.archive import journals, read_case, read_lines, take_in
from overdue_flow.store.evidence import verify
from overdue_flow.store.rows import to_entry
from overdue_flow.store.sql import SqlStore
from support.journals import kept, standing

JOURNALS = sorted((Path(__file__).parent / "journals").glob("*.jsonl"))


@pytest.fixture(params=JOURNALS, ids=lambda file: file.stem)
def archive(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


def test_the_cases_stand_where_they_stood(archive: Path) -> None:
    assert kept(archive) == json.loads(archive.with_suffix(".json").read_text("utf-8"))


def test_a_store_takes_them_in_and_finds_them_as_they_were(archive: Path, tmp_path: Path) -> None:
    with closing(SqlStore(f"sqlite:///{tmp_path}/loans.db")) as store:
        with store.keeping() as keeping:
            counted = take_in(keeping, read_lines(archive))
        with store.records() as records:
            verified = verify(records)
            assert (verified.cases, verified.rows, verified.found) == (counted.cases, counted.rows, 0)
        for journal in journals(read_lines(archive)):
            assert store.load(journal.case_id) == read_case(journal).case


def test_they_stand_where_they_stood_though_what_is_personal_is_gone(archive: Path) -> None:
    for case_id, said in json.loads(archive.with_suffix(".json").read_text("utf-8")).items():
        journal = next(one for one in journals(read_lines(archive)) if one.case_id == case_id)
        found = standing(read_case(journal._replace(personal=None)).case)
        assert found | {"person": said["person"]} == said


def test_among_them_is_every_kind_of_event_and_every_result() -> None:
    rows = [row for file in JOURNALS for journal in journals(read_lines(file)) for row in journal.rows]
    results = {name for row in rows for name, value in to_entry(row).results._asdict().items() if value}
    assert {row.kind for row in rows} == set(KINDS)
    assert results == set(Results._fields)
