"""The words that a guard may say, each with its type, unit, label and the way it moves in time.

This table binds words to code once. Type checks, explanations, the compiled guards, the horizon, the JSON Schema and
the reference page all read it. The guard language knows nothing of loans: what a fact is read from is opaque here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeAlias

Value: TypeAlias = bool | int | Decimal | date | str
"""What a fact can be: flags are bool, counts and days int, other numbers and money (major units) Decimal."""

Read: TypeAlias = Callable[[Any, date], Value | None]
"""Reads a fact from a case (or, for a field, from an event) on a day; None when it is missing."""

Until: TypeAlias = Callable[[Any, date], date | None]
"""The next day after `day` on which a fact may move other than along its slope; None: not by itself."""

Slope: TypeAlias = Callable[[Any, date], int]
"""By how much a number grows from one day to the next until `Until`: -1, 0 or 1."""


class Kind(StrEnum):
    """The types of the guard language."""

    FLAG = "flag"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"
    TEXT = "text"
    STAGE = "stage"


class Motion(StrEnum):
    """How a fact moves when nothing happens to the loan."""

    STILL = "still"
    CLOCK = "clock"
    WINDOW = "window"


def never_by_itself(_source: Any, _day: date) -> date | None:
    """The `until` of a fact that only events move."""
    return None


def flat(_source: Any, _day: date) -> int:
    """The `slope` of a fact that does not run with the days."""
    return 0


@dataclass(frozen=True, slots=True)
class Fact:
    """One word.

    `unit` says what a number counts ("days", "months", "times", "share"; "" for none). `choices` are the words of a
    choice, or the leaf stages of a stage fact; `groups` maps a group's name to the leaf stages inside it.
    `on_event` facts are fields of the event that a rule is `on`: their `read` gets the event in place of the case.
    Between `day` and `until(case, day)`, the fact is `read(case, day) + slope(case, day) * days`; a fact that is no
    number, or that is missing, stays as it is. `label_zh` is the Chinese term, where the field has one.
    """

    name: str
    kind: Kind
    label: str
    read: Read
    unit: str = ""
    may_be_missing: bool = False
    motion: Motion = Motion.STILL
    until: Until = never_by_itself
    slope: Slope = flat
    choices: tuple[str, ...] = ()
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ask: bool = False
    on_event: bool = False
    source: str = "built in"
    doc: str = ""
    label_zh: str = ""


class Vocabulary(Mapping[str, Fact]):
    """The facts that one guard may name, by name. Immutable; `plus` gives a larger one."""

    __slots__ = ("_facts",)

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self._facts = {fact.name: fact for fact in facts}

    def __getitem__(self, name: str) -> Fact:
        return self._facts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)

    def plus(self, facts: Iterable[Fact]) -> Vocabulary:
        """This vocabulary and `facts`; a fact of the same name replaces the one here."""
        return Vocabulary((*self._facts.values(), *facts))
