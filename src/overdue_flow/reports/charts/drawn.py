"""A chart as part of a page: a figure with its title, its legend, the drawing twice (for a screen and for a telephone),
and the same in a table that opens below it."""

from __future__ import annotations

from collections.abc import Iterator

from overdue_flow.reports.charts import svg
from overdue_flow.reports.charts.bars import bars
from overdue_flow.reports.charts.curves import curves
from overdue_flow.reports.charts.differences import differences
from overdue_flow.reports.charts.flow import flow, not_at_the_end
from overdue_flow.reports.charts.heat import heat
from overdue_flow.reports.charts.layers import layers
from overdue_flow.reports.charts.values import Bars, Curves, Differences, Flow, Heat, Layers, Plot
from overdue_flow.reports.speech import Language, Said, say, spoken


def drawings(plot: Plot, lang: Language) -> Iterator[str]:
    """The drawing for screens and paper, and that for a telephone."""
    for sheet in (svg.WIDE, svg.NARROW):
        high, shapes = _drawn(plot, sheet, lang)
        yield svg.drawing(sheet, high, shapes, spoken(plot.title, lang))


def _drawn(plot: Plot, sheet: svg.Sheet, lang: Language) -> tuple[float, Iterator[str]]:
    match plot:
        case Curves():
            return curves(plot, sheet, lang)
        case Layers():
            return layers(plot, sheet, lang)
        case Bars():
            return bars(plot, sheet, lang)
        case Differences():
            return differences(plot, sheet, lang)
        case Flow():
            return flow(plot, sheet, lang)
        case Heat():
            return heat(plot, sheet, lang)


def legend(plot: Plot) -> Iterator[tuple[str, Said]]:
    """What marks mean, where the drawing does not say it itself: each as a small drawing, and its meaning."""
    match plot:
        case Curves():
            for number, series in enumerate(plot.series):
                mark = (svg.diamond if number % 2 else svg.dot)((15, 6), f"mark s{number}")
                yield svg.key(svg.run([(0, 6), (30, 6)], f"line s{number}") + mark), series.label
        case Bars():
            for number, series in enumerate(plot.series):
                yield svg.key(svg.box((0, 1), 30, 10, f"beam s{number}")), series.label
            if any(one.low is not None for series in plot.series for one in series.figures):
                yield svg.key("".join(interval_mark())), say("95 % interval")
        case Flow():
            for colour, stop in not_at_the_end(plot):
                yield svg.key(svg.box((0, 1), 30, 10, f"area c{colour}")), stop.label
        case Differences():
            yield svg.key(svg.diamond((15, 6), "mark apart")), say("told apart from chance")
            yield svg.key(svg.diamond((15, 6), "mark hollow")), say("chance may explain it")


def interval_mark() -> Iterator[str]:
    """An interval as drawings show it."""
    yield svg.line((4, 6), (26, 6), "whisker")
    yield from (svg.line((end, 2), (end, 10), "whisker") for end in (4, 26))


__all__ = ["drawings", "legend"]
