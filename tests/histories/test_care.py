"""Stories of people who are cared for: a breathing space that the law grants, a death, an old borrower, a dispute.

Each is lived under a small policy that says what such a lender would; `Road` lives it twice, asleep and day by day.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from overdue_flow.events import (
    AmountVerified,
    ComplaintReceived,
    ContactAttempted,
    DisputeRaised,
    DisputeResolved,
    HoldPlaced,
    ProofReceived,
    ProofRequested,
    TaskCompleted,
)
from support.road import Road, at, on, opening, road_policy

ACTIONS = (
    "{call: {kind: contact, params: {channel: choice}},"
    " letter: {kind: contact, params: {channel: choice, party: {type: choice, of: [borrower, representative],"
    " optional: true}}},"
    " notice: {kind: contact, purpose: legal_notice, params: {channel: choice}},"
    " support: {kind: task, params: {role: role}},"
    " statement: {kind: contact, purpose: service, params: {channel: choice}}}"
)
ROLES = "[supervisor, debt_adviser, care_team]"
STAGES = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late:
    every: [{each: 7 days, do: call, with: {channel: phone}}]
    rules: [{id: sue, when: dpd > 30, to: court}]
  court:
    every: [{each: 7 days, do: call, with: {channel: phone}}]
    rules: [{id: back, when: arrears_cleared, to: calm}]
"""


def told(road: Road) -> list[str]:
    return [one.params["reason"] for one in road.effects("attention")]


# --- a breathing space: 60 days, a review between day 25 and day 35, one in 12 months ---

BREATHING_SPACE = (
    "{breathing_space: {stops: [collect, court], placed_by: [debt_adviser], lifted_by: [debt_adviser],"
    # it falls due at the opening of day 25, and may be made until the end of day 35
    " review_after: 23 days, review_within: 10 days, ends_after: 60 days, again_after: 12 months}}"
)


def breathing(begins: str, **fields: object) -> Road:
    policy = road_policy(
        STAGES,
        holds=BREATHING_SPACE,
        actions=ACTIONS,
        roles=ROLES,
        attention="supervisor",
        everywhere="[{id: say, when: dpd == 30, do: statement, with: {channel: letter}}]",
    )
    road = Road(policy, opening("2025-01-10", "2025-02-10"))
    road.tell(HoldPlaced.model_validate({"hold": "breathing_space", "role": "debt_adviser", **fields}), begins)
    return road


def days_of_it() -> dict[int, date]:
    """The days of the breathing space, by their number: the first is day 1."""
    return {number: on("2025-01-15") + timedelta(days=number - 1) for number in range(1, 62)}


def test_a_breathing_space_lasts_sixty_days_and_nobody_is_pursued_in_them() -> None:
    road = breathing("2025-01-15")
    days = days_of_it()
    road.live("2025-04-01")

    assert [road.fact("hold_breathing_space", days[number]) for number in (1, 60, 61)] == [True, True, False]
    calls = [(one.decided_on, one.status.value) for one in road.effects("call")]
    assert {status for day, status in calls if day < days[61]} == {"skipped"}
    assert {status for day, status in calls if day >= days[61]} == {"pending"}
    # what it does not stop goes out: the instalments go on, and are spoken of
    assert [(one.decided_on, one.status.value) for one in road.effects("statement")] == [(on("2025-02-09"), "pending")]
    # the way to the court opens on the first day after it
    assert road.moves[-1] == (str(days[61]), "court", "sue")


def test_a_breathing_space_is_reviewed_between_day_25_and_day_35() -> None:
    road = breathing("2025-01-15")
    days = days_of_it()
    (review,) = road.effects("hold_review")

    assert (review.due_at, review.deadline_on, review.role) == (at(days[25], 0), days[35], "debt_adviser")
    road.live(days[36])
    assert told(road) == [f"the review of hold breathing_space is late: its last day was {days[35]}"]


def test_a_breathing_space_that_was_reviewed_in_time_ends_without_a_word() -> None:
    road = breathing("2025-01-15")
    road.tell(TaskCompleted(effect_id=road.effects("hold_review")[0].id, role="debt_adviser"), days_of_it()[30])
    road.live("2025-04-01")

    assert told(road) == []
    assert "hold_review" not in road.open_effects()


def test_another_breathing_space_within_twelve_months_stands_and_is_told() -> None:
    road = breathing("2025-01-15")
    ended = days_of_it()[61]
    road.tell(HoldPlaced(hold="breathing_space", role="debt_adviser"), "2025-12-01")

    assert road.fact("hold_breathing_space") is True
    (said,) = [one for one in told(road) if "placed again" in one]
    assert f"the last one ended on {ended}" in said
    assert said.endswith("before 2026-03-16")


def test_a_breathing_space_that_the_lender_grants_of_its_own_stands_and_is_reviewed_at_once() -> None:
    road = breathing("2025-01-15", role="care_team")

    assert told(road) == ["hold breathing_space stands, though care_team may not place it"]
    assert [one.due_at for one in road.effects("hold_review")] == [at("2025-01-15")]


# --- bereavement: the family is left alone, the executor is written to ---


