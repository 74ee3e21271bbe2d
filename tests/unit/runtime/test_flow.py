"""Flow: events come in and are recorded once, days are lived, and questions about a case are answered."""

from __future__ import annotations

import pytest

from overdue_flow.errors import EventConflict, EventRefused, UnknownCase
from overdue_flow.events import (
    ComplaintReceived,
    EventRetracted,
    MovedByHand,
    PaymentReceived,
    TimePassed,
)
from overdue_flow.policy.policy import Policy
from overdue_flow.runtime.flow import Flow
from overdue_flow.store.memory import MemoryStore
from support.road import at, on, opening, road_policy, told_of

STEPS = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late: {rules: [{id: cured, when: arrears_cleared, to: calm}, {id: talk, when: dpd >= 15, to: talks}]}
  talks: {rules: [{id: paid, when: balance == 0, to: gone}, {id: sue, when: dpd >= 60, to: legal, approve: counsel}]}
  legal: {rules: [{id: end, when: dpd > 300, to: gone}]}
  gone: {end: true}
"""
DAY_ONE = "{currency: CNY, time_zone: Asia/Shanghai, counting: {due_date_is_day: 1}}"
PAID = PaymentReceived(id="p-1", at=at("2025-01-20"), amount="100.00", value_date=on("2025-01-19"))


def flow_of(policy: Policy | None = None, *, store: MemoryStore | None = None, loans: tuple[str, ...] = ("a",)) -> Flow:
    flow = Flow(policy or road_policy(STEPS), store or MemoryStore(), clock=lambda: at("2025-01-20", 15))
    for loan in loans:
        flow.receive(loan, opening().model_copy(update={"at": at("2025-01-01")}))
    return flow


# --- receiving ---


def test_a_turn_is_decided_and_recorded() -> None:
    flow = flow_of()
    decision = flow.receive("a", PAID)
    assert decision.entry == flow.history("a")[-1]
    assert decision.case == flow.case("a")
    assert decision.entry is not None
    assert (decision.entry.event, decision.entry.case_id, decision.entry.seq) == (PAID, "a", 3)


def test_the_days_that_should_have_begun_before_an_event_are_lived_first() -> None:
    flow = flow_of()
    flow.receive("a", PAID.model_copy(update={"at": None}), at=at("2025-01-28"))
    assert [(str(entry.day), entry.event.kind) for entry in flow.history("a")[1:]] == [
        ("2025-01-11", "TimePassed"),
        ("2025-01-25", "TimePassed"),
        ("2025-01-28", "PaymentReceived"),
    ]


def test_the_same_event_again_changes_nothing_and_says_so() -> None:
    flow = flow_of()
    flow.receive("a", PAID)
    flow.receive("a", ComplaintReceived(id="c"))
    before = (flow.case("a"), flow.history("a"))
    again = flow.receive("a", PAID, at=at("2025-03-01"))
    assert (again.repeated, again.entry, again.case) == (True, before[1][2], before[0])
    assert (flow.case("a"), flow.history("a")) == before


def test_an_opening_again_is_a_repeat_although_terms_were_pinned_on_it() -> None:
    assert flow_of().receive("a", opening().model_copy(update={"at": at("2025-01-01")})).repeated


def test_the_same_id_with_other_content_is_a_conflict() -> None:
    flow = flow_of()
    flow.receive("a", PAID)
    with pytest.raises(EventConflict, match="event `p-1` of case `a` came before with other content"):
        flow.receive("a", PAID.model_copy(update={"value_date": on("2025-01-20")}))
    assert len(flow.history("a")) == 3


def test_an_id_is_a_cases_own() -> None:
    flow = flow_of(loans=("a", "b"))
    assert not flow.receive("a", PAID).repeated
    assert not flow.receive("b", PAID).repeated


def test_a_retracted_event_that_comes_again_is_still_a_repeat() -> None:
    flow = flow_of()
    flow.receive("a", PAID)
    flow.receive("a", EventRetracted(id="r", event_id="p-1"))
    assert flow.receive("a", PAID).repeated


def test_an_event_without_an_id_is_refused() -> None:
    with pytest.raises(EventRefused, match="`ComplaintReceived` needs an id: the key by which a repeat is known"):
        flow_of().receive("a", ComplaintReceived())


def test_an_event_for_a_case_that_is_not_there_is_no_case() -> None:
    flow = flow_of()
    with pytest.raises(UnknownCase, match="there is no case `b`; its first event is `LoanOpened` or `CaseAdopted`"):
        flow.receive("b", PAID)
    with pytest.raises(UnknownCase, match="there is no case `b`"):
        flow.case("b")
    assert flow.history("b") == ()


def test_what_cannot_have_happened_is_refused_and_may_come_again_corrected() -> None:
    flow = flow_of()
    wrong = PaymentReceived(id="p-1", at=at("2025-01-20"), amount="1.005", value_date=on("2025-01-19"))
    with pytest.raises(EventRefused, match="has more decimals"):
        flow.receive("a", wrong)
    assert not flow.receive("a", PAID).repeated


def test_days_do_not_come_in_as_events() -> None:
    """A day out of turn would leave out the days before it."""
    with pytest.raises(EventRefused, match="days pass by themselves; `wake` lives them in order"):
        flow_of().receive("a", TimePassed(id="t", day=on("2025-06-01")))


@pytest.mark.parametrize(
    ("own", "given", "noticed"),
    [(None, None, "20th at 15"), ("2025-01-18", None, "18th at 12"), ("2025-01-18", "2025-01-19", "19th at 12")],
)
def test_an_event_was_noticed_when_the_host_says_else_now(own: str | None, given: str | None, noticed: str) -> None:
    event = ComplaintReceived(id="c", at=at(own) if own else None)
    entry = flow_of().receive("a", event, at=at(given) if given else None).entry
    assert entry is not None
    assert f"{entry.at:%dth at %H}" == noticed


def test_several_events_are_received_in_the_order_given() -> None:
    flow = flow_of(loans=("a", "b"))
    complaint = ComplaintReceived(id="c")
    decisions = flow.receive_many([("b", complaint), ("a", PAID), ("b", complaint)])
    assert [(one.case.id, one.repeated) for one in decisions] == [("b", False), ("a", False), ("b", True)]


# --- waking ---


def test_waking_lives_every_case_whose_day_has_come_and_gives_the_turns_in_which_something_happened() -> None:
    flow = flow_of(loans=("b", "a"))
    flow.receive("c", opening("2025-01-20").model_copy(update={"at": at("2025-01-01")}))
    assert flow.wake(on("2025-01-10")) == []
    turns = [(one.case.id, str(one.case.day)) for one in flow.wake(on("2025-01-21"))]
    assert turns == [("a", "2025-01-11"), ("b", "2025-01-11"), ("c", "2025-01-21")]
    assert flow.wake(on("2025-01-21")) == []


def test_one_late_wake_lives_all_the_days_of_a_case() -> None:
    turns = flow_of().wake(on("2025-03-31"))
    assert [str(one.case.day) for one in turns] == ["2025-01-11", "2025-01-25", "2025-03-11"]


def test_a_stopped_or_finished_case_is_never_waked() -> None:
    flow = flow_of(road_policy(STEPS, never="[{id: n, that: stage == talks}]"))
    flow.receive("a", MovedByHand(id="m", to="gone", role="boss", reason="?"))
    flow.receive("b", opening().model_copy(update={"at": at("2025-01-01")}))
    assert len(flow.wake(on("2026-12-31"))) == 2
    assert [flow.case(loan).course.stage for loan in ("a", "b")] == ["gone", "late"]


def test_a_store_goes_on_under_versions_that_were_given_later() -> None:
    """The case sleeps until a day of its version; that a newer one is the law by then changes nothing of that."""
    store = MemoryStore()
    first = road_policy(STEPS.replace("dpd >= 1,", "dpd >= 5,"))
    flow_of(first, store=store)
    calmer = Flow((first, road_policy(STEPS, version='"2"', in_force="{from: 2025-01-13}")), store)
    assert calmer.wake(on("2025-01-12")) == []
    (moved,) = calmer.wake(on("2025-01-20"))
    assert told_of([moved]) == [("2025-01-15", "late", "late")]
    assert moved.entry is not None
    assert moved.entry.policy == ("road", "1", "2")


# --- asking ---


def test_the_history_of_a_case_is_its_journal() -> None:
    flow = flow_of()
    flow.receive("a", PAID)
    assert [entry.seq for entry in flow.history("a")] == [1, 2, 3]


def test_a_case_is_explained_as_it_stands() -> None:
    flow = flow_of()
    flow.receive("a", PAID)
    said = flow.explain("a")
    assert (said.on, said.stage, said.coming[0].on) == (on("2025-01-20"), "late", on("2025-01-25"))


@pytest.mark.parametrize(
    ("day", "stage", "dpd"),
    [
        ("2025-01-05", "calm", "0 days"),
        ("2025-01-24", "late", "14 days"),
        ("2025-01-25", "talks", "15 days"),
        ("2025-02-24", "talks", "45 days"),
    ],
)
def test_a_case_is_explained_on_any_day_past_or_to_come(day: str, stage: str, dpd: str) -> None:
    flow = flow_of()
    flow.wake(on("2025-01-31"))
    before = flow.case("a")
    said = flow.explain("a", on(day))
    assert (said.on, said.stage, dict(said.facts)["days past due"]) == (on(day), stage, dpd)
    assert flow.case("a") == before


def test_a_day_that_is_past_is_told_as_it_was_known_then() -> None:
    flow = flow_of()
    paid = PaymentReceived(id="p", amount="1000.00", value_date=on("2025-01-12"))
    flow.receive("a", paid, at=at("2025-02-20"))
    assert dict(flow.explain("a", on("2025-02-10")).facts)["overdue amount"] == "1000.00 CNY"
    assert flow.explain("a", on("2025-02-20")).stage == "gone"


def test_where_the_due_date_is_day_1_a_day_ends_before_the_events_of_the_next() -> None:
    flow = flow_of(road_policy(STEPS, terms=DAY_ONE))
    paid = PaymentReceived(id="p", at=at("2025-01-11"), amount="1000.00", value_date=on("2025-01-11"))
    flow.receive("a", paid)
    assert [flow.explain("a", on(day)).stage for day in ("2025-01-10", "2025-01-11")] == ["late", "calm"]


@pytest.mark.parametrize("terms", [DAY_ONE, DAY_ONE.replace("1}", "0}")], ids=["day 1", "day 0"])
def test_a_day_before_the_opening_cannot_be_explained(terms: str) -> None:
    flow = flow_of(road_policy(STEPS, terms=terms))
    with pytest.raises(UnknownCase, match="case `a` was not open on 2024-12-31; its first turn was on 2025-01-01"):
        flow.explain("a", on("2024-12-31"))
    assert flow.explain("a", on("2025-01-01")).stage == "calm"
