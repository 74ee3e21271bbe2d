"""The overdue amount, itemised: every sum that is overdue, of which component, since when, and what was paid of it.

It is what a borrower who disputes an amount is shown, and what goes with a claim. The total is the fact
`overdue_amount` of the same day, to the last minor unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from overdue_flow.cases.case import Case
from overdue_flow.cases.items import Overdue, overdue_items
from overdue_flow.cases.position import Position, position, unknown
from overdue_flow.cases.waterfall import COMPONENTS
from overdue_flow.money import from_minor
from overdue_flow.reports.plain import plain
from overdue_flow.reports.report import Column, columns
from overdue_flow.reports.speech import Said, code, listed, say, spoken
from overdue_flow.reports.table import table

HEAD = ("due on", "what", "component", "amount", "paid", "let go", "left", "days")
FIGURES = ("amount", "paid", "let go", "left", "days")
_UNKNOWN = "?"


def itemised_columns() -> tuple[Column, ...]:
    """The columns of the items in a report."""
    return columns("money", "due on", "what", "component", "amount", "paid", "let go", "left", "days", figures=FIGURES)


class Item(NamedTuple):
    """One component of one amount that fell due. Amounts are in major units of the loan's currency; None where only the
    host knows, who keeps the ledger. `id` is that of the instalment or charge."""

    due_on: date | None
    id: str
    what: str
    component: str
    amount: Decimal | None
    paid: Decimal | None
    waived: Decimal | None
    left: Decimal
    days_past_due: int | None

    def cells(self) -> tuple[str, ...]:
        """For a table."""
        return tuple(spoken(cell) for cell in self.said())

    def said(self) -> tuple[Said, ...]:
        """The same, in any language."""
        amounts = (self.amount, self.paid, self.waived, self.left)
        days = _UNKNOWN if self.days_past_due is None else str(self.days_past_due)
        named = "" if self.id == str(self.due_on) else self.id
        what = listed((code(self.what), named), " ")
        return (str(self.due_on or _UNKNOWN), what, code(self.component), *map(_said, amounts), days)


@dataclass(frozen=True, slots=True)
class Itemised:
    """What is overdue on a case on a day, as the facts of that day are read.

    `basis` says whose schedule it is: the contract's, a plan's, or the host's report. `total` is None where nothing is
    known, since the report is too old.
    """

    case_id: str
    on: date
    currency: str
    basis: Literal["contract", "plan", "report"]
    items: tuple[Item, ...]
    total: Decimal | None

    def by_component(self) -> dict[str, Decimal]:
        """What is left of each component that is overdue, in the order in which they stand."""
        found: dict[str, Decimal] = {}
        for item in self.items:
            found[item.component] = found.get(item.component, Decimal(0)) + item.left
        return found

    def text(self) -> str:
        """The items as a table, and below it what they come to."""
        return "".join(f"{line}\n" for line in self.lines())

    def lines(self) -> Iterator[str]:
        """The same, line by line."""
        yield f"overdue on {self.case_id}, {self.on}, amounts in {self.currency}, {_BASES[self.basis]}"
        if self.items:
            yield ""
            yield from table(HEAD, [item.cells() for item in self.items], figures=FIGURES)
            yield ""
        yield from self.summed_up()

    def summed_up(self) -> Iterator[str]:
        """What the items come to, in a line."""
        yield from (spoken(one) for one in self.summed_up_said())

    def summed_up_said(self) -> Iterator[Said]:
        """The same, in any language."""
        if self.total is None:
            yield say("not known: the host's report is too old")
        elif not self.items:
            yield say("nothing is overdue")
        else:
            parts = self.by_component()
            parted = listed(listed((code(name), f"{left:f}"), " ") for name, left in parts.items())
            total = f"{self.total:f}"
            yield (
                say("total {total} ({parts})", total=total, parts=parted)
                if len(parts) > 1
                else say("total {total}", total=total)
            )

    def as_data(self) -> dict[str, Any]:
        """All of it as plain data, amounts and dates as text: fit for JSON."""
        return {
            "case_id": self.case_id,
            "on": str(self.on),
            "currency": self.currency,
            "basis": self.basis,
            "total": None if self.total is None else f"{self.total:f}",
            "by_component": {name: f"{left:f}" for name, left in self.by_component().items()},
            "items": [{name: plain(value) for name, value in item._asdict().items()} for item in self.items],
        }


_BASES = {
    "contract": "by the contract",
    "plan": "by the repayment plan",
    "report": "as the host reports",
}


def itemised(case: Case, day: date) -> Itemised:
    """Every sum that is overdue on `day`, as known now."""
    here = position(case, day)
    currency = case.ledger.rules.currency
    total = None if unknown(here) else from_minor(here.overdue, currency)
    if here.basis == "report":
        items = tuple(_reported(here, day, currency))
    else:
        items = tuple(item for one in overdue_items(case, day) for item in _items(one, day, currency))
    return Itemised(case.id, day, currency, here.basis, items, total)


def _items(one: Overdue, day: date, currency: str) -> Iterator[Item]:
    due = one.due
    days = (day - due.due_on).days
    for component, *amounts in zip(COMPONENTS, one.amount, one.paid, one.waived, one.left, strict=True):
        amount, paid, waived, left = (from_minor(part, currency) for part in amounts)
        if left:
            yield Item(due.due_on, due.id, due.what, component, amount, paid, waived, left, days)


def _reported(here: Position, day: date, currency: str) -> Iterator[Item]:
    """What a host's report says: by component, where it says all of them; else as one."""
    if not here.overdue:
        return
    since = here.oldest_due_on
    days = (day - since).days if since is not None else None
    parts = (here.overdue_costs, here.overdue_interest, here.overdue_principal)
    said = [part for part in parts if part is not None]
    whole = len(said) == len(parts) and sum(said) == here.overdue
    names = zip(COMPONENTS, said, strict=True) if whole else [("not told apart", here.overdue)]
    for component, left in names:
        if left:
            yield Item(since, "", "arrears", component, None, None, None, from_minor(left, currency), days)


def _said(amount: Decimal | None) -> str:
    return _UNKNOWN if amount is None else f"{amount:f}"
