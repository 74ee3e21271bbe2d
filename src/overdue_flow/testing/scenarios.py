"""Scenarios, run: given a loan, when this happens, then that follows.

A scenario is lived on the engine in memory, every day of it, with the same turns as live cases. Events come at noon of
their day in the case's time zone, or at the time given, one after the other in the order of the file. Their ids are
`step-1`, `step-2` and so on, so that a scenario gives the same entries in every run. Contacts that the policy plans are
not taken as made: what comes of them is said in `when`.

What is expected of a day is compared with the whole case after that day's last event where the due date is day 0, and
after the opening turn of the next day where it is day 1. All of these are looked at, if they are given:

    stage       where the loan stands: a stage, or a group that it is in
    bucket      the bucket it is in
    facts       what facts are
    rule        a rule that moved the loan, or did something, on this day
    effects     actions that were decided on this day, each as often as it is listed
    no_effects  actions that were not
    vetoed      actions that a hold or a limit forbade on this day
    skipped     actions that were left out on this day, as the loan left the stage that asked for them
    held        rules and actions that wait at the end of this day for a hold, a promise or a plan to end
    nothing     the loan made no move, and nothing was decided to be done

A scenario may say what it `proves`: rules, actions, limits, holds. It is lived once more without each of them, and must
then fail; what a name stands for, `policy.without` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from overdue_flow.cases.case import Case
from overdue_flow.cases.counting import said_on, told_by
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.events import EffectDelivered, Event, TaskCompleted, TimePassed
from overdue_flow.engine.decide import decide
from overdue_flow.engine.decision import Decision
from overdue_flow.engine.ladders import approvals
from overdue_flow.engine.live import live
from overdue_flow.engine.machine import Machine
from overdue_flow.errors import EventRefused, MoneyError, ScenarioError
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.trials import NOON, Answer, Expectation, Scenario, Step, check_order
from overdue_flow.testing.comparing import Day, Difference, first_difference
from overdue_flow.testing.proofs import Proofs

LOAN = "the loan"
"""What the loan of a scenario is called."""


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """What became of a scenario. `difference` is the first thing that was otherwise than expected, None if nothing was;
    `entries` are the loan's, up to the day of the difference. `unproved` are the parts of the policy that it is to
    prove, and without which all is as expected too."""

    scenario: Scenario
    difference: Difference | None
    entries: tuple[Entry, ...]
    case: Case | None
    unproved: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether everything was as expected, and nothing is so without what it proves."""
        return self.difference is None and not self.unproved

    def __str__(self) -> str:
        if self.difference is not None:
            return f"{self.scenario.name}: {self.difference}"
        said = f", also without {', '.join(self.unproved)}" if self.unproved else ""
        return f"{self.scenario.name}: as expected{said}"


def run_scenario(
    policy: Policy, scenario: Scenario, *, machine: Machine | None = None, proofs: Proofs | None = None
) -> ScenarioResult:
    """Live a scenario through under a policy, and under the policy without each part that the scenario proves.

    `machine` is the policy compiled, `proofs` are its parts, for many scenarios in a row. ScenarioError where its steps
    are out of order.
    """
    problems = tuple(check_order(scenario))
    if problems:
        raise ScenarioError(problems)
    run = _Run(machine or Machine(policy), scenario)
    difference = run.to_the_end()
    unproved: tuple[str, ...] = ()
    if difference is None and scenario.proves:
        proofs = proofs or Proofs(policy)
        unproved = proofs.unproved(scenario, lambda rest: _Run(rest, scenario).to_the_end() is not None)
    return ScenarioResult(scenario, difference, tuple(run.entries), run.case, unproved)


def run_scenarios(policy: Policy, scenarios: Iterable[Scenario] | None = None) -> Iterator[ScenarioResult]:
    """Live several scenarios through, by default those of the policy."""
    machine, proofs = Machine(policy), Proofs(policy)
    for scenario in policy.scenarios if scenarios is None else scenarios:
        yield run_scenario(policy, scenario, machine=machine, proofs=proofs)


