"""The search for a history: best first, nearest to the goal first.

How near a loan is: the moves that lie between its stage and one where the goal can be met, and how far the condition
of the next of them, or of the goal itself, is from holding (`distance`). From each loan it goes on by what may happen
that day (`alphabet`), and by waiting for the next day on which something can change by itself. Nothing is left to
chance: the same question has the same answer. That nothing was found proves nothing.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from overdue_flow.cases.case import Case
from overdue_flow.cases.events import LoanOpened
from overdue_flow.cases.facts import FactsOn
from overdue_flow.engine.machine import Machine
from overdue_flow.engine.wake import next_wake
from overdue_flow.guards.compile import compile_next_change
from overdue_flow.guards.tree import Guard, names_of
from overdue_flow.policy.policy import Policy, Rule
from overdue_flow.testing.search.alphabet import Alphabet
from overdue_flow.testing.search.distance import distance
from overdue_flow.testing.search.history import Aim, Budget, Goal, History
from overdue_flow.testing.search.lives import Pair, Tried
from overdue_flow.testing.search.needed import missing
from overdue_flow.testing.search.starts import adopted, opened

USUAL = "PaymentReceived HoldPlaced HoldLifted NegotiationClosed PromiseMade PlanAgreed ContactAttempted".split()
"""What may happen to any loan: tried where nothing else says what matters."""

ONE_DAY = timedelta(days=1)

A_MOVE = 2.0
"""How much a move that is still to be made counts, beside the parts of a condition (each less than 1)."""

_PER_STEP, _PER_WAIT = 0.03, 0.01
_AN_EVENT = 0.3


def find(
    machine: Machine,
    goal: Goal,
    *,
    other: Machine | None = None,
    starts: Iterable[LoanOpened] | None = None,
    budget: Budget | None = None,
) -> History | None:
    """A history in which `goal` is met, under one policy, or under two that see the same; None where none was found
    within the budget.

    `starts` are loans to begin with: by default new ones, and loans in each stage that the goal aims at.
    """
    search = _Search(Pair(machine, other), goal, budget or Budget())
    names = {name for aim in goal.aims for name in _names(aim)}
    leaves = dict.fromkeys(leaf for aim in goal.aims for leaf in sorted(aim.leaves))
    first = starts if starts is not None else (*opened(machine.policy, names), *adopted(machine.policy, leaves, names))
    return search.run(first)


def _names(aim: Aim) -> frozenset[str]:
    return aim.names | (names_of(aim.condition) if aim.condition is not None else frozenset())


@dataclass(slots=True)
class _Search:
    """One search: what waits to be gone on with, nearest first, and what was seen."""

    pair: Pair
    goal: Goal
    budget: Budget
    waiting: list[tuple[float, int, Tried]] = field(default_factory=list)
    seen: set[object] = field(default_factory=set)
    count: Iterator[int] = field(default_factory=itertools.count)
    ways: list[_Way] = field(default_factory=list)

    def run(self, starts: Iterable[LoanOpened]) -> History | None:
        """Go on from the nearest loan until the goal is met or the budget is spent."""
        self.ways = [_Way(self.pair, aim) for aim in self.goal.aims or (Aim(),)]
        for opening in starts:
            tried = self.pair.opened(opening)
            if tried is not None and (found := self._looked_at(tried)) is not None:
                return found
        while self.waiting and self.budget.turns > 0:
            tried = heapq.heappop(self.waiting)[2]
            for following in self._following(tried):
                if (found := self._looked_at(following)) is not None:
                    return found
                if self.budget.turns <= 0:
                    break
        return None

    def _looked_at(self, tried: Tried) -> History | None:
        """The history, where the goal is met in one of the last turns; else the loan waits to be gone on with."""
        self.budget.turns -= max(1, len(tried.turns))
        for turn in tried.turns:
            if self.goal.met(turn):
                return tried.history(turn)
        near = min(way.distance(tried) for way in self.ways)
        sign = self._sign(tried, near)
        if sign not in self.seen:
            self.seen.add(sign)
            cost = near + _PER_STEP * len(tried.steps) + _PER_WAIT * tried.waits
            heapq.heappush(self.waiting, (cost, next(self.count), tried))
        return None

    def _sign(self, tried: Tried, near: float) -> object:
        """What makes two loans alike to the search."""
        course = tried.case.course
        asked = tuple(request.rule for request in course.requests)
        tasks = tuple(sorted(effect.action for effect in course.open_effects))
        held = tuple(one.rule for one in course.held)
        standing = tried.case.care.standing(tried.day)
        return course.stage, tried.day, round(near, 6), asked, tasks, held, standing, tried.happened

    def _following(self, tried: Tried) -> Iterator[Tried]:
        for day in self._days(tried):
            yield self.pair.waited(tried, day)
        if len(tried.steps) >= self.budget.steps:
            return
        for way in self.ways:
            for happens in way.alphabet(tried.case.course.stage).at(tried.case, tried.day):
                if (following := self.pair.stepped(tried, happens)) is not None:
                    yield following

    def _days(self, tried: Tried) -> list[date]:
        """The next days worth waiting for: on which a policy wakes, on which a condition may flip, and tomorrow."""
        last = tried.opening.opened_on + timedelta(days=self.budget.days)
        days = [tried.day + ONE_DAY]
        cases = (tried.case, tried.other or tried.case)
        for machine, case in zip(self.pair.machines(), cases, strict=False):
            days += _known(next_wake(machine, case))
            days += _known(machine.tables[case.course.stage].next_change(case, tried.day))
        for way in self.ways:
            days += way.days(tried.case, tried.day)
        return sorted(day for day in set(days) if tried.day < day <= last)


def _known(day: date | None) -> list[date]:
    return [] if day is None else [day]


class _Way:
    """The way to one aim: how far a case is from it, and what may bring it nearer."""

    def __init__(self, pair: Pair, aim: Aim) -> None:
        self.policy = pair.machine.policy
        self.policies = [machine.policy for machine in pair.machines()]
        self.aim = aim
        self.hops = _hops(self.policy, aim.leaves or frozenset(self.policy.leaves))
        self.words = self.policy.vocabulary_on(aim.events[0] if aim.events else None)
        self.alphabets: dict[str, Alphabet] = {}
        self.next_change = None
        if aim.condition is not None:
            guard = Guard("", aim.condition, names_of(aim.condition))
            self.next_change = compile_next_change([guard], self.words)

    def distance(self, tried: Tried) -> float:
        """How far a loan is from the aim."""
        case, day, aim = tried.case, tried.day, self.aim
        stage = case.course.stage
        hops = self.hops.get(stage)
        if hops is None:
            return 100.0
        if hops:
            roads = (self._of_road(rule, tried) for rule in self._roads(stage))
            return hops * A_MOVE + min(roads, default=A_MOVE) - 1
        near = _of_events(aim.events, tried)
        if aim.condition is not None:
            near += distance(aim.condition, FactsOn(case, day, self.words).look)
        return near + (aim.score(case, day) if aim.score is not None else 0.0)

    def _of_road(self, rule: Rule, tried: Tried) -> float:
        near = _of_events((rule.on,) if rule.on else (), tried)
        if rule.guard is not None:
            words = self.policy.vocabulary_on(rule.on)
            near += distance(rule.guard.tree, FactsOn(tried.case, tried.day, words).look)
        return near

    def _roads(self, stage: str) -> list[Rule]:
        """The rules that lead out of a stage and nearer to the aim."""
        here = self.hops[stage]
        return [rule for rule in self.policy.moves_in(stage) if self.hops.get(rule.to or "", here) < here]

    def days(self, case: Case, day: date) -> list[date]:
        """The next day on which the condition of the aim may flip by itself."""
        return _known(self.next_change(case, day)) if self.next_change is not None else []

    def alphabet(self, stage: str) -> Alphabet:
        """What may happen in a stage that matters to the aim."""
        if stage not in self.alphabets:
            names, words = _names(self.aim), list(self.aim.events)
            hops = self.hops.get(stage, 0)
            rules: list[Rule] = []
            if hops:
                rules = self._roads(stage)
            elif not (names or words):
                rules, words = list(self.policy.rules_in(stage)), list(USUAL)
            names = names.union(*(rule.guard.names for rule in rules if rule.guard))
            words += [rule.on for rule in rules if rule.on]
            self.alphabets[stage] = Alphabet.of(self.policies, names, dict.fromkeys(words))
        return self.alphabets[stage]


def _of_events(words: tuple[str, ...], tried: Tried) -> float:
    """How far a loan is from one of some events: it has to come, and others before it."""
    return _AN_EVENT * (1 + missing(words, tried.happened)) if words else 0.0


def _hops(policy: Policy, leaves: frozenset[str]) -> Mapping[str, int]:
    """How many moves lie between each stage and the nearest of some leaves; none where no road leads there."""
    into: dict[str, list[str]] = {}
    for leaf in policy.leaves:
        for rule in policy.moves_in(leaf):
            into.setdefault(rule.to or "", []).append(leaf)
    hops = dict.fromkeys(leaves, 0)
    todo = list(leaves)
    for leaf in todo:
        for before in into.get(leaf, ()):
            if before not in hops:
                hops[before] = hops[leaf] + 1
                todo.append(before)
    return hops
