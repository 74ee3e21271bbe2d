"""The waterfall: how money covers what is owed.

Everything is in integer minor units. An `Account` is a schedule partly covered, as a value: it says what is left of
each due, and nothing of the day it is looked at. Postings change it in the order of their value dates. A payment in
that order costs the same whether it is the first or the three-hundredth: covered dues are stepped over, not copied.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from overdue_flow.cases.terms import Terms
from overdue_flow.money import amount_in_minor

if TYPE_CHECKING:
    from overdue_flow.cases.allocations import Trace

ONE_DAY = timedelta(days=1)
COMPONENTS = ("costs", "interest", "principal")
Parts: TypeAlias = tuple[int, int, int]
"""An amount by component: costs, interest, principal."""

SWITCHED, WAIVED, DESIGNATED, PAID, REVERSED, LET_GO, REFUNDED = range(7)
"""The order of postings within one value date: what is owed changes first, money comes, money goes."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The terms that the ledger needs, in minor units of one currency."""

    currency: str = "CNY"
    tolerance: int = 0
    newest_first: bool = False
    within: tuple[int, ...] = (0, 1, 2)
    due_again_on_reversal: bool = False
    material_above: int = 0
    material_share: tuple[int, int] | None = None
    fails_after_missed: int = 0
    fails_from: date = date.min
    grace_days: int = 0
    plan_tolerance: int = 0

    @property
    def of_plan(self) -> bool:
        """Whether they are those of a repayment plan."""
        return self.fails_after_missed > 0

    @classmethod
    def of(cls, terms: Terms, currency: str) -> Rules:
        """The rules that `terms` set; components that `allocation.within` leaves out are covered last.

        `fails_after_missed` stays 0 (never): it is set for the schedule of a plan, with `fails_from`, the first day on
        which that can fail, `grace_days`, after which something due is missed, and `plan_tolerance` as `tolerance`.
        """
        counting = terms.counting
        named = [COMPONENTS.index(component) for component in terms.allocation.within]
        share = counting.material.and_share_above
        short_by = counting.paid_when_short_by if terms.plan.short_by is None else terms.plan.short_by
        return cls(
            currency=currency,
            tolerance=amount_in_minor(counting.paid_when_short_by, currency),
            plan_tolerance=amount_in_minor(short_by, currency),
            newest_first=terms.allocation.order == "newest_first",
            within=tuple(dict.fromkeys([*named, 0, 1, 2])),
            due_again_on_reversal=counting.reversal == "reversal_date",
            material_above=amount_in_minor(counting.material.above, currency),
            material_share=None if share is None else share.as_integer_ratio(),
        )

    def material(self, overdue: int, balance: int) -> bool:
        """Whether `overdue` exceeds both limits: the amount, and the share of `balance`."""
        if overdue <= self.material_above:
            return False
        return self.material_share is None or overdue * self.material_share[1] > self.material_share[0] * balance


class Due(NamedTuple):
    """An amount that falls due: an instalment, a charge, or what a reversed payment had covered.

    `owed_from` and `owed_until` bound its life where a schedule was replaced: it is owed on days from the first and
    before the second. In an account, the amounts are what is left unpaid.
    """

    due_on: date
    key: int
    costs: int
    interest: int
    principal: int
    total: int
    id: str
    what: str = "instalment"
    owed_from: date | None = None
    owed_until: date | None = None

    @property
    def parts(self) -> Parts:
        """The amounts by component."""
        return self.costs, self.interest, self.principal

    def with_parts(self, parts: Parts) -> Due:
        """The same due with other amounts."""
        costs, interest, principal = parts
        return Due(
            self.due_on, self.key, costs, interest, principal, costs + interest + principal,
            self.id, self.what, self.owed_from, self.owed_until,
        )  # fmt: skip

    def less(self, parts: Parts) -> Due:
        """What is left after `parts` were covered or let go."""
        return self.with_parts((self.costs - parts[0], self.interest - parts[1], self.principal - parts[2]))

    def plus(self, parts: Parts) -> Due:
        """What is left after `parts` are owed again."""
        return self.with_parts((self.costs + parts[0], self.interest + parts[1], self.principal + parts[2]))


