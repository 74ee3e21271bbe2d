"""What came of an effect, recorded: delivered with what the hook returned, to be tried again, or parked."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import NamedTuple, TypeVar

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
    VersionTaken,
)
from overdue_flow.runtime.batch import Batch
from overdue_flow.runtime.patience import Patience
from overdue_flow.runtime.turns import Turns, ids_like
from overdue_flow.store.protocol import Parcel, Store

log = logging.getLogger("overdue_flow.outbox")

T = TypeVar("T")

STORES_OWN = (ConcurrentTurn, StoreBusy, StoreUnavailable, SchemaError, VersionTaken)
"""What is wrong with the store or this worker, and not with one effect or its case."""


class Claimed(NamedTuple):
    """An effect that this worker claimed and that may go out, with its case as it is now; in one with the effect
    `along_with` of another loan of the person, where it does. `attempt_id` is the attempt that a letter for several
    loans is."""

    parcel: Parcel
    effect: Effect
    case: Case
    flags: tuple[str, ...] = ()
    along_with: str | None = None
    attempt_id: str | None = None


class _Lost(Exception):
    """The effect is another worker's by now."""


def _as_answer(effect: Effect, event: Event) -> Event:
    """What a hook returned; the attempt that a contact was names its effect."""
    if isinstance(event, ContactAttempted) and event.direction == "outbound" and effect.kind == "contact":
        return event.model_copy(update={"effect_id": event.effect_id or effect.id})
    return event


def one_attempt(event: Event, lead: str) -> Event:
    """What a hook returned of a letter for several loans: the attempt is one, and told to each of them."""
    if isinstance(event, ContactAttempted) and event.direction == "outbound" and event.attempt_id is None:
        return event.model_copy(update={"attempt_id": lead})
    return event


def _received(effect: Effect, number: int, event: Event, receive: Callable[[Event], T]) -> T | OverdueFlowError:
    """What became of an event that a hook returned. One that was given no id gets another, where a host gave the one
    that it would have to something else."""
    named = _as_answer(effect, event)
    if event.id:
        return receive(named)
    tried = (receive(named.model_copy(update={"id": name})) for name in ids_like(f"{effect.id}:{number}"))
    return next(found for found in tried if not isinstance(found, EventConflict))


def _unless_refused(found: Decision | OverdueFlowError) -> None:
    """Raise it if it is an error."""
    if isinstance(found, OverdueFlowError):
        raise found


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
        if claimed.attempt_id is not None:
            answer = [one_attempt(event, claimed.attempt_id) for event in answer]
        at = self.instant()
        name = self._name_of_delivery(case_id, effect)
        if name is None:
            self._warn(effect, "effect %s was delivered already; what it brought about once more is recorded")
            return [one for number, event in enumerate(answer) for one in self._once_more(claimed, number, event, at)]
        along = claimed.along_with
        delivered = EffectDelivered(id=name, effect_id=effect.id, flags=claimed.flags, along_with=along, at=at)
        told = [(case_id, event) for event in (delivered, *answer)]
        with self.turns.at_once() as turns:
            batch = Batch(turns.decider, turns.store, told, turns.clock, at)
            _unless_refused(batch.receive(case_id, delivered))
            for number, event in enumerate(answer):
                _unless_refused(_received(effect, number, event, partial(batch.receive, case_id)))
            turns.commit(batch.turns())
        return batch.all

    def _name_of_delivery(self, case_id: str, effect: Effect) -> str | None:
        """The id of the event that an effect was delivered; None where that was told already."""
        for name in ids_like(f"{effect.id}:delivered"):
            entry = self.turns.store.recorded(case_id, name)
            if entry is None:
                return name
            if isinstance(entry.event, EffectDelivered) and entry.event.effect_id == effect.id:
                break
        return None

    def _once_more(self, claimed: Claimed, number: int, event: Event, at: datetime) -> list[Decision]:
        """An event of a second answer: nothing new where the first said the same, else one more that happened. One
        that is refused keeps the others back no more than the delivery."""

        def receive(named: Event) -> list[Decision] | OverdueFlowError:
            try:
                return self.turns.receive(claimed.case.id, named, now=at)
            except STORES_OWN:
                raise
            except OverdueFlowError as why:
                return why

        found = _received(claimed.effect, number, event, receive)
        if isinstance(found, OverdueFlowError):
            self._warn(claimed.effect, "of a second answer to effect %s, one event is refused: %s", found)
            return []
        return found

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
        name = self.turns.free_id(case, f"{mark}{number}")
        event = EffectFailed(id=name, effect_id=effect.id, reason=reason, final=False, at=at)
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
