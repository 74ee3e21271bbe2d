"""What a backtest comes to: stage flow, roll matrix, cures, effects, what was assumed, and who needs a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from typing import Any, NamedTuple, TypeAlias

from overdue_flow.cases.counting import told_by
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.marks import standing
from overdue_flow.cases.position import cured_on
from overdue_flow.policy.bounds import Limit
from overdue_flow.policy.persons import counts_over_one_loan
from overdue_flow.policy.policy import Policy
from overdue_flow.simulation.backtest import CURRENT, Days, Outcome
from overdue_flow.simulation.lived import Contacts

NEEDS_PERSON_MAX = 10

Counts: TypeAlias = dict[str, Any]
"""What a summary counted, by the name of its field."""

_NOT_COUNTED = frozenset({"policy", "days", "contacts", "untold"})

_TOLD_AS = {Status.DELIVERED: "planned", Status.PENDING: "planned", Status.HELD: "vetoed", Status.EXPIRED: "vetoed"}


def told_as(status: Status) -> str:
    """How the outcome of an effect is told: planned, skipped, superseded, vetoed or cancelled."""
    return _TOLD_AS.get(status, status.value)


@dataclass(frozen=True, slots=True, order=True)
class NeedsPerson:
    """A loan that somebody should look at. Lower `rank` first, then more days past due."""

    rank: int
    minus_dpd: int
    loan_id: str
    why: str


@dataclass(slots=True)
class Summary:
    """Counts over a book; feed it outcomes one by one. `untold` is what the book does not tell of, in words."""

    policy: Policy
    days: Days
    contacts: Contacts
    loans: int = 0
    moves: int = 0
    loan_days: int = 0
    cures: int = 0
    flow: Counter[tuple[str, str]] = field(default_factory=Counter)
    stages: Counter[str] = field(default_factory=Counter)
    rolls: Counter[tuple[str, str]] = field(default_factory=Counter)
    marks: Counter[str] = field(default_factory=Counter)
    marks_changed: Counter[tuple[str, bool]] = field(default_factory=Counter)
    effects: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused_events: int = 0
    needs_person: list[NeedsPerson] = field(default_factory=list)
    untold: tuple[str, ...] = ()

    def add(self, outcome: Outcome) -> None:
        """Count one loan in."""
        life, case = outcome.life, outcome.life.case
        self.loans += 1
        self.loan_days += (self.days.last - case.opened_on).days + 1
        self.stages[case.course.stage] += 1
        self.cures += sum(1 for day in cured_on(case) if day in self.days)
        self.refused_events += len(life.refused)
        for move in case.course.moves:
            if move.from_stage is not None and move.on in self.days:
                self.moves += 1
                self.flow[move.from_stage, move.to_stage] += 1
        self.marks.update(change.mark for change in standing(case))
        for entry in life.entries if self.policy.marks else ():
            self.marks_changed.update((one.mark, one.began) for one in entry.results.marks if one.on in self.days)
        for earlier, later in zip(outcome.month_ends, outcome.month_ends[1:], strict=False):
            self.rolls[earlier.bucket, later.bucket] += 1
        for _entry, effect, status, _reason in life.effects:
            if effect.decided_on in self.days:
                self.effects[effect.action, told_as(status)] += 1
        self._consider(outcome)

    def counts(self) -> Counts:
        """Everything that was counted, by its name: what another process can take in."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name not in _NOT_COUNTED}

    def take_in(self, counts: Counts) -> None:
        """Count in what a summary of other loans counted."""
        for name, counted in counts.items():
            if isinstance(counted, Counter):
                getattr(self, name).update(counted)
            else:
                setattr(self, name, getattr(self, name) + counted)
        self._keep_the_first_in_need()

    def _consider(self, outcome: Outcome) -> None:
        found = who_needs_person(outcome, self.policy, self.days.last)
        if found is not None:
            self.needs_person.append(found)
            self._keep_the_first_in_need()

    def _keep_the_first_in_need(self) -> None:
        self.needs_person.sort()
        del self.needs_person[NEEDS_PERSON_MAX:]

    @property
    def assumed(self) -> tuple[str, ...]:
        """What was taken for granted, and what the book does not tell of."""
        lacks = f"the book tells of no {'; of no '.join(self.untold)}: what rests on them never happens"
        return (*assumptions(self.policy, self.contacts), *([lacks] if self.untold else []))

    @property
    def granted(self) -> tuple[Granted, ...]:
        """What was taken for granted, as it can be said in another language; without what the book does not tell of."""
        return tuple(taken_for_granted(self.policy, self.contacts))

    @property
    def buckets(self) -> tuple[str, ...]:
        """The buckets in order, `current` first."""
        return (CURRENT, *(bucket for bucket in self.policy.buckets))

    def as_json(self) -> dict[str, Any]:
        """The summary as plain data, for `summary.json`."""
        return {
            "policy": {"id": self.policy.id, "version": self.policy.version, "digest": self.policy.digest},
            "from": self.days.first.isoformat(),
            "to": self.days.last.isoformat(),
            "loans": self.loans,
            "loan_days": self.loan_days,
            "moves": self.moves,
            "cures": self.cures,
            "stages": dict(sorted(self.stages.items())),
            "stage_flow": [{"from": a, "to": b, "moves": n} for (a, b), n in sorted(self.flow.items())],
            "roll_matrix": self.roll_matrix(),
            **({"marks": list(self.by_mark())} if self.policy.marks else {}),
            "effects": [{"action": a, "status": s, "count": n} for (a, s), n in sorted(self.effects.items())],
            "refused_events": self.refused_events,
            "assumed": list(self.assumed),
            "needs_person": [{"loan_id": one.loan_id, "why": one.why} for one in self.needs_person],
        }

    def by_mark(self) -> Iterator[dict[str, str | int]]:
        """By mark, in the order of the policy: the loans under it at the end of the last day, and how often it began
        and ended in the days reported."""
        for mark in self.policy.marks:
            began, ended = (self.marks_changed[mark.name, change] for change in (True, False))
            yield {"mark": mark.name, "loans": self.marks[mark.name], "began": began, "ended": ended}

    def roll_matrix(self) -> dict[str, Mapping[str, int]]:
        """Month to month: how many loans went from a bucket to a bucket."""
        return {a: {b: self.rolls[a, b] for b in self.buckets} for a in self.buckets}


