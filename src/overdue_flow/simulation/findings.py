"""Problems of a book while it is read: all kinds are reported, of each kind the first few, and the rest are counted.

A file with a million wrong dates is answered with a page that can be read, and its one unknown loan is not lost.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from overdue_flow.problems import Place, Problem
from overdue_flow.simulation.cells import Reason

SHOWN_PER_KIND = 5
"""So many problems of one kind are shown per file and column."""

SHOWN_PER_FILE = 50
"""So many problems are shown per file."""

Where: TypeAlias = int | tuple[str, ...] | None
"""Where in its line a problem is: the number of a cell from 0; in JSON, the names (and list positions) of a field."""

First: TypeAlias = tuple[str, int, Where, str]
"""Another place involved: its file, line, where in it, and a word on what stands there."""

_ORDER = ("loans", "instalments", "payments", "events")


@dataclass(frozen=True, slots=True)
class Found:
    """One problem as it is met; its column is worked out when all are told, for those that are shown."""

    line: int
    where: Where
    reason: Reason
    column: int
    first: First | None


@dataclass(slots=True)
class Findings:
    """Collects the problems of one book. `folder` is where it lies; places name files as `folder` was given."""

    folder: Path
    _found: dict[str, list[Found]] = field(default_factory=dict)
    _seen: Counter[tuple[str, str, Where]] = field(default_factory=Counter)
    _left_out: dict[str, Counter[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self._found)

    def name(self, file: str) -> str:
        """The name by which places call `file`."""
        return str(self.folder / file)

    def add(
        self,
        file: str,
        reason: Reason,
        line: int = 0,
        where: Where = None,
        *,
        column: int = 0,
        word: str = "",
        first: First | None = None,
    ) -> None:
        """A problem in `file`. `column` is given where it is known; `word` names the column for counting."""
        found = self._found.setdefault(file, [])
        kind = (file, reason.code, where)
        self._seen[kind] += 1
        if self._seen[kind] > SHOWN_PER_KIND or len(found) >= SHOWN_PER_FILE:
            name = word or (where[-1] if isinstance(where, tuple) else reason.code)
            self._left_out.setdefault(file, Counter())[name] += 1
            return
        found.append(Found(line, where, reason, column, first))

    def finish(self) -> tuple[tuple[Problem, ...], Mapping[str, Mapping[int, str]]]:
        """Every problem with its place, in the order of files and lines, and the lines that they point at."""
        problems: list[Problem] = []
        lines = self._lines()
        for file in sorted(self._found, key=_place_of_file):
            placed = [(self._place(file, one.line, one.where, one.column, lines), one) for one in self._found[file]]
            placed.sort(key=lambda pair: pair[0])
            problems += [self._problem(place, one, lines) for place, one in placed]
            if left_out := self._left_out.get(file):
                problems.append(_rest(self.name(file), left_out))
        return tuple(problems), {self.name(file): some for file, some in lines.items()}

    def _problem(self, place: Place, one: Found, lines: Mapping[str, Mapping[int, str]]) -> Problem:
        also: tuple[tuple[Place, str], ...] = ()
        if one.first:
            file, line, where, word = one.first
            also = ((self._place(file, line, where, 0, lines), word),)
        return Problem(one.reason.code, one.reason.message, place=place, hint=one.reason.hint, also=also)

    def _place(self, file: str, line: int, where: Where, column: int, lines: Mapping[str, Mapping[int, str]]) -> Place:
        text = lines.get(file, {}).get(line)
        if line and not column:
            if isinstance(where, tuple):
                column = column_of_field(text, where) if text is not None else 1
            else:
                column = column_of(text, where or 0) if text is not None else (where or 0) + 1
        return Place(self.name(file), line, column)

    def _lines(self) -> dict[str, dict[int, str]]:
        wanted: dict[str, set[int]] = {}
        for file, found in self._found.items():
            for one in found:
                wanted.setdefault(file, set()).add(one.line)
                if one.first:
                    wanted.setdefault(one.first[0], set()).add(one.first[1])
        return {file: _read_lines(self.folder / file, numbers - {0}) for file, numbers in wanted.items()}


def _place_of_file(file: str) -> int:
    stem = file.partition(".")[0]
    return _ORDER.index(stem) if stem in _ORDER else len(_ORDER)


def _read_lines(path: Path, wanted: set[int]) -> dict[int, str]:
    """Those lines of a text file that can be shown; none of a Parquet file, which has rows and no lines."""
    found: dict[int, str] = {}
    if path.suffix == ".parquet" or not path.is_file() or not wanted:
        return found
    last = max(wanted)
    with path.open(encoding="utf-8-sig", errors="replace", newline="\n") as file:
        for number, line in enumerate(file, 1):
            if number in wanted and "\ufffd" not in line:
                found[number] = line.rstrip("\r\n")
            if number >= last:
                break
    return found


def _rest(name: str, left_out: Counter[str]) -> Problem:
    count = left_out.total()
    where = ", ".join(f"{number:,} in `{word}`" for word, number in left_out.most_common(8))
    message = f"and {count:,} more problem{'s' if count > 1 else ''} like these: {where}"
    return Problem("more", message, place=Place(name))


def column_of(line: str, cell: int) -> int:
    """The column, from 1, at which field `cell` (from 0) of a CSV line begins; 1 where there is no such field."""
    column, quoted = 0, False
    for index, letter in enumerate(line):
        if letter == '"':
            quoted = not quoted
        elif letter == "," and not quoted:
            if not cell:
                break
            cell -= 1
            column = index + 1
    return column + 1 if cell == 0 else 1


def column_of_field(text: str, names: tuple[str, ...]) -> int:
    """The column, from 1, of a field's value in a line of JSON; 1 where it is not found. Numbers count in lists."""
    column = 0
    for name in names:
        if name.isdecimal():
            for _ in range(int(name) + 1):
                column = max(text.find("{", column + 1), column)
        elif found := re.compile(rf'"{re.escape(name)}"\s*:\s*').search(text, column):
            column = found.end()
    return column + 1
