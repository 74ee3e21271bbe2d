"""Questions that are asked often, as goals: a rule that fires, a stage that is reached, a condition that is met."""

from __future__ import annotations

from collections.abc import Iterator

from overdue_flow.cases.course import owners_of
from overdue_flow.cases.effects import Status
from overdue_flow.guards.tree import All, Condition, Not
from overdue_flow.policy.policy import Policy, Rule
from overdue_flow.testing.search.history import Aim, Goal, Turn


def rule_fires(policy: Policy, rule_id: str) -> Goal:
    """The rule moves a loan, asks for approval, or asks for something to be done."""
    rule = policy.rule(rule_id)

    def met(turn: Turn) -> bool:
        entry = turn.decision.entry if turn.decision is not None else None
        if entry is None:
            return False
        results = entry.results
        return (
            any(move.rule == rule_id for move in results.moves)
            or any(request.rule == rule_id for request in results.requests)
            or any(effect.cause == rule_id and effect.status is not Status.SKIPPED for effect in results.effects)
        )

    return Goal(met, tuple(aims_of(policy, rule)))


def stage_reached(policy: Policy, stage: str) -> Goal:
    """The loan moves into a stage or group."""

    def met(turn: Turn) -> bool:
        entry = turn.decision.entry if turn.decision is not None else None
        moves = entry.results.moves if entry is not None else ()
        return any(move.how != "opened" and stage in owners_of(move.to_stage) for move in moves)

    rules = [rule for rule in policy.rules if rule.to is not None and stage in owners_of(rule.to)]
    return Goal(met, tuple(aim for rule in rules for aim in aims_of(policy, rule)))


def aims_of(policy: Policy, rule: Rule, condition: Condition | None = None) -> Iterator[Aim]:
    """Where a rule has its turn: in its stages, at its event, with its condition true, or another in place of that,
    and that of no rule that is tried before it."""
    tree = condition if condition is not None else rule.guard.tree if rule.guard is not None else None
    events = (rule.on,) if rule.on else ()
    leaves: dict[tuple[str, ...], list[str]] = {}
    before: dict[tuple[str, ...], tuple[Condition, ...]] = {}
    for leaf in policy.leaves:
        if rule in policy.rules_in(leaf) and leaf != rule.to:
            first = _tried_before(policy, rule, leaf)
            key = tuple(one.id for one in first)
            leaves.setdefault(key, []).append(leaf)
            before[key] = tuple(Not(one.guard.tree) for one in first if one.guard is not None)
    for key, where in leaves.items():
        parts = (*((tree,) if tree is not None else ()), *before[key])
        wanted = None if not parts else parts[0] if len(parts) == 1 else All(parts)
        yield Aim(frozenset(where), wanted, events)


def _tried_before(policy: Policy, rule: Rule, leaf: str) -> tuple[Rule, ...]:
    """The rules of a stage that move a loan instead, where they match at the same event; only those with a condition
    that reads nothing of the event can be told from the loan alone."""
    if rule.to is None:
        return ()
    moves = policy.moves_in(leaf)
    earlier = moves[: moves.index(rule)]
    return tuple(one for one in earlier if one.guard is not None and one.on in (None, rule.on))
