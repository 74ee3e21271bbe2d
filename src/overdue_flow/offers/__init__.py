"""Offers to a borrower: calculators of repayment plans, what each is worth, and several side by side.

    contract = contract_of(case, date(2026, 3, 2))
    offers = [term_extension(contract, 12), settlement(contract, "0.2", parts=3)]
    print(compare(contract, offers, disposable_income="3000").text())

Each calculator takes a contract and returns an `Offer` with its whole schedule, or raises OfferRefused. All amounts are
exact; `formulas` has the formulas on numbers alone.
"""

from overdue_flow.offers.comparison import Comparison, compare
from overdue_flow.offers.contract import Amounts, Contract
from overdue_flow.offers.forgiveness import partial_waiver, settlement
from overdue_flow.offers.modification import (
    annuity,
    capitalisation,
    deferral,
    equal_principal,
    interest_only,
    lower_instalment,
    rate_reduction,
    term_extension,
)
from overdue_flow.offers.offer import Offer
from overdue_flow.offers.reading import contract_of
from overdue_flow.offers.relief import (
    arrears_by_instalments,
    arrears_spread,
    catch_up,
    deferral_without_interest,
    payment_holiday,
)
from overdue_flow.offers.rhythm import Rhythm

__all__ = [
    "Amounts",
    "Comparison",
    "Contract",
    "Offer",
    "Rhythm",
    "annuity",
    "arrears_by_instalments",
    "arrears_spread",
    "capitalisation",
    "catch_up",
    "compare",
    "contract_of",
    "deferral",
    "deferral_without_interest",
    "equal_principal",
    "interest_only",
    "lower_instalment",
    "partial_waiver",
    "payment_holiday",
    "rate_reduction",
    "settlement",
    "term_extension",
]
