"""`overdue-flow mutate POLICY [FILES]`: would the scenarios notice a small mistake in the policy?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

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
from overdue_flow.cli.manners import REFUSED, Mistake
from overdue_flow.cli.progress import Doing, doing
from overdue_flow.cli.screen import number_of, say, say_json, show
from overdue_flow.policy.scenario_files import to_try_on
from overdue_flow.testing.mutation.crew import outcomes, processes_for
from overdue_flow.testing.mutation.score import Score, Tally, Tried, scored
from overdue_flow.testing.mutation.suites import Bench, Order
from overdue_flow.testing.mutation.telling import Telling, loan_that_tells
from overdue_flow.testing.search import Budget
from overdue_flow.testing.written import scenario_text

TURNS = 4_000
"""How much is searched for each loan that would tell."""

_Told = Mapping[int, Telling | None]
"""By the position of the survivor: the loan that would tell, None where none was found."""


def mutate(
    policy: Annotated[Path, typer.Argument(metavar="POLICY", help="The policy file.", show_default=False)],
    files: ScenarioFilesGiven = None,
    *,
    own: OwnGiven = False,
    sample: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Try only N of the changes.", show_default=False)
    ] = None,
    seed: Annotated[int, typer.Option(metavar="S", help="By which --sample draws them.")] = 0,
    suggest: Annotated[
        int, typer.Option(metavar="N", min=0, help="For N that nobody notices, look for a loan that would tell.")
    ] = 0,
    fail_under: FailUnderGiven = None,
    processes: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, help="How many processes share the work; by default, all cores.", show_default=False
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Say it as JSON.")] = False,
) -> None:
    """Change the policy in one small way after the other, as a person might by mistake (a threshold one off, `or` for
    `and`, a rule or a limit left out), and say which changes no scenario notices. Of a policy that builds on packs, the
    packs' own scenarios count for what was taken in from them."""
    named = tuple(scenario_files(files or []))
    _check(policy, named)
    with doing("running scenarios") as bar:
        bench = Bench(Order(str(policy), named, own, sample, seed))
        _refuse_failing(bench)
        score = _tried(bench, processes, bar)
        told = _told(bench, score.survivors[:suggest], bar)
    if as_json:
        say_json(_as_json(bench, score, told))
    else:
        _show(bench, score, told)
    if fail_under is not None and 100 * score.all.share < fail_under:
        raise typer.Exit(REFUSED)


def _check(policy: Path, files: Sequence[Path]) -> None:
    """That policy and scenarios can be read: each process reads them for itself."""
    found = policy_at(to_try_on(policy))
    for file in files:
        scenarios_at(file, found)


def _refuse_failing(bench: Bench) -> None:
    failing = bench.trials.failing
    if failing:
        names = "; ".join(result.scenario.name for result in failing[:3])
        raise Mistake(
            f"{number_of(len(failing), 'scenario')} of {bench.suite.name} fail under the policy as it is ({names});"
            " `overdue-flow test` says why"
        )


def _tried(bench: Bench, processes: int | None, bar: Doing) -> Score:
    bar.begin("trying changes", len(bench.mutants))
    found = []
    for outcome in outcomes(bench, processes or processes_for(len(bench.mutants))):
        found.append(outcome)
        bar.done(len(found))
    return scored(bench.suite.policy, bench.mutants, found, idle_of=bench.own_reasons if bench.of_all else ())


def _told(bench: Bench, survivors: Sequence[Tried], bar: Doing) -> _Told:
    bar.begin("looking for loans that would tell", len(survivors))
    found = {}
    for number, one in enumerate(survivors):
        found[number] = loan_that_tells(bench.trials, one.mutant, one.outcome, Budget(TURNS))
        bar.done(number + 1)
    return found


# --- at the terminal ---


def _show(bench: Bench, score: Score, told: _Told) -> None:
    _show_kinds(score)
    for file, survivors in _by_file(score.survivors).items():
        say()
        say(Text(f"no scenario notices in {file}", "bold"))
        table = _table("line", "", "")
        for one in survivors:
            place = one.mutant.place
            table.add_row(str(place.line) if place else "", str(one.mutant), _seen_in(one))
        show(table, wide=True)
    _show_explained(score)
    for number, telling in told.items():
        _show_telling(bench, score.survivors[number], telling)
    _show_notes(bench, score)
    say()
    say(Text(_verdict(score), "bold green" if not score.survivors else "bold"))


