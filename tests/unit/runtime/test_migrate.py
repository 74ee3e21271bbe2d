"""Open cases of a store moved to another version of their policy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from overdue_flow import Flow, MemoryStore, SqlStore
from overdue_flow.cases.evolve import replay
from overdue_flow.engine.decision import Decision
from overdue_flow.errors import EventRefused, MigrationRefused, OverdueFlowError
from overdue_flow.events import ClaimFiled, HoldPlaced, MovedByHand, NegotiationClosed, PolicyAdopted
from overdue_flow.policy.policy import Policy
from overdue_flow.runtime import migrate
from overdue_flow.runtime.deciding import Decider
from overdue_flow.runtime.migrate import Migrating, Migration
from overdue_flow.runtime.versions import Versions
from overdue_flow.store.evidence import verify
from overdue_flow.store.protocol import Store
from support.road import at, on, opening, road_policy
from support.stores import KINDS, any_store

STEPS = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late: {rules: [{id: cured, when: arrears_cleared, to: calm}, {id: talk, when: dpd >= 15, to: talks}]}
  talks:
    every: [{each: 7 days, do: call}]
    rules: [{id: paid, when: balance == 0, to: gone}, {id: sue, when: dpd >= 60, to: legal, approve: counsel}]
  legal: {rules: [{id: end, when: dpd > 300, to: gone}]}
  gone: {end: true}
"""
OLD = road_policy(STEPS, in_force="{from: 2025-01-01}")
NEW = road_policy(
    STEPS.replace("talks", "deals").replace("dpd >= 60", "dpd >= 25"), version='"2"', in_force="{from: 2025-02-01}"
)
TO_NEW = Migration("2", {"talks": "deals"})
NOON = datetime(2025, 2, 3, 4, tzinfo=UTC)


def flow_of(*policies: Policy, store: Store | None = None, clock: datetime = NOON) -> Flow:
    return Flow(policies, store or MemoryStore(), clock=lambda: clock)


def standing(store: Store, *due: str) -> Store:
    """Loans `a`, `b`, ... on 3 February, each with its due date, opened under the old version."""
    flow = flow_of(OLD, NEW, store=store)
    for name, day in zip("abcdefgh", due, strict=False):
        flow.receive(name, opening(day).model_copy(update={"at": at("2025-01-01")}))
    flow.wake(on("2025-02-03"))
    return store


def where(flow: Flow, names: Sequence[str] = "abc") -> list[tuple[str, str]]:
    return [(flow.case(name).course.version, flow.case(name).course.stage) for name in names]


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    with any_store(request.param) as store:
        yield store


def test_every_open_case_moves_and_stands_where_the_map_says(store: Store) -> None:
    flow = flow_of(OLD, NEW, store=standing(store, "2025-01-10", "2025-01-28", "2025-03-01"))
    assert where(flow) == [("1", "talks"), ("1", "late"), ("1", "calm")]
    done: list[int] = []
    assert flow.migrate(TO_NEW, on_progress=done.append) == (3, {})
    assert (where(flow), done) == ([("2", "deals"), ("2", "late"), ("2", "calm")], [3])
    adopted = {"policy": "road", "version": "2", "stage_map": {"talks": "deals"}, "renamed": {"talks": "deals"}}
    assert flow.history("a")[-1].event == PolicyAdopted(id="adopted:2", terms=flow.case("a").terms, **adopted)


def test_a_second_time_nothing_is_left_to_move() -> None:
    flow = flow_of(OLD, NEW, store=standing(MemoryStore(), "2025-01-10", "2025-01-28"))
    flow.migrate(TO_NEW)
    before = [len(flow.history(name)) for name in "ab"]
    assert flow.migrate(TO_NEW) == (0, {})
    assert [len(flow.history(name)) for name in "ab"] == before


