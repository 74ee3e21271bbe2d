"""`done_by`: an event shows that a task is done, as if that had been told with it; each about its own thing."""

from __future__ import annotations

import pytest

from overdue_flow.engine.explain import explain
from overdue_flow.events import (
    AmountVerified,
    CaseAssessed,
    ClaimAccepted,
    ClaimFiled,
    ComplaintAnswered,
    ComplaintReceived,
    CounterOffered,
    DisputeRaised,
    DisputeResolved,
    Event,
    EventRetracted,
    HostEvent,
    NegotiationClosed,
    OfferMade,
    PaymentReceived,
    TaskCompleted,
)
from support.road import Road, at, one_stage, road_policy

ANSWER = "do: visit, with: {role: team}, within: 5 days, done_by: ComplaintAnswered"
LATE = "else: {do: visit, with: {role: boss}, within: 2 days, else: {do: visit, with: {role: counsel}}}"


def complaining(more: str = "", asked: str = "on: ComplaintReceived") -> Road:
    """A loan whose complaints are to be answered within five days."""
    return Road(road_policy(one_stage(f"{{id: answer, {asked}, {ANSWER}{more}}}")))


def waiting(road: Road) -> list[tuple[str, str | None]]:
    """The open visits: what each is about, and whose it is."""
    return [(one.about, one.role) for one in road.case.course.open_effects if one.action == "visit"]


# --- what ends ---


def test_the_event_ends_the_task_that_waits_for_it() -> None:
    road = complaining(f", {LATE}")
    road.tell(ComplaintReceived(complaint_id="c-1"), "2025-01-02")
    road.tell(ComplaintAnswered(complaint_id="c-1"), "2025-01-07", 23)
    task = road.effects("visit")[0].id
    assert road.changes() == [("2025-01-07", "delivered", f"visit {task} was done by ComplaintAnswered")]
    road.live("2025-01-30")
    assert len(road.effects("visit")) == 1, "nothing follows on what was done in time"
    assert road.open_effects() == []


def test_an_answer_to_one_complaint_does_nothing_for_another() -> None:
    road = complaining()
    road.tell(ComplaintReceived(complaint_id="c-1"), "2025-01-02")
    road.tell(ComplaintReceived(complaint_id="c-2"), "2025-01-03")
    assert waiting(road) == [("c-1", "team"), ("c-2", "team")]
    road.tell(ComplaintAnswered(complaint_id="c-2"), "2025-01-04")
    assert waiting(road) == [("c-1", "team")]


def test_an_answer_that_names_none_is_to_the_complaint_that_the_case_takes_it_for() -> None:
    road = complaining()
    road.tell(ComplaintReceived(complaint_id="c-1"), "2025-01-02")
    road.tell(ComplaintReceived(complaint_id="c-2"), "2025-01-03")
    road.tell(TaskCompleted(effect_id=road.effects("visit")[0].id), "2025-01-04")
    road.tell(ComplaintAnswered(), "2025-01-05")
    assert waiting(road) == [("c-2", "team")], "the oldest open complaint is the first, done though its task is"
    road.tell(ComplaintAnswered(), "2025-01-06")
    assert waiting(road) == []


def test_complaints_without_ids_are_told_apart_too() -> None:
    road = complaining()
    road.tell(ComplaintReceived(), "2025-01-02")
    road.tell(ComplaintReceived(), "2025-01-03")
    road.tell(ComplaintAnswered(), "2025-01-04")
    assert waiting(road) == [("entry 3", "team")]


def test_without_a_rule_on_an_event_any_such_event_will_do() -> None:
    asked = "{do: visit, with: {role: team}, done_by: CaseAssessed}"
    road = Road(road_policy(one_stage("", on_enter=f"[{asked}, {asked}]")))
    road.tell(CaseAssessed(recommendation="wait"), "2025-01-02")
    assert road.open_effects() == []


