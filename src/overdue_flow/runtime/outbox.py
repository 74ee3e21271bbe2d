"""The outbox at work: what is due is claimed, looked at once more, handed to its hook, and what came of it recorded.

At least once: an effect is in the outbox until its outcome is recorded, so a worker that dies in between leaves it to
the next one, when its lease is over. The hook knows it again by its id.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect
from overdue_flow.cases.events import EffectWithheld, Event
from overdue_flow.engine.decision import Decision
from overdue_flow.errors import NotInForce
from overdue_flow.runtime.answers import STORES_OWN, Answers, Claimed
from overdue_flow.runtime.calling import is_async
from overdue_flow.runtime.clearance import Clearance, No, is_ready, on_its_way
from overdue_flow.runtime.hooks import (
    HookFailed,
    HookNotCalled,
    Hooks,
    Registered,
    Rubbish,
    asked_of,
    events_in,
    one_line,
    reason_of,
)
from overdue_flow.runtime.in_one import companions, is_carrier
from overdue_flow.runtime.report import DeliveryReport, NotDelivered
from overdue_flow.runtime.settings import Refresh, Settings
from overdue_flow.runtime.switches import stopping
from overdue_flow.runtime.telemetry import Telemetry
from overdue_flow.runtime.turns import Turns
from overdue_flow.store.protocol import EVERY_CONTACT, Parcel

log = logging.getLogger("overdue_flow.outbox")

CLAIMED_AT_ONCE = 100
"""How many effects a worker takes at a time."""

PAUSE = timedelta(minutes=1)
"""How long an effect waits that comes back in the same run."""

SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Outbox:
    """One worker's deliveries."""

    turns: Turns
    hooks: Hooks
    clearance: Clearance
    settings: Settings
    telemetry: Telemetry
    tell: Callable[[Sequence[Decision]], None]

    def deliver(self, now: datetime | None, limit: int | None) -> DeliveryReport:
        """Deliver what is due, at most `limit` effects. The instant is `now`, or each time what the clock says."""
        run = Run(self, now)
        left = limit
        while left is None or left > 0:
            at, gone = run.instant(), run.gone() // SECOND * SECOND
            actions = self.going_out()
            room = CLAIMED_AT_ONCE if left is None else min(CLAIMED_AT_ONCE, left)
            parcels = self.turns.store.claim(
                at, worker=self.settings.worker, lease=self.settings.lease + gone, limit=room, actions=actions
            )
            if not parcels:
                break
            run.work_through(parcels, at + gone + self.settings.lease)
            left = left - len(parcels) if left is not None else None
        return run.report

    def going_out(self) -> set[str] | None:
        """The actions that this worker delivers now: without those that are stopped. None: all, in shadow mode."""
        if self.clearance.shadow:
            return None
        actions = self.hooks.delivered_here()
        stopped = self.turns.store.switches()
        if EVERY_CONTACT in stopped:
            actions -= self.hooks.contacts()
        return actions - set(stopped)

    def is_stopped(self, effect: Effect) -> bool:
        """Whether a switch keeps an effect from going out."""
        return stopping(effect, self.turns.store.switches()) is not None


