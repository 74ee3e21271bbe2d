"""Care: holds, disputes and complaints."""

from __future__ import annotations

from datetime import date

import pytest

from overdue_flow.cases.care import restore
from overdue_flow.cases.holds import hold_fact
from overdue_flow.errors import EventRefused
from overdue_flow.events import (
    ComplaintAnswered,
    ComplaintReceived,
    ContactAttempted,
    DisputeRaised,
    DisputeResolved,
    EventRetracted,
    HoldLifted,
    HoldPlaced,
)
from support.telling import a_loan, after, fact, noon


def placed(hold: str = "hardship", begin: str | None = None, end: str | None = None) -> HoldPlaced:
    return HoldPlaced.model_validate({"hold": hold, "placed_on": begin, "ends_on": end})


def lifted(hold: str = "hardship", on: str | None = None, **fields: object) -> HoldLifted:
    return HoldLifted.model_validate({"hold": hold, "lifted_on": on, **fields})


def day(text: str) -> date:
    return date.fromisoformat(text)


# --- holds ---


def test_a_hold_stands_from_its_day_until_it_is_lifted() -> None:
    case = after(a_loan(), ("2025-02-10", placed()))
    assert fact(case, "hold_hardship", "2025-02-09") is False
    assert fact(case, "hold_hardship", "2025-02-10") is True
    assert fact(case, "on_hold", "2030-01-01") is True

    case = after(case, ("2025-03-01", lifted()))
    assert fact(case, "hold_hardship", "2025-02-28") is True
    assert fact(case, "hold_hardship", "2025-03-01") is False
    assert fact(case, "on_hold", "2025-03-01") is False


def test_a_hold_ends_by_its_date_and_says_when() -> None:
    case = after(a_loan(), ("2025-02-10", placed(begin="2025-02-15", end="2025-02-20")))
    standing = hold_fact("hardship")

    assert standing.until(case, day("2025-02-10")) == day("2025-02-15")
    assert standing.until(case, day("2025-02-15")) == day("2025-02-20")
    assert standing.until(case, day("2025-02-20")) is None
    assert [fact(case, standing, f"2025-02-{d}") for d in (14, 15, 19, 20)] == [False, True, True, False]


def test_the_next_end_is_that_of_the_hold_in_place_that_ends_first() -> None:
    case = after(
        a_loan(),
        ("2025-02-10", placed("hardship", end="2025-03-10")),
        ("2025-02-10", placed("dispute", begin="2025-02-20", end="2025-03-01")),
        ("2025-02-10", placed("bankruptcy")),
    )
    ends = ("2025-02-09", "2025-02-10", "2025-02-20", "2025-03-01", "2025-03-10")

    assert [fact(case, "hold_ends_on", on) for on in ends] == [
        None,
        day("2025-03-10"),
        day("2025-03-01"),
        day("2025-03-10"),
        None,
    ]
    assert fact(case, "days_until_hold_ends", "2025-03-07") == 3


def test_the_end_that_the_policy_sets_counts_where_the_event_sets_none() -> None:
    pinned = HoldPlaced(hold="hardship", ends_by_policy_on=day("2025-03-01"))
    own = HoldPlaced(hold="deceased", ends_on=day("2025-02-20"), ends_by_policy_on=day("2025-03-01"))
    case = after(a_loan(), ("2025-02-10", pinned), ("2025-02-10", own))

    assert fact(case, "hold_hardship", "2025-02-28") is True
    assert fact(case, "hold_hardship", "2025-03-01") is False
    assert fact(case, "hold_deceased", "2025-02-20") is False


def test_a_kind_that_a_policy_declares_has_a_flag_too() -> None:
    case = after(a_loan(), ("2025-02-10", placed("fire_damage")))

    assert fact(case, hold_fact("fire_damage", "the home burnt down")) is True
    assert fact(case, hold_fact("flood_damage")) is False
    assert fact(case, "on_hold") is True


