"""What a store in a database can do, whatever transaction its calls belong to."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from functools import partial
from typing import NamedTuple, TypeVar

from sqlalchemy import select

from overdue_flow.cases.case import Case
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.person import Line, PersonContacts
from overdue_flow.store import sql_contents, sql_journal, sql_looks, sql_outbox, sql_people, sql_waking
from overdue_flow.store.consequences import is_key, spells
from overdue_flow.store.looks import Look, Noted
from overdue_flow.store.protocol import Contents, OpenTask, Parcel, PolicyText, Standing, Switch, Turn
from overdue_flow.store.sealing import CLEAR, Seal
from overdue_flow.store.sql_journal import Cases
from overdue_flow.store.sql_link import Link, Statement, value
from overdue_flow.store.sql_turns import Pen, record
from overdue_flow.store.tables import CASES

T = TypeVar("T")

CASE_IDS_AT_ONCE = 10_000

CASE_IDS = Statement(
    select(CASES.c.case_id).where(CASES.c.case_id > value("after")).order_by(CASES.c.case_id).limit(CASE_IDS_AT_ONCE)
)


class Settings(NamedTuple):
    """What the calls of one store share: the cases that were folded last, how entries become rows, and how personal
    values stand in them."""

    cases: Cases
    pen: Pen
    seal: Seal = CLEAR


class Calls(ABC):
    """The calls of `protocol.Store`, each made of what is read or written over a link."""

    _settings: Settings

    @abstractmethod
    def _read(self, do: Callable[[Link], T]) -> T:
        """Do something that reads."""

    @abstractmethod
    def _write(self, do: Callable[[Link], T]) -> T:
        """Do something that writes: all of it, or nothing."""

    @property
    @abstractmethod
    def _locks(self) -> bool:
        """Whether what is locked stays locked after the call."""

    @abstractmethod
    def transaction(self) -> AbstractContextManager[Calls]:
        """A store whose every call belongs to one transaction."""

    # --- cases and journals ---

    def load(self, case_id: str) -> Case | None:
        """The case as its last turn left it; None for what is no id of a case at all."""
        if not is_key(case_id):
            return None
        return self._read(lambda link: sql_journal.load(link, self._settings.cases, case_id))

    def keep_apart(self, facts: Collection[str]) -> None:
        """These facts of the host's are personal too, for what is recorded from now on."""
        pen = self._settings.pen
        pen = pen._replace(personal_facts=frozenset(pen.personal_facts) | frozenset(facts))
        self._settings = self._settings._replace(pen=pen)

    def load_many(self, case_ids: Sequence[str]) -> dict[str, Case]:
        """Several cases at once; unknown ones are left out."""
        wanted = [case_id for case_id in case_ids if is_key(case_id)]
        return self._read(lambda link: sql_journal.load_many(link, self._settings.cases, wanted))

    def commit(self, turns: Sequence[Turn]) -> None:
        """Record turns: all of them, or none and ConcurrentTurn."""
        by_case = spells(turns)
        self._write(lambda link: record(link, self._settings.cases, self._settings.pen, by_case))

    def recorded(self, case_id: str, event_id: str) -> Entry | None:
        """The entry of an event, by the event's id."""
        if not (is_key(case_id) and is_key(event_id)):
            return None
        return self._read(lambda link: sql_journal.recorded(link, case_id, event_id))

    def recorded_many(self, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Entry]:
        """The entries of several events, each by case and event id; those that there are."""
        wanted = [key for key in keys if all(map(is_key, key))]
        return self._read(lambda link: sql_journal.recorded_many(link, wanted))

    def journal(self, case_id: str) -> tuple[Entry, ...]:
        """All entries of a case, oldest first; empty for an unknown case."""
        if not is_key(case_id):
            return ()
        return self._read(lambda link: sql_journal.journal(link, case_id))

    def due(self, until: date, *, limit: int = 500, behind: str | None = None) -> list[str]:
        """Some cases that wake on or before `until`: the earliest first, then by id; only those `behind` a case.

        In a transaction they are locked, and those that another worker has locked are left out.
        """
        wanted = partial(sql_waking.due, until=until, limit=limit, behind=behind, locks=self._locks)
        return self._read(wanted)

    def overlooked(self, known: str, *, limit: int = 500, behind: str | None = None) -> list[str]:
        """Some cases whose last turn was looked at with other versions than `known`, by id; only those `behind` an id.

        In a transaction they are locked, and those that another worker has locked are left out.
        """
        wanted = partial(sql_waking.overlooked, known=known, limit=limit, behind=behind or "", locks=self._locks)
        return self._read(wanted)

    def case_ids(self) -> Iterator[str]:
        """All cases, by id."""
        after = ""
        while True:
            page = self._read(partial(_case_ids, after=after))
            yield from page
            if len(page) < CASE_IDS_AT_ONCE:
                return
            after = page[-1]

    # --- the outbox ---

    def outbox(self, *, parked: bool | None = None, person_id: str | None = None) -> Iterator[Parcel]:
        """What has not gone out yet, held ones among it; by due instant, then id."""
        after: Parcel | None = None
        while True:
            page = self._read(partial(sql_outbox.outbox, parked=parked, person_id=person_id, after=after))
            yield from page
            if len(page) < sql_outbox.PAGE:
                return
            after = page[-1]

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
        wanted = sql_outbox.Wanted(actions, person_id)
        return self._write(
            lambda link: sql_outbox.claim(link, now, worker=worker, lease=lease, limit=limit, wanted=wanted)
        )

    def put_back(
        self, effect_id: str, *, worker: str, ready_at: datetime, tries: int, error: str = "", parked: bool = False
    ) -> bool:
        """Give a claimed effect back, to be tried at `ready_at`. False if it is another worker's, or gone."""
        return self._write(
            partial(
                sql_outbox.put_back,
                effect_id=effect_id,
                worker=worker,
                ready_at=ready_at,
                tries=tries,
                error=error,
                parked=parked,
            )
        )

    def redeliver(self, effect_ids: Collection[str] | None = None, *, now: datetime) -> int:
        """Parked effects (None: all of them) may be tried again from `now` on; how many there were."""
        wanted = None if effect_ids is None else [effect_id for effect_id in effect_ids if is_key(effect_id)]
        return self._write(lambda link: sql_outbox.redeliver(link, wanted, now))

    # --- people ---

    def cases_of(self, person_id: str) -> list[str]:
        """The loans of a person, by id."""
        return self._read(lambda link: sql_people.cases_of(link, person_id)) if is_key(person_id) else []

    def lock_person(self, person_id: str) -> None:
        """Nobody else counts or reserves contacts of this person until the transaction ends."""
        self._write(lambda link: sql_people.lock_person(link, person_id))

    def contacts(self, person_id: str, *, since: datetime | None = None) -> PersonContacts:
        """The lines of a person: attempts and reservations from `since` on (None: all), and every wish."""
        return self._read(lambda link: sql_people.contacts(link, person_id, since))

    def reserve(self, person_id: str, line: Line) -> None:
        """A contact is on its way."""
        self._write(lambda link: sql_people.reserve(link, person_id, line))

    # --- tasks and switches ---

    def tasks(self, *, role: str | None = None, due_by: date | None = None) -> Iterator[OpenTask]:
        """Open tasks, by deadline (those without come last), then id."""
        after: tuple[str, str] | None = None
        while True:
            page, after = self._read(partial(sql_outbox.tasks, role=role, due_by=due_by, after=after))
            yield from page
            if after is None:
                return

    def task(self, effect_id: str) -> OpenTask | None:
        """One open task by its id; None where none of that id is open."""
        return self._read(lambda link: sql_outbox.task(link, effect_id)) if is_key(effect_id) else None

    def standing(self, on: date) -> Standing:
        """How many tasks have a last day before `on`, and how many effects are parked."""
        return self._read(lambda link: sql_outbox.standing(link, on))

    def contents(self) -> Contents:
        """How much is in the store."""
        return self._read(sql_contents.contents)

    def actions_waiting(self) -> frozenset[str]:
        """The actions of what has not gone out yet."""
        return self._read(sql_outbox.actions_waiting)

    def switches(self) -> Mapping[str, Switch]:
        """What is stopped now, by name."""
        return self._read(sql_outbox.switches)

    def stop(self, switch: Switch) -> None:
        """Stop an action, or all contact, for every worker at once."""
        self._write(lambda link: sql_outbox.stop(link, switch))

    def resume(self, name: str) -> bool:
        """Let it go on; False if it was not stopped."""
        if not is_key(name):
            return False
        return self._write(lambda link: sql_outbox.resume(link, name))

    # --- looks at personal data ---

    def note_look(self, look: Look) -> int:
        """Remember that somebody looked at a case; the number of the look."""
        return self._write(lambda link: sql_looks.note(link, look))

    def looks(
        self, *, case_id: str | None = None, since: datetime | None = None, until: datetime | None = None
    ) -> Iterator[Noted]:
        """Who looked, in order: at a case, from an instant on, before another."""
        after = 0
        while True:
            page = self._read(partial(sql_looks.page, after=after, case_id=case_id, since=since, until=until))
            yield from page
            if len(page) < sql_looks.PAGE:
                return
            after = page[-1].number

    # --- policies ---

    def policies(self) -> Sequence[PolicyText]:
        """The texts of the versions that have decided something; by policy, then version."""
        return self._read(sql_contents.policies)

    def remember(self, text: PolicyText) -> PolicyText:
        """The text of a version; where one is remembered already, that one stays. Returns what is remembered."""
        return self._write(lambda link: sql_contents.remember(link, text))


def _case_ids(link: Link, after: str) -> list[str]:
    return [row.case_id for row in link.rows(CASE_IDS, after=after)]
