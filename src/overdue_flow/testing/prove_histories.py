"""What no history of a loan should show: a broken clause, a contact under a hold that forbids it, a pursuit of a
borrower whose arrears are cleared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.events import TimePassed
from overdue_flow.guards.given import given
from overdue_flow.guards.prove import Solver
from overdue_flow.guards.tree import All, Condition, Flag, Not
from overdue_flow.policy.claims import view_of
from overdue_flow.policy.lint_chases import JUST_ENTERED
from overdue_flow.policy.lint_held import nothing_holds
from overdue_flow.policy.policy import Never, Policy, Task
from overdue_flow.policy.view import View
from overdue_flow.problems import Place
from overdue_flow.testing.search import Aim, Goal, Turn, aims_of

SILENT_HOLDS = ("bankruptcy", "deceased", "cease_contact", "breathing_space", "dispute")
"""Kinds of hold under which nobody is to be pressed, whatever else the policy has them stop."""

PRESSING = (None, "collect")
"""The purposes of a contact that asks for money; one without a purpose does."""


@dataclass(frozen=True, slots=True)
class Question:
    """One property of all histories: `goal` is a turn that refutes it. `by_others` is one in which not the policy did
    it, but what happened. `proved` says why there can be none, where that is known; `name` is what a history that shows
    it is called; `about` is the clause that it is about."""

    said: str
    name: str
    goal: Goal
    place: Place | None = None
    proved: str = ""
    by_others: Goal | None = None
    about: str = ""


def questions(policy: Policy, solver: Solver | None = None) -> Iterator[Question]:
    """Every question about histories, in the order of the policy."""
    for clause in policy.never:
        yield _of_clause(policy, clause, solver)
    if _collecting(policy):
        for kind, hold in policy.holds.items():
            if kind in SILENT_HOLDS or hold.silences("collect", {}):
                yield _of_hold(policy, kind)
        yield _of_cleared(policy)


# --- clauses ---


def _of_clause(policy: Policy, clause: Never, solver: Solver | None) -> Question:
    tree = given(clause.guard.tree, {"contact_delivered": True})
    view = view_of(policy, solver)
    aims, proved = _where_broken(view, clause, tree)
    kind = "checked on entry" if clause.on_entry else "looked at in every turn"
    said = f"the clause `{clause.id}`, {kind}, is never broken and stops no loan"
    mine, others = (Goal(partial(_breaks, clause.id, by_policy), aims) for by_policy in (True, False))
    by_others = None if clause.on_entry else others
    return Question(said, f"{clause.id} is broken", mine, clause.place, proved, by_others, clause.id)


def _where_broken(view: View, clause: Never, tree: Condition) -> tuple[tuple[Aim, ...], str]:
    """Where a history may break a clause, and why none can, if that is known."""
    policy = view.policy
    if not clause.on_entry:
        events = ("EffectDelivered", "ContactAttempted") if "contact_delivered" in clause.guard.names else ()
        proved = "no loan meets its condition" if view.none(tree).proved else ""
        return (Aim(condition=tree, events=events),), proved
    aims: list[Aim] = []
    for leaf in policy.leaves:
        for rule in view.moves[leaf]:
            after = given(tree, {**JUST_ENTERED, "stage": rule.to})
            before = Not(view.within(clause.guard, leaf))
            free = nothing_holds(view, rule, leaf)
            if not view.none(view.within(rule.guard, leaf), after, before, *free, on=rule.on).proved:
                wanted = All((view.within(rule.guard, leaf), after))
                aims += [one for one in aims_of(policy, policy.rule(rule.id), wanted) if leaf in one.leaves]
    return tuple(aims), "" if aims else "no rule moves a loan so"


def _breaks(clause_id: str, by_policy: bool, turn: Turn) -> bool:
    """Whether a turn breaks a clause: by a move that had to be withheld, by a day that goes by, by something that the
    policy let go out; or else by what others did."""
    stopped = turn.results.stopped
    if stopped is not None and f"never clause {clause_id}" in stopped.reason:
        return True
    mine = isinstance(turn.event, TimePassed) or _let_go_out(turn)
    return clause_id in turn.results.breaches and (mine or not by_policy)


def _let_go_out(turn: Turn) -> bool:
    """Whether the event is about something of the policy's that might go out: nothing held it."""
    effect_id = getattr(turn.event, "effect_id", None)
    open_effects = turn.before.course.open_effects if turn.before is not None else ()
    return any(one.id == effect_id and one.status is Status.PENDING for one in open_effects)


# --- contacts ---


def _of_hold(policy: Policy, kind: str) -> Question:
    said = f"under a hold `{kind}` nobody is contacted to collect"
    hold = policy.holds.get(kind)
    aim = Aim(_collecting(policy), Flag(f"hold_{kind}"))
    goal = Goal(partial(_presses_under, kind), (aim,))
    return Question(said, f"contacted under a hold {kind}", goal, hold.place if hold else None)


def _presses_under(kind: str, turn: Turn) -> bool:
    case = turn.case
    return case is not None and kind in case.care.standing(turn.day) and any(_presses(one) for one in _planned(turn))


def _of_cleared(policy: Policy) -> Question:
    said = "a borrower whose arrears are cleared is not contacted to collect"
    aim = Aim(_collecting(policy), Flag("arrears_cleared"))
    goal = Goal(partial(_presses_cleared, policy), (aim,))
    return Question(said, "contacted after the arrears were cleared", goal)


def _presses_cleared(policy: Policy, turn: Turn) -> bool:
    case = turn.case
    if case is None or not policy.vocabulary["arrears_cleared"].read(case, turn.day):
        return False
    return any(_presses(one) for one in _planned(turn))


def _planned(turn: Turn) -> tuple[Effect, ...]:
    """The contacts that are on their way when the turn is over."""
    open_effects = turn.case.course.open_effects if turn.case is not None else ()
    return tuple(one for one in open_effects if one.kind == "contact" and one.status is Status.PENDING)


def _presses(effect: Effect) -> bool:
    return effect.purpose in PRESSING


def _collecting(policy: Policy) -> frozenset[str]:
    """The stages in which somebody is contacted to collect."""
    return frozenset(leaf for leaf in policy.leaves if any(_asks_to_collect(one) for one in _tasks_in(policy, leaf)))


def _tasks_in(policy: Policy, leaf: str) -> Iterator[Task]:
    for owner in policy.stages[leaf].owners:
        stage = policy.stages[owner]
        yield from stage.on_enter
        yield from (beat.task for beat in stage.beats)
    yield from (rule.task for rule in policy.rules_in(leaf) if rule.task is not None)


def _asks_to_collect(task: Task) -> bool:
    some = [(one.kind, one.purpose) for one in task.ladder] or [(task.kind, task.purpose)]
    return any(kind == "contact" and purpose in PRESSING for kind, purpose in some)
