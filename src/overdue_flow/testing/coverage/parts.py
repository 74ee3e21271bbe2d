"""What of a policy scenarios can reach: its rules, each comparison on both sides, limits, holds, stages and the rest.

    rule    fired       it moved a loan, or asked for something to be done
    stage   entered, left
    entry   asked       what is done on entry was asked for
    beat    came        what comes in a rhythm was asked for
    late    followed    what follows on a missed deadline did
    rung    tried       a try on this rung of a ladder was asked for
    mark    began, ended
    limit   forbade     it put off, held, vetoed or flagged something
            let pass    it applied and did not; where it counts: with one less than is too many
    hold    stood       a loan was under it
            stopped     it kept something back
    word    stopped     open promises, or kept plans, kept something back
    never   was broken  the clause was true
    any of these with a condition: each of its comparisons
            true, false  where it decided the condition, at its boundary (`guards.boundaries`)

A part is known by its place in the file in which it is written. So one that stands in a pack is the same part of every
policy that takes it in as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, TypeAlias

from overdue_flow.guards.tree import Atom, Guard, atoms
from overdue_flow.policy.bounds import Limit
from overdue_flow.policy.policy import Mark, Policy, Rule, Stage, Task
from overdue_flow.policy.without import STOPS
from overdue_flow.problems import Place

PartKind: TypeAlias = Literal[
    "rule", "stage", "entry", "beat", "late", "rung", "mark", "limit", "hold", "word", "never"
]


class Key(NamedTuple):
    """What a part is of: a rule, a limit, a mark and so on, by its kind, its name, and where it is written."""

    kind: PartKind
    name: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a scenario can reach: `side` of what is called `name`. Of a condition, `word` says which one of
    the owner's it is (`when`, `until`, `that`), `atom` is the comparison as written, the `number`-th of it from 0."""

    kind: PartKind
    name: str
    side: str
    place: Place | None = None
    word: str = ""
    atom: str = ""
    number: int = 0

    @property
    def key(self) -> Key:
        """What it is a part of."""
        return Key(self.kind, self.name, self.place)

    @property
    def is_of_a_condition(self) -> bool:
        """Whether it is one side of a comparison."""
        return bool(self.word)

    def __str__(self) -> str:
        if not self.is_of_a_condition:
            return f"{self.kind} {self.name}: {self.side}"
        where = f" at {self.word}" if self.word == "until" else ""
        return f"{self.kind} {self.name}{where}: {self.atom} {self.side}"


@dataclass(frozen=True, slots=True)
class Owner:
    """A part of a policy that has a condition: what it is, what it is called, where it stands, which condition it
    is."""

    kind: PartKind
    name: str
    place: Place | None
    word: str = "when"

    @property
    def key(self) -> Key:
        """The same for a part of any side."""
        return Key(self.kind, self.name, self.place)

    def sides(self, guard: Guard) -> Iterator[Part]:
        """Both sides of every comparison of its condition."""
        for number, atom in enumerate(atoms(guard.tree)):
            yield self.side(guard, number, atom, holds=True)
            yield self.side(guard, number, atom, holds=False)

    def side(self, guard: Guard, number: int, atom: Atom, *, holds: bool) -> Part:
        """One side of one comparison."""
        text = guard.text[atom.start : atom.end]
        return Part(self.kind, self.name, "true" if holds else "false", self.place, self.word, text, number)


def parts_of(policy: Policy) -> tuple[Part, ...]:
    """Every part of a policy that scenarios can reach, in the order of its sections."""
    found = [
        *(part for rule in policy.everywhere for part in _rule(rule)),
        *(part for stage in policy.stages.values() for part in _stage(stage)),
        *(part for mark in policy.marks for part in _mark(mark)),
        *(part for limit in policy.limits for part in _limit(limit)),
        *(part for kind in policy.holds for part in _hold(policy, kind)),
        *words_that_stop(policy),
        *(part for clause in policy.never for part in _never(policy, clause.id)),
    ]
    return tuple(dict.fromkeys(found))


def _rule(rule: Rule) -> Iterator[Part]:
    yield Part("rule", rule.id, "fired", rule.place)
    if rule.guard is not None:
        yield from Owner("rule", rule.id, rule.place).sides(rule.guard)
    if rule.task is not None:
        yield from _of_a_task(rule.task)


def _of_a_task(task: Task) -> Iterator[Part]:
    """The rungs of a ladder, and what follows on a missed deadline."""
    for number in range(1, len(task.ladder) + 1):
        yield rung_of(task, number)
    for late in task.and_what_follows[1:]:
        yield Part("late", late.id, "followed", late.place)
        yield from (rung_of(late, number) for number in range(1, len(late.ladder) + 1))


def rung_of(task: Task, number: int) -> Part:
    """The `number`-th rung of a ladder, from 1."""
    rung = task.ladder[number - 1]
    return Part("rung", f"{task.id} {number}: {rung.action}", "tried", rung.place or task.place)


def _stage(stage: Stage) -> Iterator[Part]:
    if not stage.children:
        yield Part("stage", stage.path, "entered", stage.place)
        if not stage.end:
            yield Part("stage", stage.path, "left", stage.place)
    for task in stage.on_enter:
        yield from _asked("entry", "asked", task)
    for beat in stage.beats:
        yield from _asked("beat", "came", beat.task)
    for rule in stage.rules:
        yield from _rule(rule)


def _asked(kind: Literal["entry", "beat"], side: str, task: Task) -> Iterator[Part]:
    yield Part(kind, task.id, side, task.place)
    if task.guard is not None:
        yield from Owner(kind, task.id, task.place).sides(task.guard)
    yield from _of_a_task(task)


def _mark(mark: Mark) -> Iterator[Part]:
    yield Part("mark", mark.name, "began", mark.place)
    yield Part("mark", mark.name, "ended", mark.place)
    owner = Owner("mark", mark.name, mark.place)
    yield from owner.sides(mark.when)
    if mark.ends_apart:
        yield from replace(owner, word="until").sides(mark.until)


def _limit(limit: Limit) -> Iterator[Part]:
    yield Part("limit", limit.id, "forbade", limit.place)
    if not (limit.forbids_all or limit.at_most == 0):
        yield Part("limit", limit.id, "let pass", limit.place)
    if limit.guard is not None:
        yield from Owner("limit", limit.id, limit.place).sides(limit.guard)


def _hold(policy: Policy, kind: str) -> Iterator[Part]:
    hold = policy.holds[kind]
    yield Part("hold", kind, "stood", hold.place)
    if hold.stops:
        yield Part("hold", kind, "stopped", hold.place)


def words_that_stop(policy: Policy) -> Iterator[Part]:
    """Open promises and kept plans, where the policy itself says what they stop."""
    stops = zip(STOPS, (policy.promises_stop, policy.plans_stop), strict=True)
    said = (word for word, what in stops if what and getattr(policy.spec, word) is not None)
    yield from (Part("word", word, "stopped") for word in said)


def _never(policy: Policy, name: str) -> Iterator[Part]:
    clause = next(one for one in policy.never if one.id == name)
    yield Part("never", clause.id, "was broken", clause.place)
    yield from Owner("never", clause.id, clause.place, "that").sides(clause.guard)
