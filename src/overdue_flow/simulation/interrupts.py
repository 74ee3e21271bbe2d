"""Ctrl-C and SIGTERM: whom they are for, and when they wait."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


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
    """The body is never stopped in its middle: what Ctrl-C and SIGTERM do, they do when it is done.

    For a few steps that belong together, and take no time. A thread that hears no signals is not stopped by them
    anyway. A signal that nobody hears in Python ends the process as it always does.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    heard_in_python = {number: how for number, how in before.items() if callable(how)}
    try:
        for number in heard_in_python:
            signal.signal(number, lambda given, _frame: heard.append(given))
        yield
    finally:
        for number, how in heard_in_python.items():
            signal.signal(number, how)
        if heard:
            signal.raise_signal(heard[0])