def test_one_that_was_cut_short_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    flow = flow_of(OLD, NEW, store=standing(MemoryStore(), "2025-01-10", "2025-01-28", "2025-03-01"))
    monkeypatch.setattr(migrate, "AT_ONCE", 1)

    def cut(done: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        flow.migrate(TO_NEW, on_progress=cut)
    assert [version for version, _stage in where(flow)] == ["2", "2", "1"]
    assert flow.migrate(TO_NEW).moved == 1
    assert where(flow) == [("2", "deals"), ("2", "late"), ("2", "calm")]


def test_what_the_map_forgets_is_refused_with_every_case_that_stands_there() -> None:
    flow = flow_of(OLD, NEW, store=standing(MemoryStore(), *["2025-01-10"] * 7, "2025-01-28"))
    with pytest.raises(MigrationRefused) as refused:
        flow.migrate(Migration("2"))
    assert refused.value.forgotten == {("1", "talks"): tuple("abcdefg")}
    assert str(refused.value) == (
        "the map does not say where `talks` of version 1 goes: there is no stage `talks` in policy road 2"
        " (did you mean `deals`?); there stand `a`, `b`, `c`, `d`, `e` and 2 more"
    )
    assert where(flow, "abh") == [("1", "talks"), ("1", "talks"), ("1", "late")]


def test_a_stage_is_refused_too_in_which_no_case_stands() -> None:
    flow = flow_of(OLD, NEW, store=standing(MemoryStore(), "2025-01-28"))
    with pytest.raises(MigrationRefused, match="there stands no case"):
        flow.migrate(Migration("2"))


@pytest.mark.parametrize(
    ("migration", "said"),
    [
        (Migration("3"), "there is no version `3` of policy road; there is `1`, `2`"),
        (
            Migration("2", {"talks": "deals", "tolks": "deals"}),
            "no version under which cases stand has a stage `tolks`",
        ),
        (Migration("2", {"talks": "deals", "tolks": "x"}, "1"), "policy road 1 has no stage `tolks`"),
        (Migration("2", {"talks": "deels"}), "there is no stage `deels` in policy road 2 \\(did you mean `deals`"),
    ],
)
def test_a_map_that_names_what_is_not_there_is_refused(migration: Migration, said: str) -> None:
    flow = flow_of(OLD, NEW, store=standing(MemoryStore(), "2025-01-10"))
    with pytest.raises(MigrationRefused, match=said):
        flow.migrate(migration)


def test_a_version_that_was_not_given_is_named_with_its_cases() -> None:
    store = standing(MemoryStore(), "2025-01-10", "2025-01-28")
    with pytest.raises(MigrationRefused, match="policy road 1 was not given; under it stand `a`, `b`"):
        flow_of(NEW, store=store).migrate(TO_NEW)


def test_a_case_whose_road_has_ended_stays_with_its_version() -> None:
    store = standing(MemoryStore(), "2025-01-10")
    flow = flow_of(OLD, NEW, store=store)
    flow.receive("a", MovedByHand(id="m", to="gone", role="boss", reason="sold"))
    assert flow.migrate(TO_NEW) == (0, {})
    assert where(flow, "a") == [("1", "gone")]


def test_there_and_back_and_there_again_are_three_moves() -> None:
    flow = flow_of(OLD, NEW, store=standing(MemoryStore(), "2025-01-10"))
    for migration in (TO_NEW, Migration("1", {"deals": "talks"}), TO_NEW):
        assert flow.migrate(migration).moved == 1
    assert where(flow, "a") == [("2", "deals")]
    assert [entry.event.id for entry in flow.history("a")][-3:] == ["adopted:2", "adopted:1", "adopted:2:2"]


# --- where a stage has another name ---

ASKING = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: talks}]}
  talks:
    on_enter: [{do: call}, {do: sue, done_by: ClaimFiled}]
    every: [{each: 7 days, do: call}]
    rules:
      - {id: again, on: NegotiationClosed, do: call, once: stage}
      - {id: deep, when: days_in_stage >= 30, to: gone}
  gone: {end: true}
