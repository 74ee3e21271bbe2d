"""Whether a mutant can do anything else than the policy: whether it says the same, as far as a loan can tell.

A part is compared where it applies: a rule says nothing in a stage to which it leads, nor in an end; a limit says
nothing of what the policy never asks for; nothing follows that the last try of a ladder could wait for. Conditions say
the same where it is proved that no loan meets one and not the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime
from itertools import product
from typing import Any, NamedTuple

from overdue_flow.cases.effects import Effect, EffectKind, Purpose
from overdue_flow.guards.prove import Prover, equals
from overdue_flow.guards.tree import All, Condition, Guard, Not
from overdue_flow.guards.vocabulary import Vocabulary
from overdue_flow.policy.bounds import Limit
from overdue_flow.policy.policy import FactRef, Policy, Rule, Rung, Task
from overdue_flow.policy.sense import bounds_in, sense_of

_UNTOLD = frozenset({"place", "because", "label"})
"""What a loan cannot tell."""

_LOOKED_AT = ("channel", "party", "contact_point")
"""The parameters that a limit looks at."""

_CLAUSES = "never"
"""Stands for the words of `never` clauses, where an event stands for those of rules."""


class _Said(NamedTuple):
    """One thing that a policy says: in the words of which event, in which stage ("" for any)."""

    value: Any
    event: str | None = None
    stage: str = ""


@dataclass(frozen=True, slots=True)
class _Bearing:
    """A limit without the lines of `applies_to` that say no more than on what it bears, and on which of all that the
    policy asks for it bears, by position."""

    limit: Limit
    on: tuple[int, ...]


class Sameness:
    """Compares mutants with their policy."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._provers: dict[str | None, Prover] = {}

    def holds(self, mutant: Policy) -> bool:
        """Whether no loan is treated otherwise by the mutant. False where that is not known."""
        if mutant.vocabulary is not self.policy.vocabulary:
            return False
        ours, theirs = list(_said(self.policy)), list(_said(mutant))
        return len(ours) == len(theirs) and all(
            self._alike(one.value, other.value, one) for one, other in zip(ours, theirs, strict=True)
        )

    def _alike(self, one: Any, other: Any, said: _Said) -> bool:
        """Whether two values are equal but for what a loan cannot tell, and for conditions that say the same."""
        if one is other:
            return True
        if isinstance(one, Guard | None) and isinstance(other, Guard | None):
            return self._no_loan_tells(one, other, said)
        if isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
            return all(self._alike(mine, theirs, said) for mine, theirs in zip(one, other, strict=True))
        if isinstance(one, Task) and isinstance(other, Task):
            one, other = _as_climbed(one), _as_climbed(other)
        if type(one) is not type(other) or not is_dataclass(one):
            return bool(one == other)
        names = [field.name for field in fields(one) if field.name not in _UNTOLD]
        return all(self._alike(getattr(one, name), getattr(other, name), said) for name in names)

    # --- conditions ---

    def _no_loan_tells(self, one: Guard | None, other: Guard | None, said: _Said) -> bool:
        """Whether it is proved that no loan (in the stage) meets one of the conditions and not the other; no condition
        is one that always holds."""
        where: list[Condition] = [equals("stage", said.stage, self._words(said.event))] if said.stage else []
        return self._none(one, other, said, where) and self._none(other, one, said, where)

    def _none(self, meets: Guard | None, fails: Guard | None, said: _Said, where: list[Condition]) -> bool:
        """Whether no loan meets the one and fails the other."""
        met = _parts(meets)
        return all(part in met or self._rules_out(met, part, said, where) for part in _parts(fails))

    def _rules_out(self, met: tuple[Condition, ...], part: Condition, said: _Said, where: list[Condition]) -> bool:
        """Whether no loan meets what is met and fails a part; where that is too much to go through, whether one of what
        is met says so alone."""
        none = self._prover(said.event).none
        together = none(*met, Not(part), *where)
        return together.proved or (bool(together.why) and any(none(one, Not(part), *where).proved for one in met))

    def _prover(self, event: str | None) -> Prover:
        if event not in self._provers:
            words = self._words(event)
            asked = [guard for guard in guards_of(self.policy) if guard.names <= words.keys()]
            sense = sense_of(self.policy, words, {name for guard in asked for name in guard.names})
            self._provers[event] = Prover(words, asked, always=sense, bounds=bounds_in(self.policy.terms.currency))
        return self._provers[event]

    def _words(self, event: str | None) -> Vocabulary:
        return self.policy.never_vocabulary if event == _CLAUSES else self.policy.vocabulary_on(event)


