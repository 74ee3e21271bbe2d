"""The outbox at work: tried again, parked, delivered again, shared by workers; on every kind of store."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from overdue_flow import Flow, MemoryStore
from overdue_flow.events import (
    ComplaintReceived,
    ContactAttempted,
    EffectFailed,
    EffectWithheld,
    PaymentReceived,
    PaymentReversed,
)
from overdue_flow.runtime import calling, outbox
from overdue_flow.runtime.patience import Patience
from overdue_flow.store.protocol import Store
from support.road import at, on, one_stage, opening, road_policy
from support.service import Service
from support.stores import KINDS, any_store

CALLS = one_stage("{id: r, when: dpd >= 1, do: call}")
ONCE = (
    "[{id: once, strength: block, applies_to: {kind: contact}, counts: attempt, at_most: 1, within: 7 days,"
    " per: person}]"
)
EVENING = "[{id: night, strength: block, applies_to: {kind: contact}, outside: '08:00-21:00'}]"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    with any_store(request.param) as found:
        yield found


def called(store: Store, stages: str = CALLS, *, limits: str = "[]", **options: Any) -> Service:
    """A service whose loan is to be called since the morning."""
    service = Service(road_policy(stages, limits=limits), store, **options)
    service.wakes("2025-01-11")
    return service


# --- trying again ---


def test_a_hook_that_raises_is_tried_again_later_and_later(store: Store) -> None:
    service = called(store, patience=Patience(tries=4, first=MINUTE, longest=HOUR))
    service.answers["call"] = OSError("the line is dead")
    waits = []
    for tries in (1, 2, 3):
        (failed,) = service.delivers(HOUR).failed
        assert failed.reason == "OSError: the line is dead"
        parcel = service.waiting()["call"]
        assert (parcel.tries, parcel.error, parcel.parked) == (tries, "OSError: the line is dead", False)
        waits.append(parcel.ready_at - service.now)
        assert service.delivers().failed == []
    assert all(timedelta(seconds=1) <= wait <= MINUTE * 2**n for n, wait in enumerate(waits))
    service.answers = {}
    assert [effect.action for effect in service.delivers(HOUR)] == ["call"]
    assert service.reached == ["call"] * 4


def test_after_so_many_tries_it_is_parked_and_the_journal_says_so(store: Store) -> None:
    service = called(store, patience=Patience(tries=2))
    service.answers["call"] = OSError("the line is dead")
    service.delivers()
    (parked,) = service.delivers(HOUR).parked
    assert (parked.effect.action, parked.reason) == ("call", "OSError: the line is dead")
    told = next(entry.event for entry in service.flow.history("a") if isinstance(entry.event, EffectFailed))
    assert (told.id, told.final, told.reason) == ("a:2:1:parked:1", False, "OSError: the line is dead")
    assert list(service.delivers(DAY)) == []
    assert service.waiting()["call"].parked


def test_what_is_parked_is_delivered_when_a_person_says_so(store: Store) -> None:
    service = called(store, patience=Patience(tries=1))
    service.answers["call"] = OSError("the line is dead")
    service.delivers()
    assert service.flow.redeliver(["nothing"]) == 0
    assert service.flow.redeliver() == 1
    service.delivers()
    told = [entry.event.id for entry in service.flow.history("a")[2:]]
    assert told == ["a:2:1:parked:1", "a:3:1:delivered", "a:2:1:parked:2"]
    (look,) = service.store.tasks()
    assert (look.effect.action, look.effect.follows) == ("attention", ("a:2:1",)), "it is told once"
    assert service.flow.redeliver(["a:2:1"]) == 1
    service.answers = {}
    assert [effect.action for effect in service.delivers()] == ["call", "task_cancelled"]
    assert list(service.store.tasks()) == []


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ("sent", "the hook returned `'sent'`; expected an event, several, or nothing"),
        ([ComplaintReceived(), None], "among what the hook returned is `None`; expected events"),
        ({"kind": "ComplaintReceived"}, "the hook returned `{'kind': 'ComplaintReceived'}`; expected an event"),
        (
            [ComplaintReceived(), PaymentReversed(payment_id="p", reversed_on=on("2025-01-11"))],
            "what the hook returned was refused: there is no payment `p` to reverse",
        ),
        (ComplaintReceived(id="opened"), "what the hook returned was refused: event `opened` of case `a` came before"),
    ],
)
def test_a_hook_that_returns_what_nobody_can_take_is_parked_at_once(store: Store, answer: Any, says: str) -> None:
    """None of what it returned is recorded, and it is not called again by itself: who knows what it did."""
    service = called(store)
    service.answers["call"] = answer
    (parked,) = service.delivers().parked
    assert parked.reason.startswith(says)
    assert service.kinds()[2:] == ["EffectFailed", "EffectDelivered"], "and a person is asked to look"
    assert service.delivers(DAY).parked == []
    assert service.reached == ["call", "attention"]


class Unspeakable(Exception):
    """An error that cannot be put into words."""

    def __str__(self) -> str:
        raise RuntimeError

    __repr__ = __str__


@pytest.mark.parametrize(
    ("answer", "how", "says"),
    [
        (Unspeakable(), "failed", "Unspeakable"),
        (ValueError("x\0\n\ud800" * 1000), "failed", "ValueError: x   x   "),
        (lambda effect, case: Unspeakable(), "parked", "the hook returned `Unspeakable`; expected an event"),
        (ComplaintReceived(id="x" * 150, at=at("9999-12-31")), "parked", "what the hook returned was refused: "),
    ],
)
def test_whatever_a_hook_says_can_be_stored(store: Store, answer: Any, how: str, says: str) -> None:
    service = called(store, patience=Patience(tries=2))
    service.answers["call"] = answer
    report = service.delivers()
    (one,) = report.failed if how == "failed" else report.parked
    assert one.reason.startswith(says)
    assert len(one.reason) <= 500
    assert service.waiting()["call"].error == one.reason


def test_a_hook_that_hangs_counts_as_failed(store: Store) -> None:
    service = called(store, time_limit=timedelta(seconds=0.05))
    released = threading.Event()
    service.answers["call"] = lambda effect, case: released.wait(10)
    (failed,) = service.delivers().failed
    released.set()
    assert failed.reason == "it took longer than 0.05 seconds"
    assert service.kinds()[2:] == []


def test_what_fails_keeps_nothing_else_back(store: Store) -> None:
    service = called(store)
    for loan in ("b", "c"):
        service.open(loan)
    service.flow.wake(on("2025-01-11"))

    def answer(effect: Any, case: Any) -> None:
        if case.id == "b":
            raise OSError("the line is dead")

    service.answers["call"] = answer
    report = service.delivers()
    assert [effect.id for effect in report] == ["a:2:1", "c:2:1"]
    assert [one.effect.id for one in report.failed] == ["b:2:1"]


# --- several workers ---


def test_what_one_worker_has_in_hand_is_anothers_when_its_lease_is_over(store: Store) -> None:
    """The first worker dies in its hook, as the process does: nothing is put back, nothing is recorded."""
    service = called(store, lease=HOUR, worker="one", time_limit=None)
    service.answers["call"] = SystemExit("killed")
    with pytest.raises(SystemExit):
        service.delivers()
    other = Service(road_policy(CALLS), store, opens=False, worker="two", lease=HOUR)
    other.now = service.now
    assert list(other.delivers(HOUR - MINUTE)) == []
    assert [effect.id for effect in other.delivers(MINUTE)] == ["a:2:1"]


def test_two_workers_that_both_come_to_an_end_are_one_delivery(store: Store) -> None:
    """The first took longer than its lease, and the second delivered meanwhile: both calls were made."""
    first = called(store, lease=HOUR, worker="one")
    second = Service(road_policy(CALLS), store, opens=False, worker="two", lease=HOUR)

    def slowly(effect: Any, case: Any) -> ContactAttempted:
        second.now = first.now + 2 * HOUR
        second.answers["call"] = ContactAttempted(channel="phone", outcome="no_answer", effect_id=effect.id)
        assert len(second.flow.deliver()) == 1
        return ContactAttempted(channel="phone", outcome="conversation", effect_id=effect.id)

    first.answers["call"] = slowly
    first.delivers()
    assert first.kinds()[2:] == ["EffectDelivered", "ContactAttempted", "ContactAttempted"]
    assert told_of_calls(first) == [("a:2:1:0", "no_answer"), ("a:2:1:0:2", "conversation")]


def told_of_calls(service: Service) -> list[tuple[str | None, str]]:
    """Every attempt in the journal: its id and how it ended."""
    events = (entry.event for entry in service.flow.history("a"))
    return [(event.id, event.outcome) for event in events if isinstance(event, ContactAttempted)]


# --- too late ---


class Slow:
    """A hook that hangs until it is released, and then answers."""

    def __init__(self, answer: Any) -> None:
        self.released = threading.Event()
        self.thread = threading.current_thread()
        self._answer = answer

    def __call__(self, effect: Any, case: Any) -> Any:
        self.thread = threading.current_thread()
        self.released.wait(10)
        return self._answer

    def is_over(self) -> bool:
        """Whether its answer has been taken: the thread of a call that took too long ends with it."""
        return not self.thread.is_alive()


def comes_true(check: Any) -> bool:
    """Whether something becomes so within seconds: it is done in another thread."""
    return any(check() or time.sleep(0.02) for _again in range(500))


RUNG = ContactAttempted(channel="phone", outcome="conversation")


def late(store: Store, answer: Any, **options: Any) -> tuple[Service, Slow]:
    """A service whose call has taken too long, and hangs."""
    service = called(store, time_limit=timedelta(seconds=0.05), **options)
    slow = Slow(answer)
    service.answers["call"] = slow
    report = service.delivers()
    (failed,) = report.failed or report.parked
    assert failed.reason == "it took longer than 0.05 seconds"
    return service, slow


@pytest.mark.parametrize("tries", [1, 8])
def test_what_a_hook_answers_too_late_is_recorded_and_not_asked_again(store: Store, tries: int) -> None:
    """The borrower was spoken with, whatever the clock said; that the effect was parked meanwhile changes nothing."""
    service, slow = late(store, RUNG, patience=Patience(tries=tries))
    slow.released.set()
    assert comes_true(slow.is_over)
    assert "call" not in service.waiting()
    assert told_of_calls(service) == [("a:2:1:0", "conversation")]
    service.delivers(DAY)
    assert service.reached.count("call") == 1
    assert not [parcel for parcel in service.waiting().values() if parcel.parked]


@pytest.mark.parametrize(
    ("first", "known"),
    [
        ("conversation", [("a:2:1:0", "conversation")]),
        ("no_answer", [("a:2:1:0", "conversation"), ("a:2:1:0:2", "no_answer")]),
    ],
)
def test_two_calls_that_answer_alike_are_told_once_and_else_both(store: Store, first: Any, known: Any) -> None:
    service, slow = late(store, ContactAttempted(channel="phone", outcome=first))
    service.answers["call"] = RUNG
    assert len(service.delivers(HOUR)) == 1
    slow.released.set()
    assert comes_true(slow.is_over)
    assert told_of_calls(service) == known


def test_a_late_answer_that_is_refused_is_told_in_the_log(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    service, slow = late(store, PaymentReversed(id="no", payment_id="unknown", reversed_on=on("2025-01-11")))
    slow.released.set()
    assert comes_true(slow.is_over)
    assert any("the late answer to effect a:2:1 is not recorded" in one for one in caplog.messages)
    assert service.waiting()["call"].tries == 1
    assert service.kinds()[-1] != "EffectDelivered"


def test_of_several_that_are_answered_late_each_is_recorded(store: Store) -> None:
    service = called(store, time_limit=timedelta(seconds=0.05))
    service.open("b")
    service.wakes("2025-01-11")
    released = threading.Event()

    def slowly(parcels: Any) -> dict[str, Any]:
        released.wait(10)
        first, second = (effect.id for effect, _case in parcels)
        return {first: RUNG, second: OSError("engaged")}

    service.flow.on("call", batch=10)(slowly)
    assert len(service.delivers().failed) == 2
    released.set()
    assert comes_true(lambda: len([one for one in service.store.outbox() if one.effect.action == "call"]) == 1)
    assert told_of_calls(service) == [("a:2:1:0", "conversation")]
    assert service.kinds("b")[-1] == "TimePassed"


def test_what_is_not_begun_before_the_lease_is_over_is_given_back(store: Store) -> None:
    """Each hook takes a minute: after three of them there is no time for a fourth in one claim."""
    service = called(store, lease=4 * MINUTE, time_limit=MINUTE)
    for loan in "bcdef":
        service.open(loan)
    service.flow.wake(on("2025-01-11"))
    claimed: list[str] = []

    def takes_a_minute(effect: Any, case: Any) -> None:
        service.now += MINUTE
        claimed.append(effect.id)

    service.answers["call"] = takes_a_minute
    assert len(service.delivers()) == 6
    assert len(claimed) == len(set(claimed)) == 6


def test_a_lease_runs_on_while_the_instant_that_was_given_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever says what time it is cannot stop it: no hook is begun that may outlast its lease."""
    service = called(MemoryStore(), lease=4 * MINUTE, time_limit=MINUTE)
    for loan in "bcdefgh":
        service.open(loan)
    service.flow.wake(on("2025-01-11"))
    began, gone, ends = service.now, [0.0], []

    def takes_a_minute(effect: Any, case: Any) -> None:
        parcel = next(one for one in service.store.outbox() if one.effect.id == effect.id)
        gone[0] += 60
        ends.append(parcel.ready_at - began - timedelta(seconds=gone[0]))

    monkeypatch.setattr(outbox, "monotonic", lambda: gone[0])
    service.answers["call"] = takes_a_minute
    assert len(service.flow.deliver(began)) == 8
    assert len(ends) == 8
    assert min(ends) >= timedelta()


