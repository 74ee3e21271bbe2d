"""Findings on rules that move loans: those that always fire, never do, or stand in the way of others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from overdue_flow.guards.prove import Loan
from overdue_flow.guards.tree import Condition
from overdue_flow.policy.lint_held import nothing_holds, what_holds, what_stops
from overdue_flow.policy.policy import Rule
from overdue_flow.policy.view import View, finding
from overdue_flow.problems import Problem

# --- one rule ---


def rules_that_always_fire(view: View) -> Iterator[Problem]:
    """A rule with neither `on` nor `when`: it moves every loan on the day on which it comes."""
    for rule in view.policy.rules:
        if rule.on is None and rule.guard is None:
            message = f"`{rule.id}` has neither `on` nor `when`: it fires for every loan, at once"
            yield finding("always-fires", message, rule.place)


def rules_that_no_loan_meets(view: View) -> Iterator[Problem]:
    """A rule whose condition contradicts itself, such as `dpd > 30 and dpd < 10`, or asks for what stops it."""
    for rule in view.policy.rules:
        if rule.guard is None:
            continue
        if view.none(rule.guard, on=rule.on).proved:
            yield finding("never-holds", f"`{rule.id}` can never fire: no loan meets its condition", rule.place)
        elif held := what_holds(view, rule):
            message = f"`{rule.id}` can never fire: whenever its condition holds, it is stopped by {' or '.join(held)}"
            hint = "let its condition exclude that, or take its target from what that `stops`"
            yield finding("never-holds", message, rule.place, hint=hint)


# --- two rules of one list ---


def rules_that_overlap(view: View) -> Iterator[Problem]:
    """Two rules of one list that can hold at once and lead to different stages."""
    policy = view.policy
    for rules in (policy.everywhere, *(stage.rules for stage in policy.stages.values())):
        movers = [rule for rule in rules if rule.to is not None]
        for position, later in enumerate(movers):
            for earlier in movers[:position]:
                problem = _overlap(view, earlier, later)
                if problem:
                    yield problem


def _overlap(view: View, earlier: Rule, later: Rule) -> Problem | None:
    if not can_meet(view, earlier, later) or earlier.to == later.to or earlier.id in later.gives_way_to:
        return None
    if earlier.guard is None or later.guard is None:
        return None  # the last resort of a list: what is left when nothing before it holds
    both = both_hold(view, earlier, later)
    if both is None or blockers(view, later):
        return None
    goes = f"the loan then goes to `{earlier.to}`, not to `{later.to}`"
    message = f"`{earlier.id}` and `{later.id}` can hold at once; {goes}"
    hint = f"if that is meant, add `gives_way_to: [{earlier.id}]` to `{later.id}`"
    also = [(earlier.place, f"`{earlier.id}` comes first")]
    return finding("overlapping-rules", message, later.place, also=also, witness=view.words(both, later.on), hint=hint)


def both_hold(view: View, earlier: Rule, later: Rule) -> Loan | None:
    """What the facts of both are of a loan that the earlier rule moves, and for which the later one holds too."""
    if view.none(earlier.guard, later.guard, on=later.on).proved:
        return None
    names = {name for rule in (earlier, later) for name in (rule.guard.names if rule.guard else ())}
    for leaf in sorted(view.lives[earlier.id] & view.lives[later.id]):
        moved = _past(view, earlier, leaf, _before(view, earlier, leaf))
        loan = view.none(*moved, view.within(later.guard, leaf), on=later.on).loan
        if loan is not None:
            return {name: value for name, value in loan.items() if name in names}
    return None


def can_meet(view: View, earlier: Rule, later: Rule) -> bool:
    """Whether two rules are ever tried on one loan at the same event."""
    return earlier.on == later.on and not view.lives[earlier.id].isdisjoint(view.lives[later.id])


# --- rules that never have their turn ---


def rules_that_are_shadowed(view: View) -> Iterator[Problem]:
    """A rule that never has its turn: wherever it holds, one that comes before it holds too, in its list or in one
    around it."""
    for rule in view.policy.rules:
        before = blockers(view, rule)
        if before:
            also = [(one.place, f"`{one.id}` comes first") for one in before]
            message = f"`{rule.id}` can never fire: {_why(rule, before)}"
            witness = None
            if rule.guard is not None:
                witness = view.words(view.none(rule.guard, on=rule.on).loan, rule.on)
            hint = "put it before the other" if len(before) == 1 else "put it before the others"
            yield finding("shadowed-rule", message, rule.place, also=also, witness=witness, hint=hint)


def _why(rule: Rule, before: Sequence[Rule]) -> str:
    if len(before) == 1 and before[0].guard is None:
        return f"`{before[0].id}` comes first and always holds"
    names = [f"`{one.id}`" for one in before]
    if len(names) == 1:
        return f"whenever it holds, {names[0]} holds too and comes first"
    return f"whenever it holds, {', '.join(names[:-1])} or {names[-1]} holds too and comes first"


def blockers(view: View, rule: Rule) -> tuple[Rule, ...]:
    """The rules that keep another from ever firing; none where a loan gets past them, or it holds for no loan."""
    if rule.to is None or not view.lives[rule.id] or view.none(rule.guard, on=rule.on).proved:
        return ()
    found: dict[str, Rule] = {}
    seen: dict[tuple[tuple[str, ...], str], bool] = {}
    for leaf in sorted(view.lives[rule.id]):
        before = _before(view, rule, leaf)
        if not before:
            return ()
        key = tuple(one.id for one in before), leaf if _speaks_of_stage(rule, *before) else ""
        if key not in seen:
            seen[key] = blocked_in(view, rule, leaf, before)
            found |= {one.id: one for one in _needed(view, rule, leaf, before)} if seen[key] else {}
        if not seen[key]:
            return ()
    return tuple(found.values())


def blocked_in(view: View, rule: Rule, leaf: str, before: Sequence[Rule]) -> bool:
    """Whether in a stage no loan that a rule holds for gets past those before it."""
    return view.none(*_past(view, rule, leaf, before), on=rule.on).proved


def _past(view: View, rule: Rule, leaf: str, before: Sequence[Rule]) -> list[Condition]:
    past = (view.fails(view.within(one.guard, leaf)) for one in before)
    return [view.within(rule.guard, leaf), *past, *nothing_holds(view, rule, leaf)]


def _before(view: View, rule: Rule, leaf: str) -> list[Rule]:
    """The rules that are tried before another in a stage, and move the loan whenever they hold: at an event those too
    that wait for none."""
    rules = view.moves[leaf]
    position = next(index for index, one in enumerate(rules) if one.id == rule.id)
    stops = what_stops(view, rule, leaf)
    moving = (one for one in rules[:position] if one.on in (None, rule.on) and one.approve is None)
    return [
        one for one in moving
        if what_stops(view, one, leaf) <= stops and not view.none(one.guard, rule.guard, on=rule.on).proved
    ]  # fmt: skip


def _needed(view: View, rule: Rule, leaf: str, before: Sequence[Rule]) -> list[Rule]:
    """As few of the rules as keep another from firing."""
    left = list(before)
    for one in before:
        fewer = [other for other in left if other is not one]
        if blocked_in(view, rule, leaf, fewer):
            left = fewer
    return left


def _speaks_of_stage(*rules: Rule) -> bool:
    return any(rule.guard is not None and "stage" in rule.guard.names for rule in rules)


# --- stages ---


def stages_that_no_loan_reaches(view: View) -> Iterator[Problem]:
    """A stage to which rules lead, all of which can never fire."""
    policy = view.policy
    reached, todo = {policy.start}, [policy.start]
    while todo:
        leaf = todo.pop()
        for rule in view.moves[leaf]:
            if rule.to and rule.to not in reached and _can_fire(view, rule, leaf):
                reached.add(rule.to)
                todo.append(rule.to)
    for leaf in policy.leaves:
        if leaf in reached:
            continue
        leading = [rule for rule in policy.rules if rule.to == leaf]
        also = [(rule.place, f"`{rule.id}` leads here, and never fires") for rule in leading]
        message = f"no loan can reach `{leaf}`: the rules that lead to it can never fire"
        yield finding("never-reached", message, policy.stages[leaf].place, also=also)


def _can_fire(view: View, rule: Rule, leaf: str) -> bool:
    return not blocked_in(view, rule, leaf, _before(view, rule, leaf))


CHECKS_OF_RULES: tuple[Callable[[View], Iterator[Problem]], ...] = (
    rules_that_always_fire,
    rules_that_no_loan_meets,
    rules_that_are_shadowed,
    rules_that_overlap,
    stages_that_no_loan_reaches,
)
"""The checks of rules one by one, in the order in which they are made."""
