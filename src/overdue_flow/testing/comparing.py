"""What a scenario expects of a day, against what the day was: the first difference, and why it is so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from overdue_flow.cases.case import Case
from overdue_flow.cases.course import owners_of
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.marks import standing
from overdue_flow.engine.machine import Machine
from overdue_flow.engine.marks_told import marks_told
from overdue_flow.guards.vocabulary import Kind, Value
from overdue_flow.guards.words import value_in_words
from overdue_flow.policy.trials import Expectation, WantedEffect
from overdue_flow.problems import Place
from overdue_flow.testing.reasons import why_no_move_to, why_not_fired


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that was otherwise than expected: on which day, what, and why as far as is known (in lines)."""

    on: date
    what: str
    expected: str
    found: str
    why: str = ""
    place: Place | None = None

    def __str__(self) -> str:
        return f"on {self.on}, {self.what}: expected {self.expected}, found {self.found}"


@dataclass(frozen=True, slots=True)
class Day:
    """A day as it was: the case at its end, the turn day on which facts are read, the entries that are dated by it,
    and all entries up to then."""

    machine: Machine
    case: Case
    turn_day: date
    entries: tuple[Entry, ...]
    history: tuple[Entry, ...]

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
        today = (effect for entry in self.entries for effect in entry.results.effects)
        return tuple(effect for effect in today if effect.status not in (Status.SKIPPED, Status.VETOED))

    @property
    def decided(self) -> tuple[str, ...]:
        """Their actions."""
        return tuple(effect.action for effect in self.asked_for)

    def with_status(self, wanted: Status) -> tuple[str, ...]:
        """The actions that came to a status on the day."""
        return tuple(effect.action for effect, status, _reason in self.effects() if status is wanted)

    @property
    def held(self) -> tuple[str, ...]:
        """The rules and actions that wait at the end of the day."""
        waiting = (effect.action for effect in self.case.course.open_effects if effect.status is Status.HELD)
        return (*(one.rule for one in self.case.course.held), *waiting)

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


def first_difference(expected: Expectation, day: Day) -> Difference | None:
    """The first thing that was otherwise, in the order of `_LOOKS`; None where all is as expected."""
    for look in _LOOKS:
        for what, wanted, found, why in look(expected, day):
            return Difference(expected.on, what, wanted, found, why, expected.place)
    return None


_Found = Iterator[tuple[str, str, str, str]]


def _stage(expected: Expectation, day: Day) -> _Found:
    stage = day.case.course.stage
    if expected.stage is not None and expected.stage not in owners_of(stage):
        why = why_no_move_to(expected.stage, day.machine, day.case, day.turn_day)
        yield "stage", f"`{expected.stage}`", f"`{stage}`", why


def _bucket(expected: Expectation, day: Day) -> _Found:
    if expected.bucket is not None:
        bucket = day.read("bucket")
        if bucket != expected.bucket:
            yield "bucket", f"`{expected.bucket}`", f"`{bucket}`" if bucket else "none", ""


def _marks(expected: Expectation, day: Day) -> _Found:
    if expected.marks is not None and set(expected.marks) != set(day.marks):
        other = set(expected.marks) ^ set(day.marks)
        why = "\n".join(line for told in marks_told(day.machine, day.case, day.turn_day) if told.name in other
                        for line in told.lines())  # fmt: skip
        yield "marks", _list(expected.marks), _list(day.marks), why


def _facts(expected: Expectation, day: Day) -> _Found:
    for name, wanted in expected.facts.items():
        found = day.read(name)
        inside = name == "stage" and isinstance(found, str) and wanted in owners_of(found)
        if not (_same(found, wanted) or inside):
            yield f"`{name}`", _shown(name, wanted, day), _shown(name, found, day), ""


def _same(found: Value | None, wanted: Value | None) -> bool:
    """Whether two values are the same; a flag is no number."""
    return found == wanted and isinstance(found, bool) is isinstance(wanted, bool)


