"""Histories in which every word and amount that is kept from somebody is one that nobody can guess.

So whoever finds one in an output knows from which field of which event it came, and whether it may be there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hypothesis import strategies as st

from overdue_flow.cases.groups import group_of_field
from overdue_flow.cases.seen import Seen
from overdue_flow.events import Event, LoanOpened, read_event
from support.histories import History

SECRET = "secret"
"""A fact of the host's own, in which something is planted."""

_NAMES = frozenset({"agency", "firm", "court", "reference", "buyer", "bureau", "topic"})
"""Fields that name something of the loan's, beside those that are personal."""

_AMOUNTS = frozenset({
    "amount", "income", "expenses", "assets", "expected_recovery", "legal_cost", "claim_amount", "value", "price",
    "proceeds", "recovered", "waives_costs", "waives_interest", "waives_principal", "waived_on_completion",
})  # fmt: skip

_MONEY_SHOWS_IN = frozenset({"money", "talks", "legal", "care"})
"""What came, or is owed, shows in what is worked out of it: how much a promise got, a claim that is left."""

_ALSO: dict[tuple[str, str], frozenset[str]] = {
    ("SettlementReached", "amount"): frozenset({"money", "legal"}),
    ("SettlementReached", "instalments"): frozenset({"money", "legal"}),
    ("PlanAgreed", "instalments"): frozenset({"money"}),
    ("OfferMade", "instalments"): frozenset({"money"}),
    ("CounterOffered", "instalments"): frozenset({"money"}),
    ("PlanAgreed", "waived_on_completion"): frozenset({"money"}),
    ("SettlementReached", "waived_on_completion"): frozenset({"money"}),
}
"""What is agreed to be paid is what is owed from then on."""


class Plant(NamedTuple):
    """Something planted: as it is written, where, and the groups (or the fact) in which alone it may show."""

    text: str
    where: str
    groups: frozenset[str]
    fact: str = ""

    def may_show(self, seen: Seen) -> bool:
        """Whether who sees so much may see it."""
        return bool(self.groups & seen.groups) or (self.fact != "" and seen.may_fact(self.fact))

    def is_in(self, output: str) -> bool:
        """Whether it shows: as it is, or with its thousands apart."""
        return self.text in output or (self.text[:1].isdigit() and f"{float(self.text):,.2f}" in output)


@dataclass
class Garden:
    """What was planted, event by event."""

    plants: list[Plant] = field(default_factory=list)

    def planted(self, history: History) -> History:
        """A history in which everything that may be planted is."""
        opened = self.event(history.opened)
        assert isinstance(opened, LoanOpened)
        return History(opened, tuple(self.event(event) for event in history.events))

    def event(self, event: Event) -> Event:
        """One event, planted."""
        plain = event.model_dump(mode="json")
        for name in type(event).model_fields:
            if name == "facts" and isinstance(plain[name], dict):
                plain[name] = {**plain[name], SECRET: self._word(event, name, fact=SECRET)}
            elif name in event.PERSONAL:
                several = isinstance(plain[name], list)
                plain[name] = [self._word(event, name)] if several else self._word(event, name)
            elif name in _NAMES:
                plain[name] = self._word(event, name)
            elif name in _AMOUNTS and plain[name] is not None:
                plain[name] = self._amount(event, name)
            elif name == "instalments":
                plain[name] = [self._instalment(event, one) for one in plain[name]]
        return read_event(plain)

    def _instalment(self, event: Event, plain: dict[str, Any]) -> dict[str, Any]:
        parts = {name: self._amount(event, "instalments") for name in ("principal", "interest") if float(plain[name])}
        if parts:
            return {**plain, **parts, "amount": None}
        return {**plain, "amount": self._amount(event, "instalments"), "principal": "0", "interest": "0", "costs": "0"}

    def _word(self, event: Event, name: str, fact: str = "") -> str:
        return self._put(f"zq{len(self.plants):04}x", event, name, fact)

    def _amount(self, event: Event, name: str) -> str:
        large = 10_000 if event.kind in ("PaymentReceived", "PaymentReversed", "RefundMade") else 1_000_000
        return self._put(f"{large + 97 * len(self.plants)}.{len(self.plants) % 90 + 10}", event, name, "")

    def _put(self, text: str, event: Event, name: str, fact: str) -> str:
        group = group_of_field(event.kind, name)
        groups = {group} | _ALSO.get((event.kind, name), frozenset())
        if group == "money" and text[0].isdigit():
            groups |= _MONEY_SHOWS_IN
        if "money" in groups:
            groups |= {"others"}  # what is owed on all loans of a person is owed on this one too
        self.plants.append(Plant(text, f"{event.kind}.{name}", frozenset(groups), fact))
        return text


def some_of(words: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Some of these words, as a list of YAML."""
    return st.lists(st.sampled_from(words), unique=True, max_size=len(words)).map(lambda some: f"[{', '.join(some)}]")
