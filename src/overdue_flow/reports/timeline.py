"""The story of one loan: each turn with its moves and its non-moves, each with the values that decided it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, tzinfo
from decimal import Decimal
from typing import TypeAlias

from overdue_flow.cases.case import Case
from overdue_flow.cases.course import walk_to
from overdue_flow.cases.effects import Status
from overdue_flow.cases.entries import Entry, Move
from overdue_flow.cases.evolve import apply, as_decided, settled
from overdue_flow.cases.values import changed
from overdue_flow.engine.explain import effect_in_words, explained
from overdue_flow.engine.machine import Machine
from overdue_flow.engine.moves import what_holds, word_of
from overdue_flow.events import TimePassed
from overdue_flow.guards.explain import Explained
from overdue_flow.guards.vocabulary import Motion
from overdue_flow.policy.policy import Rule
from overdue_flow.reports.happened import happened

Deciding: TypeAlias = Machine | Callable[[Entry], Machine | None] | None
"""What decided the entries: one machine, or what gives each entry its own. Without one a turn is told as the journal
has it: its moves without the values that decided them, and no non-moves."""


@dataclass(frozen=True, slots=True)
class Waited:
    """A rule that was tried in a turn and did not move the case, and why.

    `gist` is the same in two turns between which nothing but days went by: the days counted since a day are that day.
    """

    rule: str
    to_stage: str
    why: str
    gist: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn as people read it: what happened, each move with its reasons, each non-move with its.

    Instants are told in `zone`, the loan's.
    """

    entry: Entry
    zone: tzinfo
    event: str
    moves: tuple[tuple[Move, str], ...]
    changes: tuple[str, ...]
    waited: tuple[Waited, ...]

    def lines(self, told_before: dict[str, Waited]) -> Iterator[str]:
        """The turn as text. A non-move that comes to what was said (`told_before`, by rule) is not said again."""
        results = self.entry.results
        yield f"{self.said_on}  {self.event}{self._noticed}"
        yield from (f"    {mark}" for mark in results.marks)
        for move, why in self.moves:
            by = f" by {move.rule}" if move.rule else ""
            because = f": {move.because}" if move.because else ""
            yield f"    {move.from_stage or 'opened'} -> {move.to_stage}{by}{because}"
            if why:
                yield f"        {why}"
        for effect in results.effects:
            yield f"    {effect_in_words(changed(effect, due_at=effect.due_at.astimezone(self.zone)))}"
        for change in self.changes:
            yield f"    {change}"
        for one in results.held:
            yield f"    {one.rule} -> {one.to_stage} is held by {one.by}"
        for rule in results.held_ended:
            yield f"    {rule} is no longer held"
        for ladder, why in results.climbs_ended:
            yield f"    ladder {ladder} ended: {why}"
        if results.stopped is not None:
            yield f"    STOPPED: {results.stopped.reason}"
        for clause in results.breaches:
            yield f"    never clause {clause} is broken"
        for mark in results.beyond_authority:
            yield f"    offer {mark.offer} goes beyond authority: {'; '.join(mark.reasons)}"
        for name in results.asks:
            yield f"    the host is asked for {name}"
        for note in (
            *results.notes,
            *(f"hold {kind} stays: the wrong role tried to lift it" for kind in results.lifts_refused),
        ):
            yield f"    {note}"
        if self.moves:
            told_before.clear()
        for waited in self.waited:
            said = told_before.get(waited.rule)
            if said is None or (said.why != waited.why and said.gist != waited.gist):
                told_before[waited.rule] = waited
                yield f"    no move by {waited.rule} (-> {waited.to_stage}): {waited.why}"

    @property
    def said_on(self) -> str:
        """The day that the turn is dated, and the time of that day at which its event was noticed."""
        at = self.entry.at.astimezone(self.zone)
        said = [*(move.on for move, _why in self.moves), *(change.on for change in self.entry.results.marks)]
        terms_day = said[0] if said else None
        if isinstance(self.entry.event, TimePassed):
            return f"{terms_day or self.entry.day}      "
        return f"{self.entry.day} {at:%H:%M}" if at.date() == self.entry.day else f"{self.entry.day}      "

    @property
    def _noticed(self) -> str:
        """When an event was noticed that was lived on another day."""
        at = self.entry.at.astimezone(self.zone)
        if isinstance(self.entry.event, TimePassed) or at.date() == self.entry.day:
            return ""
        return f" (noticed on {at:%Y-%m-%d %H:%M})"


