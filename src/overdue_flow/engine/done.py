"""Tasks that an event shows to be done: `done_by` of the policy. It is as if each had been told as done with the event.

A task that was asked for at an event which names something, a complaint, say, is done by the event about the same one
alone. What was asked for in this very turn is not done by its event.

Laws: `a deadline is watched once` (`tests/laws/test_a_deadline_is_watched_once.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import EffectChange
from overdue_flow.engine.deadlines import forgo_what_followed
from overdue_flow.engine.draft import Draft
from overdue_flow.engine.moves import word_of
from overdue_flow.engine.subjects import subject_of


def close_what_was_done(draft: Draft) -> None:
    """End the open tasks that this event shows to be done, and what followed on those that were late."""
    done = list(_shown(draft))
    word, event_id = word_of(draft.event), draft.event.id
    for task in done:
        draft.changes.append(EffectChange(task.id, Status.DELIVERED, f"{task.action} {task.id} was done by {word}"))
        if event_id is not None:
            draft.fired.append((task.id, mark_of(event_id)))
    for task in done:
        forgo_what_followed(draft, task.id)


def mark_of(event_id: str) -> str:
    """What `fired` remembers of a task that an event showed to be done."""
    return f"done by {event_id}"


def _shown(draft: Draft) -> Iterator[Effect]:
    machine = draft.machine
    awaited = machine.awaited.get(word_of(draft.event))
    if awaited is None:
        return
    for effect in draft.case.course.open_effects:
        asked = machine.asked.get(effect.cause)
        if effect.cause in awaited and asked is not None and asked.task.action == effect.action:
            field = awaited[effect.cause]
            if field is None or effect.about in ("", subject_of(draft.event, field, draft.before, draft.case)):
                yield effect
