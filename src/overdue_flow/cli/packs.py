"""`overdue-flow packs`: the policies and parts that come with the library, and how well their rules are sourced."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import typer
from rich.table import Table

from overdue_flow.cli.manners import Mistake, mannerly
from overdue_flow.cli.screen import number_of, say, say_json, show
from overdue_flow.policy import library
from overdue_flow.policy.bounds import default_text
from overdue_flow.policy.library import PREFIX
from overdue_flow.policy.shelf import Shelved, shelved
from overdue_flow.policy.sources import LEVELS
from overdue_flow.problems import did_you_mean

packs = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The policies and parts that come with the library."
)

_LANGUAGES = ("en", "zh")


@packs.command("list", short_help="Every pack, and what it is.")
@mannerly
def list_packs(
    *,
    lang: Annotated[str, typer.Option(help="The language of titles: en or zh.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Say it as JSON.")] = False,
) -> None:
    """Every pack of this release: a whole policy, or a part to build on."""
    found = [shelved(name) for name in library.packs()]
    if as_json:
        say_json([_as_json(one) for one in found])
        return
    table = _table("pack", "what it is", "rules", "limits", "sources", "unverified", "title")
    for one in found:
        counts = (one.rules, one.limits, len(one.citations), sum(not c.is_verified for c in one.citations))
        table.add_row(one.name, one.kind, *(str(count) if count else "" for count in counts), _in(one.title, lang))
    show(table, wide=True)
    say()
    say(f"build on one with `extends: {PREFIX}NAME`; `overdue-flow packs show NAME` says what its rules rest on")


@packs.command("show", short_help="What a pack holds, and what its rules rest on.")
@mannerly
def show_pack(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Such as cn/everbright.", show_default=False)],
    *,
    lang: Annotated[str, typer.Option(help="The language of titles and sources: en or zh.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Say it as JSON.")] = False,
) -> None:
    """What a pack holds, where each rule comes from, since when it is in force, and what nobody verified."""
    one = shelved(_known(name.removeprefix(PREFIX)))
    if as_json:
        say_json(_as_json(one))
        return
    say(f"{one.name}: {_in(one.title, lang)}")
    builds = f"; builds on {', '.join(one.extends)}" if one.extends else ""
    say(f"{one.kind}, version {one.version}{builds}")
    say()
    _show_sections(one)
    _show_sources(one, lang)


def _show_sections(one: Shelved) -> None:
    table = _table("", "", "")
    table.show_header = False
    for section, names in one.sections.items():
        table.add_row(section, str(len(names)), ", ".join(names))
    show(table)


def _show_sources(one: Shelved, lang: str) -> None:
    if not one.citations:
        return
    say()
    say("what it rests on")
    for citation in one.citations:
        first, last = citation.in_force
        dates = f"from {first}" if first else ""
        dates += f" to {last}" if last else ""
        head = ", ".join(part for part in (citation.status, dates) if part)
        say(f"  {citation.name}: {_in(citation.citation, lang)}{f' ({head})' if head else ''}")
        say(f"    {citation.level}: {LEVELS[citation.level]}")
        if citation.unverified:
            say(f"    UNVERIFIED: {_in(citation.unverified, lang)}")
        if citation.parts:
            say(f"    {', '.join(citation.parts)}")
    left = sum(not citation.is_verified for citation in one.citations)
    say()
    say(f"{number_of(len(one.citations), 'source')}, {left} of them not, or not wholly, read in the primary text")


def _known(name: str) -> str:
    if name in library.packs():
        return name
    near = did_you_mean(name, library.packs()) or "`overdue-flow packs list` names them all"
    raise Mistake(f"there is no pack `{name}`; {near}")


def _table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in names:
        table.add_column(name, overflow="fold", justify="right" if name in ("rules", "limits", "sources") else "left")
    return table


def _in(label: Any, lang: str) -> str:
    if lang not in _LANGUAGES:
        raise Mistake(f"there is no text in `{lang}`; --lang expects en or zh")
    found = label.get(lang) or default_text(label)
    return str(found)


def _as_json(one: Shelved) -> dict[str, Any]:
    return {
        "pack": one.name,
        "title": dict(one.title),
        "version": one.version,
        "whole": one.is_whole,
        "extends": list(one.extends),
        "holds": {section: list(names) for section, names in one.sections.items()},
        "sources": [
            {
                "name": citation.name,
                "citation": dict(citation.citation),
                "level": citation.level,
                "status": citation.status or None,
                "in_force": _days(citation.in_force),
                "url": citation.url or None,
                "unverified": dict(citation.unverified) or None,
                "parts": list(citation.parts),
            }
            for citation in one.citations
        ],
    }


def _days(days: Iterable[Any]) -> dict[str, str | None]:
    first, last = (str(day) if day else None for day in days)
    return {"from": first, "to": last}
