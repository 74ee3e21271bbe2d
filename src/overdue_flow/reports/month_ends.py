"""Where a loan stood at the end of each month, read from its journal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from overdue_flow.cases.case import Case
from overdue_flow.cases.counting import Told as ToldBy
from overdue_flow.cases.counting import told_by
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.events import TimePassed
from overdue_flow.cases.evolve import evolve
from overdue_flow.policy.policy import Policy
from overdue_flow.reports.told import Period, Told

CURRENT = "current"
"""What a bucket is called in which nothing is past due, or too little for the first of the policy's."""

NO_BUCKET = "in no bucket"
"""Where a loan is that is past due for longer than any bucket of its policy lasts, or nobody knows for how long."""


class MonthEnd(NamedTuple):
    """The bucket and the stage in which a loan was when a month ended."""

    on: date
    bucket: str
    stage: str


def month_ends(told: Told, period: Period) -> Iterator[MonthEnd]:
    """Every month end in the period from the opening of the loan on, to the day that it is told of."""
    entries = list(told.entries)
    case: Case | None = None
    day = end_of_month(max(period.first, told.case.opened_on))
    while day <= min(period.last, told.day):
        by = told_by(day, told.case.terms)
        while entries and _comes_before(entries[0], by):
            case = evolve(case, entries.pop(0))
        if case is not None:
            yield MonthEnd(day, bucket_of(told.policy, case, by.turn_day), case.course.stage)
        day = end_of_month(day + timedelta(days=1))


def bucket_of(policy: Policy, case: Case, day: date) -> str:
    """The bucket in which a loan is on a day: one of its policy's, `CURRENT`, or `NO_BUCKET`."""
    bucket, by = policy.vocabulary.get("bucket"), policy.vocabulary.get(policy.bucket_by or "dpd")
    found = bucket.read(case, day) if bucket is not None else None
    count = by.read(case, day) if by is not None else None
    if found is not None:
        return str(found)
    return CURRENT if isinstance(count, int) and count < first_of(policy) else NO_BUCKET


def first_of(policy: Policy) -> int:
    """The least count that is in some bucket of a policy; of one without buckets, one day."""
    return min((first for first, _last in policy.buckets.values()), default=1)


def _comes_before(entry: Entry, by: ToldBy) -> bool:
    """Whether an entry is part of how a day is told."""
    if entry.day != by.turn_day:
        return entry.day < by.turn_day
    return not by.opening or isinstance(entry.event, TimePassed)


def end_of_month(day: date) -> date:
    """The last day of the month of a day."""
    following = day.replace(day=28) + timedelta(days=4)
    return following.replace(day=1) - timedelta(days=1)
