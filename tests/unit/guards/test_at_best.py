"""What must hold for a guard to hold, whatever some facts turn out to be."""

from __future__ import annotations

from overdue_flow.guards.at_best import at_best
from overdue_flow.guards.evaluate import evaluate
from overdue_flow.guards.tree import Guard
from overdue_flow.guards.vocabulary import Value
from support.guards import typed

ODDS = frozenset({"odds"})


def hoped(text: str, **values: Value | None) -> bool:
    """Whether the guard holds if the odds turn out well."""
    best = at_best(typed(text), ODDS)
    return evaluate(best, values.__getitem__) if isinstance(best, Guard) else best


def test_a_part_that_reads_the_unknown_is_hoped_for() -> None:
    assert hoped("odds < 0.2")
    assert hoped("odds is not None and not odds < 0.2")
    assert hoped("odds < 0.2 or dpd > 3")


def test_the_other_parts_decide() -> None:
    assert hoped("dpd > 3 and odds < 0.2", dpd=4)
    assert not hoped("dpd > 3 and odds < 0.2", dpd=3)
    assert not hoped("not (dpd > 3 or odds is None)", dpd=4)
    assert hoped("not (dpd > 3 or odds is None)", dpd=3)
    assert hoped("dpd > 3 and (fails > 1 or odds < 0.2)", dpd=4)


def test_what_is_left_reads_nothing_unknown() -> None:
    best = at_best(typed("dpd > 3 and odds < 0.2 and fails > 1"), ODDS)
    assert isinstance(best, Guard)
    assert best.names == {"dpd", "fails"}


def test_a_comparison_with_another_fact_that_is_missing_fails() -> None:
    best = at_best(typed("left > age"), frozenset({"left"}))
    assert isinstance(best, Guard)
    assert [evaluate(best, {"age": age}.__getitem__) for age in (None, 1)] == [False, True]
