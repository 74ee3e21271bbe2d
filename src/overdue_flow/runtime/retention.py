"""How long what is personal is kept: which loans are due for erasure by the policy's rules, and what keeps the others.

The longest of the rules that apply counts. Whatever a rule says, nothing is erased of a loan that is still worked on,
that somebody contests, or that a court may still be asked about.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple

from overdue_flow.calendars import Calendar
from overdue_flow.cases.case import Case
from overdue_flow.cases.events import Closed
from overdue_flow.cases.facts import FactsOn, built_in
from overdue_flow.errors import CalendarError, StoreUnavailable
from overdue_flow.guards.evaluate import evaluate
from overdue_flow.policy.access import Retention
from overdue_flow.policy.bounds import default_text
from overdue_flow.policy.policy import Policy
from overdue_flow.store.erasing import why_still_open
from overdue_flow.store.looks import Look
from overdue_flow.store.protocol import Store

CASES_AT_ONCE = 500

ERASED_BY_RULE = "erased by retention"
"""What the looks say of an erasure by rule."""

_CONTESTED = (
    ("complaint_open", "a complaint is open"),
    ("dispute_open", "a dispute is open"),
    ("enforcement_open", "enforcement goes on"),
    ("hold_legal_stay", "a court has stayed what is done about it"),
)


class Retained(NamedTuple):
    """Whether the personal values of a case are due for erasure. `rule` is the rule of retention that decides ("" where
    none applies), `until` the last day on which it keeps them; `kept` says what keeps them now, none where they are
    due."""

    case_id: str
    rule: str
    until: date | None
    kept: tuple[str, ...]

    @property
    def is_due(self) -> bool:
        """Whether nothing keeps them any more."""
        return not self.kept


def retained(policy: Policy, store: Store, on: date) -> Iterator[Retained]:
    """What is to be said of every case that was not erased, by id."""
    erased = frozenset(_erased(store))
    left = iter(store.case_ids())
    while some := list(islice(left, CASES_AT_ONCE)):
        cases = store.load_many([case_id for case_id in some if case_id not in erased])
        yield from (judged(policy, cases[case_id], on) for case_id in some if case_id in cases)


def judged(policy: Policy, case: Case, on: date) -> Retained:
    """What is to be said of one case on a day; never one before its last turn."""
    day = max(on, case.day)
    facts = FactsOn(case, day, policy.vocabulary)
    calendar = Calendar(policy.terms.calendar)
    applying = list(_applying(policy, facts))
    begun = ((rule, since) for rule in applying if (since := _since(rule, case)) is not None)
    ends = {rule.name: rule.ends_on(since, calendar) for rule, since in begun}
    kept = list(_keeping(case, day, facts))
    if not applying:
        kept.append("no rule of retention applies to it")
    if not ends:
        return Retained(case.id, "", None, tuple(kept))
    rule = max(ends, key=lambda name: ends[name])
    if ends[rule] >= day:
        kept.append(f"`{rule}` keeps it until {ends[rule]}")
    return Retained(case.id, rule, ends[rule], tuple(kept))


def _applying(policy: Policy, facts: FactsOn) -> Iterator[Retention]:
    return (rule for rule in policy.retention if rule.guard is None or evaluate(rule.guard, facts.look))


def _since(rule: Retention, case: Case) -> date | None:
    """The day from which a rule counts: that of the closing, or of the last payment of a loan that was paid and never
    closed (None while it is owed); or of the last event."""
    last = max(one.day for one in case.events)
    if rule.kept_from == "last_event":
        return last
    closed = case.handover.latest.of(Closed)
    if closed is not None:
        return closed.on
    if built_in()["balance"].read(case, case.day) != 0:
        return None
    paid = built_in()["last_payment_on"].read(case, case.day)
    return paid if isinstance(paid, date) else last


def _keeping(case: Case, day: date, facts: FactsOn) -> Iterator[str]:
    """What keeps the values, whatever the rules say."""
    if still_open := why_still_open(case):
        yield still_open
    yield from (why for fact, why in _CONTESTED if facts.look(fact))
    ends = facts.look("limitation_ends_on")
    if facts.look("balance") != 0 and isinstance(ends, date) and ends >= day:
        yield f"the claim can be brought until {ends}"


def erase(policy: Policy, store: Any, on: date, by: str, at: datetime) -> list[Retained]:
    """Erase what is due on a day, loan by loan, and note each. CalendarError for a day to come, StoreUnavailable for a
    store that cannot erase."""
    if on > at.astimezone(policy.terms.zone).date():
        raise CalendarError(f"{on} is to come, and what is erased is gone")
    if not hasattr(store, "keeping"):
        raise StoreUnavailable("a store in memory forgets all at its end, and erases nothing before: use a `SqlStore`")
    found = []
    for one in retained(policy, store, on):
        case = store.load(one.case_id) if one.is_due else None
        if case is None or not judged(policy, case, on).is_due:
            continue
        with store.keeping() as keeping:
            keeping.erase(one.case_id)
        because = next((rule.because for rule in policy.retention if rule.name == one.rule), {})
        why = ": ".join(part for part in (one.rule, default_text(because)) if part)
        store.note_look(Look(at, one.case_id, "", by, why, ERASED_BY_RULE))
        found.append(one)
    return found


def _erased(store: Any) -> Iterator[str]:
    if not hasattr(store, "records"):
        return
    with store.records() as records:
        yield from records.erased()
