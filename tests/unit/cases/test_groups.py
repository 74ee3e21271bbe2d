"""Everything that is known of a loan is in a group, and what a role sees of it follows from its groups."""

from __future__ import annotations

import pytest

from overdue_flow.cases.events import KINDS
from overdue_flow.cases.facts import built_in
from overdue_flow.cases.groups import ALL_GROUPS, GROUPS, group_of_fact, group_of_field, group_of_row
from overdue_flow.cases.seen import ALL, Seen


def test_every_event_and_each_of_its_fields_is_in_a_group() -> None:
    untagged = [kind for kind in KINDS if group_of_row(kind) not in ALL_GROUPS]
    untagged += [
        f"{kind}.{name}"
        for kind, event in KINDS.items()
        for name in event.model_fields
        if group_of_field(kind, name) not in ALL_GROUPS
    ]
    assert untagged == [], "put it into a group of `cases/groups.py`: until then no role sees it"


def test_every_fact_that_is_built_in_is_in_a_group() -> None:
    assert [name for name in built_in() if group_of_fact(name) not in ALL_GROUPS] == []


def test_what_no_table_names_is_seen_by_no_role() -> None:
    assert (group_of_row("Unheard"), group_of_field("PaymentReceived", "unheard_of")) == ("", "")
    assert not ALL.may_row("Unheard")
    assert not ALL.may_field("PaymentReceived", "unheard_of")


@pytest.mark.parametrize(
    ("kind", "field", "group"),
    [
        ("LoanOpened", "person_id", "identity"),
        ("LoanOpened", "guarantors", "identity"),
        ("LoanOpened", "facts", "facts"),
        ("LoanOpened", "instalments", "money"),
        ("ContactAttempted", "contact_point", "contact"),
        ("ContactAttempted", "by", "work"),
        ("ContactAttempted", "summary", "reasons"),
        ("FinancesAssessed", "income", "finances"),
        ("FinancesAssessed", "overdue_cause", "finances"),
        ("OfferMade", "by", "work"),
        ("HoldPlaced", "reason", "reasons"),
        ("HoldPlaced", "hold", "care"),
        ("ComplaintReceived", "against", "work"),
        ("ComplaintEscalated", "by", "care"),
        ("AppealFiled", "by", "legal"),
        ("PropertyLeadFound", "reference", "legal"),
        ("PlacedWithAgency", "agency", "legal"),
        ("OtherLoanTold", "loan", "others"),
        ("PolicyAdopted", "terms", "money"),
    ],
)
def test_a_field_is_where_a_data_protection_officer_looks_for_it(kind: str, field: str, group: str) -> None:
    assert group_of_field(kind, field) == group


@pytest.mark.parametrize(
    ("fact", "group"),
    [
        ("dpd", "money"),
        ("stage", "work"),
        ("days_in_stage", "work"),
        ("disposable_income", "finances"),
        ("days_since_complaint", "care"),
        ("survey_score", "care"),
        ("days_since_survey_answered", "care"),
        ("agency", "legal"),
        ("borrower_dpd", "others"),
        ("borrower_marked_substandard", "others"),
        ("mark_substandard_on", "money"),
        ("bucket", "money"),
        ("employer", "facts"),
    ],
)
def test_a_fact_is_where_its_feature_is(fact: str, group: str) -> None:
    assert group_of_fact(fact) == group


def test_a_role_sees_its_groups_and_its_facts_and_nothing_else() -> None:
    seen = Seen("borrower", frozenset({"money"}), frozenset({"stage"}), frozenset({"money", "care"}))
    assert (seen.sees("money"), seen.sees("talks")) == (True, False)
    assert [seen.may_fact(name) for name in ("dpd", "stage", "times_in_stage")] == [True, True, False]
    assert [seen.may_row(kind) for kind in ("PaymentReceived", "HoldPlaced", "OfferMade")] == [True, True, False]
    assert [seen.may_field("HoldPlaced", name) for name in ("hold", "reason")] == [False, False]
    assert seen.hidden == tuple(group for group in GROUPS if group != "money")
    assert (seen.everything, ALL.everything, ALL.hidden) == (False, True, ())


def test_who_sees_every_group_and_not_every_row_does_not_see_all() -> None:
    seen = Seen("part", ALL.groups, rows=frozenset({"money"}))
    assert (seen.everything, seen.whole, ALL.whole) == (True, False, True)
