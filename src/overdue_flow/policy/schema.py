"""The JSON Schema of a policy file, so that editors complete and check a policy while it is written."""

from __future__ import annotations

import json
from typing import Any

from overdue_flow.cases.events import KINDS
from overdue_flow.cases.facts import built_in
from overdue_flow.guards.vocabulary import Fact
from overdue_flow.guards.words import kind_in_words
from overdue_flow.policy.desk import MACHINE_EVENTS
from overdue_flow.policy.model import LANGUAGE, PolicyFile

_CONDITION = "a condition; see `facts`"


def policy_schema() -> dict[str, Any]:
    """The schema, as plain data; conditions say which words they may use."""
    schema = PolicyFile.model_json_schema(by_alias=True, mode="validation")
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "overdue_flow policy"
    schema["properties"]["language"] = {"const": LANGUAGE, "description": "the version of this format"}
    schema["properties"]["version"]["type"] = ["string", "number"]
    words = "; ".join(_word(fact) for fact in built_in().values())
    _describe(schema, {_CONDITION: f"a condition, such as `dpd > 90 and not plan_active`. Built-in facts: {words}"})
    events = sorted(kind for kind in KINDS if kind not in MACHINE_EVENTS)
    for part in schema["$defs"].values():
        on = part.get("properties", {}).get("on", {})
        if "an event" in on.get("description", ""):
            on["examples"] = events
    return schema


def schema_text() -> str:
    """The schema as JSON, in an order that stays."""
    return json.dumps(policy_schema(), ensure_ascii=False, indent=2) + "\n"


def _word(fact: Fact) -> str:
    choices = f": {', '.join(fact.choices)}" if fact.choices else ""
    return f"{fact.name} ({kind_in_words(fact.kind, fact.unit)}{choices})"


def _describe(part: Any, words: dict[str, str]) -> None:
    """Put the long description in one place, and point to it from the others."""
    conditions = part.setdefault("$defs", {})
    conditions["Condition"] = {"type": "string", "description": words[_CONDITION]}
    _refer(part, {"type": "string", "description": _CONDITION}, {"$ref": "#/$defs/Condition"})


def _refer(part: Any, written: dict[str, str], instead: dict[str, str]) -> None:
    for key, value in part.items() if isinstance(part, dict) else enumerate(part):
        if isinstance(value, dict) and written.items() <= value.items():
            part[key] = instead
        elif isinstance(value, dict | list):
            _refer(value, written, instead)
