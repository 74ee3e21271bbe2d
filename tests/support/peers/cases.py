"""The peers' cases as they were read from the peers' own suites, and what an adapter compares.

A case has inputs and checks. A check applies the first `events_upto` events (all of them where it does not say) and
looks on `as_of`. Amounts are exact decimals.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

DAY_0 = date(2024, 1, 1)
"""Where a peer counts from a day of its own ("day 15"), its day 0 is this one. That is all a relative day needs."""


def day(number: int) -> date:
    """The calendar day that a peer calls day `number`."""
    return DAY_0 + timedelta(days=number)


def days_before(number: int, of: date) -> date:
    """The due date of what a peer calls `number` days late on the day `of`."""
    return of - timedelta(days=number)


def first_day_without(last_day: date) -> date:
    """The end of a stretch that a peer says by its last day, as we say it: the first day without."""
    return last_day + timedelta(days=1)


class Compared(NamedTuple):
    """One value: the check it belongs to, what it is, what the peer expects and what the library says."""

    check: int
    what: str
    expected: Any
    said: Any


@dataclass(frozen=True)
class PeerCase:
    """One case of a peer."""

    id: str
    system: str
    title: str
    inputs: Mapping[str, Any]
    checks: Sequence[Mapping[str, Any]]
    next_checks: Sequence[Mapping[str, Any]] = ()

    @property
    def obligations(self) -> list[Mapping[str, Any]]:
        """What is owed, in the peer's words."""
        return list(self.inputs.get("obligations", ()))

    def events_of(self, check: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """The events that a check applies."""
        events = list(self.inputs.get("events", ()))
        return events[: check.get("events_upto", len(events))]

    def each_check(self) -> Iterator[tuple[int, Mapping[str, Any], Mapping[str, Any]]]:
        """Every check with its number and what it expects, by name."""
        for number, check in enumerate(self.checks):
            yield number, check, expected_of(check)


def expected_of(check: Mapping[str, Any]) -> dict[str, Any]:
    """What a check expects, by name; a check that expects one nameless value calls it `value`."""
    expected = check["expect"]
    return dict(expected) if isinstance(expected, Mapping) else {"value": expected}


def read_cases(facts: Path) -> dict[str, PeerCase]:
    """Every case by its id."""
    content = json.loads((facts / "peer_cases.json").read_text("utf-8"), parse_float=Decimal)
    return {
        one["id"]: PeerCase(
            one["id"],
            one["system"],
            one["title"],
            one["inputs"],
            tuple(one["checks"]),
            tuple(one.get("next_check_expected", ())),
        )
        for one in content["cases"]
    }


def on(text: str) -> date:
    """A day as the cases write it."""
    return date.fromisoformat(text[:10])


def amount(said: Any) -> Decimal:
    """An amount as the cases write it: a number or text."""
    return Decimal(str(said))