def test_an_error_gives_back_what_was_claimed(store: Store) -> None:
    """A broken clock, say: what is left is not kept from the others until the lease is over."""
    service = called(store)
    broken = Service(road_policy(CALLS), store, opens=False, clock=iter([service.now]).__next__)
    with pytest.raises(StopIteration):
        broken.flow.deliver()
    assert [effect.action for effect in service.delivers()] == ["call"]


def test_a_lease_is_longer_than_a_hook_may_take() -> None:
    with pytest.raises(ValueError, match=r"a hook may take 0:01:00, so a lease of 0:01:00 is too short"):
        Service(road_policy(CALLS), lease=MINUTE, time_limit=MINUTE)


# --- people ---


def test_a_contact_on_its_way_counts_until_its_outcome_is_known(store: Store) -> None:
    """The first hook dies after it called; nobody else calls the person about another loan meanwhile."""
    service = Service(road_policy(CALLS, limits=ONCE), store, opens=False, lease=HOUR, time_limit=None)
    for loan in ("a", "b"):
        service.open(loan, person_id="p")
    service.wakes("2025-01-11")
    service.answers["call"] = SystemExit("killed")
    with pytest.raises(SystemExit):
        service.flow.deliver(limit=1)
    service.answers = {}
    assert list(service.delivers(MINUTE)) == []
    withheld = service.last("b")
    assert isinstance(withheld, EffectWithheld)
    assert (withheld.how, withheld.limit) == ("deferred", "once")
    assert [effect.id for effect in service.delivers(HOUR)] == ["a:2:1"]


