"""How the counts of days run from here: by how much from one day to the next, and until when."""

from __future__ import annotations

from decimal import Decimal

import pytest

from overdue_flow.cases.counting import paused_days
from overdue_flow.cases.events import HoldPlaced
from overdue_flow.cases.facts import built_in
from overdue_flow.cases.terms import Counting, Material, Terms
from support.ledgers import Told, day, monthly

PAUSED = Terms(counting=Counting(paused_by=("dispute",)))
ABOVE = Terms(counting=Counting(material=Material(above=Decimal("100.00"))))


def runs(story: Told, fact: str, *days: str) -> list[int]:
    """By how much a fact grows from each of these days of 2025 to the next."""
    return [built_in()[fact].slope(story.case, day(f"2025-{on}")) for on in days]


def moves(story: Told, fact: str, *days: str) -> list[str]:
    """When a fact may move otherwise, as seen on each of these days of 2025."""
    return [str(story.moves_on(fact, f"2025-{on}")) for on in days]


def test_days_past_due_run_only_while_something_is_overdue() -> None:
    story = Told(monthly("2025-01-10", 1))
    assert runs(story, "dpd", "01-09", "01-10", "01-11", "06-01") == [0, 0, 1, 1]
    story.pays("100.00", on="2025-02-01")
    assert runs(story, "dpd", "02-01") == [0]


def test_the_net_count_rests_while_a_pause_lasts_and_not_on_the_day_it_ends() -> None:
    story = Told(monthly("2025-01-01", 1), PAUSED)
    story.hears(HoldPlaced(hold="dispute", placed_on=day("2025-01-11"), ends_on=day("2025-01-16")), on="2025-01-05")
    assert runs(story, "dpd_net", "01-01", "01-10", "01-11", "01-15", "01-16") == [0, 1, 0, 0, 1]
    assert runs(story, "dpd", "01-10", "01-11", "01-15", "01-16") == [1, 1, 1, 1]


def test_holds_that_the_terms_do_not_name_pause_nothing() -> None:
    for terms in (PAUSED, Terms()):
        story = Told(monthly("2025-01-01", 1), terms)
        story.hears(HoldPlaced(hold="hardship", placed_on=day("2025-01-11")), on="2025-01-11")
        assert runs(story, "dpd_net", "01-12") == [1]
        assert story.says("dpd_net", "2025-01-21") == 20
        assert story.moves_on("dpd_net", "2025-01-05") is None


def test_a_pause_without_an_end_rests_the_net_count_for_good() -> None:
    story = Told(monthly("2025-01-01", 1), PAUSED)
    story.hears(HoldPlaced(hold="dispute", placed_on=day("2025-01-11")), on="2025-01-11")
    assert runs(story, "dpd_net", "01-10", "01-11", "12-31") == [1, 0, 0]


def test_the_net_count_runs_from_the_last_day_of_grace() -> None:
    """Three days of grace after 1 January: 0 up to the 4th, 1 on the 5th."""
    story = Told(monthly("2025-01-01", 1), Terms(counting=Counting(grace_days=3)))
    assert runs(story, "dpd_net", "01-02", "01-03", "01-04", "01-05") == [0, 0, 1, 1]
    assert moves(story, "dpd_net", "01-02", "01-03", "01-04") == ["2025-01-04", "2025-01-04", "None"]


def test_pauses_that_begin_together_are_counted_whichever_comes_first() -> None:
    five = (day("2025-01-10"), day("2025-01-15"))
    open_ended = (day("2025-01-10"), None)
    for pauses in ([five, open_ended], [open_ended, five]):
        assert paused_days(pauses, day("2025-01-05"), day("2025-01-21")) == 11


def test_days_of_material_arrears_run_from_the_first_such_day() -> None:
    """200.00 are overdue from 2 February."""
    story = Told(monthly("2025-01-01", 2), ABOVE)
    assert runs(story, "days_material", "01-15", "02-01", "02-02", "02-03") == [0, 0, 1, 1]
    assert [story.says("days_material", f"2025-02-0{n}") for n in (1, 2, 3)] == [0, 1, 2]
    assert moves(story, "days_material", "01-15", "02-01", "02-02") == ["2025-02-02", "2025-02-02", "None"]


def test_arrears_that_never_become_material_wait_for_nothing() -> None:
    story = Told(monthly("2025-01-01", 1), ABOVE)
    assert moves(story, "days_material", "01-15") == ["None"]
    assert runs(story, "days_material", "01-15") == [0]


def test_money_on_its_way_and_the_next_instalment_both_move_the_material_count() -> None:
    story = Told(monthly("2025-01-01", 2), ABOVE).pays("10.00", on="2025-01-20", noticed="2025-01-10")
    assert moves(story, "days_material", "01-10", "01-20") == ["2025-01-20", "2025-02-02"]
    later = Told(monthly("2025-01-01", 2), ABOVE).pays("10.00", on="2025-02-20", noticed="2025-01-10")
    assert moves(later, "days_material", "01-10", "02-02", "02-20") == ["2025-02-02", "2025-02-20", "None"]


@pytest.mark.parametrize(
    ("value", "moves_on"),
    [("01-31", "01-31"), ("02-01", "02-01"), ("02-02", "02-02"), ("02-03", "02-02")],
)
def test_a_position_ends_with_the_next_payment_or_the_day_after_the_next_due_date(value: str, moves_on: str) -> None:
    story = Told(monthly("2025-02-01", 1)).pays("10.00", on=f"2025-{value}", noticed="2025-01-05")
    assert moves(story, "overdue_amount", "01-05") == [f"2025-{moves_on}"]
