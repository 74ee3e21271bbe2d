"""The packs of this release: ready policies, and parts to build on, each in a folder of its own.

A pack is called `cn/everbright` where it lies in `packs/cn/everbright`, as `pack.yaml`; its scenarios stand beside it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

PREFIX = "pack:"
"""What the name of a pack begins with where a file could be meant."""

SHELF = Path(__file__).parent / "packs"

_FILE = "pack.yaml"


@cache
def packs() -> tuple[str, ...]:
    """The names of all packs, sorted."""
    return tuple(sorted(file.parent.relative_to(SHELF).as_posix() for file in SHELF.rglob(_FILE)))


def pack_named(name: str) -> str | None:
    """The pack that `pack:cn/everbright` means; None where a file is meant."""
    return name.removeprefix(PREFIX) if name.startswith(PREFIX) else None


def text_of(pack: str) -> bytes:
    """The text of a pack; `pack` is one of `packs()`."""
    return (SHELF / pack / _FILE).read_bytes()


def example_of(pack: str) -> Path | None:
    """A small policy that builds on a pack which is no whole one: its scenarios are tried on it."""
    file = SHELF / pack / "example.yaml"
    return file if file.is_file() else None


def scenarios_of(pack: str) -> tuple[Path, ...]:
    """The files of the scenarios that come with a pack, by name."""
    return tuple(sorted((SHELF / pack / "scenarios").glob("*.yaml")))