def test_two_workers_at_once_call_a_person_no_more_often_than_a_limit_allows(store: Store) -> None:
    policy = road_policy(CALLS, limits=ONCE)
    services = [Service(policy, store, opens=False, worker=name) for name in ("one", "two")]
    for loan in ("a", "b", "c", "d"):
        services[0].open(loan, opening(person_id="p"))
    for service in services:
        service.wakes("2025-01-11")
    threads = [threading.Thread(target=service.delivers) for service in services]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(services[0].reached + services[1].reached) == 1
    assert at("2025-01-11") == services[0].now


# --- switches ---


@pytest.mark.parametrize("what", ["call", "contact"])
def test_what_is_stopped_waits_for_every_worker_and_no_try_is_counted(store: Store, what: str) -> None:
    stages = one_stage("{id: r, when: dpd >= 1, do: call}, {id: s, when: dpd >= 1, do: visit}")
    service = called(store, stages)
    other = Service(road_policy(stages), store, opens=False)
    other.flow.stop(what, by="the board", reason="a wrong letter went out")
    assert [effect.action for effect in service.delivers()] == ["visit"]
    assert service.waiting()["call"].tries == 0
    assert (service.flow.stopped()[what].by, service.flow.stopped()[what].reason) == (
        "the board",
        "a wrong letter went out",
    )
    assert service.flow.resume(what)
    assert not service.flow.resume(what)
    assert [effect.action for effect in service.delivers(MINUTE)] == ["call"]


