"""A lender with a policy: loans are opened, events come in, and the library says how each loan stands.

Only public doors: a policy from its text, `Flow` over a `MemoryStore`, and the policy's vocabulary, which reads facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from overdue_flow import Case, Decision, Entry, Event, Flow, MemoryStore, load_policy
from overdue_flow.cases.counting import told_by
from overdue_flow.events import HostEvent, Instalment, LoanOpened

LOAN = "loan"


class Lender:
    """Everything of one peer's case. What comes in on one day comes in the order in which it is told here."""

    def __init__(self, text: str) -> None:
        self.policy = load_policy(text=text)
        self.flow = Flow(self.policy, MemoryStore())
        self.told = 0

    def open(
        self,
        instalments: Iterable[Mapping[str, Any] | Instalment],
        *,
        opened_on: date,
        first_seen_on: date | None = None,
        loan: str = LOAN,
        **fields: Any,
    ) -> Decision:
        """A loan; `first_seen_on` is the day on which the library first hears of it."""
        opening = LoanOpened(
            id=f"{loan}-opened",
            opened_on=opened_on,
            instalments=tuple(Instalment.model_validate(one) for one in instalments),
            **fields,
        )
        return self._receive(loan, opening, first_seen_on or opened_on)

    def happened(self, event: Event, on: date, loan: str = LOAN) -> Decision:
        """An event, noticed on a day."""
        named = event if event.id else event.model_copy(update={"id": f"e-{self.told}"})
        return self._receive(loan, named, on)

    def run(self, on: date, loan: str = LOAN) -> Decision:
        """A run of the peer's engine: an event of the host's own."""
        return self.happened(HostEvent(name="run"), on, loan)

    def _receive(self, loan: str, event: Event, on: date) -> Decision:
        self.told += 1
        return self.flow.receive(loan, event, at=self.at(on))

    def at(self, on: date) -> datetime:
        """An instant on a day, later than all that was told."""
        return datetime.combine(on, time(8), UTC) + timedelta(minutes=self.told)

    def live_to(self, on: date) -> date:
        """The days begin, up to the one whose turns tell how a loan stands on `on`; that day."""
        turn_day = told_by(on, self.policy.terms).turn_day
        self.flow.wake(until=turn_day)
        return turn_day

    def case(self, on: date, loan: str = LOAN) -> Case:
        """The case as it stands at the end of `on`."""
        self.live_to(on)
        return self.flow.case(loan)

    def stage(self, on: date, loan: str = LOAN) -> str:
        """The stage at the end of `on`."""
        return self.case(on, loan).course.stage

    def fact(self, name: str, on: date, loan: str = LOAN) -> Any:
        """A fact at the end of `on`."""
        return self.policy.vocabulary[name].read(self.case(on, loan), self.live_to(on))

    def entries(self, on: date, loan: str = LOAN) -> list[Entry]:
        """What the journal says of one day."""
        self.live_to(on)
        return [entry for entry in self.flow.history(loan) if entry.day == on]

    def params_of(self, action: str, on: date, loan: str = LOAN) -> list[Mapping[str, Any]]:
        """The parameters of every effect of an action that was decided on a day."""
        effects = [effect for entry in self.entries(on, loan) for effect in entry.results.effects]
        return [effect.params for effect in effects if effect.action == action]
