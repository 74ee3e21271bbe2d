"""What a chart shows, before it is drawn: figures with their intervals, and what they are called.

A chart is a value of a report like a table is. `tables.py` says it in words, the other files of this room draw it. So
text, JSON and a page show the same figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from overdue_flow.reports.seen import Group
from overdue_flow.reports.speech import Said


class Unit(NamedTuple):
    """What figures count: `said` beside them, with so many `decimals`; a `share` of 0.12 is shown as 12.0 %."""

    said: Said
    decimals: int = 0
    share: bool = False


class Measured(NamedTuple):
    """A figure, and the interval in which it is believed to lie, where there is one."""

    value: float
    low: float | None = None
    high: float | None = None

    @property
    def ends(self) -> tuple[float, float]:
        """From where to where it reaches: its interval, or itself."""
        return (self.value if self.low is None else self.low), (self.value if self.high is None else self.high)


class Series(NamedTuple):
    """Figures that belong together, one for each place of the axis. A layer may have its `colour` from elsewhere, so
    that the same thing has the same colour in every chart of a page."""

    label: Said
    figures: tuple[Measured, ...]
    colour: int | None = None


class Panel(NamedTuple):
    """One of several pictures that stand beside each other on the same scale. What stands `aside` is in the table
    alone: it is so large that nothing else could be seen beside it."""

    label: Said
    series: tuple[Series, ...]
    aside: tuple[Series, ...] = ()


@dataclass(frozen=True, slots=True)
class Curves:
    """Figures over time, a line for each series, with bands for intervals. `across` says what the places are."""

    title: Said
    across: Said
    places: tuple[Said, ...]
    unit: Unit
    series: tuple[Series, ...]
    group: Group = "open"


@dataclass(frozen=True, slots=True)
class Layers:
    """What a whole is made of, over time: areas on top of each other, a picture for each panel. `apart` says what the
    panels are, `layer` what the areas."""

    title: Said
    across: Said
    places: tuple[Said, ...]
    unit: Unit
    panels: tuple[Panel, ...]
    apart: Said = ""
    layer: Said = ""
    group: Group = "open"


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar for each name and series, with the interval as a line over its end. `named` says what the names are."""

    title: Said
    named: Said
    names: tuple[Said, ...]
    unit: Unit
    series: tuple[Series, ...]
    group: Group = "open"


class Difference(NamedTuple):
    """By how much one figure differs: `change` as a share of what it was, `said` in its own unit. `apart` says whether
    chance alone is ruled out, as far as the test says."""

    label: Said
    change: Measured | None
    said: Said
    apart: bool


@dataclass(frozen=True, slots=True)
class Differences:
    """Differences of many figures, each against the same one and with its interval, on one scale of shares."""

    title: Said
    across: Said
    rows: tuple[Difference, ...]
    group: Group = "open"


class Link(NamedTuple):
    """So many went from one to another between two columns; `column` is the place of the first."""

    column: int
    source: str
    target: str
    number: float


class Stop(NamedTuple):
    """Where one can stand, by its name, in the order in which such places are shown. Its colour is as of layers."""

    name: str
    label: Said
    colour: int | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """Who went where from each column to the next: bands as wide as their number, over the same stops each time. What
    stands `aside` is in the table alone: it is so large that nothing else could be seen beside it."""

    title: Said
    across: Said
    columns: tuple[Said, ...]
    unit: Unit
    stops: tuple[Stop, ...]
    links: tuple[Link, ...]
    aside: tuple[Link, ...] = ()
    group: Group = "open"


class Matrix(NamedTuple):
    """Shares of one picture by row and column; None where nothing was seen. `counts` says of how many each row is."""

    label: Said
    counts: tuple[int, ...]
    cells: tuple[tuple[Measured | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Heat:
    """Shares by row and column as shades, each with its figure; a picture for each matrix, which `apart` says what it
    is. `signed`: they are differences of shares; bold where chance does not explain them."""

    title: Said
    down: Said
    across: Said
    rows: tuple[Said, ...]
    columns: tuple[Said, ...]
    matrices: tuple[Matrix, ...]
    apart: Said = ""
    signed: bool = False
    group: Group = "open"


Plot: TypeAlias = Curves | Layers | Bars | Differences | Flow | Heat
"""Every kind of chart."""


class Table(NamedTuple):
    """What a chart says in words: the heads of columns, which of them hold figures, and rows."""

    heads: tuple[Said, ...]
    figures: tuple[bool, ...]
    rows: tuple[tuple[Said, ...], ...]


__all__ = [
    "Bars", "Curves", "Difference", "Differences", "Flow", "Heat", "Layers", "Link", "Matrix", "Measured",
    "Panel", "Plot", "Series", "Stop", "Table", "Unit",
]  # fmt: skip
