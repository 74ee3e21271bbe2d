"""The picture of a comparison."""

from __future__ import annotations

import sys
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from overdue_flow.errors import MissingExtra
from overdue_flow.offers import (
    Amounts,
    Comparison,
    Rhythm,
    arrears_by_instalments,
    compare,
    payment_holiday,
    settlement,
)
from overdue_flow.offers.picture import svg
from support.contracts import contract

LOAN = contract(600, "0.12", 6, overdue=Amounts(Decimal("90.00"), Decimal("9.00"), Decimal("1.00")))


def comparison(income: int | None = 110) -> Comparison:
    return compare(LOAN, [payment_holiday(LOAN, 2), settlement(LOAN, "0.1"), arrears_by_instalments(LOAN, 3)], income)


def words(picture: str) -> list[str]:
    """The words in a picture, where they are written as such."""
    return ["".join(node.itertext()).strip() for node in ET.fromstring(picture).iter() if node.tag.endswith("}text")]


def test_the_picture_names_each_offer_and_says_what_cannot_be_paid() -> None:
    said = words(svg(comparison()))
    assert "contract as it stands" in said
    assert any(one.startswith("1 payment holiday: to pay ") and "cannot be paid" not in one for one in said)
    assert any(one.startswith("2 settlement: to pay ") and one.endswith("; cannot be paid") for one in said)
    assert {"principal", "interest", "costs", "can be paid"} <= set(said)


def test_without_an_income_nothing_is_said_of_it() -> None:
    said = words(svg(comparison(None)))
    assert "can be paid" not in said
    assert not any("cannot be paid" in one for one in said)


def test_the_same_comparison_gives_the_same_picture() -> None:
    assert svg(comparison()) == svg(comparison())


def test_without_the_package_the_install_line_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtra, match=r'pip install "overdue-flow\[pictures\]"'):
        svg(comparison())


def heights(comparison: Comparison) -> list[int]:
    """The amounts beside the bars."""
    return [int(one.replace(",", "")) for one in words(svg(comparison)) if one.replace(",", "").isdigit()]


def test_what_is_overdue_stands_on_what_falls_due_on_the_day() -> None:
    loan = contract(600, "0", 6, day=date(2026, 2, 15), overdue=Amounts(Decimal(100_000)))
    assert max(heights(compare(loan, []))) >= 50_000


def test_a_quarter_is_paid_from_three_months() -> None:
    loan = contract(600, "0", 6, rhythm=Rhythm(months=3))
    assert max(heights(compare(loan, [], 100_000))) >= 300_000
    assert max(heights(compare(loan, []))) <= 100
