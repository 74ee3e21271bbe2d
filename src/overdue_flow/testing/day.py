"""A day of a loan as it was lived: what a scenario's expectations are compared with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from overdue_flow.cases.case import Case
from overdue_flow.cases.counting import said_on
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.events import TimePassed
from overdue_flow.cases.marks import standing
from overdue_flow.engine.limits_told import flags_of
from overdue_flow.engine.machine import Machine
from overdue_flow.guards.vocabulary import Value
from overdue_flow.reports.timeline import timeline


@dataclass(frozen=True, slots=True)
class Day:
    """A day as it was: the case at its end, the turn day on which facts are read, the entries that are dated by it,
    all entries up to then, and the day itself."""

    machine: Machine
    case: Case
    turn_day: date
    entries: tuple[Entry, ...]
    history: tuple[Entry, ...]
    on: date

    def effects(self) -> Iterator[tuple[Effect, Status, str]]:
        """What was decided or changed on the day: what had become of it by the end, and the reason."""
        changes = {change.effect_id: change for entry in self.entries for change in entry.results.changes}
        today = {effect.id for entry in self.entries for effect in entry.results.effects}
        for entry in self.history:
            for effect in entry.results.effects:
                change = changes.get(effect.id)
                if change is not None:
                    yield effect, Status(change.status), change.reason
                elif effect.id in today:
                    yield effect, effect.status, effect.reason

    @property
    def asked_for(self) -> tuple[Effect, ...]:
        """The effects that were decided to be done."""
        return _asked_for(self.entries)

    @property
    def decided(self) -> tuple[str, ...]:
        """Their actions."""
        return tuple(effect.action for effect in self.asked_for)

    def with_status(self, wanted: Status) -> tuple[str, ...]:
        """The actions that came to a status on the day."""
        return tuple(effect.action for effect, status, _reason in self.effects() if status is wanted)

    @property
    def to_do(self) -> tuple[Effect, ...]:
        """The tasks that wait for somebody at the end of the day."""
        return tuple(effect for effect in self.case.course.open_effects if effect.kind == "task")

    def flags(self, effect: Effect) -> tuple[str, ...] | None:
        """The limits that flag an effect as it goes out, by what is known at the end of the day; None where it does not
        wait for that: it is over, or held."""
        now = next((one for one in self.case.course.open_effects if one.id == effect.id), None)
        if now is None or now.status is Status.HELD:
            return None
        return flags_of(self.machine, self.case, now)

    @property
    def vetoed(self) -> tuple[tuple[str, str], ...]:
        """The actions that were forbidden on the day, each with the reason."""
        return tuple((effect.action, reason) for effect, status, reason in self.effects() if status is Status.VETOED)

    @property
    def held(self) -> tuple[tuple[str, str], ...]:
        """The rules and actions that wait at the end of the day, each with what for."""
        waiting = (effect for effect in self.case.course.open_effects if effect.status is Status.HELD)
        rules = ((one.rule, one.by) for one in self.case.course.held)
        return (*rules, *((effect.action, effect.reason) for effect in waiting))

    @property
    def story(self) -> str:
        """The timeline up to the end of the day."""
        terms = self.case.terms
        until = (entry for entry in self.history if said_on(entry.day, terms, opening=_opens(entry)) <= self.on)
        lines = timeline(self.machine, until).rstrip("\n").split("\n")
        return "\n".join(line.rstrip() for line in lines)

    @property
    def moved_by(self) -> tuple[str, ...]:
        """The rules that moved the loan, in order."""
        return tuple(move.rule for entry in self.entries for move in entry.results.moves if move.rule)

    @property
    def fired(self) -> tuple[str, ...]:
        """The rules that moved the loan or did something, in order."""
        rules = {rule.id for rule in self.machine.policy.rules}
        causes = (effect.cause for entry in self.entries for effect in entry.results.effects)
        return tuple(dict.fromkeys([*self.moved_by, *(cause for cause in causes if cause in rules)]))

    @property
    def marks(self) -> tuple[str, ...]:
        """The marks that stand at the end of the day, in the order of the policy."""
        there = {change.mark for change in standing(self.case)}
        return tuple(mark.name for mark in self.machine.policy.marks if mark.name in there)

    def read(self, name: str) -> Value | None:
        """A fact, as it is at the end of the day."""
        return self.machine.policy.vocabulary[name].read(self.case, self.turn_day)


def what_was_done(entries: tuple[Entry, ...]) -> tuple[str, ...]:
    """The moves of some entries, but for the opening, and the actions that were decided to be done."""
    made = (move for entry in entries for move in entry.results.moves if move.how != "opened")
    return (*(f"a move to {move.to_stage}" for move in made), *(effect.action for effect in _asked_for(entries)))


def _asked_for(entries: tuple[Entry, ...]) -> tuple[Effect, ...]:
    effects = (effect for entry in entries for effect in entry.results.effects)
    return tuple(effect for effect in effects if effect.status not in (Status.SKIPPED, Status.VETOED))


def _opens(entry: Entry) -> bool:
    return isinstance(entry.event, TimePassed)
