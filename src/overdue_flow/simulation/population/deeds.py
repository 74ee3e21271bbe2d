"""What an entry of the journal says was done, in the words that a population file uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from overdue_flow.cases.effects import Effect
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.events import ContactAttempted, EffectDelivered, HostEvent, TaskCompleted, TimePassed
from overdue_flow.policy.policy import Policy
from overdue_flow.simulation.lived import CHANNELS

REACHED = frozenset({"connected", "conversation"})
"""Outcomes of a contact in which somebody was reached."""


class Deed(NamedTuple):
    """Something that was done, or happened, by the words that may be said of it: an action and its channel, an event, a
    stage and its groups. `answered`: whether somebody was reached; None where that is no question. `kind` says what
    sort of thing it is: a `contact`, another `action`, an `event`, a `stage` that was entered."""

    words: tuple[str, ...]
    day: date
    kind: str
    answered: bool | None = None
    outcome: str = ""


def deeds_of(entry: Entry, effects: Mapping[str, Effect], policy: Policy) -> Iterator[Deed]:
    """Everything that an entry says was done. `effects` are those decided so far, by id."""
    event = entry.event
    if isinstance(event, ContactAttempted):
        words = (event.kind, event.channel, *_action(event.effect_id, effects))
        yield Deed(words, entry.day, "contact", event.outcome in REACHED, event.outcome)
    elif isinstance(event, EffectDelivered):
        effect = effects.get(event.effect_id)
        if effect is not None and effect.params.get("channel") not in CHANNELS:
            yield Deed((effect.action,), entry.day, "action")
    elif isinstance(event, TaskCompleted):
        if event.outcome == "done":
            yield Deed(_action(event.effect_id, effects), entry.day, "action")
    elif not isinstance(event, TimePassed):
        yield Deed((event.name if isinstance(event, HostEvent) else event.kind,), entry.day, "event")
    for change in entry.results.changes:
        closed = effects.get(change.effect_id)
        shown = change.status == "delivered" and not isinstance(event, TaskCompleted | EffectDelivered)
        if shown and closed is not None and closed.kind == "task":
            yield Deed((closed.action,), entry.day, "action")
    yield from _entered(entry, policy)


def _action(effect_id: str | None, effects: Mapping[str, Effect]) -> tuple[str, ...]:
    effect = effects.get(effect_id or "")
    return (effect.action,) if effect is not None else ()


def _entered(entry: Entry, policy: Policy) -> Iterator[Deed]:
    """The stages that were entered, with the groups that were."""
    for move in entry.results.moves:
        before = policy.stages[move.from_stage].owners if move.from_stage else ()
        here = policy.stages[move.to_stage]
        entered = tuple(one for one in (here.path, *here.owners) if one not in (move.from_stage, *before))
        yield Deed(tuple(dict.fromkeys(entered)), entry.day, "stage")
