"""`overdue-flow forecast POLICY BOOK_OR_STORE LOAN`: what happens to a loan from here, future by future."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from overdue_flow.cases.case import Case
from overdue_flow.cli.access import RoleGiven, WhoGiven, WhyGiven, reader_given, story_for
from overdue_flow.cli.inputs import day_given
from overdue_flow.cli.loans import LoanGiven, LoansGiven, LoanTold, OnGiven, PolicyGiven, loan_told
from overdue_flow.cli.manners import Mistake
from overdue_flow.cli.screen import number_of, say, say_json, show
from overdue_flow.engine.machine import Machine
from overdue_flow.errors import NotInForce
from overdue_flow.runtime.versions import Versions
from overdue_flow.simulation import forecast as futures
from overdue_flow.simulation.forecast import Foreseen, Future

DAYS = 180
"""How far a forecast looks, unless it is told."""


class If(StrEnum):
    """The futures, as options name them."""

    NOTHING = "nothing-is-paid"
    PROMISE = "the-promise-is-kept"
    PLAN = "the-plan-is-kept"
    PAID = "what-is-overdue-is-paid"

    @property
    def words(self) -> str:
        """The future as it is said."""
        return self.value.replace("-", " ")


def forecast(
    policy: PolicyGiven,
    loans: LoansGiven,
    loan: LoanGiven,
    *,
    if_: Annotated[
        list[If] | None,
        typer.Option("--if", help="Only this future; may be given several times.", show_default=False),
    ] = None,
    paid_on: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="The day on which what is overdue is paid; by default at once."),
    ] = None,
    on: OnGiven = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="DATE", help=f"Look as far as this day; by default {DAYS} days.", show_default=False),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Say it as JSON.")] = False,
    role: RoleGiven = None,
    who: WhoGiven = None,
    why: WhyGiven = None,
) -> None:
    """Say as a dated list what happens to a loan from here: if nothing is paid, if its promise or its plan is kept, if
    what is overdue is paid. Planned contacts go out and nobody answers; nobody does a task. Records nothing."""
    days = {option: day_given(text, option) for option, text in (("--on", on), ("--until", until))}
    told = loan_told(policy, loans, loan, days["--on"], reader_given(role, who, why), "forecast")
    story_for(told.seen)
    found = _futures(told, if_, day_given(paid_on, "--paid-on"), days["--until"])
    if as_json:
        say_json(_as_json(told, found))
    else:
        _show(told, found)


def _futures(told: LoanTold, chosen: Sequence[If] | None, paid_on: date | None, until: date | None) -> list[Future]:
    day = max(told.day, told.case.day)
    last = until or day + timedelta(days=DAYS)
    if last <= day:
        raise Mistake(f"--until {last} is not after {day}, from where the forecast looks")
    there = futures.futures_of(told.case, day)
    wanted = [one.words for one in chosen] if chosen else list(there)
    missing = [one for one in wanted if one not in there]
    if missing:
        has = "; ".join(there)
        raise Mistake(f"loan `{told.case.id}` has no future on {day} in which {missing[0]}; it has: {has}")
    if paid_on is not None and paid_on < day:
        raise Mistake(f"--paid-on {paid_on} is before {day}, from where the forecast looks")
    if paid_on is not None and paid_on > last:
        raise Mistake(f"--paid-on {paid_on} is after {last}, as far as the forecast looks")
    machine, *along = (_decides(told, case, day) for case in (told.case, *told.others))
    others = list(zip(along, told.others, strict=True))
    return [
        futures.forecast(machine, told.case, day, if_=one, paid_on=paid_on, until=last, others=others)
        for one in dict.fromkeys(wanted)
    ]


def _decides(told: LoanTold, case: Case, day: date) -> Machine:
    """The version that a loan is under, with the law of the day from which the forecast looks, as `explain` has
    it."""
    try:
        return Versions(told.versions).of(case, day)
    except NotInForce as missing:
        raise Mistake(f"{missing}; POLICY may be a folder with all versions of the policy") from None


# --- how it is shown ---


def _show(told: LoanTold, found: Sequence[Future]) -> None:
    case = told.case
    say(f"{case.id} on {told.day} stands in {case.course.stage}; what comes until {found[0].until}, if ...")
    for line in _stands(told):
        say(line)
    say()
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 3, 0, 0))
    table.add_column("", no_wrap=True)
    for future in found:
        table.add_column(f"... {future.if_}", overflow="fold")
    days = sorted({one.on for future in found for one in future.foreseen})
    for day in days:
        for number, cells in enumerate(_rows(day, found)):
            table.add_row("" if number else str(day), *cells)
    if not days:
        table.add_row("", *(Text("nothing", "dim") for _future in found))
    table.add_row(Text("stands in", "dim"), *(Text(future.stage, "bold") for future in found))
    show(table, wide=True)
    say()
    say("contacts go out and nobody answers; nobody does a task, approves, or tells of anything else")


def _stands(told: LoanTold) -> Iterator[str]:
    """What keeps the loan from going on, as far as it is known already."""
    case = told.case
    if case.course.stopped is not None:
        yield f"it is stopped, and rests until a person moves it: {case.course.stopped.reason}"
    if told.policy.stages[case.course.stage].end:
        yield "its road has ended: no rule moves it"
    for hold in case.care.standing(told.turn_day):
        yield f"hold {hold} stands"
    if told.others:
        count = number_of(len(told.others), "other loan")
        yield f"with {count} of the person, on which nothing is paid"


def _rows(day: date, found: Sequence[Future]) -> list[list[Text]]:
    """The lines of one day: what each future brings on it, side by side."""
    columns = [[_cell(one) for one in future.foreseen if one.on == day] for future in found]
    most = max(len(column) for column in columns)
    return [[column[number] if number < len(column) else Text() for column in columns] for number in range(most)]


_STYLES = {"move": "green", "held": "yellow", "stopped": "bold red", "broken": "bold red", "paid": "cyan"}


def _cell(one: Foreseen) -> Text:
    because = f" ({one.because})" if one.because else ""
    return Text(f"{one.what}{because}", _STYLES.get(one.kind, ""))


def _as_json(told: LoanTold, found: Sequence[Future]) -> dict[str, Any]:
    return {
        "loan": told.case.id,
        "policy": {"id": told.policy.id, "version": told.policy.version},
        "on": str(told.day),
        "stage": told.case.course.stage,
        "stopped": told.case.course.stopped.reason if told.case.course.stopped else None,
        "holds": list(told.case.care.standing(told.turn_day)),
        "with": [other.id for other in told.others],
        "futures": [
            {
                "if": future.if_,
                "until": str(future.until),
                "stage": future.stage,
                "foreseen": [
                    {"on": str(one.on), "kind": one.kind, "what": one.what, "because": one.because}
                    for one in future.foreseen
                ],
            }
            for future in found
        ],
    }
