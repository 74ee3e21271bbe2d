"""Effects: what is to be done, as values. A decision holds them; the outbox performs them.

Life of an effect: pending → delivered, failed, cancelled (the case moved on), vetoed (a limit or hold, named),
superseded (a newer one of its purpose), skipped (its stage was left in the same turn), expired. `held` waits for a
hold to end; `requested` waits for a person's approval.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal, NamedTuple, TypeAlias

EffectKind: TypeAlias = Literal["contact", "task", "notice", "record"]
Purpose: TypeAlias = Literal["collect", "inform", "legal_notice", "service", "survey"]


class Status(StrEnum):
    """Where an effect is in its life, as far as the case knows."""

    PENDING = "pending"
    HELD = "held"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"
    VETOED = "vetoed"
    SUPERSEDED = "superseded"
    SKIPPED = "skipped"
    EXPIRED = "expired"


NO_PARAMS: Mapping[str, Any] = {}


def params_in_words(params: Mapping[str, Any], *left_out: Any) -> list[str]:
    """The parameters of an effect as people read them, each with its name; those that are missing or `left_out` are
    not told."""
    told = ((name, value) for name, value in params.items() if value is not None and value not in left_out)
    return [f"{name} {' and '.join(map(str, value)) if isinstance(value, tuple) else value}" for name, value in told]


class Effect(NamedTuple):
    """One thing to do.

    `id` is stable: the case, the entry's number and a running number, so that a hook can act once on it. `due_at` is
    the first instant at which it may go out; `cause` is the id of the rule (or `stage.on_enter`, ...) that asked for
    it; `scope` is the stage or group whose leaving cancels it ("" for none). `deadline_on` is a task's last day, usable
    in full. `about` is the id of what the event named at which it was asked for: a complaint, an offer ("" for none).
    `step` says in words which try of which ladder it is; `in_working_hours` that it may go out in the policy's
    working hours only. `follows` are the effects on which it follows, and without which nobody needs it: the late tasks
    of its chain of deadlines, first to last, or the effect that was parked.
    """

    id: str
    action: str
    kind: EffectKind
    decided_on: date
    due_at: datetime
    cause: str
    purpose: Purpose | None = None
    params: Mapping[str, Any] = NO_PARAMS
    role: str | None = None
    scope: str = ""
    not_after: datetime | None = None
    must: bool = False
    status: Status = Status.PENDING
    reason: str = ""
    deadline_on: date | None = None
    step: str = ""
    in_working_hours: bool = False
    follows: tuple[str, ...] = ()
    about: str = ""


def action_in_words(effect: Effect, *left_out: Any) -> str:
    """An action with its parameters, but for those whose value is `left_out`."""
    said = params_in_words(effect.params, *left_out)
    return f"{effect.action} ({', '.join(said)})" if said else effect.action
