"""Files that are whole at any moment: as they were, or as they shall be."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A file to be written beside `path`, under a name that nothing else has: it takes the place of `path` when all
    went well, and is gone otherwise. OSError where it, or the folder, cannot be written."""
    part = path.with_name(f".unfinished-{secrets.token_hex(8)}")
    try:
        yield part
        _flush(part)
        part.replace(path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _flush(part: Path) -> None:
    """What was written outlives the machine, before it takes the name of what is whole."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())
