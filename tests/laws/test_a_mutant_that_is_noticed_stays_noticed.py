"""A mutant that is noticed stays noticed: more scenarios never notice less."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.testing.mutation.trying import Trials
from support.tried import small_suite


@cache
def trials(chosen: frozenset[int]) -> Trials:
    """Some of the scenarios, by their number."""
    suite = small_suite()
    return Trials(replace(suite, scenarios=tuple(suite.scenarios[number] for number in sorted(chosen))))


@given(st.frozensets(st.integers(0, 2)), st.frozensets(st.integers(0, 2)), st.data())
def test_a_mutant_that_is_noticed_stays_noticed(
    some: frozenset[int], more: frozenset[int], data: st.DataObject
) -> None:
    """What some scenarios notice, these and others do; and nobody notices what no loan can tell."""
    few, many = trials(some), trials(some | more)
    key = data.draw(st.sampled_from(sorted(few.mutants, key=str)))
    before, after = few.of(few.mutants[key]), many.of(many.mutants[key])
    assert before.verdict != "noticed" or after.verdict == "noticed"
    assert (before.verdict == "same") == (after.verdict == "same")
