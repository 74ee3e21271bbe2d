"""One turn: one event in, one entry out. Pure; nothing has happened yet when `decide` returns.

1  the world moves       cases.evolve.apply; what was offered beyond authority is marked (engine.approving)
2  marks                 engine.marks: which begin and which end
3  moves                 engine.moves: the first rule that matches; again until none does
4  effects               engine.effects: entry, rhythm, `do` rules, ladders, deadlines, what is cancelled or held
5  what people are told  engine.watch: broken clauses, stale reports, asked facts on which a rule now depends
"""

from __future__ import annotations

from datetime import date, datetime

from overdue_flow.cases import care
from overdue_flow.cases.case import Case
from overdue_flow.cases.entries import NOTHING, Entry
from overdue_flow.cases.events import (
    CaseAdopted,
    Event,
    HoldLifted,
    HoldPlaced,
    LoanOpened,
    PolicyAdopted,
    TimePassed,
)
from overdue_flow.cases.evolve import apply, settled
from overdue_flow.cases.values import changed
from overdue_flow.engine.approving import watch_authority
from overdue_flow.engine.decision import EVENTS_PER_CASE_MAX, Decision
from overdue_flow.engine.door import check_at_the_door, check_days, check_instant
from overdue_flow.engine.draft import Draft, opening_of
from overdue_flow.engine.effects import plan_effects
from overdue_flow.engine.machine import Machine
from overdue_flow.engine.marks import settle_marks, take_over_marks
from overdue_flow.engine.moves import make_moves, report_entry, stage_told
from overdue_flow.engine.wake import stirs
from overdue_flow.engine.watch import watch
from overdue_flow.errors import EventRefused, MoneyError


def decide(machine: Machine, case: Case | None, event: Event, at: datetime, case_id: str | None = None) -> Decision:
    """What an event leads to.

    `at` is when the host noticed (aware). A turn's day never precedes the case's last one. The days that should have
    begun before the event are the caller's to live first, each as a `TimePassed` of its own (`engine.live`). `case_id`
    names a case that is opened. EventRefused for an event that cannot have happened; then nothing changes.
    """
    if case is not None and isinstance(event, TimePassed):
        return _day_begins(machine, case, event)
    check_days(event, at)
    seq = case.seq + 1 if case is not None else 1
    event = _pinned(machine, case, event, at)
    check_at_the_door(machine, case, event, at)
    day = _day_of(case, event, at)
    try:
        moved = apply(case, event, case_id=case_id or (case.id if case else ""), seq=seq, day=day, at=at)
    except MoneyError as error:
        raise EventRefused(str(error)) from None
    return _turn(machine, case, moved, event, seq, day, at)


def _day_begins(machine: Machine, case: Case, event: TimePassed) -> Decision:
    if event.day <= case.day:
        raise EventRefused(f"day {event.day} of case `{case.id}` has begun already; it stands on {case.day}")
    moved = changed(case, day=event.day)
    if not stirs(machine, case, event.day):
        return Decision(moved)
    return _turn(machine, case, moved, event, case.seq + 1, event.day, opening_of(event.day, case))


def _turn(
    machine: Machine, before: Case | None, moved: Case, event: Event, seq: int, day: date, at: datetime
) -> Decision:
    draft = Draft(machine, before, moved, event, seq, day, at, isinstance(event, TimePassed), held=moved.course.held)
    _refuse_lift(draft)
    if before is None:
        _enter_first_stage(draft, event)
    if len(moved.events) > EVENTS_PER_CASE_MAX:
        draft.stop(f"more than {EVENTS_PER_CASE_MAX} events in one case")
    watch_authority(draft)
    settle_marks(draft)
    if not draft.only_classified:
        make_moves(draft)
        draft.settle_on()
        plan_effects(draft)
        watch(draft)
    results = draft.results()
    if results is NOTHING and draft.opens_day:
        return Decision(moved)
    entry = Entry(moved.id, seq, day, at, event, machine.ref, results)
    return Decision(settled(moved, entry), entry, _because(draft), results.asks)


def _pinned(machine: Machine, case: Case | None, event: Event, at: datetime) -> Event:
    """The event with what the policy fixes for as long as the case lives, so that a replay needs no policy."""
    if isinstance(event, LoanOpened) and event.terms is None:
        return event.model_copy(update={"terms": machine.terms_in(event.currency)})
    if isinstance(event, PolicyAdopted) and event.terms is None and case is not None:
        kept = {"time_zone": case.terms.time_zone}
        return event.model_copy(update={"terms": machine.terms_in(case.terms.currency).model_copy(update=kept)})
    if isinstance(event, HoldPlaced) and event.ends_on is None and case is not None:
        kind = machine.holds.get(event.hold)
        if kind is not None and kind.ends_after is not None:
            placed = event.placed_on or (event.took_effect_at() or at).astimezone(case.zone).date()
            return event.model_copy(update={"ends_by_policy_on": kind.ends_after.after(placed, machine.calendar)})
    return event


def _day_of(case: Case | None, event: Event, at: datetime) -> date:
    if case is not None:
        return max(at.astimezone(case.zone).date(), case.day)
    zone = event.terms.zone if isinstance(event, LoanOpened) and event.terms else at.tzinfo
    return at.astimezone(zone).date()


def _refuse_lift(draft: Draft) -> None:
    """A hold lifted by a role that may not lift it stays, for this turn's decisions too."""
    event = draft.event
    if not isinstance(event, HoldLifted) or event.hold not in draft.machine.holds:
        return
    allowed = draft.machine.holds[event.hold].lifted_by
    if allowed and event.role not in allowed:
        draft.lifts_refused.append(event.hold)
        draft.case = changed(draft.case, care=care.restore(draft.case.care, (event.hold,)))


def _enter_first_stage(draft: Draft, event: Event) -> None:
    policy = draft.machine.policy
    if not isinstance(event, CaseAdopted):
        draft.move(policy.start, rule=None, because="the loan was opened", how="opened")
        return
    stage = stage_told(policy, event.stage)
    draft.move(stage, rule=None, because="the case was adopted", how="opened", entered_on=event.stage_entered_on)
    take_over_marks(draft, event)
    report_entry(draft, None)
    course = changed(draft.case.course, muted_until=event.effects_muted_until, rests_until=event.rests_until)
    draft.case = changed(draft.case, course=course)


def _because(draft: Draft) -> tuple[str, ...]:
    """One line for each thing that a person would ask about."""
    if not (draft.moves or draft.marks or draft.held or draft.stopped or draft.beyond):
        return ()
    marks = (str(change) for change in draft.marks)
    moves = (
        f"{m.from_stage or 'opened'} to {m.to_stage} by {m.rule or m.how}" + (f": {m.because}" if m.because else "")
        for m in draft.moves
    )
    held = (f"{one.rule} is held by {one.by}" for one in draft.held)
    stopped = (f"stopped: {draft.stopped.reason}",) if draft.stopped else ()
    beyond = (f"offer {mark.offer} goes beyond authority: {'; '.join(mark.reasons)}" for mark in draft.beyond)
    return (*marks, *moves, *held, *stopped, *beyond)


__all__ = ["check_instant", "decide"]
