"""What can be changed in a limit: how many, how long, when, on what, how strongly; and in what is counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from overdue_flow.guards.vocabulary import Vocabulary
from overdue_flow.policy.bounds import Limit
from overdue_flow.policy.declared import Counted, Strength
from overdue_flow.policy.texts import Hours
from overdue_flow.testing.mutation.change import (
    Change,
    dropped,
    each_dropped,
    one_off,
    taken_out,
    turned,
)
from overdue_flow.testing.mutation.conditions import condition_changes

_WEAKER: dict[Strength, Strength] = {"block": "advise", "presume": "block", "advise": "block"}
_ANOTHER: dict[Counted, Counted] = {
    "attempt": "conversation",
    "unanswered": "attempt",
    "connect": "attempt",
    "conversation": "attempt",
    "message": "attempt",
    "visit": "attempt",
    "refused": "attempt",
}


def limit_changes(limit: Limit, words: Vocabulary) -> Iterator[Change[Limit | None]]:
    """Every change of a limit."""
    yield taken_out("limit")
    for change in condition_changes(limit.guard, words):
        yield change.to(lambda guard: replace(limit, guard=guard))
    if limit.guard is not None:
        yield dropped("condition", f"when: {limit.guard.text}", replace(limit, guard=None))
    weaker = _WEAKER[limit.strength]
    yield turned("limit", limit.strength, weaker, replace(limit, strength=weaker), "strength")
    yield from _applies_to(limit)
    yield from _days(limit)
    yield from _counts(limit)


def _applies_to(limit: Limit) -> Iterator[Change[Limit]]:
    """Each word of `applies_to` left out; a line that is left out altogether widens it."""
    for kinds in each_dropped("limit", "kind", limit.kinds):
        yield kinds.to(lambda words: replace(limit, kinds=words))
    for purposes in each_dropped("limit", "purpose", limit.purposes):
        yield purposes.to(lambda words: replace(limit, purposes=words))
    for channels in each_dropped("limit", "channel", limit.channels):
        yield channels.to(lambda words: replace(limit, channels=words))
    for parties in each_dropped("limit", "party", limit.parties):
        yield parties.to(lambda words: replace(limit, parties=words))
    for points in each_dropped("limit", "contact_point", limit.contact_points):
        yield points.to(lambda words: replace(limit, contact_points=words))


def _days(limit: Limit) -> Iterator[Change[Limit]]:
    for hours in _hours(limit.hours):
        yield hours.to(lambda changed: replace(limit, hours=changed))
    for blocked in each_dropped("limit", "blocked_days", limit.blocked_days):
        if blocked.value:  # without any day it would forbid always
            yield blocked.to(lambda days: replace(limit, blocked_days=days))
    first, last = limit.in_force
    for begins in one_off("limit", "in_force from", first):
        yield begins.to(lambda day: replace(limit, in_force=(day, last)))
    for ends in one_off("limit", "in_force to", last):
        yield ends.to(lambda day: replace(limit, in_force=(first, day)))


def _hours(hours: Hours | None) -> Iterator[Change[Hours]]:
    """The hours, with an end moved by one hour."""
    if hours is None:
        return
    for step in (-1, 1):
        opens, closes = _moved(hours.opens, step), hours.closes and _moved(hours.closes, step)
        for changed in (Hours(opens or hours.opens, hours.closes), Hours(hours.opens, closes or hours.closes)):
            if changed != hours and (changed.closes is None or changed.opens < changed.closes):
                yield turned("limit", hours, changed, changed, "outside")


def _moved(clock: time, hours: int) -> time | None:
    """The time so many hours later, on the same day."""
    moved = datetime.combine(date(2000, 1, 1), clock) + timedelta(hours=hours)
    return moved.time() if moved.date() == date(2000, 1, 1) else None


def _counts(limit: Limit) -> Iterator[Change[Limit]]:
    for at_most in one_off("limit", "at_most", limit.at_most):
        yield at_most.to(lambda number: replace(limit, at_most=number))
    for within in one_off("limit", "within", limit.within, 1):
        yield within.to(lambda span: replace(limit, within=span))
    for excluding in each_dropped("limit", "excluding", limit.excluding):
        yield excluding.to(lambda words: replace(limit, excluding=words))
    for consent in one_off("limit", "consent_lasts", limit.consent_lasts, 1):
        yield consent.to(lambda span: replace(limit, consent_lasts=span))
    if limit.counts is not None:
        other = _ANOTHER[limit.counts]
        yield turned("limit", limit.counts, other, replace(limit, counts=other), "counts")
    if limit.counts is not None and limit.per != ("debt",):
        said = ", ".join(limit.per)
        yield turned("limit", said, "debt", replace(limit, per=("debt",)), "per")
