"""What a backtest comes to, on a terminal: stage flow, roll matrix, cures, effects, assumptions, who needs a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from overdue_flow.cli.contents import say_heading
from overdue_flow.cli.screen import console, number_of, say, show
from overdue_flow.simulation.summary import Summary

_STATUSES = ("planned", "cancelled", "skipped", "superseded", "vetoed")
_BAR_WIDTH = 30
_ID_WIDTH = 24
"""So wide an id is not broken, however long what is said of its loan."""
_STATUS_STYLES = {"planned": "green", "vetoed": "yellow"}


def show_summary(summary: Summary) -> None:
    """Print the whole."""
    say_heading(summary.policy)
    say(_scope(summary))
    _section(f"Where the loans stand on {summary.days.last}", _stages(summary))
    _section(f"Stage flow: {number_of(summary.moves, 'move')}", _flow(summary))
    _section("Month to month: of the loans in a bucket, where they are a month later", _rolls(summary))
    if summary.policy.marks:
        _section(f"Marks on {summary.days.last}, and in these days", _marks(summary))
    _section(f"Cures: {number_of(summary.cures, 'time')} the arrears went back to zero")
    _section("Effects by action", _effects(summary))
    _section("What was assumed", _list(summary.assumed))
    _section("Loans that need a person most", _people(summary))


def _scope(summary: Summary) -> str:
    loans = number_of(summary.loans, "loan")
    return f"{loans}, {summary.days.first} to {summary.days.last} ({summary.loan_days:,} loan-days lived)"


def _section(title: str, body: RenderableType | None = None) -> None:
    say()
    say(Text(title, "bold"))
    if body is not None:
        show(Padding(body, (0, 0, 0, 2), expand=False))


def _table(*columns: str, left: int = 1, header: bool = True) -> Table:
    """A table without lines; the first `left` columns are words, the others figures."""
    table = Table(box=None, show_header=header, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number < left else "right", overflow="fold")
    return table


def _stages(summary: Summary) -> Table:
    table = _table("stage", "loans", "share")
    watched = console().is_terminal
    if watched:
        table.add_column("", style="cyan", no_wrap=True)
    for stage in summary.policy.leaves:
        count = summary.stages[stage]
        if count:
            bar = ["█" * max(1, _BAR_WIDTH * count // summary.loans)] if watched else []
            table.add_row(stage, f"{count:,}", _share(count, summary.loans), *bar)
    return table


def _flow(summary: Summary) -> RenderableType:
    if not summary.flow:
        return Text("no loan moved")
    order = {stage: number for number, stage in enumerate(summary.policy.leaves)}
    table = _table("from", "to", "moves", left=2)
    before = ""
    for (earlier, later), count in sorted(
        summary.flow.items(), key=lambda one: (order.get(one[0][0], 0), order.get(one[0][1], 0))
    ):
        table.add_row(earlier if earlier != before else "", later, f"{count:,}")
        before = earlier
    return table


def _rolls(summary: Summary) -> RenderableType:
    if not summary.policy.buckets:
        return Text("the policy names no buckets")
    if not summary.rolls:
        return Text("no loan has two month ends in these days")
    buckets = summary.buckets
    table = _table("from", *buckets, "loans")
    for number, earlier in enumerate(buckets):
        counts = [summary.rolls[earlier, later] for later in buckets]
        total = sum(counts)
        cells = [_roll(count, total, place - number) for place, count in enumerate(counts)]
        table.add_row(earlier, *cells, Text(f"{total:,}", "dim"))
    return table


def _roll(count: int, total: int, forward: int) -> Text:
    """One share of a row: to the right of its own bucket is worse, to the left better."""
    if not count:
        return Text("·", "dim")
    return Text(_share(count, total), "red" if forward > 0 else "green" if forward < 0 else "")


def _share(count: int, total: int) -> str:
    """A share in whole percent; what is neither none nor all never looks so."""
    percent = (200 * count + total) // (2 * total)
    if 0 < count < total:
        percent = min(99, max(1, percent))
    return f"{percent}%"


def _marks(summary: Summary) -> Table:
    table = _table("mark", "loans", "share", "began", "ended")
    for one in summary.by_mark():
        loans = int(one["loans"])
        table.add_row(
            str(one["mark"]), f"{loans:,}", _share(loans, summary.loans), f"{one['began']:,}", f"{one['ended']:,}"
        )
    return table


def _effects(summary: Summary) -> RenderableType:
    if not summary.effects:
        return Text("none was decided")
    found = {status for _action, status in summary.effects}
    statuses = [status for status in _STATUSES if status in found] + sorted(found.difference(_STATUSES))
    table = _table("action", *statuses)
    for action in sorted({action for action, _status in summary.effects}):
        counts = [(summary.effects[action, status], status) for status in statuses]
        table.add_row(
            action, *(Text(f"{n:,}" if n else "·", _STATUS_STYLES.get(s, "") if n else "dim") for n, s in counts)
        )
    return table


def _list(lines: Iterable[str]) -> Table:
    table = _table("", "", left=2, header=False)
    for line in lines:
        table.add_row("-", line)
    return table


def _people(summary: Summary) -> RenderableType:
    table = _table("loan", "why", left=2, header=False)
    table.columns[0].style = "bold"
    rows = list(_needs(summary))
    if not rows:
        return Text("none: the policy has every loan in hand")
    table.columns[0].min_width = min(_ID_WIDTH, max(len(loan_id) for loan_id, _why in rows))
    for loan_id, why in rows:
        table.add_row(loan_id, why)
    return table


def _needs(summary: Summary) -> Iterator[tuple[str, str]]:
    for one in summary.needs_person:
        yield one.loan_id, one.why
