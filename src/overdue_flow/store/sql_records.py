"""The records of a journal in a database, for whoever verifies, archives, searches or erases."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Select, select

from overdue_flow.cases.entries import Entry
from overdue_flow.cases.events import KINDS
from overdue_flow.store import opened, sql_contents, sql_looks
from overdue_flow.store.consequences import Spell, check_key, consequences, unanswered
from overdue_flow.store.derived import ContactOfCase, Filed, ParcelOfCase, RuleOfRow, TaskOfCase
from overdue_flow.store.looks import LookRow, Looks, LookWritten
from overdue_flow.store.personal import ERASED, TOMB, Personal, PersonalField
from overdue_flow.store.protocol import PolicyText, Turn
from overdue_flow.store.records import Archived, Head, Query, Root
from overdue_flow.store.rows import JournalRow, to_entry
from overdue_flow.store.sealing import CLEAR, Seal
from overdue_flow.store.sql_erasing import erase_case
from overdue_flow.store.sql_following import follow
from overdue_flow.store.sql_guards import unguarded
from overdue_flow.store.sql_journal import ROW
from overdue_flow.store.sql_link import ROWS_AT_ONCE, Into, Link
from overdue_flow.store.sql_turns import INTO_CASES, case_row, new_salt, put_personal, put_rows
from overdue_flow.store.tables import (
    CASES,
    CONTACTS,
    JOURNAL,
    LOOKS,
    LOOKS_SAID,
    OUTBOX,
    PERSONAL,
    ROOTS,
    RULES,
    TASKS,
)

INTO_ROOTS = Into(ROOTS)


class SqlRecords:
    """What `records.Records` asks for."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self._seal = link.seal

    @property
    def closed(self) -> bool:
        """Whether personal values are encrypted, and the keys are not here."""
        return self._seal.closed

    def rows(self, case_ids: Collection[str] | None = None) -> Iterator[JournalRow]:
        """All rows (None), or those of some cases; by case, then number."""
        for row in self._streamed(ROW.order_by(JOURNAL.c.case_id, JOURNAL.c.seq), JOURNAL.c.case_id, case_ids):
            yield JournalRow(*row)

    def heads(self, case_ids: Collection[str] | None = None) -> Iterator[Head]:
        """Where the journals end, by case."""
        query = select(CASES.c.case_id, CASES.c.seq, CASES.c.head_hash, CASES.c.salt).order_by(CASES.c.case_id)
        for row in self._streamed(query, CASES.c.case_id, case_ids):
            yield opened.head(self._seal, row)

    def personal(self, case_ids: Collection[str] | None = None) -> Iterator[PersonalField]:
        """Personal values, by case, then hash."""
        query = select(PERSONAL).order_by(PERSONAL.c.case_id, PERSONAL.c.digest)
        for row in self._streamed(query, PERSONAL.c.case_id, case_ids):
            yield opened.personal(self._seal, row)

    def filed(self) -> Iterator[Filed]:
        """What the table of cases says of each case, by case."""
        query = select(*[CASES.c[name] for name in Filed._fields]).order_by(CASES.c.case_id)
        for row in self._streamed(query):
            yield opened.filed(self._seal, row)

    def rules(self) -> Iterator[RuleOfRow]:
        """What the table of rules names, by case."""
        query = select(*[RULES.c[name] for name in RuleOfRow._fields]).order_by(RULES.c.case_id)
        for row in self._streamed(query):
            yield RuleOfRow(*row)

    def parcels(self) -> Iterator[ParcelOfCase]:
        """What stands in the outbox, by case."""
        query = select(*[OUTBOX.c[name] for name in ParcelOfCase._fields]).order_by(OUTBOX.c.case_id)
        for row in self._streamed(query):
            yield opened.parcel(self._seal, row)

    def tasks(self) -> Iterator[TaskOfCase]:
        """What stands on the task list, by case."""
        query = select(*[TASKS.c[name] for name in TaskOfCase._fields])
        for row in self._streamed(query.order_by(TASKS.c.case_id)):
            yield opened.task(self._seal, row)

    def contacts(self) -> Iterator[ContactOfCase]:
        """What was spoken, as persons' contacts have it, by case; no reservations."""
        columns = [CONTACTS.c[name] for name in (*ContactOfCase._fields, "reserved")]
        query = select(*columns).where(CONTACTS.c.reserved == 0)
        for row in self._streamed(query.order_by(CONTACTS.c.case_id)):
            yield opened.contact(self._seal, row)

    def unguarded(self) -> Sequence[str]:
        """The tables that are append-only, and that nothing guards."""
        return unguarded(self.link.connection)

    def policies(self, case_ids: Collection[str] | None = None) -> Sequence[PolicyText]:
        """The texts of the versions that have decided something (None), or something of these cases."""
        texts = sql_contents.policies(self.link)
        if case_ids is None:
            return texts
        query = select(JOURNAL.c.policy, JOURNAL.c.version, JOURNAL.c.law_version).distinct()
        named = {
            (row.policy, version)
            for row in self._streamed(query, JOURNAL.c.case_id, case_ids)
            for version in (row.version, row.law_version)
        }
        return [text for text in texts if (text.policy, text.version) in named]

    def roots(self) -> Sequence[Root]:
        """The roots that were taken, in order."""
        return [Root(*row) for row in self.link.connection.execute(select(ROOTS).order_by(ROOTS.c.number))]

    def looks(self) -> Looks:
        """Who looked at personal data: the chain and what was said, by number, and where it ends."""
        rows = self._streamed(select(LOOKS).order_by(LOOKS.c.number))
        said = self._streamed(select(LOOKS_SAID).order_by(LOOKS_SAID.c.number, LOOKS_SAID.c.field))
        words = (opened.said(self._seal, one) for one in said)
        return Looks((LookRow(*row) for row in rows), words, sql_looks.end(self.link), self.closed)

    def looks_at(self, case_ids: Collection[str] | None = None) -> Iterator[LookWritten]:
        """The looks at all cases (None), or at some; by case, then number."""
        query = select(LOOKS).order_by(LOOKS.c.case_id, LOOKS.c.number)
        found = map(LookRow._make, self._streamed(query, LOOKS.c.case_id, case_ids))
        while some := list(islice(found, ROWS_AT_ONCE)):
            yield from sql_looks.with_words(self.link, some)

    def erased(self) -> Iterator[str]:
        """The cases that say that they were erased, by id."""
        query = select(PERSONAL.c.case_id).where(PERSONAL.c.digest == TOMB).order_by(PERSONAL.c.case_id)
        for row in self._streamed(query):
            yield row.case_id

    def find(self, query: Query) -> Iterator[JournalRow]:
        """The rows that a query asks for, by case, then number."""
        for row in self._streamed(found_by(query, self._seal).order_by(JOURNAL.c.case_id, JOURNAL.c.seq)):
            yield JournalRow(*row)

    def _streamed(
        self, query: Select[Any], column: Any = None, case_ids: Collection[str] | None = None
    ) -> Iterator[Any]:
        """The rows of a query, of some cases or of all, so many in memory at a time."""
        if case_ids is None:
            with self.link.connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}) as found:
                yield from found
            return
        left = iter(sorted(set(case_ids)))
        while some := list(islice(left, ROWS_AT_ONCE)):
            yield from self._streamed(query.where(column.in_(some)))


