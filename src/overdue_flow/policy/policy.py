"""A checked policy: what the engine works with. Frozen; made by `load`, never by hand.

Stages are flat here: a leaf's path is `legal.trial`, its groups are `legal`. Rules know their guards, typed; targets
are leaves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeAlias

from overdue_flow.cases.effects import Effect, EffectKind, Purpose
from overdue_flow.cases.terms import Terms
from overdue_flow.guards.tree import Guard
from overdue_flow.guards.vocabulary import Fact, Vocabulary
from overdue_flow.policy.access import Access, Retention
from overdue_flow.policy.bounds import Action, Citation, Label, Limit, Passing, Remedy
from overdue_flow.policy.mandates import Mandate
from overdue_flow.policy.model import PolicyFile
from overdue_flow.policy.places import Path
from overdue_flow.policy.spans import Span
from overdue_flow.policy.texts import Hours
from overdue_flow.policy.trials import Scenario
from overdue_flow.problems import Place, Problem

Once: TypeAlias = Literal["stage", "episode", "case"]


@dataclass(frozen=True, slots=True)
class FactRef:
    """`{fact: preferred_channel}`: a parameter that is read from the case when the effect is decided."""

    fact: str


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a ladder: a contact that is tried so many `times`, and answered within `wait`, or the next rung
    follows.
    """

    action: str
    kind: EffectKind
    purpose: Purpose | None
    params: Mapping[str, Any | FactRef] = field(default_factory=dict)
    times: int = 1
    in_working_hours: bool = False
    wait: Span | None = None
    approve: str | None = None
    place: Place | None = None
    role_param: str | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do, as a rule, an entry or a beat asks for it.

    `id` names it in effects' `cause`; `otherwise` (the file's `else`) is asked for when `within` has gone by and it is
    open still; each event of `done_by` shows that it is done. `ladder` is set for a contact sequence, and `action`
    is then "ladder". `guard` is the `when` of something done on entry: it is asked for only if it holds then.
    `role_param` names the parameter of type role, where the action has one.
    """

    id: str
    action: str
    kind: EffectKind
    purpose: Purpose | None
    params: Mapping[str, Any | FactRef] = field(default_factory=dict)
    after: Span | None = None
    within: Span | None = None
    not_after: Span | None = None
    otherwise: Task | None = None
    must: bool = False
    until_leave: bool = False
    ladder: tuple[Rung, ...] = ()
    place: Place | None = None
    guard: Guard | None = None
    role_param: str | None = None
    done_by: tuple[str, ...] = ()
    until_episode: bool = False

    @property
    def and_what_follows(self) -> tuple[Task, ...]:
        """The task, and what is done when its deadline has passed, and so on."""
        return (self, *(self.otherwise.and_what_follows if self.otherwise else ()))


@dataclass(frozen=True, slots=True)
class Beat:
    """`every`: a task at each multiple of `each` after its stage or group was entered, while `guard` holds."""

    each: Span
    task: Task
    guard: Guard | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. Exactly one of `to` (a leaf) and `task` is set. `owner` is the stage or group it stands in, "" for
    `everywhere`.

    `on` is the event's word (its kind, or the host event's name); `excepted` are the leaves in which it does not
    apply.
    """

    id: str
    owner: str
    on: str | None = None
    guard: Guard | None = None
    to: str | None = None
    task: Task | None = None
    excepted: frozenset[str] = frozenset()
    step: bool = False
    approve: str | None = None
    ask_again_after: Span | None = None
    once: Once | None = None
    because: Label = field(default_factory=dict)
    place: Place | None = None
    gives_way_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage (a leaf) or a group of stages (`children` is not empty; `first` is the leaf that its name means as a
    target).
    """

    path: str
    owners: tuple[str, ...]
    children: tuple[str, ...] = ()
    first: str | None = None
    start: bool = False
    end: bool = False
    label: Label = field(default_factory=dict)
    on_enter: tuple[Task, ...] = ()
    beats: tuple[Beat, ...] = ()
    rules: tuple[Rule, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Never:
    """What must not happen. `on_entry` clauses are checked when a move makes them true; others after every turn too."""

    id: str
    guard: Guard
    on_entry: bool = False
    because: Label = field(default_factory=dict)
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """What a loan is classified as: it begins where `when` holds and `until` does not, and ends where `until` holds.
    `until` is the opposite of `when` where the file says none (`ends_apart` is false then)."""

    name: str
    when: Guard
    until: Guard
    label: Label = field(default_factory=dict)
    because: Label = field(default_factory=dict)
    place: Place | None = None
    ends_apart: bool = False


@dataclass(frozen=True, slots=True)
class HoldKind:
    """What a kind of hold stops (`contact`, `collect`, or names of groups) and which contacts pass, when it is reviewed
    and ends, who places and lifts it; whether it stands on all loans of the person once one has it."""

    kind: str
    stops: frozenset[str]
    review_after: Span | None = None
    ends_after: Span | None = None
    lifted_by: tuple[str, ...] = ()
    place: Place | None = None
    allows: tuple[Passing, ...] = ()
    placed_by: tuple[str, ...] = ()
    review_within: Span | None = None
    review_every: Span | None = None
    again_after: Span | None = None
    of_person: bool = False

    def silences(self, purpose: str | None, params: Mapping[str, Any]) -> str:
        """What the hold stops of which a contact is: `contact`, contacts to collect; "" where it passes."""
        if "contact" in self.stops:
            stopped = "contact"
        else:
            stopped = "contacts to collect" if "collect" in self.stops and purpose in (None, "collect") else ""
        return "" if stopped and any(one.lets(purpose, params) for one in self.allows) else stopped


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Policy:
    """One version of one policy.

    `stages` holds leaves and groups by path, in file order; `everywhere` the rules tried before a stage's own.
    `vocabulary` is what a guard may say; `never_vocabulary` adds `contact_delivered`, a field that is true when the
    turn delivers a contact; `event_vocabularies` give, by event name, what a rule `on` that event may say. `digest`
    is the SHA-256 of the file's text. `spec` is the file as read, for tools that print it; two policies are equal
    when their specs are. `buckets` gives the first and last number of each band (None: no end) of the fact
    `bucket_by`. `findings` are what somebody should look at. `citations` are what its parts rest on. `marks` come in
    file order, the gravest last. `places` say where each part of the file stands, by the way to it in `spec`.
    """

    id: str
    version: str
    digest: str
    source: str
    in_force: tuple[date | None, date | None]
    terms: Terms
    stages: Mapping[str, Stage]
    start: str
    everywhere: tuple[Rule, ...]
    vocabulary: Vocabulary
    never_vocabulary: Vocabulary
    never: tuple[Never, ...]
    holds: Mapping[str, HoldKind]
    promises_stop: frozenset[str]
    plans_stop: frozenset[str]
    roles: tuple[str, ...]
    attention: str | None
    spec: PolicyFile
    title: Label = field(default_factory=dict)
    event_vocabularies: Mapping[str, Vocabulary] = field(default_factory=dict)
    actions: Mapping[str, Action] = field(default_factory=dict)
    limits: tuple[Limit, ...] = ()
    buckets: Mapping[str, tuple[int, int | None]] = field(default_factory=dict)
    bucket_by: str | None = None
    scenarios: tuple[Scenario, ...] = ()
    working_hours: Hours | None = None
    authority: tuple[Mandate, ...] = ()
    findings: tuple[Problem, ...] = ()
    remedies: Mapping[str, Remedy] = field(default_factory=dict)
    citations: Mapping[str, Citation] = field(default_factory=dict)
    access: Mapping[str, Access] = field(default_factory=dict)
    retention: tuple[Retention, ...] = ()
    marks: tuple[Mark, ...] = ()
    places: Mapping[Path, Place] = field(default_factory=dict, repr=False)

    def __eq__(self, other: object) -> bool:
        # mappings are equal in any order, and that of the marks decides
        return isinstance(other, Policy) and self.spec == other.spec and [*self.spec.marks] == [*other.spec.marks]

    def __hash__(self) -> int:
        return hash((self.id, self.version))

    def __repr__(self) -> str:
        return f"<policy {self.id} {self.version}>"

    @property
    def leaves(self) -> tuple[str, ...]:
        """The paths of the stages that a case can be in."""
        return tuple(path for path, stage in self.stages.items() if not stage.children)

    def leaf_of(self, path: str) -> str:
        """The leaf that a stage or group means as a target."""
        stage = self.stages[path]
        return path if not stage.children else (stage.first or path)

    def rules_in(self, leaf: str) -> tuple[Rule, ...]:
        """The rules that apply in a leaf, in the order in which they are tried: everywhere, groups, stage.

        None in an end: a loan leaves it by hand only.
        """
        if self.stages[leaf].end:
            return ()
        rules = [rule for rule in self.everywhere if leaf not in rule.excepted]
        for owner in self.stages[leaf].owners:
            rules.extend(rule for rule in self.stages[owner].rules if leaf not in rule.excepted)
        return tuple(rules)

    def moves_in(self, leaf: str) -> tuple[Rule, ...]:
        """Those of `rules_in` that compete for moving a loan; one whose target is the leaf itself never does."""
        return tuple(rule for rule in self.rules_in(leaf) if rule.to is not None and rule.to != leaf)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule of the file, in file order but for `everywhere`, which comes first."""
        return (*self.everywhere, *(rule for stage in self.stages.values() for rule in stage.rules))

    def rule(self, rule_id: str) -> Rule:
        """A rule by its id; KeyError where there is none."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)

    def vocabulary_on(self, event: str | None) -> Vocabulary:
        """What a rule that is `on` an event may say; without one, `vocabulary`."""
        return self.event_vocabularies.get(event, self.vocabulary) if event else self.vocabulary

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Everything that the policy asks for on entry, in a rhythm, by rules, and where deadlines pass."""
        asked = [rule.task for rule in self.rules if rule.task]
        for stage in self.stages.values():
            asked += [*stage.on_enter, *(beat.task for beat in stage.beats)]
        return tuple(one for task in asked for one in task.and_what_follows)

    @property
    def limit_ids(self) -> tuple[str, ...]:
        """The ids of the limits."""
        return tuple(limit.id for limit in self.limits)

    @property
    def ladder_ids(self) -> tuple[str, ...]:
        """The ids of the tasks that are ladders."""
        return tuple(task.id for task in self.tasks if task.ladder)

    @property
    def deadline_ids(self) -> tuple[str, ...]:
        """The ids of the tasks that have a deadline."""
        return tuple(task.id for task in self.tasks if task.within)

    @property
    def counts_beyond_one_case(self) -> tuple[str, ...]:
        """The counts that look further than one loan, or at one contact point or collector."""
        return tuple(name for name, count in self.spec.counts.items() if count.per not in (None, "debt"))

    @property
    def personal_facts(self) -> frozenset[str]:
        """The facts, and fields of events, of the host's own that speak of a person."""
        spec = self.spec
        facts = {name for name, fact in spec.facts.items() if fact.personal}
        fields = {name for event in spec.events.values() for name, field in event.items() if field.personal}
        return frozenset(facts | fields)

    @property
    def asked_facts(self) -> tuple[Fact, ...]:
        """The facts that the host is asked for."""
        return tuple(fact for fact in self.vocabulary.values() if fact.ask)

    def limits_on(self, effect: Effect) -> tuple[str, ...]:
        """The ids of the limits that look at an effect: by its kind, purpose, channel and party."""
        return tuple(limit.id for limit in self.limits if limit.looks_at(effect))
