"""Complaints and objections: received, acknowledged, investigated, answered, taken further."""

from __future__ import annotations

from datetime import date

import pytest

from overdue_flow.cases.case import Case
from overdue_flow.errors import EventRefused
from overdue_flow.events import (
    ComplaintAcknowledged,
    ComplaintAnswered,
    ComplaintEscalated,
    ComplaintInvestigated,
    ComplaintReceived,
    ConsequenceDecided,
    Event,
    EventRetracted,
)
from support.telling import a_loan, after, fact, noon


def day(text: str) -> date:
    return date.fromisoformat(text)


def complained(name: str = "c-1", nature: str = "complaint") -> Case:
    """A loan about which somebody complained on 2025-02-10."""
    event = ComplaintReceived.model_validate({"complaint_id": name, "nature": nature})
    return after(a_loan(), ("2025-02-10", event))


def test_a_complaint_goes_its_way_stage_by_stage() -> None:
    case = a_loan()
    assert fact(case, "complaint_stage") is None
    found = []
    for event in (
        ComplaintReceived(complaint_id="c-1"),
        ComplaintAcknowledged(),
        ComplaintInvestigated(),
        ComplaintAnswered(outcome="rejected"),
        ComplaintEscalated(to="ombudsman"),
        ComplaintAnswered(outcome="upheld"),
    ):
        case = after(case, ("2025-02-10", event))
        found.append((fact(case, "complaint_stage"), fact(case, "complaint_open")))

    assert found == [
        ("received", True),
        ("acknowledged", True),
        ("investigated", True),
        ("answered", False),
        ("escalated", True),
        ("answered", False),
    ]


def test_a_complaint_may_be_investigated_before_it_is_acknowledged() -> None:
    case = after(complained(), ("2025-02-11", ComplaintInvestigated()), ("2025-02-12", ComplaintAcknowledged()))

    assert fact(case, "complaint_stage") == "investigated"
    assert fact(case, "complaint_acknowledged") is True


def test_of_several_acknowledgements_and_investigations_the_first_counts() -> None:
    case = after(
        complained(),
        ("2025-02-14", ComplaintAcknowledged()),
        ("2025-02-15", ComplaintAcknowledged(happened_at=noon("2025-02-12"))),
        ("2025-02-16", ComplaintInvestigated()),
        ("2025-02-18", ComplaintInvestigated()),
    )

    (complaint,) = case.care.complaints
    assert (complaint.acknowledged_on, complaint.investigated_on) == (day("2025-02-12"), day("2025-02-16"))


def test_a_complaint_that_is_late_is_escalated_while_it_is_open() -> None:
    case = after(complained(), ("2025-02-28", ComplaintEscalated(to="head office", by="lender")))
    assert (fact(case, "complaint_stage"), fact(case, "complaint_open")) == ("escalated", True)
    assert fact(case, "complaint_escalated") is True

    case = after(case, ("2025-03-03", ComplaintAnswered()))
    assert (fact(case, "complaint_stage"), fact(case, "complaint_open")) == ("answered", False)
    assert fact(case, "complaint_escalated") is True


def test_a_complaint_that_is_taken_further_is_open_since_its_first_day_until_it_is_answered_again() -> None:
    case = after(
        complained(),
        ("2025-02-20", ComplaintAnswered(complaint_id="c-1", outcome="rejected")),
        ("2025-02-25", ComplaintEscalated(to="consumer body")),
    )
    assert fact(case, "complaint_on") == day("2025-02-10")

    with pytest.raises(EventRefused, match="`c-1` ended already, on 2025-03-05"):
        after(
            case,
            ("2025-03-05", ComplaintAnswered(complaint_id="c-1", outcome="in_part")),
            ("2025-03-06", ComplaintAnswered(complaint_id="c-1")),
        )


def test_an_escalation_that_is_told_late_does_not_open_what_was_answered_since() -> None:
    case = after(
        complained(),
        ("2025-02-20", ComplaintAnswered()),
        ("2025-02-25", ComplaintEscalated(to="head office", happened_at=noon("2025-02-15"))),
    )

    assert fact(case, "complaint_open") is False
    assert fact(case, "complaint_escalated") is True


def test_facts_speak_of_the_latest_open_complaint_and_then_of_the_latest() -> None:
    case = after(
        complained(),
        ("2025-02-11", ComplaintAcknowledged()),
        ("2025-02-14", ComplaintReceived(complaint_id="c-2", nature="objection")),
    )
    assert [fact(case, f"complaint_{what}") for what in ("nature", "stage", "acknowledged", "escalated")] == [
        "objection",
        "received",
        False,
        False,
    ]

    case = after(case, ("2025-02-15", ComplaintAnswered(complaint_id="c-2")))
    assert [fact(case, f"complaint_{what}") for what in ("nature", "stage", "acknowledged")] == [
        "complaint",
        "acknowledged",
        True,
    ]

    case = after(case, ("2025-02-16", ComplaintAnswered()))
    assert (fact(case, "complaint_nature"), fact(case, "complaint_stage")) == ("objection", "answered")


