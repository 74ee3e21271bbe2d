"""Which offers can be made on a contract, and why others cannot."""

from __future__ import annotations

from decimal import Decimal

from overdue_flow.offers import Amounts, Contract, Rhythm
from overdue_flow.offers.menu import KINDS, Wishes, offers_on
from support.contracts import contract

LATE = Amounts(Decimal("90.00"), Decimal("9.00"), Decimal("1.00"))
LOAN = contract(600, "0.12", 6, overdue=LATE)


def test_one_offer_of_each_kind_is_made_of_a_few_wishes() -> None:
    offers, left_out = offers_on(LOAN, Wishes(instalment="80"))
    assert [offer.kind for offer in offers] == list(KINDS)
    assert left_out == {}


def test_what_cannot_be_offered_is_left_out_with_the_reason() -> None:
    offers, left_out = offers_on(contract(600, "0", 6))
    assert "nothing is overdue" in left_out["catch_up"]
    assert "nobody says what the borrower would pay" in left_out["lower_instalment"]
    assert left_out["rate_reduction"].startswith("a rate of `0 %` is no lower one")
    assert {offer.kind for offer in offers} | set(left_out) == set(KINDS)


def test_months_are_counted_in_the_periods_of_the_contract() -> None:
    assert Wishes(months=7).periods(contract(1_200, "0", 4, rhythm=Rhythm(months=3))) == 3
    assert Wishes(months=6).periods(contract(1_200, "0", 4, rhythm=Rhythm(days=14))) == 14
    assert Wishes(months=6).periods(LOAN) == 6
    assert "a number of months of `0`" in offers_on(LOAN, Wishes(months=0))[1]["term_extension"]


def test_where_all_has_fallen_due_only_offers_with_a_schedule_of_their_own_are_made() -> None:
    loan = Contract.of("CNY", LOAN.day, [], "0.12", overdue=LATE)
    offers, _ = offers_on(loan, Wishes(months=4, instalment="50"))
    assert [offer.kind for offer in offers] == [
        "annuity", "equal_principal", "term_extension", "lower_instalment", "arrears_by_instalments", "capitalisation",
        "rate_reduction", "partial_waiver", "settlement",
    ]  # fmt: skip
    assert {len(offer.schedule) for offer in offers if offer.kind in ("annuity", "rate_reduction")} == {4}


def test_only_the_kinds_that_are_asked_for_are_made_in_their_order() -> None:
    offers, left_out = offers_on(LOAN, Wishes(), ["settlement", "catch_up"])
    assert [offer.kind for offer in offers] == ["settlement", "catch_up"]
    assert not left_out
