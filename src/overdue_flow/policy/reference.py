"""The tables of the policy file's reference page, made from the format itself: from the models, the facts, the events.

A page holds the prose, and between `<!-- made from: NAME -->` and `<!-- end -->` a table that `table(NAME)` gives. So
the page cannot say what the format does not: a test compares, and `make docs` writes the tables anew.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo

from overdue_flow.cases import arrears, assessment, care, contacts, legal, negotiation, plans, promises
from overdue_flow.cases import terms as pinned
from overdue_flow.cases.events import KINDS
from overdue_flow.cases.events.base import Event, FactValue, Instalment, Number, Prose
from overdue_flow.cases.events.base import Word as Id
from overdue_flow.cases.events.contact import Channel
from overdue_flow.cases.facts import built_in, clocks
from overdue_flow.cases.holds import HOLDS
from overdue_flow.guards import parse
from overdue_flow.guards.vocabulary import Fact, Kind, Motion
from overdue_flow.money import Amount
from overdue_flow.policy import declared, load, model, road, source, texts

_REGION = re.compile(r"(<!-- made from: ([\w.]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def filled(page: str) -> str:
    """A page with its tables made anew. KeyError where it asks for one that there is not."""
    return _REGION.sub(lambda found: f"{found[1]}\n{table(found[2])}\n\n{found[3]}", page)


def asked_for(page: str) -> tuple[str, ...]:
    """The names of the tables that a page holds, in order."""
    return tuple(found[2] for found in _REGION.finditer(page))


def names() -> tuple[str, ...]:
    """The names of all tables. A page that holds them all leaves nothing of the format unsaid."""
    keys = (f"keys.{part.__name__}" for part in PARTS)
    return (
        *keys,
        *(f"facts.{area}" for area in _areas()),
        *(f"events.{area}" for area in _EVENT_AREAS),
        "holds",
        "ceilings",
    )


def table(name: str) -> str:
    """One table as Markdown. KeyError where there is none of that name."""
    if name not in names():
        raise KeyError(name)
    what, _, which = name.partition(".")
    if what == "keys":
        return _keys(next(part for part in PARTS if part.__name__ == which))
    if what == "facts":
        return _facts(_areas()[which])
    if what == "events":
        return _events(which)
    if what == "holds":
        return _rows(("kind", "what it says", ""), [(f"`{kind}`", *said) for kind, said in HOLDS.items()])
    return _rows(("what", "at most"), [(what, f"{most:,}") for what, most in _CEILINGS.items()])


def _rows(head: tuple[str, ...], rows: typing.Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


_CEILINGS = {
    "bytes of a file": source.BYTES_MAX,
    "values in a file": source.VALUES_MAX,
    "mappings and lists inside one another": source.DEPTH_MAX,
    "aliases": source.ALIASES_MAX,
    "rules": load.RULES_MAX,
    "characters of a condition": parse.LONGEST_TEXT,
    "parts of a condition inside one another": parse.DEEPEST_NESTING,
}

# --- what stands in the file ---

_CALLED: Mapping[type[BaseModel], str] = {
    model.PolicyFile: "the file",
    declared.InForce: "[days](#in-force)",
    pinned.Terms: "[terms](#terms)",
    pinned.Counting: "[counting](#counting)",
    pinned.Material: "[material](#counting)",
    pinned.Allocation: "[allocation](#allocation)",
    pinned.InARow: "[counters](#counters-in-a-row)",
    pinned.Reset: "[reset](#counters-in-a-row)",
    pinned.PlanTerms: "[plan](#plans)",
    declared.FactDeclared: "[fact](#facts-of-your-own)",
    declared.FieldDeclared: "[field](#events-of-your-own)",
    declared.CountDeclared: "[count](#counts)",
    declared.ActionDeclared: "[action](#actions)",
    declared.ParamDeclared: "[parameter](#actions)",
    declared.HoldDeclared: "[hold](#holds)",
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
}
"""Every part of a file, and how the page speaks of it."""

PARTS = tuple(_CALLED)

# kinds of value, each told by what stands in the file; the order matters, as `Short` is a `Text`
_VALUES: tuple[tuple[Any, str], ...] = (
    (texts.Condition, "condition"),
    (texts.Name, "name"),
    (texts.Word, "word"),
    (texts.Names, "names, or one"),
    (texts.Flag, "`true` or `false`"),
    (texts.Whole, "whole number"),
    (texts.Day, "day"),
    (texts.BlockedDay, "day, or kind of day"),
    (texts.SpanText, "span"),
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
    (bool, "`true` or `false`"),
    (int, "whole number"),
    (Decimal, "number"),
    (datetime, "instant"),
    (date, "day"),
    (str, "text"),
    (Any, "value"),
)


_OF_CONDITIONS = {"when": "what must hold", "that": "what must not be"}
"""What the keys mean that say nothing more of themselves: only conditions do."""


def _keys(part: type[BaseModel]) -> str:
    hints = get_type_hints(part, include_extras=True)
    inherited = road.Asked if part is road.BeatAsked else BaseModel
    rows = [
        (f"`{info.alias or name}`", _value(hints[name]), _default(info), info.description or _OF_CONDITIONS[name])
        for name, info in part.model_fields.items()
        if name not in inherited.model_fields
    ]
    return _rows(("key", "what stands there", "by default", "meaning"), rows)


def _value(hint: Any) -> str:
    """What stands in the file for a type, in words."""
    known = next((words for one, words in _VALUES if one is hint or one == hint), None)
    if known is not None:
        return known
    origin, inside = get_origin(hint), get_args(hint)
    if origin is Annotated:
        or_one = any("_several" in repr(mark) for mark in inside[1:])
        return f"{_value(inside[0]).removeprefix('list of ')}, or a list" if or_one else _value(inside[0])
    if origin is Literal:
        *most, last = (f"`{word}`" for word in inside)
        return f"{', '.join(most)} or {last}" if most else last
    if origin in (Union, types.UnionType):
        return " or ".join(_value(one) for one in inside if one is not type(None))
    if origin is tuple:
        return f"list of {_several(_value(inside[0]))}"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        within = _value(inside[1])
        return f"by event and field{within[7:]}" if within.startswith("by name: ") else f"by name: {within}"
    return _CALLED[hint]


def _several(words: str) -> str:
    """The plural, for the few words that stand in lists."""
    if words.startswith("[thing "):
        return words.replace("[thing ", "[things ")
    if words.startswith("["):
        return words.replace("](", "s](")
    return words if words.startswith("`") else f"{words}s"


def _default(info: FieldInfo) -> str:
    if info.is_required():
        return "**required**"
    value = info.default
    if isinstance(value, pinned.Reset):
        return _default_words(value.reset_by)
    if (
        value is None
        or isinstance(value, BaseModel)
        or info.default_factory is not None
        or value == ()
        or value is False
    ):
        return ""
    return _default_words(value) if isinstance(value, tuple) else f"`{value}`"


def _default_words(words: tuple[str, ...]) -> str:
    return f"`[{', '.join(words)}]`"


# --- facts ---


def _areas() -> dict[str, tuple[Fact, ...]]:
    """The built-in facts by area; all of them but the clocks that dates give."""
    features = {
        "arrears": arrears, "plan": plans, "promise": promises, "negotiation": negotiation, "contact": contacts,
        "care": care, "assessment": assessment, "legal": legal,
    }  # fmt: skip
    areas = {name: tuple(feature.FACTS) for name, feature in features.items()}
    told = {fact.name for facts in areas.values() for one in facts for fact in (one, *clocks(one))}
    stage = (fact for name, fact in built_in().items() if name not in told)
    return {"stage": tuple(fact for fact in stage if not fact.name.endswith("_stage_entered")), **areas}


_CHANNELS: tuple[str, ...] = get_args(Channel)


def _facts(facts: tuple[Fact, ...]) -> str:
    rows = [
        (
            f"`{fact.name}`",
            _type_of(fact),
            "yes" if fact.may_be_missing else "",
            "" if fact.motion is Motion.STILL else "yes",
            " ".join(part for part in (fact.label, fact.label_zh) if part),
            _sentence(fact.doc) + _clocks_of(fact),
        )
        for fact in facts
        if not any(f"_{channel}" in fact.name for channel in _CHANNELS[1:])
    ]
    said = _rows(("fact", "type", "may be missing", "days move it", "label", "meaning"), rows)
    return re.sub(rf"(?<=[_ ]){_CHANNELS[0]}\b|(?<=_){_CHANNELS[0]}(?=_)", "CHANNEL", said)


def _type_of(fact: Fact) -> str:
    if fact.kind is Kind.NUMBER and fact.unit:
        return f"number ({fact.unit})"
    if fact.choices:
        return "choice: " + ", ".join(f"`{word}`" for word in fact.choices)
    return str(fact.kind)


def _clocks_of(fact: Fact) -> str:
    found = " and ".join(f"`{clock.name}`" for clock in clocks(fact))
    return f" Also {found}." if found else ""


def _sentence(text: str) -> str:
    """A doc, as one line."""
    return " ".join(text.split())


# --- events ---

_EVENT_AREAS = ("ledger", "contact", "agreement", "care", "legal", "handover", "work")
_OF_ALL = ("kind", "id", "at", "happened_at")


def _events(area: str) -> str:
    found = [event for event in KINDS.values() if event.__module__.rpartition(".")[2] == area]
    return _rows(("event", "says", "meaning"), [(f"`{one.__name__}`", _says(one), _doc(one)) for one in found])


def _says(event: type[Event]) -> str:
    hints = get_type_hints(event, include_extras=True)
    return (
        "<br>".join(_field(event, name, hints[name]) for name in event.model_fields if name not in _OF_ALL)
        or "nothing more"
    )


def _field(event: type[Event], name: str, hint: Any) -> str:
    info = event.model_fields[name]
    if name in event.PINNED:
        return f"`{name}`: set by the library"
    if info.is_required():
        return f"`{name}`: {_value(hint)}"
    unsaid = info.default in (None, "", (), False) or info.default_factory is not None
    default = "" if unsaid else f", by default `{str(info.default).lower()}`"
    return f"`{name}` (optional): {_value(hint)}{default}"


def _doc(event: type[Event]) -> str:
    """The event's docstring, its paragraphs as one."""
    return _sentence(event.__doc__ or "")


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
