"""Persons in a database: their contacts over all of their loans, and the lock of whoever counts and reserves them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, union_all

from overdue_flow.cases.person import Line, PersonContacts, in_time_order
from overdue_flow.store.rows import recorded_text
from overdue_flow.store.sql_following import PUT_LINE, line_row, read_line
from overdue_flow.store.sql_link import Link, Statement, upsert, value
from overdue_flow.store.tables import CONTACTS, PERSONS

ALL_LINES = Statement(select(CONTACTS).where(CONTACTS.c.person_id == value("person_id")))
LINES_SINCE = Statement(
    union_all(
        select(CONTACTS).where(CONTACTS.c.person_id == value("person_id"), CONTACTS.c.wish == 1),
        select(CONTACTS).where(
            CONTACTS.c.person_id == value("person_id"), CONTACTS.c.wish == 0, CONTACTS.c.at >= value("since")
        ),
    )
)
LOCK = Statement(select(PERSONS.c.person_id).where(PERSONS.c.person_id == value("person_id")).with_for_update())
MEET = upsert(PERSONS, keep=True)


def lock_person(link: Link, person_id: str) -> None:
    """Hold a person's row until the transaction ends. On SQLite whoever writes is alone, and that is enough."""
    if link.dialect == "sqlite":
        return
    if link.row(LOCK, person_id=person_id) is None:
        link.run(MEET, person_id=person_id)
        link.row(LOCK, person_id=person_id)


def contacts(link: Link, person_id: str, since: datetime | None) -> PersonContacts:
    """The lines of a person: attempts and reservations from `since` on (None: all), and every wish."""
    if since is None:
        rows = link.rows(ALL_LINES, person_id=person_id)
    else:
        rows = link.rows(LINES_SINCE, person_id=person_id, since=recorded_text(since))
    return in_time_order(read_line(row) for row in rows)


def reserve(link: Link, person_id: str, line: Line) -> None:
    """A contact is on its way."""
    link.run(PUT_LINE, **line_row(person_id, line._replace(reserved=True)))
