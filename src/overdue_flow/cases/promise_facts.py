"""The facts that promises offer: what has become of them, the one that is open, and how many were broken in a row.

Laws (tests/laws): `counters reset as the terms say`, `facts move only when they say`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from operator import attrgetter
from typing import TYPE_CHECKING

from overdue_flow.cases.position import cured_on
from overdue_flow.cases.promise import Promise, Standings, after, by_day
from overdue_flow.guards.vocabulary import Fact, Kind, Motion

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case


def _in_a_row(case: Case, day: date) -> int:
    broken = case.promises.standings.broken
    if not broken or broken[0] > day:
        return 0
    last_reset = max((days[by_day(days, day) - 1] for days in _resets(case) if by_day(days, day)), default=date.min)
    return by_day(broken, day) - by_day(broken, last_reset)


def _resets(case: Case) -> Iterator[tuple[date, ...]]:
    """The days that set the count back to zero, as the terms say, with what was broken at their opening."""
    state = case.promises
    days = {"kept": state.kept_on, "agreed": state.agreed_on, "assessed": state.assessed_on}
    for word in case.terms.in_a_row.broken_promises.reset_by:
        yield cured_on(case) if word == "cured" else days[word]


def _until(case: Case, day: date) -> date | None:
    state = case.promises
    return state.until(case, day) if state.promises else None


def _in_a_row_until(case: Case, day: date) -> date | None:
    if not case.promises.promises:
        return None
    turns = [after(days, day) for days in (*_resets(case), case.promises.standings.turns)]
    return min((turn for turn in turns if turn is not None), default=None)


def _open(case: Case, day: date) -> Promise | None:
    """The promise that is due first among those open."""
    state = case.promises
    return next(state.open_on(day), None) if state.promises else None


def _due_on(case: Case, day: date) -> date | None:
    found = _open(case, day)
    return None if found is None else found.due_on


def _moves(case: Case, day: date) -> int:
    found = _open(case, day)
    return 0 if found is None else len(found.moves)


def _days_to(case: Case, day: date) -> int | None:
    due_on = _due_on(case, day)
    return None if due_on is None else (due_on - day).days


def _times(name: str, label: str, zh: str, became_so: Callable[[Standings], tuple[date, ...]], doc: str) -> Fact:
    def read(case: Case, day: date) -> int:
        return by_day(became_so(case.promises.standings), day)

    return Fact(name, Kind.NUMBER, label, read, unit="times", motion=Motion.CLOCK, until=_until, doc=doc, label_zh=zh)


FACTS: tuple[Fact, ...] = (
    Fact(
        "promise_open",
        Kind.FLAG,
        "a promise to pay is open",
        lambda case, day: case.promises.is_open(case, day),
        motion=Motion.CLOCK,
        until=_until,
        doc="A promise was made, its last day is not over, and it was neither kept nor cancelled.",
        label_zh="有未到期承诺",
    ),
    _times("promises_kept", "promises kept", "已守承诺数", attrgetter("kept"), "Promises whose amount came in time."),
    _times(
        "promises_part_kept",
        "promises kept in part",
        "部分履行承诺数",
        attrgetter("part_kept"),
        "Promises for which something came in time, and not all.",
    ),
    _times(
        "promises_broken",
        "promises broken",
        "失信承诺数",
        attrgetter("broken"),
        "Promises for which nothing came in time.",
    ),
    Fact(
        "promises_moved",
        Kind.NUMBER,
        "promises moved",
        lambda case, _day: sum(bool(one.moves) for one in case.promises.promises),
        unit="times",
        doc="Promises that got another last day while they were open; one that was moved twice counts once. A promise "
        "that was moved is kept or broken on its new day.",
        label_zh="改期承诺数",
    ),
    Fact(
        "promise_moves",
        Kind.NUMBER,
        "moves of the open promise",
        _moves,
        unit="times",
        motion=Motion.CLOCK,
        until=_until,
        doc="How often the promise was moved that is due first among those open; 0 when none is.",
        label_zh="本次承诺改期次数",
    ),
    Fact(
        "broken_promises_in_a_row",
        Kind.NUMBER,
        "promises broken in a row",
        _in_a_row,
        unit="times",
        motion=Motion.CLOCK,
        until=_in_a_row_until,
        doc="Promises broken since the last reset (`terms.in_a_row.broken_promises`); one part-kept changes nothing.",
        label_zh="连续失信承诺数",
    ),
    Fact(
        "promise_due_on",
        Kind.DATE,
        "last day of the open promise",
        _due_on,
        may_be_missing=True,
        motion=Motion.CLOCK,
        until=_until,
        doc="The last day of the promise that is due first among those open.",
        label_zh="承诺到期日",
    ),
    Fact(
        "days_to_promise",
        Kind.NUMBER,
        "days to the last day of the open promise",
        _days_to,
        unit="days",
        may_be_missing=True,
        motion=Motion.CLOCK,
        until=_until,
        slope=lambda case, day: 0 if _due_on(case, day) is None else -1,
        doc="0 on the promise's last day; missing when none is open.",
        label_zh="距承诺到期天数",
    ),
)
"""The facts about promises."""
