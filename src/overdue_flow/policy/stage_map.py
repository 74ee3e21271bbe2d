"""The file of a stage map: where loans on their way stand in a new version of their policy.

    policy: changjiang-retail
    from: "2025.1"
    to: "2026.1"
    stages:
      talks: negotiation
      reminder: reminder.contact

A stage that keeps its name needs no word. A case goes on in the stage to which its own goes: nothing is asked for again
there. `entered: [talks]` names those after which it does not, but enters the new stage as by any other move.

`overdue-flow diff OLD NEW --stage-map` writes a map, with `?` for each stage that nobody but a person can place; one
with a `?` left is refused.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from overdue_flow.errors import StageMapError
from overdue_flow.policy.compare import Comparison
from overdue_flow.policy.declared import Section
from overdue_flow.policy.fitting import fit
from overdue_flow.policy.places import Source
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.source import read, write
from overdue_flow.policy.texts import Name, Short
from overdue_flow.problems import Problem, did_you_mean

UNKNOWN = "?"
"""What stands for a stage that a person must name."""


class _Written(Section):
    """A stage map as it is written."""

    policy: Name = Field(description="the policy")
    from_: Name = Field(alias="from", description="the version that the loans come from")
    to: Name = Field(description="the version that they move to")
    stages: Mapping[Name, Short] = Field(default_factory=dict, description="each stage by where it goes")
    entered: tuple[Name, ...] = Field(
        default=(), description="the stages after which a case enters the new one as by any other move"
    )


@dataclass(frozen=True, slots=True)
class MapRead:
    """A stage map as read: from which version to which, where each stage of the old one goes that does not keep its
    name, and from which of them a case enters where they go."""

    policy: str
    old: str
    new: str
    stages: Mapping[str, str]
    entered: tuple[str, ...] = ()


def read_stage_map(text: str | bytes, versions: Iterable[Policy], name: str = "stage-map.yaml") -> MapRead:
    """The stage map in a text, for the versions that there are. StageMapError, with every problem and its place."""
    source = read(text, name)
    written = fit(copy.deepcopy(source.tree), _Written, source) if source.readable else None
    problems = list(source.problems)
    if written is not None and not problems:
        problems = list(_problems(written, {one.version: one for one in versions if one.id == written.policy}, source))
    if problems or written is None:
        raise StageMapError(problems, {name: source.text})
    return MapRead(written.policy, written.from_, written.to, dict(written.stages), written.entered)


def _problems(written: _Written, versions: Mapping[str, Policy], source: Source) -> Iterator[Problem]:
    if not versions:
        message = f"`{written.policy}` is not the policy that the versions are of"
        yield Problem("unknown-policy", message, source.place(("policy",)))
        return
    for key, version in (("from", written.from_), ("to", written.to)):
        if version not in versions:
            yield _unknown("version", version, versions, source, (key,), key=False)
    old, new = versions.get(written.from_), versions.get(written.to)
    yield from _of_the_entered(written, old, new, source)
    for stage, goes_to in written.stages.items():
        path = ("stages", stage)
        if old is not None and stage not in old.leaves:
            yield _unknown(f"stage of version {old.version}", stage, old.leaves, source, path, key=True)
        if goes_to == UNKNOWN:
            hint = "name a stage of the new version"
            yield Problem("not-placed", f"it does not say where `{stage}` goes", source.place(path), hint=hint)
        elif new is not None and goes_to not in new.stages:
            yield _unknown(f"stage of version {new.version}", goes_to, new.stages, source, path, key=False)
        elif new is not None and new.leaf_of(goes_to) not in new.leaves:
            children = ", ".join(f"`{one}`" for one in new.stages[goes_to].children)
            message = f"`{goes_to}` is a group; expected one of its stages: {children}"
            yield Problem("no-stage", message, source.place(path))


def _of_the_entered(written: _Written, old: Policy | None, new: Policy | None, source: Source) -> Iterator[Problem]:
    for number, stage in enumerate(written.entered):
        path = ("entered", number)
        if old is not None and stage not in old.leaves:
            yield _unknown(f"stage of version {old.version}", stage, old.leaves, source, path, key=False)
        elif new is not None and stage in new.leaves and written.stages.get(stage, stage) == stage:
            message = f"`{stage}` keeps its name, so a case there goes on and enters nothing"
            yield Problem("not-entered", message, source.place(path))


def _unknown(what: str, name: str, known: Iterable[str], source: Source, path: Any, *, key: bool) -> Problem:
    place = source.key_place(path) if key else source.place(path)
    return Problem(f"unknown-{what.partition(' ')[0]}", f"there is no {what} `{name}`", place,
                   hint=did_you_mean(name, known))  # fmt: skip


def suggested_text(comparison: Comparison) -> str:
    """The stage map that a comparison suggests, as a file; `?` where a person must say it."""
    old, new = comparison.old, comparison.new
    stages = {leaf: now or UNKNOWN for leaf, now in comparison.stage_map.items() if now != leaf}
    said: Any = {"policy": new.id, "from": old.version, "to": new.version, **({"stages": stages} if stages else {})}
    return write(said)


__all__ = ["UNKNOWN", "MapRead", "read_stage_map", "suggested_text"]
