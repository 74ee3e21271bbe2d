"""A chart of each kind, small enough to be worked out by hand; and drawings as shapes that a test can ask."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from overdue_flow.reports.charts.drawn import drawings
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
from overdue_flow.reports.speech import Language

LOANS = Unit("loans")
MONTHS = ("2025-01", "2025-02", "2025-03")


def figures(*values: float, around: float | None = None) -> tuple[Measured, ...]:
    """Figures, each with an interval of so much on both sides where it is given."""
    if around is None:
        return tuple(map(Measured, values))
    return tuple(Measured(value, value - around, value + around) for value in values)


CURVES = Curves(
    "cash", "month", MONTHS, Unit("CNY"),
    (Series("one", figures(100, 300, 200, around=50)), Series("other", figures(0, 100, 400))),
)  # fmt: skip
LAYERS = Layers(
    "stages", "month", MONTHS, LOANS,
    tuple(
        Panel(name, (Series("early", figures(10, 20, 30)), Series("late", figures(0, 10, 10))),
              (Series("paid", figures(90, 70, 60)),))
        for name in ("champion", "challenger")
    ),
    "policy", "stage",
)  # fmt: skip
BARS = Bars(
    "contacts", "channel", ("phone", "sms"), Unit("contacts"),
    (Series("one", figures(1_000, 2_000, around=100)), Series("other", figures(500, 2_500, around=100))),
)  # fmt: skip
DIFFERENCES = Differences(
    "against", "difference as a share",
    (
        Difference("cash", Measured(0.10, 0.05, 0.15), "+10", apart=True),
        Difference("costs", Measured(-0.05, -0.15, 0.05), "-5", apart=False),
        Difference("suits", None, "+3", apart=False),
    ),
)  # fmt: skip
FLOW = Flow(
    "who went where", "month", MONTHS, LOANS,
    (Stop("early", "early"), Stop("late", "late"), Stop("gone", "gone")),
    (
        Link(0, "early", "early", 60), Link(0, "early", "late", 40),
        Link(1, "early", "late", 20), Link(1, "early", "gone", 40), Link(1, "late", "late", 40),
    ),
)  # fmt: skip
HEAT = Heat(
    "rolls", "from", "to", ("0", "1"), ("0", "1"),
    (Matrix("champion", (100, 10), (figures(0.9, 0.1, around=0.05), (Measured(1.0, 0.7, 1.0), None))),),
)  # fmt: skip

EVERY: dict[str, Plot] = {
    "curves": CURVES, "layers": LAYERS, "bars": BARS, "differences": DIFFERENCES, "flow": FLOW, "heat": HEAT,
}  # fmt: skip
"""One of each kind."""


class Drawing:
    """A drawing, read back."""

    def __init__(self, svg: str) -> None:
        self.root = ET.fromstring(svg)
        self.wide, self.high = (float(one) for one in self.root.attrib["viewBox"].split()[2:])

    def of_kind(self, *kinds: str) -> list[ET.Element]:
        """The shapes that have all these classes among theirs."""
        return [one for one in self.root.iter() if set(kinds) <= set(one.attrib.get("class", "").split())]

    def texts(self) -> list[str]:
        """All that is written in it."""
        return [one.text or "" for one in self.root.iter("text")]

    def points(self) -> Iterator[tuple[float, float]]:
        """Every place that a shape names; of boxes both ends."""
        for one in self.root.iter():
            at = one.attrib
            if one.tag == "path":
                yield from path_points(at["d"])
            elif one.tag == "rect":
                x, y = float(at["x"]), float(at["y"])
                yield x, y
                yield x + float(at["width"]), y + float(at["height"])
            else:
                for x_name, y_name in (("x", "y"), ("x1", "y1"), ("x2", "y2"), ("cx", "cy")):
                    if x_name in at:
                        yield float(at[x_name]), float(at[y_name])


def path_points(d: str) -> Iterator[tuple[float, float]]:
    """The places of a path; those that bend a curve among them."""
    x = 0.0
    for letter, rest in re.findall(r"([MLCVZ])([^MLCVZ]*)", d):
        numbers = [float(one) for one in rest.split()]
        if letter == "V":
            yield x, numbers[0]
        for place in range(0, len(numbers) - 1, 2):
            x = numbers[place]
            yield x, numbers[place + 1]


def drawn(plot: Plot, lang: Language = "en") -> tuple[Drawing, Drawing]:
    """The wide drawing, and the narrow one."""
    wide, narrow = map(Drawing, drawings(plot, lang))
    return wide, narrow


__all__ = [
    "BARS", "CURVES", "DIFFERENCES", "EVERY", "FLOW", "HEAT", "LAYERS", "LOANS", "MONTHS", "Drawing", "drawn",
    "figures", "path_points",
]  # fmt: skip
