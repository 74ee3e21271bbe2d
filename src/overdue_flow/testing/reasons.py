"""Why a rule did not do what a scenario expected of it: in the words of its guard, with the values of the day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from overdue_flow.cases.case import Case
from overdue_flow.cases.course import owners_of
from overdue_flow.cases.entries import Entry
from overdue_flow.engine.machine import Machine
from overdue_flow.engine.moves import what_holds, word_of
from overdue_flow.guards.explain import explain
from overdue_flow.policy.policy import Rule


def why_no_move_to(stage: str, machine: Machine, case: Case, day: date) -> str:
    """What the roads from where the loan is to `stage` wait for, one under the other."""
    roads = [rule for rule in machine.policy.moves_in(case.course.stage) if stage in owners_of(rule.to or "")]
    if not roads:
        return f"no rule leads from {case.course.stage} to {stage}"
    return "\n".join(line for rule in roads for line in _outlook(rule, machine, case, day))


def why_not_fired(rule_id: str, machine: Machine, case: Case, day: date, entries: tuple[Entry, ...]) -> str:
    """Why a rule did not fire in the turns of a day; `case` is the loan at the end of it."""
    stage = case.course.stage
    rule = next((one for one in machine.policy.rules_in(stage) if one.id == rule_id), None)
    if rule is None:
        return f"`{rule_id}` does not apply in {stage}, where the loan was at the end of the day"
    if rule.to == stage:
        return f"the loan was in {stage} already, where `{rule_id}` leads"
    if rule.on is not None and all(word_of(entry.event) != rule.on for entry in entries):
        return f"`{rule_id}` answers to {rule.on}, and none came on this day"
    return "\n".join(_outlook(rule, machine, case, day, entries))


def _outlook(rule: Rule, machine: Machine, case: Case, day: date, entries: tuple[Entry, ...] = ()) -> Iterator[str]:
    """What a rule waits for: its event, its guard, what holds it, a person's approval."""
    event = next((entry.event for entry in reversed(entries) if word_of(entry.event) == rule.on), None)
    if rule.on is not None and event is None:
        yield f"{rule.id} waits for {rule.on}" + (f", and for this: {rule.guard.text}" if rule.guard else "")
        return
    if rule.guard is not None:
        vocabulary = machine.policy.vocabulary_on(rule.on)
        found = explain(rule.guard, vocabulary, case, day, case.terms.currency, event)
        first, *others = found.lines() if found.parts else [found.one_line()]
        yield f"{rule.id}: {first}"
        yield from (f"  {line}" for line in others)
        if not found.holds:
            return
    if rule.to is not None and (by := what_holds(machine, case, day, rule)) is not None:
        yield f"{rule.id} is held by {by}"
    elif any(request.rule == rule.id for request in case.course.requests):
        yield f"{rule.id} waits for {rule.approve} to approve it"
    elif rule.guard is None:
        yield f"{rule.id} has no condition, and was not tried: a rule before it moved the loan"
    elif case.course.stopped is not None:
        yield f"the loan was stopped: {case.course.stopped.reason}"
