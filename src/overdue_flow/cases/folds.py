"""Folding postings into an account, from the beginning or on from where it stands; and where all money is.

Payments in a row are folded by their sum, what moves money with a trace of all that came before it.

Laws: `money is conserved`, `many payments at once are one after the other` (tests/laws).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import attrgetter

from overdue_flow.cases.allocations import MOVES_MONEY, Trace, is_ahead, move, plus
from overdue_flow.cases.receipts import MANY, can_pay_all, pay_all
from overdue_flow.cases.waterfall import (
    DESIGNATED,
    LET_GO,
    PAID,
    REVERSED,
    WAIVED,
    Account,
    Due,
    Parts,
    Posting,
    Rules,
    pay,
    waive,
)

_rank = attrgetter("rank")


def fold(dues: Sequence[Due], postings: Sequence[Posting], rules: Rules, trace: Trace | None = None) -> Folded:
    """The account after `postings`, which stand in their order; and the days on which nothing was overdue any more."""
    every = tuple(dues)
    account = Account.of(due for due in every if due.owed_from is None)
    cures: list[date] = []
    traced = _traced_up_to(postings) if trace is None else len(postings)
    if traced or trace is not None:
        trace = trace or Trace(rules)
        trace.dues = {due.key: due for due in every}
        trace.covered = {due.key: due.due_on for due in every if due.total == 0}
        account = _one_by_one(account, postings[:traced], rules, every, trace, cures)
    rest = carried(account, postings[traced:], rules)
    return Folded(rest.account, (*cures, *rest.cures))


def carried(account: Account, postings: Sequence[Posting], rules: Rules) -> Folded:
    """The account after more postings, none of which needs a trace; and the days on which nothing was overdue any
    more."""
    cures: list[date] = []
    for rank, row in groupby(postings, _rank):
        some = list(row)
        if rank == PAID and len(some) >= MANY and can_pay_all(account, rules):
            account, found = pay_all(account, some, rules)
            cures += found
        else:
            account = _one_by_one(account, _summed(some), rules, (), None, cures)
    return Folded(account, tuple(cures))


def _summed(postings: list[Posting]) -> list[Posting]:
    """The same, with waivers in a row as one where they are of one day and component, and name no instalment."""
    found = postings[:1]
    for one in postings[1:]:
        last = found[-1]
        alike = one.rank == WAIVED and one.target is None and last.target is None
        if alike and (one.on, one.component) == (last.on, last.component):
            found[-1] = last._replace(amount=last.amount + one.amount)
        else:
            found.append(one)
    return found


def _one_by_one(
    account: Account,
    postings: Sequence[Posting],
    rules: Rules,
    every: tuple[Due, ...],
    trace: Trace | None,
    cures: list[date],
) -> Account:
    """The account after `postings`; what cured it is added to `cures`."""
    for posting in postings:
        was_overdue = account.overdue(posting.on, rules.tolerance)
        account = post(account, posting, rules, every, trace)
        if was_overdue and not account.overdue(posting.on, rules.tolerance):
            cures.append(posting.on)
    return account


@dataclass(frozen=True, slots=True)
class Folded:
    """An account, and the value dates on which its overdue amount went back to zero."""

    account: Account
    cures: tuple[date, ...]


def _traced_up_to(postings: Sequence[Posting]) -> int:
    """How many postings there are up to the last that needs a trace."""
    if not needs_trace(*postings):
        return 0
    return next(number for number in range(len(postings), 0, -1) if needs_trace(postings[number - 1]))


def needs_trace(*postings: Posting) -> bool:
    """Whether one of `postings` moves money that covers something already."""
    return not MOVES_MONEY.isdisjoint(map(_rank, postings))


def post(
    account: Account, posting: Posting, rules: Rules, every: tuple[Due, ...] = (), trace: Trace | None = None
) -> Account:
    """The account after one posting, which is not earlier than those before."""
    rank = posting.rank
    if rank in (WAIVED, LET_GO):
        return waive(account, posting, rules, trace)
    if rank in (DESIGNATED, PAID):
        if posting.amount == 0:
            return account  # all of it was reversed, as if it had never come
        if trace is not None:
            trace.standing[posting.id] = (posting.on, posting.amount)
        return pay(account, posting, rules, trace)
    assert trace is not None, "a posting that moves money is folded with a trace"
    return move(account, posting, rules, every, trace)


# --- what auditors see ---


@dataclass(frozen=True, slots=True)
class Totals:
    """Where all money is, in minor units: `paid - reversed = allocated + credit + refunded`, always.

    `allocated` is what covers instalments and charges that are due, by component; `credit` is the rest, as it covers
    what is coming or nothing (below zero: money that went out and was not there).
    """

    paid: int
    reversed: int
    allocated: Parts
    credit: int
    refunded: int
    waived: Parts


def totals_of(dues: tuple[Due, ...], postings: tuple[Posting, ...], rules: Rules, day: date) -> Totals:
    """The totals on `day`, of postings up to then."""
    trace = Trace(rules)
    postings = tuple(posting for posting in postings if posting.on <= day)
    account = fold(dues, postings, rules, trace).account
    allocated: Parts = (0, 0, 0)
    credit = account.surplus
    for one in trace.allocations:
        if is_ahead(one.due, day):
            credit += one.total
        else:
            allocated = plus(allocated, one.parts)
    came = sum(posting.came for posting in postings)
    counted = sum(posting.amount for posting in postings if posting.came)
    back = came - counted + sum(posting.amount for posting in postings if posting.rank == REVERSED)
    return Totals(came, back, allocated, credit, trace.refunded, trace.waived)
