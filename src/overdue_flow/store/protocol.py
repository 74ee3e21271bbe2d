"""What a store can do. It knows cases and entries, and nothing of policies.

One `commit` is all of its turns or nothing. What stands in the outbox, on the task list and in a person's contacts
follows from the turns that were committed: a store derives it, and nobody writes it by hand but the outbox's own tries
and reservations.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import NamedTuple, Protocol

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.person import Line, PersonContacts
from overdue_flow.store.looks import Look, Noted

EVERY_CONTACT = "contact"
"""The switch that stops all contact, whatever the action."""


class Turn(NamedTuple):
    """One turn to record: the case before (None when it opens) and after, the entry (None where nothing happened on a
    day), the next day to look again, and which versions it was looked at with (None: it is not looked at again by
    itself, whatever they are)."""

    before: Case | None
    case: Case
    entry: Entry | None
    wake_on: date | None
    looked_with: str | None = ""


class Parcel(NamedTuple):
    """An effect in the outbox. `tries` counts failed ones; a parked one waits for a person (`redeliver`). `error` says
    what the last try ran into.

    `ready_at` is when it may be tried: its due instant, or the end of a back-off or of a claim. A turn that defers the
    effect or holds it makes it ready at its new due instant, whoever had claimed it.
    """

    case_id: str
    person_id: str
    effect: Effect
    ready_at: datetime
    tries: int = 0
    parked: bool = False
    error: str = ""


class OpenTask(NamedTuple):
    """A task that a person has not completed; its effect's status says whether it was handed over (`delivered`)."""

    case_id: str
    effect: Effect


class Standing(NamedTuple):
    """What waits for a person: open tasks whose last day is over, and parked effects."""

    tasks_overdue: int
    parked: int


class Contents(NamedTuple):
    """How much is in a store: cases, effects that are on their way, effects that are parked, open tasks, what is
    stopped."""

    cases: int
    on_the_way: int
    parked: int
    tasks: int
    switches: int


class PolicyText(NamedTuple):
    """Which text a version of a policy has, by a hash over what it means, and since when it decides."""

    policy: str
    version: str
    digest: str
    since: datetime


class Switch(NamedTuple):
    """A stop: an action's name, or `contact` for all contact; since when, by whom and why."""

    name: str
    since: datetime
    by: str
    reason: str


