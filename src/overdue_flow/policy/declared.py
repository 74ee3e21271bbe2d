"""What a policy file declares beside its stages: facts, events, counts, actions, buckets, holds, limits, `never`
clauses.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from overdue_flow.cases.effects import EffectKind, Purpose
from overdue_flow.cases.events.contact import Channel, Party
from overdue_flow.policy.texts import (
    BlockedDay,
    Condition,
    Day,
    Flag,
    HoursText,
    LabelText,
    Name,
    Names,
    Short,
    SpanText,
    Texts,
    Whole,
)

FactType: TypeAlias = Literal["flag", "choice", "number", "money", "date", "text"]
ParamType: TypeAlias = Literal["flag", "choice", "number", "money", "date", "text", "role", "stage", "remedies"]
Strength: TypeAlias = Literal["block", "presume", "advise"]
Counted: TypeAlias = Literal["attempt", "unanswered", "connect", "conversation", "message", "visit", "refused"]
Per: TypeAlias = Literal["debt", "person", "contact_point", "collector"]
Level: TypeAlias = Literal["P", "Q", "S", "K"]
Whose: TypeAlias = Literal["loan", "person"]
Excluded: TypeAlias = Literal["consent", "not_connected", "inbound"]


class Section(BaseModel):
    """A part of the file: frozen, and nothing in it that the format does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True, defer_build=True)


class InForce(Section):
    """The days on which something is in force: both are included, and either may be open."""

    from_: Day | None = Field(default=None, alias="from", description="the first day")
    to: Day | None = Field(default=None, description="the last day")


RESTS_ON: Any = Field(default=(), description="what it rests on, as declared under `sources`")
"""`source`, of all parts that may name one."""


PERSONAL: Any = Field(
    default=False, description="it speaks of a person: kept apart from the journal, encrypted and erased with the rest"
)
"""`personal`, of facts and fields of the host's own."""


class Typed(Section):
    """A value with a type. `x: flag` is short for `x: {type: flag}`."""

    type: FactType = Field(description="what kind of value it is")
    of: tuple[Short, ...] = Field(default=(), description="the words of a choice")
    label: LabelText | None = Field(default=None, description="what it is called in explanations")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"type": value} if isinstance(value, str) and value.strip() else value


class FactDeclared(Typed):
    """A fact of the host's own, beyond those built in. It is missing until the host tells it, or is its `default`."""

    default: Annotated[Short | None, WithJsonSchema({"type": ["string", "number", "boolean"]})] = Field(
        default=None, description="what it is until the host says otherwise"
    )
    unit: Short | None = Field(default=None, description="what a number counts, such as `days`")
    ask: Flag = Field(default=False, description="the host is asked for it on the day on which it matters")
    max_age: SpanText | None = Field(default=None, description="how long the answer to `ask` may be relied on")
    personal: Flag = PERSONAL


class SourceDeclared(Section):
    """A law, standard or word that parts of the policy rest on, and how well it is known."""

    citation: LabelText = Field(description="the law or document, and where in it")
    level: Level = Field(
        description="how it was read: P in the primary text, Q quoted elsewhere, S on a secondary page, K not at all"
    )
    status: Short | None = Field(default=None, description="such as `in force` or `draft`")
    in_force: InForce | None = Field(default=None, description="the days on which it is in force")
    url: Short | None = Field(default=None, description="where it can be read")
    unverified: LabelText | None = Field(default=None, description="what of it was not seen in the text")
    covers: Names = Field(
        default=(), description="parts that have no `source` of their own, such as `terms.limitation` or `buckets`"
    )


class FindingExplained(Section):
    """Why a finding is to stay as it is."""

    finding: Name = Field(description="its code, as `check --json` gives it")
    about: Texts = Field(
        default=(), description="what stands in backticks in its message, such as a name; by default all of that code"
    )
    because: LabelText = Field(description="the reason")


class FieldDeclared(Typed):
    """A field of an event of the host's own."""

    optional: Flag = Field(default=False, description="an event may leave it out")
    personal: Flag = PERSONAL


class ParamDeclared(Typed):
    """A parameter of an action."""

    type: ParamType = Field(  # type: ignore[assignment]  # a parameter may also be a role or a stage
        description="what kind of value it is; `role`, `stage` and `remedies` are names that the policy declares"
    )
    optional: Flag = Field(default=False, description="a rule may leave it out")


class CountDeclared(Section):
    """A counter over a window: how many events of a kind, for which `where` holds."""

    of: Name = Field(description="the event that is counted")
    where: Condition | None = Field(default=None, description="which of them: a condition on the event's fields")
    within: SpanText = Field(
        description="the window: rolling days with today as the last, or calendar days, weeks or months"
    )
    per: Per | None = Field(default=None, description="whose events are counted together; by default the debt's")
    label: LabelText | None = Field(default=None, description="what it is called in explanations")


class ActionDeclared(Section):
    """Something that the host implements."""

    kind: EffectKind = Field(description="who or what does it: a `task` is done by a person")
    purpose: Purpose | None = Field(default=None, description="what it is for; a contact without one is `collect`")
    params: Mapping[Name, ParamDeclared] = Field(default_factory=dict, description="what the hook is given")
    together: Literal["person"] | None = Field(
        default=None, description="contacts to one `person` that say the same go out as one, and count once"
    )
    label: LabelText | None = Field(default=None, description="what people call it")


