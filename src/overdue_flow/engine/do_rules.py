"""`do` rules: which of them fire in a turn.

They do not compete. One without `on` fires when its guard is true and either its stage or group was entered in this
turn, or the guard was false for the case as it stood before the turn. This is computed from the case, never
remembered.
"""

from __future__ import annotations

from collections.abc import Iterator

from overdue_flow.cases.case import Case
from overdue_flow.engine.draft import Draft
from overdue_flow.engine.machine import Machine
from overdue_flow.engine.moves import word_of
from overdue_flow.policy.policy import Rule


def rules_that_fire(draft: Draft) -> Iterator[Rule]:
    """The `do` rules that fire in this turn, in order, each as often as its `once` allows."""
    asked = [(rule, draft.case) for rule in _risen(draft)]
    asked += [(rule, draft.before) for rule in _answering(draft) if draft.before is not None]
    for rule, case in asked:
        mark = once_mark(draft.machine, case, rule)
        if mark is None:
            yield rule
        elif mark not in draft.case.course.fired and mark not in draft.fired:
            draft.fired.append(mark)
            yield rule


def once_mark(machine: Machine, case: Case, rule: Rule) -> tuple[str, str] | None:
    """What is remembered of a rule that fires once per visit of its stage, per episode, or per case."""
    visits = case.course.visits
    if rule.once is None:
        return None
    if rule.once == "case":
        return rule.id, "case"
    if rule.once == "episode":
        return rule.id, f"episode {visits.get(machine.policy.start, 0)}"
    owner = rule.owner or case.course.stage
    return rule.id, f"{owner} {visits.get(owner, 0)}"


def _risen(draft: Draft) -> list[Rule]:
    """Rules without `on` whose guard is true now, and was not before or whose stage was entered."""
    does = draft.machine.tables[draft.case.course.stage].does
    if not does.rules:
        return []
    now = does.holding(draft.case, draft.day, None)
    if not now:
        return []
    before = does.holding(draft.before, draft.day_before, None) if draft.before is not None else 0
    return [
        rule
        for bit, rule in enumerate(does.rules)
        if now >> bit & 1
        and (not before >> bit & 1 or rule.owner in draft.entered)
        and not draft.machine.rests(rule, draft.case, draft.day)
    ]


def _answering(draft: Draft) -> list[Rule]:
    """Rules `on` this event that belong to `everywhere`, or to the stage or a group that the loan was in when it
    came."""
    if draft.before is None or draft.opens_day:
        return []
    table = draft.machine.tables.get(draft.before.course.stage)
    reactions = table.does_by_event.get(word_of(draft.event)) if table else None
    if reactions is None:
        return []
    holding = reactions.holding(draft.case, draft.day, draft.event)
    return [
        rule
        for bit, rule in enumerate(reactions.rules)
        if holding >> bit & 1 and not draft.machine.rests(rule, draft.case, draft.day)
    ]
