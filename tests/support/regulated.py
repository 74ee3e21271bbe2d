"""A borrower and their loans under the example of a regulation's pack, told what happens and asked for contacts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect
from overdue_flow.cases.person import PersonContacts, contacts_of, in_time_order
from overdue_flow.engine.decide import decide
from overdue_flow.engine.limits import permitted
from overdue_flow.engine.live import live
from overdue_flow.engine.machine import Machine
from overdue_flow.engine.tasks import withheld
from overdue_flow.events import ContactAttempted, Event, HostEvent, Instalment, LoanOpened
from overdue_flow.policy.library import example_of
from overdue_flow.policy.load import load_policy
from overdue_flow.policy.policy import Policy

REGULATIONS = (
    "cn/contact-2025", "cn/five-tier", "eu/default-definition", "in/sma-npa", "uk/conc", "us/ffiec-classification",
    "us/ma-debt-collection", "us/reg-f", "us/reg-x-mortgage",
)  # fmt: skip
"""The packs of regulations, each with a small example that builds on it."""


@lru_cache
def policy_of(pack: str) -> Policy:
    """The example that builds on a pack."""
    example = example_of(pack)
    assert example is not None, f"`{pack}` has an example"
    return load_policy(example)


@lru_cache
def machine_of(pack: str) -> Machine:
    """The machine of that example."""
    return Machine(policy_of(pack))


class Answer(NamedTuple):
    """What became of a contact that was asked for: whether it may go out at once, when it first may, its flags."""

    allowed: bool
    due_at: datetime
    flags: tuple[str, ...]
    effect: Effect


@dataclass
class Borrower:
    """One person under the rules of one pack. `say` tells a loan what happened, `ask` asks for a contact by an event.

    Instants are written in the loan's own time, as `2025-08-01 10:00`.
    """

    pack: str
    zones: tuple[str, ...] = ()
    due_on: str = "2025-01-01"
    loans: dict[str, Case] = field(default_factory=dict)
    told: int = 0

    @property
    def machine(self) -> Machine:
        """The example of the pack, compiled."""
        return machine_of(self.pack)

    def loan(self, name: str = "A") -> Case:
        """A loan; it is opened when it is first named."""
        if name not in self.loans:
            due_on = date.fromisoformat(self.due_on)
            opened = LoanOpened(
                id="opened",
                opened_on=due_on - timedelta(days=30),
                person_id="borrower",
                instalments=(
                    Instalment(due_on=due_on, amount="1000.00"),
                    Instalment(due_on=date(2027, 1, 1), amount="9"),
                ),
                borrower_zones=self.zones,
            )
            at = self.at(f"{opened.opened_on} 00:00")
            self.loans[name] = decide(self.machine, None, opened, at, name).case
        return self.loans[name]

    def at(self, when: str) -> datetime:
        """An instant in the policy's own time zone."""
        return datetime.fromisoformat(when).replace(tzinfo=self.machine.policy.terms.zone)

    def say(self, when: str, event: Event, *loans: str) -> None:
        """Something happened, to one loan or to several."""
        for name in loans or ("A",):
            self._tell(name, event, when)

    def ring(self, *whens: str, outcome: str = "no_answer", loans: tuple[str, ...] = ("A",), **fields: Any) -> None:
        """Calls that were made, each at its instant; one that is told to several loans is one attempt."""
        for when in whens:
            together = {"attempt_id": f"ring-{when}"} if len(loans) > 1 else {}
            said = {"channel": "phone", "outcome": outcome, **together, **fields}
            self.say(when, ContactAttempted.model_validate(said), *loans)

    def _tell(self, name: str, event: Event, when: str) -> tuple[Effect, ...]:
        self.live(when[:10], name)
        self.told += 1
        named = event.model_copy(update={"id": f"e-{self.told}"})
        decision = decide(self.machine, self.loan(name), named, self.at(when))
        self.loans[name] = decision.case
        return decision.effects

    def live(self, until: str, name: str = "A") -> list[Effect]:
        """Days pass; the effects that their turns asked for."""
        found: list[Effect] = []
        for decision in live(self.machine, self.loan(name), date.fromisoformat(until)):
            self.loans[name] = decision.case
            found += decision.effects
        return found

    @property
    def contacts(self) -> PersonContacts:
        """What all loans know of the person's contacts."""
        return in_time_order(line for case in self.loans.values() for line in contacts_of(case).lines)

    def ask(self, what: str, when: str, loan: str = "A") -> Answer:
        """Ask for a contact: planned by a turn, then looked at again with all that the person's loans know."""
        (effect,) = self._tell(loan, HostEvent(name=what), when)
        at, case = self.at(when), self.loan(loan)
        verdict = permitted(self.machine, case, effect, at, self.contacts)
        held = withheld(self.machine, case, case.day, effect) is not None
        planned_now = effect.status == "pending" and effect.due_at == at
        allowed = verdict.status == "allowed" and not held
        assert planned_now is allowed or len(self.loans) > 1, "planning and the last look agree on one loan alone"
        return Answer(allowed, verdict.at or effect.due_at, verdict.flags, effect)
