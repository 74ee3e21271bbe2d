"""A borrower as a whole, asked of a flow: all loans of a person, and of them what whoever looks may see."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from overdue_flow import Flow, MemoryStore
from overdue_flow.engine.borrower import Borrower
from overdue_flow.errors import AccessRefused, UnknownCase
from overdue_flow.events import (
    Closed,
    ComplaintReceived,
    ContactAttempted,
    DebtSold,
    HoldPlaced,
    Instalment,
    PlacedWithAgency,
    PlanAgreed,
    PromiseMade,
)
from overdue_flow.policy.load import load_policy
from overdue_flow.reports.as_text import as_text
from overdue_flow.reports.borrower import borrower_report
from support.families import POLICY, opened
from support.telling import noon

ACCESS = """\
access:
  auditor: {sees: [money, care], journal: all, loans: all, because: audits}
  agency: {sees: [money], journal: [money], loans: placed, because: collects}
  borrower: {sees: [identity, money, talks, care, contact], journal: [money], loans: own, because: it is theirs}
"""
LIMIT = """\
limits:
  - {id: once, strength: block, applies_to: {kind: contact}, counts: attempt, at_most: 1, within: 7 days, per: person}
  - {id: hours, strength: block, applies_to: {kind: contact}, outside: "09:00-18:00"}
