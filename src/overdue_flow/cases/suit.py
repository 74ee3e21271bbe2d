"""The suit (诉讼): the claim, the order to pay, mediation, hearings, and the settlement that is open at any point.

A claim stands from its filing until it is withdrawn, rejected, or, where it asks for an order to pay, the borrower
contests that order. What is paid on it while it stands comes off it, so that a claim paid in the middle says so.

Laws (tests/laws): `facts move only when they say`, `counters do not depend on the order of arrival`, `only the court
moves the clocks of the court`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, get_args

from overdue_flow.cases import events
from overdue_flow.cases.events.base import Event
from overdue_flow.cases.events.legal import Track
from overdue_flow.cases.latest import (
    TOLD_LATE,
    Latest,
    chosen,
    dated,
    day_of,
    event_of,
    flagged,
    major,
    refuse_other_currencies,
    times,
    valued,
)
from overdue_flow.cases.position import in_force
from overdue_flow.cases.schedules import minor
from overdue_flow.cases.turn import Recorded
from overdue_flow.errors import EventRefused
from overdue_flow.guards.vocabulary import Fact, Kind, Motion
from overdue_flow.money import from_minor

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case

# --- what it holds ---


@dataclass(frozen=True, slots=True)
class Suit:
    """The latest event of each kind, and how many hearings were held."""

    latest: Latest = Latest()
    hearings: int = 0

    @property
    def filed(self) -> Recorded | None:
        """The filing of the claim that stands; None where none does."""
        filed = self.latest.stands(events.ClaimFiled, events.ClaimWithdrawn, events.ClaimRejected)
        return None if filed is None or self.order_is_void(filed) else filed

    def order_is_void(self, filed: Recorded) -> bool:
        """Whether a claim asked for an order to pay, and the borrower contested that."""
        claim = event_of(filed, events.ClaimFiled)
        of_an_order = claim is not None and claim.track == "payment_order"
        return of_an_order and self.latest.after(filed, events.PaymentOrderContested) is not None

    @property
    def order(self) -> Recorded | None:
        """The order to pay that stands: issued in the present suit, and not contested."""
        issued, filed = self.latest.of(events.PaymentOrderIssued), self.latest.of(events.ClaimFiled)
        if issued is None or (filed is not None and issued.order < filed.order):
            return None
        over = (events.PaymentOrderContested, events.ClaimWithdrawn, events.ClaimRejected)
        return self.latest.stands(events.PaymentOrderIssued, *over)


# --- what it listens to ---

LISTENS: tuple[type[Event], ...] = (
    events.ClaimFiled,
    events.ClaimAccepted,
    events.ClaimRejected,
    events.PaymentOrderIssued,
    events.PaymentOrderContested,
    events.MediationHeld,
    events.HearingScheduled,
    events.HearingHeld,
    events.JudgmentGiven,
    events.SettlementReached,
    events.ClaimWithdrawn,
)

# --- how it evolves ---


def evolve(state: Suit, recorded: Recorded, case: Case) -> Suit:
    """The suit after an event. EventRefused for an amount in another currency than the case's, and for a hearing set
    for a day that is over."""
    event = recorded.event
    refuse_other_currencies(event, case)
    suit = replace(state, latest=state.latest.heard(recorded))
    match event:
        case events.HearingScheduled() if event.hearing_on < recorded.on:
            said = f"a hearing was set on {recorded.on} for {event.hearing_on}, a day that was over"
            raise EventRefused(f"{said}; {TOLD_LATE}")
        case events.HearingHeld():
            return replace(suit, hearings=suit.hearings + 1)
    return suit


# --- the facts it offers ---


def filed_on(recorded: Recorded) -> date:
    """The day on which a claim was filed."""
    claim = event_of(recorded, events.ClaimFiled)
    return (claim.filed_on if claim is not None else None) or recorded.on


def _of_the_claim(name: str) -> Callable[[Case, date], Any]:
    def read(case: Case, _day: date) -> Any:
        filed = case.suit.filed
        return None if filed is None else getattr(filed.event, name)

    return read


def _filed_on(case: Case, _day: date) -> date | None:
    filed = case.suit.filed
    return None if filed is None else filed_on(filed)


def _claim_amount(case: Case, day: date) -> Decimal | None:
    return major(_of_the_claim("claim_amount")(case, day), case)


def _claim_outstanding(case: Case, day: date) -> Decimal | None:
    filed = case.suit.filed
    if filed is None:
        return None
    currency, on = case.terms.currency, filed_on(filed)
    ledger = in_force(case.ledger, case.plans)
    settled = ledger.settled_since(on + timedelta(days=1), day) if on < day else 0
    amount = minor(_of_the_claim("claim_amount")(case, day), currency)
    return from_minor(max(amount - settled, 0), currency)


def _next_settled(case: Case, day: date) -> date | None:
    """A payment, reversal or waiver of a later value date may count from that day on."""
    return None if case.suit.filed is None else in_force(case.ledger, case.plans).next_value_date(day)


def _since_filing(kind: type[Event]) -> Callable[[Case], Recorded | None]:
    """The latest of a kind that came after the filing, or that no filing is known of; None once the claim is over."""

    def find(case: Case) -> Recorded | None:
        latest = case.suit.latest
        found, filed = latest.of(kind), latest.of(events.ClaimFiled)
        if found is None or (filed is not None and found.order < filed.order):
            return None
        return latest.stands(kind, events.ClaimWithdrawn, events.ClaimRejected)

    return find


_accepted, _ordered = _since_filing(events.ClaimAccepted), _since_filing(events.PaymentOrderIssued)


def _rejected(case: Case, _day: date) -> bool:
    return case.suit.latest.stands(events.ClaimRejected, events.ClaimFiled) is not None


def _contested(case: Case, _day: date) -> bool:
    return case.suit.latest.stands(events.PaymentOrderContested, events.ClaimFiled) is not None


def _hearing_on(case: Case, _day: date) -> date | None:
    latest = case.suit.latest
    over = (events.ClaimWithdrawn, events.ClaimRejected, events.JudgmentGiven)
    scheduled = event_of(latest.stands(events.HearingScheduled, *over), events.HearingScheduled)
    held = latest.of(events.HearingHeld)
    if scheduled is None or (held is not None and held.on >= scheduled.hearing_on):
        return None
    return scheduled.hearing_on


_ENDS_A_CLAIM = "`ClaimWithdrawn`, `ClaimRejected` or a contested order to pay"

FACTS: tuple[Fact, ...] = (
    valued(
        "claim_amount",
        "amount of the claim",
        f"As filed; missing before `ClaimFiled` and after {_ENDS_A_CLAIM}.",
        _claim_amount,
        "诉讼标的额",
    ),
    Fact(
        "claim_outstanding",
        Kind.MONEY,
        "what is left of the claim",
        _claim_outstanding,
        may_be_missing=True,
        motion=Motion.CLOCK,
        until=_next_settled,
        doc="The claim less what was paid or waived with a value date after the day of filing, and never below zero.",
    ),
    dated(
        "filed_on",
        "date of the filing of the claim",
        f"Missing before `ClaimFiled` and after {_ENDS_A_CLAIM}.",
        _filed_on,
        "立案日期",
    ),
    chosen(
        "claim_track", "track of the claim", "Missing where no claim stands.", _of_the_claim("track"), get_args(Track)
    ),
    flagged(
        "claim_accepted",
        "the court has accepted the claim",
        "From `ClaimAccepted` on, until the claim is withdrawn or rejected, or another one filed.",
        lambda case, _day: _accepted(case) is not None,
        "法院已受理",
    ),
    dated(
        "claim_accepted_on",
        "date of the acceptance of the claim",
        "Missing while `claim_accepted` is false.",
        lambda case, _day: day_of(_accepted(case)),
    ),
    flagged(
        "claim_rejected",
        "the court did not take the claim on",
        "From `ClaimRejected` on, until another claim is filed.",
        _rejected,
    ),
    dated(
        "payment_order_issued_on",
        "date of the order to pay",
        "Missing before `PaymentOrderIssued`, and once the claim is withdrawn or rejected, or another one filed.",
        lambda case, _day: day_of(_ordered(case)),
        "支付令签发日",
    ),
    flagged(
        "payment_order_contested",
        "the borrower contested the order to pay",
        "From `PaymentOrderContested` on, until another claim is filed.",
        _contested,
    ),
    dated(
        "mediation_on",
        "date of the mediation",
        "The latest `MediationHeld`.",
        lambda case, _day: day_of(case.suit.latest.of(events.MediationHeld)),
    ),
    chosen(
        "mediation_outcome",
        "outcome of the mediation",
        "Of the latest `MediationHeld`.",
        lambda case, _day: getattr(case.suit.latest.event(events.MediationHeld), "outcome", None),
        ("settled", "failed", "adjourned"),
    ),
    dated(
        "hearing_on",
        "date of the hearing",
        "As last set; missing once a hearing was held on that day or later, the claim is over, or the judgment given.",
        _hearing_on,
        "开庭日期",
    ),
    times("hearings_held", "hearings held", "Every `HearingHeld` is one.", lambda case, _day: case.suit.hearings),
    dated(
        "settlement_on",
        "date of the settlement",
        "The latest `SettlementReached`, kept or not.",
        lambda case, _day: day_of(case.suit.latest.of(events.SettlementReached)),
        "和解日期",
    ),
    valued(
        "settlement_amount",
        "amount of the settlement",
        "Of the latest `SettlementReached`.",
        lambda case, _day: major(getattr(case.suit.latest.event(events.SettlementReached), "amount", None), case),
    ),
)
"""The facts of the suit."""
