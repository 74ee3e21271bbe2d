"""What adopting a book comes to: where the loans begin, what their first night does, and what was left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from rich.table import Table
from rich.text import Text

from overdue_flow.cases.effects import Status
from overdue_flow.cli.night import Counts, table
from overdue_flow.cli.screen import number_of, say, show
from overdue_flow.engine.decision import Decision
from overdue_flow.events import Event
from overdue_flow.simulation.adoption import Adoption

TOLD = 20
"""So many things that were left out are told one by one; as JSON all of them."""


@dataclass
class Outlook:
    """Counts of an adoption on a day. `later` are loans that are not open yet; `not_taken_in` are events
    of the book that loans which are in the store already do not have."""

    on: date
    muted_until: date | None
    written: bool
    loans: int = 0
    known: int = 0
    later: int = 0
    not_taken_in: int = 0
    stages: Counter[tuple[str, str]] = field(default_factory=Counter)
    first_night: Counts = field(default_factory=Counts)
    muted: Counter[str] = field(default_factory=Counter)
    refused: dict[str, str] = field(default_factory=dict)
    left_out: list[tuple[str, str]] = field(default_factory=list)

    def begins(self, adoption: Adoption, *, known: bool) -> None:
        """One loan; `known`: it is in the store already, and is left alone."""
        self.loans += 1
        self.known += known
        if known:
            return
        self.stages[adoption.opening.stage, "given" if adoption.given else "proposed"] += 1
        self.left_out += [(adoption.loan_id, why) for why in adoption.left_out]

    def refuse(self, loan_id: str, event: Event, why: Exception) -> None:
        """An event that cannot be told; the first of a loan says what is wrong with it."""
        self.refused.setdefault(loan_id, f"{event.kind} `{event.id}`: {why}")

    def night(self, decisions: Iterable[Decision]) -> None:
        """What the first night did."""
        found = list(decisions)
        self.first_night.take(found, 0)
        self.muted.update(effect.action for one in found for effect in one.effects if effect.status is Status.SKIPPED)

    def as_json(self) -> dict[str, Any]:
        """All of it as plain data."""
        stages = [{"stage": stage, "how": how, "loans": n} for (stage, how), n in sorted(self.stages.items())]
        moves = [
            {"from": before, "to": stage, "rule": rule, "loans": count}
            for (before, stage, rule), count in sorted(self.first_night.moves.items())
        ]
        return {
            "as_of": str(self.on),
            "muted_until": str(self.muted_until),
            "written": self.written,
            "loans": self.loans,
            "in_the_store_before": self.known,
            "not_taken_in": self.not_taken_in,
            "opened_later": self.later,
            "stages": stages,
            "first_night": {
                "moves": moves,
                "effects": dict(sorted(self.first_night.effects.items())),
                "muted": dict(sorted(self.muted.items())),
                "stopped": self.first_night.stopped,
            },
            "refused": self.refused,
            "left_out": [{"loan": loan, "why": why} for loan, why in self.left_out],
        }


def show_outlook(outlook: Outlook) -> None:
    """Print all of it."""
    done = "adopted" if outlook.written else "to adopt"
    fresh = outlook.loans - outlook.known - (len(outlook.refused) if outlook.written else 0)
    say(f"{number_of(fresh, 'loan')} {done} as of {outlook.on}; effects are muted until {outlook.muted_until}")
    if outlook.known:
        known = number_of(outlook.known, "loan")
        say(f"{known} in the store already, and left alone: their muting and their past stay as they are")
    if outlook.not_taken_in:
        it = "it was" if outlook.not_taken_in == 1 else "they were"
        say(f"{number_of(outlook.not_taken_in, 'event')} in the book that the store does not have; {it} not taken in")
    if outlook.later:
        say(f"{number_of(outlook.later, 'loan')} opened later, and left out")
    if outlook.loans > outlook.known:
        _show_fresh(outlook)


def _show_fresh(outlook: Outlook) -> None:
    """What becomes of the loans that are new in the store."""
    _section("Where they begin", table(("stage", "how", "loans"), _rows(outlook.stages)), bool(outlook.stages))
    night = outlook.first_night
    _title(f"The first night, {outlook.on + timedelta(days=1)}")
    if not (night.moves or night.effects or outlook.muted or night.stopped):
        say("  nothing would happen" if not outlook.written else "  nothing will happen")
    for columns, counts in (
        (("from", "to", "by", "loans"), night.moves),
        (("asked for", "effects"), night.effects),
        (("muted", "effects"), outlook.muted),
    ):
        if counts:
            show(table(columns, _rows(counts)), wide=True)
    _one_by_one("Stopped; a person must look", list(night.stopped.items()))
    _one_by_one("Refused", list(outlook.refused.items()))
    _one_by_one("Left out of what they are told", outlook.left_out)


def _rows(counts: Counter[Any]) -> list[tuple[Any, ...]]:
    return [(*(key if isinstance(key, tuple) else (key,)), count) for key, count in sorted(counts.items())]


def _title(text: str, style: str = "bold") -> None:
    say()
    say(Text(text, style))


def _section(title: str, body: Table, wanted: bool) -> None:
    if wanted:
        _title(title)
        show(body, wide=True)


def _one_by_one(title: str, reasons: list[tuple[str, str]]) -> None:
    if not reasons:
        return
    _title(title, "bold yellow")
    for loan, why in reasons[:TOLD]:
        say(f"  {loan}  {why}")
    if len(reasons) > TOLD:
        say(f"  and {len(reasons) - TOLD:,} more")
