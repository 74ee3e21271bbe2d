"""Disputes: what is contested, proof that is asked for and comes, the overdue amount that is checked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from overdue_flow.cases.case import Case
from overdue_flow.cases.terms import Terms
from overdue_flow.errors import EventRefused
from overdue_flow.events import (
    AmountVerified,
    ArrearsReported,
    DisputeRaised,
    DisputeResolved,
    EventRetracted,
    PaymentReceived,
    ProofReceived,
    ProofRequested,
)
from support.telling import a_loan, after, fact, noon


def day(text: str) -> date:
    return date.fromisoformat(text)


def disputed(**fields: object) -> Case:
    """A loan with a dispute `d-1`, raised on 2025-02-10."""
    return after(a_loan(), ("2025-02-10", DisputeRaised.model_validate({"dispute_id": "d-1", **fields})))


# --- what is disputed ---


def test_facts_speak_of_the_latest_open_dispute() -> None:
    case = after(
        disputed(amount="12.50", ground="paid"), ("2025-02-12", DisputeRaised(dispute_id="d-2", ground="fraud"))
    )
    assert fact(case, "dispute_on") == day("2025-02-12")
    assert fact(case, "days_since_dispute", "2025-02-20") == 8
    assert fact(case, "dispute_ground") == "fraud"
    assert fact(case, "dispute_amount") is None

    case = after(case, ("2025-02-20", DisputeResolved(dispute_id="d-2")))
    assert fact(case, "dispute_on") == day("2025-02-10")
    assert fact(case, "dispute_ground") == "paid"
    assert fact(case, "dispute_amount") == Decimal("12.50")

    case = after(case, ("2025-02-21", DisputeResolved()))
    assert [fact(case, name) for name in ("dispute_on", "dispute_amount", "dispute_ground")] == [None, None, None]


def test_the_amount_in_dispute_is_in_the_currency_of_the_loan() -> None:
    case = after(a_loan(terms=Terms(currency="JPY"), amount="1000"), ("2025-02-10", DisputeRaised(amount="250")))

    assert fact(case, "dispute_amount") == Decimal(250)


def test_less_than_nothing_cannot_be_disputed_nor_overdue() -> None:
    with pytest.raises(EventRefused, match=r"`-1\.00` cannot be disputed"):
        disputed(amount="-1.00")
    with pytest.raises(EventRefused, match=r"`-1\.00` cannot be overdue"):
        after(a_loan(), ("2025-02-10", AmountVerified(amount="-1.00")))


# --- proof ---


def test_proof_is_here_when_none_is_missing_that_was_asked_for() -> None:
    case = disputed()
    assert (fact(case, "proof_asked"), fact(case, "proof_received")) == (False, False)

    case = after(case, ("2025-02-12", ProofRequested(asked_of="lender")))
    assert (fact(case, "proof_asked"), fact(case, "proof_received")) == (True, False)
    assert fact(case, "days_since_proof_asked", "2025-02-22") == 10

    case = after(case, ("2025-02-14", ProofReceived(asked_of="borrower")))
    assert fact(case, "proof_received") is False

    case = after(case, ("2025-02-15", ProofReceived(asked_of="lender")))
    assert (fact(case, "proof_asked"), fact(case, "proof_received")) == (True, True)


def test_proof_that_is_asked_for_again_is_missing_again() -> None:
    case = after(
        disputed(),
        ("2025-02-12", ProofRequested()),
        ("2025-02-14", ProofReceived()),
        ("2025-02-16", ProofRequested()),
    )

    assert fact(case, "proof_received") is False
    assert fact(case, "proof_asked_on") == day("2025-02-16")
    assert fact(after(case, ("2025-02-18", ProofReceived())), "proof_received") is True


def test_proof_counts_by_when_it_came_not_by_when_it_was_told() -> None:
    case = after(
        disputed(),
        ("2025-02-20", ProofReceived(happened_at=noon("2025-02-16"))),
        ("2025-02-21", ProofRequested(happened_at=noon("2025-02-12"))),
    )

    assert fact(case, "proof_received") is True


def test_proof_may_come_without_being_asked_for_and_after_the_end() -> None:
    case = after(disputed(), ("2025-02-12", ProofReceived()))
    assert (fact(case, "proof_asked"), fact(case, "proof_received")) == (False, True)

    case = after(case, ("2025-02-13", DisputeResolved()), ("2025-02-14", ProofReceived(dispute_id="d-1")))
    assert (fact(case, "proof_asked"), fact(case, "proof_received")) == (False, False)


def test_proof_without_an_id_is_about_the_oldest_open_dispute() -> None:
    case = after(disputed(), ("2025-02-12", DisputeRaised(dispute_id="d-2")), ("2025-02-13", ProofRequested()))

    assert [len(dispute.asked) for dispute in case.care.disputes] == [1, 0]
    assert fact(case, "proof_asked") is False


@pytest.mark.parametrize("event", [ProofRequested(), ProofReceived(), ProofRequested(dispute_id="d-9")])
def test_proof_needs_a_dispute(event: ProofRequested) -> None:
    with pytest.raises(EventRefused, match=r"there is no (open )?dispute"):
        after(a_loan(), ("2025-02-10", event))


@pytest.mark.parametrize(
    ("event", "what"),
    [(ProofRequested(happened_at=noon("2025-02-09")), "asked about"), (ProofReceived(dispute_id="d-1",
     happened_at=noon("2025-02-09")), "proved")],
)  # fmt: skip
def test_nothing_is_proved_in_a_dispute_before_it_began(event: ProofRequested, what: str) -> None:
    with pytest.raises(EventRefused, match=f"of 2025-02-10 cannot be {what} on 2025-02-09, before it began"):
        after(disputed(), ("2025-02-11", event))


# --- the verified amount ---


def test_an_amount_that_is_verified_is_compared_with_the_ledger_of_its_day() -> None:
    case = after(a_loan(), ("2025-02-10", AmountVerified(amount="1000.00")))
    assert fact(case, "amount_verified_on") == day("2025-02-10")
    assert fact(case, "amount_verified_differs") is False

    # what is paid later is no difference, and what falls due later is none
    case = after(case, ("2025-02-20", PaymentReceived(amount="400.00", value_date=day("2025-02-20"))))
    assert fact(case, "amount_verified_differs") is False

    case = after(case, ("2025-02-21", AmountVerified(amount="600.01")))
    assert fact(case, "amount_verified_differs") is True
    assert fact(case, "amount_verified_on") == day("2025-02-21")


def test_a_correction_of_the_books_mends_the_difference() -> None:
    case = after(a_loan(), ("2025-02-10", AmountVerified(amount="600.00")))
    assert fact(case, "amount_verified_differs") is True

    case = after(case, ("2025-02-12", PaymentReceived(amount="400.00", value_date=day("2025-02-09"))))
    assert fact(case, "amount_verified_differs") is False


def test_the_latest_check_counts_by_its_own_day() -> None:
    case = after(
        a_loan(),
        ("2025-02-20", AmountVerified(amount="1000.00")),
        ("2025-02-21", AmountVerified(amount="5.00", happened_at=noon("2025-02-10"))),
    )

    assert fact(case, "amount_verified_on") == day("2025-02-20")
    assert fact(case, "amount_verified_differs") is False


def test_what_is_not_known_does_not_differ() -> None:
    stale = a_loan(terms=Terms(stale_after=2))
    report = ArrearsReported(as_of=day("2025-02-03"), oldest_due_on=day("2025-02-01"), overdue_amount="9.00",
                             balance="900.00")  # fmt: skip
    case = after(stale, ("2025-02-04", report))

    assert fact(after(case, ("2025-02-05", AmountVerified(amount="7.00"))), "amount_verified_differs") is True
    assert fact(after(case, ("2025-02-10", AmountVerified(amount="7.00"))), "amount_verified_differs") is False


def test_a_check_may_name_a_dispute_and_needs_none() -> None:
    with pytest.raises(EventRefused, match=r"there is no dispute `d-2` \(did you mean `d-1`\?\)"):
        after(disputed(), ("2025-02-11", AmountVerified(amount="1.00", dispute_id="d-2")))
    early = AmountVerified(amount="1.00", dispute_id="d-1", happened_at=noon("2025-02-09"))
    with pytest.raises(EventRefused, match="cannot be looked into on 2025-02-09"):
        after(disputed(), ("2025-02-11", early))

    assert fact(after(a_loan(), ("2025-02-11", AmountVerified(amount="1000.00"))), "amount_verified_on") is not None


def test_a_check_that_is_retracted_never_was() -> None:
    wrong = AmountVerified(id="wrong", amount="1.00")
    case = after(a_loan(), ("2025-02-10", wrong), ("2025-02-11", EventRetracted(event_id="wrong")))

    assert fact(case, "amount_verified_on") is None
    assert fact(case, "amount_verified_differs") is False
