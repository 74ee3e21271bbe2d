"""Stages in which a loan is forgotten, or pursued for nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from overdue_flow.cases.facts import built_in
from overdue_flow.guards.at_best import at_best
from overdue_flow.guards.given import HOLDS
from overdue_flow.guards.tree import Condition, Guard, Not
from overdue_flow.guards.vocabulary import Kind, Motion
from overdue_flow.policy.owing import COMES_IN_TIME, OWED, PAID, SAYS_WHAT_IS_OWED, at_least, least_dpd, owes
from overdue_flow.policy.policy import Stage, Task
from overdue_flow.policy.spelt_out import meanings, spell
from overdue_flow.policy.view import View, finding
from overdue_flow.problems import Problem


def stages_where_silence_rests(view: View) -> Iterator[Problem]:
    """A stage that a borrower who never says or pays anything stays in for ever, and of which nobody is told."""
    policy = view.policy
    least = least_dpd(view)
    for leaf in policy.leaves:
        stage = policy.stages[leaf]
        alive = stage.end or any(_keeps_alive(policy.stages[one]) for one in stage.owners)
        if alive or _time_leads_out(view, leaf, least.get(leaf, 0)):
            continue
        message = (
            f"a borrower who stays silent rests in `{leaf}` for ever: no rule leads out in time, and nobody is told"
        )
        hint = "add a rule with a threshold such as `days_in_stage >= 60`, an `every`, or a task on entry"
        yield finding("silent-rest", message, stage.place, hint=hint)


def _time_leads_out(view: View, leaf: str, least: int) -> bool:
    if any(rule.on is None and _comes_in_time(view, rule.guard, leaf, least) for rule in view.moves[leaf]):
        return True
    return any(
        rule.task is not None and rule.on is None and rule.task.kind == "task" and rule.owner
        for rule in view.policy.rules_in(leaf)
    )


def _comes_in_time(view: View, guard: Guard | None, leaf: str, least: int) -> bool:
    """Whether a condition comes to hold by itself for a borrower who owes and stays silent, and who is `least` days
    past due on the first day in the stage."""
    guard = spell(guard, meanings(view.policy.marks))  # a mark comes when its condition does
    if guard is None or not guard.names:
        return True
    vocabulary = view.policy.vocabulary
    moving = [name for name in guard.names if vocabulary[name].motion is not Motion.STILL]
    if not moving:
        return False
    flags = [name for name in moving if vocabulary[name].kind is Kind.FLAG]
    told = [view.is_("stage", leaf), *owes(view, guard.names)]
    # time ends a plan, a promise, a hold; it begins none
    told += [view.is_(name, value=False) for name in flags if name not in COMES_IN_TIME]
    if len(flags) == len(moving):
        told += [view.is_(name, value=True) for name in flags if name in COMES_IN_TIME]
    told += [at_least("dpd", least)] if "dpd" in guard.names else []
    return not view.none(guard, *told).proved


def _keeps_alive(stage: Stage) -> bool:
    """Whether something is done again and again, or a person has a task."""
    return bool(stage.beats) or any(
        "task" in (task.kind, *(rung.kind for rung in task.ladder)) for task in stage.on_enter
    )


_NOTHING_ELSE = ("promise_open", "on_hold", "dispute_open", "complaint_open")
"""What an ordinary loan has none of: what may keep one in its stage for a reason."""

_COUNTED = ("times", "instalments")
"""The units of what adds up by what people do: no loan comes to have a broken promise by waiting."""


def stages_that_pursue_nothing_owed(view: View) -> Iterator[Problem]:
    """A stage that sends contacts to collect, and keeps a loan that has nothing overdue, or nothing to pay at all."""
    policy = view.policy
    for leaf in policy.leaves:
        stage = policy.stages[leaf]
        asked = [one for owner in stage.owners for one in _collects(policy.stages[owner])]
        kept = None if stage.end or not asked else _kept(view, leaf)
        if kept is not None:
            also = [(asked[0].place, "this goes out to collect")] if asked[0].place else []
            message = f"`{leaf}` can pursue a loan that owes nothing: no rule moves one on {kept[0]}"
            hint = "add a rule such as `when: arrears_cleared`"
            yield finding("pursues-nothing", message, stage.place, also=also, hint=hint, witness=kept[1])


def _kept(view: View, leaf: str) -> tuple[str, str | None] | None:
    """Which ordinary loan no rule of a stage that reads what is owed moves on, neither at once nor in time, and one in
    words; None where each is moved on."""
    moves = (rule.guard for rule in view.moves[leaf] if rule.on is None)
    by_itself = [guard for guard in moves if guard is None or guard.names & SAYS_WHAT_IS_OWED]
    stay = [Not(part) for part in (_in_time(view, guard, leaf) for guard in by_itself) if part is not True]
    if len(stay) < len(by_itself):
        return None
    for said, is_paid in (("whose arrears are cleared", False), ("that is paid", True)):
        told = _ordinary(view, leaf, by_itself, is_paid=is_paid)
        verdict = view.none(*stay, *told)
        if verdict.refuted:
            return said, view.words(verdict.loan)
    return None


def _in_time(view: View, guard: Guard | None, leaf: str) -> Condition | Literal[True]:
    """What must be so that a rule moves a loan on, now or once its clocks have run."""
    if guard is None:
        return True
    known = OWED.keys() | PAID.keys()
    left = (name for name in guard.names - known if not _done_by_people(view, name))
    clocks = frozenset(name for name in left if view.policy.vocabulary[name].motion is not Motion.STILL)
    best = at_best(guard, clocks)
    return Not(HOLDS) if best is False else True if best is True else view.within(best, leaf)


def _ordinary(view: View, leaf: str, guards: Iterable[Guard | None], *, is_paid: bool) -> Iterator[Condition]:
    """What is so of a loan of a stage that has nothing overdue, and of which nothing else is to be told."""
    names = {"arrears_cleared"}.union(*(guard.names for guard in guards if guard is not None))
    yield view.is_("stage", leaf)
    known = {**OWED, **(PAID if is_paid else {})}
    yield from (view.is_(name, known[name]) for name in sorted(names & known.keys()))
    quiet = {name for name in names if name in _NOTHING_ELSE or name.startswith("hold_")}
    quiet |= {name for name in names - known.keys() if _done_by_people(view, name)}
    for name in sorted(quiet):
        kind = view.policy.vocabulary[name].kind
        yield from [view.is_(name, value=False)] if kind is Kind.FLAG else []
        yield from [view.is_(name, 0)] if kind is Kind.NUMBER else []
    if not is_paid and "balance" in names:
        yield Not(view.is_("balance", 0))


def _done_by_people(view: View, name: str) -> bool:
    """Whether a built-in fact moves by itself only where somebody did something before: a plan is completed, a promise
    broken."""
    fact = built_in().get(name)
    if fact is None or fact.motion is Motion.STILL or name in COMES_IN_TIME or name.startswith("borrower_"):
        return False
    return fact.kind is Kind.FLAG or (fact.kind is Kind.NUMBER and fact.unit in _COUNTED)


def _collects(stage: Stage) -> list[Task]:
    tasks = [*stage.on_enter, *(beat.task for beat in stage.beats), *(rule.task for rule in stage.rules if rule.task)]
    return [task for task in tasks if task.kind == "contact" and task.purpose == "collect"]
