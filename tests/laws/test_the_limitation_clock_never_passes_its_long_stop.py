"""The limitation clock never passes its long stop, and no interruption brings its end nearer.

Every interruption that counts gives the full period; and the clock is the one that somebody finds who goes through the
period day by day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from overdue_flow.cases.care import Care
from overdue_flow.cases.case import Case
from overdue_flow.cases.limitation_clock import Clock, clock
from overdue_flow.cases.terms import LimitationTerms
from overdue_flow.events import DebtAcknowledged
from support.happenings import HANDOVER, LEGAL, limitations, some_days
from support.histories import History, histories, lived

INTERRUPTING = (
    "DebtAcknowledged", "ContactAttempted", "PaymentReceived", "PaymentReversed", "PromiseMade", "PlanAgreed",
    "SettlementReached", "PreservationGranted", "ClaimFiled", "ClaimWithdrawn", "PaymentOrderContested", "HoldPlaced",
    "HoldLifted",
)  # fmt: skip
ONE_DAY = timedelta(days=1)
LAST_LOOKED_AT = timedelta(days=600)
"""No hold that ends at all ends later than so many days from now."""


def with_terms(history: History, terms: LimitationTerms) -> History:
    """The history of a loan under these terms of limitation."""
    assert history.opened.terms is not None
    changed = history.opened.terms.model_copy(update={"limitation": terms})
    return History(history.opened.model_copy(update={"terms": changed}), history.events)


def found(case: Case, day: date) -> Clock:
    """The clock of a loan that has one."""
    one = clock(case, day)
    assume(one is not None)
    assert one is not None
    return one


@given(histories((*INTERRUPTING, *LEGAL, *HANDOVER)), limitations(), st.integers(0, 60))
def test_the_limitation_clock_never_passes_its_long_stop(drawn: History, terms: LimitationTerms, later: int) -> None:
    case = lived(with_terms(drawn, terms))
    now = found(case, case.day + timedelta(days=later))

    stop = now.long_stop_on
    assert stop == (terms.long_stop.after(now.started_on) if terms.long_stop else None)
    assert now.ends_on is None or stop is None or now.ends_on <= stop
    for one in now.interruptions:
        full = terms.period.after(max(one.on, now.started_on))
        if one.counted and one.ends_on is not None:
            assert one.ends_on >= (full if stop is None else min(full, stop))


@given(histories(INTERRUPTING), limitations(), st.integers(0, 150))
def test_an_interruption_never_brings_the_end_nearer(drawn: History, terms: LimitationTerms, on: int) -> None:
    words = tuple(dict.fromkeys((*terms.interrupted_by, "acknowledgement")))
    history = with_terms(drawn, terms.model_copy(update={"interrupted_by": words}))
    happened_at = datetime(2025, 1, 1, 12, tzinfo=UTC) + timedelta(days=on)
    last = max([event.at or happened_at for event in history.events], default=happened_at)
    more = DebtAcknowledged(id="more", at=max(happened_at, last), happened_at=happened_at)
    interrupted = lived(History(history.opened, (*history.events, more)))
    without = lived(history)._replace(day=interrupted.day)

    before, after = found(without, interrupted.day), found(interrupted, interrupted.day)
    # while a hold without an end holds the period up, its end is not known, and the long stop is said in its place
    stands_still = before.ends_on == before.long_stop_on and any(hold.until is None for hold in without.care.holds)
    if before.ends_on is not None and after.ends_on is not None and not stands_still:
        assert after.ends_on >= before.ends_on


# --- the same, day by day ---


def walked(terms: LimitationTerms, care: Care, start: date, day: date, marks: Iterable[date]) -> date | None:
    """The end of the period as of `day`, found by going through it; None where it stands still for good."""
    stop = date.max if terms.long_stop is None else terms.long_stop.after(start)
    end = _through(terms, care, start, day)
    for mark in marks:
        if start < mark <= min(end, stop):
            anew = _through(terms, care, mark, day)
            end = anew if end == date.max else max(end, anew)
    end = min(end, stop)
    return None if end == date.max else end


def _through(terms: LimitationTerms, care: Care, begin: date, today: date) -> date:
    """The last day of the period that begins on `begin`, if nothing interrupts it. A hold without an end counts once
    it stands: where the last part matters, in that; else at all."""
    last_part, end, here = terms.suspended_in_last, terms.period.after(begin), begin
    while here < end:
        here += ONE_DAY
        over = _hold_over(terms, care, here, today)
        if over == here or (last_part is not None and here <= last_part.before(end)):
            continue
        if over is None:
            counts = here <= today if last_part else _hold_over(terms, care, min(here, today), today) is None
            if counts:
                return date.max
        elif last_part is None:
            end += ONE_DAY
        else:
            end = max(end, last_part.after(over))
    return end


def _hold_over(terms: LimitationTerms, care: Care, here: date, today: date) -> date | None:
    """The first day from `here` on without a hold; None where there is none."""
    day = here
    while any(care.stands(kind, day) for kind in terms.suspended_by):
        day += ONE_DAY
        if day > today + LAST_LOOKED_AT:
            return None
    return day


@given(
    histories(("HoldPlaced", "HoldLifted", "DebtAcknowledged"), most=8),
    limitations().filter(lambda terms: terms.period.unit != "years" and bool(terms.suspended_by)),
    some_days,
)
def test_the_limitation_clock_agrees_with_a_daily_walk(drawn: History, terms: LimitationTerms, day: date) -> None:
    """Acknowledgements and holds only; a hold without an end that has not begun to count on the day is none yet."""
    only = terms.model_copy(update={"interrupted_by": ("acknowledgement",), "revived_by": (), "starts": "last_due"})
    case = lived(with_terms(drawn, only))
    day = max(day, case.day)
    now = found(case, day)
    marks = sorted(mark.on for mark in case.limitation.marks)

    assert now.ends_on == walked(only, case.care, now.started_on, day, marks)
