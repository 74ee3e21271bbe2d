"""The contract as it stands on a day: what is overdue, what is to come and when, and at which rate.

An offer is worked out from this value alone. `contract_of` makes it of a case, from the contract's own books: a plan
that runs beside or before them changes what the borrower has agreed to, not what is owed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal, TypeAlias

from overdue_flow.cases.events.base import Instalment
from overdue_flow.cases.schedules import parts_of
from overdue_flow.errors import EventRefused, OfferRefused
from overdue_flow.money import from_minor
from overdue_flow.offers.formulas import Figure, count, exact, figure, present_value, rounded, unit_of
from overdue_flow.offers.rhythm import MONTHLY, DueDates, Rhythm, rhythm_of

Method: TypeAlias = Literal["annuity", "equal_principal"]
"""How a schedule repays: level instalments (等额本息), or level principal (等额本金)."""

HIGHEST_RATE = 10
"""The highest rate that can be meant: 1000 % a year."""

_NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Amounts:
    """An amount by component."""

    principal: Decimal = _NONE
    interest: Decimal = _NONE
    costs: Decimal = _NONE

    @property
    @exact
    def total(self) -> Decimal:
        """All of it."""
        return self.principal + self.interest + self.costs

    @exact
    def plus(self, other: Amounts) -> Amounts:
        """The sum of both, component by component."""
        return Amounts(self.principal + other.principal, self.interest + other.interest, self.costs + other.costs)

    @exact
    def less(self, other: Amounts) -> Amounts:
        """What is left of this without the other."""
        return Amounts(self.principal - other.principal, self.interest - other.interest, self.costs - other.costs)


NOTHING = Amounts()


def amounts_of(instalment: Instalment) -> Amounts:
    """The components of an instalment that is one of this room's: it has components, and no `amount`."""
    return Amounts(_plain(instalment.principal), _plain(instalment.interest), _plain(instalment.costs))


def _plain(amount: object) -> Decimal:
    assert isinstance(amount, Decimal)  # what comes in is made so by `_tidy`
    return amount


def sum_of(instalments: Iterable[Instalment]) -> Amounts:
    """What instalments come to, by component."""
    total = Amounts()
    for instalment in instalments:
        total = total.plus(amounts_of(instalment))
    return total


