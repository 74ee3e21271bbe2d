"""What the limits of a policy say of an effect that is on its way, for a page."""

from __future__ import annotations

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.engine.kept_back import limits_in
from overdue_flow.engine.limits import permitted
from overdue_flow.engine.machine import Machine
from overdue_flow.policy.bounds import Limit, default_text


def limits_told(machine: Machine, case: Case, effect: Effect) -> tuple[str, ...]:
    """One line for each limit that put an effect off or holds it, with the law or the reason behind it, and for each
    that would flag it as it goes out. What other loans of the person know is left out."""
    if not machine.limits or effect.status not in (Status.PENDING, Status.HELD):
        return ()
    limits = [bound.limit for bound in machine.limits]
    behind = [
        f"limit {limit.id}: {default_text(limit.because)}"
        for limit in limits
        if limit.id in limits_in(effect.reason) and limit.because
    ]
    flags = flags_of(machine, case, effect)
    flagged = [_flag_in_words(limit) for limit in limits if limit.id in flags]
    return (*behind, *flagged)


def flags_of(machine: Machine, case: Case, effect: Effect) -> tuple[str, ...]:
    """The limits that presume or advise against an effect that is on its way, as it goes out."""
    return permitted(machine, case, effect, effect.due_at).flags


def _flag_in_words(limit: Limit) -> str:
    said = f"would be flagged by limit {limit.id} ({limit.strength})"
    return f"{said}: {default_text(limit.because)}" if limit.because else said
