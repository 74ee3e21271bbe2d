"""The overdue amount, itemised."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

from overdue_flow.cases.case import Case
from overdue_flow.cases.terms import Counting, Terms
from overdue_flow.events import (
    ArrearsReported,
    ChargeAdded,
    Instalment,
    PaymentReceived,
    PaymentReversed,
    PlanAgreed,
    WaiverGranted,
)
from overdue_flow.reports.itemised import itemised
from support.telling import a_loan, after


def day(text: str) -> date:
    return date.fromisoformat(text)


def paid(amount: str, on: str, name: str | None = None) -> tuple[str, PaymentReceived]:
    return on, PaymentReceived(amount=amount, value_date=day(on), payment_id=name)


def lines(case: Case, on: str) -> list[list[str]]:
    return [line.split() for line in itemised(case, day(on)).text().splitlines() if line]


def rows(case: Case, on: str) -> list[tuple[str, str, str, str, str, int | None]]:
    """Each item: since when, of which component, what it was, what was paid, what is left, how long ago."""
    return [
        (str(one.due_on), one.component, str(one.amount), str(one.paid), str(one.left), one.days_past_due)
        for one in itemised(case, day(on)).items
    ]


def test_each_component_of_each_instalment_is_an_item() -> None:
    case = after(
        a_loan(),
        ("2025-02-05", ChargeAdded(id="late-fee", amount="15.00", due_on=day("2025-02-06"), component="costs")),
        paid("300.00", "2025-02-10"),
    )

    assert rows(case, "2025-02-20") == [
        ("2025-02-01", "principal", "1000.00", "300.00", "700.00", 19),
        ("2025-02-06", "costs", "15.00", "0.00", "15.00", 14),
    ]
    assert itemised(case, day("2025-02-20")).total == Decimal("715.00")
    assert itemised(case, day("2025-02-20")).by_component() == {
        "principal": Decimal("700.00"),
        "costs": Decimal("15.00"),
    }


def test_what_was_let_go_is_told_apart_from_what_was_paid() -> None:
    waived = WaiverGranted(amount="200.00", effective_on=day("2025-02-10"), component="principal")
    more = WaiverGranted(amount="50.00", effective_on=day("2025-02-12"), component="principal")
    case = after(a_loan(), ("2025-02-10", waived), paid("50.00", "2025-02-11"), ("2025-02-12", more))
    (item,) = itemised(case, day("2025-02-20")).items

    assert (item.amount, item.paid, item.waived, item.left) == (
        Decimal("1000.00"),
        Decimal("50.00"),
        Decimal("250.00"),
        Decimal("700.00"),
    )


def test_what_is_due_today_or_short_by_what_the_terms_allow_is_not_overdue() -> None:
    case = a_loan(terms=Terms(counting=Counting(paid_when_short_by="5.00")))
    assert itemised(case, day("2025-02-01")).items == ()
    assert itemised(case, day("2025-02-02")).total == Decimal("1000.00")

    case = after(case, paid("995.00", "2025-02-03"))
    assert itemised(case, day("2025-02-20")).items == ()
    assert lines(case, "2025-02-20")[1:] == [["nothing", "is", "overdue"]]


def test_what_a_reversed_payment_had_covered_is_an_item_of_its_own() -> None:
    case = a_loan(terms=Terms(counting=Counting(reversal="reversal_date")))
    back = PaymentReversed(payment_id="p-1", reversed_on=day("2025-02-15"))
    case = after(case, paid("400.00", "2025-02-03", "p-1"), ("2025-02-15", back))

    assert rows(case, "2025-02-20") == [
        ("2025-02-01", "principal", "600.00", "0.00", "600.00", 19),
        ("2025-02-15", "principal", "400.00", "0.00", "400.00", 5),
    ]


def test_under_a_plan_that_replaces_the_contract_the_items_are_the_plans() -> None:
    plan = PlanAgreed(plan_id="p", replaces_contract=True, instalments=(
        Instalment(due_on=day("2025-03-01"), amount="400.00"), Instalment(due_on=day("2025-04-01"), amount="600.00")
    ))  # fmt: skip
    case = after(a_loan(), ("2025-02-10", plan))

    assert itemised(case, day("2025-02-20")).basis == "plan"
    assert itemised(case, day("2025-02-20")).items == ()
    assert rows(case, "2025-03-05") == [("2025-03-01", "principal", "400.00", "0.00", "400.00", 4)]


def test_what_a_host_reports_is_told_as_far_as_it_says() -> None:
    told = {"as_of": "2025-02-10", "oldest_due_on": "2025-02-01", "balance": "900.00", "overdue_amount": "70.00"}
    whole = {**told, "overdue_costs": "5.00", "overdue_interest": "0.00", "overdue_principal": "65.00"}
    case = after(a_loan(), ("2025-02-10", ArrearsReported.model_validate(told)))
    assert rows(case, "2025-02-11") == [("2025-02-01", "not told apart", "None", "None", "70.00", 10)]

    case = after(a_loan(), ("2025-02-10", ArrearsReported.model_validate(whole)))
    assert itemised(case, day("2025-02-11")).by_component() == {"costs": Decimal("5.00"), "principal": Decimal("65.00")}


def test_a_report_that_is_too_old_tells_nothing() -> None:
    told = {"as_of": "2025-02-10", "oldest_due_on": "2025-02-01", "balance": "900.00", "overdue_amount": "70.00"}
    case = after(a_loan(terms=Terms(stale_after=3)), ("2025-02-10", ArrearsReported.model_validate(told)))
    found = itemised(case, day("2025-02-20"))

    assert (found.total, found.items) == (None, ())
    assert found.text().splitlines()[1] == "not known: the host's report is too old"


def test_all_of_it_is_plain_data() -> None:
    found = itemised(after(a_loan(), paid("300.00", "2025-02-10")), day("2025-02-20")).as_data()

    assert json.loads(json.dumps(found)) == {
        "case_id": "loan-1",
        "on": "2025-02-20",
        "currency": "CNY",
        "basis": "contract",
        "total": "700.00",
        "by_component": {"principal": "700.00"},
        "items": [
            {
                "due_on": "2025-02-01",
                "id": "2025-02-01",
                "what": "instalment",
                "component": "principal",
                "amount": "1000.00",
                "paid": "300.00",
                "waived": "0.00",
                "left": "700.00",
                "days_past_due": 19,
            }
        ],
    }
