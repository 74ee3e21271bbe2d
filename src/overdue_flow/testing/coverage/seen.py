"""Which parts of a policy a loan reaches, turn by turn.

A turn is decided once more, on a machine that tells which conditions it looks at. A day that a loan sleeps through is
seen as well: sleeping equals ticking, so the last day before a turn, and the last day of all, are looked at as their
opening turns would have been.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, TypeAlias

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import Entry, Results
from overdue_flow.cases.events import Event, TimePassed
from overdue_flow.engine.decide import decide
from overdue_flow.engine.decision import Decision
from overdue_flow.engine.draft import opening_of
from overdue_flow.engine.kept_back import hold_in, limits_in, word_in
from overdue_flow.engine.machine import Machine
from overdue_flow.engine.moves import first_free
from overdue_flow.engine.obstacles import Question
from overdue_flow.engine.wake import next_wake
from overdue_flow.errors import EventRefused, MoneyError
from overdue_flow.guards.boundaries import is_at_boundary, weigh
from overdue_flow.guards.evaluate import evaluate
from overdue_flow.guards.horizon import look_at
from overdue_flow.policy.bounds import Limit
from overdue_flow.policy.policy import Policy
from overdue_flow.testing.coverage.parts import Key, Part, parts_of, rung_of
from overdue_flow.testing.coverage.watching import Looked, WatchedMachine

_ONE_DAY = timedelta(days=1)
_CAME = {
    "entry": ("entry", "asked"),
    "rhythm": ("beat", "came"),
    "rule": ("rule", "fired"),
    "else": ("late", "followed"),
}
_Name: TypeAlias = tuple[str, str, str]


class Seen(NamedTuple):
    """What a loan reaches, and what it touches: whatever of the policy was looked at, whether it came to a boundary or
    decided anything or not."""

    reached: frozenset[Part] = frozenset()
    touched: frozenset[Key] = frozenset()

    def and_(self, other: Seen) -> Seen:
        """Both."""
        return Seen(self.reached | other.reached, self.touched | other.touched)


NOTHING = Seen()


class Watcher:
    """Says of loans under one policy which parts of it they reach."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.machine = WatchedMachine(policy, self._look)
        self._plain = Machine(policy)
        self._one_less = Machine(replace(policy, limits=tuple(_one_less(limit) for limit in policy.limits)))
        self._by_name: dict[_Name, Part] = {
            (part.kind, part.name, part.side): part for part in parts_of(policy) if not part.word
        }
        self._reached: set[Part] = set()
        self._touched: set[Key] = set()

    # --- a loan, a turn ---

    def of_a_loan(self, entries: Iterable[Entry], until: date | None) -> Seen:
        """What a loan reaches: what happened to it, as its entries say, lived once more up to the opening of
        `until`."""
        found, case = NOTHING, None
        for entry in entries:
            if isinstance(entry.event, TimePassed):
                continue
            if case is not None:
                seen, case = self._live(case, entry.day)
                found = found.and_(seen)
            seen, decision = self.of_a_turn(case, entry.event, entry.at, case_id=entry.case_id)
            found = found.and_(seen)
            case = decision.case if decision is not None else case
        if case is not None and until is not None:
            seen, case = self._live(case, until)
            found = found.and_(seen).and_(self._asleep(case, until))
        return found

    def of_a_turn(
        self, before: Case | None, event: Event, at: datetime, *, case_id: str | None = None
    ) -> tuple[Seen, Decision | None]:
        """What one turn reaches, with the day before it; and what it decides, None where it is refused."""
        found = self._before(before, event, at) if before is not None else NOTHING
        try:
            decision = decide(self.machine, before, event, at, case_id)
        except (EventRefused, MoneyError):
            self._take()
            return found, None
        if decision.entry is not None:
            self._note(self._of_results(decision.case, decision.entry.results))
        return found.and_(self._take()), decision

    def _take(self) -> Seen:
        """What was seen since the last time."""
        found = Seen(frozenset(self._reached), frozenset(self._touched))
        self._reached.clear()
        self._touched.clear()
        return found

    def _note(self, parts: Iterable[Part]) -> None:
        for part in parts:
            self._reached.add(part)
            self._touched.add(part.key)

    def _live(self, case: Case, until: date) -> tuple[Seen, Case]:
        found = NOTHING
        while (wake := next_wake(self._plain, case)) is not None and wake <= until:
            seen, decision = self.of_a_turn(case, TimePassed(day=wake), opening_of(wake, case))
            assert decision is not None, "a day that begins is never refused"
            found, case = found.and_(seen), decision.case
        return found, case

    def _before(self, case: Case, event: Event, at: datetime) -> Seen:
        """What is seen while the loan sleeps until the turn: on the day before it, and in the morning of an event."""
        if isinstance(event, TimePassed):
            return self._asleep(case, event.day - _ONE_DAY)
        day = at.astimezone(case.zone).date()
        return self._asleep(case, day - _ONE_DAY).and_(self._asleep(case, day))

    def _asleep(self, case: Case, day: date) -> Seen:
        """What the opening turn of a day would look at on which nothing happened."""
        course = case.course
        if day <= case.day or (course.rests_until is not None and day < course.rests_until):
            return NOTHING
        machine = self.machine
        machine.marks.holding(case, day)
        if course.stopped is None:
            first_free(machine, case, day, None)
            machine.tables[course.stage].does.holding(case, day, None)
            machine.broken_standing(case, day)
        return self._take()

    # --- conditions ---

    def _look(self, looked: Looked, case: Case, day: date, event: Any) -> None:
        self._touched.add(looked.owner.key)
        look = look_at(looked.vocabulary, case, day, event)
        for number, atom, holds, decides in weigh(looked.guard.tree, look):
            if decides and is_at_boundary(atom, look, case.terms.currency):
                self._reached.add(looked.owner.side(looked.guard, number, atom, holds=holds))
        if looked.owner.kind == "never" and evaluate(looked.guard, look):
            self._reached |= self._parts([("never", looked.owner.name, "was broken")])

    # --- results ---

    def _of_results(self, case: Case, results: Results) -> Iterator[Part]:
        yield from self._parts(_moved(results))
        yield from self._parts(("mark", one.mark, "began" if one.began else "ended") for one in results.marks)
        yield from self._parts(("hold", kind, "stood") for kind in case.care.standing(case.day))
        yield from self._parts(self._asked(results))
        yield from self._rungs(results)
        reasons = [effect.reason for effect in results.effects]
        reasons += [change.reason for change in results.changes] + [held.by for held in results.held]
        yield from self._parts(_kept_back(reasons))
        for effect in results.effects:
            yield from self._parts(self._limits(case, effect))

    def _asked(self, results: Results) -> Iterator[_Name]:
        """What was asked for on entry, in a rhythm, by a rule or after a deadline; what was left out was not."""
        for effect in results.effects:
            asked = self.machine.asked.get(effect.cause)
            if asked is not None and effect.status is not Status.SKIPPED:
                kind, side = _CAME[asked.how]
                yield kind, effect.cause, side

    def _rungs(self, results: Results) -> Iterator[Part]:
        for climb in results.climbs:
            asked = self.machine.asked.get(climb.ladder)
            if asked is not None and not climb.asking:
                yield rung_of(asked.task, climb.rung)

    def _limits(self, case: Case, effect: Effect) -> Iterator[_Name]:
        """The limits that let an effect pass at the instant at which it goes out, each as near as can be to forbidding
        it, and those that flag it."""
        asked = Question(self._plain, case, effect, effect.due_at, None)
        self._touched.update(Key("limit", bound.limit.id, bound.limit.place) for bound in asked.bounds)
        if effect.status is not Status.PENDING:
            return
        flags = set(asked.flags(asked.instant))
        yield from (("limit", name, "forbade") for name in flags)
        tight = Question(self._one_less, case, effect, effect.due_at, None)
        for bound in tight.bounds:
            limit = bound.limit
            if limit.id not in flags and bound.applies(case, case.day) and self._is_near(tight, limit):
                yield "limit", limit.id, "let pass"

    def _is_near(self, tight: Question, limit: Limit) -> bool:
        """Whether one less would be too few: of a limit that counts, that it would forbid then."""
        if limit.counts is None:
            return True
        at = tight.instant
        blocked = (one.id for one in tight.obstacles() if one.free(at) != at)
        return limit.id in (*blocked, *tight.flags(at))

    def _parts(self, names: Iterable[_Name]) -> set[Part]:
        return {self._by_name[name] for name in names if name in self._by_name}


def _moved(results: Results) -> Iterator[_Name]:
    for move in results.moves:
        yield "stage", move.to_stage, "entered"
        if move.rule is not None:
            yield "rule", move.rule, "fired"
        if move.from_stage is not None:
            yield "stage", move.from_stage, "left"


def _kept_back(reasons: Iterable[str]) -> Iterator[_Name]:
    for reason in reasons:
        yield from (("limit", name, "forbade") for name in limits_in(reason))
        yield "hold", hold_in(reason) or "", "stopped"
        yield "word", word_in(reason) or "", "stopped"


def _one_less(limit: Limit) -> Limit:
    """A limit that counts, with one less allowed."""
    return replace(limit, at_most=limit.at_most - 1) if limit.at_most else limit
