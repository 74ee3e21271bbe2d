"""A report as a value: a title, what it is about, and parts with fields, a table, and notes.

It is made once, and given as text, as JSON or as a page, in English or Chinese. Everything in it has the group of what
it tells; `restricted` keeps from a role what it may not see.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from overdue_flow.reports.charts.tables import as_table
from overdue_flow.reports.charts.values import Plot
from overdue_flow.reports.seen import HIDDEN, Group, Seen, hidden_from
from overdue_flow.reports.speech import Language, Phrase, Said, say, spoken, without

NOTHING = Phrase("none")


class Field(NamedTuple):
    """One thing that is known, by its name. `fact` is the fact that it is, where it is one; a `lead` is a figure that a
    page shows large."""

    label: Said
    value: Said
    group: Group
    fact: str = ""
    lead: bool = False


class Column(NamedTuple):
    """One column of a table. Those of figures stand to the right; where `bar`, a page draws each figure as a bar."""

    head: Said
    group: Group
    fact: str = ""
    figure: bool = False
    bar: bool = False


class Row(NamedTuple):
    """One row. It is left out for who may not see its group; a row of the `journal` for who may not see such rows."""

    cells: tuple[Said, ...]
    group: Group = "open"
    journal: bool = False


class Note(NamedTuple):
    """A line beside a table."""

    said: Said
    group: Group = "open"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a report. `empty` is said where there is nothing to tell; charts stand before the table."""

    title: Said
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    notes: tuple[Note, ...] = ()
    fields: tuple[Field, ...] = ()
    empty: Said = NOTHING
    plots: tuple[Plot, ...] = ()

    @property
    def groups(self) -> Iterator[tuple[Group, str]]:
        """Every group, with the fact where it is one, of which the part tells something."""
        yield from ((one.group, one.fact) for one in self.fields)
        yield from ((one.group, one.fact) for one in self.columns)
        yield from ((one.group, "") for one in self.notes)
        yield from ((one.group, "") for one in self.plots)


@dataclass(frozen=True, slots=True)
class Report:
    """One report. `kind` is its word in commands; `about` are lines below the title; `left_out` the titles of parts
    that are not shown to who looks."""

    kind: str
    title: Said
    about: tuple[Note, ...] = ()
    parts: tuple[Part, ...] = ()
    left_out: tuple[Said, ...] = field(default=())

    def as_data(self, lang: Language = "en") -> dict[str, Any]:
        """All of it as plain data: fit for JSON. Names are those of the English report in every language."""
        return {
            "report": self.kind,
            "language": lang,
            "title": spoken(self.title, lang),
            "about": [spoken(one.said, lang) for one in self.about],
            "parts": [part_as_data(part, lang) for part in self.parts],
            "left_out": [spoken(title, lang) for title in self.left_out],
        }


def part_as_data(part: Part, lang: Language = "en") -> dict[str, Any]:
    """One part as plain data; `plots` are named where there are any."""
    heads = [spoken(column.head) for column in part.columns]
    drawn = {"plots": [_plot_as_data(plot, lang) for plot in part.plots]} if part.plots else {}
    return {
        "part": spoken(part.title),
        "title": spoken(part.title, lang),
        "fields": {spoken(one.label): spoken(one.value, lang) for one in part.fields},
        "rows": [dict(zip(heads, (spoken(cell, lang) for cell in row.cells), strict=True)) for row in part.rows],
        "notes": [spoken(one.said, lang) for one in part.notes],
        **drawn,
    }


def _plot_as_data(plot: Plot, lang: Language) -> dict[str, Any]:
    """A chart as the table that says the same."""
    table = as_table(plot)
    heads = [spoken(head) for head in table.heads]
    rows = [dict(zip(heads, (spoken(cell, lang) for cell in row), strict=True)) for row in table.rows]
    return {"plot": spoken(plot.title), "title": spoken(plot.title, lang), "rows": rows}


def columns(group: Group, *heads: str, figures: tuple[str, ...] = (), **elsewhere: Group) -> tuple[Column, ...]:
    """Columns of one group, by their English heads; `elsewhere` names those of another, with `_` for each blank."""
    return tuple(
        Column(Phrase(head), elsewhere.get(head.replace(" ", "_"), group), figure=head in figures) for head in heads
    )


# --- what a role may see of it ---


def restricted(report: Report, seen: Seen | None) -> Report:
    """As one may see it: hidden fields are `—`, parts of which nothing may be seen are left out, and named."""
    if seen is None:
        return report
    shown, left_out = [], []
    for part in report.parts:
        if _nothing_of(part, seen):
            left_out.append(_inside(part.title, seen))
        else:
            shown.append(_part_for(part, seen))
    return replace(
        report,
        title=_inside(report.title, seen),
        about=_notes_for(report.about, seen),
        parts=tuple(shown),
        left_out=(*report.left_out, *left_out),
    )


def _nothing_of(part: Part, seen: Seen) -> bool:
    """Whether a part tells something, and all of it is hidden."""
    hidden = [hidden_from(seen, group, fact) for group, fact in part.groups if group != "open"]
    hidden += [hidden_from(seen, row.group, of_a_row=row.journal) for row in part.rows if row.group != "open"]
    return bool(hidden) and all(hidden)


def _part_for(part: Part, seen: Seen) -> Part:
    rows = tuple(row for row in part.rows if not hidden_from(seen, row.group, of_a_row=row.journal))
    missing = len(part.rows) - len(rows)
    notes = _notes_for(part.notes, seen)
    if missing:
        notes = (*notes, Note(say("{count} more, not shown", count=missing)))
    return replace(
        part,
        title=_inside(part.title, seen),
        fields=tuple(one._replace(value=_for(one.value, one.group, one.fact, seen)) for one in part.fields),
        rows=tuple(row._replace(cells=_cells_for(row, part.columns, seen)) for row in rows),
        plots=tuple(plot for plot in part.plots if not hidden_from(seen, plot.group)),
        notes=notes,
    )


def _cells_for(row: Row, columns: tuple[Column, ...], seen: Seen) -> tuple[Said, ...]:
    pairs = zip(row.cells, columns, strict=True)
    return tuple(_for(cell, column.group, column.fact, seen) for cell, column in pairs)


def _notes_for(notes: tuple[Note, ...], seen: Seen) -> tuple[Note, ...]:
    told = (one for one in notes if not hidden_from(seen, one.group))
    return tuple(one._replace(said=_inside(one.said, seen)) for one in told)


def _for(said: Said, group: Group, fact: str, seen: Seen) -> Said:
    if hidden_from(seen, group, fact):
        return HIDDEN
    return _inside(said, seen)


def _inside(said: Said, seen: Seen) -> Said:
    return without(said, lambda group: hidden_from(seen, group))


__all__ = [
    "NOTHING", "Column", "Field", "Note", "Part", "Report", "Row", "columns", "part_as_data",
    "restricted",
]  # fmt: skip
