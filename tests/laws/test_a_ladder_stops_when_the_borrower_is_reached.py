"""A ladder stops when the borrower is reached: rungs in order, no try too many, one at a time, none afterwards."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.evolve import replay
from overdue_flow.engine.decide import decide
from overdue_flow.engine.live import live
from overdue_flow.engine.machine import Machine
from overdue_flow.events import (
    ContactAttempted,
    EffectDelivered,
    EffectFailed,
    EffectWithheld,
    Event,
    HoldLifted,
    HoldPlaced,
    TaskCompleted,
    TaskReassigned,
)
from support.lives import drawn_machine
from support.road import SHANGHAI, at, on, opening

WAITS = ("", ", wait 0 days", ", wait 3 hours", ", wait 2 business days")
REACHED = "reached"
ANSWERS = (
    "delivered", "unanswered", "told first", REACHED, "failed", "vetoed", "expired", "superseded", "refused",
    "by others", "nothing", "hold", "lift", "inbound",
)  # fmt: skip


@st.composite
def ladders(draw: st.DrawFn) -> list[str]:
    """The rungs of a ladder, each as it is written in short."""
    rungs = []
    for _ in range(draw(st.integers(1, 4))):
        action = draw(st.sampled_from(("call", "letter", "visit")))
        times = draw(st.sampled_from(("", " x2", " x3")))
        hours = draw(st.sampled_from(("", " in working hours")))
        approve = draw(st.sampled_from(("", "", " (approve: boss)")))
        rungs.append(f'"{action}{times}{hours}{draw(st.sampled_from(WAITS))}{approve}"')
    return rungs


def policy_of(rungs: list[str]) -> str:
    """A policy whose loans climb the ladder from their first day past due on."""
    return f"""language: 1
policy: climb
version: "1"
terms: {{currency: CNY, time_zone: Asia/Shanghai, calendar: CN}}
working_hours: "09:00-17:30"
roles: [boss, team]
attention: boss
holds: {{hardship: {{stops: [contact]}}}}
actions: {{call: {{kind: contact}}, letter: {{kind: contact}}, visit: {{kind: task}}}}
stages:
  calm: {{start: true, rules: [{{id: late, when: dpd >= 1, to: late}}]}}
  late:
    on_enter: [{{id: climb, ladder: [{", ".join(rungs)}]}}]
    rules: [{{id: out, when: dpd > 900, to: gone}}]
  gone: {{end: true}}
"""


@dataclass
class Walk:
    """A loan on a ladder, and everything that it was asked to do."""

    machine: Machine
    case: Case
    entries: list[Entry]
    told: int = 0
    seen: list[tuple[int, Effect]] = field(default_factory=list)

    def tell(self, now: datetime, *events: Event) -> None:
        """Days pass, and something happens."""
        for decision in live(self.machine, self.case, now.astimezone(self.case.zone).date()):
            self._note(decision.case, decision.entry)
        for event in events:
            self.told += 1
            decision = decide(self.machine, self.case, event.model_copy(update={"id": f"e-{self.told}"}), now)
            self._note(decision.case, decision.entry)

    def _note(self, case: Case, entry: Entry | None) -> None:
        self.case = case
        if entry is not None:
            self.entries.append(entry)
            self.seen += [(entry.seq, effect) for effect in entry.results.effects if effect.step]
        assert len([effect for effect in case.course.open_effects if effect.step]) <= 1
        assert len(case.course.climbs) == len([one for one in case.course.open_effects if one.step])


@given(ladders(), st.lists(st.tuples(st.sampled_from(ANSWERS), st.integers(1, 60)), max_size=25))
def test_a_ladder_stops_when_the_borrower_is_reached(rungs: list[str], answers: list[tuple[str, int]]) -> None:
    """Whatever becomes of the tries, they stand in the order of the rungs, and nothing follows once it is over."""
    machine = drawn_machine(policy_of(rungs))
    first = decide(machine, None, opening(), at("2025-01-01", 0), "loan-1")
    assert first.entry is not None
    walk = Walk(machine, first.case, [first.entry])
    now = at("2025-01-11", 0)
    walk.tell(now)
    over_at: int | None = None
    for answer, hours in answers:
        now += timedelta(hours=hours)
        tried = next((effect for effect in walk.case.course.open_effects if effect.step), None)
        walk.tell(now, *_events(answer, tried, walk.case, now))
        if not walk.case.course.climbs and over_at is None:
            over_at = walk.entries[-1].seq
        if answer in (REACHED, "inbound"):
            assert not walk.case.course.climbs
    _check_order(machine, [effect for _seq, effect in walk.seen])
    assert over_at is None or all(seq <= over_at for seq, _effect in walk.seen)
    assert replay(walk.entries)._replace(day=walk.case.day) == walk.case


def _events(answer: str, tried: Effect | None, case: Case, now: datetime) -> list[Event]:
    held = case.care.stands("hardship", now.astimezone(case.zone).date())
    if answer in ("hold", "lift"):
        placing = HoldPlaced(hold="hardship", placed_on=on("2025-01-11") if not case.care.holds else None)
        return [HoldLifted(hold="hardship")] if held else [placing]
    if answer == "inbound":
        return [ContactAttempted(channel="email", direction="inbound", outcome="delivered")]
    if answer == "by others":
        return [ContactAttempted(channel="phone", party="guarantor", outcome="conversation")]
    if answer == REACHED:
        return [ContactAttempted(channel="phone", outcome="connected", effect_id=tried.id if tried else None)]
    if tried is None or answer == "nothing":
        return []
    name = tried.id
    if tried.action == "approval":
        return [TaskCompleted(effect_id=name, outcome="refused" if answer == "refused" else "approved", role="boss")]
    if tried.kind == "task":
        return [TaskReassigned(effect_id=name, role="team"), TaskCompleted(effect_id=name)]
    attempt = ContactAttempted(channel="phone", outcome="no_answer", effect_id=name)
    delivered = EffectDelivered(effect_id=name)
    events: dict[str, list[Event]] = {
        "unanswered": [delivered, attempt],
        "told first": [attempt, delivered],
        "failed": [EffectFailed(effect_id=name, final=True)],
        "vetoed": [EffectWithheld(effect_id=name, how="vetoed")],
        "expired": [EffectWithheld(effect_id=name, how="expired")],
        "superseded": [EffectWithheld(effect_id=name, how="superseded")],
    }
    return events.get(answer, [delivered])


def _check_order(machine: Machine, seen: list[Effect]) -> None:
    """Every try is one of those that the ladder has, each once, in their order; each request comes before its rung."""
    task = machine.asked["climb"].task
    whole = []
    for number, rung in enumerate(task.ladder, 1):
        if rung.approve:
            whole.append(("approval", f"rung {number} of ladder climb"))
        whole += [
            (rung.action, f"try {tried} of {rung.times} on rung {number} of ladder climb")
            for tried in range(1, rung.times + 1)
        ]
    places = [whole.index((effect.action, effect.step)) for effect in seen]
    assert places == sorted(set(places))
    for effect in seen:
        if effect.in_working_hours and effect.status is Status.PENDING:
            due_at = effect.due_at.astimezone(SHANGHAI)
            assert machine.calendar.is_business_day(due_at.date())
            assert time(9) <= due_at.time() < time(17, 30)
