"""The doors of this room: a population file, checked under the policies that it is lived under, with every problem."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path as FilePath
from typing import Any

from overdue_flow.errors import PopulationError
from overdue_flow.policy.fitting import fit
from overdue_flow.policy.places import Source
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.source import BYTES_MAX, read, write
from overdue_flow.problems import Place, Problem
from overdue_flow.simulation.population.check import check
from overdue_flow.simulation.population.model import PopulationFile

TEXT_NAME = "population.yaml"
"""What places call a population that was given as text."""


@dataclass(frozen=True, slots=True)
class Population:
    """A checked population. `digest` is the SHA-256 of the file's text; `text` is that text, for other processes."""

    file: PopulationFile
    digest: str
    text: str
    name: str


def load_population(
    path: str | PathLike[str] | None = None,
    *policies: Policy,
    text: str | bytes | None = None,
    name: str | None = None,
) -> Population:
    """The population in a file, or in `text` (called `name` in places), checked under `policies`.

    PopulationError, with every Problem in the order of the file, where it is refused; OSError where the file cannot be
    read.
    """
    if (path is None) == (text is None):
        raise TypeError("give a path, or text=...")
    called = name or (TEXT_NAME if path is None else fspath(path))
    if path is not None:
        with FilePath(path).open("rb") as stream:
            text = stream.read(BYTES_MAX + 1)
    assert text is not None, "one of the two is given"
    source = read(text, called)
    file = _fitted(source)
    problems = list(source.problems)
    if file is not None and not problems:
        problems = list(check(file, source, policies))
    if problems or file is None:
        raise PopulationError(_in_order(problems), {called: source.text})
    return Population(file, hashlib.sha256(source.text.encode()).hexdigest(), source.text, called)


def population_of(file: PopulationFile, *policies: Policy, name: str = TEXT_NAME) -> Population:
    """The same of a file that was made in Python."""
    return load_population(None, *policies, text=population_text(file), name=name)


def population_text(file: PopulationFile) -> str:
    """A population as YAML that `load_population` reads back the same."""
    tree = file.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return write(_as_text({"language": file.language, **tree}))


def _fitted(source: Source) -> PopulationFile | None:
    if not source.readable:
        return None
    return fit(copy.deepcopy(source.tree), PopulationFile, source)


def _as_text(value: Any) -> Any:
    """What a file can say: text, lists and mappings."""
    if isinstance(value, dict):
        return {str(key): _as_text(inside) for key, inside in value.items()}
    if isinstance(value, list | tuple):
        return [_as_text(one) for one in value]
    return {True: "true", False: "false"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _in_order(problems: Sequence[Problem]) -> list[Problem]:
    first = Place("")
    return sorted(dict.fromkeys(problems), key=lambda one: (one.place or first, one.code))
