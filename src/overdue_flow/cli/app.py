"""The command line as a whole: which commands there are, and how it begins and ends."""

from __future__ import annotations

import contextlib
import io
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from overdue_flow.cli.backtest import backtest
from overdue_flow.cli.check import check
from overdue_flow.cli.draw import draw
from overdue_flow.cli.explain import explain
from overdue_flow.cli.manners import mannerly
from overdue_flow.cli.schema import schema
from overdue_flow.cli.test import run_scenarios

app = typer.Typer(
    name="overdue-flow",
    help="Runs the life of an overdue loan, by a policy in YAML.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

app.command("check", short_help="What is wrong with a policy, and what it holds.")(mannerly(check))
app.command("test", short_help="Run the scenarios of a policy.")(mannerly(run_scenarios))
app.command("schema", short_help="The JSON Schema of a policy file.")(mannerly(schema))
app.command("draw", short_help="A policy as a diagram.")(mannerly(draw))
app.command("backtest", short_help="Live a policy through on the history of a book of loans.")(mannerly(backtest))
app.command("explain", short_help="The story of one loan, and what comes next.")(mannerly(explain))


def _say_version(*, wanted: bool) -> None:
    if wanted:
        try:
            found = version("overdue-flow")
        except PackageNotFoundError:
            found = "not installed: run from its sources"
        typer.echo(f"overdue-flow {found}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=lambda wanted: _say_version(wanted=wanted), is_eager=True, help="Say the version."
        ),
    ] = False,
) -> None:
    """Runs the life of an overdue loan, by a policy in YAML."""


def run() -> None:
    """Run the command that the arguments name, and end the process."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # a terminal that cannot show a sign gets its code, never an error
            with contextlib.suppress(OSError):
                stream.reconfigure(errors="backslashreplace")
    app(prog_name="overdue-flow")
