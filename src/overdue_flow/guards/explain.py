"""Why a guard holds for one case on one day, or not: each part with the values it read, and when it will change.

Made for collections managers and auditors: one line for a list, several for a page. Days are given "if nothing
happens": no payment, no call, no event.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeAlias

from overdue_flow.guards.evaluate import holds
from overdue_flow.guards.horizon import LIMIT_DAYS, look_at, next_flip
from overdue_flow.guards.phrases import phrase
from overdue_flow.guards.tree import All, AnyOf, Condition, Guard, Not, names_of
from overdue_flow.guards.vocabulary import Value, Vocabulary
from overdue_flow.guards.words import value_in_words

Join: TypeAlias = Literal["", "all of these", "one of these", "not all of these", "none of these"]
"""How the parts of a part belong together; "" where there are none."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A fact that a part read: its value on the day (None when missing), and how that is shown."""

    name: str
    label: str
    value: Value | None
    shown: str


@dataclass(frozen=True, slots=True)
class Explained:
    """A guard, or a part of one, for one case on one day.

    `changes_on` is the first day on which it will be otherwise if nothing happens, None where it stays so for as far as
    was looked; then `look_again_on` is the first day that was not looked at, if anything moves there.
    """

    text: str
    holds: bool
    readings: tuple[Reading, ...]
    changes_on: date | None = None
    look_again_on: date | None = None
    join: Join = ""
    parts: tuple[Explained, ...] = ()

    @property
    def holds_from(self) -> date | None:
        """From which day it will hold, if it does not yet and nothing happens."""
        return None if self.holds else self.changes_on

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts that it read and that are missing."""
        return tuple(reading.name for reading in self.readings if reading.value is None)

    @property
    def verdict(self) -> str:
        """Such as "holds" or "will hold from 2025-04-02 if nothing happens"."""
        if self.changes_on is None:
            until = f"; nothing changes before {self.look_again_on}" if self.look_again_on else ""
            return ("holds" if self.holds else "does not hold") + until
        ends = f"holds, no longer from {self.changes_on}" if self.holds else f"will hold from {self.changes_on}"
        return f"{ends} if nothing happens"

    def one_line(self) -> str:
        """The verdict, then the whole guard with what each part found."""
        return f"{self.verdict}: {_spoken(self)}"

    def lines(self) -> list[str]:
        """One line for each part, indented as they belong together."""
        if not self.parts:
            return [_line(self, 0)]
        return [f"{self.verdict}: {self.join}", *(line for part in self.parts for line in _lines(part, 1))]

    def __str__(self) -> str:
        return "\n".join(self.lines())


def explain(
    guard: Guard,
    vocabulary: Vocabulary,
    case: Any,
    day: date,
    currency: str = "",
    event: Any = None,
    limit_days: int = LIMIT_DAYS,
) -> Explained:
    """Explain `guard` for one case on one day; `currency` is the case's, for its amounts.

    Where the guard names fields of an event, `event` is the one that the rule is tested on.
    """

    def explained(part: Condition) -> Explained:
        look = look_at(vocabulary, case, day, event)
        inner, negated = (part.part, True) if isinstance(part, Not) else (part, False)
        join, parts = _parts(inner, negated=negated)
        outlook = next_flip(Guard("", part, names_of(part)), vocabulary, case, day, limit_days, event)
        return Explained(
            phrase(part, vocabulary, currency),
            holds(part, look),
            _readings(part, vocabulary, look, currency),
            outlook.flips_on,
            outlook.look_again_on,
            join,
            tuple(explained(one) for one in parts),
        )

    return explained(guard.tree)


def _parts(condition: Condition, *, negated: bool) -> tuple[Join, tuple[Condition, ...]]:
    match condition:
        case All(parts=parts, chained=False):
            return "not all of these" if negated else "all of these", parts
        case AnyOf(parts=parts):
            return "none of these" if negated else "one of these", parts
        case _:
            return "", ()


def _readings(part: Condition, vocabulary: Vocabulary, look: Any, currency: str) -> tuple[Reading, ...]:
    found = []
    for name in vocabulary:
        if name in names_of(part):
            fact, value = vocabulary[name], look(name)
            shown = "not known" if value is None else value_in_words(value, fact.kind, fact.unit, currency)
            found.append(Reading(name, fact.label, value, shown))
    return tuple(found)


def _spoken(part: Explained) -> str:
    """The guard on one line; each part that has none inside is followed by what it found."""
    if not part.parts:
        found = _found(part)
        return f"{part.text} ({found})" if found else part.text
    word = " and " if part.join.endswith("all of these") else " or "
    inner = word.join(f"({_spoken(one)})" if _needs_brackets(one) else _spoken(one) for one in part.parts)
    return f"not ({inner})" if _negated(part) else inner


def _needs_brackets(part: Explained) -> bool:
    """Whether a part would be misread among others: one with parts inside, or a flag whose label says "or"."""
    if part.parts:
        return not _negated(part)
    is_flag = len(part.readings) == 1 and part.text == part.readings[0].label
    return is_flag and (" or " in part.text or " and " in part.text)


def _negated(part: Explained) -> bool:
    return part.join in ("not all of these", "none of these")


def _lines(part: Explained, depth: int) -> Iterator[str]:
    yield _line(part, depth)
    for inner in part.parts:
        yield from _lines(inner, depth + 1)


def _line(part: Explained, depth: int) -> str:
    mark = "yes" if part.holds else "not yet" if part.changes_on else "no"
    notes = [] if part.parts else [_found(part)]
    if part.changes_on:
        notes.append(f"no longer from {part.changes_on}" if part.holds else f"from {part.changes_on}")
    told = ", ".join(note for note in notes if note)
    return f"{'  ' * depth}{mark:<8} {part.join or part.text}" + (f": {told}" if told else "")


def _found(part: Explained) -> str:
    """The values that a part read, where its own line does not say them (a flag, a fact that is not known)."""
    readings = part.readings
    if len(readings) == 1:
        reading = readings[0]
        if reading.value is None:
            return "" if part.text.endswith("known") else reading.shown
        return "" if isinstance(reading.value, bool) else f"now {reading.shown}"
    return ", ".join(f"{reading.label} {reading.shown}" for reading in readings)
