"""Every report by its name: those of one loan, and those of many. Who lists all reports, or tests them, asks here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from overdue_flow.engine.borrower import Borrower
from overdue_flow.policy.policy import Policy
from overdue_flow.reports.borrower import borrower_report
from overdue_flow.reports.case_file import case_file
from overdue_flow.reports.complaint_register import complaint_register, complaints_of
from overdue_flow.reports.overview import overview
from overdue_flow.reports.own_record import own_record
from overdue_flow.reports.plan_report import plan_report
from overdue_flow.reports.preassessment import preassessment
from overdue_flow.reports.report import Report
from overdue_flow.reports.seen import Seen
from overdue_flow.reports.stage_report import stage_report
from overdue_flow.reports.statement import statement
from overdue_flow.reports.team_report import team_report
from overdue_flow.reports.told import Period, Told

OfALoan: TypeAlias = Callable[[Told, Seen | None], Report]
OfAPerson: TypeAlias = Callable[[Borrower, Policy, Seen | None], Report]
OfABook: TypeAlias = Callable[[Policy, Iterable[Told], Period, Seen | None], Report]


def case_file_report(told: Told, seen: Seen | None = None) -> Report:
    """The case file of a loan, with its whole journal."""
    return case_file(told.entries, told.day).report(seen)


OF_A_LOAN: Mapping[str, OfALoan] = {
    "statement": statement,
    "assessment": preassessment,
    "plan": plan_report,
    "complaints": complaints_of,
    "case-file": case_file_report,
    "own-record": own_record,
}
"""Reports of one loan. That of a plan is refused (KeyError) where there is none."""

OF_A_PERSON: Mapping[str, OfAPerson] = {"borrower": borrower_report}
"""Reports of a person and all of their loans."""

OF_A_BOOK: Mapping[str, OfABook] = {
    "overview": overview,
    "stages": stage_report,
    "team": team_report,
    "complaint-register": complaint_register,
}
"""Reports of many loans."""
