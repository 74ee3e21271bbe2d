"""What a host's own tests live a policy with: a clock that moves, and hooks that record.

The pytest plugin gives them as the fixtures `clock` and `hooks`, and a `Flow` on a store in memory as `flow`:

    def test_who_pays_hears_nothing_more(flow, clock, hooks):
        clock.to("2025-01-01")
        flow.receive("loan-1", LoanOpened(id="o", opened_on=date(2025, 1, 1), instalments=[...]))
        clock.to("2025-01-20")
        assert [call.action for call in hooks.calls] == ["send_message"]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from random import Random
from typing import Any, NamedTuple, TypeAlias

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect
from overdue_flow.cases.events import Event
from overdue_flow.policy.policy import Policy
from overdue_flow.problems import did_you_mean
from overdue_flow.runtime.flow import Flow
from overdue_flow.store.memory import MemoryStore

NOON = time(12)

_DAY = timedelta(days=1)
_FIRST = date(2000, 1, 1)


class Clock:
    """A clock that stands still until it is moved. Called, it gives the instant; `day` is the day in its zone.

    It moves forward only, once a loan is there. On the way every day is lived (`Flow.wake`), and what is due goes out
    (`Flow.deliver`) at the instant at which it is.
    """

    def __init__(self, zone: tzinfo, *, day: date = _FIRST) -> None:
        self.zone = zone
        self.now = self._instant(day, time())
        self._flow: Flow | None = None
        self._store: MemoryStore | None = None

    def __call__(self) -> datetime:
        """The instant that it shows."""
        return self.now

    @property
    def day(self) -> date:
        """The day that it shows."""
        return self.now.date()

    def moves(self, flow: Flow, store: MemoryStore) -> None:
        """Live the days of a flow from now on."""
        self._flow, self._store = flow, store

    def to(self, day: date | str, at: time | str = NOON) -> None:
        """Let time go by up to a day, and a time of that day. ValueError for one that is over."""
        day = date.fromisoformat(day) if isinstance(day, str) else day
        until = self._instant(day, time.fromisoformat(at) if isinstance(at, str) else at)
        if self._flow is None or self._store is None or not self._store.contents().cases:
            self.now = until
            return
        if until < self.now:
            raise ValueError(f"the clock shows {self.now:%Y-%m-%d %H:%M}: it cannot go back to {until:%Y-%m-%d %H:%M}")
        self._deliver(self._flow, min(until, self._end_of(self.day)))
        while self.day < day:
            self.now = self._instant(self.day + _DAY, time())
            self._flow.wake(self.day)
            self._deliver(self._flow, min(until, self._end_of(self.day)))
        self.now = until

    def _instant(self, day: date, at: time) -> datetime:
        """A time of a day; where clocks are put forward over it, what they show then: the zone has no such time."""
        return datetime.combine(day, at, self.zone).astimezone(UTC).astimezone(self.zone)

    def _end_of(self, day: date) -> datetime:
        return self._instant(day, time.max)

    def _deliver(self, flow: Flow, until: datetime) -> None:
        """Deliver at each instant at which something is due, up to one."""
        instant: datetime | None = self.now
        while instant is not None:
            self.now = max(self.now, instant)
            flow.deliver(self.now)
            instant = next(self._due(flow, until), None)

    def _due(self, flow: Flow, until: datetime) -> Iterator[datetime]:
        """The instants to come at which something may go out, up to one."""
        for parcel in flow.due_on(until.date()):
            if self.now < parcel.ready_at <= until and not parcel.parked:
                yield parcel.ready_at


class Call(NamedTuple):
    """What was handed to a hook, and when."""

    action: str
    case_id: str
    effect: Effect
    at: datetime

    @property
    def day(self) -> date:
        """The day on which it was."""
        return self.at.date()


Answer: TypeAlias = "Callable[[Effect, Case], Event | Iterable[Event] | None]"
"""What a hook does: it may give events, which come in again, or raise."""


class Hooks:
    """The hooks of all actions of a policy. They record what they are called with, and do what `answer` says."""

    def __init__(self, policy: Policy, clock: Clock) -> None:
        self.calls: list[Call] = []
        self._clock = clock
        self._answers: dict[str, Answer] = {}
        self.by_action = {action: self._hook(action) for action in policy.actions}

    def of(self, action: str) -> list[Call]:
        """What was handed to one hook. KeyError for an unknown one."""
        self._known(action)
        return [call for call in self.calls if call.action == action]

    @property
    def actions(self) -> list[str]:
        """Which hooks were called, in order."""
        return [call.action for call in self.calls]

    def answer(self, action: str, answer: Answer) -> None:
        """From now on the hook of an action does what `answer(effect, case)` does. KeyError for an unknown one."""
        self._known(action)
        self._answers[action] = answer

    def _known(self, action: str) -> None:
        if action not in self.by_action:
            hint = did_you_mean(action, self.by_action)
            raise KeyError(f"the policy has no action `{action}`" + (f"; {hint}" if hint else ""))

    def _hook(self, action: str) -> Callable[[Effect, Case], Any]:
        def hook(effect: Effect, case: Case) -> Any:
            self.calls.append(Call(action, case.id, effect, self._clock()))
            answer = self._answers.get(action)
            return answer(effect, case) if answer is not None else None

        return hook


def flow_on(policy: Policy, clock: Clock, hooks: Hooks) -> Flow:
    """A flow on a store in memory, which lives as the clock moves, and hands what is due to the hooks."""
    store = MemoryStore()
    flow = Flow(policy, store, hooks=hooks.by_action, clock=clock, draw=Random(0))
    clock.moves(flow, store)
    return flow
