"""`overdue-flow forewarn POLICY STORE`: what will happen tomorrow, and on which loans, if nothing happens before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from overdue_flow.cases.effects import Effect
from overdue_flow.cli.inputs import day_given, policies_at
from overdue_flow.cli.manners import REFUSED
from overdue_flow.cli.night import show_people
from overdue_flow.cli.screen import number_of, say, say_json, show
from overdue_flow.cli.stores import store_at, switch_as_json, switch_in_words
from overdue_flow.cli.tasks import POLICY, STORE
from overdue_flow.engine.explain import effect_in_words
from overdue_flow.errors import CasesLeft
from overdue_flow.runtime.flow import Flow
from overdue_flow.runtime.forewarn import Forewarned
from overdue_flow.runtime.switches import stopping
from overdue_flow.store.protocol import OpenTask, Parcel, Store, Switch


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
        outlook = _seen(Flow(versions, opened), opened, day)
    if as_json:
        say_json(_as_json(outlook))
    else:
        _show(outlook)
    if outlook.not_lived:
        raise typer.Exit(REFUSED)


@dataclass
class Seen:
    """What is seen of the nights up to `day`: what they do, what goes out, whose last day comes, what is stopped now,
    and the loans that cannot be lived, each with the reason."""

    day: date
    loans: list[Forewarned] = field(default_factory=list)
    parcels: list[Parcel] = field(default_factory=list)
    tasks: list[OpenTask] = field(default_factory=list)
    switches: Mapping[str, Switch] = field(default_factory=dict)
    not_lived: dict[str, str] = field(default_factory=dict)

    def stopped_by(self, effect: Effect) -> str | None:
        """The name of the switch that keeps an effect from going out."""
        switch = stopping(effect, self.switches)
        return switch.name if switch is not None else None


def _seen(flow: Flow, store: Store, day: date) -> Seen:
    found = Seen(day)
    try:
        for loan in flow.forewarn(day):
            found.loans.append(loan)
    except CasesLeft as left:
        found.not_lived = {loan: str(why) for loan, why in left.errors.items()}
    found.parcels, found.tasks = list(flow.due_on(day)), list(store.tasks(due_by=day))
    found.switches = flow.stopped()
    return found


def _show(seen: Seen) -> None:
    loans = seen.loans
    say(f"up to {seen.day}, if nothing happens before: something on {number_of(len(loans), 'loan')}")
    for switch in seen.switches.values():
        say(Text(switch_in_words(switch), "bold yellow"))
    _section("Moves", ("loan", "move", "why"), (row for loan in loans for row in _moves(loan)))
    _section("Asked for", ("loan", "what"), ((one.case_id, _what(seen, e)) for one in loans for e in one.effects))
    _section("Asked of the host", ("loan", "fact"), ((one.case_id, fact) for one in loans for fact in one.asks))
    _section("Stopped", ("loan", "why"), ((one.case_id, one.stopped) for one in loans if one.stopped))
    _section("Going out", ("loan", "what"), ((one.case_id, _what(seen, one.effect)) for one in seen.parcels))
    _section("Deadlines of tasks", ("last day", "role", "task", "loan", "id"), map(_task, seen.tasks))
    show_people(f"Not lived: {number_of(len(seen.not_lived), 'case')}; they stay due", seen.not_lived)


def _what(seen: Seen, effect: Effect) -> str:
    """An effect in words, and what keeps it from going out."""
    by = seen.stopped_by(effect)
    return effect_in_words(effect) + (f"; waits: {by} is stopped" if by is not None else "")


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


def _as_json(seen: Seen) -> dict[str, Any]:
    return {
        "until": str(seen.day),
        "loans": [
            {
                "loan": one.case_id,
                "stage": one.stage,
                "stage_then": one.stage_then,
                "moves": [{"from": m.from_stage, "to": m.to_stage, "rule": m.rule} for m in one.moves],
                "effects": [_effect(seen, effect) for effect in one.effects],
                "asks": list(one.asks),
                "stopped": one.stopped,
            }
            for one in seen.loans
        ],
        "going_out": [{"loan": p.case_id, "id": p.effect.id, **_effect(seen, p.effect)} for p in seen.parcels],
        "deadlines": [
            {"loan": t.case_id, "id": t.effect.id, "role": t.effect.role, "last_day": str(t.effect.deadline_on)}
            for t in seen.tasks
        ],
        "switches": [switch_as_json(switch) for switch in seen.switches.values()],
        "not_lived": dict(sorted(seen.not_lived.items())),
    }


def _effect(seen: Seen, effect: Effect) -> dict[str, Any]:
    return {"action": effect.action, "due_at": effect.due_at.isoformat(), "stopped_by": seen.stopped_by(effect)}
