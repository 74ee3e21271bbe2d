"""What offers are called, and how their figures are said."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from overdue_flow.cases.events.agreement import PlanKind
from overdue_flow.offers.formulas import exact, rounded

LABELS: Mapping[PlanKind, tuple[str, str]] = {
    "annuity": ("annuity", "等额本息"),
    "equal_principal": ("equal principal", "等额本金"),
    "term_extension": ("longer term", "展期"),
    "lower_instalment": ("lower instalment", "降低月供"),
    "arrears_spread": ("arrears spread", "欠款分摊"),
    "arrears_by_instalments": ("arrears by instalments", "欠款分期"),
    "capitalisation": ("capitalisation", "欠款资本化"),
    "deferral": ("deferral", "延期还款（计息）"),
    "deferral_without_interest": ("deferral without interest", "延期还款（免息）"),
    "interest_only": ("interest only", "先息后本"),
    "rate_reduction": ("lower rate", "降低利率"),
    "catch_up": ("catch-up", "追补还款"),
    "partial_waiver": ("partial waiver", "部分减免"),
    "settlement": ("settlement", "结清减免"),
    "payment_holiday": ("payment holiday", "还款假期"),
}
"""Each kind of plan as a person reads it, in English and in Chinese."""


def times(number: int, word: str = "period") -> str:
    """`1 period`, `3 periods`."""
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def the_next(number: int) -> str:
    """`the next instalment`, `the next 3 instalments`."""
    return "the next instalment" if number == 1 else f"the next {number} instalments"


@exact
def percent(share: Decimal) -> str:
    """A rate or a share as people read it: 0.0522 is `5.22 %`; in four decimals at most."""
    said = f"{rounded(share * 100, Decimal('0.0001')):f}"
    return f"{said.rstrip('0').rstrip('.')} %"


@exact
def loss_in_percent(share: Decimal) -> str:
    """A loss of value as people read it, in two decimals: `3.03 %`."""
    return f"{rounded(share * 100, Decimal('0.01')):f} %"
