"""Stage by stage: how many loans stand there and for how long, how many came and left, and what is due next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median_low

from overdue_flow.cases.effects import Status
from overdue_flow.policy.policy import Policy
from overdue_flow.reports.handbook_words import action_called
from overdue_flow.reports.overview import stage_called
from overdue_flow.reports.report import Column, Note, Part, Report, Row, restricted
from overdue_flow.reports.seen import Seen
from overdue_flow.reports.speech import code, say
from overdue_flow.reports.told import Period, Told

AHEAD_DAYS = 7
"""What is due within so many days after the period is told."""


@dataclass(slots=True)
class _Stage:
    """What is counted of one stage."""

    days: list[int] = field(default_factory=list)
    entered: int = 0
    left: int = 0


def stage_report(policy: Policy, loans: Iterable[Told], period: Period, seen: Seen | None = None) -> Report:
    """The stages at the end of the period, and what is due in the week after it."""
    stages: dict[str, _Stage] = defaultdict(_Stage)
    due: list[Row] = []
    for told in loans:
        _count(told, period, stages)
        due += _due(told, period)
    about = (Note(say("from {first} to {last}", first=period.first, last=period.last)),)
    parts = (_stages(policy, stages), _coming(due, period))
    return restricted(Report("stages", say("stage report"), about, parts), seen)


def _count(told: Told, period: Period, stages: dict[str, _Stage]) -> None:
    course = told.case.course
    here = stages[course.stage]
    here.days.append((told.turn_day - course.entered_on).days)
    for move in course.moves:
        if move.on in period:
            stages[move.to_stage].entered += 1
            if move.from_stage is not None:
                stages[move.from_stage].left += 1


def _stages(policy: Policy, stages: dict[str, _Stage]) -> Part:
    paths = [*policy.leaves, *(path for path in stages if path not in policy.stages)]
    rows = tuple(_row(policy, path, stages.get(path, _Stage())) for path in paths)
    head = (
        Column(say("stage"), "work"),
        Column(say("loans"), "work", figure=True, bar=True),
        Column(say("median days there"), "work", figure=True),
        Column(say("longest stay in days"), "work", figure=True),
        Column(say("came"), "work", figure=True),
        Column(say("went"), "work", figure=True),
    )
    return Part(say("stages"), head, rows)


def _row(policy: Policy, path: str, stage: _Stage) -> Row:
    days = (str(median_low(stage.days)), str(max(stage.days))) if stage.days else ("", "")
    return Row((stage_called(policy, path), str(len(stage.days)), *days, str(stage.entered), str(stage.left)))


def _due(told: Told, period: Period) -> list[Row]:
    """What is on its way of a loan and falls due soon: of a task its last day counts, of all else its first instant."""
    last = period.last + timedelta(days=AHEAD_DAYS)
    found = []
    for effect in told.case.course.open_effects:
        on = effect.deadline_on or effect.due_at.astimezone(told.case.zone).date()
        if on <= last:
            late = code("late") if effect.deadline_on and effect.deadline_on < period.last else ""
            held = code("held") if effect.status is Status.HELD else late
            stage, what = stage_called(told.policy, told.case.course.stage), action_called(told.policy, effect.action)
            cells = (str(on), told.case.id, stage, what, effect.role or "", held)
            found.append(Row(cells))
    return found


def _coming(due: list[Row], period: Period) -> Part:
    head = (
        Column(say("due by"), "work"),
        Column(say("loan"), "open"),
        Column(say("stage"), "work"),
        Column(say("what"), "work"),
        Column(say("who"), "work"),
        Column(say("standing"), "work"),
    )
    title = say("what is due by {day}", day=period.last + timedelta(days=AHEAD_DAYS))
    return Part(title, head, tuple(sorted(due, key=lambda row: tuple(map(str, row.cells)))))
