"""Whether a case was told an event: what is remembered of its events never says what the case itself does not."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from overdue_flow.cases.case import Case
from overdue_flow.cases.events import EventRetracted
from overdue_flow.runtime.told import KEPT, SHORT, Told
from overdue_flow.testing.turns import NINE, happened, opening

LONG = SHORT + 20


def history(*names: str, case: Case | None = None) -> Case:
    """A case that was told complaints of these ids."""
    case = case or opening("a").case
    for name in names:
        case = happened(case, name).case
    return case


def numbered(count: int, mark: str = "e") -> list[str]:
    return [f"{mark}-{number}" for number in range(count)]


def known(told: Told, case: Case, names: list[str]) -> list[str]:
    return [name for name in names if told(case, name)]


@pytest.mark.parametrize("count", [0, 1, SHORT - 1, SHORT, LONG])
def test_a_case_knows_what_it_was_told_and_nothing_else(count: int) -> None:
    told, names = Told(), numbered(count)
    case = history(*names)
    assert known(told, case, [*names, "opened"]) == [*names, "opened"]
    assert not told(case, "never")
    assert not told(None, "opened")


def test_a_history_that_goes_on_is_known_to_its_new_end() -> None:
    told, case = Told(), opening("a").case
    for number, name in enumerate(numbered(LONG)):
        assert not told(case, name)
        case = history(name, case=case)
        assert known(told, case, numbered(LONG)) == numbered(number + 1)


def test_of_two_histories_that_part_each_knows_its_own() -> None:
    """A turn that was overtaken was decided, and never was."""
    told, root = Told(), history(*numbered(LONG))
    one, other = history("x", "z", case=root), history("y", case=root)
    for case, names in ((one, ["x", "z"]), (other, ["y"]), (root, []), (one, ["x", "z"]), (root, [])):
        assert known(told, case, ["x", "y", "z", "e-0", f"e-{LONG - 1}"]) == [*names, "e-0", f"e-{LONG - 1}"]


def test_a_history_that_was_read_anew_is_known() -> None:
    told, names = Told(), numbered(LONG)
    assert known(told, history(*names), names) == names
    assert known(told, history(*names[:-1]), names) == names[:-1]
    other = numbered(LONG, "f")
    assert known(told, history(*other), names + other) == other


def test_what_was_retracted_was_told() -> None:
    told, names = Told(), numbered(LONG)
    case = history(*names)
    assert told(case, "e-3")
    at: datetime = NINE + timedelta(hours=1)
    case = happened(case, EventRetracted(id="back", event_id="e-3"), at=at).case
    assert known(told, case, [*names, "back"]) == [*names, "back"]


def test_cases_that_are_more_than_are_kept_are_still_known() -> None:
    told, case = Told(), history(*numbered(LONG))
    for number in range(KEPT + 5):
        other = case._replace(id=f"case-{number}")
        assert told(other, "e-7")
        assert not told(other, "never")
    assert len(told._known) <= KEPT
