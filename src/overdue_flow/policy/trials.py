"""Checked scenarios: tests that travel with the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Literal

from overdue_flow.cases.events import Event, LoanOpened
from overdue_flow.guards.vocabulary import Value
from overdue_flow.problems import Place


@dataclass(frozen=True, slots=True)
class Answer:
    """A person's answer in a scenario: `word` is approved, refused or done; `to` the rule that asked, or the action
    done.
    """

    word: Literal["approved", "refused", "done"]
    to: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens in a scenario: an event, or a person's answer to what the policy asked for.

    `at` is the local time; by default the steps of a day come one after the other, in file order.
    """

    on: date
    event: Event | None = None
    answer: Answer | None = None
    at: time | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a scenario expects of the whole case after a day's last event; what is None or empty is not looked at."""

    on: date
    stage: str | None = None
    rule: str | None = None
    effects: tuple[str, ...] = ()
    no_effects: tuple[str, ...] = ()
    facts: Mapping[str, Value | None] = field(default_factory=dict)
    bucket: str | None = None
    place: Place | None = None
    vetoed: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    nothing: bool = False


@dataclass(frozen=True, slots=True)
class Scenario:
    """A test that travels with the rules. `opening` is `LoanOpened`, or `CaseAdopted` where a stage is given."""

    name: str
    opening: LoanOpened
    steps: tuple[Step, ...]
    expects: tuple[Expectation, ...]
    place: Place | None = None
