"""A policy compiled so that it tells which of its conditions are looked at: on which case, which day, at which event.

It decides as any other machine. A rule is looked at where it is tried: after the rules before it, in the stages in
which it applies, at its event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple, TypeAlias

from overdue_flow.cases.case import Case
from overdue_flow.engine.machine import Ballot, Bound, Machine, Reactions, StageTable
from overdue_flow.engine.mark_table import MarkTable
from overdue_flow.guards.tree import Guard
from overdue_flow.guards.vocabulary import Vocabulary
from overdue_flow.policy.policy import Beat, Policy, Rule, Task
from overdue_flow.testing.coverage.parts import Owner


class Looked(NamedTuple):
    """A condition that is looked at: whose it is, and in which words it is written."""

    owner: Owner
    guard: Guard
    vocabulary: Vocabulary


Tell: TypeAlias = Callable[[Looked, Case, date, Any], None]
"""Told of each look: the condition, the case, the day, and the event (or what stands for it)."""


class WatchedMachine(Machine):
    """A machine that tells `tell` of every condition that it looks at."""

    def __init__(self, policy: Policy, tell: Tell) -> None:
        super().__init__(policy)
        self._tell = tell
        self.tables = {leaf: self._watched(table) for leaf, table in self.tables.items()}
        self.limits = tuple(self._watched_bound(bound) for bound in self.limits)
        self.marks = _WatchedMarks(policy, tell)
        words = policy.never_vocabulary
        self._clauses = [Looked(Owner("never", one.id, one.place, "that"), one.guard, words) for one in self.clauses]

    # --- stages ---

    def _watched(self, table: StageTable) -> StageTable:
        return replace(
            table,
            plain=self._ballot(table.plain, None),
            by_event={word: self._ballot(ballot, word) for word, ballot in table.by_event.items()},
            does=self._reactions(table.does, None, table.stage),
            does_by_event={word: self._reactions(one, word) for word, one in table.does_by_event.items()},
        )

    def _ballot(self, ballot: Ballot, word: str | None) -> Ballot:
        looked, first = self._of_rules(ballot.rules, word), ballot.first

        def watched(case: Case, day: date, event: Any, start: int = 0) -> int:
            found = first(case, day, event, start)
            self._tell_all(looked[start : found + 1 if found >= 0 else None], case, day, event)
            return found

        return Ballot(ballot.rules, watched)

    def _reactions(self, reactions: Reactions, word: str | None, stage: str | None = None) -> Reactions:
        """`stage`: the one in which the case must be, for the look to be one at these rules."""
        looked, holding = self._of_rules(reactions.rules, word), reactions.holding

        def watched(case: Case, day: date, event: Any) -> int:
            if stage in (None, case.course.stage):
                self._tell_all(looked, case, day, event)
            return holding(case, day, event)

        return Reactions(reactions.rules, watched)

    def _of_rules(self, rules: Iterable[Rule], word: str | None) -> list[Looked | None]:
        words = self.policy.vocabulary_on(word)
        return [
            Looked(Owner("rule", rule.id, rule.place), rule.guard, words) if rule.guard is not None else None
            for rule in rules
        ]

    def _tell_all(self, looked: Sequence[Looked | None], case: Case, day: date, event: Any) -> None:
        for one in looked:
            if one is not None:
                self._tell(one, case, day, event)

    # --- what is asked for, limits, clauses ---

    def beats(self, beat: Beat, case: Case, day: date) -> bool:
        """Whether the guard of a beat is true."""
        if beat.guard is not None:
            owner = Owner("beat", beat.task.id, beat.task.place)
            self._tell(Looked(owner, beat.guard, self.policy.vocabulary), case, day, None)
        return super().beats(beat, case, day)

    def asks_for(self, task: Task, case: Case, day: date) -> bool:
        """Whether something to do on entry is asked for."""
        if task.guard is not None:
            owner = Owner("entry", task.id, task.place)
            self._tell(Looked(owner, task.guard, self.policy.vocabulary), case, day, None)
        return super().asks_for(task, case, day)

    def _watched_bound(self, bound: Bound) -> Bound:
        limit, holding = bound.limit, bound.holding
        if limit.guard is None or holding is None:
            return bound
        looked = Looked(Owner("limit", limit.id, limit.place), limit.guard, self.law.vocabulary)

        def watched(case: Case, day: date, event: Any) -> int:
            self._tell(looked, case, day, event)
            return holding(case, day, event)

        return replace(bound, holding=watched)

    def broken(self, case: Case, day: date, *, contact_delivered: bool = False) -> int:
        """The `never` clauses that are true of a case."""
        self._tell_all(self._clauses, case, day, contact_delivered)
        return super().broken(case, day, contact_delivered=contact_delivered)

    def broken_standing(self, case: Case, day: date, *, contact_delivered: bool = False) -> int:
        """Those of `broken` that are watched after every turn."""
        standing = [one for one, clause in zip(self._clauses, self.clauses, strict=True) if not clause.on_entry]
        self._tell_all(standing, case, day, contact_delivered)
        return super().broken_standing(case, day, contact_delivered=contact_delivered)


class _WatchedMarks(MarkTable):
    """The marks of a watched machine. Of one that stands its end is looked at, of any other its beginning."""

    __slots__ = ("_begins", "_ends", "_tell")

    def __init__(self, policy: Policy, tell: Tell) -> None:
        super().__init__(policy)
        self._tell = tell
        owners = [Owner("mark", mark.name, mark.place) for mark in policy.marks]
        self._begins = [
            Looked(owner, mark.when, policy.vocabulary) for owner, mark in zip(owners, policy.marks, strict=True)
        ]
        self._ends = [
            Looked(replace(owner, word="until"), mark.until, policy.vocabulary) if mark.ends_apart else begins
            for owner, mark, begins in zip(owners, policy.marks, self._begins, strict=True)
        ]

    def holding(self, case: Case, day: date) -> tuple[int, int]:
        """The marks whose condition holds, and those whose end does."""
        standing = self.standing(case)
        for bit, (begins, ends) in enumerate(zip(self._begins, self._ends, strict=True)):
            self._tell(ends if standing >> bit & 1 else begins, case, day, None)
        return super().holding(case, day)
