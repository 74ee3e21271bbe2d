"""Work that several processes can share: they import it by name."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from overdue_flow.errors import OverdueFlowError


def nothing(_order: object) -> None:
    """Nothing is to be made ready."""


def square(number: int) -> int:
    """A part, and what becomes of it."""
    return number * number


def noted(folder: Path, number: int) -> int:
    """A part of which a file tells that it was worked on."""
    (folder / str(number)).touch()
    return number


def fails(number: int) -> int:
    """The third part goes wrong, as foreseen."""
    if number == 3:
        raise OverdueFlowError("the third is wrong")
    return number


class Odd(Exception):
    """An exception that cannot be sent to another process."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"{one} and {other}")


def fails_oddly(_number: int) -> int:
    """Goes wrong in a way that cannot be sent."""
    raise Odd("this", "that")


def fails_unforeseen(_number: int) -> int:
    """Goes wrong in a way that nobody foresaw."""
    raise ZeroDivisionError("by nothing")


def dies(_number: int) -> int:
    """The process is killed."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("not alive")


class Deadly:
    """An order that a process does not survive, before it has heard all of it."""

    def __reduce__(self) -> tuple[object, ...]:
        return os._exit, (1,)
