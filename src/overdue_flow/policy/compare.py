"""What changed from one version of a policy to another, part by part and line by line.

Nothing that the files say is passed over: every line of every part is compared, layout aside. What something is decided
by stands apart from conditions that are only written otherwise, from the reasons that are given, and from what is
beside all of them: labels, sources, scenarios, who may look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from overdue_flow.policy.meaning import Weight
from overdue_flow.policy.parts import STANDS_IN, Line, Lines, Part, lines_of, written_parts
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.renamed import StageMap, renamed_stages, suggested_map
from overdue_flow.policy.reworded import wording_of
from overdue_flow.problems import Place

How: TypeAlias = Literal["added", "removed", "renamed", "reordered", "changed"]

_OF_A_PART: dict[str, str] = {
    "rules": "rule", "stages": "stage", "on_enter": "on entry", "every": "rhythm", "limits": "limit",
    "never": "never clause", "holds": "hold", "marks": "mark", "facts": "fact", "events": "event", "counts": "count",
    "actions": "action", "ladders": "ladder", "buckets": "bucket", "remedies": "remedy", "sources": "source",
    "scenarios": "scenario",
}  # fmt: skip
_NAMES_A_STAGE = frozenset({"to", "first", "except", "stops", STANDS_IN})
_OF_A_SCENARIO = frozenset({"stage", "to"})


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is not as it was.

    `kind` is the section of the file; `name` the part, or "" for a section that is one part; `owner` the stage or group
    it stands in now (of one that was removed, stood in). `line` is which line changed, by its keys; `before` and
    `after` what it said, None where there was no such line. Of a part that was added or removed they are all its
    lines; of one renamed, its names; of a list reordered, its names in order. `weight` says whether anything is
    decided by it; `means_the_same` that it is a condition which the same loans meet as before, and that this is proved.
    `was_at` and `is_at` are where it stood and stands.
    """

    kind: str
    owner: str
    name: str
    how: How
    line: str = ""
    before: Any = None
    after: Any = None
    weight: Weight = "decides"
    means_the_same: bool = False
    was_at: Place | None = None
    is_at: Place | None = None

    @property
    def what(self) -> str:
        """The part in a few words, such as "rule `legal-threshold` in negotiation"."""
        where = f" in {self.owner}" if self.owner and self.kind != "stages" else ""
        if not self.name:
            return f"{self.kind.replace('_', ' ')}{where}"
        return f"{_OF_A_PART.get(self.kind, self.kind)} `{self.name}`{where}"

    @property
    def place(self) -> Place | None:
        """Where to look: in the new file, or in the old one where it is gone."""
        return self.is_at or self.was_at

    def __str__(self) -> str:
        match self.how:
            case "added" | "removed":
                return f"{self.what} was {self.how}"
            case "renamed":
                return f"{self.what} is now called `{self.after}`"
            case "reordered":
                return f"{self.what}: the order was {_plain(self.before)}, and is {_plain(self.after)}"
        line = f"{self.what}: `{self.line}`" if self.line else self.what
        if self.before is None:
            return f"{line} was not said, and is {_plain(self.after)}"
        if self.after is None:
            return f"{line} was {_plain(self.before)}, and is not said any more"
        same = ", which means the same" if self.means_the_same else ""
        return f"{line} was {_plain(self.before)}, and is {_plain(self.after)}{same}"


