"""What a long run is doing, while it does it: a line and a bar on the terminal, and nothing where nobody looks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from overdue_flow.cli.screen import console


class Doing:
    """Tells what is done. `steps` without a total move a bar of unknown length."""

    def __init__(self, bar: Progress, task: TaskID) -> None:
        self._bar = bar
        self._task = task

    def reading(self, file: str, rows: int) -> None:
        """Rows of a file have been read."""
        self._bar.update(self._task, description=f"reading {Path(file).name}", total=None, completed=rows)

    def begin(self, what: str, total: int | None = None) -> None:
        """Something else begins."""
        self._bar.reset(self._task, description=what, total=total)

    def done(self, count: int) -> None:
        """So much of it is done."""
        self._bar.update(self._task, completed=count)


@contextmanager
def doing(what: str) -> Iterator[Doing]:
    """A bar on the standard error while the body runs, if that is a terminal. It leaves nothing behind."""
    terminal = console(on_error=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
    )
    with Progress(*columns, console=terminal, transient=True, disable=not terminal.is_terminal) as bar:
        yield Doing(bar, bar.add_task(what, total=None))
