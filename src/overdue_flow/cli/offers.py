"""`overdue-flow offers POLICY BOOK_OR_STORE LOAN`: what could be offered to the borrower, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, TypeAlias, get_args

import typer
from rich.table import Table

from overdue_flow.cases.events.agreement import PlanKind
from overdue_flow.cli.access import RoleGiven, WhoGiven, WhyGiven, reader_given
from overdue_flow.cli.files import writing
from overdue_flow.cli.inputs import day_given
from overdue_flow.cli.loans import LoanGiven, LoansGiven, OnGiven, PolicyGiven, loan_told
from overdue_flow.cli.manners import Mistake
from overdue_flow.cli.screen import say, say_json, show
from overdue_flow.cli.story import tell
from overdue_flow.errors import AccessRefused, MoneyError, OfferRefused
from overdue_flow.money import exact_decimal
from overdue_flow.offers.comparison import Comparison, compare
from overdue_flow.offers.menu import KINDS, Wishes, offers_on
from overdue_flow.offers.picture import svg as drawn
from overdue_flow.offers.reading import contract_of
from overdue_flow.offers.words import LABELS
from overdue_flow.problems import did_you_mean

_Rate: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="RATE",
        help="The contract's rate a year, such as 0.0522 or 5.22%; by default read off the schedule.",
        show_default=False,
    ),
]
_Income: TypeAlias = Annotated[
    str | None, typer.Option(metavar="AMOUNT", help="What the borrower can pay in a month.", show_default=False)
]
_Months: TypeAlias = Annotated[
    int, typer.Option(metavar="N", help="How long a holiday lasts, or how much longer a term.")
]
_Instalment: TypeAlias = Annotated[
    str | None,
    typer.Option(
        metavar="AMOUNT", help="The instalment of a lower one; by default what can be paid.", show_default=False
    ),
]
_NewRate: TypeAlias = Annotated[
    str | None, typer.Option(metavar="RATE", help="The rate of a lower one; by default half.", show_default=False)
]
_Waive: TypeAlias = Annotated[
    str, typer.Option(metavar="SHARE", help="The share that a waiver or a settlement lets go.")
]
_Plan: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(metavar="KIND", help="Only offers of this kind; may be given several times.", show_default=False),
]
_Svg: TypeAlias = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write a picture too; needs matplotlib.", show_default=False)
]
_Json: TypeAlias = Annotated[bool, typer.Option("--json", help="As JSON, with every instalment.")]


def offers(
    policy: PolicyGiven,
    loans: LoansGiven,
    loan: LoanGiven,
    *,
    on: OnGiven = None,
    rate: _Rate = None,
    income: _Income = None,
    months: _Months = 6,
    instalment: _Instalment = None,
    new_rate: _NewRate = None,
    waive: _Waive = "0.2",
    plan: _Plan = None,
    svg: _Svg = None,
    json: _Json = False,
    role: RoleGiven = None,
    who: WhoGiven = None,
    why: WhyGiven = None,
) -> None:
    """Work out what could be offered on a loan: each plan with its schedule, what it costs, what it is worth."""
    can_pay = _number(income, "--income")
    wishes = Wishes(
        months=months,
        instalment=can_pay if instalment is None else _number(instalment, "--instalment"),
        annual_rate=_number(new_rate, "--new-rate"),
        waived=_number(waive, "--waive") or Decimal(0),
    )
    kinds = _kinds(plan)
    told = loan_told(policy, loans, loan, day_given(on, "--on"), reader_given(role, who, why), "offers")
    if told.seen is not None and not told.seen.groups >= {"money", "talks"}:
        raise AccessRefused(f"what could be offered shows money and talks, which `{told.seen.role}` may not see")
    contract = contract_of(told.case, told.day, _number(rate, "--rate"))
    found, left_out = offers_on(contract, wishes, kinds or tuple(KINDS))
    if left_out and (kinds or not found):
        raise OfferRefused("; ".join(f"{LABELS[kind][0]}: {why}" for kind, why in left_out.items()))
    comparison = compare(contract, found, can_pay)
    if svg is not None:
        _draw(comparison, svg)
    if json:
        say_json({"loan": loan, **comparison.as_data(), "left_out": left_out})
        return
    _tell(comparison, left_out)


def _kinds(plan: list[str] | None) -> tuple[PlanKind, ...]:
    """The kinds of offer that are asked for; none where nothing is said."""
    known: dict[str, PlanKind] = {kind: kind for kind in get_args(PlanKind)}
    for word in plan or ():
        if word not in known:
            hint = did_you_mean(word, known) or f"expected one of {', '.join(known)}"
            raise Mistake(f"there is no plan of the kind `{word}`; {hint}")
    return tuple(known[word] for word in plan or ())


def _number(text: str | None, option: str) -> Decimal | None:
    """A number that an option gives; `5.22%` is 0.0522."""
    if text is None:
        return None
    try:
        number = exact_decimal(text.strip().removesuffix("%"))
    except MoneyError as error:
        raise Mistake(f"{option}: {error}") from None
    return number.scaleb(-2) if text.strip().endswith("%") else number


def _tell(comparison: Comparison, left_out: Mapping[PlanKind, str]) -> None:
    """The comparison; on a terminal that is too narrow for the table, its cells stand below each other."""
    tell("\n".join(comparison.heading()))
    say()
    head, *rows = comparison.rows()
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for number, name in enumerate(head):
        table.add_column(name, justify="right" if number else "left", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    show(table, wide=True)
    say()
    tell("\n".join(comparison.notes()))
    if left_out:
        say()
        tell("\n".join(["left out:", *(f"  {LABELS[kind][0]}: {why}" for kind, why in left_out.items())]))


def _draw(comparison: Comparison, file: Path) -> None:
    picture = drawn(comparison)
    with writing(file):
        file.write_text(picture, "utf-8")
    say(f"wrote {file}", on_error=True)
