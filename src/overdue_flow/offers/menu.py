"""Which offers can be made on a contract: one of each kind, from a few wishes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from typing import TypeAlias

from overdue_flow.cases.events.agreement import PlanKind
from overdue_flow.errors import OfferRefused
from overdue_flow.offers import forgiveness, modification, relief
from overdue_flow.offers.contract import Contract
from overdue_flow.offers.formulas import Figure, count, exact
from overdue_flow.offers.offer import Offer


@dataclass(frozen=True, slots=True)
class Wishes:
    """What offers are made of. `months` is how long a holiday lasts, or how much longer a term: in periods of the
    contract, rounded up. `instalment` is what the borrower would pay each time; `annual_rate` the rate of a lower one,
    by default half the contract's; `waived` the share that a waiver or a settlement lets go."""

    months: int = 6
    instalment: Figure | None = None
    annual_rate: Figure | None = None
    waived: Figure = "0.2"

    @exact
    def periods(self, contract: Contract) -> int:
        """The months, in periods of the contract."""
        months = Decimal(count(self.months, "a number of months"))
        return int((months / contract.rhythm.in_months).to_integral_value(ROUND_CEILING))

    def periods_left(self, contract: Contract) -> int:
        """As many instalments as are left; where none is, as many as the months give."""
        return contract.periods_left or self.periods(contract)


_Made: TypeAlias = Callable[[Contract, Wishes], Offer]


def _lower_instalment(contract: Contract, wishes: Wishes) -> Offer:
    if wishes.instalment is None:
        raise OfferRefused("nobody says what the borrower would pay each time")
    return modification.lower_instalment(contract, wishes.instalment)


def _lower_rate(contract: Contract, wishes: Wishes) -> Offer:
    rate = contract.annual_rate / 2 if wishes.annual_rate is None else wishes.annual_rate
    return modification.rate_reduction(contract, rate, instalments=wishes.periods_left(contract))


def _interest_only(contract: Contract, wishes: Wishes) -> Offer:
    periods, left = wishes.periods(contract), contract.periods_left
    return modification.interest_only(contract, periods, moves_end=periods >= left)


def _catch_up(contract: Contract, wishes: Wishes) -> Offer:
    return relief.catch_up(contract, min(wishes.periods(contract), contract.periods_left or 1))


KINDS: Mapping[PlanKind, _Made] = {
    "annuity": lambda contract, wishes: modification.annuity(contract, wishes.periods_left(contract)),
    "equal_principal": lambda contract, wishes: modification.equal_principal(contract, wishes.periods_left(contract)),
    "term_extension": lambda contract, wishes: modification.term_extension(contract, wishes.periods(contract)),
    "lower_instalment": _lower_instalment,
    "arrears_spread": lambda contract, _: relief.arrears_spread(contract),
    "arrears_by_instalments": lambda contract, wishes: relief.arrears_by_instalments(
        contract, wishes.periods(contract)
    ),
    "capitalisation": lambda contract, wishes: modification.capitalisation(
        contract, instalments=wishes.periods_left(contract)
    ),
    "deferral": lambda contract, wishes: modification.deferral(contract, wishes.periods(contract)),
    "deferral_without_interest": lambda contract, wishes: relief.deferral_without_interest(
        contract, wishes.periods(contract)
    ),
    "interest_only": _interest_only,
    "rate_reduction": _lower_rate,
    "catch_up": _catch_up,
    "partial_waiver": lambda contract, wishes: forgiveness.partial_waiver(
        contract, interest=wishes.waived, costs=wishes.waived
    ),
    "settlement": lambda contract, wishes: forgiveness.settlement(contract, wishes.waived),
    "payment_holiday": lambda contract, wishes: relief.payment_holiday(contract, wishes.periods(contract)),
}
"""How one offer of each kind is made."""


def offers_on(
    contract: Contract, wishes: Wishes = Wishes(), kinds: Sequence[PlanKind] = tuple(KINDS)
) -> tuple[tuple[Offer, ...], dict[PlanKind, str]]:
    """One offer of each kind that can be made, in order; and why the others cannot."""
    offers: list[Offer] = []
    left_out: dict[PlanKind, str] = {}
    for kind in kinds:
        try:
            offers.append(KINDS[kind](contract, wishes))
        except OfferRefused as refusal:
            left_out[kind] = str(refusal)
    return tuple(offers), left_out