def test_an_acknowledgement_that_names_none_is_of_the_oldest_open_complaint_that_waits_for_one() -> None:
    case = after(
        a_loan(),
        ("2025-02-10", ComplaintReceived()),
        ("2025-02-11", ComplaintReceived()),
        ("2025-02-12", ComplaintAcknowledged()),
    )
    assert [one.acknowledged_on for one in case.care.complaints] == [day("2025-02-12"), None]
    case = after(case, ("2025-02-13", ComplaintAcknowledged()), ("2025-02-14", ComplaintAcknowledged()))
    assert [one.acknowledged_on for one in case.care.complaints] == [day("2025-02-12"), day("2025-02-13")]
    early = ComplaintAcknowledged(happened_at=noon("2025-02-10"))
    assert after(case, ("2025-02-15", early)).care.complaints[1] == case.care.complaints[1]


def test_an_objection_is_a_complaint_of_its_own_nature() -> None:
    case = complained(nature="objection")
    assert (fact(case, "complaint_open"), fact(case, "objection_open")) == (True, True)

    case = after(complained(), ("2025-02-11", ComplaintReceived(nature="objection")))
    case = after(case, ("2025-02-12", ComplaintAnswered(complaint_id="c-1")))
    assert fact(case, "objection_open") is True

    case = after(case, ("2025-02-13", ComplaintAnswered()))
    assert fact(case, "objection_open") is False
    assert fact(complained(), "objection_open") is False


def test_what_was_upheld_is_counted_by_the_last_answer() -> None:
    case = after(
        complained(),
        ("2025-02-11", ComplaintReceived(complaint_id="c-2")),
        ("2025-02-12", ComplaintReceived(complaint_id="c-3")),
        ("2025-02-13", ComplaintAnswered(complaint_id="c-1", outcome="upheld")),
        ("2025-02-14", ComplaintAnswered(complaint_id="c-2", outcome="in_part")),
        ("2025-02-15", ComplaintAnswered(complaint_id="c-3", outcome="rejected")),
    )
    assert fact(case, "complaints_upheld") == 2
    assert fact(case, "complaint_answered_on") == day("2025-02-15")

    case = after(
        case,
        ("2025-02-20", ComplaintEscalated(complaint_id="c-1", to="ombudsman")),
        ("2025-03-01", ComplaintAnswered(complaint_id="c-1", outcome="rejected")),
    )
    assert fact(case, "complaints_upheld") == 1
    assert fact(case, "days_since_complaint_answered", "2025-03-04") == 3


def test_a_consequence_is_of_the_complaint_that_it_names_or_of_the_latest() -> None:
    case = after(
        complained(),
        ("2025-02-11", ComplaintReceived(complaint_id="c-2")),
        ("2025-02-12", ComplaintAnswered(complaint_id="c-2")),
        ("2025-02-13", ConsequenceDecided(consequence="coaching")),
        ("2025-02-14", ConsequenceDecided(complaint_id="c-1", consequence="warning")),
        ("2025-02-15", ConsequenceDecided(complaint_id="c-1", consequence="penalty")),
    )

    assert [len(complaint.consequences) for complaint in case.care.complaints] == [2, 1]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (ComplaintAcknowledged(), "there is no open complaint"),
        (ComplaintInvestigated(), "there is no open complaint"),
        (ComplaintAnswered(), "there is no open complaint"),
        (ComplaintEscalated(to="court"), "there is no complaint"),
        (ConsequenceDecided(consequence="none"), "there is no complaint"),
        (ComplaintAcknowledged(complaint_id="c-9"), "there is no complaint `c-9`"),
    ],
)
def test_nothing_happens_to_a_complaint_that_there_is_not(event: Event, reason: str) -> None:
    with pytest.raises(EventRefused, match=reason):
        after(a_loan(), ("2025-02-10", event))


@pytest.mark.parametrize(
    ("event", "what"),
    [
        (ComplaintAcknowledged(complaint_id="c-1"), "be acknowledged"),
        (ComplaintInvestigated(complaint_id="c-1"), "be investigated"),
        (ComplaintAnswered(complaint_id="c-1"), "end"),
        (ComplaintEscalated(complaint_id="c-1", to="court"), "go on to somebody"),
        (ConsequenceDecided(complaint_id="c-1", consequence="none"), "have a consequence"),
    ],
)
def test_nothing_happens_to_a_complaint_before_it_was_made(event: Event, what: str) -> None:
    early = event.model_copy(update={"happened_at": noon("2025-02-09")})
    with pytest.raises(EventRefused, match=f"of 2025-02-10 cannot {what} on 2025-02-09, before it began"):
        after(complained(), ("2025-02-11", early))


def test_what_comes_after_the_answer_is_recorded_and_changes_nothing() -> None:
    case = after(complained(), ("2025-02-12", ComplaintAnswered()))
    late = after(
        case,
        ("2025-02-13", ComplaintAcknowledged(complaint_id="c-1")),
        ("2025-02-14", ComplaintInvestigated(complaint_id="c-1")),
    )

    assert fact(late, "complaint_stage") == "answered"


def test_an_answer_that_is_retracted_leaves_the_complaint_open() -> None:
    case = after(
        complained(),
        ("2025-02-12", ComplaintAnswered(id="wrong", outcome="upheld")),
        ("2025-02-13", EventRetracted(event_id="wrong")),
    )

    assert fact(case, "complaint_open") is True
    assert fact(case, "complaints_upheld") == 0
