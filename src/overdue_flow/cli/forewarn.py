"""`overdue-flow forewarn POLICY STORE`: what will happen tomorrow, and on which loans, if nothing happens before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from overdue_flow.cli.inputs import day_given, policies_at
from overdue_flow.cli.screen import number_of, say, show
from overdue_flow.cli.stores import store_at
from overdue_flow.cli.tasks import POLICY, STORE
from overdue_flow.engine.explain import effect_in_words
from overdue_flow.runtime.flow import Flow
from overdue_flow.runtime.forewarn import Forewarned
from overdue_flow.store.protocol import OpenTask, Parcel


def forewarn(
    policy: Annotated[Path, POLICY],
    store: Annotated[str, STORE],
    *,
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help="Of this day; by default of tomorrow.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Say it as JSON.")] = False,
) -> None:
    """Say what the nights up to a day would do, loan by loan: moves, what is asked for, deadlines, and what would go
    out of the outbox. Records nothing."""
    versions = policies_at(policy)
    day = day_given(on, "--on") or datetime.now(versions[-1].terms.zone).date() + timedelta(days=1)
    with store_at(store) as opened:
        flow = Flow(versions, opened)
        loans = list(flow.forewarn(day))
        parcels = list(flow.due_on(day))
        tasks = list(opened.tasks(due_by=day))
    if as_json:
        typer.echo(json.dumps(_as_json(day, loans, parcels, tasks), ensure_ascii=False, indent=2))
    else:
        _show(day, loans, parcels, tasks)


def _show(day: date, loans: Sequence[Forewarned], parcels: Sequence[Parcel], tasks: Sequence[OpenTask]) -> None:
    say(f"up to {day}, if nothing happens before: something on {number_of(len(loans), 'loan')}")
    _section("Moves", ("loan", "move", "why"), (row for loan in loans for row in _moves(loan)))
    _section("Asked for", ("loan", "what"), ((one.case_id, effect_in_words(e)) for one in loans for e in one.effects))
    _section("Asked of the host", ("loan", "fact"), ((one.case_id, fact) for one in loans for fact in one.asks))
    _section("Stopped", ("loan", "why"), ((one.case_id, one.stopped) for one in loans if one.stopped))
    _section("Going out", ("loan", "what"), ((one.case_id, effect_in_words(one.effect)) for one in parcels))
    _section("Deadlines of tasks", ("last day", "role", "task", "loan", "id"), map(_task, tasks))


def _moves(loan: Forewarned) -> list[tuple[str, str, str]]:
    return [
        (loan.case_id, f"{move.from_stage} -> {move.to_stage}", ": ".join(w for w in (move.rule, move.because) if w))
        for move in loan.moves
    ]


def _task(task: OpenTask) -> tuple[str, ...]:
    effect = task.effect
    return str(effect.deadline_on), effect.role or "", effect.action, task.case_id, effect.id


def _section(title: str, columns: tuple[str, ...], rows: Iterable[tuple[str | None, ...]]) -> None:
    found = list(rows)
    if not found:
        return
    say()
    say(Text(f"{title}: {len(found):,}", "bold"))
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 2))
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in found:
        table.add_row(*row)
    show(table, wide=True)


def _as_json(
    day: date, loans: Sequence[Forewarned], parcels: Sequence[Parcel], tasks: Sequence[OpenTask]
) -> dict[str, Any]:
    return {
        "until": str(day),
        "loans": [
            {
                "loan": one.case_id,
                "stage": one.stage,
                "stage_then": one.stage_then,
                "moves": [{"from": m.from_stage, "to": m.to_stage, "rule": m.rule} for m in one.moves],
                "effects": [{"action": e.action, "due_at": e.due_at.isoformat()} for e in one.effects],
                "asks": list(one.asks),
                "stopped": one.stopped,
            }
            for one in loans
        ],
        "going_out": [
            {"loan": p.case_id, "id": p.effect.id, "action": p.effect.action, "due_at": p.effect.due_at.isoformat()}
            for p in parcels
        ],
        "deadlines": [
            {"loan": t.case_id, "id": t.effect.id, "role": t.effect.role, "last_day": str(t.effect.deadline_on)}
            for t in tasks
        ],
    }