@pytest.mark.parametrize(
    ("rule", "asking", "other", "done"),
    [
        (
            "on: DisputeRaised, do: visit, done_by: DisputeResolved",
            [DisputeRaised(dispute_id="d-1"), DisputeRaised(dispute_id="d-2")],
            DisputeResolved(dispute_id="d-2"),
            DisputeResolved(dispute_id="d-1"),
        ),
        (
            "on: CounterOffered, do: visit, done_by: OfferMade",
            [CounterOffered(negotiation_id="n-1", offer_id="o-1")],
            OfferMade(negotiation_id="n-2", offer_id="o-2"),
            OfferMade(negotiation_id="n-1", offer_id="o-3"),
        ),
        (
            "on: CounterOffered, do: visit, done_by: NegotiationClosed",
            [CounterOffered(negotiation_id="n-1")],
            NegotiationClosed(outcome="failed"),
            NegotiationClosed(negotiation_id="n-1", outcome="failed"),
        ),
        (
            "on: letter, do: visit, done_by: reply",
            [HostEvent(name="letter", fields={"letter_id": "l-1"})],
            HostEvent(name="reply", fields={"letter_id": "l-2"}),
            HostEvent(name="reply", fields={"letter_id": "l-1"}),
        ),
        (
            "on: ClaimFiled, do: visit, done_by: ClaimAccepted",
            [ClaimFiled(claim_amount="10.00", reference="r-1")],
            CaseAssessed(recommendation="wait"),
            ClaimAccepted(reference="r-1"),
        ),
    ],
)
def test_events_are_matched_by_the_id_that_both_may_say(
    rule: str, asking: list[Event], other: Event, done: Event
) -> None:
    fields = "{letter_id: text}"
    road = Road(road_policy(one_stage(f"{{id: it, {rule}}}"), events=f"{{letter: {fields}, reply: {fields}}}"))
    for event in asking:
        road.tell(event, "2025-01-02")
    first = road.effects("visit")[0]
    road.tell(other, "2025-01-03")
    assert first.id in [one.id for one in road.case.course.open_effects]
    road.tell(done, "2025-01-04")
    assert first.id not in [one.id for one in road.case.course.open_effects]


@pytest.mark.parametrize("reference", [None, "(2025) 0115 No. 77", "r-2"])
def test_an_acceptance_under_the_courts_own_number_is_of_the_claim_that_was_filed_last(reference: str | None) -> None:
    road = Road(road_policy(one_stage("{id: it, on: ClaimFiled, do: visit, done_by: ClaimAccepted}")))
    road.tell(ClaimFiled(claim_amount="10.00", reference="r-1"), "2025-01-02")
    road.tell(ClaimFiled(claim_amount="20.00", reference="r-2"), "2025-01-03")
    road.tell(ClaimAccepted(reference=reference), "2025-01-04")
    assert waiting(road) == [("r-1", None)]
    road.tell(ClaimAccepted(reference="r-1"), "2025-01-05")
    assert waiting(road) == []


def test_a_check_of_the_overdue_amount_that_names_no_dispute_is_of_the_oldest_open_one() -> None:
    road = Road(road_policy(one_stage("{id: it, on: DisputeRaised, do: visit, done_by: AmountVerified}")))
    road.tell(DisputeRaised(dispute_id="d-1"), "2025-01-02")
    road.tell(DisputeRaised(), "2025-01-03")
    road.tell(AmountVerified(amount="10.00"), "2025-01-04")
    assert [about for about, _role in waiting(road)] == ["entry 3"]
    road.tell(AmountVerified(amount="10.00", dispute_id="d-1"), "2025-01-05")
    road.tell(DisputeResolved(dispute_id="d-1"), "2025-01-06")
    road.tell(AmountVerified(amount="10.00"), "2025-01-07")
    assert waiting(road) == []


def test_of_several_events_the_first_that_comes_ends_the_task() -> None:
    asked = "{id: it, on: DisputeRaised, do: visit, done_by: [AmountVerified, DisputeResolved]}"
    road = Road(road_policy(one_stage(asked)))
    road.tell(DisputeRaised(dispute_id="d-1"), "2025-01-02")
    road.tell(DisputeRaised(dispute_id="d-2"), "2025-01-03")
    road.tell(DisputeResolved(dispute_id="d-2", outcome="withdrawn"), "2025-01-04")
    assert waiting(road) == [("d-1", None)], "each event is about its own dispute"
    road.tell(AmountVerified(amount="10.00", dispute_id="d-1"), "2025-01-05")
    assert waiting(road) == []


def test_of_several_events_one_that_names_something_else_ends_the_task_whatever_it_names() -> None:
    asked = "{id: it, on: CounterOffered, do: visit, done_by: [OfferMade, PaymentReceived]}"
    road = Road(road_policy(one_stage(asked)))
    road.tell(CounterOffered(negotiation_id="n-1", offer_id="o-1"), "2025-01-02")
    road.tell(OfferMade(negotiation_id="n-2", offer_id="o-2"), "2025-01-03")
    assert waiting(road) == [("n-1", None)]
    road.tell(PaymentReceived(amount="1.00", value_date="2025-01-04"), "2025-01-04")
    assert waiting(road) == []


def test_what_is_asked_for_at_an_event_is_not_done_by_that_event() -> None:
    road = Road(road_policy(one_stage("{id: look, on: CaseAssessed, do: visit, done_by: CaseAssessed}")))
    road.tell(CaseAssessed(recommendation="wait"), "2025-01-02")
    assert road.open_effects() == ["visit"]
    road.tell(CaseAssessed(recommendation="wait"), "2025-01-03")
    assert [effect.decided_on.day for effect in road.case.course.open_effects] == [3]


