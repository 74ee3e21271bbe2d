"""A schedule in one line, as a scenario may say it: `6 x 1200.00 monthly from 2025-01-10`.

    1000.00 on 2025-01-01                                      one instalment
    6 x 1200.00 monthly from 2025-01-10                        the same day of each month; its last, where it is short
    12 x 100.00 every 14 days from 2025-01-10                  or `weekly`, `quarterly`, `every 2 months`
    6 x 1000.00 principal + 200.00 interest monthly from ...   in parts, which are named

A list may mix them with instalments that say `due_on` and `amount`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Annotated, Any, TypeAlias

from dateutil.relativedelta import relativedelta
from pydantic import BeforeValidator, WithJsonSchema

from overdue_flow.cases.events.base import INSTALMENTS_MAX
from overdue_flow.policy.texts import read_day, wrong

_SHORT = re.compile(
    r"(?:(?P<count>\d{1,4}) *x +)?(?P<amount>.+?) +"
    r"(?:on|(?P<rhythm>weekly|monthly|quarterly|every \d{1,3} (?:day|week|month)s?) +from) +(?P<first>\d{4}-\d\d-\d\d)"
)
_PART = re.compile(r"(?P<amount>\d[\d.]*(?: [A-Z]{3})?)(?: (?P<name>principal|interest|costs))?")
_WORDS = {"weekly": "every 1 weeks", "monthly": "every 1 months", "quarterly": "every 3 months"}
_EXPECTED = "instalments such as `6 x 1200.00 monthly from 2025-01-10`, or `1000.00 on 2025-01-10`"


def in_full(text: str) -> list[dict[str, str]] | None:
    """The instalments that a line means, each with `due_on` and what is due; None where it is no such line.

    >>> in_full("2 x 50.00 monthly from 2025-01-31")
    [{'due_on': '2025-01-31', 'amount': '50.00'}, {'due_on': '2025-02-28', 'amount': '50.00'}]
    """
    found = _SHORT.fullmatch(text.strip())
    first = read_day(found["first"]) if found else None
    parts = _parts(found["amount"]) if found else None
    if found is None or first is None or parts is None:
        return None
    count = int(found["count"] or 1)
    if not 0 < count <= INSTALMENTS_MAX or (count > 1 and not found["rhythm"]):
        return None
    try:
        return [{"due_on": str(day), **parts} for day in _days(first, found["rhythm"], count)]
    except (OverflowError, ValueError):  # past the last day that there is
        return None


def _parts(text: str) -> dict[str, str] | None:
    """What is due: one amount, or amounts with the names of their parts, each part once."""
    found = [_PART.fullmatch(part) for part in re.split(r" *\+ *", text)]
    named = {part["name"] or "amount": part["amount"] for part in found if part}
    sound = len(named) == len(found) and ("amount" not in named or len(named) == 1)
    return named if sound else None


def _days(first: date, rhythm: str | None, count: int) -> Iterator[date]:
    _every, number, unit = _WORDS.get(rhythm or "monthly", rhythm or "").split(" ")
    for position in range(count):
        passed = position * int(number)
        if unit.startswith("month"):
            yield first + relativedelta(months=passed)
        else:
            yield first + timedelta(days=passed * (7 if unit.startswith("week") else 1))


def _read(value: Any) -> Any:
    """Every line of a schedule in full; what is none is left to be refused in its place."""
    if isinstance(value, str):
        found = in_full(value)
        if found is None:
            raise wrong(value, _EXPECTED)
        return found
    if isinstance(value, list) and any(isinstance(one, str) for one in value):
        short = next((one for one in value if isinstance(one, str) and in_full(one) is None), None)
        if short is not None:
            raise wrong(short, _EXPECTED)
        return [full for one in value for full in ((in_full(one) or ()) if isinstance(one, str) else (one,))]
    return value


Instalments: TypeAlias = Annotated[
    tuple[Mapping[str, Any], ...],
    BeforeValidator(_read),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "examples": ["6 x 1200.00 monthly from 2025-01-10", "1000.00 on 2025-01-10"]},
                {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "object"}]}},
            ]
        }
    ),
]
"""A schedule: instalments one by one, or in short."""
