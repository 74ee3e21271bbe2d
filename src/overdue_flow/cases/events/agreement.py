"""Events of negotiation, promises and plans. Whether they are kept is found by the ledger, not reported."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from overdue_flow.cases.events.base import Happening, Prose, Schedule, Word
from overdue_flow.money import Amount

PlanKind = Literal[
    "annuity", "equal_principal", "term_extension", "lower_instalment", "arrears_spread", "arrears_by_instalments",
    "capitalisation", "deferral", "deferral_without_interest", "interest_only", "rate_reduction", "catch_up",
    "partial_waiver", "settlement", "payment_holiday",
]  # fmt: skip
"""The kinds of plan that can be offered and agreed."""

GraceDays = Annotated[int, Field(ge=0, le=366)]
"""Days after a due date for which an instalment of a plan does not count as missed."""


class NegotiationOpened(Happening):
    """协商: talks about how to repay have begun."""

    kind: Literal["NegotiationOpened"] = "NegotiationOpened"
    negotiation_id: Word | None = None


class OfferMade(Happening):
    """The lender offered a schedule, until the end of `valid_until`. `role` offers it; `waives_...` is what is let go.

    It belongs to the talks that it names, or without an id to those that are open. `beside_contract`: the contract's
    own instalments go on. What a role may offer the policy says, under `authority`.
    """

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"by"})

    kind: Literal["OfferMade"] = "OfferMade"
    negotiation_id: Word | None = None
    offer_id: Word | None = None
    plan: PlanKind | None = None
    instalments: Schedule = ()
    waives_costs: Amount | None = None
    waives_interest: Amount | None = None
    waives_principal: Amount | None = None
    beside_contract: bool = False
    valid_until: date | None = None
    role: Word | None = None
    by: Word | None = None


class OfferApproved(Happening):
    """A role that may offer so much stands behind an offer of one that may not, or behind a plan agreed without an
    offer: `offer_id` is then the plan's id."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"by"})

    kind: Literal["OfferApproved"] = "OfferApproved"
    offer_id: Word
    role: Word
    by: Word | None = None


class OfferDeclined(Happening):
    """The borrower does not want an offer, and offers nothing else; without an id, none of those that stand."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    kind: Literal["OfferDeclined"] = "OfferDeclined"
    offer_id: Word | None = None
    reason: Prose = ""


class CounterOffered(Happening):
    """The borrower offered something else; `offer_id` is a name for it, by which a plan may accept it."""

    kind: Literal["CounterOffered"] = "CounterOffered"
    negotiation_id: Word | None = None
    offer_id: Word | None = None
    plan: PlanKind | None = None
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


class PromiseMoved(Happening):
    """A promise gets another last day, and another `amount` where one is said; without an id, the open one."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    kind: Literal["PromiseMoved"] = "PromiseMoved"
    due_on: date
    amount: Amount | None = None
    promise_id: Word | None = None
    reason: Prose = ""


class PromiseCancelled(Happening):
    """A promise taken back, by agreement; without an id, the open one."""

    kind: Literal["PromiseCancelled"] = "PromiseCancelled"
    promise_id: Word | None = None


class PlanAgreed(Happening):
    """还款计划: a schedule to repay, which replaces the contract's (`replaces_contract`) or stands beside it.

    With `offer_id` it accepts the offer of that id, and closes its talks as agreed. The offer's schedule, kind and
    waivers need not be said again; a schedule that is said must be the same, and what was offered beside the contract
    stands beside it. `waived_on_completion` is let go once the plan is completed; `grace_days` goes before
    `terms.plan.grace_days`.
    """

    kind: Literal["PlanAgreed"] = "PlanAgreed"
    instalments: Schedule = ()
    plan_id: Word | None = None
    replaces_contract: bool = True
    plan: PlanKind | None = None
    offer_id: Word | None = None
    waived_on_completion: Amount | None = None
    grace_days: GraceDays | None = None
    role: Word | None = None


class PlanCancelled(Happening):
    """A plan ended by decision; without an id, the active one."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"reason"})

    kind: Literal["PlanCancelled"] = "PlanCancelled"
    plan_id: Word | None = None
    reason: Prose = ""
