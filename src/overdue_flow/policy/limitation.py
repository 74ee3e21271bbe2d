"""The terms of limitation, checked: words that have nothing to speak of, and periods that contradict each other."""

from __future__ import annotations

from datetime import date

from overdue_flow.cases.holds import HOLDS
from overdue_flow.cases.terms import LimitationTerms
from overdue_flow.policy.desk import Desk
from overdue_flow.policy.places import Path

_PATH: Path = ("terms", "limitation")
_SOME_DAY = date(2025, 3, 1)


def check_limitation(desk: Desk) -> None:
    """Refuse kinds of hold that nobody knows, a revival by what does not interrupt, a last part of nothing, and a long
    stop that cuts the period itself short."""
    terms = desk.file.terms.limitation
    if terms is None:
        return
    known = dict.fromkeys((*desk.names("holds"), *HOLDS))
    for where, kind in desk.source.each((*_PATH, "suspended_by"), terms.suspended_by):
        desk.knows(kind, known, "kind of hold", where)
    for where, word in desk.source.each((*_PATH, "revived_by"), terms.revived_by):
        if word not in terms.interrupted_by and not desk.is_damaged((*_PATH, "interrupted_by")):
            message = f"`{word}` begins the period anew when it has run out, and not while it runs"
            desk.refuse("revived-not-interrupted", message, where, hint=f"name `{word}` under `interrupted_by` too")
    if terms.suspended_in_last and not terms.suspended_by and not desk.is_damaged((*_PATH, "suspended_by")):
        message = "`suspended_in_last` says when holds count, and no kind of hold is named under `suspended_by`"
        desk.refuse("last-part-alone", message, (*_PATH, "suspended_in_last"), key=True)
    _check_long_stop(desk, terms)


def _check_long_stop(desk: Desk, terms: LimitationTerms) -> None:
    if terms.long_stop and terms.long_stop.after(_SOME_DAY) <= terms.period.after(_SOME_DAY):
        message = f"`{terms.long_stop}` is no longer than the period, `{terms.period}`, which nothing could then extend"
        desk.refuse("long-stop-too-short", message, (*_PATH, "long_stop"))
