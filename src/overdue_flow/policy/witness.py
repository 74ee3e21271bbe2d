"""Looks for a loan that shows something: a small grid over the constants that conditions compare with.

A loan found here is a witness. That none was found proves nothing unless the grid was looked through
(`Search.complete`) and the conditions compare facts with constants only; findings are worded accordingly.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from overdue_flow.guards.evaluate import evaluate
from overdue_flow.guards.tree import Constant, Guard, Missing, OneOf, Read, atoms, leaves
from overdue_flow.guards.vocabulary import Fact, Kind, Value, Vocabulary
from overdue_flow.guards.words import value_in_words

Loan: TypeAlias = Mapping[str, Value | None]
"""Facts of a loan that was made up."""

GRID_MAX = 6_000
"""How many loans are looked at for one question."""

WHOLE_UNITS = ("days", "months", "times", "instalments")
"""What is counted in whole numbers."""


@dataclass(slots=True)
class Budget:
    """How many loans may still be looked at for one policy, so that a large one is looked through in seconds."""

    left: int = 200_000


@dataclass(slots=True)
class Search:
    """The loans that one question is asked of."""

    vocabulary: Vocabulary
    fixed: Mapping[str, Value | None] = field(default_factory=dict)
    complete: bool = True
    budget: Budget = field(default_factory=Budget)
    possible: Callable[[Loan], bool] = lambda loan: can_be(loan)

    def loans(self, guards: Iterable[Guard | None]) -> Iterator[dict[str, Value | None]]:
        """Loans that differ in what the conditions can tell apart; those that cannot be are left out."""
        known = [guard for guard in guards if guard is not None]
        axes = {name: self._values(name, known) for name in sorted({name for guard in known for name in guard.names})}
        axes |= {name: [value] for name, value in self.fixed.items()}
        for tried, values in enumerate(itertools.product(*axes.values())):
            self.budget.left -= 1
            if tried == GRID_MAX or self.budget.left < 0:
                self.complete = False
                return
            loan = dict(zip(axes, values, strict=True))
            if self.possible(loan):
                yield loan

    def find(self, guards: Iterable[Guard | None], also: Callable[[Loan], bool] = lambda _loan: True) -> Loan | None:
        """A loan for which every condition holds (None, no condition, always does), and `also`."""
        asked = list(guards)
        for loan in self.loans(asked):
            if all(guard is None or evaluate(guard, loan.__getitem__) for guard in asked) and also(loan):
                return loan
        return None

    def _values(self, name: str, guards: Iterable[Guard]) -> list[Value | None]:
        if name in self.fixed:
            return [self.fixed[name]]
        fact = self.vocabulary[name]
        found: list[Value | None] = list(_typical(fact))
        # what is never below another fact is tried where that one is compared too
        names = {name, *(low for low, high in _ORDERED if high == name)}
        for guard in guards:
            for atom in atoms(guard.tree):
                read = {one.name for one in leaves(atom) if isinstance(one, Read)}
                if isinstance(atom, Missing) or names.isdisjoint(read):
                    continue
                constants = [one.value for one in leaves(atom) if isinstance(one, Constant)]
                constants += atom.values if isinstance(atom, OneOf) else ()
                found += [near for constant in constants for near in _near(constant)]
        if fact.may_be_missing:
            found.append(None)
        return [value for value in dict.fromkeys(found) if _fits(fact, value)]


def _typical(fact: Fact) -> list[Value]:
    if fact.kind is Kind.FLAG:
        return [False, True]
    if fact.kind in (Kind.CHOICE, Kind.STAGE):
        return list(fact.choices)
    if fact.kind is Kind.DATE:
        return [date(2025, 1, 1), date(2025, 7, 1)]
    if fact.kind is Kind.TEXT:
        return ["text"]
    return [0, 1, 1000] if fact.kind is Kind.MONEY else [0, 1]


def _near(constant: Value) -> list[Value]:
    if isinstance(constant, bool | str):
        return [constant]
    if isinstance(constant, date):
        day = timedelta(days=1)
        return [constant - day, constant, constant + day]
    step = 1 if constant == int(constant) else Decimal("0.01")
    return [constant - step, constant, constant + step]


def _fits(fact: Fact, value: Value | None) -> bool:
    """Whether a fact can have a value: what is counted is whole, and nothing but `days_until_x` is below zero.

    A number beside a difference of two dates is a value of neither.
    """
    if value is not None and (fact.kind is Kind.DATE) is not isinstance(value, date):
        return False
    if not isinstance(value, int | Decimal) or isinstance(value, bool):
        return True
    if fact.kind is Kind.NUMBER and fact.unit in WHOLE_UNITS:
        return value == int(value) and (value >= 0 or fact.name.startswith("days_until_"))
    return fact.kind is not Kind.MONEY or value >= 0


# --- what cannot be ---

_PAST_DUE = ("dpd", "overdue_amount", "missed_instalments")
_AT_MOST_DPD = ("dpd_net", "days_material")
_OF_BORROWER = ("borrower_dpd", "borrower_loans_overdue")
_CLEAR_SINCE = ("cleared_on", "days_since_cleared")
_BORROWER_CLEAR_SINCE = ("borrower_cleared_on", "days_since_borrower_cleared")
_NOT_BOTH = (("plan_active", "plan_completed"), ("offer_open", "counter_offer_open"))
_NOT_ABOVE = (
    ("failed_negotiations_in_a_row", "negotiations_failed"),
    ("broken_promises_in_a_row", "promises_broken"),
    ("overdue_amount", "balance"),
    ("dpd", "borrower_dpd"),
    ("overdue_amount", "borrower_overdue_amount"),
    ("balance", "borrower_balance"),
    ("borrower_overdue_amount", "borrower_balance"),
    ("borrower_loans_overdue", "borrower_loans"),
    ("plan_part_kept_instalments", "plan_missed_instalments"),
    ("plan_missed_instalments", "plan_instalments_left"),
)
_ORDERED = (*_NOT_ABOVE, *((name, "dpd") for name in _AT_MOST_DPD))
"""Facts of which the first is never above the second."""


def can_be(loan: Loan) -> bool:
    """Whether the built-in facts of a made-up loan can stand side by side."""
    late = [bool(loan[name]) for name in _PAST_DUE if loan.get(name) is not None]
    if loan.get("arrears_cleared") is not None:
        late.append(not loan["arrears_cleared"])
    if "oldest_due_on" in loan:
        late.append(loan["oldest_due_on"] is not None)
    late += [loan[name] is None for name in _CLEAR_SINCE if name in loan]
    if any(late) and not all(late):
        return False
    if not _borrower_can_be(loan, overdue=any(late)):
        return False
    overdue = any(late)
    if any(loan.get(name) for name in (*_AT_MOST_DPD, "months_past_due")) and late and not overdue:
        return False
    if loan.get("balance") == 0 and (overdue or any(loan.get(name) for name in _AT_MOST_DPD)):
        return False
    if any(loan.get(one) and loan.get(other) for one, other in _NOT_BOTH):
        return False
    if not all(_marked_so(loan, name) for name in loan if name.startswith("mark_")):
        return False
    return all(_not_above(loan.get(low), loan.get(high)) for low, high in _ORDERED)


def _borrower_can_be(loan: Loan, *, overdue: bool) -> bool:
    """Whether the facts of the borrower agree with each other, and with a loan that is `overdue`."""
    late = [bool(loan[name]) for name in _OF_BORROWER if loan.get(name) is not None]
    if loan.get("borrower_arrears_cleared") is not None:
        late.append(not loan["borrower_arrears_cleared"])
    late += [loan[name] is None for name in _BORROWER_CLEAR_SINCE if name in loan]
    return all(late) if overdue or any(late) else True


def _marked_so(loan: Loan, name: str) -> bool:
    """Whether the clocks of a mark agree with whether it stands, and with what the loan is classified as."""
    stands = loan[name]
    if not isinstance(stands, bool):
        return True
    classified = loan.get("classified_as", name)  # where nobody asks, it may be
    if not stands and classified == name.removeprefix("mark_"):
        return False
    if stands and classified is None:
        return False
    began = [one is not None for one in _days_of(loan, name)]
    ended = [one is not None for one in _days_of(loan, f"{name}_ended")]
    return all(began) and not any(ended) if stands else not any(began)


def _days_of(loan: Loan, name: str) -> list[Value | None]:
    return [loan[word] for word in (f"{name}_on", f"days_since_{name}", f"days_until_{name}") if word in loan]


def _not_above(low: Any, high: Any) -> bool:
    return low is None or high is None or bool(low <= high)


def in_words(loan: Loan, vocabulary: Vocabulary, currency: str) -> str:
    """A loan as a person reads it: `dpd 91 days, plan_active no`."""
    return ", ".join(_said(vocabulary[name], value, currency) for name, value in loan.items() if name in vocabulary)


def _said(fact: Fact, value: Value | None, currency: str) -> str:
    shown = "missing" if value is None else value_in_words(value, fact.kind, fact.unit, currency)
    return f"{fact.name} {shown}"
