"""The limitation period: from when, until when, what interrupts and what suspends it.

The terms of most tests are those of the Civil Code of the People's Republic of China (中国民法典), arts. 188 to 195, as
`cn.civil.limitation` of the facts on regulation states them.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from overdue_flow.cases.case import Case
from overdue_flow.cases.facts import built_in
from overdue_flow.cases.limitation_clock import clock
from overdue_flow.cases.terms import LimitationTerms, Terms
from overdue_flow.events import (
    ClaimFiled,
    ClaimRejected,
    ClaimWithdrawn,
    ContactAttempted,
    DebtAcknowledged,
    Event,
    FactsChanged,
    HoldLifted,
    HoldPlaced,
    Instalment,
    JudgmentGiven,
    PaymentOrderContested,
    PaymentReceived,
    PaymentReversed,
    PlanAgreed,
    PreservationGranted,
    PromiseMade,
    ScheduleReplaced,
    SettlementReached,
)
from support.telling import a_loan, after, fact, noon

CIVIL_CODE: dict[str, Any] = {
    "period": "3 years",
    "starts": "last_due",
    "interrupted_by": ["demand", "acknowledgement", "payment", "promise", "plan", "claim"],
    "revived_by": ["acknowledgement", "plan"],
    "suspended_by": ["legal_stay"],
    "suspended_in_last": "6 months",
    "long_stop": "20 years",
}
"""Three years from the last instalment's due date (arts. 188, 189), twenty at most; art. 195 interrupts, and the last
six months can be suspended (art. 194). Who agrees to perform after it has run out owes as before (art. 192)."""


def loan(*happened: tuple[str, Event], due_on: str = "2025-02-01", **changes: object) -> Case:
    """A loan whose last instalment is due on 2025-02-01, so that its period ends with 2028-02-01."""
    terms = Terms(limitation=LimitationTerms.model_validate(CIVIL_CODE | changes))
    return after(a_loan(due_on=due_on, terms=terms), *happened)


def ends_on(case: Case, day: str | None = None) -> str | None:
    found = fact(case, "limitation_ends_on", day)
    return None if found is None else str(found)


def told(event: Event, on: str) -> tuple[str, Event]:
    """An event that took effect on a day, told in the same turn as all others."""
    return "2030-01-01", event.model_copy(update={"happened_at": noon(on)})


# --- from when, until when ---


def test_without_terms_of_limitation_it_is_the_hosts_to_tell() -> None:
    case = a_loan()
    names = ("limitation_ends_on", "limitation_began_on")
    assert [fact(case, name) for name in names] == [None, None]
    assert (fact(case, "limitation_run_out"), fact(case, "limitation_interruptions")) == (False, 0)

    case = after(case, ("2025-02-01", FactsChanged(facts={"limitation_ends_on": "2028-03-01"})))
    assert ends_on(case) == "2028-03-01"
    assert fact(case, "limitation_run_out", "2028-03-02") is True


def test_the_period_counts_from_the_due_date_of_the_last_instalment_and_its_last_day_is_usable() -> None:
    """Art. 189: a debt in instalments. The first day is not counted (art. 201)."""
    case = loan(due_on="2025-02-01")
    assert (ends_on(case), fact(case, "limitation_began_on")) == ("2028-02-01", date(2025, 2, 1))
    assert fact(case, "days_until_limitation_ends", "2028-01-02") == 30

    run_out = built_in()["limitation_run_out"]
    assert (fact(case, run_out, "2028-02-01"), fact(case, run_out, "2028-02-02")) == (False, True)
    assert run_out.until(case, date(2025, 1, 1)) == date(2028, 2, 2)
    assert run_out.until(case, date(2028, 2, 2)) is None


def test_a_replaced_schedule_moves_the_start_on_the_day_from_which_it_is_owed() -> None:
    new = ScheduleReplaced(
        effective_on=date(2025, 6, 1), instalments=(Instalment(due_on=date(2026, 1, 1), amount="1000.00"),)
    )
    case = loan(("2025-05-01", new))
    assert (ends_on(case, "2025-05-31"), ends_on(case, "2025-06-01")) == ("2028-02-01", "2029-01-01")
    assert built_in()["limitation_ends_on"].until(case, date(2025, 5, 1)) == date(2025, 6, 1)

    sooner = ScheduleReplaced(
        effective_on=date(2025, 1, 20), instalments=(Instalment(due_on=date(2025, 1, 25), amount="1000.00"),)
    )
    brought_forward = loan(("2025-01-10", sooner))
    assert (ends_on(brought_forward, "2025-01-19"), ends_on(brought_forward, "2025-01-20")) == (
        "2028-02-01",
        "2028-01-25",
    )


def test_it_may_count_from_the_oldest_unpaid_instalment_and_then_is_missing_while_nothing_is_overdue() -> None:
    case = loan(starts="oldest_due", interrupted_by=[], revived_by=[])
    assert (ends_on(case, "2025-02-01"), ends_on(case, "2025-02-02")) == (None, "2028-02-01")
    assert built_in()["limitation_ends_on"].until(case, date(2025, 1, 15)) == date(2025, 2, 2)
    paid = after(case, ("2025-03-01", PaymentReceived(amount="1000.00", value_date=date(2025, 3, 1))))
    assert ends_on(paid) is None


def test_what_the_host_tells_goes_before_what_is_worked_out_until_it_is_too_old() -> None:
    case = loan(("2025-03-01", FactsChanged(facts={"limitation_ends_on": "2026-06-30"}, max_age_days=30)))
    assert (ends_on(case, "2025-03-31"), ends_on(case, "2025-04-01")) == ("2026-06-30", "2028-02-01")
    assert built_in()["limitation_ends_on"].until(case, date(2025, 3, 1)) == date(2025, 4, 1)


# --- what interrupts (art. 195) ---


def contact(**fields: object) -> ContactAttempted:
    said = {"channel": "sms", "outcome": "delivered", "purpose": "collect"}
    return ContactAttempted.model_validate(said | fields)


PLAN = (Instalment(due_on=date(2027, 1, 1), amount="500.00"),)


@pytest.mark.parametrize(
    ("word", "event"),
    [
        ("demand", contact()),
        ("demand", contact(channel="phone", outcome="conversation", purpose=None)),
        ("demand", contact(channel="letter", purpose="legal_notice")),
        ("acknowledgement", DebtAcknowledged(reference="letter-1")),
        ("payment", PaymentReceived(amount="1.00", value_date=date(2026, 5, 10))),
        ("promise", PromiseMade(amount="5.00", due_on=date(2026, 6, 1))),
        ("plan", PlanAgreed(instalments=PLAN)),
        ("plan", SettlementReached(amount="500.00", instalments=PLAN)),
        ("claim", PreservationGranted()),
    ],
)
def test_an_interruption_begins_the_whole_period_anew_where_the_terms_name_it(word: str, event: Event) -> None:
    case = loan(("2026-05-10", event))
    assert ends_on(case) == "2029-05-10"
    assert (fact(case, "limitation_began_on"), fact(case, "limitation_interruptions")) == (date(2026, 5, 10), 1)

    others = [name for name in CIVIL_CODE["interrupted_by"] if name != word]
    deaf = loan(("2026-05-10", event), interrupted_by=others, revived_by=[])
    assert (ends_on(deaf), fact(deaf, "limitation_interruptions")) == ("2028-02-01", 0)


@pytest.mark.parametrize(
    "event",
    [
        contact(outcome="bounced"),
        contact(channel="phone", outcome="no_answer"),
        contact(channel="phone", outcome="connected"),
        contact(purpose="survey"),
        contact(direction="inbound"),
        contact(party="guarantor"),
        contact(party="third_party"),
    ],
    ids=lambda event: " ".join(str(said) for said in (event.outcome, event.purpose, event.direction, event.party)),
)
def test_a_contact_that_did_not_reach_the_borrower_or_asked_for_nothing_is_no_demand(event: Event) -> None:
    assert ends_on(loan(("2026-05-10", event))) == "2028-02-01"


def test_a_payment_interrupts_from_its_value_date_and_one_that_bounced_does_not() -> None:
    ahead = PaymentReceived(id="p-1", amount="1.00", value_date=date(2026, 5, 20))
    case = loan(("2026-05-10", ahead))
    assert (ends_on(case, "2026-05-19"), ends_on(case, "2026-05-20")) == ("2028-02-01", "2029-05-20")
    assert built_in()["limitation_ends_on"].until(case, date(2026, 5, 10)) == date(2026, 5, 20)

    bounced = after(case, ("2026-06-01", PaymentReversed(payment_id="p-1", reversed_on=date(2026, 6, 1))))
    assert ends_on(bounced) == "2028-02-01"


def test_what_comes_before_the_period_begins_interrupts_nothing() -> None:
    case = loan(("2025-01-20", DebtAcknowledged()), ("2025-02-01", contact()))
    assert (ends_on(case), fact(case, "limitation_interruptions")) == ("2028-02-01", 0)


def test_interruptions_count_in_the_order_in_which_they_took_effect() -> None:
    """The second is in time only because of the first, which is noticed later."""
    second, first = told(DebtAcknowledged(), "2029-01-15"), told(contact(), "2027-01-15")
    assert ends_on(loan(second, first, revived_by=[])) == "2032-01-15"
    assert ends_on(loan(second, revived_by=[])) == "2028-02-01"


def test_an_interruption_after_the_period_has_run_out_counts_only_where_it_may_revive_it() -> None:
    """Art. 192: the debtor who agrees to perform; a demand or a claim comes too late."""
    late = ("2028-02-02", "2028-06-01")
    assert ends_on(loan((late[0], contact()), (late[1], ClaimFiled(claim_amount="9.00")))) == "2028-02-01"
    in_time = loan(("2028-02-01", contact()))
    assert ends_on(in_time) == "2031-02-01"
    revived = loan((late[1], DebtAcknowledged()))
    assert (ends_on(revived), fact(revived, "limitation_run_out")) == ("2031-06-01", False)


# --- the claim ---

CLAIM = ("2026-05-10", ClaimFiled(claim_amount="900.00"))


@pytest.mark.parametrize("end", [ClaimWithdrawn(), ClaimRejected()])
def test_a_claim_holds_the_period_open_and_it_begins_anew_when_the_claim_is_over(end: Event) -> None:
    open_ = loan(CLAIM, ("2026-06-01", contact()))
    assert (ends_on(open_, "2040-01-01"), fact(open_, "limitation_run_out", "2040-01-01")) == (None, False)
    assert fact(open_, "limitation_began_on") is None

    over = after(open_, ("2026-11-01", end))
    assert (ends_on(over), fact(over, "limitation_began_on")) == ("2029-11-01", date(2026, 11, 1))


def test_a_claim_counts_from_the_day_of_its_filing() -> None:
    filed = ClaimFiled(claim_amount="900.00", filed_on=date(2028, 1, 31))
    assert ends_on(loan(("2028-02-05", filed))) is None
    too_late = ClaimFiled(claim_amount="900.00", filed_on=date(2028, 2, 2))
    assert ends_on(loan(("2028-02-05", too_late))) == "2028-02-01"


def test_an_order_to_pay_that_is_contested_begins_the_period_anew_and_no_other_claim_does() -> None:
    order = ClaimFiled(claim_amount="900.00", track="payment_order")
    contested = ("2026-06-10", PaymentOrderContested())
    assert ends_on(loan(("2026-05-10", order), contested)) == "2029-06-10"
    assert ends_on(loan(CLAIM, contested)) is None


def test_a_judgment_takes_the_place_of_the_claim() -> None:
    judged = loan(CLAIM, ("2026-09-01", JudgmentGiven(outcome="for_lender")), ("2026-10-01", contact()))
    assert (ends_on(judged), fact(judged, "limitation_run_out", "2040-01-01")) == (None, False)
    assert fact(judged, "limitation_interruptions") == 1, "the claim; nothing is left that a demand could interrupt"
    withdrawn = after(judged, ("2026-11-01", ClaimWithdrawn()))
    assert ends_on(withdrawn) == "2029-11-01"
    anew = after(judged, ("2030-11-01", CLAIM[1]), ("2030-12-01", ClaimWithdrawn()))
    assert (ends_on(anew), fact(anew, "limitation_interruptions")) == ("2033-12-01", 3)


def test_a_claim_on_what_was_accelerated_is_heard_before_the_last_instalment_is_due() -> None:
    claimed = loan(CLAIM, due_on="2027-02-01")
    assert ends_on(claimed) is None
    assert ends_on(after(claimed, ("2026-06-01", ClaimWithdrawn()))) == "2030-02-01"


def test_the_end_of_a_claim_that_nobody_filed_changes_nothing() -> None:
    assert ends_on(loan(("2026-05-10", ClaimWithdrawn()))) == "2028-02-01"


# --- what suspends (art. 194) ---


def hold(placed_on: str, lifted_on: str | None) -> tuple[tuple[str, Event], ...]:
    placed = (placed_on, HoldPlaced(hold="legal_stay"))
    return (placed,) if lifted_on is None else (placed, (lifted_on, HoldLifted(hold="legal_stay")))


@pytest.mark.parametrize(
    ("placed_on", "lifted_on", "ends"),
    [
        ("2027-09-01", "2027-12-01", "2028-06-01"),  # within the last six months
        ("2027-01-01", "2027-12-01", "2028-06-01"),  # begun before them
        ("2027-01-01", "2027-08-02", "2028-02-01"),  # over on the last day before them
        ("2027-01-01", "2027-08-03", "2028-02-03"),  # over on their first day
        ("2028-01-31", "2028-08-01", "2029-02-01"),  # on the last day but one, and long after
        ("2028-02-02", "2028-08-01", "2028-02-01"),  # when it had run out
    ],
)
def test_a_hold_in_the_last_six_months_leaves_six_months_when_it_ends(
    placed_on: str, lifted_on: str, ends: str
) -> None:
    assert ends_on(loan(*hold(placed_on, lifted_on))) == ends


def test_a_second_hold_in_the_six_months_that_the_first_one_left_suspends_again() -> None:
    assert ends_on(loan(*hold("2027-09-01", "2027-12-01"), *hold("2028-03-01", "2028-04-01"))) == "2028-10-01"


def test_a_hold_without_an_end_suspends_from_the_first_day_of_the_last_six_months_on() -> None:
    case = loan(*hold("2027-01-01", None), long_stop=None)
    assert (ends_on(case, "2027-08-01"), ends_on(case, "2027-08-02")) == ("2028-02-01", None)
    assert built_in()["limitation_ends_on"].until(case, date(2027, 1, 1)) == date(2027, 8, 2)
    assert fact(case, "limitation_run_out", "2040-01-01") is False
    assert ends_on(loan(*hold("2027-01-01", None)), "2027-08-02") == "2045-02-01", "the long stop"


@pytest.mark.parametrize("long_stop", [None, "20 years"])
def test_an_interruption_while_it_stands_still_begins_a_period_whose_end_is_known(long_stop: str | None) -> None:
    case = loan(*hold("2027-01-01", None), ("2027-12-01", DebtAcknowledged()), long_stop=long_stop)
    assert ends_on(case) == "2030-12-01", "not the long stop: the last six months of it are far away"
    assert built_in()["limitation_ends_on"].until(case, case.day) == date(2030, 6, 2)
    assert ends_on(case, "2030-06-02") == (None if long_stop is None else "2045-02-01")


def test_a_hold_of_another_kind_suspends_nothing() -> None:
    placed = HoldPlaced(hold="hardship", placed_on=date(2027, 12, 1), ends_on=date(2028, 1, 1))
    assert ends_on(loan(("2027-12-01", placed))) == "2028-02-01"


def test_without_a_last_part_every_day_of_a_hold_is_left_out() -> None:
    days_out = loan(*hold("2026-01-01", "2026-01-11"), suspended_in_last=None)
    assert ends_on(days_out) == "2028-02-11"
    begun_before = loan(*hold("2025-01-22", "2025-02-04"), suspended_in_last=None)
    assert ends_on(begun_before) == "2028-02-03", "the two days after the first, which is not counted"
    open_ = loan(*hold("2026-01-01", None), suspended_in_last=None, long_stop=None)
    assert ends_on(open_) is None


def test_a_hold_to_come_without_an_end_suspends_from_its_day_on() -> None:
    placed = HoldPlaced(hold="legal_stay", placed_on=date(2026, 3, 1))
    case = loan(("2026-01-01", placed), suspended_in_last=None, long_stop=None)
    assert (ends_on(case, "2026-02-28"), ends_on(case, "2026-03-01")) == ("2028-02-01", None)
    assert built_in()["limitation_ends_on"].until(case, date(2026, 1, 1)) == date(2026, 3, 1)


# --- the long stop (art. 188) ---


def test_nothing_extends_the_long_stop() -> None:
    yearly = [(f"{year}-01-15", DebtAcknowledged()) for year in range(2027, 2046, 2)]
    case = loan(*yearly)
    assert ends_on(case) == "2045-02-01"
    assert fact(case, "limitation_run_out", "2045-02-02") is True
    beyond = after(case, ("2046-01-15", DebtAcknowledged()))
    assert (ends_on(beyond), fact(beyond, "limitation_interruptions")) == ("2045-02-01", 10)


# --- the clock, told ---


def test_the_clock_tells_every_interruption_whether_it_counted_and_what_it_did() -> None:
    case = loan(
        ("2026-05-10", contact()),
        ("2026-08-01", ClaimFiled(claim_amount="900.00")),
        ("2027-01-10", ClaimWithdrawn()),
        ("2030-01-11", contact()),
    )
    found = clock(case, case.day)
    assert found is not None
    assert [(str(one.on), one.word, one.counted, str(one.ends_on)) for one in found.interruptions] == [
        ("2026-05-10", "demand", True, "2029-05-10"),
        ("2026-08-01", "claim", True, "None"),
        ("2027-01-10", "claim", True, "2030-01-10"),
        ("2030-01-11", "demand", False, "2030-01-10"),
    ]
    assert (str(found.started_on), str(found.long_stop_on), found.in_court) == ("2025-02-01", "2045-02-01", "")
