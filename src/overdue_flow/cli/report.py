"""`overdue-flow report ...`: what is known of one loan, or of all, for a colleague, a court or an auditor to read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

import typer

from overdue_flow.cases.groups import GROUPS, Group
from overdue_flow.cli.access import RoleGiven, WhoGiven, WhyGiven, reader_given
from overdue_flow.cli.giving import HtmlGiven, JsonGiven, Lang, LangGiven, give
from overdue_flow.cli.inputs import day_given
from overdue_flow.cli.loans import LoanGiven, LoansGiven, LoanTold, OnGiven, PolicyGiven, loan_told
from overdue_flow.cli.manners import Mistake, mannerly
from overdue_flow.cli.report_of_many import add_reports_of_many
from overdue_flow.cli.screen import say
from overdue_flow.reports.case_file import case_file
from overdue_flow.reports.complaint_life import complaint_life, complaint_lives
from overdue_flow.reports.complaint_register import OF_A_LIFE, complaints_of
from overdue_flow.reports.itemised import itemised
from overdue_flow.reports.own_record import own_record
from overdue_flow.reports.plan_progress import plan_progress
from overdue_flow.reports.plan_report import plan_report
from overdue_flow.reports.preassessment import preassessment
from overdue_flow.reports.statement import statement
from overdue_flow.reports.told import Told

report = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="What is known of one loan, or of all, to be read."
)


@report.command("statement", short_help="The statement of account, sum by sum.")
@mannerly
def account(
    policy: PolicyGiven,
    loans: LoansGiven,
    loan: LoanGiven,
    *,
    on: OnGiven = None,
    lang: LangGiven = Lang.EN,
    html: HtmlGiven = None,
    json: JsonGiven = False,
    role: RoleGiven = None,
    who: WhoGiven = None,
    why: WhyGiven = None,
) -> None:
    """Say every sum that is overdue and its date, what came, what falls due next, and where help is found."""
    told = loan_told(policy, loans, loan, day_given(on, "--on"), reader_given(role, who, why), "statement")
    give(statement(_told(told), told.seen), lang, html, json=json)


@report.command("assessment", short_help="What is to be known before the borrower is contacted.")
@mannerly
def assessment(
    policy: PolicyGiven,
    loans: LoansGiven,
    loan: LoanGiven,
    *,
    on: OnGiven = None,
    lang: LangGiven = Lang.EN,
    html: HtmlGiven = None,
    json: JsonGiven = False,
    role: RoleGiven = None,
    who: WhoGiven = None,
    why: WhyGiven = None,
) -> None:
    """Say amount, duration, payment history and class, what is known of means and care, and when contact is allowed."""
    told = loan_told(policy, loans, loan, day_given(on, "--on"), reader_given(role, who, why), "assessment")
    give(preassessment(_told(told), told.seen), lang, html, json=json)


@report.command("arrears", short_help="Every overdue sum and its date, and nothing else.")
@mannerly
def arrears(
    policy: PolicyGiven,
    loans: LoansGiven,
    loan: LoanGiven,
    *,
    on: OnGiven = None,
    json: JsonGiven = False,
    role: RoleGiven = None,
    who: WhoGiven = None,
    why: WhyGiven = None,
) -> None:
    """Say every sum that is overdue, since when, and what is left of it."""
    told = loan_told(policy, loans, loan, day_given(on, "--on"), reader_given(role, who, why), "arrears")
    found = replace(itemised(told.case, told.turn_day), on=told.day)
    full = statement(_told(told), told.seen)
    give(full, Lang.EN, None, json=json, text=_full(told, found.text), data=_full(told, found.as_data))


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
    lang: LangGiven = Lang.EN,
    html: HtmlGiven = None,
    json: JsonGiven = False,
    role: RoleGiven = None,
    who: WhoGiven = None,
    why: WhyGiven = None,
) -> None:
    """Say how a repayment plan goes: each instalment, what came for it, what is next, and who followed it up."""
    told = loan_told(policy, loans, loan, day_given(on, "--on"), reader_given(role, who, why), "plan")
    if not (_sees(told, "talks") or _sees(told, "work")):
        raise _hidden("talks")  # whether there is a plan or not
    try:
        found = plan_progress(told.entries, plan_id, told.day)
        full = plan_report(_told(told), told.seen, plan_id)
    except KeyError as missing:
        raise _not_there(told, "talks", missing) from None
    text = _full(told, found.text) if lang is Lang.EN else None
    give(full, lang, html, json=json, text=text, data=_full(told, found.as_data))


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
    lang: LangGiven = Lang.EN,
    html: HtmlGiven = None,
    json: JsonGiven = False,
    role: RoleGiven = None,
    who: WhoGiven = None,
    why: WhyGiven = None,
) -> None:
    """Say what became of each complaint: who did what when, what was found, and what followed."""
    told = loan_told(policy, loans, loan, day_given(on, "--on"), reader_given(role, who, why), "complaints")
    remedies = told.policy.remedies
    if complaint is not None and not any(_sees(told, group) for group in OF_A_LIFE):
        raise _hidden("care")  # whether there is such a one or not
    try:
        lives = (
            complaint_lives(told.entries, remedies, told.day)
            if complaint is None
            else (complaint_life(told.entries, complaint, remedies, told.day),)
        )
    except KeyError as missing:
        raise _not_there(told, "care", missing) from None
    if not (lives or json or html) and lang is Lang.EN and _sees(told, "care"):
        say(f"nobody has complained about {loan}")
        return
    found = [life.as_data() for life in lives]
    give(
        complaints_of(_told(told), told.seen, complaint),
        lang,
        html,
        json=json,
        text=_full(told, lambda: "\n".join(life.text() for life in lives)) if lang is Lang.EN else None,
        data=_full(told, lambda: found if complaint is None else found[0]),
    )


@report.command("own-record", short_help="What a borrower sees of their own loan.")
@mannerly
def own(
    policy: PolicyGiven,
    loans: LoansGiven,
    loan: LoanGiven,
    *,
    on: OnGiven = None,
    lang: LangGiven = Lang.EN,
    html: HtmlGiven = None,
    json: JsonGiven = False,
    role: RoleGiven = None,
    who: WhoGiven = None,
    why: WhyGiven = None,
) -> None:
    """Say where the loan stands, what is on record of the borrower, how they object, and where they find help."""
    told = loan_told(policy, loans, loan, day_given(on, "--on"), reader_given(role, who, why), "own-record")
    give(own_record(_told(told), told.seen), lang, html, json=json)


@report.command("case-file", short_help="Everything, for the law firm or the auditor.")
@mannerly
def file(
    policy: PolicyGiven,
    loans: LoansGiven,
    loan: LoanGiven,
    *,
    on: OnGiven = None,
    lang: LangGiven = Lang.EN,
    html: HtmlGiven = None,
    json: JsonGiven = False,
    role: RoleGiven = None,
    who: WhoGiven = None,
    why: WhyGiven = None,
) -> None:
    """Put together the case file: parties, terms, arrears, money, contacts, talks, notices, evidence, court, moves, and
    the whole journal."""
    told = loan_told(policy, loans, loan, day_given(on, "--on"), reader_given(role, who, why), "case-file")
    found = case_file(told.entries, told.day)
    give(found.report(told.seen), lang, html, json=json, data=_full(told, found.as_data))


add_reports_of_many(report)


def _told(told: LoanTold) -> Told:
    return Told(told.policy, told.entries, told.case, told.day, told.turn_day)


def _sees(told: LoanTold, group: str) -> bool:
    return told.seen is None or told.seen.sees(group)


def _not_there(told: LoanTold, group: Group, missing: KeyError) -> Mistake:
    """That something is not there; whoever may not see such things is not told what is."""
    return Mistake(str(missing.args[0])) if _sees(told, group) else _hidden(group)


def _hidden(group: Group) -> Mistake:
    return Mistake(f"{GROUPS[group].label} is not shown to you")


def _full(told: LoanTold, form: Callable[[], Any]) -> Callable[[], Any] | None:
    """A form that leaves nothing out, for who may see everything; others get the report, which does."""
    return form if told.seen is None or told.seen.whole else None
