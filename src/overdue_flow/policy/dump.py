"""A policy as YAML again. Comments are lost, and with them the order of keys; nothing that it means is."""

from __future__ import annotations

from datetime import date
from typing import Any

from overdue_flow.policy.places import Plain
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.source import write


def dump_policy(policy: Policy) -> str:
    """The policy as a file that `load_policy` reads as the same policy. What it extends is written out."""
    said = policy.spec.model_dump(mode="json", by_alias=True, exclude_unset=True)
    said.pop("extends", None)
    return write(_plain(said))


def _plain(value: Any) -> Plain:
    """Flags, numbers and days as the text that stands in a file."""
    if isinstance(value, dict):
        return {str(key): _plain(inside) for key, inside in value.items() if inside is not None}
    if isinstance(value, list | tuple):
        return [_plain(inside) for inside in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)
