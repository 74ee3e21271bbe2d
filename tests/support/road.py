"""One loan on the road of a small policy, told turn by turn.

Every turn is checked as it is made: the journal alone gives the same case (`evolve`), and a case that is looked at on
every day goes the same way as one that sleeps until its wake days.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import Entry, Move
from overdue_flow.cases.evolve import evolve, replay
from overdue_flow.engine.decide import decide
from overdue_flow.engine.decision import Decision
from overdue_flow.engine.draft import opening_of
from overdue_flow.engine.live import live
from overdue_flow.engine.machine import Machine
from overdue_flow.engine.wake import next_wake
from overdue_flow.events import Event, Instalment, LoanOpened, TimePassed
from overdue_flow.policy.load import load_policy
from overdue_flow.policy.policy import Policy

SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)

_SECTIONS = {
    "language": "1",
    "policy": "road",
    "version": '"1"',
    "terms": "{currency: CNY, time_zone: Asia/Shanghai, calendar: CN}",
    "roles": "[boss, team, counsel]",
    "attention": "boss",
    "actions": (
        "{call: {kind: contact}, news: {kind: contact, purpose: inform}, help: {kind: contact, purpose: service},"
        " note: {kind: record}, visit: {kind: task, params: {role: {type: role, optional: true}}}}"
    ),
}

TWO_STAGES = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late: {rules: [{id: gone, when: dpd > 300, to: gone}]}
  gone: {end: true}
"""
"""Stages that the tests of other things than moves can do with."""


def road_policy(stages: str = TWO_STAGES, **sections: str) -> Policy:
    """A policy of the given stages, as YAML; `sections` are the other parts of the file, each as YAML on one line."""
    said = _SECTIONS | sections
    head = "".join(f"{name}: {text}\n" for name, text in said.items())
    return load_policy(text=f"{head}stages:{stages}")


def one_stage(rules: str = "", **parts: str) -> str:
    """Stages of which one, `calm`, is all that a loan meets: `rules` are its rules, `parts` what else it has."""
    said = "".join(f"{name}: {text}, " for name, text in parts.items())
    end = "{id: end, when: dpd > 3000, to: gone}"
    return f"\n  calm: {{start: true, {said}rules: [{rules + ', ' if rules else ''}{end}]}}\n  gone: {{end: true}}\n"


def on(day: str | date) -> date:
    """A day as people write it."""
    return day if isinstance(day, date) else date.fromisoformat(day)


def at(day: str | date, hour: int = 12) -> datetime:
    """An instant of a day in Shanghai."""
    return datetime.combine(on(day), time(hour), SHANGHAI)


def opening(*due: str, amount: str = "1000.00", **fields: Any) -> LoanOpened:
    """A loan of 2025-01-01; each instalment is of one amount, and by default there is one, due on 2025-01-10."""
    instalments = tuple(Instalment(due_on=on(day), amount=amount) for day in due or ("2025-01-10",))
    return LoanOpened(id="opened", opened_on=on("2025-01-01"), instalments=instalments, **fields)


class Road:
    """A loan that is opened on 2025-01-01 and lives under a policy; `law` is a newer version, for holds and never."""

    def __init__(self, policy: Policy, opened: LoanOpened | None = None, law: Policy | None = None) -> None:
        self.machine = Machine(policy, law)
        self.entries: list[Entry] = []
        self._told = 0
        self._ticked: list[Entry] = []
        opened = opened or opening()
        decision = decide(self.machine, None, opened, at(opened.opened_on, 0), "loan-1")
        assert decision.entry is not None
        self.entries.append(decision.entry)
        self.case = self.ticking = decision.case
        assert evolve(None, decision.entry) == self.case

    def tell(self, event: Event, day: str | date, hour: int = 12) -> Decision:
        """An event, noticed on a day; the days before it are lived first."""
        noticed = at(day, hour)
        self._told += 1
        named = event if event.id else event.model_copy(update={"id": f"e-{self._told}"})
        self.live(max(on(day), self.case.day))
        decision = decide(self.machine, self.case, named, noticed)
        ticked = decide(self.machine, self.ticking, named, noticed)
        assert decision.entry == ticked.entry
        self.ticking = ticked.case
        self._note(decision)
        return decision

    def live(self, until: str | date) -> list[Decision]:
        """Days pass; the turns in which something happened."""
        found: list[Decision] = []
        for decision in live(self.machine, self.case, on(until)):
            found.extend([decision] if decision.entry is not None else [])
            self._note(decision)
        ticked: list[Entry] = []
        while self.ticking.day < on(until):
            day = self.ticking.day + ONE_DAY
            decision = decide(self.machine, self.ticking, TimePassed(day=day), opening_of(day, self.ticking))
            self.ticking = decision.case
            ticked.extend([decision.entry] if decision.entry is not None else [])
        assert [decision.entry for decision in found] == ticked, "who sleeps goes another way than who looks every day"
        return found

    def _note(self, decision: Decision) -> None:
        before, self.case = self.case, decision.case
        if decision.entry is not None:
            self.entries.append(decision.entry)
            assert evolve(before, decision.entry) == self.case
            assert replay(self.entries)._replace(day=self.case.day) == self.case

    @property
    def stage(self) -> str:
        """Where the loan stands."""
        return self.case.course.stage

    @property
    def moves(self) -> list[tuple[str, str, str | None]]:
        """Every move after the opening: the day that it is said of, where to, by which rule."""
        return [told(move) for move in self.case.course.moves if move.from_stage]

    @property
    def wakes_on(self) -> str | None:
        """The next day on which it is looked at."""
        day = next_wake(self.machine, self.case)
        return None if day is None else str(day)

    def fact(self, name: str, day: str | date | None = None) -> Any:
        """A fact, on a day or on that of the last turn."""
        return self.machine.policy.vocabulary[name].read(self.case, on(day) if day else self.case.day)

    def effects(self, action: str | None = None) -> list[Effect]:
        """Every effect as it was decided, in order."""
        decided = (effect for entry in self.entries for effect in entry.results.effects)
        return [effect for effect in decided if action in (None, effect.action)]

    def asked(self, action: str | None = None) -> list[tuple[str, str]]:
        """Every effect as its day of decision and its action; what was not planned has its status behind it."""
        return [
            (str(one.decided_on), one.action if one.status is Status.PENDING else f"{one.action} {one.status.value}")
            for one in self.effects(action)
        ]

    def changes(self) -> list[tuple[str, str, str]]:
        """What became of effects that were decided earlier: the day, the new status, why."""
        return [
            (str(entry.day), change.status, change.reason) for entry in self.entries for change in entry.results.changes
        ]

    def open_effects(self) -> list[str]:
        """The actions on their way."""
        return [effect.action for effect in self.case.course.open_effects]


def told(move: Move) -> tuple[str, str, str | None]:
    """A move in short."""
    return str(move.on), move.to_stage, move.rule


def told_of(decisions: Iterable[Decision]) -> list[tuple[str, str, str | None]]:
    """The moves of some turns, in short."""
    return [told(move) for one in decisions if one.entry is not None for move in one.entry.results.moves]
