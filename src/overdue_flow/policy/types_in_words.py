"""What can stand in a policy file, in words: each part of it by name, each kind of value by what is written."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import AwareDatetime, BaseModel

from overdue_flow.cases import terms as pinned
from overdue_flow.cases.events.base import FactValue, Instalment, Number, Prose
from overdue_flow.cases.events.base import Word as Id
from overdue_flow.cases.events.person import StandsFrom
from overdue_flow.cases.periods import PeriodText
from overdue_flow.money import Amount
from overdue_flow.policy import access, authority, declared, model, road, texts
from overdue_flow.policy.instalments import Instalments

_CALLED: Mapping[type[BaseModel], str] = {
    model.PolicyFile: "the file",
    declared.InForce: "[days](#in-force)",
    declared.SourceDeclared: "[source](#sources)",
    declared.FindingExplained: "[explanation](#findings-explained)",
    pinned.Terms: "[terms](#terms)",
    pinned.Counting: "[counting](#counting)",
    pinned.Material: "[material](#counting)",
    pinned.Allocation: "[allocation](#allocation)",
    pinned.InARow: "[counters](#counters-in-a-row)",
    pinned.Reset: "[reset](#counters-in-a-row)",
    pinned.PlanTerms: "[plan](#plans)",
    pinned.LegalTerms: "[clocks](#the-court)",
    pinned.LimitationTerms: "[limitation](#limitation)",
    declared.FactDeclared: "[fact](#facts-of-your-own)",
    declared.FieldDeclared: "[field](#events-of-your-own)",
    declared.CountDeclared: "[count](#counts)",
    declared.ActionDeclared: "[action](#actions)",
    declared.ParamDeclared: "[parameter](#actions)",
    declared.MarkDeclared: "[mark](#marks)",
    declared.RemedyDeclared: "[remedy](#remedies)",
    declared.HoldDeclared: "[hold](#holds)",
    access.AccessDeclared: "[access](#access)",
    access.RetentionDeclared: "[retention](#retention)",
    authority.AuthorityDeclared: "[authority](#authority)",
    authority.WaiversDeclared: "[waivers](#authority)",
    authority.WaiverDeclared: "[waiver](#authority)",
    declared.Stops: "[stops](#promises-and-plans)",
    declared.LimitDeclared: "[limit](#limits)",
    declared.AppliesTo: "[what it looks at](#limits)",
    declared.NeverDeclared: "[clause](#never)",
    road.StageWritten: "[stage](#stages)",
    road.RuleWritten: "[rule](#rules)",
    road.Asked: "[thing to do](#things-to-do)",
    road.BeatAsked: "[thing to do in a rhythm](#rhythm)",
    road.Rung: "[rung](#ladders)",
    model.ScenarioWritten: "[scenario](#scenarios)",
    model.GivenAtFirst: "[loan](#scenarios)",
    model.Expected: "[expectation](#scenarios)",
    model.EffectExpected: "[effect](#scenarios)",
    model.KeptBackExpected: "[what was kept back](#scenarios)",
    model.WhenExpected: "[moment](#scenarios)",
}
"""Every part of a file, and how the page speaks of it."""

PARTS = tuple(_CALLED)

# kinds of value, each told by what stands in the file; the order matters, as `Short` is a `Text`
_VALUES: tuple[tuple[Any, str], ...] = (
    (texts.Condition, "condition"),
    (texts.Name, "name"),
    (texts.Word, "word"),
    (texts.Names, "names, or one"),
    (texts.Texts, "texts, or one"),
    (Instalments, "list of instalments, or [short](#scenarios)"),
    (texts.Flag, "`true` or `false`"),
    (texts.Whole, "whole number"),
    (texts.Day, "day"),
    (texts.BlockedDay, "day, or kind of day"),
    (texts.SpanText, "span"),
    (PeriodText, "period"),
    (texts.HoursText, "hours"),
    (texts.LabelText, "text, or text by language"),
    (texts.OnceText, "`stage`, `episode` or `case`"),
    (texts.Given, "value, or `{fact: name}`"),
    (texts.Short, "text"),
    (texts.Text, "text"),
    (road.LadderSaid, "name of a ladder, or list of [rungs](#ladders)"),
    (Amount, "amount"),
    (FactValue, "value"),
    (FactValue | None, "value"),
    (Number, "number"),
    (Prose, "text"),
    (Id, "id"),
    (AwareDatetime, "instant"),
    (Instalment, "[instalment](#instalments)"),
    (StandsFrom, "[standing](#the-persons-other-loans)"),
    (bool, "`true` or `false`"),
    (int, "whole number"),
    (Decimal, "number"),
    (datetime, "instant"),
    (date, "day"),
    (time, "time of day"),
    (str, "text"),
    (Any, "value"),
)


def type_in_words(hint: Any) -> str:
    """What stands in the file for a type, in words."""
    known = next((words for one, words in _VALUES if one is hint or one == hint), None)
    if known is not None:
        return known
    origin, inside = get_origin(hint), get_args(hint)
    if origin is Annotated:
        or_one = any(getattr(mark, "func", None) is declared.one_or_several for mark in inside[1:])
        return f"{type_in_words(inside[0]).removeprefix('list of ')}, or a list" if or_one else type_in_words(inside[0])
    if origin is Literal:
        *most, last = (f"`{word}`" for word in inside)
        return f"{', '.join(most)} or {last}" if most else last
    if origin in (Union, types.UnionType):
        return " or ".join(type_in_words(one) for one in inside if one is not type(None))
    if origin is tuple:
        return f"list of {_several(type_in_words(inside[0]))}"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        within = type_in_words(inside[1])
        return f"by event and field{within[7:]}" if within.startswith("by name: ") else f"by name: {within}"
    return _CALLED[hint]


def _several(words: str) -> str:
    """The plural, for the few words that stand in lists."""
    if words.startswith("[thing "):
        return words.replace("[thing ", "[things ")
    if words.startswith("[what "):
        return words
    if words.startswith("["):
        return words.replace("](", "s](")
    return words if words.startswith("`") else f"{words}s"


def parts_of(
    part: type[BaseModel] = model.PolicyFile, seen: frozenset[type[BaseModel]] = frozenset()
) -> Iterator[type[BaseModel]]:
    """Every part that can stand in a file, as its types say: what the page must tell."""
    yield part
    seen |= {part}
    for hint in get_type_hints(part, include_extras=True).values():
        for one in _models_in(hint):
            if one not in seen:
                for found in parts_of(one, seen):
                    seen |= {found}
                    yield found


def _models_in(hint: Any) -> Iterator[type[BaseModel]]:
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        yield hint
    for inside in get_args(hint):
        yield from _models_in(inside)
