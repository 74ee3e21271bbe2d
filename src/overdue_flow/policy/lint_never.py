"""Findings on `never` clauses: rules that can break one that is checked on entry."""

from __future__ import annotations

from collections.abc import Iterator

from overdue_flow.guards.given import given
from overdue_flow.guards.prove import Loan
from overdue_flow.policy.lint_chases import JUST_ENTERED
from overdue_flow.policy.lint_held import nothing_holds
from overdue_flow.policy.policy import Never, Rule
from overdue_flow.policy.view import View, finding
from overdue_flow.problems import Problem


def rules_that_break_a_never(view: View) -> Iterator[Problem]:
    """A rule that can lead into what an `on_entry` clause forbids."""
    for clause in view.policy.never:
        if not clause.on_entry or "contact_delivered" in clause.guard.names:
            continue
        for leaf in view.policy.leaves:
            for rule in view.moves[leaf]:
                loan = breaks(view, rule, leaf, clause)
                if loan is not None:
                    message = f"`{rule.id}` can break the clause `{clause.id}`; such a move would be withheld"
                    also = [(clause.place, "the clause")]
                    witness = view.words(loan, rule.on)
                    yield finding("can-break-never", message, rule.place, also=also, witness=witness)
                    break


def breaks(view: View, rule: Rule, leaf: str, clause: Never) -> Loan | None:
    """A loan that a rule moves, for which a clause holds after the move and did not before."""
    after = given(clause.guard.tree, {**JUST_ENTERED, "stage": rule.to})
    before = view.fails(view.within(clause.guard, leaf))
    free = nothing_holds(view, rule, leaf)
    loan = view.none(view.within(rule.guard, leaf), after, before, *free, on=rule.on).loan
    told = clause.guard.names | (rule.guard.names if rule.guard is not None else frozenset())
    return loan and {name: value for name, value in loan.items() if name in told}
