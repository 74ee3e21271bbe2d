"""A loan that shows something, in words."""

from __future__ import annotations

from overdue_flow.guards.prove import Loan
from overdue_flow.guards.vocabulary import Fact, Value, Vocabulary
from overdue_flow.guards.words import value_in_words


def in_words(loan: Loan, vocabulary: Vocabulary, currency: str) -> str:
    """A loan as a person reads it: `dpd 91 days, plan_active no`."""
    return ", ".join(_said(vocabulary[name], value, currency) for name, value in loan.items() if name in vocabulary)


def _said(fact: Fact, value: Value | None, currency: str) -> str:
    shown = "missing" if value is None else value_in_words(value, fact.kind, fact.unit, currency)
    return f"{fact.name} {shown}"
