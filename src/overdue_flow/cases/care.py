"""Care: holds, disputes and complaints.

Rules. A dispute is open until it is resolved, and is a hold of kind `dispute` of its own until then. `HoldLifted` ends
every hold of its kind that stands on its day, those of disputes too; a dispute itself stays open until it is resolved.

Who may lift a hold is the policy's business, of which nothing is known here: a lift counts until `restore` takes it
back.

Laws: `a pause is counted once`, `facts move only when they say` (both in `tests/laws/`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from overdue_flow.cases import holds as holding
from overdue_flow.cases.events.base import Event
from overdue_flow.cases.events.care import (
    ComplaintAnswered,
    ComplaintReceived,
    DisputeRaised,
    DisputeResolved,
    HoldLifted,
    HoldPlaced,
)
from overdue_flow.cases.holds import Hold, Holds, Pauses
from overdue_flow.cases.schedules import minor
from overdue_flow.cases.turn import Order, Recorded, in_order
from overdue_flow.errors import EventRefused
from overdue_flow.guards.vocabulary import Fact, Kind
from overdue_flow.problems import did_you_mean

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case

# --- what it holds ---


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute of the debt or of a part of it (`amount` in minor units; None for all)."""

    order: Order
    seq: int
    id: str | None
    amount: int | None = None
    ended_on: date | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint about how the case was handled."""

    order: Order
    seq: int
    id: str | None
    ended_on: date | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Care:
    """Holds as they were placed; disputes and complaints in the order in which they took effect.

    `last_lift` is the entry of the last `HoldLifted`; `refused_lifts` are those that do not count, because the wrong
    role sent them.
    """

    holds: Holds = ()
    disputes: tuple[Dispute, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    last_lift: int | None = None
    refused_lifts: frozenset[int] = frozenset()

    def pauses(self, kinds: Iterable[str]) -> Pauses:
        """The stretches [from, until) on which a hold of one of `kinds` stands, in order and apart; None for no end."""
        if not self.holds:
            return ()
        wanted = frozenset(kinds)
        return holding.merged(hold for hold in self.holds if hold.kind in wanted)

    def stands(self, kind: str, day: date) -> bool:
        """Whether a hold of `kind` is in place on `day`."""
        return any(hold.kind == kind and hold.stands_on(day) for hold in self.holds)

    def standing(self, day: date) -> tuple[str, ...]:
        """The kinds of hold in place on `day`, each once, in the order in which they were placed."""
        return tuple(dict.fromkeys(hold.kind for hold in self.holds if hold.stands_on(day)))

    def next_change(self, day: date) -> date | None:
        """The next day after `day` on which a hold begins or ends by itself."""
        return holding.next_change(self.holds, day)


def restore(state: Care, kinds: Collection[str]) -> Care:
    """`state` with the last `HoldLifted`, of one of `kinds`, taken back and remembered as refused.

    It is remembered by its entry, so that it stays refused when the events are folded again; twice is once.
    """
    seq = state.last_lift
    if seq is None or not kinds:
        return state
    holds = holding.lift_taken_back(state.holds, kinds, seq)
    return replace(state, holds=holds, refused_lifts=state.refused_lifts | {seq})


# --- what it listens to ---

LISTENS: tuple[type[Event], ...] = (
    HoldPlaced,
    HoldLifted,
    DisputeRaised,
    DisputeResolved,
    ComplaintReceived,
    ComplaintAnswered,
)

# --- how it evolves ---


def evolve(state: Care, recorded: Recorded, case: Case) -> Care:
    """The care after an event. EventRefused for an end without a beginning, and for a beginning that came before."""
    match recorded.event:
        case HoldPlaced() as event:
            return replace(state, holds=holding.placed(state.holds, event, recorded))
        case HoldLifted() as event if recorded.seq not in state.refused_lifts:
            return replace(state, holds=holding.lifted(state.holds, event, recorded), last_lift=recorded.seq)
        case DisputeRaised() as event:
            return _raised(state, event, recorded, case)
        case DisputeResolved() as event:
            return _resolved(state, event, recorded)
        case ComplaintReceived() as event:
            _new_id(state.complaints, event.complaint_id, "complaint")
            complaint = Complaint(recorded.order, recorded.seq, event.complaint_id)
            return replace(state, complaints=in_order(state.complaints, complaint))
        case ComplaintAnswered() as event:
            complaint = _open_one(state.complaints, event.complaint_id, "complaint", recorded)
            answered = replace(complaint, ended_on=recorded.on, outcome=event.outcome)
            return replace(state, complaints=_swapped(state.complaints, complaint, answered))
    return state


def _raised(state: Care, event: DisputeRaised, recorded: Recorded, case: Case) -> Care:
    _new_id(state.disputes, event.dispute_id, "dispute")
    amount = None if event.amount is None else minor(event.amount, case.terms.currency)
    dispute = Dispute(recorded.order, recorded.seq, event.dispute_id, amount)
    hold = Hold("dispute", recorded.on, recorded.seq, dispute=recorded.seq)
    return replace(state, disputes=in_order(state.disputes, dispute), holds=(*state.holds, hold))


def _resolved(state: Care, event: DisputeResolved, recorded: Recorded) -> Care:
    dispute = _open_one(state.disputes, event.dispute_id, "dispute", recorded)
    resolved = replace(dispute, ended_on=recorded.on, outcome=event.outcome)
    holds = tuple(
        hold.lifted(recorded.seq, recorded.on) if hold.dispute == dispute.seq else hold for hold in state.holds
    )
    return replace(state, disputes=_swapped(state.disputes, dispute, resolved), holds=holds)


_Open = TypeVar("_Open", Dispute, Complaint)


def _new_id(known: tuple[_Open, ...], name: str | None, what: str) -> None:
    if name is not None and any(one.id == name for one in known):
        raise EventRefused(f"{what} `{name}` came before; a new {what} needs an id of its own")


def _open_one(known: tuple[_Open, ...], name: str | None, what: str, recorded: Recorded) -> _Open:
    """The open one of that name; without a name, the oldest open one."""
    open_ones = [one for one in known if one.ended_on is None]
    if name is None:
        if not open_ones:
            raise EventRefused(f"there is no open {what}")
        found = open_ones[0]
    else:
        found = _named(known, name, what)
    if recorded.order < found.order:
        raise EventRefused(f"a {what} of {found.order[0]} cannot end on {recorded.on}, before it began")
    return found


def _named(known: tuple[_Open, ...], name: str, what: str) -> _Open:
    found = next((one for one in known if one.id == name), None)
    if found is None:
        hint = did_you_mean(name, (one.id for one in known if one.id))
        raise EventRefused(f"there is no {what} `{name}`" + (f" ({hint})" if hint else ""))
    if found.ended_on is not None:
        raise EventRefused(f"{what} `{name}` ended already, on {found.ended_on}")
    return found


def _swapped(known: tuple[_Open, ...], old: _Open, new: _Open) -> tuple[_Open, ...]:
    return tuple(new if one is old else one for one in known)


# --- the facts it offers ---


def _complaint_on(case: Case, _day: date) -> date | None:
    complaints = case.care.complaints
    return next((one.order[0] for one in reversed(complaints) if one.ended_on is None), None) if complaints else None


FACTS: tuple[Fact, ...] = (
    *holding.FACTS,
    Fact(
        "dispute_open",
        Kind.FLAG,
        "a dispute is open",
        lambda case, _day: any(dispute.ended_on is None for dispute in case.care.disputes),
        label_zh="争议中",
        doc="A dispute was raised and not resolved, whether or not its hold was lifted.",
    ),
    Fact(
        "complaint_open",
        Kind.FLAG,
        "a complaint is open",
        lambda case, _day: any(complaint.ended_on is None for complaint in case.care.complaints),
        label_zh="投诉处理中",
        doc="A complaint was received and not answered.",
    ),
    Fact(
        "complaint_on",
        Kind.DATE,
        "date of the latest open complaint",
        _complaint_on,
        may_be_missing=True,
        doc="Missing when no complaint is open.",
    ),
)
"""The facts of care."""
