"""The marks of a policy version, compiled: which of their conditions hold, and when one of them may flip."""

from __future__ import annotations

from datetime import date

from overdue_flow.cases.case import Case
from overdue_flow.cases.counting import FROM_REPORTS
from overdue_flow.guards.compile import compile_mask, compile_next_change
from overdue_flow.guards.tree import Guard
from overdue_flow.policy.policy import Mark, Policy


class MarkTable:
    """The marks in file order. `guards` are all their conditions; `next_change` gives the earliest day after one on
    which any of them may flip."""

    __slots__ = ("_bits", "_holding", "_read_reports", "_stale", "guards", "marks", "next_change")

    def __init__(self, policy: Policy) -> None:
        self.marks, reported = policy.marks, reported_facts(policy)
        self.guards = _conditions(policy.marks)
        self._bits = {mark.name: 1 << position for position, mark in enumerate(policy.marks)}
        self.next_change = compile_next_change(self.guards, policy.vocabulary)
        self._holding = compile_mask(self.guards, policy.vocabulary)
        self._read_reports = {
            mark.name for mark in policy.marks if not reported.isdisjoint(mark.when.names | mark.until.names)
        }
        self._stale = policy.vocabulary["arrears_report_stale"].read

    def holding(self, case: Case, day: date) -> tuple[int, int]:
        """The marks whose condition holds, and those whose end does, as bits in the order of `marks`."""
        bits, count = self._holding(case, day, None), len(self.marks)
        return bits & ((1 << count) - 1), bits >> count

    def standing(self, case: Case) -> int:
        """The marks under which a case stands, as such bits."""
        return sum(self._bits.get(name, 0) for name, last in case.course.marks.items() if last.began)

    def rests(self, mark: Mark, case: Case, day: date) -> bool:
        """Whether a mark stays as it is because it reads a host's report of arrears that is too old to be relied
        on."""
        return bool(case.ledger.reports) and mark.name in self._read_reports and bool(self._stale(case, day))


def reported_facts(policy: Policy) -> frozenset[str]:
    """The facts that go by a host's report of arrears, where there is one."""
    return FROM_REPORTS | {"bucket"} if policy.bucket_by in FROM_REPORTS else FROM_REPORTS


def _conditions(marks: tuple[Mark, ...]) -> list[Guard]:
    return [*(mark.when for mark in marks), *(mark.until for mark in marks)]
