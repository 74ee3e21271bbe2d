"""A course whose stages have other names in the version that the case moved to: where it stands, it goes on.

What names a stage or group is called as it is now: the place itself, the days on which it was entered and how often,
what is on its way for it, the ladders that it began, what it did once. Nothing is entered by that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from overdue_flow.cases.course import Course, owners_of
from overdue_flow.cases.events import Event, PolicyAdopted
from overdue_flow.cases.values import changed

_ASKED_BY_A_STAGE = re.compile(r"(.+)(\.(?:on_enter|every)\[.*)", re.DOTALL)
"""What is asked for on entry or in a rhythm, and has no id, is called after its stage."""


def in_new_names(course: Course, event: Event) -> Course:
    """The course after an event, before its results: only a version that is adopted calls stages otherwise."""
    if not isinstance(event, PolicyAdopted) or not event.renamed:
        return course
    visits = _visits(course, event.renamed)
    now = _Called(event.renamed, course.visits, visits)
    stage = now.name(course.stage)
    return changed(
        course,
        stage=stage,
        entered=_entered(course, stage, event.renamed),
        visits=visits,
        open_effects=tuple(
            changed(one, cause=now.cause(one.cause), scope=now.name(one.scope)) for one in course.open_effects
        ),
        climbs=tuple(
            changed(one, ladder=now.cause(one.ladder), scope=now.name(one.scope), visit=now.visit(one.scope, one.visit))
            for one in course.climbs
        ),
        refusals=tuple(
            changed(one, visit=visits.get(stage, 0)) if one.visit == course.visits.get(course.stage) else one
            for one in course.refusals
        ),
        fired=frozenset((what, now.mark(how)) for what, how in course.fired),
    )


class _Called(NamedTuple):
    """What stages are called now, and how often each was entered: as they were called, and as they are."""

    names: Mapping[str, str]
    before: Mapping[str, int]
    visits: Mapping[str, int]

    def name(self, stage: str) -> str:
        return self.names.get(stage, stage)

    def cause(self, task_id: str) -> str:
        """The id of a task of the policy."""
        found = _ASKED_BY_A_STAGE.fullmatch(task_id)
        return self.name(found[1]) + found[2] if found is not None else task_id

    def visit(self, stage: str, number: int) -> int:
        """The number of a visit; the last one stays the last, also where two stages are one now."""
        return number + self.visits.get(self.name(stage), 0) - self.before.get(stage, 0)

    def mark(self, how: str) -> str:
        """What is remembered of a rule that fires once per visit."""
        stage, _blank, number = how.rpartition(" ")
        if stage not in self.before or not number.isdecimal():
            return how
        return f"{self.name(stage)} {self.visit(stage, int(number))}"


def _visits(course: Course, names: Mapping[str, str]) -> dict[str, int]:
    """Where several are one now, it is the one that kept its name; with all visits, where the case stands in another:
    so what was counted by the visit is counted on."""
    were: dict[str, list[str]] = {}
    for stage in course.visits:
        were.setdefault(names.get(stage, stage), []).append(stage)
    found: dict[str, int] = {}
    inside = owners_of(course.stage) if course.stage else ()
    for now, olds in were.items():
        it = now if now in olds else olds[0]
        moved_in = any(old in inside for old in olds if old != it)
        found[now] = sum(course.visits[old] for old in olds) if moved_in else course.visits[it]
    here = names.get(course.stage, course.stage)
    for owner in owners_of(here) if here else ():
        found.setdefault(owner, found.get(here, 1))
    return found


def _entered(course: Course, stage: str, names: Mapping[str, str]) -> Mapping[str, date]:
    """Since when the case is where it is; in a group that was put around its stage, as long as in that."""
    since = {names.get(owner, owner): day for owner, day in course.entered.items()}
    return {owner: since.get(owner, since[stage]) for owner in owners_of(stage)} if stage in since else since


__all__ = ["in_new_names"]