@dataclass(frozen=True, slots=True)
class Contract:
    """What is owed on `day`: `overdue` fell due before it, `coming` falls due on that day or later.

    `coming` may be given in any form that an event takes; it is held by component, one instalment a day. `annual_rate`
    is nominal (0.0522 is 5.22 %): a period has the part of it that the rhythm says; `rate_is_read` where it was read
    off the schedule. `interest_paid_ahead` is what was paid already of the interest that falls due next: where a
    schedule is worked out anew, it is not asked for again.

    OfferRefused for what is no contract: an amount below zero, an instalment to come of an earlier day, nothing owed.
    """

    currency: str
    day: date
    coming: tuple[Instalment, ...]
    annual_rate: Decimal
    overdue: Amounts = NOTHING
    rhythm: Rhythm = MONTHLY
    rate_is_read: bool = False
    interest_paid_ahead: Decimal = _NONE

    def __post_init__(self) -> None:
        rate = figure(self.annual_rate, "an annual rate", least=0, most=HIGHEST_RATE)
        object.__setattr__(self, "coming", _tidy(self.coming, self.currency, self.day))
        object.__setattr__(self, "annual_rate", rate)
        object.__setattr__(self, "overdue", _in_units(self.overdue, self.unit, self.currency))
        if not self.balance.total:
            raise OfferRefused(f"nothing is owed on {self.day}, so there is nothing to offer")

    @classmethod
    def of(
        cls,
        currency: str,
        day: date,
        coming: Sequence[Instalment],
        annual_rate: Figure,
        *,
        overdue: Amounts = NOTHING,
        rhythm: Rhythm | None = None,
    ) -> Contract:
        """A contract as a host says it: the rate in any exact form; the rhythm by default that of what is to come."""
        rate = figure(annual_rate, "an annual rate")
        return cls(currency, day, tuple(coming), rate, overdue, rhythm or rhythm_of([one.due_on for one in coming]))

    # --- amounts ---

    @property
    def unit(self) -> Decimal:
        """The minor unit: what amounts are rounded to."""
        return unit_of(self.currency)

    @property
    def to_come(self) -> Amounts:
        """All that falls due from the day on."""
        return sum_of(self.coming)

    @property
    def balance(self) -> Amounts:
        """All that the contract still asks for: what is overdue, and what is to come with its interest."""
        return self.overdue.plus(self.to_come)

    @property
    def principal(self) -> Decimal:
        """The principal that is not repaid, overdue or not."""
        return self.balance.principal

    @property
    @exact
    def owed_now(self) -> Amounts:
        """What would settle it on the day: all principal, what is overdue, and the interest of the running period by
        days, less what was paid of that. Interest and costs of days to come are not in it."""
        accrued = self.to_come.principal * self.rate * self.due_dates.elapsed - self.interest_paid_ahead
        interest = self.overdue.interest + max(_NONE, rounded(accrued, self.unit))
        return Amounts(self.principal, min(interest, self.balance.interest), self.overdue.costs)

    @property
    def interest_unknown(self) -> bool:
        """Whether the schedule shows no interest, and nobody said a rate: it is taken as free of interest."""
        return self.rate_is_read and not self.annual_rate

    # --- time ---

    @property
    @exact
    def rate(self) -> Decimal:
        """The rate of one period."""
        return self.rhythm.part_of(self.annual_rate)

    @property
    @exact
    def instalments(self) -> tuple[Instalment, ...]:
        """The instalments to come. Costs that fall due between two of them are taken to fall due with the later one,
        or with the last."""
        rows = [one for one in self.coming if one.principal or one.interest] or list(self.coming)
        days = [row.due_on for row in rows]
        for row in self.coming:
            if row.due_on not in days:
                place = next((n for n, day in enumerate(days) if day > row.due_on), len(days) - 1)
                rows[place] = rows[place].model_copy(update={"costs": _plain(rows[place].costs) + _plain(row.costs)})
        return tuple(rows)

    @property
    def periods_left(self) -> int:
        """How many instalments are to come."""
        return len(self.instalments)

    @property
    def due_dates(self) -> DueDates:
        """The due dates to come, and how they go on. Where none is known, the first period begins on the day."""
        dates = tuple(one.due_on for one in self.instalments)
        return DueDates(self.day, dates, self.rhythm if dates else replace(self.rhythm, on_day=None))

    @property
    def method(self) -> Method:
        """How the instalments to come repay: by level principal where all but the last have the same, and but the
        first, a part of which may be paid."""
        parts = [one.principal for one in self.instalments]
        same = (parts[:-1], parts[1:-1])
        level = any(len(some) > 1 and len(set(some)) == 1 for some in same) and self.to_come.interest
        return "equal_principal" if level else "annuity"

    # --- value ---

    @property
    def flows(self) -> tuple[tuple[date, Decimal], ...]:
        """What the contract would bring, by day: what is overdue at once."""
        at_once = [(self.day, self.overdue.total)] if self.overdue.total else []
        return (*at_once, *((one.due_on, amounts_of(one).total) for one in self.coming))

    @exact
    def value_of(self, flows: Iterable[tuple[date, Decimal]]) -> Decimal:
        """The present value, on the day, of money by day: discounted with the contract's own rate, period by period;
        what lies between two due dates by days. Not rounded."""
        known = list(flows)
        times = self.due_dates.periods_until(*(day for day, _ in known))
        return present_value(self.rate, ((time, amount) for time, (_, amount) in zip(times, known, strict=True)))

    @property
    def value(self) -> Decimal:
        """The present value of the contract as it stands."""
        return self.value_of(self.flows)


def _in_units(amounts: Amounts, unit: Decimal, currency: str) -> Amounts:
    """The same amounts with the decimals of their currency."""
    parts = [figure(one, "an overdue amount", least=0) for one in (amounts.principal, amounts.interest, amounts.costs)]
    for part in parts:
        if part != rounded(part, unit):
            raise OfferRefused(f"an overdue amount of `{part:f}` has more decimals than {currency} has")
    return Amounts(*(rounded(part, unit) for part in parts))


def _tidy(coming: Sequence[Instalment], currency: str, day: date) -> tuple[Instalment, ...]:
    """What is to come, by component, one instalment a day, in order."""
    count(len(coming), "a number of instalments", least=0, most=10_000)
    by_day: dict[date, tuple[int, int, int]] = {}
    for instalment in coming:
        if instalment.due_on < day:
            raise OfferRefused(f"the instalment due on {instalment.due_on} is not to come on {day}; it is overdue")
        try:
            parts = parts_of(instalment, currency)
        except EventRefused as error:
            raise OfferRefused(str(error)) from None
        costs, interest, principal = by_day.get(instalment.due_on, (0, 0, 0))
        by_day[instalment.due_on] = (costs + parts[0], interest + parts[1], principal + parts[2])
    return tuple(
        instalment_of(due_on, *(from_minor(part, currency) for part in reversed(parts)))
        for due_on, parts in sorted(by_day.items())
        if any(parts)
    )


def instalment_of(due_on: date, principal: Decimal, interest: Decimal, costs: Decimal) -> Instalment:
    """An instalment by component."""
    return Instalment(due_on=due_on, principal=principal, interest=interest, costs=costs)
