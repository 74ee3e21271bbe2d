"""Offers side by side: as a table, and as plain data."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from overdue_flow.errors import OfferRefused
from overdue_flow.offers import Amounts, Contract, catch_up, compare, settlement, term_extension
from support.contracts import contract

LATE = Amounts(Decimal("90.00"), Decimal("9.00"), Decimal("1.00"))
LOAN = contract(600, "0.12", 6, overdue=LATE)


def test_the_table_has_the_contract_first_and_says_who_can_pay() -> None:
    said = compare(LOAN, [catch_up(LOAN, 3), term_extension(LOAN, 6)], 100).text().splitlines()
    assert said[:4] == [
        "offers on 2026-01-15, amounts in CNY",
        "overdue 100.00, to come 621.16 in 6 instalments",
        "12 % a year; every month",
        "the borrower can pay 100.00 a month",
    ]
    rows = [line.split("  ") for line in said[5:9]]
    assert [row[0].strip() for row in rows] == ["", "contract", "1 catch-up", "2 longer term"]
    assert [row[-1].strip() for row in rows] == ["can pay", "699.99", "no", "yes"]
    assert "1 the arrears on top of the next 3 instalments" in said


def test_without_an_income_nothing_is_said_of_it() -> None:
    said = compare(LOAN, [catch_up(LOAN, 3)]).text()
    assert "can pay" not in said
    assert compare(LOAN, [catch_up(LOAN, 3)]).as_data()["offers"][0]["affordable"] is None


def test_a_contract_on_which_all_is_due_and_nothing_known_of_interest_says_so() -> None:
    loan = Contract("CNY", date(2026, 1, 20), (), Decimal(0), LATE, rate_is_read=True)
    said = compare(loan, [settlement(loan, "0.2")]).text()
    assert "overdue 100.00, to come 0.00 in 0 instalments\n0 % a year, read off the schedule" in said
    assert "the schedule shows no interest, so it is taken as free of it" in said
    assert "free of it" not in compare(LOAN, [catch_up(LOAN, 3)]).text()


def test_the_data_are_json_with_every_instalment_and_exact_amounts() -> None:
    offer = settlement(LOAN, "0.2", parts=2)
    found = json.loads(json.dumps(compare(LOAN, [offer], "100").as_data()))
    (one,) = found["offers"]
    assert one["kind"] == "settlement"
    assert one["label"] == {"en": "settlement", "zh": "结清减免"}
    assert [line["total"] for line in one["schedule"]] == ["280.00", "280.00"]
    assert one["totals"]["total"] == "560.00"
    assert one["waived"]["total"] == "140.00"
    assert one["is_diminished"] is True
    assert one["affordable"] is False
    assert found["contract"]["overdue"] == {
        "principal": "90.00",
        "interest": "9.00",
        "costs": "1.00",
        "total": "100.00",
    }
    assert len(found["contract"]["schedule"]) == 6


def test_only_offers_on_one_contract_stand_beside_each_other() -> None:
    with pytest.raises(OfferRefused, match="were not worked out on one contract"):
        compare(LOAN, [catch_up(LOAN, 3), term_extension(contract(500, "0.12", 6), 3)])
    with pytest.raises(OfferRefused, match="a disposable income: `much` is not an amount"):
        compare(LOAN, [], "much")
