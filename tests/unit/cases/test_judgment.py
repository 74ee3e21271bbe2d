"""The judgment: how it stands, until when it may be appealed, and when it is final."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from overdue_flow.cases.case import Case
from overdue_flow.cases.facts import built_in
from overdue_flow.cases.terms import LegalTerms, Terms
from overdue_flow.errors import EventRefused
from overdue_flow.events import AppealDecided, AppealFiled, ClaimFiled, ClaimWithdrawn, Event, JudgmentGiven
from support.telling import a_loan, after, fact

CLAIM = ("2025-05-01", ClaimFiled(claim_amount="900.00"))
JUDGMENT = ("2025-08-01", JudgmentGiven(outcome="in_part", amount="450.00", pay_by=date(2025, 9, 15)))
FILED, UPHELD = AppealFiled(by="borrower"), AppealDecided(outcome="upheld")


def judged(*more: tuple[str, Event], track: str = "ordinary", **terms: object) -> Case:
    """A judgment of 2025-08-01, in a court that may be appealed to for 15 days, unless `terms` say otherwise."""
    court = LegalTerms.model_validate(terms or {"appeal_within": "15 days", "no_appeal_on": ["small_claims"]})
    claim = ClaimFiled.model_validate({"claim_amount": "900.00", "track": track})
    return after(a_loan(terms=Terms(legal=court)), ("2025-05-01", claim), JUDGMENT, *more)


def test_a_judgment_has_a_day_an_outcome_an_amount_and_a_last_day_to_pay() -> None:
    case = judged()

    assert fact(case, "judgment_on") == date(2025, 8, 1)
    assert fact(case, "judgment_outcome") == "in_part"
    assert fact(case, "judgment_amount") == Decimal("450.00")
    assert fact(case, "days_since_judgment", "2025-08-11") == 10
    assert fact(case, "days_until_judgment_pay_by", "2025-09-10") == 5


def test_a_judgment_is_final_on_the_day_after_the_time_to_appeal() -> None:
    case = judged()
    final = built_in()["judgment_final"]

    assert fact(case, "appeal_ends_on") == date(2025, 8, 16)
    assert (fact(case, final, "2025-08-16"), fact(case, final, "2025-08-17")) == (False, True)
    assert final.until(case, date(2025, 8, 1)) == date(2025, 8, 17)
    assert final.until(case, date(2025, 8, 17)) is None


def test_an_appeal_keeps_a_judgment_from_being_final_until_it_is_decided() -> None:
    appealed = judged(("2025-08-10", FILED))
    assert fact(appealed, "appeal_open") is True
    assert fact(appealed, "judgment_final", "2025-12-01") is False

    decided = after(appealed, ("2025-11-01", UPHELD))
    assert (fact(decided, "appeal_open"), fact(decided, "judgment_final")) == (False, True)
    assert fact(decided, "appeal_ends_on") is None


def test_a_judgment_that_an_appeal_changed_is_final_with_it() -> None:
    case = judged(
        ("2025-08-10", FILED),
        ("2025-11-01", AppealDecided(outcome="changed")),
        ("2025-11-02", JudgmentGiven(outcome="against")),
    )
    assert (fact(case, "judgment_outcome"), fact(case, "judgment_final")) == ("against", True)


def test_on_a_track_that_knows_no_appeal_a_judgment_is_final_at_once() -> None:
    case = judged(track="small_claims")
    assert (fact(case, "judgment_final", "2025-08-01"), fact(case, "appeal_ends_on")) == (True, None)
    assert fact(judged(track="payment_order"), "judgment_final", "2025-08-01") is False


def test_where_the_terms_say_nothing_of_appeals_only_a_decided_one_makes_a_judgment_final() -> None:
    case = judged(enforce_within="2 years")
    assert (fact(case, "appeal_ends_on"), fact(case, "judgment_final", "2030-01-01")) == (None, False)
    assert fact(after(case, ("2025-11-01", UPHELD)), "judgment_final") is True


@pytest.mark.parametrize("later", [ClaimFiled(claim_amount="900.00"), ClaimWithdrawn()])
def test_a_claim_filed_anew_or_withdrawn_leaves_an_earlier_judgment_without_effect(later: Event) -> None:
    case = judged(("2025-09-01", later))
    assert fact(case, "judgment_final", "2026-01-01") is False
    assert fact(case, "appeal_ends_on") is None
    assert fact(case, "judgment_outcome") == "in_part"

    appealed = judged(("2025-08-10", FILED), ("2025-09-01", later))
    assert fact(appealed, "appeal_open") is False


def test_a_judgment_told_late_does_not_replace_a_later_one() -> None:
    late = JudgmentGiven(outcome="against", happened_at="2025-07-01T12:00:00+00:00")
    assert fact(judged(("2025-08-02", late)), "judgment_outcome") == "in_part"


def test_the_time_to_pay_under_a_judgment_cannot_end_before_it() -> None:
    wrong = JudgmentGiven(outcome="for_lender", pay_by=date(2025, 7, 31))
    with pytest.raises(EventRefused, match=r"cannot end on 2025-07-31, before it begins; .* `happened_at`"):
        after(a_loan(), CLAIM, ("2025-08-01", wrong))
