"""Spans and counters by OpenTelemetry, through its API alone: a host that has it set up sees them, others pay nothing.

Without the package (`pip install overdue-flow[otel]`) all of this does nothing.

Spans: `overdue_flow.receive`, `.receive_many`, `.wake`, `.deliver`, `.hook`. Counters: `overdue_flow.turns`, `.moves`,
`.effects` (by `action` and `outcome`: delivered, withheld, failed, parked).
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from overdue_flow.engine.decision import Decision

NAME = "overdue_flow"


class Telemetry:
    """Spans and counters of one Flow."""

    def __init__(self) -> None:
        self._tracer: Any = None
        try:
            from opentelemetry import metrics, trace
        except ImportError:
            return
        meter = metrics.get_meter(NAME)
        self._tracer = trace.get_tracer(NAME)
        self._turns = meter.create_counter(f"{NAME}.turns", description="turns recorded")
        self._moves = meter.create_counter(f"{NAME}.moves", description="moves from stage to stage")
        self._effects = meter.create_counter(f"{NAME}.effects", description="what became of effects in the outbox")

    def span(self, name: str, **attributes: str | int) -> AbstractContextManager[object]:
        """What is done in the block, as a span. An error is recorded on it."""
        if self._tracer is None:
            return nullcontext()
        told = {f"{NAME}.{key}": value for key, value in attributes.items()}
        span: AbstractContextManager[object] = self._tracer.start_as_current_span(f"{NAME}.{name}", attributes=told)
        return span

    def count_turns(self, decisions: Iterable[Decision]) -> None:
        """Count what was recorded."""
        if self._tracer is None:
            return
        entries = [one.entry for one in decisions if one.entry is not None and not one.repeated]
        if entries:
            self._turns.add(len(entries))
        moves = [move for entry in entries for move in entry.results.moves]
        for move in moves:
            self._moves.add(1, {"from": move.from_stage or "", "to": move.to_stage})

    def count_effect(self, action: str, outcome: str) -> None:
        """Count what became of an effect."""
        if self._tracer is not None:
            self._effects.add(1, {"action": action, "outcome": outcome})
