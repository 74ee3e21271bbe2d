"""The conditions of a policy by the parts that they give, and the sides of comparisons that no loan can show.

`x is not None` in `x is not None and x > 3` decides nothing where `x` is missing: without it the condition says the
same. `dpd >= 0` is never false. Such sides are proved to be out of reach (`guards.prove`), and no scenario is asked for
them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from overdue_flow.guards.boundaries import shown_where
from overdue_flow.guards.prove import Prover
from overdue_flow.guards.tree import Condition, Guard, atoms
from overdue_flow.guards.vocabulary import Vocabulary
from overdue_flow.policy.policy import Policy, Rule
from overdue_flow.policy.sense import bounds_in, sense_of
from overdue_flow.testing.coverage.parts import Owner, Part


class Conditioned(NamedTuple):
    """A condition of a policy: whose it is, in which words, and the rule that has it, if one does."""

    owner: Owner
    guard: Guard
    vocabulary: Vocabulary
    rule: Rule | None = None
    leaves: frozenset[str] = frozenset()


class Wanted(NamedTuple):
    """Which loans show one side of a comparison: `condition` is true of them."""

    where: Conditioned
    condition: Condition


def conditions_of(policy: Policy) -> Iterator[Conditioned]:
    """Every condition of a policy; those of rules and tasks with the leaves in which they are looked at."""
    words = policy.vocabulary
    applies = {leaf: {rule.id for rule in policy.rules_in(leaf)} for leaf in policy.leaves}
    for rule in policy.rules:
        if rule.guard is not None:
            leaves = frozenset(leaf for leaf, rules in applies.items() if rule.id in rules)
            owner = Owner("rule", rule.id, rule.place)
            yield Conditioned(owner, rule.guard, policy.vocabulary_on(rule.on), rule, leaves)
    for path, stage in policy.stages.items():
        inside = frozenset(leaf for leaf in policy.leaves if path in policy.stages[leaf].owners)
        for task in stage.on_enter:
            if task.guard is not None:
                yield Conditioned(Owner("entry", task.id, task.place), task.guard, words, None, inside)
        for beat in stage.beats:
            if beat.guard is not None:
                yield Conditioned(Owner("beat", beat.task.id, beat.task.place), beat.guard, words, None, inside)
    for mark in policy.marks:
        yield Conditioned(Owner("mark", mark.name, mark.place), mark.when, words)
        if mark.ends_apart:
            yield Conditioned(Owner("mark", mark.name, mark.place, "until"), mark.until, words)
    for limit in policy.limits:
        if limit.guard is not None:
            yield Conditioned(Owner("limit", limit.id, limit.place), limit.guard, words)
    for clause in policy.never:
        yield Conditioned(Owner("never", clause.id, clause.place, "that"), clause.guard, policy.never_vocabulary)


def wanted_of(policy: Policy) -> Mapping[Part, Wanted]:
    """Which loans show each side of each comparison of a policy."""
    currency = policy.terms.currency
    return {
        where.owner.side(where.guard, number, atom, holds=holds): Wanted(
            where, shown_where(where.guard.tree, number, currency, at=holds)
        )
        for where in conditions_of(policy)
        for number, atom in enumerate(atoms(where.guard.tree))
        for holds in (True, False)
    }


def out_of_reach(policy: Policy) -> frozenset[Part]:
    """The sides of comparisons that no loan can show: proved."""
    found: set[Part] = set()
    by_words: dict[int, list[tuple[Part, Wanted]]] = {}
    for part, wanted in wanted_of(policy).items():
        by_words.setdefault(id(wanted.where.vocabulary), []).append((part, wanted))
    for asked in by_words.values():
        prover = _prover(policy, [wanted for _part, wanted in asked])
        found |= {part for part, wanted in asked if prover.none(wanted.condition).proved}
    return frozenset(found)


def _prover(policy: Policy, asked: list[Wanted]) -> Prover:
    """A prover of questions in the same words, that knows how facts hang together."""
    vocabulary = asked[0].where.vocabulary
    names = {name for wanted in asked for name in wanted.where.guard.names}
    sense, bounds = sense_of(policy, vocabulary, names), bounds_in(policy.terms.currency)
    return Prover(vocabulary, [wanted.condition for wanted in asked], always=sense, bounds=bounds)
