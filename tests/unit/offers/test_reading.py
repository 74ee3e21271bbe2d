"""The contract of a case: what its ledger says on a day, and the rate that its schedule shows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from overdue_flow.cases.events import Accelerated, ArrearsReported, ChargeAdded, Instalment, ScheduleReplaced
from overdue_flow.cases.terms import Terms
from overdue_flow.errors import OfferRefused
from overdue_flow.offers import Amounts, contract_of
from overdue_flow.offers.rhythm import Rhythm
from overdue_flow.offers.rows import repaid
from support.contracts import METHODS
from support.ledgers import Told, day


def loan(annual: str = "0.0522", times: int = 6, currency: str = "CNY", method: int = 0) -> Told:
    """Instalments on the last day of each month, from January 2025 on."""
    unit = {"CNY": Decimal("0.01"), "JPY": Decimal(1)}[currency]
    rows = repaid(Decimal(36_000), Rhythm(months=1).part_of(Decimal(annual)), times, unit, METHODS[method])
    rhythm = Rhythm(months=1, on_day=31)
    return Told(
        [
            Instalment(due_on=rhythm.after(date(2025, 1, 31), n), principal=row.principal, interest=row.interest)
            for n, row in enumerate(rows)
        ],
        Terms(currency=currency),
    )


def test_what_fell_due_before_the_day_is_overdue_and_the_rest_is_to_come() -> None:
    story = loan("0.12", method=1).pays("1000.00", "2025-02-10")
    story.hears(ChargeAdded(amount=Decimal("30.00"), due_on=day("2025-02-20")), on="2025-02-20")
    found = contract_of(story.case, day("2025-03-31"))
    assert found.overdue == Amounts(Decimal("11360.00"), Decimal("300.00"), Decimal("30.00"))
    assert [one.due_on for one in found.coming] == [
        date(2025, month, last) for month, last in ((3, 31), (4, 30), (5, 31), (6, 30))
    ]
    assert found.rhythm == Rhythm(months=1, on_day=31)
    assert found.due_dates.first(5)[-1] == date(2025, 7, 31)


@pytest.mark.parametrize("annual", ["0.0522", "0.12", "0.049", "0.1825", "0.24", "0.03875", "0"])
@pytest.mark.parametrize("method", [0, 1])
@pytest.mark.parametrize("on", ["2025-01-01", "2025-03-15", "2025-06-30", "2025-08-01"])
def test_the_rate_of_a_schedule_is_found_again_exactly(annual: str, method: int, on: str) -> None:
    """From the first instalment to the last, and when all has fallen due."""
    found = contract_of(loan(annual, method=method).case, day(on))
    assert found.annual_rate == Decimal(annual)
    assert found.rate_is_read
    assert found.interest_unknown is (annual == "0")


def test_in_a_currency_without_decimals_a_rate_that_fits_the_interest_is_found() -> None:
    """The last instalment has 61 yen of interest, which alone would leave a fifth of a percent open."""
    found = contract_of(loan("0.12", currency="JPY").case, day("2025-06-15"))
    assert found.annual_rate == Decimal("0.12")


def stepped(*percents: int) -> Told:
    """An instalment of 1000.00 a month, whose rate changes from period to period."""
    left = [1_000 * count for count in range(len(percents), 0, -1)]
    return Told(
        [
            Instalment(
                due_on=date(2025, month, 28), principal=Decimal(1_000), interest=Decimal(principal * percent) / 1_200
            )
            for month, (principal, percent) in enumerate(zip(left, percents, strict=True), 1)
        ]
    )


@pytest.mark.parametrize(
    ("on", "rate"), [("2025-02-28", "0.12"), ("2025-03-01", "0.06"), ("2025-04-28", "0.06"), ("2025-04-29", "0.24")]
)
def test_where_rates_change_the_next_instalment_says_it(on: str, rate: str) -> None:
    """What those before it and after it say is taken in only where it agrees."""
    assert contract_of(stepped(12, 12, 6, 6, 24, 24).case, day(on)).annual_rate == Decimal(rate)


def test_the_day_that_a_loan_was_accelerated_to_makes_no_rhythm() -> None:
    story = loan().hears(Accelerated(due_on=day("2025-02-05")), on="2025-02-05")
    assert contract_of(story.case, day("2025-02-06")).rhythm == Rhythm(months=1, on_day=31)


def test_a_rate_that_is_said_goes_before_what_the_schedule_shows() -> None:
    found = contract_of(loan().case, day("2025-02-15"), "0.06")
    assert (found.annual_rate, found.rate_is_read) == (Decimal("0.06"), False)


def test_interest_that_was_paid_ahead_is_not_asked_for_again() -> None:
    story = loan("0.12", method=1).pays("6460.00", "2025-01-31")
    found = contract_of(story.case, day("2025-02-01"))
    assert found.interest_paid_ahead == Decimal("100.00")
    assert found.coming[0].interest == Decimal("200.00")


def test_after_acceleration_all_is_overdue() -> None:
    story = loan().hears(Accelerated(due_on=day("2025-03-01")), on="2025-03-01")
    found = contract_of(story.case, day("2025-03-02"))
    assert found.coming == ()
    assert found.overdue.total == story.says("balance", "2025-03-02")
    assert found.annual_rate == Decimal("0.0522")


def test_a_changed_contract_is_read_from_its_new_schedule() -> None:
    later = tuple(
        Instalment(due_on=date(2025, month, 10), principal=Decimal(4_000), interest=Decimal(40)) for month in (6, 9, 12)
    )
    story = loan().hears(ScheduleReplaced(effective_on=day("2025-03-01"), instalments=later), on="2025-03-01")
    found = contract_of(story.case, day("2025-03-01"))
    assert found.to_come == Amounts(Decimal(12_000), Decimal(120))
    assert found.rhythm == Rhythm(months=3, on_day=10)
    assert found.overdue.total == 0


def reported(overdue: str, balance: str, parts: Sequence[str] = ()) -> Told:
    names = ("overdue_principal", "overdue_interest", "overdue_costs")
    said = dict(zip(names, map(Decimal, parts), strict=False))
    event = ArrearsReported.model_validate(
        {"as_of": "2025-02-28", "oldest_due_on": "2025-01-31", "overdue_amount": overdue, "balance": balance, **said}
    )
    return Told(
        [Instalment(due_on=date(2025, 3, 31), principal=Decimal(500), interest=Decimal(5))], Terms(stale_after=10)
    ).hears(event, on="2025-03-01")


def test_a_hosts_own_report_says_what_is_overdue() -> None:
    found = contract_of(reported("120.00", "625.00", ("100.00", "15.00", "5.00")).case, day("2025-03-01"))
    assert found.overdue == Amounts(Decimal("100.00"), Decimal("15.00"), Decimal("5.00"))
    assert contract_of(reported("120.00", "625.00").case, day("2025-03-01")).overdue == Amounts(Decimal("120.00"))


def test_a_report_that_does_not_fit_the_schedule_or_is_too_old_makes_no_contract() -> None:
    with pytest.raises(OfferRefused, match=r"says that 700.00 is owed.*comes to 625.00; give the contract's schedule"):
        contract_of(reported("120.00", "700.00").case, day("2025-03-01"))
    with pytest.raises(OfferRefused, match="too old to make offers on, on 2025-03-20"):
        contract_of(reported("120.00", "625.00").case, day("2025-03-20"))


def test_a_schedule_whose_interest_can_be_no_rate_asks_for_one() -> None:
    odd = Told([Instalment(due_on=date(2025, 1, 31), principal=Decimal(1), interest=Decimal(100))])
    with pytest.raises(OfferRefused, match=r"shows a rate of 120000 % a year, which makes no sense; say the rate"):
        contract_of(odd.case, day("2025-01-01"))
    assert contract_of(odd.case, day("2025-01-01"), "0.1").annual_rate == Decimal("0.1")


def test_where_nothing_is_owed_there_is_no_contract() -> None:
    with pytest.raises(OfferRefused, match="nothing is owed on 2025-01-01"):
        contract_of(Told().case, day("2025-01-01"))
