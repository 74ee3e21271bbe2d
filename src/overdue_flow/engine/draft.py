"""One turn while it is being decided: the only mutable value in the engine, and it never leaves `decide`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from overdue_flow.calendars import opening
from overdue_flow.cases.case import Case
from overdue_flow.cases.counting import said_on
from overdue_flow.cases.course import ANSWERS, answered, marks_after, owners_of, walk_to
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import (
    NOTHING,
    Beyond,
    Climb,
    EffectChange,
    Held,
    How,
    MarkChange,
    Move,
    Request,
    Results,
    Stop,
)
from overdue_flow.cases.events import Event
from overdue_flow.cases.values import changed
from overdue_flow.engine.machine import Machine


def opening_of(day: date, case: Case) -> datetime:
    """The instant at which `day` begins for a case: midnight in its time zone, or the change that leaves it out."""
    return opening(day, case.zone)


@dataclass(slots=True)
class Draft:
    """What is known of the turn so far.

    `before` is the case as it stood before the turn (before `TimePassed(D)`: that case on D-1), None when it opens.
    `case` is the case now: after the event, and after each move so far. `opens_day`: whether this turn is the opening
    of its day. `entered` are the stage and groups that it came into in this turn and is in now, outermost first.
    """

    machine: Machine
    before: Case | None
    case: Case
    event: Event
    seq: int
    day: date
    at: datetime
    opens_day: bool
    moves: list[Move] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    changes: list[EffectChange] = field(default_factory=list)
    fired: list[tuple[str, str]] = field(default_factory=list)
    held: tuple[Held, ...] = ()
    requests: list[Request] = field(default_factory=list)
    requests_ended: list[tuple[str, str]] = field(default_factory=list)
    breaches: list[str] = field(default_factory=list)
    lifts_refused: list[str] = field(default_factory=list)
    asks: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    climbs: dict[str, Climb] = field(default_factory=dict)
    climbs_ended: list[tuple[str, str]] = field(default_factory=list)
    beyond: list[Beyond] = field(default_factory=list)
    beyond_ended: list[tuple[str, str]] = field(default_factory=list)
    marks: list[MarkChange] = field(default_factory=list)
    stopped: Stop | None = None
    freed: bool = False
    entered: tuple[str, ...] = ()
    numbered: int = 0

    @property
    def day_before(self) -> date:
        """The day for which `before` is read: the one that an opening turn closes, else the turn's own."""
        return self.day - timedelta(days=1) if self.opens_day else self.day

    @property
    def resting(self) -> bool:
        """Whether the case makes no move and asks for nothing: it is stopped, until a person frees it, or it was
        adopted and is told its past."""
        stopped = self.case.course.stopped is not None and not self.freed
        return self.stopped is not None or self.told_its_past or stopped

    @property
    def told_its_past(self) -> bool:
        """Whether the case was adopted, and has not heard all of its past yet."""
        rests_until = self.case.course.rests_until
        return rests_until is not None and self.day < rests_until

    @property
    def only_classified(self) -> bool:
        """Whether the turn is a day that begins for a stopped case: nothing but its marks can change."""
        return self.opens_day and self.case.course.stopped is not None

    def mark(self, change: MarkChange) -> None:
        """A mark begins or ends."""
        self.marks.append(change)
        course = self.case.course
        self.case = changed(self.case, course=changed(course, marks=marks_after(course.marks, (change,))))

    def move(self, to_stage: str, *, rule: str | None, because: str, how: How, entered_on: date | None = None) -> None:
        """The case goes to `to_stage`."""
        spoken = said_on(self.day, self.case.terms, opening=self.opens_day)
        self.moves.append(Move(self.case.course.stage or None, to_stage, rule, because, spoken, how))
        self.case = changed(self.case, course=walk_to(self.case.course, to_stage, self.day, entered_on))

    def add(
        self,
        action: str,
        *,
        kind: str,
        cause: str,
        due_at: datetime | None = None,
        params: Mapping[str, Any] | None = None,
        status: Status = Status.PENDING,
        reason: str = "",
        **more: Any,
    ) -> Effect:
        """One more effect, numbered within the turn. Returns it."""
        self.numbered += 1
        effect = Effect(
            id=f"{self.case.id}:{self.seq}:{self.numbered}",
            action=action,
            kind=kind,  # type: ignore[arg-type]  # checked when the policy was loaded
            decided_on=self.day,
            due_at=due_at or self.at,
            cause=cause,
            params=params or {},
            status=status,
            reason=reason,
            **more,
        )
        self.effects.append(effect)
        return effect

    def still_open(self) -> dict[str, Effect]:
        """The effects of earlier turns that are open, after what this event and this turn said of them."""
        course = self.case.course
        if isinstance(self.event, ANSWERS):
            course = answered(course, self.event)
        gone = {one.effect_id for one in self.changes if one.status not in (Status.PENDING, Status.HELD)}
        return {effect.id: effect for effect in course.open_effects if effect.id not in gone}

    def stop(self, reason: str, rule: str | None = None) -> None:
        """Withhold what would come next: the case rests until a person frees it, and one is told."""
        if not self.resting:
            self.stopped = Stop(reason, rule)
            self.call_attention(reason, cause=rule or "stopped")

    def call_attention(self, reason: str, *, cause: str, follows: tuple[str, ...] = ()) -> None:
        """A task for the role that the policy names under `attention`."""
        role = self.machine.attention
        self.add("attention", kind="task", cause=cause, params={"reason": reason}, role=role, follows=follows)

    def report_breaches(self, clauses: int) -> None:
        """Note the `never` clauses that are broken, as bits in their order, and tell a person of each."""
        for bit, clause in enumerate(self.machine.clauses):
            if clauses >> bit & 1:
                self.breaches.append(clause.id)
                self.call_attention(f"never clause {clause.id} is broken", cause=clause.id)

    def settle_on(self) -> None:
        """Moves are over: note the stage and groups in which the case is now, and was not before the turn."""
        if self.moves:
            visits = self.case.course.visits
            earlier = self.before.course.visits if self.before else {}
            here = owners_of(self.case.course.stage)
            self.entered = tuple([owner for owner in here if visits[owner] != earlier.get(owner, 0)])

    def results(self) -> Results:
        """What goes into the entry."""
        was_held = self.case.course.held
        found = Results(
            tuple(self.moves),
            tuple(self.effects),
            tuple(self.changes),
            tuple(self.fired),
            tuple([one for one in self.held if one not in was_held]) if self.held else (),
            tuple([one.rule for one in was_held if one not in self.held]) if was_held else (),
            tuple(self.requests),
            tuple(self.requests_ended),
            self.stopped,
            self.freed,
            tuple(self.breaches),
            tuple(self.lifts_refused),
            tuple(self.asks),
            tuple(self.notes),
            tuple(self.climbs.values()),
            tuple(self.climbs_ended),
            tuple(self.beyond),
            tuple(self.beyond_ended),
            tuple(self.marks),
        )
        return found or NOTHING
