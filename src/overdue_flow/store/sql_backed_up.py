"""What a backup holds, read as evidence: it is verified like a store, before anybody relies on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple

from overdue_flow.store import opened
from overdue_flow.store.backup import Backup
from overdue_flow.store.derived import ContactOfCase, Filed, ParcelOfCase, RuleOfRow, TaskOfCase
from overdue_flow.store.evidence import Verified, verify
from overdue_flow.store.keys import Keys
from overdue_flow.store.looks import LookRow, Looks, LooksEnd, broken_looks
from overdue_flow.store.personal import TOMB, PersonalField
from overdue_flow.store.records import Head, Root
from overdue_flow.store.roots import broken_roots
from overdue_flow.store.rows import JournalRow
from overdue_flow.store.sealing import Seal, seal_of
from overdue_flow.store.sql_backup import check_tables


class BackedUp:
    """The records of a backup, each table read where it stands in the file (`records.Evidence`)."""

    def __init__(self, backup: Backup, seal: Seal) -> None:
        self._backup = backup
        self._seal = seal

    @property
    def closed(self) -> bool:
        """Whether personal values are encrypted, and the keys are not here."""
        return self._seal.closed

    def rows(self) -> Iterator[JournalRow]:
        """All rows, by case, then number."""
        return (JournalRow(*row) for row in self._backup.rows("journal"))

    def heads(self) -> Iterator[Head]:
        """Where the journals end, by case."""
        return (opened.head(self._seal, row) for row in self._table("cases"))

    def personal(self) -> Iterator[PersonalField]:
        """Personal values, by case, then hash."""
        return (opened.personal(self._seal, row) for row in self._table("personal"))

    def filed(self) -> Iterator[Filed]:
        """What the table of cases says of each case, by case."""
        return (opened.filed(self._seal, row) for row in self._table("cases"))

    def rules(self) -> Iterator[RuleOfRow]:
        """What the table of rules names, by case."""
        return (RuleOfRow(row.case_id, row.seq, row.rule, row.day) for row in self._table("rules"))

    def parcels(self) -> Iterator[ParcelOfCase]:
        """What stands in the outbox, by case."""
        return (opened.parcel(self._seal, row) for row in self._table("outbox"))

    def tasks(self) -> Iterator[TaskOfCase]:
        """What stands on the task list, by case."""
        return (opened.task(self._seal, row) for row in self._table("tasks"))

    def contacts(self) -> Iterator[ContactOfCase]:
        """What was spoken, as persons' contacts have it, by case; no reservations."""
        return (opened.contact(self._seal, row) for row in self._table("contacts") if not row.reserved)

    def roots(self) -> Sequence[Root]:
        """The roots that were taken, in order."""
        return [Root(*row) for row in self._backup.rows("roots")]

    def looks(self) -> Looks:
        """Who looked at personal data: the chain and what was said, by number, and where it ends."""
        rows = (LookRow(*row) for row in self._backup.rows("looks"))
        said = (opened.said(self._seal, row) for row in self._table("looks_said"))
        ends = [LooksEnd(row.number, row.hash) for row in self._table("looks_end")]
        return Looks(rows, said, ends[0] if ends else LooksEnd(), self.closed)

    def erased(self) -> Iterator[str]:
        """The cases that say that they were erased, by id."""
        return (one.case_id for one in self._table("personal") if one.digest == TOMB)

    def _table(self, name: str) -> Iterator[Any]:
        columns = self._backup.tables[name].columns
        return (SimpleNamespace(**dict(zip(columns, row, strict=True))) for row in self._backup.rows(name))


class Checked(NamedTuple):
    """What is wrong with the journals of a backup, and with its roots and looks, in words."""

    verified: Verified
    wrong: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.verified.found and not self.wrong


def check_backup(backup: Backup, keys: Keys | None) -> Checked:
    """Verify the journals of a backup like those of a store; without the keys of an encrypted one, as far as they reach
    without. KeysError for keys that are not its own, SchemaError for a backup of another release's tables."""
    check_tables(backup)
    records = BackedUp(backup, seal_of(_meta(backup), keys, closed=True))
    roots, looks = broken_roots(records.roots()), broken_looks(records.looks(), set(records.erased()))
    return Checked(verify(records), tuple(said for said in (roots, looks) if said))


def _meta(backup: Backup) -> Mapping[str, str]:
    return {str(name): str(said) for name, said in backup.rows("meta")}
