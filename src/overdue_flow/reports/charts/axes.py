"""The frame of a chart over places: an axis of figures with its unit, an axis of places, and faint lines across."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from overdue_flow.reports.charts import svg
from overdue_flow.reports.charts.figures import axis_said, magnitude
from overdue_flow.reports.charts.scale import Scale, every, reaching, tick_decimals
from overdue_flow.reports.charts.values import Curves, Layers, Unit
from overdue_flow.reports.speech import Language, Said, spoken


class Ticks(NamedTuple):
    """The figures of an axis, as they are written beside it, and what the axis is called."""

    places: tuple[float, ...]
    said: tuple[str, ...]
    unit: str


class Frame(NamedTuple):
    """Where figures and places stand in a drawing."""

    up: Scale
    across: Scale
    ticks: Ticks

    @property
    def bottom(self) -> float:
        """Where the lower axis is."""
        return self.up.start


HEAD = 24.0
"""Room above a picture: for the name of its upright axis."""

_NAME = 120.0
"""How much room the name of a place may take."""

FOOT = 44.0
"""Room below it: for the places, and what they are called."""


def ticks_said(ticks: Sequence[float], unit: Unit, lang: Language) -> Ticks:
    """How the figures of an axis are written: in thousands or millions where they are long."""
    counted = magnitude(max(map(abs, ticks)), unit, lang)
    shown = [one / counted.size * (100 if unit.share else 1) for one in ticks]
    decimals, sign = tick_decimals(shown), " %" if unit.share else ""
    return Ticks(tuple(ticks), tuple(f"{one:,.{decimals}f}{sign}" for one in shown), axis_said(unit, counted, lang))


def framed(
    corner: svg.Point, wide: float, high: float, ends: Iterable[float], plot: Curves | Layers, lang: Language
) -> Frame:
    """A frame into so much room, for figures up to their `ends` and the places of the chart; half of the last place's
    name stands to the right of it."""
    left, top = corner
    up, ticks = reaching(ends, top + high - FOOT, top + HEAD)
    said = ticks_said(ticks, plot.unit, lang)
    inner = left + svg.longest(said.said, 90) + 10
    right = left + wide - svg.longest(names_of(plot.places, lang), _NAME) / 2
    return Frame(up, Scale(0, max(len(plot.places) - 1, 1), inner, right), said)


def names_of(places: Sequence[Said], lang: Language) -> list[str]:
    """What the places of an axis are called."""
    return [spoken(place, lang) for place in places]


def axes(frame: Frame, places: Sequence[Said], across: Said, lang: Language) -> Iterator[str]:
    """The lines and words of a frame."""
    left, right = frame.across.start, frame.across.end
    for value, said in zip(frame.ticks.places, frame.ticks.said, strict=True):
        level = frame.up.at(value)
        yield svg.line((left, level), (right, level), "axis" if value == 0 else "grid")
        yield svg.text((left - 8, level + 4.5), said, "soft", "end")
    yield svg.text((left, frame.up.end - 10), frame.ticks.unit, "soft")
    names = names_of(places, lang)
    step = every(len(names), right - left, svg.longest(names, _NAME) + 14)
    for number in range(0, len(places), step):
        at = frame.across.at(number)
        yield svg.line((at, frame.bottom), (at, frame.bottom + 4), "axis")
        yield svg.text((at, frame.bottom + 18), names[number], "soft", "middle")
    yield svg.text(((left + right) / 2, frame.bottom + 38), spoken(across, lang), "soft", "middle")


__all__ = ["FOOT", "HEAD", "Frame", "Ticks", "axes", "framed", "names_of", "ticks_said"]
