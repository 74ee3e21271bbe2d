"""Events of work and of the machine itself."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from overdue_flow.cases.events.base import NAMES_MAX, CaseTerms, Event, Happening, Instant, Prose, Word, Words


class TaskCompleted(Happening):
    """A person finished a task, or answered a request for approval.

    Names the effect; where a rule asks for approval, the rule's id will do, since a rule asks once at a time.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"by", "note"})

    kind: Literal["TaskCompleted"] = "TaskCompleted"
    effect_id: Word
    outcome: Literal["done", "approved", "refused"] = "done"
    role: Word | None = None
    by: Word | None = None
    note: Prose = ""


class TaskReassigned(Happening):
    """A task falls to another role; with `deadline_on` it gets another last day too."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"by", "reason"})

    kind: Literal["TaskReassigned"] = "TaskReassigned"
    effect_id: Word
    role: Word
    by: Word | None = None
    deadline_on: date | None = None
    reason: Prose = ""


class EffectDelivered(Happening):
    """The outbox: a hook has done it. `flags` are limits that advise or presume against it, and let it pass. It went
    out in one with the effect `along_with` of another loan of the person, which counts as the attempt."""

    kind: Literal["EffectDelivered"] = "EffectDelivered"
    effect_id: Word
    flags: Words = ()
    along_with: Word | None = None


class EffectWithheld(Event):
    """The outbox: checked against the case and the person as they are now, the effect does not go out.

    `deferred` waits until the instant `until`; `held` waits until what stops it ends; the others are final: `vetoed`
    (nothing will permit it), `superseded` (a newer one of its purpose says it), `expired` (its last day is over),
    `skipped` (shadow mode: nothing goes out). `limit` is the limit or hold that forbids it.
    """

    kind: Literal["EffectWithheld"] = "EffectWithheld"
    effect_id: Word
    how: Literal["deferred", "held", "vetoed", "superseded", "expired", "skipped"]
    until: Instant | None = None
    limit: Word | None = None
    reason: Prose = ""


class EffectFailed(Happening):
    """The outbox: a hook could not do it. `final` when it will not be tried again."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    kind: Literal["EffectFailed"] = "EffectFailed"
    effect_id: Word
    reason: Prose = ""
    final: bool = False


class TimePassed(Event):
    """`day` begins: the day before it is closed, and the day's other events come after this."""

    kind: Literal["TimePassed"] = "TimePassed"
    day: date


class PolicyAdopted(Event):
    """The case moves to another policy version; `stage_map` says where each stage of the old version went. `renamed`
    gives the new name of each stage and group in which a case goes on; any other is entered.

    The runtime pins the terms of the new version on it; the case keeps its own currency and time zone.
    """

    PINNED: ClassVar[frozenset[str]] = frozenset({"terms"})

    kind: Literal["PolicyAdopted"] = "PolicyAdopted"
    policy: Word
    version: Word
    stage_map: dict[Word, Word] = Field(default_factory=dict, max_length=NAMES_MAX)
    renamed: dict[Word, Word] = Field(default_factory=dict, max_length=NAMES_MAX)
    terms: CaseTerms | None = None


class MovedByHand(Event):
    """A person moved the case, and takes responsibility for it."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    kind: Literal["MovedByHand"] = "MovedByHand"
    to: Word
    role: Word
    reason: Prose


class EventRetracted(Event):
    """An event was entered by mistake: facts are as if it had never been; history keeps both."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    kind: Literal["EventRetracted"] = "EventRetracted"
    event_id: Word
    reason: Prose = ""
