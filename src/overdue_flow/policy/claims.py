"""What a policy should be able to claim of itself, and what comes of it: proved, refuted by findings that show a loan
each, or not decided and why."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import NamedTuple, TypeAlias

from overdue_flow.guards.prove import Solver
from overdue_flow.policy.lint_chases import rules_that_chase_each_other
from overdue_flow.policy.lint_gaps import rules_with_a_gap
from overdue_flow.policy.lint_limits import limits_that_never_apply
from overdue_flow.policy.lint_marks import marks_that_never_begin, marks_that_never_end
from overdue_flow.policy.lint_never import rules_that_break_a_never
from overdue_flow.policy.lint_rules import (
    both_hold,
    can_meet,
    rules_that_always_fire,
    rules_that_are_shadowed,
    rules_that_no_loan_meets,
    rules_that_overlap,
    stages_that_no_loan_reaches,
)
from overdue_flow.policy.lint_stages import stages_that_pursue_nothing_owed, stages_where_silence_rests
from overdue_flow.policy.places import Source
from overdue_flow.policy.policy import Policy, Rule
from overdue_flow.policy.spelt_out import spelt_out
from overdue_flow.policy.view import View
from overdue_flow.problems import Problem

Check: TypeAlias = Callable[[View], Iterator[Problem]]

OF_MARKS = "every mark can begin, and end"
OF_LIMITS = "every limit can apply"
OF_CLAUSES = "no rule moves a loan into what a clause forbids on entry"

CLAIMS: tuple[tuple[str, tuple[Check, ...]], ...] = (
    ("every rule can fire", (rules_that_no_loan_meets, rules_that_are_shadowed, rules_that_always_fire)),
    ("no two rules of one list want a loan in different stages", (rules_that_overlap,)),
    ("no value falls between two rules", (rules_with_a_gap,)),
    ("rules lead to every stage", (stages_that_no_loan_reaches,)),
    ("no loan goes round in a circle on one day", (rules_that_chase_each_other,)),
    (OF_MARKS, (marks_that_never_begin, marks_that_never_end)),
    (OF_LIMITS, (limits_that_never_apply,)),
    (OF_CLAUSES, (rules_that_break_a_never,)),
    ("time can lead out of every stage, or somebody is told", (stages_where_silence_rests,)),
    ("a stage that collects lets go of a loan whose arrears are cleared", (stages_that_pursue_nothing_owed,)),
)
"""Each claim, and the checks that look for what speaks against it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim, with what speaks against it; `undecided` says why questions were left open."""

    said: str
    findings: tuple[Problem, ...] = ()
    undecided: tuple[str, ...] = ()


def claims(policy: Policy, solver: Solver | None = None) -> Iterator[Claim]:
    """What is claimed of a policy. A finding that the policy explains has its reason with it."""
    reasons = {(one.code, one.message): one.explained for one in policy.findings}
    view = view_of(policy, solver)
    for said, checks in CLAIMS:
        if said in _not_claimed(policy):
            continue
        view.undecided.clear()
        found = [problem for check in checks for problem in check(view)]
        told = tuple(replace(one, explained=reasons.get((one.code, one.message), "")) for one in found)
        yield Claim(said, told, tuple(dict.fromkeys(view.undecided)))


class First(NamedTuple):
    """A rule of an outer list that takes a loan before one of a list inside it would, and such a loan in words."""

    earlier: Rule
    later: Rule
    loan: str


def comes_first(policy: Policy) -> Iterator[First]:
    """Where an outer list comes first: that is how lists are meant, and no finding, but whoever writes the inner one
    should know."""
    view = view_of(policy)
    pairs: dict[tuple[str, str], tuple[Rule, Rule]] = {}
    for leaf in policy.leaves:
        for earlier, later in combinations(view.moves[leaf], 2):
            if earlier.owner != later.owner and earlier.to != later.to and can_meet(view, earlier, later):
                pairs.setdefault((earlier.id, later.id), (earlier, later))
    for earlier, later in pairs.values():
        meant = earlier.guard is None or later.guard is None or earlier.id in later.gives_way_to
        loan = None if meant else both_hold(view, earlier, later)
        if loan is not None:
            yield First(earlier, later, view.words(loan, later.on) or "")


def _not_claimed(policy: Policy) -> tuple[str, ...]:
    """What there is nothing of in a policy, so that nothing is claimed of it."""
    entered = any(clause.on_entry for clause in policy.never)
    there = ((OF_MARKS, policy.marks), (OF_LIMITS, policy.limits), (OF_CLAUSES, entered))
    return tuple(said for said, some in there if not some)


def view_of(policy: Policy, solver: Solver | None = None) -> View:
    """The view of a policy that was checked before."""
    return View.of(spelt_out(policy), Source(policy.source), {}, solver)
