"""From plain text to the model: every misfit becomes one problem with its place, and what is left is still checked.

What does not fit is noted and taken out, and the rest is tried again, so that one run finds all there is. Paths taken
out are `damaged`: later checks say nothing about them.
"""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from overdue_flow.cases.events import Event
from overdue_flow.policy.places import Path, Source
from overdue_flow.policy.prose import say
from overdue_flow.problems import Place, Problem, did_you_mean, nearest

M = TypeVar("M", bound=BaseModel)

_ROUNDS_MAX = 40
_PROBLEMS_MAX = 200

# keys without which there is nothing to check: the problem is noted, and the checks go on with these in their place
_STAND_INS: dict[str, Any] = {"language": "1", "policy": "unnamed", "version": "0", "stages": {}, "strength": "block"}


def fit(tree: Any, model: type[M], source: Source, base: Path = ()) -> M | None:
    """`tree` as a `model`, or None where too little of it is left. Problems and damage are noted on `source`.

    `tree` is taken apart on the way; give a copy. `base` is where it stands in the file.
    """
    fitting = _Fitting(tree, model, source, base)
    for path in sorted(source.damaged, key=len, reverse=True):
        if path[: len(base)] == base and isinstance(path[-1] if path else 0, str):
            fitting.remove(path[len(base) :])
    for _ in range(_ROUNDS_MAX):
        try:
            return model.model_validate(tree)
        except ValidationError as found:
            if not fitting.take_out(found):
                return None
    return None


class _Fitting:
    """One tree on its way to a model."""

    def __init__(self, tree: Any, model: type[BaseModel], source: Source, base: Path) -> None:
        self.tree, self.model, self.source, self.base = tree, model, source, base

    def take_out(self, found: ValidationError) -> bool:
        """Note each error and take its value out. False where nothing could be taken out."""
        changed = False
        noted: list[Problem] = []
        # from the end: taking an element out of a list leaves the positions before it as they are
        errors = sorted(found.errors(include_url=False), key=lambda one: _sortable(one["loc"]), reverse=True)
        too_many = len(errors) + len(self.source.problems) > _PROBLEMS_MAX
        if too_many:
            # a file of another kind, or a hostile one: the first problems are enough to see that
            message = f"the file has {len(errors)} problems; the first {_PROBLEMS_MAX} are told"
            self.source.problems.append(Problem("many-problems", message, Place(self.source.file)))
            errors = errors[-_PROBLEMS_MAX:]
        # where everything stands is looked up before anything is taken out
        located = [(error, path, self.full(path)) for error in errors for path in [_real_path(self.tree, error["loc"])]]
        gone: set[Path] = set()
        for error, path, full in located:
            missed = error["type"] == "missing"
            problem, out = self._missing(path, full) if missed else self._misfit(path, full, error)
            if problem:
                noted.append(problem)
            if out is None or any(out[:length] in gone for length in range(1, len(out) + 1)):
                changed = changed or out is None
            elif self.remove(out):
                gone.add(out)
                changed = True
        self.source.problems.extend(reversed(noted))
        return changed and not too_many

    def full(self, path: Path) -> Path:
        """Where `path` of the tree, as it is now, stands in the file."""
        return self.source.original(self.base, path)

    def _missing(self, path: Path, full: Path) -> tuple[Problem | None, Path | None]:
        """A key that is not there, and what to take out for it: None where something else now stands in its place.

        No problem where the key was taken out before.
        """
        name, around = str(path[-1]), path[:-1]
        problem = None
        if full not in self.source.damaged and not self._is_misspelt(name, around, full[:-1]):
            message = f"{self._called(full[:-1])} has no `{name}`"
            problem = Problem("missing", message, self.source.key_place(full[:-1]))
        self.source.damaged.add(full)
        inside = _at(self.tree, around)
        if isinstance(inside, dict) and name in ("id", "name"):
            inside[name] = "unnamed-" + "-".join(str(step) for step in full[:-1])
            return problem, None
        if isinstance(inside, dict) and name in _STAND_INS:
            inside[name] = _STAND_INS[name]
            return problem, None
        self.source.damaged.add(full[:-1])
        return problem, around

    def _is_misspelt(self, name: str, around: Path, full: Path) -> bool:
        """Whether a key that is not there stands beside, misspelt: then that is told alone."""
        beside = self.source.at(full)
        known = keys_of(self.model, around)
        strange = [key for key in beside if key not in known] if isinstance(beside, Mapping) else []
        return any(nearest(key, known) == name for key in strange if did_you_mean(key, [name]))

    def _called(self, path: Path) -> str:
        if path or "stages" in self.model.model_fields:
            return called(path)
        return "a population" if "population" in self.model.model_fields else "a file of scenarios"

    def _misfit(self, path: Path, full: Path, error: Any) -> tuple[Problem | None, Path]:
        """A value that does not fit, which is taken out."""
        said = full in self.source.damaged
        if error["type"] == "extra_forbidden":
            known = keys_of(self.model, path[:-1])
            here = f"known here: {', '.join(f'`{key}`' for key in known)}"
            hint = did_you_mean(str(path[-1]), known) or here
            message = f"`{str(path[-1])[:60]}` is not known in {self._called(full[:-1])}"
            problem = Problem("unknown-key", message, self.source.key_place(full), hint=hint)
        else:
            found = self.source.at(full)
            found = _at(self.tree, path) if found is None else found
            words = str((error.get("ctx") or {}).get("expected", "")).split("'")[1::2]
            near = did_you_mean(found, words) if isinstance(found, str) else None
            # a name that cannot be one stands where the key does
            of_key = error["loc"][-1:] == ("[key]",)
            place = self.source.key_place(full) if of_key else self.source.place(full)
            problem = Problem("wrong-value", say(error, found), place, hint=near)
        self.source.damaged.add(full)
        return (None if said else problem), path

    def remove(self, path: Path) -> bool:
        """Take the value at `path` out."""
        if not path:
            return False
        around, last = _at(self.tree, path[:-1]), path[-1]
        if isinstance(around, dict) and last in around:
            del around[last]
            return True
        if isinstance(around, list) and isinstance(last, int) and last < len(around):
            self.source.drop(self.full(path[:-1]), last, len(around))
            del around[last]
            return True
        return False


