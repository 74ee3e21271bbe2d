"""Negotiation (协商): talks about how to repay, the rounds in them, what came of them, and how many failed in a row.

Rules. One closing per negotiation id; a second one is refused. A closing without an id is a negotiation of its own, and
so counts by itself; it also ends talks that were opened without an id. `withdrawn` is neither a failure nor a reset. A
plan that accepts an offer closes the talks of that offer as agreed; a host may say so too, and says nothing new. Which
talks an offer belongs to, and how long it stands: `talks.py`.

What happened in a row is ordered by when it took effect, not by when it was reported (`negotiation_facts.py`).

Laws: `counters do not depend on the order of arrival`, `counters reset as the terms say`, `talks are what was said, one
word after the other`, `facts move only when they say` (all in `tests/laws/`).
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

from overdue_flow.cases import authority, negotiation_facts
from overdue_flow.cases.events.agreement import (
    CounterOffered,
    NegotiationClosed,
    NegotiationOpened,
    OfferApproved,
    OfferDeclined,
    OfferMade,
    PlanAgreed,
)
from overdue_flow.cases.events.base import Event
from overdue_flow.cases.events.legal import CaseAssessed, SettlementReached
from overdue_flow.cases.schedules import minor
from overdue_flow.cases.talks import BEFORE_ALL, Closing, Declined, Negotiation, Offer, Talks
from overdue_flow.cases.turn import Order, Recorded, in_order
from overdue_flow.errors import EventRefused

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case

# --- what it holds: `Negotiation`, in `talks.py` ---

# --- what it listens to ---

LISTENS: tuple[type[Event], ...] = (
    NegotiationOpened,
    OfferMade,
    OfferApproved,
    OfferDeclined,
    CounterOffered,
    NegotiationClosed,
    PlanAgreed,
    SettlementReached,
    CaseAssessed,
)

# --- how it evolves ---


def evolve(state: Negotiation, recorded: Recorded, case: Case) -> Negotiation:
    """The talks after an event. EventRefused for an id that was opened or closed before, or an offer nobody made."""
    order = recorded.order
    match recorded.event:
        case NegotiationOpened() as event:
            return _opened(state, event, order)
        case NegotiationClosed() as event:
            return _closed(state, event, order)
        case OfferMade() as event:
            return replace(state, offers=in_order(state.offers, _offer(event, recorded, case)))
        case CounterOffered() as event:
            counter = Offer(
                order, event.negotiation_id, event.offer_id, event.instalments, by_borrower=True, plan=event.plan
            )
            return replace(state, offers=in_order(state.offers, counter))
        case OfferDeclined() as event:
            return _declined(state, event, recorded)
        case OfferApproved() as event:
            if not any(plan.id == event.offer_id for plan in case.plans.plans):
                _check_made(state.offer(event.offer_id), event.offer_id, recorded, "approved")
            return state
        case CaseAssessed():
            return replace(state, assessed=max(state.assessed or BEFORE_ALL, order))
        case PlanAgreed(offer_id=str(offer_id)) | SettlementReached(offer_id=str(offer_id)):
            return _agreed(_accepted(state, state.accepted(offer_id, recorded), order), order)
    return _agreed(state, order)


def _agreed(state: Negotiation, order: Order) -> Negotiation:
    return replace(state, agreed=max(state.agreed or BEFORE_ALL, order))


def _opened(state: Negotiation, event: NegotiationOpened, order: Order) -> Negotiation:
    """A late report of an opening is taken, if the talks closed after it."""
    name = event.negotiation_id
    if name is not None:
        if any(talks.id == name for talks in state.opened):
            raise EventRefused(f"negotiation `{name}` was opened already")
        closing = _closing_of(state, name)
        if closing is not None and closing.order < order:
            raise EventRefused(f"negotiation `{name}` cannot open on {order[0]}: it was closed on {closing.order[0]}")
    return replace(state, opened=in_order(state.opened, Talks(order, name)))


def _closing_of(state: Negotiation, name: str) -> Closing | None:
    return next((one for one in reversed(state.closings) if one.id == name), None)


def _closed(state: Negotiation, event: NegotiationClosed, order: Order) -> Negotiation:
    name = event.negotiation_id
    if name is not None:
        closing = _closing_of(state, name)
        if closing is not None and closing.by_plan and event.outcome == "agreed":
            return _agreed(state, order)
        if closing is not None:
            said = f"negotiation `{name}` was closed already, on {closing.order[0]} as `{closing.outcome}`"
            raise EventRefused(f"{said}; new talks need an id of their own")
        talks = next((one for one in state.opened if one.id == name), None)
        if talks is not None and order < talks.order:
            raise EventRefused(f"negotiation `{name}` cannot close on {order[0]}: it was opened on {talks.order[0]}")
    state = replace(state, closings=in_order(state.closings, Closing(order, name, event.outcome)))
    if event.outcome == "failed":
        at = bisect_right(state.failures, order)
        return replace(state, failures=(*state.failures[:at], order, *state.failures[at:]))
    return _agreed(state, order) if event.outcome == "agreed" else state


def _accepted(state: Negotiation, offer: Offer, order: Order) -> Negotiation:
    """The talks of an offer end with the plan that accepts it, unless they were closed before."""
    thread = state.thread_of(offer)
    if thread.closed is not None:
        return state
    closing = Closing(max(order, offer.order), thread.id, "agreed", by_plan=True)
    return replace(state, closings=in_order(state.closings, closing))


def _offer(event: OfferMade, recorded: Recorded, case: Case) -> Offer:
    waives = (event.waives_costs, event.waives_interest, event.waives_principal)
    for amount in waives:
        if amount is not None and minor(amount, case.ledger.rules.currency) < 0:
            raise EventRefused(f"an offer waives `{amount}`; expected zero or more")
    if event.valid_until is not None and event.valid_until < recorded.on:
        raise EventRefused(f"an offer of {recorded.on} is valid until {event.valid_until}, before it was made")
    return Offer(
        recorded.order, event.negotiation_id, event.offer_id, event.instalments, by_borrower=False, by=event.by,
        plan=event.plan, waives=waives, valid_until=event.valid_until, role=event.role,
        beside_contract=event.beside_contract,
    )  # fmt: skip


def _declined(state: Negotiation, event: OfferDeclined, recorded: Recorded) -> Negotiation:
    if event.offer_id is not None:
        _check_made(state.offer(event.offer_id), event.offer_id, recorded, "declined")
    elif not any(not one.by_borrower and one.order[:2] <= recorded.order[:2] for one in state.offers):
        raise EventRefused(f"there was no offer to decline on {recorded.on}; send `OfferMade` first")
    return replace(state, declined=in_order(state.declined, Declined(recorded.order, event.offer_id)))


def _check_made(offer: Offer, name: str, recorded: Recorded, what: str) -> None:
    """EventRefused where an offer of an id came after what is done with it."""
    if recorded.order[:2] < offer.order[:2]:
        raise EventRefused(f"offer `{name}` of {offer.order[0]} cannot be {what} on {recorded.on}, before that")


# --- the facts it offers ---

FACTS = (*negotiation_facts.FACTS, *authority.FACTS)
"""The facts of negotiation."""
