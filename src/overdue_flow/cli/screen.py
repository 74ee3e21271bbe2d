"""What all commands share of the terminal: where text goes, which colours there are, how problems look.

Colours and the bar appear on a terminal only. Piped text is plain, and as wide as its lines are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.console import Console, RenderableType
from rich.text import Text

from overdue_flow.problems import Problem, Severity, Sources, render

_WIDE = 10_000
_PLACE = re.compile(r"^(\S.*?:\d+:\d+):")


class _Screen(Console):
    """A terminal that tells when nobody reads any more, so that the command can end as all commands do."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def console(*, on_error: bool = False) -> Console:
    """The terminal, or what the output is piped into."""
    return _Screen(stderr=on_error, highlight=False, markup=False, emoji=False)


def say(text: str | Text = "", *, on_error: bool = False) -> None:
    """A line, or several, exactly as they are: never wrapped, never cut."""
    console(on_error=on_error).print(text, soft_wrap=True)


def show(body: RenderableType, *, wide: bool = False) -> None:
    """A table or the like. What is piped ends where the words end, without the blanks that fill a terminal's line.

    `wide`: a row that is piped stays on one line, however long it is.
    """
    screen = console()
    if screen.is_terminal:
        screen.print(body)
        return
    options = screen.options.update(width=_WIDE) if wide else screen.options
    lines = screen.render_lines(body, options, pad=False)
    say("\n".join("".join(segment.text for segment in line).rstrip() for line in lines))


def complain(message: str) -> None:
    """One line about what went wrong with the run."""
    line = Text(message)
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
    return f"{count:,} {word[:-1]}ies" if word.endswith(("cy", "ly", "ry")) else f"{count:,} {word}s"
