"""Looking at loans live: what a view holds, that every look is remembered, and what is due for erasure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from overdue_flow import Flow, MemoryStore, Policy, SqlStore
from overdue_flow.errors import AccessRefused, CalendarError, StoreUnavailable, UnknownCase
from overdue_flow.events import (
    Closed,
    ComplaintReceived,
    DisputeRaised,
    Event,
    HoldPlaced,
    NegotiationOpened,
    PaymentReceived,
    WrittenOff,
)
from overdue_flow.store.protocol import Store
from support.road import on, opening, road_policy
from support.stores import sql_store

NOON = datetime(2026, 3, 2, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
ACCESS = "{boss: {sees: all}, team: {sees: [money, work]}, borrower: {sees: [identity, money, stage], loans: own}}"
RULES = "{paid: {keep: 2 years, from: closed}, sued: {keep: 3 years, from: last_event, when: filed_on is not None}}"


def flow_of(store: Store, *policies: Policy) -> Flow:
    found = policies or (road_policy(access=ACCESS, retention=RULES),)
    return Flow(found, store, clock=lambda: NOON, shadow=True)


def told(flow: Flow, *events: Event, person: str = "zhang") -> None:
    """One loan, and what happened to it on the first days of 2025."""
    flow.receive("L-1", opening(person_id=person), at=datetime(2025, 1, 1, 12, tzinfo=NOON.tzinfo))
    for day, event in enumerate(events, 2):
        named = event.model_copy(update={"id": f"e-{day}"})
        flow.receive("L-1", named, at=datetime(2025, 1, day, 12, tzinfo=NOON.tzinfo))


# --- views ---


def test_a_view_holds_what_the_role_may_see_and_nothing_else() -> None:
    flow = flow_of(MemoryStore())
    told(flow, PaymentReceived(amount="10.00", value_date=on("2025-01-02")), HoldPlaced(hold="hardship", reason="ill"))
    seen = flow.view("L-1", role="team", who="wang")
    assert seen.persons == {}
    assert str(seen.facts["balance"]) == "990.00"
    assert "on_hold" not in seen.facts
    assert [row.kind for row in seen.rows] == ["LoanOpened", "PaymentReceived"]
    assert "person_id" not in seen.rows[0].said
    assert seen.rows[0].done[0]["to"] == "calm"
    assert "because" not in seen.rows[0].done[0]
    assert "identity" in seen.hidden


def test_a_view_of_ones_own_loan_says_where_it_stands_and_not_what_is_done_about_it() -> None:
    flow = flow_of(MemoryStore())
    told(flow)
    seen = flow.view("L-1", role="borrower", who="zhang")
    assert (seen.persons, seen.facts["stage"]) == ({"borrower": ("zhang",)}, "calm")
    assert "times_in_stage" not in seen.facts
    assert [row.done for row in seen.rows] == [()]


def test_a_view_is_plain_data_too() -> None:
    flow = flow_of(MemoryStore())
    told(flow, NegotiationOpened(negotiation_id="n"))
    plain = flow.view("L-1", role="boss", who="wang").as_data()
    assert (plain["case_id"], plain["role"], plain["hidden"]) == ("L-1", "boss", [])
    assert plain["rows"][1]["said"]["negotiation_id"] == "n"
    assert plain["facts"]["balance"] == "1000.00"


# --- looks ---


def test_a_look_is_remembered_with_what_was_seen() -> None:
    store = MemoryStore()
    flow = flow_of(store)
    told(flow)
    flow.view("L-1", role="team", who="wang", why="a call")
    (look,) = store.looks()
    assert look == (1, NOON, "L-1", "team", "wang", "a call", "view", ("money", "work"))


def test_a_look_that_is_refused_is_remembered_too_and_shows_nothing() -> None:
    store = MemoryStore()
    flow = flow_of(store)
    told(flow)
    for role, who in (("", "wang"), ("team", ""), ("borrower", "li"), ("tem", "wang")):
        with pytest.raises(AccessRefused):
            flow.view("L-1", role=role, who=who)
    assert [(look.role, look.who, look.what, look.groups) for look in store.looks()] == [
        ("", "", "view, refused", ()),
        ("team", "", "view, refused", ()),
        ("borrower", "", "view, refused", ()),
        ("tem", "", "view, refused", ()),
    ]


def test_where_the_policy_does_not_say_who_sees_what_a_look_is_remembered_all_the_same() -> None:
    store = MemoryStore()
    flow = flow_of(store, road_policy())
    told(flow)
    assert flow.view("L-1", who="wang").hidden == ()
    assert [look.who for look in store.looks()] == ["wang"]


@pytest.mark.parametrize(("who", "why"), [("x" * 201, ""), ("a\x00b", ""), ("wang", "y" * 2_001)])
def test_who_looks_is_said_in_a_few_printed_letters(who: str, why: str) -> None:
    store = MemoryStore()
    flow = flow_of(store)
    told(flow)
    with pytest.raises(AccessRefused, match="expected at most"):
        flow.view("L-1", role="team", who=who, why=why)
    assert list(store.looks()) == []


def test_a_loan_that_there_is_not_is_unknown() -> None:
    with pytest.raises(UnknownCase):
        flow_of(MemoryStore()).view("L-9", role="boss", who="wang")


def test_the_newest_version_in_force_says_who_sees_what_of_old_loans_too() -> None:
    old = road_policy(in_force="{to: 2025-12-31}")
    new = road_policy(version='"2"', in_force="{from: 2026-01-01}", access=ACCESS)
    store = MemoryStore()
    flow = flow_of(store, old, new)
    told(flow)
    with pytest.raises(AccessRefused, match="policy road 2 says who may see what"):
        flow.view("L-1", who="wang")


# --- retention ---


@pytest.fixture
def store() -> Iterator[SqlStore]:
    with sql_store("sqlite") as opened:
        yield opened


PAID = PaymentReceived(amount="1000.00", value_date=on("2025-01-02"))


@pytest.mark.parametrize(
    ("events", "day", "kept"),
    [
        ((PAID, Closed()), "2027-01-03", ("`paid` keeps it until 2027-01-03",)),
        ((PAID, Closed()), "2027-01-04", ()),
        ((PAID,), "2027-01-03", ()),
        ((PAID,), "2027-01-02", ("`paid` keeps it until 2027-01-02",)),
        ((), "2030-01-01", ("1000.00 CNY are still owed, and it was not closed",)),
        ((PAID, ComplaintReceived(complaint_id="c"), Closed()), "2030-01-01", ("a complaint is open",)),
        ((PAID, DisputeRaised(dispute_id="d"), Closed()), "2030-01-01", ("a dispute is open",)),
        (
            (PAID, HoldPlaced(hold="legal_stay"), Closed()),
            "2030-01-01",
            ("a court has stayed what is done about it",),
        ),
    ],
)
def test_what_is_due_for_erasure_and_what_keeps_the_rest(
    store: SqlStore, events: tuple[Event, ...], day: str, kept: tuple[str, ...]
) -> None:
    flow = flow_of(store)
    told(flow, *events)
    (found,) = flow.retention(on(day))
    assert (found.kept, found.is_due) == (kept, not kept)


def test_a_claim_that_can_still_be_brought_keeps_what_it_needs(store: SqlStore) -> None:
    terms = "{currency: CNY, time_zone: Asia/Shanghai, limitation: {period: 9 years}}"
    flow = flow_of(store, road_policy(terms=terms, retention=RULES))
    told(flow, WrittenOff(amount="1000.00"), Closed())
    (found,) = flow.retention(on("2030-01-01"))
    assert found.kept == ("the claim can be brought until 2034-01-10",)


def test_a_loan_to_which_no_rule_applies_is_kept(store: SqlStore) -> None:
    flow = flow_of(store, road_policy(retention="{sued: {keep: 3 years, when: filed_on is not None}}"))
    told(flow, PAID, Closed())
    (found,) = flow.retention(on("2090-01-01"))
    assert (found.rule, found.until, found.kept) == ("", None, ("no rule of retention applies to it",))


def test_the_rule_that_keeps_it_longest_counts(store: SqlStore) -> None:
    flow = flow_of(store, road_policy(retention="{short: {keep: 1 year}, long: {keep: 5 years}, mid: {keep: 2 years}}"))
    told(flow, PAID, Closed())
    (found,) = flow.retention(on("2028-01-01"))
    assert (found.rule, str(found.until)) == ("long", "2030-01-03")


def test_what_is_due_is_erased_and_remembered_by_rule(store: SqlStore) -> None:
    flow = flow_of(store, road_policy(retention="{paid: {keep: 1 year, because: the law}}"))
    told(flow, PAID, Closed())
    assert [one.case_id for one in flow.retain(NOON.date(), by="ops")] == ["L-1"]
    assert flow.case("L-1").person_id.startswith("erased:")
    (look,) = store.looks()
    assert (look.who, look.what, look.why) == ("ops", "erased by retention", "paid: the law")
    assert list(flow.retention(NOON.date())) == []
    assert flow.retain(NOON.date(), by="ops") == []


def test_what_is_kept_is_not_erased(store: SqlStore) -> None:
    flow = flow_of(store)
    told(flow, PAID, Closed())
    assert flow.retain(NOON.date(), by="ops") == []
    assert flow.case("L-1").person_id == "zhang"


def test_nothing_is_erased_for_a_day_to_come(store: SqlStore) -> None:
    flow = flow_of(store)
    with pytest.raises(CalendarError, match="2026-03-03 is to come, and what is erased is gone"):
        flow.retain(date(2026, 3, 3), by="ops")


def test_a_store_in_memory_erases_nothing() -> None:
    flow = flow_of(MemoryStore())
    told(flow, PAID, Closed())
    assert len(list(flow.retention(NOON.date()))) == 1
    with pytest.raises(StoreUnavailable, match="use a `SqlStore`"):
        flow.retain(NOON.date(), by="ops")


def test_a_borrower_who_was_erased_does_not_come_back_by_looking(store: SqlStore) -> None:
    flow = flow_of(store, road_policy(access=ACCESS, retention="{paid: {keep: 1 year}}"))
    told(flow, PAID, Closed())
    flow.view("L-1", role="borrower", who="zhang")
    flow.retain(NOON.date(), by="ops")
    with pytest.raises(AccessRefused):
        flow.view("L-1", role="borrower", who="zhang")
    assert "zhang" not in str([*store.looks()])