class Run:
    """One call of `deliver`."""

    def __init__(self, outbox: Outbox, now: datetime | None) -> None:
        self._outbox = outbox
        self._turns = outbox.turns
        self._settings = outbox.settings
        self._now = now
        self._began = monotonic()
        self._seen: set[str] = set()
        self.report = DeliveryReport()
        self._answers = Answers(
            outbox.turns, outbox.settings.worker, outbox.settings.patience, self.instant, outbox.tell
        )

    def instant(self) -> datetime:
        """The instant that counts as now."""
        return self._now or self._turns.clock()

    def gone(self) -> timedelta:
        """How long ago the instant that counts as now was given: a lease runs on while it stands."""
        return timedelta(seconds=monotonic() - self._began) if self._now is not None else timedelta()

    def work_through(self, parcels: Sequence[Parcel], leased_until: datetime) -> None:
        """Deliver what was claimed. What there is no time for, or what an error left over, is given back."""
        self._leased_until = leased_until
        left = list(parcels)
        together: dict[str, list[Parcel]] = {}
        try:
            while left and self._time_left():
                hook = self._outbox.hooks.of(left[0].effect.action)
                if hook is not None and hook.batch is not None and not hook.in_one:
                    self._gather(hook, left.pop(0), together)
                    continue
                claimed = self._looked_at(left[0])
                left.pop(0)
                if claimed is not None and hook is not None and hook.in_one:
                    self._hand_over_in_one(hook, claimed, left)
                elif claimed is not None:
                    self._hand_over(hook, claimed)
            for action in list(together):
                self._hand_over_many(self._outbox.hooks.of(action), together.pop(action))
        except Exception:
            with suppress(Exception):
                self._give_back([*left, *(one for group in together.values() for one in group)])
            raise
        self._give_back(left)

    def _time_left(self) -> bool:
        """Whether a hook may take as long as it may before the lease is over."""
        return self.instant() + self.gone() + (self._settings.time_limit or timedelta()) < self._leased_until

    def _give_back(self, parcels: Iterable[Parcel]) -> None:
        for parcel in parcels:
            self._put_back(parcel, parcel.effect.due_at)

    def _put_back(self, parcel: Parcel, ready_at: datetime) -> None:
        self._turns.store.put_back(
            parcel.effect.id,
            worker=self._settings.worker,
            ready_at=ready_at,
            tries=parcel.tries,
            error=parcel.error,
        )

    # --- the last look ---

    def _looked_at(self, parcel: Parcel, lead: Claimed | None = None) -> Claimed | None:
        """An effect that may go out now, in one with `lead`; None where it does not, and what that led to is
        recorded."""
        if parcel.effect.id in self._seen:
            self._put_back(parcel, self.instant() + PAUSE)
            return None
        self._seen.add(parcel.effect.id)
        try:
            return self._turns.patiently(lambda: self._checked(parcel, lead))
        except STORES_OWN:
            raise
        except NotInForce as why:
            self._leave(parcel, str(why))
        except Exception as why:  # noqa: BLE001  # whatever is wrong with one case, the others' effects go out
            self._failed(parcel, f"before delivery: {reason_of(why)}")
        return None

    def _checked(self, parcel: Parcel, lead: Claimed | None) -> Claimed | None:
        case = self._up_to_date(parcel.case_id, self.instant())
        at = self.instant()  # what brings a loan up to date takes its time
        effect = on_its_way(case, parcel.effect.id)
        if effect is None or not is_ready(effect, at):
            if effect is not None:
                self._put_back(parcel, max(effect.due_at, at + timedelta(microseconds=1)))
            return None
        found = self._outbox.clearance.of(case, effect, at)
        if not isinstance(found, No):
            stopped = self._turns.store.switches()
            if stopping(effect, stopped) is not None:
                self._put_back(parcel, effect.due_at)
                return None
            if self._outbox.clearance.looks_at_the_person(case, effect):
                with_it = lead.effect if lead is not None else None
                found = self._outbox.clearance.of_person(self._turns.store, case, effect, at, stopped, with_it)
        if isinstance(found, No):
            self._withhold(case, effect, found, at)
            return None
        return Claimed(parcel, effect, case, found.flags, lead.effect.id if lead is not None else None)

    def _up_to_date(self, case_id: str, at: datetime) -> Case:
        """The case as it is now: days may have begun, and the host may know more."""
        case = self._turns.case(case_id)
        lived = self._turns.live(case, at.astimezone(case.zone).date())
        if lived:
            self._outbox.tell(lived)
            case = self._turns.case(case_id)
        refresh = self._settings.refresh
        happened = self._refreshed(refresh, case) if refresh is not None else []
        for event in happened:
            self._outbox.tell(self._turns.receive(case_id, event, now=at))
        return self._turns.case(case_id) if happened else case

    def _refreshed(self, refresh: Refresh, case: Case) -> list[Event]:
        found: list[Event] = asked_of(
            lambda: refresh(case), self._settings.time_limit, events_in, is_async=is_async(refresh), name="refresh"
        )
        return found

    def _withhold(self, case: Case, effect: Effect, no: No, at: datetime) -> None:
        """The outbox's word that an effect does not go out."""
        event = EffectWithheld(
            id=self._turns.free_id(case, f"{effect.id}:{no.how}:{case.seq + 1}"),
            at=at,
            effect_id=effect.id,
            how=no.how,
            until=no.until,
            limit=no.limit,
            reason=no.reason,
        )
        self._outbox.tell(self._turns.decide(case, event, at))
        self._note(self.report.withheld, effect, no.how, no.reason)

    def _leave(self, parcel: Parcel, reason: str) -> None:
        """It is of a version that this worker lacks: no fault of the effect's, and no try."""
        self._put_back(parcel, self.instant() + PAUSE)
        if self._turns.decider.versions.lacks(reason):
            log.warning("effects are left to workers that have their version: %s", reason)
        self._note(self.report.withheld, parcel.effect, "left", reason)

    def _note(self, where: list[NotDelivered], effect: Effect, how: str, reason: str) -> None:
        where.append(NotDelivered(effect, how, reason))
        self._outbox.telemetry.count_effect(effect.action, how if how in ("failed", "parked") else "withheld")
        level = logging.WARNING if how in ("failed", "parked") else logging.INFO
        if log.isEnabledFor(level):
            told = {"effect_id": effect.id, "action": effect.action, "outcome": how, "reason": reason}
            log.log(level, "effect %s (%s) %s: %s", effect.id, effect.action, how, reason, extra=told)

    # --- handing over ---

    def _hand_over(self, hook: Registered | None, claimed: Claimed) -> None:
        """To the hook, at once; a task without one stands on the list of tasks from now on."""
        if self._outbox.is_stopped(claimed.effect):
            self._put_back(claimed.parcel, claimed.effect.due_at)
            return
        answer: list[Event] | Exception = []
        if hook is not None:
            try:
                with self._outbox.telemetry.span("hook", action=hook.action, effect_id=claimed.effect.id):
                    late = partial(self._answers.record_late, claimed)
                    answer = hook.deliver(claimed.effect, claimed.case, self._settings.time_limit, late)
            except (HookFailed, Rubbish) as why:
                answer = why
        self._came(claimed, answer)

    def _gather(self, hook: Registered, parcel: Parcel, together: dict[str, list[Parcel]]) -> None:
        group = together.setdefault(hook.action, [])
        group.append(parcel)
        if len(group) == hook.batch:
            self._hand_over_many(hook, together.pop(hook.action))

    def _hand_over_many(self, hook: Registered | None, parcels: Sequence[Parcel]) -> None:
        """To the hook, all at once. Each is looked at now, not when it was gathered: what came first takes its time."""
        assert hook is not None, "only what has a hook is gathered"
        try:
            group = [claimed for parcel in parcels if (claimed := self._looked_at(parcel)) is not None]
        except Exception:
            with suppress(Exception):
                self._give_back(parcels)
            raise
        self._call_with(hook, group)

    def _hand_over_in_one(self, hook: Registered, lead: Claimed, left: list[Parcel]) -> None:
        """To the hook, with what says the same to the person about other loans: one letter for all of them."""
        group = [lead]
        if is_carrier(self._turns.decider.machine(lead.case), lead):
            worker, lease = self._settings.worker, self._leased_until - self.instant()
            found = companions(self._turns.store, lead, left, self.instant(), worker, lease)
            try:
                group += [claimed for parcel in found if (claimed := self._looked_at(parcel, lead)) is not None]
            except Exception:
                with suppress(Exception):
                    self._give_back([lead.parcel, *found])
                raise
        self._call_with(hook, [one._replace(attempt_id=lead.effect.id) for one in group] if len(group) > 1 else group)

    def _call_with(self, hook: Registered, group: Sequence[Claimed]) -> None:
        """To the hook, several at once that may go out; given back where there is no time for it, or none at all."""
        if not group or not self._time_left() or self._outbox.is_stopped(group[0].effect):
            self._give_back(one.parcel for one in group)
            return
        answers: dict[str, list[Event] | Exception]
        try:
            with self._outbox.telemetry.span("hook", action=hook.action, effects=len(group)):
                given = [(one.effect, one.case) for one in group]
                late = partial(self._answers.record_late_each, group)
                answers = hook.deliver_many(given, self._settings.time_limit, late)
        except (HookFailed, Rubbish) as why:
            answers = {one.effect.id: why for one in group}
        for claimed in group:
            self._came(claimed, answers[claimed.effect.id])

    # --- what came of it ---

    def _came(self, claimed: Claimed, answer: list[Event] | Exception) -> None:
        if isinstance(answer, Rubbish):
            self._park(claimed.parcel, claimed.parcel.tries + 1, str(answer))
        elif isinstance(answer, HookNotCalled):
            self._put_back(claimed.parcel, self.instant() + PAUSE)  # no fault of the effect's, and no try
            self._note(self.report.failed, claimed.effect, "failed", str(answer))
        elif isinstance(answer, Exception):
            self._failed(claimed.parcel, str(answer))
        else:
            try:
                self._answers.record(claimed, answer)
            except STORES_OWN:
                raise
            except Exception as refused:  # noqa: BLE001  # it was delivered; to call the hook again would not help
                reason = f"what the hook returned was refused: {reason_of(refused)}"
                self._park(claimed.parcel, claimed.parcel.tries + 1, reason)
                return
            self.report.delivered.append(claimed.effect)
            self._outbox.telemetry.count_effect(claimed.effect.action, "delivered")

    def _failed(self, parcel: Parcel, reason: str) -> None:
        reason = one_line(reason)
        tries = parcel.tries + 1
        if tries >= self._settings.patience.tries:
            self._park(parcel, tries, reason)
            return
        self._answers.try_again(parcel, tries, reason)
        self._note(self.report.failed, parcel.effect, "failed", reason)

    def _park(self, parcel: Parcel, tries: int, reason: str) -> None:
        reason = one_line(reason)
        self._answers.park(parcel, tries, reason)
        self._note(self.report.parked, parcel.effect, "parked", reason)
