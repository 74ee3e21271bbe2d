"""Many payments in a row, at once: what folding them one by one comes to, at the cost of what falls due in between.

Money that names no instalment covers what is owed in one order, so what a row of payments covers is a matter of their
sum. Between two due dates nothing falls due: there the overdue amount goes back to zero once at most, and arrears that
are no longer material do not become so again.

Law: `many payments at once are one after the other` (tests/laws).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import accumulate
from operator import attrgetter

from overdue_flow.cases.waterfall import Account, Due, Posting, Rules, material_from, take

MANY = 8
"""Fewer payments than these are folded sooner one by one."""

_on = attrgetter("on")
_amount = attrgetter("amount")


def can_pay_all(account: Account, rules: Rules) -> bool:
    """Whether `pay_all` may be asked: the order of dues is that of their dates, and what failed is not watched."""
    exact = not rules.tolerance or rules.material_share is None
    return exact and account.surplus >= 0 and not rules.newest_first and not rules.of_plan


def pay_all(account: Account, payments: Sequence[Posting], rules: Rules) -> tuple[Account, list[date]]:
    """The account after `payments`, which name no instalment, and the value dates on which nothing was overdue any
    more."""
    if 0 in map(_amount, payments):  # all of it was reversed, as if it had never come
        payments = [one for one in payments if one.amount]
    row = Row(account, payments, rules)
    return row.after(len(row.payments), row.since()), list(row.cures())


@dataclass(slots=True)
class Row:
    """Payments in a row, none of nothing. `left` is what they may cover; `owed[n]` the first `n` of it together;
    `came[n]` the first `n` payments together. `days` are those on which something falls due that counts as unpaid
    while all of it is, and `needed` what must have come for it to be paid."""

    account: Account
    payments: Sequence[Posting]
    rules: Rules
    left: tuple[Due, ...] = ()
    owed: list[int] = field(default_factory=list)
    came: list[int] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    needed: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        tolerance = self.rules.tolerance
        self.left = tuple(self.account.left())
        self.owed = list(accumulate([due.total for due in self.left], initial=0))
        self.came = list(accumulate(map(_amount, self.payments), initial=0))
        for due, owed in zip(self.left, self.owed[1:], strict=True):
            if due.total > tolerance:
                self.days.append(due.due_on)
                self.needed.append(owed - tolerance)

    def after(self, number: int, since: date | None = None) -> Account:
        """The account after the first `number` of the payments."""
        if not number:
            return self.account
        open_, first, part, surplus, balance, paid, reach, _on, _since, _last_payment_on, failed_on = self.account
        came, on = self.came[number], self.payments[number - 1].on
        covered = min(came, self.owed[-1])
        whole = bisect_right(self.owed, covered) - 1
        if whole:
            part = self.left[whole] if whole < len(self.left) else None
        if part is not None and covered > self.owed[whole]:
            part = part.less(take(part, covered - self.owed[whole], self.rules.within))
        if covered:
            reach = max(reach, self.left[bisect_left(self.owed, covered) - 1].due_on)
        return Account(
            open_, first + whole, part, surplus + came - covered, balance - covered, paid + covered, reach, on, since,
            on, failed_on,
        )  # fmt: skip

    def stretches(self, number: int) -> Iterator[tuple[int, int]]:
        """The first `number` payments, split where something falls due: up to which payment each stretch goes, and how
        much of `days` is before it."""
        begin = 0
        while begin < number:
            due = bisect_left(self.days, self.payments[begin].on)
            whole = due == len(self.days)
            begin = number if whole else bisect_right(self.payments, self.days[due], begin, number, key=_on)
            yield begin, due

    def cures(self) -> Iterator[date]:
        """The value dates on which the overdue amount went back to zero."""
        begin = 0
        for end, due in self.stretches(len(self.payments)):
            needed = self.needed[due - 1] if due else 0
            if self.came[begin] < needed <= self.came[end]:
                yield self.payments[bisect_left(self.came, needed, begin + 1, end + 1) - 1].on
            begin = end

    def since(self) -> date | None:
        """`Account.since` after all of them: looked for from the last day back, as far as arrears were material."""
        if not self.payments:
            return self.account.since
        first, last = self.payments[0].on, self.payments[-1].on
        for end, _due in reversed(list(self.stretches(bisect_left(self.payments, last, key=_on)))):
            account = self.after(end)
            if material_from(account, self.rules, account.last_on) is None:
                return material_from(account, self.rules, self.payments[end].on)
        same_day = first == self.account.last_on
        since = self.account.since if same_day else material_from(self.account, self.rules, first)
        return since if first == last else since or first
