"""Findings on rules that move loans: overlaps, shadows, chases, `never` clauses that a rule can break."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from overdue_flow.guards.evaluate import evaluate
from overdue_flow.guards.tree import Comparison, Constant, Guard, Read, atoms, leaves
from overdue_flow.guards.vocabulary import Kind, Value
from overdue_flow.policy.policy import Rule
from overdue_flow.policy.view import View, finding
from overdue_flow.policy.witness import WHOLE_UNITS, Loan, Search, in_words
from overdue_flow.problems import Problem

_JUST_ENTERED = {"days_in_stage": 0, "days_since_stage_entered": 0, "days_until_stage_entered": 0}
_LONGEST_CHASE = 3
_CIRCLES_MAX = 300
_MEASURED = (Kind.MONEY, Kind.NUMBER)


def _words(view: View, loan: Loan | None, on: str | None = None) -> str | None:
    return in_words(loan, view.policy.vocabulary_on(on), view.policy.terms.currency) or None if loan else None


def rules_that_always_fire(view: View) -> Iterator[Problem]:
    """A rule with neither `on` nor `when`: it moves every loan on the day on which it comes."""
    for rule in view.policy.rules:
        if rule.on is None and rule.guard is None:
            message = f"`{rule.id}` has neither `on` nor `when`: it fires for every loan, at once"
            yield finding("always-fires", message, rule.place)


def rules_that_no_loan_meets(view: View) -> Iterator[Problem]:
    """A rule whose condition contradicts itself, such as `dpd > 30 and dpd < 10`."""
    for rule in view.policy.rules:
        if rule.guard is not None and contradicts_itself(view, rule.guard, rule.on):
            yield finding("never-holds", f"`{rule.id}` can never fire: no loan meets its condition", rule.place)


def contradicts_itself(
    view: View, guard: Guard, on: str | None = None, fixed: Mapping[str, Value | None] | None = None
) -> bool:
    """Whether no loan meets a condition, of those for which some facts are `fixed`."""
    if not _is_looked_through(view, on, guard):
        return False
    search = view.search(on, fixed)
    search.possible = lambda _loan: True  # what facts mean to each other is left out: it is no contradiction
    return search.find([guard]) is None and search.complete


def _is_looked_through(view: View, on: str | None, guard: Guard) -> bool:
    """Whether the grid leaves nothing out that the condition tells apart: each fact stands beside constants, and one
    that has values between two steps beside no more than one."""
    vocabulary = view.policy.vocabulary_on(on)
    between: list[str] = []
    for atom in atoms(guard.tree):
        if isinstance(atom, Comparison) and {type(atom.left), type(atom.right)} != {Read, Constant}:
            return False
        facts = [vocabulary[leaf.name] for leaf in leaves(atom) if isinstance(leaf, Read)]
        between += [fact.name for fact in facts if fact.kind in _MEASURED and fact.unit not in WHOLE_UNITS]
    return len(between) == len(set(between))


def rules_that_overlap(view: View) -> Iterator[Problem]:
    """Two rules of one list that can hold at once, or of which the later can never fire."""
    policy = view.policy
    for rules in (policy.everywhere, *(stage.rules for stage in policy.stages.values())):
        movers = [rule for rule in rules if rule.to is not None]
        for position, later in enumerate(movers):
            for earlier in movers[:position]:
                problem = _overlap(view, earlier, later)
                if problem:
                    yield problem
                if problem and problem.code == "shadowed-rule":
                    break  # what never fires overlaps with nothing else


def _overlap(view: View, earlier: Rule, later: Rule) -> Problem | None:
    if earlier.on != later.on or view.lives[earlier.id].isdisjoint(view.lives[later.id]):
        return None
    also = [(earlier.place, f"`{earlier.id}` comes first")]
    if earlier.guard is None:
        message = f"`{later.id}` can never fire: `{earlier.id}` comes first and always holds"
        return finding("shadowed-rule", message, later.place, also=also, hint="put it before the other")
    if later.guard is None:
        return None  # the last resort of a list: what is left when nothing before it holds
    search = view.search(later.on)
    both = search.find([earlier.guard, later.guard])
    if both is None:
        return None
    witness = _words(view, both, later.on)
    # where it is excepted or leads to the stage itself, the earlier rule does not come first
    everywhere_first = view.lives[later.id] <= view.lives[earlier.id]
    if everywhere_first and _find_alone(search, earlier.guard, later.guard) is None and search.complete:
        message = f"`{later.id}` can never fire: whenever it holds, `{earlier.id}` holds too and comes first"
        return finding(
            "shadowed-rule", message, later.place, also=also, witness=witness, hint="put it before the other"
        )
    if earlier.to == later.to or earlier.id in later.gives_way_to:
        return None
    goes = f"the loan then goes to `{earlier.to}`, not to `{later.to}`"
    message = f"`{earlier.id}` and `{later.id}` can hold at once; {goes}"
    hint = f"if that is meant, add `gives_way_to: [{earlier.id}]` to `{later.id}`"
    return finding("overlapping-rules", message, later.place, also=also, witness=witness, hint=hint)


def _find_alone(search: Search, earlier: Guard, later: Guard) -> Loan | None:
    for loan in search.loans([earlier, later]):
        if evaluate(later, loan.__getitem__) and not evaluate(earlier, loan.__getitem__):
            return loan
    return None


# --- chases ---


def rules_that_chase_each_other(view: View) -> Iterator[Problem]:
    """Rules that would move a loan round in a circle on one day."""
    policy = view.policy
    movers = {leaf: [rule for rule in view.moves[leaf] if _fires_by_itself(rule)] for leaf in policy.leaves}
    seen: set[frozenset[str]] = set()
    for leaf in policy.leaves:
        for circle in itertools.islice(_circles(movers, leaf, ()), _CIRCLES_MAX):
            ids = frozenset(rule.id for _leaf, rule in circle)
            loan = _goes_round(view, circle) if ids not in seen else None
            if loan is not None:
                seen.add(ids)
                yield _chase(view, circle, loan)


def _fires_by_itself(rule: Rule) -> bool:
    return rule.on is None and not rule.step and rule.approve is None


_Circle: TypeAlias = tuple[tuple[str, Rule], ...]


def _circles(movers: Mapping[str, Sequence[Rule]], leaf: str, walked: _Circle) -> Iterator[_Circle]:
    """The ways that come back to where they began, each leaf once, at most so many steps."""
    for rule in movers[leaf]:
        way = (*walked, (leaf, rule))
        if rule.to == way[0][0]:
            yield way
        elif len(way) < _LONGEST_CHASE and rule.to is not None and rule.to not in {one for one, _ in way}:
            yield from _circles(movers, rule.to, way)


def _goes_round(view: View, circle: _Circle) -> Loan | None:
    """A loan that every rule of the circle moves, each being the first that holds in its stage."""
    policy = view.policy
    fixed: dict[str, Value | None] = {name: 0 for name in _JUST_ENTERED if name in policy.vocabulary}
    # `stage` differs from step to step, so conditions are asked one by one
    for loan in view.search(fixed=fixed).loans([rule.guard for _leaf, rule in circle]):
        if all(_first_that_holds(view, leaf, loan) is rule for leaf, rule in circle):
            return {name: value for name, value in loan.items() if name not in (*fixed, "stage")}
    return None


def _first_that_holds(view: View, leaf: str, loan: Loan) -> Rule | None:
    there = {**loan, "stage": leaf}
    for rule in view.moves[leaf]:
        view.budget.left -= 1
        if not _fires_by_itself(rule) or (rule.guard and not rule.guard.names <= set(there)):
            continue
        if rule.guard is None or evaluate(rule.guard, there.__getitem__):
            return rule
    return None


def _chase(view: View, circle: _Circle, loan: Loan) -> Problem:
    names = " and ".join(f"`{rule.id}`" for _leaf, rule in circle)
    also = [(rule.place, f"from `{leaf}` to `{rule.to}`") for leaf, rule in circle[1:]]
    (_, first), *_ = circle
    message = f"{names} can chase each other on one day"
    hint = "make their conditions exclude each other, or add `step: true` to one"
    return finding("chasing-rules", message, first.place, also=also, witness=_words(view, loan), hint=hint)


# --- never ---


def rules_that_break_a_never(view: View) -> Iterator[Problem]:
    """A rule that can lead into what an `on_entry` clause forbids."""
    policy = view.policy
    for clause in policy.never:
        if not clause.on_entry or "contact_delivered" in clause.guard.names:
            continue
        for leaf in policy.leaves:
            for rule in view.moves[leaf]:
                loan = _breaks(view, rule, leaf, clause.guard)
                if loan is not None:
                    message = f"`{rule.id}` can break the clause `{clause.id}`; such a move would be withheld"
                    also = [(clause.place, "the clause")]
                    witness = _words(view, loan, rule.on)
                    yield finding("can-break-never", message, rule.place, also=also, witness=witness)
                    break


def _breaks(view: View, rule: Rule, leaf: str, clause: Guard) -> Loan | None:
    """A loan that the rule moves, for which the clause holds after the move and did not before."""
    for loan in view.search(rule.on, {"stage": leaf}).loans([rule.guard, clause]):
        after = {**loan, "stage": rule.to}
        moved = rule.guard is None or evaluate(rule.guard, loan.__getitem__)
        if moved and evaluate(clause, after.__getitem__) and not evaluate(clause, loan.__getitem__):
            return {name: value for name, value in loan.items() if name != "stage"}
    return None


CHECKS_OF_RULES: tuple[Callable[[View], Iterator[Problem]], ...] = (
    rules_that_always_fire,
    rules_that_no_loan_meets,
    rules_that_overlap,
    rules_that_chase_each_other,
    rules_that_break_a_never,
)
"""The checks of rules, in the order in which they are made."""
