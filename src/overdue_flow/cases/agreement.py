"""What was agreed: what a `PlanAgreed` or `SettlementReached` says, and where it is silent what the offer says that it
accepts.

Nothing is agreed that contradicts the offer which the agreement names: a schedule that is said is that of the offer,
and what was offered beside the contract does not replace it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from overdue_flow.cases.events.agreement import PlanAgreed
from overdue_flow.cases.events.legal import SettlementReached
from overdue_flow.cases.schedules import dues_of, minor
from overdue_flow.cases.talks import Offer
from overdue_flow.cases.waterfall import Due
from overdue_flow.errors import EventRefused
from overdue_flow.money import from_minor

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case
    from overdue_flow.cases.turn import Recorded


class Agreement(NamedTuple):
    """What is to be paid, what is let go once it is (minor units), what kind of plan that is, and whether it stands in
    the contract's place."""

    dues: tuple[Due, ...]
    waived: int
    plan: str | None
    replaces_contract: bool


def plan_name(event: PlanAgreed | SettlementReached, seq: int) -> str:
    """What the plan is called that an agreement of entry `seq` makes."""
    return event.plan_id or event.id or f"plan {seq}"


def agreement(event: PlanAgreed | SettlementReached, name: str, recorded: Recorded, case: Case) -> Agreement:
    """What a plan called `name` comes to. EventRefused where it names an offer that was not made, or another schedule
    than it has; and for a settlement whose instalments are not its amount."""
    currency = case.ledger.rules.currency
    offer = None if event.offer_id is None else case.negotiation.accepted(event.offer_id, recorded)
    dues = _dues(event, offer, currency)
    waived = minor(event.waived_on_completion or Decimal(0), currency)
    if offer is not None and event.waived_on_completion is None:
        waived = offer.waives_on_completion(currency)
    if isinstance(event, SettlementReached):
        _check_amount(event, name, sum(due.total for due in dues), currency)
        return Agreement(dues, waived, "settlement", replaces_contract=True)
    beside = offer is not None and offer.beside_contract
    plan = event.plan or (offer.plan if offer is not None else None)
    return Agreement(dues, waived, plan, event.replaces_contract and not beside)


def _dues(event: PlanAgreed | SettlementReached, offer: Offer | None, currency: str) -> tuple[Due, ...]:
    """What falls due, as it is said, or else as it was offered."""
    said = dues_of(event.instalments, currency)
    offered = () if offer is None else dues_of(offer.instalments, currency)
    if offer is not None and said and offered and _amounts(said) != _amounts(offered):
        raise EventRefused(
            f"the instalments that were agreed are not those of offer `{event.offer_id}` of {offer.order[0]}; leave "
            "them out to agree to the offer, or leave `offer_id` out to agree to something else"
        )
    return said or offered


def _check_amount(event: SettlementReached, name: str, total: int, currency: str) -> None:
    if total and minor(event.amount, currency) != total:
        raise EventRefused(
            f"the instalments of settlement `{name}` add up to {from_minor(total, currency):f} {currency}, not to its "
            f"amount `{event.amount}`"
        )


def _amounts(dues: tuple[Due, ...]) -> list[tuple[object, ...]]:
    """What falls due on which day, whatever the instalments are called."""
    return sorted((due.due_on, *due.parts) for due in dues if due.total)
