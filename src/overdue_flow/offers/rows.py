"""Schedules in whole minor units, before they have due dates.

Every amount is rounded half up to the minor unit; the last instalment clears what rounding left. Interest is worked out
on the rounded balance, as a lender's books do it. Where rounding up would repay all before the last instalment, the
level part is one minor unit smaller. Amounts are Decimals in major units.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, Decimal

from overdue_flow.errors import OfferRefused
from overdue_flow.offers.contract import Amounts, Contract, Method
from overdue_flow.offers.formulas import exact, level_payment, rounded

_NONE = Decimal(0)


def shares(total: Decimal, parts: int, unit: Decimal) -> list[Decimal]:
    """`total` in equal parts; the last clears rounding."""
    part = rounded(total / parts, unit)
    if part * (parts - 1) > total:
        part = (total / parts).quantize(unit, ROUND_DOWN)
    return [part] * (parts - 1) + [total - part * (parts - 1)]


def spread(amounts: Amounts, parts: int, unit: Decimal) -> list[Amounts]:
    """Amounts in equal parts, component by component."""
    columns = (shares(one, parts, unit) for one in (amounts.principal, amounts.interest, amounts.costs))
    return [Amounts(*row) for row in zip(*columns, strict=True)]


def added(rows: Sequence[Amounts], more: Sequence[Amounts], start: int = 0) -> list[Amounts]:
    """Rows with more on top of them, from the row `start` on."""
    found = list(rows)
    for number, one in enumerate(more, start):
        found[number] = found[number].plus(one)
    return found


@exact
def repaid(principal: Decimal, rate: Decimal, periods: int, unit: Decimal, method: Method) -> list[Amounts]:
    """The rows that repay `principal` with interest, by a method. A principal that is not rounded yet, since interest
    was added to it, is rounded in the rows, and not for the level instalment."""
    owed = rounded(principal, unit)
    if 0 < owed < unit * periods:
        raise OfferRefused(f"`{owed:f}` cannot be repaid in {periods} instalments; there is less than {unit:f} in each")
    if method == "equal_principal":
        return _with_interest(owed, rate, shares(owed, periods, unit), unit)
    payment = level_payment(principal, rate, periods)
    rows = _level(owed, rate, rounded(payment, unit), periods, unit)
    rows = rows or _level(owed, rate, payment.quantize(unit, ROUND_DOWN), periods, unit)
    if rows is None or min(row.principal for row in rows) < 0 or rows[-1].total > 2 * payment + periods * unit:
        raise OfferRefused(
            f"`{owed:f}` cannot be repaid in {periods} instalments of {rounded(payment, unit):f}: what rounding leaves "
            "is more than one of them; expected fewer instalments"
        )
    return rows


def _level(owed: Decimal, rate: Decimal, payment: Decimal, periods: int, unit: Decimal) -> list[Amounts] | None:
    """Rows of one payment, and a last one that clears the rest; None where it is all repaid before."""
    parts, balance = [], owed
    for _ in range(periods - 1):
        part = payment - rounded(balance * rate, unit)
        balance -= part
        if balance <= 0 and owed:
            return None
        parts.append(part)
    return _with_interest(owed, rate, [*parts, balance], unit)


def _with_interest(principal: Decimal, rate: Decimal, parts: Sequence[Decimal], unit: Decimal) -> list[Amounts]:
    rows = []
    for part in parts:
        rows.append(Amounts(part, rounded(principal * rate, unit)))
        principal -= part
    return rows


@exact
def paid_off(owed: Amounts, rate: Decimal, payment: Decimal, unit: Decimal, most: int) -> list[Amounts]:
    """The rows by which payments of `payment` pay off what is owed: the period's interest first, then costs and
    interest that are owed already, then principal. OfferRefused where they never do, or not in `most` instalments."""
    interest = rounded(owed.principal * rate, unit)
    if payment <= interest:
        raise OfferRefused(
            f"an instalment of `{payment:f}` does not cover the interest of one period, {interest:f}: the debt would "
            "grow"
        )
    rows: list[Amounts] = []
    while owed.total:
        if len(rows) == most:
            raise OfferRefused(f"an instalment of `{payment:f}` does not repay it in {most} instalments")
        interest = rounded(owed.principal * rate, unit)
        row, owed = _one_payment(owed, interest, payment)
        rows.append(row)
    return rows


def _one_payment(owed: Amounts, interest: Decimal, payment: Decimal) -> tuple[Amounts, Amounts]:
    """What one payment covers, and what is owed after it."""
    left = payment - interest
    costs = min(owed.costs, left)
    old = min(owed.interest, left - costs)
    principal = min(owed.principal, left - costs - old)
    covered = Amounts(principal, old, costs)
    return covered.plus(Amounts(interest=interest)), owed.less(covered)


def less_paid_ahead(rows: Sequence[Amounts], contract: Contract) -> list[Amounts]:
    """The rows without the interest that was paid already, from the first on."""
    left, found = contract.interest_paid_ahead, []
    for row in rows:
        off = min(left, row.interest)
        left -= off
        found.append(row.less(Amounts(interest=off)))
    return found