def who_needs_person(outcome: Outcome, policy: Policy, on: date) -> NeedsPerson | None:
    """Why a person should look at a loan at the end of `on`; None where the policy has it in hand."""
    case = outcome.life.case
    dpd = int(str(policy.vocabulary["dpd"].read(case, told_by(on, case.terms).turn_day) or 0))

    def needed(rank: int, why: str) -> NeedsPerson:
        return NeedsPerson(rank, -dpd, outcome.loan_id, why)

    if case.course.stopped is not None:
        return needed(0, f"stopped: {case.course.stopped.reason}")
    broken = [clause for entry in outcome.life.entries for clause in entry.results.breaches]
    if broken:
        return needed(1, f"never clause {broken[-1]} was broken")
    if outcome.life.refused:
        event, reason = outcome.life.refused[0]
        return needed(2, f"{event.kind} was refused: {reason}")
    if case.course.requests:
        request = case.course.requests[0]
        return needed(3, f"{request.role} is asked to approve {request.rule} since {request.asked_on}")
    waiting = [effect for effect in case.course.open_effects if effect.action == "attention"]
    if waiting:
        return needed(4, str(waiting[-1].params.get("reason", "attention")))
    if dpd > 0 and not policy.stages[case.course.stage].end:
        return needed(5, f"{dpd} days past due in {case.course.stage}{_latest_task(case.course.open_effects, on)}")
    return None


def _latest_task(effects: tuple[Effect, ...], on: date) -> str:
    tasks = [effect for effect in effects if effect.kind == "task"]
    if not tasks:
        return ""
    late = tasks[-1].deadline_on
    since = f"late since {late + timedelta(days=1)}" if late and late < on else f"open since {tasks[-1].decided_on}"
    return f"; {tasks[-1].action} for {tasks[-1].role} {since}"


def _counts_further(limit: Limit) -> bool:
    return limit.counts is not None and "debt" not in limit.per


class Granted(NamedTuple):
    """Something that was taken for granted, in words that name `{values}`."""

    words: str
    values: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return self.words.format(**dict(self.values))


def assumptions(policy: Policy, contacts: Contacts | None) -> tuple[str, ...]:
    """What was taken for granted, each by id: what the book does not say is not made up. Without `contacts` a loan was
    lived alone; in a book, limits see all loans of a person."""
    return tuple(map(str, taken_for_granted(policy, contacts)))


def taken_for_granted(policy: Policy, contacts: Contacts | None) -> Iterator[Granted]:
    """The same, each as it can be said in another language."""
    version = ("policy", policy.id), ("version", policy.version)
    yield Granted("policy {policy} {version} is taken as in force on every day", version)
    if contacts == "assumed":
        yield Granted("every planned contact is taken as delivered and unanswered")
    elif contacts == "recorded":
        yield Granted("contacts are those recorded in the book's events")
    if contacts is None:
        for limit in filter(_counts_further, policy.limits):
            yield Granted("limit {limit} sees this loan only", (("limit", limit.id),))
    if policy.deadline_ids:
        yield Granted("a task is done when the book says so, and stays open otherwise")
    for name in policy.counts_beyond_one_case if contacts is None else counts_over_one_loan(policy):
        yield Granted("count {count} sees this loan only", (("count", name),))
    for fact in policy.asked_facts:
        words = "{fact} is asked of nobody: it comes from the book, else it is missing"
        yield Granted(words, (("fact", fact.name),))
