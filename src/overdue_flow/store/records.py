"""What evidence is made of: rows, heads, personal values and roots, as a store holds them, in order.

Everything comes sorted by case id (by its bytes) and then by number, as a stream, so that what compares them holds one
case at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from overdue_flow.cases.case import Case
from overdue_flow.store.derived import ContactOfCase, Filed, ParcelOfCase, RuleOfRow, TaskOfCase
from overdue_flow.store.looks import Looks, LookWritten
from overdue_flow.store.personal import PersonalField
from overdue_flow.store.protocol import PolicyText
from overdue_flow.store.rows import JournalRow


class Head(NamedTuple):
    """Where the journal of a case ends, as the table of cases has it; `salt` (hex) is that of its personal values,
    empty where they were erased."""

    case_id: str
    seq: int
    hash: str
    salt: str


class Seen(NamedTuple):
    """Where the journal of a case ended when a root was taken."""

    case_id: str
    seq: int
    hash: str


class Root(NamedTuple):
    """A hash over the heads of all cases at one instant, chained to the root before it (empty in the first)."""

    number: int
    at: str
    cases: int
    hash: str
    prev_hash: str


class Query(NamedTuple):
    """What is looked for in journals; None asks for anything. Days are those of the turns, both ends included."""

    case_id: str | None = None
    person_id: str | None = None
    kind: str | None = None
    event_id: str | None = None
    rule: str | None = None
    since: date | None = None
    until: date | None = None


class Evidence(Protocol):
    """What is verified, of a store or of its backup, in one consistent reading."""

    @property
    def closed(self) -> bool:
        """Whether what is personal is encrypted, and cannot be read here: then salts, personal values, names, and the
        effects and contacts that were derived come empty."""

    def rows(self) -> Iterator[JournalRow]:
        """All rows, by case, then number."""

    def heads(self) -> Iterator[Head]:
        """Where the journals end, by case."""

    def personal(self) -> Iterator[PersonalField]:
        """Personal values, by case, then hash."""

    def filed(self) -> Iterator[Filed]:
        """What the table of cases says of each case, by case."""

    def rules(self) -> Iterator[RuleOfRow]:
        """What the table of rules names, by case."""

    def parcels(self) -> Iterator[ParcelOfCase]:
        """What stands in the outbox, by case."""

    def tasks(self) -> Iterator[TaskOfCase]:
        """What stands on the task list, by case."""

    def contacts(self) -> Iterator[ContactOfCase]:
        """What was spoken, as persons' contacts have it, by case; no reservations."""


class Records(Evidence, Protocol):
    """The records of a store, in one consistent reading."""

    def rows(self, case_ids: Collection[str] | None = None) -> Iterator[JournalRow]:
        """All rows (None), or those of some cases; by case, then number."""

    def heads(self, case_ids: Collection[str] | None = None) -> Iterator[Head]:
        """Where the journals end, by case."""

    def personal(self, case_ids: Collection[str] | None = None) -> Iterator[PersonalField]:
        """Personal values, by case, then hash."""

    def unguarded(self) -> Sequence[str]:
        """The tables that are append-only, and that nothing guards."""

    def policies(self, case_ids: Collection[str] | None = None) -> Sequence[PolicyText]:
        """The texts of the versions that have decided something (None), or something of these cases; by policy, then
        version."""

    def roots(self) -> Sequence[Root]:
        """The roots that were taken, in order."""

    def looks(self) -> Looks:
        """Who looked at personal data: the chain and what was said, by number, and where it ends."""

    def looks_at(self, case_ids: Collection[str] | None = None) -> Iterator[LookWritten]:
        """The looks at all cases (None), or at some; by case, then number."""

    def erased(self) -> Iterator[str]:
        """The cases that say that they were erased, by id."""

    def find(self, query: Query) -> Iterator[JournalRow]:
        """The rows that a query asks for, by case, then number."""


class Archived(NamedTuple):
    """A case from an archive: its rows, its personal values and their salt (hex; empty where they are not there), and
    the case as the rows make it."""

    rows: tuple[JournalRow, ...]
    personal: tuple[PersonalField, ...]
    salt: str
    case: Case


class Keeping(Records, Protocol):
    """The records, in a transaction that writes."""

    def add_root(self, root: Root) -> None:
        """One more root."""

    def remember(self, text: PolicyText) -> PolicyText:
        """The text of a version; where one is remembered already, that one stays. Returns what is remembered."""

    def take_in(self, archived: Archived, wake_on: date) -> None:
        """A case that the store does not have, with its journal as it is, and what follows from it: the outbox, tasks,
        contacts."""

    def take_in_looks(self, looks: Sequence[LookWritten]) -> None:
        """Looks from an archive, at the end of the store's own chain."""

    def erase(self, case_id: str) -> int:
        """Erase the personal values of a case, wherever they stand, and how many there were; the journal stays as it
        is. UnknownCase where there is none."""