class Posting(NamedTuple):
    """Something that changes an account, in the order in which it does: value date, rank, id.

    `amount` is what counts; `came` what a payment brought before anything of it was reversed, and `gone` how much was.
    `target` is the instalment that a payment or waiver names, or the payment that a reversal names.
    """

    on: date
    rank: int
    id: str
    amount: int = 0
    target: str | None = None
    component: int = -1
    came: int = 0
    gone: int = 0


class Account(NamedTuple):
    """What is left of a schedule after postings up to `last_on`.

    `open[first + 1:]` are owed in full as they stand there, `part` is what is left of `open[first]`; everything before
    is covered. `surplus` is money that nothing owed can take; below zero it is money that went out and was not there,
    and is part of `balance`. `paid` stands on dues. `reach` is the latest due date that anything has touched.

    `since` is the first day of the days in a row, up to the day before `last_on`, on which arrears were material;
    `failed_on` the first day, up to `last_on`, at whose opening too many dues were missed (`Rules.fails_after_missed`).
    """

    open: tuple[Due, ...] = ()
    first: int = 0
    part: Due | None = None
    surplus: int = 0
    balance: int = 0
    paid: int = 0
    reach: date = date.min
    last_on: date = date.min
    since: date | None = None
    last_payment_on: date | None = None
    failed_on: date | None = None

    @classmethod
    def of(cls, dues: Iterable[Due]) -> Account:
        """An account on which nothing was paid."""
        open_ = tuple(sorted(due for due in dues if due.total > 0))
        return cls(open_, 0, open_[0] if open_ else None, balance=sum(due.total for due in open_))

    def left(self) -> Iterator[Due]:
        """What is left unpaid, in the order of due dates."""
        if self.part is not None:
            yield self.part
            for index in range(self.first + 1, len(self.open)):
                yield self.open[index]

    def overdue(self, day: date, tolerance: int) -> bool:
        """Whether something that fell due before `day` is unpaid."""
        part = self.part
        if part is None or part.due_on >= day:
            return False
        if part.total > tolerance:
            return True
        for due in self.left():
            if due.due_on >= day:
                return False
            if due.total > tolerance:
                return True
        return False


def material_from(account: Account, rules: Rules, before: date | None = None) -> date | None:
    """The first day of the days in a row on which arrears are material, if no posting comes any more.

    It may lie after `account.last_on`: then it is the day on which they become material. Only dues before `before` are
    looked at, where it is given.
    """
    if account.balance <= rules.material_above:
        return None
    overdue = 0
    for due in account.left():
        if before is not None and due.due_on >= before:
            return None
        if due.total > rules.tolerance:
            overdue += due.total
            if rules.material(overdue, account.balance):
                begins = due.due_on + ONE_DAY
                return begins if begins > account.last_on else account.since or account.last_on
    return None


def fails_on(account: Account, rules: Rules) -> date | None:
    """The day at whose opening too many dues are missed, if no posting comes any more; or at which they were."""
    if account.failed_on is not None or not rules.fails_after_missed:
        return account.failed_on
    missed = 0
    for due in account.left():
        missed += due.total > rules.tolerance
        if missed == rules.fails_after_missed:
            return max(due.due_on + timedelta(days=rules.grace_days + 1), rules.fails_from, account.last_on + ONE_DAY)
    return None


def _since(account: Account, rules: Rules, on: date) -> date | None:
    """`Account.since` for a posting on `on`, which is not before `account.last_on`."""
    if on == account.last_on:
        return account.since
    return material_from(account, rules, on)


def _failed(account: Account, rules: Rules, on: date) -> date | None:
    """`Account.failed_on` for a posting on `on`."""
    fails = fails_on(account, rules)
    return fails if fails is not None and fails <= on else None


def reached(account: Account, on: date, rules: Rules) -> Account:
    """The account on the value date of its next posting, before that counts."""
    since, failed_on = _since(account, rules, on), _failed(account, rules, on)
    return account._replace(last_on=on, since=since, failed_on=failed_on)


def pay(account: Account, posting: Posting, rules: Rules, trace: Trace | None = None) -> Account:
    """The account after a payment. `trace` is told what it covered."""
    on, part = posting.on, account.part
    if part is not None and part.due_on < on:
        since, failed_on = _since(account, rules, on), _failed(account, rules, on)
    else:
        since, failed_on = account.since if on == account.last_on else None, account.failed_on
    open_, first, _, surplus, balance, paid, reach, _, _, _, _ = account
    account = Account(open_, first, part, surplus, balance, paid, reach, on, since, on, failed_on)
    return pour(account, posting.amount, posting, rules, trace)


