"""`overdue-flow report ...`: what is known of one loan, for a colleague, a court or an auditor to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Protocol, TypeAlias

import typer

from overdue_flow.cli.inputs import day_given
from overdue_flow.cli.loans import LoanGiven, LoansGiven, OnGiven, PolicyGiven, loan_told
from overdue_flow.cli.manners import Mistake, mannerly
from overdue_flow.cli.screen import say, say_json
from overdue_flow.cli.story import tell
from overdue_flow.reports.case_file import case_file
from overdue_flow.reports.complaint_life import complaint_life, complaint_lives
from overdue_flow.reports.itemised import itemised
from overdue_flow.reports.plan_progress import plan_progress

report = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="What is known of one loan, to be read.")

_Json: TypeAlias = Annotated[bool, typer.Option("--json", help="As JSON.")]


class _Report(Protocol):
    def text(self) -> str: ...

    def as_data(self) -> dict[str, Any]: ...


@report.command("arrears", short_help="Every overdue sum and its date.")
@mannerly
def arrears(
    policy: PolicyGiven, loans: LoansGiven, loan: LoanGiven, *, on: OnGiven = None, json: _Json = False
) -> None:
    """Say every sum that is overdue, since when, and what is left of it."""
    told = loan_told(policy, loans, loan, day_given(on, "--on"))
    _give([replace(itemised(told.case, told.turn_day), on=told.day)], json=json)


@report.command("plan", short_help="How a repayment plan goes.")
@mannerly
def plan(
    policy: PolicyGiven,
    loans: LoansGiven,
    loan: LoanGiven,
    *,
    plan_id: Annotated[
        str | None,
        typer.Option("--plan", metavar="ID", help="The plan; by default the latest.", show_default=False),
    ] = None,
    on: OnGiven = None,
    json: _Json = False,
) -> None:
    """Say how a repayment plan goes: each instalment, what came for it, what is next, and who followed it up."""
    told = loan_told(policy, loans, loan, day_given(on, "--on"))
    try:
        _give([plan_progress(told.entries, plan_id, told.day)], json=json)
    except KeyError as missing:
        raise Mistake(str(missing.args[0])) from None


@report.command("complaints", short_help="The life of each complaint.")
@mannerly
def complaints(
    policy: PolicyGiven,
    loans: LoansGiven,
    loan: LoanGiven,
    *,
    complaint: Annotated[
        str | None,
        typer.Option("--complaint", metavar="ID", help="One complaint; by default all.", show_default=False),
    ] = None,
    on: OnGiven = None,
    json: _Json = False,
) -> None:
    """Say what became of each complaint: who did what when, what was found, and what followed."""
    told = loan_told(policy, loans, loan, day_given(on, "--on"))
    remedies = told.policy.remedies
    try:
        lives = (
            complaint_lives(told.entries, remedies, told.day)
            if complaint is None
            else (complaint_life(told.entries, complaint, remedies, told.day),)
        )
    except KeyError as missing:
        raise Mistake(str(missing.args[0])) from None
    if not lives and not json:
        say(f"nobody has complained about {loan}")
        return
    _give(lives, json=json, several=complaint is None)


@report.command("case-file", short_help="Everything, for the law firm or the auditor.")
@mannerly
def file(policy: PolicyGiven, loans: LoansGiven, loan: LoanGiven, *, on: OnGiven = None, json: _Json = False) -> None:
    """Put together the case file: parties, terms, arrears, money, contacts, talks, notices, evidence, court, moves."""
    told = loan_told(policy, loans, loan, day_given(on, "--on"))
    _give([case_file(told.entries, told.day)], json=json)


def _give(reports: Sequence[_Report], *, json: bool, several: bool = False) -> None:
    """The reports as text, one after the other; as JSON a list where there may be several, also of one or none."""
    if json:
        found = [one.as_data() for one in reports]
        say_json(found if several else found[0])
        return
    for number, one in enumerate(reports):
        if number:
            say()
        tell(one.text())
