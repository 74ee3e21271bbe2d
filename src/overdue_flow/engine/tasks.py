"""Effects of a turn: what entry, rhythm and `do` rules ask for, and what is cancelled, held or vetoed.

`do` rules do not compete. One without `on` fires when its guard is true and either its stage or group was entered in
this turn, or the guard was false for the case as it stood before the turn. This is computed from the case, never
remembered.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from overdue_flow.cases.case import Case
from overdue_flow.cases.course import owners_of
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import EffectChange
from overdue_flow.cases.events import DisputeRaised, DisputeResolved, HoldLifted, HoldPlaced
from overdue_flow.engine.draft import Draft, opening_of
from overdue_flow.engine.machine import Machine
from overdue_flow.engine.moves import word_of
from overdue_flow.policy.policy import Beat, FactRef, Rule, Task


def plan_effects(draft: Draft) -> None:
    """All effects of the turn, after its moves."""
    _cancel_what_was_left(draft)
    _review_holds(draft)
    if draft.resting and draft.stopped is None:
        return
    if len(draft.moves) > 1:
        for owner in _entered_and_left(draft):
            _enter(draft, owner, skipped="the stage was left in the same turn")
    for owner in draft.entered:
        _enter(draft, owner)
    if draft.opens_day:
        _beat(draft)
    for rule in rules_that_fire(draft):
        _fire(draft, rule)
    gone = {change.effect_id for change in draft.changes}
    for change in changed_effects(draft.machine, draft.case, draft.day, draft.at):
        if change.effect_id not in gone:
            draft.changes.append(change)
            _tell_of_missed(draft, change)


def _enter(draft: Draft, owner: str, skipped: str = "") -> None:
    for task in draft.machine.policy.stages[owner].on_enter:
        if task.guard is None or draft.machine.asks_for(task, draft.case, draft.day):
            _ask_for(draft, task, owner, skipped=skipped)


def forbidden(
    machine: Machine, case: Case, day: date, kind: str, purpose: str | None, scope: str
) -> tuple[Status, str] | None:
    """Why an effect may not go out to a case as it is now: held (it may later) or vetoed; None if it may.

    A contact needs something to talk about: `collect` an overdue amount; where nothing is owed at all, only `service`,
    `survey` and the `inform` of an end stage are left. `scope` is the stage or group that asked.
    """
    if kind != "contact":
        return None
    for hold in case.care.standing(day) if case.care.holds else ():
        if hold in machine.holds and "contact" in machine.holds[hold].stops:
            return Status.HELD, f"hold {hold} stops contact"
    facts = machine.policy.vocabulary
    if purpose in (None, "collect"):
        overdue = facts["overdue_amount"].read(case, day)
        if overdue is None:
            return Status.HELD, "it is not known what is overdue"
        if overdue == 0:
            return Status.VETOED, "nothing is overdue"
    closing = purpose == "inform" and scope in machine.policy.stages and machine.policy.stages[scope].end
    if purpose not in ("service", "survey") and not closing and facts["balance"].read(case, day) == 0:
        return Status.VETOED, "nothing is owed"
    return None


def withheld(machine: Machine, case: Case, day: date, effect: Effect) -> tuple[Status, str] | None:
    """Why an effect that is on its way may not go out to the case as it is now; None if it may."""
    no = forbidden(machine, case, day, effect.kind, effect.purpose, effect.scope)
    if no is None and effect.kind == "contact" and (clause := _would_break(machine, case, day)) is not None:
        return Status.HELD, f"it would break never clause {clause}"
    return no


def rules_that_fire(draft: Draft) -> Iterator[Rule]:
    """The `do` rules that fire in this turn, in order, each as often as its `once` allows."""
    asked = [(rule, draft.case) for rule in _risen(draft)]
    asked += [(rule, draft.before) for rule in _answering(draft) if draft.before is not None]
    for rule, case in asked:
        mark = once_mark(draft.machine, case, rule)
        if mark is None:
            yield rule
        elif mark not in draft.case.course.fired and mark not in draft.fired:
            draft.fired.append(mark)
            yield rule


def once_mark(machine: Machine, case: Case, rule: Rule) -> tuple[str, str] | None:
    """What is remembered of a rule that fires once per visit of its stage, per episode, or per case."""
    visits = case.course.visits
    if rule.once is None:
        return None
    if rule.once == "case":
        return rule.id, "case"
    if rule.once == "episode":
        return rule.id, f"episode {visits.get(machine.policy.start, 0)}"
    owner = rule.owner or case.course.stage
    return rule.id, f"{owner} {visits.get(owner, 0)}"


def _risen(draft: Draft) -> list[Rule]:
    """Rules without `on` whose guard is true now, and was not before or whose stage was entered."""
    does = draft.machine.tables[draft.case.course.stage].does
    if not does.rules:
        return []
    now = does.holding(draft.case, draft.day, None)
    if not now:
        return []
    before = does.holding(draft.before, draft.day_before, None) if draft.before is not None else 0
    return [
        rule
        for bit, rule in enumerate(does.rules)
        if now >> bit & 1
        and (not before >> bit & 1 or rule.owner in draft.entered)
        and not draft.machine.rests(rule, draft.case, draft.day)
    ]


def _answering(draft: Draft) -> list[Rule]:
    """Rules `on` this event that belong to `everywhere`, or to the stage or a group that the loan was in when it
    came."""
    if draft.before is None or draft.opens_day:
        return []
    table = draft.machine.tables.get(draft.before.course.stage)
    reactions = table.does_by_event.get(word_of(draft.event)) if table else None
    if reactions is None:
        return []
    holding = reactions.holding(draft.case, draft.day, draft.event)
    return [
        rule
        for bit, rule in enumerate(reactions.rules)
        if holding >> bit & 1 and not draft.machine.rests(rule, draft.case, draft.day)
    ]


def _fire(draft: Draft, rule: Rule) -> None:
    assert rule.task is not None
    _ask_for(draft, rule.task, rule.owner, cause=rule.id)


def _ask_for(draft: Draft, task: Task, owner: str, *, cause: str = "", skipped: str = "", beat: bool = False) -> None:
    """One effect, with its parameters read and the first instant at which it may go out."""
    case, machine = draft.case, draft.machine
    status, reason = Status.PENDING, ""
    if skipped:
        status, reason = Status.SKIPPED, skipped
    elif case.course.muted_until is not None and draft.day < case.course.muted_until:
        status, reason = Status.SKIPPED, f"effects are muted until {case.course.muted_until}"
    elif (no := forbidden(machine, case, draft.day, task.kind, task.purpose, owner)) is not None:
        status, reason = (Status.SKIPPED, no[1]) if beat else no
    elif task.kind == "contact" and (clause := _would_break(machine, case, draft.day)) is not None:
        status, reason = Status.VETOED, f"it would break never clause {clause}"
        draft.stop(f"{task.action} would break never clause {clause}", cause or task.id)
    params = {name: _parameter(draft, value) for name, value in task.params.items()}
    due_at = _due_at(draft, task)
    draft.add(
        task.action,
        kind=task.kind,
        cause=cause or task.id,
        purpose=task.purpose,
        params=params,
        due_at=due_at,
        not_after=_not_after(draft, task, due_at),
        role=params.get(task.role_param) if task.role_param else None,
        scope=owner if task.kind == "contact" or task.until_leave else "",
        must=task.must,
        status=status,
        reason=reason,
    )


def _parameter(draft: Draft, value: Any) -> Any:
    if isinstance(value, FactRef):
        return draft.machine.policy.vocabulary[value.fact].read(draft.case, draft.day)
    return value


def _due_at(draft: Draft, task: Task) -> datetime:
    if task.after is None:
        return draft.at
    if task.after.unit == "hours":
        # hours that go by, also where the clocks are changed in between
        return (draft.at.astimezone(UTC) + timedelta(hours=task.after.count)).astimezone(draft.case.zone)
    return opening_of(task.after.after(draft.day, draft.machine.calendar), draft.case)


def _not_after(draft: Draft, task: Task, due_at: datetime) -> datetime | None:
    """The end of the last day on which the effect may still go out."""
    if task.not_after is None:
        return None
    last = task.not_after.after(due_at.astimezone(draft.case.zone).date(), draft.machine.calendar)
    return opening_of(last + timedelta(days=1), draft.case)


def _would_break(machine: Machine, case: Case, day: date) -> str | None:
    """The `never` clause that delivering a contact now would break; None if it breaks none."""
    if not machine.clauses:
        return None
    newly = machine.broken_standing(case, day, contact_delivered=True) & ~machine.broken_standing(case, day)
    return next((clause.id for bit, clause in enumerate(machine.clauses) if newly >> bit & 1), None)


def _entered_and_left(draft: Draft) -> Iterator[str]:
    """Stages and groups that the case came into in this turn and left again, in order."""
    stay = set(draft.entered)
    seen: set[str] = set()
    where = draft.before.course.stage if draft.before else ""
    for move in draft.moves[:-1]:
        for owner in owners_of(move.to_stage):
            if owner not in stay and owner not in owners_of(where) and owner not in seen:
                seen.add(owner)
                yield owner
        where = move.to_stage


def _cancel_what_was_left(draft: Draft) -> None:
    """Contacts, and what says `until: leave`, end with the stage or group that asked for them; so do requests."""
    if not draft.moves:
        return
    visits = draft.case.course.visits
    earlier = draft.before.course.visits if draft.before else {}
    here = owners_of(draft.case.course.stage)
    ended = {effect_id for effect_id, _how in draft.requests_ended}
    for effect in draft.case.course.open_effects:
        scope = effect.scope
        if scope and effect.id not in ended and (scope not in here or visits[scope] != earlier.get(scope)):
            draft.changes.append(EffectChange(effect.id, Status.CANCELLED, f"the case left {scope}"))
            if any(request.effect_id == effect.id for request in draft.case.course.requests):
                draft.requests_ended.append((effect.id, "withdrawn"))


def next_beat(machine: Machine, beat: Beat, entered_on: date, after: date) -> date:
    """The first beat later than `after`; beats stand at whole multiples of the period after entry."""
    if beat.each.unit == "business days":
        after = max(after, entered_on)
        gone = machine.calendar.business_days_between(entered_on, after)
        return machine.calendar.add_business_days(after, beat.each.count - gone % beat.each.count)
    number = max(1, _beats_gone(beat, entered_on, after))
    while (day := beat.each.times(number).after(entered_on, machine.calendar)) <= after:
        number += 1
    return day


def _beats_gone(beat: Beat, entered_on: date, after: date) -> int:
    """A count of beats that have surely gone by, to start looking from."""
    longest = {"days": 1, "weeks": 7, "months": 31, "years": 366}
    return int((after - entered_on).days // (longest[beat.each.unit] * beat.each.count))


def _beat(draft: Draft) -> None:
    """The beats that fall on the day that this turn opens."""
    entered = draft.case.course.entered
    for owner, beat in draft.machine.tables[draft.case.course.stage].beats:
        if owner in draft.entered:
            continue
        on_grid = next_beat(draft.machine, beat, entered[owner], draft.day - timedelta(days=1)) == draft.day
        if on_grid and draft.machine.beats(beat, draft.case, draft.day):
            _ask_for(draft, beat.task, owner, beat=True)


def _review_holds(draft: Draft) -> None:
    """A hold that is to be reviewed raises a task; one lifted by a role that may not lift it stays."""
    event = draft.event
    if draft.opens_day:
        return
    if isinstance(event, (HoldPlaced, DisputeRaised)):
        hold = event.hold if isinstance(event, HoldPlaced) else "dispute"
        placed = event.placed_on if isinstance(event, HoldPlaced) else None
        _raise_review(draft, hold, placed or draft.case.events[-1].on)
    elif isinstance(event, HoldLifted) and event.hold in draft.lifts_refused:
        who = f"{event.role} may not lift it" if event.role else "it was not said who lifts it"
        draft.call_attention(f"hold {event.hold} stays: {who}", cause=f"holds.{event.hold}")
    elif isinstance(event, (HoldLifted, DisputeResolved)):
        hold = event.hold if isinstance(event, HoldLifted) else "dispute"
        if any(one.kind == hold and one.until is None for one in draft.case.care.holds):
            return  # another one of its kind stands still
        for effect in draft.case.course.open_effects:
            if effect.cause == f"holds.{hold}" and effect.action == "hold_review":
                draft.changes.append(EffectChange(effect.id, Status.CANCELLED, f"hold {hold} was lifted"))


def _raise_review(draft: Draft, hold: str, placed_on: date) -> None:
    kind = draft.machine.holds.get(hold)
    if kind is None or kind.review_after is None:
        return
    last = kind.review_after.after(placed_on, draft.machine.calendar)
    draft.add(
        "hold_review",
        kind="task",
        cause=f"holds.{hold}",
        due_at=max(opening_of(last + timedelta(days=1), draft.case), draft.at),
        params={"hold": hold},
        role=kind.lifted_by[0] if kind.lifted_by else draft.machine.attention,
    )


def changed_effects(machine: Machine, case: Case, day: date, at: datetime) -> Iterator[EffectChange]:
    """What becomes of contacts that are on their way: those that may not go out now wait or are vetoed, those whose
    hold ended are planned again."""
    for effect in case.course.open_effects:
        if effect.kind != "contact" or effect.status not in (Status.PENDING, Status.HELD):
            continue
        no = withheld(machine, case, day, effect)
        if no is None:
            if effect.status is Status.HELD:
                again = max(effect.due_at, at)
                yield EffectChange(effect.id, Status.PENDING, "what held it has ended", again)
        elif no[0] is Status.VETOED or _too_late(effect, at):
            yield EffectChange(effect.id, Status.VETOED, no[1])
        elif effect.status is Status.PENDING:
            yield EffectChange(effect.id, Status.HELD, no[1])


def _tell_of_missed(draft: Draft, change: EffectChange) -> None:
    """A notice that must go out, and that something kept from going out until it was too late, becomes a task."""
    effect = next(one for one in draft.case.course.open_effects if one.id == change.effect_id)
    if effect.must and change.status is Status.VETOED and _too_late(effect, draft.at):
        draft.call_attention(f"{effect.action} was not delivered in time: {change.reason}", cause=effect.cause)


def _too_late(effect: Effect, at: datetime) -> bool:
    return effect.not_after is not None and at >= effect.not_after