def _parts(guard: Guard | None) -> tuple[Condition, ...]:
    """What must all be met; nothing where there is no condition."""
    if guard is None:
        return ()
    return guard.tree.parts if isinstance(guard.tree, All) else (guard.tree,)


def guards_of(policy: Policy) -> Iterator[Guard]:
    """The conditions of a policy."""
    stages = policy.stages.values()
    found = [
        *(rule.guard for rule in policy.rules),
        *(task.guard for stage in stages for task in stage.on_enter),
        *(beat.guard for stage in stages for beat in stage.beats),
        *(limit.guard for limit in policy.limits),
        *(clause.guard for clause in policy.never),
        *(guard for mark in policy.marks for guard in (mark.when, mark.until)),
    ]
    return (guard for guard in found if guard is not None)


# --- what is said ---


def _said(policy: Policy) -> Iterator[_Said]:
    """All that a policy says, where it applies."""
    for leaf in policy.leaves:
        yield from (_Said(rule, rule.on, leaf) for rule in rules_in(policy, leaf))
        yield _Said(left_out(policy, leaf))
    yield from (_Said((stage.on_enter, stage.beats)) for stage in policy.stages.values())
    asked = _asked_for(policy)
    yield from (_Said(_bearing(limit, asked)) for limit in policy.limits)
    yield from (_Said(one) for one in (policy.marks, policy.authority))
    yield from (_Said(hold) for hold in policy.holds.items())
    yield from (_Said(one) for one in (policy.promises_stop, policy.plans_stop, policy.terms))
    yield _Said(policy.never, _CLAUSES)


def rules_in(policy: Policy, leaf: str) -> list[Rule]:
    """The rules that say something in a stage. One that leads to it says nothing, unless it asks the host."""
    asked = {fact.name for fact in policy.asked_facts}
    return [
        replace(rule, excepted=frozenset())
        for rule in policy.rules_in(leaf)
        if rule.to != leaf or (rule.guard is not None and not asked.isdisjoint(rule.guard.names))
    ]


def _as_climbed(task: Task) -> Task:
    """A task without how long its ladder waits after the last try: it ends there."""
    if not task.ladder or task.ladder[-1].times > 1:
        return task
    return replace(task, ladder=(*task.ladder[:-1], replace(task.ladder[-1], wait=None)))


def left_out(policy: Policy, leaf: str) -> frozenset[str]:
    """The rules that ask for something, and for nothing in this stage: what they asked for before is dropped there."""
    return frozenset(rule.id for rule in policy.rules if rule.task is not None and leaf in rule.excepted)


def _asked_for(policy: Policy) -> list[Effect]:
    """All that the policy may ask for, as far as a limit can tell; what the machine asks for by itself are tasks."""
    words = {word for limit in policy.limits for word in (*limit.channels, *limit.parties, *limit.contact_points)}
    found = [_effect("task", None, {})]
    for task in policy.tasks:
        for one in task.ladder or (task,):
            found += [_effect(one.kind, one.purpose, params) for params in _params(one, sorted(words), policy)]
    return found


def _params(one: Task | Rung, words: list[str], policy: Policy) -> Iterator[dict[str, Any]]:
    """The parameters that a limit looks at; one that is read from a choice of the case may be any of its words, another
    any of the limits', or none of them."""
    known = {name: one.params[name] for name in _LOOKED_AT if name in one.params}
    read = {name: value.fact for name, value in known.items() if isinstance(value, FactRef)}
    facts = [policy.vocabulary.get(name) for name in read.values()]
    for values in product(*([*((fact and fact.choices) or (*words, "another")), None] for fact in facts)):
        yield known | dict(zip(read, values, strict=True))


def _effect(kind: EffectKind, purpose: Purpose | None, params: dict[str, Any]) -> Effect:
    return Effect("", "", kind, date.min, datetime(1, 1, 1, tzinfo=UTC), "", purpose=purpose, params=params)


def _bearing(limit: Limit, asked: list[Effect]) -> _Bearing:
    on = tuple(number for number, effect in enumerate(asked) if limit.looks_at(effect))
    if limit.counts is None:
        return _Bearing(replace(limit, kinds=(), purposes=(), channels=(), parties=(), contact_points=()), on)
    return _Bearing(replace(limit, kinds=()), on)  # the other lines say what is counted, too
