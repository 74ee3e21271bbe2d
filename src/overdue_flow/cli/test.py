"""`overdue-flow test POLICY [FILES]`: does the policy do what its scenarios say?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from overdue_flow.cli.inputs import policy_at, scenario_files, scenarios_at
from overdue_flow.cli.manners import REFUSED
from overdue_flow.cli.screen import number_of, say
from overdue_flow.cli.story import tell
from overdue_flow.engine.machine import Machine
from overdue_flow.policy.library import example_of, pack_named, scenarios_of
from overdue_flow.policy.trials import Scenario
from overdue_flow.reports.timeline import timeline
from overdue_flow.testing.proofs import Proofs
from overdue_flow.testing.scenarios import Difference, ScenarioResult, run_scenario


def run_scenarios(
    policy: Annotated[Path, typer.Argument(metavar="POLICY", help="The policy file.", show_default=False)],
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILES]...", help="Files of scenarios alone, or folders of them.", show_default=False),
    ] = None,
) -> None:
    """Run the scenarios of a policy, and those in files of their own; of a pack, those that come with it too, a part of
    a policy on the example that builds on it. Exit with 1 if one is not as expected."""
    pack = pack_named(str(policy))
    policy = (example_of(pack) if pack is not None else None) or policy
    found = policy_at(policy)
    beside = scenarios_of(pack) if pack is not None else ()
    texts = [*beside, *scenario_files(files or [])]
    groups = [(policy, found.scenarios), *((file, scenarios_at(file, found)) for file in texts)]
    machine, proofs = Machine(found), Proofs(found)
    failed = total = 0
    for path, scenarios in groups:
        if not scenarios:
            continue
        say(Text(str(path), "bold"))
        for scenario in scenarios:
            result = run_scenario(found, scenario, machine=machine, proofs=proofs)
            _show(result, machine)
            failed += not result.passed
            total += 1
        say()
    _conclude(total, failed, groups)
    if failed:
        raise typer.Exit(REFUSED)


def _conclude(total: int, failed: int, groups: Sequence[tuple[Path, Sequence[Scenario]]]) -> None:
    if not total:
        say(f"no scenarios in {', '.join(str(path) for path, _scenarios in groups)}")
    elif failed:
        say(Text(f"{failed:,} of {number_of(total, 'scenario')} failed", "bold red"))
    else:
        say(Text(f"{number_of(total, 'scenario')} as expected", "bold green"))


def _show(result: ScenarioResult, machine: Machine) -> None:
    if result.passed:
        say(Text.assemble(("  ok    ", "green"), result.scenario.name))
        return
    say(Text.assemble(("  FAIL  ", "bold red"), result.scenario.name))
    if result.difference is None:
        say(f"        it proves nothing of {' and '.join(result.unproved)}: without, all is as expected too")
        return
    for line in _told(result.difference):
        say(f"        {line}")
    say("        what happened until then:")
    story = timeline(machine, result.entries).rstrip("\n").split("\n")
    tell("\n".join(f"          {line}" for line in story))


def _told(difference: Difference) -> list[str]:
    where = f" ({difference.place})" if difference.place else ""
    lines = [
        f"on {difference.on}{where}",
        f"  expected  {difference.what} {difference.expected}",
        f"  found     {difference.found}",
    ]
    for number, line in enumerate(difference.why.split("\n") if difference.why else []):
        lines.append(f"  {'because' if not number else '       '}   {line}")
    return lines
