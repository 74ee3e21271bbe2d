"""Recording turns in a database: rows of the journal, the row of each case, and what follows from both.

The rows of cases come first, always in the order of ids: two who record turns of the same cases wait for each other
there, and neither holds what the other needs. Where a row is not as it was, somebody was first, and nothing is
recorded.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import update

from overdue_flow.errors import ConcurrentTurn
from overdue_flow.store.consequences import Spell, consequences
from overdue_flow.store.personal import TOMB, PersonalField
from overdue_flow.store.protocol import Turn
from overdue_flow.store.records import Head
from overdue_flow.store.rows import JournalRow, to_row
from overdue_flow.store.sealing import Seal
from overdue_flow.store.sql_following import follow
from overdue_flow.store.sql_journal import HEAD_OF, Cases, Known, head_of, read_salt
from overdue_flow.store.sql_link import Into, Link, Statement, upsert, value
from overdue_flow.store.tables import CASES, JOURNAL, PERSONAL, RULES

SALT_BYTES = 16


class Pen(NamedTuple):
    """How entries become rows: when they are recorded, and which of the host's facts are personal."""

    clock: Callable[[], datetime]
    personal_facts: Collection[str] = ()


class Written(NamedTuple):
    """A spell as rows."""

    spell: Spell
    before: Head
    head: Head
    rows: tuple[JournalRow, ...]
    personal: tuple[PersonalField, ...]


INTO_CASES = Into(CASES)
INTO_JOURNAL = Into(JOURNAL)
INTO_RULES = Into(RULES)
INTO_PERSONAL = Into(PERSONAL)
KNOW_PERSONAL = upsert(PERSONAL, keep=True)
TURN = Statement(
    update(CASES)
    .where(
        CASES.c.case_id == value("_case_id"),
        CASES.c.seq == value("_seq"),
        CASES.c.head_hash == value("_hash"),
        CASES.c.salt == value("_salt"),
        CASES.c.day <= value("day"),
    )
    .values({name: value(name) for name in "seq head_hash salt day wake_on looked_with stage policy version".split()})
)
NEW = Head("", 0, "", "")


def record(link: Link, cases: Cases, pen: Pen, spells: Mapping[str, Spell]) -> None:
    """Record the turns of several cases. ConcurrentTurn where a case is not as the turns found it."""
    heads = _heads(link, cases, spells)
    recorded_at = pen.clock()
    written = [_written(link.seal, spell, heads[case_id], recorded_at, pen) for case_id, spell in spells.items()]
    _put_cases(link, written)
    put_rows(link, [row for one in written for row in one.rows])
    _put_personal(link, written)
    follow(link, [(one.spell.last.case, consequences(one.spell)) for one in written])
    for one in written:
        cases.put(Known(one.head, one.spell.last.case))


def put_rows(link: Link, rows: Sequence[JournalRow]) -> None:
    """Rows into the journal, and where a search finds them by rule."""
    link.put(INTO_JOURNAL, rows)
    link.put(INTO_RULES, [(rule, row.day, row.case_id, row.seq) for row in rows for rule in row.rules.split()])


def _heads(link: Link, cases: Cases, spells: Mapping[str, Spell]) -> dict[str, Head]:
    """Where each journal ends: as it was last seen; that it still does is checked when the case's row is written."""
    heads = {}
    for case_id, spell in spells.items():
        known = cases.get(case_id)
        if spell.before is None:
            heads[case_id] = NEW
        elif known is not None and known.head.seq == spell.expected_seq:
            heads[case_id] = known.head
        else:
            row = link.row(HEAD_OF, case_id=case_id)
            if row is None or row.seq != spell.expected_seq:
                raise _overtaken(case_id, row.seq if row else 0, spell)
            heads[case_id] = head_of(row)
    return heads


