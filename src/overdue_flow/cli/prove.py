"""`overdue-flow prove POLICY`: what holds of a policy for every loan, and what does not, each with what shows it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from overdue_flow.cli.inputs import policy_at
from overdue_flow.cli.manners import REFUSED
from overdue_flow.cli.progress import doing
from overdue_flow.cli.screen import number_of, say, say_json, show
from overdue_flow.errors import MissingExtra
from overdue_flow.guards.prove import Solver
from overdue_flow.guards.solver import INSTALL, Z3
from overdue_flow.policy.claims import comes_first
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.scenario_files import to_try_on
from overdue_flow.testing.prove import TURNS, Property, prove
from overdue_flow.testing.written import scenario_text

_STYLES = {"proved": "green", "refuted": "bold red", "watched": "yellow", "not decided": "yellow", "nothing found": ""}


def prove_policy(
    policy: Annotated[Path, typer.Argument(metavar="POLICY", help="The policy file.", show_default=False)],
    *,
    turns: Annotated[int, typer.Option(metavar="N", min=100, help="How far to search, for each question.")] = TURNS,
    as_json: Annotated[bool, typer.Option("--json", help="Say it as JSON.")] = False,
) -> None:
    """Say what holds of a policy for every loan. What conditions alone decide is proved, or refuted with a loan; the
    rest is a search for a whole history, and says how far it went. Exit with 1 where something is refuted that the
    policy does not explain."""
    found = policy_at(to_try_on(policy))
    solver = _solver()
    properties = []
    with doing("proving") as bar:
        for one in prove(found, solver=solver, turns=turns):
            properties.append(one)
            bar.done(len(properties))
    if as_json:
        say_json(_as_json(str(policy), found, properties))
    else:
        _show(found, properties, solver)
    if not all(one.stands for one in properties):
        raise typer.Exit(REFUSED)


def _solver() -> Solver | None:
    try:
        return Z3()
    except MissingExtra:
        return None


# --- at the terminal ---


def _show(policy: Policy, properties: Sequence[Property], solver: Solver | None) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    rows: dict[tuple[str, str], list[Property]] = {}
    for one in properties:
        answer = "explained" if one.answer == "refuted" and one.explained else one.answer
        rows.setdefault((answer, one.said), []).append(one)
    for (word, said), some in rows.items():
        why = some[0].why if len(some) == 1 else f"{len(some)} times"
        table.add_row(Text(word, _STYLES.get(word, "yellow")), said, Text(why, "dim"))
    show(table, wide=True)
    for one in properties:
        if one.answer in ("refuted", "watched"):
            _show_what_shows(policy, one)
    _show_order(policy)
    if solver is None and any(one.answer == "not decided" for one in properties):
        say()
        say(f"what is not decided needs Z3; install it with: {INSTALL}")
    say()
    say(Text(_verdict(properties), "bold green" if all(one.stands for one in properties) else "bold red"))


def _show_what_shows(policy: Policy, one: Property) -> None:
    say()
    where = f"{one.place}: " if one.place else ""
    say(Text(f"{where}{one.found or one.said}", "bold"))
    if one.explained:
        say(f"  explained: {one.explained}")
    if one.loan:
        say(f"  this loan shows it: {one.loan}")
    if one.history is not None:
        say("  this history shows it:")
        for line in scenario_text(policy, one.history).rstrip("\n").split("\n"):
            say(f"    {line}")


def _show_order(policy: Policy) -> None:
    """Which rules of outer lists come before those inside, for whom."""
    some = list(comes_first(policy))
    if not some:
        return
    say()
    say("where an outer list comes first")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    for one in some:
        told = f"{one.earlier.id} before {one.later.id}"
        table.add_row(told, f"to {one.earlier.to}, not to {one.later.to}", Text(one.loan, "dim"))
    show(table, wide=True)


def _verdict(properties: Sequence[Property]) -> str:
    said = [
        f"{count} {word}" for word in _STYLES if (count := sum(one.answer == word for one in properties))
    ]  # fmt: skip
    return f"{number_of(len(properties), 'property')}: {', '.join(said)}"


# --- as JSON ---


def _as_json(name: str, policy: Policy, properties: Sequence[Property]) -> dict[str, Any]:
    return {
        "file": name,
        "stands": all(one.stands for one in properties),
        "properties": [_property(policy, one) for one in properties],
        "comes_first": [
            {"rule": one.earlier.id, "to": one.earlier.to, "before": one.later.id, "loan": one.loan}
            for one in comes_first(policy)
        ],
    }


def _property(policy: Policy, one: Property) -> dict[str, Any]:
    place = one.place
    return {
        "property": one.said,
        "answer": one.answer,
        "why": one.why or None,
        "found": one.found or None,
        "explained": one.explained or None,
        "loan": one.loan or None,
        "history": scenario_text(policy, one.history) if one.history is not None else None,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
    }
