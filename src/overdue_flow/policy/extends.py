"""`extends`: what a policy builds on, taken from packs or from files beside it, which may build on others in turn.

What is taken in lies under what the policy says itself (`merge`). What is overridden is a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path as FilePath

from overdue_flow.policy.library import pack_named, packs, text_of
from overdue_flow.policy.merge import Lower, lay_under
from overdue_flow.policy.model import LANGUAGE
from overdue_flow.policy.places import Path, Source
from overdue_flow.policy.source import BYTES_MAX, read
from overdue_flow.problems import Problem, did_you_mean

DEPTH_MAX = 8
"""How many files deep a policy may build on others."""


def take_in(source: Source, folder: FilePath | None) -> dict[str, str]:
    """Take in what the policy extends. Gives the texts of the files that were read, by name."""
    texts: dict[str, str] = {}
    _take(source, folder, (source.file,), texts)
    return texts


def _take(source: Source, folder: FilePath | None, road: tuple[str, ...], texts: dict[str, str]) -> None:
    names = source.names_at("extends")
    lower = Lower.leaving_out(source)
    for path, name in names:
        if not name.strip():
            continue
        base = _open(source, name, path, folder, road)
        if base is not None:
            texts[base.file] = base.text
            inside = None if pack_named(base.file) is not None else folder
            _lay(source, base, lower, (*road, base.file), inside, texts)
        # what is said here rests on what could not be read: to check it would tell one mistake many times
        source.readable = source.readable and base is not None and base.readable
    if names and source.readable:
        source.problems += lower.left_out_nothing(source)


def with_what_is_left_out(problems: Iterable[Problem], source: Source) -> Iterator[Problem]:
    """The problems; one with a name that is unknown since the policy leaves it out also says where it does so."""
    left_out = source.names_at("leave_out")
    for problem in problems:
        here = [path for path, name in left_out if f"`{name}`" in problem.message]
        if problem.code.startswith("unknown-") and here:
            problem = replace(problem, also=(*problem.also, (source.place(here[0]), "left out here")))
        yield problem


def _lay(
    source: Source, base: Source, lower: Lower, road: tuple[str, ...], folder: FilePath | None, texts: dict[str, str]
) -> None:
    _check_language(base)
    if base.readable:
        _take(base, folder, road, texts)
    if base.readable:
        lay_under(source, base, lower)
    source.problems += base.problems


def _check_language(base: Source) -> None:
    """A file that is written for another release cannot be read; one that says nothing of it is taken as it is."""
    said = base.at(("language",)) if base.readable else None
    if said is not None and said != str(LANGUAGE):
        message = f"this file is written in language `{str(said)[:20]}`; this release reads language {LANGUAGE}"
        base.problems.append(Problem("wrong-value", message, base.place(("language",))))
        base.readable = False


def _open(source: Source, name: str, path: Path, folder: FilePath | None, road: tuple[str, ...]) -> Source | None:
    """The file that a name means; None, and a problem, where there is none, or it builds on the one that names it."""
    place = source.place(path)
    if name in road or len(road) > DEPTH_MAX:
        why = "builds on itself" if name in road else f"builds on others more than {DEPTH_MAX} files deep"
        source.problems.append(Problem("extends-in-a-circle", f"`{name[:100]}` {why}", place))
        return None
    pack = pack_named(name)
    if pack is not None:
        return _pack(source, name, pack, path)
    if folder is None:
        message = "a policy given as text, or a pack, has no files beside it to extend"
        source.problems.append(Problem("no-folder", message, place))
        return None
    file = folder / name
    if FilePath(name).is_absolute() or not file.is_file():
        message = f"there is no file `{name[:100]}` beside the policy"
        source.problems.append(Problem("unknown-file", message, place))
        return None
    with file.open("rb") as stream:
        return read(stream.read(BYTES_MAX + 1), name)


def _pack(source: Source, name: str, pack: str, path: Path) -> Source | None:
    if pack in packs():
        return read(text_of(pack), name)
    source.problems.append(unknown_pack(pack, source, path))
    return None


def unknown_pack(pack: str, source: Source, path: Path = ()) -> Problem:
    """What is said of a pack that this release does not have."""
    hint = did_you_mean(pack, packs()) or "`overdue-flow packs list` names them all"
    return Problem("unknown-pack", f"there is no pack `{pack[:60]}`", source.place(path), hint=hint)
