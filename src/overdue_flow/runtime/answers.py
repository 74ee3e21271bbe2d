"""What came of an effect, recorded: delivered with what the hook returned, to be tried again, or parked."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect
from overdue_flow.cases.events import ContactAttempted, EffectDelivered, EffectFailed, Event
from overdue_flow.engine.decision import Decision
from overdue_flow.errors import (
    ConcurrentTurn,
    EventConflict,
    JournalError,
    OverdueFlowError,
    SchemaError,
    StoreBusy,
    StoreUnavailable,
)
from overdue_flow.runtime.patience import Patience
from overdue_flow.runtime.turns import Batch, Turns
from overdue_flow.store.protocol import Parcel, Store

log = logging.getLogger("overdue_flow.outbox")

STORES_OWN = (ConcurrentTurn, StoreBusy, StoreUnavailable, SchemaError)
"""What is wrong with the store, and not with one effect or its case."""


class Claimed(NamedTuple):
    """An effect that this worker claimed and that may go out, with its case as it is now."""

    parcel: Parcel
    effect: Effect
    case: Case
    flags: tuple[str, ...] = ()


class _Lost(Exception):
    """The effect is another worker's by now."""


def _as_answer(effect: Effect, number: int, event: Event) -> Event:
    """What a hook returned, with an id; the attempt that a contact was names its effect."""
    more: dict[str, object] = {} if event.id else {"id": f"{effect.id}:{number}"}
    if isinstance(event, ContactAttempted) and event.direction == "outbound" and effect.kind == "contact":
        more |= {"effect_id": event.effect_id or effect.id}
    return event.model_copy(update=more) if more else event


@dataclass(frozen=True)
class Answers:
    """Records what came of effects for one worker."""

    turns: Turns
    worker: str
    patience: Patience
    instant: Callable[[], datetime]
    tell: Callable[[Sequence[Decision]], None]

    def record(self, claimed: Claimed, answer: Sequence[Event]) -> None:
        """It was delivered: that, and what the hook returned, in one commit. Raises how one of them is refused; then
        none is recorded."""
        self.tell(self.turns.patiently(lambda: self._recorded(claimed, answer)))

    def record_late(self, claimed: Claimed, answer: Sequence[Event]) -> None:
        """The same of an answer that came after the call had counted as failed: what happened is true all the same.
        Never raises, for nobody waits for it; the log has why it was not recorded."""
        try:
            self.record(claimed, answer)
        except Exception as why:  # noqa: BLE001  # it is the end of a thread
            self._warn(claimed.effect, "the late answer to effect %s is not recorded: %s", why)

    def record_late_each(self, group: Sequence[Claimed], answers: Mapping[str, Sequence[Event] | Exception]) -> None:
        """The same of several; what failed late waits for its next try anyway."""
        for claimed in group:
            answer = answers[claimed.effect.id]
            if not isinstance(answer, Exception):
                self.record_late(claimed, answer)

    def _recorded(self, claimed: Claimed, answer: Sequence[Event]) -> list[Decision]:
        effect, case_id = claimed.effect, claimed.case.id
        at = self.instant()
        delivered = EffectDelivered(id=f"{effect.id}:delivered", effect_id=effect.id, flags=claimed.flags, at=at)
        if self.turns.store.recorded(case_id, f"{effect.id}:delivered") is not None:
            self._warn(effect, "effect %s was delivered already; what it brought about once more is recorded")
            return [one for number, event in enumerate(answer) for one in self._once_more(claimed, number, event, at)]
        named = [_as_answer(effect, number, event) for number, event in enumerate(answer)]
        told = [(case_id, event) for event in (delivered, *named)]
        batch = Batch(self.turns.decider, self.turns.store, told, lambda: at)
        for _case_id, event in told:
            outcome = batch.receive(case_id, event)
            if isinstance(outcome, OverdueFlowError):
                raise outcome
        self.turns.commit(batch.turns())
        return batch.made.get(case_id, [])

    def _once_more(self, claimed: Claimed, number: int, event: Event, at: datetime) -> list[Decision]:
        """An event of a second answer: nothing new where the first said the same, else one more that happened. One
        that is refused keeps the others back no more than the delivery."""
        named, again = _as_answer(claimed.effect, number, event), 1
        while True:
            try:
                return self.turns.receive(claimed.case.id, named, named.at or at)
            except OverdueFlowError as why:
                if isinstance(why, STORES_OWN):
                    raise
                if event.id or not isinstance(why, EventConflict):
                    self._warn(claimed.effect, "of a second answer to effect %s, one event is refused: %s", why)
                    return []
                again += 1
                named = named.model_copy(update={"id": f"{claimed.effect.id}:{number}:{again}"})

    def _warn(self, effect: Effect, message: str, *more: object) -> None:
        log.warning(message, effect.id, *more, extra={"effect_id": effect.id, "worker": self.worker})

    def try_again(self, parcel: Parcel, tries: int, reason: str) -> None:
        """It failed, and is tried again after a while."""
        ready_at = self.instant() + self.patience.wait(tries, self.turns.draw)
        self.turns.store.put_back(parcel.effect.id, worker=self.worker, ready_at=ready_at, tries=tries, error=reason)

    def park(self, parcel: Parcel, tries: int, reason: str) -> None:
        """It is not tried again until a person says so; the journal tells of it."""
        with suppress(_Lost):
            self.tell(self.turns.patiently(lambda: self._parked(parcel, tries, reason)))

    def _parked(self, parcel: Parcel, tries: int, reason: str) -> list[Decision]:
        at = self.instant()
        with self.turns.store.transaction() as bound:
            case = _readable(bound, parcel.case_id)
            decisions = self._told_of(case, parcel.effect, reason, at) if case is not None else []
            if case is not None and decisions:
                self.turns.within(bound).commit(self.turns.decider.turns(case, decisions))
            there = bound.put_back(
                parcel.effect.id, worker=self.worker, ready_at=at, tries=tries, error=reason, parked=True
            )
            if not there:
                raise _Lost
        return decisions

    def _told_of(self, case: Case, effect: Effect, reason: str, at: datetime) -> list[Decision]:
        """The turn that says that an effect was parked; none where nothing can be decided for the case."""
        mark = f"{effect.id}:parked:"
        number = 1 + sum(1 for one in case.events if (one.event.id or "").startswith(mark))
        event = EffectFailed(id=f"{mark}{number}", effect_id=effect.id, reason=reason, final=False, at=at)
        try:
            return self.turns.decider.event(case, case.id, event, at)
        except Exception as why:  # noqa: BLE001  # parked it is all the same
            log.warning(
                "the journal cannot tell that %s was parked: %s", effect.id, why, extra={"effect_id": effect.id}
            )
            return []


def _readable(store: Store, case_id: str) -> Case | None:
    """A case; None where its journal is not what was written."""
    try:
        return store.load(case_id)
    except JournalError:
        return None
