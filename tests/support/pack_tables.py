"""The tables of `docs/packs.md`, made from the packs themselves: which there are, what each rule says and rests on.

Between `<!-- made from: pack cn/five-tier -->` and `<!-- end -->` stand the parts of that pack and its sources; `packs`
in place of a name gives the list of all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from overdue_flow.cases.holds import HOLDS
from overdue_flow.policy.bounds import Citation, default_text
from overdue_flow.policy.library import packs, text_of
from overdue_flow.policy.shelf import Shelved, shelved
from overdue_flow.policy.source import read

_REGION = re.compile(r"(<!-- made from: (packs|pack [\w./-]+) -->\n).*?(<!-- end -->)", re.DOTALL)

_SECTIONS = {
    "marks": "mark", "limits": "limit", "everywhere": "rule", "holds": "hold", "never": "never",
    "retention": "retention",
}  # fmt: skip
"""The sections whose parts have a source, and what one of their parts is called."""


def filled(page: str) -> str:
    """A page with its tables made anew. KeyError where it asks for a pack that there is not."""
    return _REGION.sub(lambda found: f"{found[1]}\n{_tables(found[2])}\n\n{found[3]}", page)


def asked_for(page: str) -> set[str]:
    """The packs of which a page holds the tables."""
    return {found[2].removeprefix("pack ") for found in _REGION.finditer(page)}


def _tables(name: str) -> str:
    if name == "packs":
        return _rows(("pack", "what it is", "title"), (_listed(shelved(one)) for one in packs()))
    pack = name.removeprefix("pack ")
    if pack not in packs():
        raise KeyError(pack)
    citations = {citation.name: citation for citation in shelved(pack).citations}
    parts = _rows(("part", "", "what it says", "rests on", "level", "in force"), _parts(pack, citations))
    sources = _rows(("source", "citation", "level", "status", "unverified"), map(_source, citations.values()))
    return f"{parts}\n\n{sources}"


def _listed(one: Shelved) -> tuple[str, ...]:
    builds = f", builds on {', '.join(f'`{name}`' for name in one.extends)}" if one.extends else ""
    return f"`{one.name}`", f"{one.kind}{builds}", default_text(one.title)


def _parts(pack: str, citations: Mapping[str, Citation]) -> Iterator[tuple[str, ...]]:
    tree: Any = read(text_of(pack), pack).tree
    for section, called in _SECTIONS.items():
        for name, part in _named(tree.get(section, {})):
            keys = part.get("source", [])
            rests_on = [citations[key] for key in ([keys] if isinstance(keys, str) else keys)]
            since = _since(part) or sorted({_since_of(one) for one in rests_on})[-1]
            levels = ", ".join(dict.fromkeys(one.level for one in rests_on))
            says = _text(part.get("because") or part.get("label") or HOLDS.get(name, ("",))[0])
            yield f"`{name}`", called, says, ", ".join(one.name for one in rests_on), levels, since


def _named(section: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(section, Mapping):
        yield from section.items()
    else:
        yield from ((one["id"], one) for one in section)


def _since(part: Mapping[str, Any]) -> str:
    return str(part.get("in_force", {}).get("from", ""))


def _since_of(one: Citation) -> str:
    """The first day in force, or the year that the status names."""
    year = re.search(r"since (\d{4})", one.status)
    return str(one.in_force[0] or (year[1] if year else ""))


def _source(one: Citation) -> tuple[str, ...]:
    dates = f"from {one.in_force[0]}" if one.in_force[0] else ""
    cited = f"[{default_text(one.citation)}]({one.url})" if one.url else default_text(one.citation)
    return (
        one.name,
        cited,
        one.level,
        ", ".join(part for part in (one.status, dates) if part),
        default_text(one.unverified),
    )


def _text(said: Any) -> str:
    return str(said.get("en") or next(iter(said.values()))) if isinstance(said, Mapping) else str(said)


def _rows(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