"""


def a_flow(more: str = LIMIT) -> Flow:
    flow = Flow(load_policy(text=POLICY + more), MemoryStore(), clock=lambda: noon("2026-01-02"))
    flow.receive("a", opened("2025-01-10"))
    flow.receive("b", opened("2025-06-10", "250.00"))
    flow.receive("c", opened("2025-01-20", "70.00", currency="USD"))
    return flow


def seen(flow: Flow, day: str = "2025-02-01", **who: str) -> Borrower:
    return flow.borrower("p", at=noon(day), **who)


def test_a_borrower_has_all_of_their_loans_and_what_is_owed_by_currency() -> None:
    found = seen(a_flow())
    assert [(loan.loan_id, loan.dpd) for loan in found.loans] == [("a", 22), ("b", 0), ("c", 12)]
    assert (found.dpd, found.on) == (22, date(2025, 2, 1))
    assert {currency: tuple(owed) for currency, owed in found.owed.items()} == {
        "CNY": (Decimal("100.00"), Decimal("350.00")),
        "USD": (Decimal("70.00"), Decimal("70.00")),
    }


def test_what_is_open_is_told_of_each_loan() -> None:
    flow = a_flow()
    plan = PlanAgreed(
        id="plan", at=noon("2025-01-12"), instalments=(Instalment(due_on=date(2025, 5, 1), amount="100.00"),)
    )
    promise = PromiseMade(id="word", at=noon("2025-01-12"), amount="70.00", due_on=date(2025, 3, 1))
    flow.receive("a", plan)
    flow.receive("c", promise)
    flow.receive("b", ComplaintReceived(id="c", at=noon("2025-01-13")))
    flow.receive("b", HoldPlaced(id="h", at=noon("2025-01-13"), hold="hardship"))
    found = {loan.loan_id: loan for loan in seen(flow).loans}
    assert [(one.plan, one.promise, one.complaint) for one in found.values()] == [
        (True, False, False),
        (False, False, True),
        (False, True, False),
    ]
    assert {one.holds for one in found.values()} == {("hardship",)}
    assert all(one.contact_at is None for one in found.values()), "contact is stopped on all"


def test_the_next_contact_is_when_limits_of_the_person_permit_it() -> None:
    flow = a_flow()
    assert seen(flow).contact_at == noon("2025-02-01")
    flow.receive("b", ContactAttempted(id="x", at=noon("2025-01-30"), channel="phone", outcome="no_answer"))
    assert str(seen(flow).contact_at) == "2025-02-06 09:00:00+00:00"


def test_a_loan_that_is_closed_is_told_and_not_counted() -> None:
    flow = a_flow()
    flow.receive("a", Closed(id="end", at=noon("2025-01-25")))
    found = seen(flow)
    assert [loan.ended for loan in found.loans] == ["closed", None, None]
    assert (found.dpd, found.owed["CNY"].balance) == (12, Decimal("250.00"))


def test_a_person_without_a_loan_is_unknown() -> None:
    with pytest.raises(UnknownCase, match="no loan of a person `nobody`"):
        a_flow().borrower("nobody")


# --- who looks ---


def test_a_look_without_a_role_is_refused_where_the_policy_says_who_may_see_what() -> None:
    with pytest.raises(AccessRefused):
        seen(a_flow(ACCESS))


def test_an_agency_sees_the_loans_that_are_placed_with_it_and_their_money() -> None:
    flow = a_flow(ACCESS)
    flow.receive("c", PlacedWithAgency(id="out", at=noon("2025-01-25"), agency="acme"))
    found = seen(flow, role="agency", who="acme")
    assert [loan.loan_id for loan in found.loans] == ["c"]
    assert (found.person_id, found.loans[0].dpd) == ("", 12)
    assert (found.loans[0].plan, found.loans[0].stage, found.loans[0].contact_at) == (None, "", None)
    with pytest.raises(AccessRefused):
        seen(flow, role="agency", who="others")


def test_a_day_that_is_past_shows_no_loan_that_was_placed_only_then() -> None:
    """Who may look is asked of the day on which they do, and so is the look dated, whatever day is asked about."""
    flow = a_flow(ACCESS)
    gone = PlacedWithAgency(id="out", at=noon("2025-01-25"), agency="acme", until=date(2025, 2, 20))
    flow.receive("c", gone)
    with pytest.raises(AccessRefused):
        seen(flow, "2025-02-01", role="agency", who="acme")
    assert {look.at for look in flow._turns.store.looks()} == {noon("2026-01-02")}


def test_an_agency_is_not_told_whether_a_person_of_others_has_loans() -> None:
    flow = a_flow(ACCESS)
    refusals = []
    for person in ("p", "nobody"):
        with pytest.raises(AccessRefused) as refused:
            flow.borrower(person, role="agency", who="acme")
        refusals.append(str(refused.value))
    assert refusals == ["no loan of that person is one that `acme` may see"] * 2
    with pytest.raises(UnknownCase):
        flow.borrower("nobody", role="auditor", who="x")
    assert [look.case_id for look in flow._turns.store.looks()] == ["a", "b", "c", ""]


def test_when_contact_is_allowed_is_told_in_the_time_of_the_loan() -> None:
    flow = Flow(
        load_policy(text=POLICY.replace("time_zone: UTC", "time_zone: Asia/Shanghai") + LIMIT),
        MemoryStore(),
        clock=lambda: noon("2026-01-02"),
    )
    flow.receive("a", opened("2025-01-10"))
    found = seen(flow).contact_at
    assert found is not None
    assert found.isoformat() == "2025-02-02T09:00:00+08:00"


def test_what_is_owed_is_the_same_for_who_is_not_told_how_a_loan_ended() -> None:
    flow = a_flow(ACCESS)
    flow.receive("a", DebtSold(id="end", at=noon("2025-01-25"), buyer="zq-buyer"))
    found = seen(flow, role="borrower", who="p")
    assert [loan.ended for loan in found.loans] == ["closed", None, None]
    assert found.owed["CNY"].balance == Decimal("250.00")


def test_each_loan_that_is_shown_is_a_look_that_is_remembered() -> None:
    flow = a_flow(ACCESS)
    seen(flow, role="borrower", who="p")
    looks = list(flow._turns.store.looks())
    assert [(look.case_id, look.role, look.what) for look in looks] == [
        (loan, "borrower", "borrower") for loan in "abc"
    ]


def test_the_report_tells_the_same_and_hides_what_a_role_may_not_see() -> None:
    flow = a_flow(ACCESS)
    policy = load_policy(text=POLICY + ACCESS)
    whole = borrower_report(seen(flow, role="borrower", who="p"), policy)
    text = as_text(whole, "en")
    assert "most days past due  22" in text
    assert "350.00" in text
    role = policy.access["auditor"].seen
    hidden = as_text(borrower_report(seen(flow, role="auditor", who="x"), policy, role), "en")
    assert "current" not in hidden, "stages are work"
    assert "350.00" in hidden
    assert "借款人整体情况" in as_text(whole, "zh")
