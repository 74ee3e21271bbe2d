"""The tables of the policy file's reference page, made from the format itself: from the models, the facts, the events.

A page holds the prose, and between `<!-- made from: NAME -->` and `<!-- end -->` a table that `table(NAME)` gives. So
the page cannot say what the format does not: a test compares, and `make docs` writes the tables anew.
"""

from __future__ import annotations

import re
import typing
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from overdue_flow.cases import (
    arrears,
    assessment,
    borrower,
    care,
    contacts,
    enforcement,
    handover,
    judgment,
    limitation,
    negotiation,
    plans,
    preparation,
    promises,
    suit,
)
from overdue_flow.cases import terms as pinned
from overdue_flow.cases.events import KINDS
from overdue_flow.cases.events.base import Event
from overdue_flow.cases.events.contact import Channel
from overdue_flow.cases.facts import built_in, clocks
from overdue_flow.cases.groups import GROUPS
from overdue_flow.cases.holds import HOLDS
from overdue_flow.guards import parse
from overdue_flow.guards.vocabulary import Fact, Kind, Motion
from overdue_flow.policy import load, road, source
from overdue_flow.policy.types_in_words import PARTS, type_in_words

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
        "groups",
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
    if what == "groups":
        rows = [(f"`{name}`", said.label, said.label_zh, said.doc) for name, said in GROUPS.items()]
        return _rows(("group", "label", "中文", "what is in it"), rows)
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

_OF_CONDITIONS = {"when": "what must hold", "that": "what must not be"}
"""What the keys mean that say nothing more of themselves: only conditions do."""


def _keys(part: type[BaseModel]) -> str:
    hints = get_type_hints(part, include_extras=True)
    inherited = road.Asked if part is road.BeatAsked else BaseModel
    rows = [
        (
            f"`{info.alias or name}`",
            type_in_words(hints[name]),
            _default(info),
            info.description or _OF_CONDITIONS[name],
        )
        for name, info in part.model_fields.items()
        if name not in inherited.model_fields
    ]
    return _rows(("key", "what stands there", "by default", "meaning"), rows)


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
        "care": care, "assessment": assessment, "preparation": preparation, "suit": suit,
        "judgment": judgment, "enforcement": enforcement, "limitation": limitation, "handover": handover,
        "borrower": borrower,
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

_EVENT_AREAS = ("ledger", "contact", "agreement", "care", "legal", "handover", "person", "work")
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
        return f"`{name}`: {type_in_words(hint)}"
    unsaid = info.default in (None, "", (), False) or info.default_factory is not None
    default = "" if unsaid else f", by default `{str(info.default).lower()}`"
    return f"`{name}` (optional): {type_in_words(hint)}{default}"


def _doc(event: type[Event]) -> str:
    """The event's docstring, its paragraphs as one."""
    return _sentence(event.__doc__ or "")