def test_a_switch_bears_on_what_was_claimed_already(store: Store) -> None:
    """The first hook stops all contact: what this worker had claimed with it does not go out."""
    service = called(store)
    service.open("b")
    service.flow.wake(on("2025-01-11"))
    service.answers["call"] = lambda effect, case: service.flow.stop("contact", by="x", reason="y")
    assert len(service.delivers()) == 1
    assert service.waiting()["call"].tries == 0


def test_a_switch_of_nothing_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match=r"has no action `cal`; .* \(did you mean `call`"):
        called(store).flow.stop("cal", by="x", reason="y")


# --- ids that are taken ---


@pytest.mark.parametrize(
    "taken", ["a:2:1:delivered", "a:2:1:0", "a:2:1:parked:1", "a:2:1:vetoed:3", "a:2:1:deferred:4"]
)
@pytest.mark.parametrize("answer", [None, RUNG, "rubbish"])
def test_whatever_ids_a_host_gives_an_effect_goes_out_once(store: Store, taken: str, answer: Any) -> None:
    """The ids of our own events can be foreseen, and an id from outside may be anything: a client's key, say."""
    service = Service(road_policy(CALLS), store)
    service.open("b")
    service.flow.receive("a", ComplaintReceived(id=taken, about="x"), at=at("2025-01-02"))
    service.wakes("2025-01-11")
    service.answers["call"] = answer
    for _again in range(4):
        service.delivers(HOUR)
    gone = {"a:3:1", "b:2:1"}
    told = [kind for loan in "ab" for kind in service.kinds(loan)]
    if answer == "rubbish":
        assert {parcel.effect.id for parcel in store.outbox(parked=True)} == gone
        assert told.count("EffectFailed") == 2
    else:
        assert not gone & {parcel.effect.id for parcel in store.outbox()}
        assert told.count("ContactAttempted") == (2 if answer is RUNG else 0)
    assert service.reached.count("call") == 2


