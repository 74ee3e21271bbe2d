"""Who went where: columns of stops, and bands between them as wide as the number that went."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from overdue_flow.reports.charts import svg
from overdue_flow.reports.charts.axes import names_of
from overdue_flow.reports.charts.figures import figure
from overdue_flow.reports.charts.scale import every, set_apart
from overdue_flow.reports.charts.values import Flow, Link, Stop
from overdue_flow.reports.speech import Language, say, spoken

MOST = 8
"""How many stops can be told apart."""

OTHERS = ""
"""The name of the stop that stands for those that are too small to be told apart."""

_HEAD = 40.0
_HIGH = 340.0
_GAP = 10.0


class _Post(NamedTuple):
    """A stop in one column: its upper end, and how high it is."""

    top: float
    high: float


_Column: TypeAlias = Mapping[str, _Post]


class _Plan(NamedTuple):
    """Where everything stands: columns of posts `wide`, and `step` from one to the next; `scale` is for one loan."""

    columns: tuple[_Column, ...]
    step: float
    wide: float
    scale: float


def flow(plot: Flow, sheet: svg.Sheet, lang: Language) -> tuple[float, Iterator[str]]:
    """How high the drawing is, and its shapes."""
    return _HEAD + _HIGH + 8, _shapes(gathered(plot), sheet, lang)


def _shapes(plot: Flow, sheet: svg.Sheet, lang: Language) -> Iterator[str]:
    if not plot.links:
        return
    names = svg.longest((spoken(stop.label, lang) for stop in plot.stops), 92.0 if sheet.narrow else 190.0) + 24
    plan = _planned(plot, sheet, names)
    yield from _heads(plot, plan, lang)
    for number in range(len(plan.columns) - 1):
        yield from _bands(plot, number, plan, lang)
    for number, column in enumerate(plan.columns):
        yield from _posts(plot, column, number * plan.step, plan.wide, lang)
    yield from _names(plot, plan, names, lang)


def gathered(plot: Flow) -> Flow:
    """The same with its smallest stops as one, where there are more than can be told apart."""
    here: dict[str, float] = defaultdict(float)
    for link in plot.links:
        here[link.source] += link.number
        here[link.target] += link.number
    met = [stop for stop in plot.stops if here[stop.name] > 0]
    if len(met) <= MOST:
        return replace(plot, stops=tuple(met))
    kept = {stop.name for stop in sorted(met, key=lambda stop: -here[stop.name])[: MOST - 1]}
    sums: dict[tuple[int, str, str], float] = defaultdict(float)
    for link in plot.links:
        source, target = (name if name in kept else OTHERS for name in (link.source, link.target))
        sums[link.column, source, target] += link.number
    others = Stop(OTHERS, say("{count} others", count=len(met) - len(kept)), MOST - 1)
    stops = (*(stop for stop in met if stop.name in kept), others)
    return replace(plot, stops=stops, links=tuple(Link(*key, count) for key, count in sums.items()))


def _planned(plot: Flow, sheet: svg.Sheet, names: float) -> _Plan:
    """Room for everything: one scale serves all columns."""
    standing = [_standing(plot, number) for number in range(len(plot.columns))]
    scale = min((_HIGH - _GAP * (len(here) - 1)) / sum(here.values()) for here in standing if sum(here.values()) > 0)
    wide = 8.0 if sheet.narrow else 12.0
    step = (sheet.wide - names - wide) / max(len(plot.columns) - 1, 1)
    return _Plan(tuple(_column(plot, here, scale) for here in standing), step, wide, scale)


def _standing(plot: Flow, number: int) -> dict[str, float]:
    """How many are drawn at each stop of a column: those who came, or those who go on, whichever are more."""
    came: dict[str, float] = defaultdict(float)
    went: dict[str, float] = defaultdict(float)
    for link in plot.links:
        if link.column == number - 1:
            came[link.target] += link.number
        elif link.column == number:
            went[link.source] += link.number
    return {stop.name: most for stop in plot.stops if (most := max(came[stop.name], went[stop.name])) > 0}


def _column(plot: Flow, here: Mapping[str, float], scale: float) -> _Column:
    """The posts of a column, in the order of the stops from above."""
    posts, top = {}, _HEAD
    for stop in plot.stops:
        if stop.name in here:
            posts[stop.name] = _Post(top, here[stop.name] * scale)
            top += here[stop.name] * scale + _GAP
    return posts


def _heads(plot: Flow, plan: _Plan, lang: Language) -> Iterator[str]:
    names = names_of(plot.columns, lang)
    step = every(len(names), plan.step * (len(names) - 1), svg.longest(names, 120) + 14)
    for number in range(0, len(names), step):
        anchor: svg.Anchor = "start" if number == 0 else "middle"
        yield svg.text((number * plan.step + (plan.wide / 2 if number else 0), 14), names[number], "soft", anchor)


def _bands(plot: Flow, number: int, plan: _Plan, lang: Language) -> Iterator[str]:
    """The bands between a column and the next; at both ends in the order of the stops, so that few of them cross."""
    called = {stop.name: spoken(stop.label, lang) for stop in plot.stops}
    order = {stop.name: place for place, stop in enumerate(plot.stops)}
    colour = dict(_colours(plot))
    links = [link for link in plot.links if link.column == number]
    starts = _stacked(links, plan.columns[number], order, plan.scale, from_source=True)
    ends = _stacked(links, plan.columns[number + 1], order, plan.scale, from_source=False)
    left, right = number * plan.step + plan.wide, (number + 1) * plan.step
    for link in sorted(links, key=lambda one: -one.number):
        title = f"{called[link.source]} → {called[link.target]}: {figure(link.number, plot.unit)}"
        high = link.number * plan.scale
        yield svg.band((left, starts[link]), (right, ends[link]), high, f"band c{colour[link.source]}", title)


def _stacked(
    links: list[Link], column: _Column, order: Mapping[str, int], scale: float, *, from_source: bool
) -> dict[Link, float]:
    """Where the upper end of each band is at its stops on one side, one below the other."""
    place, other = ("source", "target") if from_source else ("target", "source")
    tops: dict[Link, float] = {}
    taken: dict[str, float] = defaultdict(float)
    for link in sorted(links, key=lambda one: (order[getattr(one, place)], order[getattr(one, other)])):
        stop = getattr(link, place)
        tops[link] = column[stop].top + taken[stop]
        taken[stop] += link.number * scale
    return tops


def _colours(plot: Flow) -> Iterator[tuple[str, int]]:
    """The colour of each stop."""
    for number, stop in enumerate(plot.stops):
        yield stop.name, number if stop.colour is None else stop.colour


def not_at_the_end(plot: Flow) -> Iterator[tuple[int, Stop]]:
    """The stops at which nobody ends, with their colours: the drawing does not name them."""
    gathered_plot = gathered(plot)
    ended = {link.target for link in gathered_plot.links if link.column == len(plot.columns) - 2}
    colour = dict(_colours(gathered_plot))
    yield from ((colour[stop.name], stop) for stop in gathered_plot.stops if stop.name not in ended)


def _posts(plot: Flow, column: _Column, left: float, wide: float, lang: Language) -> Iterator[str]:
    colour = dict(_colours(plot))
    for stop in plot.stops:
        if stop.name in column:
            post, kind = column[stop.name], f"area c{colour[stop.name]}"
            yield svg.box((left, post.top), wide, max(post.high, 1.5), kind, spoken(stop.label, lang))


def _names(plot: Flow, plan: _Plan, room: float, lang: Language) -> Iterator[str]:
    """Beside the last column, what each stop is called, with a line to where it is."""
    column, left = plan.columns[-1], (len(plan.columns) - 1) * plan.step + plan.wide
    colour = dict(_colours(plot))
    there = [stop for stop in plot.stops if stop.name in column]
    wanted = [column[stop.name].top + column[stop.name].high / 2 for stop in there]
    for stop, at, level in zip(there, wanted, set_apart(wanted, 17.0, _HEAD, _HEAD + _HIGH), strict=True):
        yield svg.line((left + 1, at), (left + 8, level), "leader")
        yield svg.box((left + 9, level - 5), 9, 10, f"area c{colour[stop.name]}")
        yield svg.text((left + 22, level + 4.5), svg.cut(spoken(stop.label, lang), room - 22), "")


__all__ = ["MOST", "OTHERS", "flow", "gathered", "not_at_the_end"]
