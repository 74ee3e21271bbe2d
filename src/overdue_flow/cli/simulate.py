"""`overdue-flow simulate POLICY POPULATION`: a policy tried on borrowers who do not exist, before any who do."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from overdue_flow.cli.giving import HtmlGiven, Lang, LangGiven, write_page
from overdue_flow.cli.inputs import policy_at
from overdue_flow.cli.manners import Mistake, why_not
from overdue_flow.cli.progress import doing
from overdue_flow.cli.screen import say_json
from overdue_flow.cli.simulated import show_simulation
from overdue_flow.cli.story import tell
from overdue_flow.policy.policy import Policy
from overdue_flow.reports.as_page import as_page
from overdue_flow.reports.as_text import as_text
from overdue_flow.reports.simulated import simulated
from overdue_flow.simulation.population.check import BORROWERS_MAX, SEED_MAX
from overdue_flow.simulation.population.read import Population, load_population
from overdue_flow.simulation.trial.as_json import simulation_json
from overdue_flow.simulation.trial.figures import BY_NAME
from overdue_flow.simulation.trial.run import simulate as tried

BorrowersGiven = Annotated[
    int | None,
    typer.Option(
        min=2, max=BORROWERS_MAX, metavar="N", help="How many; by default as the file says.", show_default=False
    ),
]
SeedGiven = Annotated[
    int | None,
    typer.Option(min=0, max=SEED_MAX, metavar="S", help="Of all luck; by default the file's.", show_default=False),
]


def simulate(
    policy: Annotated[Path, typer.Argument(metavar="POLICY", help="The policy file.", show_default=False)],
    population: Annotated[Path, typer.Argument(metavar="POPULATION", help="The population file.", show_default=False)],
    *,
    against: Annotated[
        Path | None,
        typer.Option(metavar="POLICY", help="A challenger, lived by the same borrowers.", show_default=False),
    ] = None,
    borrowers: BorrowersGiven = None,
    seed: SeedGiven = None,
    sensitivity: Annotated[
        int | None,
        typer.Option(
            min=0,
            metavar="N",
            help="Of how many borrowers the sensitivity tables are; 0 for none.",
            show_default=False,
        ),
    ] = None,
    processes: Annotated[
        int | None,
        typer.Option(min=1, metavar="N", help="Processes; by default as many as cores.", show_default=False),
    ] = None,
    html: HtmlGiven = None,
    lang: LangGiven = Lang.EN,
    as_json: Annotated[bool, typer.Option("--json", help="Say it as JSON.")] = False,
) -> None:
    """Try a policy on a population: cures, rolls, cash, contacts, costs, with intervals; beside a challenger."""
    _check_place(html)
    champion = policy_at(policy)
    challenger = policy_at(against) if against is not None else None
    found = population_at(population, *(one for one in (champion, challenger) if one is not None))
    with doing("living every day") as progress:
        progress.begin("living every day", borrowers or found.file.borrowers)
        simulation = tried(
            champion,
            found,
            against=challenger,
            files=(policy, against),
            borrowers=borrowers,
            seed=seed,
            processes=processes,
            sensitivity_borrowers=sensitivity,
            progress=progress.done,
        )
    if html is not None:
        write_page(html, as_page(simulated(simulation, BY_NAME), lang.value))
    if as_json:
        say_json(simulation_json(simulation))
    elif html is None and lang is Lang.ZH:
        tell(as_text(simulated(simulation, BY_NAME), "zh"))
    elif html is None:
        show_simulation(simulation)


def _check_place(html: Path | None) -> None:
    """Mistake, before anybody waits for it, where a page cannot be written."""
    if html is not None and not html.parent.is_dir():
        raise Mistake(f"cannot write `{html}`: there is no folder `{html.parent}`")
    if html is not None and html.is_dir():
        raise Mistake(f"cannot write `{html}`: it is a folder")


def population_at(path: Path, *policies: Policy) -> Population:
    """The population in the file at `path`. PopulationError, with every problem, where it is refused."""
    try:
        return load_population(path, *policies)
    except OSError as error:
        raise Mistake(f"cannot read the population `{path}`: {why_not(error)}") from None
