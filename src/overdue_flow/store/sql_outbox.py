"""The outbox, the task list and the switches in a database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, delete, func, select, text, tuple_, union_all, update

from overdue_flow.store.consequences import plain_text
from overdue_flow.store.protocol import OpenTask, Parcel, Standing, Switch
from overdue_flow.store.rows import recorded_text
from overdue_flow.store.sealing import Seal
from overdue_flow.store.sql_following import read_effect
from overdue_flow.store.sql_link import Link, Statement, upsert, value
from overdue_flow.store.tables import MAY_GO_OUT, OUTBOX, SWITCHES, TASKS

PAGE = 1000
"""So many rows are read at once where all are asked for."""

ACTIONS_AT_ONCE = 100
"""So many actions are claimed for in one query."""

CLAIM = Statement(
    update(OUTBOX)
    .where(OUTBOX.c.effect_id == value("_effect_id"))
    .values(worker=value("worker"), ready_at=value("ready_at"))
)
PUT_BACK = Statement(
    update(OUTBOX)
    .where(OUTBOX.c.effect_id == value("_effect_id"), OUTBOX.c.worker == value("_worker"))
    .values({name: value(name) for name in ("ready_at", "tries", "error", "parked")} | {"worker": ""})
)
REDELIVER = Statement(
    update(OUTBOX)
    .where(OUTBOX.c.effect_id == value("_effect_id"), text("parked = 1"))
    .values(ready_at=value("ready_at"), parked=0, tries=0)
)


# --- what goes out ---


class Wanted(NamedTuple):
    """What is claimed: of some actions (None: of all), and to one person (None: to anybody)."""

    actions: Collection[str] | None = None
    person_id: str | None = None


def outbox(link: Link, parked: bool | None, person_id: str | None, after: Parcel | None) -> list[Parcel]:
    """The next page of what has not gone out yet, by due instant, then id."""
    query = select(OUTBOX).order_by(OUTBOX.c.due_at, OUTBOX.c.effect_id).limit(PAGE)
    if parked is not None:
        query = query.where(text("parked = 1") if parked else text("parked = 0"))
    if person_id is not None:
        query = query.where(OUTBOX.c.person_id.in_(link.seal.names(person_id)))
    if after is not None:
        place = (recorded_text(after.effect.due_at), after.effect.id)
        query = query.where(tuple_(OUTBOX.c.due_at, OUTBOX.c.effect_id) > place)
    return [_parcel(link.seal, row) for row in link.connection.execute(query)]


def claim(link: Link, now: datetime, *, worker: str, lease: timedelta, limit: int, wanted: Wanted) -> list[Parcel]:
    """Take effects that are ready, and that nobody else is taking at this moment."""
    ready = _ready(link, recorded_text(now), limit, wanted)
    until = now + lease
    link.run_many(
        CLAIM, [{"_effect_id": row.effect_id, "worker": worker, "ready_at": recorded_text(until)} for row in ready]
    )
    return [_parcel(link.seal, row)._replace(ready_at=until) for row in ready]


def _ready(link: Link, now: str, limit: int, wanted: Wanted) -> list[Any]:
    """The longest ready first. Each action is asked for by itself, so that what nobody here can do costs nothing."""
    names = None if wanted.person_id is None else link.seal.names(wanted.person_id)
    if wanted.actions is None:
        return list(link.connection.execute(_of_person(ready_query(now, limit), names)))
    found: list[Any] = []
    actions = sorted(wanted.actions)
    for start in range(0, len(actions), ACTIONS_AT_ONCE):
        some = [
            _of_person(ready_query(now, limit, action), names).subquery()
            for action in actions[start : start + ACTIONS_AT_ONCE]
        ]
        found += link.connection.execute(union_all(*(select(one) for one in some)))
    return sorted(found, key=lambda row: (row.ready_at, row.effect_id))[:limit]


def _of_person(query: Select[Any], names: Sequence[str] | None) -> Select[Any]:
    return query if names is None else query.where(OUTBOX.c.person_id.in_(names))


def ready_query(now: str, limit: int, action: str | None = None) -> Select[Any]:
    """Effects that may go out at `now`, of one action or of all; on PostgreSQL locked, but for what others lock."""
    query = select(OUTBOX).where(text(MAY_GO_OUT), OUTBOX.c.ready_at <= now)
    if action is not None:
        query = query.where(OUTBOX.c.action == action)
    return query.order_by(OUTBOX.c.ready_at, OUTBOX.c.effect_id).limit(limit).with_for_update(skip_locked=True)


def put_back(
    link: Link, effect_id: str, *, worker: str, ready_at: datetime, tries: int, error: str, parked: bool
) -> bool:
    """Give a claimed effect back. False if it is another worker's, or gone."""
    error = link.seal.shut(plain_text(error), "outbox.error", effect_id)
    back = {
        "ready_at": recorded_text(ready_at),
        "tries": tries,
        "error": error,
        "parked": int(parked),
    }
    return link.run(PUT_BACK, _effect_id=effect_id, _worker=worker, **back) == 1


