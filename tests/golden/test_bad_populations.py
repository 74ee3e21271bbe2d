"""A population that makes no sense is refused, with every problem in it; the text is what a person reads.

`tests/golden/populations/NAME.yaml` is a bad population, `NAME.txt` beside it the full report.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from overdue_flow.errors import PopulationError
from overdue_flow.problems import render
from overdue_flow.simulation.population.read import load_population
from support.called import calling_on
from support.golden import Golden

POPULATIONS = Path(__file__).parent / "populations"
NAMES = sorted(file.stem for file in POPULATIONS.glob("*.yaml"))


@pytest.mark.parametrize("name", NAMES)
def test_a_bad_population_is_refused_with_every_problem(name: str, golden: Golden) -> None:
    text = (POPULATIONS / f"{name}.yaml").read_text("utf-8")
    with pytest.raises(PopulationError) as refused:
        load_population(None, calling_on(3), text=text, name=f"{name}.yaml")

    assert all(problem.place for problem in refused.value.problems)
    golden(render(refused.value.problems, refused.value.sources), f"populations/{name}.txt")
