"""The command line as a whole: which commands there are, and how it begins and ends."""

from __future__ import annotations

import contextlib
import io
import logging
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from overdue_flow.cli.adopt import adopt
from overdue_flow.cli.backtest import backtest
from overdue_flow.cli.beside import side_by_side
from overdue_flow.cli.borrower import borrower
from overdue_flow.cli.calibrate import calibrate
from overdue_flow.cli.check import check
from overdue_flow.cli.coverage import cover
from overdue_flow.cli.deliver import deliver
from overdue_flow.cli.diff import diff
from overdue_flow.cli.draw import draw
from overdue_flow.cli.explain import explain
from overdue_flow.cli.forecast import forecast
from overdue_flow.cli.forewarn import forewarn
from overdue_flow.cli.handbook import handbook
from overdue_flow.cli.history import history
from overdue_flow.cli.journal import journal
from overdue_flow.cli.manners import end_of_writing, mannerly
from overdue_flow.cli.migrate import migrate
from overdue_flow.cli.mutate import mutate
from overdue_flow.cli.nightly import nightly
from overdue_flow.cli.offers import offers
from overdue_flow.cli.packs import packs
from overdue_flow.cli.prove import prove_policy
from overdue_flow.cli.report import report
from overdue_flow.cli.schema import schema
from overdue_flow.cli.screen import say
from overdue_flow.cli.simulate import simulate
from overdue_flow.cli.store import store
from overdue_flow.cli.tasks import complete, reassign, tasks
from overdue_flow.cli.test import run_scenarios
from overdue_flow.cli.view import look

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
app.command("coverage", short_help="What of a policy no scenario reaches.")(mannerly(cover))
app.command("mutate", short_help="Which small mistakes in a policy no scenario would notice.")(mannerly(mutate))
app.command("prove", short_help="What holds of a policy for every loan, and what does not.")(mannerly(prove_policy))
app.command("schema", short_help="The JSON Schema of a policy file.")(mannerly(schema))
app.command("draw", short_help="A policy as a diagram.")(mannerly(draw))
app.command("diff", short_help="What changed in a policy, and which loans it treats otherwise.")(mannerly(diff))
app.command("backtest", short_help="Live a policy through on the history of a book of loans.")(mannerly(backtest))
app.command("side-by-side", short_help="What several policies come to on one book.")(mannerly(side_by_side))
app.command("calibrate", short_help="How the borrowers of a book paid, as a population.")(mannerly(calibrate))
app.command("simulate", short_help="Try a policy on borrowers, beside a challenger.")(mannerly(simulate))
app.command("explain", short_help="The story of one loan, and what comes next.")(mannerly(explain))
app.command("forecast", short_help="What happens to one loan from here, future by future.")(mannerly(forecast))
app.command("borrower", short_help="A person and all of their loans.")(mannerly(borrower))
app.command("offers", short_help="What could be offered to the borrower, side by side.")(mannerly(offers))
app.command("history", short_help="The journal of one loan in a store, as a story.")(mannerly(history))
app.command("view", short_help="One loan and its journal, as one role may see them.")(mannerly(look))
app.command("nightly", short_help="Live every loan whose day has come.")(mannerly(nightly))
app.command("deliver", short_help="Hand what is due to the host's hooks.")(mannerly(deliver))
app.command("forewarn", short_help="What will happen tomorrow, and on which loans.")(mannerly(forewarn))
app.command("tasks", short_help="What waits for people, by role and deadline.")(mannerly(tasks))
app.command("complete", short_help="Say that a task is done, or answer a request.")(mannerly(complete))
app.command("reassign", short_help="Give a task to another role.")(mannerly(reassign))
app.command("adopt", short_help="Bring a book that is overdue already under a policy.")(mannerly(adopt))
app.command("migrate", short_help="Move open cases to another version of their policy.")(mannerly(migrate))
app.add_typer(packs, name="packs", short_help="The policies and parts that come with the library.")
app.command("handbook", short_help="What a policy says, in plain words.")(mannerly(handbook))
app.add_typer(report, name="report", short_help="Statements, assessments, case files, the book: to be read.")
app.add_typer(
    journal, name="journal", short_help="The journal as evidence: verify, root, export, import, search, erase, looks."
)
app.add_typer(store, name="store", short_help="Make, upgrade, look at a store; stop what goes out of it.")


def _say_version(*, wanted: bool) -> None:
    if wanted:
        try:
            found = version("overdue-flow")
        except PackageNotFoundError:
            found = "not installed: run from its sources"
        say(f"overdue-flow {found}")
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
    logging.getLogger("sqlalchemy").addHandler(logging.NullHandler())  # what it notes down is no word to the user
    try:
        app(prog_name="overdue-flow")
    except OSError as error:  # the help, or what is said of a mistake, cannot be written
        sys.exit(end_of_writing(error))
