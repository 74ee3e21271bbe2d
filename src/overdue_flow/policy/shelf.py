"""A pack as it lies on the shelf: what it holds and what its rules rest on, whether it is a whole policy or a part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from overdue_flow.policy.bounds import Citation, Label
from overdue_flow.policy.extends import take_in
from overdue_flow.policy.library import PREFIX, text_of
from overdue_flow.policy.load import lay
from overdue_flow.policy.model import PolicyFile
from overdue_flow.policy.source import read
from overdue_flow.policy.sources import read_citations

_SHOWN = (
    "stages", "everywhere", "marks", "limits", "never", "holds", "remedies", "access", "retention", "buckets", "terms",
    "roles", "facts", "events", "counts", "actions", "ladders",
)  # fmt: skip

# the fact that buckets go by
_NO_BUCKET = ("buckets", "by")

# what a part lacks to be read as policies are
_LENT: Mapping[str, Any] = {"policy": "a-part", "version": "1", "stages": {}}


@dataclass(frozen=True, slots=True)
class Shelved:
    """One pack. `sections` says what stands in each section, those of the packs that it builds on included."""

    name: str
    title: Label
    version: str
    is_whole: bool
    extends: tuple[str, ...]
    sections: Mapping[str, tuple[str, ...]]
    citations: tuple[Citation, ...]

    @property
    def kind(self) -> str:
        """What it is, in words."""
        return "a policy" if self.is_whole else "a part to build on"

    @property
    def rules(self) -> int:
        """How many rules it has, those in stages included."""
        return len(self.sections.get("rules", ()))

    @property
    def limits(self) -> int:
        """How many limits it has."""
        return len(self.sections.get("limits", ()))


def shelved(pack: str) -> Shelved:
    """The pack of this name; `pack` is one of `library.packs()`."""
    source = read(text_of(pack), f"{PREFIX}{pack}")
    take_in(source, None)
    tree: Any = source.tree
    source.tree = {**_LENT, **{key: value for key, value in tree.items() if key != "pack"}}
    desk = lay(source)
    assert desk is not None, f"`{pack}` can be read"
    file = desk.file
    return Shelved(
        name=pack,
        title=file.title or {},
        version=file.version,
        is_whole="policy" in tree,
        extends=tuple(name.removeprefix(PREFIX) for name in file.extends),
        sections=_sections(file, tree),
        citations=tuple(read_citations(desk).values()),
    )


def _sections(file: PolicyFile, tree: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    found = {"rules": tuple(_rules(tree))}
    for section in _SHOWN:
        said = tree.get(section)
        if section != "everywhere" and said:
            found[section] = tuple(_name(one) for one in said if (section, one) != _NO_BUCKET)
    return {section: names for section, names in found.items() if names}


def _rules(part: Any) -> list[str]:
    """The ids of the rules of a file, wherever they stand."""
    found = [_name(one) for key in ("everywhere", "rules") for one in part.get(key, ())]
    return found + [name for stage in part.get("stages", {}).values() for name in _rules(stage)]


def _name(one: Any) -> str:
    return str(one.get("id", "")) if isinstance(one, dict) else str(one)
