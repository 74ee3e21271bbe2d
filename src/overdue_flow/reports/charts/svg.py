"""The few shapes of SVG that charts are drawn with. Text is escaped; colours are classes of the style of the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Literal, NamedTuple, TypeAlias

from overdue_flow.reports.table import width_of

Point: TypeAlias = tuple[float, float]
Anchor: TypeAlias = Literal["start", "middle", "end"]

_LETTER, _HAN = 8.4, 13.4
"""How wide a letter is and how wide a Chinese sign, in units of the drawing: in the widest of the usual fonts."""

LINE_HIGH = 17.0
"""How far lines of text stand apart."""


class Sheet(NamedTuple):
    """The paper of a drawing: how wide it is, and whether it is for a narrow screen."""

    wide: float
    narrow: bool


WIDE, NARROW = Sheet(1040.0, narrow=False), Sheet(360.0, narrow=True)
"""Every chart is drawn twice: for screens and paper, and for a telephone, where the wide one could not be read."""


def number(value: float) -> str:
    """A coordinate, to a tenth."""
    text = f"{value:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"


def text(at: Point, said: str, kind: str = "", anchor: Anchor = "start") -> str:
    """Text, from the place on, around it, or up to it."""
    words = _attributes(kind) + (f' text-anchor="{anchor}"' if anchor != "start" else "")
    return f'<text x="{number(at[0])}" y="{number(at[1])}"{words}>{signs(said)}</text>'


def line(start: Point, end: Point, kind: str) -> str:
    """A straight line."""
    ends = f'x1="{number(start[0])}" y1="{number(start[1])}" x2="{number(end[0])}" y2="{number(end[1])}"'
    return f"<line {ends}{_attributes(kind)}/>"


def box(corner: Point, wide: float, high: float, kind: str, title: str = "") -> str:
    """A rectangle; `title` is what a pointer above it shows."""
    where = f'x="{number(corner[0])}" y="{number(corner[1])}" width="{number(wide)}" height="{number(high)}"'
    return _titled("rect", where + _attributes(kind), title)


def dot(at: Point, kind: str) -> str:
    """A round mark."""
    return f'<circle cx="{number(at[0])}" cy="{number(at[1])}" r="3.4"{_attributes(kind)}/>'


def diamond(at: Point, kind: str) -> str:
    """A mark that stands on its corner."""
    x, y = at
    return shape([(x, y - 4.6), (x + 4.6, y), (x, y + 4.6), (x - 4.6, y)], kind)


def run(points: Sequence[Point], kind: str) -> str:
    """A line through points."""
    return f'<path d="{_through(points)}"{_attributes(kind)}/>'


def shape(points: Sequence[Point], kind: str, title: str = "") -> str:
    """An area with corners."""
    return _titled("path", f'd="{_through(points)}Z"' + _attributes(kind), title)


def band(start: Point, end: Point, high: float, kind: str, title: str = "") -> str:
    """A band as high everywhere, from its upper left corner to its upper right one, level at both ends."""
    (x, y), (to_x, to_y) = start, end
    middle = number((x + to_x) / 2)
    there = f"M{number(x)} {number(y)}C{middle} {number(y)} {middle} {number(to_y)} {number(to_x)} {number(to_y)}"
    back = f"V{number(to_y + high)}C{middle} {number(to_y + high)} {middle} {number(y + high)} "
    return _titled("path", f'd="{there}{back}{number(x)} {number(y + high)}Z"' + _attributes(kind), title)


def drawing(sheet: Sheet, high: float, shapes: Iterable[str], says: str) -> str:
    """All shapes as one drawing, which is one picture with a name for who does not see it."""
    size = f'viewBox="0 0 {number(sheet.wide)} {number(high)}"'
    kind = "drawn narrow" if sheet.narrow else "drawn roomy"
    return f'<svg class="{kind}" {size} role="img" aria-label="{signs(says)}">{"".join(shapes)}</svg>'


def key(shapes: str) -> str:
    """A mark of a legend; its meaning stands beside it in words."""
    return f'<svg class="key" viewBox="0 0 30 12" aria-hidden="true">{shapes}</svg>'


def cut(said: str, wide: float) -> str:
    """What of a text fits into so much room; where it does not fit, with a sign for the rest."""
    if _length(said) <= wide:
        return said
    kept = said
    while kept and _length(kept) + _LETTER > wide:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def longest(texts: Iterable[str], most: float) -> float:
    """How much room the longest of the texts needs, and never more than `most`."""
    return min(max((_length(one) for one in texts), default=0.0), most)


def signs(said: str) -> str:
    """Text as it may stand in a page: escaped, on one line, without what turns the direction of writing."""
    return escape("".join(" " if one == "\n" else one for one in said if one not in TURNS), quote=True)


TURNS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that turn the direction of writing: no text is shown in another order than it was written in."""


def _length(said: str) -> float:
    signs_of_two = width_of(said) - len(said)
    return (len(said) - signs_of_two) * _LETTER + signs_of_two * _HAN


def _attributes(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


def _titled(tag: str, inside: str, title: str) -> str:
    return f"<{tag} {inside}><title>{signs(title)}</title></{tag}>" if title else f"<{tag} {inside}/>"


def _through(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


__all__ = [
    "LINE_HIGH", "NARROW", "TURNS", "WIDE", "Anchor", "Point", "Sheet", "band", "box", "cut", "diamond",
    "dot", "drawing", "key", "line", "longest", "number", "run", "shape", "signs", "text",
]  # fmt: skip
