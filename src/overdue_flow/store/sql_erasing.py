"""Erasing what is personal in a case: the journal keeps tokens, and what was derived from it is made anew of those.

The person's id is personal too: after it, the case stands under a token in the place of its person, and its contacts
count for itself alone.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update

from overdue_flow.cases.case import Case
from overdue_flow.cases.evolve import evolve
from overdue_flow.cases.person import Line
from overdue_flow.errors import UnknownCase
from overdue_flow.store import sql_looks
from overdue_flow.store.consequences import Spell, consequences
from overdue_flow.store.personal import ERASED, TOMB, PersonalField, tomb
from overdue_flow.store.protocol import Turn
from overdue_flow.store.rows import JournalRow, recorded_text, to_entry
from overdue_flow.store.sql_following import parcel_text, put_lines, read_line, task_text
from overdue_flow.store.sql_journal import HEAD_OF, ROWS_OF
from overdue_flow.store.sql_link import Into, Link
from overdue_flow.store.tables import CASES, CONTACTS, OUTBOX, PERSONAL, PERSONS, TASKS

INTO_PERSONAL = Into(PERSONAL)


def erase_case(link: Link, case_id: str, at: datetime) -> int:
    """Erase the personal values of a case, `at` an instant; how many there were. UnknownCase where there is none."""
    head = link.row(HEAD_OF, case_id=case_id)
    if head is None:
        raise UnknownCase(f"there is no case `{case_id}`")
    rows = [JournalRow(*row) for row in link.rows(ROWS_OF, case_id=case_id, after=0, last=head.seq)]
    turns: list[Turn] = []
    case: Case | None = None
    for row in rows:
        entry = to_entry(row, ERASED)
        before, case = case, evolve(case, entry)
        turns.append(Turn(before, case, entry, None))
    assert case is not None
    if link.dialect == "sqlite":
        # what is deleted is overwritten; many builds of SQLite would only forget where it was
        link.connection.exec_driver_sql("PRAGMA secure_delete = ON")
    erased = _erase_values(link, tomb(case_id, head.seq, recorded_text(at)))
    of_case = CASES.c.case_id == case_id
    said = link.connection.execute(select(CASES.c.person_id).where(of_case)).scalar_one()
    names = link.seal.names(link.seal.read_name(said))
    link.connection.execute(update(CASES).where(of_case).values(salt="", person_id=link.seal.name(case.person_id)))
    # the row is there to be locked only; whoever needs one makes it anew
    others = select(CASES.c.case_id).where(CASES.c.person_id.in_(names))
    link.connection.execute(delete(PERSONS).where(PERSONS.c.person_id.in_(names), ~others.exists()))
    link.connection.execute(update(OUTBOX).where(OUTBOX.c.case_id == case_id).values(error=""))
    sql_looks.erase(link, case_id)
    _erase_effects(link, case)
    _erase_contacts(link, case, consequences(Spell(None, tuple(turns))).lines)
    return erased


def _erase_values(link: Link, left: PersonalField) -> int:
    of_case = PERSONAL.c.case_id == left.case_id
    erased = link.connection.execute(delete(PERSONAL).where(of_case, PERSONAL.c.digest != TOMB)).rowcount
    if erased or not link.connection.execute(select(PERSONAL.c.value).where(of_case)).first():
        # an erasure that finds nothing leaves the note of the one before
        link.connection.execute(delete(PERSONAL).where(of_case))
        link.put(INTO_PERSONAL, [left])
    return erased


def _erase_effects(link: Link, case: Case) -> None:
    seal = link.seal
    for effect in case.course.open_effects:
        parcel = {"effect": parcel_text(seal, effect), "person_id": seal.name(case.person_id)}
        task = {"effect": task_text(seal, effect), "role": seal.name(effect.role or "")}
        for table, change in ((OUTBOX, parcel), (TASKS, task)):
            link.connection.execute(update(table).where(table.c.effect_id == effect.id).values(change))


def _erase_contacts(link: Link, case: Case, lines: tuple[Line, ...]) -> None:
    """The lines as the journal tells them now; reservations say only that somebody is on the way, and how."""
    of_case = CONTACTS.c.case_id == case.id
    rows = link.connection.execute(select(CONTACTS).where(of_case, CONTACTS.c.reserved == 1))
    reserved = [
        line._replace(event=line.event.model_copy(update=dict.fromkeys(line.event.PERSONAL & {"contact_point", "by"})))
        for line in [read_line(link.seal, row) for row in rows]
    ]
    link.connection.execute(delete(CONTACTS).where(of_case))
    put_lines(link, [(case.person_id, line) for line in (*lines, *reserved)])
