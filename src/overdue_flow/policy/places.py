"""A file as read: what it says, untyped, and where each of its keys and values stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from overdue_flow.policy.alignment import Spot, offsets_in_text
from overdue_flow.problems import Place, Problem

T = TypeVar("T")

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain]"
"""What a file says, untyped: text, lists, and mappings from text."""

Path: TypeAlias = tuple[str | int, ...]
"""The way from the root to a value: keys and list positions."""


@dataclass(slots=True)
class Source:
    """A file as read: its text, its tree, where everything stands, and what is wrong with it so far.

    `damaged` are the paths at which the file does not say what its writer meant, and a problem says so already;
    checks that come later leave them alone, so that one mistake is one problem.
    """

    file: str
    text: str = ""
    tree: Plain = ""
    problems: list[Problem] = field(default_factory=list)
    damaged: set[Path] = field(default_factory=set)
    values: dict[Path, Spot] = field(default_factory=dict)
    keys: dict[Path, Spot] = field(default_factory=dict)
    readable: bool = True
    kept: dict[Path, list[int]] = field(default_factory=dict)
    origins: dict[Path, tuple[Source, Path]] = field(default_factory=dict)

    def drop(self, path: Path, position: int, length: int) -> None:
        """Note that the list at `path` loses the element at `position`: the others keep their places in the file."""
        del self.kept.setdefault(path, list(range(length)))[position]

    def original(self, base: Path, path: Path) -> Path:
        """Where `path`, counted in what is left of the lists below `base`, stands in the file."""
        for step in path:
            kept = self.kept.get(base) if isinstance(step, int) else None
            base = (*base, kept[step] if kept and isinstance(step, int) and step < len(kept) else step)
        return base

    def each(self, path: Path, items: Sequence[T]) -> Iterator[tuple[Path, T]]:
        """The elements that are left of the list at `path`, each with its path in the file."""
        for position, item in enumerate(items):
            yield self.original(path, (position,)), item

    def is_taken_in(self, path: Path) -> bool:
        """Whether what stands at `path` was taken from another file."""
        taken = self._taken_from(path)
        return taken is not None and taken[0].file != self.file

    def taken_from(self, path: Path) -> str:
        """The file that what stands at `path` was taken from, as `extends` names it; "" for the policy's own."""
        taken = self._taken_from(path)
        return taken[0].file if taken is not None and taken[0].file != self.file else ""

    def _taken_from(self, path: Path) -> tuple[Source, Path] | None:
        # the nearest part of the way: an own rule may stand in a list that was put together with another file's
        for length in range(len(path), 0, -1) if self.origins else ():
            if path[:length] in self.origins:
                source, there = self.origins[path[:length]]
                there = there + path[length:]
                # this file before the last one was put under it: what stands there may be taken in itself
                earlier = source._taken_from(there) if source.file == self.file else None
                return earlier or (source, there)
        return None

    def place(self, path: Path = ()) -> Place:
        """Where the value at `path` begins; where there is none, the nearest value around it."""
        if taken := self._taken_from(path):
            return taken[0].place(taken[1])
        while path and path not in self.values:
            path = path[:-1]
        spot = self.values.get(path)
        return Place(self.file, spot.line + 1, spot.column + 1) if spot and path else Place(self.file, 1, 1)

    def key_place(self, path: Path) -> Place:
        """Where the key of the value at `path` stands; for an element of a list, where the element begins."""
        if taken := self._taken_from(path):
            return taken[0].key_place(taken[1])
        spot = self.keys.get(path)
        return Place(self.file, spot.line + 1, spot.column + 1) if spot else self.place(path)

    def place_in(self, path: Path, offset: int) -> Place:
        """Where the character at `offset` of the text at `path` stands in the file.

        Exact for plain, quoted and folded text, escapes of double quotes included (an escaped character stands where
        its backslash does). For text brought in by an alias it is the place of the alias.
        """
        if taken := self._taken_from(path):
            return taken[0].place_in(taken[1], offset)
        spot = self.values.get(path)
        value = self.at(path)
        if spot is None or spot.is_alias or not isinstance(value, str):
            return self.place(path)
        line, column = offsets_in_text(self.text, spot, value, offset)
        return Place(self.file, line + 1, column + 1)

    def quoted(self, path: Path) -> bool:
        """Whether the text at `path` stands in quotes in the file."""
        if taken := self._taken_from(path):
            return taken[0].quoted(taken[1])
        spot = self.values.get(path)
        return spot is not None and spot.style in ("'", '"')

    def at(self, path: Path) -> Plain | None:
        """What stands at `path`, or None."""
        here: Any = self.tree
        for step in path:
            if isinstance(here, dict) and isinstance(step, str):
                here = here.get(step)
            elif isinstance(here, list) and isinstance(step, int) and step < len(here):
                here = here[step]
            else:
                return None
        return here  # type: ignore[no-any-return]  # a tree that was read holds nothing else

    def names_at(self, key: str) -> list[tuple[Path, str]]:
        """The texts under a key of the file's own, which may be one or a list, each with its path."""
        said = self.at((key,))
        if isinstance(said, str):
            return [((key,), said)]
        listed = enumerate(said) if isinstance(said, list) else ()
        return [((key, position), one) for position, one in listed if isinstance(one, str)]

    def refuse(self, code: str, message: str, spot: Spot | None = None, **more: Any) -> None:
        """Note a problem at `spot`, or with the file as a whole."""
        place = Place(self.file, spot.line + 1, spot.column + 1) if spot else Place(self.file)
        self.problems.append(Problem(code, message, place, **more))
