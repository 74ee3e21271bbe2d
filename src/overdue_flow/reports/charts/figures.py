"""Figures in words: with their thousands set apart, with their intervals, and in units that fit an axis."""

from __future__ import annotations

from typing import NamedTuple

from overdue_flow.reports.charts.values import Measured, Unit
from overdue_flow.reports.speech import LANGUAGES, Language, Named, Said, say, spoken


class Magnitude(NamedTuple):
    """What figures of an axis are counted in: thousands, millions; in Chinese ten thousands and hundred millions."""

    size: float
    said: Said


_ONE = Magnitude(1.0, "")
_ENGLISH = (
    Magnitude(1e12, "trillion"),
    Magnitude(1e9, "billion"),
    Magnitude(1e6, "million"),
    Magnitude(1e3, "thousand"),
)
_CHINESE = (Magnitude(1e12, "万亿"), Magnitude(1e8, "亿"), Magnitude(1e4, "万"))


def magnitude(most: float, unit: Unit, lang: Language, times: float = 10) -> Magnitude:
    """What an axis up to `most` is counted in, so that its figures stay short: the largest that is in it so many
    `times`. Shares are counted as they are."""
    if unit.share:
        return _ONE
    return next((one for one in (_CHINESE if lang == "zh" else _ENGLISH) if most >= times * one.size), _ONE)


def axis_said(unit: Unit, counted: Magnitude, lang: Language) -> str:
    """The unit of an axis in words, with what it is counted in."""
    if not counted.said or not unit.said:
        return spoken(unit.said or counted.said, lang)
    return spoken(say("{unit}, in {magnitude}", unit=unit.said, magnitude=counted.said), lang)


def figure(value: float, unit: Unit) -> str:
    """A figure with its thousands set apart, never a zero below nothing."""
    value, decimals, sign = (100 * value, 1, " %") if unit.share else (value, unit.decimals, "")
    rounded = round(value, decimals) or 0.0
    return f"{rounded:,.{decimals}f}{sign}"


def in_short(measured: Measured, unit: Unit, *, signed: bool = False) -> Said:
    """A figure and its interval, in thousands or millions where it is long."""
    return Named(tuple((lang, _in_short(measured, unit, lang, signed=signed)) for lang in LANGUAGES))


_LONG = 10_000
"""Figures below this are short as they are."""


def _in_short(measured: Measured, unit: Unit, lang: Language, *, signed: bool) -> str:
    most = max(map(abs, (measured.value, *measured.ends)))
    counted = magnitude(most, unit, lang, times=1) if most >= _LONG else _ONE
    finer = unit._replace(decimals=2) if counted.said else unit
    value, low, high = (figure(one / counted.size, finer) for one in (measured.value, *measured.ends))
    value = f"+{value}" if signed and measured.value > 0 else value
    joint = "" if lang == "zh" else " "
    said = f"{value}{joint}{spoken(counted.said, lang)}".strip()
    if measured.low is None:
        return said
    return spoken(say("{value} ({interval})", value=said, interval=say("{low} to {high}", low=low, high=high)), lang)


def interval(measured: Measured, unit: Unit) -> Said:
    """Its interval; nothing where there is none."""
    if measured.low is None or measured.high is None:
        return ""
    return say("{low} to {high}", low=figure(measured.low, unit), high=figure(measured.high, unit))


__all__ = ["Magnitude", "axis_said", "figure", "in_short", "interval", "magnitude"]
