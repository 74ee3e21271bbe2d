"""Amounts as facts: shares, cleared arrears, and what kind of fact each amount is."""

from __future__ import annotations

import pytest

from overdue_flow.cases.events import (
    ArrearsReported,
    ChargeAdded,
    Instalment,
    PaymentReceived,
    PaymentReversed,
    RefundMade,
)
from overdue_flow.cases.facts import built_in
from overdue_flow.cases.terms import Terms
from overdue_flow.errors import EventRefused
from overdue_flow.guards.vocabulary import Kind, Motion
from support.ledgers import Told, day, monthly

AMOUNTS = {
    "next_due_amount": True,
    "overdue_amount": False,
    "overdue_principal": True,
    "overdue_interest": True,
    "overdue_costs": True,
    "balance": False,
}
"""Whether each may be missing."""


def test_the_share_that_is_paid_is_rounded_down_to_four_decimals() -> None:
    story = Told(monthly("2025-01-01", 3)).pays("100.00", on="2025-01-01")
    assert str(story.says("paid_ratio", "2025-01-02")) == "0.3333"
    assert str(story.pays("100.00", on="2025-01-02").says("paid_ratio", "2025-01-02")) == "0.6666"


def test_even_one_cent_has_a_share_that_is_paid() -> None:
    assert Told(monthly("2025-01-01", 1, "0.01")).says("paid_ratio", "2025-01-02") == 0


@pytest.mark.parametrize(("name", "may_be_missing"), AMOUNTS.items())
def test_amounts_are_money_that_moves_with_the_days(name: str, may_be_missing: bool) -> None:
    fact = built_in()[name]
    assert (fact.kind, fact.motion, fact.may_be_missing) == (Kind.MONEY, Motion.CLOCK, may_be_missing)
    assert fact.doc
    assert fact.label
    assert fact.label_zh
    story = Told(monthly("2025-01-01", 1)).pays("10.00", on="2025-01-20", noticed="2025-01-10")
    assert story.moves_on(name, "2025-01-10") == day("2025-01-20")


@pytest.mark.parametrize("name", ["dpd", "dpd_net", "days_material"])
def test_counts_are_days_that_run_with_the_clock(name: str) -> None:
    fact = built_in()[name]
    assert (fact.kind, fact.unit, fact.motion) == (Kind.NUMBER, "days", Motion.CLOCK)
    assert fact.doc
    assert fact.label
    assert fact.label_zh


def test_arrears_since_a_day_that_is_past_are_not_cleared_though_the_host_says_no_amount() -> None:
    story = Told()
    report = ArrearsReported(as_of=day("2025-02-10"), overdue_amount=0, balance=900, oldest_due_on=day("2025-01-01"))
    story.hears(report, on="2025-02-10")
    assert story.says("arrears_cleared", "2025-02-10") is False


def test_amounts_are_said_with_the_decimals_of_the_loans_currency() -> None:
    yen = Terms(currency="JPY")
    story = Told([Instalment(due_on=day("2025-01-01"), amount=100)], yen).pays("60", on="2025-01-05", id="p-1")
    with pytest.raises(EventRefused, match="by 61 JPY; 60 JPY of it is left"):
        story.hears(PaymentReversed(payment_id="p-1", reversed_on=day("2025-01-10"), amount=61), on="2025-01-10")
    with pytest.raises(EventRefused, match=r"^5 JPY cannot be refunded; the credit on 2025-01-10 is 0 JPY$"):
        story.hears(RefundMade(amount=5, refunded_on=day("2025-01-10")), on="2025-01-10")


def test_where_no_name_is_like_the_one_that_was_meant_nothing_is_proposed() -> None:
    story = Told(monthly("2025-01-01", 1)).pays("10.00", on="2025-01-01", id="p-1")
    with pytest.raises(EventRefused, match=r"^there is no instalment `x`$"):
        story.hears(PaymentReceived(amount=1, value_date=day("2025-01-05"), towards="x"), on="2025-01-05")
    with pytest.raises(EventRefused, match=r"^there is no payment `x` to reverse$"):
        story.hears(PaymentReversed(payment_id="x", reversed_on=day("2025-01-05")), on="2025-01-05")


def test_a_settled_sum_counts_what_came_on_its_first_and_its_last_day() -> None:
    story = Told(monthly("2025-01-01", 3))
    for on in ("2025-01-10", "2025-01-15", "2025-01-20"):
        story.pays("10.00", on=on)
    ledger = story.case.ledger
    assert ledger.settled_since(day("2025-01-10"), day("2025-01-20")) == 30_00
    assert ledger.settled_since(day("2025-01-11"), day("2025-01-19")) == 10_00
    assert ledger.paid_between(day("2025-01-10"), day("2025-01-20")) == 30_00
    assert ledger.paid_between(day("2025-01-11"), day("2025-01-19")) == 10_00


def test_a_charge_is_listed_by_the_id_of_its_event_as_a_charge() -> None:
    story = Told(monthly("2025-01-01", 1))
    story.hears(ChargeAdded(id="fee", amount="25.00", due_on=day("2025-01-10")), on="2025-01-10")
    listed = story.case.ledger.books.coverage(day("2025-01-10"))
    assert [(one.id, one.what, str(one.due_on), one.amount, one.covered_on) for one in listed] == [
        ("2025-01-01", "instalment", "2025-01-01", 100_00, None),
        ("fee", "charge", "2025-01-10", 25_00, None),
    ]
    story.pays("25.00", on="2025-01-10", towards="fee")
    assert story.says("overdue_costs", "2025-01-11") == 0
