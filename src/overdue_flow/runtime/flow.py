"""Flow: a policy, a store and the host's hooks. Events come in, turns are recorded, effects go out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias

from overdue_flow.cases.case import Case
from overdue_flow.cases.counting import told_by
from overdue_flow.cases.effects import Effect, Purpose, Status
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.events import EffectDelivered, EffectFailed, Event, LoanOpened, PolicyAdopted, TimePassed
from overdue_flow.cases.evolve import replay
from overdue_flow.cases.values import changed
from overdue_flow.engine.decide import check_instant, decide
from overdue_flow.engine.decision import Decision
from overdue_flow.engine.draft import opening_of
from overdue_flow.engine.explain import Explanation, explain
from overdue_flow.engine.live import live
from overdue_flow.engine.machine import Machine
from overdue_flow.engine.tasks import withheld
from overdue_flow.engine.wake import next_wake
from overdue_flow.errors import EventConflict, EventRefused, NotBuiltYet, UnknownCase
from overdue_flow.policy.policy import Policy
from overdue_flow.runtime.versions import Versions, check_stage_map
from overdue_flow.store.protocol import Store

BUILT_IN_ACTIONS = frozenset({"attention", "approval", "hold_review"})
"""Tasks that every policy asks of people, without declaring them."""

Hook: TypeAlias = Callable[[Effect, Case], Iterable[Event] | Event | None]


class Flow:
    """The life of many loans under the versions of one policy.

    `policies` is one version or several: a case is opened under the one in force on that day and stays with it until
    `PolicyAdopted`; limits, holds and never clauses are those of the newest in force. `clock` gives the instant at
    which an event without `at` was noticed.
    """

    def __init__(
        self,
        policies: Policy | Sequence[Policy],
        store: Store,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._versions = Versions((policies,) if isinstance(policies, Policy) else policies)
        self._store = store
        self._clock = clock
        self._lived_to = date.min
        self._hooks: dict[str, Hook] = {}

    def on(self, action: str) -> Callable[[Hook], Hook]:
        """Register the hook of an action: `@flow.on("send_message")`. It may return events, which come in again."""
        policy = self._versions.newest
        if action not in policy.actions and action not in BUILT_IN_ACTIONS:
            raise ValueError(f"policy {policy.id} has no action `{action}`; it has {', '.join(sorted(policy.actions))}")

        def register(hook: Hook) -> Hook:
            self._hooks[action] = hook
            return hook

        return register

    def receive(self, case_id: str, event: Event, *, at: datetime | None = None) -> Decision:
        """What happened to a loan. The days that should have begun before it are lived first.

        Raises EventRefused (it cannot have happened; nothing is recorded), EventConflict (its id came before, with
        other content), UnknownCase. A repeat changes nothing: the decision says `repeated`.
        """
        if event.id is None:
            raise EventRefused(f"`{event.kind}` needs an id: the key by which a repeat is known")
        if isinstance(event, TimePassed):
            raise EventRefused("days pass by themselves; `wake` lives them in order")
        noticed = at or event.at or self._clock()
        check_instant(noticed)
        earlier = self._store.recorded(case_id, event.id)
        if earlier is not None:
            return self._repeated(case_id, event, earlier)
        case = self._store.load(case_id)
        if case is None and not isinstance(event, LoanOpened):
            raise UnknownCase(f"there is no case `{case_id}`; its first event is `LoanOpened` or `CaseAdopted`")
        if case is not None:
            case = self._up_to_date(case, noticed)
        machine = self._machine_for(case, event, noticed)
        decision = decide(machine, case, event, noticed, case_id)
        self._commit(decision, case.seq if case else 0)
        return decision

    def receive_many(self, events: Iterable[tuple[str, Event]]) -> list[Decision]:
        """Several events, each with its loan, in the order given."""
        return [self.receive(case_id, event) for case_id, event in events]

    def wake(self, until: date) -> list[Decision]:
        """Every case whose day has come, up to and including `until`; the turns in which something happened."""
        decisions: list[Decision] = []
        self._lived_to = max(self._lived_to, until)
        for case_id in self._store.due(until):
            case = self.case(case_id)
            if self._live(case, until, decisions) is case:
                # it was put to sleep under other policies; under these it wakes on another day
                self._commit(Decision(case), case.seq)
        return decisions

    def deliver(self, now: datetime | None = None) -> list[Effect]:
        """Hand every effect that is due to its hook; those that were delivered.

        An effect that may not go out to the case as it is now waits or is vetoed. Of several contacts of one purpose to
        one person only the newest goes out; the others are superseded. What needs a part of the policy that
        a later release carries out (a limit, a ladder, a deadline) stays where it is; when all else is delivered,
        NotBuiltYet names it.
        """
        now = now or self._clock()
        delivered, unbuilt = [], []
        due = list(self._store.outbox(now))
        newest = self._newest_contacts(due)
        for case_id, planned in due:
            # the case as it is now: days may have begun, and what went out before may have brought an answer
            case = self.case(case_id)
            case = self._live(case, now.astimezone(case.zone).date())
            effect = next((one for one in case.course.open_effects if one.id == planned.id), None)
            machine = self._versions.of(case, case.day)
            if effect is None or not _is_due(effect, now) or withheld(machine, case, case.day, effect) is not None:
                continue
            missing = not_built_yet(machine, effect)
            instead = newest.get((case.person_id, effect.purpose), effect) if effect.kind == "contact" else effect
            if missing:
                unbuilt.append(f"{effect.id} ({effect.action}): {missing}")
            elif effect.action in self._hooks and instead.id != effect.id:
                self._supersede(case, effect, instead, now)
            elif effect.action in self._hooks:
                self._hand_over(case, effect, now)
                delivered.append(effect)
        if unbuilt:
            raise NotBuiltYet(
                f"not delivered, since this release checks it and does not carry it out: {'; '.join(unbuilt)}"
            )
        return delivered

    def _newest_contacts(self, due: Iterable[tuple[str, Effect]]) -> dict[tuple[str, Purpose | None], Effect]:
        """Of the contacts that are due and can be handed over, the last one of each purpose to each person."""
        newest: dict[tuple[str, Purpose | None], Effect] = {}
        for case_id, effect in due:
            case = self.case(case_id)
            ready = effect.action in self._hooks and not not_built_yet(self._versions.of(case, case.day), effect)
            key = (case.person_id, effect.purpose)
            if effect.kind == "contact" and ready and (key not in newest or newest[key].due_at <= effect.due_at):
                newest[key] = effect
        return newest

    def _supersede(self, case: Case, effect: Effect, instead: Effect, now: datetime) -> None:
        """The outbox's word that a contact is not sent, since a newer one says what it would have said."""
        reason = f"superseded by {instead.id}, of the same purpose"
        self.receive(
            case.id, EffectFailed(id=f"{effect.id}:superseded", effect_id=effect.id, reason=reason, final=True, at=now)
        )

    def _hand_over(self, case: Case, effect: Effect, now: datetime) -> None:
        """Call the hook, and take what it returns in by the front door."""
        answer = self._hooks[effect.action](effect, case)
        self.receive(case.id, EffectDelivered(id=f"{effect.id}:delivered", effect_id=effect.id, at=now))
        for number, event in enumerate(_events(answer)):
            named = event if event.id else event.model_copy(update={"id": f"{effect.id}:{number}"})
            self.receive(case.id, named, at=event.at or now)

    def case(self, case_id: str) -> Case:
        """A case as its last turn left it. UnknownCase where there is none."""
        case = self._store.load(case_id)
        if case is None:
            raise UnknownCase(f"there is no case `{case_id}`")
        return case

    def history(self, case_id: str) -> tuple[Entry, ...]:
        """The journal of a case, oldest entry first."""
        return self._store.journal(case_id)

    def explain(self, case_id: str, on: date | None = None) -> Explanation:
        """Where a case stands, why, what each way out waits for, and what happens next if nothing does.

        `on` is any day since its opening: one that is past is told as it was known then, one to come as if nothing
        happened until then. By default the day of its last turn. UnknownCase for a day before the opening.
        """
        case = self.case(case_id)
        if on is not None:
            case = self._as_told(case, on)
        return explain(self._versions.of(case, on or case.day), case, on)

    def _as_told(self, case: Case, on: date) -> Case:
        """The case after the turn that tells how it stands on `on`."""
        day, opening_only = told_by(on, case.terms)
        past = [
            entry
            for entry in self.history(case.id)
            if entry.day < day or (entry.day == day and (not opening_only or isinstance(entry.event, TimePassed)))
        ]
        if not past:
            raise UnknownCase(
                f"case `{case.id}` was not open on {on}; its first turn was on {self.history(case.id)[0].day}"
            )
        if len(past) < case.seq:
            case = replay(past)
        for decision in self._days(case, day):
            case = decision.case
        return case

    def _up_to_date(self, case: Case, noticed: datetime) -> Case:
        """The case on the day on which an event is noticed, or on the last night's if that is later.

        A case that slept through the nights stands on an earlier day than they; a turn never goes back behind them.
        """
        case = self._live(case, max(noticed.astimezone(case.zone).date(), self._lived_to))
        return changed(case, day=self._lived_to) if case.day < self._lived_to else case

    def _live(self, case: Case, until: date, decisions: list[Decision] | None = None) -> Case:
        """Live the days up to and including `until`, and record them."""
        for decision in self._days(case, until):
            self._commit(decision, case.seq)
            case = decision.case
            if decisions is not None and decision.entry is not None:
                decisions.append(decision)
        return case

    def _days(self, case: Case, until: date) -> Iterator[Decision]:
        """The turns of the days up to and including `until`, each under the law of its day."""
        while True:
            change = self._versions.next_change(case.day)
            last = until if change is None else min(until, change - timedelta(days=1))
            for decision in live(self._versions.of(case, case.day), case, last):
                yield decision
                case = decision.case
            if change is None or change > until:
                return
            decision = decide(self._versions.of(case, change), case, TimePassed(day=change), opening_of(change, case))
            yield decision
            case = decision.case

    def _commit(self, decision: Decision, expected_seq: int) -> None:
        case = decision.case
        days = (next_wake(self._versions.of(case, case.day), case), self._versions.next_change(case.day))
        wake_on = min((day for day in days if day is not None), default=None)
        self._store.commit(case, decision.entry, wake_on, expected_seq=expected_seq)

    def _repeated(self, case_id: str, event: Event, earlier: Entry) -> Decision:
        if not event.repeats(earlier.event):
            raise EventConflict(
                f"event `{event.id}` of case `{case_id}` came before with other content; a new event needs a new id"
            )
        return Decision(self.case(case_id), earlier, repeated=True)

    def _machine_for(self, case: Case | None, event: Event, at: datetime) -> Machine:
        if case is None:
            terms = getattr(event, "terms", None) or self._versions.newest.terms
            return self._versions.opening(at.astimezone(terms.zone).date())
        day = max(case.day, at.astimezone(case.zone).date())
        machine = self._versions.of(case, day)
        if isinstance(event, PolicyAdopted):
            adopted = self._versions.pinned(event.policy, event.version, day)
            check_stage_map(event, machine.policy, adopted.policy)
            return adopted
        return machine


def _events(answer: Iterable[Event] | Event | None) -> list[Event]:
    if answer is None:
        return []
    return [answer] if isinstance(answer, Event) else list(answer)


def _is_due(effect: Effect, now: datetime) -> bool:
    in_time = effect.not_after is None or now < effect.not_after
    return effect.status is Status.PENDING and effect.due_at <= now and in_time


def not_built_yet(machine: Machine, effect: Effect) -> str:
    """What an effect needs of the policy that this release only checks; "" where it needs nothing of the kind."""
    if effect.action == "ladder":
        return f"ladder {effect.cause} is not climbed"
    limits = machine.law.limits_on(effect)
    if limits:
        return f"limit {', '.join(limits)} is not applied"
    watched = effect.kind == "task" and effect.cause in machine.policy.deadline_ids
    return f"the deadline of {effect.cause} is not watched" if watched else ""
