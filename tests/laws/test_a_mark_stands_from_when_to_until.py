"""Law: a mark stands from the day on which its condition is met until the one on which its end is.

A slow walk lives every day of a history: it settles the marks at each opening and at each event with nothing but what
`evaluate` says of their conditions, and keeps its own book of which stand. The engine, which sleeps until something
changes, comes to the same on every day.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby

from hypothesis import given

from overdue_flow.cases.case import Case
from overdue_flow.cases.counting import FROM_REPORTS
from overdue_flow.cases.evolve import apply, as_decided, evolve
from overdue_flow.engine.machine import Machine
from overdue_flow.events import TimePassed
from overdue_flow.guards.evaluate import evaluate
from overdue_flow.guards.vocabulary import Value
from overdue_flow.policy.policy import Mark
from overdue_flow.testing.strategies.policies import policy_texts
from support.histories import History
from support.lives import ONE_DAY, asleep, drawn_machine
from support.people import peopled_histories

DAYS_WALKED = 150


class Book:
    """Which marks stand or stood, and since when: kept by hand."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.known: dict[str, tuple[bool, date]] = {}

    def settle(self, case: Case, day: date) -> None:
        """Settle every mark once, in order, for a case on a day."""
        for mark in self.machine.policy.marks:
            stands, _since = self.known.get(mark.name, (False, day))
            ends = self.holds(mark, "until", case, day)
            now = not ends if stands else self.holds(mark, "when", case, day) and not ends
            if now is not stands and not self.rests(mark, case, day):
                self.known[mark.name] = now, day

    def holds(self, mark: Mark, which: str, case: Case, day: date) -> bool:
        guard = mark.when if which == "when" else mark.until
        return evaluate(guard, lambda name: self.look(name, case, day))

    def look(self, name: str, case: Case, day: date) -> Value | None:
        for mark, (stands, since) in self.known.items():
            word = f"mark_{mark}" if stands else f"mark_{mark}_ended"
            told: dict[str, Value] = {
                f"mark_{mark}": stands,
                f"{word}_on": since,
                f"days_since_{word}": (day - since).days,
            }
            if name in told:
                return told[name]
        if "mark_" in name:
            return None if "_on" in name or "days_" in name else False
        return self.machine.policy.vocabulary[name].read(case, day)

    def rests(self, mark: Mark, case: Case, day: date) -> bool:
        if not case.ledger.reports or (mark.when.names | mark.until.names).isdisjoint(FROM_REPORTS):
            return False
        return bool(self.machine.policy.vocabulary["arrears_report_stale"].read(case, day))


@given(policy_texts(), peopled_histories())
def test_a_mark_stands_from_when_to_until(text: str, history: History) -> None:
    machine = drawn_machine(text)
    _case, entries = asleep(machine, history, history.opened.opened_on + timedelta(days=DAYS_WALKED))
    by_day = {day: list(turns) for day, turns in groupby(entries, key=lambda entry: entry.day)}
    book, case, day = Book(machine), None, entries[0].day
    while day <= entries[0].day + timedelta(days=DAYS_WALKED):
        turns = by_day.get(day, [])
        if case is not None:
            book.settle(case._replace(day=day), day)
            if turns and isinstance(turns[0].event, TimePassed):
                case = evolve(case, turns.pop(0))
            assert stood(case) == book.known, f"at the opening of {day}"
        for entry in turns:
            moved = apply(case, entry.event, case_id=entry.case_id, seq=entry.seq, day=day, at=entry.at)
            book.settle(as_decided(moved, entry.results), day)
            case = evolve(case, entry)
            assert stood(case) == book.known, f"after {entry.event.kind} on {day}"
        day += ONE_DAY


def stood(case: Case) -> dict[str, tuple[bool, date]]:
    """What the case knows of its marks."""
    return {name: (change.began, change.day) for name, change in case.course.marks.items()}