def test_what_is_withheld_is_told_though_its_id_is_taken(store: Store) -> None:
    """Else one id from outside would keep everything of every loan from going out."""
    service = Service(road_policy(CALLS, limits=ONCE), store)
    service.open("b", person_id="b")
    for number in range(3, 9):
        event = ComplaintReceived(id=f"a:9:1:deferred:{number}", about="x")
        service.flow.receive("a", event, at=at("2025-01-02"))
    service.flow.receive("a", ContactAttempted(id="c", channel="phone", outcome="no_answer"), at=at("2025-01-10"))
    service.wakes("2025-01-11")
    (effect,) = service.flow.case("a").course.open_effects
    assert effect.id == "a:9:1"
    assert [one.id for one in service.delivers()] == ["b:2:1"]


# --- a batch ---


def test_each_of_a_batch_is_looked_at_right_before_it_is_handed_over(store: Store) -> None:
    """A talk of three minutes came first: by then it is nine, and the loan is paid."""
    stages = """
  calm: {start: true, rules: [{id: late, when: dpd >= 1, to: late}]}
  late: {on_enter: [{do: call}, {do: news}], rules: [{id: cured, when: arrears_cleared, to: calm}]}
"""
    for limits, minutes, how in ((EVENING, 58, "deferred"), ("[]", 30, "vetoed")):
        with any_store("memory") as fresh:
            service = Service(road_policy(stages, limits=limits), fresh)
            batches: list[Any] = []
            service.flow.on("news", batch=10)(batches.append)
            service.wakes("2025-01-11")
            service.now = service.now.replace(hour=20, minute=minutes)

            def talks(effect: Any, case: Any, service: Service = service, pays: bool = how == "vetoed") -> None:
                service.now += 3 * MINUTE
                if pays:
                    paid = PaymentReceived(id="p", amount="1000.00", value_date=on("2025-01-11"))
                    service.flow.receive("a", paid)

            service.answers["call"] = talks
            report = service.delivers()
            assert [effect.action for effect in report] == ["call"]
            assert batches == []
            waiting = service.waiting()
            assert ("news" in waiting) == (how == "deferred")