def turns(deciding: Deciding, entries: Iterable[Entry]) -> Iterator[Turn]:
    """Each entry with its reasons, found again by folding the journal under the policy that decided it."""
    case: Case | None = None
    for entry in entries:
        machine = deciding if deciding is None or isinstance(deciding, Machine) else deciding(entry)
        moved = apply(case, entry.event, case_id=entry.case_id, seq=entry.seq, day=entry.day, at=entry.at)
        after = settled(moved, entry)
        yield Turn(
            entry,
            after.zone,
            happened(entry.event, after.terms.currency) + _effective(entry, after),
            tuple(_moves(machine, as_decided(moved, entry.results), entry)),
            tuple(_changes(moved, entry)),
            tuple(_waited(machine, after, entry)) if machine is not None else (),
        )
        case = after


def _effective(entry: Entry, case: Case) -> str:
    """When an event that is told late took effect."""
    since = entry.event.took_effect_at()
    day = since.astimezone(case.zone).date() if since is not None else entry.day
    return f" (on {day})" if day < entry.day else ""


def timeline(deciding: Deciding, entries: Iterable[Entry]) -> str:
    """The story of one loan as text: a line for each turn, and indented below it what it led to."""
    told: dict[str, Waited] = {}
    return "".join(f"{line}\n" for turn in turns(deciding, entries) for line in turn.lines(told))


def _moves(machine: Machine | None, moved: Case, entry: Entry) -> Iterator[tuple[Move, str]]:
    """Each move with the guard of its rule, as it stood when the rule was tried."""
    case = moved
    for move in entry.results.moves:
        yield move, _why(machine, case, entry, move) if machine is not None and move.rule else ""
        if move.how != "renamed":  # it stands there under that name already
            case = changed(case, course=walk_to(case.course, move.to_stage, entry.day))


def _why(machine: Machine, case: Case, entry: Entry, move: Move) -> str:
    """The condition of the rule that moved the case, with its values."""
    asked = next((one for one in case.course.requests if one.rule == move.rule), None)
    event = asked.event if asked is not None and move.how == "approved" else entry.event
    why = explained(machine, machine.policy.rule(move.rule or ""), case, entry.day, event)
    return why.one_line() if why is not None else ""


def _changes(moved: Case, entry: Entry) -> Iterator[str]:
    """What became of effects that were decided earlier."""
    actions = {effect.id: effect.action for effect in moved.course.open_effects}
    for change in entry.results.changes:
        answered = change.status == Status.DELIVERED
        yield change.reason if answered else f"{actions[change.effect_id]} {change.status}: {change.reason}"


def _waited(machine: Machine, after: Case, entry: Entry) -> Iterator[Waited]:
    """The rules of the stage that the case stands in now, that competed in this turn and did not move it."""
    course = after.course
    if course.stopped is not None or (course.rests_until is not None and entry.day < course.rests_until):
        return
    event = entry.event if not entry.results.moves else None
    asking = ""
    for rule in machine.policy.moves_in(after.course.stage):
        if rule.on is not None and (event is None or rule.on != word_of(event)):
            continue
        why = explained(machine, rule, after, entry.day, event)
        told = why.one_line() if why is not None else ""
        kept = ""
        if asking:
            told = kept = f"not tried, since {asking} comes first and waits for approval"
        elif why is None or why.holds:
            kept = _kept_back(machine, after, entry, rule)
            told = "; ".join(word for word in (kept, told) if word)
        asking = asking or next((one.rule for one in entry.results.requests if one.rule == rule.id), "")
        yield Waited(rule.id, rule.to or "", told, (kept, *_gist(machine, rule, why, entry.day)))


def _gist(machine: Machine, rule: Rule, why: Explained | None, day: date) -> Iterator[object]:
    """What a condition comes to, its clocks as the days on which they were or will be zero."""
    if why is None:
        return
    yield from (why.holds, why.changes_on)
    vocabulary = machine.policy.vocabulary_on(rule.on)
    for reading in why.readings:
        value, fact = reading.value, vocabulary[reading.name]
        if value and fact.unit == "days" and fact.motion is Motion.CLOCK and isinstance(value, int | Decimal):
            ahead = reading.name.startswith(("days_until_", "days_to_"))
            value = day.toordinal() + int(value if ahead else -value)
        yield reading.name, value


def _kept_back(machine: Machine, after: Case, entry: Entry, rule: Rule) -> str:
    """Why a rule that matches did not move the case."""
    for request in after.course.requests:
        if request.rule == rule.id:
            return f"{request.role} is asked for approval since {request.asked_on}"
    refused = [one.on for one in after.course.refusals if one.rule == rule.id]
    held = what_holds(machine, after, entry.day, rule)
    if held is not None:
        return f"held by {held}"
    return f"approval was refused on {refused[-1]}" if refused else "a step ended this turn; it is tried in the next"
