"""Hosts with a ledger of their own: reports of arrears, days that run on from them, and reports that turn stale."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from overdue_flow.cases.counting import FROM_REPORTS
from overdue_flow.cases.events import ArrearsReported, PlanAgreed
from overdue_flow.cases.terms import Terms
from overdue_flow.errors import EventRefused
from support.ledgers import Told, day, monthly

TEN_DAYS = Terms(stale_after=10)


def reports(story: Told, as_of: str, overdue: str = "200.00", noticed: str = "", **more: Any) -> Told:
    said: dict[str, Any] = {"oldest_due_on": "2025-01-01", "balance": "900.00"} | more
    return story.hears(ArrearsReported(as_of=day(as_of), overdue_amount=overdue, **said), on=noticed or as_of)


def test_facts_come_from_the_report_and_days_run_on() -> None:
    story = reports(Told(), "2025-02-10", missed_instalments=2, next_due_on="2025-03-01", next_due_amount="100.00")
    assert story.says("dpd", "2025-02-10") == 40
    assert story.says("dpd", "2025-02-20") == 50
    assert story.says("overdue_amount", "2025-02-20") == Decimal("200.00")
    assert story.says("balance", "2025-02-20") == Decimal("900.00")
    assert story.says("missed_instalments", "2025-02-20") == 2
    assert story.says("next_due_amount", "2025-03-01") == Decimal("100.00")
    assert story.says("next_due_on", "2025-03-02") is None
    assert story.says("overdue_interest", "2025-02-20") is None
    assert story.says("paid_ratio", "2025-02-20") is None


def test_the_latest_by_its_day_counts_whenever_it_comes() -> None:
    story = reports(Told(), "2025-02-10")
    reports(story, "2025-02-05", "50.00", noticed="2025-02-12")
    assert story.says("overdue_amount", "2025-02-12") == Decimal("200.00")
    reports(story, "2025-02-10", "70.00", noticed="2025-02-13")
    assert story.says("overdue_amount", "2025-02-13") == Decimal("70.00")


def test_a_report_of_a_day_to_come_waits_for_it() -> None:
    story = reports(reports(Told(), "2025-02-10"), "2025-02-20", "50.00", noticed="2025-02-15")
    assert story.says("overdue_amount", "2025-02-19") == Decimal("200.00")
    assert story.moves_on("overdue_amount", "2025-02-15") == day("2025-02-20")
    assert story.says("overdue_amount", "2025-02-20") == Decimal("50.00")


def test_a_report_turns_stale_and_what_depends_on_it_is_missing() -> None:
    story = reports(Told(terms=TEN_DAYS), "2025-02-10")
    assert story.says("dpd", "2025-02-20") == 50
    assert story.says("arrears_report_stale", "2025-02-20") is False
    assert story.moves_on("arrears_report_stale", "2025-02-10") == day("2025-02-21")
    assert story.case.ledger.stale_on(TEN_DAYS, day("2025-02-20")) == day("2025-02-21")
    assert story.case.ledger.stale_on(TEN_DAYS, day("2025-02-21")) is None
    assert story.says("arrears_report_stale", "2025-02-21") is True
    assert {name: story.says(name, "2025-02-21") for name in FROM_REPORTS} == dict.fromkeys(FROM_REPORTS)
    reports(story, "2025-02-25")
    assert story.says("dpd", "2025-02-25") == 55


def test_without_such_a_term_a_report_never_turns_stale() -> None:
    story = reports(Told(), "2025-02-10")
    assert story.says("dpd", "2035-02-10") == 3692
    assert story.case.ledger.stale_on(Terms(), day("2025-02-10")) is None


def test_a_report_that_nothing_is_overdue_is_a_cure() -> None:
    story = reports(Told(), "2025-02-10")
    reports(story, "2025-02-20", "0.00", oldest_due_on=None)
    assert story.says("arrears_cleared", "2025-02-20") is True
    assert story.says("dpd", "2025-02-20") == 0
    assert story.case.ledger.cured_on == (day("2025-02-20"),)


def test_days_material_run_from_the_first_of_the_reports_in_a_row() -> None:
    story = reports(reports(Told(), "2025-02-10"), "2025-02-15", "300.00")
    assert story.says("days_material", "2025-02-20") == 11
    reports(story, "2025-02-20", "0.00", oldest_due_on=None)
    assert story.says("days_material", "2025-02-20") == 0


def test_an_oldest_due_date_to_come_is_not_overdue_yet() -> None:
    story = reports(Told(), "2025-02-10", "0.00", oldest_due_on="2025-02-15")
    assert story.says("dpd", "2025-02-15") == 0
    assert story.moves_on("dpd", "2025-02-10") == day("2025-02-16")
    assert story.says("dpd", "2025-02-16") == 1


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"overdue": "901.00"}, "more is overdue than is owed"),
        ({"oldest_due_on": None}, "something is overdue, and not since when"),
        ({"balance": "-1.00"}, "a report says `-1.00`; expected zero or more"),
    ],
)
def test_reports_that_contradict_themselves_are_refused(more: dict[str, Any], says: str) -> None:
    with pytest.raises(EventRefused, match=says):
        reports(Told(), "2025-02-10", **more)


def test_all_that_is_owed_may_be_overdue() -> None:
    story = reports(Told(), "2025-02-10", "900.00")
    assert story.says("overdue_amount", "2025-02-10") == story.says("balance", "2025-02-10") == 900


def test_even_one_cent_is_overdue_since_some_day() -> None:
    with pytest.raises(EventRefused, match="something is overdue, and not since when"):
        reports(Told(), "2025-02-10", "0.01", oldest_due_on=None)


def test_a_report_may_say_what_is_overdue_by_component_and_when_was_paid_last() -> None:
    parts = {"overdue_principal": "80", "overdue_interest": "15", "overdue_costs": "5"}
    story = reports(Told(terms=Terms(currency="JPY")), "2025-02-10", "100", balance="900", last_payment_on="2025-01-20",
                    next_due_on="2025-03-01", next_due_amount="7", **parts)  # fmt: skip
    assert {name: str(story.says(name, "2025-02-10")) for name in parts} == parts
    assert str(story.says("next_due_amount", "2025-02-10")) == "7"
    assert story.says("last_payment_on", "2025-02-10") == day("2025-01-20")


def test_amounts_of_a_report_are_in_the_currency_of_the_loan() -> None:
    for name in ("overdue_principal", "overdue_interest", "overdue_costs", "next_due_amount"):
        with pytest.raises(EventRefused, match="has more decimals than JPY has"):
            reports(Told(terms=Terms(currency="JPY")), "2025-02-10", "100", balance="900", **{name: "0.50"})


def test_a_report_to_come_does_not_end_the_days_that_run() -> None:
    story = reports(Told(), "2025-02-10")
    reports(story, "2025-02-20", "0.00", oldest_due_on=None, noticed="2025-02-15")
    assert story.says("days_material", "2025-02-19") == 10
    assert story.says("days_material", "2025-02-20") == 0


def test_a_report_is_a_cure_only_after_one_of_arrears() -> None:
    story = reports(Told(), "2025-02-01", "0.00", oldest_due_on=None)
    reports(story, "2025-02-05", "0.00", oldest_due_on=None)
    reports(story, "2025-02-10", "0.01")
    reports(story, "2025-02-15", "0.02")
    assert story.case.ledger.cured_on == ()
    reports(story, "2025-02-20", "0.00", oldest_due_on=None)
    assert story.case.ledger.cured_on == (day("2025-02-20"),)
    reports(story, "2025-02-10", "0.01", noticed="2025-02-21")
    reports(story, "2025-02-15", "0.01", noticed="2025-02-22")
    assert story.case.ledger.cured_on == (day("2025-02-20"),)


def test_one_cent_that_is_no_longer_overdue_is_a_cure() -> None:
    story = reports(reports(Told(), "2025-02-01", "0.01"), "2025-02-05", "0.00", oldest_due_on=None)
    assert story.case.ledger.cured_on == (day("2025-02-05"),)


def test_while_a_plan_is_kept_its_days_are_known_though_the_report_is_stale() -> None:
    story = reports(reports(Told(terms=TEN_DAYS), "2025-02-05"), "2025-02-10", balance="800.00")
    story.hears(PlanAgreed(instalments=tuple(monthly("2025-03-20", 3))), on="2025-02-04")
    assert [story.says("balance", f"2025-02-{on}") for on in ("12", "07", "11")] == [800, 900, 800]
    assert story.says("arrears_report_stale", "2025-02-20") is False
    assert story.says("arrears_report_stale", "2025-02-21") is True
    assert story.says("dpd", "2025-02-21") == 0
    assert story.says("balance", "2025-02-21") is None
    assert story.says("dpd", "2025-03-25") == 5


def test_before_its_first_report_a_loan_stands_where_its_contract_does() -> None:
    story = reports(Told(monthly("2025-01-01", 1)), "2025-02-10")
    assert story.says("balance", "2025-02-09") == 100
    assert story.says("dpd", "2025-02-09") == 39


def test_a_report_without_amounts_says_that_nothing_is_owed() -> None:
    story = reports(Told(), "2025-02-10", "0.00", balance="0.00", oldest_due_on=None)
    assert story.says("balance", "2025-02-10") == story.says("overdue_amount", "2025-02-10") == 0


def test_what_a_report_says_is_due_next_is_due_next_on_its_day_too() -> None:
    for on, due in [("2025-02-28", "2025-03-01"), ("2025-03-01", "2025-03-01"), ("2025-03-02", None)]:
        story = reports(Told(), "2025-02-10", next_due_on="2025-03-01", next_due_amount="100.00")
        assert story.says("next_due_on", on) == (due and day(due))
        assert story.says("next_due_amount", on) == (due and 100)