def _shown(name: str, value: Value | None, day: Day) -> str:
    if value is None:
        return "nothing: it is missing"
    fact = day.machine.policy.vocabulary[name]
    if fact.kind is Kind.MONEY and isinstance(value, Decimal | int):
        return value_in_words(value, fact.kind, fact.unit, day.case.terms.currency)
    return value_in_words(value, fact.kind, fact.unit)


def _rule(expected: Expectation, day: Day) -> _Found:
    if expected.rule is not None and expected.rule not in day.fired:
        why = why_not_fired(expected.rule, day.machine, day.case, day.turn_day, day.entries)
        yield "rule", f"`{expected.rule}`", _list(day.fired, "no rule"), why


def _effects(expected: Expectation, day: Day) -> _Found:
    missing = Counter(wanted.action for wanted in expected.effects) - Counter(day.decided)
    if missing:
        kept_back = [
            f"{effect.action} was {status}: {reason}"
            for effect, status, reason in day.effects()
            if effect.action in missing and status in (Status.SKIPPED, Status.VETOED)
        ]
        yield "effects", _list([str(one) for one in expected.effects]), _list(day.decided), "\n".join(kept_back)
    elif (other := _other_than(expected.effects, day)) is not None:
        alike = [_as_wanted(one, other, day) for one in day.asked_for if one.action == other.action]
        yield "effects", f"`{other}`", _list([str(one) for one in alike]), ""


def _other_than(wanted: tuple[WantedEffect, ...], day: Day) -> WantedEffect | None:
    """The first that none of the day's effects is like; each of these is like one at most, those with most to say in
    front."""
    left = list(day.asked_for)
    for one in sorted(wanted, key=lambda one: -len(str(one))):
        found = next((effect for effect in left if one.is_told_by(effect, day.case.zone)), None)
        if found is None:
            return one
        left.remove(found)
    return None


def _as_wanted(effect: Effect, wanted: WantedEffect, day: Day) -> WantedEffect:
    """What an effect is, of that which is wanted of it."""
    return WantedEffect(
        effect.action,
        effect.due_at.astimezone(day.case.zone).date() if wanted.due_on else None,
        effect.deadline_on if wanted.deadline_on else None,
        effect.purpose if wanted.purpose else None,
        effect.role if wanted.role else None,
        {name: effect.params.get(name) for name in wanted.params},
    )


def _no_effects(expected: Expectation, day: Day) -> _Found:
    found = [name for name in expected.no_effects if name in day.decided]
    if found:
        causes = [
            f"{effect.action} was asked for by {effect.cause}"
            for entry in day.entries
            for effect in entry.results.effects
            if effect.action in found
        ]
        yield "effects", f"no {_list(expected.no_effects)}", _list(day.decided), "\n".join(causes)


def _names(
    what: str, wanted: Callable[[Expectation], tuple[str, ...]], found: Callable[[Day], tuple[str, ...]]
) -> _Look:
    def look(expected: Expectation, day: Day) -> _Found:
        there = found(day)
        if Counter(wanted(expected)) - Counter(there):
            yield what, _list(wanted(expected)), _list(there, "none"), ""

    return look


def _nothing(expected: Expectation, day: Day) -> _Found:
    made = (move for entry in day.entries for move in entry.results.moves if move.how != "opened")
    moves = [f"a move to {move.to_stage}" for move in made]
    if expected.nothing and (moves or day.decided):
        yield "what happens", "nothing", _list([*moves, *day.decided]), ""


def _list(names: tuple[str, ...] | list[str], none: str = "none") -> str:
    return ", ".join(f"`{name}`" if " " not in name else name for name in names) or none


_Look = Callable[[Expectation, Day], _Found]

_LOOKS: tuple[_Look, ...] = (
    _stage,
    _bucket,
    _marks,
    _facts,
    _rule,
    _effects,
    _no_effects,
    _names("vetoed", lambda expected: expected.vetoed, lambda day: day.with_status(Status.VETOED)),
    _names("skipped", lambda expected: expected.skipped, lambda day: day.with_status(Status.SKIPPED)),
    _names("held", lambda expected: expected.held, lambda day: day.held),
    _nothing,
)
