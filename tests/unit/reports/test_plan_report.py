"""How a plan goes, as a report."""

from __future__ import annotations

import pytest

from overdue_flow.reports.plan_progress import plan_progress
from overdue_flow.reports.plan_report import plan_report
from overdue_flow.reports.speech import spoken
from support.reported import on_a_plan, on_time


def test_it_says_what_the_progress_of_the_plan_says() -> None:
    told = on_a_plan()
    found, report = plan_progress(told.entries, on=told.day), plan_report(told)
    fields = {spoken(one.label): spoken(one.value) for one in report.parts[0].fields}
    assert fields["paid"] == f"{found.paid:f}"
    assert fields["left"] == f"{found.left:f}"
    assert fields["next due on"] == str(found.next_due_on)
    assert fields["fails, if nothing more is paid, on"] == str(found.fails_on)
    instalments = [tuple(spoken(cell) for cell in row.cells) for row in report.parts[1].rows]
    assert instalments == [row.cells() for row in found.instalments]
    follow_ups = [tuple(spoken(cell) for cell in row.cells) for row in report.parts[2].rows]
    assert follow_ups == [(str(one.on), one.what, one.became) for one in found.follow_ups]


def test_where_there_is_no_plan_there_is_no_report() -> None:
    with pytest.raises(KeyError, match="has no repayment plan"):
        plan_report(on_time())
    with pytest.raises(KeyError, match="there is no plan `pl-2`"):
        plan_report(on_a_plan(), plan_id="pl-2")
