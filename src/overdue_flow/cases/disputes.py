"""Disputes: what the borrower contests, the proof that is asked for and comes, the overdue amount that is checked.

Facts speak of the latest dispute that is open. Proof may be asked of either side, more than once, and may come without
having been asked for. What is overdue may be verified in a dispute or apart from one; whether the verified amount is
the ledger's is found anew from the ledger as it is known, so a correction of the books is seen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypeAlias

from overdue_flow.cases.events.care import (
    AmountVerified,
    DisputeRaised,
    DisputeResolved,
    ProofReceived,
    ProofRequested,
)
from overdue_flow.cases.matters import latest_open, open_one, raised_one, refuse_known, swapped
from overdue_flow.cases.position import position, unknown
from overdue_flow.cases.schedules import minor
from overdue_flow.cases.turn import Order, Recorded, in_order
from overdue_flow.errors import EventRefused
from overdue_flow.guards.vocabulary import Fact, Kind
from overdue_flow.money import from_minor

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case

GROUNDS = ("amount", "not_mine", "paid", "service", "fraud", "time_barred", "other")
"""Why a debt may be disputed."""

# --- what it holds ---


@dataclass(frozen=True, slots=True)
class Proof:
    """Proof was asked of a side, or came from it."""

    order: Order
    side: str


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute of the debt or of a part of it (`amount` in minor units; None for all)."""

    order: Order
    seq: int
    id: str | None
    amount: int | None = None
    ended_on: date | None = None
    outcome: str | None = None
    ground: str | None = None
    asked: tuple[Proof, ...] = ()
    received: tuple[Proof, ...] = ()

    @property
    def proof_is_here(self) -> bool:
        """Whether proof came, and none is missing that a side was asked for since its last."""
        last = {proof.side: proof.order for proof in self.received}
        return bool(last) and all(proof.side in last and proof.order < last[proof.side] for proof in self.asked)


@dataclass(frozen=True, slots=True)
class Verified:
    """The overdue amount as somebody found it, in minor units."""

    order: Order
    amount: int


Disputes: TypeAlias = tuple[Dispute, ...]

# --- how it evolves ---


def raised(disputes: Disputes, event: DisputeRaised, recorded: Recorded, case: Case) -> Disputes:
    """`disputes` and one more. EventRefused for an id that came before, and for an amount below zero."""
    refuse_known(disputes, event.dispute_id, "dispute")
    amount = None if event.amount is None else minor(event.amount, case.terms.currency)
    if amount is not None and amount < 0:
        raise EventRefused(f"an amount of `{event.amount}` cannot be disputed; expected zero or more")
    dispute = Dispute(recorded.order, recorded.seq, event.dispute_id, amount, ground=event.ground)
    return in_order(disputes, dispute)


def resolved(disputes: Disputes, event: DisputeResolved, recorded: Recorded) -> tuple[Disputes, Dispute]:
    """`disputes` with one resolved, and that one as it was. EventRefused where none is open, or not the one named."""
    dispute = open_one(disputes, event.dispute_id, "dispute", "end", recorded)
    return swapped(disputes, dispute, replace(dispute, ended_on=recorded.on, outcome=event.outcome)), dispute


def proved(disputes: Disputes, event: ProofRequested | ProofReceived, recorded: Recorded) -> Disputes:
    """`disputes` with proof asked for or received in one. EventRefused where there is no such dispute."""
    asked = isinstance(event, ProofRequested)
    done = "be asked about" if asked else "be proved"
    dispute = raised_one(disputes, event.dispute_id, "dispute", done, recorded)
    proof = Proof(recorded.order, event.asked_of)
    if asked:
        return swapped(disputes, dispute, replace(dispute, asked=in_order(dispute.asked, proof)))
    return swapped(disputes, dispute, replace(dispute, received=in_order(dispute.received, proof)))


