"""A scenario for a part that none reaches: a loan's history is searched for in which it is reached, and told as a
scenario that expects what the policy does.

A suggestion is run before it is made: it is as expected, and does reach the part. That none is found proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from overdue_flow.engine.machine import Machine
from overdue_flow.guards.tree import All, Condition, Flag
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.trials import Scenario
from overdue_flow.testing.answers import LOAN
from overdue_flow.testing.coverage.conditions import Wanted, wanted_of
from overdue_flow.testing.coverage.parts import Part
from overdue_flow.testing.coverage.reached import seen_by
from overdue_flow.testing.coverage.seen import Watcher
from overdue_flow.testing.search import (
    Aim,
    Budget,
    Goal,
    Turn,
    aims_of,
    aims_of_limit,
    find,
    scenario_of,
    stage_reached,
)

TURNS = 3_000
"""How many turns of loans are lived at most in the search for one scenario."""


class Suggester:
    """Finds scenarios for the parts of one policy."""

    def __init__(self, policy: Policy, turns: int = TURNS) -> None:
        self.policy = policy
        self._machine, self._watcher = Machine(policy), Watcher(policy)
        self._wanted: Mapping[Part, Wanted] = wanted_of(policy)
        self._turns = turns

    def scenario_for(self, part: Part) -> tuple[Scenario, frozenset[Part]] | None:
        """A scenario that reaches a part, and all that it reaches; None where none was found."""
        goal = Goal(lambda turn: self._reaches(turn, part), tuple(self._aims(part)))
        history = find(self._machine, goal, budget=Budget(turns=self._turns))
        if history is None:
            return None
        scenario = scenario_of(self._machine, history, str(part))
        reached = seen_by(self.policy, scenario, self._watcher).reached
        return (scenario, reached) if part in reached else None

    def _reaches(self, turn: Turn, part: Part) -> bool:
        if turn.event is None or turn.decision is None:
            return False
        return part in self._watcher.of_a_turn(turn.before, turn.event, turn.at, case_id=LOAN)[0].reached

    # --- where to look ---

    def _aims(self, part: Part) -> Iterator[Aim]:
        """Where a part may be reached; no aim means anywhere."""
        policy = self.policy
        if part.is_of_a_condition:
            yield from self._of_a_condition(self._wanted[part])
        elif part.kind == "rule":
            yield from aims_of(policy, policy.rule(part.name))
        elif part.kind == "stage":
            yield from stage_reached(policy, part.name).aims if part.side == "entered" else [_in(part.name)]
        elif part.kind == "mark":
            mark = next(one for one in policy.marks if one.name == part.name)
            yield Aim(condition=(mark.when if part.side == "began" else mark.until).tree)
        elif part.kind == "limit":
            yield from aims_of_limit(policy, next(one for one in policy.limits if one.id == part.name))
        elif part.kind == "hold":
            yield Aim(events=("HoldPlaced",), names=frozenset({f"hold_{part.name}"}))
        elif part.kind == "word":
            yield from self._where_a_word_stops(part)
        else:
            yield from self._where_it_is_asked_for(part)

    def _of_a_condition(self, wanted: Wanted) -> Iterator[Aim]:
        where, condition = wanted
        if where.rule is not None:
            yield from aims_of(self.policy, where.rule, condition)
        elif where.owner.kind == "entry":
            yield from self._on_entry(where.leaves, condition)
        else:
            yield Aim(where.leaves, condition)

    def _where_a_word_stops(self, part: Part) -> Iterator[Aim]:
        """Where a rule that leads into what promises or plans stop would fire but for the borrower's word."""
        policy, promised = self.policy, part.name == "promises"
        stops = policy.promises_stop if promised else policy.plans_stop
        given = Flag("promise_open" if promised else "plan_active")
        for rule in policy.rules:
            if rule.to is not None and not stops.isdisjoint(policy.stages[rule.to].owners):
                yield from aims_of(policy, rule, All((rule.guard.tree, given)) if rule.guard is not None else given)
        if "collect" in stops:
            yield Aim(condition=given)

    def _on_entry(self, leaves: frozenset[str], condition: Condition | None) -> Iterator[Aim]:
        """Before a rule leads into one of these leaves, with a condition true by then."""
        for rule in self.policy.rules:
            if rule.to in leaves:
                parts = [one for one in (rule.guard.tree if rule.guard else None, condition) if one is not None]
                yield from aims_of(self.policy, rule, All(tuple(parts)) if len(parts) > 1 else next(iter(parts), None))

    def _where_it_is_asked_for(self, part: Part) -> Iterator[Aim]:
        """The stages of something done on entry, in a rhythm or late, or of a ladder's rung."""
        name = part.name.split(" ")[0] if part.kind == "rung" else part.name
        asked = self._machine.asked.get(name)
        if asked is not None and asked.owner:
            stages = self.policy.stages
            inside = frozenset(leaf for leaf in self.policy.leaves if asked.owner in stages[leaf].owners)
            condition = asked.task.guard.tree if asked.task.guard is not None else None
            yield from self._on_entry(inside, condition) if asked.how == "entry" else [Aim(inside, condition)]
        elif asked is not None:
            yield from aims_of(self.policy, self.policy.rule(name)) if asked.how == "rule" else ()


def _in(stage: str) -> Aim:
    return Aim(frozenset({stage}))
