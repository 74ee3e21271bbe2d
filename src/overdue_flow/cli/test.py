"""`overdue-flow test POLICY [FILES]`: does the policy do what its scenarios say?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer
from rich.text import Text

from overdue_flow.cli.files import writing
from overdue_flow.cli.inputs import ScenarioFilesGiven
from overdue_flow.cli.manners import REFUSED, Mistake
from overdue_flow.cli.screen import number_of, say, say_json
from overdue_flow.cli.story import tell
from overdue_flow.cli.suites import Suite, suites_at
from overdue_flow.policy.trials import Scenario
from overdue_flow.testing.junit import Ran, junit
from overdue_flow.testing.scenarios import run_scenario
from overdue_flow.testing.telling import as_json as result_as_json
from overdue_flow.testing.telling import told
from overdue_flow.testing.updating import Told, rewrite


def run_scenarios(
    policy: Annotated[
        Path,
        typer.Argument(
            metavar="POLICY",
            help="The policy file; or a `.scenario.yaml` that names its policy, or a folder of them.",
            show_default=False,
        ),
    ],
    files: ScenarioFilesGiven = None,
    *,
    called: Annotated[
        str, typer.Option("-k", metavar="TEXT", help="Only those with this in their name.", show_default=False)
    ] = "",
    stop: Annotated[bool, typer.Option("-x", "--stop", help="Stop at the first that fails.")] = False,
    update: Annotated[bool, typer.Option("--update", help="Write every expected `story` anew, in its file.")] = False,
    junit_file: Annotated[
        Path | None, typer.Option("--junit", metavar="FILE", help="Write the results as JUnit XML.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Say it as JSON.")] = False,
) -> None:
    """Run the scenarios of a policy, and those in files of their own; of a pack, those that come with it too, a part of
    a policy on the example that builds on it. Exit with 1 if one is not as expected, with 2 if `-k` leaves none."""
    suites = _chosen(policy, files or [], called)
    if update and _update(suites):
        suites = _chosen(policy, files or [], called)
    ran = []
    for one in _run(suites, silent=as_json):
        ran.append(one)
        if stop and not one.result.passed:
            break
    if junit_file is not None:
        with writing(junit_file):
            junit_file.write_bytes(junit(ran).encode())
    if as_json:
        found = [{"suite": one.file, **result_as_json(one.result, one.machine)} for one in ran]
        failed = sum(not one.result.passed for one in ran)
        say_json({"scenarios": len(ran), "failed": failed, "results": found})
    else:
        _conclude(ran, [suite.path for suite, _scenarios in suites])
    if not all(one.result.passed for one in ran):
        raise typer.Exit(REFUSED)


_Chosen = Sequence[tuple[Suite, Sequence[Scenario]]]


def _chosen(policy: Path, files: Sequence[Path], called: str) -> _Chosen:
    """The scenarios to run, by file. Mistake where none has the text in its name."""
    suites = [(suite, _called(suite.scenarios, called)) for suite in suites_at(policy, files)]
    if called and not any(scenarios for _suite, scenarios in suites):
        raise Mistake(f"no scenario has `{called}` in its name")
    return suites


def _called(scenarios: Sequence[Scenario], text: str) -> list[Scenario]:
    return [one for one in scenarios if text.casefold() in one.name.casefold()]


def _run(suites: _Chosen, *, silent: bool) -> Iterator[Ran]:
    """Each scenario as it is run, told unless `silent`."""
    for number, (suite, scenarios) in enumerate((suite, some) for suite, some in suites if some):
        if not silent:
            say(Text.assemble("\n" if number else "", (str(suite.path), "bold")))
        for scenario in scenarios:
            began = perf_counter()
            machine = suite.tried.machine
            result = run_scenario(suite.tried.policy, scenario, machine=machine, proofs=suite.tried.proofs)
            ran = Ran(str(suite.path), result, machine, perf_counter() - began)
            if not silent:
                _show(ran)
            yield ran


def _show(ran: Ran) -> None:
    name = ran.result.scenario.name
    if ran.result.passed:
        say(Text.assemble(("  ok    ", "green"), name))
        return
    say(Text.assemble(("  FAIL  ", "bold red"), name))
    tell("\n".join(f"        {line}" for line in told(ran.result, ran.machine)))


def _conclude(ran: Sequence[Ran], paths: Sequence[Path]) -> None:
    failed = sum(not one.result.passed for one in ran)
    if not ran:
        say(f"no scenarios in {', '.join(map(str, paths))}")
        return
    say()
    if failed:
        say(Text(f"{failed:,} of {number_of(len(ran), 'scenario')} failed", "bold red"))
    else:
        say(Text(f"{number_of(len(ran), 'scenario')} as expected", "bold green"))


# --- writing ---


def _update(suites: _Chosen) -> bool:
    """Write anew the stories that are told otherwise, up to what is not as expected; whether there was one."""
    changed = False
    for suite, scenarios in suites:
        stories = {told: story for scenario in scenarios for told, story in _other_stories(suite, scenario)}
        if stories:
            with writing(suite.path):
                rewrite(suite.path, stories)
            say(f"wrote {number_of(len(stories), 'story')} in {suite.path}", on_error=True)
            changed = True
    return changed


def _other_stories(suite: Suite, scenario: Scenario) -> Iterator[tuple[Told, str]]:
    if all(one.story is None for one in scenario.expects):
        return
    result = run_scenario(suite.tried.policy, replace(scenario, proves=()), machine=suite.tried.machine, as_told=True)
    for position, story in result.stories.items():
        if story != (scenario.expects[position].story or "").rstrip():
            yield Told(scenario.name, position), story
