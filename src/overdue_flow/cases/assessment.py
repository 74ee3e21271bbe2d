"""Assessment: what is known of the borrower's means, and what the host says in facts of its own.

What was said last, by the day and instant at which it took effect, is what counts, word by word: an assessment that is
silent on willingness leaves what was known of it. A value that is older than it may be is as if it had never been said.

An assessment of income or expenses that does not say the ability is worked out for its day: `able` where the disposable
income of that day covers the instalment due next, `partly_able` where it is above zero, else `unable`. Where nothing is
still to come, the overdue amount stands in the instalment's place; where neither is known, nothing is worked out.

Values travel as flags, counts and text; the policy that declares a fact gives it a type (`cases/declared.py`).

Laws: `facts move only when they say` (in `tests/laws/`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from overdue_flow.cases.events.base import Event, FactValue
from overdue_flow.cases.events.contact import FactsChanged, FinancesAssessed
from overdue_flow.cases.events.ledger import CaseAdopted, LoanOpened
from overdue_flow.cases.position import position, unknown
from overdue_flow.cases.schedules import minor
from overdue_flow.cases.turn import Order, Recorded, in_order
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
    """`found` are the latest findings about the borrower's means, `told` the host's own facts; both by name.

    `weighed` are the assessments that say income, expenses or ability, in the order in which they took effect.
    """

    found: Values = field(default_factory=dict, hash=False)
    told: Values = field(default_factory=dict, hash=False)
    assessed_on: date | None = None
    weighed: tuple[Weighed, ...] = ()


@dataclass(frozen=True, slots=True)
class Weighed:
    """What one assessment says of the ability to repay, or of what it is worked out from (major units, per month)."""

    order: Order
    income: Decimal | None
    expenses: Decimal | None
    ability: str | None


# --- what it listens to ---

LISTENS: tuple[type[Event], ...] = (LoanOpened, CaseAdopted, FinancesAssessed, FactsChanged)

# --- how it evolves ---

_AMOUNTS = ("income", "expenses", "assets")
_WORDS = ("ability", "willingness", "overdue_cause")


def evolve(state: Assessment, recorded: Recorded, case: Case) -> Assessment:
    """The assessment after an event. EventRefused for an amount in another currency than the case's."""
    event = recorded.event
    if isinstance(event, FinancesAssessed):
        return _assessed(state, event, recorded, case)
    if isinstance(event, FactsChanged):
        return replace(state, told=_later(state.told, event.facts, recorded.order, event.max_age_days))
    if isinstance(event, LoanOpened) and event.facts:
        return replace(state, told=_later(state.told, event.facts, recorded.order, None))
    return state


def _assessed(state: Assessment, event: FinancesAssessed, recorded: Recorded, case: Case) -> Assessment:
    findings = _findings(event, case)
    found = _later(state.found, findings, recorded.order, None)
    assessed_on = max(state.assessed_on or date.min, recorded.on)
    weighed = state.weighed
    if not findings.keys().isdisjoint(("income", "expenses", "ability")):
        income, expenses, ability = (findings.get(name) for name in ("income", "expenses", "ability"))
        weighed = in_order(weighed, Weighed(recorded.order, _money(income), _money(expenses), _word(ability)))
    return replace(state, found=found, assessed_on=assessed_on, weighed=weighed)


def _money(finding: Finding | None) -> Decimal | None:
    return finding if isinstance(finding, Decimal) else None


def _word(finding: Finding | None) -> str | None:
    return finding if isinstance(finding, str) else None


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


class Ability(NamedTuple):
    """The ability to repay, and whether it was worked out rather than said."""

    word: str | None
    worked_out: bool = False


def ability(case: Case) -> Ability:
    """The ability as the latest assessment says it that says it, or from which it can be worked out."""
    weighed = case.assessment.weighed
    for n in range(len(weighed) - 1, -1, -1):
        said = weighed[n]
        if said.ability is not None:
            return Ability(said.ability)
        income, expenses = _as_known(weighed[: n + 1], "income"), _as_known(weighed[: n + 1], "expenses")
        asked = _asked_for(case, said.order[0])
        if income is not None and expenses is not None and asked is not None:
            return Ability(_weigh(income - expenses, asked), worked_out=True)
    return Ability(None)


def _as_known(weighed: tuple[Weighed, ...], name: str) -> Decimal | None:
    """An amount as it was last said."""
    said = (getattr(one, name) for one in reversed(weighed))
    return next((amount for amount in said if amount is not None), None)


def _asked_for(case: Case, day: date) -> Decimal | None:
    """What the loan asks for next, as it stood on `day`: the instalment due next, or else what is overdue."""
    here = position(case, day)
    amount = here.overdue or None if here.next_due is None else here.next_due
    return None if amount is None or unknown(here) else from_minor(amount, case.ledger.rules.currency)


def _weigh(disposable: Decimal, asked: Decimal) -> str:
    if disposable <= 0:
        return "unable"
    return "able" if disposable >= asked else "partly_able"


def _amount(name: str, label: str, zh: str, doc: str) -> Fact:
    return Fact(name, Kind.MONEY, label, _found(name), may_be_missing=True, label_zh=zh, doc=doc)


_LATEST = "From the latest `FinancesAssessed` that says it."

FACTS: tuple[Fact, ...] = (
    Fact(
        "ability",
        Kind.CHOICE,
        "ability to repay",
        lambda case, _day: ability(case).word,
        may_be_missing=True,
        choices=("able", "partly_able", "unable"),
        label_zh="还款能力",
        doc="From the latest `FinancesAssessed` that says it. Where one says income or expenses and not the ability, "
        "it is worked out: `able` where the disposable income of its day covers the instalment due next (the overdue "
        "amount where none is to come), `partly_able` where it is above zero, else `unable`.",
    ),
    Fact(
        "ability_worked_out",
        Kind.FLAG,
        "the ability was worked out",
        lambda case, _day: ability(case).worked_out,
        label_zh="还款能力系推算",
        doc="`ability` was worked out from the disposable income; nobody said it.",
    ),
    Fact(
        "willingness",
        Kind.CHOICE,
        "willingness to repay",
        _found("willingness"),
        may_be_missing=True,
        choices=("willing", "hesitant", "unwilling"),
        label_zh="还款意愿",
        doc=_LATEST,
    ),
    _amount("income", "income per month", "月收入", _LATEST),
    _amount("expenses", "expenses per month", "月支出", _LATEST),
    _amount("assets", "assets", "资产", _LATEST),
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
        doc=_LATEST,
    ),
    Fact(
        "finances_assessed_on",
        Kind.DATE,
        "date of the last assessment of finances",
        lambda case, _day: case.assessment.assessed_on,
        may_be_missing=True,
        label_zh="最近财务评估日",
        doc="The day of the latest `FinancesAssessed`, whatever it says.",
    ),
)
"""The facts of assessment; those of the host's own come from `declared`."""
