"""Reviews of holds: a task for who may lift one, for as long as the hold stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import EffectChange
from overdue_flow.cases.events import DisputeRaised, DisputeResolved, EventRetracted, HoldLifted, HoldPlaced
from overdue_flow.engine.draft import Draft, opening_of

REVIEW = "hold_review"
"""The action of a review."""


def review_holds(draft: Draft) -> None:
    """Raise the review of a hold that was placed, report a lift that does not count, end reviews of what is over."""
    event = draft.event
    if isinstance(event, (HoldPlaced, DisputeRaised)):
        hold = event.hold if isinstance(event, HoldPlaced) else "dispute"
        placed = event.placed_on if isinstance(event, HoldPlaced) else None
        _raise_review(draft, hold, placed or draft.case.events[-1].on)
    elif isinstance(event, HoldLifted) and event.hold in draft.lifts_refused:
        who = f"{event.role} may not lift it" if event.role else "it was not said who lifts it"
        draft.call_attention(f"hold {event.hold} stays: {who}", cause=f"holds.{event.hold}")
    for effect in reviews_over(draft.case, draft.day):
        reason = f"hold {effect.params['hold']} {_how_it_ended(draft)}"
        draft.changes.append(EffectChange(effect.id, Status.CANCELLED, reason))


def reviews_over(case: Case, day: date) -> Iterator[Effect]:
    """The open reviews of holds of which none stands on `day`, nor will by itself."""
    for effect in case.course.open_effects:
        if effect.action == REVIEW and not _stands_or_will(case, effect.params["hold"], day):
            yield effect


def _stands_or_will(case: Case, kind: str, day: date) -> bool:
    return any(
        hold.until is None or hold.until > max(day, hold.placed_on) for hold in case.care.holds if hold.kind == kind
    )


def _how_it_ended(draft: Draft) -> str:
    if isinstance(draft.event, EventRetracted):
        return "is as if it had never been placed"
    return "was lifted" if isinstance(draft.event, HoldLifted | DisputeResolved) else "has ended"


def _raise_review(draft: Draft, hold: str, placed_on: date) -> None:
    kind = draft.machine.holds.get(hold)
    if kind is None or kind.review_after is None or not _stands_or_will(draft.case, hold, draft.day):
        return
    last = kind.review_after.after(placed_on, draft.machine.calendar)
    draft.add(
        REVIEW,
        kind="task",
        cause=f"holds.{hold}",
        due_at=max(opening_of(last + timedelta(days=1), draft.case), draft.at),
        params={"hold": hold},
        role=kind.lifted_by[0] if kind.lifted_by else draft.machine.attention,
    )
