"""A policy version, ready to run: the state machine, and each stage's rules compiled to one function.

`transitions` is the state machine: one shared, unbound `Machine` per policy version, one trigger per edge, fired for
movers only. Which edge to fire is decided by functions compiled from the checked guards: they say first whether
anything can happen at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from transitions import Machine as StateMachine

from overdue_flow.calendars import Calendar
from overdue_flow.cases.borrower import OF_THE_BORROWER, others_unknown
from overdue_flow.cases.case import Case
from overdue_flow.cases.entries import PolicyRef
from overdue_flow.cases.terms import Terms
from overdue_flow.engine.asked import all_asked, all_awaited, all_subjects
from overdue_flow.engine.mark_table import MarkTable, reported_facts
from overdue_flow.engine.persons import manners_of
from overdue_flow.guards.at_best import at_best
from overdue_flow.guards.compile import compile_first, compile_mask, compile_next_change
from overdue_flow.guards.tree import Guard
from overdue_flow.policy.bounds import Limit
from overdue_flow.policy.policy import Beat, Policy, Rule, Task


@dataclass(frozen=True, slots=True)
class Ballot:
    """Rules that compete, in order, and the function that names the first that matches at or after a position."""

    rules: tuple[Rule, ...]
    first: Callable[..., int]


@dataclass(frozen=True, slots=True)
class Reactions:
    """Rules that do not compete, and the function that says which of them hold: bit i is rule i."""

    rules: tuple[Rule, ...]
    holding: Callable[..., int]


@dataclass(frozen=True, slots=True)
class Asking:
    """Rules that read asked facts: which of them could hold if none of these were known, and the asked facts of
    each."""

    rules: Reactions
    asked: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class StageTable:
    """What can happen in one stage. `plain` are the rules without `on`; `by_event` what is tried first when that event
    comes (its own rules and the plain ones, in order); `asking` the plain rules that read asked facts."""

    stage: str
    owners: tuple[str, ...]
    plain: Ballot
    by_event: Mapping[str, Ballot]
    does: Reactions
    does_by_event: Mapping[str, Reactions]
    beats: tuple[tuple[str, Beat], ...]
    asking: Asking
    next_change: Callable[[Case, date], date | None]


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit, with its condition compiled: whether that holds for a case on a day, and when it may change. Without a
    condition it holds always. `counts_contacts`: the condition names counts, which see what the person's other loans
    know."""

    limit: Limit
    holding: Callable[..., int] | None = None
    next_change: Callable[[Case, date], date | None] | None = None
    counts_contacts: bool = False

    @property
    def forbids_for_good(self) -> bool:
        """Whether it blocks what time alone does not permit again."""
        limit = self.limit
        return limit.strength == "block" and (limit.forbids_all or limit.at_most == 0)

    @property
    def changes_by_itself(self) -> bool:
        """Whether days may bring it into force or end it, or change what it says of a case."""
        limit = self.limit
        return self.next_change is not None or limit.in_force != (None, None) or limit.consent_lasts is not None

    def applies(self, case: Case, day: date) -> bool:
        """Whether the limit is in force on `day`, and its condition holds."""
        first, last = self.limit.in_force
        if (first is not None and day < first) or (last is not None and day > last):
            return False
        return self.holding is None or self.holding(case, day, None) == 0


class Cursor:
    """What the state machine moves: a place, and nothing else."""

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


