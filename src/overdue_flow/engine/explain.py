"""Where a case stands, why, what each way out waits for, and what happens next if nothing does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta, tzinfo
from itertools import islice

from overdue_flow.cases.case import Case
from overdue_flow.cases.counting import told_by
from overdue_flow.cases.effects import Effect, params_in_words
from overdue_flow.cases.entries import MarkChange, Move
from overdue_flow.cases.values import changed
from overdue_flow.engine.limits_told import limits_told
from overdue_flow.engine.live import live
from overdue_flow.engine.machine import Machine
from overdue_flow.engine.marks_told import MarkTold, marks_told
from overdue_flow.engine.moves import what_holds
from overdue_flow.guards import explain as guards
from overdue_flow.guards.vocabulary import Kind
from overdue_flow.guards.words import value_in_words
from overdue_flow.policy.policy import Rule

AHEAD_DAYS = 400
"""How far ahead is looked for what happens next."""

AHEAD_TURNS = 6
"""How many turns to come are told."""

_TOLD = (
    "dpd",
    "dpd_net",
    "overdue_amount",
    "balance",
    "bucket",
    "failed_negotiations_in_a_row",
    "broken_promises_in_a_row",
)


@dataclass(frozen=True, slots=True)
class WayOut:
    """One rule that could move the case: whether it may now, and what it waits for.

    `waits_for` is the event that it is `on`; `held_by` what keeps it although its guard holds; `guard` is None where a
    rule has no condition.
    """

    rule: str
    to_stage: str
    guard: guards.Explained | None
    waits_for: str | None = None
    held_by: str | None = None
    approve: str | None = None

    def lines(self) -> list[str]:
        """For a page: the rule, and one line for each part of its condition."""
        head = f"{self.rule} -> {self.to_stage}"
        if self.waits_for:
            head += f", on {self.waits_for}"
        if self.approve:
            head += f", approved by {self.approve}"
        if self.held_by:
            head += f": held by {self.held_by}"
        return [head, *(f"  {line}" for line in (self.guard.lines() if self.guard else []))]


@dataclass(frozen=True, slots=True)
class Coming:
    """What a day to come brings if nothing happens before it: marks, moves, and effects as their action and first
    instant."""

    on: date
    moves: tuple[Move, ...]
    effects: tuple[Effect, ...]
    stopped: str | None = None
    marks: tuple[MarkChange, ...] = ()

    def __str__(self) -> str:
        marks = [str(mark) for mark in self.marks]
        moves = [f"{move.from_stage} -> {move.to_stage} by {move.rule}" for move in self.moves]
        effects = [effect_in_words(effect) for effect in self.effects]
        stopped = [f"stopped: {self.stopped}"] if self.stopped else []
        return f"{self.on}  " + "; ".join([*marks, *moves, *effects, *stopped])


@dataclass(frozen=True, slots=True)
class Explanation:
    """A case on one day, as values; as text with `str()`.

    `facts` are the figures that people ask for first, in words; `last_move` is how the case came to where it stands;
    `coming` is what happens next if nothing does, as far as `looked_until`.
    """

    case_id: str
    policy: str
    on: date
    stage: str
    since: date
    facts: tuple[tuple[str, str], ...]
    last_move: Move | None
    stopped: str | None
    holds: tuple[str, ...]
    ways_out: tuple[WayOut, ...]
    on_their_way: tuple[Effect, ...]
    coming: tuple[Coming, ...]
    looked_until: date
    limits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    marks: tuple[MarkTold, ...] = ()

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> list[str]:
        """The explanation as a page of text."""
        said = [f"{self.case_id} on {self.on}, policy {self.policy}"]
        stay = value_in_words((self.on - self.since).days, Kind.NUMBER, "days")
        said.append(f"stands in {self.stage} since {self.since} ({stay})")
        if self.last_move is not None:
            by = f" by {self.last_move.rule}" if self.last_move.rule else ""
            because = f": {self.last_move.because}" if self.last_move.because else ""
            said.append(f"came from {self.last_move.from_stage or 'its opening'}{by}{because}")
        said += [f"  {label}: {value}" for label, value in self.facts]
        said += [f"hold: {hold}" for hold in self.holds]
        if self.stopped:
            said.append(f"STOPPED: {self.stopped}; it rests until a person moves it")
        said += ["", "ways out, in the order in which they are tried:"]
        said += [f"  {line}" for way in self.ways_out for line in way.lines()] or ["  none: the road ends here"]
        if self.marks:
            said += ["", "marks, and what each waits for:"]
            said += [f"  {line}" for mark in self.marks for line in mark.lines()]
        said += ["", "on their way:"]
        for effect in self.on_their_way:
            said.append(f"  {effect_in_words(effect, self.on)}")
            said += [f"    {line}" for line in self.limits.get(effect.id, ())]
        if not self.on_their_way:
            said.append("  nothing")
        said += ["", "next, if nothing happens:"]
        said += [f"  {coming}" for coming in self.coming] or [f"  nothing, as far as {self.looked_until}"]
        return said


def explain(machine: Machine, case: Case, on: date | None = None) -> Explanation:
    """Explain a case as it stands on `on` (by default the day of its last turn), nothing having happened since then.

    Facts are read on the turn day that tells `on` (`counting.told_by`): the next one where the due date is day 1.
    """
    day = told_by(on, case.terms).turn_day if on is not None else case.day
    course = case.course
    looked_until = day + timedelta(days=AHEAD_DAYS)
    came_by = next((move for move in reversed(course.moves) if move.how != "renamed"), None)
    said_since = came_by.on if came_by is not None else course.entered_on
    return Explanation(
        case_id=case.id,
        policy=f"{machine.policy.id} {machine.policy.version}",
        on=on or case.day,
        stage=course.stage,
        since=min(course.entered_on, said_since),
        facts=tuple(_figures(machine, case, day)),
        last_move=came_by,
        stopped=course.stopped.reason if course.stopped else None,
        holds=tuple(case.care.standing(day)),
        ways_out=tuple(ways_out(machine, case, day)),
        on_their_way=_in_zone(course.open_effects, case.zone),
        coming=tuple(islice(_coming(machine, case, looked_until), AHEAD_TURNS)),
        looked_until=looked_until,
        marks=tuple(marks_told(machine, case, day)),
        limits={one.id: told for one in course.open_effects if (told := limits_told(machine, case, one))},
    )


def ways_out(machine: Machine, case: Case, day: date) -> Iterator[WayOut]:
    """Every rule that could move the case out of its stage, in the order in which they are tried."""
    for rule in machine.policy.moves_in(case.course.stage):
        held = what_holds(machine, case, day, rule)
        yield WayOut(
            rule=rule.id,
            to_stage=rule.to or "",
            guard=explained(machine, rule, case, day),
            waits_for=rule.on,
            held_by=held,
            approve=rule.approve,
        )


def explained(machine: Machine, rule: Rule, case: Case, day: date, event: object = None) -> guards.Explained | None:
    """The guard of a rule for a case on a day; None where it has none. `event` is what a rule with `on` is tested
    on."""
    if rule.guard is None or (rule.on is not None and event is None and _reads_event(machine, rule)):
        return None
    vocabulary = machine.policy.vocabulary_on(rule.on)
    return guards.explain(rule.guard, vocabulary, case, day, case.terms.currency, event)


def _in_zone(effects: Iterable[Effect], zone: tzinfo) -> tuple[Effect, ...]:
    """Effects as they are told: due by the clock of the loan."""
    return tuple(changed(effect, due_at=effect.due_at.astimezone(zone)) for effect in effects)


def effect_in_words(effect: Effect, on: date | None = None) -> str:
    """An effect on one line: what, for whom, when, and what has become of it; with `on`, whether it is late then."""
    said = f"{effect.action}, {effect.step}" if effect.step else effect.action
    details = params_in_words(effect.params)
    details += [f"about {effect.about}"] if effect.about else []
    if details:
        said += f" ({', '.join(details)})"
    opening = effect.due_at.hour == effect.due_at.minute == 0
    said += f", due {effect.due_at:%Y-%m-%d}" if opening else f", due {effect.due_at:%Y-%m-%d %H:%M}"
    if effect.deadline_on is not None:
        late = on is not None and effect.deadline_on < on
        said += f", {'LATE, to be done' if late else 'to be done'} by {effect.deadline_on}"
    if effect.status == "pending":
        return f"{said} ({effect.reason})" if effect.reason else said
    return f"{said}, {effect.status}: {effect.reason}".rstrip(": ")


def _reads_event(machine: Machine, rule: Rule) -> bool:
    vocabulary = machine.policy.vocabulary_on(rule.on)
    return rule.guard is not None and any(vocabulary[name].on_event for name in rule.guard.names)


def _figures(machine: Machine, case: Case, day: date) -> Iterator[tuple[str, str]]:
    """The figures worth telling: those that are known and not zero, but always the days past due."""
    vocabulary = machine.policy.vocabulary
    values = {name: vocabulary[name].read(case, day) for name in _TOLD if name in vocabulary}
    if values["dpd_net"] == values["dpd"]:
        del values["dpd_net"]
    for name, value in values.items():
        fact = vocabulary[name]
        if value is not None and (value or fact.kind is not Kind.NUMBER or name == "dpd"):
            plain = fact.kind in (Kind.CHOICE, Kind.TEXT)
            yield fact.label, str(value) if plain else value_in_words(value, fact.kind, fact.unit, case.terms.currency)


def _coming(machine: Machine, case: Case, until: date) -> Iterator[Coming]:
    for decision in live(machine, case, until):
        if decision.entry is not None:
            results = decision.entry.results
            stopped = results.stopped.reason if results.stopped else None
            if results.marks or results.moves or results.effects or stopped:
                effects = _in_zone(results.effects, case.zone)
                yield Coming(decision.entry.day, results.moves, effects, stopped, results.marks)
