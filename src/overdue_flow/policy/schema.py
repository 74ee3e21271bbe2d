"""The JSON Schema of a policy file, so that editors complete and check a policy while it is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from overdue_flow.cases.events import KINDS
from overdue_flow.cases.facts import built_in
from overdue_flow.guards.vocabulary import Fact
from overdue_flow.guards.words import kind_in_words
from overdue_flow.policy.desk import MACHINE_EVENTS
from overdue_flow.policy.model import LANGUAGE, PolicyFile

# parts that may be written in short, as text alone: as which (None: as their type)
_IN_SHORT: dict[str, dict[str, Any] | None] = {
    "FactDeclared": None,
    "FieldDeclared": None,
    "ParamDeclared": None,
    "Rung": {"type": "string", "description": "such as `call x3 in working hours, wait 2 days`"},
    "WaiverDeclared": {"const": "all"},
    "EffectExpected": {"type": "string", "description": "the action alone"},
}

# lists that may be written as one of their elements
_ONE_OR_SEVERAL = (
    ("AppliesTo", ("kind", "purpose", "channel", "party")),
    ("LimitDeclared", ("excluding",)),
    ("HoldDeclared", ("allows",)),
    ("Expected", ("effects",)),
)


def policy_schema() -> dict[str, Any]:
    """The schema, as plain data; conditions say which words they may use."""
    schema = PolicyFile.model_json_schema(by_alias=True, mode="validation")
    parts, top = schema["$defs"], schema["properties"]
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "overdue_flow policy"
    top["language"] = {"const": LANGUAGE, "description": "the version of this format"}
    top["version"]["type"] = ["string", "number"]
    _several(top, ("extends",))
    for name, keys in _ONE_OR_SEVERAL:
        _several(parts[name]["properties"], keys)
    for name, short in _IN_SHORT.items():
        _shorten(parts, name, short)
    _either_text(parts["Terms"]["properties"], "stale_after")
    _name_conditions(schema)
    _name_events(schema)
    return schema


def schema_text() -> str:
    """The schema as JSON, in an order that stays."""
    return json.dumps(policy_schema(), ensure_ascii=False, indent=2) + "\n"


def _several(properties: dict[str, Any], keys: tuple[str, ...]) -> None:
    for key in keys:
        several = properties[key]
        kept = {word: several.pop(word) for word in ("description", "default", "title") if word in several}
        properties[key] = {"anyOf": [several["items"], several], **kept}


def _shorten(parts: dict[str, Any], name: str, short: dict[str, Any] | None) -> None:
    written_out = parts[name]
    parts[f"{name}WrittenOut"] = written_out
    parts[name] = {"anyOf": [short or written_out["properties"]["type"], {"$ref": f"#/$defs/{name}WrittenOut"}]}


def _either_text(properties: dict[str, Any], key: str) -> None:
    properties[key]["anyOf"].append({"type": "string", "examples": ["5 days"]})


def _name_conditions(schema: dict[str, Any]) -> None:
    """One long description of conditions, which all of them point to."""
    words = "; ".join(_word(fact) for fact in built_in().values())
    for part in _dicts(schema):
        for key, value in part.items():
            if isinstance(value, dict) and value.get("description") == "a condition; see `facts`":
                part[key] = {"$ref": "#/$defs/Condition"}
            elif isinstance(value, list):
                part[key] = [
                    {"$ref": "#/$defs/Condition"}
                    if isinstance(one, dict) and one.get("description") == "a condition; see `facts`"
                    else one
                    for one in value
                ]
    schema["$defs"]["Condition"] = {
        "type": "string",
        "description": f"a condition, such as `dpd > 90 and not plan_active`. Built-in facts: {words}",
    }


def _word(fact: Fact) -> str:
    choices = f": {', '.join(fact.choices)}" if fact.choices else ""
    return f"{fact.name} ({kind_in_words(fact.kind, fact.unit)}{choices})"


def _name_events(schema: dict[str, Any]) -> None:
    events = sorted(kind for kind in KINDS if kind not in MACHINE_EVENTS)
    schema["$defs"]["RuleWritten"]["properties"]["on"]["examples"] = events
    schema["$defs"]["CountDeclared"]["properties"]["of"]["examples"] = events
    for part in ("Asked", "BeatAsked", "RuleWritten"):
        schema["$defs"][part]["properties"]["done_by"]["examples"] = events


def _dicts(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
    for inside in list(part.values()) if isinstance(part, dict) else part:
        if isinstance(inside, dict | list):
            yield from _dicts(inside)
