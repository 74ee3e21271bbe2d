"""Tables as text: columns as wide as their widest cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from unicodedata import east_asian_width

_GAP = "  "


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, figures: Sequence[str] = ()) -> Iterator[str]:
    """The lines of a table. Columns of `figures`, by their heads, stand to the right, all others to the left."""
    to_the_right = [name in figures for name in head]
    return aligned([tuple(head), *(tuple(row) for row in rows)], to_the_right)


def aligned(rows: Sequence[Sequence[str]], to_the_right: Sequence[bool]) -> Iterator[str]:
    """Rows whose cells stand below each other, each column to the right or to the left."""
    widths = [max(width_of(row[place]) for row in rows) for place in range(len(to_the_right))]
    for row in rows:
        fitted = zip(row, widths, to_the_right, strict=True)
        yield _GAP.join(_blanks(cell, width, right) for cell, width, right in fitted).rstrip()


def width_of(text: str) -> int:
    """How many places a text takes in a terminal: a Chinese character takes two."""
    return len(text) if text.isascii() else sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _blanks(cell: str, width: int, right: bool) -> str:
    blanks = " " * (width - width_of(cell))
    return blanks + cell if right else cell + blanks
