"""The stages of a policy file: the rules that move a loan, what is done on entry and in a rhythm, contact ladders."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from overdue_flow.cases.effects import Purpose
from overdue_flow.policy.declared import RESTS_ON, Section
from overdue_flow.policy.texts import (
    Condition,
    Flag,
    Given,
    LabelText,
    Name,
    Names,
    OnceText,
    SpanText,
    Whole,
    Word,
)

_RUNG = re.compile(
    r"(?P<do>[\w.-]+)(?: +x(?P<times>\d+))?(?P<hours> +in working hours)?(?:,? +wait(?:ing)? +(?P<wait>[\w ]+?))?"
    r"(?: *\( *approve: *(?P<approve>[\w.-]+) *\))?"
)


class Rung(Section):
    """One step of a ladder, also written `call x3 in working hours, wait 2 days (approve: supervisor)`."""

    do: Name = Field(description="the action")
    with_: Mapping[Name, Given] = Field(
        default_factory=dict, alias="with", description="its parameters; the ladder's own count for every rung"
    )
    times: Whole = Field(default=1, ge=1, le=50, description="how often it is tried before the next rung")
    in_working_hours: Flag = Field(default=False, description="only in the hours that `working_hours` says")
    wait: SpanText | None = Field(
        default=None, description="how long an answer is waited for, after each try; by default 1 business day"
    )
    approve: Name | None = Field(default=None, description="the role that must approve the rung")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and len(value) == 1:
            # `send_letter (approve: legal_counsel)` in a list is a mapping to YAML, which sees the colon
            ((before, after),) = value.items()
            value = f"{before}: {after}" if "(" in before and isinstance(after, str) else value
        if not isinstance(value, str):
            return value
        found = _RUNG.fullmatch(value.strip())
        if not found:
            raise PydanticCustomError(
                "wrong_value",
                "`{rung}` is no rung of a ladder; expected an action, such as `call x3 in working hours, wait 2 days`",
                {"rung": value[:80]},
            )
        said = {key: text for key, text in found.groupdict().items() if text and key != "hours"}
        return said | ({"in_working_hours": "true"} if found["hours"] else {})


def _inline_or_named(value: Any) -> str:
    return "named" if isinstance(value, str) else "inline"


LadderSaid: TypeAlias = Annotated[
    Annotated[Name, Tag("named")] | Annotated[tuple[Rung, ...], Tag("inline")], Discriminator(_inline_or_named)
]
"""A ladder: its rungs, or the name of one under `ladders`."""


class Asked(Section):
    """Something to do: an action with its parameters, or a ladder of contacts."""

    id: Name | None = Field(default=None, description="what it is called as a cause; by default made from its place")
    do: Name | None = Field(default=None, description="the action")
    ladder: LadderSaid | None = Field(default=None, description="in place of `do`: a sequence of contacts")
    when: Condition | None = None
    with_: Mapping[Name, Given] = Field(default_factory=dict, alias="with", description="the action's parameters")
    purpose: Purpose | None = Field(default=None, description="in place of the action's own")
    after: SpanText | None = Field(default=None, description="not before this has gone by")
    within: SpanText | None = Field(default=None, description="a task's deadline; the last day is usable in full")
    done_by: Names = Field(default=(), description="events, each of which shows that a task is done")
    not_after: SpanText | None = Field(default=None, description="it is of no use once this has gone by")
    else_: Asked | None = Field(default=None, alias="else", description="what is done when `within` has gone by")
    must: Flag = Field(default=False, description="a notice that the law asks for: a missed one becomes a task")
    until: Literal["leave", "episode"] | None = Field(
        default=None, description="cancelled when the stage is left (`leave`), or the episode is over (`episode`)"
    )
    source: Names = RESTS_ON


class BeatAsked(Asked):
    """Something to do again and again while the loan stays."""

    each: SpanText = Field(description="the rhythm, counted from the entry into the stage")


class RuleWritten(Section):
    """A rule moves a loan (`to`) or does something without moving it (`do`)."""

    id: Name = Field(description="what it is called; no other rule has the same")
    on: Name | None = Field(default=None, description="an event; without it, `when` is looked at on every day")
    when: Condition | None = None
    to: Name | None = Field(default=None, description="a stage, or a group that says `first`")
    except_: Names = Field(default=(), alias="except", description="stages or groups in which the rule does not apply")
    step: Flag = Field(default=False, description="the turn ends after this move")
    approve: Name | None = Field(default=None, description="the role that must approve the move")
    ask_again_after: SpanText | None = Field(default=None, description="when to ask again after a refusal")
    gives_way_to: Names = Field(default=(), description="rules before this one that may hold at once, as is meant")
    because: LabelText | None = Field(default=None, description="the reason, as explanations and the journal give it")
    do: Name | None = Field(default=None, description="the action")
    ladder: LadderSaid | None = Field(default=None, description="in place of `do`: a sequence of contacts")
    with_: Mapping[Name, Given] = Field(default_factory=dict, alias="with", description="the action's parameters")
    purpose: Purpose | None = Field(default=None, description="in place of the action's own")
    after: SpanText | None = Field(default=None, description="not before this has gone by")
    within: SpanText | None = Field(default=None, description="a task's deadline; the last day is usable in full")
    done_by: Names = Field(default=(), description="events, each of which shows that a task is done")
    not_after: SpanText | None = Field(default=None, description="it is of no use once this has gone by")
    else_: Asked | None = Field(default=None, alias="else", description="what is done when `within` has gone by")
    must: Flag = Field(default=False, description="a notice that the law asks for: a missed one becomes a task")
    until: Literal["leave", "episode"] | None = Field(
        default=None, description="cancelled when the stage is left (`leave`), or the episode is over (`episode`)"
    )
    source: Names = RESTS_ON
    once: OnceText = Field(default=None, description="fires once in a stay, an episode (also `true`) or a case")


class StageWritten(Section):
    """A stage, or a group of stages where `stages` stand in it."""

    label: LabelText | None = Field(default=None, description="what people call it")
    start: Flag = Field(default=False, description="where a loan begins")
    end: Flag = Field(default=False, description="no rule leads out of it")
    first: Word | None = Field(default=None, description="the stage of this group that its name means as a target")
    on_enter: tuple[Asked, ...] = Field(default=(), description="what is done when a loan comes in")
    every: tuple[BeatAsked, ...] = Field(default=(), description="what is done in a rhythm while it stays")
    rules: tuple[RuleWritten, ...] = Field(default=(), description="what leads on, in the order in which it is tried")
    stages: Mapping[Word, StageWritten] = Field(default_factory=dict, description="the stages of a group")
