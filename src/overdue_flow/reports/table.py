"""Tables as text: columns as wide as their widest cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

_GAP = "  "


def table(head: Sequence[str], rows: Sequence[Sequence[str]], *, figures: Sequence[str] = ()) -> Iterator[str]:
    """The lines of a table. Columns of `figures`, by their heads, stand to the right, all others to the left."""
    cells = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(head))]
    to_the_right = [name in figures for name in head]
    for row in cells:
        fitted = zip(row, widths, to_the_right, strict=True)
        yield _GAP.join(cell.rjust(width) if right else cell.ljust(width) for cell, width, right in fitted).rstrip()
