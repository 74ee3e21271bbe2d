"""Whatever the figures, a chart is drawn whole: every shape stands on its sheet, in every language, wide and narrow."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.reports.charts.values import (
    Bars,
    Curves,
    Difference,
    Differences,
    Flow,
    Heat,
    Layers,
    Link,
    Matrix,
    Measured,
    Panel,
    Plot,
    Series,
    Stop,
    Unit,
)
from overdue_flow.reports.speech import LANGUAGES, Language
from support.charted import CURVES, drawn

NAMES = st.text("abc逾期 ", min_size=1, max_size=40)
UNITS = st.builds(Unit, NAMES, st.integers(0, 2), st.booleans())
COUNTS = st.floats(0, 1e9) | st.integers(0, 50).map(float)
SLACK = 0.11
"""Places are written to a tenth."""


@st.composite
def measured(draw: st.DrawFn) -> Measured:
    """A figure of any size and sign, with an interval around it or without."""
    value = draw(st.floats(-1e12, 1e12) | st.floats(-1, 1) | st.just(0.0))
    if draw(st.booleans()):
        return Measured(value)
    return Measured(value, value - draw(st.floats(0, 1e12)), value + draw(st.floats(0, 1e12)))


def series(places: int, figure: st.SearchStrategy[Measured], most: int = 3) -> st.SearchStrategy[tuple[Series, ...]]:
    one = st.builds(Series, NAMES, st.lists(figure, min_size=places, max_size=places).map(tuple))
    return st.lists(one, min_size=1, max_size=most).map(tuple)


@st.composite
def plots(draw: st.DrawFn) -> Plot:
    """A chart of any kind."""
    count = draw(st.integers(1, 15))
    names = tuple(draw(st.lists(NAMES, min_size=count, max_size=count)))
    match draw(st.sampled_from(["curves", "layers", "bars", "differences", "flow", "heat"])):
        case "curves":
            return Curves("any", "over", names, draw(UNITS), draw(series(count, measured())))
        case "layers":
            layers = draw(series(count, COUNTS.map(Measured), 12))
            panels = tuple(Panel(name, layers) for name in draw(st.sampled_from([("one",), ("one", "other")])))
            return Layers("any", "over", names, draw(UNITS), panels, "panel", "layer")
        case "bars":
            return Bars("any", "what", names, draw(UNITS), draw(series(count, measured())))
        case "differences":
            rows = draw(
                st.lists(st.builds(Difference, NAMES, st.none() | measured(), NAMES, st.booleans()), max_size=9)
            )
            return Differences("any", "by how much", tuple(rows))
        case "flow":
            return draw(flows(names))
        case _:
            cells = st.none() | st.floats(0, 1).map(Measured)
            rows = st.lists(st.lists(cells, min_size=count, max_size=count).map(tuple), min_size=2, max_size=2).map(
                tuple
            )
            matrices = tuple(Matrix(name, (5, 1_000_000), draw(rows)) for name in ("one", "other"))
            return Heat("any", "from", "to", ("0", "1"), names, matrices, "panel")


@st.composite
def flows(draw: st.DrawFn, columns: tuple[str, ...]) -> Flow:
    """Anybody going anywhere."""
    stops = tuple(Stop(f"s{number}", draw(NAMES)) for number in range(draw(st.integers(1, 12))))
    ends = st.sampled_from([stop.name for stop in stops])
    last = len(columns) - 2
    keys = st.lists(st.tuples(st.integers(0, last), ends, ends), unique=True, max_size=20) if last >= 0 else st.just([])
    links = tuple(Link(*key, draw(st.floats(0.5, 1e6))) for key in draw(keys))
    return Flow("any", "over", columns, draw(UNITS), stops, links)


@given(plots(), st.sampled_from(LANGUAGES))
def test_every_shape_stands_on_the_sheet(plot: Plot, lang: Language) -> None:
    for drawing in drawn(plot, lang):
        for x, y in drawing.points():
            assert -SLACK <= x <= drawing.wide + SLACK, (x, drawing.wide)
            assert -SLACK <= y <= drawing.high + SLACK, (y, drawing.high)


def test_a_shape_beside_the_sheet_would_be_seen() -> None:
    wide, _narrow = drawn(replace(CURVES, title="seen"))
    wide.wide = 100.0
    with pytest.raises(AssertionError):
        assert all(x <= wide.wide for x, _y in wide.points())
