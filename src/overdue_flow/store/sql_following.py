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
from overdue_flow.store.rows import recorded_text
from overdue_flow.store.sql_link import Into, Link, Statement, upsert, value
from overdue_flow.store.tables import CONTACTS, NO_DEADLINE, OUTBOX, TASKS
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
    link.run_many(UNSAY, [row for case, change in changes for row in _unsaid(case, change)])
    link.run_many(MOVE, [_moved(effect) for _case, change in changes for effect in change.moved])
    link.run_many(AMEND, [_moved(effect) for _case, change in changes for effect in change.amended])
    link.run_many(PUT_TASK, [_task(case, effect) for case, change in changes for effect in change.tasks])
    link.put(INTO_OUTBOX, [_parcel(case, effect) for case, change in changes for effect in change.opened])
    link.put(
        INTO_CONTACTS,
        [tuple(line_row(case.person_id, line).values()) for case, change in changes for line in change.lines],
    )
    link.run_many(PUT_LINE, [line_row(case.person_id, line) for case, change in changes for line in change.again])


def _unsaid(case: Case, change: Consequences) -> list[dict[str, Any]]:
    keys = [(key, 0) for key in change.unsaid] + [(key, 1) for key in change.settled]
    line = {"_person_id": case.person_id, "_case_id": case.id}
    return [line | {"_key": key, "_reserved": reserved} for key, reserved in keys]


def _moved(effect: Effect) -> dict[str, Any]:
    due_at = recorded_text(effect.due_at)
    return {
        "_effect_id": effect.id,
        "action": effect.action,
        "status": effect.status.value,
        "due_at": due_at,
        "ready_at": due_at,
        "effect": effect_text(effect),
    }


def _parcel(case: Case, effect: Effect) -> tuple[Any, ...]:
    due_at = recorded_text(effect.due_at)
    return (
        effect.id, case.id, case.person_id, effect.action, effect.status.value, due_at, due_at, 0, 0, "", "",
        effect_text(effect),
    )  # fmt: skip


def _task(case: Case, effect: Effect) -> dict[str, Any]:
    return {
        "effect_id": effect.id,
        "case_id": case.id,
        "role": effect.role or "",
        "deadline_on": effect.deadline_on.isoformat() if effect.deadline_on is not None else NO_DEADLINE,
        "effect": effect_text(effect),
    }


def line_row(person_id: str, line: Line) -> dict[str, Any]:
    """A line of a person's contacts as a row."""
    return {
        "person_id": person_id,
        "case_id": line.case_id,
        "key": line.key,
        "reserved": int(line.reserved),
        "wish": int(not isinstance(line.event, ContactAttempted)),
        "at": recorded_text(line.at),
        "event": event_as_text(line.event),
    }


def read_line(row: Any) -> Line:
    """A line from its row."""
    return Line(row.case_id, row.key, datetime.fromisoformat(row.at), _read_spoken(row.event), bool(row.reserved))


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
