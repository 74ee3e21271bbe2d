"""What becomes of the effects of an event that was entered by mistake.

What its own turn asked for, and what is still on its way, is cancelled: nothing asks for it any more. What belongs to
the stage that the case stands in stays, since its course stays; so does what has another ground. What was done already
is for a person to mend.
"""

from __future__ import annotations

from overdue_flow.cases.course import owners_of
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import EffectChange
from overdue_flow.cases.events import EffectDelivered, TaskCompleted
from overdue_flow.engine.done import mark_of
from overdue_flow.engine.draft import Draft
from overdue_flow.engine.ladders import end
from overdue_flow.engine.reviews import REVIEW


def take_back(draft: Draft, event_id: str) -> None:
    """Cancel what the turn of the retracted event asked for and nothing else asks for now."""
    turn = _turn_of(draft, event_id)
    reason = f"event {event_id} was retracted"
    for climb in draft.case.course.climbs:
        if climb.began_with.startswith(turn) and not _stays(draft, climb.ladder):
            end(draft, climb, reason)
    ended = {change.effect_id for change in draft.changes}
    for effect in draft.case.course.open_effects:
        if effect.id.startswith(turn) and effect.id not in ended and not _has_another_ground(draft, effect):
            draft.changes.append(EffectChange(effect.id, Status.CANCELLED, reason))


def list_what_was_done(draft: Draft, event_id: str) -> None:
    """What the turn of a retracted event asked for, and was done since: a person mends it."""
    assert draft.before is not None, "what is retracted was there before"
    turn = _turn_of(draft, event_id)
    answers = (one.event for one in draft.before.events if isinstance(one.event, EffectDelivered | TaskCompleted))
    named = (answer.effect_id for answer in answers)
    done = [effect_id for effect_id in dict.fromkeys(named) if effect_id.startswith(turn)]
    if done:
        said = f"event {event_id} was retracted; what was done because of it: {', '.join(done)}"
        draft.call_attention(said, cause="retracted")


def list_what_it_showed(draft: Draft, event_id: str) -> None:
    """Tasks that a retracted event showed to be done: they count as done, and a person looks whether they are."""
    shown = sorted(effect_id for effect_id, how in draft.case.course.fired if how == mark_of(event_id))
    if shown:
        said = f"event {event_id} was retracted; what counts as done because of it: {', '.join(shown)}"
        draft.call_attention(said, cause="retracted")


def _turn_of(draft: Draft, event_id: str) -> str:
    """How the ids of the effects begin that the turn of an event asked for."""
    assert draft.before is not None, "what is retracted was there before"
    return next(f"{draft.case.id}:{one.seq}:" for one in draft.before.events if one.event.id == event_id)


def _has_another_ground(draft: Draft, effect: Effect) -> bool:
    """Whether something else than the event asks for an effect; tries, requests and reviews end by rules of their
    own."""
    if effect.step or effect.action in ("approval", REVIEW):
        return True
    if effect.action == "attention" and draft.case.course.stopped is not None:
        return True
    return _stays(draft, effect.cause)


def _stays(draft: Draft, cause: str) -> bool:
    """Whether what a task of the policy asked for is asked for still: by the stage in which the case stands, by a
    deadline that has passed, by a rule whose condition holds."""
    asked = draft.machine.asked.get(cause)
    if asked is None:
        return False
    if asked.how == "else":
        return True
    if asked.how == "rule":
        does = draft.machine.tables[draft.case.course.stage].does
        holding = does.holding(draft.case, draft.day, None) if does.rules else 0
        return any(rule.id == cause and holding >> bit & 1 for bit, rule in enumerate(does.rules))
    return asked.owner in owners_of(draft.case.course.stage)
