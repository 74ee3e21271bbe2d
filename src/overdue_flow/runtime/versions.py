"""Which policy version decides: the one that a case is pinned to, and the law of the day."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from hashlib import sha256

from overdue_flow.cases.case import Case
from overdue_flow.cases.course import owners_of
from overdue_flow.cases.events import PolicyAdopted
from overdue_flow.engine.machine import Machine
from overdue_flow.engine.moves import stage_told
from overdue_flow.engine.persons import Manners, manners_of
from overdue_flow.errors import EventRefused, NotInForce
from overdue_flow.policy.policy import Policy


class Versions:
    """The versions of one policy that a host runs, each compiled once.

    Stages, rules and terms are those of the version that a case was opened under; limits, what holds stop, and never
    clauses are those of the newest version in force on the day.
    """

    def __init__(self, policies: Sequence[Policy]) -> None:
        if not policies:
            raise NotInForce("a flow needs at least one policy")
        names = [(policy.id, policy.version) for policy in policies]
        twice = next((name for number, name in enumerate(names) if name in names[:number]), None)
        if twice is not None:
            raise NotInForce(f"policy {twice[0]} {twice[1]} was given twice; a policy that changes needs a new version")
        ids = sorted({policy.id for policy in policies})
        if len(ids) > 1:
            told = ", ".join(f"`{one}`" for one in ids)
            raise NotInForce(
                f"a flow runs the versions of one policy, and these are several: {told}; make one for each"
            )
        self._policies = tuple(sorted(policies, key=lambda policy: policy.in_force[0] or date.min))
        self._machines: dict[tuple[str, str, str], Machine] = {}
        self._lacking: set[str] = set()

    @property
    def all(self) -> tuple[Policy, ...]:
        """Every version, in the order in which they come into force."""
        return self._policies

    @property
    def newest(self) -> Policy:
        """The version that comes into force last; of those, the one that was given last."""
        return self._policies[-1]

    def opening(self, day: date) -> Machine:
        """What a case that is opened on `day` runs under. NotInForce where no version is in force."""
        policy = self._in_force(day)
        if policy is None:
            raise NotInForce(f"no version of policy {self.newest.id} is in force on {day}; a case cannot be opened")
        return self._machine(policy, policy)

    def of(self, case: Case, day: date) -> Machine:
        """What a case runs under on `day`."""
        return self.pinned(case.course.policy, case.course.version, day)

    def pinned(self, policy_id: str, version: str, day: date) -> Machine:
        """A version, under the law of `day`. NotInForce where it was not given to this flow."""
        for policy in self._policies:
            if (policy.id, policy.version) == (policy_id, version):
                return self._machine(policy, self._in_force(day) or policy)
        raise NotInForce(f"policy {policy_id} {version} was not given to this flow")

    def laws(self, at: datetime) -> list[Policy]:
        """The versions that are the law at an instant, whatever the time zone of a version's loans."""
        days = {at.astimezone(policy.terms.zone).date() for policy in self._policies}
        return [law for day in sorted(days) if (law := self._in_force(day)) is not None]

    def lacks(self, said: str) -> bool:
        """Keep in mind what NotInForce said; whether that is news."""
        news = said not in self._lacking
        self._lacking.add(said)
        return news

    @cached_property
    def changes(self) -> Mapping[str, date]:
        """The days on which another version may become the law, each by what happens then; none where there is one
        version only."""
        found: dict[str, date] = {}
        for policy in self._policies if len(self._policies) > 1 else ():
            start, end = policy.in_force
            if start is not None:
                found[f"{policy.id} {policy.version} from {start}"] = start
            if end is not None:
                found[f"{policy.id} {policy.version} until {end}"] = end + timedelta(days=1)
        return found

    def next_change(self, day: date) -> date | None:
        """The next day after `day` on which another version may become the law; None if none does."""
        return min((change for change in self.changes.values() if change > day), default=None)

    @cached_property
    def manners(self) -> Manners:
        """What the loans of one person tell each other under any of the versions."""
        return manners_of(self._policies)

    @cached_property
    def fingerprint(self) -> str:
        """What all versions and the days on which they are in force are known by, short; empty where there is one
        version only. Where it differs, a case may stand under another law."""
        if len(self._policies) == 1:
            return ""
        told = [(policy.id, policy.version, *map(str, policy.in_force)) for policy in self._policies]
        return sha256(json.dumps(told).encode()).hexdigest()[:16]

    def _in_force(self, day: date) -> Policy | None:
        for policy in reversed(self._policies):
            start, end = policy.in_force
            if (start is None or start <= day) and (end is None or day <= end):
                return policy
        return None

    def _machine(self, policy: Policy, law: Policy) -> Machine:
        key = (policy.id, policy.version, law.version)
        if key not in self._machines:
            self._machines[key] = Machine(policy, law)
        return self._machines[key]


def check_stage_map(event: PolicyAdopted, old: Policy, new: Policy) -> None:
    """EventRefused, with every reason, unless each stage of `old` has its place in `new`.

    A stage that keeps its name needs no word in the map.
    """
    faults = [*unknown_in(event.stage_map, old), *_misnamed_in(event, old, new)]
    faults += [f"it does not say where `{leaf}` goes: {why}" for leaf, why in forgotten_by(event.stage_map, old, new)]
    if faults:
        raise EventRefused(f"the stage map of `{event.id}` is not complete: " + "; ".join(faults))


def unknown_in(stages: Iterable[str], old: Policy) -> Iterator[str]:
    """Which names of a stage map are no stage of the old version, each in a sentence."""
    for name in stages:
        if name not in old.leaves:
            yield f"policy {old.id} {old.version} has no stage `{name}`"


def _misnamed_in(event: PolicyAdopted, old: Policy, new: Policy) -> Iterator[str]:
    """What is said to have another name and has not, each in a sentence."""
    for name, now in event.renamed.items():
        was, is_ = old.stages.get(name), new.stages.get(now)
        if was is None or is_ is None:
            missing, policy = (name, old) if was is None else (now, new)
            yield f"policy {policy.id} {policy.version} has no stage `{missing}`, of which it says that it was renamed"
        elif bool(was.children) != bool(is_.children):
            yield f"`{name}` cannot be called `{now}` now: one of them is a group"


def only_renamed(stage_map: Mapping[str, str], old: Policy, new: Policy) -> dict[str, str]:
    """The stages of a map by what they are called now, and the groups of which all that went somewhere went into one
    other: what goes on in a case that stands there."""
    found = {stage: stage_told(new, goes_to) for stage, goes_to in stage_map.items()}
    groups: dict[str, set[str]] = {}
    for leaf, now in found.items():
        was, is_ = owners_of(leaf)[:-1], owners_of(now)[:-1]
        for number, group in enumerate(was):
            groups.setdefault(group, set()).add(is_[number] if len(was) == len(is_) else "")
    stayed = {group for leaf in old.leaves if leaf not in stage_map for group in owners_of(leaf)[:-1]}
    for group, went_to in groups.items():
        is_whole = group not in stayed or group not in new.stages
        if is_whole and len(went_to) == 1 and "" not in went_to:
            found[group] = next(iter(went_to))
    return {name: now for name, now in found.items() if name != now}


def forgotten_by(stage_map: Mapping[str, str], old: Policy, new: Policy) -> Iterator[tuple[str, str]]:
    """The stages of the old version that have no place in the new one, each with the reason."""
    for leaf in old.leaves:
        try:
            stage_told(new, stage_map.get(leaf, leaf))
        except EventRefused as refusal:
            yield leaf, str(refusal)
