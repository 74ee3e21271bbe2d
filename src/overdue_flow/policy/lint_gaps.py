"""Findings on gaps: a value that the rules on either side of it leave out, as `dpd < 90` and `dpd > 90` do with 90."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from typing import TypeAlias

from overdue_flow.guards.given import given
from overdue_flow.guards.linear import is_measured, sums
from overdue_flow.guards.prove import Loan
from overdue_flow.guards.tree import Comparison, Guard, atoms
from overdue_flow.guards.vocabulary import Fact, Kind, Value
from overdue_flow.policy.policy import Rule
from overdue_flow.policy.sense import bounds_in
from overdue_flow.policy.view import View, finding
from overdue_flow.problems import Problem

_Edge: TypeAlias = tuple[str, Fraction]
"""A fact, and where a comparison of it changes its answer."""


def rules_with_a_gap(view: View) -> Iterator[Problem]:
    """Two rules of one list of which one ends just below a value and the other begins just above it, where nothing in
    that list holds for the value itself."""
    policy = view.policy
    for rules in (policy.everywhere, *(stage.rules for stage in policy.stages.values())):
        for alike in _alike(rules):
            ends, begins = _edges_of(alike, "<", "<="), _edges_of(alike, ">", ">=")
            for low, high in permutations(alike, 2):
                both = ends[low.id].keys() & begins[high.id].keys()
                edges = {(name, one) for name in both for one in (*ends[low.id][name], *begins[high.id][name])}
                problem = _between(view, low, high, alike, sorted(edges)) if edges else None
                if problem is not None:
                    yield problem


def _alike(rules: Sequence[Rule]) -> Iterator[list[Rule]]:
    """The rules of a list that are tried at the same event, those that move a loan apart from those that do not."""
    groups: dict[tuple[str | None, bool], list[Rule]] = {}
    for rule in rules:
        groups.setdefault((rule.on, rule.to is not None), []).append(rule)
    yield from groups.values()


def _between(view: View, low: Rule, high: Rule, rules: Iterable[Rule], edges: Iterable[_Edge]) -> Problem | None:
    if view.too_large or any(rule.guard is None for rule in rules):
        return None
    vocabulary = view.policy.vocabulary_on(low.on)
    bounds = bounds_in(view.policy.terms.currency)
    for name, value in edges:
        fact = vocabulary[name]
        step = bounds(fact).step
        if step is None:
            continue
        for here in dict.fromkeys((value, value - step, value + step)):
            loan = _left_out(view, low, high, rules, fact, here, step)
            if loan is not None:
                return _gap(view, low, high, loan)
    return None


def _left_out(
    view: View, low: Rule, high: Rule, rules: Iterable[Rule], fact: Fact, here: Fraction, step: Fraction
) -> Loan | None:
    """A loan of one value that no rule holds for, where one does just below and another just above."""
    below, at, above = (_as_value(fact, one) for one in (here - step, here, here + step))
    if below is None or at is None or above is None or low.guard is None or high.guard is None:
        return None
    name = fact.name
    before = given(low.guard.tree, {name: below})
    after = given(high.guard.tree, {name: above})
    nobody = [view.fails(rule.guard.tree) for rule in rules if rule.guard is not None]
    return view.none(view.is_(name, at, low.on), before, after, *nobody, on=low.on).loan


def _edges_of(rules: Iterable[Rule], *signs: str) -> dict[str, dict[str, list[Fraction]]]:
    """For each rule, by its id, where comparisons that say one of these signs change their answer, by fact."""
    found: dict[str, dict[str, list[Fraction]]] = {}
    for rule in rules:
        edges = found.setdefault(rule.id, {})
        for name, value in _edges(rule.guard, *signs) if rule.guard is not None else ():
            edges.setdefault(name, []).append(value)
    return found


def _edges(guard: Guard, *signs: str) -> Iterator[_Edge]:
    """Where comparisons of one fact that say one of these signs change their answer."""
    for atom in atoms(guard.tree):
        if isinstance(atom, Comparison) and is_measured(atom):
            for one, sign in sums(atom):
                if one.turning is not None and _seen_from_the_fact(one.factors, sign) in signs:
                    (name,) = one.factors
                    yield name, one.turning


def _seen_from_the_fact(factors: dict[str, Fraction], sign: str) -> str:
    """`90 > dpd` says `dpd < 90`."""
    (factor,) = factors.values()
    turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
    return turned.get(sign, sign) if factor < 0 else sign


def _as_value(fact: Fact, number: Fraction) -> Value | None:
    if fact.kind is Kind.DATE:
        return date.fromordinal(int(number)) if 1 <= number <= date.max.toordinal() else None
    if fact.kind is Kind.MONEY:
        return Decimal(number.numerator) / Decimal(number.denominator) if number >= 0 else None
    return int(number)


def _gap(view: View, low: Rule, high: Rule, loan: Loan) -> Problem:
    message = f"`{low.id}` ends before and `{high.id}` begins after this loan: no rule beside them holds for it"
    also = [(low.place, f"`{low.id}`")]
    hint = "let one of them take the value in between"
    return finding("gap-between-rules", message, high.place, also=also, witness=view.words(loan, high.on), hint=hint)
