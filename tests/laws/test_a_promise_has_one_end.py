"""Law: a promise has one end. It is open until it is kept, kept in part, broken or cancelled, and then stays so.

Whatever was told, in whatever order: no promise is both kept and broken, none is open after its last day or over before
it, however often that was moved; and every promise that was made is counted exactly once.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby

from hypothesis import given

from overdue_flow.cases.case import Case
from overdue_flow.cases.facts import built_in
from overdue_flow.cases.promise import Promise
from support.histories import History, histories, lived

KINDS = ("PromiseMade", "PromiseMoved", "PromiseCancelled", "PaymentReceived", "PaymentReversed")
SOME_DAYS = 45


def days_from(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def check_ends(one: Promise) -> None:
    days = days_from(one.made_on, one.due_on + timedelta(days=SOME_DAYS))
    ends = [standing for standing, _days in groupby(one.standing(day) for day in days)]

    assert ends in ([ends[0]], ["open", ends[-1]]), f"{one.id} was {ends}"
    assert ends[-1] != "open"
    for day in days:
        over = one.standing(day) in ("part-kept", "broken")
        assert not over or day > one.due_on
        assert one.standing(day) != "open" or day <= one.due_on


def check_counts(case: Case, day: date) -> None:
    facts = built_in()
    made = [one for one in case.promises.promises if one.made_on <= day]
    counted = sum(facts[f"promises_{word}"].read(case, day) for word in ("kept", "part_kept", "broken"))
    cancelled = sum(one.standing(day) == "cancelled" for one in made)
    still_open = len(list(case.promises.open_on(day)))

    assert counted + cancelled + still_open == len(made), f"on {day}"
    assert facts["promise_open"].read(case, day) == bool(still_open)


@given(histories(KINDS, most=8))
def test_a_promise_has_one_end(history: History) -> None:
    case = lived(history)

    for one in case.promises.promises:
        check_ends(one)
        assert one.due_on >= (one.moves[-1].on if one.moves else one.made_on) or one.kept_on is not None
    for day in days_from(case.day, case.day + timedelta(days=SOME_DAYS)):
        check_counts(case, day)
