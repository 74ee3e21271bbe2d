"""How a worker delivers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from overdue_flow.cases.case import Case
from overdue_flow.runtime.patience import Patience

Refresh: TypeAlias = Callable[[Case], object]
"""Brings a loan up to date before something goes out: what happened since, as events with ids; plain or `async`."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a worker delivers: its name, how long it may be silent before its work is another's, how long a hook may
    take, how patient it is with one that fails, and what brings loans up to date."""

    worker: str
    lease: timedelta
    time_limit: timedelta | None
    patience: Patience
    refresh: Refresh | None
