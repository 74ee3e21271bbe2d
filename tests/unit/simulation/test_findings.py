"""Problems of a book are shown at their columns, a few of each kind, and none of them is lost."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.simulation.cells import Reason
from overdue_flow.simulation.findings import SHOWN_PER_FILE, SHOWN_PER_KIND, Findings, column_of, column_of_field

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=8)


@given(st.lists(CELL, min_size=1, max_size=5), st.data())
def test_the_column_of_a_cell_is_where_its_text_begins(cells: list[str], data: st.DataObject) -> None:
    quoted = [f'"{cell.replace(chr(34), chr(34) * 2)}"' if set(cell) & {",", '"'} else cell for cell in cells]
    line = ",".join(quoted)
    number = data.draw(st.integers(0, len(cells) - 1))
    rest = line[column_of(line, number) - 1 :]
    assert (next(csv.reader([rest])) or [""])[0] == cells[number]


def test_the_column_of_a_field_is_where_its_value_begins() -> None:
    fields = {"kind": "PlanAgreed", "instalments": [{"due_on": "a"}, {"due_on": "b"}], "due_on": "c"}
    line = json.dumps(fields)
    assert line[column_of_field(line, ("instalments", "1", "due_on")) - 1 :].startswith('"b"')
    assert column_of_field(line, ("amount",)) == 1


@pytest.mark.parametrize("count", [1, SHOWN_PER_KIND, SHOWN_PER_KIND + 1, 1000])
def test_many_of_a_kind_are_counted(count: int, tmp_path: Path) -> None:
    findings = Findings(tmp_path)
    for line in range(count):
        findings.add("loans.csv", Reason("bad-day", "no day"), line + 1, 2, word="opened_on")
    problems, _ = findings.finish()
    shown = [problem for problem in problems if problem.code != "more"]
    rest = [problem.message for problem in problems if problem.code == "more"]
    assert len(shown) == min(count, SHOWN_PER_KIND)
    left = count - len(shown)
    s = "s" if left > 1 else ""
    assert rest == ([f"and {left:,} more problem{s} like these: {left:,} in `opened_on`"] if left else [])


def test_a_file_with_every_kind_of_problem_is_still_a_page(tmp_path: Path) -> None:
    findings = Findings(tmp_path)
    for kind in range(100):
        findings.add("loans.csv", Reason(f"kind-{kind}", "wrong"), kind + 1, 0, word="loan_id")
    problems, _ = findings.finish()
    assert len(problems) == SHOWN_PER_FILE + 1
    assert problems[-1].message.startswith("and 50 more problems")
