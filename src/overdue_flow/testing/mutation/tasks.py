"""What can be changed in something to do: whether it is done at all, when, what follows, and each rung of a ladder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from overdue_flow.cases.effects import Purpose
from overdue_flow.guards.vocabulary import Vocabulary
from overdue_flow.policy.policy import Beat, Rung, Task
from overdue_flow.policy.spans import Span
from overdue_flow.testing.mutation.change import (
    Change,
    dropped,
    each_changed,
    each_dropped,
    one_off,
    taken_out,
    turned,
)
from overdue_flow.testing.mutation.conditions import condition_changes


def task_changes(task: Task, words: Vocabulary) -> Iterator[Change[Task | None]]:
    """The changes of something that is done on entry."""
    yield taken_out("effect")
    yield from asked_changes(task, words)


def beat_changes(beat: Beat, words: Vocabulary) -> Iterator[Change[Beat | None]]:
    """The changes of something that is done in a rhythm."""
    yield taken_out("effect")
    for each in one_off("timing", "each", beat.each, 1):
        yield each.to(lambda span: replace(beat, each=span))
    for change in asked_changes(beat.task, words):
        yield change.to(lambda task: Beat(beat.each, task, task.guard))


def asked_changes(task: Task, words: Vocabulary) -> Iterator[Change[Task]]:
    """The changes of something to do that is done still."""
    for condition in condition_changes(task.guard, words):
        yield condition.to(lambda guard: replace(task, guard=guard))
    if task.guard is not None:
        yield dropped("condition", f"when: {task.guard.text}", replace(task, guard=None))
    yield from _timing(task)
    if task.purpose is not None and not task.ladder:
        other: Purpose = "inform" if task.purpose == "collect" else "collect"
        yield turned("effect", task.purpose, other, replace(task, purpose=other), "purpose")
    if task.must:
        yield dropped("effect", "must: true", replace(task, must=False))
    if task.until_leave or task.until_episode:
        until = "leave" if task.until_leave else "episode"
        yield dropped("effect", f"until: {until}", replace(task, until_leave=False, until_episode=False))
    for done_by in each_dropped("effect", "done_by", task.done_by):
        yield done_by.to(lambda events: replace(task, done_by=events))
    for rungs in _ladder(task.ladder):
        yield rungs.to(lambda ladder: replace(task, ladder=ladder))
    if task.otherwise is not None:
        yield from _what_follows(task, task.otherwise, words)


def _timing(task: Task) -> Iterator[Change[Task]]:
    for after in one_off("timing", "after", task.after):
        yield after.to(lambda span: replace(task, after=span))
    for within in one_off("timing", "within", task.within):
        yield within.to(lambda span: replace(task, within=span))
    for not_after in one_off("timing", "not_after", task.not_after):
        yield not_after.to(lambda span: replace(task, not_after=span))


def _what_follows(task: Task, otherwise: Task, words: Vocabulary) -> Iterator[Change[Task]]:
    """The changes of what is done once the deadline has passed."""
    yield dropped("effect", f"else: {otherwise.action}", replace(task, otherwise=None))
    for change in asked_changes(otherwise, words):
        said = f"`else` {change.said}"
        yield Change(change.kind, said, replace(task, otherwise=change.value))


def _ladder(rungs: tuple[Rung, ...]) -> Iterator[Change[tuple[Rung, ...]]]:
    """The changes of each rung, counted from 1; a ladder keeps a rung."""
    for rung, change in each_changed(rungs, lambda rung: _of_rung(rung, alone=len(rungs) == 1)):
        number = next(number for number, one in enumerate(rungs, 1) if one is rung)
        yield Change(change.kind, f"rung {number}, `{rung.action}`, {change.said}", change.value)


def _of_rung(rung: Rung, *, alone: bool) -> Iterator[Change[Rung | None]]:
    if not alone:
        yield taken_out("ladder")
    for times in one_off("ladder", "times", rung.times, 1):
        yield times.to(lambda number: replace(rung, times=number))
    for wait in one_off("ladder", "wait", rung.wait or Span(1, "business days")):
        yield wait.to(lambda span: replace(rung, wait=span))
    if rung.approve is not None:
        yield dropped("approval", f"approve: {rung.approve}", replace(rung, approve=None))
    if rung.in_working_hours:
        yield dropped("ladder", "in working hours", replace(rung, in_working_hours=False))
