"""Ladders: contacts, and tasks of people, that follow one another until the borrower is reached.

Each try is an effect of its own. When what became of one is known, the next is planned: of the same rung as often as
that says, then of the next rung. A try that is withheld (vetoed, too late, given up by its hook) leads on to the next
rung, which is due when the wait of the last try that was made is over. A ladder ends when the borrower is reached, when
its stage or group is left, when there is nothing to pursue any more, and after its last rung.

Laws: `a ladder stops when the borrower is reached` (`tests/laws/test_a_ladder_stops_when_the_borrower_is_reached.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

from overdue_flow.calendars import opening
from overdue_flow.cases.attempts import ANSWERED, THE_BORROWER
from overdue_flow.cases.case import Case
from overdue_flow.cases.course import owners_of
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import Climb, EffectChange
from overdue_flow.cases.events import ContactAttempted, EffectFailed, EffectWithheld, TaskCompleted
from overdue_flow.engine.draft import Draft
from overdue_flow.engine.machine import Machine
from overdue_flow.engine.tasks import Try, ask_for, first_instant, forbidden, last_instant, muted
from overdue_flow.engine.working_hours import first_working_instant, zones_of
from overdue_flow.policy.policy import Rung, Task
from overdue_flow.policy.spans import Span

WAIT = Span(1, "business days")
"""How long an answer to a try is waited for, where its rung does not say."""

_OPEN = (Status.PENDING, Status.HELD)
_WITHHELD = (Status.VETOED, Status.EXPIRED)


def ask(
    draft: Draft,
    task: Task,
    owner: str,
    *,
    skipped: str = "",
    beat: bool = False,
    follows: tuple[str, ...] = (),
    about: str = "",
    happened_on: date | None = None,
) -> None:
    """What a policy asks for: a ladder is begun, anything else is one effect. The rest is as `ask_for` takes it."""
    if task.ladder:
        _begin(draft, task, owner, skipped, beat, follows)
    else:
        ask_for(draft, task, owner, skipped=skipped, beat=beat, follows=follows, about=about, happened_on=happened_on)


def _begin(draft: Draft, task: Task, owner: str, skipped: str, beat: bool, follows: tuple[str, ...]) -> None:
    """The first try; none where nothing may be pursued, or where the ladder is climbed already."""
    if task.id in _climbs(draft):
        draft.notes.append(f"ladder {task.id} is climbed already")
        return
    case = draft.case
    no = skipped or muted(case, draft.day)
    due_at = first_instant(draft, task.after)
    visit = case.course.visits.get(owner, 0)
    not_after = last_instant(draft, task.not_after, due_at)
    climb = Climb(
        task.id, owner, visit, draft.at, 1, 0, "", "", not_after=not_after, waits_until=due_at, follows=follows
    )
    ground = over(draft.machine, case, draft.day, climb)
    if no or ground:
        reason = (Status.SKIPPED, no) if no else (Status.SKIPPED if beat else Status.VETOED, ground)
        details = Try(due_at, None, _step(task, 1, 1))
        ask_for(draft, _as_task(task, 1), owner, instead=reason, of_ladder=details, follows=follows)
        return
    _plan(draft, task, climb, 1, 1)


def over(machine: Machine, case: Case, day: date, climb: Climb) -> str:
    """Why a ladder ends for a case as it is on `day`; "" where it goes on."""
    asked = machine.asked.get(climb.ladder)
    if asked is None or climb.rung > len(asked.task.ladder):
        return f"policy {machine.policy.id} {machine.policy.version} has no such rung"
    stage = case.course.stage
    if climb.scope and (climb.scope not in owners_of(stage) or case.course.visits[climb.scope] != climb.visit):
        return f"the case left {climb.scope}"
    if stage in asked.excepted:
        return f"{climb.ladder} does not apply in {stage}"
    return _no_ground(machine, case, day, asked.task, climb.scope)


def _no_ground(machine: Machine, case: Case, day: date, task: Task, scope: str) -> str:
    """Why a ladder has nothing to pursue; "" where it has."""
    if not scope and machine.policy.stages[case.course.stage].end:
        return f"the case came to its end, {case.course.stage}"
    no = forbidden(machine, case, day, "contact", task.purpose, scope)
    return no[1] if no is not None and no[0] is Status.VETOED else ""


def end_ladders(draft: Draft) -> None:
    """End the ladders that are over, and those whose borrower this event reached."""
    for climb in list(_climbs(draft).values()):
        why = "the borrower was reached" if _reached(draft, climb) else ""
        if why := why or over(draft.machine, draft.case, draft.day, climb):
            end(draft, climb, why)


def end(draft: Draft, climb: Climb, why: str) -> None:
    """No try follows; the one on its way is cancelled."""
    draft.climbs.pop(climb.ladder, None)
    draft.climbs_ended.append((climb.ladder, why))
    open_try = draft.still_open().get(climb.effect_id)
    if open_try is not None and _attempted(draft, climb):
        draft.changes.append(_made(open_try))
    elif open_try is not None:
        draft.changes.append(EffectChange(open_try.id, Status.CANCELLED, why))


def _made(effect: Effect) -> EffectChange:
    """Somebody told of the attempt before the outbox told of the delivery."""
    return EffectChange(effect.id, Status.DELIVERED, f"{effect.action} was made")


def _reached(draft: Draft, climb: Climb) -> bool:
    """Whether the event says that the borrower answered, or turned to us, since the ladder was begun."""
    event = draft.event
    if not isinstance(event, ContactAttempted) or event.party not in THE_BORROWER:
        return False
    answered = event.direction == "inbound" or event.outcome in ANSWERED
    return answered and (event.happened_at or draft.at) >= climb.began_at


def _attempted(draft: Draft, climb: Climb) -> bool:
    event = draft.event
    return isinstance(event, ContactAttempted) and event.effect_id == climb.effect_id and not climb.asking


def climb_on(draft: Draft) -> None:
    """Plan what follows, where this turn says what became of a try or of a request for approval."""
    still_open = draft.still_open()
    for climb in _climbs(draft).values():
        if climb.ladder in draft.climbs:
            continue  # begun in this turn
        task = draft.machine.asked[climb.ladder].task
        if climb.asking and climb.effect_id in still_open:
            _answer(draft, task, climb, still_open[climb.effect_id])
        elif climb.effect_id not in still_open or _attempted(draft, climb):
            _after_a_try(draft, task, climb, still_open)


def _after_a_try(draft: Draft, task: Task, climb: Climb, still_open: dict[str, Effect]) -> None:
    if climb.effect_id in still_open:
        draft.changes.append(_made(still_open[climb.effect_id]))
    if climb.asking or _was_withheld(draft, climb):
        _plan(draft, task, climb, climb.rung + 1, 1)
        return
    rung = task.ladder[climb.rung - 1]
    climb = climb._replace(made=climb.made + 1, waits_until=_end_of_wait(draft, climb, rung))
    if climb.tried < rung.times:
        _plan(draft, task, climb, climb.rung, climb.tried + 1)
    else:
        _plan(draft, task, climb, climb.rung + 1, 1)


def _end_of_wait(draft: Draft, climb: Climb, rung: Rung) -> datetime:
    """When the answer to a try has been waited for; a rung in working hours waits on the borrower's clocks too, as it
    goes out by them."""
    wait, since = rung.wait or WAIT, _known_since(draft, climb)
    over_at = first_instant(draft, wait, since)
    if rung.in_working_hours and wait.unit != "hours":
        for zone in zones_of(draft.case):
            there = opening(wait.after(since.astimezone(zone).date(), draft.machine.calendar), zone)
            over_at = max(over_at, there.astimezone(draft.case.zone), key=_in_utc)
    return over_at


def _due_at(draft: Draft, climb: Climb) -> datetime:
    """The first instant at which the next try may go out, for what has been."""
    return max(draft.at, climb.waits_until or draft.at, key=_in_utc)


def _in_utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


def _known_since(draft: Draft, climb: Climb) -> datetime:
    """When the try was made: what the event that names it says, else now."""
    if getattr(draft.event, "effect_id", None) != climb.effect_id:
        return draft.at
    return draft.event.took_effect_at() or draft.at


def _was_withheld(draft: Draft, climb: Climb) -> bool:
    """Whether the try did not go out. What is told while the case rests is not looked at again: it counts as made."""
    event = draft.event
    if isinstance(event, EffectFailed) and event.effect_id == climb.effect_id:
        return True  # for good: a try that is parked is still open, and the climb waits for it
    if isinstance(event, EffectWithheld) and event.effect_id == climb.effect_id:
        return event.how in _WITHHELD
    return any(change.effect_id == climb.effect_id and change.status in _WITHHELD for change in draft.changes)


def _plan(draft: Draft, task: Task, climb: Climb, number: int, tried: int) -> None:
    """The `tried`-th try of a rung; where it is withheld at once, the first of the next, until one is on its way. None
    is due before the last one that was made has been waited for."""
    due_at = _due_at(draft, climb)
    while number <= len(task.ladder):
        if climb.not_after is not None and due_at >= climb.not_after:
            break
        rung = task.ladder[number - 1]
        asking = rung.approve is not None and tried == 1
        if asking:
            effect = _ask_approval(draft, task, climb, number, due_at)
        else:
            effect = _try(draft, task, climb, number, tried, due_at)
        climb = climb._replace(
            rung=number, tried=tried, effect_id=effect.id, asking=asking, began_with=climb.began_with or effect.id
        )
        draft.climbs[climb.ladder] = climb
        if effect.status in _OPEN or draft.resting:
            return
        number, tried = number + 1, 1
    in_time = number > len(task.ladder)
    end(draft, climb, "no rung is left" if in_time else "its time is over")
    if task.must and not climb.made:
        draft.call_attention(f"ladder {task.id} made no contact", cause=task.id)


def _try(draft: Draft, task: Task, climb: Climb, number: int, tried: int, due_at: datetime) -> Effect:
    rung = task.ladder[number - 1]
    if rung.in_working_hours:
        due_at = first_working_instant(draft.machine, draft.case, due_at) or due_at
    details = Try(due_at, climb.not_after, _step(task, number, tried), rung.in_working_hours)
    return ask_for(draft, _as_task(task, number), climb.scope, of_ladder=details, follows=climb.follows)


def _as_task(task: Task, number: int) -> Task:
    """A rung as a thing to do, asked for by its ladder."""
    rung = task.ladder[number - 1]
    return Task(
        task.id, rung.action, rung.kind, rung.purpose, rung.params, until_leave=True, role_param=rung.role_param
    )


def _step(task: Task, number: int, tried: int) -> str:
    return f"try {tried} of {task.ladder[number - 1].times} on rung {number} of ladder {task.id}"


# --- approval of a rung ---


def _ask_approval(draft: Draft, task: Task, climb: Climb, number: int, due_at: datetime) -> Effect:
    rung: Rung = task.ladder[number - 1]
    return draft.add(
        "approval",
        kind="task",
        cause=task.id,
        role=rung.approve,
        params={"ladder": task.id, "rung": number, "do": rung.action},
        due_at=due_at,
        not_after=climb.not_after,
        scope=climb.scope,
        step=f"rung {number} of ladder {task.id}",
        follows=climb.follows,
    )


def _answer(draft: Draft, task: Task, climb: Climb, asked: Effect) -> None:
    """Approved, the rung is tried; refused, the next one is. Not everybody's answer counts."""
    told = draft.event
    if not isinstance(told, TaskCompleted) or told.effect_id not in (climb.effect_id, climb.ladder):
        return
    if told.role not in (None, asked.role):
        draft.call_attention(f"{told.role} may not answer for {asked.role}", cause=climb.ladder)
        return
    draft.changes.append(EffectChange(asked.id, Status.DELIVERED, f"{asked.role} {told.outcome}"))
    if told.outcome == "refused":
        _plan(draft, task, climb, climb.rung + 1, 1)
        return
    effect = _try(draft, task, climb, climb.rung, 1, _due_at(draft, climb))
    climb = climb._replace(effect_id=effect.id, asking=False)
    draft.climbs[climb.ladder] = climb
    if effect.status not in _OPEN and not draft.resting:
        _plan(draft, task, climb, climb.rung + 1, 1)


def approvals(case: Case) -> Iterator[tuple[Climb, Effect]]:
    """The rungs that wait for approval, each with the task that asks for it."""
    for climb in case.course.climbs:
        if climb.asking:
            yield from ((climb, effect) for effect in case.course.open_effects if effect.id == climb.effect_id)


def _climbs(draft: Draft) -> dict[str, Climb]:
    """The ladders on which the case is now."""
    ended = {ladder for ladder, _why in draft.climbs_ended}
    return {one.ladder: one for one in draft.case.course.climbs if one.ladder not in ended} | draft.climbs
