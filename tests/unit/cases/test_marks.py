"""The facts of marks: read from what entries said of them, and from nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from overdue_flow.cases.case import Case
from overdue_flow.cases.course import Course, marks_after
from overdue_flow.cases.entries import MarkChange
from overdue_flow.cases.evolve import apply
from overdue_flow.cases.marks import Label, mark_facts, standing
from support.road import at, on, opening

FACTS = {fact.name: fact for fact in mark_facts([Label("watch"), Label("npa"), Label("default")])}


def change(mark: str, day: str, *, began: bool = True) -> MarkChange:
    return MarkChange(mark, began, on(day), on(day))


def case_after(*changes: MarkChange) -> Case:
    case = apply(None, opening(), case_id="a", seq=1, day=on("2025-01-01"), at=at("2025-01-01"))
    return case._replace(course=Course(marks=marks_after({}, changes)))


NPA = change("npa", "2025-03-01")
OVER = change("npa", "2025-06-01", began=False)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ((), {"mark_npa": False, "mark_npa_on": None, "mark_npa_ended_on": None, "days_since_mark_npa": None}),
        ((NPA,), {"mark_npa": True, "mark_npa_on": on("2025-03-01"), "mark_npa_ended_on": None}),
        ((NPA,), {"days_since_mark_npa": 153, "days_since_mark_npa_ended": None}),
        ((NPA, OVER), {"mark_npa": False, "mark_npa_on": None, "mark_npa_ended_on": on("2025-06-01")}),
        ((NPA, OVER), {"days_since_mark_npa": None, "days_since_mark_npa_ended": 61}),
        ((NPA, OVER, change("npa", "2025-07-01")), {"mark_npa_on": on("2025-07-01"), "mark_npa_ended_on": None}),
        ((), {"classified_as": None}),
        ((NPA, change("watch", "2025-04-01")), {"classified_as": "npa"}),
        ((change("watch", "2025-04-01"), NPA, OVER), {"classified_as": "watch"}),
        ((change("unheard-of", "2025-04-01"),), {"classified_as": None}),
    ],
)
def test_what_became_of_marks_is_what_their_facts_say(changes: tuple[MarkChange, ...], said: dict[str, Any]) -> None:
    case = case_after(*changes)
    assert {name: FACTS[name].read(case, on("2025-08-01")) for name in said} == said


def test_no_marks_give_no_facts() -> None:
    assert mark_facts([]) == ()


def test_the_marks_that_stand_come_in_the_order_in_which_they_began() -> None:
    watch = change("watch", "2025-04-01")
    again = change("npa", "2025-07-01")
    assert standing(case_after(NPA, watch)) == (NPA, watch)
    assert standing(case_after(NPA, watch, OVER)) == (watch,)
    assert standing(case_after(NPA, watch, OVER, again)) == (watch, again)
