"""Findings as data: what is wrong, where, and what to do about it.

A check returns problems and never raises; the door that was asked (a loader, a command) raises once, with all.
Message style: lower case, no full stop, user text in backticks, no Python type names: a collections manager reads it.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias


class Severity(StrEnum):
    """`refused`: the input cannot be used. `finding`: it can, and somebody should look."""

    REFUSED = "refused"
    FINDING = "finding"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a text file; line and column count from 1, in characters. Line 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an input.

    `code` is a stable kebab-case name; `hint` says what to do; `also` shows the other places involved, each with a
    word on what stands there; `witness` is a loan (in words) that shows the problem; `explained` is why a finding is
    to stay as it is, where somebody said so.
    """

    code: str
    message: str
    place: Place | None = None
    severity: Severity = Severity.REFUSED
    hint: str | None = None
    also: tuple[tuple[Place, str], ...] = field(default=())
    witness: str | None = None
    explained: str = ""

    def __str__(self) -> str:
        head = f"{self.place}: {self.message}" if self.place else self.message
        return f"{head} ({self.hint})" if self.hint else head

    @property
    def refused(self) -> bool:
        """Whether the input cannot be used because of this problem."""
        return self.severity is Severity.REFUSED


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A hint that names the known words nearest to `word`, or None where none is near.

    One of the same parts in another order is nearest: `failed_talks` for `talks_failed`.
    """
    names, parts = sorted(set(known)), sorted(word[:100].split("_"))
    turned = [name for name in names if len(parts) > 1 and sorted(name.split("_")) == parts]
    close = [*turned, *difflib.get_close_matches(word[:100], names, n=2, cutoff=0.6)]
    if not close:
        return None
    return "did you mean " + " or ".join(f"`{name}`" for name in list(dict.fromkeys(close))[:2]) + "?"


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was most likely meant to be, taken more widely than in `did_you_mean`; or None."""
    close = difflib.get_close_matches(word[:100], sorted(set(known)), n=1, cutoff=0.5)
    return close[0] if close else None


def misspelt(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` is but for a letter or two; None where it is one, or stands for itself."""
    words = set(known)
    close = difflib.get_close_matches(word[:100], sorted(words), n=1, cutoff=0.85)
    return close[0] if close and word not in words else None


Sources: TypeAlias = Mapping[str, str | Mapping[int, str]]
"""What the files of a report say, by the name that their places use: a whole text, or some of its lines by number."""

_SHOWN_WIDTH = 100


def render(problems: Iterable[Problem], sources: Sources | None = None) -> str:
    """The problems as text for a person, in the order given, one block each, a blank line between blocks.

    A block is the place and the message, the line with a caret under the column (where `sources` has the line), the
    other places involved in the same way, the witness and the hint. Ends with a line feed unless it is empty.
    """
    blocks = ["\n".join(_block(problem, sources or {})) for problem in problems]
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _block(problem: Problem, sources: Sources) -> Iterator[str]:
    yield f"{problem.place}: {problem.message}" if problem.place else problem.message
    if problem.place:
        yield from _excerpt(problem.place, sources)
    for place, word in problem.also:
        yield f"  {place}: {word}"
        yield from _excerpt(place, sources)
    if problem.witness:
        yield f"  witness: {problem.witness}"
    if problem.hint:
        yield f"  hint: {problem.hint}"


def _excerpt(place: Place, sources: Sources) -> Iterator[str]:
    text = _line(place, sources)
    if text is None or not text.strip():
        return
    # a long line is shown around the column, so that the caret can be seen on an ordinary screen
    start = max(0, place.column - _SHOWN_WIDTH // 2) if len(text) > _SHOWN_WIDTH else 0
    shown = "".join(letter if letter.isprintable() else " " for letter in text[start : start + _SHOWN_WIDTH])
    margin = " " * len(str(place.line))
    yield f"  {place.line} | {'…' if start else ''}{shown}{'…' if start + _SHOWN_WIDTH < len(text) else ''}"
    if 0 < place.column <= len(text) + 1:
        yield f"  {margin} | {' ' * (_width(shown[: place.column - 1 - start]) + bool(start))}^"


def _line(place: Place, sources: Sources) -> str | None:
    source = sources.get(place.file)
    if source is None or not place.line:
        return None
    if not isinstance(source, str):
        return source.get(place.line)
    lines = source.split("\n")
    return lines[place.line - 1].rstrip("\r") if place.line <= len(lines) else None


def _width(text: str) -> int:
    """How many terminal columns `text` takes: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
