"""The parts of a policy file that have a name, or stand alone, each with all its lines: what two versions are compared
by.

A part is known by its kind, where it stands, and its name: a rule by its id wherever it stands, something done on entry
by its stage and what it is called. What the format grows is found here without a word: a section of named things gives
one part for each, every other one is a part by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from pydantic import BaseModel

from overdue_flow.policy.meaning import Weight, condensed, fields_by_key, weight_of
from overdue_flow.policy.model import PolicyFile
from overdue_flow.policy.places import Path
from overdue_flow.policy.road import Asked, StageWritten


class Line(NamedTuple):
    """One line of a part: its value as plain data, its weight, and what of it counts (without layout)."""

    value: Any
    weight: Weight
    meant: Any


Lines: TypeAlias = dict[str, Line]
"""What a part says, each line by its keys, joined by dots."""

STANDS_IN = "stands in"
"""The line of a rule that says in which stage or group it stands; it has none where it is tried everywhere."""

_ALONE = frozenset({"title"})
_NOT_COMPARED = frozenset({"language", "policy", "version", "extends", "leave_out"})


class Part(NamedTuple):
    """One part: its kind (the section it belongs to), the stage or group it stands in, its name, the way to it in the
    file, and what is written there."""

    kind: str
    owner: str
    name: str
    path: Path
    written: Any
    weight: Weight = "decides"

    @property
    def key(self) -> tuple[str, str, str]:
        """By what it is found again in another version: a rule by its id alone, whichever stage it stands in."""
        return self.kind, "" if self.kind == "rules" else self.owner, self.name


def written_parts(file: PolicyFile) -> Iterator[Part]:
    """Every part of a file, in the order of the format, stages in theirs."""
    for key, field in fields_by_key(file).items():
        value = getattr(file, field)
        weight = weight_of(field, of_the_file=True)
        if key in _NOT_COMPARED or value is None:
            continue
        if key == "everywhere":
            yield from _listed("rules", "", value, (key,), weight)
        elif key == "stages":
            yield from _stages(value, (key,), "")
        elif isinstance(value, Mapping) and key not in _ALONE:
            yield from (Part(key, "", name, (key, name), inside, weight) for name, inside in value.items())
        elif isinstance(value, Sequence) and value and isinstance(value[0], BaseModel):
            yield from _listed(key, "", value, (key,), weight)
        elif value != type(file).model_fields[field].get_default(call_default_factory=True):
            yield Part(key, "", "", (key,), value, weight)


def _stages(stages: Mapping[str, StageWritten], path: Path, group: str) -> Iterator[Part]:
    for name, stage in stages.items():
        full, here = f"{group}.{name}" if group else name, (*path, name)
        yield Part("stages", group, full, here, stage)
        yield from _listed("on_enter", full, stage.on_enter, (*here, "on_enter"))
        yield from _listed("every", full, stage.every, (*here, "every"))
        yield from _listed("rules", full, stage.rules, (*here, "rules"))
        yield from _stages(stage.stages, (*here, "stages"), full)


def _listed(kind: str, owner: str, items: Sequence[Any], path: Path, weight: Weight = "decides") -> Iterator[Part]:
    """The elements of a list, by their ids; those of one name are told apart by their number."""
    seen = Counter[str]()
    for position, item in enumerate(items):
        name = _called(item)
        seen[name] += 1
        number = f" ({seen[name]})" if seen[name] > 1 else ""
        yield Part(kind, owner, name + number, (*path, position), item, weight)


def _called(item: Any) -> str:
    named = getattr(item, "id", None) or getattr(item, "name", None)
    if named is None and isinstance(item, Asked):
        named = item.do or (item.ladder if isinstance(item.ladder, str) else "ladder")
    return str(named or getattr(item, "finding", None) or "one")


# --- what a part says ---

_APART = {"stages": frozenset({"on_enter", "every", "rules", "stages"})}


def lines_of(part: Part) -> Lines:
    """What a part says, without what is so by default."""
    apart = _APART.get(part.kind, frozenset[str]())
    lines = dict(_lines("", part.written, _dumped(part.written), part.weight, apart))
    if part.kind == "rules" and part.owner:
        lines = {STANDS_IN: Line(part.owner, "decides", part.owner), **lines}
    return lines


def _dumped(written: Any) -> Any:
    if isinstance(written, BaseModel):
        return written.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    if isinstance(written, Mapping):
        return {name: _dumped(inside) for name, inside in written.items()}
    if isinstance(written, tuple | list):
        return [_dumped(inside) for inside in written]
    return written if written is None or isinstance(written, str | bool | int) else str(written)


def _lines(
    at: str, written: Any, said: Any, weight: Weight, apart: frozenset[str] = frozenset()
) -> Iterator[tuple[str, Line]]:
    if isinstance(written, BaseModel) and isinstance(said, dict):
        fields = fields_by_key(written)
        for key, inside in said.items():
            if key not in apart:
                name = fields[key]
                below = max(weight, weight_of(name), key=_LIGHTER.index)
                for line, found in _lines(_below(at, key), getattr(written, name), inside, below):
                    yield line, found._replace(meant=condensed(name, found.meant))
    elif isinstance(written, Mapping) and isinstance(said, dict) and said:
        for key, inside in said.items():
            yield from _lines(_below(at, key), written.get(key), inside, weight)
    elif at or said != {}:
        yield at, Line(said, weight, said)


_LIGHTER: tuple[Weight, ...] = ("decides", "told", "beside")


def _below(at: str, key: str) -> str:
    return f"{at}.{key}" if at else key
