"""What the schema finds wrong, in words that a collections manager understands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from overdue_flow.policy.texts import shape_of

# what pydantic's error types mean to a reader; `{found}` is what stands in the file, other names come with the error
_EXPECTED: dict[str, str] = {
    "model_type": "a mapping: lines of `name: value`",
    "model_attributes_type": "a mapping: lines of `name: value`",
    "dict_type": "a mapping: lines of `name: value`",
    "mapping_type": "a mapping: lines of `name: value`",
    "tuple_type": "a list: lines that begin with a dash, or `[one, two]`",
    "list_type": "a list: lines that begin with a dash, or `[one, two]`",
    "string_type": "text",
    "bool_type": "`true` or `false`",
    "bool_parsing": "`true` or `false`",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a smaller whole number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "date_type": "a day such as `2025-01-31`",
    "date_parsing": "a day such as `2025-01-31`",
    "date_from_datetime_parsing": "a day such as `2025-01-31`",
    "date_from_datetime_inexact": "a day such as `2025-01-31`",
    "datetime_parsing": "an instant such as `2025-01-31T10:30:00+08:00`",
    "datetime_from_date_parsing": "an instant such as `2025-01-31T10:30:00+08:00`",
    "datetime_type": "an instant such as `2025-01-31T10:30:00+08:00`",
    "timezone_aware": "an instant with its zone, such as `2025-01-31T10:30:00+08:00`",
    "too_short": "at least {min_length} of them",
    "greater_than_equal": "at least {ge}",
    "greater_than": "more than {gt}",
    "less_than_equal": "at most {le}",
    "less_than": "less than {lt}",
    "string_too_short": "text of at least {min_length} characters",
    "string_too_long": "text of at most {max_length} characters",
}

_PATTERNS = {r"^[A-Z]{3}$": "a currency code of three capital letters, such as `CNY`"}


def say(error: Mapping[str, Any], found: Any) -> str:
    """The message for one of pydantic's errors; `found` is what stands in the file."""
    kind = str(error["type"])
    context = error.get("ctx") or {}
    if kind in ("wrong_value", "wrong_language", "too_long"):
        return str(error["msg"])
    if kind == "value_error":
        return str(context.get("error", error["msg"]))
    if kind in ("literal_error", "enum"):
        return f"{shape_of(found)} stands here; expected {_choice(str(context.get('expected', '')))}"
    if kind == "string_pattern_mismatch":
        return f"{shape_of(found)} stands here; expected {_PATTERNS.get(context['pattern'], 'another spelling')}"
    expected = _EXPECTED.get(kind, "something else").format(**context)
    return f"{shape_of(found)} stands here; expected {expected}"


def _choice(expected: str) -> str:
    """pydantic's `'a', 'b' or 'c'` in our quotes."""
    return expected.replace("'", "`")
