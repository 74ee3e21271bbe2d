"""Switching on: a book that is overdue already is adopted, what its first night would do is seen before, and what a day
to come will do is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from overdue_flow import Flow
from overdue_flow.errors import EventsRefused
from overdue_flow.events import CaseAdopted, LoanOpened
from overdue_flow.store.protocol import Store
from support.road import at, on, opening, road_policy
from support.stores import KINDS, any_store

ROAD = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late:
    on_enter: [{do: call}]
    every: [{each: 10 days, do: news}]
    rules: [{id: talks, when: dpd >= 15, to: talks}]
  talks: {on_enter: [{do: visit, with: {role: team}}], rules: [{id: gone, when: dpd > 300, to: gone}]}
  gone: {end: true}
"""
POLICY = road_policy(ROAD)


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    with any_store(request.param) as found:
        yield found


def flow_of(store: Store) -> Flow:
    return Flow(POLICY, store, clock=lambda: at("2025-01-20"))


def adopted(stage: str, muted_until: str | None = None, name: str = "adopted") -> CaseAdopted:
    fields = {key: value for key, value in opening().model_dump().items() if key not in ("kind", "id", "at")}
    until = on(muted_until) if muted_until else None
    return CaseAdopted(id=name, at=at("2025-01-20"), stage=stage, effects_muted_until=until, **fields)


# --- adopting ---


def test_a_book_is_adopted_with_its_stages(store: Store) -> None:
    flow = flow_of(store)
    flow.adopt([("a", adopted("late")), ("b", adopted("talks"))])
    assert [flow.case(loan).course.stage for loan in ("a", "b")] == ["late", "talks"]
    with pytest.raises(EventsRefused, match="1 of 1 events were refused"):
        flow.adopt([("c", adopted("nowhere"))])


def test_what_the_first_night_would_do_is_seen_before(store: Store) -> None:
    flow = flow_of(store)
    book = [("a", adopted("late")), ("b", adopted("late", "2025-02-01")), ("c", adopted("nowhere"))]
    a, b, c = flow.preview_adoption(book, on("2025-01-26"))
    assert (a.adopted_in, a.stage, [move.rule for move in a.moves]) == ("late", "talks", ["talks"])
    assert ([effect.action for effect in a.effects], a.muted) == (["visit"], ())
    assert (b.effects, [effect.action for effect in b.muted]) == ((), ["call", "visit"])
    assert c.refused is not None
    assert "there is no stage `nowhere`" in c.refused
    assert list(store.case_ids()) == []


def test_a_case_that_would_be_stopped_is_seen_before(store: Store) -> None:
    policy = road_policy(ROAD, never="[{id: no-talks, that: stage == talks}]")
    (seen,) = Flow(policy, store).preview_adoption([("a", adopted("late"))], on("2025-01-26"))
    assert (seen.stage, seen.stopped) == ("late", "a move to talks would break never clause no-talks")


@pytest.mark.parametrize(("day", "stage"), [("2025-01-05", "calm"), ("2025-01-12", "late"), ("2025-02-20", "talks")])
def test_a_stage_is_proposed_by_the_rules(store: Store, day: str, stage: str) -> None:
    loan = opening().model_copy(update={"at": at(day)})
    proposed = flow_of(store).propose("a", loan, muted_until=on("2025-03-01"))
    assert (proposed.stage, proposed.effects_muted_until, proposed.id) == (stage, on("2025-03-01"), "opened")
    assert proposed.instalments == loan.instalments


# --- forewarning ---


def test_what_a_day_to_come_will_do_is_told_and_nothing_is_recorded(store: Store) -> None:
    flow = flow_of(store)
    first, later = opening(), opening("2025-03-10")
    for loan, opened in (("a", first), ("b", first), ("c", later)):
        flow.receive(loan, LoanOpened.model_validate(opened.model_dump()), at=at("2025-01-01"))
    flow.wake(on("2025-01-11"))
    before = [flow.history(loan) for loan in ("a", "b", "c")]
    warned = list(flow.forewarn(on("2025-01-25")))
    assert [(one.case_id, one.stage, one.stage_then) for one in warned] == [
        ("a", "late", "talks"),
        ("b", "late", "talks"),
    ]
    assert [effect.action for effect in warned[0].effects] == ["news", "visit"]
    assert [move.rule for move in warned[0].moves] == ["talks"]
    assert [flow.history(loan) for loan in ("a", "b", "c")] == before


def test_what_is_in_the_outbox_already_is_told_up_to_a_day(store: Store) -> None:
    flow = flow_of(store)
    flow.receive("a", opening(), at=at("2025-01-01"))
    flow.wake(on("2025-01-21"))
    assert [parcel.effect.action for parcel in flow.due_on(on("2025-01-20"))] == ["call"]
    assert [parcel.effect.action for parcel in flow.due_on(on("2025-01-21"))] == ["call", "news"]
    assert list(flow.due_on(on("2025-01-10"))) == []
