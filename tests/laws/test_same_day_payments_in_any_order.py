"""Law: the order in which payments of one value date arrive changes no day count and no amount.

Nor does it matter whether a payment is noticed in time or late, or comes in two parts on its day.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.cases.events import Event, Instalment, PaymentReceived
from overdue_flow.cases.facts import built_in
from overdue_flow.cases.terms import Terms
from support.ledgers import FIRST, LAST_NOTICED, Life, Told, lives, near, schedules, terms_of_ledgers

LAST = FIRST + timedelta(days=LAST_NOTICED + 20)
DAYS = [FIRST + timedelta(days=n) for n in range(0, LAST_NOTICED + 20, 3)]
COUNTED = (
    "dpd", "dpd_net", "days_material", "months_past_due", "arrears_cleared", "oldest_due_on", "next_due_on",
    "next_due_amount", "overdue_amount", "overdue_principal", "overdue_interest", "overdue_costs", "balance",
    "missed_instalments", "last_payment_on", "paid_ratio",
)  # fmt: skip


def told(terms: Terms, instalments: tuple[Instalment, ...], events: list[Event], noticed: date) -> Told:
    story = Told(instalments, terms, FIRST)
    for event in events:
        story.hears(event, on=noticed)
    return story


def said(story: Told) -> list[dict[str, Any]]:
    """Every fact of the ledger on every third day."""
    return [{name: built_in()[name].read(story.case, day) for name in COUNTED} for day in DAYS]


@given(terms_of_ledgers(), schedules(), near, st.lists(st.sampled_from([5, 10, 40]), min_size=2, max_size=5), st.data())
def test_order_of_arrival(
    terms: Terms, instalments: tuple[Instalment, ...], on: date, amounts: list[int], data: st.DataObject
) -> None:
    payments: list[Event] = [
        PaymentReceived(id=f"p{n}", amount=amount, value_date=on, towards="i0" if n == 1 else None)
        for n, amount in enumerate(amounts)
    ]
    shuffled = data.draw(st.permutations(payments))
    one, other = told(terms, instalments, payments, on), told(terms, instalments, shuffled, on)
    assert said(one) == said(other)
    assert one.case.ledger == other.case.ledger


@given(lives(("payment",), most=7), st.data())
def test_payments_noticed_late_count_as_if_noticed_in_time(life: Life, data: st.DataObject) -> None:
    payments = [event for _noticed, event in life.events]
    in_time = sorted(payments, key=lambda one: (getattr(one, "value_date", LAST), one.id or ""))
    shuffled = data.draw(st.permutations(payments))
    one = Told(life.instalments, life.terms, FIRST)
    for event in (event for event in in_time if _can_come(event, life)):
        one.hears(event, on=max(one.case.day, getattr(event, "value_date", LAST)))
    other = told(life.terms, life.instalments, [event for event in shuffled if _can_come(event, life)], LAST)
    assert said(one) == said(other)


def _can_come(event: Event, life: Life) -> bool:
    named = getattr(event, "towards", None)
    return named is None or named in {one.id for one in life.instalments}


@given(terms_of_ledgers(), schedules(), near, st.integers(2, 60), st.data())
def test_two_parts_of_one_day_are_one_payment(
    terms: Terms, instalments: tuple[Instalment, ...], on: date, amount: int, data: st.DataObject
) -> None:
    part = data.draw(st.integers(1, amount - 1))
    whole: list[Event] = [PaymentReceived(id="p", amount=amount, value_date=on)]
    parts: list[Event] = [
        PaymentReceived(id="p1", amount=part, value_date=on),
        PaymentReceived(id="p2", amount=amount - part, value_date=on),
    ]
    assert said(told(terms, instalments, whole, on)) == said(told(terms, instalments, parts, on))
