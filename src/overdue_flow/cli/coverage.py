"""`overdue-flow coverage POLICY [FILES]`: what of a policy no scenario reaches."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from rich.table import Table
from rich.text import Text

from overdue_flow.cli.inputs import (
    FailUnderGiven,
    OwnGiven,
    ScenarioFilesGiven,
    policy_at,
    scenario_files,
    scenarios_at,
)
from overdue_flow.cli.manners import REFUSED
from overdue_flow.cli.progress import doing
from overdue_flow.cli.screen import number_of, say, say_json, show
from overdue_flow.policy.library import example_of, pack_named, packs
from overdue_flow.policy.policy import Policy
from overdue_flow.testing.coverage.coverage import KINDS, Coverage, coverage, kind_of, run
from overdue_flow.testing.coverage.parts import Part
from overdue_flow.testing.coverage.suggest import Suggester
from overdue_flow.testing.coverage.suites import Suite, packs_under, suite_of, suite_of_pack
from overdue_flow.testing.written import scenario_text


class Order(NamedTuple):
    """What is asked: of which policy, by which suites (its own first), and in which file alone, if in one."""

    policy: Policy
    suites: tuple[Suite, ...]
    only_in: str | None


def cover(
    policy: Annotated[Path, typer.Argument(metavar="POLICY", help="The policy file.", show_default=False)],
    files: ScenarioFilesGiven = None,
    *,
    own: OwnGiven = False,
    fail_under: FailUnderGiven = None,
    suggest: Annotated[
        int, typer.Option(min=0, metavar="N", help="Look for scenarios that would reach the first N of the rest.")
    ] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Say it as JSON.")] = False,
) -> None:
    """Say what of a policy no scenario reaches: rules, comparisons on both sides of their boundary, limits, stages.
    Of a policy that builds on packs, the packs' own scenarios count for what was taken in from them."""
    name = str(policy)
    order = gathered(name, files or [], own=own)
    with doing("running scenarios") as bar:
        bar.begin("running scenarios", sum(len(suite.scenarios) for suite in order.suites))
        count = itertools.count(1)
        ran = [run(suite, told=lambda _scenario: bar.done(next(count))) for suite in order.suites]
    reached = coverage(order.policy, ran, only_in=order.only_in)
    suggested, in_vain = _suggested(order.policy, reached.missing[:suggest])
    if as_json:
        told = {"suggested": suggested, "found_no_scenario_for": [str(part) for part in in_vain]}
        say_json(_as_json(name, reached) | told)
    else:
        _show(reached)
        _show_in_vain(in_vain)
        for scenario in suggested:
            say()
            say(scenario.rstrip("\n"))
    if reached.failed or (fail_under is not None and reached.percent < fail_under):
        raise typer.Exit(REFUSED)


def gathered(name: str, files: Sequence[Path], *, own: bool = False) -> Order:
    """What is asked about the policy that a name means. Of a part of a policy, that is what stands in it, and its own
    scenarios on its example; of a whole one, the scenarios of the packs that it builds on count too."""
    pack = pack_named(name)
    known = pack is not None and pack in packs()
    mine = suite_of_pack(pack) if pack is not None and known else suite_of(policy_at(Path(name)), name)
    more = [one for file in scenario_files(files) for one in scenarios_at(file, mine.policy)]
    mine = Suite(mine.name, mine.policy, (*mine.scenarios, *more))
    if pack is not None and known and example_of(pack) is not None:
        return Order(mine.policy, (mine,), name)
    others = (suite_of_pack(one) for one in packs_under(name))
    return Order(mine.policy, (mine, *others), name if own else None)


def _suggested(policy: Policy, parts: Sequence[Part]) -> tuple[list[str], list[Part]]:
    """Scenarios as YAML that reach these parts; one that reaches several stands for all of them. And the parts that
    none was found for."""
    suggester, left = Suggester(policy), set(parts)
    scenarios: list[str] = []
    in_vain: list[Part] = []
    with doing("looking for scenarios") as bar:
        bar.begin("looking for scenarios", len(parts))
        for number, part in enumerate(parts, 1):
            found = suggester.scenario_for(part) if part in left else None
            if found is not None:
                left -= found[1]
                scenarios.append(scenario_text(policy, found[0]))
            elif part in left:
                in_vain.append(part)
            bar.done(number)
    return scenarios, [part for part in in_vain if part in left]


