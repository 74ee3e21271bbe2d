"""The command line as a user meets it: in a process of its own, or (faster) in this one."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import IO, NamedTuple
from unittest.mock import patch

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = Path("examples/changjiang-retail")
"""The example, as seen from the root of the project."""

_QUIET = ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "LINES")


class Said(NamedTuple):
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str


def module_of(text: str, folder: Path, monkeypatch: pytest.MonkeyPatch, test: str) -> str:
    """A module that a command may be told to import, by a name of the test's own."""
    name = f"module_of_{abs(hash(test))}"
    (folder / f"{name}.py").write_text(text, "utf-8")
    monkeypatch.syspath_prepend(str(folder))
    return name


def environment(**more: str) -> dict[str, str]:
    """This environment, with a terminal that is 80 columns wide and no wish about colours."""
    found = {name: value for name, value in os.environ.items() if name not in _QUIET}
    return found | {"COLUMNS": "80", "TERM": "xterm"} | more


def in_process_of_its_own(
    *arguments: str | Path, cwd: Path = ROOT, out: IO[str] | int = subprocess.PIPE, **env: str
) -> Said:
    """Run `python -m overdue_flow` with these arguments; what it says goes to `out` if that is a file."""
    command = [sys.executable, "-m", "overdue_flow", *map(str, arguments)]
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment(**env),
        stdout=out,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    return Said(done.returncode, done.stdout or "", done.stderr)


def run(*arguments: str | Path) -> Said:
    """Run a command in this process, with its output piped."""
    from overdue_flow.cli.app import app

    out, err, code = io.StringIO(), io.StringIO(), 0
    with patch.dict(os.environ, environment(), clear=True), redirect_stdout(out), redirect_stderr(err):
        try:
            app([str(one) for one in arguments], prog_name="overdue-flow")
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    return Said(code, out.getvalue(), err.getvalue())
