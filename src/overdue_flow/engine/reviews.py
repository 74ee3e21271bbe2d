"""Reviews of holds: a task for who may lift one, again and again for as long as the hold stands.

Care errs on the borrower's side. A hold that was placed by a role that may not place it stands, and is reviewed at
once; a lift by a role that may not lift it does not count; a hold that comes too soon after the last one stands. Each
is told to a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import EffectChange
from overdue_flow.cases.events import (
    DisputeRaised,
    DisputeResolved,
    EventRetracted,
    HoldLifted,
    HoldPlaced,
    TaskCompleted,
)
from overdue_flow.cases.holds import Hold, last_end_before
from overdue_flow.engine.deadlines import mark_of_deadline
from overdue_flow.engine.draft import Draft, opening_of
from overdue_flow.policy.policy import HoldKind

REVIEW = "hold_review"
"""The action of a review."""

_ONE_DAY = timedelta(days=1)


def review_holds(draft: Draft) -> None:
    """Raise the review of a hold that was placed, or the next one, report what a role may not do, end reviews of what
    is over."""
    event = draft.event
    if isinstance(event, HoldPlaced | DisputeRaised):
        _look_at_placed(draft, event)
    elif isinstance(event, HoldLifted) and event.hold in draft.lifts_refused:
        who = f"{event.role} may not lift it" if event.role else "it was not said who lifts it"
        draft.call_attention(f"hold {event.hold} stays: {who}", cause=_cause(event.hold))
    elif isinstance(event, TaskCompleted):
        _go_on_reviewing(draft, event)
    for effect in reviews_over(draft.case, draft.day):
        reason = f"hold {effect.params['hold']} {_how_it_ended(draft)}"
        ended = [effect, *(one for one in draft.case.course.open_effects if effect.id in one.follows)]
        draft.changes += [EffectChange(one.id, Status.CANCELLED, reason) for one in ended]


def _cause(hold: str) -> str:
    return f"holds.{hold}"


# --- what is over, what is late ---


def reviews_over(case: Case, day: date) -> Iterator[Effect]:
    """The open reviews of holds of which none stands on `day`, nor will by itself."""
    for effect in case.course.open_effects:
        if effect.action == REVIEW and not _stand_or_will(case, effect.params["hold"], day):
            yield effect


def _stand_or_will(case: Case, kind: str, day: date) -> tuple[Hold, ...]:
    """The holds of a kind that stand on `day`, or will by themselves."""
    return tuple(
        hold
        for hold in case.care.holds
        if hold.kind == kind and (hold.until is None or hold.until > max(day, hold.placed_on))
    )


def _how_it_ended(draft: Draft) -> str:
    if isinstance(draft.event, EventRetracted):
        return "is as if it had never been placed"
    return "was lifted" if isinstance(draft.event, HoldLifted | DisputeResolved) else "has ended"


def late_reviews(case: Case, day: date) -> Iterator[Effect]:
    """The open reviews whose last day is before `day`, and of which nobody was told so yet."""
    return (effect for effect in _watched(case) if effect.deadline_on is not None and effect.deadline_on < day)


def days_after_reviews(case: Case, after: date) -> Iterator[date]:
    """The days later than `after` on whose opening a review turns late."""
    for effect in _watched(case):
        if effect.deadline_on is not None and effect.deadline_on >= after:
            yield effect.deadline_on + _ONE_DAY


def _watched(case: Case) -> Iterator[Effect]:
    for effect in case.course.open_effects:
        if effect.action == REVIEW and mark_of_deadline(effect) not in case.course.fired:
            yield effect


def tell_of_late_reviews(draft: Draft) -> None:
    """Tell a person, once, of each review that was not made in time."""
    still_open = draft.still_open()
    for effect in late_reviews(draft.case, draft.day):
        if effect.id in still_open:
            draft.fired.append(mark_of_deadline(effect))
            said = f"the review of hold {effect.params['hold']} is late: its last day was {effect.deadline_on}"
            draft.call_attention(said, cause=effect.cause, follows=(effect.id,))


# --- what is placed ---


def _look_at_placed(draft: Draft, event: HoldPlaced | DisputeRaised) -> None:
    hold = next(one for one in draft.case.care.holds if one.seq == draft.seq)
    kind = draft.machine.holds.get(hold.kind)
    if kind is None:
        return
    _report_too_soon(draft, kind, hold)
    if isinstance(event, HoldPlaced) and kind.placed_by and event.role not in kind.placed_by:
        who = f"{event.role} may not place it" if event.role else "it was not said who placed it"
        draft.call_attention(f"hold {hold.kind} stands, though {who}", cause=_cause(hold.kind))
        _raise_review(draft, kind, draft.at)
    elif kind.review_after is not None:
        _raise_review(draft, kind, _due_at(draft, _first_review(draft, kind, hold)))


def _report_too_soon(draft: Draft, kind: HoldKind, hold: Hold) -> None:
    ended = last_end_before(draft.case.care.holds, hold) if kind.again_after is not None else None
    if kind.again_after is None or ended is None:
        return
    again_from = kind.again_after.after(ended, draft.machine.calendar)
    if hold.placed_on < again_from:
        said = (
            f"hold {hold.kind} was placed again on {hold.placed_on}, and stands; the last one ended on {ended}, and"
            f" another was not to come before {again_from}"
        )
        draft.call_attention(said, cause=_cause(hold.kind))


# --- one review, and the next ---


def _first_review(draft: Draft, kind: HoldKind, hold: Hold) -> date:
    """The day on which a hold is first reviewed: the one after `review_after` has gone by."""
    assert kind.review_after is not None, "asked only where there is a first review"
    return kind.review_after.after(hold.placed_on, draft.machine.calendar) + _ONE_DAY


def _due_at(draft: Draft, day: date) -> datetime:
    return max(opening_of(day, draft.case), draft.at)


def _raise_review(draft: Draft, kind: HoldKind, due_at: datetime) -> None:
    if not _stand_or_will(draft.case, kind.kind, draft.day):
        return
    first_day = due_at.astimezone(draft.case.zone).date()
    within = kind.review_within
    draft.add(
        REVIEW,
        kind="task",
        cause=_cause(kind.kind),
        due_at=due_at,
        params={"hold": kind.kind},
        role=kind.lifted_by[0] if kind.lifted_by else draft.machine.attention,
        deadline_on=within.after(first_day, draft.machine.calendar) if within else None,
    )


def _go_on_reviewing(draft: Draft, done: TaskCompleted) -> None:
    """Raise the next review of a hold that was reviewed and still stands, unless another one is open."""
    reviews = {one.id: one for one in draft.case.course.open_effects if one.action == REVIEW}
    made = reviews.pop(done.effect_id, None)
    kind = draft.machine.holds.get(made.params["hold"]) if made is not None else None
    if made is None or kind is None or any(one.params["hold"] == kind.kind for one in reviews.values()):
        return
    due_on = _next_review(draft, kind, made, done)
    if due_on is not None:
        _raise_review(draft, kind, _due_at(draft, due_on))


def _next_review(draft: Draft, kind: HoldKind, made: Effect, done: TaskCompleted) -> date | None:
    """The first review of a hold, where the one that was made came before it; or one period after that was made."""
    days: list[date] = []
    if kind.review_after is not None:
        due_on = made.due_at.astimezone(draft.case.zone).date()
        holds = _stand_or_will(draft.case, kind.kind, draft.day)
        days += [day for hold in holds if (day := _first_review(draft, kind, hold)) > due_on]
    if kind.review_every is not None:
        done_on = (done.happened_at or draft.at).astimezone(draft.case.zone).date()
        days.append(kind.review_every.after(done_on, draft.machine.calendar) + _ONE_DAY)
    return min(days, default=None)
