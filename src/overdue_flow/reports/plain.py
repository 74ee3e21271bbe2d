"""Values of a report as plain data: fit for JSON."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any


def plain(value: Any) -> Any:
    """An amount or a date as text, exactly; anything else as it is."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return str(value) if isinstance(value, date) else value
