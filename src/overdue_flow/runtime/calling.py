"""Calling the host's functions with a time limit, whether they are plain or `async`.

A plain function is called in a thread of its own, which is used again for the next call and left alone when the call
hangs. An `async` one runs on an event loop in a thread, one for the process. What comes back too late is written to the
log and otherwise ignored: the call has been counted as failed.
"""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import logging
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, InvalidStateError
from datetime import timedelta
from queue import SimpleQueue
from typing import Any, TypeAlias

log = logging.getLogger("overdue_flow.hooks")

HANGING_MAX = 64
"""How many calls may hang in one process; when so many do, no other is begun, and each counts as failed."""

_LOOP_ANSWERS_WITHIN_SECONDS = 1

Job: TypeAlias = Callable[[], Any]


class TookTooLong(Exception):
    """A call that was not over within its time limit."""


class GaveUp(Exception):
    """A call that ended its thread instead of returning: with `SystemExit`, say. The process goes on."""


def call(job: Job, limit: timedelta | None, *, is_async: bool, name: str) -> Any:
    """What `job` gives, or what it raises. TookTooLong after `limit` (None: however long it takes); GaveUp where it
    ended a thread of ours. Without a limit a plain one is called right here, and what ends this thread ends it.

    `is_async`: it gives a coroutine, whose result is meant. `name` is for the log.
    """
    seconds = limit.total_seconds() if limit is not None else None
    if is_async:
        return _LOOP.run(job, seconds, name)
    if seconds is None:
        return job()
    return _LANES.run(job, seconds, name)


def is_async(function: Callable[..., Any]) -> bool:
    """Whether a call of the function gives a coroutine."""
    made = function if inspect.isroutine(function) else type(function).__call__
    return inspect.iscoroutinefunction(made)


def _settle(future: Future[Any], name: str, *, result: Any = None, error: BaseException | None = None) -> bool:
    """Hand over what came of a call; False, and a line in the log, where nobody waits for it any more."""
    try:
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)
    except InvalidStateError:
        told = {"call": name, "outcome": "raised" if error is not None else "returned"}
        log.warning("a call that had taken too long is over now; what came of it is ignored: %s", name, extra=told)
        return False
    return True


def _ended_by(error: BaseException) -> Exception:
    """What the one who called is told: what ends a thread that is not theirs ends nothing else."""
    if isinstance(error, Exception):
        return error
    return GaveUp(f"it ended with {type(error).__name__}")


def _outcome(future: Future[Any], seconds: float | None) -> Any:
    """What came of a call. TookTooLong where nothing did in time, and then it never counts."""
    try:
        return future.result(seconds)
    except TimeoutError:
        if not future.cancel():
            return future.result()
    raise TookTooLong(f"it took longer than {seconds:g} seconds")


class _Lane:
    """A thread that makes one call after the other, until one hangs."""

    def __init__(self) -> None:
        self.jobs: SimpleQueue[tuple[Job, Future[Any], str]] = SimpleQueue()
        self.thread = threading.Thread(target=self._work, name="overdue-flow-hooks", daemon=True)
        self.thread.start()

    def _work(self) -> None:
        while True:
            job, future, name = self.jobs.get()
            try:
                result = job()
            except BaseException as error:  # noqa: BLE001  # it belongs to the one who called
                waited_for = _settle(future, name, error=_ended_by(error))
            else:
                waited_for = _settle(future, name, result=result)
            if not waited_for:
                return
            del job, future


class _Lanes:
    """The threads that are free, the last used first, and those in which a call hangs: they end with it. A fork leaves
    all of them behind, so only the living count."""

    def __init__(self) -> None:
        self._free: list[_Lane] = []
        self._hanging: list[_Lane] = []

    def run(self, job: Job, seconds: float, name: str) -> Any:
        if len(self._hanging) >= HANGING_MAX:
            self._hanging = [lane for lane in self._hanging if lane.thread.is_alive()]
            if len(self._hanging) >= HANGING_MAX:
                raise TookTooLong(f"{len(self._hanging)} calls hang already; no other is begun")
        lane = self._take()
        future: Future[Any] = Future()
        context = contextvars.copy_context()
        lane.jobs.put((lambda: context.run(job), future, name))
        try:
            return _outcome(future, seconds)
        finally:
            (self._hanging if future.cancelled() or not future.done() else self._free).append(lane)

    def _take(self) -> _Lane:
        while self._free:
            lane = self._free.pop()
            if lane.thread.is_alive():
                return lane
        return _Lane()


class _Loop:
    """The event loop of the process, in a thread; another one is begun when it no longer answers, or after a fork."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def run(self, job: Callable[[], Coroutine[Any, Any, Any]], seconds: float | None, name: str) -> Any:
        loop = self._running()
        future: Future[Any] = Future()
        task = asyncio.run_coroutine_threadsafe(_told(job, future, name), loop)
        try:
            return _outcome(future, seconds)
        except TookTooLong:
            task.cancel()
            self._check(loop)
            raise

    def _running(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None or self._thread is None or not self._thread.is_alive():
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="overdue-flow-loop", daemon=True)
                self._thread.start()
            return self._loop

    def _check(self, loop: asyncio.AbstractEventLoop) -> None:
        """Leave a loop alone that a call keeps from going on: `async` in name only."""
        probe = asyncio.run_coroutine_threadsafe(asyncio.sleep(0), loop)
        try:
            probe.result(_LOOP_ANSWERS_WITHIN_SECONDS)
        except TimeoutError:
            with self._lock:
                if self._loop is loop:
                    self._loop = None


async def _told(job: Callable[[], Coroutine[Any, Any, Any]], future: Future[Any], name: str) -> None:
    try:
        result = await job()
    except BaseException as error:  # noqa: BLE001  # it belongs to the one who called
        if not (isinstance(error, asyncio.CancelledError) and future.cancelled()):
            _settle(future, name, error=_ended_by(error))
    else:
        _settle(future, name, result=result)


_LANES = _Lanes()
_LOOP = _Loop()
