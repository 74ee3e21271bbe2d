"""Curves with bands: a line for each series, solid, dashed or dotted, each with marks of its own."""

from __future__ import annotations

from collections.abc import Iterator

from overdue_flow.reports.charts import svg
from overdue_flow.reports.charts.axes import Frame, axes, framed
from overdue_flow.reports.charts.values import Curves, Series
from overdue_flow.reports.speech import Language


def curves(plot: Curves, sheet: svg.Sheet, lang: Language) -> tuple[float, Iterator[str]]:
    """How high the drawing is, and its shapes."""
    high = 260.0 if sheet.narrow else 320.0
    ends = [end for series in plot.series for one in series.figures for end in one.ends]
    frame = framed((0, 0), sheet.wide, high, ends, plot, lang)
    return high, _shapes(plot, frame, lang)


def _shapes(plot: Curves, frame: Frame, lang: Language) -> Iterator[str]:
    yield from axes(frame, plot.places, plot.across, lang)
    for number, series in enumerate(plot.series):
        yield from _belt(series, number, frame)
    for number, series in enumerate(plot.series):
        points = [(frame.across.at(place), frame.up.at(one.value)) for place, one in enumerate(series.figures)]
        yield svg.run(points, f"line s{number}")
        mark = svg.diamond if number % 2 else svg.dot
        yield from (mark(point, f"mark s{number}") for point in points)


def _belt(series: Series, number: int, frame: Frame) -> Iterator[str]:
    """The band between the ends of the intervals."""
    if all(one.low is None for one in series.figures):
        return
    upper = [(frame.across.at(place), frame.up.at(one.ends[1])) for place, one in enumerate(series.figures)]
    lower = [(frame.across.at(place), frame.up.at(one.ends[0])) for place, one in enumerate(series.figures)]
    yield svg.shape([*upper, *reversed(lower)], f"belt s{number}")


__all__ = ["curves"]
