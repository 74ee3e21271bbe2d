"""Since when nothing is overdue: what a watch period counts from, and begins anew with new arrears.

Arrears end on the value date of what pays, waives or reschedules them (the cures of the ledger), and where a plan takes
the place of a schedule that was overdue.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from overdue_flow.cases.position import cured_on, in_force, position, unknown
from overdue_flow.cases.waterfall import ONE_DAY

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case


def last_cleared_on(case: Case, day: date) -> date | None:
    """The last day up to `day` on which arrears ended, as known now; None where there were none."""
    return max((on for on in _cleared(case, day) if on <= day), default=None)


def cleared_on(case: Case, day: date) -> date | None:
    """The day since which nothing is overdue: on which arrears last ended, or the opening where there were none; None
    while something is overdue, or where that is not known."""
    here = position(case, day)
    if unknown(here) or here.oldest_due_on is not None or here.overdue:
        return None
    return last_cleared_on(case, day) or case.opened_on


def _cleared(case: Case, day: date) -> list[date]:
    """The days on which arrears ended: the ledger's cures, and changes of what days are counted on that ended some."""
    changes = {
        on for plan in case.plans.plans for on in (plan.agreed_on, plan.ended_on) if on is not None and on <= day
    }
    changes |= {report.as_of for report in case.ledger.reports[:1]}
    return [*cured_on(case), *(on for on in changes if _ended_arrears(case, on))]


def _ended_arrears(case: Case, on: date) -> bool:
    if position(case, on).oldest_due_on is not None:
        return False
    books = in_force(case.ledger, case.plans).books
    tolerance = books.rules.tolerance
    return position(case, on - ONE_DAY).oldest_due_on is not None or books.account_on(on).overdue(on, tolerance)
