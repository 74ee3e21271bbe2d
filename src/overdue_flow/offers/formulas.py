"""The formulas of repayment plans, on numbers alone: nothing here is rounded, and nothing knows a date.

`rate` is per period (0.01 is 1 % a month), and a payment comes at the end of its period. Everything is worked out in
Decimal with 50 digits, in a context of its own: never in binary fractions, and whatever context the host has set.

Sources: the ordinary annuity as in numpy-financial (`pmt`, `ipmt`, `ppmt`, `nper`, `npv`); 等额本息 and 等额本金 as
Chinese banks publish them; the loss of present value as in EBA/GL/2016/07, paragraph 51.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, localcontext
from functools import wraps
from typing import Literal, NamedTuple, ParamSpec, TypeAlias, TypeVar

from overdue_flow.errors import MoneyError, OfferRefused
from overdue_flow.money import decimals_of, exact_decimal

P = ParamSpec("P")
T = TypeVar("T")

PRECISION = 50
"""Digits of everything that is not yet rounded to the minor unit."""

_CONTEXT = Context(prec=PRECISION, rounding=ROUND_HALF_EVEN)
_SURE = Context(prec=PRECISION - 10, rounding=ROUND_HALF_EVEN)
_ONE = Decimal(1)
_NONE = Decimal(0)

Figure: TypeAlias = Decimal | str | int
"""A number as a host gives it: exact, so never a float."""


def exact(function: Callable[P, T]) -> Callable[P, T]:
    """The function, working in the context of this room."""

    @wraps(function)
    def working(*args: P.args, **kwargs: P.kwargs) -> T:
        with localcontext(_CONTEXT):
            return function(*args, **kwargs)

    return working


# --- what is given ---


def figure(value: Figure, what: str, *, least: Figure | None = None, most: Figure | None = None) -> Decimal:
    """`value` as an exact number from `least` to `most`; OfferRefused, which names it as `what`, for anything else."""
    try:
        found = exact_decimal(value)
    except MoneyError as error:
        raise OfferRefused(f"{what}: {error}") from None
    if least is not None and found < Decimal(least):
        raise OfferRefused(f"{what} of `{found:f}` makes no sense; expected {least} or more")
    if most is not None and found > Decimal(most):
        raise OfferRefused(f"{what} of `{found:f}` makes no sense; expected {most} at most")
    return found


def count(value: int, what: str, *, least: int = 1, most: int = 1_200) -> int:
    """`value` as a whole number from `least` to `most`; OfferRefused for anything else."""
    if type(value) is not int or not least <= value <= most:
        raise OfferRefused(f"{what} of `{value}` makes no sense; expected a whole number from {least} to {most}")
    return value


# --- rounding ---


def unit_of(currency: str) -> Decimal:
    """The minor unit of a currency: 0.01 CNY, 1 JPY, 0.001 KWD."""
    return _ONE.scaleb(-decimals_of(currency))


def rounded(amount: Decimal, unit: Decimal) -> Decimal:
    """`amount` rounded half up to the minor unit. The last digits of what was worked out are left out before: 1.75 % a
    year of 1224 is 1.785 a month, and not a little less because a twelfth of 1.75 % has no end."""
    return _SURE.plus(amount).quantize(unit, ROUND_HALF_UP, context=_CONTEXT)


# --- annuity (等额本息) ---


@exact
def level_payment(principal: Decimal, rate: Decimal, periods: int, *, in_advance: bool = False) -> Decimal:
    """A = P*i / (1-(1+i)^-n), or P/n at no interest. `in_advance`: each payment comes as its period begins."""
    if not rate:
        return principal / periods
    payment = principal * rate / (1 - (1 + rate) ** -periods)
    return payment / (1 + rate) if in_advance else payment


@exact
def balance_after(principal: Decimal, rate: Decimal, payment: Decimal, payments: int) -> Decimal:
    """B_k = P(1+i)^k - A((1+i)^k-1)/i: the principal that is left after so many payments."""
    if not rate:
        return principal - payment * payments
    grown = (1 + rate) ** payments
    return principal * grown - payment * (grown - 1) / rate


@exact
def periods_for(principal: Decimal, rate: Decimal, payment: Decimal) -> Decimal:
    """n = -ln(1-P*i/A) / ln(1+i): how many payments of `payment` repay `principal`; the last one is a part of one.

    OfferRefused where the payment is not more than the interest: the debt would never be repaid, or grow.
    """
    if payment <= principal * rate or payment <= 0:
        least = f"{rounded(principal * rate, Decimal('0.01')):f}"
        raise OfferRefused(f"payments of `{payment:f}` never repay it; the interest of the first period is {least}")
    if not rate:
        return principal / payment
    return -(1 - principal * rate / payment).ln() / (1 + rate).ln()


class Row(NamedTuple):
    """One period of a schedule, not rounded: what of its payment is principal and interest, and what is left then."""

    principal: Decimal
    interest: Decimal
    balance: Decimal

    @property
    @exact
    def payment(self) -> Decimal:
        """Principal and interest."""
        return self.principal + self.interest


@exact
def level_rows(principal: Decimal, rate: Decimal, periods: int) -> tuple[Row, ...]:
    """An annuity: interest_k = B_{k-1}*i, principal_k = A - interest_k."""
    payment = level_payment(principal, rate, periods)
    return tuple(_rows(principal, rate, periods, lambda balance: payment - balance * rate))


@exact
def equal_principal_rows(principal: Decimal, rate: Decimal, periods: int) -> tuple[Row, ...]:
    """等额本金: p = P/n in every period, interest_k = (P-(k-1)p)*i."""
    part = principal / periods
    return tuple(_rows(principal, rate, periods, lambda _balance: part))


def _rows(principal: Decimal, rate: Decimal, periods: int, part: Callable[[Decimal], Decimal]) -> Iterator[Row]:
    for _ in range(periods):
        interest, repaid = principal * rate, part(principal)
        principal -= repaid
        yield Row(repaid, interest, principal)


@exact
def equal_principal_interest(principal: Decimal, rate: Decimal, periods: int) -> Decimal:
    """P*i*(n+1)/2: all interest of equal principal."""
    return principal * rate * (periods + 1) / 2


# --- time ---


@exact
def grown(principal: Decimal, rate: Decimal, periods: int, *, compounded: bool) -> Decimal:
    """What is owed after so many periods without a payment: P(1+i*d), or compounded P(1+i)^d."""
    return principal * (1 + rate) ** periods if compounded else principal * (1 + rate * periods)


@exact
def present_value(rate: Decimal, flows: Iterable[tuple[Decimal, Decimal]]) -> Decimal:
    """The sum of flow / (1+i)^t over pairs of a time in periods and a flow. A time may be a part of a period."""
    factor = 1 + rate
    parts: dict[Decimal, Decimal] = {}  # the times of a schedule differ by whole periods, and a root takes long
    value = _NONE
    for time, flow in flows:
        part = time % 1
        if part not in parts:
            parts[part] = factor**part
        value += flow / (factor ** int(time - part) * parts[part])
    return value


# --- penal interest (罚息) ---


@exact
def penal_interest(
    overdue: Figure,
    annual_rate: Figure,
    start: date,
    end: date,
    *,
    basis: Literal[360, 365, "actual"] = 365,
    annual_cap: Figure | None = None,
) -> Decimal:
    """overdue * penal rate * days / basis, for the days from `start` to before `end`; not rounded.

    `actual` divides the days of each year by the days that it has. `annual_cap` is the highest rate that is allowed.
    """
    amount, rate = figure(overdue, "an overdue amount", least=0), figure(annual_rate, "a rate", least=0)
    if annual_cap is not None:
        rate = min(rate, figure(annual_cap, "a cap", least=0))
    if end < start:
        raise OfferRefused(f"interest cannot run from {start} to {end}, which is earlier")
    if basis != "actual":
        return amount * rate * (end - start).days / basis
    return sum((amount * rate * days / year for days, year in _years(start, end)), _NONE)


def _years(start: date, end: date) -> Iterator[tuple[int, int]]:
    """The days from `start` to before `end` in each year, and how many days the year has."""
    for year in range(start.year, end.year + 1):
        first, following = date(year, 1, 1), date(year + 1, 1, 1)
        yield max(0, (min(end, following) - max(start, first)).days), (following - first).days
