"""Books: postings of one day, what came first, and what was known when."""

from __future__ import annotations

import pytest

from overdue_flow.cases.events import (
    Accelerated,
    Instalment,
    PaymentReversed,
    PlanAgreed,
    RefundMade,
    ScheduleReplaced,
    SettlementReached,
    WaiverGranted,
)
from overdue_flow.cases.terms import Counting, Terms
from overdue_flow.errors import EventRefused
from support.ledgers import Told, day, monthly

INTEREST = Instalment(due_on=day("2025-01-01"), id="jan", principal="80.00", interest="15.00", costs="5.00")
ANEW = Terms(counting=Counting(reversal="reversal_date"))


def waives(story: Told, amount: str, on: str) -> Told:
    return story.hears(WaiverGranted(amount=amount, effective_on=day(on)), on="2025-02-01")


def test_two_waivers_of_one_day_let_go_no_more_than_was_owed() -> None:
    story = Told([INTEREST]).pays("1.00", on="2025-01-10").pays("1.00", on="2025-01-20")
    waives(story, "10.00", on="2025-01-10")
    with pytest.raises(EventRefused, match=r"6\.00 CNY of interest cannot be waived; 5\.00 CNY of the loan is unpaid"):
        waives(story, "6.00", on="2025-01-10")
    assert waives(story, "5.00", on="2025-01-10").says("overdue_interest", "2025-02-01") == 0


def test_what_later_payments_covered_does_not_stand_in_the_way_of_an_earlier_waiver() -> None:
    story = Told([INTEREST]).pays("20.00", on="2025-01-20")
    assert waives(story, "15.00", on="2025-01-10").says("overdue_principal", "2025-02-01") == 65


def test_idle_money_is_given_back_bit_by_bit() -> None:
    story = Told(monthly("2025-01-01", 1)).pays("150.00", on="2025-01-01")
    for on in ("2025-01-10", "2025-01-11"):
        story.hears(RefundMade(amount="20.00", refunded_on=day(on)), on=on)
        assert story.says("balance", on) == 0
    assert story.case.ledger.totals(day("2025-01-11")).credit == 10_00
    with pytest.raises(EventRefused, match=r"the credit on 2025-01-12 is 10\.00 CNY"):
        story.hears(RefundMade(amount="10.01", refunded_on=day("2025-01-12")), on="2025-01-12")


def test_the_newest_idle_money_is_given_back_first() -> None:
    """So the older payment, once reversed, still has its money idle: nothing that is owed loses its cover."""
    story = Told(monthly("2025-01-01", 1), ANEW).pays("130.00", on="2025-01-01", id="p-1")
    story.pays("40.00", on="2025-01-05", id="p-2")
    story.hears(RefundMade(amount="40.00", refunded_on=day("2025-01-10")), on="2025-01-10")
    story.hears(PaymentReversed(payment_id="p-1", reversed_on=day("2025-01-12"), amount="30.00"), on="2025-01-12")
    assert story.says("balance", "2025-01-12") == 0
    assert story.case.ledger.totals(day("2025-01-12")).credit == 0


def test_two_reversals_of_one_day_go_by_the_ids_of_their_events() -> None:
    story = Told(monthly("2025-01-01", 1), ANEW).pays("60.00", on="2025-01-01", id="p-1").pays("40.00", on="2025-01-01")
    for _ in range(2):
        reversal = PaymentReversed(payment_id="p-1", reversed_on=day("2025-01-10"), amount="30.00")
        story.hears(reversal, on="2025-01-10")
    assert [one.id for one in story.case.ledger.books.postings[-2:]] == ["e-4", "e-5"]
    assert story.says("balance", "2025-01-10") == 60


def test_a_payment_on_the_due_date_of_what_it_covers_is_in_time_in_every_count() -> None:
    story = Told(monthly("2025-01-01", 2)).pays("100.00", on="2025-01-01").pays("40.00", on="2025-02-01")
    assert [story.says("days_material", on) for on in ("2025-01-31", "2025-02-01", "2025-02-02")] == [0, 0, 1]
    assert story.case.ledger.cured_on == ()


def test_acceleration_leaves_what_a_schedule_had_ended_where_it_was() -> None:
    story = Told(monthly("2025-01-01", 3))
    instalments = tuple(monthly("2025-04-01", 2))
    story.hears(ScheduleReplaced(effective_on=day("2025-01-20"), instalments=instalments), on="2025-01-15")
    story.hears(Accelerated(due_on=day("2025-01-20")), on="2025-01-16")
    assert story.says("next_due_on", "2025-01-19") == day("2025-02-01")
    assert story.says("next_due_on", "2025-01-20") == day("2025-01-20")
    assert story.says("overdue_amount", "2025-01-21") == 200


