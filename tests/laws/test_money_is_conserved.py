"""Law: what came in stands somewhere, once: on instalments by component, in one credit, or refunded.

Paid less reversed = allocated + credit + refunded, on every day, whatever the order of payments, reversals, refunds,
waivers and schedules; and what is owed less what is paid and let go is what is left.
"""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given

from overdue_flow.cases.arrears import coverage
from overdue_flow.cases.events import (
    Event,
    PaymentReceived,
    PaymentReversed,
    RefundMade,
    ScheduleReplaced,
    WaiverGranted,
)
from overdue_flow.cases.position import position
from support.ledgers import EVERYTHING, FIRST, LAST_NOTICED, Life, lives, yen

DAYS = [FIRST + timedelta(days=n) for n in range(-1, LAST_NOTICED + 10, 7)]
KEEPS_SCHEDULE = tuple(kind for kind in EVERYTHING if kind != "schedule")


def reversed_of(event: PaymentReversed, taken: tuple[Event, ...]) -> int:
    """What a reversal took back: its amount, or all that earlier reversals had left of the payment."""
    if event.amount is not None:
        return yen(event.amount)
    came = next(yen(one.amount) for one in taken if isinstance(one, PaymentReceived) and one.id == event.payment_id)
    earlier = taken[: taken.index(event)]
    before = [one for one in earlier if isinstance(one, PaymentReversed) and one.payment_id == event.payment_id]
    return came - sum(reversed_of(one, taken) for one in before)


@given(lives())
def test_what_came_stands_somewhere_once(life: Life) -> None:
    story, taken = life.told()
    original = life.terms.counting.reversal == "original_due_date"
    for day in DAYS:
        came = [one for one in taken if isinstance(one, PaymentReceived) and one.value_date <= day]
        counted = {one.id for one in came}
        gone = [
            reversed_of(one, taken)
            for one in taken
            if isinstance(one, PaymentReversed) and one.payment_id in counted and (original or one.reversed_on <= day)
        ]
        refunds = [yen(one.amount) for one in taken if isinstance(one, RefundMade) and one.refunded_on <= day]
        totals = story.case.ledger.totals(day)
        assert totals.paid == sum(yen(one.amount) for one in came)
        assert totals.reversed == sum(gone)
        assert totals.refunded == sum(refunds)
        assert totals.paid - totals.reversed == sum(totals.allocated) + totals.credit + totals.refunded
        assert min(totals.allocated) >= 0


@given(lives(KEEPS_SCHEDULE))
def test_what_is_owed_is_paid_let_go_or_left(life: Life) -> None:
    """Where no schedule is replaced, everything owed is accounted for, and what is left is the balance.

    What a reversed payment had covered is owed once more, beside the due that it had covered. Money that went out and
    was not there is owed too: it is credit below zero.
    """
    story, taken = life.told()
    for day in DAYS:
        totals, here, dues = story.case.ledger.totals(day), position(story.case, day), coverage(story.case.ledger, day)
        owed = sum(one.amount for one in dues if one.what != "reversal")
        assert here.balance is not None
        assert here.paid is not None
        assert owed - sum(totals.waived) - here.paid == here.balance + min(0, totals.credit)
        assert here.balance >= here.overdue >= 0
        waivers = [yen(one.amount) for one in taken if isinstance(one, WaiverGranted) and one.effective_on <= day]
        assert sum(totals.waived) <= sum(waivers)


@given(lives())
def test_no_credit_lies_idle_while_something_due_is_unpaid(life: Life) -> None:
    """One credit: it covers what is owed, in order, before anything is overdue; unless it names something."""
    story, taken = life.told()
    if any(getattr(one, "towards", None) for one in taken) or any(isinstance(one, ScheduleReplaced) for one in taken):
        return
    for day in DAYS:
        if position(story.case, day).overdue > yen(life.terms.counting.paid_when_short_by):
            assert story.case.ledger.totals(day).credit <= 0, f"on {day}"
