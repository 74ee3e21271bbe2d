"""What became of effects, read from a journal."""

from __future__ import annotations

import pytest

from overdue_flow.events import (
    EffectDelivered,
    EffectFailed,
    EffectWithheld,
    Event,
    HoldPlaced,
    MovedByHand,
    TaskCompleted,
)
from overdue_flow.reports.became import what_became
from support.road import Road, at, road_policy

STAGES = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late: {on_enter: [{do: call}, {do: visit, within: 5 days}, {do: note}], rules: [{id: end, when: dpd > 300, to: gone}]}
  gone: {end: true}
"""


def asked() -> Road:
    """A loan that asks for a call, a visit and a note on 2025-01-11."""
    road = Road(road_policy(STAGES, holds="{hardship: {stops: [contact]}}"))
    road.live("2025-01-12")
    return road


def became(road: Road) -> dict[str, tuple[str, str | None]]:
    _case, found = what_became(road.entries)
    return {one.effect.action: (one.how, str(one.ended_on) if one.ended_on else None) for one in found}


def test_what_nobody_answered_is_open() -> None:
    assert became(asked()) == {"call": ("open", None), "visit": ("open", None), "note": ("open", None)}


@pytest.mark.parametrize(
    ("event", "action", "expected"),
    [
        (EffectDelivered(effect_id="it"), "call", ("done", "2025-01-13")),
        (EffectDelivered(effect_id="it", happened_at=at("2025-01-12")), "note", ("done", "2025-01-12")),
        # a task that was handed over is still to be done
        (EffectDelivered(effect_id="it"), "visit", ("open", None)),
        (TaskCompleted(effect_id="it"), "visit", ("done", "2025-01-13")),
        (EffectFailed(effect_id="it", final=True), "note", ("failed", "2025-01-13")),
        (EffectFailed(effect_id="it"), "note", ("open", None)),
        (EffectWithheld(effect_id="it", how="expired"), "call", ("expired", "2025-01-13")),
        (EffectWithheld(effect_id="it", how="held"), "call", ("held", None)),
    ],
)
def test_what_was_answered_ends_as_the_answer_says(event: Event, action: str, expected: tuple[str, str | None]) -> None:
    road = asked()
    (effect,) = road.effects(action)
    road.tell(event.model_copy(update={"effect_id": effect.id}), "2025-01-13")

    assert became(road)[action] == expected


def test_what_a_hold_stops_is_held_and_what_was_left_is_cancelled() -> None:
    road = asked()
    road.tell(HoldPlaced(hold="hardship"), "2025-01-13")
    assert became(road)["call"] == ("held", None)

    road.tell(MovedByHand(to="gone", role="boss", reason="judged so"), "2025-01-15")
    assert became(road)["call"] == ("cancelled", "2025-01-15")
    assert became(road)["visit"] == ("open", None)


def test_an_empty_journal_tells_nothing() -> None:
    assert what_became([]) == (None, ())
