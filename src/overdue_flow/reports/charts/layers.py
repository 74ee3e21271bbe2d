"""Layers: areas on top of each other, each named beside its end; the smallest are one, and the table has each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from overdue_flow.reports.charts import svg
from overdue_flow.reports.charts.axes import Frame, axes, framed
from overdue_flow.reports.charts.scale import set_apart
from overdue_flow.reports.charts.values import Layers, Measured, Panel, Series
from overdue_flow.reports.speech import Language, say, spoken

MOST = 8
"""How many layers can be told apart."""

_HIGH = 330.0
_GAP = 28.0
_NAMES = 150.0


def layers(plot: Layers, sheet: svg.Sheet, lang: Language) -> tuple[float, Iterator[str]]:
    """How high the drawing is, and its shapes. Panels stand beside each other, on a narrow sheet below each other."""
    beside = 1 if sheet.narrow else len(plot.panels)
    down = len(plot.panels) // beside
    return down * (_HIGH + _GAP) - _GAP, _shapes(gathered(plot.panels), plot, sheet, beside, lang)


def _shapes(panels: Sequence[Panel], plot: Layers, sheet: svg.Sheet, beside: int, lang: Language) -> Iterator[str]:
    names = [spoken(one.label, lang) for one in panels[0].series]
    room = svg.longest(names, _NAMES if not sheet.narrow else 120.0) + 22
    wide = (sheet.wide - _GAP * (beside - 1)) / beside
    tops = [top for panel in panels for top in _tops(panel)[-1]]
    for number, panel in enumerate(panels):
        left, top = (number % beside) * (wide + _GAP), (number // beside) * (_HIGH + _GAP)
        head = svg.LINE_HIGH if len(panels) > 1 else 0
        if head:
            yield svg.text((left, top + 13), svg.cut(spoken(panel.label, lang), wide), "strong")
        frame = framed((left, top + head), wide - room, _HIGH - head, tops, plot, lang)
        yield from axes(frame, plot.places, plot.across, lang)
        yield from _areas(panel, frame, room, lang)


def gathered(panels: Sequence[Panel]) -> tuple[Panel, ...]:
    """The panels with the smallest layers, over all panels and places together, as one; in their order."""
    most = MOST - len(panels[0].aside)
    if len(panels[0].series) <= most:
        return tuple(panels)
    sizes = [
        sum(one.value for panel in panels for one in panel.series[at].figures) for at in range(len(panels[0].series))
    ]
    kept = sorted(sorted(range(len(sizes)), key=lambda at: -sizes[at])[: most - 1])
    return tuple(
        Panel(panel.label, (*(panel.series[at] for at in kept), _rest(panel, kept)), panel.aside) for panel in panels
    )


def _rest(panel: Panel, kept: Sequence[int]) -> Series:
    others = [one for at, one in enumerate(panel.series) if at not in kept]
    sums = (Measured(sum(one.value for one in at)) for at in zip(*(one.figures for one in others), strict=True))
    return Series(say("{count} others", count=len(others)), tuple(sums), MOST - 1)


def _tops(panel: Panel) -> list[list[float]]:
    """The upper end of each layer at each place, from below."""
    values = [[one.value for one in series.figures] for series in panel.series]
    return [list(row) for row in zip(*(accumulate(at) for at in zip(*values, strict=True)), strict=True)]


def _areas(panel: Panel, frame: Frame, room: float, lang: Language) -> Iterator[str]:
    tops = _tops(panel)
    below = [0.0] * len(tops[0])
    middles = []
    for number, (series, above) in enumerate(zip(panel.series, tops, strict=True)):
        upper = [(frame.across.at(place), frame.up.at(value)) for place, value in enumerate(above)]
        lower = [(frame.across.at(place), frame.up.at(value)) for place, value in enumerate(below)]
        yield svg.shape([*upper, *reversed(lower)], f"area c{_colour(series, number)}", spoken(series.label, lang))
        middles.append(frame.up.at((above[-1] + below[-1]) / 2))
        below = above
    yield from _names(panel, middles, frame, room, lang)


def _names(panel: Panel, middles: Sequence[float], frame: Frame, room: float, lang: Language) -> Iterator[str]:
    """Each layer's name at its end, with its colour and a line to where it is, from above."""
    order = sorted(range(len(middles)), key=lambda at: (middles[at], -at))
    places = set_apart([middles[at] for at in order], 15.0, frame.up.end, frame.bottom)
    right = frame.across.end
    for at, place in zip(order, places, strict=True):
        yield svg.line((right + 1, middles[at]), (right + 8, place), "leader")
        yield svg.box((right + 9, place - 5), 9, 10, f"area c{_colour(panel.series[at], at)}")
        yield svg.text((right + 22, place + 4.5), svg.cut(spoken(panel.series[at].label, lang), room - 20), "")


def _colour(series: Series, number: int) -> int:
    return number if series.colour is None else series.colour


__all__ = ["MOST", "gathered", "layers"]
