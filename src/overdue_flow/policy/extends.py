"""`extends`: terms, limits and what they need, taken from a pack or from a file beside the policy.

What is taken in lies under what the policy says itself: in mappings the policy's own lines win; of lists whose
elements have an `id`, elements of the same id are replaced, and the others are added at the end. What is overridden
is a finding.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path as FilePath

from overdue_flow.policy.places import Path, Plain, Source
from overdue_flow.policy.source import BYTES_MAX, read
from overdue_flow.problems import Place, Problem, Severity, did_you_mean

PACK = "pack:"

_PACKS = FilePath(__file__).parent / "packs"

# a line of the file's own head says what it is, and is not taken in
_HEAD = ("language", "pack", "policy", "version", "title", "in_force")
_TAKEN = (
    "terms", "working_hours", "roles", "facts", "events", "counts", "actions", "ladders", "buckets", "holds",
    "promises", "plans", "limits", "never", "remedies", "authority",
)  # fmt: skip


def take_in(source: Source, folder: FilePath | None) -> dict[str, str]:
    """Take in what the policy extends. Gives the texts of the files that were read, by name."""
    said = source.at(("extends",))
    names = [said] if isinstance(said, str) else said if isinstance(said, list) else []
    texts = {}
    for position, name in enumerate(names):
        path: Path = ("extends", position) if isinstance(said, list) else ("extends",)
        base = _open(source, name, path, folder) if isinstance(name, str) and name.strip() else None
        if base is not None:
            texts[base.file] = base.text
            source.problems += base.problems
            if base.readable:
                _take(source, base)
    return texts


def _open(source: Source, name: str, path: Path, folder: FilePath | None) -> Source | None:
    """The file that a name means; None, and a problem, where there is none."""
    if name.startswith(PACK):
        word = name.removeprefix(PACK)
        known = packs()
        if word not in known:
            hint = did_you_mean(word, known) or "extend a file beside the policy, such as `limits.yaml`"
            source.problems.append(
                Problem("unknown-pack", f"there is no pack `{word[:60]}`", source.place(path), hint=hint)
            )
            return None
        return read((_PACKS / f"{word}.yaml").read_bytes(), name)
    if folder is None:
        message = "a policy given as text has no files beside it to extend"
        source.problems.append(Problem("no-folder", message, source.place(path)))
        return None
    file = folder / name
    if FilePath(name).is_absolute() or not file.is_file():
        message = f"there is no file `{name[:100]}` beside the policy"
        source.problems.append(Problem("unknown-file", message, source.place(path)))
        return None
    with file.open("rb") as stream:
        return read(stream.read(BYTES_MAX + 1), name)


def packs() -> tuple[str, ...]:
    """The packs of this release."""
    return tuple(sorted(str(file.relative_to(_PACKS).with_suffix("")) for file in _PACKS.rglob("*.yaml")))


def _take(source: Source, base: Source) -> None:
    assert isinstance(source.tree, dict)
    assert isinstance(base.tree, dict)
    for key, value in base.tree.items():
        if key in _TAKEN:
            source.problems += _lay_under(source, base, (key,), value)
        elif key not in _HEAD:
            message = f"`{key[:60]}` cannot be taken in; a policy says it itself"
            source.problems.append(Problem("not-taken-in", message, base.key_place((key,))))


def _lay_under(source: Source, base: Source, path: Path, value: Plain) -> Iterator[Problem]:
    """Put `value` at `path` where the policy says nothing; problems for what is overridden."""
    around, own = source.at(path[:-1]), source.at(path)
    assert isinstance(around, dict)
    if own is None:
        around[str(path[-1])] = copy.deepcopy(value)
        source.origins[path] = (base, path)
    elif isinstance(own, dict) and isinstance(value, dict):
        for key, inside in value.items():
            yield from _lay_under(source, base, (*path, key), inside)
    elif isinstance(own, list) and isinstance(value, list) and len(path) == 1:
        yield from _add(source, base, path, own, value)
    elif own != value:
        yield _overridden(source, base, path, path, str(path[-1]))


def _add(source: Source, base: Source, path: Path, own: list[Plain], value: list[Plain]) -> Iterator[Problem]:
    ids = {_id_of(one): position for position, one in enumerate(own)}
    for position, one in enumerate(value):
        name = _id_of(one)
        if name in ids:
            if own[ids[name]] != one:
                yield _overridden(source, base, (*path, ids[name]), (*path, position), name)
        else:
            source.origins[(*path, len(own))] = (base, (*path, position))
            own.append(copy.deepcopy(one))


def _id_of(one: Plain) -> str:
    found = one.get("id") if isinstance(one, dict) else one
    return found if isinstance(found, str) else repr(found)


def _overridden(source: Source, base: Source, own: Path, there: Path, name: str) -> Problem:
    also: tuple[tuple[Place, str], ...] = ((base.place(there), f"what `{base.file}` says"),)
    message = f"`{name[:60]}` overrides what `{base.file}` says"
    return Problem("overrides", message, source.key_place(own), Severity.FINDING, also=also)
