"""What a scenario proves: it names parts of the policy (`proves`), and must fail without each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from overdue_flow.engine.machine import Machine
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.trials import Scenario
from overdue_flow.policy.without import without


@dataclass(frozen=True, slots=True)
class Proofs:
    """A policy with one part taken out at a time, each compiled once, for many scenarios."""

    policy: Policy
    machines: dict[str, Machine] = field(default_factory=dict)

    def unproved(self, scenario: Scenario, fails: Callable[[Machine], bool]) -> tuple[str, ...]:
        """Of the parts that a scenario is to prove, those without which it does not fail."""
        return tuple(part for part in scenario.proves if not fails(self._without(part)))

    def _without(self, part: str) -> Machine:
        if part not in self.machines:
            self.machines[part] = Machine(without(self.policy, part))
        return self.machines[part]
