"""What an event says, as facts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from overdue_flow.cases.facts import built_in
from overdue_flow.cases.fields import event_fields
from overdue_flow.events import (
    KINDS,
    ArrearsReported,
    CaseAdopted,
    CaseAssessed,
    ClaimFiled,
    ContactAttempted,
    Event,
    FinancesAssessed,
    HearingScheduled,
    JudgmentGiven,
    PaymentReceived,
    PlacedWithAgency,
    PlanAgreed,
    ScheduleReplaced,
)
from overdue_flow.guards.vocabulary import Fact, Kind

SETS_FACTS: dict[type[Event], set[str]] = {
    ArrearsReported: {
        "oldest_due_on",
        "overdue_amount",
        "overdue_principal",
        "overdue_interest",
        "overdue_costs",
        "balance",
        "missed_instalments",
        "next_due_on",
        "next_due_amount",
        "last_payment_on",
    },
    CaseAdopted: {"stage", "stage_entered_on"},
    CaseAssessed: {"expected_recovery", "legal_cost"},
    ClaimFiled: {"claim_amount", "filed_on"},
    FinancesAssessed: {"income", "expenses", "assets", "ability", "willingness", "overdue_cause"},
    HearingScheduled: {"hearing_on"},
    PlacedWithAgency: {"agency"},
}
"""The fields that have the name of a fact, because they set it."""


def field(event_type: type[Event], name: str) -> Fact:
    return next(one for one in event_fields(event_type) if one.name == name)


@pytest.mark.parametrize(
    ("event_type", "name", "kind"),
    [
        (ContactAttempted, "outcome", Kind.CHOICE),
        (ContactAttempted, "identity_verified", Kind.FLAG),
        (ContactAttempted, "contact_point", Kind.TEXT),
        (PaymentReceived, "amount", Kind.MONEY),
        (PaymentReceived, "value_date", Kind.DATE),
        (JudgmentGiven, "amount", Kind.MONEY),
        (PlanAgreed, "replaces_contract", Kind.FLAG),
        (ScheduleReplaced, "reason", Kind.TEXT),
    ],
)
def test_a_field_has_the_kind_of_what_it_holds(event_type: type[Event], name: str, kind: Kind) -> None:
    assert field(event_type, name).kind is kind
    assert field(event_type, name).on_event


def test_a_choice_has_its_words_and_knows_whether_it_may_be_missing() -> None:
    recommendation = field(CaseAssessed, "recommendation")

    assert recommendation.choices == ("sue", "do_not_sue", "wait")
    assert not recommendation.may_be_missing
    assert field(ContactAttempted, "identity_verified").may_be_missing


def test_a_field_is_read_from_the_event_in_the_words_of_guards() -> None:
    paid = PaymentReceived(amount="12.50 CNY", value_date=date(2025, 2, 1))
    today = date(2025, 2, 2)

    assert field(PaymentReceived, "amount").read(paid, today) == Decimal("12.50")
    assert field(PaymentReceived, "value_date").read(paid, today) == date(2025, 2, 1)
    assert field(PaymentReceived, "towards").read(paid, today) is None


@pytest.mark.parametrize("event_type", KINDS.values(), ids=lambda one: one.__name__)
def test_a_field_that_sets_a_fact_is_left_to_the_fact(event_type: type[Event]) -> None:
    named = {one.name for one in event_fields(event_type)}
    shared = {name for name in event_type.model_fields if name in built_in()}

    assert shared == SETS_FACTS.get(event_type, set())
    assert not named & shared


@pytest.mark.parametrize("event_type", KINDS.values(), ids=lambda one: one.__name__)
def test_instants_lists_and_nested_parts_have_no_word(event_type: type[Event]) -> None:
    named = {one.name for one in event_fields(event_type)}

    assert not named & {"kind", "id", "at", "happened_at", "instalments", "measures", "evidence", "terms", "facts"}


@pytest.mark.parametrize(("event_type", "names"), SETS_FACTS.items(), ids=lambda one: getattr(one, "__name__", ""))
def test_a_field_and_the_fact_of_its_name_are_of_one_kind(event_type: type[Event], names: set[str]) -> None:
    hints = {name: str(event_type.model_fields[name].annotation) for name in names}
    kinds = {name: built_in()[name].kind for name in names}

    for name, hint in hints.items():
        assert (kinds[name] is Kind.MONEY) == ("Money" in hint), name
        assert (kinds[name] is Kind.DATE) == ("date" in hint), name
