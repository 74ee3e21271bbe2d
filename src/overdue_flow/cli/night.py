"""What a night came to: counted while it is lived, added up over processes, and told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rich.table import Table
from rich.text import Text

from overdue_flow.cases.effects import Status
from overdue_flow.cli.screen import number_of, say, show
from overdue_flow.cli.stores import switch_as_json, switch_in_words
from overdue_flow.engine.decision import Decision
from overdue_flow.errors import CasesLeft
from overdue_flow.store.protocol import Standing, Switch

STOPPED_TOLD = 20
"""So many stopped cases are told with their reasons; the journal has all."""


@dataclass
class Counts:
    """What was decided in a night, or in a part of it.

    `moves` by stage before, stage after and rule; `effects` asked for, by action; `held` rules and effects, by what
    holds them; `asks` by fact; `stopped` and `faults` by loan, with the reason.
    """

    looked_at: int = 0
    turns: int = 0
    moves: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    effects: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    asks: Counter[str] = field(default_factory=Counter)
    stopped: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)

    def take(self, decisions: Iterable[Decision], cases: int) -> Counts:
        """Count one batch of cases. Returns itself."""
        self.looked_at += cases
        for decision in decisions:
            entry = decision.entry
            if entry is None:
                continue
            results = entry.results
            self.turns += 1
            self.moves.update((m.from_stage or "opened", m.to_stage, m.rule or m.how) for m in results.moves)
            self.effects.update(one.action for one in results.effects if one.status is Status.PENDING)
            self.held.update(one.by for one in results.held)
            self.held.update(one.reason for one in results.changes if one.status == Status.HELD)
            self.asks.update(decision.asks)
            if results.stopped is not None:
                self.stopped[entry.case_id] = results.stopped.reason
        return self

    def left(self, cases: CasesLeft) -> Counts:
        """Count cases that could not be lived. Returns itself."""
        self.faults |= {case_id: f"{type(why).__name__}: {why}" for case_id, why in cases.errors.items()}
        return self

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.looked_at + other.looked_at,
            self.turns + other.turns,
            self.moves + other.moves,
            self.effects + other.effects,
            self.held + other.held,
            self.asks + other.asks,
            self.stopped | other.stopped,
            self.faults | other.faults,
        )


def as_json(on: date, counts: Counts, after: Standing, stopped: Iterable[Switch]) -> dict[str, Any]:
    """All of it as plain data."""
    moves = [
        {"from": before, "to": stage, "rule": rule, "loans": count}
        for (before, stage, rule), count in sorted(counts.moves.items())
    ]
    return {
        "as_of": str(on),
        "cases_looked_at": counts.looked_at,
        "turns": counts.turns,
        "moves": moves,
        "effects": dict(sorted(counts.effects.items())),
        "held": dict(sorted(counts.held.items())),
        "asks": dict(sorted(counts.asks.items())),
        "stopped": dict(sorted(counts.stopped.items())),
        "not_lived": dict(sorted(counts.faults.items())),
        "tasks_overdue": after.tasks_overdue,
        "parked": after.parked,
        "switches": [switch_as_json(switch) for switch in stopped],
    }


def show_night(on: date, counts: Counts, after: Standing, stopped: Iterable[Switch]) -> None:
    """Print all of it."""
    looked_at = number_of(counts.looked_at, "case")
    say(f"night of {on}: {looked_at} looked at, {number_of(counts.turns, 'turn')} recorded")
    _section("Moves", ("from", "to", "by", "cases"), [(*key, n) for key, n in sorted(counts.moves.items())])
    _section("Asked for", ("action", "effects"), sorted(counts.effects.items()))
    _section("Held", ("by", "times"), sorted(counts.held.items()))
    _section("Asked of the host", ("fact", "cases"), sorted(counts.asks.items()))
    show_people(f"Stopped: {number_of(len(counts.stopped), 'case')}; a person must look", counts.stopped)
    show_people(f"Not lived: {number_of(len(counts.faults), 'case')}; they stay due", counts.faults)
    say()
    overdue, parked = number_of(after.tasks_overdue, "task"), number_of(after.parked, "effect")
    say(f"waiting for people: {overdue} overdue; {parked} parked")
    for switch in stopped:
        say(Text(switch_in_words(switch), "bold yellow"))


def _section(title: str, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    if not rows:
        return
    say()
    say(Text(title, "bold"))
    show(table(columns, rows), wide=True)


def table(columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> Table:
    """Words to the left, the figure in the last column to the right; no lines."""
    found = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 2))
    for number, column in enumerate(columns):
        last = number == len(columns) - 1
        found.add_column(column, justify="right" if last else "left", overflow="fold")
    for *words, count in rows:
        found.add_row(*words, f"{count:,}")
    return found


def show_people(title: str, reasons: Mapping[str, str]) -> None:
    """Loans for people to look at, each with the reason; nothing where there is none."""
    if not reasons:
        return
    say()
    say(Text(title, "bold red"))
    for loan, reason in sorted(reasons.items())[:STOPPED_TOLD]:
        say(f"  {loan}  {reason}")
    if len(reasons) > STOPPED_TOLD:
        say(f"  and {len(reasons) - STOPPED_TOLD:,} more")
