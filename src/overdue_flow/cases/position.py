"""Where a loan stands on a day: what is overdue and since when, what is owed, what falls due next.

A position holds for all days from `valid_from` until `until`, so that looking again costs almost nothing. It is read
from the contract's books; from those of a plan while one that replaces the contract's schedule is active; or from the
report of a host with a ledger of its own.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Literal, NamedTuple

from overdue_flow.cases.reported import Report, next_report_on, report_on
from overdue_flow.cases.waterfall import ONE_DAY, Account, Rules

if TYPE_CHECKING:
    from overdue_flow.cases.arrears import Ledger
    from overdue_flow.cases.case import Case
    from overdue_flow.cases.limitation import Walked
    from overdue_flow.cases.plans import Plans

_KEPT = 6
"""How many positions of one ledger are remembered: today's, yesterday's, and a few that the horizon asks for."""


class Position(NamedTuple):
    """Where a loan stands, on every day from `valid_from` until `until`. Amounts are in minor units.

    `breaks_on` is the first day on which more than another instalment falling due may change it: money of a later value
    date, a plan that fails, a report that turns stale. A `stale` position knows nothing, except of a plan's schedule.
    `oldest_due_on` is before the day; None when nothing is overdue. `next_due_on` is the day itself or later. `paid`
    stands on dues; None where a host keeps the ledger.
    """

    valid_from: date
    until: date | None
    breaks_on: date | None
    basis: Literal["contract", "plan", "report"] = "contract"
    oldest_due_on: date | None = None
    overdue: int = 0
    overdue_costs: int | None = 0
    overdue_interest: int | None = 0
    overdue_principal: int | None = 0
    balance: int | None = 0
    missed: int | None = 0
    next_due_on: date | None = None
    next_due: int | None = None
    last_payment_on: date | None = None
    paid: int | None = 0
    stale: bool = False


class Memo:
    """What was found out about one ledger already. No part of its value."""

    __slots__ = ("clocks", "found", "in_force")

    def __init__(self) -> None:
        self.found: list[tuple[date, date, Plans, Position]] = []
        self.in_force: tuple[Plans, Ledger] | None = None
        self.clocks: list[Walked] = []


def position(case: Case, day: date) -> Position:
    """Where the loan of a case stands on `day`, as known now."""
    ledger, plans = case.ledger, case.plans
    found = ledger.memo.found
    for first, end, of_plans, known in found:
        if first <= day < end and of_plans is plans:
            return known
    fresh = _position(case, day)
    if len(found) >= _KEPT:
        del found[0]
    found.append((fresh.valid_from, fresh.until or date.max, plans, fresh))
    return fresh


def in_force(ledger: Ledger, plans: Plans) -> Ledger:
    """The ledger, with what completed settlements let go."""
    if plans.let_go is ledger.let_go or plans.let_go == ledger.let_go:
        return ledger
    known = ledger.memo.in_force
    if known is not None and known[0] is plans:
        return known[1]
    postings = tuple(posting for posting in ledger.books.postings if posting not in ledger.let_go)
    books = ledger.books.reposted((*postings, *plans.let_go), date.max)
    cured_on = tuple(sorted({*ledger.cured_on, *books.cures}))
    settled = replace(ledger, books=books, let_go=plans.let_go, cured_on=cured_on, memo=Memo())
    ledger.memo.in_force = (plans, settled)
    return settled


def cured_on(case: Case) -> tuple[date, ...]:
    """The days on which the overdue amount went back to zero, on the contract's schedule or a plan's, in order."""
    ledger = in_force(case.ledger, case.plans)
    if not case.plans.cured_on:
        return ledger.cured_on
    return tuple(sorted({*ledger.cured_on, *case.plans.cured_on}))


# --- how it is found ---


def _position(case: Case, day: date) -> Position:
    ledger = in_force(case.ledger, case.plans)
    report = report_on(ledger.reports, day) if ledger.reports else None
    breaks = _breaks_on(case, ledger, day)
    if report is None:
        base = _of_account(ledger.books.account_on(day), ledger.rules, day, breaks)
    else:
        base = _of_report(report, day, breaks, case.terms.stale_after)
    plan = case.plans.replacing(day) if case.plans.plans else None
    if plan is None:
        return base._replace(valid_from=day) if case.plans.plans else base  # a plan may have been active before
    here = _of_account(plan.books.account_on(day), plan.books.rules, day, base.breaks_on)
    return here._replace(
        valid_from=max(here.valid_from, base.valid_from, plan.agreed_on),
        basis="plan",
        balance=base.balance,
        last_payment_on=base.last_payment_on,
        paid=base.paid,
        stale=base.stale,
    )


def _breaks_on(case: Case, ledger: Ledger, day: date) -> date | None:
    breaks = ledger.next_value_date(day)
    if ledger.reports:
        breaks = _earliest(breaks, next_report_on(ledger.reports, day))
    return _earliest(breaks, case.plans.until(case, day)) if case.plans.plans else breaks


def _earliest(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _of_account(account: Account, rules: Rules, day: date, breaks: date | None) -> Position:
    tolerance = rules.tolerance
    valid_from = account.last_on
    oldest: date | None = None
    next_on: date | None = None
    missed = costs = interest = principal = next_due = 0
    for due in account.left():
        if next_on is not None and due.due_on > next_on:
            break
        if due.due_on < day:
            valid_from = max(valid_from, due.due_on + ONE_DAY)
        if due.total <= tolerance:
            continue
        if due.due_on >= day:
            next_on = due.due_on
            next_due += due.total
            continue
        if oldest is None:
            oldest = due.due_on
        missed += 1
        costs += due.costs
        interest += due.interest
        principal += due.principal
    until = breaks
    if next_on is not None and (until is None or next_on < until):
        until = next_on + ONE_DAY
    return Position(
        valid_from, until, breaks, "contract", oldest, costs + interest + principal, costs, interest, principal,
        account.balance, missed, next_on, None if next_on is None else next_due, account.last_payment_on, account.paid,
    )  # fmt: skip


def _of_report(report: Report, day: date, breaks: date | None, stale_after: int | None) -> Position:
    stale_from = None if stale_after is None else report.stale_from(stale_after)
    if stale_from is not None and day >= stale_from:
        return Position(
            day, breaks, breaks, "report", None, 0, None, None, None, None, None, None, None, None, None, stale=True
        )
    breaks = _earliest(breaks, stale_from)
    overdue = report.oldest_due_on is not None and report.oldest_due_on < day
    coming = report.next_due_on is not None and report.next_due_on >= day
    turns = [one + ONE_DAY for one in (report.oldest_due_on, report.next_due_on) if one is not None and one >= day]
    here = Position(
        day, _earliest(breaks, *turns), breaks, "report", balance=report.balance,
        next_due_on=report.next_due_on if coming else None, next_due=report.next_due if coming else None,
        last_payment_on=report.last_payment_on, paid=None,
    )  # fmt: skip
    if not overdue:
        return here  # what is due on the very day is not overdue yet
    return here._replace(
        oldest_due_on=report.oldest_due_on,
        overdue=report.overdue,
        overdue_costs=report.overdue_costs,
        overdue_interest=report.overdue_interest,
        overdue_principal=report.overdue_principal,
        missed=report.missed,
    )


def unpaid(case: Case, day: date) -> tuple[tuple[date, int], ...]:
    """What is unpaid by due date, in order, as known on `day`: what is still to come too, and without what is short by
    no more than the terms allow. Amounts are in minor units. Of a report, what it says is overdue, from its oldest day
    on."""
    here = position(case, day)
    if here.basis == "report":
        report = report_on(case.ledger.reports, day)
        if report is None or report.oldest_due_on is None or here.stale:
            return ()
        return ((report.oldest_due_on, report.overdue),)
    ledger = in_force(case.ledger, case.plans)
    plan = case.plans.replacing(day) if here.basis == "plan" else None
    books = ledger.books if plan is None else plan.books
    owed: dict[date, int] = {}
    for due in books.account_on(day).left():
        if due.total > books.rules.tolerance:
            owed[due.due_on] = owed.get(due.due_on, 0) + due.total
    return tuple(sorted(owed.items()))


# --- when it may change ---


def until(case: Case, day: date) -> date | None:
    """The next day on which anything about the position may change by itself."""
    return position(case, day).until


def breaks_on(case: Case, day: date) -> date | None:
    """The next day on which it may change by more than another instalment falling due."""
    return position(case, day).breaks_on


def overdue_until(case: Case, day: date) -> date | None:
    """When a loan becomes overdue by itself; while it is, when it may cease to be, or be so since another day."""
    here = position(case, day)
    return here.until if here.oldest_due_on is None else here.breaks_on


def unknown(here: Position) -> bool:
    """Whether nothing is known, because the report that it would be read from is stale."""
    return here.stale and here.basis != "plan"
