"""Checked scenarios: tests that travel with the rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, Literal
from zoneinfo import ZoneInfo

from overdue_flow.cases.effects import Effect, params_in_words
from overdue_flow.cases.events import Event, LoanOpened
from overdue_flow.guards.vocabulary import Value
from overdue_flow.problems import Place, Problem


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
class WantedEffect:
    """An effect that a scenario expects to be decided. What is None or empty is not looked at."""

    action: str
    due_on: date | None = None
    deadline_on: date | None = None
    purpose: str | None = None
    role: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        said = params_in_words(self.params)
        said += [f"role {self.role}"] if self.role else []
        said += [f"purpose {self.purpose}"] if self.purpose else []
        said += [f"due {self.due_on}"] if self.due_on else []
        said += [f"to be done by {self.deadline_on}"] if self.deadline_on else []
        return f"{self.action} ({', '.join(said)})" if said else self.action

    def is_told_by(self, effect: Effect, zone: ZoneInfo) -> bool:
        """Whether an effect is as it is wanted; `zone` is where its days are counted."""
        return (
            effect.action == self.action
            and self.due_on in (None, effect.due_at.astimezone(zone).date())
            and self.deadline_on in (None, effect.deadline_on)
            and self.purpose in (None, effect.purpose)
            and self.role in (None, effect.role)
            and all(effect.params.get(name) == value for name, value in self.params.items())
        )


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a scenario expects of the whole case after a day's last event; what is None or empty is not looked at, but
    for `marks`, where empty means none."""

    on: date
    stage: str | None = None
    rule: str | None = None
    effects: tuple[WantedEffect, ...] = ()
    no_effects: tuple[str, ...] = ()
    facts: Mapping[str, Value | None] = field(default_factory=dict)
    bucket: str | None = None
    place: Place | None = None
    vetoed: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    nothing: bool = False
    marks: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """A test that travels with the rules. `opening` is `LoanOpened`, or `CaseAdopted` where a stage is given; `proves`
    are the parts of the policy without each of which it fails."""

    name: str
    opening: LoanOpened
    steps: tuple[Step, ...]
    expects: tuple[Expectation, ...]
    place: Place | None = None
    proves: tuple[str, ...] = ()


NOON = time(12)
"""When a step happens that has no time of its own and is the first of its day."""


def check_order(scenario: Scenario) -> Iterator[Problem]:
    """The steps that come before one that is written above them, or before the loan is opened."""
    opened_on = scenario.opening.opened_on
    above: Step | None = None
    reached = opened_on, time()
    for step in scenario.steps:
        waits = reached[1] if step.on == reached[0] and above is not None else NOON
        here = step.on, step.at or max(NOON, waits)
        if step.on < opened_on:
            message = f"this happens on {step.on}, before the loan is opened on {opened_on}"
            hint = "`opened_on` under `given` says when it is opened"
            yield Problem("before-opening", message, step.place, hint=hint)
        elif here < reached:
            clock = f" at {step.at:%H:%M}" if step.at else ""
            also = ((above.place, "the step above it"),) if above is not None and above.place is not None else ()
            message = f"this happens on {step.on}{clock}, before the step above it"
            yield Problem("out-of-order", message, step.place, hint="write the steps in the order of time", also=also)
        else:
            reached, above = here, step