def test_what_was_due_on_the_day_of_a_due_date_stays_listed_with_it() -> None:
    story = Told(monthly("2025-01-01", 2)).pays("100.00", on="2025-01-03")
    listed = story.case.ledger.books.coverage(day("2025-01-10"))
    assert [(str(one.due_on), str(one.covered_on)) for one in listed] == [
        ("2025-01-01", "2025-01-03"),
        ("2025-02-01", "None"),
    ]


def replaces(story: Told, on: str, first: str, amount: str) -> Told:
    event = ScheduleReplaced(effective_on=day(on), instalments=tuple(monthly(first, 2, amount)))
    return story.hears(event, on=on)


def test_what_is_left_of_an_instalment_ends_with_its_schedule_too() -> None:
    story = Told(monthly("2025-01-01", 3)).pays("130.00", on="2025-01-05")
    replaces(story, "2025-02-10", "2025-03-15", "55.00")
    assert story.says("balance", "2025-02-09") == 170
    assert story.says("balance", "2025-02-10") == 110
    assert story.says("overdue_amount", "2025-02-10") == 0


def test_a_new_schedule_is_in_the_currency_of_the_loan() -> None:
    story = Told(monthly("2025-01-01", 3, "100"), Terms(currency="JPY"))
    assert replaces(story, "2025-02-10", "2025-03-15", "55").says("balance", "2025-02-10") == 110


def test_what_covers_costs_adds_up_over_payments_and_waivers() -> None:
    fees = Instalment(due_on=day("2025-01-01"), id="fees", costs="30.00")
    story = Told([fees]).pays("10.00", on="2025-01-05").pays("5.00", on="2025-01-06")
    for _ in range(2):
        event = WaiverGranted(amount="4.00", effective_on=day("2025-01-10"), component="costs")
        story.hears(event, on="2025-01-10")
    totals = story.case.ledger.totals(day("2025-01-10"))
    assert (totals.allocated, totals.waived) == ((15_00, 0, 0), (8_00, 0, 0))


def test_money_that_had_gone_out_and_was_not_there_is_filled_once() -> None:
    story = Told(monthly("2025-03-01", 1)).pays("50.00", on="2025-01-01", id="p-1")
    story.hears(RefundMade(amount="50.00", refunded_on=day("2025-01-10")), on="2025-01-10")
    story.hears(PaymentReversed(payment_id="p-1", reversed_on=day("2025-01-12")), on="2025-01-12")
    stands = []
    for on in ("2025-01-20", "2025-01-21"):
        story.pays("30.00", on=on)
        stands.append((story.says("balance", on), story.case.ledger.totals(day(on)).credit))
    assert stands == [(120, -20_00), (90, 10_00)]
    assert story.says("next_due_amount", "2025-01-21") == 90


def test_an_instalment_that_counts_as_paid_hides_no_other() -> None:
    """50 cents are forgiven in the days of the first, and nothing in those of the second and third."""
    story = Told(monthly("2025-01-01", 3), Terms(counting=Counting(paid_when_short_by="0.50")))
    story.pays("99.50", on="2025-01-01")
    assert story.says("dpd", "2025-02-20") == 19
    assert story.says("overdue_amount", "2025-02-20") == 100
    assert story.says("missed_instalments", "2025-02-20") == 1
    assert story.says("next_due_on", "2025-02-20") == day("2025-03-01")


def test_a_waiver_can_be_the_second_cure() -> None:
    story = Told(monthly("2025-01-01", 2)).pays("100.00", on="2025-01-05")
    waived = WaiverGranted(amount="100.00", effective_on=day("2025-02-08"), component="principal")
    story.hears(waived, on="2025-02-08")
    assert story.case.ledger.cured_on == (day("2025-01-05"), day("2025-02-08"))


def test_a_settlement_lets_go_of_every_component() -> None:
    """Ten cover the costs and a third of the interest; the rest of the interest and the principal are let go."""
    story = Told([INTEREST])
    instalments = tuple(monthly("2025-01-20", 1, "10.00"))
    settled = SettlementReached(amount="10.00", instalments=instalments, waived_on_completion="90.00")
    story.hears(settled, on="2025-01-10").pays("10.00", on="2025-01-20")
    assert story.says("balance", "2025-01-20") == 0
    assert story.case.ledger.paid_between(day("2025-01-10"), day("2025-01-20")) == 10_00


def test_days_of_material_arrears_are_counted_on_the_schedule_of_the_plan_while_it_is_kept() -> None:
    story = Told(monthly("2025-01-01", 3))
    assert story.says("days_material", "2025-03-10") == 68
    story.hears(PlanAgreed(instalments=tuple(monthly("2025-03-20", 3))), on="2025-03-10")
    assert [story.says("days_material", f"2025-03-{on}") for on in ("10", "20", "21", "25")] == [0, 0, 1, 5]
