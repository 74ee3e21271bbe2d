"""What months of loans come to: rows by missed instalments, chances, and what they are worth."""

from __future__ import annotations

from datetime import date

import pytest
from dateutil.relativedelta import relativedelta

from overdue_flow.simulation.calibration.counting import Behaviour, behaviours
from overdue_flow.simulation.calibration.loan_months import LoanMonth


def months(missed: int, *paid: str, loans: int | None = None, day: int = 0) -> list[LoanMonth]:
    """A month for each of these words, one a calendar month, of so many loans in turn (by default one each)."""
    return [
        LoanMonth(
            f"{missed}-{number % (loans or len(paid))}",
            date(2025, 1, 5) + relativedelta(months=number),
            missed,
            word,
            None if word == "0" else day,
        )
        for number, word in enumerate(paid)
    ]


def the_only(found: tuple[Behaviour, ...]) -> Behaviour:
    (one,) = found
    return one


def test_chances_are_how_often_each_was_paid() -> None:
    found = the_only(behaviours(months(0, *["0"] * 2, *["all"] * 7, "balance")))
    assert [(one.paid, one.months, one.chance) for one in found.outcomes] == [
        ("0", 2, 0.2), ("all", 7, 0.7), ("balance", 1, 0.1)
    ]  # fmt: skip
    assert (str(found.missed), found.months, found.loans) == ("0+", 10, 10)


def test_what_is_paid_stands_from_little_to_much() -> None:
    found = the_only(behaviours(months(0, "balance", "all", "10", "2", "1", "0")))
    assert [one.paid for one in found.outcomes] == ["0", "1", "2", "10", "all", "balance"]


def test_each_number_of_missed_instalments_has_a_row_as_long_as_it_is_not_rare() -> None:
    some = [*months(0, *["all"] * 12), *months(1, *["0"] * 11), *months(2, *["1"] * 4), *months(5, *["0"] * 3)]
    assert [(str(one.missed), one.months) for one in behaviours(some, least=10)] == [("0", 12), ("1+", 18)]
    assert [(str(one.missed), one.months) for one in behaviours(some, least=5)] == [("0", 12), ("1", 11), ("2+", 7)]
    assert [(str(one.missed), one.months) for one in behaviours(some, least=3)] == [
        ("0", 12), ("1", 11), ("2", 4), ("3+", 3)
    ]  # fmt: skip
    assert [(str(one.missed), one.months) for one in behaviours(some, least=30)] == [("0+", 30)]


def test_a_number_that_was_never_seen_begins_the_last_row() -> None:
    assert [str(one.missed) for one in behaviours(months(2, *["0"] * 40))] == ["0+"]
    assert behaviours([]) == ()


def test_days_are_those_on_which_something_was_paid() -> None:
    found = the_only(behaviours([*months(0, "all", "all", day=3), *months(0, "0", "balance", day=9)]))
    assert found.days == {3: 2, 9: 1}


def test_what_was_never_seen_has_a_chance_of_0_and_an_interval() -> None:
    never = the_only(behaviours(months(0, *["all"] * 10))).outcome("0")
    assert (never.months, never.chance) == (0, 0)
    assert never.interval == pytest.approx((0, 0.2171963), abs=1e-6)


def test_months_of_few_loans_are_worth_less_than_those_of_many() -> None:
    words = ["all", "0"] * 30
    alone = the_only(behaviours(months(0, *words))).outcome("0")
    together = the_only(behaviours(months(0, *words, loans=4))).outcome("0")  # two loans always pay, two never
    assert alone.worth == pytest.approx(60, rel=0.05)
    assert together.worth < 5
    assert together.interval.low < alone.interval.low < 0.5 < alone.interval.high < together.interval.high


def test_it_is_said_to_programs_as_it_is() -> None:
    said = the_only(behaviours(months(0, "0", *["all"] * 3, day=2))).as_json()
    assert said["missed"] == "0+"
    assert said["days"] == {"2": 3}
    assert [(one["paid"], one["months"], one["chance"], one["worth"]) for one in said["paid"]] == [
        ("0", 1, 0.25, 2.4), ("all", 3, 0.75, 2.4)
    ]  # fmt: skip
    assert said["paid"][0]["low"] < 0.25 < said["paid"][0]["high"]
