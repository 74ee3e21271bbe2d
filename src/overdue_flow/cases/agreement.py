"""What was agreed: what a `PlanAgreed` says, and where it is silent what the offer says that it accepts.

Nothing is agreed that contradicts the offer which the agreement names: a schedule that is said is that of the offer.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from overdue_flow.cases.events.agreement import PlanAgreed
from overdue_flow.cases.schedules import dues_of, minor
from overdue_flow.cases.waterfall import Due
from overdue_flow.errors import EventRefused

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case
    from overdue_flow.cases.turn import Recorded


class Agreement(NamedTuple):
    """What is to be paid, what is let go once it is (minor units), and what kind of plan that is."""

    dues: tuple[Due, ...]
    waived: int
    plan: str | None


def agreement(event: PlanAgreed, recorded: Recorded, case: Case) -> Agreement:
    """What a plan comes to. EventRefused where it names an offer that was not made, or another schedule than it has."""
    currency = case.ledger.rules.currency
    said = dues_of(event.instalments, currency)
    offer = None if event.offer_id is None else case.negotiation.accepted(event.offer_id, recorded)
    waived = event.waived_on_completion
    if offer is None:
        return Agreement(said, minor(waived or Decimal(0), currency), event.plan)
    offered = dues_of(offer.instalments, currency)
    if said and offered and _amounts(said) != _amounts(offered):
        raise EventRefused(
            f"the instalments that were agreed are not those of offer `{event.offer_id}` of {offer.order[0]}; leave "
            "them out to agree to the offer, or leave `offer_id` out to agree to something else"
        )
    let_go = offer.waives_on_completion(currency) if waived is None else minor(waived, currency)
    return Agreement(said or offered, let_go, event.plan or offer.plan)


def _amounts(dues: tuple[Due, ...]) -> list[tuple[object, ...]]:
    """What falls due on which day, whatever the instalments are called."""
    return sorted((due.due_on, *due.parts) for due in dues if due.total)
