"""Loans to begin a search with: opened under a policy, or brought to it in a stage; with amounts at its constants."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from overdue_flow.cases.events import CaseAdopted, Instalment, LoanOpened
from overdue_flow.guards.vocabulary import Kind, Value
from overdue_flow.policy.policy import Policy
from overdue_flow.testing.search.values import constants_of, worth_trying

FROM = date(2025, 1, 1)
"""The earliest day on which a loan is opened."""

_FIRST_DUE = timedelta(days=9)
_AMOUNT = Decimal("1000.00")


def opened(policy: Policy, names: Iterable[str] = ()) -> Iterator[LoanOpened]:
    """New loans: one instalment, six, and one for each amount that the facts asked about are compared with."""
    on = first_day(policy)
    yield LoanOpened(opened_on=on, instalments=schedule(on, 1))
    yield LoanOpened(opened_on=on, instalments=schedule(on, 6))
    constants = constants_of(policy)
    for amount in _amounts(policy, constants, set(names)):
        yield LoanOpened(opened_on=on, instalments=schedule(on, 1, amount))


def adopted(policy: Policy, leaves: Iterable[str], names: Iterable[str] = ()) -> Iterator[CaseAdopted]:
    """Loans that come to the policy in one of some stages, on the day after their first instalment fell due; of each
    amount, as `opened` has them."""
    on = first_day(policy)
    opened_on = on + _FIRST_DUE + timedelta(days=1)
    amounts = (_AMOUNT, *_amounts(policy, constants_of(policy), set(names)))
    for leaf, amount in itertools.product(leaves, amounts):
        if not policy.stages[leaf].end:
            yield CaseAdopted(opened_on=opened_on, stage=leaf, instalments=schedule(on, 1, amount))


def schedule(on: date, instalments: int, amount: Decimal = _AMOUNT) -> tuple[Instalment, ...]:
    """Equal instalments, a month of thirty days apart."""
    due = (on + _FIRST_DUE + timedelta(days=30 * number) for number in range(instalments))
    return tuple(Instalment(due_on=day, amount=amount) for day in due)


def first_day(policy: Policy) -> date:
    """A day on which the policy, and every limit that ever begins, is in force."""
    began = [limit.in_force[0] for limit in policy.limits] + [policy.in_force[0]]
    return max([FROM, *(day for day in began if day is not None)])


def _amounts(policy: Policy, constants: Mapping[str, tuple[Value, ...]], names: set[str]) -> Iterator[Decimal]:
    money = [fact for name in sorted(names) if (fact := policy.vocabulary.get(name)) and fact.kind is Kind.MONEY]
    values = (value for fact in money if fact.name in constants for value in worth_trying(fact, constants, FROM))
    for value in dict.fromkeys(values):
        if isinstance(value, Decimal | int) and value > 0:
            yield Decimal(value)