def verified(
    known: tuple[Verified, ...], disputes: Disputes, event: AmountVerified, recorded: Recorded, case: Case
) -> tuple[Verified, ...]:
    """`known` and one more. EventRefused for a dispute that there is not, and for an amount below zero."""
    if event.dispute_id is not None:
        raised_one(disputes, event.dispute_id, "dispute", "be looked into", recorded)
    amount = minor(event.amount, case.terms.currency)
    if amount < 0:
        raise EventRefused(f"`{event.amount}` cannot be overdue; expected zero or more")
    return in_order(known, Verified(recorded.order, amount))


# --- the facts it offers ---


def _open(case: Case) -> Dispute | None:
    disputes: Disputes = case.care.disputes
    return latest_open(disputes) if disputes else None


def _dispute_on(case: Case, _day: date) -> date | None:
    dispute = _open(case)
    return dispute.order[0] if dispute else None


def _amount(case: Case, _day: date) -> Decimal | None:
    dispute = _open(case)
    return None if dispute is None or dispute.amount is None else from_minor(dispute.amount, case.terms.currency)


def _ground(case: Case, _day: date) -> str | None:
    dispute = _open(case)
    return dispute.ground if dispute else None


def _asked_on(case: Case, _day: date) -> date | None:
    dispute = _open(case)
    return dispute.asked[-1].order[0] if dispute and dispute.asked else None


def _received(case: Case, _day: date) -> bool:
    dispute = _open(case)
    return dispute is not None and dispute.proof_is_here


def _verified_on(case: Case, _day: date) -> date | None:
    known: tuple[Verified, ...] = case.care.verified
    return known[-1].order[0] if known else None


def _differs(case: Case, _day: date) -> bool:
    known: tuple[Verified, ...] = case.care.verified
    if not known:
        return False
    found = known[-1]
    here = position(case, found.order[0])
    return not unknown(here) and here.overdue != found.amount


FACTS: tuple[Fact, ...] = (
    Fact(
        "dispute_open",
        Kind.FLAG,
        "a dispute is open",
        lambda case, _day: any(dispute.ended_on is None for dispute in case.care.disputes),
        label_zh="争议中",
        doc="A dispute was raised and not resolved, whether or not its hold was lifted.",
    ),
    Fact(
        "dispute_on",
        Kind.DATE,
        "date of the latest open dispute",
        _dispute_on,
        may_be_missing=True,
        label_zh="争议提出日",
        doc="Missing when no dispute is open.",
    ),
    Fact(
        "dispute_amount",
        Kind.MONEY,
        "amount in dispute",
        _amount,
        may_be_missing=True,
        label_zh="争议金额",
        doc="Of the latest open dispute; missing where all is disputed, or none is open.",
    ),
    Fact(
        "dispute_ground",
        Kind.CHOICE,
        "ground of the dispute",
        _ground,
        may_be_missing=True,
        choices=GROUNDS,
        label_zh="争议理由",
        doc="Of the latest open dispute.",
    ),
    Fact(
        "proof_asked",
        Kind.FLAG,
        "proof was asked for",
        lambda case, day: _asked_on(case, day) is not None,
        label_zh="已要求举证",
        doc="In the latest open dispute, of either side, whether or not it came.",
    ),
    Fact(
        "proof_asked_on",
        Kind.DATE,
        "date of the last request for proof",
        _asked_on,
        may_be_missing=True,
        label_zh="要求举证日",
        doc="In the latest open dispute, of either side.",
    ),
    Fact(
        "proof_received",
        Kind.FLAG,
        "the proof is here",
        _received,
        label_zh="证据已收到",
        doc="In the latest open dispute proof came, and none is missing that a side was asked for since.",
    ),
    Fact(
        "amount_verified_on",
        Kind.DATE,
        "date of the last check of the overdue amount",
        _verified_on,
        may_be_missing=True,
        label_zh="金额核实日",
        doc="The latest `AmountVerified`, in a dispute or apart from one.",
    ),
    Fact(
        "amount_verified_differs",
        Kind.FLAG,
        "the verified amount is not the ledger's",
        _differs,
        label_zh="核实金额不符",
        doc="The amount last verified differs from `overdue_amount` of its day, as the ledger is known now.",
    ),
)
"""The facts of disputes."""
