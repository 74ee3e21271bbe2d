"""Which cases of a database have to be looked at: those whose day has come, and those that were last looked at with
other versions than are known now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select, tuple_

from overdue_flow.store.sql_link import Link, Statement, value
from overdue_flow.store.tables import CASES

_DUE = (
    select(CASES.c.case_id)
    .where(CASES.c.wake_on <= value("until"))
    .order_by(CASES.c.wake_on, CASES.c.case_id)
    .limit(value("limit"))
)
DUE = Statement(_DUE)
DUE_AND_FREE = Statement(_DUE.with_for_update(skip_locked=True, key_share=True))
_BEHIND = _DUE.where(tuple_(CASES.c.wake_on, CASES.c.case_id) > tuple_(value("wake_on"), value("case_id")))
DUE_BEHIND = Statement(_BEHIND)
DUE_BEHIND_AND_FREE = Statement(_BEHIND.with_for_update(skip_locked=True, key_share=True))
WAKE_OF = Statement(select(CASES.c.wake_on).where(CASES.c.case_id == value("case_id")))

_LOOKED_WITH = (
    select(CASES.c.case_id)
    .where(CASES.c.looked_with == value("looked_with"), CASES.c.case_id > value("behind"))
    .order_by(CASES.c.case_id)
    .limit(value("limit"))
)
LOOKED_WITH = Statement(_LOOKED_WITH)
LOOKED_WITH_AND_FREE = Statement(_LOOKED_WITH.with_for_update(skip_locked=True, key_share=True))
NEXT_VERSIONS = Statement(
    select(CASES.c.looked_with).where(CASES.c.looked_with > value("after")).order_by(CASES.c.looked_with).limit(1)
)


def due(link: Link, until: date, limit: int, behind: str | None, *, locks: bool) -> list[str]:
    """Some cases that wake on or before `until`, the earliest first, then by id; only those `behind` a case that has a
    place in this order. With `locks`, those that nobody else has locked."""
    first = link.row(WAKE_OF, case_id=behind) if behind is not None else None
    place = {} if first is None or first.wake_on is None else {"wake_on": first.wake_on, "case_id": behind}
    if place:
        statement = DUE_BEHIND_AND_FREE if locks else DUE_BEHIND
    else:
        statement = DUE_AND_FREE if locks else DUE
    return [row.case_id for row in link.rows(statement, until=until.isoformat(), limit=limit, **place)]


def overlooked(link: Link, known: str, limit: int, behind: str, *, locks: bool) -> list[str]:
    """Some cases that were last looked at with other versions than `known`, by id, only those `behind` an id. With
    `locks`, those that nobody else has locked.

    The index gives the cases of each other versions by id; there are few of those, and each is found by one probe.
    """
    statement = LOOKED_WITH_AND_FREE if locks else LOOKED_WITH
    found = [
        row.case_id
        for versions in ("", *_versions(link))
        if versions != known
        for row in link.rows(statement, looked_with=versions, behind=behind, limit=limit)
    ]
    return sorted(found)[:limit]


def _versions(link: Link) -> Iterator[str]:
    """What cases were looked at with, each once, after the empty text."""
    after = ""
    while (row := link.row(NEXT_VERSIONS, after=after)) is not None:
        after = row.looked_with
        yield after
