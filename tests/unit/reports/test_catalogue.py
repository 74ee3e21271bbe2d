"""Every report says of all that it tells which group it is of."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from overdue_flow.cases.groups import ALL_GROUPS
from overdue_flow.cases.seen import Seen
from overdue_flow.reports.as_text import as_text
from overdue_flow.reports.catalogue import OF_A_BOOK, OF_A_LOAN
from overdue_flow.reports.report import Report
from overdue_flow.reports.speech import Guarded, Joined, Phrase, Said
from support.reported import PERIOD, book, on_a_plan, reported_policy, to_court, with_complaints

KNOWN = {*ALL_GROUPS, "open", "mixed"}
NAMES = (*OF_A_LOAN, *OF_A_BOOK)

HIDDEN = (
    "P-1", "P-2", "P-3", "ag-7", "1000.00", "900.00", "425.50", "the shop", "shouted", "Li and", "pl-1", "c-1", "c-2",
    "hardship", "2025-04-03", "sms",
)  # fmt: skip
"""Of the loans of the small book: persons, staff, amounts, words of people, ids of plans and complaints, care."""


def reports(name: str, seen: Seen | None = None) -> Iterator[Report]:
    """A report of that name, for each loan of the small book or for all."""
    if name in OF_A_BOOK:
        yield OF_A_BOOK[name](reported_policy(), book(), PERIOD, seen)
        return
    loans = [on_a_plan()] if name == "plan" else [to_court(), on_a_plan(), with_complaints()]
    yield from (OF_A_LOAN[name](told, seen) for told in loans)


def inside(said: Said) -> Iterator[str]:
    """The groups of the parts of what is said."""
    match said:
        case Guarded(group=group, said=inner):
            yield group
            yield from inside(inner)
        case Phrase(values=values):
            yield from (group for _name, value in values for group in inside(value))
        case Joined(parts=parts):
            yield from (group for part in parts for group in inside(part))


def groups(report: Report) -> Iterator[str]:
    """Every group that a report names."""
    yield from (note.group for note in report.about)
    for part in report.parts:
        yield from (group for group, _fact in part.groups)
        for row in part.rows:
            yield row.group
            yield from (group for cell in row.cells for group in inside(cell))


@pytest.mark.parametrize("name", NAMES)
def test_every_group_is_one_that_a_role_can_be_given(name: str) -> None:
    found = {group for report in reports(name) for group in groups(report)}
    assert found <= KNOWN
    assert found - {"open"}


@pytest.mark.parametrize("name", NAMES)
def test_whoever_may_see_nothing_is_told_no_person_no_amount_and_no_word_of_people(name: str) -> None:
    for report in reports(name, Seen("nobody", frozenset())):
        said = as_text(report)
        for hidden in HIDDEN:
            assert hidden not in said


@pytest.mark.parametrize("name", NAMES)
def test_whoever_may_see_everything_is_told_what_the_host_is_told(name: str) -> None:
    everything = Seen("auditor", ALL_GROUPS, rows=ALL_GROUPS)
    assert [as_text(one) for one in reports(name, everything)] == [as_text(one) for one in reports(name)]