def _plain(value: Any) -> str:
    """A value as it stands in the file, on one line."""
    if isinstance(value, list | tuple):
        return ", ".join(map(_plain, value)) or "nothing"
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(inside)}" for name, inside in value.items()) or "nothing"
    return f"`{value}`" if not isinstance(value, bool) else ("yes" if value else "no")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from `old` to `new`, in the order of the new file's sections. `stage_map` says where each stage of
    the old version seems to have gone: what a migration needs, None where a person must say it."""

    old: Policy
    new: Policy
    changes: tuple[Change, ...]
    stage_map: StageMap

    def __bool__(self) -> bool:
        return bool(self.changes)

    def __str__(self) -> str:
        return "\n".join(self.lines())

    @property
    def deciding(self) -> tuple[Change, ...]:
        """What may decide otherwise."""
        return tuple(one for one in self.changes if one.weight == "decides" and not one.means_the_same)

    @property
    def reworded(self) -> tuple[Change, ...]:
        """Conditions that are written otherwise, and that the same loans meet: that is proved."""
        return tuple(change for change in self.changes if change.means_the_same)

    @property
    def told(self) -> tuple[Change, ...]:
        """The reasons that are given otherwise, where the same is decided."""
        return tuple(change for change in self.changes if change.weight == "told")

    @property
    def beside(self) -> tuple[Change, ...]:
        """What decides nothing and is no reason: labels, sources, scenarios, who may look."""
        return tuple(change for change in self.changes if change.weight == "beside")

    def lines(self) -> list[str]:
        """All of it, a line for each change with its place, in the words of the file."""
        said: list[str] = []
        for title, changes in (
            ("decides otherwise:", self.deciding),
            ("is written otherwise, and means the same:", self.reworded),
            ("is told otherwise:", self.told),
            ("is beside the decisions:", self.beside),
        ):
            if changes:
                said += [title, *(f"  {change}{_at(change)}" for change in changes)]
        return said or ["nothing changed"]


def _at(change: Change) -> str:
    return f" ({change.place})" if change.place is not None else ""


def compare_policies(old: Policy, new: Policy) -> Comparison:
    """What changed from `old` to `new`: every part that came or went, every line that says something else.

    That a stage was renamed is concluded from its label and its rules (`renamed_stages`); what then only follows the
    name is no change. Of a condition that is written otherwise it is said where it is proved to mean the same.
    """
    renamed = renamed_stages(old, new)
    changes = list(_changes(old, new, renamed))
    return Comparison(old, new, tuple(changes), suggested_map(old, new))


def _changes(old: Policy, new: Policy, renamed: Mapping[str, str]) -> Iterator[Change]:
    before = {_key(part, renamed): part for part in written_parts(old.spec)}
    after = {part.key: part for part in written_parts(new.spec)}
    order = {kind: number for number, kind in enumerate(dict.fromkeys(key[0] for key in (*after, *before)))}
    for key in sorted(dict.fromkeys([*after, *before]), key=lambda one: order[one[0]]):
        yield from _of_part(before.get(key), after.get(key), renamed, old, new)
    yield from _stopped_unsaid(old, new, renamed)
    yield from _reordered(before.values(), after.values(), renamed)


def _stopped_unsaid(old: Policy, new: Policy, renamed: Mapping[str, str]) -> Iterator[Change]:
    """What an open promise or a kept plan stops where neither file says it: that goes by a stage's name (`legal`)."""
    for kind, was, is_ in (
        ("promises", old.promises_stop, new.promises_stop),
        ("plans", old.plans_stop, new.plans_stop),
    ):
        unsaid = getattr(old.spec, kind) is None and getattr(new.spec, kind) is None
        before, after = sorted(renamed.get(one, one) for one in was), sorted(is_)
        if unsaid and before != after:
            yield Change(kind, "", "", "changed", "stops", before, after)


def _key(part: Part, renamed: Mapping[str, str]) -> tuple[str, str, str]:
    """By what a part of the old version is found in the new one."""
    kind, owner, name = part.key
    if kind == "stages":
        name = renamed.get(name, name)
        return kind, name.rpartition(".")[0], name
    return kind, renamed.get(owner, owner), name


