"""How a report is given: as text on the terminal, as JSON, or as a page in a file; in English or Chinese."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from overdue_flow.cli.files import writing
from overdue_flow.cli.screen import say, say_json
from overdue_flow.cli.story import tell
from overdue_flow.reports.as_page import as_page
from overdue_flow.reports.as_text import as_text
from overdue_flow.reports.report import Report


class Lang(StrEnum):
    """The languages of reports."""

    EN = "en"
    ZH = "zh"


JsonGiven: TypeAlias = Annotated[bool, typer.Option("--json", help="As JSON.")]
LangGiven: TypeAlias = Annotated[Lang, typer.Option("--lang", help="The language of the report.")]
HtmlGiven: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--html", metavar="FILE", help="Write it as a page, which needs nothing but a browser.", show_default=False
    ),
]


def give(
    report: Report,
    lang: Lang,
    html: Path | None,
    *,
    json: bool,
    text: Callable[[], str] | None = None,
    data: Callable[[], Any] | None = None,
) -> None:
    """Give a report. `text` and `data` are its shorter forms in English, where it has one of its own."""
    if html is not None:
        write_page(html, as_page(report, lang.value))
        if not json:
            return
    if json:
        say_json(data() if data is not None else report.as_data(lang.value))
    else:
        tell(text() if text is not None else as_text(report, lang.value))


def write_page(file: Path, page: str) -> None:
    """Write a page, and say so. Mistake where it cannot be written."""
    with writing(file):
        file.write_text(page, "utf-8")
    say(f"wrote {file}", on_error=True)
