"""Looks at personal data in a database: one more link, who looked, what verifies it.

Whoever notes a look holds the one row that says where the chain ends, until their transaction does: looks come one
after the other, however many workers there are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from overdue_flow.store import opened
from overdue_flow.store.looks import (
    Look,
    LookRow,
    LookSaid,
    LooksEnd,
    LookWritten,
    Noted,
    as_far_as_told,
    linked,
    noted,
    written,
)
from overdue_flow.store.rows import recorded_text
from overdue_flow.store.sealing import Seal
from overdue_flow.store.sql_link import Into, Link, Statement, upsert, value
from overdue_flow.store.tables import LOOKS, LOOKS_END, LOOKS_SAID

PAGE = 1000
"""So many looks are read at once."""

INTO_LOOKS = Into(LOOKS)
INTO_LOOKS_SAID = Into(LOOKS_SAID)
THE_ONE = "looks"
BEGIN = upsert(LOOKS_END, keep=True)
GO_ON = upsert(LOOKS_END)
HOLD = Statement(select(LOOKS_END).where(LOOKS_END.c.name == value("_name")).with_for_update())
END = Statement(select(LOOKS_END).where(LOOKS_END.c.name == value("_name")))


def note(link: Link, look: Look) -> int:
    """One more look, in a transaction that writes; its number."""
    return _put(link, [written(look, _held(link))]).number


def take_in(link: Link, looks: Sequence[LookWritten]) -> None:
    """Looks of an archive, at the end of this store's chain."""
    end, found = _held(link), []
    for look in looks:
        found.append(linked(as_far_as_told(look), end))
        end = found[-1].end
    if found:
        _put(link, found)


def _held(link: Link) -> LooksEnd:
    """Where the chain ends, and nobody else goes on until the transaction ends."""
    link.run(BEGIN, name=THE_ONE, **LooksEnd()._asdict())
    found = link.rows(HOLD, _name=THE_ONE)[0]
    return LooksEnd(found.number, found.hash)


def _put(link: Link, found: Sequence[LookWritten]) -> LooksEnd:
    link.put(INTO_LOOKS, [look.row for look in found])
    link.put(INTO_LOOKS_SAID, [_stored(link.seal, one) for look in found for one in look.said])
    link.run(GO_ON, name=THE_ONE, **found[-1].end._asdict())
    return found[-1].end


def page(link: Link, *, after: int, case_id: str | None, since: datetime | None, until: datetime | None) -> list[Noted]:
    """Some looks after a number, in order: of a case, from an instant on, before another."""
    query = select(LOOKS).where(LOOKS.c.number > after).order_by(LOOKS.c.number).limit(PAGE)
    if case_id is not None:
        query = query.where(LOOKS.c.case_id == case_id)
    if since is not None:
        query = query.where(LOOKS.c.at >= recorded_text(since))
    if until is not None:
        query = query.where(LOOKS.c.at < recorded_text(until))
    rows = [LookRow(*row) for row in link.connection.execute(query)]
    return [noted(look.row, {one.field: one.value for one in look.said}) for look in with_words(link, rows, _read_said)]


def with_words(
    link: Link, rows: Sequence[LookRow], read: Callable[[Seal, Any], LookSaid] = opened.said
) -> list[LookWritten]:
    """Looks, each with what is still there of what was said with it."""
    found = link.found(
        lambda some: select(LOOKS_SAID).where(LOOKS_SAID.c.number.in_(some)), [row.number for row in rows]
    )
    said: dict[int, list[LookSaid]] = {}
    for one in found:
        said.setdefault(one.number, []).append(read(link.seal, one))
    return [LookWritten(row, tuple(said.get(row.number, ()))) for row in rows]


def _stored(seal: Seal, one: LookSaid) -> LookSaid:
    """What was said, as its row has it."""
    place = str(one.number), one.field
    salt = seal.shut(one.salt, "looks_said.salt", *place)
    return one._replace(salt=salt, value=seal.shut(one.value, "looks_said.value", *place))


def _read_said(seal: Seal, row: Any) -> LookSaid:
    """What was said, from its row. JournalError where it was damaged."""
    one = LookSaid(*row)
    place = str(one.number), one.field
    salt = seal.read(one.salt, "looks_said.salt", *place)
    return one._replace(salt=salt, value=seal.read(one.value, "looks_said.value", *place))


def end(link: Link) -> LooksEnd:
    """Where the chain ends."""
    found: Any = link.row(END, _name=THE_ONE)
    return LooksEnd(found.number, found.hash) if found is not None else LooksEnd()


def erase(link: Link, case_id: str) -> int:
    """Erase what was said with looks at a case, but for who of the staff it was; how many words there were."""
    goes = (LOOKS_SAID.c.case_id == case_id) & (LOOKS_SAID.c.goes_with_case == 1)
    return link.connection.execute(delete(LOOKS_SAID).where(goes)).rowcount
