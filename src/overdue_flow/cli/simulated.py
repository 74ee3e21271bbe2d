"""What a simulation comes to, on a terminal: what was stated, figures with intervals, months, stages, rolls, and two
policies side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from overdue_flow.cli.screen import number_of, say, show
from overdue_flow.simulation.trial.figures import BY_NAME, CHANNELS
from overdue_flow.simulation.trial.results import Estimate, Run, Sensitivity, Simulation, Unit

_MONTHLY = {
    "paid": "cash", "costs": "costs", "cures": "cures", "worse": "rolls to later", "contacts": "contacts",
    "complaints": "complaints", "suits": "suits",
}  # fmt: skip
_HEADLINES = (
    "paid", "costs", "net", "cures", "cured", "worse", "better", "late", "lost", "contacts",
    *(f"contacts_{channel}" for channel in CHANNELS),
    "reached", "vetoed", "promises", "plans", "complaints", "disputes", "tasks", "suits", "stopped",
)  # fmt: skip


def show_simulation(found: Simulation) -> None:
    """Print the whole."""
    say(Text(_heading(found), "bold"))
    say(
        f"{number_of(found.borrowers, 'borrower')}, {found.starts_on} to {found.ends_on}, seed {found.seed}; money in"
        f" {found.currency}; intervals are 95 %"
    )
    _section("What was stated about the effects of treatment", _effects(found))
    if found.sensitivity:
        _section(_sensitivity_title(found), _sensitivity(found))
    if found.challenger is not None:
        _section("Challenger less champion, the same borrowers with the same luck", _differences(found))
        if found.roll_differences:
            title = "Month end to month end, challenger less champion, in percentage points"
            _section(f"{title}: bold where their interval is without zero", _roll_differences(found))
    for run, name in ((found.champion, "champion"), (found.challenger, "challenger")):
        if run is not None:
            _show_run(found, run, f" ({name})" if found.challenger is not None else "")
    _section("What was assumed", _list(found.assumptions))


def _heading(found: Simulation) -> str:
    runs = [run for run in (found.champion, found.challenger) if run is not None]
    policies = " against ".join(f"{run.policy} {run.version}" for run in runs)
    return f"{policies} on population {found.population}"


def _show_run(found: Simulation, run: Run, which: str) -> None:
    _section(f"Figures{which}: {run.loan_days:,} loan-days lived", _figures(found, run))
    _section(f"Month by month{which}", _months(found, run))
    _section(f"Where the loans stand{which}", _stages(run))
    _section(f"Moves between stages{which}", _flows(run))
    _section(f"Month end to month end{which}: of the loans in a row, where they are a month later", _rolls(run))
    if run.refused:
        told = (f"{kind}: {number_of(count, 'time')}" for kind, count in run.refused.items())
        _section(f"What would have been done and was not possible{which}", _list(told))


def _section(title: str, body: RenderableType) -> None:
    say()
    say(Text(title, "bold"))
    show(Padding(body, (0, 0, 0, 2), expand=False), wide=True)


def _table(*columns: str, left: int = 1, header: bool = True) -> Table:
    table = Table(box=None, show_header=header, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number < left else "right", overflow="fold")
    return table


def _number(found: Simulation, unit: Unit, value: float) -> str:
    if unit == "money":
        return f"{value / 10**found.decimals:,.{found.decimals}f}"
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"


def _interval(found: Simulation, unit: Unit, one: Estimate) -> str:
    return f"{_number(found, unit, one.low)} to {_number(found, unit, one.high)}"


def _effects(found: Simulation) -> RenderableType:
    if not found.effects:
        return Text("none: whatever is done to borrowers, they pay and answer as before")
    table = _table("effect", "stated", "because", left=3)
    for one in found.effects:
        because = next(iter(one.because.values()), "")
        known_from = "; ".join(said for said in (because, one.source) if said)
        table.add_row(one.name, one.said, known_from or "no reason is given")
    return table


def _sensitivity_title(found: Simulation) -> str:
    label = BY_NAME[found.sensitivity[0].figure].label
    of = f"of {number_of(found.sensitivity_borrowers, 'borrower')}"
    what = "challenger less champion" if found.challenger is not None else "the champion"
    return f"How much rests on each effect: {label} {of}, {what}, if it were so strong"


def _sensitivity(found: Simulation) -> RenderableType:
    names = {0.0: "not at all", 0.5: "half", 1.0: "as stated", 2.0: "double"}
    table = _table("effect", *(names.get(one, f"{one:g}") for one in found.sensitivity[0].strengths))
    for row in found.sensitivity:
        table.add_row(row.effect, *(_sensitive(found, row, one) for one in row.difference or row.champion))
    return table


def _sensitive(found: Simulation, row: Sensitivity, one: Estimate) -> str:
    return f"{_number(found, row.unit, one.value)} ({_interval(found, row.unit, one)})"


def _differences(found: Simulation) -> RenderableType:
    table = _table("figure", "champion", "challenger", "difference", "95 % interval", "borrowers", "p", "told apart")
    for one in found.differences:
        measure = BY_NAME[one.name]
        table.add_row(
            f"{measure.label} (primary)" if one.primary else measure.label,
            _number(found, one.unit, one.champion),
            _number(found, one.unit, one.challenger),
            _number(found, one.unit, one.difference.value),
            _interval(found, one.unit, one.difference),
            f"{one.differing:,}",
            f"{one.p_adjusted:.3f}" if one.p_adjusted >= 0.001 else "< 0.001",
            Text("yes", "bold") if one.told_apart else Text("no", "dim"),
        )
    return table


def _figures(found: Simulation, run: Run) -> RenderableType:
    table = _table("figure", "in all", "95 % interval", "each borrower")
    for name in _HEADLINES:
        figure = run.figure(name)
        if name.startswith("contacts_") and not figure.estimate.value:
            continue
        each = figure.per_borrower(found.borrowers).value
        shown = _number(found, "money", each) if figure.unit == "money" else f"{each:,.3f}"
        interval = _interval(found, figure.unit, figure.estimate)
        table.add_row(BY_NAME[name].label, _number(found, figure.unit, figure.estimate.value), interval, shown)
    return table


def _months(found: Simulation, run: Run) -> RenderableType:
    series = [one for one in run.series if one.name in _MONTHLY]
    table = _table("month to", *(_MONTHLY[one.name] for one in series))
    for place, month in enumerate(run.months):
        table.add_row(str(month), *(_number(found, one.unit, one.months[place].value) for one in series))
    return table


def _stages(run: Run) -> RenderableType:
    places = range(len(run.occupancy.stages))
    shown = [place for place in places if any(row[place] for row in run.occupancy.loans)]
    table = _table("at the end of", *(run.occupancy.stages[place] for place in shown))
    names = ["at the start", *map(str, run.months)]
    for name, row in zip(names, run.occupancy.loans, strict=True):
        table.add_row(name, *(f"{row[place]:,}" if row[place] else "·" for place in shown))
    return table


def _flows(run: Run) -> RenderableType:
    if not run.flows:
        return Text("no loan moved")
    table = _table("from", "to", "moves", "loans", left=2)
    for flow in run.flows:
        table.add_row(flow.from_stage, flow.to_stage, f"{flow.moves:,}", f"{flow.loans:,}")
    return table


def _rolls(run: Run) -> RenderableType:
    rolls = run.rolls
    said = "instalments missed" if rolls.by == "missed" else "days past due"
    table = _table(said, *rolls.states, "loans")
    for state, counts in zip(rolls.states, rolls.counts, strict=True):
        total = sum(counts)
        if total:
            table.add_row(state, *_shares(counts, total), Text(f"{total:,}", "dim"))
    return table


def _roll_differences(found: Simulation) -> RenderableType:
    rolls = found.champion.rolls
    said = "instalments missed" if rolls.by == "missed" else "days past due"
    table = _table(said, *rolls.states)
    for state, row in zip(rolls.states, found.roll_differences, strict=True):
        if any(one is not None and one.value for one in row):
            table.add_row(state, *(_points(one) for one in row))
    return table if table.row_count else Text("no rate differs for six borrowers or more", "dim")


def _points(one: Estimate | None) -> Text:
    """A difference of rates; a point where there is none, nothing where too little is known."""
    if one is None:
        return Text("")
    return Text(f"{100 * one.value:+.1f}" if one.value else "·", "" if one.low <= 0 <= one.high else "bold")


def _shares(counts: Sequence[int], total: int) -> Iterable[str]:
    return (f"{100 * count / total:.1f}%" if count else "·" for count in counts)


def _list(lines: Iterable[str]) -> RenderableType:
    table = _table("", "", left=2, header=False)
    for line in lines:
        table.add_row("-", line)
    return table
