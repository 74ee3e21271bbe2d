"""A policy on which scenarios are tried."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from overdue_flow.engine.machine import Machine
from overdue_flow.policy.policy import Policy
from overdue_flow.testing.proofs import Proofs


@dataclass
class Tried:
    """A policy on which many scenarios are tried; compiled once, when the first of them is."""

    policy: Policy

    @cached_property
    def machine(self) -> Machine:
        """The policy, compiled."""
        return Machine(self.policy)

    @cached_property
    def proofs(self) -> Proofs:
        """The policy without each part that a scenario proves."""
        return Proofs(self.policy)
