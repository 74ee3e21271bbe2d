"""One loan lived through under a policy: every day of its history, in the order in which things were noticed.

Contacts that the policy plans are taken as delivered and unanswered at the instant they are due (`assumed`), or left to
what the book recorded (`recorded`).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Literal, NamedTuple, Protocol, TypeAlias

from overdue_flow.cases.case import Case
from overdue_flow.cases.counting import told_by
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.events import EffectDelivered, EffectWithheld, Event, TimePassed
from overdue_flow.cases.person import PersonContacts
from overdue_flow.engine.decide import decide
from overdue_flow.engine.decision import Decision
from overdue_flow.engine.draft import opening_of
from overdue_flow.engine.limits import Verdict, attempt_by, permitted
from overdue_flow.engine.machine import Machine
from overdue_flow.engine.together import says_the_same, supersedes
from overdue_flow.engine.wake import next_wake
from overdue_flow.errors import EventRefused, MoneyError

Contacts: TypeAlias = Literal["assumed", "recorded"]

_ANSWERED_BY_NOBODY = {"phone": "no_answer", "visit": "no_answer"}
CHANNELS = ("phone", "sms", "email", "letter", "visit", "app", "chat")
"""The channels that reach a borrower."""


@dataclass(slots=True)
class Life:
    """What became of one loan. `fates` says what became of effects after they were decided: status and reason.

    `refused` are events of the book that cannot have happened, with the reason.
    """

    case: Case
    entries: list[Entry] = field(default_factory=list)
    fates: dict[str, tuple[Status, str]] = field(default_factory=dict)
    refused: list[tuple[Event, str]] = field(default_factory=list)

    @property
    def effects(self) -> Iterator[tuple[Entry, Effect, Status, str]]:
        """Every effect with its entry and what became of it."""
        for entry in self.entries:
            for effect in entry.results.effects:
                status, reason = self.fates.get(effect.id, (effect.status, effect.reason))
                yield entry, effect, status, reason


Watch: TypeAlias = Callable[[Case, date, bool], None]
"""Told before each turn: the case as it stands, the day of the turn to come, and whether that turn opens the day."""


class Company:
    """The person's other loans, as one of them meets them while it is lived: none."""

    def heard(self, decision: Decision, at: datetime) -> None:
        """A turn of the loan: the others hear what is new."""

    def contacts(self) -> PersonContacts | None:
        """What all loans of the person know of contacts; None where there is one."""
        return None

    def newer_than(self, effect: Effect, now: datetime) -> Iterator[Effect]:
        """The contacts of other loans that say now what an older one of a loan would have said."""
        return iter(())

    def along_with(self, effect: Effect, now: datetime) -> list[tuple[Walk, Effect]]:
        """The contacts of other loans that go out together with one of this loan."""
        return []


ALONE = Company()


def live_through(
    machine: Machine,
    loan_id: str,
    events: Iterable[tuple[datetime, Event]],
    until: date,
    *,
    contacts: Contacts = "assumed",
    watch: Watch | None = None,
) -> Life | None:
    """Live a loan from its opening to the end of `until`, as that day is told (`told_by`); None if it opens later.

    `events` come in the order in which they were noticed, the opening first. An event that cannot have happened is left
    out and named in `refused`.
    """
    history = Walk(machine, contacts, watch)
    for at, event in events:
        if (history.life is None and at.date() > until) or not history.advance(at, until):
            break
        history.take(loan_id, event, at)
    if history.life is None:
        return None
    history.advance(None, until)
    history.close(until)
    return history.life


class Step(NamedTuple):
    """What a loan comes to next by itself: at which instant, what takes it, and the day that begins with it, if one
    does."""

    at: datetime
    take: Callable[[], object]
    begins: date | None = None


class Answering(Protocol):
    """What a contact that goes out brings, as events: that it was delivered, and what became of the attempt."""

    def __call__(
        self,
        effect: Effect,
        at: datetime,
        flags: tuple[str, ...] = (),
        *,
        along_with: str | None = None,
        attempt_id: str | None = None,
    ) -> Iterator[Event]:
        """The events of one contact, at one instant."""


