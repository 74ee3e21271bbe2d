"""Files that commands write and read: one that is written takes its name when all went well."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from overdue_flow.cli.manners import Mistake, why_not


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """A file to be written beside `path`, which takes its name when all went well."""
    if path.exists():
        raise Mistake(f"cannot write `{path}`: there is a file of that name")
    part = path.with_name(f"{path.name}.part")
    try:
        with writing(path):
            yield part
            _flush(part)
            part.replace(path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _flush(part: Path) -> None:
    """What was written outlives the machine, before it takes the name of what is whole."""
    if part.is_file():
        with part.open("rb+") as file:
            os.fsync(file.fileno())


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
