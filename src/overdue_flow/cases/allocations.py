"""Which money covers what: the waterfall traced, for whatever takes money back, and for auditors.

An account forgets which payment covered which due, since days and amounts do not need it. A reversal, a refund and a
replaced schedule do: they fold the postings again with a `Trace`. So do `coverage` and `totals`.

Law: `money is conserved` (tests/laws).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from overdue_flow.cases.waterfall import (
    DESIGNATED,
    LET_GO,
    PAID,
    REFUNDED,
    REVERSED,
    SWITCHED,
    WAIVED,
    Account,
    Due,
    Parts,
    Posting,
    Rules,
    pay,
    pour,
    reached,
    reopened,
    take,
    waive,
)

_AFTER_ALL = 1_000_000
"""Keys of dues that a fold makes come after those of the schedule, on one due date."""


@dataclass(slots=True)
class Allocation:
    """What one posting covers of one due, as it stands now."""

    posting: Posting
    due: Due
    parts: Parts

    @property
    def total(self) -> int:
        """The amount over all components."""
        return sum(self.parts)


@dataclass(slots=True)
class Trace:
    """What a fold found: every allocation in order, idle money by payment, what was waived and refunded.

    `dues` are the dues in full by key, also those that a reversal made; `covered` the value date on which a due became
    covered, within tolerance, for as long as it stays so; `standing` when each payment came and how much of it stands.
    """

    rules: Rules
    dues: dict[int, Due] = field(default_factory=dict)
    allocations: list[Allocation] = field(default_factory=list)
    idle: dict[Posting, int] = field(default_factory=dict)
    covered: dict[int, date] = field(default_factory=dict)
    standing: dict[str, tuple[date, int]] = field(default_factory=dict)
    waived: Parts = (0, 0, 0)
    refunded: int = 0

    def covers(self, posting: Posting, due: Due, parts: Parts) -> None:
        """A posting covers `parts` of `due`, which stands here as it was before."""
        self.allocations.append(Allocation(posting, self.dues[due.key], parts))
        self._mark(due.less(parts), posting.on)

    def idles(self, posting: Posting, amount: int) -> None:
        """Money of a payment that nothing owed can take."""
        self.idle[posting] = self.idle.get(posting, 0) + amount

    def waives(self, posting: Posting, due: Due, parts: Parts) -> None:
        """Part of a due is let go."""
        self.waived = plus(self.waived, parts)
        self._mark(due.less(parts), posting.on)

    def reverses(self, posting: Posting) -> date | None:
        """A payment is reversed; the value date of the last payment that stands, wholly or in part."""
        on, amount = self.standing[posting.target or ""]
        self.standing[posting.target or ""] = (on, amount - posting.amount)
        return max((on for on, amount in self.standing.values() if amount > 0), default=None)

    def _mark(self, left: Due, on: date) -> None:
        if left.total <= self.rules.tolerance:
            self.covered.setdefault(left.key, on)
        else:
            self.covered.pop(left.key, None)

    def takes_back(self, allocation: Allocation, amount: int, left: Due | None) -> tuple[Parts, Due]:
        """Free up to `amount` of an allocation, last covered component first; also what is then left of its due."""
        due = allocation.due
        freed = take(due.with_parts(allocation.parts), min(amount, allocation.total), self.rules.within[::-1])
        allocation.parts = minus(allocation.parts, freed)
        owed = due.with_parts(freed) if left is None else left.plus(freed)
        return freed, owed

    def standing_ahead(self, on: date) -> list[Allocation]:
        """Money on dues that are owed and fall due after `on`: latest due first, on one due the last money first."""
        found = [one for one in self.allocations if one.total and _ahead(one.due, on)]
        return sorted(found, key=lambda one: (one.due.due_on, one.due.key))[::-1]


def plus(some: Parts, more: Parts) -> Parts:
    """The sum by component."""
    return some[0] + more[0], some[1] + more[1], some[2] + more[2]


def minus(some: Parts, less: Parts) -> Parts:
    """The difference by component."""
    return some[0] - less[0], some[1] - less[1], some[2] - less[2]


def _ahead(due: Due, on: date) -> bool:
    return due.due_on > on and (due.owed_until is None or due.owed_until > on)


# --- what takes money back, or moves it ---


def fold(dues: Sequence[Due], postings: Sequence[Posting], rules: Rules, trace: Trace | None = None) -> Folded:
    """The account after `postings`, which stand in their order; and the days on which nothing was overdue any more."""
    every = tuple(dues)
    traced = trace if trace is not None else _trace_if_needed(rules, postings)
    if traced is not None:
        traced.dues = {due.key: due for due in every}
        traced.covered = {due.key: due.due_on for due in every if due.total == 0}
    account = Account.of(due for due in every if due.owed_from is None)
    cures: list[date] = []
    for posting in postings:
        was_overdue = account.overdue(posting.on, rules.tolerance)
        account = post(account, posting, rules, every, traced)
        if was_overdue and not account.overdue(posting.on, rules.tolerance):
            cures.append(posting.on)
    return Folded(account, tuple(cures))


@dataclass(frozen=True, slots=True)
class Folded:
    """An account, and the value dates on which its overdue amount went back to zero."""

    account: Account
    cures: tuple[date, ...]


def _trace_if_needed(rules: Rules, postings: Sequence[Posting]) -> Trace | None:
    return Trace(rules) if any(needs_trace(posting) for posting in postings) else None


def needs_trace(posting: Posting) -> bool:
    """Whether a posting moves money that covers something already."""
    return posting.rank in (SWITCHED, REVERSED, REFUNDED)


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
    account = reached(account, posting.on, rules)
    if rank == SWITCHED:
        return _switch(account, posting, rules, every, trace)
    if rank == REVERSED:
        return _reverse(account, posting, rules, trace)
    return _refund(account, posting, trace)


def _switch(account: Account, posting: Posting, rules: Rules, every: tuple[Due, ...], trace: Trace) -> Account:
    """Another schedule is owed from here on. Money stays on what it covered; idle money covers what is new."""
    on = posting.on
    kept = [due for due in account.left() if due.owed_until is None or due.owed_until > on]
    new = [due for due in every if due.owed_from == on and (due.owed_until is None or due.owed_until > on)]
    left = sorted([*kept, *(due for due in new if due.total)])
    account = reopened(account, left)._replace(balance=sum(due.total for due in left) + max(0, -account.surplus))
    return _pour_idle(account, posting.on, rules, trace)


def _pour_idle(account: Account, on: date, rules: Rules, trace: Trace) -> Account:
    idle = [(payment, amount) for payment, amount in trace.idle.items() if amount]
    if not idle or account.part is None:
        return account
    trace.idle.clear()
    account = account._replace(surplus=account.surplus - sum(amount for _, amount in idle))
    for payment, amount in idle:
        account = pour(account, amount, _again(payment, on), rules, trace)
    return account


def _again(payment: Posting, on: date) -> Posting:
    """The same money, free to cover something else from `on`; what it had named is forgotten."""
    return payment._replace(on=on, target=None)


def _reverse(account: Account, posting: Posting, rules: Rules, trace: Trace) -> Account:
    """What the payment had covered is owed again: due on the reversal date, or on its own date where that is later."""
    account = account._replace(last_payment_on=trace.reverses(posting))
    account, rest = _take_idle(account, posting.amount, trace, posting.target)
    owed_again: Parts = (0, 0, 0)
    for allocation in [one for one in reversed(trace.allocations) if one.posting.id == posting.target and one.total]:
        if rest <= 0:
            break
        if _ahead(allocation.due, posting.on):
            account, freed = _reinstate(account, allocation, rest, trace)
        else:
            freed, _ = trace.takes_back(allocation, rest, None)
            owed_again = plus(owed_again, freed)
            account = account._replace(paid=account.paid - sum(freed))
        rest -= sum(freed)
    account = _take_elsewhere(account, rest, posting.on, trace)
    if any(owed_again):
        account = _owe(account, posting, owed_again, trace)
    return _pour_again(account, posting.on, rules, trace)


def _owe(account: Account, posting: Posting, parts: Parts, trace: Trace) -> Account:
    key = _AFTER_ALL + sum(1 for key in trace.dues if key >= _AFTER_ALL)
    due = Due(posting.on, key, *parts, sum(parts), f"{posting.target} reversed on {posting.on}", "reversal")
    trace.dues[key] = due
    return reopened(account, sorted([*account.left(), due]))._replace(balance=account.balance + due.total)


def _reinstate(account: Account, allocation: Allocation, amount: int, trace: Trace) -> tuple[Account, Parts]:
    """Money leaves a due, which is owed again as of its own date."""
    left = {due.key: due for due in account.left()}
    key = allocation.due.key
    freed, left[key] = trace.takes_back(allocation, amount, left.get(key))
    if left[key].total > trace.rules.tolerance:
        trace.covered.pop(key, None)
    total = sum(freed)
    account = reopened(account, sorted(left.values()))
    return account._replace(balance=account.balance + total, paid=account.paid - total), freed


def _take_idle(account: Account, amount: int, trace: Trace, of: str | None = None) -> tuple[Account, int]:
    """Take up to `amount` of the idle money (of one payment, where named), the newest first; also what is missing."""
    for payment in [payment for payment in reversed(trace.idle) if of is None or payment.id == of]:
        taken = min(amount, trace.idle[payment])
        trace.idle[payment] -= taken
        amount -= taken
        account = account._replace(surplus=account.surplus - taken)
    return account, amount


def _take_elsewhere(account: Account, amount: int, on: date, trace: Trace) -> Account:
    """Take `amount` of money that does not cover anything due; failing that, of what does; failing that, owe it."""
    account, amount = _take_credit(account, amount, on, trace)
    for allocation in [one for one in reversed(trace.allocations) if one.total and _alive(one.due, on)]:
        if amount <= 0:
            break
        account, freed = _reinstate(account, allocation, amount, trace)
        amount -= sum(freed)
    return account._replace(surplus=account.surplus - amount, balance=account.balance + amount)


def _take_credit(account: Account, amount: int, on: date, trace: Trace) -> tuple[Account, int]:
    """Take up to `amount` of the credit: idle money, then what covers the latest due to come; also what is missing."""
    account, amount = _take_idle(account, amount, trace)
    for allocation in trace.standing_ahead(on):
        if amount <= 0:
            break
        account, freed = _reinstate(account, allocation, amount, trace)
        amount -= sum(freed)
    return account, amount


def _alive(due: Due, on: date) -> bool:
    return not _ahead(due, on) and (due.owed_until is None or due.owed_until > on)


def _refund(account: Account, posting: Posting, trace: Trace) -> Account:
    """Money goes back to the borrower: the idle first, then what covers coming instalments, newest first.

    It comes from the contract's credit: in the books of a plan it uncovers what is coming, and nothing that was due.
    """
    trace.refunded += posting.amount
    if trace.rules.of_plan:
        return _take_credit(account, posting.amount, posting.on, trace)[0]
    return _take_elsewhere(account, posting.amount, posting.on, trace)


def _pour_again(account: Account, on: date, rules: Rules, trace: Trace) -> Account:
    """Credit covers what is owed as it stands now, in order: lift it from what is coming and pour it again."""
    part = account.part
    ahead = [one for one in trace.standing_ahead(on) if one.posting.target is None]
    if part is None or (not account.surplus > 0 and not (ahead and part.due_on < ahead[0].due.due_on)):
        return account
    lifted: list[tuple[Posting, int]] = []
    for allocation in ahead:
        lifted.append((allocation.posting, allocation.total))
        account, _ = _reinstate(account, allocation, allocation.total, trace)
    for payment, amount in reversed(lifted):
        account = pour(account, amount, _again(payment, on), rules, trace)
    return _pour_idle(account, on, rules, trace)


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
        if _ahead(one.due, day):
            credit += one.total
        else:
            allocated = plus(allocated, one.parts)
    came = sum(posting.came for posting in postings)
    counted = sum(posting.amount for posting in postings if posting.came)
    back = came - counted + sum(posting.amount for posting in postings if posting.rank == REVERSED)
    return Totals(came, back, allocated, credit, trace.refunded, trace.waived)
