"""What is overdue, what is owed, what comes next: the facts that a position holds as they stand.

Amounts are in major units of the case's currency.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from overdue_flow.cases.cleared import cleared_on
from overdue_flow.cases.position import Position, breaks_on, overdue_until, position, unknown, until
from overdue_flow.guards.vocabulary import Fact, Kind, Motion
from overdue_flow.money import from_minor

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case


def _money(name: str, label: str, zh: str, pick: Callable[[Position], int | None], doc: str, *, missing: bool) -> Fact:
    def read(case: Case, day: date) -> Decimal | None:
        here = position(case, day)
        amount = pick(here)
        return None if amount is None or unknown(here) else from_minor(amount, case.ledger.rules.currency)

    return Fact(
        name, Kind.MONEY, label, read, motion=Motion.CLOCK, until=until, may_be_missing=missing, doc=doc, label_zh=zh
    )


def _cleared(case: Case, day: date) -> bool | None:
    here = position(case, day)
    return None if unknown(here) else here.oldest_due_on is None and here.overdue == 0


def _missed(case: Case, day: date) -> int | None:
    here = position(case, day)
    return None if unknown(here) else here.missed


def _balance(case: Case, day: date) -> Decimal | None:
    balance = position(case, day).balance
    return None if balance is None else from_minor(balance, case.ledger.rules.currency)


def _paid_ratio(case: Case, day: date) -> Decimal | None:
    here = position(case, day)
    if here.paid is None or here.balance is None or here.paid + here.balance <= 0:
        return None
    return Decimal(here.paid * 10_000 // (here.paid + here.balance)).scaleb(-4)


FACTS: tuple[Fact, ...] = (
    Fact(
        "arrears_cleared",
        Kind.FLAG,
        "arrears are cleared",
        _cleared,
        motion=Motion.CLOCK,
        until=overdue_until,
        doc="Nothing that fell due before the day is unpaid; true also for a loan on which nothing ever was.",
        label_zh="欠款已清",
    ),
    Fact(
        "cleared_on",
        Kind.DATE,
        "date of the end of arrears",
        cleared_on,
        may_be_missing=True,
        motion=Motion.CLOCK,
        until=overdue_until,
        doc="The day on which arrears last ended, or the opening where there were none; missing while there are some.",
        label_zh="结清逾期日",
    ),
    Fact(
        "oldest_due_on",
        Kind.DATE,
        "oldest unpaid due date",
        lambda case, day: position(case, day).oldest_due_on,
        may_be_missing=True,
        motion=Motion.CLOCK,
        until=overdue_until,
        doc="The oldest due date before the day that is unpaid; missing when nothing is overdue.",
        label_zh="最早逾期日",
    ),
    Fact(
        "next_due_on",
        Kind.DATE,
        "next due date",
        lambda case, day: position(case, day).next_due_on,
        may_be_missing=True,
        motion=Motion.CLOCK,
        until=until,
        doc="The earliest unpaid due date that is the day itself or later; missing when nothing is still to come.",
        label_zh="下一还款日",
    ),
    _money(
        "next_due_amount",
        "amount due next",
        "下期应还金额",
        lambda here: here.next_due,
        "What is unpaid of all that falls due on `next_due_on`.",
        missing=True,
    ),
    _money(
        "overdue_amount",
        "overdue amount",
        "逾期金额",
        lambda here: here.overdue,
        "All that fell due before the day and is unpaid. What is short by no more than the terms allow is not in it.",
        missing=False,
    ),
    *(
        _money(
            f"overdue_{component}",
            f"overdue {component}",
            zh,
            pick,
            f"The part of the overdue amount that is {component}; missing where a host that reports does not say.",
            missing=True,
        )
        for component, zh, pick in (
            ("principal", "逾期本金", lambda here: here.overdue_principal),
            ("interest", "逾期利息", lambda here: here.overdue_interest),
            ("costs", "逾期费用", lambda here: here.overdue_costs),
        )
    ),
    Fact(
        "balance",
        Kind.MONEY,
        "balance",
        _balance,
        motion=Motion.CLOCK,
        until=breaks_on,
        doc="All that is owed and unpaid, due or not, charges included. While a plan is active, still the contract's.",
        label_zh="未还余额",
    ),
    Fact(
        "missed_instalments",
        Kind.NUMBER,
        "missed instalments",
        _missed,
        unit="times",
        motion=Motion.CLOCK,
        until=until,
        doc="How many instalments and charges fell due before the day and are unpaid.",
        label_zh="逾期期数",
    ),
    Fact(
        "last_payment_on",
        Kind.DATE,
        "date of the last payment",
        lambda case, day: position(case, day).last_payment_on,
        may_be_missing=True,
        motion=Motion.CLOCK,
        until=breaks_on,
        doc="The value date of the last payment that was not reversed in full.",
        label_zh="最近还款日",
    ),
    Fact(
        "paid_ratio",
        Kind.NUMBER,
        "share that is paid",
        _paid_ratio,
        unit="share",
        may_be_missing=True,
        motion=Motion.CLOCK,
        until=breaks_on,
        doc="What is paid as a share of what is paid and owed, four decimals, rounded down: 1 means that all is paid.",
        label_zh="已还比例",
    ),
)
"""The facts that are read from a position as they stand; those that count days are in `counting`."""