def _written(seal: Seal, spell: Spell, before: Head, recorded_at: datetime, pen: Pen) -> Written:
    case_id = spell.last.case.id
    stored = before.salt or new_salt(seal, case_id)
    salt, end = read_salt(seal, case_id, stored), before.hash
    rows: list[JournalRow] = []
    personal: list[PersonalField] = []
    for turn in spell.turns:
        if turn.entry is not None:
            row, fields = to_row(turn.entry, end, recorded_at, salt, case=turn.case, personal_facts=pen.personal_facts)
            end = row.hash
            rows.append(row)
            personal += fields
    head = Head(case_id, before.seq + len(rows), end, stored if rows else before.salt)
    return Written(spell, before, head, tuple(rows), tuple(dict.fromkeys(personal)))


def new_salt(seal: Seal, case_id: str, salt: str = "") -> str:
    """A salt (hex) as the row of its case has it; a fresh one, if none is given."""
    return seal.shut(salt or secrets.token_hex(SALT_BYTES), "cases.salt", case_id)


def _put_cases(link: Link, written: Sequence[Written]) -> None:
    seal = link.seal
    rows = [case_row(seal, one.spell.last, one.head) for one in written if one.before is NEW]
    link.put(INTO_CASES, [tuple(row.values()) for row in rows])
    turned = [one for one in written if one.before is not NEW]
    news = [case_row(seal, one.spell.last, one.head) | _as_it_was(one) for one in turned]
    if link.run_many(TURN, news) != len(turned):
        raise _who_was_first(link, turned)


def case_row(seal: Seal, turn: Turn, head: Head) -> dict[str, Any]:
    """The row of a case after a turn, whose journal ends at `head`, with the salt as the row has it."""
    case = turn.case
    return {
        "case_id": case.id,
        "person_id": seal.name(case.person_id),
        "seq": head.seq,
        "head_hash": head.hash,
        "salt": head.salt,
        "opened_on": case.opened_on.isoformat(),
        "day": case.day.isoformat(),
        "wake_on": turn.wake_on.isoformat() if turn.wake_on is not None else None,
        "looked_with": turn.looked_with,
        "stage": case.course.stage,
        "policy": case.course.policy,
        "version": case.course.version,
    }


def _as_it_was(one: Written) -> dict[str, Any]:
    before = one.before
    return {"_case_id": one.spell.last.case.id, "_seq": before.seq, "_hash": before.hash, "_salt": before.salt}


def _who_was_first(link: Link, turned: Sequence[Written]) -> ConcurrentTurn:
    """Which of the cases is not as its turns found it; what was written of the others is undone with this."""
    for one in turned:
        case = one.spell.last.case
        row = link.row(HEAD_OF, case_id=case.id)
        if row is None or head_of(row) not in (one.before, one.head):
            return _overtaken(case.id, row.seq if row else 0, one.spell)
        if row.day > case.day.isoformat():
            return ConcurrentTurn(f"case `{case.id}` has lived {row.day}, and a turn never goes back; decide again")
    return ConcurrentTurn("another turn was recorded first; decide again")


def _overtaken(case_id: str, there: int, spell: Spell) -> ConcurrentTurn:
    return ConcurrentTurn(f"case `{case_id}` has {there} entries, not {spell.expected_seq}; decide again")


def _put_personal(link: Link, written: Sequence[Written]) -> None:
    """Values of new cases are new; one that a case has told before is known."""
    put_personal(link, [field for one in written if one.before is NEW for field in one.personal])
    told = [field for one in written if one.before is not NEW for field in one.personal]
    link.run_many(KNOW_PERSONAL, [_stored(link.seal, field)._asdict() for field in told])


def put_personal(link: Link, fields: Sequence[PersonalField]) -> None:
    """Personal values that are not there yet."""
    link.put(INTO_PERSONAL, [_stored(link.seal, field) for field in fields])


def _stored(seal: Seal, field: PersonalField) -> PersonalField:
    """A personal value as its row has it. What an erasure left says nothing of anybody."""
    if field.digest == TOMB:
        return field
    return field._replace(value=seal.shut(field.value, "personal.value", field.case_id, field.digest))