"""
ASKED = {"actions": "{call: {kind: contact, purpose: service, params: {}}, sue: {kind: task, params: {}}}"}
ASKING_OLD = road_policy(ASKING, in_force="{from: 2025-01-01}", **ASKED)
ASKING_NEW = road_policy(ASKING.replace("talks", "deals"), version='"2"', in_force="{from: 2025-02-01}", **ASKED)


def asking(store: Store, new: Policy = ASKING_NEW) -> Flow:
    """A loan in `talks` since 11 January, with its task and the call of its last week open."""
    flow = flow_of(ASKING_OLD, new, store=store)
    flow.receive("a", opening("2025-01-10").model_copy(update={"at": at("2025-01-01")}))
    flow.receive("a", NegotiationClosed(id="n1", outcome="failed", at=at("2025-01-12")))
    flow.wake(on("2025-02-01"))
    return flow


def test_a_case_goes_on_where_its_stage_has_another_name_and_nothing_is_asked_for_again(store: Store) -> None:
    flow = asking(store)
    before = flow.case("a").course
    (foretold,) = flow.preview_migration(TO_NEW, on("2025-02-03"))
    assert (foretold.effects, foretold.dropped, foretold.goes_on, foretold.not_asked) == ((), (), True, ())
    assert flow.migrate(TO_NEW) == (1, {})
    after = flow.case("a").course
    assert [effect.id for effect in after.open_effects] == [effect.id for effect in before.open_effects]
    assert (after.entered, after.visits) == ({"deals": on("2025-01-11")}, {"calm": 1, "deals": 1})
    assert (after.moves[-1].how, replay(flow.history("a"))) == ("renamed", flow.case("a"))
    flow.receive("a", NegotiationClosed(id="n2", outcome="failed", at=NOON))  # once in this visit: that was before
    flow.receive("a", ClaimFiled(id="c", claim_amount="100.00", at=NOON))
    assert [one.action for one in flow.case("a").course.open_effects if one.kind == "task"] == []
    flow.wake(on("2025-02-10"))
    assert [(move.rule, move.on) for move in flow.case("a").course.moves][-1] == ("deep", on("2025-02-10"))
    if isinstance(store, SqlStore):
        with store.records() as records:  # the outbox and the list of tasks say the same
            assert verify(records).found == 0


def test_a_stage_that_is_to_be_entered_asks_for_what_it_asks_on_entry(store: Store) -> None:
    flow = asking(store)
    assert flow.migrate(Migration("2", {"talks": "deals"}, entered=["talks"])) == (1, {})
    course = flow.case("a").course
    assert (course.entered, course.moves[-1].how) == ({"deals": on("2025-02-03")}, "adopted")
    assert [one.action for one in flow.history("a")[-1].results.effects] == ["call", "sue"]


def test_what_the_new_stage_asks_for_and_the_old_one_did_not_is_told() -> None:
    more = ASKING.replace("talks", "deals").replace("[{do: call}, ", "[{do: call}, {do: note}, ")
    actions = {"actions": ASKED["actions"].replace("{call", "{note: {kind: record}, call")}
    new = road_policy(more, version='"2"', in_force="{from: 2025-02-01}", **actions)
    (foretold,) = asking(MemoryStore(), new).preview_migration(TO_NEW, on("2025-02-03"))
    assert (foretold.goes_on, foretold.not_asked) == (True, ("note",))


def test_a_stage_that_is_a_group_now_goes_on_in_its_first() -> None:
    inside = """
    first: one
    stages:
      one:
        on_enter: [{do: call}, {do: sue, done_by: ClaimFiled}]
        rules: [{id: deep, when: days_in_stage >= 30, to: gone}]
