"""What keeps a rule from moving a loan although its condition holds: holds, an open promise, a plan that is kept."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from overdue_flow.guards.tree import All, Comparison, Condition, Constant, Flag, Read
from overdue_flow.guards.vocabulary import Kind
from overdue_flow.policy.policy import Rule
from overdue_flow.policy.view import View

_NOTHING_MISSED = Comparison(
    Read("plan_missed_instalments", Kind.NUMBER, "times"), "==", Constant(0, Kind.NUMBER), Kind.NUMBER
)
_PLAN_IS_KEPT = All((Flag("plan_active"), _NOTHING_MISSED))
_flag = cache(Flag)


def what_stops(view: View, rule: Rule, leaf: str) -> frozenset[str]:
    """The groups on the way of a rule into which promises, plans or holds let no loan: it may be held, and then later
    ones are tried."""
    policy = view.policy
    held = policy.promises_stop.union(policy.plans_stop, *(hold.stops for hold in policy.holds.values()))
    target = policy.stages[rule.to or leaf].owners
    return frozenset(owner for owner in target if owner in held)


def nothing_holds(view: View, rule: Rule, leaf: str) -> tuple[Condition, ...]:
    """What is so of a loan that a rule moves out of a stage: nothing holds it there."""
    return tuple(view.fails(condition) for _said, condition in _may_hold(view, rule, leaf))


def what_holds(view: View, rule: Rule) -> tuple[str, ...]:
    """What stops a rule wherever its condition holds, in words; nothing where some loan gets past."""
    found: dict[str, None] = {}
    for leaf in sorted(view.lives[rule.id]):
        inside = view.within(rule.guard, leaf)
        some = tuple(_may_hold(view, rule, leaf))
        if not some or not view.none(inside, *(view.fails(one) for _said, one in some), on=rule.on).proved:
            return ()
        alone = [said for said, one in some if view.none(inside, view.fails(one), on=rule.on).proved]
        found.update(dict.fromkeys(alone or [said for said, _one in some]))
    return tuple(found)


def _may_hold(view: View, rule: Rule, leaf: str) -> Iterator[tuple[str, Condition]]:
    """Each thing that may hold a rule in a stage, in words, and of which loans it does. Promises and plans let a loan
    move on inside a group."""
    policy = view.policy
    if rule.to is None:
        return
    target = frozenset(policy.stages[rule.to].owners)
    for kind, hold in policy.holds.items():
        if not hold.stops.isdisjoint(target):
            yield f"a hold `{kind}`", _flag(f"hold_{kind}")
    fresh = target.difference(policy.stages[leaf].owners)
    if not policy.promises_stop.isdisjoint(fresh):
        yield "an open promise", _flag("promise_open")
    if not policy.plans_stop.isdisjoint(fresh):
        yield "a plan that is kept", _PLAN_IS_KEPT
