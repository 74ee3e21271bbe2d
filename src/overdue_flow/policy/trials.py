"""Checked scenarios: tests that travel with the rules.

A step, and what is expected, comes at a moment: a day; or the first day on which the loan is so many days past due, or
a span after what stands above, which are found while the loan is lived (`overdue_flow.testing.moments`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from overdue_flow.cases.effects import Effect, Status, params_in_words
from overdue_flow.cases.events import Event, LoanOpened
from overdue_flow.cases.events.base import FIRST_YEAR, LAST_YEAR
from overdue_flow.guards.vocabulary import Value
from overdue_flow.policy.spans import Span
from overdue_flow.problems import Place, Problem


@dataclass(frozen=True, slots=True)
class PastDue:
    """`dpd: 91`: the first day, from that of what stands above on, on which the loan is so many days past due."""

    days: int

    def __str__(self) -> str:
        return f"{self.days} days past due" if self.days != 1 else "1 day past due"


@dataclass(frozen=True, slots=True)
class Later:
    """`after: 3 days`: so much after the day of what stands above."""

    span: Span

    def __str__(self) -> str:
        return f"{self.span} later"


Moment: TypeAlias = date | PastDue | Later
"""When something comes. What stands above is the step above a step, the expectation above an expectation; above the
first of them, the opening of the loan."""


def outside_of_time(moment: Moment | None) -> str | None:
    """Why a day is none that a loan can live; None where it is."""
    if not isinstance(moment, date) or FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    return f"`{moment}` stands here; expected a day in the years {FIRST_YEAR} to {LAST_YEAR}"


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

    `at` is the local time; by default the steps of a day come one after the other, in file order. `days` are the days
    that the event names by how long after the step they are: what stands in their place in `event` has no meaning.
    """

    on: Moment
    event: Event | None = None
    answer: Answer | None = None
    at: time | None = None
    place: Place | None = None
    days: Mapping[str, Span] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WantedEffect:
    """An effect that a scenario expects to be decided. What is None or empty is not looked at; `by` is the limit that
    put it off. What is held has no day yet on which it is due. `flagged` are the limits that flag it as it goes out
    (empty means none), where it waits at the end of the day."""

    action: str
    due_on: date | None = None
    deadline_on: date | None = None
    purpose: str | None = None
    role: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    by: str | None = None
    due_at: time | None = None
    flagged: tuple[str, ...] | None = None

    def __str__(self) -> str:
        said = params_in_words(self.params)
        said += [f"role {self.role}"] if self.role else []
        said += [f"purpose {self.purpose}"] if self.purpose else []
        said += [f"due {self.due_on}"] if self.due_on else []
        said += [f"due at {self.due_at:%H:%M}"] if self.due_at else []
        said += [f"to be done by {self.deadline_on}"] if self.deadline_on else []
        said += [f"put off by {self.by}"] if self.by else []
        said += [f"flagged by {', '.join(self.flagged) or 'no limit'}"] if self.flagged is not None else []
        return f"{self.action} ({', '.join(said)})" if said else self.action

    def is_told_by(self, effect: Effect, zone: ZoneInfo) -> bool:
        """Whether an effect is as it is wanted, but for what limits say of it; `zone` is where its days are counted."""
        return (
            effect.action == self.action
            and ((self.due_on is None and self.due_at is None) or effect.status is not Status.HELD)
            and self.due_on in (None, effect.due_at.astimezone(zone).date())
            and self.due_at in (None, effect.due_at.astimezone(zone).time().replace(second=0, microsecond=0))
            and self.deadline_on in (None, effect.deadline_on)
            and self.purpose in (None, effect.purpose)
            and self.role in (None, effect.role)
            and all(effect.params.get(name) == value for name, value in self.params.items())
        )


@dataclass(frozen=True, slots=True)
class KeptBack:
    """An action, or a rule, that is expected to be kept from happening: by what (a limit, a hold, a `never` clause,
    `promises` or `plans`), if that is looked at."""

    name: str
    by: str | None = None

    def __str__(self) -> str:
        return f"{self.name} (by {self.by})" if self.by else self.name


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a scenario expects of the whole case after a day's last event; what is None or empty is not looked at, but
    for `marks` and `to_do` (tasks that wait for somebody), where empty means none.

    `nothing_until`: from the day after `on`, and before that moment, the loan makes no move and nothing is decided to
    be done. Without an `on` it counts from the expectation above or, where that is later, from the last step before.
    `explains` are texts, each of which a line of the explanation of that day has; `story` is the whole timeline up to
    it.
    """

    on: Moment | None
    stage: str | None = None
    rule: str | None = None
    effects: tuple[WantedEffect, ...] = ()
    no_effects: tuple[str, ...] = ()
    facts: Mapping[str, Value | None] = field(default_factory=dict)
    bucket: str | None = None
    place: Place | None = None
    vetoed: tuple[KeptBack, ...] = ()
    skipped: tuple[str, ...] = ()
    held: tuple[KeptBack, ...] = ()
    nothing: bool = False
    marks: tuple[str, ...] | None = None
    nothing_until: Moment | None = None
    explains: tuple[str, ...] = ()
    story: str | None = None
    to_do: tuple[WantedEffect, ...] | None = None


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
        if not isinstance(step.on, date):
            continue  # its day is found while the loan is lived
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
