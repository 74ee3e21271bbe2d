"""Reports: the arrears of a host that keeps a ledger of its own, as of the end of a day.

The latest report by its day is what counts; days run on from it. `terms.stale_after` says for how many days it may be
relied on: from the day after, whatever depends on it is missing.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from overdue_flow.cases.events.ledger import ArrearsReported
from overdue_flow.cases.schedules import minor
from overdue_flow.cases.waterfall import Rules
from overdue_flow.errors import EventRefused
from overdue_flow.money import Amount


@dataclass(frozen=True, slots=True)
class Report:
    """What a host reported, in minor units; None where it did not say."""

    as_of: date
    oldest_due_on: date | None
    overdue: int
    overdue_costs: int | None
    overdue_interest: int | None
    overdue_principal: int | None
    balance: int
    missed: int | None
    next_due_on: date | None
    next_due: int | None
    last_payment_on: date | None

    def stale_from(self, stale_after: int) -> date:
        """The first day on which it is older than `stale_after` days."""
        return self.as_of + timedelta(days=stale_after + 1)


def report_of(event: ArrearsReported, currency: str) -> Report:
    """The report of an event; EventRefused for amounts that contradict each other."""
    overdue, balance = _amount(event.overdue_amount, currency) or 0, _amount(event.balance, currency) or 0
    if overdue > balance:
        raise EventRefused(f"a report of {event.as_of} says that more is overdue than is owed")
    if overdue > 0 and event.oldest_due_on is None:
        raise EventRefused(f"a report of {event.as_of} says that something is overdue, and not since when")
    return Report(
        event.as_of,
        event.oldest_due_on,
        overdue,
        _amount(event.overdue_costs, currency),
        _amount(event.overdue_interest, currency),
        _amount(event.overdue_principal, currency),
        balance,
        event.missed_instalments,
        event.next_due_on,
        _amount(event.next_due_amount, currency),
        event.last_payment_on,
    )


def _amount(amount: Amount | None, currency: str) -> int | None:
    if amount is None:
        return None
    found = minor(amount, currency)
    if found < 0:
        raise EventRefused(f"a report says `{amount}`; expected zero or more")
    return found


def report_in(reports: tuple[Report, ...], new: Report) -> tuple[Report, ...]:
    """`reports` in the order of their days, with `new`; one of the same day is replaced."""
    others = [report for report in reports if report.as_of != new.as_of]
    return tuple(sorted([*others, new], key=lambda report: report.as_of))


def report_on(reports: tuple[Report, ...], day: date) -> Report | None:
    """The report that counts on `day`; None before the first."""
    known = bisect_right(reports, day, key=lambda report: report.as_of)
    return reports[known - 1] if known else None


def next_report_on(reports: tuple[Report, ...], day: date) -> date | None:
    """The day of the next report after `day`, where one of a later day is known already."""
    return next((report.as_of for report in reports if report.as_of > day), None)


def cures_of(reports: tuple[Report, ...]) -> tuple[date, ...]:
    """The days on which a report says that nothing is overdue, and the report before it said that something was."""
    return tuple(new.as_of for old, new in pairwise(reports) if old.overdue > 0 and new.overdue == 0)


def material_since(reports: tuple[Report, ...], day: date, rules: Rules) -> date | None:
    """The day of the first of the reports in a row, up to `day`, that say that arrears are material."""
    since: date | None = None
    for report in reports:
        if report.as_of > day:
            break
        if not rules.material(report.overdue, report.balance):
            since = None
        elif since is None:
            since = report.as_of
    return since
