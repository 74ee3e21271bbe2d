"""Four banks' texts, clause by clause: every word is in a clause, each clause is done by something, and what does it is
taken out to see that its proof then fails."""

from __future__ import annotations

import re

import pytest

from overdue_flow.policy.without import parts_of
from support import clauses
from support.clauses import BANKS, Row, policy_of, rows, taken_out_by, texts

BETWEEN = re.compile(r"[\s;,.:]*(and\s+)?")


# --- the page ---


def test_the_page_has_the_four_banks() -> None:
    assert (*texts(),) == BANKS


@pytest.mark.parametrize("pack", BANKS)
def test_every_word_of_the_text_is_in_a_clause(pack: str) -> None:
    """Between two clauses, in the order of the text, nothing is left but a comma or an `and`."""
    left = texts()[pack]
    for row in rows():
        if row.pack == pack:
            before, found, left = left.partition(row.clause)
            assert found, f"the text does not say {row.clause!r} here"
            assert BETWEEN.fullmatch(before), f"no clause says {before!r}"
    assert BETWEEN.fullmatch(left), f"no clause says {left!r}"


@pytest.mark.parametrize("row", rows(), ids=str)
def test_a_clause_is_done_and_proved_or_says_what_is_the_hosts(row: Row) -> None:
    assert bool(row.parts) == bool(row.scenarios or row.tests)
    assert row.parts or row.host
    assert len({*row.parts}) == len(row.parts)


# --- taking out ---


@pytest.mark.parametrize("row", rows(), ids=str)
def test_each_scenario_is_as_expected_and_each_part_is_missed_when_it_is_taken_out(row: Row) -> None:
    """And no scenario stands there that would be as expected whatever were taken out."""
    parts = [part for part in row.parts if part in parts_of(policy_of(row.pack))]
    for name in row.scenarios:
        assert name in clauses.scenarios_for(row.pack), f"no scenario is called {name!r}"
        assert clauses.holds(row.pack, name), name
    missed = {name: {part for part in parts if not clauses.holds(row.pack, name, part)} for name in row.scenarios}
    assert [part for part in parts if not any(part in found for found in missed.values())] == []
    assert [name for name, found in missed.items() if not found] == []
    tested = {part for name in row.tests for part in taken_out_by()[name]}
    assert [part for part in row.parts if part not in parts and part not in tested] == []
    assert [name for name in row.tests if not {*taken_out_by()[name]} & {*row.parts}] == []


def test_the_tests_on_the_page_are_those_that_take_something_out() -> None:
    assert {name for row in rows() for name in row.tests} == {*taken_out_by()}