class Machine:
    """A policy version compiled, under a law: limits, holds, authority and never clauses are the law's.

    Immutable; share one per version and process. Do not pickle it: send the policy.
    """

    def __init__(self, policy: Policy, law: Policy | None = None) -> None:
        law = law or policy
        self.policy = policy
        self.law = law
        self.ref = PolicyRef(policy.id, policy.version, law.version)
        self.attention = policy.attention
        self.currencies = _currencies(policy)
        self.manners = manners_of((policy, law))
        self.pauses_turns = any(rule.step or rule.approve for rule in policy.rules)
        self._terms: dict[str, Terms] = {}
        self.calendar = Calendar(policy.terms.calendar)
        self.holds = law.holds
        self.authority = law.authority
        self.clauses = law.never
        self.limits = tuple(_bound(limit, law) for limit in law.limits)
        self.limits_for_good = tuple(one for one in self.limits if one.forbids_for_good)
        self.limits_that_change = tuple(one for one in self.limits if one.changes_by_itself)
        self.limits_only_contacts = all(limit.kinds == ("contact",) for limit in law.limits)
        self.law_calendar = Calendar(law.terms.calendar)
        self._broken = compile_mask([clause.guard for clause in law.never], law.never_vocabulary)
        self._standing_bits = sum(1 << bit for bit, clause in enumerate(law.never) if not clause.on_entry)
        self.tables = {leaf: _table(policy, law, leaf) for leaf in policy.leaves}
        self._approvals = {
            rule.id: _ballot(policy, [rule], rule.on)
            for leaf in policy.leaves
            for rule in policy.rules_in(leaf)
            if rule.approve
        }
        self._approval_changes = {
            rule_id: compile_next_change(
                [rule.guard for rule in ballot.rules if rule.guard], policy.vocabulary_on(rule.on)
            )
            for rule_id, ballot in self._approvals.items()
            for rule in ballot.rules
        }
        self._beat_holds = {
            beat.task.id: compile_first([beat.guard], policy.vocabulary)
            for leaf in policy.leaves
            for owner in policy.stages[leaf].owners
            for beat in policy.stages[owner].beats
        }
        self._asked_for = {
            task.id: compile_first([task.guard], policy.vocabulary)
            for stage in policy.stages.values()
            for task in stage.on_enter
            if task.guard is not None
        }
        reported = reported_facts(policy)
        self._reads_reports = {rule.id for rule in policy.rules if rule.guard and rule.guard.names & reported}
        self.marks = MarkTable(policy)
        self.classifies = bool(policy.marks)
        self._reads_others = {rule.id for rule in policy.rules if rule.guard and rule.guard.names & OF_THE_BORROWER}
        self._edges = _edges(policy)
        self.asked = all_asked(policy)
        self.awaited = all_awaited(policy)
        self.subjects = all_subjects(policy)

    def terms_in(self, currency: str | None) -> Terms:
        """The policy's terms for a loan in `currency` (None: the policy's own); one value for all such loans."""
        own = self.policy.terms
        if currency is None or currency == own.currency:
            return own
        if currency not in self._terms:
            self._terms[currency] = own.model_copy(update={"currency": currency})
        return self._terms[currency]

    def fire(self, stage: str, rule: Rule) -> str:
        """Take the edge of a rule out of a stage; the stage that the state machine came to."""
        cursor = Cursor(stage)
        self._edges[stage, rule.id](cursor)
        return cursor.state

    def is_left_out(self, cause: str, leaf: str) -> bool:
        """Whether what the task `cause` asked for comes from a rule that does not apply in `leaf`."""
        asked = self.asked.get(cause)
        return asked is not None and leaf in asked.excepted

    def ends_with_the_episode(self, cause: str) -> bool:
        """Whether what the task `cause` asked for is over when the loan is back in the start stage, or has ended."""
        asked = self.asked.get(cause)
        return asked is not None and asked.task.until_episode

    def rests(self, rule: Rule, case: Case, day: date) -> bool:
        """Whether a rule rests because it reads a host's report of arrears that is too old to be relied on, of this
        loan or of another of the person."""
        if rule.id not in self._reads_reports or not (case.ledger.reports or case.others.loans):
            return False
        if case.ledger.reports and self.policy.vocabulary["arrears_report_stale"].read(case, day):
            return True
        return rule.id in self._reads_others and others_unknown(case, day)

    def beats(self, beat: Beat, case: Case, day: date) -> bool:
        """Whether the guard of a beat is true."""
        return self._beat_holds[beat.task.id](case, day, None) == 0

    def asks_for(self, task: Task, case: Case, day: date) -> bool:
        """Whether something to do on entry is asked for: always, or while its own condition holds."""
        return task.guard is None or self._asked_for[task.id](case, day, None) == 0

    def still_holds(self, rule: Rule, case: Case, day: date, event: object) -> bool:
        """Whether the guard of a rule that waits for approval is true, with the event that it was matched with."""
        return self._approvals[rule.id].first(case, day, event) == 0

    def next_change_of(self, rule_id: str, case: Case, day: date) -> date | None:
        """The earliest day after `day` on which the guard of a rule that waits for approval may flip."""
        return self._approval_changes[rule_id](case, day)

    def broken(self, case: Case, day: date, *, contact_delivered: bool = False) -> int:
        """The `never` clauses that are true of a case, as bits in the order of `clauses`."""
        return self._broken(case, day, contact_delivered)

    def broken_standing(self, case: Case, day: date, *, contact_delivered: bool = False) -> int:
        """Those of `broken` that are watched after every turn."""
        return self._broken(case, day, contact_delivered) & self._standing_bits

    def newly_broken(
        self, case: Case, day: date, earlier: Case | None, earlier_day: date, *, contact_delivered: bool = False
    ) -> int:
        """Those of `broken_standing` that were not broken for the case as it was earlier (None: it was not)."""
        broken = self.broken_standing(case, day, contact_delivered=contact_delivered)
        return broken & ~self.broken_standing(earlier, earlier_day) if broken and earlier is not None else broken

    def broken_on_entry(self, case: Case, day: date) -> int:
        """Those of `broken` that are looked at when a move makes them true, and at no other time."""
        return self.broken(case, day) & ~self._standing_bits