def test_a_hold_may_be_placed_in_the_past_and_lifted_in_the_past() -> None:
    case = after(a_loan(), ("2025-03-01", placed(begin="2025-02-10")), ("2025-03-05", lifted(on="2025-02-20")))

    assert case.care.pauses(["hardship"]) == ((day("2025-02-10"), day("2025-02-20")),)


def test_a_hold_without_dates_begins_and_ends_when_that_happened() -> None:
    begun = HoldPlaced(hold="hardship", happened_at=noon("2025-02-03"))
    ended = HoldLifted(hold="hardship", happened_at=noon("2025-02-07"))
    case = after(a_loan(), ("2025-02-10", begun), ("2025-02-11", ended))

    assert case.care.pauses(["hardship"]) == ((day("2025-02-03"), day("2025-02-07")),)


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("2025-02-10", "2025-02-25"),
        ("2025-02-15", "2025-02-25"),
        ("2025-02-10", "2025-02-20"),
        ("2025-02-16", "2025-02-17"),
        ("2025-02-19", None),
        ("2025-02-01", None),
    ],
)
def test_two_holds_of_one_kind_do_not_overlap(begin: str, end: str | None) -> None:
    case = after(a_loan(), ("2025-02-01", placed(begin="2025-02-15", end="2025-02-20")))

    with pytest.raises(EventRefused, match="overlaps the one in place from 2025-02-15 to 2025-02-20"):
        after(case, ("2025-02-01", placed(begin=begin, end=end)))


@pytest.mark.parametrize(("begin", "end"), [("2025-02-20", "2025-02-25"), ("2025-02-10", "2025-02-15")])
def test_holds_of_one_kind_may_touch(begin: str, end: str) -> None:
    case = after(
        a_loan(),
        ("2025-02-01", placed(begin="2025-02-15", end="2025-02-20")),
        ("2025-02-01", placed(begin=begin, end=end)),
    )

    assert len(case.care.holds) == 2


def test_a_hold_may_be_placed_again_from_the_day_on_which_it_was_lifted() -> None:
    case = after(
        a_loan(),
        ("2025-02-01", placed(begin="2025-02-15", end="2025-02-22")),
        ("2025-02-17", lifted()),
        ("2025-02-17", placed(begin="2025-02-17", end="2025-02-20")),
    )

    assert fact(case, "hold_hardship", "2025-02-19") is True


def test_holds_of_two_kinds_may_overlap_and_count_once() -> None:
    case = after(
        a_loan(),
        ("2025-02-01", placed("hardship", "2025-02-10", "2025-02-20")),
        ("2025-02-01", placed("bankruptcy", "2025-02-15", "2025-02-25")),
        ("2025-02-01", placed("legal_stay", "2025-03-01")),
    )

    assert case.care.pauses(["hardship", "bankruptcy"]) == ((day("2025-02-10"), day("2025-02-25")),)
    assert case.care.pauses(["hardship", "legal_stay"]) == (
        (day("2025-02-10"), day("2025-02-20")),
        (day("2025-03-01"), None),
    )
    assert case.care.pauses([]) == ()
    assert case.care.standing(day("2025-02-16")) == ("hardship", "bankruptcy")


@pytest.mark.parametrize("end", ["2025-02-09", "2025-02-10"])
def test_a_hold_that_ends_before_it_begins_is_refused(end: str) -> None:
    with pytest.raises(EventRefused, match=f"cannot end on {end}: it is placed on 2025-02-10"):
        after(a_loan(), ("2025-02-10", placed(begin="2025-02-10", end=end)))


@pytest.mark.parametrize("on", ["2025-02-09", "2025-02-21"])
def test_a_hold_that_is_not_in_place_cannot_be_lifted(on: str) -> None:
    case = after(a_loan(), ("2025-02-01", placed(begin="2025-02-10", end="2025-02-20")))

    with pytest.raises(EventRefused, match=f"not in place on {on} and cannot be lifted; it stood from 2025-02-10"):
        after(case, ("2025-02-22", lifted(on=on)))


