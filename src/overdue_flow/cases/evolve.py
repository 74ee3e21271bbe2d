"""How a case changes: `evolve(case, entry) = settle(apply(case, entry.event), entry.results)`.

It has never heard of a policy. `apply` is the world moving (what the event says); `settle` is what deciding led to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from overdue_flow.cases import (
    arrears,
    assessment,
    borrower,
    care,
    contacts,
    enforcement,
    handover,
    judgment,
    limitation,
    negotiation,
    plans,
    preparation,
    promises,
    suit,
)
from overdue_flow.cases.case import Case
from overdue_flow.cases.course import beyond_after, marks_after, settle
from overdue_flow.cases.entries import Entry, Results
from overdue_flow.cases.events import Event, EventRetracted, LoanOpened, PolicyAdopted, TimePassed
from overdue_flow.cases.new_names import in_new_names
from overdue_flow.cases.terms import Terms
from overdue_flow.cases.turn import Recorded
from overdue_flow.cases.values import changed
from overdue_flow.errors import EventRefused

_FEATURES: tuple[tuple[str, Any], ...] = (
    ("ledger", arrears),
    ("plans", plans),
    ("promises", promises),
    ("negotiation", negotiation),
    ("contacts", contacts),
    ("care", care),
    ("assessment", assessment),
    ("preparation", preparation),
    ("suit", suit),
    ("judgment", judgment),
    ("enforcement", enforcement),
    ("limitation", limitation),
    ("handover", handover),
    ("others", borrower),
)
"""The parts of a case in the order in which an event reaches them: later ones may look at earlier ones."""

_LISTENERS: dict[type[Event], tuple[tuple[str, Callable[..., Any]], ...]] = {}


def _listeners(kind: type[Event]) -> tuple[tuple[str, Callable[..., Any]], ...]:
    """The features that listen to a kind of event, in order."""
    found = _LISTENERS.get(kind)
    if found is None:
        found = tuple((name, feature.evolve) for name, feature in _FEATURES if kind in feature.LISTENS)
        _LISTENERS[kind] = found
    return found


def evolve(case: Case | None, entry: Entry) -> Case:
    """The case after an entry. The first entry of a case is its `LoanOpened` or `CaseAdopted`."""
    moved = apply(case, entry.event, case_id=entry.case_id, seq=entry.seq, day=entry.day, at=entry.at)
    return settled(moved, entry)


def settled(moved: Case, entry: Entry) -> Case:
    """The case after the results of deciding; `moved` is the case after the event."""
    course = settle(moved.course, entry)
    lifts = entry.results.lifts_refused
    if lifts:
        moved = changed(moved, care=care.restore(moved.care, lifts))
    if course is moved.course and moved.seq == entry.seq:
        return moved
    return changed(moved, course=course, seq=entry.seq)


def as_decided(moved: Case, results: Results) -> Case:
    """The case as rules found it in a turn: after its event, but without a lift that does not count, with its offers
    beyond authority, and under its marks."""
    if results.lifts_refused:
        moved = changed(moved, care=care.restore(moved.care, results.lifts_refused))
    if results.beyond_authority or results.beyond_ended:
        moved = changed(moved, course=changed(moved.course, beyond=beyond_after(moved.course.beyond, results)))
    if results.marks:
        moved = changed(moved, course=changed(moved.course, marks=marks_after(moved.course.marks, results.marks)))
    return moved


def replay(entries: Iterable[Entry]) -> Case:
    """Fold a journal. Needs no policy."""
    case: Case | None = None
    for entry in entries:
        case = evolve(case, entry)
    if case is None:
        raise EventRefused("a journal without entries is no case")
    return case


def apply(case: Case | None, event: Event, *, case_id: str, seq: int, day: date, at: datetime) -> Case:
    """The world moves: what `event` says becomes part of the case. EventRefused if it cannot have happened."""
    if case is None:
        return _opened(event, case_id, seq, day, at)
    if isinstance(event, LoanOpened):
        raise EventRefused(f"case `{case.id}` was opened already, on {case.opened_on}")
    if isinstance(event, TimePassed):
        return changed(case, day=day)
    recorded = _recorded(event, seq, day, at, case.zone)
    if isinstance(event, EventRetracted):
        return _retracted(case, event, recorded)
    if isinstance(event, PolicyAdopted) and event.terms is not None and event.terms != case.terms:
        case = _refolded(case, event.terms, blame="the new terms cannot be adopted")
    if isinstance(event, PolicyAdopted) and event.renamed:
        case = changed(case, course=in_new_names(case.course, event))
    case = changed(case, day=day, events=(*case.events, recorded))
    return _heard(case, recorded)


def _heard(case: Case, recorded: Recorded) -> Case:
    for name, listen in _listeners(type(recorded.event)):
        known = getattr(case, name)
        heard = listen(known, recorded, case)
        if heard is not known:
            case = changed(case, **{name: heard})
    return case


def _recorded(event: Event, seq: int, day: date, at: datetime, zone: ZoneInfo) -> Recorded:
    happened_at = event.took_effect_at() or at
    return Recorded(seq, day, happened_at.astimezone(zone).date(), at, happened_at, event)


def _opened(event: Event, case_id: str, seq: int, day: date, at: datetime) -> Case:
    if not isinstance(event, LoanOpened):
        raise EventRefused(f"case `{case_id}` is not open yet; its first event is `LoanOpened` or `CaseAdopted`")
    terms = event.terms or Terms()
    if event.currency and event.currency != terms.currency:
        terms = terms.model_copy(update={"currency": event.currency})
    recorded = _recorded(event, seq, day, at, terms.zone)
    case = Case(
        id=case_id,
        person_id=event.person_id or case_id,
        opened_on=event.opened_on,
        day=day,
        terms=terms,
        zone=terms.zone,
        ledger=arrears.Ledger(),
        guarantors=event.guarantors,
        co_borrowers=event.co_borrowers,
        events=(recorded,),
    )
    return _heard(case, recorded)


def _retracted(case: Case, event: EventRetracted, recorded: Recorded) -> Case:
    """Fold all events again without the one that was entered by mistake."""
    if event.event_id in case.retracted:
        raise EventRefused(f"event `{event.event_id}` was retracted already")
    wrong = next((one.event for one in case.events if one.event.id == event.event_id), None)
    if wrong is None:
        raise EventRefused(f"there is no event `{event.event_id}` to retract")
    if isinstance(wrong, EventRetracted):
        raise EventRefused("a retraction cannot be retracted; send what it withdrew again, with a new id")
    if event.event_id == case.events[0].event.id:
        raise EventRefused("the opening of a case cannot be retracted; send `Closed` instead")
    blame = f"event `{event.event_id}` cannot be retracted"
    fresh = _refolded(case, case.terms, without=event.event_id, blame=blame)
    return changed(
        fresh,
        day=recorded.day,
        events=(*fresh.events, recorded),
        retracted=case.retracted | {event.event_id},
    )


def _refolded(case: Case, terms: Terms, *, blame: str, without: str | None = None) -> Case:
    """The case as its events make it under `terms`, all heard again but one; its road stays as it was."""
    first, *others = case.events
    opening = first.event.model_copy(update={"terms": terms})
    fresh = _opened(opening, case.id, first.seq, first.day, first.at)
    fresh = changed(fresh, care=care.Care(refused_lifts=case.care.refused_lifts))
    kept = [one for one in others if without is None or one.event.id != without]
    for one in kept:
        fresh = _heard_again(fresh, one, blame)
    events = (first, *kept)  # at once: no feature looks at them while it hears
    return changed(fresh, day=case.day, seq=case.seq, course=case.course, retracted=case.retracted, events=events)


def _heard_again(case: Case, recorded: Recorded, blame: str) -> Case:
    try:
        return _heard(changed(case, day=recorded.day), recorded)
    except EventRefused as refusal:
        raise EventRefused(
            f"{blame} while `{recorded.event.kind}` `{recorded.event.id}` builds on it: {refusal}; retract that first"
        ) from None


__all__ = ["apply", "as_decided", "evolve", "replay", "settled"]
