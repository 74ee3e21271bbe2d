"""How one file lies under another: what `extends` takes in, and where it then stands.

In mappings the upper file's own lines win. Of lists whose elements have an `id` (rules, limits, what is done on entry),
an element of the upper file replaces that of the same id, in its place; its others come first, so that they are tried
first. Lists without ids, such as the rungs of a ladder, are replaced as a whole, and so are the bands of `buckets`,
which say something only together; `roles` are put together.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field

from overdue_flow.policy.places import Path, Plain, Source
from overdue_flow.problems import Place, Problem, Severity, did_you_mean

# what a file says of itself alone
_HEAD = frozenset(
    {"language", "pack", "policy", "version", "title", "in_force", "extends", "leave_out", "scenarios"}
)  # fmt: skip
# lists whose elements are put together by their ids, wherever they stand; `roles` are their own ids
_BY_ID = frozenset({"limits", "never", "everywhere", "rules", "on_enter", "every", "explained"})
_UNITED = frozenset({"roles"})
_WHOLE = frozenset({"buckets"})
# sections whose lines can be left out by name
_NAMED = frozenset({"holds", "remedies", "marks", "access", "retention", "authority", "actions", "facts", "counts"})
_UNVERIFIED = "unverified"


@dataclass(slots=True)
class Lower:
    """What of the lower files is not taken in: the ids and names of `leave_out`, and which of them were found."""

    wanted: frozenset[str] = frozenset()
    found: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)

    @classmethod
    def leaving_out(cls, source: Source) -> Lower:
        """What the policy leaves out."""
        return cls(frozenset(name for _path, name in source.names_at("leave_out")))

    def leaves_out(self, name: str, section: str = "") -> bool:
        """Whether an element or a line of this name is left out; of a line, also where its section is named with it."""
        meant = self.wanted & ({name, f"{section}.{name}"} if section else {name})
        self.known.add(name)
        self.found |= meant
        return bool(meant)

    def left_out_nothing(self, source: Source) -> Iterator[Problem]:
        """The names that nothing has which is taken in."""
        for path, name in source.names_at("leave_out"):
            if name in self.wanted - self.found:
                hint = did_you_mean(name, self.known) or "expected the id of a rule or limit, or the name of a hold"
                message = f"nothing that is taken in is called `{name[:60]}`"
                yield Problem("leaves-out-nothing", message, source.place(path), hint=hint)


def lay_under(source: Source, base: Source, lower: Lower) -> None:
    """Put what `base` says under what `source` says, and note where each line came from."""
    assert isinstance(source.tree, dict)
    assert isinstance(base.tree, dict)
    _Layer(source, base, lower).mapping((), source.tree, {k: v for k, v in base.tree.items() if k not in _HEAD})


@dataclass(slots=True)
class _Layer:
    """One file under another. `own` is the upper one as it stood, to say where its elements are in its text."""

    source: Source
    base: Source
    lower: Lower
    own: Source = field(init=False)

    def __post_init__(self) -> None:
        tree, origins = copy.deepcopy(self.source.tree), dict(self.source.origins)
        self.own = dataclasses.replace(self.source, tree=tree, origins=origins)

    def mapping(self, path: Path, upper: dict[str, Plain], under: dict[str, Plain]) -> None:
        """The lines of `under` that `upper` does not say, then its own: in the order of the lower file."""
        for key, value in under.items():
            if len(path) == 1 and path[0] in _NAMED and self.lower.leaves_out(key, str(path[0])):
                continue
            self._line((*path, key), upper, key, value)
        own = {key: upper[key] for key in upper if key not in under}
        ordered = {key: upper[key] for key in under if key in upper} | own
        upper.clear()
        upper.update(ordered)

    def _line(self, path: Path, upper: dict[str, Plain], key: str, value: Plain) -> None:
        known = upper.get(key)
        if known is None:
            self.source.origins[path] = (self.base, path)
        if isinstance(value, dict) and (known is None or isinstance(known, dict)) and not (known and path[0] in _WHOLE):
            inside = upper.setdefault(key, {})
            assert isinstance(inside, dict)
            self.mapping(path, inside, value)
        elif isinstance(value, list) and key in _BY_ID | _UNITED and (known is None or isinstance(known, list)):
            upper[key] = self._elements(path, known if isinstance(known, list) else [], value)
        elif known is None:
            upper[key] = value
        elif known != value:
            self._overridden(path, path, str(key))

    def _elements(self, path: Path, upper: list[Plain], under: list[Plain]) -> list[Plain]:
        """New elements of the upper list, then the lower list with those in place that replace one of it."""
        own: dict[str, list[int]] = {}
        for position, one in enumerate(upper):
            own.setdefault(_id_of(one), []).append(position)
        left = [(number, one) for number, one in enumerate(under) if not self._is_kept_back(path, one)]
        below = {_id_of(one) for _number, one in left}
        merged: list[tuple[Plain, tuple[Source, Path]]] = [
            (one, (self.own, (*path, position))) for position, one in enumerate(upper) if _id_of(one) not in below
        ]
        for number, one in left:
            instead = own.pop(name := _id_of(one), ())
            for position in instead:  # more than one is a mistake, and told as one
                if upper[position] != one:
                    self._overridden((*path, position), (*path, number), name)
                merged.append((upper[position], (self.own, (*path, position))))
            if not instead:
                merged.append((one, (self.base, (*path, number))))
        self._note(path, [origin for _one, origin in merged])
        return [one for one, _origin in merged]

    def _is_kept_back(self, path: Path, one: Plain) -> bool:
        """What is left out; and the reasons why a base lives with what was not verified, which are its own."""
        own_word = path == ("explained",) and isinstance(one, dict) and one.get("finding") == _UNVERIFIED
        return own_word or self.lower.leaves_out(_id_of(one))

    def _note(self, path: Path, origins: list[tuple[Source, Path]]) -> None:
        """Where the elements of a merged list stand. What was noted of its elements before is about other positions."""
        length, source = len(path), self.source
        for known in [one for one in source.origins if len(one) > length and one[:length] == path]:
            del source.origins[known]
        source.origins.update({(*path, position): origin for position, origin in enumerate(origins)})
        source.damaged = {one for one in source.damaged if len(one) <= length or one[:length] != path}
        for position, (file, there) in enumerate(origins):
            source.damaged |= {
                (*path, position, *one[len(there) :]) for one in file.damaged if one[: len(there)] == there
            }

    def _overridden(self, own: Path, there: Path, name: str) -> None:
        also: tuple[tuple[Place, str], ...] = ((self.base.place(there), f"what `{self.base.file}` says"),)
        message = f"`{name[:60]}` overrides what `{self.base.file}` says"
        place = self.own.key_place(own)
        self.source.problems.append(Problem("overrides", message, place, Severity.FINDING, also=also))


def _id_of(one: Plain) -> str:
    """What an element is called: its id; one without is only like itself."""
    found = one.get("id") if isinstance(one, dict) else one
    return found if isinstance(found, str) else repr(one)
