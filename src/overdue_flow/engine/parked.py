"""What was parked: a hook failed too often, or returned what makes no sense, and the outbox does not try it again.

A person is told by an `attention` task, which is cancelled once the effect waits no more. What the hook said stays in
the journal and the outbox: it may be personal.
"""

from __future__ import annotations

from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import EffectChange
from overdue_flow.cases.events import EffectDelivered, EffectFailed
from overdue_flow.engine.draft import Draft

PARKED = "parked"
"""The cause of a task to look at what was parked."""


def tell_of_parked(draft: Draft) -> None:
    """Ask a person to look at what this event says was parked; who was asked to look at what waits no more is told."""
    event, told = draft.event, {one.follows[0]: one for one in draft.case.course.open_effects if _is_look(one)}
    if not told and not isinstance(event, EffectFailed):
        return
    still_open = draft.still_open()
    waiting = {one.id: one for one in still_open.values() if one.status is not Status.DELIVERED}
    for effect_id, look in told.items():
        if effect_id not in waiting and look.id in still_open:
            why = "it was delivered" if isinstance(event, EffectDelivered) else "it waits no more"
            draft.changes.append(EffectChange(look.id, Status.CANCELLED, why))
    if not isinstance(event, EffectFailed) or event.final:
        return
    parked = waiting.get(event.effect_id)
    if parked is not None and parked.action != "attention" and parked.id not in told:
        said = f"{_in_words(parked)} was parked: its hook could not do it; deliver it again, or give it up"
        draft.call_attention(said, cause=PARKED, follows=(parked.id,))


def _is_look(effect: Effect) -> bool:
    return effect.action == "attention" and effect.cause == PARKED


def _in_words(effect: Effect) -> str:
    step = f", {effect.step}," if effect.step else ""
    return f"{effect.action} {effect.id}{step}"
