"""Which cases a database has to be looked at: those whose day has come, and all of them when the law changes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import or_, select, tuple_, update

from overdue_flow.store.sql_link import Link, Statement, upsert, value
from overdue_flow.store.tables import CASES, META

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
WOKEN = "woken for "
"""How the names begin under which the database keeps what all cases were woken for."""
DONE = upsert(META, keep=True)


def due(link: Link, until: date, limit: int, behind: str | None, *, locks: bool) -> list[str]:
    """Some cases that wake on or before `until`, the earliest first, then by id; only those `behind` a case that has a
    place in this order. With `locks`, those that nobody else has locked."""
    last = until.isoformat()
    first = link.row(WAKE_OF, case_id=behind) if behind is not None else None
    if first is None or first.wake_on is None:
        rows = link.rows(DUE_AND_FREE if locks else DUE, until=last, limit=limit)
        return [row.case_id for row in rows]
    statement = DUE_BEHIND_AND_FREE if locks else DUE_BEHIND
    rows = link.rows(statement, until=last, limit=limit, wake_on=first.wake_on, case_id=behind)
    return [row.case_id for row in rows]


def wake_all(link: Link, on: date, once: str, resting: Collection[str]) -> int:
    """Have all cases wake on a day at the latest, the first time that it is asked for `once`; of two who ask at the
    same time the second waits for the first. How many there were."""
    if not link.run(DONE, name=WOKEN + once, value=on.isoformat()):
        return 0
    day = on.isoformat()
    asleep = or_(CASES.c.wake_on > day, CASES.c.wake_on.is_(None) & CASES.c.stage.not_in(sorted(resting)))
    return link.connection.execute(update(CASES).where(CASES.c.day < day, asleep).values(wake_on=day)).rowcount
