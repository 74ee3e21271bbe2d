"""The life of a complaint, as a page of text: one that was answered late, taken further, and upheld in the end."""

from __future__ import annotations

import pytest

from overdue_flow.events import (
    ComplaintAcknowledged,
    ComplaintAnswered,
    ComplaintEscalated,
    ComplaintInvestigated,
    ComplaintReceived,
    ConsequenceDecided,
    EffectDelivered,
    TaskCompleted,
)
from overdue_flow.reports.complaint_life import complaint_lives
from support.golden import Golden
from support.road import Road, at, on, one_stage, road_policy

RULES = """
      {id: acknowledge, on: ComplaintReceived, do: see_to, with: {role: care_team, what: acknowledge},
       within: 3 business days, done_by: ComplaintAcknowledged},
      {id: answer, on: ComplaintReceived, do: see_to, with: {role: care_team, what: answer},
       within: 15 business days, done_by: ComplaintAnswered,
       else: {do: see_to, with: {role: head_office, what: a late answer}}},
      {id: tell, on: ComplaintAnswered, do: answer_letter, with: {remedies: [consumer_body, court]}}
"""


@pytest.fixture
def road() -> Road:
    """A loan whose lender sees to complaints in the stated business days."""
    return Road(
        road_policy(
            one_stage(" ".join(RULES.split())),
            roles="[care_team, head_office]",
            attention="head_office",
            actions=(
                "{see_to: {kind: task, params: {role: role, what: text}},"
                " answer_letter: {kind: notice, purpose: service, params: {remedies: remedies}}}"
            ),
            remedies=(
                "{consumer_body: {label: consumer association, reach: call 12315},"
                " court: {label: {en: the people's court, zh: 人民法院}, reach: {en: at the borrower's domicile}}}"
            ),
        )
    )


def lives(road: Road, day: str) -> str:
    """Every complaint of the loan as told on a day, one after the other."""
    remedies = road.machine.policy.remedies
    return "\n".join(life.text() for life in complaint_lives(road.entries, remedies, on(day)))


def test_the_life_of_a_complaint_reads_as_expected(road: Road, golden: Golden) -> None:
    """Around the Spring Festival of 2025, so that business days are not weekdays."""
    road.tell(
        ComplaintReceived(
            complaint_id="c-1", topic="conduct", against="agent-7", about="calls at night, and to the neighbours"
        ),
        "2025-01-20",
    )
    road.tell(ComplaintAcknowledged(complaint_id="c-1"), "2025-01-22")
    road.tell(ComplaintReceived(nature="objection", topic="late fee"), "2025-01-24")
    found = ComplaintInvestigated(
        complaint_id="c-1", by="supervisor-2", findings="two calls after 22:00", evidence=("rec-114", "rec-115")
    )
    road.tell(found, "2025-02-10")
    road.tell(ComplaintEscalated(complaint_id="c-1", to="head_office", by="lender", reason="late"), "2025-02-18")
    partly = ComplaintAnswered(
        complaint_id="c-1", outcome="in_part", findings="the calls were late", remedies=("consumer_body", "court")
    )
    road.tell(partly, "2025-02-20")
    (letter,) = road.effects("answer_letter")
    road.tell(EffectDelivered(effect_id=letter.id), "2025-02-21")
    further = ComplaintEscalated(complaint_id="c-1", to="consumer_body", reason="the neighbours were not mentioned")
    road.tell(further, "2025-03-03")
    upheld = ComplaintAnswered(complaint_id="c-1", outcome="upheld", remedies=("court", "ombudsman"))
    road.tell(upheld.model_copy(update={"happened_at": at("2025-03-11")}), "2025-03-12")
    road.tell(
        ConsequenceDecided(complaint_id="c-1", consequence="taken_off_the_case", against="agent-7", reason="repeated"),
        "2025-03-14",
    )
    late = next(one for one in road.effects("see_to") if one.params["what"] == "a late answer")
    road.tell(TaskCompleted(effect_id=late.id), "2025-03-17")

    golden(lives(road, "2025-03-17"), "complaints/one_that_went_far.txt")


def test_a_complaint_about_which_nobody_does_anything_reads_as_expected(road: Road, golden: Golden) -> None:
    road.tell(ComplaintReceived(), "2025-03-03")
    road.live("2025-04-10")

    golden(lives(road, "2025-04-10"), "complaints/one_that_lies.txt")
