"""One effect: how it is asked for, whether it may go out to the case as it is, and what becomes of it on its way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from overdue_flow.cases.attempts import BORROWERS
from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import NO_PARAMS, Effect, Status
from overdue_flow.cases.entries import EffectChange
from overdue_flow.cases.events import EffectWithheld
from overdue_flow.cases.values import changed
from overdue_flow.engine.draft import Draft, opening_of
from overdue_flow.engine.limits import Verdict, forbidden_for_good, permitted
from overdue_flow.engine.machine import Machine
from overdue_flow.engine.word_given import relied_on
from overdue_flow.policy.policy import FactRef, Task
from overdue_flow.policy.spans import Span


class Try(NamedTuple):
    """What a ladder says of one try: when it is due, when the ladder's time is over, which try it is."""

    due_at: datetime
    not_after: datetime | None
    step: str
    in_working_hours: bool = False


def forbidden(
    machine: Machine,
    case: Case,
    day: date,
    kind: str,
    purpose: str | None,
    scope: str,
    params: Mapping[str, Any] = NO_PARAMS,
) -> tuple[Status, str] | None:
    """Why an effect may not go out to a case as it is now: held (it may later) or vetoed; None if it may.

    A contact needs something to talk about: `collect` an overdue amount of a debt that was not sold, about which no
    promise or plan that the policy respects is open; where nothing is owed at all, only `service`, `survey` and the
    `inform` of an end stage are left. `scope` is the stage or group that asked; `params` say what a hold may let pass.
    """
    if kind != "contact":
        return None
    if purpose in (None, "collect") and case.handover.sold:
        return Status.VETOED, "the debt was sold"
    for hold in case.care.standing(day) if case.care.holds else ():
        stopped = machine.holds[hold].silences(purpose, params) if hold in machine.holds else ""
        if stopped:
            return Status.HELD, f"hold {hold} stops {stopped}"
    facts = machine.policy.vocabulary
    if purpose in (None, "collect"):
        overdue = facts["overdue_amount"].read(case, day)
        if overdue is None:
            return Status.HELD, "it is not known what is overdue"
        if overdue == 0:
            return Status.VETOED, "nothing is overdue"
        if (word := relied_on(machine.policy, case, day, ("collect",))) is not None:
            return Status.HELD, f"{word} stops contacts to collect"
    closing = purpose == "inform" and scope in machine.policy.stages and machine.policy.stages[scope].end
    if purpose not in ("service", "survey") and not closing and facts["balance"].read(case, day) == 0:
        return Status.VETOED, "nothing is owed"
    return None


def withheld(machine: Machine, case: Case, day: date, effect: Effect) -> tuple[Status, str] | None:
    """Why an effect that is on its way may not go out to the case as it is now; None if it may."""
    no = forbidden(machine, case, day, effect.kind, effect.purpose, effect.scope, effect.params)
    if no is None and to_the_borrower(effect) and (clause := _would_break(machine, case, day)) is not None:
        return Status.HELD, f"it would break never clause {clause}"
    return no


def muted(case: Case, day: date) -> str:
    """Why nothing is asked for on `day`, where an adopted case keeps silent at first; else ""."""
    until = case.course.muted_until
    return f"effects are muted until {until}" if until is not None and day < until else ""


