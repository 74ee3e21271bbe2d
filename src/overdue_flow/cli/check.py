"""`overdue-flow check POLICY`: what is wrong with a policy, and what is in it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from overdue_flow.cli.contents import contents_of, show_contents
from overdue_flow.cli.inputs import examined_at
from overdue_flow.cli.manners import REFUSED
from overdue_flow.cli.screen import number_of, say, say_json, show_problems
from overdue_flow.problems import Place, Problem


def check(
    policy: Annotated[Path, typer.Argument(metavar="POLICY", help="The policy file.", show_default=False)],
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Findings fail too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Say it as JSON.")] = False,
) -> None:
    """Say everything that is wrong with a policy, each with its place, and what the policy holds."""
    examined = examined_at(policy)
    found = examined.problems
    if as_json:
        say_json(_as_json(policy, found, examined.policy))
    else:
        open_ones = [problem for problem in found if not problem.explained]
        show_problems(open_ones, examined.sources)
        if not open_ones:
            say(f"{policy}: no problems")
        _show_explained(problem for problem in found if problem.explained)
        if examined.policy is not None:
            say()
            show_contents(examined.policy)
    if examined.policy is None or (strict and not all(problem.explained for problem in found)):
        raise typer.Exit(REFUSED)


def _show_explained(problems: Iterable[Problem]) -> None:
    """The findings that the policy explains, each with its reason."""
    explained = list(problems)
    if explained:
        say()
        say(f"{number_of(len(explained), 'finding')} explained")
        for problem in explained:
            say(f"  {problem.place}: {problem.message}")
            say(f"    {problem.explained}")


def _as_json(path: Path, found: tuple[Problem, ...], policy: Any) -> dict[str, Any]:
    return {
        "file": str(path),
        "refused": policy is None,
        "problems": [_problem(one) for one in found],
        "summary": contents_of(policy) if policy is not None else None,
    }


def _problem(one: Problem) -> dict[str, Any]:
    return {
        "code": one.code,
        "severity": one.severity.value,
        **_place(one.place),
        "message": one.message,
        "hint": one.hint,
        "witness": one.witness,
        "explained": one.explained or None,
        "also": [{**_place(place), "message": word} for place, word in one.also],
    }


def _place(place: Place | None) -> dict[str, Any]:
    if place is None:
        return {"file": None, "line": None, "column": None}
    return {"file": place.file, "line": place.line or None, "column": place.column or None}
