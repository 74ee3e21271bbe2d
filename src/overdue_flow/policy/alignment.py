"""Where a character of a value stands in the file: YAML folds lines and undoes escapes, and problems need the place."""

from __future__ import annotations

from dataclasses import dataclass

_ESCAPE_DIGITS = {"x": 2, "u": 4, "U": 8}


@dataclass(frozen=True, slots=True)
class Spot:
    """A stretch of the file, in lines and columns from 0; `style` is the mark of quoted or block text, "" for plain."""

    line: int
    column: int
    end_line: int
    end_column: int
    style: str = ""
    is_alias: bool = False


def offsets_in_text(text: str, spot: Spot, value: str, offset: int) -> tuple[int, int]:
    """Line and column, from 0, of the character at `offset` of `value`, whose raw text stands at `spot` of `text`.

    Walks the raw text and the value side by side. What the raw text has and the value has not (quotes, indentation,
    line ends that were folded) is passed over. An `offset` at or past the end of the value means just after its last
    character.
    """
    lines = text.split("\n")
    raw = [(line, column, letter) for line, column, letter in _letters(lines, spot)]
    at = _skip_header(raw, spot.style)
    last = (spot.line, spot.column)
    for index, letter in enumerate(value):
        at = _find(raw, at, letter, spot.style)
        if at >= len(raw):
            return last
        line, column, _ = raw[at]
        if index == offset:
            return line, column
        at += _width(raw, at, spot.style)
        # just after this character, in case the value ends here
        last = (raw[at][0], raw[at][1]) if at < len(raw) and raw[at][0] == line else (line, column + 1)
    return last


def _letters(lines: list[str], spot: Spot) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for number in range(spot.line, min(spot.end_line, len(lines) - 1) + 1):
        line = lines[number]
        start = spot.column if number == spot.line else 0
        end = spot.end_column if number == spot.end_line else len(line)
        found.extend((number, column, line[column]) for column in range(start, min(end, len(line))))
        if number != spot.end_line:
            found.append((number, len(line), "\n"))
    return found


def _skip_header(raw: list[tuple[int, int, str]], style: str) -> int:
    """Past the opening quote, or past the `>-` line of a block."""
    if style in ("'", '"'):
        return 1
    if style in ("|", ">"):
        return next((index + 1 for index, (_, _, letter) in enumerate(raw) if letter == "\n"), len(raw))
    return 0


def _find(raw: list[tuple[int, int, str]], at: int, letter: str, style: str) -> int:
    """The position in the raw text at which `letter` of the value stands."""
    while at < len(raw):
        found = raw[at][2]
        if style == '"' and found == "\\":
            if at + 1 < len(raw) and raw[at + 1][2] == "\n":
                at += 2  # an escaped line end stands for nothing
                continue
            return at
        if found == letter or (letter in " \n" and found == "\n"):
            # a space in the raw text may be what stands before a fold, which the value does not have
            if found == " " and _ends_line(raw, at):
                at += 1
                continue
            return at
        at += 1
    return at


def _ends_line(raw: list[tuple[int, int, str]], at: int) -> bool:
    while at < len(raw) and raw[at][2] == " ":
        at += 1
    return at < len(raw) and raw[at][2] == "\n"


def _width(raw: list[tuple[int, int, str]], at: int, style: str) -> int:
    """How much raw text the character at `at` takes."""
    if style == "'" and raw[at][2] == "'":
        return 2
    if style == '"' and raw[at][2] == "\\" and at + 1 < len(raw):
        return 2 + _ESCAPE_DIGITS.get(raw[at + 1][2], 0)
    return 1