def ask_for(
    draft: Draft,
    task: Task,
    owner: str,
    *,
    skipped: str = "",
    beat: bool = False,
    instead: tuple[Status, str] | None = None,
    of_ladder: Try | None = None,
    follows: tuple[str, ...] = (),
    about: str = "",
    happened_on: date | None = None,
) -> Effect:
    """One effect, with its parameters read and the first instant at which it may go out.

    `skipped` says why it is not asked for; `instead` what becomes of it and why, where that is known already; `follows`
    on which effects it follows; `about` what the event named at which it is asked for, and `happened_on` the day on
    which that event took effect, where the host says it.
    """
    case, machine = draft.case, draft.machine
    params = {name: _parameter(draft, value) for name, value in task.params.items()}
    status, reason = Status.PENDING, ""
    if no_word := skipped or muted(case, draft.day):
        status, reason = Status.SKIPPED, no_word
    elif instead is not None:
        status, reason = instead
    elif (no := forbidden(machine, case, draft.day, task.kind, task.purpose, owner, params)) is not None:
        status, reason = (Status.SKIPPED, no[1]) if beat else no
    elif speaks_to_the_borrower(task.kind, params) and (clause := _would_break(machine, case, draft.day)) is not None:
        status, reason = Status.VETOED, f"it would break never clause {clause}"
        draft.stop(f"{task.action} would break never clause {clause}", task.id)
    due_at = of_ladder.due_at if of_ladder else first_instant(draft, task.after)
    first_day = due_at.astimezone(case.zone).date()
    if happened_on is not None and task.after is None:
        first_day = min(first_day, happened_on)
    effect = draft.add(
        task.action,
        kind=task.kind,
        cause=task.id,
        purpose=task.purpose,
        params=params,
        due_at=due_at,
        not_after=of_ladder.not_after if of_ladder else last_instant(draft, task.not_after, due_at),
        role=params.get(task.role_param) if task.role_param else None,
        scope=owner if task.kind == "contact" or task.until_leave else "",
        must=task.must,
        status=status,
        reason=reason,
        deadline_on=task.within.after(first_day, machine.calendar) if task.within else None,
        step=of_ladder.step if of_ladder else "",
        in_working_hours=of_ladder is not None and of_ladder.in_working_hours,
        follows=follows,
        about=about,
    )
    if effect.status is not Status.PENDING or _goes_out_freely(machine, effect):
        return effect
    return _within_limits(draft, effect, task, beat=beat)


def _within_limits(draft: Draft, effect: Effect, task: Task, *, beat: bool) -> Effect:
    """The effect that was just asked for, at the first instant that limits permit; or held or vetoed by one of them."""
    verdict = permitted(draft.machine, draft.case, effect, effect.due_at)
    if verdict.status == "allowed":
        return effect
    if verdict.at is not None:
        first_day = verdict.at.astimezone(draft.case.zone).date()
        deadline_on = task.within.after(first_day, draft.machine.calendar) if task.within else None
        planned = changed(effect, due_at=verdict.at, reason=verdict.reason, deadline_on=deadline_on)
    else:
        waits = Status.SKIPPED if beat else Status.HELD
        planned = changed(effect, status=waits if verdict.status == "held" else Status.VETOED, reason=verdict.reason)
    draft.effects[-1] = planned
    if planned.must and planned.status is Status.VETOED:
        draft.call_attention(f"{planned.action} cannot go out: {planned.reason}", cause=planned.cause)
    return planned


def _parameter(draft: Draft, value: Any) -> Any:
    if isinstance(value, FactRef):
        return draft.machine.policy.vocabulary[value.fact].read(draft.case, draft.day)
    return value


def first_instant(draft: Draft, after: Span | None, since: datetime | None = None) -> datetime:
    """When `after` has gone by since an instant, by default now: the opening of the day to which it leads."""
    start = since or draft.at
    if after is None:
        return start
    if after.unit == "hours":
        # hours that go by, also where the clocks are changed in between
        return (start.astimezone(UTC) + timedelta(hours=after.count)).astimezone(draft.case.zone)
    day = since.astimezone(draft.case.zone).date() if since is not None else draft.day
    return opening_of(after.after(day, draft.machine.calendar), draft.case)


def last_instant(draft: Draft, not_after: Span | None, due_at: datetime) -> datetime | None:
    """The end of the last day on which an effect may still go out."""
    if not_after is None:
        return None
    last = not_after.after(due_at.astimezone(draft.case.zone).date(), draft.machine.calendar)
    return opening_of(last + timedelta(days=1), draft.case)


def speaks_to_the_borrower(kind: str, params: Mapping[str, Any]) -> bool:
    """Whether an effect is a contact with the borrower: what goes to a trustee, an executor or a guarantor is none."""
    return kind == "contact" and (params.get("party") or "borrower") in BORROWERS


def to_the_borrower(effect: Effect) -> bool:
    """The same of an effect on its way."""
    return speaks_to_the_borrower(effect.kind, effect.params)


def _would_break(machine: Machine, case: Case, day: date) -> str | None:
    """The `never` clause that delivering a contact now would break; None if it breaks none."""
    if not machine.clauses:
        return None
    newly = machine.newly_broken(case, day, case, day, contact_delivered=True)
    return next((clause.id for bit, clause in enumerate(machine.clauses) if newly >> bit & 1), None)


