"""Assessment: what is known of the borrower's means, and what the host says in facts of its own.

What was said last, by the day and instant at which it took effect, is what counts, word by word: an assessment that is
silent on willingness leaves what was known of it. A value that is older than it may be is as if it had never been said.

Values travel as flags, counts and text; the policy that declares a fact gives it a type (`cases/declared.py`).

Laws: `facts move only when they say` (in `tests/laws/`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from overdue_flow.cases.events.base import Event, FactValue
from overdue_flow.cases.events.contact import FactsChanged, FinancesAssessed
from overdue_flow.cases.events.ledger import CaseAdopted, LoanOpened
from overdue_flow.cases.schedules import minor
from overdue_flow.cases.turn import Order, Recorded
from overdue_flow.guards.vocabulary import Fact, Kind
from overdue_flow.money import from_minor

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case

# --- what it holds ---

Finding: TypeAlias = str | Decimal
"""What an assessment found: a word, or an amount in major units."""


@dataclass(frozen=True, slots=True)
class Told:
    """A value, when it took effect, and for how many days it may be relied on (None: as the policy says)."""

    order: Order
    value: FactValue | Decimal | None
    max_age_days: int | None = None

    @property
    def on(self) -> date:
        """The day on which it was so."""
        return self.order[0]

    def stale_on(self, max_age_days: int | None) -> date | None:
        """The first day on which it may no longer be relied on; `max_age_days` where it says no age of its own."""
        age = max_age_days if self.max_age_days is None else self.max_age_days
        if age is None or age >= (date.max - self.on).days:
            return None
        return self.on + timedelta(days=age + 1)


Values: TypeAlias = Mapping[str, Told]


@dataclass(frozen=True, slots=True)
class Assessment:
    """`found` are the latest findings about the borrower's means, `told` the host's own facts; both by name."""

    found: Values = field(default_factory=dict, hash=False)
    told: Values = field(default_factory=dict, hash=False)


# --- what it listens to ---

LISTENS: tuple[type[Event], ...] = (LoanOpened, CaseAdopted, FinancesAssessed, FactsChanged)

# --- how it evolves ---

_AMOUNTS = ("income", "expenses", "assets")
_WORDS = ("ability", "willingness", "overdue_cause")


def evolve(state: Assessment, recorded: Recorded, case: Case) -> Assessment:
    """The assessment after an event. EventRefused for an amount in another currency than the case's."""
    event = recorded.event
    if isinstance(event, FinancesAssessed):
        return replace(state, found=_later(state.found, _findings(event, case), recorded.order, None))
    if isinstance(event, FactsChanged):
        return replace(state, told=_later(state.told, event.facts, recorded.order, event.max_age_days))
    if isinstance(event, LoanOpened) and event.facts:
        return replace(state, told=_later(state.told, event.facts, recorded.order, None))
    return state


def _findings(event: FinancesAssessed, case: Case) -> dict[str, Finding]:
    currency = case.terms.currency
    amounts = {name: getattr(event, name) for name in _AMOUNTS}
    found: dict[str, Finding] = {
        name: from_minor(minor(amount, currency), currency) for name, amount in amounts.items() if amount is not None
    }
    words = {name: getattr(event, name) for name in _WORDS}
    return found | {name: word for name, word in words.items() if word is not None}


def _later(known: Values, said: Mapping[str, Any], order: Order, max_age_days: int | None) -> Values:
    """`known` with what was `said`, except where something later is known."""
    new = {
        name: Told(order, value, max_age_days)
        for name, value in said.items()
        if name not in known or known[name].order <= order
    }
    return {**known, **new} if new else known


# --- the facts it offers ---


def _found(name: str) -> Callable[[Case, date], Any]:
    def read(case: Case, _day: date) -> Any:
        told = case.assessment.found.get(name)
        return None if told is None else told.value

    return read


def _disposable_income(case: Case, _day: date) -> Decimal | None:
    found = case.assessment.found
    income, expenses = found.get("income"), found.get("expenses")
    if income is None or expenses is None:
        return None
    return Decimal(income.value or 0) - Decimal(expenses.value or 0)


FACTS: tuple[Fact, ...] = (
    Fact(
        "ability",
        Kind.CHOICE,
        "ability to repay",
        _found("ability"),
        may_be_missing=True,
        choices=("able", "partly_able", "unable"),
        label_zh="还款能力",
        doc="From the latest `FinancesAssessed` that says it.",
    ),
    Fact(
        "willingness",
        Kind.CHOICE,
        "willingness to repay",
        _found("willingness"),
        may_be_missing=True,
        choices=("willing", "hesitant", "unwilling"),
        label_zh="还款意愿",
        doc="From the latest `FinancesAssessed` that says it.",
    ),
    Fact(
        "disposable_income",
        Kind.MONEY,
        "disposable income per month",
        _disposable_income,
        may_be_missing=True,
        label_zh="可支配收入",
        doc="Income less expenses, per month, each as last assessed; missing until both are known.",
    ),
    Fact(
        "overdue_cause",
        Kind.TEXT,
        "cause of the arrears",
        _found("overdue_cause"),
        may_be_missing=True,
        label_zh="逾期原因",
        doc="From the latest `FinancesAssessed` that says it.",
    ),
)
"""The facts of assessment; those of the host's own come from `declared`."""
