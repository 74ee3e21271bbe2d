"""Assessment: what is known of the borrower's means."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from overdue_flow.cases.case import Case
from overdue_flow.errors import EventRefused
from overdue_flow.events import ArrearsReported, Event, EventRetracted, FinancesAssessed, PaymentReceived
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


def test_amounts_are_facts_each_as_it_was_last_said() -> None:
    case = after(
        a_loan(),
        ("2025-02-01", FinancesAssessed(income="8000.00", expenses="5000.00", assets="100000.00")),
        ("2025-02-10", FinancesAssessed(income="7000.00")),
    )

    assert [fact(case, name) for name in ("income", "expenses", "assets")] == [7000, 5000, 100_000]
    assert fact(case, "disposable_income") == 2000


def test_the_day_of_the_last_assessment_is_known_whatever_it_said() -> None:
    late = FinancesAssessed(income="1.00", happened_at=noon("2025-01-15"))
    case = after(a_loan(), ("2025-02-01", FinancesAssessed(willingness="willing")), ("2025-02-10", late))

    assert fact(case, "finances_assessed_on") == date(2025, 2, 1)
    assert fact(case, "days_since_finances_assessed", "2025-03-01") == 28
    assert fact(a_loan(), "finances_assessed_on") is None


# --- ability, where nobody says it ---


def ability(case: Case) -> tuple[Any, Any]:
    return fact(case, "ability"), fact(case, "ability_worked_out")


def assessed(income: str, expenses: str, on: str = "2025-01-10", **fields: Any) -> tuple[str, Event]:
    return on, FinancesAssessed(income=income, expenses=expenses, **fields)


@pytest.mark.parametrize(
    ("income", "word"),
    [("6000.00", "able"), ("5999.99", "partly_able"), ("5000.01", "partly_able"), ("5000.00", "unable")],
)
def test_ability_is_worked_out_from_what_is_left_against_the_instalment_due_next(income: str, word: str) -> None:
    assert ability(after(a_loan(), assessed(income, "5000.00"))) == (word, True)


def test_an_ability_that_is_said_is_taken_as_it_is() -> None:
    case = after(a_loan(), assessed("9000.00", "5000.00", ability="unable"))

    assert ability(case) == ("unable", False)
    assert ability(a_loan()) == (None, False)


def test_a_later_assessment_of_amounts_goes_before_an_ability_that_was_said_earlier() -> None:
    said = ("2025-01-05", FinancesAssessed(ability="unable"))
    willing = ("2025-01-12", FinancesAssessed(willingness="willing"))

    assert ability(after(a_loan(), said, assessed("9000.00", "5000.00"), willing)) == ("able", True)
    assert ability(after(a_loan(), assessed("9000.00", "5000.00", "2025-01-04"), said)) == ("unable", False)


def test_income_and_expenses_may_come_one_after_the_other_and_in_any_order() -> None:
    income, expenses = FinancesAssessed(income="6000.00"), FinancesAssessed(expenses="5000.00")
    told_late = expenses.model_copy(update={"happened_at": noon("2025-01-08")})

    assert ability(after(a_loan(), ("2025-01-10", income))) == (None, False)
    assert ability(after(a_loan(), ("2025-01-10", income), ("2025-01-12", expenses))) == ("able", True)
    assert ability(after(a_loan(), ("2025-01-10", income), ("2025-01-12", told_late))) == ("able", True)
    less = FinancesAssessed(income="5100.00")
    assert ability(after(a_loan(), ("2025-01-08", expenses), ("2025-01-10", income), ("2025-01-12", less))) == (
        "partly_able",
        True,
    )


def test_ability_is_worked_out_for_the_day_of_the_assessment() -> None:
    """A payment of a later day makes the instalment smaller, and the borrower no abler then."""
    case = after(a_loan(), assessed("5500.00", "5000.00"))
    pay = PaymentReceived(id="p-1", amount="600.00", value_date=date(2025, 1, 20))
    early = pay.model_copy(update={"value_date": date(2025, 1, 9)})

    assert fact(after(case, ("2025-01-20", pay)), "ability") == "partly_able"
    assert fact(after(case, ("2025-01-20", early)), "ability") == "able"


def test_where_nothing_is_to_come_the_overdue_amount_is_what_is_asked_for() -> None:
    late = [after(a_loan(), assessed(income, "5000.00", "2025-03-01")) for income in ("6000.00", "5100.00", "100.00")]

    assert [ability(case)[0] for case in late] == ["able", "partly_able", "unable"]


def test_where_nothing_is_asked_for_there_is_nothing_to_weigh() -> None:
    paid = PaymentReceived(id="p-1", amount="1000.00", value_date=date(2025, 1, 9))

    assert ability(after(a_loan(), ("2025-01-09", paid), assessed("9000.00", "5000.00"))) == (None, False)


def test_a_host_that_reports_arrears_says_what_is_due_next() -> None:
    report = ArrearsReported(
        as_of=date(2025, 1, 9),
        overdue_amount="0.00",
        balance="1000.00",
        next_due_on=date(2025, 2, 1),
        next_due_amount="400.00",
    )

    assert ability(after(a_loan(), ("2025-01-09", report), assessed("5400.00", "5000.00"))) == ("able", True)


def test_a_retraction_takes_what_was_worked_out_back() -> None:
    case = after(a_loan(), assessed("9000.00", "5000.00", id="wrong"), ("2025-01-11", EventRetracted(event_id="wrong")))

    assert ability(case) == (None, False)
    assert fact(case, "finances_assessed_on") is None


def test_an_amount_in_another_currency_is_refused() -> None:
    with pytest.raises(EventRefused, match="is not in CNY"):
        after(a_loan(), ("2025-02-01", FinancesAssessed(income="8000.00 EUR")))
