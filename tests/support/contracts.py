"""Contracts to make offers on: plain ones, and any that a lender could have."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from hypothesis import assume
from hypothesis import strategies as st

from overdue_flow.cases.events.agreement import PlanKind
from overdue_flow.cases.events.base import Instalment
from overdue_flow.money import decimals_of
from overdue_flow.offers.contract import NOTHING, Amounts, Contract, Method
from overdue_flow.offers.formulas import unit_of
from overdue_flow.offers.menu import KINDS, Wishes, offers_on
from overdue_flow.offers.offer import Offer
from overdue_flow.offers.rhythm import MONTHLY, Rhythm
from overdue_flow.offers.rows import repaid

DAY = date(2026, 1, 15)
"""The day on which a plain contract stands: one period before its first instalment."""

METHODS: tuple[Method, ...] = ("annuity", "equal_principal")
FIRST_DUE_DATES = [date(2026, 1, 31), date(2025, 12, 31), date(2028, 2, 29), date(2026, 2, 28), date(2026, 3, 15)]


def contract(
    principal: Decimal | str | int,
    annual_rate: Decimal | str,
    instalments: int,
    *,
    overdue: Amounts = NOTHING,
    currency: str = "CNY",
    day: date = DAY,
    first_due_on: date = date(2026, 2, 15),
    rhythm: Rhythm = MONTHLY,
    method: Method = "annuity",
) -> Contract:
    """A contract that repays `principal` in so many instalments, the first of them at `first_due_on`."""
    rate, unit = rhythm.part_of(Decimal(annual_rate)), unit_of(currency)
    rows = repaid(Decimal(principal), rate, instalments, unit, method)
    coming = [
        Instalment(due_on=rhythm.after(first_due_on, number), principal=row.principal, interest=row.interest)
        for number, row in enumerate(rows)
    ]
    return Contract(currency, day, tuple(coming), Decimal(annual_rate), overdue, rhythm)


@st.composite
def contracts(draw: st.DrawFn, *, overdue: bool | None = None, interest: bool | None = None) -> Contract:
    """Any contract: in currencies with and without decimals, monthly and not, at month ends, with arrears or none."""
    currency = draw(st.sampled_from(["CNY", "JPY", "KWD"]))
    instalments = draw(st.integers(1, 36))
    principal = draw(st.integers(100 * instalments, 10_000_000))
    rate = draw(st.integers(1 if interest else 0, 0 if interest is False else 3_600))
    first = draw(st.sampled_from(FIRST_DUE_DATES))
    on_day = 31 if first == date(2026, 2, 28) else first.day
    rhythm = draw(st.sampled_from([Rhythm(months=1, on_day=on_day), Rhythm(months=3, on_day=on_day), Rhythm(days=14)]))
    into = draw(st.integers(0, 10))
    return contract(
        Decimal(principal).scaleb(-decimals_of(currency)),
        Decimal(rate).scaleb(-4),
        instalments,
        overdue=draw(_arrears(currency, overdue)),
        currency=currency,
        day=date.fromordinal(first.toordinal() - into),
        first_due_on=first,
        rhythm=rhythm,
        method=draw(st.sampled_from(METHODS)),
    )


@st.composite
def _arrears(draw: st.DrawFn, currency: str, overdue: bool | None) -> Amounts:
    if overdue is False or (overdue is None and draw(st.booleans())):
        return NOTHING
    parts = draw(st.tuples(st.integers(0, 1_000_000), st.integers(1, 50_000), st.integers(0, 50_000)))
    return Amounts(*(Decimal(part).scaleb(-decimals_of(currency)) for part in parts))


def wishes() -> st.SearchStrategy[Wishes]:
    """What any offer may be made of."""
    shares = st.integers(0, 99).map(lambda percent: Decimal(percent).scaleb(-2))
    return st.builds(Wishes, months=st.integers(1, 48), instalment=st.integers(1, 10_000), waived=shares)


@st.composite
def offers(draw: st.DrawFn, *, kinds: Sequence[PlanKind] = tuple(KINDS)) -> Offer:
    """Any offer that can be made on any contract."""
    kind = draw(st.sampled_from(kinds))
    made, _ = offers_on(draw(contracts()), draw(wishes()), [kind])
    assume(made)
    return made[0]
