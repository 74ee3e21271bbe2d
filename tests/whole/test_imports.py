"""`import overdue_flow` is light: a service that starts pays for what it uses and for nothing else."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "click", "cryptography", "holidays", "hypothesis", "matplotlib", "numpy", "opentelemetry", "pandas", "polars",
    "pyarrow", "pytest", "rich", "sqlalchemy", "typer",
)  # fmt: skip


def loaded_by(statement: str) -> set[str]:
    """The top-level modules that a fresh interpreter has loaded after `statement`."""
    code = f"import sys\n{statement}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    return set(done.stdout.split())


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    return loaded_by("from overdue_flow import Flow, MemoryStore, decide, load_policy")


@pytest.mark.parametrize("package", HEAVY)
def test_importing_the_library_does_not_load(package: str, loaded: set[str]) -> None:
    assert package not in loaded


def test_importing_the_library_does_load_the_library(loaded: set[str]) -> None:
    assert {"overdue_flow", "pydantic"} <= loaded


@pytest.mark.parametrize("module", ["overdue_flow", "overdue_flow.testing.plugin"])
def test_who_only_looks_in_loads_next_to_nothing(module: str) -> None:
    """Every run of pytest loads the plugin, those too that have nothing to do with loans."""
    loaded = loaded_by(f"import pytest, {module}")
    assert {"pydantic", "yaml", "transitions", "dateutil"}.isdisjoint(loaded)


def test_a_command_loads_no_package_that_only_an_extra_brings() -> None:
    loaded = loaded_by("import overdue_flow.cli.app")
    extras = {"cryptography", "matplotlib", "sqlalchemy", "pyarrow", "psycopg", "opentelemetry"}
    assert extras.isdisjoint(loaded)


def test_a_store_without_keys_loads_no_ciphers() -> None:
    loaded = loaded_by("from overdue_flow.store.sql import SqlStore")
    assert "sqlalchemy" in loaded
    assert "cryptography" not in loaded


def test_the_check_would_see_a_heavy_import() -> None:
    assert "pyarrow" in loaded_by("import pyarrow")


def test_the_reader_of_books_loads_parquet_only_when_it_meets_it() -> None:
    assert "pyarrow" not in loaded_by("import overdue_flow.simulation.book")
