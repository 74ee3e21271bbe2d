"""A loan as reports are told of it: its journal up to a day, the case that it makes, and its policy."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from overdue_flow.cases.case import Case
from overdue_flow.cases.entries import Entry
from overdue_flow.guards.vocabulary import Value
from overdue_flow.money import from_minor
from overdue_flow.policy.policy import Policy


class Told(NamedTuple):
    """A loan up to the end of `day`. `turn_day` is the day on which its facts are read then (`counting.told_by`)."""

    policy: Policy
    entries: tuple[Entry, ...]
    case: Case
    day: date
    turn_day: date

    def fact(self, name: str) -> Value | None:
        """What a fact is on the day; None where it is missing, or not in the policy."""
        fact = self.policy.vocabulary.get(name)
        return None if fact is None else fact.read(self.case, self.turn_day)

    def amount(self, minor_units: int) -> str:
        """An amount in minor units as reports show it, in major units of the loan's currency."""
        return f"{from_minor(minor_units, self.currency):f}"

    @property
    def currency(self) -> str:
        """The currency of the loan."""
        return self.case.ledger.rules.currency


class Period(NamedTuple):
    """The days that a report is about, both included."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last