def test_after_a_death_only_the_representative_is_written_to() -> None:
    stages = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late:
    on_enter:
      - {do: call, with: {channel: phone}}
      - {do: letter, with: {channel: letter}}
      - {do: letter, with: {channel: letter, party: representative}}
      - {do: notice, with: {channel: letter}}
      - {do: notice, with: {channel: sms}}
    rules: [{id: end, when: dpd > 300, to: calm}]
"""
    holds = (
        "{deceased: {stops: [contact], lifted_by: [care_team], allows: [{party: representative},"
        " {purpose: legal_notice, channel: letter}]}}"
    )
    road = Road(road_policy(stages, holds=holds, actions=ACTIONS, roles=ROLES, attention="supervisor"))
    road.tell(HoldPlaced(hold="deceased", role="care_team"), "2025-01-05")
    road.live("2025-01-12")

    assert [(one.action, one.status.value) for one in road.effects()] == [
        ("call", "held"),
        ("letter", "held"),
        ("letter", "pending"),
        ("notice", "pending"),
        ("notice", "held"),
    ]


# --- an old borrower: by letter, slowly, and with somebody at their side ---


@pytest.mark.parametrize(("frail", "calls", "supported"), [(True, [], 1), (False, ["2025-01-18"], 0)])
def test_a_vulnerable_borrower_is_not_called_is_written_to_seldom_and_has_support(
    frail: bool, calls: list[str], supported: int
) -> None:
    limits = (
        "[{id: channel, strength: block, applies_to: {kind: contact, channel: phone}, when: hold_vulnerable},"
        " {id: pace, strength: block, applies_to: {kind: contact}, when: hold_vulnerable, counts: message, at_most: 1,"
        " within: 30 days}]"
    )
    stages = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late:
    on_enter: [{do: letter, with: {channel: letter}, after: 20 days}]
    every: [{each: 7 days, do: call, with: {channel: phone}}]
    rules: [{id: end, when: dpd > 300, to: calm}]
"""
    everywhere = "[{id: help, when: hold_vulnerable and dpd >= 1, do: support, with: {role: care_team}, once: episode}]"
    policy = road_policy(
        stages, limits=limits, everywhere=everywhere, actions=ACTIONS, roles=ROLES, attention="supervisor"
    )
    road = Road(policy)
    if frail:
        road.tell(HoldPlaced(hold="vulnerable"), "2025-01-05")
    road.tell(ContactAttempted(channel="letter", outcome="delivered"), "2025-01-20")
    road.live("2025-01-24")

    assert [str(one.decided_on) for one in road.effects("call") if one.status.value == "pending"] == calls
    assert len(road.effects("support")) == supported
    road.live("2025-02-10")
    letter = next(one for one in road.case.course.open_effects if one.action == "letter")
    assert letter.due_at == (at("2025-02-19", 0) if frail else at("2025-01-31", 0))


# --- a dispute: the proof is asked for, the amount is checked, and only then it goes on ---


def test_a_dispute_goes_its_way_by_proof_and_by_the_verified_amount() -> None:
    stages = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late:
    rules:
      - {id: contested, when: dispute_open, to: contested}
      - {id: sue, when: dpd > 30, to: court}
  contested:
    rules:
      - {id: wrong, when: amount_verified_differs, to: corrected}
      - id: settled
        when: not dispute_open
        to: late
      - {id: unproved, when: proof_asked and not proof_received and days_since_proof_asked >= 10, to: court}
  corrected: {rules: [{id: mended, when: not amount_verified_differs, to: contested}]}
  court: {rules: [{id: back, when: arrears_cleared, to: calm}]}
"""
    sections = {"actions": ACTIONS, "roles": ROLES, "attention": "supervisor"}
    road = Road(road_policy(stages, **sections))
    road.tell(DisputeRaised(dispute_id="d", amount="200.00", ground="amount"), "2025-01-15")
    road.tell(ProofRequested(dispute_id="d", asked_of="lender"), "2025-01-16")
    road.tell(AmountVerified(dispute_id="d", amount="800.00"), "2025-01-20")
    assert road.stage == "corrected"

    road.tell(AmountVerified(dispute_id="d", amount="1000.00"), "2025-01-21")
    assert road.stage == "contested"
    road.tell(ProofReceived(dispute_id="d", asked_of="lender", evidence=("contract-7",)), "2025-01-22")
    road.tell(DisputeResolved(dispute_id="d", outcome="rejected"), "2025-02-05")
    assert road.moves[-1] == ("2025-02-05", "late", "settled")

    silent = Road(road_policy(stages, **sections))
    silent.tell(DisputeRaised(dispute_id="d"), "2025-01-15")
    silent.tell(ProofRequested(dispute_id="d"), "2025-01-16")
    silent.live("2025-02-01")
    assert silent.moves[-1] == ("2025-01-26", "court", "unproved")


def test_an_objection_keeps_a_loan_from_the_court_until_it_is_answered() -> None:
    stages = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late: {rules: [{id: sue, when: dpd > 30 and not objection_open, to: court}]}
  court: {rules: [{id: back, when: arrears_cleared, to: calm}]}
"""
    road = Road(road_policy(stages, actions=ACTIONS, roles=ROLES, attention="supervisor"))
    road.tell(ComplaintReceived(nature="objection"), "2025-02-01")
    road.live("2025-03-01")

    assert road.stage == "late"