def test_a_hold_that_was_never_placed_cannot_be_lifted_and_the_nearest_is_named() -> None:
    case = after(a_loan(), ("2025-02-01", placed()))

    with pytest.raises(EventRefused, match=r"\(did you mean `hardship`\?\)"):
        after(case, ("2025-02-22", lifted("hardshp")))


def test_a_lift_on_the_day_on_which_the_hold_ends_anyway_changes_nothing() -> None:
    case = after(a_loan(), ("2025-02-01", placed(end="2025-02-20")))
    again = after(case, ("2025-02-20", lifted()))

    assert again.care.holds == case.care.holds


def test_a_hold_lifted_on_its_first_day_stood_on_no_day() -> None:
    case = after(
        a_loan(),
        ("2025-02-25", placed(begin="2025-02-25", end="2025-02-28")),
        ("2025-02-25", placed(begin="2025-02-28", end="2025-03-15")),
        ("2025-02-28", lifted()),
    )

    assert case.care.pauses(["hardship"]) == ((day("2025-02-25"), day("2025-02-28")),)
    assert fact(case, "hold_hardship", "2025-02-28") is False


def test_a_lift_by_the_wrong_role_is_taken_back_and_stays_so() -> None:
    case = after(a_loan(), ("2025-02-10", placed(end="2025-06-01")), ("2025-02-20", lifted(role="agent")))
    assert fact(case, "hold_hardship") is False

    case = case._replace(care=restore(case.care, ["hardship"]))
    assert case.care.pauses(["hardship"]) == ((day("2025-02-10"), day("2025-06-01")),)
    assert restore(case.care, ["hardship"]) == case.care

    call = ContactAttempted(id="wrong", channel="phone", outcome="busy")
    case = after(case, ("2025-02-21", call), ("2025-02-22", EventRetracted(event_id="wrong")))
    assert fact(case, "hold_hardship") is True


def test_taking_back_a_lift_leaves_an_earlier_one_alone() -> None:
    case = after(
        a_loan(),
        ("2025-02-10", placed()),
        ("2025-02-20", lifted(role="supervisor")),
        ("2025-02-20", lifted(role="agent")),
    )

    assert restore(case.care, ["hardship"]).pauses(["hardship"]) == case.care.pauses(["hardship"])


def test_taking_back_a_lift_that_never_was_changes_nothing() -> None:
    case = after(a_loan(), ("2025-02-10", placed()))

    assert restore(case.care, ["hardship", "deceased"]) == case.care


def test_a_hold_whose_placing_is_retracted_never_was() -> None:
    wrong = HoldPlaced(id="wrong", hold="hardship")
    case = after(a_loan(), ("2025-02-10", wrong), ("2025-02-12", EventRetracted(event_id="wrong")))

    assert fact(case, "on_hold") is False


# --- disputes ---


def test_a_dispute_is_open_and_a_hold_until_it_is_resolved() -> None:
    case = after(a_loan(), ("2025-02-10", DisputeRaised(dispute_id="d-1", amount="12.50")))
    assert (fact(case, "dispute_open"), fact(case, "hold_dispute"), fact(case, "on_hold")) == (True, True, True)
    assert case.care.disputes[0].amount == 1250

    case = after(case, ("2025-02-20", DisputeResolved(outcome="upheld")))
    assert (fact(case, "dispute_open"), fact(case, "hold_dispute")) == (False, False)
    assert case.care.pauses(["dispute"]) == ((day("2025-02-10"), day("2025-02-20")),)