class Walk:
    """The walk through one loan's days: wake days, planned contacts and events, in order. `company` are the person's
    other loans, where they are lived together; `answering` says what contacts bring, by default nobody's answer."""

    def __init__(
        self,
        machine: Machine,
        contacts: Contacts,
        watch: Watch | None,
        company: Company = ALONE,
        answering: Answering | None = None,
    ) -> None:
        self.machine = machine
        self.answering = answering or delivered_unanswered
        self.assumed = contacts == "assumed"
        self.watch = watch
        self.company = company
        self.life: Life | None = None
        self._wake: date | None = None
        self._wake_of: Case | None = None
        self.planned: list[tuple[datetime, str, Effect]] = []

    def resume(self, case: Case) -> None:
        """Go on from a case as it stands: with what it has planned already."""
        self.life = Life(case)
        if self.assumed:
            self._plan(case, {effect.id for effect in case.course.open_effects})

    @property
    def wake(self) -> date | None:
        """The next day on which anything can change by itself. Found when it is asked for: of several turns at one
        instant only the last has one that matters."""
        if self.life is not None and self.life.case is not self._wake_of:
            self._wake_of = self.life.case
            self._wake = next_wake(self.machine, self.life.case)
        return self._wake

    def advance(self, at: datetime | None, until: date) -> bool:
        """Live all that comes before `at` (or to the end of `until`); False once `at` lies beyond it."""
        while (step := self.next_step(at, until)) is not None:
            step.take()
        if self.life is None or at is None:
            return True
        return at.astimezone(self.life.case.zone).date() <= until

    def next_step(self, at: datetime | None, until: date) -> Step | None:
        """What comes next by itself before `at`, up to the end of `until`: a wake day, or what was planned."""
        if self.life is None:
            return None
        case = self.life.case
        limit = until if at is None else min(until, at.astimezone(case.zone).date())
        planned = self.planned[0][0] if self.planned else None
        planned_day = planned.astimezone(case.zone).date() if planned else None
        wake = self.wake
        if wake is not None and wake <= limit and (planned_day is None or wake <= planned_day):
            begins = opening_of(wake, case)
            return Step(begins, partial(self._turn, None, TimePassed(day=wake), begins), wake)
        if planned is not None and planned_day is not None and planned_day <= limit and (at is None or planned <= at):
            return Step(planned, partial(self._deliver, planned))
        return None

    def close(self, until: date) -> None:
        """The turn that tells how the loan stands on `until`: where the due date is day 1, the next day's opening."""
        assert self.life is not None
        told = told_by(until, self.life.case.terms)
        if told.opening and self.wake == told.turn_day:
            self._turn(None, TimePassed(day=told.turn_day), opening_of(told.turn_day, self.life.case))

    def take(self, loan_id: str | None, event: Event, at: datetime) -> None:
        """One event of the history."""
        self._turn(loan_id, event, at)

    def _turn(self, loan_id: str | None, event: Event, at: datetime) -> None:
        case = self.life.case if self.life else None
        if case is not None and self.watch is not None:
            day = max(at.astimezone(case.zone).date(), case.day)
            self.watch(case, day, isinstance(event, TimePassed))
        try:
            decision = decide(self.machine, case, event, at, loan_id)
        except (EventRefused, MoneyError) as refusal:
            if self.life is None:
                raise EventRefused(f"loan `{loan_id}` cannot be opened: {refusal}") from None
            self.life.refused.append((event, str(refusal)))
            return
        self._note(decision)
        self.company.heard(decision, at)

    def _note(self, decision: Decision) -> None:
        if self.life is None:
            self.life = Life(decision.case)
        life = self.life
        life.case = decision.case
        if decision.entry is None:
            return
        life.entries.append(decision.entry)
        results = decision.entry.results
        for change in results.changes:
            life.fates[change.effect_id] = (Status(change.status), change.reason)
        if self.assumed and (results.effects or results.changes):
            self._plan(case=decision.case, ids={e.id for e in results.effects} | {c.effect_id for c in results.changes})

    def _plan(self, case: Case, ids: set[str]) -> None:
        for effect in case.course.open_effects:
            if effect.id in ids and effect.kind == "contact" and effect.status is Status.PENDING:
                heapq.heappush(self.planned, (effect.due_at, effect.id, effect))

    def _deliver(self, now: datetime) -> None:
        """The contacts that are due at one instant, as the outbox lets them go: one of a purpose that a newer one has,
        which may go out too, does not."""
        due: list[Effect] = []
        while self.planned and self.planned[0][0] == now:
            due.append(heapq.heappop(self.planned)[2])
        for effect in due:
            still = self._due_still(effect, now)
            if still is None:
                continue
            verdict = self._cleared(still, now)
            newer = self._newer(still, due, now) if verdict.status == "allowed" else None
            if newer is not None:
                reason = f"superseded by {newer.id}, of the same purpose"
                self._withhold(still, Verdict("vetoed", reason=reason), now, superseded=True)
            elif verdict.status != "allowed":
                self._withhold(still, verdict, now)
            else:
                self._go_out(still, now, verdict.flags)

    def _newer(self, effect: Effect, due: Iterable[Effect], now: datetime) -> Effect | None:
        """A contact that supersedes one, on this loan or another of the person, and may go out now."""
        return next(self.newer_than(effect, due, now), None) or next(self.company.newer_than(effect, now), None)

    def newer_than(self, effect: Effect, due: Iterable[Effect], now: datetime) -> Iterator[Effect]:
        """Of contacts of this loan that are `due`, those that say now what an older one would have said."""
        for other in due:
            if supersedes(other, effect):
                still = self._due_still(other, other.due_at)
                if still is not None and still.due_at <= now and self._cleared(still, now).status == "allowed":
                    yield still

    def _go_out(self, effect: Effect, now: datetime, flags: tuple[str, ...]) -> None:
        """A contact goes out, and with it what goes out together with it on the person's other loans."""
        along = self.company.along_with(effect, now)
        one = effect.id if along else None
        for event in self.answering(effect, now, flags, attempt_id=one):
            self._turn(None, event, now)
        for walk, other in along:
            for event in self.answering(other, now, along_with=effect.id, attempt_id=one):
                walk.take(None, event, now)

    def asked_for(self, effect: Effect) -> bool:
        """Whether an effect is one of this loan."""
        assert self.life is not None
        return any(one.id == effect.id for one in self.life.case.course.open_effects)

    def rides_along(self, effect: Effect, now: datetime) -> Effect | None:
        """The contact of this loan that says at this instant what `effect` says on another; None where none may."""
        for _at, _id, planned in sorted(self.planned, key=lambda one: one[:2]):
            still = self._due_still(planned, planned.due_at) if planned.due_at <= now else None
            if still is not None and says_the_same(still, effect) and self._cleared(still, now).status == "allowed":
                return still
        return None

    def _due_still(self, effect: Effect, now: datetime) -> Effect | None:
        """An effect as the case has it now; None where it is not to go out at this instant any more."""
        assert self.life is not None
        still = next((one for one in self.life.case.course.open_effects if one.id == effect.id), None)
        return still if still is not None and still.status is Status.PENDING and still.due_at == now else None

    def _cleared(self, effect: Effect, now: datetime) -> Verdict:
        assert self.life is not None
        return permitted(self.machine, self.life.case, effect, now, self.company.contacts())

    def _withhold(self, effect: Effect, verdict: Verdict, now: datetime, *, superseded: bool = False) -> None:
        """The outbox's word that a contact does not go out, or not now."""
        assert self.life is not None
        how = "superseded" if superseded else verdict.status
        event = EffectWithheld.model_validate(
            {"id": f"{effect.id}:{how}:{self.life.case.seq}", "effect_id": effect.id, "how": how, "until": verdict.at}
            | {"limit": verdict.limit, "reason": verdict.reason, "at": now}
        )
        self.life.fates[effect.id] = (Status.PENDING if how == "deferred" else Status(how), verdict.reason)
        self._turn(None, event, now)
        self._plan(self.life.case, {effect.id})


def delivered_unanswered(
    effect: Effect,
    at: datetime,
    flags: tuple[str, ...] = (),
    *,
    along_with: str | None = None,
    attempt_id: str | None = None,
) -> Iterator[Event]:
    """A contact that reached a channel and that nobody answered, as events: by itself, or as part of a letter for
    several loans, which is one attempt."""
    yield EffectDelivered(id=f"{effect.id}:delivered", effect_id=effect.id, flags=flags, along_with=along_with, at=at)
    channel = effect.params.get("channel")
    if channel in CHANNELS:
        outcome = _ANSWERED_BY_NOBODY.get(channel, "delivered")
        changes = {"id": f"{effect.id}:attempt", "outcome": outcome, "attempt_id": attempt_id, "at": at}
        yield attempt_by(effect).model_copy(update=changes)