def changed_effects(machine: Machine, case: Case, day: date, at: datetime) -> Iterator[EffectChange]:
    """What becomes of what is on its way: what may not go out now waits or is vetoed, what was held is planned again
    once it may, and what is too late expires."""
    for effect in case.course.open_effects:
        if effect.status in (Status.PENDING, Status.HELD) and not _goes_out_freely(machine, effect):
            change = _change_of(machine, case, day, at, effect)
            if change is not None:
                yield change


def _goes_out_freely(machine: Machine, effect: Effect) -> bool:
    """Whether nothing can keep an effect from going out: the usual case of what is done inside the house."""
    return (
        effect.kind != "contact"
        and effect.not_after is None
        and not effect.in_working_hours
        and effect.status is Status.PENDING
        and machine.limits_only_contacts
    )


def _change_of(machine: Machine, case: Case, day: date, at: datetime, effect: Effect) -> EffectChange | None:
    late, waits = _too_late(effect, at), effect.status is Status.HELD
    no = withheld(machine, case, day, effect)
    if no is not None and (late or no[0] is Status.VETOED):
        return EffectChange(effect.id, Status.VETOED, no[1])
    if late:
        return EffectChange(effect.id, *((Status.VETOED, effect.reason) if waits else (Status.EXPIRED, _over(effect))))
    if no is not None:
        return None if waits else EffectChange(effect.id, Status.HELD, no[1])
    is_due = _in_utc(effect.due_at) <= _in_utc(at)
    if is_due and not waits:
        # by now the outbox asks when it may go out, and each time anew
        verdict = forbidden_for_good(machine, case, effect, at) or Verdict("allowed")
    else:
        verdict = permitted(machine, case, effect, at if is_due else effect.due_at)
    return _as_change(effect, verdict, waits=waits)


def _as_change(effect: Effect, verdict: Verdict, *, waits: bool) -> EffectChange | None:
    """What a verdict changes for an effect that `waits` for something to end, or for its instant."""
    if verdict.status == "vetoed":
        return EffectChange(effect.id, Status.VETOED, verdict.reason)
    if verdict.status == "held":
        return None if waits else EffectChange(effect.id, Status.HELD, verdict.reason)
    if waits:
        return EffectChange(effect.id, Status.PENDING, verdict.reason or "what held it has ended", verdict.at)
    if verdict.status == "deferred":
        return EffectChange(effect.id, Status.PENDING, verdict.reason, verdict.at)
    return None


def _in_utc(at: datetime) -> datetime:
    """An instant as it can be compared: two of one zone are compared by what the clock shows, which comes twice."""
    return at.astimezone(UTC)


def _over(effect: Effect) -> str:
    assert effect.not_after is not None, "only what has a last day is over"
    return f"its last day was {effect.not_after - timedelta(days=1):%Y-%m-%d}"


def note_changes(draft: Draft) -> None:
    """Note what becomes of the effects on their way, but for those whose end is noted already."""
    gone = {change.effect_id for change in draft.changes}
    if isinstance(draft.event, EffectWithheld):
        gone.add(draft.event.effect_id)
        _tell_of_withheld(draft, draft.event)
    for change in changed_effects(draft.machine, draft.case, draft.day, draft.at):
        if change.effect_id not in gone:
            draft.changes.append(change)
            _tell_of_missed(draft, change)


def _tell_of_missed(draft: Draft, change: EffectChange) -> None:
    """What must go out, and was kept from it for good, becomes a task; not where there is nothing to say any more."""
    effect = next(one for one in draft.case.course.open_effects if one.id == change.effect_id)
    if not effect.must or change.status not in (Status.VETOED, Status.EXPIRED):
        return
    if _too_late(effect, draft.at):
        draft.call_attention(f"{effect.action} was not delivered in time: {change.reason}", cause=effect.cause)
    elif withheld(draft.machine, draft.case, draft.day, effect) is None:
        draft.call_attention(f"{effect.action} cannot go out: {change.reason}", cause=effect.cause)


def _tell_of_withheld(draft: Draft, event: EffectWithheld) -> None:
    """The outbox's word that what must go out will not: a person must see to it."""
    effect = next((one for one in draft.case.course.open_effects if one.id == event.effect_id), None)
    if effect is not None and effect.must and event.how in ("vetoed", "expired"):
        why = event.reason or event.limit or event.how
        said = "was not delivered in time" if event.how == "expired" else "cannot go out"
        draft.call_attention(f"{effect.action} {said}: {why}", cause=effect.cause)


def _too_late(effect: Effect, at: datetime) -> bool:
    return effect.not_after is not None and at >= effect.not_after