def found_by(query: Query, seal: Seal = CLEAR) -> Select[Any]:
    """The rows that a query asks for."""
    found = ROW
    if query.person_id is not None:
        is_theirs = CASES.c.person_id.in_(seal.names(query.person_id))
        found = found.join(CASES, CASES.c.case_id == JOURNAL.c.case_id).where(is_theirs)
    for column in (JOURNAL.c.case_id, JOURNAL.c.kind, JOURNAL.c.event_id):
        wanted = getattr(query, column.name)
        if wanted is not None:
            found = found.where(column == wanted)
    day = JOURNAL.c.day
    if query.rule is not None:
        named = (RULES.c.case_id == JOURNAL.c.case_id) & (RULES.c.seq == JOURNAL.c.seq)
        found, day = found.join(RULES, named).where(RULES.c.rule == query.rule), RULES.c.day
    elif query.kind is None and query.case_id is None and query.person_id is None and query.event_id is None:
        found = found.where(JOURNAL.c.kind.in_(KINDS))  # days are indexed kind by kind
    if query.since is not None:
        found = found.where(day >= query.since.isoformat())
    if query.until is not None:
        found = found.where(day <= query.until.isoformat())
    return found


class SqlKeeping(SqlRecords):
    """What `records.Keeping` asks for, in a transaction that writes. `clock` says when something is erased."""

    def __init__(self, link: Link, clock: Callable[[], datetime]) -> None:
        super().__init__(link)
        self._clock = clock
        self.has_erased = False

    def add_root(self, root: Root) -> None:
        """One more root."""
        self.link.put(INTO_ROOTS, [root])

    def remember(self, text: PolicyText) -> PolicyText:
        """The text of a version; where one is remembered already, that one stays. Returns what is remembered."""
        return sql_contents.remember(self.link, text)

    def take_in(self, archived: Archived, wake_on: date) -> None:
        """A case that the store does not have, with its journal as it is, and what follows from it."""
        case = archived.case
        check_key(case.id, "case")
        last = archived.rows[-1]
        turn = Turn(None, case, None, wake_on)
        salt = new_salt(self._seal, case.id, archived.salt) if archived.salt else ""
        row = case_row(self._seal, turn, Head(case.id, last.seq, last.hash, salt))
        self.link.put(INTO_CASES, [tuple(row.values())])
        put_rows(self.link, archived.rows)
        put_personal(self.link, archived.personal)
        values = {field.digest: field.value for field in archived.personal}
        personal = Personal(bytes.fromhex(archived.salt), values) if archived.salt else ERASED
        entries = [to_entry(row, personal) for row in archived.rows]
        found = consequences(_all_at_once(turn, entries))
        again = {line.key: line for line in (*unanswered(entries), *found.again)}
        follow(self.link, [(case, found._replace(again=tuple(again.values())))])

    def take_in_looks(self, looks: Sequence[LookWritten]) -> None:
        """Looks from an archive, at the end of the store's own chain."""
        sql_looks.take_in(self.link, looks)

    def erase(self, case_id: str) -> int:
        """Erase the personal values of a case; how many there were. UnknownCase where there is no such case."""
        self.has_erased = True
        return erase_case(self.link, case_id, self._clock())


def _all_at_once(turn: Turn, entries: Sequence[Entry]) -> Spell:
    return Spell(None, tuple(turn._replace(entry=entry) for entry in entries))
