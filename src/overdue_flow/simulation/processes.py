"""Work shared out among several processes, and how they end: with their work, and never after who began them.

Each process has a pipe of its own to the first one, so that the death of either is heard by the other. Whoever stops a
run stops its first process: Ctrl-C is not for the others. When the first one stops, for whatever reason, they are
killed, since they hold nothing but numbers; when it is killed itself, they end by themselves.
"""

from __future__ import annotations

import os
import pickle
import traceback
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import Any, TypeVar

from overdue_flow.errors import OverdueFlowError
from overdue_flow.simulation.interrupts import ignore_ctrl_c, no_ctrl_c

PartT = TypeVar("PartT")
ResultT = TypeVar("ResultT")
OrderT = TypeVar("OrderT")

IN_HAND = 2
"""So many parts has a process at a time: one to work on, and one more, so that it never waits for the next."""

PARTS_AHEAD = 4
"""So many parts of each process may be on their way or done, before the one whose turn it is: memory has an end."""


def cores() -> int:
    """How many cores there are for this process."""
    affinity = getattr(os, "sched_getaffinity", None)  # not on every system
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def in_shares(count: int, most: int) -> list[range]:
    """The numbers from 0 to `count`, in consecutive shares of at most so many."""
    numbers = range(count)
    return [numbers[start : start + most] for start in numbers[::most]]


def handed_out(
    work: Callable[[PartT], ResultT],
    parts: Sequence[PartT],
    processes: int,
    begin: Callable[[OrderT], None],
    order: OrderT,
) -> Iterator[ResultT]:
    """What `work` makes of each part, in the order of the parts, by so many processes that `begin` with an order.

    Parts are short; an order and results may be long. What `work` raises is raised here, in the turn of its part.
    OverdueFlowError where a process was killed.
    """
    crew: dict[Connection, BaseProcess] = {}
    try:
        for _number in range(min(processes, len(parts))):
            ear, worker = _begun(work, begin)
            crew[ear] = worker
        for ear in crew:
            with suppress(OSError):  # who is dead is heard of
                ear.send(order)
        yield from _Round(parts, list(crew)).results()
    finally:
        for ear, worker in crew.items():
            if worker.pid is not None:  # it was begun
                worker.kill()
            ear.close()
        for worker in crew.values():
            if worker.pid is not None:
                worker.join()


# --- in the first process ---


def _begun(work: Callable[..., Any], begin: Callable[..., None]) -> tuple[Connection, BaseProcess]:
    # A fresh process: a forked one would inherit locks from the thread that draws the progress bar. It gets its order
    # by its pipe: a long one would never be written to the end where the process dies while it begins.
    context = get_context("spawn")
    ear, mouth = context.Pipe()
    worker = context.Process(target=_serve, args=(mouth, work, begin), daemon=True)
    with no_ctrl_c(), suppress(BrokenPipeError):  # one that is killed while it begins is heard of later
        worker.start()
    mouth.close()  # the worker has the only one: when it dies, the ear hears the end
    return ear, worker


class _Round:
    """Parts handed to processes, known by their ears, and the results as they come."""

    def __init__(self, parts: Sequence[Any], ears: list[Connection]) -> None:
        self.parts = parts
        self.in_hand = Counter(dict.fromkeys(ears, 0))
        self.to_come = deque(range(len(parts)))
        self.found: dict[int, tuple[Any, Exception | None]] = {}

    def results(self) -> Iterator[Any]:
        """What becomes of each part, in order; what goes wrong is raised in its turn, whoever was done first."""
        for turn in range(len(self.parts)):
            while turn not in self.found:
                self._hand_out(turn)
                said = wait([ear for ear, parts in self.in_hand.items() if parts])
                for ear in [ear for ear in self.in_hand if ear in said]:
                    self._hear(ear)
            found, wrong = self.found.pop(turn)
            if wrong is not None:
                raise wrong
            yield found

    def _hand_out(self, turn: int) -> None:
        """As many parts as may be on their way, each to who has the fewest in hand."""
        while self.to_come and self.to_come[0] < turn + PARTS_AHEAD * len(self.in_hand):
            ear = min(self.in_hand, key=self.in_hand.__getitem__)
            if self.in_hand[ear] >= IN_HAND:
                return
            number = self.to_come.popleft()
            self.in_hand[ear] += 1
            with suppress(OSError):  # who is dead is heard of
                ear.send((number, self.parts[number]))

    def _hear(self, ear: Connection) -> None:
        try:
            number, found, wrong = ear.recv()
        except (EOFError, OSError):
            raise OverdueFlowError("a process was killed in the middle of its work; run it again") from None
        self.found[number] = found, wrong
        self.in_hand[ear] -= 1


# --- in the others ---


def _serve(mouth: Connection, work: Callable[..., Any], begin: Callable[..., None]) -> None:
    """The life of a process: one part after the other, until the first process is gone."""
    ignore_ctrl_c()
    Thread(target=_end_with_the_first, daemon=True).start()
    try:
        order = mouth.recv()
    except (EOFError, OSError):
        return  # nobody waits for it any more
    begin(order)
    with suppress(EOFError, OSError):
        while True:
            number, part = mouth.recv()
            said: tuple[int, Any, Exception | None]
            try:
                said = number, work(part), None
            except Exception as wrong:  # noqa: BLE001  # it is raised in the first process
                said = number, None, _sendable(wrong)
            mouth.send(said)


def _end_with_the_first() -> None:
    """A process in the middle of its work would not see before its end that nobody waits for it."""
    first = parent_process()
    assert first is not None, "whoever serves was begun by another process"
    first.join()
    os._exit(1)


def _sendable(wrong: Exception) -> Exception:
    """What was raised, as it can be raised elsewhere; with where it was, if nobody foresaw it."""
    if not isinstance(wrong, OverdueFlowError):
        wrong.add_note("".join(traceback.format_tb(wrong.__traceback__)))
    try:
        pickle.loads(pickle.dumps(wrong))
    except Exception:  # noqa: BLE001  # whatever its own code does when it is written down
        return OverdueFlowError(f"a process could not go on: {type(wrong).__name__}: {wrong}")
    return wrong
