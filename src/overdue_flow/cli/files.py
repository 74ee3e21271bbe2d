"""Files that commands write and read: one that is written takes its name when all went well."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from overdue_flow.cli.manners import Mistake, why_not
from overdue_flow.simulation.whole_files import whole_file


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """A file to be written, which takes its name when all went well. Mistake where the name is taken."""
    if path.exists():
        raise Mistake(f"cannot write `{path}`: there is a file of that name")
    with writing(path), whole_file(path) as part:
        yield part


def writing(path: Path) -> AbstractContextManager[None]:
    """A file, or a folder of them, that cannot be written is a mistake in naming it."""
    return _doing("write", path)


def reading(path: Path | None) -> AbstractContextManager[None]:
    """A file that cannot be read is a mistake in naming it."""
    return _doing("read", path)


@contextmanager
def _doing(what: str, path: Path | None) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise Mistake(f"cannot {what} `{path}`: {why_not(error)}") from None
