"""Before a suit: is it worth one, who brings it, with what evidence, and on what could a judgment be enforced?

Evidence and leads to property are references to where the host keeps them. Assets may be frozen before judgment
(财产保全), until a last day that somebody must look after.

Laws (tests/laws): `facts move only when they say`, `counters do not depend on the order of arrival`, `only the court
moves the clocks of the court`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from overdue_flow.cases import events
from overdue_flow.cases.events.base import Event
from overdue_flow.cases.latest import (
    Latest,
    chosen,
    dated,
    day_of,
    event_of,
    flagged,
    major,
    refuse_an_end_before,
    refuse_other_currencies,
    times,
    valued,
)
from overdue_flow.cases.schedules import minor
from overdue_flow.cases.turn import Recorded, in_order
from overdue_flow.guards.vocabulary import Fact, Kind, Motion
from overdue_flow.money import from_minor

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case

# --- what it holds ---


@dataclass(frozen=True, slots=True)
class Preparation:
    """The latest event of each kind; all pieces of evidence and all leads to property, in order."""

    latest: Latest = Latest()
    evidence: tuple[Recorded, ...] = ()
    leads: tuple[Recorded, ...] = ()

    @property
    def firm(self) -> Recorded | None:
        """The engagement of the law firm that acts."""
        return self.latest.stands(events.LawFirmEngaged, events.LawFirmReleased)

    @property
    def preserved_until(self) -> date | None:
        """The last day of the preservation that was not released, the last of all where none was said; None where there
        is no preservation."""
        found = self.latest.stands(events.PreservationGranted, events.PreservationReleased)
        granted = event_of(found, events.PreservationGranted)
        return None if granted is None else granted.until or date.max


# --- what it listens to ---

LISTENS: tuple[type[Event], ...] = (
    events.CaseAssessed,
    events.LawFirmEngaged,
    events.LawFirmReleased,
    events.EvidenceAdded,
    events.PropertyLeadFound,
    events.PreservationGranted,
    events.PreservationReleased,
)

# --- how it evolves ---


def evolve(state: Preparation, recorded: Recorded, case: Case) -> Preparation:
    """What is prepared after an event. EventRefused for an amount in another currency than the case's, and for a
    preservation that ends before it begins."""
    event = recorded.event
    refuse_other_currencies(event, case)
    known = replace(state, latest=state.latest.heard(recorded))
    match event:
        case events.PreservationGranted():
            refuse_an_end_before(recorded, "until", "a preservation")
        case events.EvidenceAdded():
            return replace(known, evidence=in_order(known.evidence, recorded))
        case events.PropertyLeadFound():
            return replace(known, leads=in_order(known.leads, recorded))
    return known


# --- the facts it offers ---


def _latest(kind: type[Event], name: str) -> Callable[[Case, date], Any]:
    def read(case: Case, _day: date) -> Any:
        recorded = case.preparation.latest.of(kind)
        return None if recorded is None else getattr(recorded.event, name)

    return read


def _latest_amount(kind: type[Event], name: str) -> Callable[[Case, date], Decimal | None]:
    read = _latest(kind, name)
    return lambda case, day: major(read(case, day), case)


def _leads_value(case: Case, _day: date) -> Decimal | None:
    leads = (event_of(lead, events.PropertyLeadFound) for lead in case.preparation.leads)
    values = [minor(lead.value, case.terms.currency) for lead in leads if lead is not None and lead.value is not None]
    return from_minor(sum(values), case.terms.currency) if values else None


def _preserved(case: Case, day: date) -> bool:
    until = case.preparation.preserved_until
    return until is not None and day <= until


def _preserved_moves(case: Case, day: date) -> date | None:
    until = case.preparation.preserved_until
    return until + timedelta(days=1) if until is not None and day <= until < date.max else None


def _preservation_ends_on(case: Case, day: date) -> date | None:
    until = case.preparation.preserved_until
    return until if until != date.max else None


FACTS: tuple[Fact, ...] = (
    chosen(
        "legal_recommendation",
        "what counsel recommends",
        "From the latest `CaseAssessed`.",
        _latest(events.CaseAssessed, "recommendation"),
        ("sue", "do_not_sue", "wait"),
        "诉讼建议",
    ),
    dated(
        "case_assessed_on",
        "date of counsel's view",
        "The latest `CaseAssessed`.",
        lambda case, _day: day_of(case.preparation.latest.of(events.CaseAssessed)),
    ),
    valued(
        "expected_recovery",
        "recovery expected of a suit",
        "From the latest `CaseAssessed`.",
        _latest_amount(events.CaseAssessed, "expected_recovery"),
    ),
    valued(
        "legal_cost",
        "cost expected of a suit",
        "From the latest `CaseAssessed`.",
        _latest_amount(events.CaseAssessed, "legal_cost"),
    ),
    flagged(
        "law_firm_engaged",
        "a law firm acts",
        "From `LawFirmEngaged` on, until `LawFirmReleased`.",
        lambda case, _day: case.preparation.firm is not None,
        "律所已介入",
    ),
    dated(
        "law_firm_engaged_on",
        "date of the law firm's engagement",
        "Of the firm that acts; missing while none does.",
        lambda case, _day: day_of(case.preparation.firm),
    ),
    times(
        "evidence_items",
        "pieces of evidence",
        "Every `EvidenceAdded` is one.",
        lambda case, _day: len(case.preparation.evidence),
        "证据份数",
    ),
    times(
        "property_leads",
        "leads to property",
        "Every `PropertyLeadFound` is one.",
        lambda case, _day: len(case.preparation.leads),
        "财产线索数",
    ),
    valued(
        "property_leads_value",
        "value of the leads to property",
        "The sum of the values that were said; missing where none was.",
        _leads_value,
    ),
    Fact(
        "preserved",
        Kind.FLAG,
        "assets are frozen before judgment",
        _preserved,
        motion=Motion.CLOCK,
        until=_preserved_moves,
        doc="From `PreservationGranted` on, until `PreservationReleased` or the end of its last day.",
        label_zh="财产保全",
    ),
    dated(
        "preservation_ends_on",
        "date of the end of the preservation",
        "The last day of the latest preservation that was not released; missing where none was said.",
        _preservation_ends_on,
        "保全到期日",
    ),
)
"""The facts of what stands before a suit."""
