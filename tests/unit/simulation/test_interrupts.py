"""Whoever stops a run never stops steps that belong together in their middle."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from threading import Thread

import pytest

from overdue_flow.simulation.interrupts import to_the_end


class Ended(Exception):
    """What a handler of SIGTERM raises here."""


@pytest.fixture
def sigterm_raises() -> Iterator[None]:
    def end(_signal: int, _frame: object) -> None:
        raise Ended

    before = signal.signal(signal.SIGTERM, end)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.mark.usefixtures("sigterm_raises")
@pytest.mark.parametrize(("number", "raised"), [(signal.SIGINT, KeyboardInterrupt), (signal.SIGTERM, Ended)])
def test_ctrl_c_waits_for_the_end_and_so_does_sigterm(number: int, raised: type[BaseException]) -> None:
    done = []

    def work() -> None:
        with to_the_end():
            signal.raise_signal(number)
            signal.raise_signal(number)
            done.append("the rest")

    with pytest.raises(raised):
        work()
    assert done == ["the rest"]
    with pytest.raises(raised):
        signal.raise_signal(number)


def test_what_goes_wrong_meanwhile_is_raised_and_signals_are_heard_as_before() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with pytest.raises(OSError, match="full"), to_the_end():
        raise OSError("full")
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_one_inside_another_waits_for_the_outer_end() -> None:
    done = []

    def work() -> None:
        with to_the_end():
            with to_the_end():
                signal.raise_signal(signal.SIGINT)
                done.append("within")
            done.append("without")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["within", "without"]


def test_another_thread_than_the_first_hears_no_signals() -> None:
    done = []

    def work() -> None:
        with to_the_end():
            done.append("all of it")

    thread = Thread(target=work)
    thread.start()
    thread.join()
    assert done == ["all of it"]
