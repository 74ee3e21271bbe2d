"""Events of work and of the machine itself."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from overdue_flow.cases.events.base import Event, Happening, Prose, Word
from overdue_flow.cases.terms import Terms


class TaskCompleted(Happening):
    """A person finished a task, or answered a request for approval.

    Names the effect; where a rule asks for approval, the rule's id will do, since a rule asks once at a time.
    """

    kind: Literal["TaskCompleted"] = "TaskCompleted"
    effect_id: Word
    outcome: Literal["done", "approved", "refused"] = "done"
    role: Word | None = None
    by: Word | None = None
    note: Prose = ""


class EffectDelivered(Happening):
    """The outbox: a hook has done it."""

    kind: Literal["EffectDelivered"] = "EffectDelivered"
    effect_id: Word


class EffectFailed(Happening):
    """The outbox: a hook could not do it. `final` when it will not be tried again."""

    kind: Literal["EffectFailed"] = "EffectFailed"
    effect_id: Word
    reason: Prose = ""
    final: bool = False


class TimePassed(Event):
    """`day` begins: the day before it is closed, and the day's other events come after this."""

    kind: Literal["TimePassed"] = "TimePassed"
    day: date


class PolicyAdopted(Event):
    """The case moves to another policy version; `stage_map` says where each stage of the old version went.

    The runtime pins the terms of the new version on it; the case keeps its own currency and time zone.
    """

    PINNED: ClassVar[frozenset[str]] = frozenset({"terms"})

    kind: Literal["PolicyAdopted"] = "PolicyAdopted"
    policy: Word
    version: Word
    stage_map: dict[Word, Word] = Field(default_factory=dict)
    terms: Terms | None = None


class MovedByHand(Event):
    """A person moved the case, and takes responsibility for it."""

    kind: Literal["MovedByHand"] = "MovedByHand"
    to: Word
    role: Word
    reason: Prose


class EventRetracted(Event):
    """An event was entered by mistake: facts are as if it had never been; history keeps both."""

    kind: Literal["EventRetracted"] = "EventRetracted"
    event_id: Word
    reason: Prose = ""
