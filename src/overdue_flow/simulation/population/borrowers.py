"""Borrowers, drawn one by one: which kind, which loan, what the host knows of it. The same under every policy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from overdue_flow.calendars import Calendar
from overdue_flow.cases.events import CaseAdopted, Instalment, LoanOpened
from overdue_flow.guards.vocabulary import Kind
from overdue_flow.money import from_minor, to_minor
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.spans import Span
from overdue_flow.simulation.population.luck import Luck, pick, pick_days
from overdue_flow.simulation.population.model import Loans, PopulationFile
from overdue_flow.simulation.population.texts import Drawn

NO_HOLIDAYS = Calendar(None)
"""The calendar by which due dates are counted."""

ONE_KIND = "all"
"""What the only kind of borrowers is called where the file names none."""


@dataclass(frozen=True, slots=True)
class Borrower:
    """One borrower and their loan. `due_on` are the due dates of the schedule from the start on; after the last one
    months go on as before."""

    number: int
    kind: str
    luck: Luck
    loans: Loans
    due_on: tuple[date, ...]
    instalments: tuple[Instalment, ...]
    facts: Mapping[str, str]
    zone: str | None

    @property
    def loan_id(self) -> str:
        """What the loan is called."""
        return f"borrower-{self.number}"

    def opening(self, policy: Policy, starts_on: date, currency: str) -> LoanOpened:
        """The event by which the loan begins under a policy."""
        facts = {name: _typed(policy, name, value) for name, value in self.facts.items() if name in policy.spec.facts}
        said = {
            "id": "opened",
            "opened_on": starts_on,
            "instalments": self.instalments,
            "currency": currency,
            "person_id": f"person-{self.number}",
            "facts": facts,
            "borrower_zones": (self.zone,) if self.zone else (),
        }
        if self.loans.stage is None:
            return LoanOpened.model_validate(said)
        return CaseAdopted.model_validate(said | {"stage": policy.leaf_of(self.loans.stage)})


def kinds_of(file: PopulationFile) -> Mapping[str, Decimal]:
    """The kinds of borrowers, each with its share."""
    return {name: kind.share for name, kind in file.kinds.items()} or {ONE_KIND: Decimal(1)}


def drawn(file: PopulationFile, seed: int, number: int, currency: str) -> Borrower:
    """The borrower of that number."""
    luck = Luck(seed, number)
    kinds = kinds_of(file)
    kind = pick(luck.draw("kind"), kinds) or next(reversed(list(kinds)))
    loans = _loans_of([one for one in file.loans if not one.kinds or kind in one.kinds], luck)
    first = file.starts_on + timedelta(days=pick_days(luck.draw("first due"), loans.first_due))
    due_on = days_from(first, loans.every, loans.instalments)
    earlier = tuple(_before(first, loans.every.times(place)) for place in range(loans.missed, 0, -1))
    amount = from_minor(_amount(loans.amount, luck.draw("amount"), currency), currency)
    instalments = _instalments((*earlier, *due_on), amount)
    picked = {name: pick(luck.draw(f"fact {name}"), chances) for name, chances in loans.facts.items()}
    facts = {name: value for name, value in picked.items() if value is not None}
    zone = pick(luck.draw("time zone"), loans.time_zones) if loans.time_zones else None
    return Borrower(number, kind, luck, loans, due_on, instalments, facts, zone)


def _loans_of(possible: Sequence[Loans], luck: Luck) -> Loans:
    place = pick(luck.draw("loan"), {str(place): one.share for place, one in enumerate(possible)})
    return possible[int(place)] if place is not None else possible[-1]


@lru_cache(maxsize=4096)
def days_from(first: date, every: Span, count: int) -> tuple[date, ...]:
    """So many days, a span apart; holidays are nobody's."""
    return tuple(every.times(place).after(first, NO_HOLIDAYS) for place in range(count))


def _before(first: date, span: Span) -> date:
    """The last day from which `first` is a span away, or from which it has gone by."""
    day = first - (span.after(first, NO_HOLIDAYS) - first)
    while span.after(day, NO_HOLIDAYS) > first:
        day -= timedelta(days=1)
    return day


@lru_cache(maxsize=4096)
def _instalments(due_on: tuple[date, ...], amount: Decimal) -> tuple[Instalment, ...]:
    return tuple(Instalment(due_on=day, amount=amount) for day in due_on)


def _amount(amounts: Drawn, luck: float, currency: str) -> int:
    if amounts.between is not None:
        low, high = (to_minor(one, currency) for one in amounts.between)
        return low + int(luck * (high - low + 1))
    chances = {f"{amount:f}": chance for amount, chance in amounts.choices}
    picked = pick(luck, chances) or next(reversed(chances))
    return to_minor(Decimal(picked), currency)


def _typed(policy: Policy, name: str, text: str) -> bool | int | str:
    """A fact as it travels in an event."""
    fact = policy.vocabulary[name]
    if fact.kind is Kind.FLAG:
        return text == "true"
    return int(text) if fact.kind is Kind.NUMBER and text.removeprefix("-").isdecimal() else text