def _sortable(loc: Sequence[str | int]) -> tuple[tuple[int, str], ...]:
    return tuple((step, "") if isinstance(step, int) else (-1, step) for step in loc)


def called(path: Path) -> str:
    """What a part of the file is called in a message."""
    names = [str(step) for step in path if isinstance(step, str)]
    if not names:
        return "a policy" if not path else "this"
    return f"`{names[-1]}`" if isinstance(path[-1], str) else f"this element of `{names[-1]}`"


def _real_path(tree: Any, loc: Sequence[str | int]) -> Path:
    """pydantic's location without the names of variants and validators, which do not stand in the file."""
    here, path = tree, []
    for index, step in enumerate(loc):
        inside = isinstance(here, Mapping) and step in here
        inside = inside or (isinstance(here, list) and isinstance(step, int) and step < len(here))
        if inside:
            here = here[step]
            path.append(step)
        elif index == len(loc) - 1 and isinstance(here, Mapping) and step != "[key]":
            path.append(step)  # a key that is not there
    return tuple(path)


def _at(tree: Any, path: Path) -> Any:
    for step in path:
        in_list = isinstance(tree, list) and isinstance(step, int) and step < len(tree)
        if not in_list and not (isinstance(tree, Mapping) and step in tree):
            return ""
        tree = tree[step]
    return tree


def keys_of(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that the format knows at `path` of a `model`."""
    here: Any = model
    for step in path:
        here = _inside(here, step)
    known = _model_in(here)
    if known is None:
        return []
    names = [field.alias or name for name, field in known.model_fields.items()]
    return [name for name in names if name != "kind"] if issubclass(known, Event) else names


def _inside(annotation: Any, step: str | int) -> Any:
    """The annotation of what stands under `step`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            if (field.alias or name) == step:
                return field.annotation
        return None
    for option in _options(annotation):
        origin = get_origin(option)
        if isinstance(option, type) and issubclass(option, BaseModel) and isinstance(step, str):
            return _inside(option, step)
        if origin in (tuple, list):
            element = get_args(option)[0]  # a list of one may be written without the brackets
            return element if isinstance(step, int) else _inside(element, step) if _model_in(element) else None
        if isinstance(step, str) and origin is not None and origin not in (tuple, list, Literal):
            return get_args(option)[1]
    return None


def _options(annotation: Any) -> list[Any]:
    """The alternatives of a union, without what annotates them."""
    origin = get_origin(annotation)
    if origin is Annotated:
        return _options(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        return [one for option in get_args(annotation) for one in _options(option)]
    return [annotation]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    for option in _options(annotation):
        if isinstance(option, type) and issubclass(option, BaseModel):
            return option
        if get_origin(option) is tuple:
            return _model_in(get_args(option)[0])
    return None
