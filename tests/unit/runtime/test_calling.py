"""Calling what a host gives: within a time limit, in a thread that is left alone when it hangs."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from contextlib import suppress
from contextvars import ContextVar
from datetime import timedelta
from queue import SimpleQueue
from typing import Any

import pytest

from overdue_flow.runtime.calling import GaveUp, TookTooLong, call, is_async

SOON = timedelta(seconds=0.05)
LATER = timedelta(seconds=5)
WHO: ContextVar[str] = ContextVar("WHO", default="nobody")


def plainly(job: Any, limit: timedelta | None = LATER) -> Any:
    return call(job, limit, is_async=is_async(job), name="test")


def test_what_a_call_gives_comes_back_and_what_it_raises_is_raised() -> None:
    assert plainly(lambda: 5) == 5
    assert plainly(lambda: 5, None) == 5
    with pytest.raises(ZeroDivisionError):
        plainly(lambda: 1 / 0)
    with pytest.raises(TimeoutError, match="theirs"):
        plainly(lambda: (_ for _ in ()).throw(TimeoutError("theirs")))


def test_calls_that_come_one_after_the_other_share_a_thread() -> None:
    threads = {plainly(threading.get_ident) for _again in range(5)}
    assert len(threads) == 1
    assert threading.get_ident() not in threads


def test_a_call_sees_the_context_of_its_caller() -> None:
    WHO.set("the caller")
    assert plainly(WHO.get) == "the caller"


def test_a_call_that_hangs_is_given_up_and_its_late_return_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    released, over = threading.Event(), threading.Event()

    def hangs() -> int:
        released.wait(5)
        return 5

    with (
        caplog.at_level(logging.WARNING, "overdue_flow"),
        pytest.raises(TookTooLong, match=r"longer than 0\.05 seconds"),
    ):
        plainly(hangs, SOON)
    assert plainly(lambda: 6) == 6
    released.set()
    for _again in range(500):
        if caplog.records:
            break
        over.wait(0.01)
    assert [record.getMessage() for record in caplog.records] == [
        "a call that had taken too long is over now; it is ignored: test"
    ]


def test_what_comes_late_goes_to_whoever_takes_it() -> None:
    released, taken = threading.Event(), SimpleQueue[Any]()

    def hangs() -> int:
        released.wait(5)
        return 5

    async def will_not_be_cancelled() -> int:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        return 6

    for job in (hangs, will_not_be_cancelled):
        with pytest.raises(TookTooLong):
            call(job, SOON, is_async=is_async(job), name="test", late=taken.put)
    released.set()
    assert {taken.get(timeout=5), taken.get(timeout=5)} == {5, 6}
    assert plainly(lambda: 7) == 7


@pytest.mark.parametrize("end", [SystemExit(3), KeyboardInterrupt(), GeneratorExit(), asyncio.CancelledError()])
def test_a_call_that_ends_its_thread_ends_nothing_else(end: BaseException) -> None:
    def leaves() -> None:
        raise end

    async def leaves_later() -> None:
        raise end

    for leaving in (leaves, leaves_later):
        with pytest.raises(GaveUp, match=f"it ended with {type(end).__name__}"):
            plainly(leaving)
    assert plainly(lambda: 7) == 7


def test_without_a_limit_what_ends_the_callers_thread_ends_it() -> None:
    def leaves() -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        plainly(leaves, None)


# --- async ---


def test_an_async_call_gives_and_raises_likewise() -> None:
    async def gives() -> int:
        await asyncio.sleep(0)
        return 5

    async def raises() -> int:
        raise KeyError("x")

    assert plainly(gives) == 5
    assert plainly(gives, None) == 5
    with pytest.raises(KeyError):
        plainly(raises)


def test_async_calls_share_a_loop() -> None:
    async def loop() -> int:
        return id(asyncio.get_running_loop())

    assert plainly(loop) == plainly(loop)


def test_an_async_call_that_hangs_is_cancelled() -> None:
    seen: list[str] = []

    async def hangs() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise

    with pytest.raises(TookTooLong):
        plainly(hangs, SOON)
    assert seen == ["cancelled"]


def test_a_loop_that_a_call_blocks_is_left_alone() -> None:
    released = threading.Event()

    async def blocks() -> None:
        released.wait(10)

    async def gives() -> int:
        return 5

    with pytest.raises(TookTooLong):
        plainly(blocks, SOON)
    started = time.monotonic()
    assert plainly(gives) == 5
    assert time.monotonic() - started < 2
    released.set()
