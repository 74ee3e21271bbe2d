"""What the fields of an event may say, for a case as it stands: amounts that are owed, ids that are there, days that
are near."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from overdue_flow.cases.case import Case
from overdue_flow.cases.events import Event, Instalment
from overdue_flow.cases.fields import event_fields
from overdue_flow.guards.vocabulary import Fact, Kind, Value
from overdue_flow.money import from_minor, to_minor
from overdue_flow.policy.policy import Policy
from overdue_flow.testing.search.values import worth_trying

_TRIED: Mapping[str, tuple[str, ...]] = {
    "HoldPlaced": ("role",),
    "HoldLifted": ("role",),
    "OfferMade": ("offer_id", "plan", "instalments", "role"),
    "PlanAgreed": ("instalments",),
    "ContactAttempted": ("channel", "outcome"),
    "FinancesAssessed": ("income", "expenses"),
    "JudgmentGiven": ("amount",),
}
"""Fields that may be left out and are tried, whatever the policy's conditions name."""

_NOT_SAID = frozenset({"kind", "id", "at", "happened_at"})

_PROMISED_FOR = timedelta(days=5)
_MONTHS = (30, 60)


@dataclass(frozen=True, slots=True)
class Contents:
    """The values of each field of one kind of event. `fields` are those that a condition may name."""

    policy: Policy
    constants: Mapping[str, tuple[Value, ...]]
    kind: type[Event]
    fields: Mapping[str, Fact]
    case: Case
    day: date

    def is_tried(self, name: str) -> bool:
        """Whether a field is tried although it may be left out and no condition names it."""
        return name in _TRIED.get(self.kind.__name__, ())

    def values(self, name: str) -> list[Any]:
        """What a field may say; None leaves it out."""
        found = _SPECIAL[name](self) if name in _SPECIAL else self._usual(name)
        may_be_left_out = not self.kind.model_fields[name].is_required() and name not in self.kind.PINNED
        return [*found, None] if may_be_left_out and None not in found else found

    def _usual(self, name: str) -> list[Any]:
        fact = self.fields.get(name)
        if fact is None:
            return self._amounts(name) if name in ("amount", "claim_amount") else ["a"]
        if fact.kind is Kind.MONEY:
            return self._amounts(name)
        if fact.kind is Kind.DATE:
            return self._days(name, fact)
        return worth_trying(fact, self.constants, self.day)

    def _days(self, name: str, fact: Fact) -> list[Any]:
        """Today, and days from which a clock that the policy reads comes to its constants."""
        known = worth_trying(fact, self.constants, self.day) if name in self.constants else [self.day]
        word = name.removesuffix("_on")
        ahead = [days for days in self.constants.get(f"days_until_{word}", ()) if isinstance(days, int)]
        return [*dict.fromkeys([*known, *(self.day + timedelta(days=days) for days in ahead)])]

    # --- money ---

    def _read(self, name: str) -> Decimal:
        found = self.policy.vocabulary[name].read(self.case, self.day)
        return found if isinstance(found, Decimal) else Decimal(0)

    def _amounts(self, name: str) -> list[Any]:
        """All that is overdue, all that is owed, half of what is overdue, and what a condition compares it with."""
        overdue, balance = self._read("overdue_amount"), self._read("balance")
        owed = [overdue, balance, self._half(overdue or balance)]
        fact = self.fields.get(name)
        near = worth_trying(fact, self.constants, self.day) if fact is not None and name in self.constants else []
        return [value for value in dict.fromkeys([*owed, *near]) if isinstance(value, Decimal | int) and value > 0]

    def _half(self, amount: Decimal) -> Decimal:
        currency = self.case.terms.currency
        return from_minor(to_minor(amount, currency) // 2, currency)

    # --- what needs more than a value ---

    def _due_on(self) -> list[Any]:
        return [self.day + _PROMISED_FOR] if self.kind.__name__.startswith("Promise") else [self.day]

    def _schedule(self) -> list[Any]:
        """What is overdue, in two halves a month apart; nothing where nothing is owed."""
        owed = self._read("overdue_amount") or self._read("balance")
        if not owed:
            return [()]
        half = self._half(owed)
        parts = zip(_MONTHS, (half, owed - half), strict=True)
        return [tuple(Instalment(due_on=self.day + timedelta(days=days), amount=part) for days, part in parts if part)]

    def _roles(self) -> list[Any]:
        """Nobody in particular, and the first who may, as the policy says who may."""
        holds = self.policy.holds.values()
        allowed = {
            "HoldPlaced": [role for hold in holds for role in hold.placed_by[:1]],
            "HoldLifted": [role for hold in holds for role in hold.lifted_by[:1]],
        }.get(self.kind.__name__, list(self.policy.roles) if self.policy.authority else [])
        return [None, *dict.fromkeys(allowed)]

    def _channels(self) -> list[Any]:
        used = [task.params.get("channel") for task in self.policy.tasks]
        used += [rung.params.get("channel") for task in self.policy.tasks for rung in task.ladder]
        used += [channel for limit in self.policy.limits for channel in limit.channels]
        known = self.fields["channel"].choices if "channel" in self.fields else ()
        found = [channel for channel in dict.fromkeys(used) if channel in known]
        return found[:4] or ["phone"]

    def _payments(self) -> list[Any]:
        return [one.id for one in self.case.ledger.books.postings if one.came][-1:]

    def _holds(self) -> list[Any]:
        standing = self.case.care.standing(self.day)
        lifted = self.kind.__name__ == "HoldLifted"
        return [kind for kind in self.policy.holds if (kind in standing) is lifted]


_SPECIAL: Mapping[str, Callable[[Contents], list[Any]]] = {
    "kind": lambda says: [says.kind.__name__],
    "instalments": Contents._schedule,
    "due_on": Contents._due_on,
    "role": Contents._roles,
    "channel": Contents._channels,
    "outcome": lambda says: _outcomes(says),
    "hold": Contents._holds,
    "payment_id": Contents._payments,
    "offer_id": lambda says: ["o-1"],
    "score": lambda says: [0, 10],
    "income": lambda says: [Decimal("3000.00"), Decimal("9000.00")],
    "expenses": lambda says: [Decimal("2900.00"), Decimal("4000.00")],
    "component": lambda says: [None],
}


def fields_by_name(kind: type[Event], policy: Policy) -> dict[str, Fact]:
    """The fields of an event with their types: those that a condition may name, and those that a fact is called by."""
    found = {fact.name: fact for fact in event_fields(kind)}
    shared = (name for name in kind.model_fields if name not in found and name not in _NOT_SAID)
    return found | {name: policy.vocabulary[name] for name in shared if name in policy.vocabulary}


def _outcomes(says: Contents) -> list[Any]:
    """Every outcome; of a contact, nobody and the borrower, unless a condition names others."""
    choices = list(says.fields["outcome"].choices)
    if says.kind.__name__ != "ContactAttempted" or "outcome" in says.constants:
        return choices
    return ["no_answer", "conversation", "delivered"]


def as_told(value: Value, fact: Fact) -> Any:
    """A value as it travels in an event: flags and whole numbers as they are, the rest as text."""
    if isinstance(value, bool) or (isinstance(value, int) and fact.kind is Kind.NUMBER):
        return value
    return str(value)
