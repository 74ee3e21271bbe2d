"""Calling the host's functions with a time limit, whether they are plain or `async`.

A plain function is called in a thread of its own, which is used again for the next call and left alone when the call
hangs. An `async` one runs on an event loop in a thread, one for the process, and is cancelled when it takes too long.
The call counts as failed then; what comes back all the same goes to whoever takes late results, and to the log.
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
"""How many calls may hang in one process; when so many do, no other is begun."""

_LOOP_ANSWERS_WITHIN_SECONDS = 1

Job: TypeAlias = Callable[[], Any]

Late: TypeAlias = Callable[[Any], object]
"""Takes a result that came too late, in a thread of ours."""


class TookTooLong(Exception):
    """A call that was not over within its time limit."""


class NotBegun(TookTooLong):
    """A call that was not begun: too many hang already."""


class GaveUp(Exception):
    """A call that ended its thread instead of returning: with `SystemExit`, say. The process goes on."""


def call(job: Job, limit: timedelta | None, *, is_async: bool, name: str, late: Late | None = None) -> Any:
    """What `job` gives, or what it raises. TookTooLong after `limit` (None: however long it takes); GaveUp where it
    ended a thread of ours. Without a limit a plain one is called right here, and what ends this thread ends it.

    `is_async`: it gives a coroutine, whose result is meant. `name` is for the log. `late` takes what it gives after
    TookTooLong was raised.
    """
    seconds = limit.total_seconds() if limit is not None else None
    if not is_async and seconds is None:
        return job()
    one = _Call(name, late)
    return _LOOP.run(job, seconds, one) if is_async else _LANES.run(job, seconds, one)


def is_async(function: Callable[..., Any]) -> bool:
    """Whether a call of the function gives a coroutine."""
    made = function if inspect.isroutine(function) else type(function).__call__
    return inspect.iscoroutinefunction(made)


class _Call:
    """One call, and what comes of it."""

    def __init__(self, name: str, late: Late | None) -> None:
        self.future: Future[Any] = Future()
        self._name = name
        self._late = late

    def returned(self, result: Any) -> bool:
        """Hand over what it gave; False where nobody waits for it any more."""
        try:
            self.future.set_result(result)
        except InvalidStateError:
            self._came_late("returned", "it is taken late" if self._late is not None else "it is ignored")
            if self._late is not None:
                self._late(result)
            return False
        return True

    def raised(self, error: BaseException) -> bool:
        """Hand over how it failed; False where nobody waits for it any more."""
        try:
            self.future.set_exception(_ended_by(error))
        except InvalidStateError:
            self._came_late("raised", f"it raised {type(error).__name__}")
            return False
        return True

    def _came_late(self, outcome: str, what: str) -> None:
        told = {"call": self._name, "outcome": outcome}
        log.warning("a call that had taken too long is over now; %s: %s", what, self._name, extra=told)

    def outcome(self, seconds: float | None) -> Any:
        """What came of it. TookTooLong where nothing did in time, and then it counts as failed."""
        try:
            return self.future.result(seconds)
        except TimeoutError:
            if not self.future.cancel():
                return self.future.result()
        raise TookTooLong(f"it took longer than {seconds:g} seconds")


def _ended_by(error: BaseException) -> Exception:
    """What the one who called is told: what ends a thread that is not theirs ends nothing else."""
    if isinstance(error, Exception):
        return error
    return GaveUp(f"it ended with {type(error).__name__}")


class _Lane:
    """A thread that makes one call after the other, until one hangs."""

    def __init__(self) -> None:
        self.jobs: SimpleQueue[tuple[Job, _Call]] = SimpleQueue()
        self.thread = threading.Thread(target=self._work, name="overdue-flow-hooks", daemon=True)
        self.thread.start()

    def _work(self) -> None:
        while True:
            job, one = self.jobs.get()
            try:
                result = job()
            except BaseException as error:  # noqa: BLE001  # it belongs to the one who called
                waited_for = one.raised(error)
            else:
                waited_for = one.returned(result)
            if not waited_for:
                return
            del job, one


class _Lanes:
    """The threads that are free, the last used first, and those in which a call hangs: they end with it. A fork leaves
    all of them behind, so only the living count."""

    def __init__(self) -> None:
        self._free: list[_Lane] = []
        self._hanging: list[_Lane] = []

    def run(self, job: Job, seconds: float | None, one: _Call) -> Any:
        if len(self._hanging) >= HANGING_MAX:
            self._hanging = [lane for lane in self._hanging if lane.thread.is_alive()]
            if len(self._hanging) >= HANGING_MAX:
                raise NotBegun(f"{len(self._hanging)} calls hang already; no other is begun")
        lane = self._take()
        context = contextvars.copy_context()
        lane.jobs.put((lambda: context.run(job), one))
        try:
            return one.outcome(seconds)
        finally:
            over = one.future.done() and not one.future.cancelled()
            (self._free if over else self._hanging).append(lane)

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

    def run(self, job: Callable[[], Coroutine[Any, Any, Any]], seconds: float | None, one: _Call) -> Any:
        loop = self._running()
        task = asyncio.run_coroutine_threadsafe(_told(job, one), loop)
        try:
            return one.outcome(seconds)
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


async def _told(job: Callable[[], Coroutine[Any, Any, Any]], one: _Call) -> None:
    try:
        result = await job()
    except BaseException as error:  # noqa: BLE001  # it belongs to the one who called
        if not (isinstance(error, asyncio.CancelledError) and one.future.cancelled()):
            one.raised(error)
    else:
        if one.future.cancelled():  # it would not be cancelled; whoever takes what is late may take a while
            threading.Thread(target=one.returned, args=(result,), name="overdue-flow-late", daemon=True).start()
        else:
            one.returned(result)


_LANES = _Lanes()
_LOOP = _Loop()
