"""Stories of the legal road: a claim paid in the middle, a settlement before the hearing, the clocks that somebody must
keep, and a host that is a month late.

Each turn is checked as it is told (`support/road.py`): the journal alone gives the same case, and who sleeps goes the
same way as who looks every day.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from overdue_flow import Flow, MemoryStore
from overdue_flow.events import (
    AppealDecided,
    AppealFiled,
    CaseAssessed,
    ClaimAccepted,
    ClaimFiled,
    ClaimWithdrawn,
    DebtAcknowledged,
    EnforcementClosed,
    EnforcementMeasureTaken,
    EnforcementStarted,
    HearingScheduled,
    Instalment,
    JudgmentGiven,
    LoanOpened,
    PaymentReceived,
    PlacedWithAgency,
    Recalled,
    SettlementReached,
)
from support.road import Road, at, on, opening, road_policy

STAGES = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late:
    rules:
      - {id: sue, on: CaseAssessed, when: recommendation == "sue" and expected_recovery > legal_cost, to: legal}
      - {id: agency, on: PlacedWithAgency, to: agency}
      - {id: gone, when: balance == 0, to: gone}
  agency: {rules: [{id: back, when: not placed_with_agency, to: late}]}
  plan: {rules: [{id: kept, when: plan_completed, to: gone}, {id: broken, when: not plan_active, to: legal}]}
  legal:
    first: claim
    rules:
      - {id: settled, on: SettlementReached, to: plan}
      - {id: paid, when: claim_outstanding == 0, to: legal.over}
    stages:
      claim: {rules: [{id: accepted, on: ClaimAccepted, to: legal.trial}, {id: void, when: claim_rejected, to: late}]}
      trial: {rules: [{id: final, when: judgment_final, to: legal.judged}]}
      judged: {rules: [{id: enforce, on: EnforcementStarted, to: legal.enforced}]}
      enforced: {rules: [{id: done, on: EnforcementClosed, to: gone}]}
      over: {on_enter: [{do: visit}], rules: [{id: withdrawn, on: ClaimWithdrawn, to: gone}]}
  gone: {end: true}
"""
EVERYWHERE = (
    "[{id: sue-in-time, when: days_until_limitation_ends == 30, do: note},"
    " {id: prepare, when: days_until_hearing == 3, do: note},"
    " {id: appeal-over, when: days_since_appeal_ends == 1, do: note},"
    " {id: apply, when: days_until_enforcement_ends == 60, do: note},"
    " {id: renew, when: days_until_measures_end == 14, do: note}]"
)
TERMS = (
    "{currency: CNY, time_zone: Asia/Shanghai,"
    " legal: {appeal_within: 15 days, no_appeal_on: [small_claims], enforce_within: 2 years},"
    " limitation: {period: 3 years, interrupted_by: [acknowledgement, claim], long_stop: 20 years}}"
)
POLICY = road_policy(STAGES, everywhere=EVERYWHERE, terms=TERMS)
SUIT = CaseAssessed(recommendation="sue", expected_recovery="800.00", legal_cost="90.00")


def in_court(**claim: Any) -> Road:
    """A loan of 1000.00, due on 2025-01-10, whose claim was filed on 2025-05-01 and accepted on 2025-05-05."""
    road = Road(POLICY)
    road.tell(SUIT, "2025-04-20")
    road.tell(ClaimFiled.model_validate({"claim_amount": "1000.00"} | claim), "2025-05-01")
    road.tell(ClaimAccepted(), "2025-05-05")
    assert road.stage == "legal.trial"
    return road


def reminders(road: Road) -> list[tuple[str, str]]:
    """Every reminder of a clock: its day, and the rule that asked for it."""
    return [(str(one.decided_on), one.cause) for one in road.effects("note")]


def paid(day: str, amount: str = "1000.00") -> PaymentReceived:
    return PaymentReceived.model_validate({"amount": amount, "value_date": day})


def test_a_claim_paid_in_the_middle_leaves_the_trial_and_is_withdrawn_by_a_person() -> None:
    road = in_court()
    road.tell(HearingScheduled(hearing_on=date(2025, 7, 1)), "2025-05-20")
    road.tell(paid("2025-06-01", "400.00"), "2025-06-01")
    assert (road.stage, str(road.fact("claim_outstanding"))) == ("legal.trial", "600.00")

    road.tell(paid("2025-06-10", "600.00"), "2025-06-10")
    assert road.stage == "legal.over"
    assert road.asked("visit") == [("2025-06-10", "visit")]
    assert str(road.fact("claim_outstanding")) == "0.00"

    road.tell(ClaimWithdrawn(reason="paid"), "2025-06-15")
    assert road.stage == "gone"
    assert [road.fact(name) for name in ("claim_amount", "claim_outstanding", "hearing_on", "filed_on")] == [None] * 4
    assert road.fact("claim_accepted") is False


