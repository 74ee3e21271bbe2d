"""Events of negotiation, promises and plans. Whether they are kept is found by the ledger, not reported."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from overdue_flow.cases.events.base import Happening, Prose, Schedule, Word
from overdue_flow.money import Amount


class NegotiationOpened(Happening):
    """协商: talks about how to repay have begun."""

    kind: Literal["NegotiationOpened"] = "NegotiationOpened"
    negotiation_id: Word | None = None


class OfferMade(Happening):
    """The lender offered a schedule."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"by"})

    kind: Literal["OfferMade"] = "OfferMade"
    negotiation_id: Word | None = None
    offer_id: Word | None = None
    instalments: Schedule = ()
    by: Word | None = None


class CounterOffered(Happening):
    """The borrower offered something else."""

    kind: Literal["CounterOffered"] = "CounterOffered"
    negotiation_id: Word | None = None
    offer_id: Word | None = None
    instalments: Schedule = ()


class NegotiationClosed(Happening):
    """Talks ended. A closing without an id is a negotiation of its own."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    kind: Literal["NegotiationClosed"] = "NegotiationClosed"
    outcome: Literal["agreed", "failed", "withdrawn"]
    negotiation_id: Word | None = None
    reason: Prose = ""


class PromiseMade(Happening):
    """承诺还款: the borrower promises `amount` by `due_on` (that day is usable in full)."""

    kind: Literal["PromiseMade"] = "PromiseMade"
    amount: Amount
    due_on: date
    promise_id: Word | None = None


class PromiseCancelled(Happening):
    """A promise taken back, by agreement; without an id, the open one."""

    kind: Literal["PromiseCancelled"] = "PromiseCancelled"
    promise_id: Word | None = None


class PlanAgreed(Happening):
    """还款计划: a schedule to repay, which replaces the contract's (`replaces_contract`) or stands beside it."""

    kind: Literal["PlanAgreed"] = "PlanAgreed"
    instalments: Schedule
    plan_id: Word | None = None
    replaces_contract: bool = True


class PlanCancelled(Happening):
    """A plan ended by decision; without an id, the active one."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    kind: Literal["PlanCancelled"] = "PlanCancelled"
    plan_id: Word | None = None
    reason: Prose = ""
