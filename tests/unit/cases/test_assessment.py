"""Assessment: what is known of the borrower's means."""

from __future__ import annotations

from decimal import Decimal

import pytest

from overdue_flow.errors import EventRefused
from overdue_flow.events import FinancesAssessed
from support.telling import a_loan, after, fact, noon


def test_before_an_assessment_nothing_is_known() -> None:
    case = a_loan()

    assert [fact(case, name) for name in ("ability", "willingness", "disposable_income", "overdue_cause")] == [None] * 4


def test_an_assessment_says_what_it_says_and_leaves_the_rest() -> None:
    case = after(
        a_loan(),
        ("2025-02-01", FinancesAssessed(ability="unable", willingness="willing", overdue_cause="失业")),
        ("2025-03-01", FinancesAssessed(ability="partly_able")),
    )

    assert fact(case, "ability") == "partly_able"
    assert fact(case, "willingness") == "willing"
    assert fact(case, "overdue_cause") == "失业"


def test_disposable_income_is_what_is_left_of_the_latest_income() -> None:
    case = after(a_loan(), ("2025-02-01", FinancesAssessed(income="8000.00")))
    assert fact(case, "disposable_income") is None

    case = after(case, ("2025-02-02", FinancesAssessed(expenses="8500.50 CNY")))
    assert fact(case, "disposable_income") == Decimal("-500.50")


def test_an_assessment_told_late_does_not_replace_a_later_one() -> None:
    late = FinancesAssessed(ability="able", willingness="unwilling", happened_at=noon("2025-01-15"))
    case = after(a_loan(), ("2025-02-01", FinancesAssessed(ability="unable")), ("2025-02-10", late))

    assert fact(case, "ability") == "unable"
    assert fact(case, "willingness") == "unwilling"


def test_an_amount_in_another_currency_is_refused() -> None:
    with pytest.raises(EventRefused, match="is not in CNY"):
        after(a_loan(), ("2025-02-01", FinancesAssessed(income="8000.00 EUR")))
