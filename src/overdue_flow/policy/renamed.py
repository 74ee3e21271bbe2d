"""Which stage of a new version a stage of the old one became: what a stage map says, as far as it can be told.

A stage that keeps its name is the same. One that is gone is taken for a new one that has its label, or most of its
rules; where several are alike, or none is, a person must say it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TypeAlias

from overdue_flow.policy.policy import Policy, Stage

StageMap: TypeAlias = Mapping[str, str | None]
"""Where each stage of an old version goes in the new one; None where nobody can tell."""


def suggested_map(old: Policy, new: Policy) -> dict[str, str | None]:
    """Where each leaf of `old` seems to have gone in `new`, in the order of the old file."""
    renamed = renamed_stages(old, new)
    return {leaf: _went_to(leaf, new, renamed) for leaf in old.leaves}


def _went_to(leaf: str, new: Policy, renamed: Mapping[str, str]) -> str | None:
    """A stage of its name, also where that is a group now, or its group where that is one stage now; else the one that
    it was renamed to."""
    now = renamed.get(leaf, leaf)
    if now in new.stages:
        return new.leaf_of(now) if new.leaf_of(now) in new.leaves else None
    group = leaf.rpartition(".")[0]
    group = renamed.get(group, group)
    return group if group in new.leaves else None


def renamed_stages(old: Policy, new: Policy) -> dict[str, str]:
    """The stages and groups that seem to have another name now: old by new, each only once."""
    gone = [path for path in old.stages if path not in new.stages]
    come = [path for path in new.stages if path not in old.stages]
    found: dict[str, str] = {}
    for path in gone:
        likest = _likest(path, [one for one in come if one not in found.values()], old, new, found)
        rival = likest is not None and _likest(likest, [p for p in gone if p not in found], new, old, {})
        if likest is not None and rival == path:
            found[path] = likest
    return found


def _likest(path: str, among: Iterable[str], here: Policy, there: Policy, found: Mapping[str, str]) -> str | None:
    """The one stage that is most like another; None where none is like it, or two are equally."""
    scores = sorted(((_likeness(here.stages[path], there.stages[one], found), one) for one in among), reverse=True)
    if not scores or scores[0][0] < 1 or (len(scores) > 1 and scores[0][0] == scores[1][0]):
        return None
    return scores[0][1]


def _likeness(one: Stage, other: Stage, found: Mapping[str, str]) -> float:
    """1 and more where two stages may be the same: they have one label, or most of their rules, or their group was
    renamed and they were not."""
    if bool(one.children) != bool(other.children) or one.end != other.end:
        return 0
    label = 1 if one.label and one.label == other.label else 0
    rules = 2 * _shared({rule.id for rule in one.rules}, {rule.id for rule in other.rules})
    inside = 2 * _shared(_last_names(one), _last_names(other))
    return label + rules + inside + _with_its_group(one, other, found)


def _with_its_group(one: Stage, other: Stage, found: Mapping[str, str]) -> int:
    """1 for a stage whose group has another name now, and whose own is the same."""
    group, _dot, name = one.path.rpartition(".")
    return int(other.path == f"{found.get(group)}.{name}")


def _last_names(stage: Stage) -> set[str]:
    return {child.rpartition(".")[2] for child in stage.children}


def _shared(some: Collection[str], others: Collection[str]) -> float:
    """The share of what either has that both have."""
    both, either = set(some) & set(others), set(some) | set(others)
    return len(both) / len(either) if either else 0


__all__ = ["StageMap", "renamed_stages", "suggested_map"]