def test_two_disputes_hold_until_both_are_resolved() -> None:
    case = after(
        a_loan(),
        ("2025-02-10", DisputeRaised(dispute_id="d-1")),
        ("2025-02-12", DisputeRaised(dispute_id="d-2")),
        ("2025-02-15", DisputeResolved(dispute_id="d-2")),
    )
    assert (fact(case, "dispute_open"), fact(case, "hold_dispute")) == (True, True)

    case = after(case, ("2025-02-20", DisputeResolved()))
    assert (fact(case, "dispute_open"), fact(case, "hold_dispute")) == (False, False)


def test_lifting_the_hold_of_a_dispute_leaves_the_dispute_open() -> None:
    case = after(a_loan(), ("2025-02-10", DisputeRaised()), ("2025-02-12", lifted("dispute")))

    assert (fact(case, "dispute_open"), fact(case, "hold_dispute")) == (True, False)


def test_a_dispute_that_is_resolved_after_its_hold_was_lifted_does_not_hold_again() -> None:
    case = after(
        a_loan(),
        ("2025-02-10", DisputeRaised()),
        ("2025-02-12", lifted("dispute")),
        ("2025-02-20", DisputeResolved()),
    )

    assert case.care.pauses(["dispute"]) == ((day("2025-02-10"), day("2025-02-12")),)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (DisputeResolved(), "there is no open dispute"),
        (DisputeResolved(dispute_id="d-9"), "no dispute `d-9`"),
        (ComplaintAnswered(), "there is no open complaint"),
        (ComplaintAnswered(complaint_id="c-9"), "no complaint `c-9`"),
    ],
)
def test_what_was_never_begun_cannot_end(event: DisputeResolved | ComplaintAnswered, reason: str) -> None:
    with pytest.raises(EventRefused, match=reason):
        after(a_loan(), ("2025-02-10", event))


def test_a_dispute_is_resolved_once_and_its_id_is_used_once() -> None:
    case = after(
        a_loan(), ("2025-02-10", DisputeRaised(dispute_id="d-1")), ("2025-02-20", DisputeResolved(dispute_id="d-1"))
    )

    with pytest.raises(EventRefused, match="`d-1` ended already, on 2025-02-20"):
        after(case, ("2025-02-21", DisputeResolved(dispute_id="d-1")))
    with pytest.raises(EventRefused, match="`d-1` came before"):
        after(case, ("2025-02-21", DisputeRaised(dispute_id="d-1")))


def test_a_dispute_does_not_end_before_it_began() -> None:
    case = after(a_loan(), ("2025-02-10", DisputeRaised(dispute_id="d-1")))

    with pytest.raises(EventRefused, match="of 2025-02-10 cannot end on 2025-02-09"):
        after(case, ("2025-02-11", DisputeResolved(happened_at=noon("2025-02-09"))))


# --- complaints ---


def test_a_complaint_has_the_day_of_the_latest_open_one() -> None:
    case = after(
        a_loan(),
        ("2025-02-10", ComplaintReceived(complaint_id="c-1")),
        ("2025-02-14", ComplaintReceived(complaint_id="c-2")),
    )
    assert fact(case, "complaint_open") is True
    assert fact(case, "complaint_on") == day("2025-02-14")
    assert fact(case, "days_since_complaint", "2025-02-18") == 4

    case = after(case, ("2025-02-20", ComplaintAnswered(complaint_id="c-2", outcome="upheld")))
    assert fact(case, "complaint_on") == day("2025-02-10")

    case = after(case, ("2025-02-21", ComplaintAnswered()))
    assert fact(case, "complaint_open") is False
    assert fact(case, "complaint_on") is None
    assert fact(case, "days_since_complaint") is None


def test_an_answer_without_an_id_is_to_the_oldest_open_complaint() -> None:
    case = after(
        a_loan(),
        ("2025-02-10", ComplaintReceived(complaint_id="c-1")),
        ("2025-02-14", ComplaintReceived(complaint_id="c-2")),
        ("2025-02-20", ComplaintAnswered()),
    )

    assert [complaint.ended_on for complaint in case.care.complaints] == [day("2025-02-20"), None]
