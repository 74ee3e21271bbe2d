"""What is so of a loan that is owed, or owed no more; and how late one is at least on which nothing was ever paid, when
it comes to a stage: a borrower who stays silent is never less late than before."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterator, Mapping

from overdue_flow.guards.linear import is_measured, sums
from overdue_flow.guards.tree import Comparison, Condition, Constant, Not, Read, atoms
from overdue_flow.guards.vocabulary import Kind, Value
from overdue_flow.policy.policy import Rule
from overdue_flow.policy.view import View

OWED: dict[str, Value | None] = {
    "arrears_cleared": True, "dpd": 0, "dpd_net": 0, "days_material": 0, "months_past_due": 0, "overdue_amount": 0,
    "overdue_principal": 0, "overdue_interest": 0, "overdue_costs": 0, "missed_instalments": 0, "oldest_due_on": None,
    "bucket": None, "plan_active": False,
}  # fmt: skip
"""A loan of which nothing is overdue."""

PAID: dict[str, Value | None] = {
    **{name: OWED[name] for name in OWED.keys() - {"overdue_interest", "overdue_costs", "plan_active"}},
    "balance": 0, "claim_outstanding": 0,
}  # fmt: skip
"""A loan that is paid."""

SAYS_WHAT_IS_OWED = frozenset({*OWED, "balance", "claim_outstanding"} - {"plan_active"})

COMES_IN_TIME = ("arrears_report_stale", "judgment_final", "limitation_run_out")
"""The flags that time alone brings about."""

_GROUNDS = ("plan_active", "plan_completed")
"""With a plan in place of the contract's schedule, days past due are counted anew."""


def owes(view: View, names: Collection[str]) -> Iterator[Condition]:
    """That a loan is overdue, as far as facts of these `names` say it."""
    yield from (Not(view.is_(name, PAID[name])) for name in names if name in PAID)


def at_least(name: str, least: int) -> Condition:
    """That a count of days is not below a number."""
    return Comparison(Read(name, Kind.NUMBER, "days"), ">=", Constant(least, Kind.NUMBER), Kind.NUMBER)


def least_dpd(view: View) -> Mapping[str, int]:
    """The days past due that a loan on which nothing was ever paid has at least when it comes to each stage."""
    least: dict[str, int] = {}
    todo = [(0, view.policy.start)]
    while todo:
        days, leaf = heapq.heappop(todo)
        if leaf in least:
            continue
        least[leaf] = days
        for rule in view.moves[leaf]:
            if rule.to and rule.to not in least and (found := _least_on(view, rule, leaf, days)) is not None:
                heapq.heappush(todo, (found, rule.to))
    return least


def _least_on(view: View, rule: Rule, leaf: str, days: int) -> int | None:
    """From how many days past due on a rule can move such a loan, which has so many; None where it never does."""
    if rule.guard is None:
        return days
    late = tuple(owes(view, rule.guard.names)) if days else ()  # before the first due date nothing is overdue
    inside = view.within(rule.guard, leaf)
    if "dpd" not in rule.guard.names:
        counted_anew = not rule.guard.names.isdisjoint(_GROUNDS)
        return None if view.none(inside, *late, on=rule.on).proved else 0 if counted_anew else days
    for one in sorted({days, *(turn for turn in _turns(rule) if turn > days)}):
        if not view.none(inside, *late, view.is_("dpd", one), on=rule.on).proved:
            return one
    return None


def _turns(rule: Rule) -> Iterator[int]:
    """The values of `dpd` from which on a condition may hold, beside the lowest."""
    for atom in atoms(rule.guard.tree) if rule.guard is not None else ():
        if is_measured(atom):
            for one, _sign in sums(atom):
                if one.turning is not None and "dpd" in one.factors:
                    yield from (int(one.turning // 1), int(one.turning // 1) + 1)