def pour(account: Account, amount: int, posting: Posting, rules: Rules, trace: Trace | None = None) -> Account:
    """The account after `amount`, which came by `posting`, covered what it can."""
    if account.surplus < 0:
        filled = min(amount, -account.surplus)
        account = account._replace(surplus=account.surplus + filled, balance=account.balance - filled)
        amount -= filled
    if rules.newest_first or posting.target is not None:
        return _pour_choosing(account, amount, posting, rules, trace)
    return _pour_in_order(account, amount, posting, rules, trace)


def _pour_in_order(account: Account, amount: int, posting: Posting, rules: Rules, trace: Trace | None) -> Account:
    open_, first, part, surplus, balance, paid, reach, last_on, since, last_payment_on, failed_on = account
    rest = amount
    while part is not None and rest > 0:
        if part.due_on > reach:
            reach = part.due_on
        total = part.total
        if rest >= total:
            rest -= total
            if trace is not None:
                trace.covers(posting, part, part.parts)
            first += 1
            part = open_[first] if first < len(open_) else None
        else:
            taken = take(part, rest, rules.within)
            if trace is not None:
                trace.covers(posting, part, taken)
            part = part.less(taken)
            rest = 0
    if trace is not None and rest:
        trace.idles(posting, rest)
    covered = amount - rest
    return Account(
        open_, first, part, surplus + rest, balance - covered, paid + covered, reach, last_on, since, last_payment_on,
        failed_on,
    )  # fmt: skip


def _pour_choosing(account: Account, amount: int, posting: Posting, rules: Rules, trace: Trace | None) -> Account:
    """Cover the named due first; then, newest first, what is due by the value date; then what is coming, in order."""
    left = list(account.left())
    order = [index for index, due in enumerate(left) if due.id == posting.target]
    due_now = [index for index, due in enumerate(left) if rules.newest_first and due.due_on <= posting.on]
    order = list(dict.fromkeys([*order, *reversed(due_now), *range(len(left))]))
    rest, reach = amount, account.reach
    for index in order:
        if rest <= 0:
            break
        due = left[index]
        taken = due.parts if rest >= due.total else take(due, rest, rules.within)
        if trace is not None:
            trace.covers(posting, due, taken)
        rest -= sum(taken)
        left[index] = due.less(taken)
        reach = max(reach, due.due_on)
    if trace is not None and rest:
        trace.idles(posting, rest)
    covered = amount - rest
    return reopened(account, left)._replace(
        surplus=account.surplus + rest, paid=account.paid + covered, balance=account.balance - covered, reach=reach
    )


def reopened(account: Account, left: Iterable[Due]) -> Account:
    """The account with other dues left unpaid; its amounts are the caller's to set."""
    open_ = tuple(due for due in left if due.total > 0)
    return account._replace(open=open_, first=0, part=open_[0] if open_ else None)


def take(due: Due, amount: int, within: tuple[int, ...]) -> Parts:
    """How `amount` covers the components of a due, in the order `within`; no more than is left."""
    taken, owed = [0, 0, 0], due.parts
    for component in within:
        taken[component] = min(amount, owed[component])
        amount -= taken[component]
    return taken[0], taken[1], taken[2]


def waive(account: Account, posting: Posting, rules: Rules, trace: Trace | None = None) -> Account:
    """The account after a waiver: the oldest unpaid of its component first; of all components where it names none.

    No more is let go than is unpaid then. What back-dated payments have covered meanwhile is not waived.
    """
    rest, reach = posting.amount, account.reach
    account = reached(account, posting.on, rules)
    left = list(account.left())
    for index, due in enumerate(left):
        if rest <= 0:
            break
        if posting.target is not None and due.id != posting.target:
            continue
        parts = take(due, rest, rules.within if posting.component < 0 else (posting.component,))
        if any(parts):
            rest -= sum(parts)
            left[index] = due.less(parts)
            reach = max(reach, due.due_on)
            if trace is not None:
                trace.waives(posting, due, parts)
    return reopened(account, left)._replace(balance=account.balance - (posting.amount - rest), reach=reach)
