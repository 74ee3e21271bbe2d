"""Law: until the day that a fact names, it is what it was, plus its slope for every day.

So the days on which a guard can flip are found without looking at all days: a day that is named too late would lose a
move. The whole vocabulary is walked, day by day, over random histories; so are declared facts, counters and buckets.
"""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.cases.case import Case
from overdue_flow.cases.declared import declared
from overdue_flow.cases.facts import bucket_fact, built_in, with_clocks
from overdue_flow.cases.holds import hold_fact
from overdue_flow.cases.marks import Label, mark_facts
from overdue_flow.cases.windows import Window, counted
from overdue_flow.guards.vocabulary import Fact, Kind, Motion, Value
from support.happenings import AGREEMENT, ASSESSMENT, CARE, CONTACT, HANDOVER, LEGAL
from support.histories import History, histories, lived

DAYS_WALKED = 70

OF_A_POLICY: tuple[Fact, ...] = (
    *with_clocks([declared("visit_on", Kind.DATE, max_age_days=20)]),
    declared("score", Kind.NUMBER, default=7, ask=True, max_age_days=9),
    bucket_fact(declared("score", Kind.NUMBER, max_age_days=12), (("low", 0, 50), ("high", 100, None))),
    bucket_fact(with_clocks([declared("visit_on", Kind.DATE, max_age_days=99)])[1], (("M1", 1, 30), ("M2", 31, 60))),
    bucket_fact(with_clocks([declared("visit_on", Kind.DATE, max_age_days=99)])[2], (("M1", 1, 30), ("M2", 31, 60))),
    counted("calls", "ContactAttempted", Window(7)),
    counted("calls_by_week", "ContactAttempted", Window(2, "calendar_weeks")),
    counted("payments_by_month", "PaymentReceived", Window(1, "calendar_months")),
    hold_fact("fire"),
    *mark_facts([Label("npa")]),
)
EVERY_FACT = (*built_in().values(), *OF_A_POLICY)


def after_days(value: Value | None, slope: int, days: int) -> Value | None:
    """What a fact should be `days` later: numbers run with their slope, all else stays."""
    if value is None or isinstance(value, bool | str | date):
        return value
    return value + slope * days


def check_moves(one: Fact, case: Case, day: date, last: date) -> None:
    """From `day` on, hop from one named day to the next, and look at every day in between."""
    while day < last:
        until = one.until(case, day)
        assert until is None or until > day, f"{one.name} on {day} says that it moves on {until}"
        value, slope = one.read(case, day), one.slope(case, day)
        end = min(last, until or last)
        for days in range((end - day).days):
            found, expected = one.read(case, day + timedelta(days=days)), after_days(value, slope, days)
            assert found == expected, (
                f"{one.name} is {found} on {day + timedelta(days=days)}; on {day} it was {value} with slope {slope}, "
                f"and said that it would not move before {until}"
            )
        day = end


@given(histories(), st.integers(0, 40))
def test_facts_move_only_when_they_say(history: History, later: int) -> None:
    case = lived(history)
    day = case.day + timedelta(days=later)

    for one in EVERY_FACT:
        check_moves(one, case, day, day + timedelta(days=DAYS_WALKED))


FEW = ("FactsChanged", "NegotiationClosed", "ClaimFiled", "PaymentReceived", "PaymentReversed", "ChannelOptedOut")
MOVED_BY_FEW = [one for one in EVERY_FACT if one.motion is not Motion.STILL and "contact" not in one.name]


@given(histories(FEW))
def test_facts_moved_by_few_kinds_of_event_move_only_when_they_say(history: History) -> None:
    """Few kinds meet more often: payments of later value dates after a claim or a failure, answers that grow old."""
    case = lived(history)

    for one in MOVED_BY_FEW:
        check_moves(one, case, case.day, case.day + timedelta(days=DAYS_WALKED))


@given(histories((*CONTACT, *ASSESSMENT, *AGREEMENT, *CARE, *LEGAL, *HANDOVER, "PaymentReceived"), most=12))
def test_facts_of_long_histories_move_only_when_they_say(history: History) -> None:
    case = lived(history)

    for one in EVERY_FACT:
        check_moves(one, case, case.day, case.day + timedelta(days=DAYS_WALKED))
