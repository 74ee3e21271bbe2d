"""Limits that count parts of one sort with parts of another, and what is shortened where it is named."""

from __future__ import annotations

import pytest

from overdue_flow.guards.check import read_guard
from overdue_flow.guards.parse import DEEPEST_NESTING, parse
from support.guards import VOCABULARY


@pytest.mark.parametrize("step", ["(a and ", "(a or ", "not (", "-(", "(1 + ", "(a < "])
def test_whatever_stands_inside_one_another_counts_as_one_depth(step: str) -> None:
    """The innermost word is the last part that may stand there."""

    def codes(times: int) -> set[str]:
        return {fault.code for fault in parse(step * times + "b" + ")" * times).faults}

    assert codes(DEEPEST_NESTING - 1) == set()
    assert codes(DEEPEST_NESTING) == {"too-deep"}


@pytest.mark.parametrize(("text", "piece"), [("a in [1] b", "] b"), ("(a) b", ") b"), ("{a} b", "} b")])
def test_after_each_closing_bracket_an_operator_is_expected(text: str, piece: str) -> None:
    (fault,) = (fault for fault in parse(text).faults if fault.code == "operator-missing")
    assert text[fault.start : fault.end] == piece


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{}", "unknown word `{}`"),
        ("stage == {}", "unknown stage `{}`"),
        ('channel == "{}"', "`{}` is no word of `channel`"),
        ('due_on == "{}"', "`{}` is not a date"),
    ],
)
def test_an_unknown_word_is_named_by_its_first_forty_letters(text: str, says: str) -> None:
    (fault,) = read_guard(text.format("q" * 41), VOCABULARY).faults
    assert fault.message == says.format("q" * 40)


def test_a_test_that_was_lost_stays_lost_whatever_else_is_refused() -> None:
    def codes(text: str) -> list[str]:
        return [fault.code for fault in read_guard(text, VOCABULARY).faults]

    assert codes("f(x is None) and g(y) and not odds > 3") == ["not-allowed", "not-allowed"]
    assert codes("g(y) and f(x is None) and not odds > 3") == ["not-allowed", "not-allowed"]
    assert codes("oddds is None and f(x) and not odds > 3") == ["unknown-word", "not-allowed"]
    assert codes("f(x) and g(y) and not odds > 3") == ["not-allowed", "not-allowed", "not-over-missing"]


@pytest.mark.parametrize("text", ["not (odds > 3 or vip)", "not (dpd > 3 or (vip and odds > 3))"])
def test_not_reaches_into_every_part_of_an_or(text: str) -> None:
    faults = read_guard(text, VOCABULARY).faults
    assert {fault.code for fault in faults} == {"not-over-missing"}
    assert sorted(text[fault.start : fault.end] for fault in faults) == ["odds > 3", "vip"]