@dataclass(slots=True)
class _Run:
    """One loan lived through the days of a scenario."""

    machine: Machine
    scenario: Scenario
    case: Case | None = None
    entries: list[Entry] = field(default_factory=list)
    last_at: datetime | None = None

    def to_the_end(self) -> Difference | None:
        """Every step and every expectation, in the order of days; the first difference, or None."""
        opening = self.scenario.opening
        problem = self._open()
        if problem is not None:
            return Difference(
                opening.opened_on, "given", "a loan that can be opened", problem, place=self.scenario.place
            )
        steps = list(enumerate(self.scenario.steps, 1))
        for expected in sorted(self.scenario.expects, key=lambda one: one.on):
            while steps and steps[0][1].on <= expected.on:
                if (difference := self._take(*steps.pop(0))) is not None:
                    return difference
            if (difference := self._compare(expected)) is not None:
                return difference
        for number, step in steps:
            if (difference := self._take(number, step)) is not None:
                return difference
        return None

    # --- living ---

    def _open(self) -> str | None:
        """Open the loan; why it cannot be opened, if so."""
        opening = self.scenario.opening
        terms = opening.terms or self.machine.policy.terms
        at = datetime.combine(opening.opened_on, time(), terms.zone)
        event = opening.model_copy(update={"id": opening.id or "opened"})
        try:
            self._note(decide(self.machine, None, event, at, LOAN))
        except (EventRefused, MoneyError) as refusal:
            return str(refusal)
        return None

    def _live_to(self, day: date) -> None:
        """Every opening turn up to that of `day`."""
        assert self.case is not None
        for decision in live(self.machine, self.case, day):
            self._note(decision)

    def _take(self, number: int, step: Step) -> Difference | None:
        """One step; a difference where it cannot happen."""
        self._live_to(step.on)
        try:
            event = step.event or self._answering(step.answer)
            event = event.model_copy(update={"id": event.id or f"step-{number}"})
            self._note(decide(self.machine, self.case, event, self._instant(step), LOAN))
        except (EventRefused, MoneyError) as refusal:
            what = step.event.kind if step.event else f"{step.answer.word}: {step.answer.to}" if step.answer else "step"
            return Difference(step.on, what, "to be possible", f"refused: {refusal}", place=step.place)
        return None

    def _instant(self, step: Step) -> datetime:
        """Noon, or the time given; a second after the step before, where that is not earlier."""
        assert self.case is not None
        at = datetime.combine(step.on, step.at or NOON, self.case.zone)
        if step.at is None and self.last_at is not None and at <= self.last_at:
            at = self.last_at + timedelta(seconds=1)
        self.last_at = at
        return at

    def _answering(self, answer: Answer | None) -> Event:
        """The event by which a person answers what the policy asked for."""
        assert self.case is not None
        assert answer is not None, "a step has an event or an answer"
        if answer.word == "done":
            for effect in self.case.course.open_effects:
                if effect.action == answer.to:
                    if effect.kind == "task":
                        return TaskCompleted(effect_id=effect.id, role=effect.role)
                    return EffectDelivered(effect_id=effect.id)
            raise EventRefused(f"no `{answer.to}` is on its way")
        for request in self.case.course.requests:
            if request.rule == answer.to:
                return TaskCompleted(effect_id=request.effect_id, outcome=answer.word, role=request.role)
        for climb, effect in approvals(self.case):
            if climb.ladder == answer.to:
                return TaskCompleted(effect_id=effect.id, outcome=answer.word, role=effect.role)
        raise EventRefused(f"nobody was asked to approve `{answer.to}`")

    def _note(self, decision: Decision) -> None:
        self.case = decision.case
        if decision.entry is not None:
            self.entries.append(decision.entry)

    # --- comparing ---

    def _compare(self, expected: Expectation) -> Difference | None:
        assert self.case is not None
        if expected.on < self.case.opened_on:
            found = f"no loan: it is opened on {self.case.opened_on}"
            return Difference(expected.on, "a loan", "that is open", found, place=expected.place)
        told = told_by(expected.on, self.case.terms)
        self._live_to(told.turn_day)
        today = tuple(entry for entry in self.entries if self._said_on(entry) == expected.on)
        return first_difference(expected, Day(self.machine, self.case, told.turn_day, today, tuple(self.entries)))

    def _said_on(self, entry: Entry) -> date:
        assert self.case is not None
        return said_on(entry.day, self.case.terms, opening=isinstance(entry.event, TimePassed))


__all__ = ["Difference", "ScenarioResult", "run_scenario", "run_scenarios"]
