"""Differences: a mark and its interval for each figure, around the line where nothing differs."""

from __future__ import annotations

from collections.abc import Iterator

from overdue_flow.reports.charts import svg
from overdue_flow.reports.charts.axes import ticks_said
from overdue_flow.reports.charts.bars import upright, whisker
from overdue_flow.reports.charts.scale import reaching
from overdue_flow.reports.charts.values import Differences, Unit
from overdue_flow.reports.speech import Language, spoken

_ROW = 26.0
_FOOT = 42.0


def differences(plot: Differences, sheet: svg.Sheet, lang: Language) -> tuple[float, Iterator[str]]:
    """How high the drawing is, and its shapes. What chance alone may explain has a hollow mark."""
    each = _ROW + (svg.LINE_HIGH if sheet.narrow else 0)
    return len(plot.rows) * each + _FOOT, _shapes(plot, sheet, each, lang)


def _shapes(plot: Differences, sheet: svg.Sheet, each: float, lang: Language) -> Iterator[str]:
    names = [spoken(row.label, lang) for row in plot.rows]
    figures = [spoken(row.said, lang) for row in plot.rows]
    left = 22.0 if sheet.narrow else svg.longest(names, 380) + 20
    room = 22.0 if sheet.narrow else svg.longest(figures, 240) + 16
    ends = [end for row in plot.rows if row.change is not None for end in row.change.ends]
    across, ticks = reaching(ends, left, sheet.wide - room, 4 if sheet.narrow else 6)
    bottom = len(names) * each
    yield from upright(across, ticks_said(ticks, Unit(plot.across, share=True), lang), bottom)
    for number, row in enumerate(plot.rows):
        level = number * each + each - _ROW / 2
        yield from _words(names[number], figures[number], level, across.start, sheet)
        if row.change is not None:
            yield from whisker(row.change, level, across)
            at = (across.at(row.change.value), level)
            yield svg.diamond(at, "mark apart" if row.apart else "mark hollow")


def _words(name: str, figures: str, level: float, left: float, sheet: svg.Sheet) -> Iterator[str]:
    if sheet.narrow:
        both = f"{name}: {figures}" if figures else name
        yield svg.text((0, level - _ROW / 2 - 1), svg.cut(both, sheet.wide), "")
        return
    yield svg.text((left - 14, level + 4.5), svg.cut(name, left - 14), "", "end")
    yield svg.text((sheet.wide, level + 4.5), figures, "soft", "end")


__all__ = ["differences"]
