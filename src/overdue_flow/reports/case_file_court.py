"""The court in a case file: evidence and leads, the limitation clock, what the court did and which days it set."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from overdue_flow.cases import enforcement, handover, judgment, preparation, suit
from overdue_flow.cases.case import Case
from overdue_flow.cases.events.base import Event
from overdue_flow.cases.facts import built_in
from overdue_flow.cases.latest import event_of, major
from overdue_flow.cases.limitation_clock import Clock, clock
from overdue_flow.events import DebtAcknowledged, EvidenceAdded, PropertyLeadFound
from overdue_flow.guards.vocabulary import Value
from overdue_flow.reports.case_file_road import told
from overdue_flow.reports.section import Section

_HEARD: tuple[type[Event], ...] = (
    *preparation.LISTENS, DebtAcknowledged, *suit.LISTENS, *judgment.LISTENS, *enforcement.LISTENS,
)  # fmt: skip
_COURT = tuple(kind for kind in dict.fromkeys(_HEARD) if kind not in (EvidenceAdded, PropertyLeadFound))
"""What is told of the court; evidence and leads stand apart."""

_SET_BY_THE_COURT = (
    "claim_amount", "claim_outstanding", "filed_on", "claim_accepted_on", "preservation_ends_on",
    "payment_order_issued_on", "hearing_on", "judgment_on", "judgment_amount", "judgment_pay_by_on", "appeal_ends_on",
    "judgment_final", "enforcement_started_on", "enforcement_ends_on", "enforcement_recovered", "measures_end_on",
)  # fmt: skip


def evidence(case: Case) -> Section:
    """Every piece of evidence, by the reference under which the host keeps it."""
    pieces = ((one, event_of(one, EvidenceAdded)) for one in case.preparation.evidence)
    rows = tuple(
        (str(one.on), event.document.replace("_", " "), event.reference, event.note)
        for one, event in pieces
        if event is not None
    )
    return Section("evidence", ("added on", "document", "reference", "note"), rows)


def leads(case: Case) -> Section:
    """Everything that a judgment could be enforced on."""
    found = ((one, event_of(one, PropertyLeadFound)) for one in case.preparation.leads)
    rows = tuple(
        (str(one.on), event.lead, event.reference, _said(major(event.value, case)), event.note)
        for one, event in found
        if event is not None
    )
    return Section("leads to property", ("found on", "lead", "reference", "value", "note"), rows, ("value",))


# --- limitation ---


def limitation(case: Case, day: date) -> Section:
    """The limitation clock, with every interruption, whether it counted or came too late."""
    found = clock(case, day)
    ends_on = built_in()["limitation_ends_on"].read(case, day)
    if found is None:
        return Section(
            "limitation", notes=(f"ends on {ends_on}, as the host tells it" if ends_on else "not counted here",)
        )
    rows = tuple(
        (str(one.on), one.event, one.word, "yes" if one.counted else "no, too late", _said(one.ends_on) or "open")
        for one in found.interruptions
    )
    head = ("on", "what happened", "as", "counts", "period then ends on")
    return Section("limitation", head, rows, notes=tuple(_in_words(case, found, ends_on, day)))


_STARTS = {"last_due": "the due date of the last instalment", "oldest_due": "the oldest unpaid due date"}
_IN_COURT = {"claimed": "open, while the claim is in court", "judged": "over, since there is a judgment"}


def _in_words(case: Case, found: Clock, ends_on: Value | None, day: date) -> Iterator[str]:
    terms = case.terms.limitation
    assert terms is not None, "there is no clock without terms"
    yield f"{terms.period} from {found.started_on}, {_STARTS[terms.starts]}"
    if terms.suspended_by:
        part = f" in the last {terms.suspended_in_last}" if terms.suspended_in_last else ""
        stretches = [f"{begin} to {end or 'now'}" for begin, end in case.care.pauses(terms.suspended_by)]
        held_up = ", ".join(stretches) or "nothing so far"
        yield f"held up{part} by {', '.join(terms.suspended_by)}: {held_up}"
    if found.long_stop_on:
        yield f"{terms.long_stop} at most, to {found.long_stop_on}"
    if ends_on is not None and ends_on != found.ends_on:
        yield f"ends on {ends_on}, as the host tells it"
    elif found.in_court:
        yield _IN_COURT[found.in_court]
    elif found.ends_on is None:
        yield "stands still, for as long as the hold does"
    else:
        yield f"counts from {found.began_on}, and {'ended' if found.ends_on < day else 'ends'} on {found.ends_on}"


# --- the court ---


def court(case: Case, day: date) -> Section:
    """What was done before the court and by it, the days that it set, and the measures that stand."""
    notes = (*_figures(case, day), *_measures(case, day))
    return Section("the court", ("on", "what happened"), told(case, _COURT), notes=notes)


def _figures(case: Case, day: date) -> Iterator[str]:
    """Each day, amount and finding that is known, by its label."""
    for name in _SET_BY_THE_COURT:
        fact = built_in()[name]
        value = fact.read(case, day)
        if value is True:
            yield fact.label
        elif value is not None and value is not False:
            yield f"{fact.label}: {_said(value)}"


def _measures(case: Case, day: date) -> Iterator[str]:
    for one in case.enforcement.standing(day):
        until = f", until {one.until}" if one.until else ""
        under = f", under {one.reference}" if one.reference else ""
        yield f"{enforcement.MEASURES[one.kind][0]} since {one.taken_on}{until}{under}"


def handed_over(case: Case) -> Section:
    """Agency, disposal, sale, charge-off, the credit record, and what came after."""
    return Section("hand-over, and after", ("on", "what happened"), told(case, handover.LISTENS))


def _said(value: Value | None) -> str:
    return "" if value is None else str(value)
