"""Negotiation (协商): talks about how to repay, what came of them, and how many failed in a row.

Rules. One closing per negotiation id; a second one is refused. A closing without an id is a negotiation of its own, and
so counts by itself; it also ends talks that were opened without an id. `withdrawn` is neither a failure nor a reset.

What happened in a row is ordered by when it took effect, not by when it was reported. Days that the ledger finds
(cured, kept) count from the opening of that day, as ledger events come first among ties: a failure on the day of a cure
comes after the cure.

Laws: `counters do not depend on the order of arrival`, `facts move only when they say` (both in `tests/laws/`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from overdue_flow.cases.events.agreement import (
    CounterOffered,
    NegotiationClosed,
    NegotiationOpened,
    OfferMade,
    PlanAgreed,
)
from overdue_flow.cases.events.base import Event, Instalment
from overdue_flow.cases.events.legal import CaseAssessed, SettlementReached
from overdue_flow.cases.position import cured_on
from overdue_flow.cases.turn import Order, Recorded, in_order
from overdue_flow.errors import EventRefused
from overdue_flow.guards.vocabulary import Fact, Kind, Motion

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case

_OPENING = datetime.min.replace(tzinfo=UTC)

# --- what it holds ---


@dataclass(frozen=True, slots=True)
class Talks:
    """Talks that were opened; `id` is None where the host gives none."""

    order: Order
    id: str | None


@dataclass(frozen=True, slots=True)
class Offer:
    """What one side proposed. `by_borrower` for a counter-offer; `by` is who made it for the lender."""

    order: Order
    negotiation_id: str | None
    offer_id: str | None
    instalments: tuple[Instalment, ...]
    by_borrower: bool
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """Talks that ended: `agreed`, `failed` or `withdrawn`."""

    order: Order
    id: str | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Negotiation:
    """Talks, offers and closings, each in the order in which it took effect.

    `failures` are the places in time of the failed closings; `agreed` and `assessed` the latest of those resets.
    """

    opened: tuple[Talks, ...] = ()
    offers: tuple[Offer, ...] = ()
    closings: tuple[Closing, ...] = ()
    failures: tuple[Order, ...] = ()
    agreed: Order | None = None
    assessed: Order | None = None

    @property
    def is_open(self) -> bool:
        """Whether talks are under way."""
        if not self.opened:
            return False
        closed = {closing.id for closing in self.closings if closing.id}
        if any(talks.id not in closed for talks in self.opened if talks.id):
            return True
        return _latest_unnamed(self.opened) > _latest_unnamed(self.closings)


def _latest_unnamed(some: Sequence[Talks | Closing]) -> Order:
    """When the latest of those without an id took effect."""
    return next((one.order for one in reversed(some) if one.id is None), _BEFORE_ALL)


_BEFORE_ALL: Order = (date.min, _OPENING, "")

# --- what it listens to ---

LISTENS: tuple[type[Event], ...] = (
    NegotiationOpened,
    OfferMade,
    CounterOffered,
    NegotiationClosed,
    PlanAgreed,
    SettlementReached,
    CaseAssessed,
)

# --- how it evolves ---


def evolve(state: Negotiation, recorded: Recorded, case: Case) -> Negotiation:
    """The talks after an event. EventRefused for an id that was opened before, or closed before."""
    event = recorded.event
    if isinstance(event, NegotiationOpened):
        return _opened(state, event, recorded.order)
    if isinstance(event, NegotiationClosed):
        return _closed(state, event, recorded.order)
    if isinstance(event, OfferMade | CounterOffered):
        return replace(state, offers=in_order(state.offers, _offer(event, recorded.order)))
    if isinstance(event, CaseAssessed):
        return replace(state, assessed=max(state.assessed or _BEFORE_ALL, recorded.order))
    return replace(state, agreed=max(state.agreed or _BEFORE_ALL, recorded.order))


def _opened(state: Negotiation, event: NegotiationOpened, order: Order) -> Negotiation:
    """A late report of an opening is taken, if the talks closed after it."""
    name = event.negotiation_id
    if name is not None:
        if any(talks.id == name for talks in state.opened):
            raise EventRefused(f"negotiation `{name}` was opened already")
        closing = next((one for one in state.closings if one.id == name), None)
        if closing is not None and closing.order < order:
            raise EventRefused(f"negotiation `{name}` cannot open on {order[0]}: it was closed on {closing.order[0]}")
    return replace(state, opened=in_order(state.opened, Talks(order, name)))


def _closed(state: Negotiation, event: NegotiationClosed, order: Order) -> Negotiation:
    name = event.negotiation_id
    if name is not None:
        closing = next((one for one in state.closings if one.id == name), None)
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
    if event.outcome == "agreed":
        return replace(state, agreed=max(state.agreed or _BEFORE_ALL, order))
    return state


def _offer(event: OfferMade | CounterOffered, order: Order) -> Offer:
    by_borrower = isinstance(event, CounterOffered)
    by = event.by if isinstance(event, OfferMade) else None
    return Offer(order, event.negotiation_id, event.offer_id, event.instalments, by_borrower, by)


# --- the facts it offers ---


def _failed_in_a_row(case: Case, day: date) -> int:
    failures = case.negotiation.failures
    if not failures:
        return 0
    last_reset = max(_resets(case, day), default=_BEFORE_ALL)
    return len(failures) - bisect_right(failures, last_reset)


def _resets(case: Case, day: date) -> Iterator[Order]:
    """The latest reset of each kind that the terms name, as of `day`."""
    for word in case.terms.in_a_row.failed_negotiations.reset_by:
        if word == "agreed" and case.negotiation.agreed:
            yield case.negotiation.agreed
        elif word == "assessed" and case.negotiation.assessed:
            yield case.negotiation.assessed
        elif word in ("cured", "kept"):
            days = _ledger_days(case, word)
            known = bisect_right(days, day)
            if known:
                yield (days[known - 1], _OPENING, "")


def _ledger_days(case: Case, word: str) -> tuple[date, ...]:
    """The days, in order, on which the overdue amount came back to zero (`cured`) or a promise was kept (`kept`)."""
    return cured_on(case) if word == "cured" else case.promises.kept_on


def _next_reset(case: Case, day: date) -> date | None:
    """A payment of a later value date may cure, or keep a promise, on that day."""
    if not case.negotiation.failures:
        return None
    words = case.terms.in_a_row.failed_negotiations.reset_by
    days = (_ledger_days(case, word) for word in ("cured", "kept") if word in words)
    return min((some[at] for some in days if (at := bisect_right(some, day)) < len(some)), default=None)


def _last_closed_on(case: Case, _day: date) -> date | None:
    closings = case.negotiation.closings
    return closings[-1].order[0] if closings else None


FACTS: tuple[Fact, ...] = (
    Fact(
        "negotiations_failed",
        Kind.NUMBER,
        "failed negotiations",
        lambda case, _day: len(case.negotiation.failures),
        unit="times",
        doc="Closings with the outcome `failed`, over the whole case.",
    ),
    Fact(
        "failed_negotiations_in_a_row",
        Kind.NUMBER,
        "failed negotiations in a row",
        _failed_in_a_row,
        unit="times",
        motion=Motion.CLOCK,
        until=_next_reset,
        doc="Failed closings since the last of what `terms.in_a_row.failed_negotiations.reset_by` names; "
        "`withdrawn` changes nothing.",
    ),
    Fact(
        "negotiation_open",
        Kind.FLAG,
        "talks are under way",
        lambda case, _day: case.negotiation.is_open,
        label_zh="协商中",
        doc="Talks were opened and not closed.",
    ),
    Fact(
        "last_negotiation_closed_on",
        Kind.DATE,
        "date of the last closing of talks",
        _last_closed_on,
        may_be_missing=True,
        doc="The latest closing, whatever its outcome.",
    ),
)
"""The facts of negotiation."""
