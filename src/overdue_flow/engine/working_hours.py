"""Working hours: those of the policy, on business days, where the borrower is."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from overdue_flow.calendars import Calendar, opening_instant
from overdue_flow.cases.case import Case
from overdue_flow.engine.machine import Machine
from overdue_flow.policy.texts import Hours

_LOOKS_MAX = 60
"""So many openings are looked at; zones whose working hours never meet have none in common."""


def first_working_instant(machine: Machine, case: Case, at: datetime) -> datetime | None:
    """The first instant from `at` on in the working hours of every time zone in which the borrower may be; None where
    those never meet. A policy without working hours works at all hours."""
    hours = machine.policy.working_hours
    if hours is None:
        return at
    found = _first(machine.calendar, hours, zones_of(case), at)
    return found.astimezone(case.zone) if found is not None else None


def zones_of(case: Case) -> tuple[ZoneInfo, ...]:
    """The time zones in which the borrower may be; where none is known, the loan's own."""
    return tuple(ZoneInfo(name) for name in case.contacts.zones) or (case.zone,)


def _first(calendar: Calendar, hours: Hours, zones: tuple[ZoneInfo, ...], at: datetime) -> datetime | None:
    for _look in range(_LOOKS_MAX):
        latest = max(_opening(calendar, hours, zone, at) for zone in zones)
        if latest <= at:
            return at
        at = latest
    return None


def _opening(calendar: Calendar, hours: Hours, zone: ZoneInfo, at: datetime) -> datetime:
    """`at` where it lies in the working hours of a zone; else when they next open."""
    local = at.astimezone(zone)
    day = local.date()
    if calendar.is_business_day(day):
        if local.time() < hours.opens:
            return opening_instant(day, zone, hours.opens)
        if hours.closes is None or local.time() < hours.closes:
            return at
    day += timedelta(days=1)
    while not calendar.is_business_day(day):
        day += timedelta(days=1)
    return opening_instant(day, zone, hours.opens)
