"""Random loans: schedules of instalments, and openings with what the host tells of its own facts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from dateutil.relativedelta import relativedelta
from hypothesis import strategies as st

from overdue_flow.cases.events import Instalment, LoanOpened
from overdue_flow.cases.events.base import INSTALMENTS_MAX
from overdue_flow.money import from_minor
from overdue_flow.policy.policy import Policy
from overdue_flow.testing.search.contents import as_told
from overdue_flow.testing.search.starts import first_day
from overdue_flow.testing.search.values import constants_of, worth_trying

AMOUNT_MAX = 2_000_000
"""The largest instalment, in minor units, unless a policy compares with more."""


@st.composite
def schedules(
    draw: st.DrawFn, first: date, *, most: int = 12, currency: str = "CNY", amount_max: int = AMOUNT_MAX
) -> tuple[Instalment, ...]:
    """One to `most` instalments, each month one, the first due within forty days after `first`: all of one amount, or
    each of its own. Amounts are at most `amount_max`, in minor units of the currency. ValueError where `most` is less
    than 1 or more than a loan may have."""
    if not 1 <= most <= INSTALMENTS_MAX:
        raise ValueError(f"a loan has 1 to {INSTALMENTS_MAX} instalments, not {most}")
    count = draw(st.integers(1, most))
    due_on = first + timedelta(days=draw(st.integers(1, 40)))
    minor = st.integers(1, amount_max)
    one = draw(minor)
    amounts = [one] * count if draw(st.booleans()) else [draw(minor) for _number in range(count)]
    return tuple(
        Instalment(due_on=due_on + relativedelta(months=number), amount=from_minor(amount, currency))
        for number, amount in enumerate(amounts)
    )


@st.composite
def openings(draw: st.DrawFn, policy: Policy, *, most: int = 12) -> LoanOpened:
    """A loan opened under a policy, with its own facts told or not: amounts and facts on both sides of what the policy
    compares them with."""
    constants, on = constants_of(policy), first_day(policy)
    amounts = [value for name in ("overdue_amount", "balance") for value in constants.get(name, ())]
    largest = max((int(value * 150) for value in amounts if isinstance(value, int | Decimal)), default=0)
    facts: dict[str, Any] = {}
    for name in policy.spec.facts:
        fact = policy.vocabulary[name]
        values = st.sampled_from([None, *worth_trying(fact, constants, on)])
        if (value := draw(values)) is not None:
            facts[name] = as_told(value, fact)
    currency = policy.terms.currency
    return LoanOpened(
        opened_on=on,
        instalments=draw(schedules(on, most=most, currency=currency, amount_max=max(AMOUNT_MAX, largest))),
        facts=facts,
    )
