"""A part of a report: a title, a table, and what is said beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from overdue_flow.reports.table import table

NOTHING = "none"


@dataclass(frozen=True, slots=True)
class Section:
    """One part. `rows` stand under `head`, those of `figures` to the right; `notes` are said below the table."""

    title: str
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    figures: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def lines(self, number: int) -> Iterator[str]:
        """The part as text, numbered."""
        yield f"{number}. {self.title}"
        yield ""
        if self.rows:
            yield from table(self.head, self.rows, figures=self.figures)
        if self.rows and self.notes:
            yield ""
        yield from self.notes
        if not self.rows and not self.notes:
            yield NOTHING

    def as_data(self) -> dict[str, Any]:
        """The part as plain data: fit for JSON."""
        rows = [dict(zip(self.head, row, strict=True)) for row in self.rows]
        return {"title": self.title, "rows": rows, "notes": list(self.notes)}
