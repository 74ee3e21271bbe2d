"""Random lives of loans under a policy: what may happen at any point is drawn from what can happen to that loan then,
so that every life makes sense, and is lived day by day by the engine itself. Every other one begins on a road to one
of the policy's stages (`roads`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.events import LoanOpened
from overdue_flow.engine.machine import Machine
from overdue_flow.guards.vocabulary import Value
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.trials import Scenario, Step
from overdue_flow.problems import did_you_mean
from overdue_flow.testing.search.alphabet import ANSWERS, TOLD, Alphabet, Happens
from overdue_flow.testing.search.find import USUAL
from overdue_flow.testing.search.history import History, Turn
from overdue_flow.testing.search.lives import Pair, Tried
from overdue_flow.testing.search.needed import with_needs
from overdue_flow.testing.search.shown import scenario_of
from overdue_flow.testing.search.values import guards_of
from overdue_flow.testing.strategies.loans import openings
from overdue_flow.testing.strategies.roads import roads_of
from overdue_flow.testing.written import scenario_text

_WAITS = (1, 2, 5, 10, 30, 90)


@dataclass(frozen=True, slots=True)
class Life:
    """One loan's life under a policy, up to `until`: how it was opened, what happened, and every turn of it."""

    machine: Machine
    opening: LoanOpened
    steps: tuple[Step, ...]
    turns: tuple[Turn, ...]
    until: date

    @property
    def policy(self) -> Policy:
        """The policy that it was lived under."""
        return self.machine.policy

    @property
    def case(self) -> Case:
        """The case at the end."""
        found = self.turns[-1].case
        assert found is not None, "a life begins with an opening"
        return found

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The journal."""
        decisions = (turn.decision for turn in self.turns)
        return tuple(one.entry for one in decisions if one is not None and one.entry is not None)

    @property
    def effects(self) -> Iterator[Effect]:
        """Everything that was decided to be done."""
        for turn in self.turns:
            yield from turn.effects

    @property
    def contacts(self) -> Iterator[Effect]:
        """Every contact that was decided."""
        return (effect for effect in self.effects if effect.kind == "contact")

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages that the loan was in, in order."""
        return tuple(move.to_stage for turn in self.turns for move in turn.moves)

    def fact(self, name: str, turn: Turn | None = None) -> Value | None:
        """A fact as conditions name it (`dpd`), after a turn, or at the end; None where it is missing. KeyError for one
        that the policy does not have."""
        known = self.policy.vocabulary
        if name not in known:
            hint = did_you_mean(name, known)
            raise KeyError(f"the policy has no fact `{name}`" + (f"; {hint}" if hint else ""))
        case = turn.case if turn is not None else self.case
        return known[name].read(case, turn.day if turn is not None else self.until) if case is not None else None

    @property
    def scenario(self) -> Scenario:
        """The life as a scenario, which expects of its last day what the policy does."""
        return scenario_of(self.machine, History(self.opening, self.steps, self.until), "a loan that was drawn")

    def __str__(self) -> str:
        return scenario_text(self.policy, self.scenario).rstrip("\n")

    def __repr__(self) -> str:
        return f"\n{self}\n"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """How hypothesis shows an example: as it would any value that does not show itself, otherwise."""
        printer.text("..." if cycle else repr(self))


class _Ready:
    """A policy compiled, with everything that may happen under it, and the roads to its stages."""

    def __init__(self, policy: Policy, days: int, most: int) -> None:
        names = frozenset[str]().union(*(guard.names for guard in guards_of(policy)))
        words = dict.fromkeys([*USUAL, *(rule.on for rule in policy.rules if rule.on)])
        self.days, self.most = days, most
        self.pair = Pair(Machine(policy))
        self.alphabet = Alphabet.of([policy], names, words)
        self.roads = roads_of(self.pair.machine, days=days, most=most)

    def words_in(self, case: Case) -> tuple[str, ...]:
        """What the policy waits for where the loan is: answers, and the events of its rules with what these need."""
        rules = self.pair.machine.policy.rules_in(case.course.stage)
        waits = (ANSWERS,) if case.course.requests or case.course.open_effects else ()
        return tuple(dict.fromkeys((*waits, *with_needs(rule.on for rule in rules if rule.on), "PaymentReceived")))

    def __repr__(self) -> str:
        return repr(self.pair.machine.policy)


def lives(policy: Policy, *, days: int = 400, most: int = 12) -> st.SearchStrategy[Life]:
    """The life of a random loan under a policy: at most `most` things happen in at most `days` days, each of them one
    that can happen to this loan then. Every other life begins on a road to one of the stages, and goes on by chance;
    the roads are looked for here and now, which takes seconds for the policy of a bank."""
    return _lives(_Ready(policy, days, most))


@st.composite
def _lives(draw: st.DrawFn, ready: _Ready) -> Life:
    road = draw(st.none() | st.sampled_from(ready.roads)) if ready.roads else None
    opened = ready.pair.opened(draw(openings(ready.pair.machine.policy)) if road is None else road.opening)
    assert opened is not None, "what `openings` draws, and what was lived before, can be opened"
    living = _Living(ready.pair, opened, list(opened.turns))
    if road is not None:
        _along(draw, living, road)
    last = opened.opening.opened_on + timedelta(days=ready.days)
    for _number in range(draw(st.integers(0, ready.most - len(living.tried.steps)))):
        day = living.tried.day + timedelta(days=draw(st.sampled_from(_WAITS)))
        if day > last:
            break
        living.wait(day)
        if (happens := _next(draw, ready, living.tried)) is not None:
            living.take(happens)
    living.wait(min(last, living.tried.day + timedelta(days=draw(st.sampled_from((0, *_WAITS))))))
    tried = living.tried
    return Life(ready.pair.machine, tried.opening, tried.steps, tuple(living.turns), tried.day)


@dataclass(slots=True)
class _Living:
    """A life so far, with all of its turns."""

    pair: Pair
    tried: Tried
    turns: list[Turn]

    def wait(self, day: date) -> None:
        """Let the days pass up to one."""
        self.tried = self.pair.waited(self.tried, day)
        self.turns += self.tried.turns

    def take(self, happens: Happens) -> None:
        """One thing more, if it can happen."""
        if (following := self.pair.stepped(self.tried, happens)) is not None:
            self.tried = following
            self.turns += following.turns


def _along(draw: st.DrawFn, living: _Living, road: History) -> None:
    """Go along a road. Now and then a step is left out, and wherever the life is none the worse an example without."""
    for step in road.steps:
        happens = step.event or step.answer
        assert isinstance(step.on, date), "a search says its days"
        assert happens is not None, "a step has an event or an answer"
        if draw(_TAKEN):
            living.wait(step.on)
            living.take(happens)
    if draw(_TAKEN):
        living.wait(max(living.tried.day, road.until))


_TAKEN = st.integers(0, 49).map(bool)
"""Whether a step of a road is taken: nearly always; where an example is made shorter, not."""


def _next(draw: st.DrawFn, ready: _Ready, tried: Tried) -> Happens | None:
    """One thing that may happen next; None where nothing of what was drawn can."""
    here = ready.words_in(tried.case)
    word = draw(st.sampled_from(here) | st.sampled_from((*ready.alphabet.words, ANSWERS, TOLD)))
    choices = list(ready.alphabet.of_kind(word, tried.case, tried.day))
    return draw(st.sampled_from(choices)) if choices else None
