"""Law: a case whose stages only have other names in the version that it moves to goes on as in one that keeps them:
with the same days, moves, contacts and tasks; and its journal alone says where it stands."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.cases.effects import Effect
from overdue_flow.cases.evolve import replay
from overdue_flow.engine.machine import Machine
from overdue_flow.errors import EventRefused, MoneyError
from overdue_flow.events import MovedByHand, PolicyAdopted
from overdue_flow.simulation.lived import Life, Walk
from overdue_flow.testing.strategies.policies import policy_texts
from support.histories import History, histories, noticed_at
from support.lives import drawn_machine

NAMES = {
    "s0": "calm", "s1": "early", "s2": "late", "group": "court", "group.a": "court.asked", "group.b": "court.told",
    "last": "over",
}  # fmt: skip
LEAVES = {old: new for old, new in NAMES.items() if old != "group"}
_LAST_NAMES = {old.rpartition(".")[2]: new.rpartition(".")[2] for old, new in NAMES.items()}
_STAGE = re.compile(r"\b(group\.[ab]|s[012]|group|last|(?<=[ {])[ab](?=[:,}\n]))\b(?!-)")


def called_otherwise(text: str) -> str:
    """A drawn policy with other names for its stages."""
    return _STAGE.sub(lambda found: NAMES.get(found[1]) or _LAST_NAMES[found[1]], text)


def lived(machine: Machine, then: Machine, history: History, after: int, renamed: dict[str, str]) -> Life:
    """A history that is cut in two by the adoption of a version."""
    happened = (one for one in (history.opened, *history.events) if not isinstance(one, PolicyAdopted))
    events = [(noticed_at(event), event) for event in happened]
    first, rest = events[: after + 1], events[after + 1 :]
    walk = Walk(machine, "assumed", None)
    for at, event in first:
        assert walk.advance(at, at.date() + timedelta(days=2))
        walk.take("a", event, at)
    assert walk.life is not None
    leaves = {old: new for old, new in renamed.items() if old != "group"}
    adopted = PolicyAdopted(id="adopted!", policy="drawn", version="1", stage_map=leaves, renamed=renamed)
    later = Walk(then, "assumed", None)
    later.resume(walk.life.case)
    later.take(None, adopted, first[-1][0] + timedelta(minutes=1))
    for at, event in rest:
        if isinstance(event, MovedByHand):
            event = event.model_copy(update={"to": renamed.get(event.to, event.to)})
        later.advance(at, at.date() + timedelta(days=2))
        later.take(None, event, at)
    until = max(at for at, _event in events).date() + timedelta(days=60)
    later.advance(None, until)
    life = later.life
    assert life is not None
    return Life(life.case, walk.life.entries + life.entries, walk.life.fates | life.fates, life.refused)


def told(life: Life, names: dict[str, str]) -> Any:
    """All that was done, by the new names."""
    course = life.case.course

    def now(name: str | None) -> str | None:
        return names.get(name, name) if name else name

    def asked(effect: Effect) -> Any:
        status, _why = life.fates.get(effect.id, (effect.status, effect.reason))
        return effect.action, effect.due_at, effect.deadline_on, effect.role, now(effect.scope), status

    return {
        "stage": now(course.stage),
        "entered": {now(owner): day for owner, day in course.entered.items()},
        "visits": {now(owner): count for owner, count in course.visits.items()},
        "moves": [(now(m.from_stage), now(m.to_stage), m.rule, m.on) for m in course.moves if m.how != "renamed"],
        "effects": [(entry.day, asked(effect)) for entry in life.entries for effect in entry.results.effects],
        "open": [(one.action, one.status, now(one.scope)) for one in course.open_effects],
        "climbs": [(one.rung, one.tried, now(one.scope), one.visit) for one in course.climbs],
        "held": sorted((one.rule, now(one.to_stage)) for one in course.held),
        "stopped": course.stopped is not None,
        "refused": len(life.refused),
    }


@given(policy_texts(), histories(), st.integers(0, 8))
def test_a_stage_of_another_name_goes_on(text: str, history: History, after: int) -> None:
    machine, other = drawn_machine(text), drawn_machine(called_otherwise(text))
    here = {old: new for old, new in NAMES.items() if old in machine.policy.stages}
    assert [here[stage] for stage in machine.policy.stages] == list(other.policy.stages)
    try:
        same = lived(machine, machine, history, after, {})
    except (EventRefused, MoneyError):
        return
    renamed = lived(machine, other, history, after, here)
    assert told(renamed, here) == told(same, here)
    assert replay(renamed.entries).course == renamed.case.course