# --- at the terminal ---


def _show(found: Coverage) -> None:
    _show_counts(found)
    for file, parts in _by_file(found.missing).items():
        say()
        say(Text(f"not reached in {file}", "bold"))
        table = _table("line", "", "")
        for part in parts:
            table.add_row(str(part.place.line) if part.place else "", *_told(part))
        show(table, wide=True)
    _show_notes(found)
    say()
    say(Text(_verdict(found), "bold green" if not found.missing else "bold"))


def _show_in_vain(parts: Sequence[Part]) -> None:
    if parts:
        say()
        say("looked for, and no scenario was found, which proves nothing")
        for part in parts:
            say(f"  {part}")


def _show_counts(found: Coverage) -> None:
    table = _table("", "reached", "of", "")
    for kind, reached, parts in found.counted:
        table.add_row(KINDS[kind], f"{reached:,}", f"{parts:,}", f"{100 * reached // parts} %")
    show(table)


def _show_notes(found: Coverage) -> None:
    others = list(found.runs.items())[1:]
    if others:
        say()
        said = ", ".join(f"{number_of(count, 'scenario')} of {name}" for name, count in others)
        say(f"counted with them: {said}, as far as this policy takes in what they reach as it is")
    if found.idle:
        say()
        say("left out, since no loan can show it (proved): the condition says the same without")
        for part in found.idle:
            say(f"  {part.place}: {part}")
    if found.explained:
        say()
        say("left out, since the policy explains it")
        for part, because in found.explained.items():
            say(f"  {part}: {because}")
    for about in found.needless:
        say(f"explained as not reached, and reached: {about}")
    for name in found.failed:
        say(Text(f"not counted, since it fails: {name}", "bold red"))


def _verdict(found: Coverage) -> str:
    reached = len(found.parts) - len(found.missing)
    scenarios = number_of(sum(found.runs.values()), "scenario")
    return f"{reached:,} of {number_of(len(found.parts), 'part')} reached by {scenarios}: {percent(found.percent)}"


def percent(share: float) -> str:
    """A share of 100, never rounded up to all of it."""
    return f"{int(share * 10) / 10:.1f} %"


def _told(part: Part) -> tuple[str, str]:
    word = "" if part.word in ("", "when", "that") else f" ({part.word})"
    if part.is_of_a_condition:
        return f"{part.kind} {part.name}{word}", f"{part.atom}: never {part.side}"
    return f"{part.kind} {part.name}", f"never {part.side}"


def _by_file(parts: Sequence[Part]) -> dict[str, list[Part]]:
    found: dict[str, list[Part]] = {}
    for part in parts:
        found.setdefault(part.place.file if part.place else "the policy", []).append(part)
    return {file: sorted(some, key=lambda part: part.place.line if part.place else 0) for file, some in found.items()}


def _table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=any(names))
    for name in names:
        table.add_column(name, justify="right" if name in ("line", "reached", "of") else "left")
    return table


# --- as JSON ---


def _as_json(name: str, found: Coverage) -> dict[str, Any]:
    return {
        "file": name,
        "percent": round(found.percent, 2),
        "reached": len(found.parts) - len(found.missing),
        "parts": len(found.parts),
        "kinds": [{"kind": kind, "reached": reached, "parts": parts} for kind, reached, parts in found.counted],
        "scenarios": dict(found.runs),
        "failed": list(found.failed),
        "each": [_part(part, found.by.get(part)) for part in found.parts],
        "no_loan_can_show": [_part(part, None) for part in found.idle],
        "explained": [_part(part, None) | {"because": because} for part, because in found.explained.items()],
    }


def _part(part: Part, by: str | None) -> dict[str, Any]:
    place = part.place
    return {
        "kind": kind_of(part),
        "of": part.kind,
        "name": part.name,
        "word": part.word or None,
        "comparison": part.atom or None,
        "side": part.side,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "by": by,
    }