def _currencies(policy: Policy) -> frozenset[str]:
    """The currencies that conditions of the policy name; a case in another one cannot be told by it."""
    stages = policy.stages.values()
    guards = [
        *(rule.guard for rule in policy.rules),
        *(task.guard for stage in stages for task in stage.on_enter),
        *(beat.guard for stage in stages for beat in stage.beats),
        *(clause.guard for clause in policy.never),
        *(limit.guard for limit in policy.limits),
        *(guard for mark in policy.marks for guard in (mark.when, mark.until)),
    ]
    return frozenset().union(*(guard.currencies for guard in guards if guard is not None))


def _bound(limit: Limit, law: Policy) -> Bound:
    if limit.guard is None:
        return Bound(limit)
    words, counts = law.vocabulary, not limit.guard.names.isdisjoint(law.spec.counts)
    return Bound(limit, compile_first([limit.guard], words), compile_next_change([limit.guard], words), counts)


def _table(policy: Policy, law: Policy, leaf: str) -> StageTable:
    rules = policy.rules_in(leaf)
    moves = policy.moves_in(leaf)
    does = [rule for rule in rules if rule.task is not None]
    plain = [rule for rule in rules if rule.on is None]
    words = {rule.on for rule in rules if rule.on is not None}
    owners = policy.stages[leaf].owners
    guards = [rule.guard for rule in plain if rule.guard is not None]
    guards += [guard for mark in policy.marks for guard in (mark.when, mark.until)]
    return StageTable(
        stage=leaf,
        owners=owners,
        plain=_ballot(policy, [rule for rule in moves if rule.on is None], None),
        by_event={
            word: _ballot(policy, [rule for rule in moves if rule.on in (None, word)], word)
            for word in sorted(words)
            if any(rule.on == word for rule in moves)
        },
        does=_reactions(policy, [rule for rule in does if rule.on is None], None),
        does_by_event={
            word: _reactions(policy, [rule for rule in does if rule.on == word], word)
            for word in sorted(words)
            if any(rule.on == word for rule in does)
        },
        beats=tuple((owner, beat) for owner in owners for beat in policy.stages[owner].beats),
        asking=_asking(policy, plain),
        next_change=_next_change(policy, law, guards),
    )


def _asking(policy: Policy, plain: Sequence[Rule]) -> Asking:
    facts = frozenset(fact.name for fact in policy.asked_facts)
    hopes = [(rule, rule.guard.names & facts, at_best(rule.guard, facts)) for rule in plain if rule.guard]
    hopes = [(rule, asked, hope) for rule, asked, hope in hopes if asked and hope is not False]
    guards = [hope if isinstance(hope, Guard) else None for _rule, _asked, hope in hopes]
    rules = Reactions(tuple(rule for rule, _asked, _hope in hopes), compile_mask(guards, policy.vocabulary))
    return Asking(rules, tuple(asked for _rule, asked, _hope in hopes))


def _next_change(policy: Policy, law: Policy, guards: Sequence[Guard]) -> Callable[[Case, date], date | None]:
    """When a guard of a stage or a `never` clause may flip; each is read in the words of its own version."""
    clauses = [clause.guard for clause in law.never]
    if law is policy:
        return compile_next_change([*guards, *clauses], law.never_vocabulary)
    ours = compile_next_change(guards, policy.vocabulary)
    laws = compile_next_change(clauses, law.never_vocabulary)

    def next_change(case: Case, day: date) -> date | None:
        return min((found for found in (ours(case, day), laws(case, day)) if found is not None), default=None)

    return next_change


def _ballot(policy: Policy, rules: Sequence[Rule], word: str | None) -> Ballot:
    vocabulary = policy.vocabulary_on(word)
    return Ballot(tuple(rules), compile_first([rule.guard for rule in rules], vocabulary))


def _reactions(policy: Policy, rules: Sequence[Rule], word: str | None) -> Reactions:
    vocabulary = policy.vocabulary_on(word)
    return Reactions(tuple(rules), compile_mask([rule.guard for rule in rules], vocabulary))


def _edges(policy: Policy) -> dict[tuple[str, str], Callable[[Cursor], Any]]:
    """One trigger per edge of one unbound state machine."""
    machine = StateMachine(
        model=None,
        states=list(policy.leaves),
        initial=policy.start,
        auto_transitions=False,
        send_event=True,
        queued=False,
    )
    edges: dict[tuple[str, str], Callable[[Cursor], Any]] = {}
    for leaf in policy.leaves:
        for rule in policy.moves_in(leaf):
            name = f"{leaf} by {rule.id}"
            machine.add_transition(name, leaf, rule.to)
            edges[leaf, rule.id] = machine.events[name].trigger
    return edges
