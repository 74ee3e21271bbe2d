"""A night lived by several processes that share one store: each with its own policies, compiled once, and its own
connection.

On PostgreSQL they divide what is due among themselves (`FOR UPDATE SKIP LOCKED`). Whatever one has in hand when it is
killed is due again: nothing of it was recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, TypeAlias

from overdue_flow.cli.hooks import hooks_named
from overdue_flow.cli.inputs import policies_at
from overdue_flow.cli.manners import Mistake
from overdue_flow.cli.night import Counts
from overdue_flow.cli.stores import store_at
from overdue_flow.errors import CasesLeft, OverdueFlowError
from overdue_flow.runtime.flow import Flow
from overdue_flow.simulation.interrupts import ignore_ctrl_c, no_ctrl_c

Word: TypeAlias = Counts | str | None
"""What a worker says: counts of a batch; what went wrong; None at its end."""


@dataclass(frozen=True, slots=True)
class Shift:
    """What the workers of one night are told: the policy and its versions, the store, the hooks, the day."""

    policy: Path
    digests: tuple[str, ...]
    store: str
    hooks: str | None
    until: date


def batches(shift: Shift, stop: Any = None) -> Iterator[Counts]:
    """The night in this process, batch by batch, until nothing is due or `stop` is set."""
    versions = policies_at(shift.policy)
    if tuple(policy.digest for policy in versions) != shift.digests:
        raise OverdueFlowError(f"the policy `{shift.policy}` was changed while the night was lived; run it again")
    with store_at(shift.store) as store:
        flow = Flow(versions, store)
        if shift.hooks is not None:
            hooks_named(shift.hooks)(flow)
        try:
            for decisions, cases in flow.nights(shift.until):
                yield Counts().take(decisions, cases)
                if stop is not None and stop.is_set():
                    return
        except CasesLeft as left:
            yield Counts().left(left)


def shared(shift: Shift, workers: int) -> Iterator[Counts]:
    """The night in so many processes, batch by batch as they come. OverdueFlowError, when all have ended, where one
    could not go on.

    When the caller stops listening, each worker ends with the batch that it has in hand.
    """
    context = get_context("spawn")  # a forked process would share the connection, and the bar's locks
    stop = context.Event()
    crew: list[BaseProcess] = []
    ears: list[Connection] = []
    try:
        for _number in range(workers):
            ear, mouth = context.Pipe(duplex=False)
            worker: BaseProcess = context.Process(target=_work, args=(shift, mouth, stop), daemon=True)
            with no_ctrl_c(), suppress(BrokenPipeError):  # one that is killed while it begins is heard of below
                worker.start()
            mouth.close()  # the worker has the only one: when it dies, the ear hears the end
            crew.append(worker)
            ears.append(ear)
        yield from _heard(ears)
    finally:
        stop.set()
        for worker in crew:
            if worker.pid is not None:
                worker.join()


def _heard(ears: list[Connection]) -> Iterator[Counts]:
    """What the workers say, until each has said that it is done, or is dead."""
    wrong: list[str] = []
    listening = list(ears)
    while listening:
        for ear in wait(listening):
            assert isinstance(ear, Connection)
            try:
                word: Word = ear.recv()
            except EOFError:
                word = "a worker was killed; what it had in hand is due again: run the night again"
            if isinstance(word, Counts):
                yield word
            else:
                listening.remove(ear)
                wrong += [word] if word is not None else []
    if wrong:
        raise OverdueFlowError(wrong[0])


def _work(shift: Shift, mouth: Connection, stop: Any) -> None:
    """One worker's night."""
    ignore_ctrl_c()
    end: Word = None
    try:
        for counts in batches(shift, stop):
            mouth.send(counts)
    except BrokenPipeError:
        return  # the first process is gone
    except (OverdueFlowError, Mistake) as wrong:
        end = str(wrong)
    except Exception as wrong:  # noqa: BLE001  # the first process says what was wrong
        end = f"a worker could not go on: {type(wrong).__name__}: {wrong}"
    with suppress(BrokenPipeError):
        mouth.send(end)