def test_what_brings_a_loan_up_to_date_may_take_its_time(store: Store) -> None:
    """Ten seconds before nine it was looked at, and it is nine when the host has answered."""
    service = called(store, limits=EVENING)

    def refresh(case: Any) -> None:
        service.now += timedelta(seconds=20)

    slow = Flow(road_policy(CALLS, limits=EVENING), store, clock=service.clock, refresh=refresh, worker="slow")
    slow.on("call")(service.takes)
    slow.elsewhere("help", "note", "news")
    service.now = service.now.replace(hour=20, minute=59, second=50)
    assert list(slow.deliver()) == []
    assert service.reached == []


def test_a_call_that_could_not_be_begun_is_no_try(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "HANGING_MAX", 0)
    service = called(store, patience=Patience(tries=1))
    (failed,) = service.delivers().failed
    assert failed.reason == "0 calls hang already; no other is begun"
    assert (service.waiting()["call"].tries, service.waiting()["call"].parked) == (0, False)
    monkeypatch.undo()
    assert len(service.delivers(HOUR)) == 1


# --- clocks ---


@pytest.mark.parametrize(("ahead", "counts"), [(timedelta(seconds=1), True), (timedelta(minutes=6), False)])
def test_what_happened_a_moment_ago_by_another_clock_happened(store: Store, ahead: timedelta, counts: bool) -> None:
    """A gateway's clock is ahead of ours, or now is what `deliver` was told before the call."""
    service = called(store)
    rung = ContactAttempted(channel="phone", outcome="no_answer", happened_at=service.now + ahead)
    service.answers["call"] = rung
    report = service.delivers()
    assert [effect.action for effect in report] == (["call"] if counts else ["attention"])
    assert len(report.parked) == (0 if counts else 1)
    if counts:
        assert service.flow.history("a")[-1].at == service.now + ahead


def test_what_a_refresh_says_is_not_believed_of_days_to_come(store: Store) -> None:
    service = called(store)
    early = ComplaintReceived(id="c", about="x", at=service.now + 400 * DAY)
    flow = Flow(road_policy(CALLS), store, clock=service.clock, refresh=lambda case: early, worker="w")
    flow.on("call")(service.takes)
    flow.elsewhere("help", "note", "news")
    (failed,) = flow.deliver().failed
    assert "says that it was noticed at" in failed.reason
    assert flow.case("a").day == on("2025-01-11")
