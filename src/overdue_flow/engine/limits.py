"""Limits: whether an effect may go out at an instant, and when it first may.

What forbids it at some instants is asked in turn for its own first free instant from where the others have come to,
until none moves it on. That is exact: no instant that all permit lies before the first that one permits. Limits that
presume or advise let an effect pass, and flag it.

Hours, days and windows go by the borrower's clocks, where they are known; several must all suit. Conditions, days in
force and wishes go by the days of the loan.

Laws: `a contact waits for the first permitted instant`, `no block is broken` (both in `tests/laws/`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Literal, NamedTuple

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.person import Line, PersonContacts, attempt_by
from overdue_flow.engine.machine import Machine
from overdue_flow.engine.obstacles import ROUNDS_MAX, Obstacle, Question, day_after, lookback
from overdue_flow.policy.words import window_of


class Verdict(NamedTuple):
    """Whether an effect may go out at an instant.

    `allowed` at it; `deferred` to the instant `at`, the first that is permitted; `held` until something happens, as
    time alone will not permit it; `vetoed`, as nothing will. `limit` is what forbids it first, or what never permits
    it; `reason` says so in words. `flags` are limits that presume or advise against it, and let it pass at `at`.
    """

    status: Literal["allowed", "deferred", "held", "vetoed"]
    at: datetime | None = None
    limit: str | None = None
    reason: str = ""
    flags: tuple[str, ...] = ()


def permitted(
    machine: Machine, case: Case, effect: Effect, at: datetime, contacts: PersonContacts | None = None
) -> Verdict:
    """Whether `effect` may go out to `case` at the instant `at`, and if not, when it first may.

    `contacts` are those of the person, over all of their loans: attempts and reservations as far back as `lookback`
    says, and every wish; without them, what this loan alone knows. What holds forbid, and that nobody is pursued who
    owes nothing, is not asked here (`tasks.withheld`).
    """
    if not machine.limits and contacts is None and not effect.in_working_hours and not case.contacts.wishes:
        return Verdict("allowed", at)
    asked = Question(machine, case, effect, at, contacts)
    obstacles = list(asked.obstacles())
    instant, moved = _first_free(obstacles, asked.instant) if obstacles else (asked.instant, ())
    flags = tuple(asked.flags(instant)) if instant is not None else ()
    if not moved:
        return Verdict("allowed", at, flags=flags)
    limit = moved[0][0].id
    reason = "; ".join(dict.fromkeys(why for _one, why in moved))
    if instant is None:
        last, why = moved[-1]
        return Verdict("vetoed" if last.endless else "held", None, last.id, why)
    if effect.not_after is not None and instant >= effect.not_after.astimezone(UTC):
        return Verdict("vetoed", None, limit, reason)
    return Verdict("deferred", instant.astimezone(case.zone), limit, reason, flags)


def forbidden_for_good(machine: Machine, case: Case, effect: Effect, at: datetime) -> Verdict | None:
    """What alone forbids an effect from `at` on, as far as time goes; None where nothing does.

    It begins on the days that `days_of_change` names, and on no other by itself: what is due already is looked at so.
    """
    if not machine.limits_for_good and not case.contacts.wishes:
        return None
    asked = Question(machine, case, effect, at, None, for_good=True)
    for one in asked.obstacles():
        if one.free(asked.instant) is None:
            return Verdict("vetoed" if one.endless else "held", None, one.id, one.why(asked.instant))
    return None


def reservation(case: Case, effect: Effect, at: datetime) -> Line:
    """The line of a contact that is on its way from `at` on, until its outcome is known."""
    return Line(case.id, effect.id, at, attempt_by(effect), reserved=True)


def days_of_change(machine: Machine, case: Case, day: date) -> Iterator[date]:
    """Days after `day` on which a limit or a wish may come to forbid, or to permit, what is on its way."""
    underway = [effect for effect in case.course.open_effects if effect.status in (Status.PENDING, Status.HELD)]
    if machine.limits_only_contacts:
        underway = [effect for effect in underway if effect.kind == "contact"]
    days: list[date | None] = [wish.until for wish in case.contacts.wishes]
    for bound in machine.limits_that_change if underway else ():
        limit = bound.limit
        if any(limit.looks_at(effect) for effect in underway):
            first, last = limit.in_force
            days += [first, day_after(last), bound.next_change(case, day) if bound.next_change else None]
            lasts = window_of(limit.consent_lasts) if limit.consent_lasts else None
            days += [
                lasts.leaves_on(wish.order[0]) for wish in case.contacts.wishes if lasts and wish.says == "consent"
            ]
    return (one for one in days if one is not None and one > day)


def _first_free(obstacles: Iterable[Obstacle], instant: datetime) -> tuple[datetime | None, list[tuple[Obstacle, str]]]:
    """The first instant from `instant` on at which nothing forbids, None where time brings none; and what moved it."""
    moved: list[tuple[Obstacle, str]] = []
    for _round in range(ROUNDS_MAX):
        start = instant
        for one in obstacles:
            free = one.free(instant)
            if free != instant:
                moved.append((one, one.why(instant)))
            if free is None:
                return None, moved
            instant = free
        if instant == start:
            return instant, moved
    return None, moved


__all__ = ["Verdict", "attempt_by", "days_of_change", "forbidden_for_good", "lookback", "permitted", "reservation"]