def _show_kinds(score: Score) -> None:
    table = _table("", "noticed", "of", "", "explained")
    for kind, tally in score.by_kind().items():
        table.add_row(kind, *_counts(tally))
    show(table)


def _counts(tally: Tally) -> tuple[str, str, str, str]:
    told = tally.mutants - tally.same
    return (
        f"{tally.noticed:,}",
        f"{told:,}",
        f"{100 * tally.share:.0f} %",
        f"{tally.explained:,}" * bool(tally.explained),
    )


def _seen_in(one: Tried) -> str:
    """Where the loan is treated otherwise although nothing looks."""
    unseen = one.outcome.unseen
    return f"otherwise on {unseen.on} in `{unseen.scenario}`, which does not look there" if unseen else ""


def _show_explained(score: Score) -> None:
    if score.explained:
        say()
        say(Text("explained", "bold"))
        for one in score.explained:
            say(f"  {one.mutant}: {one.explained}")
    for reason in score.idle:
        about = ", ".join(f"`{name}`" for name in reason.about)
        say(Text(f"`explained` speaks of a survivor that is none: {about or reason.finding}", "bold red"))


def _show_telling(bench: Bench, one: Tried, telling: Telling | None) -> None:
    say()
    say(Text(f"{one.mutant}", "bold"))
    if telling is None:
        say("no loan was found that would tell; the search is bounded, so there may be one")
        return
    say(f"a loan that tells; with the change, {telling.otherwise}")
    say(scenario_text(bench.suite.policy, telling.scenario).rstrip())


def _show_notes(bench: Bench, score: Score) -> None:
    helped = [name for name in score.helped if name != bench.suite.name]
    if helped:
        say()
        say(f"counted with them: what the scenarios of {', '.join(helped)} notice of what was taken in from there")
    if score.all.same:
        say()
        say(f"left out, since no loan can tell them (proved): {number_of(score.all.same, 'change')}")


def _verdict(score: Score) -> str:
    tally = score.all
    told = tally.mutants - tally.same
    share = f"{int(1000 * tally.share) / 10:.1f} %"
    return f"{tally.noticed:,} of {number_of(told, 'change')} noticed: {share}"


def _by_file(survivors: Sequence[Tried]) -> dict[str, list[Tried]]:
    found: dict[str, list[Tried]] = {}
    for one in survivors:
        found.setdefault(one.mutant.place.file if one.mutant.place else "the policy", []).append(one)
    return found


def _table(*names: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=any(names))
    for name in names:
        table.add_column(name, justify="right" if name in ("line", "noticed", "of", "explained") else "left")
    return table


# --- as JSON ---


def _as_json(bench: Bench, score: Score, told: _Told) -> dict[str, Any]:
    scenarios = {id(score.survivors[number]): telling for number, telling in told.items()}
    return {
        "file": str(bench.order.policy),
        "percent": round(100 * score.all.share, 2),
        **_tally_as_json(score.all),
        "kinds": [{"kind": kind, **_tally_as_json(tally)} for kind, tally in score.by_kind().items()],
        "sample": bench.order.sample,
        "seed": bench.order.seed,
        "each": [_one_as_json(bench, one, scenarios.get(id(one))) for one in score.tried],
        "explains_nothing": [list(reason.about) for reason in score.idle],
    }


def _tally_as_json(tally: Tally) -> dict[str, int]:
    return {
        "changes": tally.mutants,
        "noticed": tally.noticed,
        "cannot_be_told": tally.same,
        "survive": tally.survived,
        "explained": tally.explained,
    }


def _one_as_json(bench: Bench, one: Tried, telling: Telling | None) -> dict[str, Any]:
    mutant, outcome, place = one.mutant, one.outcome, one.mutant.place
    unseen = outcome.unseen
    return {
        "part": mutant.part,
        "kind": mutant.kind,
        "change": mutant.said,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "became": _BECAME[outcome.verdict],
        "by": outcome.by or None,
        "of": outcome.of or None,
        "unseen": {"scenario": unseen.scenario, "on": str(unseen.on)} if unseen else None,
        "explained": one.explained or None,
        "suggestion": scenario_text(bench.suite.policy, telling.scenario) if telling else None,
    }


_BECAME = {"noticed": "noticed", "same": "cannot be told", "survives": "survives"}
