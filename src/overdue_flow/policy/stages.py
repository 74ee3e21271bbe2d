"""The stages of a file, flat: paths, groups, where a target leads, where a rule does not apply."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from overdue_flow.policy.desk import Desk
from overdue_flow.policy.places import Path
from overdue_flow.policy.road import StageWritten
from overdue_flow.problems import did_you_mean


@dataclass(frozen=True, slots=True)
class Spot:
    """A stage or group as written: its path in words (`legal.trial`) and in the file, what is around and in it."""

    name: str
    path: Path
    written: StageWritten
    owners: tuple[str, ...]
    children: tuple[str, ...]


@dataclass(slots=True)
class Chart:
    """Every stage and group by its path in words, in file order."""

    spots: dict[str, Spot] = field(default_factory=dict)

    @property
    def leaves(self) -> tuple[str, ...]:
        """The stages that a loan can be in."""
        return tuple(name for name, spot in self.spots.items() if not spot.children)

    @property
    def groups(self) -> dict[str, frozenset[str]]:
        """The leaves inside each group."""
        return {name: self.within(name) for name, spot in self.spots.items() if spot.children}

    def within(self, name: str) -> frozenset[str]:
        """The leaves that a stage or group covers."""
        return frozenset(leaf for leaf in self.leaves if leaf == name or name in self.spots[leaf].owners)

    def leaf_of(self, name: str) -> str | None:
        """The leaf that a name means as a target; None for a group that does not say."""
        spot = self.spots.get(name)
        while spot is not None and spot.children:
            spot = self.spots.get(f"{spot.name}.{spot.written.first}")
        return spot.name if spot else None


def chart(desk: Desk) -> Chart:
    """The stages of the policy on the desk; problems of their own are noted."""
    found = Chart(dict(_flat(desk.file.stages, ("stages",), ())))
    if not found.spots and not desk.is_damaged(("stages",)):
        desk.refuse("no-stages", "the policy has no stages", ("stages",), key=True)
    for spot in found.spots.values():
        _check_group(desk, spot) if spot.children else _check_leaf(desk, spot)
    for word, meant in (("contact", "all contact"), ("collect", "contacts to collect")):
        if word in found.spots:
            message = f"`{word}` means {meant}, where a hold says what it stops; a stage needs another name"
            desk.refuse("name-taken", message, found.spots[word].path, key=True)
    return found


def _flat(stages: Mapping[str, StageWritten], path: Path, owners: tuple[str, ...]) -> Iterator[tuple[str, Spot]]:
    for key, written in stages.items():
        name = ".".join((*owners[-1:], key))
        here = (*path, key)
        children = tuple(f"{name}.{child}" for child in written.stages)
        yield name, Spot(name, here, written, (*owners, name), children)
        yield from _flat(written.stages, (*here, "stages"), (*owners, name))


def _check_group(desk: Desk, spot: Spot) -> None:
    for word in ("start", "end"):
        if getattr(spot.written, word):
            message = f"`{spot.name}` is a group; only a stage can be the {word}"
            desk.refuse(f"{word}-on-group", message, (*spot.path, word), key=True, hint="say it of a stage inside")
    first = spot.written.first
    if first is not None and f"{spot.name}.{first}" not in spot.children:
        inside = [child.rpartition(".")[2] for child in spot.children]
        hint = did_you_mean(first, inside) or "inside it: " + ", ".join(f"`{one}`" for one in inside)
        desk.refuse("unknown-first", f"there is no stage `{first}` in `{spot.name}`", (*spot.path, "first"), hint=hint)
        desk.uncertain = True


def _check_leaf(desk: Desk, spot: Spot) -> None:
    if spot.written.first is not None:
        message = f"`{spot.name}` is no group; `first` says which stage of a group comes first"
        desk.refuse("first-on-stage", message, (*spot.path, "first"), key=True)
    if not spot.written.end:
        return
    for word, used in (("rules", spot.written.rules), ("every", spot.written.every)):
        if used:
            message = f"`{spot.name}` is an end; it cannot have `{word}`"
            desk.refuse("end-goes-on", message, (*spot.path, word), key=True, hint="leave out `end: true`, or these")


def start_of(desk: Desk, found: Chart) -> str | None:
    """The stage in which a loan begins."""
    starts = [spot for spot in found.spots.values() if spot.written.start and not spot.children]
    if len(starts) > 1:
        also = [(desk.source.key_place((*starts[0].path, "start")), f"`{starts[0].name}` is one")]
        for spot in starts[1:]:
            message = f"`{spot.name}` is a second start; a loan begins in one stage"
            desk.refuse("two-starts", message, (*spot.path, "start"), key=True, also=also)
    if not starts and found.spots and not _start_may_be_lost(desk, found):
        hint = "add `start: true` to the stage in which a loan begins"
        desk.refuse("no-start", "no stage is the start", ("stages",), key=True, hint=hint)
    return starts[0].name if starts else None


def _start_may_be_lost(desk: Desk, found: Chart) -> bool:
    """Whether the start was not read, or stands on a group: a problem says so already."""
    paths = [(*spot.path, "start") for spot in found.spots.values()]
    grouped = any(spot.written.start for spot in found.spots.values() if spot.children)
    return grouped or stages_damaged(desk) or any(path in desk.source.damaged for path in paths)


def stages_damaged(desk: Desk) -> bool:
    """Whether a stage, or a rule, could not be read."""
    for path in desk.source.damaged:
        if path[:1] == ("everywhere",) and len(path) <= 2:
            return True
        if path[:1] == ("stages",) and not _BESIDE_THE_ROAD & set(path):
            return True
    return False


# what is wrong inside these says nothing about where a loan can go
_BESIDE_THE_ROAD = frozenset({"on_enter", "every", "label", "when", "because", "with", "approve", "step", "id"})


def target(desk: Desk, found: Chart, name: str, path: Path) -> str | None:
    """The leaf that `to: name` means; a problem where it means none."""
    if name not in found.spots:
        desk.uncertain = True
        if not _is_damaged_stage(desk, name):
            desk.refuse("unknown-stage", f"there is no stage `{name[:60]}`", path, hint=_stage_hint(found, name))
        return None
    leaf = found.leaf_of(name)
    if leaf is None:
        desk.uncertain = True
        spot = found.spots[name]
        if spot.written.first is None:
            children = " or ".join(f"`{child}`" for child in spot.children[:3])
            message = f"`{name}` is a group that does not say which of its stages is `first`"
            also = [(desk.source.key_place(spot.path), "the group")]
            desk.refuse("group-without-first", message, path, hint=f"add `first` to it, or go to {children}", also=also)
    return leaf


def _stage_hint(found: Chart, name: str) -> str | None:
    by_last_word = [path for path in found.spots if path.rpartition(".")[2] == name]
    if len(by_last_word) == 1:
        return f"did you mean `{by_last_word[0]}`?"
    return did_you_mean(name, found.spots) or "known: " + ", ".join(f"`{path}`" for path in list(found.spots)[:8])


def _is_damaged_stage(desk: Desk, name: str) -> bool:
    path: Path = ()
    for step in name.split("."):
        path = (*path, "stages", step)
    return desk.is_damaged(path)


def covered(desk: Desk, found: Chart, names: Iterable[str], path: Path) -> frozenset[str]:
    """The leaves that stages and groups cover; a problem for each name that is none."""
    leaves: set[str] = set()
    for where, name in desk.source.each(path, tuple(names)):
        if name in found.spots:
            leaves |= found.within(name)
        elif not _is_damaged_stage(desk, name):
            desk.refuse("unknown-stage", f"there is no stage `{name[:60]}`", where, hint=_stage_hint(found, name))
    return frozenset(leaves)
