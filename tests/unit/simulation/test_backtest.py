"""A policy lived through on a book: every loan in turn, and the figures of each month end as they were final."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from overdue_flow.policy.load import load_policy
from overdue_flow.policy.policy import Policy
from overdue_flow.simulation.backtest import CURRENT, Days, MonthEnd, Outcome, backtest
from overdue_flow.simulation.book import read_book
from support.small_policy import POLICY, write_book

YEAR = Days(date(2025, 1, 1), date(2025, 12, 31))


def outcomes(folder: Path, days: Days = YEAR, policy: Policy | None = None, **files: str) -> list[Outcome]:
    policy = policy or load_policy(text=POLICY)
    book = read_book(write_book(folder, **files), policy.terms.zone, facts={"frail": policy.vocabulary["frail"]})
    return list(backtest(policy, book, days))


def counted(text: str) -> Policy:
    return load_policy(text=POLICY.replace("counting: {due_date_is_day: 0}", text))


def dpds(outcome: Outcome) -> list[tuple[str, int]]:
    return [(str(row.on), row.dpd) for row in outcome.month_ends]


LOANS = "loan_id,currency,opened_on\nA-1,CNY,2025-01-01\n"
ONE = "loan_id,due_on,amount\nA-1,2025-01-10,100.00\n"
NO_PAYMENTS = "loan_id,payment_id,value_date,amount\n"


def one_loan(folder: Path, days: Days = YEAR, policy: Policy | None = None, **files: str) -> Outcome:
    said = {"loans": LOANS, "instalments": ONE, "payments": NO_PAYMENTS, "events": ""} | files
    (found,) = outcomes(folder, days, policy, **said)
    return found


def test_every_loan_is_lived_in_the_order_of_the_book(tmp_path: Path) -> None:
    assert [one.loan_id for one in outcomes(tmp_path)] == ["A-1", "A-2"]


def test_loans_that_open_after_the_last_day_are_left_out_and_counted_as_done(tmp_path: Path) -> None:
    loans = "loan_id,currency,opened_on\nA-1,CNY,2025-06-01\nA-2,CNY,2025-01-01\n"
    due = "loan_id,due_on,amount\nA-1,2025-06-10,100.00\nA-2,2025-01-10,50.50\n"
    policy = load_policy(text=POLICY)
    book = read_book(write_book(tmp_path, loans=loans, instalments=due, payments=NO_PAYMENTS), policy.terms.zone)
    done: list[int] = []
    days = Days(date(2025, 1, 1), date(2025, 4, 30))
    assert [one.loan_id for one in backtest(policy, book, days, progress=done.append)] == ["A-2"]
    assert done == [1, 2]


def test_days_are_reported_with_both_ends() -> None:
    days = Days(date(2025, 2, 1), date(2025, 2, 28))
    assert [day in days for day in (date(2025, 1, 31), date(2025, 2, 1), date(2025, 2, 28), date(2025, 3, 1))] == [
        False, True, True, False,
    ]  # fmt: skip
    assert "2025-02-01" not in days


# --- month ends ---


def test_each_month_end_tells_how_the_loan_stood_on_it(tmp_path: Path) -> None:
    first = one_loan(tmp_path, Days(date(2025, 1, 1), date(2025, 3, 31)))
    amount = Decimal("100.00")
    assert first.month_ends == (
        MonthEnd(date(2025, 1, 31), 21, amount, amount, "M1", "early"),
        MonthEnd(date(2025, 2, 28), 49, amount, amount, "M2", "court.waiting"),
        MonthEnd(date(2025, 3, 31), 80, amount, amount, "M2", "court.waiting"),
    )


def test_a_loan_with_nothing_overdue_is_in_no_bucket(tmp_path: Path) -> None:
    payments = NO_PAYMENTS + "A-1,p-1,2025-01-10,100.00\n"
    row = one_loan(tmp_path, payments=payments).month_ends[0]
    assert row == MonthEnd(date(2025, 1, 31), 0, Decimal(0), Decimal(0), CURRENT, "current")


def test_a_policy_without_buckets_has_none_to_tell(tmp_path: Path) -> None:
    plain = load_policy(text=POLICY.replace("buckets: {by: dpd, M1: 1..30, M2: 31..}\n", ""))
    assert one_loan(tmp_path, policy=plain).month_ends[0].bucket == CURRENT


def test_what_was_noticed_later_does_not_change_what_was_said(tmp_path: Path) -> None:
    """Paid on 25 January, noticed on 5 February: the end of January was said without it."""
    payments = "loan_id,payment_id,value_date,amount,noticed_on\nA-1,p-1,2025-01-25,100.00,2025-02-05\n"
    assert dpds(one_loan(tmp_path, payments=payments))[:2] == [("2025-01-31", 21), ("2025-02-28", 0)]


@pytest.mark.parametrize(("paid_on", "dpd"), [("2025-01-31", 0), ("2025-02-01", 21)])
def test_the_events_of_a_month_end_are_in_its_figures(tmp_path: Path, paid_on: str, dpd: int) -> None:
    payments = NO_PAYMENTS + f"A-1,p-1,{paid_on},100.00\n"
    assert dpds(one_loan(tmp_path, payments=payments))[0] == ("2025-01-31", dpd)


@pytest.mark.parametrize(("paid_on", "dpd"), [("2025-01-31", 0), ("2025-02-01", 22)])
def test_where_the_due_date_is_day_1_they_are_those_of_the_opening_of_the_next_day(
    tmp_path: Path, paid_on: str, dpd: int
) -> None:
    """One day more is said of the last of the month, and a payment of the first of the next comes after it."""
    payments = NO_PAYMENTS + f"A-1,p-1,{paid_on},100.00\n"
    found = one_loan(tmp_path, policy=counted("counting: {due_date_is_day: 1}"), payments=payments)
    assert dpds(found)[0] == ("2025-01-31", dpd)


def test_a_move_that_the_opening_of_the_next_day_brings_belongs_to_the_month_end_where_the_due_date_is_day_1(
    tmp_path: Path,
) -> None:
    due = "loan_id,due_on,amount\nA-1,2025-01-31,100.00\n"
    for number, stage in ((0, "current"), (1, "early")):
        folder = tmp_path / str(number)
        folder.mkdir()
        found = one_loan(folder, policy=counted(f"counting: {{due_date_is_day: {number}}}"), instalments=due)
        assert (found.month_ends[0].dpd, found.month_ends[0].stage) == (number, stage)


def test_the_last_month_end_is_told_when_the_days_end_with_it(tmp_path: Path) -> None:
    days = Days(date(2025, 1, 1), date(2025, 2, 28))
    for number in (0, 1):
        folder = tmp_path / str(number)
        folder.mkdir()
        found = one_loan(folder, days, counted(f"counting: {{due_date_is_day: {number}}}"))
        assert dpds(found) == [("2025-01-31", 21 + number), ("2025-02-28", 49 + number)]


def test_a_month_that_the_days_cut_short_has_no_end(tmp_path: Path) -> None:
    found = one_loan(tmp_path, Days(date(2025, 1, 1), date(2025, 2, 27)))
    assert dpds(found) == [("2025-01-31", 21)]


def test_the_first_day_limits_what_is_reported_not_what_is_lived(tmp_path: Path) -> None:
    found = one_loan(tmp_path, Days(date(2025, 2, 15), date(2025, 3, 31)))
    assert dpds(found) == [("2025-02-28", 49), ("2025-03-31", 80)]
    assert found.life.case.course.moves[1].on == date(2025, 1, 11)


def test_a_loan_has_its_first_month_end_after_it_was_opened(tmp_path: Path) -> None:
    due = ONE.replace("2025-01-10", "2025-02-20")
    found = one_loan(tmp_path, loans=LOANS.replace("2025-01-01", "2025-02-10"), instalments=due)
    assert dpds(found)[0] == ("2025-02-28", 8)


def test_a_leap_year_has_its_day(tmp_path: Path) -> None:
    days = Days(date(2024, 2, 1), date(2024, 2, 29))
    found = one_loan(tmp_path, days, loans=LOANS.replace("2025", "2024"), instalments=ONE.replace("2025", "2024"))
    assert dpds(found) == [("2024-02-29", 50)]


def test_while_a_report_is_stale_its_figures_are_told_as_nothing(tmp_path: Path) -> None:
    stale = load_policy(text=POLICY.replace("time_zone: Asia/Shanghai,", "time_zone: Asia/Shanghai, stale_after: 5,"))
    line = (
        '{"loan_id": "A-1", "id": "r", "at": "2025-01-20", "kind": "ArrearsReported", "as_of": "2025-01-20",'
        ' "oldest_due_on": "2025-01-10", "overdue_amount": "7.00", "balance": "9.00"}\n'
    )
    row = one_loan(tmp_path, policy=stale, events=line).month_ends[0]
    assert row == MonthEnd(date(2025, 1, 31), 0, Decimal(0), Decimal(0), CURRENT, "early")
