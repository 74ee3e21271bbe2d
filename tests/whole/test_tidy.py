"""The house is tidy: what a reader may rely on when opening any file of the package."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "overdue_flow"
FILES = sorted(PACKAGE.rglob("*.py"))
NAMES = [file.relative_to(PACKAGE).as_posix() for file in FILES]

MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 60

CLOCKS = {
    ("date", "today"), ("datetime", "now"), ("datetime", "today"), ("datetime", "utcnow"),
    ("time", "time"), ("time", "time_ns"), ("time", "monotonic"), ("time", "perf_counter"), ("time", "sleep"),
}  # fmt: skip
MAY_READ_A_CLOCK = ("runtime/", "cli/", "store/sql.py")
"""The instant is an argument below `runtime`; a terminal may measure how long a run takes, and a row says when it was
written."""

HOLDS_MONEY = (
    "money.py",
    "cases/",
    "engine/",
    "offers/",
    "policy/",
    "portfolio/",
    "runtime/",
    "simulation/",
    "store/",
    "reports/",
)
SPEAKS_OF_CHANCES = ("reports/charts/", "simulation/calibration/", "simulation/population/", "simulation/trial/")
"""Chances, odds, intervals and places on paper are no money. What a borrower pays is in minor units here too."""

VAGUE = re.compile(r"(Manager|Handler|Processor|Helper)s?$|^(utils?|helpers?|misc|common)$")
LEFTOVER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
BARE_IGNORE = re.compile(r"#\s*type:\s*ignore(?!\[[\w-]+(, ?[\w-]+)*\]  # \S)")


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"), file.name)


def nodes(file: Path) -> Iterator[ast.AST]:
    return ast.walk(tree(file))


@pytest.fixture(params=FILES, ids=NAMES)
def file(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


def test_the_package_is_there() -> None:
    assert {"money.py", "problems.py", "errors.py"} <= set(NAMES)


def test_a_file_can_be_read_in_one_sitting(file: Path) -> None:
    assert len(file.read_text("utf-8").splitlines()) <= MOST_LINES_OF_A_FILE


def test_a_function_fits_on_a_screen(file: Path) -> None:
    long = {
        node.name: length
        for node in nodes(file)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or node.lineno) - node.lineno + 1) > MOST_LINES_OF_A_FUNCTION
    }
    assert long == {}


def test_nothing_is_left_for_later(file: Path) -> None:
    assert [line for line in file.read_text("utf-8").splitlines() if LEFTOVER.search(line)] == []


def test_no_clock_is_read_below_the_runtime(file: Path) -> None:
    name = file.relative_to(PACKAGE).as_posix()
    read = [
        f"line {node.lineno}: {node.value.id}.{node.attr}"
        for node in nodes(file)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and (node.value.id, node.attr) in CLOCKS
    ]
    assert read == [] or name.startswith(MAY_READ_A_CLOCK)


def test_money_meets_no_float(file: Path) -> None:
    name = file.relative_to(PACKAGE).as_posix()
    floats = [
        f"line {node.lineno}: {node.value}"
        for node in nodes(file)
        if isinstance(node, ast.Constant) and isinstance(node.value, float)
    ]
    calls = [
        f"line {node.lineno}: float(...)"
        for node in nodes(file)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float"
    ]
    assert floats + calls == [] or not name.startswith(HOLDS_MONEY) or name.startswith(SPEAKS_OF_CHANCES)


def test_names_say_what_a_thing_is(file: Path) -> None:
    defined = [node.name for node in nodes(file) if isinstance(node, ast.ClassDef | ast.FunctionDef)]
    assert [name for name in (*defined, file.stem, file.parent.name) if VAGUE.search(name)] == []


def test_a_silenced_type_error_says_which_and_why(file: Path) -> None:
    tokens = tokenize.generate_tokens(io.StringIO(file.read_text("utf-8")).readline)
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    assert [comment for comment in comments if BARE_IGNORE.search(comment)] == []


def test_a_file_begins_by_saying_what_it_is(file: Path) -> None:
    assert ast.get_docstring(tree(file))


@pytest.mark.parametrize(
    ("comment", "bare"),
    [
        ("# type: ignore", True),
        ("# type: ignore[assignment]", True),
        ("# type: ignore[assignment]  # a narrower word", False),
    ],
)
def test_the_check_of_silenced_errors_can_fail(comment: str, bare: bool) -> None:
    assert bool(BARE_IGNORE.search(comment)) is bare
