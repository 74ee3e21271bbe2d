"""Whether an effect may go out now: the last look, at the case and the person as they are at this instant."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.person import PersonContacts
from overdue_flow.engine.limits import lookback, permitted, reservation
from overdue_flow.engine.tasks import withheld
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

    def of_person(self, store: Store, case: Case, effect: Effect, at: datetime, stopped: Collection[str]) -> Yes | No:
        """The same with all contacts of the person. A contact that may go out is reserved: from now on it counts.
        `stopped` are actions that no worker delivers now."""
        with store.transaction() as bound:
            bound.lock_person(case.person_id)
            contacts = bound.contacts(case.person_id, since=self._since(case, at))
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
        """Contacts of the same purpose to the same person that were decided on a later day, and may go out now.

        After an outage nobody is called three times: the newest says what the others would have said. What must go
        out is never superseded. Which worker delivers the newer one does not matter.
        """
        if effect.must:
            return
        for parcel in store.outbox(parked=False, person_id=case.person_id):
            other = parcel.effect
            if (
                other.kind == "contact"
                and other.purpose == effect.purpose
                and other.decided_on > effect.decided_on
                and other.action not in stopped
                and is_ready(other, at)
                and self._may_go(store, case, parcel, at, contacts)
            ):
                yield other

    def _may_go(self, store: Store, case: Case, parcel: Parcel, at: datetime, contacts: PersonContacts) -> bool:
        theirs = case if parcel.case_id == case.id else store.load(parcel.case_id)
        if theirs is None:
            return False
        if theirs is not case:
            for decision in self.decider.days(theirs, at.astimezone(theirs.zone).date()):
                theirs = decision.case
        effect = on_its_way(theirs, parcel.effect.id)
        return (
            effect is not None
            and is_ready(effect, at)
            and isinstance(self.of(theirs, effect, at), Yes)
            and isinstance(self._forbidden(theirs, effect, at, contacts), Yes)
        )


def on_its_way(case: Case, effect_id: str) -> Effect | None:
    """An effect that waits in the outbox; None where the case knows none of that id any more."""
    return next((one for one in case.course.open_effects if one.id == effect_id), None)


def is_ready(effect: Effect, at: datetime) -> bool:
    """Whether an effect waits for nothing but to be handed over."""
    return effect.status is Status.PENDING and effect.due_at <= at
