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
from overdue_flow.cases.periods import Period
from overdue_flow.cases.terms import LimitationTerms
from overdue_flow.events import DebtAcknowledged, EvidenceAdded, PropertyLeadFound
from overdue_flow.guards.vocabulary import Value
from overdue_flow.reports.case_file_road import told, what_happened
from overdue_flow.reports.report import Note, Part, Row, columns
from overdue_flow.reports.speech import Code, Said, as_said, code, fact_label, listed, named, say

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


def evidence(case: Case) -> Part:
    """Every piece of evidence, by the reference under which the host keeps it."""
    pieces = ((one, event_of(one, EvidenceAdded)) for one in case.preparation.evidence)
    rows = tuple(
        Row((str(one.on), code(event.document), event.reference, event.note))
        for one, event in pieces
        if event is not None
    )
    return Part(say("evidence"), columns("legal", "added on", "document", "reference", "note", note="reasons"), rows)


def leads(case: Case) -> Part:
    """Everything that a judgment could be enforced on."""
    found = ((one, event_of(one, PropertyLeadFound)) for one in case.preparation.leads)
    rows = tuple(
        Row((str(one.on), code(event.lead), event.reference, as_said(major(event.value, case)), event.note))
        for one, event in found
        if event is not None
    )
    head = columns("legal", "found on", "lead", "reference", "value", "note", figures=("value",), note="reasons")
    return Part(say("leads to property"), head, rows)


# --- limitation ---


def limitation(case: Case, day: date) -> Part:
    """The limitation clock, with every interruption, whether it counted or came too late."""
    found = clock(case, day)
    ends_on = built_in()["limitation_ends_on"].read(case, day)
    if found is None:
        told = say("ends on {day}, as the host tells it", day=ends_on) if ends_on else say("not counted here")
        return Part(say("limitation"), notes=(Note(told, "legal"),))
    rows = tuple(
        Row(
            (
                str(one.on),
                Code(one.event, written=True),
                code(one.word),
                code("yes") if one.counted else say("no, too late"),
                str(one.ends_on) if one.ends_on else code("open"),
            )
        )
        for one in found.interruptions
    )
    head = columns("legal", "on", "what happened", "as", "counts", "period then ends on")
    notes = tuple(Note(one, "legal") for one in _in_words(case, found, ends_on, day))
    return Part(say("limitation"), head, rows, notes)


_STARTS = {
    "last_due": say("the due date of the last instalment"),
    "oldest_due": say("the oldest unpaid due date"),
}
_IN_COURT = {
    "claimed": say("open, while the claim is in court"),
    "judged": say("over, since there is a judgment"),
}


def _in_words(case: Case, found: Clock, ends_on: Value | None, day: date) -> Iterator[Said]:
    terms = case.terms.limitation
    assert terms is not None, "there is no clock without terms"
    period, start = _period(terms.period), _STARTS[terms.starts]
    yield say("{period} from {day}, {start}", period=period, day=found.started_on, start=start)
    if terms.suspended_by:
        yield _held_up(case, terms)
    if found.long_stop_on:
        yield say("{span} at most, to {day}", span=_period(terms.long_stop), day=found.long_stop_on)
    if ends_on is not None and ends_on != found.ends_on:
        yield say("ends on {day}, as the host tells it", day=ends_on)
    elif found.in_court:
        yield _IN_COURT[found.in_court]
    elif found.ends_on is None:
        yield say("stands still, for as long as the hold does")
    elif found.ends_on < day:
        yield say("counts from {first}, and ended on {last}", first=found.began_on, last=found.ends_on)
    else:
        yield say("counts from {first}, and ends on {last}", first=found.began_on, last=found.ends_on)


def _period(period: Period | None) -> Said:
    """A period such as "3 years"; nothing where there is none."""
    return "" if period is None else listed((str(period.count), code(str(period).split()[1])), " ")


def _held_up(case: Case, terms: LimitationTerms) -> Said:
    """What stops the clock, and when it did."""
    stretches = [
        say("{first} to {last}", first=begin, last=str(end) if end else code("now"))
        for begin, end in case.care.pauses(terms.suspended_by)
    ]
    what = listed(Code(one, written=True) for one in terms.suspended_by)
    so_far = listed(stretches) if stretches else say("nothing so far")
    if terms.suspended_in_last:
        words = "held up in the last {span} by {what}: {stretches}"
        return say(words, span=_period(terms.suspended_in_last), what=what, stretches=so_far)
    return say("held up by {what}: {stretches}", what=what, stretches=so_far)


# --- the court ---


def court(case: Case, day: date) -> Part:
    """What was done before the court and by it, the days that it set, and the measures that stand."""
    notes = tuple(Note(one, "legal") for one in (*_figures(case, day), *_measures(case, day)))
    return Part(say("the court"), what_happened("legal"), told(case, _COURT), notes)


def _figures(case: Case, day: date) -> Iterator[Said]:
    """Each day, amount and finding that is known, by its label."""
    for name in _SET_BY_THE_COURT:
        fact = built_in()[name]
        value = fact.read(case, day)
        if value is True:
            yield fact_label(fact)
        elif value is not None and value is not False:
            yield listed((fact_label(fact), str(value)), ": ")


def _measures(case: Case, day: date) -> Iterator[Said]:
    for one in case.enforcement.standing(day):
        english, chinese = enforcement.MEASURES[one.kind]
        measure = say("{measure} since {day}", measure=named({"en": english, "zh": chinese}), day=one.taken_on)
        until = say("until {day}", day=one.until) if one.until else ""
        under = say("under {reference}", reference=one.reference) if one.reference else ""
        yield listed((measure, until, under))


def handed_over(case: Case) -> Part:
    """Agency, disposal, sale, charge-off, the credit record, and what came after."""
    return Part(say("hand-over, and after"), what_happened("legal"), told(case, handover.LISTENS))