class RemedyDeclared(Section):
    """Help or a judgment that the borrower finds outside the lender: a consumer body, legal aid, a court."""

    label: LabelText = Field(description="what people call it")
    reach: LabelText = Field(description="how the borrower reaches it")
    source: Names = RESTS_ON


def one_or_several(value: Any) -> Any:
    """What may be written as a list, or as one of its elements."""
    return [value] if isinstance(value, Mapping) or (isinstance(value, str) and value.strip()) else value


class AppliesTo(Section):
    """The effects that a limit looks at: all that match every line. A line may name several."""

    kind: Annotated[tuple[EffectKind, ...], BeforeValidator(one_or_several)] = Field(
        default=(), description="the kind of action"
    )
    purpose: Annotated[tuple[Purpose, ...], BeforeValidator(one_or_several)] = Field(
        default=(), description="what it is for"
    )
    channel: Annotated[tuple[Channel, ...], BeforeValidator(one_or_several)] = Field(
        default=(), description="the action's parameter `channel`; a contact without it may go by any, and is looked at"
    )
    party: Annotated[tuple[Party, ...], BeforeValidator(one_or_several)] = Field(
        default=(), description="who is contacted: the action's parameter `party`, by default the borrower"
    )
    contact_point: Annotated[tuple[Short, ...], BeforeValidator(one_or_several)] = Field(
        default=(), description="where: the action's parameter `contact_point`, such as `home`"
    )


class HoldDeclared(Section):
    """A kind of hold: what it stops, what passes, who places and lifts it, when it is reviewed and ends."""

    of: Whose = Field(default="loan", description="whose it is: one of the `person` stands on all of their loans")

    stops: Names = Field(
        default=(), description="`contact`, `collect`, and groups or stages into which no move is made"
    )
    allows: Annotated[tuple[AppliesTo, ...], BeforeValidator(one_or_several)] = Field(
        default=(), description="contacts that pass all the same: all that match one of these"
    )
    placed_by: Names = Field(default=(), description="roles; without any, everybody may place it")
    review_after: SpanText | None = Field(
        default=None, description="a task then falls to the first role that may lift it"
    )
    review_within: SpanText | None = Field(default=None, description="the deadline of that task")
    review_every: SpanText | None = Field(
        default=None, description="when the next one comes, once one is done and the hold still stands"
    )
    ends_after: SpanText | None = Field(default=None, description="it then ends by itself")
    again_after: SpanText | None = Field(
        default=None, description="one that is placed before this has gone by since the last ended is reported"
    )
    lifted_by: Names = Field(default=(), description="roles; the first one reviews; without any, everybody may")
    label: LabelText | None = Field(default=None, description="what the fact `hold_<kind>` is called; for a new kind")
    source: Names = RESTS_ON


class MarkDeclared(Section):
    """What a loan is classified as beside the stage it is in, such as non-performing: several may stand at once."""

    label: LabelText | None = Field(default=None, description="what people call it")
    when: Condition = Field(description="it begins where this holds")
    until: Condition | None = Field(
        default=None, description="it ends where this holds; by default where `when` does not"
    )
    because: LabelText | None = Field(default=None, description="the law or the reason")
    source: Names = RESTS_ON


class LimitDeclared(Section):
    """What may not be done, whatever the rules want.

    It bears on the effects that `applies_to` names, on days on which `when` holds. Of these it forbids those
    `outside` the hours, on `blocked_days`, or beyond `at_most` of what it `counts`; with none of these, all of them.
    """

    id: Name = Field(description="what it is called where it is named")
    strength: Strength = Field(description="`block`, `presume` (allowed and flagged) or `advise`")
    applies_to: AppliesTo = Field(default=AppliesTo(), description="the effects that it looks at; by default all")
    when: Condition | None = None
    outside: HoursText | None = Field(
        default=None, description="the hours in which it is allowed, local to the borrower"
    )
    blocked_days: Annotated[tuple[BlockedDay, ...], BeforeValidator(one_or_several)] = Field(
        default=(), description="days of the week, `holidays`, `non_business_days`, or days such as `2026-02-17`"
    )
    counts: Counted | None = Field(default=None, description="what `at_most` counts")
    at_most: Whole | None = Field(default=None, ge=0, le=10_000, description="how many are allowed in the window")
    within: SpanText | None = Field(default=None, description="the window of the count")
    per: Annotated[tuple[Per, ...], BeforeValidator(one_or_several)] = Field(
        default=(),
        description="whose contacts are counted together, by default the debt's; several words narrow it",
    )
    excluding: Annotated[tuple[Excluded, ...], BeforeValidator(one_or_several)] = Field(
        default=(), description="what is not counted: made with prior consent, not connected, begun by the borrower"
    )
    consent_lasts: SpanText | None = Field(
        default=None, description="how long a consent counts at most; its day is the first"
    )
    in_force: InForce | None = Field(default=None, description="the days on which it holds; by default all")
    because: LabelText | None = Field(default=None, description="the law or the reason")
    source: Names = RESTS_ON


class NeverDeclared(Section):
    """What must not happen."""

    id: Name = Field(description="what it is called where it is named")
    that: Condition
    on_entry: Flag = Field(default=False, description="looked at only when a move makes it so")
    because: LabelText | None = Field(default=None, description="the law or the reason")
    source: Names = RESTS_ON


class Stops(Section):
    """The groups or stages into which nothing moves meanwhile; `collect`, where nobody is pursued meanwhile."""

    stops: Names = Field(description="`collect`, and groups or stages")
