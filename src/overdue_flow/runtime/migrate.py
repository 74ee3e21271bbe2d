"""Open cases moved to another version of their policy, all of a store, with a stage map.

Nothing is moved unless everything can be: the map is held against every open case first. Each case then moves by a
`PolicyAdopted` of its own, which is known by its id: what was cut short goes on where it stopped, and a second time
changes nothing. A case whose road has ended stays with the version that ended it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import NamedTuple

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import Move
from overdue_flow.cases.events import PolicyAdopted
from overdue_flow.engine.decision import Decision
from overdue_flow.engine.moves import stage_told
from overdue_flow.errors import CasesLeft, MigrationRefused, NotInForce, OverdueFlowError
from overdue_flow.policy.policy import Policy
from overdue_flow.runtime.batch import loaded
from overdue_flow.runtime.deciding import Decider
from overdue_flow.runtime.people import Loans
from overdue_flow.runtime.versions import Versions, forgotten_by, only_renamed, unknown_in
from overdue_flow.store.protocol import Store

AT_ONCE = 500
"""How many cases are loaded, and moved in one commit, at a time."""

_NAMED = 5
"""So many cases are named in a sentence about a stage that the map forgets; the error has all of them."""


@dataclass(frozen=True, slots=True)
class Migration:
    """Where to: a version, from which (None: whichever they are under), and where the stages go that do not keep their
    name. In them a case goes on, as in those that do, but for the stages `entered`: from those it enters where they
    go."""

    version: str
    stage_map: Mapping[str, str] = field(default_factory=dict)
    from_version: str | None = None
    entered: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Moved:
    """What moving one case, and the nights up to a day, would do: from which version and stage to which, where it would
    stand then, the moves in between, what would be asked for, and which open effects would be dropped; why it would be
    stopped, or why it is `refused`. A case that `goes_on` under another name of its stage enters nothing: `not_asked`
    are the actions for which that asks on entry, and its old stage did not."""

    case_id: str
    version: str
    stage: str
    goes_to: str
    stage_then: str = ""
    moves: tuple[Move, ...] = ()
    effects: tuple[Effect, ...] = ()
    dropped: tuple[Effect, ...] = ()
    goes_on: bool = True
    not_asked: tuple[str, ...] = ()
    stopped: str | None = None
    refused: str | None = None


class Migrated(NamedTuple):
    """What came of a migration: how many cases moved, and those that could not, each with the reason."""

    moved: int
    refused: Mapping[str, str]


class Migrating:
    """A migration over one store. MigrationRefused where there is no such version."""

    def __init__(self, decider: Decider, store: Store, migration: Migration) -> None:
        self._decider = decider
        self._store = store
        self._to = migration
        self.new = _version(decider.versions, migration.version)
        if migration.from_version is not None:
            _version(decider.versions, migration.from_version)
        self.ended = 0
        self.there = 0

    def check(self) -> int:
        """Hold the map against every case; how many are to be moved. MigrationRefused, with every stage that the map
        forgets and every case that stands there; nothing was moved then."""
        standing: dict[tuple[str, str], list[str]] = {}
        self.ended = self.there = 0
        for case in self.cases():
            standing.setdefault((case.course.version, case.course.stage), []).append(case.id)
        faults, forgotten = self._faults(standing)
        if faults:
            raise MigrationRefused(faults, forgotten)
        return sum(len(ids) for ids in standing.values())

    def _faults(
        self, standing: Mapping[tuple[str, str], Sequence[str]]
    ) -> tuple[list[str], dict[tuple[str, str], Sequence[str]]]:
        faults: list[str] = []
        forgotten: dict[tuple[str, str], Sequence[str]] = {}
        versions = self._decider.versions
        known = {policy.version: policy for policy in versions.all}
        named = {*self._to.stage_map, *self._to.entered}
        for version in dict.fromkeys(version for version, _stage in standing):
            old = known.get(version)
            if old is None:
                cases = [name for (of, _stage), ids in standing.items() if of == version for name in ids]
                faults.append(f"policy {self.new.id} {version} was not given; under it {_are(cases)}")
                continue
            for leaf, why in forgotten_by(_of_version(self._to.stage_map, old), old, self.new):
                cases = list(standing.get((version, leaf), ()))
                forgotten[version, leaf] = cases
                faults.append(
                    f"the map does not say where `{leaf}` of version {version} goes: {why}; there {_are(cases)}"
                )
            named -= set(old.leaves)
        faults += [
            f"`{name}` keeps its name, so a case there goes on and enters nothing"
            for name in sorted(self._to.entered)
            if name in self.new.leaves and self._to.stage_map.get(name, name) == name
        ]
        if self._to.from_version is not None:
            faults += list(unknown_in({*self._to.stage_map, *self._to.entered}, known[self._to.from_version]))
        elif standing:
            faults += [f"no version under which cases stand has a stage `{name}`" for name in sorted(named)]
        return faults, forgotten

    def cases(self) -> Iterator[Case]:
        """Every case that is to be moved. CasesLeft, at the end, for those whose journal is not what was written."""
        broken: dict[str, Exception] = {}
        names = list(self._store.case_ids())
        for start in range(0, len(names), AT_ONCE):
            found, faults = loaded(self._store, names[start : start + AT_ONCE])
            broken |= faults
            yield from (case for case in found.values() if self._is_to_move(case))
        if broken:
            raise CasesLeft(broken)

    def _is_to_move(self, case: Case) -> bool:
        course = case.course
        if course.policy != self.new.id or course.version == self.new.version:
            self.there += 1
            return False
        if self._to.from_version not in (None, course.version):
            return False
        try:
            ended = self._decider.machine(case).policy.stages[course.stage].end
        except NotInForce:
            return True  # `check` says so of all such cases together
        self.ended += ended
        return not ended

    def events(self, cases: Iterable[Case]) -> list[tuple[str, PolicyAdopted]]:
        """The event by which each case moves."""
        return [(case.id, self._event(case)) for case in cases]

    def _event(self, case: Case) -> PolicyAdopted:
        old = self._decider.machine(case).policy
        goes_on = {leaf: self._to.stage_map.get(leaf, leaf) for leaf in old.leaves if leaf not in self._to.entered}
        return PolicyAdopted(
            id=self._id(case),
            policy=self.new.id,
            version=self.new.version,
            stage_map=_of_version(self._to.stage_map, old),
            renamed=only_renamed(goes_on, old, self.new),
        )

    def _id(self, case: Case) -> str:
        """The same whoever moves the case as it stands; another where it was moved to this version before."""
        wanted, number = f"adopted:{self.new.version}", 1
        name = wanted
        while self._decider.told(case, name):
            number += 1
            name = f"{wanted}:{number}"
        return name

    def carry_out(
        self,
        receive: Callable[[list[tuple[str, PolicyAdopted]]], Sequence[Decision | OverdueFlowError]],
        on_progress: Callable[[int], object] | None = None,
    ) -> Migrated:
        """Move all of them, so many in one commit. MigrationRefused, before the first, where the map forgets a
        stage."""
        self.check()
        refused: dict[str, str] = {}
        done, rest = 0, self.cases()
        while some := list(islice(rest, AT_ONCE)):
            for case, outcome in zip(some, receive(self.events(some)), strict=True):
                if isinstance(outcome, OverdueFlowError):
                    refused[case.id] = str(outcome)
            done += len(some)
            if on_progress is not None:
                on_progress(done)
        return Migrated(done - len(refused), refused)

    # --- what it would do ---

    def preview(self, first_night: date, at: datetime) -> Iterator[Moved]:
        """What moving each case, and the nights up to `first_night`, would do, as if they moved at an instant. Nothing
        is recorded. MigrationRefused as if it were carried out."""
        self.check()
        people: set[str] = set()
        for case in self.cases():
            if not self._decider.manners:
                yield from self._seen({case.id: case}, first_night, at)
            elif case.person_id not in people:
                people.add(case.person_id)
                yield from self._seen(loaded(self._store, self._store.cases_of(case.person_id))[0], first_night, at)

    def _seen(self, cases: Mapping[str, Case], first_night: date, at: datetime) -> Iterator[Moved]:
        """The same for the loans that are lived together."""
        loans = Loans(self._decider, cases)
        refused: dict[str, str] = {}
        moving = {name: case for name, case in cases.items() if self._is_to_move(case)}
        for name, case in moving.items():
            try:
                loans.event(name, self._event(case), at)
            except OverdueFlowError as why:
                refused[name] = str(why)
        loans.live({name: max(first_night, case.day) for name, case in loans.cases.items()})
        refused |= {name: str(why) for name, why in loans.faults.items()}
        for name, case in moving.items():
            yield self._told(case, [one for one in loans.made if one.case.id == name], refused.get(name))

    def _told(self, case: Case, decisions: Sequence[Decision], refused: str | None) -> Moved:
        course = case.course
        goes_to = stage_told(self.new, self._to.stage_map.get(course.stage, course.stage))
        if refused is not None or not decisions:
            return Moved(case.id, course.version, course.stage, goes_to, refused=refused)
        then = decisions[-1].case.course
        effects = {effect.id: effect for one in decisions for effect in one.effects}
        still_open = {effect.id for effect in then.open_effects}
        goes_on = course.stage not in self._to.entered
        return Moved(
            case.id,
            course.version,
            course.stage,
            goes_to,
            then.stage,
            moves=then.moves[len(course.moves) :],
            effects=tuple(one for one in effects.values() if one.id in still_open and one.status is Status.PENDING),
            dropped=tuple(one for one in course.open_effects if one.id not in still_open),
            goes_on=goes_on,
            not_asked=self._not_asked(case, goes_to) if goes_on else (),
            stopped=then.stopped.reason if then.stopped is not None else None,
        )

    def _not_asked(self, case: Case, goes_to: str) -> tuple[str, ...]:
        if goes_to == case.course.stage:
            return ()
        asked = _on_entry(self._decider.machine(case).policy, case.course.stage)
        return tuple(sorted({action for action, _with in _on_entry(self.new, goes_to) - asked}))


def _on_entry(policy: Policy, stage: str) -> set[tuple[str, str]]:
    """What a stage and the groups around it ask for on entry: each action, and with what."""
    tasks = (task for owner in policy.stages[stage].owners for task in policy.stages[owner].on_enter)
    steps = ((step.action, step.params) for task in tasks for step in task.ladder or (task,))
    return {(action, repr(sorted(params.items()))) for action, params in steps}


def _version(versions: Versions, name: str) -> Policy:
    """The version of a name. MigrationRefused where it was not given."""
    for policy in versions.all:
        if policy.version == name:
            return policy
    known = ", ".join(f"`{policy.version}`" for policy in versions.all)
    raise MigrationRefused([f"there is no version `{name}` of policy {versions.newest.id}; there is {known}"], {})


def _of_version(stage_map: Mapping[str, str], old: Policy) -> dict[str, str]:
    """The part of a map that is about the stages of one version."""
    return {stage: goes_to for stage, goes_to in stage_map.items() if stage in old.leaves}


def _are(cases: Sequence[str]) -> str:
    """Which cases, in words."""
    if not cases:
        return "stands no case"
    named = ", ".join(f"`{name}`" for name in cases[:_NAMED])
    more = f" and {len(cases) - _NAMED:,} more" if len(cases) > _NAMED else ""
    return f"{'stands' if len(cases) == 1 else 'stand'} {named}{more}"


__all__ = ["Migrated", "Migrating", "Migration", "Moved"]
