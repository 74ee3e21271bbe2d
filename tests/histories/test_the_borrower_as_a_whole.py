"""Contagion, cure and watch periods: what regulators and Frappe lending expect of a borrower with several loans, under
the pack `in/sma-npa`.

One loan beyond 90 days makes all of the borrower's loans non-performing; they are performing again when all arrears of
the borrower are cleared (FR-05), a restructured one only after a watch period in which nothing of theirs fell overdue
(FR-07), which begins anew with new arrears (FR-08). A mark stays until it is cured in full (FR-09).
"""

from __future__ import annotations

from datetime import date, timedelta

from overdue_flow import Flow, MemoryStore
from overdue_flow.events import FactsChanged, Instalment, LoanOpened, PaymentReceived, PlanAgreed
from support.regulated import policy_of
from support.telling import noon

POLICY = policy_of("in/sma-npa")
DUES = {
    "home": [date(2023, month, 5) for month in range(1, 13)],
    "car": [date(2023, month, 20) for month in range(1, 13)],
}
RUPEES = "1000"


class Bank:
    """A lender with one borrower, who has a home loan and a car loan."""

    def __init__(self) -> None:
        self.flow = Flow(POLICY, MemoryStore(), clock=lambda: noon("2026-12-31"))
        for loan, dues in DUES.items():
            later = [date(2024, month, due.day) for month, due in enumerate(dues, 1)]
            later += [date(2025, month, due.day) for month, due in enumerate(dues, 1)]
            instalments = tuple(Instalment(due_on=due_on, amount=RUPEES) for due_on in (*dues, *later))
            opened = LoanOpened(
                id="opened", at=noon("2023-01-01"), opened_on=date(2023, 1, 1), person_id="b", instalments=instalments
            )
            self.flow.receive(loan, opened)
        self.paid = dict.fromkeys(DUES, 0)

    def pays(self, loan: str, day: str, instalments: int = 1) -> None:
        """The borrower pays some instalments at once."""
        self.paid[loan] += 1
        self.flow.receive(
            loan,
            PaymentReceived(
                id=f"{loan}-{self.paid[loan]}",
                at=noon(day),
                amount=1000 * instalments,
                value_date=date.fromisoformat(day),
            ),
        )

    def pays_in_time(self, loan: str, first: date, last: date) -> None:
        """The borrower pays what falls due, on its day."""
        schedule = self.flow.case(loan).ledger.books.dues
        for due_on in sorted({due.due_on for due in schedule if first <= due.due_on <= last}):
            self.pays(loan, due_on.isoformat())

    def npa(self, day: str) -> dict[str, bool]:
        """Which loans are non-performing at the end of a day."""
        self.flow.wake(date.fromisoformat(day))
        return {
            loan: self.flow.case(loan).course.marks["npa"].began
            if "npa" in self.flow.case(loan).course.marks
            else False
            for loan in DUES
        }


def both(npa: bool) -> dict[str, bool]:
    return dict.fromkeys(DUES, npa)


def test_one_loan_beyond_ninety_days_makes_all_of_the_borrowers_loans_bad() -> None:
    """FR-04: the car loan is paid, and non-performing on the very day on which the home loan is."""
    bank = Bank()
    bank.pays_in_time("car", date(2023, 1, 1), date(2023, 3, 31))
    assert bank.npa("2023-04-05") == both(False)
    assert bank.npa("2023-04-06") == both(True)


def test_paying_one_loan_up_cures_none_while_the_other_is_overdue() -> None:
    """FR-05: cure needs all arrears of the borrower cleared, and comes to all loans on one day."""
    bank = Bank()
    assert bank.npa("2023-04-06") == both(True)
    bank.pays("home", "2023-04-10", 4)
    assert bank.npa("2023-04-10") == both(True)
    bank.pays("car", "2023-04-15", 3)
    assert bank.npa("2023-04-15") == both(False)


def test_a_loan_that_was_repaid_is_cured_with_the_others_and_spreads_nothing_later() -> None:
    """A repaid loan rests in its end, and its mark ends there with the borrower's arrears: the next day of arrears
    begins at day one, and not as non-performing."""
    bank = Bank()
    assert bank.npa("2023-04-06") == both(True)
    bank.pays("car", "2023-04-10", 36)
    assert bank.flow.case("car").course.stage == "closed"
    assert bank.npa("2023-04-10") == both(True)
    bank.pays("home", "2023-04-20", 4)
    assert bank.npa("2023-04-20") == both(False)
    assert bank.npa("2023-05-06") == both(False)


def test_a_bad_loan_stays_bad_at_twenty_five_days_and_is_good_at_none() -> None:
    """FR-09: in beyond 90 days, out only when nothing is overdue."""
    bank = Bank()
    bank.pays_in_time("car", date(2023, 1, 1), date(2023, 3, 31))
    assert bank.npa("2023-04-06") == both(True)
    bank.pays("car", "2023-04-20")
    bank.pays("home", "2023-04-30", 3)
    assert POLICY.vocabulary["dpd"].read(bank.flow.case("home"), date(2023, 4, 30)) == 25
    assert bank.npa("2023-04-30") == both(True)
    bank.pays("home", "2023-05-01")
    assert bank.npa("2023-05-01") == both(False)


def restructured() -> Bank:
    """A bank whose borrower was bad, and whose home loan was restructured; both are paid in time from then on."""
    bank = Bank()
    bank.npa("2023-04-06")
    bank.pays("car", "2023-04-10", 3)
    told = FactsChanged.model_validate(
        {"id": "r", "at": noon("2023-04-10"), "facts": {"restructured_on": "2023-04-10"}}
    )
    bank.flow.receive("home", told)
    plan = tuple(Instalment(due_on=date(2023, 5, 5) + timedelta(days=30 * n), amount=RUPEES) for n in range(36))
    bank.flow.receive("home", PlanAgreed(id="plan", at=noon("2023-04-10"), instalments=plan))
    return bank


def keeps(bank: Bank, last: date, but: date | None = None) -> None:
    """The borrower pays everything in time up to a day; the car's instalment of one day comes 10 days late."""
    plan = bank.flow.case("home").plans.plans[0].books.dues
    events = [(due.due_on, "home") for due in plan if due.due_on <= last]
    car = bank.flow.case("car").ledger.books.dues
    events += [
        (due.due_on + timedelta(days=10) if due.due_on == but else due.due_on, "car")
        for due in car
        if date(2023, 4, 11) <= due.due_on <= last
    ]
    for day, loan in sorted(events):
        bank.pays(loan, day.isoformat())


def test_a_restructured_loan_is_good_again_after_a_year_in_which_nothing_fell_overdue() -> None:
    """FR-07: the arrears are gone with the plan, and the loans stay bad through the watch period."""
    bank = restructured()
    keeps(bank, date(2024, 4, 9))
    assert bank.npa("2024-04-08")["home"]
    assert bank.npa("2024-04-10") == both(False)


def test_new_arrears_on_any_loan_begin_the_watch_period_anew() -> None:
    """FR-08: the car's instalment of November comes ten days late; the year is counted from then."""
    bank = restructured()
    keeps(bank, date(2024, 11, 30), but=date(2023, 11, 20))
    assert bank.npa("2024-04-10")["home"]
    assert bank.npa("2024-11-29")["home"]
    assert bank.npa("2024-11-30") == both(False)
