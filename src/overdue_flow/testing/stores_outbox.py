"""What every store must do with effects and tasks, as tests."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from overdue_flow.cases.effects import Status
from overdue_flow.cases.entries import EffectChange
from overdue_flow.events import EffectDelivered, TaskCompleted, TaskReassigned
from overdue_flow.store.protocol import Parcel, Store
from overdue_flow.testing.turns import NINE, contact, happened, nine, opening, task

LEASE = timedelta(minutes=5)


def ids(parcels: Collection[Parcel]) -> list[str]:
    """The effects of parcels."""
    return [parcel.effect.id for parcel in parcels]


def claimed(store: Store, now: datetime = NINE, worker: str = "w", limit: int = 100) -> list[str]:
    """The effects that a worker gets."""
    return ids(store.claim(now, worker=worker, lease=LEASE, limit=limit))


class OutboxConformance:
    """What goes out, and what people do."""

    # --- what stands in the outbox ---

    def test_what_goes_to_one_person_is_claimed_by_itself(self, store: Store) -> None:
        store.commit([opening("a", contact("a:1:1"), person_id="p"), opening("b", contact("b:1:1"), person_id="p")])
        store.commit([opening("c", contact("c:1:1"), person_id="q")])
        lease = timedelta(minutes=5)
        for actions in (None, {"call"}, {"remind"}):
            found = store.claim(NINE, worker="w", lease=lease, actions=actions, person_id="q")
            assert {one.person_id for one in found} <= {"q"}
        assert claimed(store) == ["a:1:1", "b:1:1"]

    def test_open_effects_stand_in_the_outbox_by_due_instant_then_id(self, store: Store) -> None:
        effects = (contact("a:1:2", nine(1)), contact("a:1:1", nine(1)), contact("a:1:3", nine(2), status=Status.HELD))
        store.commit([opening("a", *effects, person_id="p"), opening("b", contact("b:1:1"), person_id="q")])
        found = list(store.outbox())
        assert ids(found) == ["b:1:1", "a:1:1", "a:1:2", "a:1:3"]
        assert found[1] == Parcel("a", "p", effects[1], nine(1))
        assert ids(list(store.outbox(person_id="p"))) == ["a:1:1", "a:1:2", "a:1:3"]
        assert ids(list(store.outbox(parked=True))) == []

    def test_what_a_turn_takes_away_or_delivers_leaves_the_outbox(self, store: Store) -> None:
        first = opening("a", contact("a:1:1"), contact("a:1:2"), task("a:1:3"))
        second = happened(first.case, "e-1", changes=[EffectChange("a:1:1", "cancelled", "it was paid")])
        third = happened(second.case, EffectDelivered(id="d-1", effect_id="a:1:2"))
        fourth = happened(third.case, EffectDelivered(id="d-2", effect_id="a:1:3"))
        for turn, left in ((first, 3), (second, 2), (third, 1), (fourth, 0)):
            store.commit([turn])
            assert len(list(store.outbox())) == left

    def test_what_came_and_went_in_one_commit_was_never_there(self, store: Store) -> None:
        first = opening("a", contact("a:1:1"), task("a:1:2"))
        gone = [EffectChange(f"a:1:{number}", "cancelled", "") for number in (1, 2)]
        store.commit([first, happened(first.case, "e-1", changes=gone)])
        assert (list(store.outbox()), list(store.tasks())) == ([], [])

    # --- claims ---

    def test_a_worker_gets_what_is_ready_the_longest_ready_first(self, store: Store) -> None:
        effects = (contact("a:1:1", nine(1)), contact("a:1:2", nine(0)), contact("a:1:3", nine(0)))
        store.commit([opening("a", *effects)])
        assert claimed(store, NINE - timedelta(seconds=1)) == []
        assert claimed(store, nine(1), limit=2) == ["a:1:2", "a:1:3"]
        assert claimed(store, nine(1)) == ["a:1:1"]

    def test_what_is_held_is_not_handed_out(self, store: Store) -> None:
        first = opening("a", contact("a:1:1", status=Status.HELD))
        store.commit([first])
        assert claimed(store, nine(9)) == []
        store.commit([happened(first.case, "e-1", changes=[EffectChange("a:1:1", "pending", "", nine(2))])])
        assert (claimed(store, nine(1)), claimed(store, nine(2))) == ([], ["a:1:1"])

    def test_a_worker_gets_only_what_it_can_do(self, store: Store) -> None:
        names = ["call", "text", "sue"]
        store.commit([opening("a", *(contact(f"a:1:{n}", action=name) for n, name in enumerate(names)))])
        assert ids(store.claim(NINE, worker="w", lease=LEASE, actions=())) == []
        assert ids(store.claim(NINE, worker="w", lease=LEASE, actions=["sue", "x", "call"])) == ["a:1:0", "a:1:2"]
        assert claimed(store) == ["a:1:1"]

    def test_what_one_worker_has_another_does_not_get_until_the_lease_is_over(self, store: Store) -> None:
        store.commit([opening("a", contact("a:1:1"))])
        (parcel,) = store.claim(NINE, worker="w", lease=LEASE)
        assert (parcel.ready_at, parcel.tries, parcel.parked) == (NINE + LEASE, 0, False)
        assert claimed(store, NINE + LEASE - timedelta(microseconds=1), "other") == []
        assert claimed(store, NINE + LEASE, "other") == ["a:1:1"]
        assert not store.put_back("a:1:1", worker="w", ready_at=NINE, tries=1)
        assert store.put_back("a:1:1", worker="other", ready_at=NINE, tries=1)
        assert not store.put_back("a:1:1", worker="other", ready_at=NINE, tries=1)
        assert not store.put_back("x", worker="other", ready_at=NINE, tries=1)

    def test_what_is_put_back_waits_until_it_is_ready(self, store: Store) -> None:
        store.commit([opening("a", contact("a:1:1"))])
        claimed(store)
        assert store.put_back("a:1:1", worker="w", ready_at=nine(1), tries=3, error="no line: \x00 100%")
        (parcel,) = store.outbox()
        assert (parcel.ready_at, parcel.tries, parcel.error) == (nine(1), 3, "no line:  100%")
        assert (claimed(store, NINE + LEASE), claimed(store, nine(1))) == ([], ["a:1:1"])

    def test_what_is_parked_waits_for_a_person(self, store: Store) -> None:
        store.commit([opening("a", contact("a:1:1"), contact("a:1:2"), contact("a:1:3"))])
        claimed(store)
        for effect_id in ("a:1:1", "a:1:2"):
            store.put_back(effect_id, worker="w", ready_at=NINE, tries=9, error="refused", parked=True)
        assert (claimed(store, NINE), ids(list(store.outbox(parked=True)))) == ([], ["a:1:1", "a:1:2"])
        assert ids(list(store.outbox(parked=False))) == ["a:1:3"]
        assert store.redeliver(["a:1:2", "a:1:3", "x"], now=nine(1)) == 1
        assert (claimed(store, NINE), claimed(store, nine(1))) == ([], ["a:1:3", "a:1:2"])
        assert store.redeliver(now=nine(2)) == 1
        again = {parcel.effect.id: (parcel.tries, parcel.error) for parcel in store.outbox(parked=False)}
        assert again == {"a:1:1": (0, "refused"), "a:1:2": (0, "refused"), "a:1:3": (0, "")}
        assert "a:1:1" in claimed(store, nine(2))

    def test_a_turn_that_defers_an_effect_takes_it_from_its_worker(self, store: Store) -> None:
        first = opening("a", contact("a:1:1"))
        store.commit([first])
        claimed(store)
        store.commit([happened(first.case, "e-1", changes=[EffectChange("a:1:1", "pending", "later", nine(1))])])
        assert not store.put_back("a:1:1", worker="w", ready_at=NINE, tries=1)
        assert (claimed(store, NINE + LEASE), claimed(store, nine(1))) == ([], ["a:1:1"])

    def test_a_turn_of_something_else_leaves_the_claim_as_it_is(self, store: Store) -> None:
        first = opening("a", contact("a:1:1"))
        store.commit([first])
        claimed(store)
        store.commit([happened(first.case, "e-1")])
        assert store.put_back("a:1:1", worker="w", ready_at=nine(1), tries=1)

    # --- tasks ---

    def test_open_tasks_come_by_deadline_then_id_those_without_one_last(self, store: Store) -> None:
        days = {"a:1:1": None, "a:1:2": date(2026, 3, 1), "a:1:3": date(2026, 2, 1), "a:1:4": date(2026, 2, 1)}
        effects = [task(one, "boss" if one == "a:1:4" else "team", day) for one, day in days.items()]
        store.commit([opening("a", *effects, contact("a:1:5"))])
        found = list(store.tasks())
        assert [one.effect.id for one in found] == ["a:1:3", "a:1:4", "a:1:2", "a:1:1"]
        assert (found[0].case_id, found[0].effect) == ("a", effects[2])
        assert [one.effect.id for one in store.tasks(role="team", due_by=date(2026, 2, 28))] == ["a:1:3"]
        assert [one.effect.id for one in store.tasks(due_by=date(2026, 3, 1))] == ["a:1:3", "a:1:4", "a:1:2"]
        assert list(store.tasks(role="x")) == []

    def test_a_task_is_open_until_a_person_has_done_it(self, store: Store) -> None:
        first = opening("a", task("a:1:1"))
        second = happened(first.case, EffectDelivered(id="d-1", effect_id="a:1:1"))
        third = happened(second.case, TaskCompleted(id="t-1", effect_id="a:1:1"))
        store.commit([first, second])
        assert [one.effect.status for one in store.tasks()] == [Status.DELIVERED]
        store.commit([third])
        assert list(store.tasks()) == []

    def test_one_task_is_found_by_its_id_while_it_is_open(self, store: Store) -> None:
        first = opening("a", task("a:1:1"), contact("a:1:2"))
        store.commit([first])
        found = store.task("a:1:1")
        assert found is not None
        assert (found.case_id, found.effect.id) == ("a", "a:1:1")
        assert [store.task(one) for one in ("a:1:2", "x", "")] == [None, None, None]
        store.commit([happened(first.case, TaskCompleted(id="t-1", effect_id="a:1:1"))])
        assert store.task("a:1:1") is None

    def test_what_waits_for_people_is_counted(self, store: Store) -> None:
        assert (store.standing(date.max), store.actions_waiting()) == ((0, 0), frozenset())
        last_days = (None, date(2026, 2, 1), date(2026, 2, 1), date(2026, 3, 1))
        tasks = (task(f"a:1:{number}", "team", day) for number, day in enumerate(last_days))
        store.commit([opening("a", *tasks, contact("a:1:8", action="call"), contact("a:1:9", action="text"))])
        ids(store.claim(NINE, worker="w", lease=LEASE))
        store.put_back("a:1:9", worker="w", ready_at=NINE, tries=9, error="refused", parked=True)
        days = (date(2026, 2, 1), date(2026, 2, 2), date(2026, 3, 1), date(2026, 3, 2))
        assert [store.standing(day) for day in days] == [(0, 1), (2, 1), (2, 1), (3, 1)]
        assert {"call", "text"} <= store.actions_waiting()
        store.redeliver(now=NINE)
        assert store.standing(date(2026, 2, 1)).parked == 0

    def test_a_task_that_falls_to_another_role_is_theirs(self, store: Store) -> None:
        first = opening("a", task("a:1:1", "team"))
        reassigned = TaskReassigned(id="t-1", effect_id="a:1:1", role="boss", deadline_on=date(2026, 2, 3))
        second = happened(first.case, reassigned)
        store.commit([first])
        store.commit([second])
        assert list(store.tasks(role="team")) == []
        assert [one.effect for one in store.tasks(role="boss")] == [
            one for one in second.case.course.open_effects if one.id == "a:1:1"
        ]

    def test_a_task_that_an_event_shows_to_be_done_is_on_nobodys_list(self, store: Store) -> None:
        first = opening("a", task("a:1:1")._replace(about="c-1"), task("a:1:2")._replace(about="c-2"))
        store.commit([first])
        assert [one.effect.about for one in store.tasks()] == ["c-1", "c-2"]
        done = [EffectChange("a:1:1", "delivered", "negotiate a:1:1 was done by ComplaintAnswered")]
        store.commit([happened(first.case, "e-1", changes=done)])
        assert [one.effect.id for one in store.tasks()] == ["a:1:2"]
        assert ids(list(store.outbox())) == ["a:1:2"]