def test_a_claim_paid_in_the_middle_of_enforcement_is_over_too() -> None:
    road = in_court(track="small_claims")
    road.tell(JudgmentGiven(outcome="for_lender", amount="1000.00"), "2025-07-01")
    road.tell(EnforcementStarted(measures=("account_frozen",)), "2025-08-01")
    assert road.stage == "legal.enforced"
    road.tell(paid("2025-09-01"), "2025-09-01")
    assert (road.stage, str(road.fact("enforcement_recovered"))) == ("legal.over", "1000.00")
    road.tell(EnforcementClosed(outcome="satisfied"), "2025-09-05")
    assert (road.fact("account_frozen"), road.fact("enforcement_ends_on")) == (False, None)


def test_a_settlement_opens_a_plan_in_the_middle_of_a_trial_and_its_failure_leads_back() -> None:
    road = in_court()
    parts = tuple(Instalment(due_on=on(day), amount="300.00") for day in ("2025-07-01", "2025-08-01"))
    road.tell(SettlementReached(amount="600.00", instalments=parts, waived_on_completion="400.00"), "2025-06-01")
    assert (road.stage, road.fact("settlement_on")) == ("plan", on("2025-06-01"))
    road.live("2025-08-10")
    assert road.moves[-1] == ("2025-08-02", "legal.claim", "broken")


def test_a_judgment_leads_on_when_it_is_final_and_an_appeal_puts_that_off() -> None:
    road = in_court()
    road.tell(JudgmentGiven(outcome="for_lender"), "2025-07-01")
    road.live("2025-07-31")
    assert road.moves[-1] == ("2025-07-17", "legal.judged", "final")

    road = in_court()
    road.tell(JudgmentGiven(outcome="for_lender"), "2025-07-01")
    road.tell(AppealFiled(), "2025-07-10")
    road.live("2025-08-31")
    assert road.stage == "legal.trial"
    road.tell(AppealDecided(outcome="upheld"), "2025-09-01")
    assert road.stage == "legal.judged"


def test_somebody_is_told_in_time_of_every_day_that_must_be_kept() -> None:
    road = in_court()
    road.tell(HearingScheduled(hearing_on=date(2025, 6, 20)), "2025-05-20")
    road.tell(JudgmentGiven(outcome="for_lender", pay_by=date(2025, 8, 1)), "2025-07-01")
    road.live("2027-07-01")
    road.tell(EnforcementStarted(), "2027-07-10")
    frozen = EnforcementMeasureTaken(measure="account_frozen", reference="a-1", until=date(2028, 7, 20))
    road.tell(frozen, "2027-07-20")
    road.live("2028-08-01")
    assert reminders(road) == [
        ("2025-06-17", "prepare"),
        ("2025-07-17", "appeal-over"),
        ("2027-06-02", "apply"),
        ("2028-07-06", "renew"),
    ]


def test_the_end_of_limitation_is_told_a_month_ahead_and_again_after_every_interruption() -> None:
    road = Road(POLICY)
    road.live("2027-12-31")
    road.tell(DebtAcknowledged(), "2028-01-05")
    road.live("2031-02-01")
    assert reminders(road) == [("2027-12-11", "sue-in-time"), ("2030-12-06", "sue-in-time")]
    assert (road.fact("limitation_run_out", "2031-01-05"), road.fact("limitation_run_out", "2031-01-06")) == (
        False,
        True,
    )


def test_an_agency_gives_a_loan_back_on_the_day_after_the_last_of_its_placement_or_when_it_is_recalled() -> None:
    road = Road(POLICY)
    road.tell(PlacedWithAgency(agency="north", until=date(2025, 4, 30)), "2025-02-01")
    road.live("2025-05-31")
    assert road.moves[-1] == ("2025-05-01", "late", "back")
    road.tell(PlacedWithAgency(agency="south"), "2025-06-01")
    road.tell(Recalled(), "2025-06-20")
    assert road.moves[-1] == ("2025-06-20", "late", "back")


def test_a_host_that_is_a_month_late_misses_no_day_of_the_court() -> None:
    """The judgment is told on its day; then nobody looks for a month, in which the time to appeal and a measure end."""
    told = (
        ("2025-05-01", ClaimFiled(id="c", claim_amount="1000.00")),
        ("2025-05-05", ClaimAccepted(id="a")),
        ("2025-07-01", JudgmentGiven(id="j", outcome="for_lender")),
        ("2025-07-02", EnforcementMeasureTaken(id="m", measure="account_frozen", until=date(2025, 7, 25))),
    )
    journals = []
    for looks in (range(32), (31,)):
        store = MemoryStore()
        flow = Flow(POLICY, store)
        opened: LoanOpened = opening()
        flow.receive("loan-1", opened, at=at("2025-01-01", 0))
        flow.receive("loan-1", SUIT.model_copy(update={"id": "s"}), at=at("2025-04-20"))
        for day, event in told:
            flow.receive("loan-1", event, at=at(day))
        for days in looks:
            flow.wake(date.fromordinal(date(2025, 7, 2).toordinal() + days))
        journals.append(store.journal("loan-1"))
    daily, late = journals
    assert daily == late
    moves = [(str(move.on), move.rule) for entry in late for move in entry.results.moves]
    assert ("2025-07-17", "final") in moves
