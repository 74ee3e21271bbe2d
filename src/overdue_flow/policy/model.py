"""The format of a policy file: what may stand where. What the words mean together is checked by `load`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from overdue_flow.cases.effects import Purpose
from overdue_flow.cases.terms import Terms
from overdue_flow.policy.access import AccessDeclared, RetentionDeclared
from overdue_flow.policy.authority import AuthorityDeclared
from overdue_flow.policy.declared import (
    ActionDeclared,
    CountDeclared,
    FactDeclared,
    FieldDeclared,
    FindingExplained,
    HoldDeclared,
    InForce,
    LimitDeclared,
    MarkDeclared,
    NeverDeclared,
    RemedyDeclared,
    Section,
    SourceDeclared,
    Stops,
    one_or_several,
)
from overdue_flow.policy.instalments import Instalments
from overdue_flow.policy.road import RuleWritten, Rung, StageWritten
from overdue_flow.policy.texts import (
    Clock,
    Day,
    Flag,
    Given,
    HoursText,
    LabelText,
    Name,
    Names,
    Short,
    SpanText,
    Text,
    Texts,
    Whole,
    Word,
)

LANGUAGE = 1
"""The version of the file format that this release reads."""


class GivenAtFirst(Section):
    """The loan of a scenario, as `LoanOpened` (or, with `stage`, `CaseAdopted`) says it."""

    instalments: Instalments = Field(
        default=(),
        description=(
            "each `due_on` with `amount`, or `principal`, `interest`, `costs`; or short:"
            " `6 x 1200.00 monthly from 2025-01-10`"
        ),
    )
    opened_on: Day | None = Field(default=None, description="by default the first due date")
    currency: Short | None = Field(default=None, description="by default the policy's")
    facts: Mapping[str, Any] = Field(default_factory=dict, description="what the host has told")
    stage: Name | None = Field(default=None, description="the stage that a loan on its way is in")
    stage_entered_on: Day | None = Field(default=None, description="since when; by default the opening")
    marks: Mapping[Name, Day] = Field(
        default_factory=dict, description="with `stage`: the marks under which it stands, each with the day since when"
    )


class EffectExpected(Section):
    """An effect that was decided. `send_message` is short for `{do: send_message}`."""

    do: Name = Field(description="the action")
    due_on: Day | None = Field(default=None, description="the day on which it may go out at the earliest")
    due_at: Clock | None = Field(default=None, description="and from what time on, such as `08:00`")
    deadline_on: Day | None = Field(default=None, description="a task's last day")
    purpose: Purpose | None = Field(default=None, description="what it is for")
    role: Name | None = Field(default=None, description="who does it")
    with_: Mapping[Name, Given] = Field(
        default_factory=dict, alias="with", description="values of some of its parameters"
    )
    by: Name | None = Field(default=None, description="the limit that put it off")
    flagged: Names | None = Field(
        default=None,
        description="limits that flag it as it goes out, by what is known at the end of the day: these and no others;"
        " `[]` for none; what is held, or over by then, has none to say",
    )

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"do": value} if isinstance(value, str) and value.strip() else value


class KeptBackExpected(Section):
    """Something that was kept from happening. `call` is short for `{do: call}`."""

    do: Name = Field(description="the action, or the rule")
    by: Name | None = Field(
        default=None, description="what kept it back: a limit, a hold, a clause of `never`; `promises` or `plans`"
    )

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"do": value} if isinstance(value, str) and value.strip() else value


class WhenExpected(Section):
    """A moment: a day, or how it is found."""

    dpd: Whole | None = Field(
        default=None, ge=0, description="the first day on which the loan is so many days past due"
    )
    after: SpanText | None = Field(default=None, description="so long after the day of the expectation")


class Expected(Section):
    """What a scenario expects of a day, after its last event. It says one of `on`, `dpd` and `after`."""

    on: Day | None = Field(default=None, description="the day, looked at after its last event")
    dpd: Whole | None = Field(
        default=None,
        ge=0,
        description="in place of `on`: the first day, from the expectation above on, on which the loan is so many days"
        " past due",
    )
    after: SpanText | None = Field(
        default=None, description="in place of `on`: so long after the expectation above; the first, after the opening"
    )
    stage: Name | None = Field(default=None, description="where the loan stands: a stage, or a group that it is in")
    rule: Name | None = Field(default=None, description="a rule that moved the loan, or fired, on this day")
    effects: Annotated[tuple[EffectExpected, ...], BeforeValidator(one_or_several)] = Field(
        default=(), description="what was decided to be done on this day: actions, or more of each"
    )
    no_effects: Names = Field(default=(), description="actions that were not")
    vetoed: Annotated[tuple[KeptBackExpected, ...], BeforeValidator(one_or_several)] = Field(
        default=(), description="actions that something forbade on this day, or more of each"
    )
    skipped: Names = Field(default=(), description="actions left out on this day, as the loan left their stage again")
    held: Annotated[tuple[KeptBackExpected, ...], BeforeValidator(one_or_several)] = Field(
        default=(), description="rules and actions that wait at the end of this day for something to end"
    )
    to_do: Annotated[tuple[EffectExpected, ...] | None, BeforeValidator(one_or_several)] = Field(
        default=None,
        description="tasks that wait for somebody at the end of this day: these and no others; `[]` for none",
    )
    nothing: Flag = Field(default=False, description="no move was made on this day, and nothing decided to be done")
    facts: Mapping[str, Any] = Field(default_factory=dict, description="what facts are")
    bucket: Short | None = Field(default=None, description="the bucket that it is in")
    marks: Names | None = Field(default=None, description="the marks that stand: these and no others; `[]` for none")
    nothing_until: Day | WhenExpected | None = Field(
        default=None,
        description="before this day no move is made after the expectation's own, and nothing decided to be done",
    )
    explains: Texts = Field(default=(), description="what lines of the explanation of this day say")
    story: str | None = Field(
        default=None, description="the timeline up to this day, whole; `test --update` writes it anew"
    )


class ScenarioWritten(Section):
    """A test that travels with the rules: given a loan, when this happens, then that follows."""

    name: Text = Field(description="what it shows, in a sentence")
    given: GivenAtFirst = Field(description="the loan at first")
    when: tuple[Mapping[str, Any], ...] = Field(
        default=(),
        description="`{on: day, Event: {fields}}`, or `{on: day, approved: rule}`, `refused: rule`, `done: action`;"
        " `dpd: 91` or `after: 3 days` in place of `on`",
    )
    then: tuple[Expected, ...] = Field(description="what is expected, day by day")
    proves: Names = Field(
        default=(),
        description=(
            "parts of the policy without each of which it must fail: rules, actions, limits, holds, marks, authority"
        ),
    )


class ScenarioFile(Section):
    """A file of scenarios alone."""

    language: Text | None = None
    policy: Text | None = Field(
        default=None, description="the policy that they are of: a file, seen from this one, or a pack"
    )
    scenarios: tuple[ScenarioWritten, ...]


class PolicyFile(Section):
    """One version of one policy."""

    language: Text = Field(description="the version of this format: 1")
    policy: Name = Field(description="the policy's name, the same in all its versions")
    version: Name = Field(description="which version this is; a case stays with the one it was opened under")
    title: LabelText | None = Field(default=None, description="what people call it")
    in_force: InForce | None = Field(default=None, description="the days on which a case may be opened under it")
    extends: tuple[Text, ...] = Field(default=(), description="packs or files that this one builds on")
    leave_out: Names = Field(
        default=(), description="what is not taken in from them: ids of rules, limits and things to do, names of holds"
    )
    sources: Mapping[Name, SourceDeclared] = Field(
        default_factory=dict, description="the laws, standards and words that parts rest on, named by their `source`"
    )
    explained: tuple[FindingExplained, ...] = Field(
        default=(), description="findings that are to stay as they are, and why"
    )
    terms: Terms = Field(default=Terms(), description="pinned on each case when it is opened")
    working_hours: HoursText | None = Field(default=None, description="what `in working hours` means on a ladder")
    roles: tuple[Name, ...] = Field(default=(), description="who does tasks, approves and lifts holds")
    attention: Name | None = Field(default=None, description="the role that gets stopped cases and missed notices")
    facts: Mapping[Word, FactDeclared] = Field(
        default_factory=dict, description="what the host tells, beyond the facts that are built in"
    )
    events: Mapping[Name, Mapping[Word, FieldDeclared]] = Field(
        default_factory=dict, description="events of the host's own, each with its fields"
    )
    counts: Mapping[Word, CountDeclared] = Field(
        default_factory=dict, description="counters over a window of days; a condition names them as it names facts"
    )
    actions: Mapping[Name, ActionDeclared] = Field(default_factory=dict, description="what the host implements")
    ladders: Mapping[Name, tuple[Rung, ...]] = Field(
        default_factory=dict, description="sequences of contacts that several rules share"
    )
    buckets: Mapping[str, Short] = Field(
        default_factory=dict,
        description="`by` names a fact in days or months; each other line is a band, as `M1: 1..30`",
    )
    marks: Mapping[Word, MarkDeclared] = Field(
        default_factory=dict, description="what a loan is classified as beside its stage, the gravest last"
    )
    remedies: Mapping[Name, RemedyDeclared] = Field(
        default_factory=dict, description="where the borrower finds help or a judgment outside the lender"
    )
    holds: Mapping[Word, HoldDeclared] = Field(default_factory=dict, description="what each kind of hold stops")
    authority: Mapping[Name, AuthorityDeclared] = Field(
        default_factory=dict, description="what each role may offer; who is asked for more stands further down"
    )
    access: Mapping[Name, AccessDeclared] = Field(
        default_factory=dict, description="what each role may see; without it, whoever asks sees all"
    )
    retention: Mapping[Name, RetentionDeclared] = Field(
        default_factory=dict, description="how long what is personal of a loan is kept; the longest that applies counts"
    )
    promises: Stops | None = Field(default=None, description="what an open promise stops; by default `legal`")
    plans: Stops | None = Field(default=None, description="what a plan that is kept stops; by default `legal`")
    limits: tuple[LimitDeclared, ...] = Field(default=(), description="what may not be done, whatever the rules want")
    everywhere: tuple[RuleWritten, ...] = Field(
        default=(), description="rules tried before a group's and a stage's own"
    )
    stages: Mapping[Word, StageWritten] = Field(description="where a loan can stand, and what leads on from there")
    never: tuple[NeverDeclared, ...] = Field(default=(), description="what must not happen")
    scenarios: tuple[ScenarioWritten, ...] = Field(default=(), description="tests that travel with the rules")

    @field_validator("language")
    @classmethod
    def _one_language(cls, value: str) -> str:
        if value != str(LANGUAGE):
            message = "this file is written in language `{found}`; this release reads language {known}"
            raise PydanticCustomError("wrong_language", message, {"found": value[:20], "known": LANGUAGE})
        return value

    @field_validator("extends", mode="before")
    @classmethod
    def _one_or_more(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) and value.strip() else value


__all__ = ["LANGUAGE", "Flag", "PolicyFile", "ScenarioFile", "ScenarioWritten"]
