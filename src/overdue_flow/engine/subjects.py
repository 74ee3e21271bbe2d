"""What an event was about on its case: by the id that it says, else by what it changed.

An answer without an id answers the oldest open complaint; which one that is, only the case knows. So it is read off the
case: the complaint that is another one after the event than before. A check of the overdue amount changes no dispute,
and is of the oldest open one where it names none.

A court that takes a claim on gives it a number of its own: an acceptance under a reference that no claim was filed
under is of the claim that was filed last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from overdue_flow.cases.case import Case
from overdue_flow.cases.events import AmountVerified, ClaimAccepted, ClaimFiled, Event, HostEvent
from overdue_flow.policy.subjects import REFERENCE

_KNOWN: Mapping[str, Callable[[Case], tuple[Any, ...]]] = {
    "complaint_id": lambda case: case.care.complaints,
    "dispute_id": lambda case: case.care.disputes,
    "offer_id": lambda case: case.negotiation.offers,
    "promise_id": lambda case: case.promises.promises,
    "plan_id": lambda case: case.plans.plans,
}
"""What a case knows of the things that events are about, by the field that names them."""


def subject_of(event: Event, field: str, before: Case | None, after: Case) -> str:
    """What an event names in `field`, or has changed of what is named so; "" for nothing."""
    said = event.fields.get(field) if isinstance(event, HostEvent) else getattr(event, field, None)
    if isinstance(event, ClaimAccepted) and field == REFERENCE:
        return _claim_accepted(said, after)
    if said:
        return str(said)
    return _dispute_checked(after) if isinstance(event, AmountVerified) else _changed(field, before, after)


def _claim_accepted(said: Any, case: Case) -> str:
    filed = sorted((one for one in case.events if isinstance(one.event, ClaimFiled)), key=lambda one: one.order)
    references = [getattr(one.event, REFERENCE) or "" for one in filed]
    return str(said) if said and (said in references or not references) else "".join(references[-1:])


def _dispute_checked(case: Case) -> str:
    return next((_name_of(one) for one in case.care.disputes if one.ended_on is None), "")


def _changed(field: str, before: Case | None, after: Case) -> str:
    read = _KNOWN.get(field)
    if read is None:
        return ""
    known = read(before) if before is not None else ()
    names = [_name_of(one) for one in read(after) if one not in known]
    return names[-1] if names else ""


def _name_of(one: Any) -> str:
    """The id of something, or of the entry with which it began where the host gives none."""
    said = getattr(one, "id", None) or getattr(one, "offer_id", None)
    if said:
        return str(said)
    return f"entry {one.seq}" if hasattr(one, "seq") else ""
