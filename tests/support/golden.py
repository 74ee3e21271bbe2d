"""Expected texts: kept in files, compared whole, rewritten by one flag."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest


class Golden:
    """Compares a text with the file that holds what it should be.

    `golden(text, "books/empty.txt")` reads a path from `tests/golden/`. With `--update-golden` (`make golden`) the file
    is rewritten instead, and the person who asked for it reads the difference.
    """

    def __init__(self, folder: Path, update: bool) -> None:
        self.folder = folder
        self.update = update

    def __call__(self, text: str, path: str | Path) -> None:
        """Fail with the difference unless the file at `path` says `text`, line by line and to the last character."""
        file = self.folder / path
        expected = file.read_text("utf-8") if file.exists() else None
        if text == expected:
            return
        if self.update:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
            return
        if expected is None:
            pytest.fail(f"{file} does not exist; `make golden` writes it", pytrace=False)
        lines = difflib.unified_diff(expected.splitlines(), text.splitlines(), "expected", "found", lineterm="", n=2)
        difference = "\n".join(lines) or "only the line ends differ"
        pytest.fail(
            f"{file} says something else; is the new text better? then `make golden`\n{difference}", pytrace=False
        )
