"""Where rules come from: the law, standard or word of a bank that each rests on, and how well that is known.

Each source says how its text was read: in the primary text (P), as a quotation elsewhere (Q), on a secondary page (S),
or from knowledge (K). What was not read in the primary text is a finding, told again to whoever builds on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from overdue_flow.policy.bounds import Citation, default_text
from overdue_flow.policy.bounds_read import read_in_force
from overdue_flow.policy.declared import Level, SourceDeclared
from overdue_flow.policy.desk import Desk
from overdue_flow.policy.places import Path, Source
from overdue_flow.problems import Place, Problem, Severity, did_you_mean

LEVELS: Mapping[Level, str] = {
    "P": "read in the primary text",
    "Q": "seen as a quotation, not in the primary text",
    "S": "read on a secondary page, not in the primary text",
    "K": "from knowledge: no text was read",
}
"""What each level means."""

_PARTS_SHOWN = 6


def read_citations(desk: Desk) -> dict[str, Citation]:
    """The sources of a policy, each with what rests on it."""
    parts: dict[str, list[str]] = {name: [] for name in desk.file.sources}
    for path, name, part in _named(desk.source, desk.file, ()):
        if name in parts:
            parts[name].append(part)
        elif not desk.is_lost("sources"):
            hint = did_you_mean(name, parts) or "declare it under `sources`"
            desk.refuse("unknown-source", f"there is no source `{name[:60]}`", path, hint=hint)
    for name, said in desk.file.sources.items():
        parts[name] += _covered(desk, name, said)
    return {name: _citation(desk, name, said, parts[name]) for name, said in desk.file.sources.items()}


def _citation(desk: Desk, name: str, said: SourceDeclared, parts: list[str]) -> Citation:
    path: Path = ("sources", name)
    return Citation(
        name,
        said.citation,
        said.level,
        said.status or "",
        read_in_force(desk, said.in_force, (*path, "in_force")),
        said.url or "",
        said.unverified or {},
        tuple(dict.fromkeys(parts)),
        desk.source.key_place(path),
    )


def _named(source: Source, written: Any, path: Path) -> Iterator[tuple[Path, str, str]]:
    """Every `source` of the file: where it stands, what it names, and what rests on it."""
    if isinstance(written, BaseModel):
        for name in getattr(written, "source", ()):
            yield (*path, "source"), name, _called(written, path)
        for field, info in type(written).model_fields.items():
            if field != "source":
                yield from _named(source, getattr(written, field), (*path, info.alias or field))
    elif isinstance(written, Mapping):
        for key, value in written.items():
            yield from _named(source, value, (*path, key))
    elif isinstance(written, tuple):
        for place, value in source.each(path, written):
            yield from _named(source, value, place)


def _called(written: BaseModel, path: Path) -> str:
    """The id of a part, or its name in its section."""
    found = getattr(written, "id", None)
    return found if isinstance(found, str) else ".".join(str(step) for step in path[-2:] if isinstance(step, str))


def _covered(desk: Desk, name: str, said: SourceDeclared) -> Iterator[str]:
    """The parts that have no line of their own for a source, such as `terms.limitation`."""
    for path, dotted in desk.source.each(("sources", name, "covers"), said.covers):
        if desk.source.at(tuple(dotted.split("."))) is None:
            desk.refuse("covers-nothing", f"the policy does not say `{dotted[:60]}`", path)
        yield dotted


def unverified(citations: Mapping[str, Citation], source: Source) -> Iterator[Problem]:
    """What rests on a text that nobody read: told where it is taken in, or where it is said."""
    for name, one in citations.items():
        if one.parts and not one.is_verified:
            shown = ", ".join(f"`{part}`" for part in one.parts[:_PARTS_SHOWN])
            more = ", ..." if len(one.parts) > _PARTS_SHOWN else ""
            said = f"`{name}` ({default_text(one.citation)}) was {LEVELS[one.level]}"
            said = f"`{name}`, in part" if one.level == "P" else said
            said += f"; unverified: {default_text(one.unverified)}" if one.unverified else ""
            yield Problem(
                "unverified",
                f"{said}; on it rest {shown}{more}",
                _place(source, name),
                Severity.FINDING,
                hint="read the text before you rely on it, and say so under `explained`",
                also=((one.place, "the source"),) if one.place and source.is_taken_in(("sources", name)) else (),
            )


def _place(source: Source, name: str) -> Place:
    """Where the policy takes a source in; its own place, where it is the policy's own."""
    taken = source.taken_from(("sources", name))
    if not taken:
        return source.key_place(("sources", name))
    paths = [path for path, one in source.names_at("extends") if one == taken]
    return source.place(paths[0] if paths else ("extends",))
