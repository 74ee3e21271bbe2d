"""Who is told of what was recorded: the host's observers, and the log."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeAlias

from overdue_flow.cases.case import Case
from overdue_flow.cases.entries import Entry
from overdue_flow.engine.decision import Decision

log = logging.getLogger("overdue_flow.turns")

Observer: TypeAlias = Callable[[Case, Entry], object]
"""`observer(case, entry)`: a case that moved, as it is after the entry that moved it."""


class Observers:
    """Functions that are told of moves once they are recorded. One that raises is written to the log, and nothing
    else happens."""

    def __init__(self) -> None:
        self._observers: list[Observer] = []

    def add(self, observer: Observer) -> None:
        """One more observer; they are told in the order in which they were added."""
        self._observers.append(observer)

    def tell(self, decisions: Iterable[Decision]) -> None:
        """Tell of what was recorded."""
        moves_logged, turns_logged = log.isEnabledFor(logging.INFO), log.isEnabledFor(logging.DEBUG)
        for decision in decisions:
            entry = decision.entry
            if entry is None or decision.repeated:
                continue
            if turns_logged or (moves_logged and entry.results.moves):
                _log(entry)
            if entry.results.moves:
                for observer in self._observers:
                    _tell(observer, decision.case, entry)


def _tell(observer: Observer, case: Case, entry: Entry) -> None:
    try:
        observer(case, entry)
    except Exception:
        told = {"case_id": entry.case_id, "seq": entry.seq}
        log.exception("an observer of case %s raised; the turn stands", entry.case_id, extra=told)


def _log(entry: Entry) -> None:
    moves = entry.results.moves
    told = {
        "case_id": entry.case_id,
        "seq": entry.seq,
        "day": entry.day.isoformat(),
        "event": entry.event.kind,
        "event_id": entry.event.id,
        "moves": [(move.from_stage, move.to_stage, move.rule) for move in moves],
        "effects": [effect.id for effect in entry.results.effects],
        "policy": tuple(entry.policy),
    }
    level = logging.INFO if moves else logging.DEBUG
    where = f" to {moves[-1].to_stage}" if moves else ""
    log.log(level, "case %s: %s%s", entry.case_id, entry.event.kind, where, extra=told)
