"""Figures in words: grouped, with intervals, and in units that people count in."""

from __future__ import annotations

import pytest

from overdue_flow.reports.charts.figures import axis_said, figure, in_short, interval, magnitude
from overdue_flow.reports.charts.values import Measured, Unit
from overdue_flow.reports.speech import Language, spoken

CNY = Unit("CNY")
SHARE = Unit("", share=True)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (1234567.4, CNY, "1,234,567"),
        (-0.2, CNY, "0"),
        (-1234.5, Unit("CNY", 2), "-1,234.50"),
        (0.1234, SHARE, "12.3 %"),
        (-0.0001, SHARE, "0.0 %"),
    ],
)
def test_a_figure_has_its_thousands_set_apart_and_is_no_zero_below_nothing(value: float, unit: Unit, said: str) -> None:
    assert figure(value, unit) == said


def test_an_interval_is_said_where_there_is_one() -> None:
    measured = Measured(1000.0, 900.0, 1100.0)
    assert spoken(interval(Measured(5.0), CNY)) == ""
    assert spoken(interval(measured, CNY)) == "900 to 1,100"
    assert spoken(interval(measured, CNY), "zh") == "900 至 1,100"


@pytest.mark.parametrize(
    ("most", "lang", "size"),
    [
        (9_999, "en", 1), (10_000, "en", 1e3), (9_999_999, "en", 1e3), (10_000_000, "en", 1e6), (1e11, "en", 1e9),
        (99_999, "zh", 1), (100_000, "zh", 1e4), (1e9, "zh", 1e8), (5e13, "en", 1e12), (5e13, "zh", 1e12),
    ],
)  # fmt: skip
def test_an_axis_is_counted_in_what_the_language_counts_in(most: float, lang: Language, size: float) -> None:
    assert magnitude(most, CNY, lang).size == size


def test_shares_are_never_counted_in_thousands() -> None:
    assert magnitude(1e9, SHARE, "en").size == 1


def test_an_axis_says_its_unit_and_what_it_is_counted_in() -> None:
    assert axis_said(CNY, magnitude(1e8, CNY, "en"), "en") == "CNY, in million"
    assert axis_said(CNY, magnitude(1e6, CNY, "zh"), "zh") == "CNY（万）"
    assert axis_said(CNY, magnitude(5, CNY, "en"), "en") == "CNY"
    assert axis_said(Unit(""), magnitude(1e8, CNY, "en"), "en") == "million"


@pytest.mark.parametrize(
    ("measured", "signed", "english", "chinese"),
    [
        (
            Measured(94_123_456, 93e6, 95e6),
            False,
            "94.12 million (93.00 to 95.00)",
            "9,412.35万（9,300.00 至 9,500.00）",
        ),
        (Measured(1911, 1842, 1980), False, "1,911 (1,842 to 1,980)", "1,911（1,842 至 1,980）"),
        (Measured(0, -2e6, 2e6), True, "0.00 million (-2.00 to 2.00)", "0.00万（-200.00 至 200.00）"),
        (Measured(12_345), True, "+12.35 thousand", "+1.23万"),
        (Measured(-12), True, "-12", "-12"),
    ],
)
def test_a_figure_in_short_is_of_one_size_with_its_interval(
    measured: Measured, signed: bool, english: str, chinese: str
) -> None:
    said = in_short(measured, CNY, signed=signed)
    assert (spoken(said), spoken(said, "zh")) == (english, chinese)
