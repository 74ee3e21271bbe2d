"""What a JSON Schema lets through, by the few words that ours use; and YAML as an editor reads it."""

from __future__ import annotations

from typing import Any


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