def redeliver(link: Link, effect_ids: Collection[str] | None, now: datetime) -> int:
    """Parked effects may be tried again; how many there were."""
    parked = select(OUTBOX.c.effect_id, OUTBOX.c.due_at).where(text("parked = 1"))
    if effect_ids is None:
        rows = list(link.connection.execute(parked))
    else:
        rows = link.found(lambda some: parked.where(OUTBOX.c.effect_id.in_(some)), set(effect_ids))
    ready_at = recorded_text(now)
    return link.run_many(
        REDELIVER, [{"_effect_id": row.effect_id, "ready_at": max(ready_at, row.due_at)} for row in rows]
    )


def _parcel(seal: Seal, row: Any) -> Parcel:
    return Parcel(
        case_id=row.case_id,
        person_id=seal.read_name(row.person_id),
        effect=read_effect(seal.read(row.effect, "outbox.effect", row.effect_id)),
        ready_at=datetime.fromisoformat(row.ready_at),
        tries=row.tries,
        parked=bool(row.parked),
        error=seal.read(row.error, "outbox.error", row.effect_id),
    )


# --- what people do ---


def tasks(
    link: Link, role: str | None, due_by: date | None, after: tuple[str, str] | None
) -> tuple[list[OpenTask], tuple[str, str] | None]:
    """The next page of open tasks, by deadline, then id; and where it ends, None when it is the last."""
    query = select(TASKS).order_by(TASKS.c.deadline_on, TASKS.c.effect_id).limit(PAGE)
    if role is not None:
        query = query.where(TASKS.c.role.in_(link.seal.names(role)))
    if due_by is not None:
        query = query.where(TASKS.c.deadline_on <= min(due_by.isoformat(), LAST_DEADLINE))
    if after is not None:
        query = query.where(tuple_(TASKS.c.deadline_on, TASKS.c.effect_id) > after)
    rows = link.connection.execute(query).fetchall()
    end = (rows[-1].deadline_on, rows[-1].effect_id) if len(rows) == PAGE else None
    return [_task(link.seal, row) for row in rows], end


LAST_DEADLINE = "9999-12-30"
"""The last day that a deadline may name; the day after it stands for none."""


TASK = Statement(select(TASKS).where(TASKS.c.effect_id == value("_effect_id")))
OVERDUE = Statement(select(func.count().label("count")).select_from(TASKS).where(TASKS.c.deadline_on < value("_on")))
PARKED = Statement(select(func.count().label("count")).select_from(OUTBOX).where(text("parked = 1")))
ACTIONS = Statement(select(OUTBOX.c.action).distinct())


def task(link: Link, effect_id: str) -> OpenTask | None:
    """One open task by its id."""
    rows = link.rows(TASK, _effect_id=effect_id)
    return _task(link.seal, rows[0]) if rows else None


def _task(seal: Seal, row: Any) -> OpenTask:
    return OpenTask(row.case_id, read_effect(seal.read(row.effect, "tasks.effect", row.effect_id)))


def standing(link: Link, on: date) -> Standing:
    """How many tasks have a last day before `on`, and how many effects are parked; both are counted in an index."""
    return Standing(link.rows(OVERDUE, _on=on.isoformat())[0].count, link.rows(PARKED)[0].count)


def actions_waiting(link: Link) -> frozenset[str]:
    """The actions of what has not gone out yet."""
    return frozenset(row.action for row in link.rows(ACTIONS))


# --- switches ---

STOP = upsert(SWITCHES)
SWITCHES_NOW = Statement(select(SWITCHES).order_by(SWITCHES.c.name))
RESUME = Statement(delete(SWITCHES).where(SWITCHES.c.name == value("_name")))


def switches(link: Link) -> dict[str, Switch]:
    """What is stopped now, by name."""
    return {row.name: _switch(link.seal, row) for row in link.rows(SWITCHES_NOW)}


def _switch(seal: Seal, row: Any) -> Switch:
    by = seal.read(row.stopped_by, "switches.stopped_by", row.name)
    reason = seal.read(row.reason, "switches.reason", row.name)
    return Switch(row.name, datetime.fromisoformat(row.since), by, reason)


def stop(link: Link, switch: Switch) -> None:
    """Stop an action, or all contact."""
    name, since = switch.name, recorded_text(switch.since)
    by = link.seal.shut(switch.by, "switches.stopped_by", name)
    link.run(STOP, name=name, since=since, stopped_by=by, reason=link.seal.shut(switch.reason, "switches.reason", name))


def resume(link: Link, name: str) -> bool:
    """Let it go on; False if it was not stopped."""
    return link.run(RESUME, _name=name) == 1
