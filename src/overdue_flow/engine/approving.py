"""What goes beyond authority in a turn: it is marked, who may approve it is asked, and the mark goes with the approval.

All of it is known before a rule is looked at: the fact `offer_beyond_authority` is true in the turn of the offer. An
approval that is retracted was never given: what it stood for is marked again.
"""

from __future__ import annotations

from collections.abc import Iterable

from overdue_flow.cases.authority import stands
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import Beyond, EffectChange
from overdue_flow.cases.events import EventRetracted, OfferApproved, OfferMade, TaskCompleted
from overdue_flow.cases.turn import Recorded
from overdue_flow.cases.values import changed
from overdue_flow.engine.authority import OFFERING, Verdict, exceeds, judged, proposal_of
from overdue_flow.engine.draft import Draft
from overdue_flow.engine.tasks import muted

OFFER_APPROVAL = "offer_approval"
"""The action of a task to approve what goes beyond authority."""


def watch_authority(draft: Draft) -> None:
    """Mark what this event offers beyond authority; end the marks of what it approves."""
    event = draft.event
    if isinstance(event, OFFERING):
        if draft.machine.authority and not _tells_the_past(draft):
            recorded = draft.case.events[-1]
            _mark(draft, recorded, judged(draft.machine, draft.case, recorded))
    elif isinstance(event, OfferApproved):
        _approve(draft, [one for one in draft.case.course.beyond if one.offer == event.offer_id], event.role)
    elif isinstance(event, TaskCompleted):
        _answer(draft, event)
    elif isinstance(event, EventRetracted) and draft.machine.authority:
        _take_back(draft, event)


def _tells_the_past(draft: Draft) -> bool:
    """Whether an adopted case is told what was said before it came here, or asks for nothing yet."""
    rests_until = draft.case.course.rests_until
    return bool(muted(draft.case, draft.day)) or (rests_until is not None and draft.day < rests_until)


def _mark(draft: Draft, recorded: Recorded, verdict: Verdict) -> None:
    if verdict.may:
        return
    offer = _name(recorded)
    task = _ask(draft, recorded.event, offer, verdict)
    mark = Beyond(offer, recorded.seq, verdict.reasons, task.id)
    _set(draft, (*draft.case.course.beyond, mark))
    draft.beyond.append(mark)


def _name(recorded: Recorded) -> str:
    """What an offer or an agreement is called: the offer's id, or else the plan's."""
    event = recorded.event
    return getattr(event, "offer_id", None) or getattr(event, "plan_id", None) or event.id or f"entry {recorded.seq}"


def _take_back(draft: Draft, event: EventRetracted) -> None:
    """What a retracted approval was for, and stands, goes beyond authority again."""
    approved = _approved_by(draft, event.event_id)
    marked = [mark.seq for mark in draft.case.course.beyond]
    for recorded in draft.case.events if approved else ():
        if not isinstance(recorded.event, OFFERING) or _name(recorded) not in approved or recorded.seq in marked:
            continue
        verdict = judged(draft.machine, draft.case, recorded, unapproved=True)
        if stands(draft.case, Beyond(_name(recorded), recorded.seq, verdict.reasons, ""), draft.day):
            _mark(draft, recorded, verdict)


def _approved_by(draft: Draft, event_id: str) -> set[str]:
    """What an event approved, by name. A task that came of another retraction does not show what it was about: then all
    that there is."""
    assert draft.before is not None, "what is retracted was there before"
    before = draft.before.events
    wrong = next(one.event for one in before if one.event.id == event_id)
    if isinstance(wrong, OfferApproved):
        return {wrong.offer_id}
    if not isinstance(wrong, TaskCompleted) or wrong.outcome != "approved":
        return set()
    turn = next((one for one in before if wrong.effect_id.startswith(f"{draft.case.id}:{one.seq}:")), None)
    if turn is not None and isinstance(turn.event, EventRetracted):
        return {_name(one) for one in before if isinstance(one.event, OFFERING)}
    return {_name(turn)} if turn is not None and isinstance(turn.event, OFFERING) else set()


def _ask(draft: Draft, event: object, offer: str, verdict: Verdict) -> Effect:
    """A task for the first role that may; where none may, for the one that looks at what is stuck."""
    machine = draft.machine
    reason = "; ".join(verdict.reasons) + ("" if verdict.approver else "; no role may offer so much")
    return draft.add(
        OFFER_APPROVAL,
        kind="task",
        cause="authority",
        params={"offer": offer, "reason": reason},
        role=verdict.approver or machine.attention,
        deadline_on=event.valid_until if isinstance(event, OfferMade) else None,
        about=offer,
    )


def _answer(draft: Draft, told: TaskCompleted) -> None:
    """A person's answer to the task. Refused, the mark stays: the offer was made, and nobody stands behind it."""
    marks = [one for one in draft.case.course.beyond if one.effect_id == told.effect_id]
    task = draft.still_open().get(told.effect_id)
    if not marks or task is None:
        return
    role = told.role or task.role
    if told.outcome == "approved":
        _approve(draft, marks, role)
    elif _may(draft, marks[0], role):
        draft.changes.append(EffectChange(task.id, Status.DELIVERED, f"{role} refused"))


def _approve(draft: Draft, marks: Iterable[Beyond], role: str | None) -> None:
    for mark in marks:
        if _may(draft, mark, role):
            _set(draft, tuple(one for one in draft.case.course.beyond if one is not mark))
            draft.beyond_ended.append((mark.effect_id, "approved"))
            if mark.effect_id in draft.still_open():
                draft.changes.append(EffectChange(mark.effect_id, Status.DELIVERED, f"{role} approved"))


def _may(draft: Draft, mark: Beyond, role: str | None) -> bool:
    """Whether a role may approve what a mark is on; a person is told where it may not. What was withdrawn needs no
    approval."""
    recorded = next((one for one in draft.case.events if one.seq == mark.seq), None)
    if recorded is None:
        return False
    proposal = proposal_of(draft.case, recorded)
    why = exceeds(draft.machine, draft.case, recorded.day, role, proposal)
    if why:
        who = role or "nobody"
        draft.call_attention(f"{who} may not approve offer {mark.offer}: {'; '.join(why)}", cause="authority")
    return not why


def end_approvals(draft: Draft) -> None:
    """Cancel the tasks to approve what does not stand any more: it was answered, withdrawn or replaced."""
    gone = {change.effect_id for change in draft.changes}
    open_tasks = draft.still_open()
    for mark in draft.case.course.beyond:
        if mark.effect_id in open_tasks and mark.effect_id not in gone and not stands(draft.case, mark, draft.day):
            reason = f"offer {mark.offer} does not stand any more"
            draft.changes.append(EffectChange(mark.effect_id, Status.CANCELLED, reason))


def _set(draft: Draft, marks: tuple[Beyond, ...]) -> None:
    draft.case = changed(draft.case, course=changed(draft.case.course, beyond=marks))
