"""Counting days: days past due and its relatives, and which calendar day a turn speaks of.

On day D, what fell due before D and is unpaid is overdue; `dpd` is D minus the oldest such due date. All counts go by
dates in the case's time zone. Sources for the conventions: US Federal Reserve OTS and EBA/GL/2016/07 count the plain
date difference; the Reserve Bank of India (circular of 12 November 2021) counts the due date itself as day 1.

Laws (tests/laws): `sleeping changes nothing`, `same-day payments in any order`.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from dateutil.relativedelta import relativedelta

from overdue_flow.cases.position import breaks_on, in_force, overdue_until, position, unknown
from overdue_flow.cases.reported import material_since
from overdue_flow.cases.terms import Terms
from overdue_flow.cases.waterfall import ONE_DAY, material_from
from overdue_flow.guards.vocabulary import Fact, Kind, Motion

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case

# --- which calendar day a turn speaks of ---


def said_on(turn_day: date, terms: Terms, *, opening: bool) -> date:
    """The calendar day that a move in a turn of `turn_day` is dated.

    `opening` is the turn that opens the day (`TimePassed`). Where the due date is day 1, a day's opening says what was
    true at the end of the day before, and is dated so; guards see the same days past due either way.
    """
    return turn_day - ONE_DAY if opening and terms.counting.due_date_is_day == 1 else turn_day


class Told(NamedTuple):
    """The turn whose outcome tells how a loan stands on a calendar day: `opening` only, or all turns of `turn_day`."""

    turn_day: date
    opening: bool


def told_by(day: date, terms: Terms) -> Told:
    """After which turn the case says how it stands on the calendar day `day`.

    After the day's last event where the due date is day 0; after the opening of the next day where it is day 1.
    """
    if terms.counting.due_date_is_day == 1:
        return Told(day + ONE_DAY, opening=True)
    return Told(day, opening=False)


# --- days past due ---


def _dpd(case: Case, day: date) -> int | None:
    here = position(case, day)
    if here.oldest_due_on is None:
        return None if unknown(here) else 0
    return (day - here.oldest_due_on).days


def _overdue(case: Case, day: date) -> int:
    return 0 if position(case, day).oldest_due_on is None else 1


# --- days past due, net of pauses and grace ---


def paused_days(pauses: Iterable[tuple[date, date | None]], start: date, end: date) -> int:
    """How many days d with start <= d < end lie in one of the pauses [from, until), each day once."""
    total = 0
    for begins, ends in sorted(pauses, key=lambda pause: pause[0]):
        begins, ends = max(begins, start), end if ends is None else min(ends, end)
        if ends > begins:
            total += (ends - begins).days
            start = ends
    return total


def _pauses(case: Case) -> tuple[tuple[date, date | None], ...]:
    kinds = case.terms.counting.paused_by
    return case.care.pauses(kinds) if kinds else ()


def _counted(case: Case, day: date) -> int | None:
    """Overdue days that are not paused, less the days of grace: below zero while grace lasts; None if not overdue."""
    oldest = position(case, day).oldest_due_on
    if oldest is None:
        return None
    pauses = _pauses(case)
    paused = paused_days(pauses, oldest, day) if pauses else 0
    return (day - oldest).days - paused - case.terms.counting.grace_days


def _dpd_net(case: Case, day: date) -> int | None:
    counted = _counted(case, day)
    if counted is None:
        return None if unknown(position(case, day)) else 0
    return max(0, counted)


def _is_paused(case: Case, day: date) -> bool:
    return any(begins <= day and (ends is None or day < ends) for begins, ends in _pauses(case))


def _dpd_net_slope(case: Case, day: date) -> int:
    counted = _counted(case, day)
    return 0 if counted is None or counted < 0 or _is_paused(case, day) else 1


def _dpd_net_until(case: Case, day: date) -> date | None:
    """Where the count changes pace: a pause begins or ends, or the days of grace are used up."""
    counted = _counted(case, day)
    found = overdue_until(case, day)
    if counted is None:
        return found
    turns = [edge for pause in _pauses(case) for edge in pause if edge is not None and edge > day]
    if counted < 0:
        turns.append(day - timedelta(days=counted))
    return min([*turns, *([found] if found is not None else [])], default=None)


# --- days on which arrears were material ---


def material_day(case: Case, day: date) -> date | None:
    """The first of the days in a row, up to `day`, on which both limits were exceeded; or the day to come on which they
    will be, if nothing happens; None if neither is known."""
    here = position(case, day)
    if unknown(here):
        return None
    ledger = in_force(case.ledger, case.plans)
    if here.basis == "plan":
        plan = case.plans.replacing(day)
        assert plan is not None, "a position on a plan's schedule has a plan"
        return material_from(plan.books.account_on(day), plan.books.rules)
    if here.basis == "report":
        return material_since(ledger.reports, day, ledger.rules)
    return material_from(ledger.books.account_on(day), ledger.rules)


def _days_material(case: Case, day: date) -> int | None:
    since = material_day(case, day)
    if since is None:
        return None if unknown(position(case, day)) else 0
    return max(0, (day - since).days + 1)


def _days_material_slope(case: Case, day: date) -> int:
    since = material_day(case, day)
    return 0 if since is None or since > day else 1


def _days_material_until(case: Case, day: date) -> date | None:
    since, breaks = material_day(case, day), breaks_on(case, day)
    if since is None or since <= day:
        return breaks
    return since if breaks is None else min(since, breaks)


# --- calendar months ---


def months_between(start: date, day: date) -> int:
    """Whole calendar months from `start` to `day`, which is not earlier; as `dateutil.relativedelta` counts them.

    A month is over on the same day of the next month; where that month is too short, on its last day: from 31 January,
    one month is over on 28 February (29 in a leap year), two on 31 March.
    """
    months = (day.year - start.year) * 12 + day.month - start.month
    if day.day < start.day and day.day < monthrange(day.year, day.month)[1]:
        months -= 1
    return months


def _months_past_due(case: Case, day: date) -> int | None:
    here = position(case, day)
    if here.oldest_due_on is None:
        return None if unknown(here) else 0
    return months_between(here.oldest_due_on, day)


def _months_until(case: Case, day: date) -> date | None:
    oldest = position(case, day).oldest_due_on
    found = overdue_until(case, day)
    if oldest is None:
        return found
    over = oldest + relativedelta(months=months_between(oldest, day) + 1)
    return over if found is None else min(found, over)


# --- the facts it offers ---


def _days(
    name: str,
    label: str,
    zh: str,
    read: Callable[[Case, date], int | None],
    slope: Callable[[Case, date], int],
    until: Callable[[Case, date], date | None],
    doc: str,
) -> Fact:
    return Fact(
        name, Kind.NUMBER, label, read, unit="days", motion=Motion.CLOCK, until=until, slope=slope, doc=doc, label_zh=zh
    )


FACTS: tuple[Fact, ...] = (
    _days(
        "dpd",
        "days past due",
        "逾期天数",
        _dpd,
        _overdue,
        overdue_until,
        "Days since the oldest unpaid due date before the day; 0 when nothing is overdue. Never paused.",
    ),
    _days(
        "dpd_net",
        "days past due, net of pauses and grace",
        "净逾期天数",
        _dpd_net,
        _dpd_net_slope,
        _dpd_net_until,
        "Days past due, less the days since then that lie in a pause (`terms.counting.paused_by`) and `grace_days`; at "
        "least 0.",
    ),
    _days(
        "days_material",
        "days in a row with material arrears",
        "重大逾期连续天数",
        _days_material,
        _days_material_slope,
        _days_material_until,
        "Days in a row, up to this one, on which the overdue amount exceeded both limits of `terms.counting.material`.",
    ),
    Fact(
        "months_past_due",
        Kind.NUMBER,
        "calendar months past due",
        _months_past_due,
        unit="months",
        motion=Motion.CLOCK,
        until=_months_until,
        doc="Whole calendar months since the oldest unpaid due date; the last day of a short month ends a month too.",
        label_zh="逾期月数",
    ),
    Fact(
        "arrears_report_stale",
        Kind.FLAG,
        "the report of arrears is stale",
        lambda case, day: position(case, day).stale,
        motion=Motion.CLOCK,
        until=breaks_on,
        doc="The host's last report of arrears is older than `terms.stale_after`; what depends on it is missing.",
        label_zh="欠款报告过期",
    ),
)
"""The facts that count days."""

FROM_REPORTS = frozenset(
    "dpd dpd_net days_material months_past_due arrears_cleared oldest_due_on next_due_on next_due_amount overdue_amount"
    " overdue_principal overdue_interest overdue_costs balance missed_instalments last_payment_on paid_ratio"
    " days_since_oldest_due days_until_oldest_due days_since_next_due days_until_next_due days_since_last_payment"
    " days_until_last_payment cleared_on days_since_cleared days_until_cleared borrower_dpd borrower_overdue_amount"
    " borrower_balance borrower_loans_overdue borrower_arrears_cleared borrower_cleared_on"
    " days_since_borrower_cleared days_until_borrower_cleared".split()
)
"""The facts that are missing while the report they come from is stale: rules that read them rest."""