"""
    calm, _colon, _talks = ASKING.partition("  talks:\n")
    group = f"{calm}  talks:{inside}  gone: {{end: true}}\n"
    flow = asking(MemoryStore(), road_policy(group, version='"2"', in_force="{from: 2025-02-01}", **ASKED))
    assert flow.migrate(Migration("2")) == (1, {})
    course = flow.case("a").course
    assert course.entered == {"talks": on("2025-01-11"), "talks.one": on("2025-01-11")}
    assert {effect.scope for effect in course.open_effects if effect.kind == "contact"} <= {"talks.one"}


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        (["calm"], "`calm` keeps its name, so a case there goes on and enters nothing"),
        (["tolks"], "no version under which cases stand has a stage `tolks`"),
    ],
)
def test_what_cannot_be_entered_is_refused(entered: list[str], said: str) -> None:
    with pytest.raises(MigrationRefused, match=said):
        asking(MemoryStore()).migrate(Migration("2", {"talks": "deals"}, entered=entered))


@pytest.mark.parametrize(
    ("renamed", "said"),
    [
        ({"talks": "gone"}, "`talks` goes to `deals` by the stage map, and is now called `gone`"),
        ({"talks": "deels"}, "policy road 2 has no stage `deels`, of which it says that it was renamed"),
    ],
)
def test_a_name_that_the_map_does_not_say_is_refused(renamed: dict[str, str], said: str) -> None:
    flow = asking(MemoryStore())
    adopted = PolicyAdopted(id="x", policy="road", version="2", stage_map={"talks": "deals"}, renamed=renamed)
    with pytest.raises(EventRefused, match=said):
        flow.receive("a", adopted)


# --- before it is done ---


def test_a_preview_says_what_would_move_and_what_the_first_night_would_do() -> None:
    flow = flow_of(OLD, NEW, store=standing(MemoryStore(), "2025-01-10", "2025-01-28"))
    before = [flow.history(name) for name in "ab"]
    first, second = flow.preview_migration(TO_NEW, on("2025-02-03"))
    assert (first.case_id, first.version, first.stage, first.goes_to, first.stage_then) == (
        "a",
        "1",
        "talks",
        "deals",
        "deals",
    )
    assert [move.to_stage for move in first.moves] == ["deals"]
    assert first.effects == ()
    assert (second.stage, second.goes_to, second.moves) == ("late", "late", ())
    later = next(iter(flow.preview_migration(TO_NEW, on("2025-02-04"))))
    assert [(effect.action, effect.role) for effect in later.effects] == [("approval", "counsel")]
    assert [flow.history(name) for name in "ab"] == before


def test_a_preview_is_what_then_happens() -> None:
    store = standing(MemoryStore(), "2025-01-10", "2025-01-28", "2025-01-05", "2025-02-02")
    flow = flow_of(OLD, NEW, store=store)
    foretold = {
        one.case_id: (one.stage_then, len(one.effects)) for one in flow.preview_migration(TO_NEW, on("2025-02-20"))
    }
    asked = {name: {effect.id for effect in flow.case(name).course.open_effects} for name in foretold}
    flow.migrate(TO_NEW)
    flow.wake(on("2025-02-20"))
    assert foretold == {
        name: (
            flow.case(name).course.stage,
            len([e for e in flow.case(name).course.open_effects if e.id not in asked[name]]),
        )
        for name in foretold
    }


def test_what_is_dropped_with_the_old_version_is_told() -> None:
    store = standing(MemoryStore(), "2024-12-20")
    flow = flow_of(OLD, NEW, store=store, clock=NOON + timedelta(days=40))
    flow.wake(date(2025, 3, 10))
    moved = next(flow.preview_migration(TO_NEW, date(2025, 3, 16)))
    assert {effect.action for effect in moved.dropped} == {"approval"}
    anew = Migration("2", {"talks": "deals"}, entered=["talks"])
    moved = next(flow.preview_migration(anew, date(2025, 3, 16)))
    assert {effect.action for effect in moved.dropped} == {"call", "approval"}
    assert [effect.action for effect in moved.effects][:1] == ["approval"]


# --- the loans of a person ---

OF_A_PERSON = "{bankruptcy: {of: person, stops: [contact, legal]}}"


def test_the_loans_of_a_person_are_previewed_as_they_then_live() -> None:
    old, new = (
        road_policy(STEPS.replace("talks", name), version=version, in_force=since, holds=OF_A_PERSON)
        for name, version, since in (
            ("talks", '"1"', "{from: 2025-01-01}"),
            ("deals", '"2"', "{from: 2025-02-01}"),
        )
    )
    flow = flow_of(old, new)
    for name, due in (("a", "2025-01-10"), ("b", "2025-01-28")):
        opened = opening(due, person_id="p").model_copy(update={"at": at("2025-01-01")})
        flow.receive(name, opened)
    flow.receive("a", HoldPlaced(id="h", at=at("2025-01-20"), hold="bankruptcy"))
    flow.wake(on("2025-02-03"))
    foretold = {one.case_id: one.stage_then for one in flow.preview_migration(TO_NEW, on("2025-02-20"))}
    assert foretold == {"a": "deals", "b": "deals"}
    assert flow.migrate(TO_NEW) == (2, {})
    flow.wake(on("2025-02-20"))
    assert {name: flow.case(name).course.stage for name in "ab"} == foretold


def test_a_case_that_cannot_be_moved_keeps_no_other_back() -> None:
    store = standing(MemoryStore(), "2025-01-10", "2025-01-28")
    flow = flow_of(OLD, NEW, store=store)

    def receive(events: list[tuple[str, PolicyAdopted]]) -> list[Decision | OverdueFlowError]:
        return [flow.receive(*one) if one[0] != "a" else EventRefused("it is closed at the host") for one in events]

    moving = Migrating(Decider(Versions([OLD, NEW])), store, TO_NEW)
    assert moving.carry_out(receive) == (1, {"a": "it is closed at the host"})
    assert where(flow, "ab") == [("1", "talks"), ("2", "late")]


# --- several versions in one store ---

THIRD = road_policy(STEPS.replace("talks", "offers"), version='"3"', in_force="{from: 2025-02-02}")


def under_two_versions() -> Flow:
    """`a` under the first version, `b` under the second; the third is there too."""
    store = standing(MemoryStore(), "2025-01-10", "2025-01-10")
    flow = flow_of(OLD, NEW, THIRD, store=store)
    flow.receive("b", PolicyAdopted(id="by-hand", policy="road", version="2", stage_map={"talks": "deals"}))
    assert where(flow, "ab") == [("1", "talks"), ("2", "deals")]
    return flow


def test_one_map_moves_the_cases_of_several_versions() -> None:
    flow = under_two_versions()
    assert flow.migrate(Migration("3", {"talks": "offers", "deals": "offers"})) == (2, {})
    assert where(flow, "ab") == [("3", "offers"), ("3", "offers")]


def test_a_migration_from_one_version_leaves_the_cases_of_others_where_they_are() -> None:
    flow = under_two_versions()
    assert flow.migrate(Migration("3", {"talks": "offers"}, "1")) == (1, {})
    assert where(flow, "ab") == [("3", "offers"), ("2", "deals")]
