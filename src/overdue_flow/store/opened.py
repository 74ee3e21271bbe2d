"""Rows of a store's tables as evidence reads them: what is encrypted is opened, one function a table.

Whoever examines a store must come to the end of it. So what was damaged comes as `DAMAGED`, which is the value of
nothing, and shows where it is compared; and where the keys are not here (`Seal.closed`), what is encrypted comes empty.
"""

from __future__ import annotations

from typing import Any

from overdue_flow.errors import JournalError
from overdue_flow.store.derived import NO_DEADLINE, ContactOfCase, Filed, ParcelOfCase, TaskOfCase
from overdue_flow.store.hostile import legible
from overdue_flow.store.looks import LookSaid
from overdue_flow.store.personal import TOMB, PersonalField
from overdue_flow.store.records import Head
from overdue_flow.store.sealing import NAMED, SEALED, Seal

DAMAGED = "damaged"


def _text(seal: Seal, said: Any, *place: Any) -> Any:
    """A value; what is no text stays as it is, for whoever says so."""
    if not isinstance(said, str) or (seal.closed and said.startswith(SEALED)):
        return said if not isinstance(said, str) else ""
    try:
        return seal.read(said, *map(legible, place))
    except JournalError:
        return DAMAGED


def _name(seal: Seal, said: Any) -> Any:
    if not isinstance(said, str) or (seal.closed and said.startswith(NAMED)):
        return said if not isinstance(said, str) else ""
    try:
        return seal.read_name(said)
    except JournalError:
        return DAMAGED


def head(seal: Seal, row: Any) -> Head:
    """Where a journal ends, with the salt of the case."""
    return Head(row.case_id, row.seq, row.head_hash, _text(seal, row.salt, "cases.salt", row.case_id))


def personal(seal: Seal, row: Any) -> PersonalField:
    """A personal value; what an erasure left is none, and stands as it is."""
    if row.digest == TOMB:
        return PersonalField(row.case_id, row.digest, row.value)
    value = _text(seal, row.value, "personal.value", row.case_id, row.digest)
    return PersonalField(row.case_id, row.digest, value)


def filed(seal: Seal, row: Any) -> Filed:
    """What the table of cases says of a case."""
    said = Filed(*(getattr(row, name) for name in Filed._fields))
    return said._replace(person_id=_name(seal, said.person_id))


def parcel(seal: Seal, row: Any) -> ParcelOfCase:
    """What the outbox says of an effect."""
    said = ParcelOfCase(*(getattr(row, name) for name in ParcelOfCase._fields))
    effect = _text(seal, said.effect, "outbox.effect", said.effect_id)
    return said._replace(person_id=_name(seal, said.person_id), effect=effect)


def task(seal: Seal, row: Any) -> TaskOfCase:
    """What the task list says of a task."""
    said = TaskOfCase(*(getattr(row, name) for name in TaskOfCase._fields))
    deadline_on = None if said.deadline_on == NO_DEADLINE else said.deadline_on
    effect = _text(seal, said.effect, "tasks.effect", said.effect_id)
    return said._replace(role=_name(seal, said.role), deadline_on=deadline_on, effect=effect)


def contact(seal: Seal, row: Any) -> ContactOfCase:
    """What persons' contacts say of something that was spoken."""
    said = ContactOfCase(*(getattr(row, name) for name in ContactOfCase._fields))
    event = _text(seal, said.event, "contacts.event", said.case_id, said.key, row.reserved)
    return said._replace(person_id=_name(seal, said.person_id), event=event)


def said(seal: Seal, row: Any) -> LookSaid:
    """What was said with a look."""
    one = LookSaid(*(getattr(row, name) for name in LookSaid._fields))
    place = one.number, one.field
    salt = _text(seal, one.salt, "looks_said.salt", *place)
    return one._replace(salt=salt, value=_text(seal, one.value, "looks_said.value", *place))
