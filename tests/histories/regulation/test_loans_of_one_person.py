"""A person with two loans under the packs that classify: what one loan does to the other, and when both are cured."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from overdue_flow import Flow, MemoryStore
from overdue_flow.cases.marks import standing
from overdue_flow.events import Event, HoldPlaced, Instalment, LoanOpened, PaymentReceived
from support.regulated import policy_of

SOUND, TROUBLED = "sound", "troubled"


class Person:
    """Two loans, of an `amount` in 2027; what the troubled one owes on 2025-01-01 is not paid by itself."""

    def __init__(self, pack: str, also_due_on: str = "2027-01-01", amount: str = "1000.00", **facts: bool) -> None:
        self.flow = Flow(policy_of(pack), MemoryStore())
        for name, due_on in ((TROUBLED, "2025-01-01"), (SOUND, also_due_on)):
            due = sorted({date.fromisoformat(due_on), date(2027, 1, 1)})
            instalments = tuple(Instalment(due_on=day, amount=amount) for day in due)
            opened = LoanOpened(
                id=name, opened_on=date(2024, 12, 1), person_id="ann", instalments=instalments, facts=facts
            )
            self.flow.receive(name, opened, at=self.at("2024-12-01"))
        self.told = 0

    def at(self, day: str) -> datetime:
        return datetime.combine(date.fromisoformat(day), time(12), UTC)

    def say(self, day: str, loan: str, event: Event) -> None:
        self.told += 1
        self.flow.receive(loan, event.model_copy(update={"id": f"told-{self.told}"}), at=self.at(day))

    def marks(self, day: str, loan: str) -> set[str]:
        """The marks that stand on a loan after the opening of a day."""
        self.flow.wake(until=date.fromisoformat(day))
        return {mark.mark for mark in standing(self.flow.case(loan))}


def paid(day: str, amount: str = "1000.00") -> PaymentReceived:
    return PaymentReceived.model_validate({"amount": amount, "value_date": day})


def test_default_by_obligor_takes_in_every_loan_and_ends_for_all_ninety_days_after_the_last_trigger() -> None:
    person = Person("eu/default-definition", default_by_obligor=True)
    assert person.marks("2025-04-01", SOUND) == {"obligor_material"}
    assert person.marks("2025-04-02", SOUND) == {"obligor_material", "obligor_default_trigger", "default"}
    assert "default" in person.marks("2025-04-02", TROUBLED)
    person.say("2025-05-01", TROUBLED, paid("2025-05-01"))
    assert person.marks("2025-05-02", SOUND) == {"default"}
    assert [person.marks("2025-07-29", loan) for loan in (SOUND, TROUBLED)] == [{"default"}] * 2
    assert [person.marks("2025-07-31", loan) for loan in (SOUND, TROUBLED)] == [set()] * 2


def test_default_by_facility_leaves_the_other_loan_alone() -> None:
    person = Person("eu/default-definition")
    assert person.marks("2025-06-01", SOUND) == set()
    assert "default" in person.marks("2025-06-01", TROUBLED)


def test_arrears_that_are_material_together_bring_a_default_of_the_obligor_alone() -> None:
    small = Person("eu/default-definition", also_due_on="2025-01-11", amount="60.00", default_by_obligor=True)
    assert [small.marks("2025-01-11", loan) for loan in (SOUND, TROUBLED)] == [set()] * 2
    assert [small.marks("2025-01-12", loan) for loan in (SOUND, TROUBLED)] == [{"obligor_material"}] * 2
    assert [small.marks("2025-04-11", loan) for loan in (SOUND, TROUBLED)] == [{"obligor_material"}] * 2
    in_default = {"obligor_material", "obligor_default_trigger", "default"}
    assert [small.marks("2025-04-12", loan) for loan in (SOUND, TROUBLED)] == [in_default] * 2
    by_facility = Person("eu/default-definition", also_due_on="2025-01-11", amount="60.00")
    assert [by_facility.marks("2025-06-01", loan) for loan in (SOUND, TROUBLED)] == [set()] * 2


def test_an_indian_account_is_standard_again_when_all_loans_of_the_borrower_are_paid_up() -> None:
    person = Person("in/sma-npa", also_due_on="2025-04-10")
    assert person.marks("2025-04-15", TROUBLED) == {"npa"}
    person.say("2025-05-01", TROUBLED, paid("2025-05-01"))
    assert person.marks("2025-05-05", TROUBLED) == {"npa"}, "the other loan is in arrears"
    assert person.marks("2025-05-05", SOUND) == {"sma_0", "npa"}, "one loan makes all of them bad"
    person.say("2025-05-10", SOUND, paid("2025-05-10"))
    assert [person.marks("2025-05-10", loan) for loan in (SOUND, TROUBLED)] == [set()] * 2


@pytest.mark.parametrize("hold", ["breathing_space", "mental_health_crisis", "debt_advice"])
def test_a_british_moratorium_is_one_of_the_person(hold: str) -> None:
    person = Person("uk/conc")
    person.say("2025-05-01", TROUBLED, HoldPlaced(hold=hold, role="debt_adviser"))
    assert person.flow.case(SOUND).care.standing(date(2025, 5, 2)) == (hold,)
