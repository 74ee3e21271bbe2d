"""What a chart shows, as a table: every figure of it, with intervals, for who cannot or will not look at a picture."""

from __future__ import annotations

from collections.abc import Iterator

from overdue_flow.reports.charts.figures import figure, interval
from overdue_flow.reports.charts.values import (
    Bars,
    Curves,
    Differences,
    Flow,
    Heat,
    Layers,
    Matrix,
    Measured,
    Plot,
    Series,
    Table,
    Unit,
)
from overdue_flow.reports.speech import Said, say


def as_table(plot: Plot) -> Table:
    """The chart as a table."""
    match plot:
        case Curves():
            return _series_table(plot.across, plot.places, plot.series, plot.unit)
        case Bars():
            return _series_table(plot.named, plot.names, plot.series, plot.unit)
        case Layers():
            return _layers_table(plot)
        case Differences():
            return _differences_table(plot)
        case Flow():
            return _flow_table(plot)
        case Heat():
            return _heat_table(plot)


def _series_table(first: Said, places: tuple[Said, ...], series: tuple[Series, ...], unit: Unit) -> Table:
    heads: list[Said] = [first]
    for one in series:
        heads.append(one.label)
        if _has_interval(one.figures):
            heads.append(say("{label}, interval", label=one.label))
    rows = tuple(
        (place, *(cell for one in series for cell in _cells(one, number, unit))) for number, place in enumerate(places)
    )
    return Table(tuple(heads), (False, *([True] * (len(heads) - 1))), rows)


def _cells(series: Series, number: int, unit: Unit) -> Iterator[Said]:
    measured = series.figures[number]
    yield figure(measured.value, unit)
    if _has_interval(series.figures):
        yield interval(measured, unit)


def _has_interval(figures: tuple[Measured, ...]) -> bool:
    return any(one.low is not None for one in figures)


def _layers_table(plot: Layers) -> Table:
    """A row for each layer of each panel, a column for each place."""
    several = len(plot.panels) > 1
    heads = (*((plot.apart,) if several else ()), plot.layer, *plot.places)
    rows = tuple(
        (*((panel.label,) if several else ()), one.label, *(figure(at.value, plot.unit) for at in one.figures))
        for panel in plot.panels
        for one in (*panel.series, *panel.aside)
    )
    words = 2 if several else 1
    return Table(heads, (*([False] * words), *([True] * len(plot.places))), rows)


def _differences_table(plot: Differences) -> Table:
    unit = Unit("", share=True)
    rows = tuple(
        (
            one.label,
            one.said,
            figure(one.change.value, unit) if one.change is not None else "",
            interval(one.change, unit) if one.change is not None else "",
            say("yes") if one.apart else say("no"),
        )
        for one in plot.rows
    )
    heads = (say("figure"), say("difference"), say("in percent"), say("interval"), say("told apart"))
    return Table(heads, (False, True, True, True, False), rows)


def _flow_table(plot: Flow) -> Table:
    called = {stop.name: stop.label for stop in plot.stops}
    rows = tuple(
        (
            plot.columns[link.column],
            called[link.source],
            plot.columns[link.column + 1],
            called[link.target],
            figure(link.number, plot.unit),
        )
        for link in sorted((*plot.links, *plot.aside), key=lambda one: one.column)
    )
    heads = (say("on"), say("from"), say("until"), say("to"), plot.unit.said)
    return Table(heads, (False, False, False, False, True), rows)


def _heat_table(plot: Heat) -> Table:
    rows = tuple(row for matrix in plot.matrices for row in _matrix_rows(plot, matrix))
    several = len(plot.matrices) > 1
    share = say("difference") if plot.signed else say("share")
    heads = (*((plot.apart,) if several else ()), plot.down, plot.across, share, say("interval"), say("of"))
    words = 3 if several else 2
    return Table(heads, (*([False] * words), True, True, True), rows)


def _matrix_rows(plot: Heat, matrix: Matrix) -> Iterator[tuple[Said, ...]]:
    unit = Unit("", share=True)
    for row, count, cells in zip(plot.rows, matrix.counts, matrix.cells, strict=True):
        for column, cell in zip(plot.columns, cells, strict=True):
            if cell is not None:
                named = (*((matrix.label,) if len(plot.matrices) > 1 else ()), row, column)
                yield (*named, figure(cell.value, unit), interval(cell, unit), f"{count:,}")


__all__ = ["as_table"]
