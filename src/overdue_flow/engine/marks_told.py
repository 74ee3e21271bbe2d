"""The marks of a case in words: which stand, since when and why, and what each waits for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from overdue_flow.cases.case import Case
from overdue_flow.engine.machine import Machine
from overdue_flow.guards import explain as guards


@dataclass(frozen=True, slots=True)
class MarkTold:
    """One mark on one day. `since` is the day on which it is said to have begun, None where it does not stand;
    `waits_for` is the condition of its end where it stands, of its beginning where it does not."""

    name: str
    since: date | None
    because: str
    waits_for: guards.Explained

    def lines(self) -> list[str]:
        """For a page: whether it stands, and one line for each part of what it waits for."""
        because = f": {self.because}" if self.because else ""
        head = f"{self.name} stands since {self.since}{because}" if self.since else f"{self.name} does not stand"
        first, *others = self.waits_for.lines()
        return [head, f"  {'ends' if self.since else 'begins'}: {first.strip()}", *(f"    {line}" for line in others)]


def marks_told(machine: Machine, case: Case, day: date) -> Iterator[MarkTold]:
    """Every mark of the policy, in its order, as the case stands under it on `day`."""
    words, currency = machine.policy.vocabulary, case.terms.currency
    for mark in machine.marks.marks:
        last = case.course.marks.get(mark.name)
        if last is not None and last.began:
            yield MarkTold(mark.name, last.on, last.because, guards.explain(mark.until, words, case, day, currency))
        else:
            yield MarkTold(mark.name, None, "", guards.explain(mark.when, words, case, day, currency))
