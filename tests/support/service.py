"""A service around one flow: hooks that write down what reached them, and answer with what they are given."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from overdue_flow import Flow, MemoryStore
from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect
from overdue_flow.events import Event, LoanOpened
from overdue_flow.policy.policy import Policy
from overdue_flow.runtime.report import DeliveryReport
from overdue_flow.store.protocol import Parcel, Store
from support.road import at, opening


class Service:
    """A lender's service with the loan `a`; its clock stands where it is put.

    `answers` says, by action, what the hook returns; an exception is raised, and a function is called with the effect
    and the case.
    """

    def __init__(
        self,
        policy: Policy | Sequence[Policy],
        store: Store | None = None,
        *,
        opens: bool = True,
        elsewhere: Sequence[str] = (),
        **options: Any,
    ) -> None:
        self.store: Store = store or MemoryStore()
        self.now = at("2025-01-01")
        self.reached: list[str] = []
        self.answers: dict[str, Any] = {}
        chosen: dict[str, Any] = {"clock": self.clock, "draw": random.Random(1)}
        self.flow = Flow(policy, self.store, **chosen | options)
        versions = (policy,) if isinstance(policy, Policy) else policy
        for action in sorted({"attention"}.union(*(one.actions for one in versions))):
            if action in elsewhere:
                self.flow.elsewhere(action)
            else:
                self.flow.on(action)(self.takes)
        if opens:
            self.open("a")

    def clock(self) -> datetime:
        """The instant that is now."""
        return self.now

    def open(self, loan: str, opened: LoanOpened | None = None, **fields: Any) -> None:
        """One more loan of 2025-01-01, with an instalment due on 2025-01-10."""
        self.flow.receive(loan, opened or opening(**fields), at=at("2025-01-01"))

    def takes(self, effect: Effect, case: Case) -> Any:
        """The hook of every action."""
        self.reached.append(effect.action)
        answer = self.answers.get(effect.action)
        if isinstance(answer, BaseException):
            raise answer
        return answer(effect, case) if callable(answer) else answer

    def wakes(self, day: str) -> None:
        """The nights up to a day are lived, and it is noon of that day."""
        self.now = at(day)
        self.flow.wake(self.now.date())

    def delivers(self, later: timedelta = timedelta()) -> DeliveryReport:
        """Time goes by, and what is due is delivered."""
        self.now += later
        return self.flow.deliver()

    def kinds(self, loan: str = "a") -> list[str]:
        """The events of a loan's journal, in order."""
        return [entry.event.kind for entry in self.flow.history(loan)]

    def last(self, loan: str = "a") -> Event:
        """The last event of a loan's journal."""
        return self.flow.history(loan)[-1].event

    def waiting(self) -> Mapping[str, Parcel]:
        """What is in the outbox, by action."""
        return {parcel.effect.action: parcel for parcel in self.store.outbox()}
