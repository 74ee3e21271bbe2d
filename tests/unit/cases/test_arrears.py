"""The ledger: payments, credit, refunds, waivers, charges; what is overdue and what is owed. Figures are by hand."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from overdue_flow.cases.arrears import coverage
from overdue_flow.cases.events import (
    ChargeAdded,
    Event,
    Instalment,
    LoanOpened,
    PaymentReceived,
    PaymentReversed,
    RefundMade,
    WaiverGranted,
)
from overdue_flow.cases.position import position
from overdue_flow.cases.terms import Allocation, Counting, Material, Terms
from overdue_flow.errors import EventRefused
from overdue_flow.money import Money
from support.ledgers import Told, day, monthly

COMPONENTS = Instalment(due_on=day("2025-01-01"), id="jan", principal="80.00", interest="15.00", costs="5.00")


def covered(story: Told, on: str) -> list[str | None]:
    """The value dates on which the instalments became covered."""
    return [str(one.covered_on) if one.covered_on else None for one in coverage(story.case.ledger, day(on))]


def short(cents: str) -> Terms:
    return Terms(counting=Counting(paid_when_short_by=Decimal(cents)))


# --- what is overdue ---


def test_an_instalment_is_not_overdue_on_its_due_date() -> None:
    story = Told(monthly("2025-01-31", 1))
    assert story.says("overdue_amount", "2025-01-31") == 0
    assert story.says("arrears_cleared", "2025-01-31") is True
    assert story.says("next_due_on", "2025-01-31") == day("2025-01-31")
    assert story.says("overdue_amount", "2025-02-01") == Decimal("100.00")
    assert story.says("arrears_cleared", "2025-02-01") is False
    assert story.says("next_due_on", "2025-02-01") is None
    assert story.says("next_due_amount", "2025-02-01") is None


def test_what_is_overdue_adds_up_and_the_balance_is_all_that_is_owed() -> None:
    story = Told([COMPONENTS, *monthly("2025-02-01", 2)])
    said = {name: story.says(name, "2025-02-02") for name in ("overdue_principal", "overdue_interest", "overdue_costs")}
    assert said == {"overdue_principal": 180, "overdue_interest": 15, "overdue_costs": 5}
    assert story.says("overdue_amount", "2025-02-02") == Decimal("200.00")
    assert story.says("balance", "2025-02-02") == Decimal("300.00")
    assert story.says("missed_instalments", "2025-02-02") == 2
    assert (story.says("next_due_on", "2025-02-02"), story.says("next_due_amount", "2025-02-02")) == (
        day("2025-03-01"),
        100,
    )


def test_instalments_of_one_day_fall_due_together() -> None:
    story = Told([*monthly("2025-01-01", 2), Instalment(due_on=day("2025-02-01"), amount="7.00")])
    assert story.says("next_due_amount", "2025-01-15") == Decimal("107.00")
    assert story.says("missed_instalments", "2025-02-02") == 3


def test_a_part_payment_changes_the_amount_and_not_the_days() -> None:
    story = Told(monthly("2025-01-01", 2)).pays("30.00", on="2025-01-10")
    assert story.says("dpd", "2025-01-20") == 19
    assert story.says("overdue_amount", "2025-01-20") == Decimal("70.00")
    assert story.says("last_payment_on", "2025-01-20") == day("2025-01-10")
    assert story.says("paid_ratio", "2025-01-20") == Decimal("0.1500")


def test_paying_the_oldest_moves_the_days_to_the_next() -> None:
    story = Told(monthly("2025-01-01", 3)).pays("100.00", on="2025-02-20")
    assert story.says("dpd", "2025-02-20") == 19
    assert story.says("oldest_due_on", "2025-02-20") == day("2025-02-01")


def test_a_loan_without_instalments_owes_nothing() -> None:
    story = Told()
    assert story.says("dpd", "2030-01-01") == 0
    assert story.says("balance", "2030-01-01") == 0
    assert story.says("paid_ratio", "2030-01-01") is None
    assert story.moves_on("dpd", "2030-01-01") is None


def test_an_instalment_of_nothing_is_covered_when_it_falls_due() -> None:
    story = Told([Instalment(due_on=day("2025-01-01"), amount=0), *monthly("2025-02-01", 1)])
    assert story.says("next_due_on", "2025-01-01") == day("2025-02-01")
    assert covered(story, "2025-03-01") == ["2025-01-01", None]


# --- when payments count ---


def test_a_payment_noticed_late_counts_from_its_value_date() -> None:
    story = Told(monthly("2025-01-01", 2)).pays("100.00", on="2025-01-01", noticed="2025-01-20")
    assert story.says("dpd", "2025-01-20") == 0
    assert covered(story, "2025-01-20") == ["2025-01-01", None]


def test_a_payment_of_a_later_value_date_waits_for_it() -> None:
    story = Told(monthly("2025-01-01", 1)).pays("100.00", on="2025-01-20", noticed="2025-01-10")
    assert story.says("dpd", "2025-01-19") == 18
    assert story.says("dpd", "2025-01-20") == 0
    assert story.says("last_payment_on", "2025-01-19") is None
    assert story.moves_on("dpd", "2025-01-10") == day("2025-01-20")
    assert story.moves_on("balance", "2025-01-10") == day("2025-01-20")
    assert story.case.ledger.cured_on == (day("2025-01-20"),)


def test_a_payment_of_a_later_value_date_waits_while_others_come() -> None:
    story = Told(monthly("2025-01-01", 1)).pays("60.00", on="2025-01-20", noticed="2025-01-10")
    story.pays("40.00", on="2025-01-12")
    assert story.says("overdue_amount", "2025-01-15") == Decimal("60.00")
    assert story.says("overdue_amount", "2025-01-20") == 0
    story.pays("60.00", on="2025-01-14")
    assert story.case.ledger.cured_on == (day("2025-01-14"),)


def test_days_before_what_was_paid_can_still_be_asked_for() -> None:
    story = Told(monthly("2025-01-01", 2)).pays("100.00", on="2025-01-10").pays("100.00", on="2025-02-10")
    assert story.says("overdue_amount", "2025-01-09") == Decimal("100.00")
    assert story.says("overdue_amount", "2025-01-31") == 0
    assert story.says("balance", "2025-01-31") == Decimal("100.00")


def test_coming_instalments_are_covered_at_once() -> None:
    story = Told(monthly("2025-01-01", 3)).pays("250.00", on="2025-01-10")
    assert covered(story, "2025-01-10") == ["2025-01-10", "2025-01-10", None]
    assert story.says("next_due_on", "2025-01-10") == day("2025-03-01")
    assert story.says("next_due_amount", "2025-01-10") == Decimal("50.00")
    assert [story.case.ledger.books.credit_on(day(on)) for on in ("2025-01-10", "2025-02-01")] == [150_00, 50_00]


def test_what_nothing_owed_can_take_is_credit() -> None:
    story = Told(monthly("2025-01-01", 1)).pays("130.00", on="2025-01-01")
    assert story.says("balance", "2025-01-02") == 0
    assert story.says("paid_ratio", "2025-01-02") == 1
    assert story.case.ledger.totals(day("2025-01-02")).credit == 30_00


# --- what counts as paid ---


def test_an_instalment_short_by_no_more_than_the_terms_allow_is_paid_in_amounts_and_in_days() -> None:
    story = Told(monthly("2025-01-01", 2), short("0.50")).pays("99.50", on="2025-01-01")
    assert story.says("dpd", "2025-01-20") == 0
    assert story.says("overdue_amount", "2025-01-20") == 0
    assert story.says("balance", "2025-01-20") == Decimal("100.50")
    assert covered(story, "2025-01-20") == ["2025-01-01", None]


def test_one_cent_more_is_not_paid() -> None:
    story = Told(monthly("2025-01-01", 2), short("0.50")).pays("99.49", on="2025-01-01")
    assert story.says("dpd", "2025-01-20") == 19
    assert story.says("overdue_amount", "2025-01-20") == Decimal("0.51")


def test_the_next_payment_fills_what_was_short_first() -> None:
    story = Told(monthly("2025-01-01", 2), short("0.50")).pays("99.50", on="2025-01-01").pays("99.90", on="2025-02-01")
    assert story.says("dpd", "2025-02-20") == 20 - 1
    assert story.says("overdue_amount", "2025-02-20") == Decimal("0.60")


# --- cures ---


def test_the_day_on_which_nothing_is_overdue_any_more_is_a_cure() -> None:
    story = Told(monthly("2025-01-01", 3)).pays("50.00", on="2025-01-10").pays("50.00", on="2025-01-12")
    assert story.case.ledger.cured_on == (day("2025-01-12"),)


def test_paying_in_time_cures_nothing() -> None:
    story = Told(monthly("2025-01-01", 2)).pays("100.00", on="2025-01-01").pays("100.00", on="2025-01-20")
    assert story.case.ledger.cured_on == ()


def test_a_late_notice_finds_the_cure_on_its_value_date() -> None:
    story = Told(monthly("2025-01-01", 2)).pays("100.00", on="2025-01-15", noticed="2025-02-10")
    assert story.says("dpd", "2025-02-10") == 9
    assert story.case.ledger.cured_on == (day("2025-01-15"),)


def test_a_waiver_can_cure() -> None:
    story = Told(monthly("2025-01-01", 1)).pays("90.00", on="2025-01-05")
    story.hears(WaiverGranted(amount="10.00", effective_on=day("2025-01-08"), component="principal"), on="2025-01-08")
    assert story.case.ledger.cured_on == (day("2025-01-08"),)


# --- waivers, charges, refunds ---


def test_a_waiver_lets_go_of_one_component_oldest_first() -> None:
    later = COMPONENTS.model_copy(update={"due_on": day("2025-02-01"), "id": "feb"})
    story = Told([COMPONENTS, later])
    story.hears(WaiverGranted(amount="20.00", effective_on=day("2025-01-10")), on="2025-01-10")
    assert story.says("overdue_interest", "2025-01-10") == 0
    assert story.says("overdue_amount", "2025-01-10") == Decimal("85.00")
    assert story.says("overdue_interest", "2025-02-02") == Decimal("10.00")
    assert story.case.ledger.totals(day("2025-01-10")).waived == (0, 20_00, 0)


def test_a_waiver_may_name_an_instalment() -> None:
    story = Told([COMPONENTS, COMPONENTS.model_copy(update={"due_on": day("2025-02-01"), "id": "feb"})])
    story.hears(WaiverGranted(amount="15.00", effective_on=day("2025-01-10"), towards="feb"), on="2025-01-10")
    assert story.says("overdue_interest", "2025-01-10") == Decimal("15.00")


def test_a_waiver_comes_before_the_payments_of_its_day() -> None:
    story = Told([COMPONENTS]).pays("20.00", on="2025-01-10")
    story.hears(WaiverGranted(amount="15.00", effective_on=day("2025-01-10")), on="2025-01-10")
    assert story.says("overdue_principal", "2025-01-10") == Decimal("65.00")


def test_a_charge_is_owed_from_its_due_date() -> None:
    story = Told(monthly("2025-01-01", 2))
    story.hears(ChargeAdded(id="fee", amount="25.00", due_on=day("2025-01-10")), on="2025-01-10")
    assert story.says("balance", "2025-01-10") == Decimal("225.00")
    assert story.says("overdue_costs", "2025-01-10") == 0
    assert story.says("overdue_costs", "2025-01-11") == Decimal("25.00")
    assert story.says("missed_instalments", "2025-01-11") == 2
    story.pays("100.00", on="2025-01-12")
    assert story.says("dpd", "2025-01-12") == 2


def test_credit_covers_a_charge_that_is_due_before_what_it_had_covered() -> None:
    story = Told(monthly("2025-01-01", 2)).pays("200.00", on="2025-01-01")
    story.hears(ChargeAdded(amount="25.00", due_on=day("2025-01-10")), on="2025-01-10")
    assert story.says("overdue_amount", "2025-01-20") == 0
    assert story.says("overdue_amount", "2025-02-02") == Decimal("25.00")
    assert story.says("dpd", "2025-02-02") == 1


def test_idle_money_covers_a_charge_that_comes_later() -> None:
    story = Told(monthly("2025-01-01", 1)).pays("130.00", on="2025-01-01")
    story.hears(ChargeAdded(id="fee", amount="25.00", due_on=day("2025-02-10")), on="2025-02-01")
    assert story.says("balance", "2025-02-01") == 0
    assert story.case.ledger.totals(day("2025-02-10")).credit == 5_00


def test_a_charge_of_an_earlier_day_counts_from_then_in_every_count() -> None:
    """Above 120.00 since 21 January, when the charge of the day before became overdue; still so after a payment."""
    above = Terms(counting=Counting(material=Material(above=Decimal("120.00"))))
    story = Told(monthly("2025-01-01", 1), above).pays("10.00", on="2025-02-10")
    story.hears(ChargeAdded(amount="40.00", due_on=day("2025-01-20")), on="2025-02-15")
    assert story.says("days_material", "2025-02-15") == 26


def test_a_refund_gives_back_what_covers_the_latest_instalments() -> None:
    story = Told(monthly("2025-01-01", 3)).pays("300.00", on="2025-01-01")
    story.hears(RefundMade(amount="120.00", refunded_on=day("2025-01-10")), on="2025-01-10")
    assert covered(story, "2025-01-10") == ["2025-01-01", None, None]
    assert story.says("next_due_amount", "2025-01-10") == Decimal("20.00")
    assert story.says("balance", "2025-01-10") == Decimal("120.00")
    totals = story.case.ledger.totals(day("2025-01-10"))
    assert (totals.allocated, totals.credit, totals.refunded) == ((0, 0, 100_00), 80_00, 120_00)


def test_a_refund_takes_idle_money_first() -> None:
    story = Told(monthly("2025-01-01", 2)).pays("230.00", on="2025-01-01")
    story.hears(RefundMade(amount="30.00", refunded_on=day("2025-01-10")), on="2025-01-10")
    assert story.says("balance", "2025-01-10") == 0


def test_a_payment_found_to_have_been_reversed_before_its_refund_leaves_the_refund_owed() -> None:
    """Money that went out and was not there is owed: it is in the balance, and is filled before anything else."""
    story = Told(monthly("2025-03-01", 1)).pays("50.00", on="2025-01-01", id="p-1")
    story.hears(RefundMade(amount="50.00", refunded_on=day("2025-01-10")), on="2025-01-10")
    story.hears(PaymentReversed(payment_id="p-1", reversed_on=day("2025-01-12")), on="2025-01-12")
    assert story.says("balance", "2025-01-12") == Decimal("150.00")
    assert story.case.ledger.totals(day("2025-01-12")).credit == -50_00
    story.pays("150.00", on="2025-01-20")
    assert story.says("balance", "2025-01-20") == 0


# --- what cannot have happened ---


def refused(story: Told, event: Event, on: str = "2025-02-10") -> str:
    """What is said when an event is refused; the case is as it was."""
    before = story.case
    with pytest.raises(EventRefused) as refusal:
        story.hears(event, on=on)
    assert story.case is before
    return str(refusal.value)


D = day("2025-02-10")


@pytest.mark.parametrize(
    ("event", "says"),
    [
        (PaymentReceived(amount=0, value_date=D), "a payment of `0` makes no sense; expected an amount above zero"),
        (PaymentReceived(amount="-1.00", value_date=D), "a payment of `-1.00` makes no sense"),
        (PaymentReceived(amount="0.001", value_date=D), "has more decimals than CNY has (2)"),
        (PaymentReceived(amount=Money("1", "USD"), value_date=D), "`1.00 USD` is not in CNY"),
        (PaymentReceived(amount=1, value_date=D, towards="2025-01-02"), "there is no instalment `2025-01-02` (did"),
        (PaymentReceived(amount=1, value_date=D, payment_id="p-1"), "payment `p-1` came before"),
        (PaymentReversed(payment_id="p-2", reversed_on=D), "no payment `p-2` to reverse (did you mean `p-1`?)"),
        (PaymentReversed(payment_id="p-1", reversed_on=D, amount="60.01"), "by 60.01 CNY; 60.00 CNY of it is left"),
        (PaymentReversed(payment_id="p-1", reversed_on=D, amount=0), "a reversal of `0` makes no sense"),
        (PaymentReversed(payment_id="p-1", reversed_on=day("2025-01-01")), "be reversed before it, on 2025-01-01"),
        (RefundMade(amount="10.00", refunded_on=D), "cannot be refunded; the credit on 2025-02-10 is 0.00 CNY"),
        (RefundMade(amount="-10.00", refunded_on=D), "a refund of `-10.00` makes no sense"),
        (WaiverGranted(amount="1.00", effective_on=D), "0.00 CNY of the loan is unpaid"),
        (WaiverGranted(amount=0, effective_on=D), "a waiver of `0` makes no sense"),
        (WaiverGranted(amount=1, effective_on=D, towards="x"), "there is no instalment `x`"),
        (ChargeAdded(amount=0, due_on=D), "a charge of `0` makes no sense"),
    ],
)  # fmt: skip
def test_senseless_events_are_refused(event: Event, says: str) -> None:
    story = Told(monthly("2025-01-01", 3)).pays("60.00", on="2025-01-05", id="p-1")
    assert says in refused(story, event)


def test_a_payment_cannot_be_reversed_twice() -> None:
    story = Told(monthly("2025-01-01", 3)).pays("60.00", on="2025-01-05", id="p-1")
    story.hears(PaymentReversed(payment_id="p-1", reversed_on=D), on=D)
    assert "reversed already, in full" in refused(story, PaymentReversed(payment_id="p-1", reversed_on=D))


def test_a_waiver_of_more_than_one_instalment_owes_is_refused() -> None:
    story = Told([COMPONENTS, COMPONENTS.model_copy(update={"due_on": day("2025-02-01"), "id": "feb"})])
    event = WaiverGranted(amount="15.01", effective_on=D, towards="jan")
    assert "15.01 CNY of interest cannot be waived; 15.00 CNY of instalment `jan` is unpaid" in refused(story, event)


@pytest.mark.parametrize(
    ("instalments", "says"),
    [
        ([Instalment(due_on=D, amount=1, interest=1)], "has an amount and components; give one or the other"),
        ([Instalment(due_on=D, amount=-1)], "has principal below zero"),
        ([Instalment(due_on=D, costs=-1)], "has costs below zero"),
        ([Instalment(due_on=D, id=name) for name in "baa"], "two instalments have the id `a`"),
        ([Instalment(due_on=D, amount=Money(1, "USD"))], "`1.00 USD` is not in CNY"),
    ],
)
def test_senseless_schedules_are_refused(instalments: list[Instalment], says: str) -> None:
    with pytest.raises(EventRefused, match=re.escape(says)):
        Told(instalments)


def test_the_currency_of_the_loan_decides() -> None:
    story = Told(monthly("2025-01-01", 1, "100"), Terms(currency="JPY")).pays("40", on="2025-01-05")
    assert story.says("overdue_amount", "2025-01-05") == 60
    opened = LoanOpened(id="o", opened_on=D, currency="KWD", instalments=(Instalment(due_on=D, amount="1.234"),))
    assert Told(opened.instalments, Terms(currency="KWD")).says("balance", D) == Decimal("1.234")


# --- which instalment, which component ---


def test_a_payment_covers_costs_interest_and_principal_in_the_order_of_the_terms() -> None:
    story = Told([COMPONENTS], Terms(allocation=Allocation(within=("principal", "interest", "costs"))))
    story.pays("85.00", on="2025-01-05")
    assert story.says("overdue_interest", "2025-01-05") == Decimal("10.00")
    assert story.says("overdue_costs", "2025-01-05") == Decimal("5.00")
    assert Told([COMPONENTS]).pays("10.00", on="2025-01-05").says("overdue_interest", "2025-01-05") == Decimal("10.00")


def test_a_component_that_the_terms_leave_out_is_covered_last() -> None:
    story = Told([COMPONENTS], Terms(allocation=Allocation(within=("interest",)))).pays("16.00", on="2025-01-05")
    assert story.says("overdue_costs", "2025-01-05") == Decimal("4.00")


def test_newest_first_covers_the_newest_that_is_due_then_what_is_coming_in_order() -> None:
    terms = Terms(allocation=Allocation(order="newest_first"))
    story = Told(monthly("2025-01-01", 5), terms).pays("150.00", on="2025-02-01")
    assert covered(story, "2025-02-01") == [None, "2025-02-01", None, None, None]
    assert story.says("dpd", "2025-02-02") == 32
    story.pays("150.00", on="2025-02-10")
    assert covered(story, "2025-02-10") == ["2025-02-10", "2025-02-01", "2025-02-10", None, None]


def test_a_designated_payment_covers_what_it_names_first_and_then_follows_the_terms() -> None:
    story = Told(monthly("2025-01-01", 4)).pays("150.00", on="2025-03-10", towards="2025-03-01")
    assert covered(story, "2025-03-10") == [None, None, "2025-03-10", None]
    assert story.says("dpd", "2025-03-10") == 68
    assert story.says("overdue_amount", "2025-03-10") == Decimal("150.00")


def test_two_instalments_of_one_day_have_names_of_their_own() -> None:
    twice = [Instalment(due_on=day("2025-01-01"), amount=10), Instalment(due_on=day("2025-01-01"), amount=20)]
    story = Told(twice).pays("20.00", on="2025-01-01", towards="2025-01-01 (2)")
    assert covered(story, "2025-01-02") == [None, "2025-01-01"]


# --- positions ---


def test_a_position_holds_until_the_day_it_names() -> None:
    case = Told(monthly("2025-01-01", 3)).case
    first = position(case, date(2025, 1, 2))
    assert (first.valid_from, first.until) == (date(2025, 1, 2), date(2025, 2, 2))
    assert position(case, date(2025, 2, 1)) is first
    assert position(case, date(2025, 2, 2)) is not first
    assert position(case, date(2025, 3, 2)).until is None


def test_ledgers_that_heard_the_same_are_equal_whatever_was_asked_of_them() -> None:
    one, other = (Told(monthly("2025-01-01", 3)).pays("50.00", on="2025-01-10") for _ in range(2))
    position(one.case, date(2025, 3, 1))
    assert one.case.ledger == other.case.ledger
