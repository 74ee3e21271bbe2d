"""What people do to a case on its road: approve, refuse, move by hand, withdraw an event that was a mistake."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from overdue_flow.events import (
    EffectDelivered,
    EffectFailed,
    EffectWithheld,
    Event,
    EventRetracted,
    HoldLifted,
    HoldPlaced,
    MovedByHand,
    TaskCompleted,
    TaskReassigned,
)
from overdue_flow.testing.strategies.policies import LEAVES
from support.happenings import instants
from support.histories import History, histories, noticed_at

_RULES = ["ask1", "ask2", "ask3"]
_EFFECTS = [f"loan-1:{seq}:{number}" for seq in range(1, 12) for number in (1, 2, 3)]
"""What a policy may ask for early on; nobody can foresee more of it."""

_DONE: dict[type[Event], Any] = {
    TaskCompleted: {
        "effect_id": st.sampled_from([*_RULES, *_RULES, *_EFFECTS]),
        "outcome": st.sampled_from(["approved", "refused", "done"]),
    },
    TaskReassigned: {"effect_id": st.sampled_from(_EFFECTS), "role": st.sampled_from(["boss", "team"])},
    EffectDelivered: {"effect_id": st.sampled_from(_EFFECTS)},
    EffectFailed: {"effect_id": st.sampled_from(_EFFECTS), "final": st.booleans()},
    EffectWithheld: {
        "effect_id": st.sampled_from(_EFFECTS),
        "how": st.sampled_from(["deferred", "held", "held", "vetoed", "superseded", "expired", "skipped"]),
        "until": st.none() | instants,
    },
    MovedByHand: {"to": st.sampled_from((*LEAVES, "group")), "role": st.just("boss"), "reason": st.just("judged so")},
    EventRetracted: {"event_id": st.sampled_from([f"e-{number:02}" for number in range(1, 12)])},
    HoldPlaced: {
        "hold": st.sampled_from(["dispute", "hardship", "bankruptcy"]),
        "role": st.sampled_from(["boss", "team", None]),
    },
    HoldLifted: {
        "hold": st.sampled_from(["dispute", "hardship", "bankruptcy"]),
        "role": st.sampled_from(["boss", "team", None]),
    },
}


@st.composite
def acts(draw: st.DrawFn) -> Event:
    """One thing that a person does."""
    kind = draw(st.sampled_from(list(_DONE)))
    said = {name: draw(values) for name, values in _DONE[kind].items()}
    return kind(at=draw(instants), **said)


@st.composite
def peopled_histories(draw: st.DrawFn) -> History:
    """A history, with what people did in between."""
    history = draw(histories())
    done = [act.model_copy(update={"id": f"p-{n:02}"}) for n, act in enumerate(draw(st.lists(acts(), max_size=12)), 1)]
    # Requests are asked on days that nobody can foresee, so somebody looks through the desk every few days.
    if draw(st.booleans()):
        start = noticed_at(history.opened)
        answer = draw(st.sampled_from(["approved", "refused"]))
        done += [
            TaskCompleted(id=f"d-{n}-{rule}", at=start + timedelta(days=9 * n), effect_id=rule, outcome=answer)
            for n, rule in enumerate(draw(st.lists(st.sampled_from(_RULES), max_size=12)), 1)
        ]
    return History(history.opened, tuple(sorted((*history.events, *done), key=noticed_at)))