def test_only_the_task_of_the_policy_is_done_and_not_what_the_machine_asks_for_because_of_it() -> None:
    stages = """
  calm:
    start: true
    rules: [{id: call, on: ComplaintReceived, do: visit, with: {role: team}, done_by: ComplaintAnswered},
            {id: end, when: dpd > 3000, to: gone}]
  gone: {end: true}
"""
    road = Road(road_policy(stages))
    road.tell(ComplaintReceived(id="e-1", complaint_id="c-1"), "2025-01-02")
    road.tell(TaskCompleted(effect_id=road.effects("visit")[0].id), "2025-01-03")
    road.tell(EventRetracted(event_id="e-1"), "2025-01-04")
    assert road.open_effects() == ["attention"]
    road.tell(ComplaintReceived(complaint_id="c-2"), "2025-01-05")
    road.tell(ComplaintAnswered(), "2025-01-06")
    assert road.open_effects() == ["attention"]


# --- late ---


def test_what_followed_on_a_late_task_is_cancelled_and_who_had_it_is_told() -> None:
    road = complaining(f", {LATE}")
    road.tell(ComplaintReceived(complaint_id="c-1"), "2025-01-02")
    road.live("2025-01-08")
    assert waiting(road) == [("c-1", "team"), ("c-1", "boss")]
    road.tell(ComplaintAnswered(complaint_id="c-1"), "2025-01-08")
    first, second = road.effects("visit")
    assert road.changes() == [
        ("2025-01-08", "delivered", f"visit {first.id} was done by ComplaintAnswered"),
        ("2025-01-08", "cancelled", f"visit {first.id} was done on 2025-01-08"),
    ]
    road.live("2025-02-08")
    assert len(road.effects("visit")) == 2
    assert second.follows == (first.id,)


def test_an_answer_in_time_that_is_told_late_says_so() -> None:
    road = complaining(f", {LATE}")
    road.tell(ComplaintReceived(complaint_id="c-1"), "2025-01-02")
    road.live("2025-01-12")
    road.tell(ComplaintAnswered(complaint_id="c-1", happened_at=at("2025-01-07", 20)), "2025-01-12")
    task = road.effects("visit")[0].id
    assert {reason for _day, status, reason in road.changes() if status == "cancelled"} == {
        f"visit {task} was done on 2025-01-07, in time"
    }
    assert road.open_effects() == []


def test_what_follows_on_a_late_task_is_about_the_same_thing_and_may_be_done_by_an_event_of_its_own() -> None:
    more = "else: {do: visit, with: {role: boss}, done_by: ComplaintEscalated}"
    road = complaining(f", {more}")
    road.tell(ComplaintReceived(complaint_id="c-1"), "2025-01-02")
    road.tell(ComplaintReceived(complaint_id="c-2"), "2025-01-03")
    road.live("2025-01-10")
    assert waiting(road) == [("c-1", "team"), ("c-2", "team"), ("c-1", "boss"), ("c-2", "boss")]


def test_a_task_that_its_stage_would_cancel_counts_as_done_by_the_event_that_leads_on() -> None:
    stages = f"""
  calm: {{start: true, rules: [{{id: up, on: ComplaintReceived, to: upset}}, {{id: end, when: dpd > 3000, to: gone}}]}}
  upset:
    on_enter: [{{{ANSWER}, until: leave}}]
    rules: [{{id: down, on: ComplaintAnswered, to: calm}}]
  gone: {{end: true}}
"""
    road = Road(road_policy(stages))
    road.tell(ComplaintReceived(), "2025-01-02")
    road.tell(ComplaintAnswered(), "2025-01-03")
    assert road.stage == "calm"
    assert [(status, "was done by" in reason) for _day, status, reason in road.changes()] == [("delivered", True)]


# --- told, and taken back ---


def test_a_person_is_told_when_the_event_that_showed_it_is_withdrawn() -> None:
    road = complaining()
    road.tell(ComplaintReceived(complaint_id="c-1"), "2025-01-02")
    road.tell(ComplaintAnswered(id="wrong", complaint_id="c-1"), "2025-01-03")
    task = road.effects("visit")[0].id
    road.tell(EventRetracted(event_id="wrong"), "2025-01-04")
    (told,) = road.effects("attention")
    assert told.params["reason"] == f"event wrong was retracted; what counts as done because of it: {task}"


def test_a_task_says_what_it_is_about() -> None:
    road = complaining()
    road.tell(ComplaintReceived(complaint_id="c-1"), "2025-01-02")
    assert "visit (role team, about c-1), due 2025-01-02" in str(explain(road.machine, road.case))
