"""Sums over borrowers: who went where over a few spans, and by how much one policy is ahead of another."""

from __future__ import annotations

from collections import Counter

import pytest

from overdue_flow.simulation.trial.figures import COMPARED
from overdue_flow.simulation.trial.record import Record
from overdue_flow.simulation.trial.tally import Paired, Tally, spans


def record(stages: str, paid: tuple[int, ...] = (0, 0, 0, 0), net: tuple[int, ...] | None = None) -> Record:
    """A borrower by the letter of the stage at the start and at each month's end, and what came in month by month."""
    figures = Counter(dict.fromkeys(COMPARED, 0)) | Counter(paid=sum(paid))
    monthly = {"paid": list(paid), "net": list(net or paid)}
    return Record(figures, monthly, tuple(stages), (0,) * len(stages), Counter(), Counter(), 120)


@pytest.mark.parametrize(
    ("months", "expected"),
    [
        (12, [(0, 3), (3, 6), (6, 9), (9, 12)]),
        (18, [(0, 4), (4, 9), (9, 14), (14, 18)]),
        (4, [(0, 1), (1, 2), (2, 3), (3, 4)]),
        (2, [(0, 1), (1, 2)]),
        (1, [(0, 1)]),
        (0, []),
    ],
)
def test_spans_are_even_cover_every_month_and_are_fewer_where_there_are_fewer(
    months: int, expected: list[tuple[int, int]]
) -> None:
    assert sorted(spans(months)) == expected


def test_who_went_where_is_counted_over_each_span_whether_they_moved_or_not() -> None:
    tally, other = Tally(), Tally()
    tally.add(record("aabba"))
    other.add(record("aaaaa"))
    tally.take_in(other)
    assert tally.passages == {
        (0, 1, "a", "a"): 2, (1, 2, "a", "b"): 1, (1, 2, "a", "a"): 1, (2, 3, "b", "b"): 1, (2, 3, "a", "a"): 1,
        (3, 4, "b", "a"): 1, (3, 4, "a", "a"): 1,
    }  # fmt: skip


def test_how_far_one_is_ahead_is_what_came_since_the_start_borrower_by_borrower() -> None:
    paired, other = Paired(), Paired()
    paired.add(record("aaaaa", (10, 0, 0, 0)), record("aaaaa", (0, 30, 0, 0), (0, 25, 0, 0)))
    other.add(record("aaaaa", (5, 5, 5, 5)), record("aaaaa", (5, 5, 5, 5)))
    paired.take_in(other)
    assert [paired.ahead["paid", month].total for month in range(4)] == [-10, 20, 20, 20]
    assert [paired.ahead["net", month].total for month in range(4)] == [-10, 15, 15, 15]
    assert paired.ahead["paid", 3].total == paired.figures["paid"].total
