"""A matrix of shares as shades, darker for more (lighter for more on a dark page), each cell with its figure."""

from __future__ import annotations

from collections.abc import Iterator

from overdue_flow.reports.charts import svg
from overdue_flow.reports.charts.values import Heat, Matrix, Measured
from overdue_flow.reports.speech import Language, say, spoken

SHADES = 8
"""In how many steps a share is shaded: none, and up to all."""

_CELL = 30.0
_GAP = 30.0
_HEAD = 58.0


def heat(plot: Heat, sheet: svg.Sheet, lang: Language) -> tuple[float, Iterator[str]]:
    """How high the drawing is, and its shapes. Matrices stand beside each other where they can be read so."""
    beside = len(plot.matrices) if not sheet.narrow and len(plot.columns) * len(plot.matrices) <= _READABLE else 1
    each = _HEAD + len(plot.rows) * _CELL
    down = len(plot.matrices) // beside
    return down * (each + _GAP) - _GAP + 4, _shapes(plot, sheet, beside, each, lang)


_READABLE = 16
"""So many columns of figures fit beside each other."""


def _shapes(plot: Heat, sheet: svg.Sheet, beside: int, each: float, lang: Language) -> Iterator[str]:
    wide = (sheet.wide - _GAP * (beside - 1)) / beside
    for number, matrix in enumerate(plot.matrices):
        corner = (number % beside) * (wide + _GAP), (number // beside) * (each + _GAP)
        yield from _matrix(plot, matrix, corner, wide, lang, narrow=sheet.narrow)


def _matrix(
    plot: Heat, matrix: Matrix, corner: svg.Point, wide: float, lang: Language, *, narrow: bool
) -> Iterator[str]:
    left, top = corner
    rows = [spoken(row, lang) for row in plot.rows]
    counts = [
        "" if narrow or plot.signed else spoken(say("of {count}", count=f"{count:,}"), lang) for count in matrix.counts
    ]
    names = svg.longest(rows, 130) + svg.longest(counts, 130) + 16
    cell = (wide - names) / len(plot.columns)
    if matrix.label:
        yield svg.text((left, top + 13), svg.cut(spoken(matrix.label, lang), wide), "strong")
    yield svg.text((left + names, top + 33), spoken(plot.across, lang), "soft")
    yield svg.text((left, top + 33), svg.cut(spoken(plot.down, lang), names), "soft")
    for place, column in enumerate(plot.columns):
        said, edge = spoken(column, lang), left + names + cell * (place + 1)
        if place + 1 == len(plot.columns) and svg.cut(said, cell) != said:  # it may reach over the one before
            yield svg.text((edge, top + _HEAD - 7), svg.cut(said, 1.6 * cell), "soft", "end")
        else:
            yield svg.text((edge - cell / 2, top + _HEAD - 7), svg.cut(said, cell), "soft", "middle")
    for number, (row, count, shares) in enumerate(zip(rows, counts, matrix.cells, strict=True)):
        level = top + _HEAD + number * _CELL
        yield svg.text((left, level + 20), svg.cut(row, names), "")
        if count:
            yield svg.text((left + names - 10, level + 20), count, "soft", "end")
        for place, share in enumerate(shares):
            yield from _cell(share, (left + names + cell * place, level), cell, signed=plot.signed)


def _cell(share: Measured | None, corner: svg.Point, wide: float, *, signed: bool) -> Iterator[str]:
    """A cell with its figure; an empty one where nothing was seen."""
    shade = shade_of(abs(share.value)) if share is not None else 0
    yield svg.box((corner[0] + 1, corner[1] + 1), wide - 2, _CELL - 2, f"shade h{shade}")
    if share is not None:
        value = round(100 * share.value, 1 if wide > _ROOMY else 0) or 0.0
        said = f"{value:.1f}" if wide > _ROOMY else f"{value:.0f}"
        sure = signed and share.low is not None and share.high is not None and not share.low <= 0.0 <= share.high
        kind = f"on-h{shade} strong" if sure else f"on-h{shade}"
        sign = "+" if signed and value > 0 else ""
        yield svg.text((corner[0] + wide / 2, corner[1] + 20), sign + said, kind, "middle")


_ROOMY = 42.0
"""Cells narrower than this have whole percents."""


def shade_of(share: float) -> int:
    """The step of a share: none for nothing; small shares, which matter most in a roll matrix, differ more."""
    return 0 if share <= 0 else min(SHADES - 1, 1 + int((SHADES - 1) * min(share, 1.0) ** 0.6))


__all__ = ["SHADES", "heat", "shade_of"]
