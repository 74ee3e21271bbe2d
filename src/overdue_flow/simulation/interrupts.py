"""Ctrl-C and SIGTERM: whom they are for, and when they wait."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager


def ignore_ctrl_c() -> None:
    """Said in a process of a crew as it begins: whoever stops the run stops its first process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def no_ctrl_c() -> Iterator[None]:
    """Ctrl-C waits while a process is started: it would stop it before it knows that it is not for it."""
    mask = getattr(signal, "pthread_sigmask", None)  # not on every system
    before = mask(signal.SIG_BLOCK, {signal.SIGINT}) if mask else ()
    try:
        yield
    finally:
        if mask:
            mask(signal.SIG_SETMASK, before)


@contextmanager
def to_the_end() -> Iterator[None]:
    """The body is not stopped in its middle by Ctrl-C, nor by a SIGTERM that is heard in Python: what they do, they do
    when it is done; of several, what the first does.

    For a few steps that belong together, and take no time. A thread that hears no signals is not stopped by them
    anyway. A signal that nobody hears in Python ends the process at once, as it always does.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []
    with ExitStack() as at_the_end:  # each of these is done, whatever another raises
        at_the_end.callback(lambda: signal.raise_signal(heard[0]) if heard else None)
        for number in (signal.SIGINT, signal.SIGTERM):
            if callable(how := signal.getsignal(number)):
                at_the_end.callback(signal.signal, number, how)
                signal.signal(number, lambda given, _frame: heard.append(given))
        yield
