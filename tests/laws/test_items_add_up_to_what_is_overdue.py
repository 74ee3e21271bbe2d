"""Items add up to what is overdue: the itemised statement is the fact `overdue_amount`, part by part and in total."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.cases.case import Case
from overdue_flow.cases.facts import built_in
from overdue_flow.cases.items import overdue_items
from overdue_flow.reports.itemised import Itemised, itemised
from support.happenings import AGREEMENT, LEDGER
from support.histories import History, histories, lived

FACTS = built_in()


def check(case: Case, day: date) -> Itemised:
    """The statement of a day against the facts of that day."""
    found = itemised(case, day)
    overdue = FACTS["overdue_amount"].read(case, day)
    assert found.total == overdue
    if overdue is not None:
        assert sum((item.left for item in found.items), Decimal(0)) == overdue
        for component, left in found.by_component().items():
            known = FACTS[f"overdue_{component}"].read(case, day) if component != "not told apart" else None
            assert known in (left, None)
    for item in found.items:
        assert item.left > 0
        assert min(item.paid or 0, item.waived or 0) >= 0
    return found


@given(histories((*LEDGER, *AGREEMENT), most=8), st.integers(-60, 60))
def test_items_add_up_to_what_is_overdue(history: History, later: int) -> None:
    case = lived(history)
    day = case.day + timedelta(days=later)
    found = check(case, day)

    days = [item.days_past_due for item in found.items if item.days_past_due is not None]
    assert all(count > 0 for count in days) or found.basis == "report"
    if found.basis != "report" and found.total is not None:
        assert max(days, default=0) == FACTS["dpd"].read(case, day)
        assert len({item.id for item in found.items}) <= (FACTS["missed_instalments"].read(case, day) or 0)


@given(histories(("PaymentReceived", "WaiverGranted"), most=10), st.integers(0, 60))
def test_without_reversals_an_item_is_the_whole_of_what_fell_due(history: History, later: int) -> None:
    case = lived(history)
    in_full = {due.id: due.parts for due in case.ledger.books.dues}

    for one in overdue_items(case, case.day + timedelta(days=later)):
        assert one.amount == in_full[one.due.id]


@given(histories(("PaymentReceived", "PaymentReversed", "WaiverGranted", "ScheduleReplaced", "RefundMade"), most=10))
def test_items_of_long_ledgers_add_up_on_every_day(history: History) -> None:
    case = lived(history)

    for days in range(0, 120, 7):
        check(case, history.opened.opened_on + timedelta(days=days))
