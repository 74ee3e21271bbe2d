"""The outbox, the task list and persons' contacts in a database, as they follow from turns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import delete, update

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect
from overdue_flow.cases.events import ContactAttempted
from overdue_flow.cases.person import Line, Spoken
from overdue_flow.cases.values import changed
from overdue_flow.store.consequences import NOTHING, Consequences
from overdue_flow.store.derived import NO_DEADLINE
from overdue_flow.store.rows import recorded_text
from overdue_flow.store.sealing import Seal
from overdue_flow.store.sql_link import Into, Link, Statement, upsert, value
from overdue_flow.store.tables import CONTACTS, OUTBOX, TASKS
from overdue_flow.store.written import effect_text, event_as_text, form_of, read_event_of

INTO_OUTBOX = Into(OUTBOX)
INTO_CONTACTS = Into(CONTACTS)
PUT_TASK = upsert(TASKS)
PUT_LINE = upsert(CONTACTS)
MOVE = Statement(
    update(OUTBOX)
    .where(OUTBOX.c.effect_id == value("_effect_id"))
    .values({name: value(name) for name in ("status", "due_at", "ready_at", "effect")} | {"worker": ""})
)
AMEND = Statement(
    update(OUTBOX)
    .where(OUTBOX.c.effect_id == value("_effect_id"))
    .values({name: value(name) for name in ("action", "effect")})
)
LEAVE = Statement(delete(OUTBOX).where(OUTBOX.c.effect_id == value("_effect_id")))
END_TASK = Statement(delete(TASKS).where(TASKS.c.effect_id == value("_effect_id")))
UNSAY = Statement(
    delete(CONTACTS).where(
        CONTACTS.c.person_id == value("_person_id"),
        CONTACTS.c.case_id == value("_case_id"),
        CONTACTS.c.key == value("_key"),
        CONTACTS.c.reserved == value("_reserved"),
    )
)


def follow(link: Link, changes: Sequence[tuple[Case, Consequences]]) -> None:
    """Write what turns change outside the journal: first what goes, then what changes, then what is new."""
    changes = [(case, change) for case, change in changes if change is not NOTHING]
    if not changes:
        return
    link.run_many(LEAVE, [{"_effect_id": gone} for _case, change in changes for gone in change.gone])
    link.run_many(END_TASK, [{"_effect_id": gone} for _case, change in changes for gone in change.tasks_gone])
    seal = link.seal
    link.run_many(UNSAY, [row for case, change in changes for row in _unsaid(seal, case, change)])
    link.run_many(MOVE, [_moved(seal, effect) for _case, change in changes for effect in change.moved])
    link.run_many(AMEND, [_moved(seal, effect) for _case, change in changes for effect in change.amended])
    link.run_many(PUT_TASK, [_task(seal, case, effect) for case, change in changes for effect in change.tasks])
    link.put(INTO_OUTBOX, [_parcel(seal, case, effect) for case, change in changes for effect in change.opened])
    put_lines(link, [(case.person_id, line) for case, change in changes for line in change.lines])
    put_again(link, [(case.person_id, line) for case, change in changes for line in change.again])


def put_lines(link: Link, lines: Sequence[tuple[str, Line]]) -> None:
    """Lines that were not there before, each with its person."""
    link.put(INTO_CONTACTS, [tuple(line_row(link.seal, person_id, line).values()) for person_id, line in lines])


def put_again(link: Link, lines: Sequence[tuple[str, Line]]) -> None:
    """Lines that may be there already: under the name that their person has now, and under none of the older ones."""
    for person_id, line in lines:
        older = link.seal.names(person_id)[1:]
        link.run_many(UNSAY, [_place(name, line.case_id, line.key, line.reserved) for name in older])
    link.run_many(PUT_LINE, [line_row(link.seal, person_id, line) for person_id, line in lines])


def _unsaid(seal: Seal, case: Case, change: Consequences) -> list[dict[str, Any]]:
    keys = [(key, False) for key in change.unsaid] + [(key, True) for key in change.settled]
    return [_place(name, case.id, key, reserved) for key, reserved in keys for name in seal.names(case.person_id)]


def _place(name: str, case_id: str, key: str, reserved: bool) -> dict[str, Any]:
    return {"_person_id": name, "_case_id": case_id, "_key": key, "_reserved": int(reserved)}


def _moved(seal: Seal, effect: Effect) -> dict[str, Any]:
    due_at = recorded_text(effect.due_at)
    return {
        "_effect_id": effect.id,
        "action": effect.action,
        "status": effect.status.value,
        "due_at": due_at,
        "ready_at": due_at,
        "effect": parcel_text(seal, effect),
    }


def _parcel(seal: Seal, case: Case, effect: Effect) -> tuple[Any, ...]:
    due_at, person_id = recorded_text(effect.due_at), seal.name(case.person_id)
    return (
        effect.id, case.id, person_id, effect.action, effect.status.value, due_at, due_at, 0, 0, "", "",
        parcel_text(seal, effect),
    )  # fmt: skip


def parcel_text(seal: Seal, effect: Effect) -> str:
    """An effect as the outbox has it."""
    return seal.shut(effect_text(effect), "outbox.effect", effect.id)


def task_text(seal: Seal, effect: Effect) -> str:
    """An effect as the task list has it."""
    return seal.shut(effect_text(effect), "tasks.effect", effect.id)


def _task(seal: Seal, case: Case, effect: Effect) -> dict[str, Any]:
    return {
        "effect_id": effect.id,
        "case_id": case.id,
        "role": seal.name(effect.role or ""),
        "deadline_on": effect.deadline_on.isoformat() if effect.deadline_on is not None else NO_DEADLINE,
        "effect": task_text(seal, effect),
    }


def line_row(seal: Seal, person_id: str, line: Line) -> dict[str, Any]:
    """A line of a person's contacts as a row."""
    reserved = int(line.reserved)
    return {
        "person_id": seal.name(person_id),
        "case_id": line.case_id,
        "key": line.key,
        "reserved": reserved,
        "wish": int(not isinstance(line.event, ContactAttempted)),
        "at": recorded_text(line.at),
        "event": seal.shut(event_as_text(line.event), "contacts.event", line.case_id, line.key, str(reserved)),
    }


def read_line(seal: Seal, row: Any) -> Line:
    """A line from its row."""
    event = seal.read(row.event, "contacts.event", row.case_id, row.key, str(row.reserved))
    return Line(row.case_id, row.key, datetime.fromisoformat(row.at), _read_spoken(event), bool(row.reserved))


@lru_cache(maxsize=2048)
def _read_spoken(text: str) -> Spoken:
    return cast("Spoken", read_event_of(json.loads(text)["kind"], text))


def read_effect(text: str) -> Effect:
    """An effect from JSON. Whoever delivers to a person looks at all that is on its way to them, again and again."""
    effect = _read_effect(text)
    return changed(effect, params=dict(effect.params))


@lru_cache(maxsize=2048)
def _read_effect(text: str) -> Effect:
    _write, read = form_of(Effect)
    assert read is not None
    return cast("Effect", read(json.loads(text)))
