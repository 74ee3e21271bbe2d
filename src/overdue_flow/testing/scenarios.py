"""Scenarios, run: given a loan, when this happens, then that follows.

A scenario is lived on the engine in memory, every day of it, with the same turns as live cases. Events come at noon of
their day in the case's time zone, or at the time given, one after the other in the order of the file. Their ids are
`step-1`, `step-2` and so on, so that a scenario gives the same entries in every run. Contacts that the policy plans are
not taken as made: what comes of them is said in `when`. Which day a step or an expectation comes on, `testing.moments`
finds.

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
    explains    texts that lines of the explanation of the day hold
    story       the whole timeline up to the day

And before the day of `nothing_until`, from the day after the expectation's own on, nothing of that kind happens.

A scenario may say what it `proves`: rules, actions, limits, holds. It is lived once more without each of them, and must
then fail; what a name stands for, `policy.without` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

from overdue_flow.cases.case import Case
from overdue_flow.cases.counting import said_on, told_by
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.events import Event, TimePassed
from overdue_flow.engine.decide import decide
from overdue_flow.engine.decision import Decision
from overdue_flow.engine.live import live
from overdue_flow.engine.machine import Machine
from overdue_flow.errors import EventRefused, MoneyError, ScenarioError
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.trials import Expectation, PastDue, Scenario, Step, check_order
from overdue_flow.testing.answers import LOAN, answering, instant_of
from overdue_flow.testing.comparing import Difference, first_difference, in_a_list
from overdue_flow.testing.day import Day, what_was_done
from overdue_flow.testing.moments import Agenda, day_after
from overdue_flow.testing.proofs import Proofs


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """What became of a scenario. `difference` is the first thing that was otherwise than expected, None if nothing was;
    `entries` are the loan's, up to the day of the difference; `until` is the last day that began for it. `unproved` are
    the parts of the policy that it is to prove, and without which all is as expected too; `stories` are the timelines
    up to the expectations that have one, by their position."""

    scenario: Scenario
    difference: Difference | None
    entries: tuple[Entry, ...]
    case: Case | None
    unproved: tuple[str, ...] = ()
    until: date | None = None
    stories: Mapping[int, str] = field(default_factory=dict)

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
    policy: Policy,
    scenario: Scenario,
    *,
    machine: Machine | None = None,
    proofs: Proofs | None = None,
    as_told: bool = False,
) -> ScenarioResult:
    """Live a scenario through under a policy, and under the policy without each part that the scenario proves.

    `machine` is the policy compiled, `proofs` are its parts, for many scenarios in a row. With `as_told`, any `story`
    is as expected, so that it can be written anew. ScenarioError where its steps are out of order.
    """
    problems = tuple(check_order(scenario))
    if problems:
        raise ScenarioError(problems)
    run = _Run(machine or Machine(policy), scenario, as_told=as_told)
    difference = run.to_the_end()
    unproved: tuple[str, ...] = ()
    if difference is None and scenario.proves:
        proofs = proofs or Proofs(policy)
        unproved = proofs.unproved(
            scenario, lambda rest: _Run(rest, scenario, as_told=as_told).to_the_end() is not None
        )
    return ScenarioResult(scenario, difference, tuple(run.entries), run.case, unproved, run.until, run.stories)


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
    until: date | None = None
    as_told: bool = False
    stories: dict[int, str] = field(default_factory=dict)

    def to_the_end(self) -> Difference | None:
        """Every step and every expectation, in the order of days; the first difference, or None."""
        opening = self.scenario.opening
        problem = self._open()
        if problem is not None:
            return Difference(
                opening.opened_on, "given", "a loan that can be opened", problem, place=self.scenario.place
            )
        agenda = Agenda.of(self.machine, self.scenario)
        here: date | None = min(opening.opened_on, agenda.first_day or opening.opened_on)
        last = opening.opened_on
        while here is not None:
            difference = self._day(agenda, here)
            if difference is not None:
                return difference
            assert self.case is not None
            last, here = here, agenda.next_day(self.case, here)
        return self._never(agenda, last)

    def _day(self, agenda: Agenda, here: date) -> Difference | None:
        """The steps of a day, then what is expected of it."""
        self._live_to(here)
        assert self.case is not None
        agenda.look(self.case, here)
        while (found := agenda.step(here)) is not None:
            if (difference := self._take(*found, here)) is not None:
                return difference
            agenda.look(self.case, here)
        for expected, begins in agenda.quiet(here):
            if (difference := self._compare_quiet(expected, begins, here)) is not None:
                return difference
        for expected in agenda.expected(here):
            if (difference := self._compare(expected, here)) is not None:
                return difference
        return None

    def _never(self, agenda: Agenda, last: date) -> Difference | None:
        """What is so where a day never came on which something should have happened or was expected."""
        missed = agenda.missed()
        if missed is None:
            return None
        due, of = missed
        if not isinstance(due.moment, PastDue):
            return Difference(last, "the day", str(due.moment), "none: it lies beyond the last one", place=of.place)
        expected = f"{due.moment.days} on some day from {due.since} on"
        why = f"looked for it up to {due.horizon}, if nothing happens but what the scenario says"
        return Difference(last, "days past due", expected, due.came_to, why, of.place)

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
        self.until = day

    def _take(self, number: int, step: Step, here: date) -> Difference | None:
        """One step, on `here`; a difference where it cannot happen."""
        what = step.event.kind if step.event else f"{step.answer.word}: {step.answer.to}" if step.answer else "step"
        if isinstance(step.on, date) and step.on < here:
            found = f"after it: that comes on {here}"
            return Difference(step.on, what, "to come after the step above it", found, place=step.place)
        try:
            event = self._event_of(step, here)
            event = event.model_copy(update={"id": event.id or f"step-{number}"})
            before, at = self.last_at, self._instant(step, here)
            if before is not None and at < before:
                found = f"before it: that comes at {before:%H:%M}"
                return Difference(here, what, "to come after the step above it", found, place=step.place)
            self._note(decide(self.machine, self.case, event, at, LOAN))
        except (EventRefused, MoneyError) as refusal:
            return Difference(here, what, "to be possible", f"refused: {refusal}", place=step.place)
        return None

    def _event_of(self, step: Step, here: date) -> Event:
        """What happens: the event of the step, with the days that count from it; or a person's answer."""
        assert self.case is not None
        if step.event is None:
            assert step.answer is not None, "a step has an event or an answer"
            return answering(self.case, step.answer)
        days = {name: day_after(span, here, self.machine.calendar) for name, span in step.days.items()}
        if lost := [name for name, day in days.items() if day is None]:
            raise EventRefused(f"`{lost[0]}` lies beyond the last day that there is")
        return step.event.model_copy(update=days) if days else step.event

    def _instant(self, step: Step, here: date) -> datetime:
        assert self.case is not None
        self.last_at = instant_of(here, self.case.zone, self.last_at, step.at)
        return self.last_at

    def _note(self, decision: Decision) -> None:
        self.case = decision.case
        if decision.entry is not None:
            self.entries.append(decision.entry)

    # --- comparing ---

    def _compare(self, expected: Expectation, on: date) -> Difference | None:
        assert self.case is not None
        if on < self.case.opened_on:
            found = f"no loan: it is opened on {self.case.opened_on}"
            return Difference(on, "a loan", "that is open", found, place=expected.place)
        told = told_by(on, self.case.terms)
        self._live_to(told.turn_day)
        today = tuple(entry for entry in self.entries if self._said_on(entry) == on)
        day = Day(self.machine, self.case, told.turn_day, today, tuple(self.entries), on)
        difference = first_difference(replace(expected, story=None) if self.as_told else expected, day)
        if difference is None and expected.story is not None:
            number = next(number for number, one in enumerate(self.scenario.expects) if one is expected)
            self.stories[number] = day.story
        return difference

    def _compare_quiet(self, expected: Expectation, begins: date | None, ends: date) -> Difference | None:
        """Whether nothing happened after `begins` and before `ends`; the first day on which something did."""
        assert self.case is not None
        if begins is None or begins >= ends:
            found = f"{expected.on} not before {ends}" if begins is None else f"it is on {begins}"
            return Difference(
                ends, "the day", f"before {ends}, until which nothing happens", found, place=expected.place
            )
        what = f"what happens after {begins} and before {ends}"
        if (ends - begins).days == 1:
            return Difference(ends, what, "nothing", "no day that lies between", place=expected.place)
        for entry in self.entries:
            on = self._said_on(entry)
            if begins < on < ends and (made := what_was_done((entry,))):
                return Difference(on, what, "nothing", in_a_list(made), place=expected.place)
        return None

    def _said_on(self, entry: Entry) -> date:
        assert self.case is not None
        return said_on(entry.day, self.case.terms, opening=isinstance(entry.event, TimePassed))


__all__ = ["Difference", "ScenarioResult", "run_scenario", "run_scenarios"]
