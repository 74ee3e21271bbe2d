"""A condition is changed in small ways, each of which is a condition that could stand in the file."""

from __future__ import annotations

import pytest

from overdue_flow.guards.check import read_guard
from overdue_flow.policy.load import load_policy
from overdue_flow.testing.mutation.conditions import condition_changes
from support.small_policy import POLICY

WORDS = load_policy(
    text=POLICY.replace(
        "  odds: {type: number, label: odds}",
        "  odds: {type: number}\n  rank: {type: choice, of: [low, mid, high]}\n  since: {type: date}",
    )
).vocabulary


def changes(text: str) -> list[str]:
    """What is said of each change of a condition."""
    guard = read_guard(text, WORDS).guard
    assert guard is not None
    return [f"{change.kind}: {change.said}" for change in condition_changes(guard, WORDS)]


def texts(text: str) -> set[str]:
    """The conditions that come of one."""
    guard = read_guard(text, WORDS).guard
    assert guard is not None
    return {change.value.text for change in condition_changes(guard, WORDS)}


def test_a_threshold_is_one_off_both_ways_and_its_operator_turned() -> None:
    assert changes("dpd > 90") == [
        "comparison: `dpd > 90` becomes `dpd >= 90`",
        "comparison: `dpd > 90` becomes `dpd <= 90`",
        "threshold: `dpd > 90` becomes `dpd > 91`",
    ]


def test_what_says_the_same_in_whole_numbers_is_one_change() -> None:
    """`dpd > 89` is `dpd >= 90`; where there are halves, they differ."""
    assert "dpd > 89" not in texts("dpd > 90")
    assert {"odds >= 90", "odds > 89"} <= texts("odds > 90")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("odds < 0.20", {"odds < 0.19", "odds < 0.21", "odds <= 0.20", "odds >= 0.20"}),
        ('overdue_amount == "100.50 CNY"', {
            'overdue_amount != "100.50 CNY"', 'overdue_amount == "100.49 CNY"', 'overdue_amount == "100.51 CNY"',
        }),
        ('since >= "2025-03-01"', {
            'since > "2025-03-01"', 'since < "2025-03-01"', 'since >= "2025-02-28"', 'since >= "2025-03-02"',
        }),
        ('rank == "low"', {'rank != "low"'}),
        ("since is None", {"since is not None"}),
        ('rank in ["low", "mid"]', {'rank not in ["low", "mid"]', 'rank in ["mid"]', 'rank in ["low"]'}),
        ("stage in court", {"stage not in court"}),
        ("overdue_amount > 0.5 * balance", {
            "overdue_amount >= 0.5 * balance", "overdue_amount <= 0.5 * balance",
            "overdue_amount > 0.4 * balance", "overdue_amount > 0.6 * balance",
        }),
    ],
)  # fmt: skip
def test_every_kind_of_value_is_changed(text: str, expected: set[str]) -> None:
    assert texts(text) == expected


def test_and_becomes_or_and_each_part_is_left_out() -> None:
    assert changes("frail and not arrears_cleared") == [
        "and, or: `frail and not arrears_cleared` becomes `frail or not arrears_cleared`",
        "condition: is without `frail`",
        "condition: is without `not arrears_cleared`",
        "comparison: `not arrears_cleared` becomes `arrears_cleared`",
    ]


def test_what_stands_in_brackets_stays_together() -> None:
    found = texts("frail and (dpd == 3 or arrears_cleared)")
    assert "(frail or (dpd == 3 or arrears_cleared))" in found
    assert "(frail)" in found
    assert "frail and ((dpd == 3 and arrears_cleared))" in found


def test_the_parts_of_a_chain_are_changed_where_they_stand() -> None:
    assert {"1 < dpd <= 30", "1 <= dpd < 30", "1 > dpd <= 30", "0 <= dpd <= 30", "1 <= dpd <= 31"} <= texts(
        "1 <= dpd <= 30"
    )


def test_what_would_be_refused_is_no_change() -> None:
    """Without the question whether it is there, a fact that may be missing cannot stand under `not`."""
    assert read_guard('not (rank == "low")', WORDS).guard is None
    assert not any("without `rank is not None`" in said for said in changes('rank is not None and not (rank == "low")'))


def test_no_condition_has_no_changes() -> None:
    assert not list(condition_changes(None, WORDS))


def test_words_that_stand_twice_are_told_apart() -> None:
    found = changes("dpd > 30 and frail or dpd > 30 and arrears_cleared")
    assert "threshold: `dpd > 30` becomes `dpd > 31`" in found
    assert "threshold: `dpd > 30` becomes `dpd > 31` where it stands for time 2" in found
