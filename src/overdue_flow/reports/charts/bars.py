"""Bars side by side, each with its figure and the interval as a line over its end."""

from __future__ import annotations

from collections.abc import Iterator

from overdue_flow.reports.charts import svg
from overdue_flow.reports.charts.axes import Ticks, ticks_said
from overdue_flow.reports.charts.figures import figure
from overdue_flow.reports.charts.scale import Scale, every, reaching
from overdue_flow.reports.charts.values import Bars, Measured
from overdue_flow.reports.speech import Language, spoken

_BAR = 15.0
_GAP = 12.0
_FOOT = 42.0


def bars(plot: Bars, sheet: svg.Sheet, lang: Language) -> tuple[float, Iterator[str]]:
    """How high the drawing is, and its shapes: names to the left, on a narrow sheet above their bars."""
    head = svg.LINE_HIGH if sheet.narrow else 0.0
    each = head + len(plot.series) * (_BAR + 2) + _GAP
    return len(plot.names) * each + _FOOT, _shapes(plot, sheet, each, lang)


def _shapes(plot: Bars, sheet: svg.Sheet, each: float, lang: Language) -> Iterator[str]:
    names = [spoken(name, lang) for name in plot.names]
    left = 2.0 if sheet.narrow else svg.longest(names, 380) + 14
    ends = [end for series in plot.series for one in series.figures for end in one.ends]
    room = svg.longest((figure(end, plot.unit) for end in ends), 120) + 12
    across, ticks = reaching(ends, left, sheet.wide - room)
    bottom = len(names) * each
    yield from upright(across, ticks_said(ticks, plot.unit, lang), bottom)
    for number, name in enumerate(names):
        top = number * each
        if sheet.narrow:
            yield svg.text((left, top + 13), svg.cut(name, sheet.wide), "")
            top += svg.LINE_HIGH
        else:
            yield svg.text((left - 10, top + each / 2), svg.cut(name, left - 10), "", "end")
        for place, series in enumerate(plot.series):
            measured = series.figures[number]
            yield from _bar(measured, top + place * (_BAR + 2), across, f"beam s{place}")
            end = across.at(max(*measured.ends, measured.value)) + 6
            yield svg.text((end, top + place * (_BAR + 2) + 12), figure(measured.value, plot.unit), "soft")


def upright(across: Scale, ticks: Ticks, bottom: float) -> Iterator[str]:
    """An axis below, with lines upright from its ticks."""
    shown = every(len(ticks.places), across.end - across.start, svg.longest(ticks.said, 120) + 14)
    for number, (value, said) in enumerate(zip(ticks.places, ticks.said, strict=True)):
        at = across.at(value)
        yield svg.line((at, 0), (at, bottom), "axis" if value == 0 else "grid")
        if number % shown == 0:
            yield svg.text((at, bottom + 16), said, "soft", "start" if at < _BAR else "middle")
    yield svg.text(((across.start + across.end) / 2, bottom + 34), ticks.unit, "soft", "middle")


def _bar(measured: Measured, top: float, across: Scale, kind: str) -> Iterator[str]:
    zero, end = sorted((across.at(0), across.at(measured.value)))
    yield svg.box((zero, top), end - zero, _BAR, kind)
    if measured.low is not None:
        yield from whisker(measured, top + _BAR / 2, across)


def whisker(measured: Measured, level: float, across: Scale) -> Iterator[str]:
    """The interval of a figure as a line with ends."""
    low, high = (across.at(end) for end in measured.ends)
    yield svg.line((low, level), (high, level), "whisker")
    yield from (svg.line((end, level - 4), (end, level + 4), "whisker") for end in (low, high))


__all__ = ["bars", "upright", "whisker"]
