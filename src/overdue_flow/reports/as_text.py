"""A report as text: a title, numbered parts, fields and tables in columns."""

from __future__ import annotations

from collections.abc import Iterator

from overdue_flow.reports.charts.tables import as_table
from overdue_flow.reports.charts.values import Plot
from overdue_flow.reports.report import Part, Report
from overdue_flow.reports.speech import Language, say, spoken
from overdue_flow.reports.table import aligned, width_of


def as_text(report: Report, lang: Language = "en") -> str:
    """The report as a page of text."""
    return "".join(f"{line}\n" for line in lines(report, lang))


def lines(report: Report, lang: Language = "en") -> Iterator[str]:
    """The same, line by line."""
    yield _one_line(spoken(report.title, lang))
    yield from (_one_line(spoken(note.said, lang)) for note in report.about)
    for number, part in enumerate(report.parts, 1):
        yield ""
        yield from part_lines(part, number, lang)
    for title in report.left_out:
        yield ""
        yield spoken(say("not shown to you: {part}", part=title), lang)


def part_lines(part: Part, number: int, lang: Language = "en") -> Iterator[str]:
    """One part, numbered: its fields, its charts as tables, its table, its notes."""
    yield f"{number}. {spoken(part.title, lang)}"
    plots = [_plot(plot, lang) for plot in part.plots]
    blocks = [block for block in (_fields(part, lang), *plots, _table(part, lang), _notes(part, lang)) if block]
    for block in blocks or [[spoken(part.empty, lang)]]:
        yield ""
        yield from block


def _fields(part: Part, lang: Language) -> list[str]:
    pairs = [(_one_line(spoken(one.label, lang)), _one_line(spoken(one.value, lang))) for one in part.fields]
    return list(aligned(pairs, (False, False))) if pairs else []


def _table(part: Part, lang: Language) -> list[str]:
    if not part.rows:
        return []
    head = [spoken(column.head, lang) for column in part.columns]
    rows = [[_one_line(spoken(cell, lang)) for cell in row.cells] for row in part.rows]
    return _in_columns(head, rows, [column.figure for column in part.columns])


def _plot(plot: Plot, lang: Language) -> list[str]:
    """A chart as its title and the table that says the same."""
    table = as_table(plot)
    head = [spoken(one, lang) for one in table.heads]
    rows = [[_one_line(spoken(cell, lang)) for cell in row] for row in table.rows]
    return [_one_line(spoken(plot.title, lang)), "", *_in_columns(head, rows, list(table.figures))]


def _in_columns(head: list[str], rows: list[list[str]], figures: list[bool]) -> list[str]:
    widths = [max(width_of(row[place]) for row in (head, *rows)) for place in range(len(head))]
    if sum(widths) > _WIDEST:
        return list(_stacked(head, rows, widths))
    return list(aligned([head, *rows], figures))


_WIDEST = 220
"""Where the columns are wider than this together, nobody can read along a row."""

_LONG = 40
"""Then what is longer than this stands on a line of its own below the row."""


def _stacked(head: list[str], rows: list[list[str]], widths: list[int]) -> Iterator[str]:
    """Rows of the short columns, and below each what its long ones say."""
    short = [place for place, width in enumerate(widths) if width <= _LONG]
    long = [place for place, width in enumerate(widths) if width > _LONG]
    firsts = aligned([[row[place] for place in short] for row in (head, *rows)], [False] * len(short))
    for line, row in zip(firsts, [head, *rows], strict=True):
        yield line
        if row is not head:
            yield from (f"    {head[place]}: {row[place]}" for place in long if row[place])


def _notes(part: Part, lang: Language) -> list[str]:
    return [_one_line(spoken(note.said, lang)) for note in part.notes]


def _one_line(text: str) -> str:
    """Words of people may have several lines; a cell has one."""
    return " ".join(text.split("\n")) if "\n" in text else text
