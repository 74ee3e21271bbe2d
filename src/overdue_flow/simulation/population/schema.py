"""The JSON Schema of a population file, so that editors complete and check one while it is written."""

from __future__ import annotations

import json
from typing import Any

from overdue_flow.simulation.population.model import LANGUAGE, PopulationFile

_ROWS = ("Pays", "Answers", "Promises", "Reacts", "Staff", "Effect")


def population_schema() -> dict[str, Any]:
    """The schema, as plain data."""
    schema = PopulationFile.model_json_schema(by_alias=True, mode="validation")
    parts, top = schema["$defs"], schema["properties"]
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "overdue_flow population"
    top["language"] = {"const": LANGUAGE, "description": "the version of this format"}
    _one_or_several(top, "loans")
    for row in _ROWS:
        _one_or_several(parts[row]["properties"], "missed")
        _in_short(parts[row]["properties"]["after"])
    return schema


def schema_text() -> str:
    """The schema as JSON, in an order that stays."""
    return json.dumps(population_schema(), ensure_ascii=False, indent=2) + "\n"


def _one_or_several(properties: dict[str, Any], key: str) -> None:
    several = properties[key]
    kept = {word: several.pop(word) for word in ("description", "default", "title") if word in several}
    properties[key] = {"anyOf": [several["items"], several], **kept}


def _in_short(after: dict[str, Any]) -> None:
    after["anyOf"].insert(0, {"type": "string", "description": "what was done, within the last 30 days"})
