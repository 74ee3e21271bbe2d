"""Whether an effect may go out now: the last look, at the case and the person as they are at this instant."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.person import PersonContacts
from overdue_flow.cases.values import changed
from overdue_flow.engine.limits import lookback, permitted, reservation
from overdue_flow.engine.tasks import withheld
from overdue_flow.engine.together import supersedes
from overdue_flow.runtime.deciding import Decider
from overdue_flow.store.protocol import Parcel, Store


class No(NamedTuple):
    """Why an effect does not go out: the words of `EffectWithheld`."""

    how: str
    reason: str
    until: datetime | None = None
    limit: str | None = None


class Yes(NamedTuple):
    """It may go out. `flags` are limits that advise or presume against it."""

    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Clearance:
    """Clears effects under the versions that `decider` knows. In `shadow` mode nothing is cleared."""

    decider: Decider
    shadow: bool

    def of(self, case: Case, effect: Effect, at: datetime) -> Yes | No:
        """Whether an effect may go out to a case that has lived up to `at`, whatever its person's other loans say."""
        if effect.not_after is not None and at >= effect.not_after:
            return No("expired", "its last day is over")
        if self.shadow:
            return No("skipped", "shadow mode")
        today = max(case.day, at.astimezone(case.zone).date())
        no = withheld(self.decider.machine(case), case, today, effect)
        return Yes() if no is None else No(no[0].value, no[1])

    def looks_at_the_person(self, case: Case, effect: Effect) -> bool:
        """Whether what the person's other loans know matters to an effect: to contacts, and what limits look at."""
        return effect.kind == "contact" or bool(self.decider.machine(case).law.limits_on(effect))

    def of_person(
        self,
        store: Store,
        case: Case,
        effect: Effect,
        at: datetime,
        stopped: Collection[str],
        lead: Effect | None = None,
    ) -> Yes | No:
        """The same with all contacts of the person. A contact that may go out is reserved: from now on it counts.
        `stopped` are actions that no worker delivers now. What goes out in one with a `lead` is that contact."""
        with store.transaction() as bound:
            bound.lock_person(case.person_id)
            contacts = bound.contacts(case.person_id, since=self._since(case, at))
            if lead is not None:
                others = PersonContacts(tuple(line for line in contacts.lines if line.key != lead.id))
                return self._forbidden(case, effect, at, others)
            no = self._forbidden(case, effect, at, contacts)
            if isinstance(no, No) or effect.kind != "contact":
                return no
            newer = next(self._newer(bound, case, effect, at, contacts, stopped), None)
            if newer is not None:
                return No("superseded", f"superseded by {newer.id}, of the same purpose")
            bound.reserve(case.person_id, reservation(case, effect, at))
            return no

    def _since(self, case: Case, at: datetime) -> datetime | None:
        back = lookback(self.decider.machine(case))
        return at - back if back is not None else None

    def _forbidden(self, case: Case, effect: Effect, at: datetime, contacts: PersonContacts) -> Yes | No:
        verdict = permitted(self.decider.machine(case), case, effect, at, contacts)
        if verdict.status == "allowed":
            return Yes(verdict.flags)
        until = verdict.at if verdict.status == "deferred" else None
        return No(verdict.status, verdict.reason, until, verdict.limit)

    def _newer(
        self,
        store: Store,
        case: Case,
        effect: Effect,
        at: datetime,
        contacts: PersonContacts,
        stopped: Collection[str],
    ) -> Iterator[Effect]:
        """Contacts to the same person that supersede one, and may go out now.

        After an outage nobody is called three times: the newest says what the others would have said. Which worker
        delivers the newer one does not matter.
        """
        if effect.must:
            return
        others = Others(self, store, case, at, contacts)
        for parcel in store.outbox(parked=False, person_id=case.person_id):
            other = parcel.effect
            known = supersedes(other, effect) and other.action not in stopped and is_ready(other, at)
            if known and others.may_go(parcel):
                yield other

    def may_go(self, case: Case, effect: Effect, at: datetime, contacts: PersonContacts) -> bool:
        """Whether an effect may go out to a case that has lived up to `at`, given all contacts of the person."""
        return isinstance(self.of(case, effect, at), Yes) and isinstance(
            self._forbidden(case, effect, at, contacts), Yes
        )


class Others:
    """What else is on its way to a person at one instant. Each loan is lived, and each kind of effect is asked about,
    once: two that differ in nothing but their names and dates may both go out, or neither may."""

    def __init__(self, clearance: Clearance, store: Store, case: Case, at: datetime, contacts: PersonContacts) -> None:
        self._clearance, self._store, self._at, self._contacts = clearance, store, at, contacts
        self._loans: dict[str, tuple[Case, dict[str, Effect]] | None] = {case.id: _underway(case)}
        self._reserved = {line.key for line in contacts.lines if line.reserved}
        self._asked: dict[str, list[tuple[Effect, bool]]] = {}

    def may_go(self, parcel: Parcel) -> bool:
        """Whether an effect may go out now."""
        if parcel.case_id not in self._loans:
            self._loans[parcel.case_id] = self._lived(parcel.case_id)
        loan = self._loans[parcel.case_id]
        effect = loan[1].get(parcel.effect.id) if loan is not None else None
        if loan is None or effect is None or not is_ready(effect, self._at):
            return False
        if effect.id in self._reserved:  # its own reservation is left out, and those of others count
            return self._clearance.may_go(loan[0], effect, self._at, self._contacts)
        return self._may_go(parcel.case_id, loan[0], effect)

    def _may_go(self, case_id: str, case: Case, effect: Effect) -> bool:
        if effect.not_after is not None and self._at >= effect.not_after:
            return False
        kind = changed(effect, **_OF_ONE_KIND)
        known = self._asked.setdefault(case_id, [])
        for asked, may_go in known:
            if asked == kind:
                return may_go
        may_go = self._clearance.may_go(case, effect, self._at, self._contacts)
        known.append((kind, may_go))
        return may_go

    def _lived(self, case_id: str) -> tuple[Case, dict[str, Effect]] | None:
        case = self._store.load(case_id)
        if case is None:
            return None
        for decision in self._clearance.decider.days(case, self._at.astimezone(case.zone).date()):
            case = decision.case
        return _underway(case)


_OF_ONE_KIND: dict[str, object] = {
    "id": "", "cause": "", "decided_on": date.min, "due_at": datetime.min.replace(tzinfo=UTC), "not_after": None,
    "reason": "", "deadline_on": None, "step": "", "follows": (), "about": "",
}  # fmt: skip
"""What two effects may differ in, and the one may go out where the other may, as long as they are not too late."""


def _underway(case: Case) -> tuple[Case, dict[str, Effect]]:
    return case, {effect.id: effect for effect in case.course.open_effects}


def on_its_way(case: Case, effect_id: str) -> Effect | None:
    """An effect that waits in the outbox; None where the case knows none of that id any more."""
    return next((one for one in case.course.open_effects if one.id == effect_id), None)


def is_ready(effect: Effect, at: datetime) -> bool:
    """Whether an effect waits for nothing but to be handed over."""
    return effect.status is Status.PENDING and effect.due_at <= at
