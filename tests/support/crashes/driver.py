"""Kills the service at random instants and at its own steps until all is done; then the books are held together."""

from __future__ import annotations

import os
import random
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from overdue_flow import replay
from overdue_flow.cases.effects import Status
from overdue_flow.cases.entries import Entry
from overdue_flow.events import EffectDelivered
from overdue_flow.store.evidence import verify
from overdue_flow.store.sql import SqlStore
from support.crashes.service import ENDED, OtherSide, end_process, go_on, service
from support.crashes.world import Step
from support.kills import Fuse

OUTBOX = ("EffectDelivered", "EffectFailed", "EffectWithheld")


@dataclass
class Run:
    """One service from beginning to end, killed as often as was asked for on the way."""

    url: str
    folder: Path
    todo: Sequence[Step]
    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    ends: int = 0

    @property
    def marks(self) -> Path:
        """Where the service marks the steps that it ended."""
        return self.folder / "done"

    @property
    def other_side(self) -> Path:
        """The ledger of the gateway."""
        return self.folder / "other-side.db"

    @property
    def steps_done(self) -> int:
        """How many steps are marked."""
        return self.marks.read_bytes().count(ENDED) if self.marks.exists() else 0

    def killed(self, times: int, tell: Callable[[str], None]) -> None:
        """Kill one service after the other, until `times` are dead or all is done."""
        draw = random.Random(self.seed)
        before, tried = -1, 0
        while sum(self.kills.values()) < times and self.steps_done < len(self.todo):
            tried = tried + 1 if self.steps_done == before else 0
            before = self.steps_done
            # a step that kills the service again and again is given longer, so that the whole comes to an end
            patience = 1 + tried
            if draw.random() < 0.5:
                self._one("at a step", Fuse(draw.randrange(1, 25 * patience), end_process), None)
            else:
                self._one("at an instant", Fuse(), draw.random() * 0.06 * patience)
            if sum(self.kills.values()) % 100 == 0:
                tell(f"{sum(self.kills.values())} kills, {self.steps_done} of {len(self.todo)} steps done")
        self.finish()

    def finish(self) -> None:
        """Do what is left without killing."""
        self._one("", Fuse(), None)
        if self.steps_done < len(self.todo):
            raise AssertionError(f"the service ended by itself at step {self.steps_done}: {self.todo[self.steps_done]}")

    def _one(self, how: str, fuse: Fuse, seconds: float | None) -> None:
        child = os.fork()
        if child == 0:
            self._serve(fuse)
        if seconds is not None:
            time.sleep(seconds)
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            self.kills[how] += 1
        elif os.WEXITSTATUS(status) != 0:
            raise AssertionError(f"the service ended with {os.WEXITSTATUS(status)}, and was not killed")
        else:
            self.ends += 1

    def _serve(self, fuse: Fuse) -> None:
        code = 1
        try:
            go_on(service(self.url, self.other_side, fuse), self.todo, self.marks)
            code = 0
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            os._exit(code)


def faults(run: Run) -> Iterator[str]:
    """What is wrong after a run; nothing, if nothing was lost and nothing was done twice."""
    store = SqlStore(run.url)
    sent = {(loan, event.id) for step in run.todo for loan, event in step.events}
    acted = OtherSide(run.other_side).acted()
    with store.records() as records:
        verified = verify(records)
    for found in verified.findings:
        yield f"the journal does not verify: {found}"
    delivered: dict[str, int] = {}
    for loan in store.case_ids():
        journal = store.journal(loan)
        case = store.load(loan)
        assert case is not None
        again = replay(journal)
        if again._replace(day=case.day) != case:
            yield f"{loan}: folding the journal gives another case than the store's"
        ids = [entry.event.id for entry in journal if entry.event.id]
        yield from (f"{loan}: event {one} stands {n} times" for one, n in Counter(ids).items() if n > 1)
        if [entry.seq for entry in journal] != list(range(1, len(journal) + 1)):
            yield f"{loan}: the entries are not numbered one after the other"
        for entry in journal:
            if isinstance(entry.event, EffectDelivered):
                delivered[entry.event.effect_id] = delivered.get(entry.event.effect_id, 0) + 1
        on_their_way = {parcel.effect.id for parcel in store.outbox() if parcel.case_id == loan}
        open_now = {e.id for e in case.course.open_effects if e.status in (Status.PENDING, Status.HELD)}
        if on_their_way != open_now:
            yield f"{loan}: the outbox has {on_their_way ^ open_now} otherwise than the case"
    yield from (f"effect {one} is said to be delivered {n} times" for one, n in delivered.items() if n > 1)
    yield from (
        f"effect {one} is said to be delivered, and the other side knows nothing of it"
        for one in delivered.keys() - acted.keys()
    )
    yield from (
        f"the other side acted on {one}, and the journal does not say so" for one in acted.keys() - delivered.keys()
    )
    kept = {(loan, entry.event.id) for loan in store.case_ids() for entry in store.journal(loan)}
    yield from (f"event {one[1]} of {one[0]} is lost" for one in sorted(sent - kept, key=str) if _must_be_there(one))


def _must_be_there(sent: tuple[str, str | None]) -> bool:
    """Tasks that nobody asked for cannot be completed, and a complaint that never came cannot be answered: such events
    are refused, in every run."""
    return not str(sent[1]).startswith(("t-", "a-"))


def story(url: str) -> dict[str, list[object]]:
    """What every loan went through, without the instants of deliveries and their order within a day: the same for a
    service that was never killed."""
    store = SqlStore(url)
    return {
        loan: sorted((line for e in store.journal(loan) for line in _told(e)), key=str) for loan in store.case_ids()
    }


def _told(entry: Entry) -> Iterator[object]:
    if entry.event.kind in OUTBOX and not entry.results.moves:
        return
    moves = tuple((move.to_stage, move.rule, move.on) for move in entry.results.moves)
    asked = tuple((effect.action, effect.cause, str(effect.status)) for effect in entry.results.effects)
    yield entry.day, entry.event.kind, entry.event.id if entry.event.kind != "ContactAttempted" else "", moves, asked
