"""What reports do for the banks' clauses: what a clause asks for is in the report, and missed when it is taken out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from overdue_flow.cases.groups import ALL_GROUPS
from overdue_flow.policy.dump import dump_policy
from overdue_flow.policy.load import load_policy
from overdue_flow.reports.as_text import as_text
from overdue_flow.reports.catalogue import OF_A_BOOK, OF_A_LOAN
from overdue_flow.reports.seen import Group, Seen
from overdue_flow.reports.told import Period, Told
from support.clauses import BANKS, takes_out, told_of

EVERBRIGHT, CHANGJIANG, SPD, GENERAL = BANKS


def missed(told: Told, kind: str, group: Group, *words: str) -> None:
    """The words are in a report, and not in that for somebody from whom all of a group is kept."""
    make = OF_A_LOAN[kind]
    less = Seen("somebody", ALL_GROUPS - {group}, rows=ALL_GROUPS - {group})
    for word in words:
        assert re.search(word, as_text(make(told, None))), f"{word} is not in the report"
        assert not re.search(word, as_text(make(told, less))), f"{word} is told elsewhere too"


@takes_out("report case-file")
def test_the_loan_record_is_in_the_case_file() -> None:
    told = told_of(EVERBRIGHT, "a plan is negotiated until it fits, and agreed")
    missed(told, "case-file", "money", r"2025-04-19 .*400\.00", r"2025-05-19 .*800\.00", r"2025-03-03 .*1200\.00")


@takes_out("report case-file")
def test_the_law_firm_gets_finances_payments_and_documents() -> None:
    told = told_of(CHANGJIANG, "from the claim to the money, each step with its clock")
    missed(told, "case-file", "legal", r"account .*lead-1", r"hearing")
    missed(told, "case-file", "money", r"2025-12-01 +payment")
    told = told_of(SPD, "a suit is worth it by amount, duration, attitude, and cost against what it brings")
    missed(told, "case-file", "legal", r"contract +doc-1")


@takes_out("report assessment")
def test_the_assessment_tells_amount_duration_and_payment_history() -> None:
    told = told_of(SPD, "calls, a letter, a visit and talks have failed, and then it is legal")
    missed(told, "assessment", "money", r"overdue amount +20000\.00", r"days past due +94 days")
    missed(told, "assessment", "money", r"instalments so far +1\n", r"not paid +1\n")


@takes_out("report case-file")
def test_every_step_of_the_ladder_is_in_the_case_file() -> None:
    ladder = "four calls in working hours, a message, a letter that counsel has read and time to answer it, a visit"
    told = told_of(SPD, ladder)
    missed(
        told, "case-file", "work", r"the loan was looked at", r"please_call_us", r"liability", r"visit: channel visit"
    )


@takes_out("report own-record")
def test_a_borrowers_own_record_has_their_status_and_what_is_kept_of_them() -> None:
    told = told_of(SPD, "an objection is answered in ten business days, or a superior is told")
    missed(told, "own-record", "money", r"are overdue; the oldest of it was due on 2025-03-03")
    missed(told, "own-record", "care", r"2025-03-12 +objection +o-1")
    assert "You get an answer within 10 business days." in as_text(OF_A_LOAN["own-record"](told, None))


@takes_out("retention.closed-loans")
def test_the_borrower_is_told_for_how_long_it_is_kept() -> None:
    told = told_of(SPD, "an objection is answered in ten business days, or a superior is told")
    kept = "kept for 5 years after the loan is done with"
    assert kept in as_text(OF_A_LOAN["own-record"](told, None))
    less = told._replace(policy=replace(told.policy, retention=()))
    assert kept not in as_text(OF_A_LOAN["own-record"](less, None))


@takes_out("report statement")
def test_the_statement_itemises_every_overdue_sum_and_its_date() -> None:
    told = told_of(GENERAL, "verification that nobody made does not keep the borrower in the dark")
    missed(told, "statement", "money", r"2025-03-03 +instalment +principal +1000\.00")
    assert re.search(r"2025-03-03 .*1000\.00", as_text(OF_A_LOAN["statement"](told, None), "zh"))


@takes_out("report plan")
def test_the_progress_of_a_plan_is_told_instalment_by_instalment() -> None:
    told = told_of(GENERAL, "a plan is followed up every two weeks by phone, and reported every month")
    missed(told, "plan", "talks", r"2025-04-15 .*500\.00", r"2025-05-15 .*500\.00")


@takes_out("report team")
def test_colleagues_see_who_has_what_to_do() -> None:
    told = told_of(
        SPD, "an assessment that is late is told to the supervisor, and does not keep the borrower in the dark"
    )
    period = Period(date(2025, 3, 1), told.day)
    less = Seen("somebody", ALL_GROUPS - {"work"}, rows=ALL_GROUPS - {"work"})
    shown, hidden = (as_text(OF_A_BOOK["team"](told.policy, [told], period, seen)) for seen in (None, less))
    assert re.search(r"negotiation.team +1 ", shown)
    assert re.search(r"supervisor +1 ", shown)
    assert not re.search(r"supervisor +1 ", hidden)


@takes_out("buckets")
def test_a_loan_is_in_a_bucket_by_its_days() -> None:
    told = told_of(GENERAL, "a loan is classified by time")
    days = (date(2025, 3, 4), date(2025, 4, 3), date(2025, 6, 1), date(2025, 6, 2))
    assert [told._replace(turn_day=day).fact("bucket") for day in days] == ["M1", "M2", "M3", "M4+"]
    less = re.sub(r"(?m)^buckets:.*\n( .*\n)*", "", dump_policy(told.policy))
    assert told._replace(policy=load_policy(text=less)).fact("bucket") is None
