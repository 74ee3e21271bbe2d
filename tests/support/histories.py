"""Histories of one loan: single events, sensible and absurd, among threads of events that belong together.

A history is a loan and what was noticed about it, in the order in which it was noticed. `lived` tells a case all of it,
and leaves out what is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from overdue_flow.cases.case import Case
from overdue_flow.cases.events import read_event
from overdue_flow.cases.evolve import apply
from overdue_flow.errors import EventRefused
from overdue_flow.events import Event, LoanOpened
from support.happenings import ABOUT_A_LOAN, amounts, events, instants, loans


@dataclass(frozen=True)
class History:
    """A loan, and what was noticed about it, each event with its `at`, in order."""

    opened: LoanOpened
    events: tuple[Event, ...] = ()


# --- what belongs together ---

THREADS: dict[str, tuple[str, ...]] = {
    "money that came, and bounced": ("PaymentReceived", "PaymentReversed", "PaymentReceived"),
    "money that was too much": ("PaymentReceived", "RefundMade"),
    "a promise and its payments": ("PromiseMade", "PaymentReceived", "PaymentReceived"),
    "a promise that was moved": ("PromiseMade", "PaymentReceived", "PromiseMoved", "PaymentReceived"),
    "a promise taken back": ("PromiseMade", "PromiseCancelled", "PaymentReceived"),
    "a plan and its payments": ("PlanAgreed", "PaymentReceived", "PaymentReceived", "PaymentReceived"),
    "a plan that was ended": ("PlanAgreed", "PaymentReceived", "PlanCancelled", "PaymentReceived"),
    "a settlement": ("SettlementReached", "PaymentReceived", "PaymentReceived"),
    "an offer accepted": ("NegotiationOpened", "OfferMade", "CounterOffered", "OfferMade", "PlanAgreed"),
    "an offer refused": ("OfferMade", "OfferDeclined", "OfferMade", "NegotiationClosed"),
    "talks": ("NegotiationOpened", "OfferMade", "CounterOffered", "NegotiationClosed"),
    "a hold": ("HoldPlaced", "HoldLifted"),
    "a dispute": ("DisputeRaised", "DisputeResolved"),
    "a dispute with proof": ("DisputeRaised", "ProofRequested", "ProofReceived", "AmountVerified", "DisputeResolved"),
    "a complaint": ("ComplaintReceived", "ComplaintAnswered"),
    "a complaint that goes far": (
        "ComplaintReceived", "ComplaintAcknowledged", "ComplaintInvestigated", "ComplaintAnswered",
        "ComplaintEscalated", "ComplaintAnswered", "ConsequenceDecided",
    ),
    "a suit": ("CaseAssessed", "ClaimFiled", "PaymentReceived", "WaiverGranted", "JudgmentGiven"),
    "a suit to its end": (
        "ClaimFiled", "ClaimAccepted", "HearingScheduled", "HearingHeld", "JudgmentGiven", "AppealFiled",
        "AppealDecided", "EnforcementStarted", "EnforcementMeasureTaken", "PaymentReceived", "EnforcementClosed",
    ),
    "a judgment that nobody appeals": ("ClaimFiled", "JudgmentGiven", "EnforcementStarted", "EnforcementClosed"),
    "an order to pay": ("ClaimFiled", "PaymentOrderIssued", "PaymentOrderContested", "ClaimFiled", "ClaimWithdrawn"),
    "a claim kept alive": ("DebtAcknowledged", "PaymentReceived", "HoldPlaced", "HoldLifted", "DebtAcknowledged"),
    "a placement": ("PlacedWithAgency", "PaymentReceived", "Recalled"),
    "silence": ("ContactAttempted", "ContactAttempted", "ContactPointLost", "ContactAttempted"),
}  # fmt: skip
"""Kinds of event that follow each other about one thing: one payment, one plan, one dispute."""


@st.composite
def threads(draw: st.DrawFn, kinds: tuple[str, ...] = ABOUT_A_LOAN) -> tuple[Event, ...]:
    """Events about one thing, in order; it may break off at any of them."""
    thread = THREADS[draw(st.sampled_from(sorted(THREADS)))]
    thread = thread[: draw(st.integers(1, len(thread)))]
    name = f"n-{draw(st.integers(1, 99))}"
    at = draw(instants)
    found = []
    for n, kind in enumerate(thread):
        at += timedelta(days=draw(st.sampled_from([0, 1, 5, 14, 31])))
        if kind in kinds:
            fields = {"kind": kind, "at": at, **_about(draw, kind, at, f"{name}-{n}" if n else name, name)}
            found.append(read_event(fields))
    return tuple(found)


def _about(draw: st.DrawFn, kind: str, at: datetime, this: str, first: str) -> dict[str, object]:
    """The fields of an event in a thread; `this` is a name of its own, `first` the name of what it began with."""
    day = at.date()
    match kind:
        case "PaymentReceived":
            back = timedelta(days=draw(st.sampled_from([0, 0, 2, 30, -5])))
            return {"amount": draw(amounts), "value_date": day - back, "payment_id": this}
        case "PaymentReversed":
            return {"payment_id": first, "reversed_on": day, "amount": draw(st.none() | amounts)}
        case "RefundMade":
            return {"amount": draw(amounts), "refunded_on": day}
        case "WaiverGranted":
            return {"amount": draw(amounts), "effective_on": day, "component": "principal"}
        case "PromiseMade":
            return {"promise_id": first, "amount": draw(amounts), "due_on": _later(draw, day)}
        case "PromiseMoved":
            return {"promise_id": first, "due_on": _later(draw, day), "amount": draw(st.none() | amounts)}
        case "OfferMade":
            valid = draw(st.none() | st.just(_later(draw, day)))
            return {"negotiation_id": first, "offer_id": first, "instalments": _plan(draw, day), "valid_until": valid}
        case "PlanAgreed" if this != first:
            return {"plan_id": this, "offer_id": first}
        case "PlanAgreed":
            replaces = draw(st.booleans())
            return {"plan_id": first, "instalments": _plan(draw, day), "replaces_contract": replaces}
        case "SettlementReached":
            waived = draw(st.none() | amounts)
            return {"amount": "300.00", "instalments": _plan(draw, day, 3), "waived_on_completion": waived}
        case "HoldPlaced":
            hold = draw(st.sampled_from(["hardship", "dispute", "fire"]))
            return {"hold": hold, "ends_on": draw(st.none() | st.just(_later(draw, day) + timedelta(days=1)))}
        case "HoldLifted":
            return {"hold": draw(st.sampled_from(["hardship", "dispute", "fire"]))}
        case "AmountVerified":
            return {"dispute_id": first, "amount": draw(amounts)}
        case "ProofRequested" | "ProofReceived":
            return {"dispute_id": first, "asked_of": draw(st.sampled_from(["borrower", "lender"]))}
        case "ComplaintEscalated":
            return {"complaint_id": first, "to": "ombudsman"}
        case "ConsequenceDecided":
            return {"complaint_id": first, "consequence": "coaching"}
        case "CaseAssessed":
            return {"recommendation": "sue", "expected_recovery": draw(amounts), "legal_cost": draw(amounts)}
        case "ClaimFiled":
            tracks = st.sampled_from(["ordinary", "small_claims", "payment_order"])
            return {"claim_amount": draw(amounts), "track": draw(tracks)}
        case "HearingScheduled":
            return {"hearing_on": _later(draw, day)}
        case "AppealDecided":
            return {"outcome": draw(st.sampled_from(["upheld", "changed"]))}
        case "EnforcementMeasureTaken":
            return {"measure": "account_frozen", "until": draw(st.none() | st.just(_later(draw, day)))}
        case "EnforcementClosed":
            return {"outcome": draw(st.sampled_from(["satisfied", "nothing_found"]))}
        case "PlacedWithAgency":
            return {"agency": "a", "until": draw(st.none() | st.just(_later(draw, day)))}
        case "JudgmentGiven":
            pay_by = draw(st.none() | st.just(_later(draw, day)))
            return {"outcome": "for_lender", "amount": draw(st.none() | amounts), "pay_by": pay_by}
        case "NegotiationClosed":
            outcomes = st.sampled_from(["failed", "agreed", "withdrawn"])
            return {"negotiation_id": first, "outcome": draw(outcomes)}
        case "ContactAttempted":
            return {"channel": draw(st.sampled_from(["phone", "sms"])), "outcome": "no_answer", "contact_point": first}
        case "ContactPointLost":
            return {"contact_point": first}
    return {_ID_OF[kind]: first} if kind in _ID_OF else {}


_ID_OF = {
    "PromiseCancelled": "promise_id",
    "PlanCancelled": "plan_id",
    "NegotiationOpened": "negotiation_id",
    "OfferDeclined": "offer_id",
    "CounterOffered": "negotiation_id",
    "DisputeRaised": "dispute_id",
    "DisputeResolved": "dispute_id",
    "ComplaintReceived": "complaint_id",
    "ComplaintAcknowledged": "complaint_id",
    "ComplaintInvestigated": "complaint_id",
    "ComplaintAnswered": "complaint_id",
}
"""The field by which an event of a thread names what the thread is about."""


def _later(draw: st.DrawFn, day: date) -> date:
    return day + timedelta(days=draw(st.sampled_from([0, 7, 30])))


def _plan(draw: st.DrawFn, day: date, count: int | None = None) -> list[dict[str, object]]:
    """Instalments of 100.00, a fortnight apart."""
    first = _later(draw, day)
    count = count or draw(st.integers(1, 3))
    return [{"due_on": first + timedelta(days=14 * n), "amount": "100.00"} for n in range(count)]


@st.composite
def histories(draw: st.DrawFn, kinds: tuple[str, ...] = ABOUT_A_LOAN, most: int = 6) -> History:
    """A loan with up to `most` threads and `most` single events of `kinds`, named `e-01`, `e-02`, ... as noticed."""
    together = draw(st.lists(threads(kinds), max_size=most))
    alone = draw(st.lists(events(kinds), max_size=most))
    noticed = sorted((*alone, *(one for some in together for one in some)), key=noticed_at)
    return History(draw(loans()), tuple(_named(noticed)))


def _named(some: Iterable[Event]) -> Iterator[Event]:
    return (event.model_copy(update={"id": f"e-{n:02}"}) for n, event in enumerate(some, 1))


# --- living through them ---


def noticed_at(event: Event) -> datetime:
    """When an event of a history was noticed."""
    assert event.at is not None
    return event.at


def told(case: Case, event: Event) -> Case:
    """The case after one more event; EventRefused where it cannot have happened."""
    at = noticed_at(event)
    day = max(at.astimezone(case.zone).date(), case.day)
    seq = case.seq + 1
    return apply(case, event, case_id=case.id, seq=seq, day=day, at=at)._replace(seq=seq)


def lived(history: History, events_of: Iterable[Event] | None = None) -> Case:
    """The case after a history (or after other events on its loan), without what is refused."""
    opened = history.opened
    case = apply(None, opened, case_id="loan-1", seq=1, day=opened.opened_on, at=noticed_at(opened))
    case = case._replace(seq=1)
    for event in history.events if events_of is None else events_of:
        try:
            case = told(case, event)
        except EventRefused:
            continue
    return case
