"""How commands end: a mistake of the user is one clear line, a refused input all of its problems, never a traceback."""

from __future__ import annotations

import functools
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import ParamSpec

import typer

from overdue_flow.cli.screen import complain, show_problems
from overdue_flow.errors import MissingExtra, OverdueFlowError, ProblemsError

P = ParamSpec("P")

REFUSED, MISUSED, STOPPED, UNHEARD, TERMINATED = 1, 2, 130, 141, 143
"""Exit codes: problems in an input; a command that names what is not there; Ctrl-C; a reader that went away;
SIGTERM."""


class Mistake(Exception):
    """What the user asked for cannot be done; the message says why, in one line."""


class Terminated(KeyboardInterrupt):
    """SIGTERM, by which services and jobs are stopped: a command ends by it as by Ctrl-C."""


def mannerly(command: Callable[P, None]) -> Callable[P, None]:
    """The command, ending as a terminal's user expects."""

    @functools.wraps(command)
    def polite(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            _check_text((*args, *kwargs.values()))
            with _sigterm_ends():
                command(*args, **kwargs)
            sys.stdout.flush()
        except (Mistake, MissingExtra) as mistake:
            complain(str(mistake))
            raise typer.Exit(MISUSED) from None
        except ProblemsError as refusal:
            show_problems(refusal.problems, refusal.sources, on_error=True)
            raise typer.Exit(REFUSED) from None
        except OverdueFlowError as refusal:
            complain(str(refusal))
            raise typer.Exit(REFUSED) from None
        except KeyboardInterrupt as how:
            complain("stopped")
            raise typer.Exit(TERMINATED if isinstance(how, Terminated) else STOPPED) from None
        except BrokenPipeError:
            _stop_talking()
            raise typer.Exit(UNHEARD) from None
        except OSError as error:
            raise typer.Exit(end_of_writing(error)) from None

    return polite


@contextmanager
def _sigterm_ends() -> Iterator[None]:
    """SIGTERM ends the body as Ctrl-C does: files that are half written go, processes that share the work end, the
    terminal gets its cursor back."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        yield  # a host's own, or nobody's: only the first thread may hear signals
        return

    def end(_signal: int, _frame: object) -> None:
        raise Terminated

    signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _check_text(given: object) -> None:
    """Mistake for an argument that is no text; the name of a file may be any bytes."""
    for text in _texts(given):
        try:
            text.encode()
        except UnicodeEncodeError:
            raise Mistake(f"`{text}` is no text: its bytes are no UTF-8") from None


def _texts(given: object) -> Iterator[str]:
    if isinstance(given, str):
        yield given
    elif isinstance(given, tuple | list):
        for one in given:
            yield from _texts(one)


def end_of_writing(error: OSError) -> int:
    """Say that a file, or what the output goes to, cannot be used; the exit code."""
    _stop_talking()
    what = f"use `{error.filename}`" if error.filename else "write the output"
    with suppress(OSError):
        complain(f"cannot {what}: {why_not(error)}")
    return MISUSED


def _stop_talking() -> None:
    """What is still to be written goes nowhere: it must not be an error when the process ends either."""
    with suppress(OSError):  # a host's own stream has no number
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())


def why_not(error: OSError) -> str:
    """What the system said, as part of a sentence."""
    reasons: dict[type[OSError], str] = {
        FileNotFoundError: "it does not exist",
        PermissionError: "there is no permission",
        IsADirectoryError: "it is a folder",
        NotADirectoryError: "a part of the path is a file, not a folder",
        FileExistsError: "there is a file of that name",
    }
    return reasons.get(type(error), (error.strerror or str(error)).lower())