def _of_part(
    was: Part | None, is_: Part | None, renamed: Mapping[str, str], old: Policy, new: Policy
) -> Iterator[Change]:
    part = is_ or was
    assert part is not None, "one of the two has it"
    was_at = old.places.get(was.path) if was is not None else None
    is_at = new.places.get(is_.path) if is_ is not None else None

    def change(how: How, **said: Any) -> Change:
        return Change(part.kind, part.owner, part.name, how, was_at=was_at, is_at=is_at, **said)

    before, after = _lines(was, renamed), _lines(is_, {})
    if (was is None or is_ is None) and part.name:
        said = {name: line.value for name, line in (before or after).items() if name not in ("id", "name")}
        if was is None:
            yield change("added", weight=part.weight, after=said)
        else:
            yield change("removed", weight=part.weight, before=said)
        return
    if was is not None and is_ is not None and was.name != is_.name:
        yield Change(part.kind, part.owner, was.name, "renamed", "", was.name, is_.name, was_at=was_at, is_at=is_at)
    for name in dict.fromkeys([*after, *before]):
        earlier, later = before.get(name, _NO_LINE), after.get(name, _NO_LINE)
        if earlier.meant == later.meant:
            continue
        weight = (earlier if later is _NO_LINE else later).weight
        wording = wording_of(old, new, was, is_, name, renamed) if was is not None and is_ is not None else "other"
        if wording != "renamed":
            same, said = wording == "same", {"before": earlier.value, "after": later.value}
            yield change("changed", line=name, weight=weight, means_the_same=same, **said)


_NO_LINE = Line(None, "decides", None)


def _lines(part: Part | None, renamed: Mapping[str, str]) -> Lines:
    """What a part says, with the stages that it names called as they are now."""
    lines = lines_of(part) if part is not None else {}
    if part is not None and renamed:
        for name, line in lines.items():
            if part.kind == "scenarios" or name in _NAMES_A_STAGE:
                now = _first_now(part, line.value, renamed) if name == "first" else _now(part, line.value, renamed)
                lines[name] = line if now == line.value else line._replace(value=now, meant=now)
    return lines


def _first_now(part: Part, name: Any, renamed: Mapping[str, str]) -> Any:
    """`first` names a stage of its own group by its last name."""
    full = f"{part.name}.{name}"
    return renamed.get(full, full).rpartition(".")[2]


def _now(part: Part, said: Any, renamed: Mapping[str, str]) -> Any:
    """What is said where stages are named, one or several, or a scenario's, as it is said now."""
    if isinstance(said, list):
        return [_now(part, one, renamed) for one in said]
    if isinstance(said, dict):
        return {
            key: _now(part, inside, renamed) if key in _OF_A_SCENARIO or isinstance(inside, list | dict) else inside
            for key, inside in said.items()
        }
    return renamed.get(said, said) if isinstance(said, str) else said


def _reordered(before: Iterable[Part], after: Iterable[Part], renamed: Mapping[str, str]) -> Iterator[Change]:
    """Lists of which the order counts, where what is in both stands in another order."""
    was, is_ = _orders(before, renamed), _orders(after, {})
    for (kind, owner), names in is_.items():
        both = set(names) & set(was.get((kind, owner), ()))
        earlier = [name for name in was.get((kind, owner), ()) if name in both]
        later = [name for name in names if name in both]
        if earlier != later:
            yield Change(kind, owner, "", "reordered", "", earlier, later, weight=_weight_of_order(kind))


def _weight_of_order(kind: str) -> Weight:
    return "beside" if kind in ("scenarios", "explained") else "decides"


def _orders(parts: Iterable[Part], renamed: Mapping[str, str]) -> dict[tuple[str, str], list[str]]:
    """The names of each list of which the order counts: of lists, and of marks."""
    found: dict[tuple[str, str], list[str]] = {}
    for part in parts:
        if isinstance(part.path[-1], int) or part.kind == "marks":
            found.setdefault((part.kind, renamed.get(part.owner, part.owner)), []).append(part.name)
    return found


__all__ = ["Change", "Comparison", "compare_policies"]
