"""When the personal values of a case may be erased: not while it is still worked on, since hooks need them."""

from __future__ import annotations

from overdue_flow.cases.case import Case
from overdue_flow.cases.events import Closed
from overdue_flow.cases.facts import built_in


def why_still_open(case: Case) -> str:
    """What speaks against erasing, in words; "" where nothing does.

    A case is done with when nothing of it is on its way, and it was closed or nothing is owed.
    """
    waiting = case.course.open_effects
    if waiting:
        return f"`{waiting[0].action}` is still on its way, or waits for a person"
    if case.handover.latest.of(Closed) is not None:
        return ""
    balance = built_in()["balance"].read(case, case.day)
    if balance is None:
        return "it is not known what is owed, and it was not closed"
    return "" if balance == 0 else f"{balance} {case.terms.currency} are still owed, and it was not closed"
