"""What a database says of its store as a whole: how much is in it, and which text each version of a policy has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text

from overdue_flow.store.protocol import Contents, PolicyText
from overdue_flow.store.rows import recorded_text
from overdue_flow.store.sql_link import Link, Statement, upsert, value
from overdue_flow.store.tables import CASES, OUTBOX, POLICIES, SWITCHES, TASKS

_CASES, _OUTBOX, _TASKS, _SWITCHES = (
    select(func.count()).select_from(table).scalar_subquery() for table in (CASES, OUTBOX, TASKS, SWITCHES)
)
_PARKED = select(func.count()).select_from(OUTBOX).where(text("parked = 1")).scalar_subquery()
COUNTS = Statement(
    select(
        _CASES.label("cases"),
        _OUTBOX.label("outbox"),
        _PARKED.label("parked"),
        _TASKS.label("tasks"),
        _SWITCHES.label("switches"),
    )
)
ALL_POLICIES = Statement(select(POLICIES).order_by(POLICIES.c.policy, POLICIES.c.version))
A_POLICY = Statement(
    select(POLICIES).where(POLICIES.c.policy == value("_policy"), POLICIES.c.version == value("_version"))
)
KNOW_POLICY = upsert(POLICIES, keep=True)


def contents(link: Link) -> Contents:
    """How much is in the store; each count goes over one index."""
    found = link.rows(COUNTS)[0]
    return Contents(found.cases, found.outbox - found.parked, found.parked, found.tasks, found.switches)


def policies(link: Link) -> Sequence[PolicyText]:
    """The texts of the versions that have decided something; by policy, then version."""
    return tuple(map(_text_of, link.rows(ALL_POLICIES)))


def remember(link: Link, text: PolicyText) -> PolicyText:
    """The text of a version, unless one is remembered already; what is remembered. Of two who say it at once the
    second waits for the first."""
    link.run(KNOW_POLICY, **text._asdict() | {"since": recorded_text(text.since)})
    return _text_of(link.rows(A_POLICY, _policy=text.policy, _version=text.version)[0])


def _text_of(row: Any) -> PolicyText:
    return PolicyText(row.policy, row.version, row.digest, datetime.fromisoformat(row.since))
