"""A simulation as plain data, in an order that stays: the same run, the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from overdue_flow.simulation.trial.results import Simulation


def simulation_json(simulation: Simulation) -> dict[str, Any]:
    """Everything that `results` describes, by the same names. Money stays in minor units; floats are rounded to six
    decimals."""
    found: dict[str, Any] = _plain(simulation)
    return found


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    return value
