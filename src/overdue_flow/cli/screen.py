"""What all commands share of the terminal: where text goes, which colours there are, how problems look.

Colours and the bar appear on a terminal only. Piped text is plain, and as wide as its lines are. Everything that is
written goes through here, and is shown as signs: a name that holds what a terminal would obey gets codes in its place.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from typing import Any

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from overdue_flow.problems import Problem, Severity, Sources, render

_WIDE = 10_000
_NARROW_COLUMN = 10
"""Where there is less room for each column, its words would be cut into pieces."""

_PLACE = re.compile(r"^(\S.*?:\d+:\d+):")
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal obeys, and does not show: control signs, and those that turn the direction of writing; and what no
file can hold."""


class _Screen(Console):
    """A terminal that tells when nobody reads any more, so that the command can end as all commands do, and to which
    no text of a row speaks in codes."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError

    def render_str(self, text: str, **more: Any) -> Text:  # of a cell, which is measured by what it comes to
        return super().render_str(harmless(text), **more)


def harmless(text: str) -> str:
    """The text with each sign that a terminal would obey as its code, such as `\\x1b`; lines stay lines."""
    return _OBEYED.sub(lambda sign: sign[0].encode("unicode_escape").decode(), text)


def _harmless(text: str | Text) -> str | Text:
    if isinstance(text, str):
        return harmless(text)
    return Text(harmless(text.plain), text.style) if _OBEYED.search(text.plain) else text


def console(*, on_error: bool = False) -> Console:
    """The terminal, or what the output is piped into."""
    return _Screen(stderr=on_error, highlight=False, markup=False, emoji=False)


def say(text: str | Text = "", *, on_error: bool = False) -> None:
    """A line, or several, exactly as they are: never wrapped, never cut."""
    console(on_error=on_error).print(_harmless(text), soft_wrap=True)


def say_json(value: object, *, indent: int | None = 2) -> None:
    """A value as JSON, on the standard output as it is."""
    said = json.dumps(value, ensure_ascii=False, indent=indent)
    sys.stdout.write(_OBEYED.sub(lambda sign: f"\\u{ord(sign[0]):04x}", said) + "\n")
    sys.stdout.flush()


def show(body: RenderableType, *, wide: bool = False) -> None:
    """A table or the like. What is piped ends where the words end, without the blanks that fill a terminal's line.

    `wide`: a row that is piped stays on one line, however long it is. On a terminal it is wrapped; on one that is too
    narrow for that its cells stand below each other.
    """
    screen = console()
    if screen.is_terminal:
        if isinstance(body, Table) and _is_too_wide(body, screen):
            _stack(body)
        else:
            screen.print(body)
        return
    options = screen.options.update(width=_WIDE) if wide else screen.options
    lines = screen.render_lines(body, options, pad=False)
    say("\n".join("".join(segment.text for segment in line).rstrip() for line in lines))


def _is_too_wide(table: Table, screen: Console) -> bool:
    natural = screen.measure(table, options=screen.options.update(width=_WIDE)).maximum
    return screen.width < min(natural, _NARROW_COLUMN * len(table.columns))


def _stack(table: Table) -> None:
    """Each cell of a row on lines of its own, after the name of its column."""
    for number, cells in enumerate(zip(*(column.cells for column in table.columns), strict=True)):
        if number:
            say()
        for column, cell in zip(table.columns, cells, strict=True):
            name = f"{column.header}: " if table.show_header and column.header else ""
            if str(cell):
                say(f"{name}{cell}")


def complain(message: str) -> None:
    """One line about what went wrong with the run."""
    line = Text(harmless(re.sub(r"\s*[\r\n]\s*", " ", message.strip())))
    line.stylize("bold red")
    say(line, on_error=True)


def show_problems(problems: Iterable[Problem], sources: Sources, *, on_error: bool = False) -> None:
    """Every problem with its place and line, and how many there are."""
    found = tuple(problems)
    if not found:
        return
    lines = render(found, sources).splitlines()
    say(Text("\n").join(_coloured(line) for line in lines), on_error=on_error)
    say(on_error=on_error)
    say(Text(counted(found), "bold"), on_error=on_error)


def _coloured(line: str) -> Text:
    """One line of a report: the place stands out, the caret too, the rest of the excerpt steps back."""
    text = Text(line)
    if not line.startswith(" "):
        text.stylize("red")
        if place := _PLACE.match(line):
            text.stylize("bold default", 0, place.end())
    elif line.strip().startswith("hint:"):
        text.stylize("cyan")
    elif re.match(r" +\| +…?\^$", line):
        text.stylize("bold red")
    elif re.match(r" +\d+ \| ", line):
        text.stylize("dim")
    return text


def counted(problems: Iterable[Problem]) -> str:
    """How many refusals and findings there are, in words."""
    kinds = [problem.severity for problem in problems]
    said = [
        number_of(kinds.count(kind), word)
        for kind, word in ((Severity.REFUSED, "problem"), (Severity.FINDING, "finding"))
        if kinds.count(kind)
    ]
    return " and ".join(said) or "no problems"


def number_of(count: int, word: str) -> str:
    """`1 loan`, `2 loans`, `1 policy`, `2 policies`."""
    if count == 1:
        return f"1 {word}"
    return f"{count:,} {word[:-1]}ies" if word.endswith(("cy", "ly", "ry", "ty")) else f"{count:,} {word}s"
