"""A book that makes no sense is refused whole, with every problem in it; the text is what a person reads.

`tests/golden/books/NAME/` is a bad book, `NAME.txt` beside it the full report.
"""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from overdue_flow.errors import BookError
from overdue_flow.problems import render
from overdue_flow.simulation.book import read_book
from support.golden import Golden

BOOKS = Path(__file__).parent / "books"
NAMES = sorted(folder.name for folder in BOOKS.iterdir() if folder.is_dir())
FACTS = ("vulnerable", "preferred_channel", "repayment_odds")


@pytest.mark.parametrize("name", NAMES)
def test_a_bad_book_is_refused_with_every_problem(name: str, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BOOKS / name)  # so that the report names the files as they lie in the folder
    with pytest.raises(BookError) as refused:
        read_book(".", ZoneInfo("Asia/Shanghai"), facts=FACTS)
    golden(render(refused.value.problems, refused.value.sources), f"books/{name}.txt")


@pytest.mark.parametrize("name", NAMES)
def test_every_problem_of_a_row_has_a_line_and_a_column(name: str) -> None:
    with pytest.raises(BookError) as refused:
        read_book(BOOKS / name, ZoneInfo("Asia/Shanghai"), facts=FACTS)
    for problem in refused.value.problems:
        place = problem.place
        assert place is not None
        assert place.file.startswith(str(BOOKS / name))
        assert (place.line > 0) is (place.column > 0)


def test_every_expected_report_has_its_book() -> None:
    assert [file.stem for file in sorted(BOOKS.glob("*.txt"))] == NAMES
