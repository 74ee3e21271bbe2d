"""What offers are called, and how figures are said."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

import pytest

from overdue_flow.cases.events.agreement import PlanKind
from overdue_flow.offers.menu import KINDS
from overdue_flow.offers.words import LABELS, loss_in_percent, percent, the_next, times


def test_every_kind_of_plan_has_a_name_and_a_calculator() -> None:
    assert set(LABELS) == set(KINDS) == set(get_args(PlanKind))
    assert len(set(LABELS.values())) == len(LABELS)


@pytest.mark.parametrize(
    ("share", "said"),
    [
        ("0.0522", "5.22 %"),
        ("0", "0 %"),
        ("1", "100 %"),
        ("10", "1000 %"),
        ("0.03875", "3.875 %"),
        ("-0.001", "-0.1 %"),
    ],
)
def test_a_rate_in_percent(share: str, said: str) -> None:
    assert percent(Decimal(share)) == said


def test_a_loss_has_two_decimals() -> None:
    assert [loss_in_percent(Decimal(loss)) for loss in ("0.0303", "0.00005", "-0.0009", "0")] == [
        "3.03 %",
        "0.01 %",
        "-0.09 %",
        "0.00 %",
    ]


def test_numbers_and_their_words() -> None:
    assert [times(1), times(2), times(1, "part"), the_next(1), the_next(3)] == [
        "1 period",
        "2 periods",
        "1 part",
        "the next instalment",
        "the next 3 instalments",
    ]
