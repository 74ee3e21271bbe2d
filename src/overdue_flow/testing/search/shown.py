"""What was found, as a scenario: the steps, and what the policy does on the day in question."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from overdue_flow.cases.counting import said_on, told_by
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.events import TimePassed
from overdue_flow.engine.kept_back import limits_in, named_in
from overdue_flow.engine.machine import Machine
from overdue_flow.policy.trials import Expectation, KeptBack, Scenario, WantedEffect
from overdue_flow.testing.day import Day
from overdue_flow.testing.search.history import History
from overdue_flow.testing.search.lives import Pair, Tried


def scenario_of(
    machine: Machine, history: History, name: str, *, rule: str | None = None, other: Machine | None = None
) -> Scenario:
    """The scenario of a history, which expects of its day what the policy does: the stage, what fired (`rule`, if that
    is among them), what is done or forbidden. It passes under that policy. With an `other`, it says as well wherein
    that one treats the loan otherwise on that day, so that it fails under it."""
    day = day_of(machine, history)
    compared = day_of(other, history) if other is not None else day
    return Scenario(name, history.opening, history.steps, (expected_of(day, compared, rule=rule),))


def expected_of(day: Day, compared: Day, *, rule: str | None = None) -> Expectation:
    """What to expect of a day as it is: what `rule` or another one did, and wherein another policy's day is
    otherwise."""
    rules = day.fired
    more = set(compared.decided) - set(day.decided)
    moved = any(move.how != "opened" for entry in day.entries for move in entry.results.moves)
    classified = any(entry.results.marks for entry in day.entries) or compared.marks != day.marks
    return Expectation(
        day.on,
        stage=day.case.course.stage,
        rule=rule if rule in rules else rules[-1] if rules else None,
        effects=_wanted(day, compared),
        no_effects=tuple(sorted(more)),
        vetoed=tuple(KeptBack(action, next(iter(named_in(reason)), None)) for action, reason in day.vetoed),
        held=() if compared.held == day.held else tuple(KeptBack(name) for name, _why in day.held),
        to_do=None if _still_to_do(compared) == _still_to_do(day) else _still_to_do(day),
        nothing=not moved and not day.decided,
        marks=day.marks if day.machine.classifies and classified else None,
    )


def _wanted(day: Day, compared: Day) -> tuple[WantedEffect, ...]:
    """What is decided on a day, with those particulars of it that another policy decides otherwise."""
    left = [_in_full(effect, compared) for effect in compared.asked_for]
    found = []
    for effect in day.asked_for:
        full = _in_full(effect, day)
        if full in left:
            left.remove(full)
            found.append(_with_its_day(effect, full, day))
            continue
        alike = next((one for one in left if one.action == effect.action), None)
        found.append(_apart(full, alike) if alike is not None else WantedEffect(effect.action))
    return tuple(found)


def _with_its_day(effect: Effect, full: WantedEffect, day: Day) -> WantedEffect:
    """An effect by its action; of a contact also the day on which it may go out, and the limit that put it off to a
    later one."""
    if effect.kind != "contact":
        return WantedEffect(effect.action)
    by = limits_in(effect.reason) if full.due_on is not None and full.due_on > day.on else ()
    return WantedEffect(effect.action, due_on=full.due_on, by=next(iter(by), None))


def _in_full(effect: Effect, day: Day) -> WantedEffect:
    """All that can be said of an effect; what is held has no day yet on which it is due."""
    flags = day.flags(effect)
    said = WantedEffect(
        effect.action, None, effect.deadline_on, effect.purpose, effect.role, dict(effect.params), flagged=flags
    )
    if effect.status is Status.HELD:
        return said
    due = effect.due_at.astimezone(day.case.zone)
    return replace(said, due_on=due.date(), due_at=due.time().replace(second=0, microsecond=0))


def _apart(one: WantedEffect, other: WantedEffect) -> WantedEffect:
    """What is said of one effect and not of another."""
    said = {
        name: getattr(one, name)
        for name in ("due_on", "due_at", "deadline_on", "purpose", "role", "flagged")
        if getattr(one, name) != getattr(other, name)
    }
    params = {name: value for name, value in one.params.items() if other.params.get(name) != value}
    return WantedEffect(one.action, **said, params=params)


def _still_to_do(day: Day) -> tuple[WantedEffect, ...]:
    """The tasks that wait; those of one action are told apart by the parameters in which they differ."""
    found = []
    for effect in day.to_do:
        alike = [one.params for one in day.to_do if one.action == effect.action]
        params = {name: value for name, value in effect.params.items() if any(one.get(name) != value for one in alike)}
        found.append(WantedEffect(effect.action, params=params))
    return tuple(found)


def day_of(machine: Machine, history: History) -> Day:
    """The day that a history is about, as it is under a policy."""
    pair = Pair(machine)
    tried = pair.opened(history.opening)
    assert tried is not None, "a history was lived before"
    entries = _entries(tried)
    for step in history.steps:
        assert isinstance(step.on, date), "a search says its days"
        tried = pair.waited(tried, step.on)
        entries += _entries(tried)
        happens = step.event or step.answer
        assert happens is not None, "a step has an event or an answer"
        tried = pair.stepped(tried, happens) or replace(tried, turns=())
        entries += _entries(tried)
    told = told_by(history.until, tried.case.terms)
    tried = pair.waited(tried, told.turn_day)
    entries += _entries(tried)
    terms = tried.case.terms
    today = tuple(
        entry
        for entry in entries
        if said_on(entry.day, terms, opening=isinstance(entry.event, TimePassed)) == history.until
    )
    return Day(machine, tried.case, told.turn_day, today, tuple(entries), history.until)


def _entries(tried: Tried) -> list[Entry]:
    return [
        turn.decision.entry for turn in tried.turns if turn.decision is not None and turn.decision.entry is not None
    ]
