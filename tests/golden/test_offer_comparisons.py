"""Offers side by side, whole: every kind of plan on one late loan; a loan in yen; one on which all has fallen due."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from overdue_flow.offers import Amounts, Comparison, Contract, Rhythm, compare
from overdue_flow.offers.menu import Wishes, offers_on
from support.contracts import contract
from support.golden import Golden


def late() -> Comparison:
    """Nine of twelve instalments are to come, three are overdue with penal charges."""
    overdue = Amounts(Decimal("2981.40"), Decimal("213.60"), Decimal("48.20"))
    loan = contract("9018.60", "0.12", 9, overdue=overdue, day=date(2026, 4, 7), first_due_on=date(2026, 4, 15))
    offers, _ = offers_on(loan, Wishes(instalment="700", waived="0.3"))
    return compare(loan, offers, "900")


def in_yen() -> Comparison:
    """Quarters at the ends of months, repaid by equal principal."""
    loan = contract(
        600_000,
        "0.08",
        6,
        currency="JPY",
        overdue=Amounts(Decimal(100_000), Decimal(13_000)),
        day=date(2026, 2, 10),
        first_due_on=date(2026, 2, 28),
        rhythm=Rhythm(months=3, on_day=31),
        method="equal_principal",
    )
    offers, _ = offers_on(loan, Wishes(months=6, instalment=60_000))
    return compare(loan, offers, 30_000)


def all_due() -> Comparison:
    """A loan that was accelerated: no instalment is to come."""
    overdue = Amounts(Decimal("12000.00"), Decimal("480.50"), Decimal("96.10"))
    loan = Contract.of("CNY", date(2026, 1, 31), [], "0.1825", overdue=overdue)
    offers, _ = offers_on(loan, Wishes(months=12, instalment="1000", waived="0.25"))
    return compare(loan, offers)


COMPARISONS = {"late": late, "in-yen": in_yen, "all-due": all_due}


@pytest.mark.parametrize("name", COMPARISONS)
def test_a_comparison_reads_as_expected(name: str, golden: Golden) -> None:
    golden(COMPARISONS[name]().text(), f"offers/{name}.txt")


def test_the_data_of_a_comparison_are_as_expected(golden: Golden) -> None:
    said = json.dumps(late().as_data(), ensure_ascii=False, indent=1)
    golden(f"{said}\n", "offers/late.json")
