"""What became of effects: each as it was decided, and how it ended, read from a journal; or from a part of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from overdue_flow.cases.case import Case
from overdue_flow.cases.counting import told_by
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.events import EffectDelivered, EffectFailed, EffectWithheld, TaskCompleted, TimePassed
from overdue_flow.cases.evolve import evolve
from overdue_flow.cases.terms import Terms

_DONE = "done"


class Became(NamedTuple):
    """An effect, and what became of it: `how` is `open`, `done`, or the status in which it ended on `ended_on`."""

    effect: Effect
    how: str
    ended_on: date | None = None

    @property
    def in_time(self) -> bool | None:
        """Whether it was done by its last day; None where it has none, or was not done."""
        last = self.effect.deadline_on
        return self.ended_on <= last if last is not None and self.how == _DONE and self.ended_on is not None else None


def what_became(entries: Iterable[Entry]) -> tuple[Case | None, tuple[Became, ...]]:
    """The case after all entries, and every effect that was decided, in order."""
    case: Case | None = None
    decided: dict[str, Effect] = {}
    ended: dict[str, tuple[str, date]] = {}
    for entry in entries:
        case = evolve(case, entry)
        decided |= {effect.id: effect for effect in entry.results.effects}
        done_on = (entry.event.took_effect_at() or entry.at).astimezone(case.zone).date()
        for change in entry.results.changes:
            done = change.status == Status.DELIVERED
            ended[change.effect_id] = (_DONE, done_on) if done else (str(change.status), entry.day)
        if isinstance(entry.event, TaskCompleted | EffectDelivered | EffectFailed | EffectWithheld):
            ended[entry.event.effect_id] = (_how(entry.event), done_on)
    open_now = {effect.id: effect for effect in case.course.open_effects} if case is not None else {}
    return case, tuple(_became(effect, open_now, ended) for effect in decided.values())


def _became(effect: Effect, open_now: dict[str, Effect], ended: dict[str, tuple[str, date]]) -> Became:
    if effect.id in open_now:
        now = open_now[effect.id]
        return Became(now, "held" if now.status is Status.HELD else "open")
    if effect.id in ended:
        return Became(effect, *ended[effect.id])
    return Became(effect, str(effect.status), effect.decided_on)


def _how(answer: TaskCompleted | EffectDelivered | EffectFailed | EffectWithheld) -> str:
    if isinstance(answer, TaskCompleted):
        return answer.outcome
    if isinstance(answer, EffectWithheld):
        return answer.how
    return _DONE if isinstance(answer, EffectDelivered) else "failed"


def entries_until(entries: Iterable[Entry], day: date | None, terms: Terms) -> list[Entry]:
    """The entries by which a day is told, and those before; all, without a day."""
    if day is None:
        return list(entries)
    told = told_by(day, terms)
    return [
        entry
        for entry in entries
        if entry.day < told.turn_day
        or (entry.day == told.turn_day and (not told.opening or isinstance(entry.event, TimePassed)))
    ]
