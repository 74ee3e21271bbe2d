"""A store in memory: for tests, simulation, and the first hour with the library."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from heapq import nsmallest
from threading import RLock

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.person import Line, PersonContacts
from overdue_flow.errors import ConcurrentTurn, StoreUnavailable
from overdue_flow.store.consequences import Consequences, Spell, consequences, is_key, plain_text, spells
from overdue_flow.store.looks import Look, LooksEnd, LookWritten, Noted, noted, written
from overdue_flow.store.memory_lines import Lines
from overdue_flow.store.protocol import Contents, OpenTask, Parcel, PolicyText, Standing, Switch, Turn
from overdue_flow.store.undo import Kept, Queue, Undo

LAST_DAY = date.max


class MemoryStore:
    """Everything in dictionaries. Costs follow what is due: cases that sleep and effects to come are not looked at.

    One thread at a time; a transaction keeps the others out until it ends.
    """

    def __init__(self) -> None:
        self._lock = RLock()
        self._undo = Undo()
        self._cases: Kept[str, Case] = Kept(self._undo)
        self._journals: dict[str, list[Entry]] = {}
        self._by_event: Kept[tuple[str, str], Entry] = Kept(self._undo)
        self._cases_of: dict[str, Kept[str, None]] = {}
        self._asleep: Queue[str, date] = Queue(self._undo)
        self._parcels: Kept[str, Parcel] = Kept(self._undo)
        self._parcels_of: dict[str, Kept[str, None]] = {}
        self._claimed_by: Kept[str, str] = Kept(self._undo)
        self._ready: Queue[str, datetime] = Queue(self._undo)
        self._tasks: Kept[str, OpenTask] = Kept(self._undo)
        self._lines = Lines(self._undo)
        self._switches: Kept[str, Switch] = Kept(self._undo)
        self._policies: Kept[tuple[str, str], PolicyText] = Kept(self._undo)
        self._looks: list[LookWritten] = []
        self._looked_with: Kept[str, str | None] = Kept(self._undo)
        self._looked_at: dict[str, Kept[str, None]] = {}

    @contextmanager
    def transaction(self) -> Iterator[MemoryStore]:
        """This store, with the way back if the block raises."""
        with self._lock:
            mark = self._undo.mark()
            try:
                yield self
            except BaseException:
                self._undo.back(mark)
                raise
            self._undo.done()

    def within(self, connection: object) -> MemoryStore:
        """StoreUnavailable: what is in memory belongs to no transaction of a host's."""
        raise StoreUnavailable("a store in memory is in no database; `within` needs a `SqlStore`")

    def keep_apart(self, facts: Collection[str]) -> None:
        """Nothing: what is in memory stands nowhere else."""

    # --- cases and journals ---

    def load(self, case_id: str) -> Case | None:
        """The case as its last turn left it; None for what is no id of a case at all."""
        with self._lock:
            return self._cases.get(case_id) if is_key(case_id) else None

    def load_many(self, case_ids: Sequence[str]) -> dict[str, Case]:
        """Several cases at once; unknown ones are left out."""
        with self._lock:
            return {one: self._cases[one] for one in case_ids if is_key(one) and one in self._cases}

    def commit(self, turns: Sequence[Turn]) -> None:
        """Record turns: all of them, or none and ConcurrentTurn."""
        with self.transaction():
            for spell in spells(turns).values():
                self._check(spell)
                self._record(spell)

    def _check(self, spell: Spell) -> None:
        case_id, expected = spell.last.case.id, spell.expected_seq
        there = len(self._journals.get(case_id, ()))
        if there != expected:
            raise ConcurrentTurn(f"case `{case_id}` has {there} entries, not {expected}; decide again")
        if case_id in self._cases and self._cases[case_id].day > spell.last.case.day:
            raise ConcurrentTurn(
                f"case `{case_id}` has lived {self._cases[case_id].day}, and a turn never goes back; decide again"
            )
        for entry in spell.entries:
            if entry.event.id is not None and (case_id, entry.event.id) in self._by_event:
                raise ConcurrentTurn(f"event `{entry.event.id}` of case `{case_id}` is recorded already; decide again")

    def _record(self, spell: Spell) -> None:
        case = spell.last.case
        journal = self._journals.setdefault(case.id, [])
        for entry in spell.entries:
            journal.append(entry)
            self._undo.keep(journal.pop)
            if entry.event.id is not None:
                self._by_event.put((case.id, entry.event.id), entry)
        self._cases.put(case.id, case)
        self._cases_of.setdefault(case.person_id, Kept(self._undo)).put(case.id, None)
        self._asleep.put(case.id, spell.last.wake_on)
        self._look(case.id, spell.last.looked_with)
        self._follow(case, consequences(spell))

    def _look(self, case_id: str, versions: str | None) -> None:
        old = self._looked_with.get(case_id)
        if old == versions:
            return
        if old is not None:
            self._looked_at[old].drop(case_id)
        if versions is not None:
            self._looked_at.setdefault(versions, Kept(self._undo)).put(case_id, None)
        self._looked_with.put(case_id, versions)

    def _follow(self, case: Case, changes: Consequences) -> None:
        for effect in changes.opened + changes.moved:
            old = self._parcels.get(effect.id, Parcel(case.id, case.person_id, effect, effect.due_at))
            self._put_parcel(old._replace(effect=effect, ready_at=effect.due_at))
            self._claimed_by.drop(effect.id)
        for effect in changes.amended:
            self._put_parcel(self._parcels[effect.id]._replace(effect=effect))
        for effect_id in changes.gone:
            self._parcels.drop(effect_id)
            self._parcels_of[case.person_id].drop(effect_id)
            self._claimed_by.drop(effect_id)
            self._ready.put(effect_id, None)
        for effect in changes.tasks:
            self._tasks.put(effect.id, OpenTask(case.id, effect))
        for effect_id in changes.tasks_gone:
            self._tasks.drop(effect_id)
        self._lines.hear(case.person_id, case.id, changes)

    def recorded(self, case_id: str, event_id: str) -> Entry | None:
        """The entry of an event, by the event's id."""
        with self._lock:
            return self._by_event.get((case_id, event_id)) if is_key(case_id) and is_key(event_id) else None

    def recorded_many(self, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Entry]:
        """The entries of several events, each by case and event id; those that there are."""
        with self._lock:
            return {key: self._by_event[key] for key in keys if all(map(is_key, key)) and key in self._by_event}

    def journal(self, case_id: str) -> tuple[Entry, ...]:
        """All entries of a case, oldest first; empty for an unknown case."""
        with self._lock:
            return tuple(self._journals.get(case_id, ())) if is_key(case_id) else ()

    def due(self, until: date, *, limit: int = 500, behind: str | None = None) -> list[str]:
        """Some cases that wake on or before `until`: the earliest first, then by id; only those `behind` a case."""
        with self._lock:
            return self._asleep.first(until, limit, behind=behind)

    def overlooked(self, known: str, *, limit: int = 500, behind: str | None = None) -> list[str]:
        """Some cases whose last turn was looked at with other versions than `known`, by id; only those `behind` an
        id."""
        with self._lock:
            others = [case_ids for versions, case_ids in self._looked_at.items() if versions != known]
            return nsmallest(limit, (one for case_ids in others for one in case_ids if one > (behind or "")))

    def case_ids(self) -> Iterator[str]:
        """All cases, by id."""
        with self._lock:
            return iter(sorted(self._cases))

    # --- the outbox ---

    def outbox(self, *, parked: bool | None = None, person_id: str | None = None) -> Iterator[Parcel]:
        """What has not gone out yet, held ones among it; by due instant, then id."""
        with self._lock:
            keys = self._parcels if person_id is None else self._parcels_of.get(person_id, ())
            found = [self._parcels[key] for key in keys]
            found = [one for one in found if parked is None or one.parked is parked]
            return iter(sorted(found, key=lambda one: (one.effect.due_at, one.effect.id)))

    def claim(
        self,
        now: datetime,
        *,
        worker: str,
        lease: timedelta,
        limit: int = 100,
        actions: Collection[str] | None = None,
        person_id: str | None = None,
    ) -> list[Parcel]:
        """Take pending effects that are ready at `now`: the longest ready first, then by id."""
        with self.transaction():
            ids = self._ready.first(now, limit, lambda key: _is_for(self._parcels[key], actions, person_id))
            claimed = [self._parcels[effect_id]._replace(ready_at=now + lease) for effect_id in ids]
            for parcel in claimed:
                self._put_parcel(parcel)
                self._claimed_by.put(parcel.effect.id, worker)
            return claimed

    def put_back(
        self, effect_id: str, *, worker: str, ready_at: datetime, tries: int, error: str = "", parked: bool = False
    ) -> bool:
        """Give a claimed effect back, to be tried at `ready_at`. False if it is another worker's, or gone."""
        with self.transaction():
            if self._claimed_by.get(effect_id) != worker:
                return False
            parcel = self._parcels[effect_id]
            self._put_parcel(parcel._replace(ready_at=ready_at, tries=tries, error=plain_text(error), parked=parked))
            return self._claimed_by.drop(effect_id)

    def redeliver(self, effect_ids: Collection[str] | None = None, *, now: datetime) -> int:
        """Parked effects (None: all of them) may be tried again from `now` on; how many there were."""
        with self.transaction():
            asked = (
                list(self._parcels) if effect_ids is None else [key for key in set(effect_ids) if key in self._parcels]
            )
            parked = [self._parcels[effect_id] for effect_id in asked if self._parcels[effect_id].parked]
            for parcel in parked:
                self._put_parcel(parcel._replace(parked=False, ready_at=max(now, parcel.effect.due_at), tries=0))
            return len(parked)

    def _put_parcel(self, parcel: Parcel) -> None:
        self._parcels.put(parcel.effect.id, parcel)
        self._parcels_of.setdefault(parcel.person_id, Kept(self._undo)).put(parcel.effect.id, None)
        may_go = parcel.effect.status is Status.PENDING and not parcel.parked
        self._ready.put(parcel.effect.id, parcel.ready_at.astimezone(UTC) if may_go else None)

    # --- people ---

    def cases_of(self, person_id: str) -> list[str]:
        """The loans of a person, by id."""
        with self._lock:
            return sorted(self._cases_of.get(person_id, ())) if is_key(person_id) else []

    def lock_person(self, person_id: str) -> None:
        """Nobody else counts or reserves contacts of this person: a transaction here keeps everybody out."""

    def contacts(self, person_id: str, *, since: datetime | None = None) -> PersonContacts:
        """The lines of a person: attempts and reservations from `since` on (None: all), and every wish."""
        with self._lock:
            return self._lines.of(person_id, since)

    def reserve(self, person_id: str, line: Line) -> None:
        """A contact is on its way."""
        with self.transaction():
            self._lines.reserve(person_id, line)

    # --- tasks and switches ---

    def tasks(self, *, role: str | None = None, due_by: date | None = None) -> Iterator[OpenTask]:
        """Open tasks, by deadline (those without come last), then id."""
        with self._lock:
            found = [one for one in self._tasks.values() if _is_asked_for(one.effect, role, due_by)]
            return iter(sorted(found, key=lambda one: (one.effect.deadline_on or LAST_DAY, one.effect.id)))

    def task(self, effect_id: str) -> OpenTask | None:
        """One open task by its id; None where none of that id is open."""
        with self._lock:
            return self._tasks.get(effect_id) if is_key(effect_id) else None

    def standing(self, on: date) -> Standing:
        """How many tasks have a last day before `on`, and how many effects are parked."""
        with self._lock:
            overdue = sum((one.effect.deadline_on or LAST_DAY) < on for one in self._tasks.values())
            return Standing(overdue, sum(one.parked for one in self._parcels.values()))

    def contents(self) -> Contents:
        """How much is in the store."""
        with self._lock:
            parked = sum(one.parked for one in self._parcels.values())
            return Contents(
                len(self._cases), len(self._parcels) - parked, parked, len(self._tasks), len(self._switches)
            )

    def actions_waiting(self) -> frozenset[str]:
        """The actions of what has not gone out yet."""
        with self._lock:
            return frozenset(one.effect.action for one in self._parcels.values())

    def switches(self) -> Mapping[str, Switch]:
        """What is stopped now, by name."""
        with self._lock:
            return dict(sorted(self._switches.items()))

    def stop(self, switch: Switch) -> None:
        """Stop an action, or all contact, for every worker at once."""
        with self.transaction():
            self._switches.put(switch.name, switch)

    def resume(self, name: str) -> bool:
        """Let it go on; False if it was not stopped."""
        with self.transaction():
            return self._switches.drop(name)

    # --- looks at personal data ---

    def note_look(self, look: Look) -> int:
        """Remember that somebody looked at a case; the number of the look."""
        with self.transaction():
            self._looks.append(written(look, self._looks[-1].end if self._looks else LooksEnd()))
            self._undo.keep(self._looks.pop)
            return len(self._looks)

    def looks(
        self, *, case_id: str | None = None, since: datetime | None = None, until: datetime | None = None
    ) -> Iterator[Noted]:
        """Who looked, in order: at a case, from an instant on, before another."""
        with self._lock:
            found = (noted(look.row, {one.field: one.value for one in look.said}) for look in self._looks)
            return iter(
                [
                    one
                    for one in found
                    if (case_id is None or one.case_id == case_id)
                    and (since is None or one.at >= since)
                    and (until is None or one.at < until)
                ]
            )

    # --- policies ---

    def policies(self) -> Sequence[PolicyText]:
        """The texts of the versions that have decided something; by policy, then version."""
        with self._lock:
            return tuple(self._policies[key] for key in sorted(self._policies))

    def remember(self, text: PolicyText) -> PolicyText:
        """The text of a version; where one is remembered already, that one stays. Returns what is remembered."""
        with self.transaction():
            key = text.policy, text.version
            if key not in self._policies:
                self._policies.put(key, text)
            return self._policies[key]


def _is_for(parcel: Parcel, actions: Collection[str] | None, person_id: str | None) -> bool:
    return (actions is None or parcel.effect.action in actions) and person_id in (None, parcel.person_id)


def _is_asked_for(task: Effect, role: str | None, due_by: date | None) -> bool:
    in_time = due_by is None or (task.deadline_on is not None and task.deadline_on <= due_by)
    return in_time and (role is None or task.role == role)
