"""What the YAML parser says, in words that help the person who wrote the file."""

from __future__ import annotations

import re
from dataclasses import dataclass

from overdue_flow.problems import Place, Problem

_BEGINS_QUOTED = re.compile(r"""[\w-]+:\s+(["']).*?\1\s*\S""")


@dataclass(frozen=True, slots=True)
class Complaint:
    """What the parser said: its words, where it stopped, and where what it was reading began (lines and columns from
    0).
    """

    problem: str
    context: str
    at: tuple[int, int]
    opened: tuple[int, int] | None = None


def explain_syntax(file: str, text: str, complaint: Complaint) -> Problem:
    """The problem that stopped the parser. Its own words differ between builds of PyYAML; these do not."""
    line, column = complaint.at
    lines = text.split("\n")
    here = lines[line] if line < len(lines) else ""
    place = Place(file, line + 1, column + 1)
    for applies, message, hint in _READINGS:
        if applies(complaint.problem, complaint.context, here, column):
            also = _opened(file, complaint) if applies in (_open_bracket, _open_quote) else ()
            return Problem("not-yaml", message.format(found=here[column : column + 1]), place, hint=hint, also=also)
    return Problem(
        "not-yaml", "the file cannot be read from here on", place, hint="check quotes, brackets and indentation"
    )


def _opened(file: str, complaint: Complaint) -> tuple[tuple[Place, str], ...]:
    if complaint.opened is None:
        return ()
    line, column = complaint.opened
    return ((Place(file, line + 1, column + 1), "opened here"),)


def _tab(problem: str, _context: str, here: str, column: int) -> bool:
    return "\t" in here[: column + 1] and not here[:column].strip()


def _colon(problem: str, _context: str, here: str, column: int) -> bool:
    return "mapping values" in problem and bool(here[:column].strip()) and ": " in here[:column]


def _shifted(problem: str, _context: str, _here: str, _column: int) -> bool:
    return "mapping values" in problem


def _bracket(problem: str, context: str, here: str, column: int) -> bool:
    return "flow" in context and here[column : column + 1] in "[{" and column < len(here)


def _open_bracket(_problem: str, context: str, _here: str, _column: int) -> bool:
    return "flow" in context


def _open_quote(problem: str, context: str, _here: str, _column: int) -> bool:
    return "quoted" in context


def _special(problem: str, _context: str, _here: str, _column: int) -> bool:
    return "cannot start any token" in problem


def _after_quote(_problem: str, context: str, here: str, _column: int) -> bool:
    return "block mapping" in context and bool(_BEGINS_QUOTED.search(here))


def _indent(_problem: str, context: str, _here: str, _column: int) -> bool:
    return "block mapping" in context or "block collection" in context


def _no_colon(_problem: str, context: str, _here: str, _column: int) -> bool:
    return "simple key" in context


_READINGS = (
    (_tab, "a tab stands in the indentation", "indent with spaces"),
    (_colon, "a second colon stands on this line, outside quotes", "put the text after the first colon in quotes"),
    (_shifted, "this line is indented more than the one it continues", "line it up with the lines of its own level"),
    (_bracket, "`{found}` stands inside braces or brackets, outside quotes", "put the whole text in single quotes"),
    (
        _open_bracket,
        "a bracket or brace opened before here is not closed, or a comma is missing",
        "close it, or add the comma",
    ),
    (_open_quote, "a quote opened before here is not closed", "close the quote"),
    (_special, "a value cannot begin with `{found}`", "put the whole text in quotes"),
    (_after_quote, "text goes on after the closing quote", "put the whole text in single quotes"),
    (_indent, "this line is indented otherwise than the lines of its level", "line it up with them"),
    (_no_colon, "a line before this one has no colon", "write `name: value`, or a dash before the element of a list"),
)
"""From the most telling to the most general: whether a reading applies, what it says, what to do."""
