"""A report as a page of HTML: one file that fetches nothing and runs nothing.

All text that comes from a case or a policy is escaped, and the page forbids itself scripts and connections by its own
content policy, so that hostile text is only ever text. On a narrow screen the rows of a table become cards, with the
head of each column before its cell; on paper tables stay tables, and their heads are repeated on each sheet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from html import escape

from overdue_flow.reports.charts.drawn import drawings, legend
from overdue_flow.reports.charts.style import CHART_STYLE
from overdue_flow.reports.charts.svg import TURNS
from overdue_flow.reports.charts.tables import as_table
from overdue_flow.reports.charts.values import Plot
from overdue_flow.reports.page_style import STYLE
from overdue_flow.reports.report import Column, Field, Part, Report, Row
from overdue_flow.reports.speech import Language, say, spoken
from overdue_flow.reports.table import width_of

_TAGS = {"en": "en", "zh": "zh-CN"}
_MANY_PARTS = 4
"""From so many parts on a page begins with a list of them."""


def as_page(report: Report, lang: Language = "en") -> str:
    """The report as a page."""
    return "\n".join(_page(report, lang)) + "\n"


def _page(report: Report, lang: Language) -> Iterator[str]:
    title = _text(spoken(report.title, lang))
    yield "<!doctype html>"
    yield f'<html lang="{_TAGS[lang]}">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">'
    yield (
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline';"
        " base-uri 'none'; form-action 'none'\">"
    )
    yield f"<title>{title}</title>"
    drawn = CHART_STYLE if any(part.plots for part in report.parts) else ""
    yield f"<style>{STYLE}{drawn}</style>"
    yield "</head>"
    yield "<body>"
    yield "<header>"
    yield f"<h1>{title}</h1>"
    yield from (f"<p>{_text(spoken(note.said, lang))}</p>" for note in report.about)
    yield "</header>"
    if len(report.parts) >= _MANY_PARTS:
        yield from _contents(report, lang)
    yield "<main>"
    for number, part in enumerate(report.parts, 1):
        yield from _section(part, number, lang)
    yield "</main>"
    if report.left_out:
        yield from _left_out(report, lang)
    yield "</body>"
    yield "</html>"


def _contents(report: Report, lang: Language) -> Iterator[str]:
    yield f'<nav aria-label="{_text(spoken(say("contents"), lang))}"><ol>'
    for number, part in enumerate(report.parts, 1):
        yield f'<li><a href="#part-{number}">{_text(spoken(part.title, lang))}</a></li>'
    yield "</ol></nav>"


def _left_out(report: Report, lang: Language) -> Iterator[str]:
    yield "<footer>"
    for title in report.left_out:
        yield f"<p>{_text(spoken(say('not shown to you: {part}', part=title), lang))}</p>"
    yield "</footer>"


def _section(part: Part, number: int, lang: Language) -> Iterator[str]:
    title = _text(spoken(part.title, lang))
    yield f'<section id="part-{number}" aria-labelledby="title-{number}">'
    yield f'<h2 id="title-{number}"><span class="number">{number}</span> <span class="title">{title}</span></h2>'
    if part.fields:
        yield from _fields(part.fields, lang)
    for place, plot in enumerate(part.plots, 1):
        yield from _figure(plot, f"chart-{number}-{place}", lang)
    if part.rows:
        yield from _table(part, f"title-{number}", lang)
    yield from (f'<p class="note">{_text(spoken(note.said, lang))}</p>' for note in part.notes)
    if not (part.fields or part.rows or part.notes or part.plots):
        yield f'<p class="empty">{_text(spoken(part.empty, lang))}</p>'
    yield "</section>"


def _fields(fields: tuple[Field, ...], lang: Language) -> Iterator[str]:
    for lead in (True, False):
        some = [one for one in fields if one.lead is lead]
        if some:
            yield '<dl class="lead">' if lead else "<dl>"
            for one in some:
                label, value = _text(spoken(one.label, lang)), _text(grouped(spoken(one.value, lang)))
                yield f"<div><dt>{label}</dt><dd>{value or '&nbsp;'}</dd></div>"
            yield "</dl>"


def _figure(plot: Plot, name: str, lang: Language) -> Iterator[str]:
    """A chart: its title, what its marks mean, the drawings, and the same as a table, which opens without a script."""
    yield f'<figure aria-labelledby="{name}">'
    yield f'<figcaption id="{name}">{_text(spoken(plot.title, lang))}</figcaption>'
    marks = [f"<li>{mark}<span>{_text(spoken(said, lang))}</span></li>" for mark, said in legend(plot)]
    if marks:
        yield f'<ul class="legend">{"".join(marks)}</ul>'
    yield from drawings(plot, lang)
    table = as_table(plot)
    heads = tuple(Column(head, plot.group, figure=one) for head, one in zip(table.heads, table.figures, strict=True))
    yield f"<details><summary>{_text(spoken(say('the same as a table'), lang))}</summary>"
    yield from _table(Part(plot.title, heads, tuple(map(Row, table.rows))), name, lang)
    yield "</details></figure>"


def _table(part: Part, labelled: str, lang: Language) -> Iterator[str]:
    heads = [_text(spoken(column.head, lang)) for column in part.columns]
    kind = "wide" if len(heads) > _FITS else "cards"
    moved_sideways = f' tabindex="0" role="region" aria-labelledby="{labelled}"' if kind == "wide" else ""
    yield f'<div class="{kind}"{moved_sideways}>'
    yield f'<table aria-labelledby="{labelled}">'
    classes = [_class(part, place, lang) for place in range(len(part.columns))]
    cells = "".join(f'<th scope="col"{one}>{head}</th>' for head, one in zip(heads, classes, strict=True))
    yield f"<thead><tr>{cells}</tr></thead>"
    yield "<tbody>"
    most = [_most(part, place) if column.bar else None for place, column in enumerate(part.columns)]
    for row in part.rows:
        said = [spoken(cell, lang) for cell in row.cells]
        yield "<tr>" + "".join(_cells(said, heads, classes, most)) + "</tr>"
    yield "</tbody></table></div>"


_FITS = 12
"""More columns than these are a matrix: it stays a table on a narrow screen too, and is moved sideways there."""


def _cells(said: list[str], heads: list[str], classes: list[str], most: list[Decimal | None]) -> Iterator[str]:
    for place, (text, head, one, longest) in enumerate(zip(said, heads, classes, most, strict=True)):
        tag = 'th scope="row"' if place == 0 else "td"
        shown = _text(grouped(text) if "figure" in one else text)
        if longest is not None:
            shown = f'<span class="barred">{_bar(text, longest)}<span>{shown}</span></span>'
        inside = f"<span>{shown}</span>" if shown and longest is None else shown
        yield f'<{tag} data-head="{head}"{one}>{inside}</{tag[:2]}>'


def _class(part: Part, place: int, lang: Language) -> str:
    """Figures stand to the right; short words, days among them, are never broken."""
    longest = max((width_of(spoken(row.cells[place], lang)) for row in part.rows), default=0)
    column = part.columns[place]
    words = ("figure" if column.figure else "", "short" if longest <= (_SHORT_FIRST if place == 0 else _SHORT) else "")
    said = " ".join(word for word in words if word)
    return f' class="{said}"' if said else ""


_SHORT, _SHORT_FIRST = 18, 26
"""How many signs a column may have to be kept on one line; the first column is what a row is called by."""


def grouped(text: str) -> str:
    """An amount with its thousands set apart, as people read them; any other text as it is."""
    found = _AMOUNT.fullmatch(text)
    return f"{found[1]}{int(found[2]):,}{found[3]}" if found else text


_AMOUNT = re.compile(r"(-?)(\d{4,15})(\.\d{1,4})", re.ASCII)


def _bar(text: str, most: Decimal) -> str:
    """A bar as long as the figure beside the largest of its column; the figure stands beside it in words."""
    value = _number(text)
    share = int(100 * value / most) if most else 0
    return f'<span class="bar" aria-hidden="true"><i style="width:{share}%"></i></span>'


def _most(part: Part, place: int) -> Decimal:
    return max((_number(spoken(row.cells[place])) for row in part.rows), default=Decimal(0))


def _number(text: str) -> Decimal:
    try:
        return max(Decimal(text.replace(",", "")), Decimal(0))
    except InvalidOperation:
        return Decimal(0)


def _text(text: str) -> str:
    """Text as HTML: every sign that means something there is escaped; what turns the direction of writing is taken
    out, so that no text can be shown in another order than it was written in."""
    return escape("".join(sign for sign in text if sign not in TURNS), quote=True).replace("\n", "<br>")


__all__ = ["as_page"]
