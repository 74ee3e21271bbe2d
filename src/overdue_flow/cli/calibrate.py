"""`overdue-flow calibrate BOOK`: how the borrowers of a book paid, as the behaviour of a population."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from overdue_flow.cases.terms import Terms
from overdue_flow.cli.files import new_file
from overdue_flow.cli.inputs import book_at, day_given, policy_at
from overdue_flow.cli.manners import Mistake
from overdue_flow.cli.progress import doing
from overdue_flow.cli.screen import number_of, say, say_json, show
from overdue_flow.errors import OverdueFlowError
from overdue_flow.simulation.calibration.calibrate import Calibration, Schedules, population_file
from overdue_flow.simulation.calibration.calibrate import calibrate as counted
from overdue_flow.simulation.calibration.foretelling import Foretold, foretell
from overdue_flow.simulation.calibration.rolls import Cell, judged
from overdue_flow.simulation.population.check import BORROWERS_MAX, SEED_MAX
from overdue_flow.simulation.population.read import population_text

BORROWERS, SEED = 2000, 1
"""Of --check, unless the user says otherwise."""

_PAID = {"0": "nothing", "all": "all that is due", "balance": "the balance"}


PolicyGiven = Annotated[
    Path | None,
    typer.Option(
        metavar="POLICY",
        help="Whose terms say how money covers what is due, and whose facts the book has.",
        show_default=False,
    ),
]
FirstGiven = Annotated[
    str | None,
    typer.Option("--from", metavar="DATE", help="Count months that begin on this day or later.", show_default=False),
]
LastGiven = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="DATE",
        help="Count months that are over by this day; by default the last on which anything happened.",
        show_default=False,
    ),
]
OutGiven = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Write the population there.", show_default=False)
]
CheckGiven = Annotated[
    bool,
    typer.Option(
        "--check",
        help="Count the first half of the months only, live the second under --policy, and compare the rolls.",
    ),
]
BorrowersGiven = Annotated[
    int | None,
    typer.Option(
        min=2,
        max=BORROWERS_MAX,
        metavar="N",
        help=f"How many borrowers are lived for --check; by default {BORROWERS:,}.",
        show_default=False,
    ),
]
SeedGiven = Annotated[
    int | None,
    typer.Option(min=0, max=SEED_MAX, metavar="S", help=f"Of their luck; by default {SEED}.", show_default=False),
]


def calibrate(
    book: Annotated[Path, typer.Argument(metavar="BOOK", help="The folder of the book.", show_default=False)],
    *,
    policy: PolicyGiven = None,
    first: FirstGiven = None,
    last: LastGiven = None,
    out: OutGiven = None,
    check: CheckGiven = False,
    borrowers: BorrowersGiven = None,
    seed: SeedGiven = None,
    as_json: Annotated[bool, typer.Option("--json", help="Say it as JSON.")] = False,
) -> None:
    """Count how the borrowers of a book paid, month by month, and how sure that is: a population for `simulate`.

    With --check, whether it holds: the first half of the months foretells the second.
    """
    days = day_given(first, "--from"), day_given(last, "--to")
    if check and policy is None:
        raise Mistake("--check lives borrowers under a policy; name one with --policy")
    if check and (out is not None or first or last):
        raise Mistake("--check counts half of all months and writes nothing; leave out --from, --to and --out")
    if check and policy is not None:
        _check(book, policy, borrowers or BORROWERS, SEED if seed is None else seed, as_json=as_json)
        return
    if borrowers is not None or seed is not None:
        raise Mistake("--borrowers and --seed say who is lived for --check; give them to `simulate`, or add --check")
    found, known = _count(book, policy, days)
    if as_json:
        say_json(found.as_json())
    else:
        _show(found)
    if out is not None:
        with new_file(out) as part:
            part.write_text(_written(found, known, book.resolve().name), "utf-8")
        say(f"wrote {out}", on_error=True)


@contextmanager
def _as_a_mistake() -> Iterator[None]:
    """Days, or a book, of which nothing can be counted are a mistake in naming them."""
    try:
        yield
    except OverdueFlowError as error:
        raise Mistake(str(error)) from None


def _count(book: Path, policy: Path | None, days: tuple[date | None, date | None]) -> tuple[Calibration, Schedules]:
    found = policy_at(policy) if policy is not None else None
    with doing("reading") as progress:
        loans = book_at(book, found, progress.reading)
        progress.begin("counting months")
        with _as_a_mistake():
            calibrated = counted(loans, found.terms if found is not None else Terms(), *days)
    if days[1] is not None and loans.last_news is not None and days[1] > loans.last_news:
        since = f"note: the book tells of nothing after {loans.last_news}"
        say(f"{since}: what was due since counts as unpaid", on_error=True)
    return calibrated


def _check(book: Path, policy: Path, borrowers: int, seed: int, *, as_json: bool) -> None:
    found = policy_at(policy)
    with doing("reading") as progress:
        loans = book_at(book, found, progress.reading)
        progress.begin("living the second half")
        with _as_a_mistake():
            told = foretell(loans, str(policy), borrowers=borrowers, seed=seed)
    if as_json:
        say_json(told.as_json())
    else:
        _show_foretold(told)


# --- what was counted ---


def _show(found: Calibration) -> None:
    say(
        Text(
            f"{number_of(found.months, 'month')} of {number_of(found.loans, 'loan')}, {found.first} to {found.last}",
            "bold",
        )
    )
    for event, count in found.cut.items():
        say(f"{number_of(count, 'loan')} counted until {event} only")
    say()
    table = _table(
        "missed", "months", "paid in the month", "times", "chance", "95 % interval", "worth months", left=(0, 2)
    )
    for one in found.behaviours:
        for place, outcome in enumerate(one.outcomes):
            head = (str(one.missed), f"{one.months:,}") if place == 0 else ("", "")
            low, high = outcome.interval
            table.add_row(
                *head,
                _PAID.get(outcome.paid, number_of(int(outcome.paid), "instalment") if outcome.paid.isdigit() else ""),
                f"{outcome.months:,}",
                _percent(outcome.chance),
                f"{_percent(low)} to {_percent(high)}",
                f"{outcome.worth:,.0f}",
            )
    show(table, wide=True)
    say()
    say("months of one loan, and loans of one month, hang together: an interval is as wide as for the independent")
    say("months that they are worth")


def _written(found: Calibration, known: Schedules, name: str) -> str:
    """The file, with what was counted above it."""
    counted_on = f"{number_of(found.months, 'month')} of {number_of(found.loans, 'loan')}"
    lines = [f"# Counted from {found.first} to {found.last}: {counted_on}. Of 95 % each:"]
    for one in found.behaviours:
        said = ", ".join(
            f"{outcome.paid} {_percent(outcome.interval.low)} to {_percent(outcome.interval.high)}"
            for outcome in one.outcomes
        )
        lines.append(f"#   missed {one.missed}: {said}")
    return "\n".join([*lines, population_text(population_file(found, known, name))])


# --- whether it holds ---


def _show_foretold(told: Foretold) -> None:
    cells = judged(told.cells)
    say(Text(f"counted {told.first} to {told.split}, foretold to {told.last}", "bold"))
    if not cells:
        say("no roll was seen often enough to judge by")
        return
    within, plainly = sum(one.within for one in cells), sum(one.plainly_within for one in cells)
    say(
        f"{within} of {number_of(len(cells), 'roll')} that were seen 30 times or more lie within their 95 % interval;"
        f" {plainly} within that of the rates carried forward"
    )
    say()
    table = _table(
        "missed", "then", "times", "of", "rate", "foretold", "95 % interval", "", "carried forward", "", left=(0, 1)
    )
    for one in cells:
        table.add_row(*_row(one))
    show(table, wide=True)


def _row(one: Cell) -> tuple[Any, ...]:
    return (
        one.begins,
        one.ends,
        f"{one.count:,}",
        f"{one.of:,}",
        _percent(one.rate),
        _percent(one.foretold),
        f"{_percent(one.interval.low)} to {_percent(one.interval.high)}",
        "within" if one.within else "outside",
        f"{_percent(one.plain_interval.low)} to {_percent(one.plain_interval.high)}",
        "within" if one.plainly_within else "outside",
    )


def _table(*columns: str, left: tuple[int, ...]) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for place, column in enumerate(columns):
        table.add_column(column, justify="left" if place in left else "right")
    return table


def _percent(chance: float) -> str:
    return f"{100 * chance:.1f} %"
