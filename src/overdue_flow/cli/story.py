"""Long lines of a story on a terminal: wrapped under their own indentation; moves stand out, non-moves step back.

What is piped stays line by line as it is.
"""

from __future__ import annotations

import re

from rich.console import Console
from rich.text import Text

from overdue_flow.cli.screen import console, say

_HANGING = 4
"""How much further in the rest of a wrapped line stands."""

_STYLES = (
    (re.compile(r"^\d{4}-\d\d-\d\d "), "bold"),
    (re.compile(r"^ *no move by "), "dim"),
    (re.compile(r"STOPPED|is broken$"), "bold red"),
    (re.compile(r"^ +\S+ -> \S+ is held by | by \S+$| is held by "), "yellow"),
    (re.compile(r"^ {4}\S+ -> \S+"), "green"),
    (re.compile(r"^ {6}yes "), "green"),
    (re.compile(r"^ {6}not yet "), "yellow"),
    (re.compile(r"^\S.*:$"), "bold"),
)


def tell(text: str) -> None:
    """Print a story."""
    screen = console()
    if not screen.is_terminal:
        say(text.rstrip("\n"))
        return
    for line in text.rstrip("\n").split("\n"):
        for part in _wrapped(line, screen):
            say(part)


def _wrapped(line: str, screen: Console) -> list[Text]:
    words = line.lstrip(" ")
    indent = len(line) - len(words)
    style = next((style for pattern, style in _STYLES if pattern.search(line)), "")
    if not words:
        return [Text()]
    parts = Text(words, style).wrap(screen, max(20, screen.width - indent - _HANGING))
    return [Text(" " * (indent + (_HANGING if number else 0))) + part for number, part in enumerate(parts)]
