"""A waiver never makes money: the lender gets less for it, in all and in value; and the less, the more is waived."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from overdue_flow.errors import OfferRefused
from overdue_flow.offers import Contract, Offer, partial_waiver, settlement
from support.contracts import contracts

shares = st.integers(0, 100).map(lambda percent: Decimal(percent).scaleb(-2))


def tried(make: object, *args: object, **kwargs: object) -> Offer:
    """The offer, where there is one."""
    assert callable(make)
    try:
        found = make(*args, **kwargs)
    except OfferRefused:
        assume(False)
    assert isinstance(found, Offer)
    return found


@given(contracts(overdue=True), shares, shares, st.integers(1, 6))
def test_a_partial_waiver_is_worth_less_than_the_contract(
    contract: Contract, interest: Decimal, costs: Decimal, instalments: int
) -> None:
    offer = tried(partial_waiver, contract, interest=interest, costs=costs, instalments=instalments)
    assert offer.to_pay.total == contract.balance.total - offer.waived.total
    assert offer.npv_loss >= 0
    assert offer.waived_on_completion == offer.waived.total > 0


@given(contracts(), shares, shares, st.integers(1, 6), st.integers(0, 60))
def test_the_more_is_waived_the_less_a_settlement_brings(
    contract: Contract, one: Decimal, other: Decimal, parts: int, days: int
) -> None:
    less, more = (
        tried(settlement, contract, share, parts=parts, pay_within_days=days) for share in sorted((one, other))
    )
    assert more.totals.total <= less.totals.total
    assert more.npv <= less.npv
    assert more.npv_loss >= less.npv_loss


@given(contracts(), shares, st.integers(1, 6))
def test_a_settlement_asks_for_what_is_owed_less_what_it_lets_go(
    contract: Contract, share: Decimal, parts: int
) -> None:
    offer = tried(settlement, contract, share, parts=parts)
    assert offer.totals.total + offer.waived.total == contract.owed_now.total
    assert offer.totals.total + offer.waived_on_completion == contract.balance.total
    assert abs(offer.waived.total - contract.owed_now.total * share) <= contract.unit / 2


@given(contracts(overdue=True), shares, shares)
def test_the_more_is_waived_the_less_a_partial_waiver_brings(contract: Contract, one: Decimal, other: Decimal) -> None:
    less, more = (
        tried(partial_waiver, contract, interest=share, costs=share, instalments=1) for share in sorted((one, other))
    )
    assert more.to_pay.total <= less.to_pay.total
    assert more.npv_loss >= less.npv_loss
