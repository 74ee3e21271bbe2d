"""Axes hold every figure, have round ticks, and labels do not cover each other."""

from __future__ import annotations

import pytest

from overdue_flow.reports.charts.scale import Scale, every, reaching, round_step, set_apart, tick_decimals


@pytest.mark.parametrize(
    ("ends", "ticks"),
    [
        ((0, 100), (0, 20, 40, 60, 80, 100)),
        ((35, 97), (0, 20, 40, 60, 80, 100)),
        ((-3, 7), (-4, -2, 0, 2, 4, 6, 8)),
        ((-0.2, -0.1), (-0.2, -0.15, -0.1, -0.05, 0)),
        ((0, 0.6), (0, 0.2, 0.4, 0.6)),
        ((0, 0), (0, 1)),
        ((), (0, 1)),
    ],
)
def test_ticks_are_round_and_hold_zero_and_every_figure(ends: tuple[float, ...], ticks: tuple[float, ...]) -> None:
    scale, found = reaching(ends, 0, 100)
    assert found == pytest.approx(ticks)
    assert (scale.low, scale.high) == pytest.approx((ticks[0], ticks[-1]))


@pytest.mark.parametrize(
    ("least", "step"), [(1, 1), (1.1, 2), (2.2, 2.5), (3, 5), (7, 10), (0.013, 0.02), (20, 20), (0.3, 0.5)]
)
def test_a_step_is_the_smallest_round_one_that_is_enough(least: float, step: float) -> None:
    assert round_step(least) == pytest.approx(step)


def test_a_figure_stands_where_its_share_of_the_axis_is() -> None:
    assert [Scale(0, 10, 200, 100).at(value) for value in (0, 5, 10)] == [200, 150, 100]


@pytest.mark.parametrize(("ticks", "decimals"), [((0, 20, 40), 0), ((0, 2.5, 5), 1), ((0.25, 0.5), 2), ((0, 0.2), 1)])
def test_ticks_have_as_many_decimals_as_tell_them_apart(ticks: tuple[float, ...], decimals: int) -> None:
    assert tick_decimals(ticks) == decimals


def test_labels_that_have_room_stay_where_they_are() -> None:
    assert set_apart([10, 50, 90], 15, 0, 100) == [10, 50, 90]


def test_labels_are_pushed_apart_and_stay_between_the_ends() -> None:
    assert set_apart([50, 50, 50], 10, 0, 100) == [50, 60, 70]
    assert set_apart([98, 99, 100], 10, 0, 100) == [80, 90, 100]
    assert set_apart([-5, 4], 10, 0, 100) == [0, 10]


def test_only_so_many_labels_are_shown_as_have_room() -> None:
    assert every(12, 600, 50) == 1
    assert every(12, 300, 50) == 2
    assert every(12, 100, 50) == 6
    assert every(3, 0, 50) == 150
