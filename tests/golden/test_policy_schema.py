"""The JSON Schema of a policy file, as it is published with the package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from overdue_flow.policy.schema import policy_schema, schema_text
from support.golden import Golden


def test_the_schema_is_what_was_published(golden: Golden) -> None:
    golden(schema_text(), "policy.schema.json")


def faults(value: Any, schema: dict[str, Any], whole: dict[str, Any], path: str = "") -> list[str]:
    """What is wrong with a value by the few words of JSON Schema that ours uses: enough to see what it lets through."""
    if "$ref" in schema:
        return faults(value, whole["$defs"][schema["$ref"].rpartition("/")[2]], whole, path)
    if "anyOf" in schema:
        tried = [faults(value, option, whole, path) for option in schema["anyOf"]]
        return [] if [] in tried else min(tried, key=len)
    if "const" in schema and value != schema["const"]:
        return [f"{path}: {value} is not {schema['const']}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{path}: {value} is none of {schema['enum']}"]
    found = _wrong_type(value, schema.get("type"), path)
    if isinstance(value, dict) and not found:
        properties = schema.get("properties", {})
        found += [f"{path}: no {name}" for name in schema.get("required", ()) if name not in value]
        for name, inside in value.items():
            other = schema.get("additionalProperties", True)
            if name in properties:
                found += faults(inside, properties[name], whole, f"{path}.{name}")
            elif other is False:
                found.append(f"{path}: {name} is not known")
            elif isinstance(other, dict):
                found += faults(inside, other, whole, f"{path}.{name}")
    if isinstance(value, list) and not found:
        for position, one in enumerate(value):
            found += faults(one, schema.get("items", {}), whole, f"{path}[{position}]")
    return found


def _wrong_type(value: Any, types: str | list[str] | None, path: str) -> list[str]:
    names = {bool: "boolean", int: "integer", float: "number", dict: "object", list: "array", type(None): "null"}
    kind = names.get(type(value), "string")
    allowed = [types] if isinstance(types, str) else types
    fits = allowed is None or kind in allowed or (kind == "integer" and "number" in allowed)
    return [] if fits else [f"{path}: {kind}, not {allowed}"]


def as_an_editor_reads(value: Any) -> Any:
    """Editors read YAML 1.2, in which `on` is text; the reader that the tests have takes it for a flag."""
    if isinstance(value, dict):
        return {"on" if key is True else key: as_an_editor_reads(one) for key, one in value.items()}
    return [as_an_editor_reads(one) for one in value] if isinstance(value, list) else value


def test_an_editor_takes_the_example_and_not_a_misspelt_one(examples: Path) -> None:
    schema = policy_schema()
    policy = as_an_editor_reads(yaml.safe_load((examples / "changjiang-retail" / "policy.yaml").read_text("utf-8")))
    assert faults(policy, schema, schema) == []
    policy["stages"]["reminder"]["rule"] = policy["stages"]["reminder"].pop("rules")
    policy["terms"] = {"allocation": {"order": "forbid"}}
    assert len(faults(policy, schema, schema)) == 2


def test_conditions_say_the_built_in_words() -> None:
    assert "failed_negotiations_in_a_row (a number of times)" in policy_schema()["$defs"]["Condition"]["description"]


@pytest.mark.parametrize("allows", [{"party": "representative"}, [{"purpose": ["service"]}, {"channel": "letter"}]])
def test_an_editor_takes_what_a_hold_allows_as_one_or_several_and_several_remedies(allows: object) -> None:
    schema = policy_schema()
    rule = {"id": "tell", "on": "ComplaintAnswered", "do": "answer", "with": {"remedies": ["court", "legal_aid"]}}
    policy = {
        "language": 1,
        "policy": "p",
        "version": "1",
        "holds": {"deceased": {"stops": ["contact"], "allows": allows}},
        "remedies": {"court": {"label": "the court", "reach": {"en": "next door"}}},
        "stages": {"open": {"start": True, "rules": [rule]}},
    }

    assert faults(policy, schema, schema) == []
