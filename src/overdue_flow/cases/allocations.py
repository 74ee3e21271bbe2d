"""Which money covers what: the waterfall traced, for whatever takes money back, and for auditors.

An account forgets which payment covered which due, since days and amounts do not need it. A reversal, a refund and a
replaced schedule do: they need a `Trace` of all postings before them. So do `coverage` and `totals`.

Law: `money is conserved` (tests/laws).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from overdue_flow.cases.waterfall import (
    REFUNDED,
    REVERSED,
    SWITCHED,
    Account,
    Due,
    Parts,
    Posting,
    Rules,
    pour,
    reached,
    reopened,
    take,
)

_AFTER_ALL = 1_000_000
"""Keys of dues that a fold makes come after those of the schedule, on one due date."""


_NOTHING: Parts = (0, 0, 0)


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
    covered, within tolerance, for as long as it stays so; `standing` when each payment came, and how much of it stands,
    if anything does; `let_go` what was waived of each due.
    """

    rules: Rules
    dues: dict[int, Due] = field(default_factory=dict)
    allocations: list[Allocation] = field(default_factory=list)
    idle: dict[Posting, int] = field(default_factory=dict)
    covered: dict[int, date] = field(default_factory=dict)
    standing: dict[str, tuple[date, int]] = field(default_factory=dict)
    waived: Parts = (0, 0, 0)
    refunded: int = 0
    let_go: dict[int, Parts] = field(default_factory=dict)

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
        self.let_go[due.key] = plus(self.let_go.get(due.key, _NOTHING), parts)
        self._mark(due.less(parts), posting.on)

    def reverses(self, posting: Posting) -> date | None:
        """A payment is reversed; the value date of the last payment that stands, wholly or in part."""
        on, amount = self.standing.pop(posting.target or "")
        if amount > posting.amount:
            self.standing[posting.target or ""] = (on, amount - posting.amount)
        return max([on for on, _amount in self.standing.values()], default=None)

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

    def forget(self) -> None:
        """Leave out what covers nothing any more."""
        self.allocations = [one for one in self.allocations if one.parts != _NOTHING]
        self.idle = {payment: amount for payment, amount in self.idle.items() if amount}

    def standing_ahead(self, on: date) -> list[Allocation]:
        """Money on dues that are owed and fall due after `on`: latest due first, on one due the last money first."""
        found = [one for one in self.allocations if one.total and is_ahead(one.due, on)]
        return sorted(found, key=lambda one: (one.due.due_on, one.due.key))[::-1]


def plus(some: Parts, more: Parts) -> Parts:
    """The sum by component."""
    return some[0] + more[0], some[1] + more[1], some[2] + more[2]


def minus(some: Parts, less: Parts) -> Parts:
    """The difference by component."""
    return some[0] - less[0], some[1] - less[1], some[2] - less[2]


def is_ahead(due: Due, on: date) -> bool:
    """Whether a due is owed on a day, and falls due after it."""
    return due.due_on > on and (due.owed_until is None or due.owed_until > on)


# --- what takes money back, or moves it ---

MOVES_MONEY = frozenset({SWITCHED, REVERSED, REFUNDED})
"""The ranks of postings that move money that covers something already."""


def move(account: Account, posting: Posting, rules: Rules, every: tuple[Due, ...], trace: Trace) -> Account:
    """The account after a posting of such a rank; `every` are all dues there were, in full."""
    account = reached(account, posting.on, rules)
    if posting.rank == SWITCHED:
        return _switch(account, posting, rules, every, trace)
    if posting.rank == REVERSED:
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
        if is_ahead(allocation.due, posting.on):
            account, freed = _reinstate(account, allocation, rest, trace)
        else:
            freed, _ = trace.takes_back(allocation, rest, None)
            owed_again = plus(owed_again, freed)
            account = account._replace(paid=account.paid - sum(freed))
        rest -= sum(freed)
    account = _take_elsewhere(account, rest, posting.on, trace)
    trace.forget()
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
        if amount <= 0:
            break
        taken = min(amount, trace.idle[payment])
        trace.idle[payment] -= taken
        amount -= taken
        account = account._replace(surplus=account.surplus - taken)
    return account, amount


def _take_elsewhere(account: Account, amount: int, on: date, trace: Trace) -> Account:
    """Take `amount` of money that does not cover anything due; failing that, of what does; failing that, owe it."""
    account, amount = _take_credit(account, amount, on, trace)
    if amount <= 0:
        return account
    for allocation in [one for one in reversed(trace.allocations) if one.total and _alive(one.due, on)]:
        if amount <= 0:
            break
        account, freed = _reinstate(account, allocation, amount, trace)
        amount -= sum(freed)
    return account._replace(surplus=account.surplus - amount, balance=account.balance + amount)


def _take_credit(account: Account, amount: int, on: date, trace: Trace) -> tuple[Account, int]:
    """Take up to `amount` of the credit: idle money, then what covers the latest due to come; also what is missing."""
    account, amount = _take_idle(account, amount, trace)
    for allocation in trace.standing_ahead(on) if amount > 0 else ():
        if amount <= 0:
            break
        account, freed = _reinstate(account, allocation, amount, trace)
        amount -= sum(freed)
    return account, amount


def _alive(due: Due, on: date) -> bool:
    return not is_ahead(due, on) and (due.owed_until is None or due.owed_until > on)


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