class Store(Protocol):
    """Journals, cases, outbox, tasks, persons' contacts, switches, and which text each version of a policy has."""

    def transaction(self) -> AbstractContextManager[Store]:
        """A store whose every call belongs to one transaction: committed at the end of the block, undone by an error.

        What is locked in it (`due`, `overlooked`, `claim`, `lock_person`) is locked until then.
        """

    def keep_apart(self, facts: Collection[str]) -> None:
        """From now on these facts of the host's are personal too: they stand apart from the journal, where they can be
        encrypted and erased. A store that keeps nothing apart has nothing to do."""

    # --- cases and journals ---

    def load(self, case_id: str) -> Case | None:
        """The case as its last turn left it."""

    def load_many(self, case_ids: Sequence[str]) -> dict[str, Case]:
        """Several cases at once; unknown ones are left out."""

    def commit(self, turns: Sequence[Turn]) -> None:
        """Record turns, of one case or of several, those of one case in order. ConcurrentTurn if the journal of one of
        them is no longer as `before` has it, if the case has lived a later day, or if an event of that id is recorded;
        then nothing is recorded."""

    def recorded(self, case_id: str, event_id: str) -> Entry | None:
        """The entry of an event, by the event's id."""

    def recorded_many(self, keys: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Entry]:
        """The entries of several events, each by case and event id; those that there are."""

    def journal(self, case_id: str) -> tuple[Entry, ...]:
        """All entries of a case, oldest first; empty for an unknown case."""

    def due(self, until: date, *, limit: int = 500, behind: str | None = None) -> list[str]:
        """Some cases that wake on or before `until`: the earliest first, then by id. Empty when none is left.

        With `behind`, only those that come after that case in this order; where it does not wake any more, as without.
        In a transaction they are locked, and those that another worker has locked are left out.
        """

    def overlooked(self, known: str, *, limit: int = 500, behind: str | None = None) -> list[str]:
        """Some cases whose last turn was looked at with other versions than `known`, by id; with `behind`, only those
        whose id comes after it. At the cost of those, not of all cases.

        In a transaction they are locked, and those that another worker has locked are left out.
        """

    def case_ids(self) -> Iterator[str]:
        """All cases, by id."""

    # --- the outbox ---

    def outbox(self, *, parked: bool | None = None, person_id: str | None = None) -> Iterator[Parcel]:
        """What has not gone out yet, held ones among it; by due instant, then id. Of one person at the cost of what
        is on its way to them."""

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
        """Take pending effects that are ready at `now` and that no other worker has: the longest ready first, then by
        id. One that was never tried is ready at its due instant.

        They are this worker's for the length of `lease` (their `ready_at` is its end); if it says nothing until then,
        they are anybody's again. `actions` are those that it can do (None: all); with `person_id`,
        only what goes to that person.
        """

    def put_back(
        self, effect_id: str, *, worker: str, ready_at: datetime, tries: int, error: str = "", parked: bool = False
    ) -> bool:
        """Give a claimed effect back, to be tried at `ready_at`. False if it is another worker's, or gone."""

    def redeliver(self, effect_ids: Collection[str] | None = None, *, now: datetime) -> int:
        """Parked effects (None: all of them) may be tried again from `now` on, with no tries counted; how many there
        were."""

    # --- people ---

    def cases_of(self, person_id: str) -> Sequence[str]:
        """The loans of a person, by id."""

    def lock_person(self, person_id: str) -> None:
        """Nobody else counts or reserves contacts of this person until the transaction ends."""

    def contacts(self, person_id: str, *, since: datetime | None = None) -> PersonContacts:
        """The lines of a person: attempts and reservations from `since` on (None: all), and every wish."""

    def reserve(self, person_id: str, line: Line) -> None:
        """A contact is on its way. The reservation falls when the effect's outcome is recorded: a `ContactAttempted`
        that names it, or an `EffectFailed` that is final. It stands again when that is retracted."""

    # --- tasks and switches ---

    def tasks(self, *, role: str | None = None, due_by: date | None = None) -> Iterator[OpenTask]:
        """Open tasks, by deadline (those without come last), then id; of one role, or with a last day up to
        `due_by`."""

    def task(self, effect_id: str) -> OpenTask | None:
        """One open task by its id; None where none of that id is open."""

    def standing(self, on: date) -> Standing:
        """How many tasks have a last day before `on`, and how many effects are parked: at the cost of those, not of
        all that is open or on its way."""

    def contents(self) -> Contents:
        """How much is in the store, counted where it stands."""

    def actions_waiting(self) -> frozenset[str]:
        """The actions of what has not gone out yet."""

    def switches(self) -> Mapping[str, Switch]:
        """What is stopped now."""

    def stop(self, switch: Switch) -> None:
        """Stop an action, or all contact, for every worker at once."""

    def resume(self, name: str) -> bool:
        """Let it go on; False if it was not stopped."""

    # --- looks at personal data ---

    def note_look(self, look: Look) -> int:
        """Remember that somebody looked at a case; the number of the look. Nobody changes or removes it unseen."""

    def looks(
        self, *, case_id: str | None = None, since: datetime | None = None, until: datetime | None = None
    ) -> Iterator[Noted]:
        """Who looked, in order: at a case, from an instant on, before another."""

    # --- policies ---

    def policies(self) -> Sequence[PolicyText]:
        """The texts of the versions that have decided something; by policy, then version."""

    def remember(self, text: PolicyText) -> PolicyText:
        """The text of a version, from now on and for ever; where one is remembered already, that one stays. Returns
        what is remembered."""
