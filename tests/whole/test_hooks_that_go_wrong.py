"""Hooks that hang, raise, end the process, answer with rubbish, or call back: named, retried or parked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from overdue_flow import MemoryStore, load_policy
from overdue_flow.events import ComplaintReceived, Event
from overdue_flow.store.protocol import Store
from support.hostile import NOW, due, faults, told
from support.service import Service
from support.small_policy import POLICY
from support.small_store import opening
from support.stores import KINDS, any_store


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    with any_store(request.param) as found:
        yield found


def told_again(effect: Any) -> Event:
    return ComplaintReceived(id=f"again:{effect.id}", about="x")


@pytest.mark.parametrize("inner", ["receive", "receive_many", "wake", "deliver", "explain"])
def test_a_hook_may_use_the_flow_that_called_it(store: Store, inner: str, tmp_path: Path) -> None:
    flow, reached = due(store), []

    def calls_back(effect: Any, case: Any) -> Event:
        reached.append(effect.id)
        match inner:
            case "receive":
                flow.receive(case.id, told(1))
            case "receive_many":
                flow.receive_many([(case.id, told(1)), ("b", opening("b"))])
            case "wake":
                flow.wake(date(2025, 3, 1))
            case "deliver":
                flow.deliver()
            case "explain":
                assert str(flow.explain(case.id, date(2025, 3, 1)))
        return told_again(effect)

    flow.on("remind")(calls_back)
    assert [effect.id for effect in flow.deliver()] == ["a:2:1"]
    assert reached == ["a:2:1"]
    assert flow.history("a")[-1].event.id == "again:a:2:1"
    assert list(faults(store, tmp_path)) == []


@pytest.mark.parametrize("end", [SystemExit(1), KeyboardInterrupt(), BaseExceptionGroup("all", [SystemExit(1)])])
def test_a_hook_that_would_end_the_process_has_failed(end: BaseException) -> None:
    """Else one effect would end every worker that comes to it, and nothing after it would ever go out."""

    def ends(effect: Any, case: Any) -> Event:
        raise end

    async def ends_later(effect: Any, case: Any) -> Event:
        raise end

    for hook in (ends, ends_later):
        flow = due(MemoryStore())
        flow.on("remind")(hook)
        (failed,) = flow.deliver().failed
        assert failed.reason == f"it ended with {type(end).__name__}"


def for_ever() -> Iterator[Event]:
    while True:
        yield told(1)


def midway(error: BaseException) -> Iterator[Event]:
    yield told(1)
    raise error


def in_its_sleep() -> Iterator[Event]:
    time.sleep(1)
    yield told(1)


async def later() -> None:
    """Nothing, later."""


@pytest.mark.parametrize(
    ("answer", "becomes", "says"),
    [
        (for_ever, "parked", "the hook returned more than 1000 events; `receive_many` is the door for so many"),
        (lambda: midway(OSError("the line is dead")), "failed", "OSError: the line is dead"),
        (lambda: midway(SystemExit(1)), "failed", "it ended with SystemExit"),
        (in_its_sleep, "failed", "it took longer than 0.2 seconds"),
        (later, "parked", "the hook returned a coroutine that nobody awaits; register the `async` function itself"),
        (lambda: told(1).model_copy(update={"about": 5}), "parked", "`about` of `ComplaintReceived` cannot be so"),
        (lambda: told(1).model_copy(update={"id": "\x00"}), "parked", r"`\x00` cannot be the id of an event"),
    ],
)
def test_an_answer_that_cannot_be_taken_is_named(answer: Any, becomes: str, says: str) -> None:
    sleeps = answer is in_its_sleep  # others have all the time that a busy machine takes
    flow = due(MemoryStore(), time_limit=timedelta(seconds=0.2 if sleeps else 30))
    flow.on("remind")(lambda effect, case: answer())
    report = flow.deliver()
    (named,) = getattr(report, becomes)
    assert says in named.reason
    told_of = ["EffectFailed", "EffectDelivered"] if becomes == "parked" else []
    assert [entry.event.kind for entry in flow.history("a")][2:] == told_of, "a person is asked to look"


def test_what_a_hook_does_to_the_parameters_happens_nowhere_else(store: Store) -> None:
    """It is tried again with those that were decided."""
    flow, reached = due(store), []

    def spoils(effect: Any, case: Any) -> None:
        reached.append(dict(effect.params))
        effect.params["channel"] = "telegraph"
        raise OSError("the line is dead")

    flow.on("remind")(spoils)
    flow.deliver()
    flow.deliver(NOW + timedelta(hours=1))
    assert reached == [{"channel": "sms"}] * 2
    assert flow.case("a").course.open_effects[0].params == {"channel": "sms"}


def test_effects_of_a_version_that_a_worker_does_not_have_wait_for_one_that_has_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """No try is counted, nothing is parked, and the log says it once."""
    store = MemoryStore()
    flow = due(store)
    newer = Service(load_policy(text=POLICY.replace('version: "1"', 'version: "2"')), store, opens=False)
    newer.now = NOW
    for minutes in range(20):
        report = newer.flow.deliver(NOW + timedelta(minutes=2 * minutes))
        (left,) = report.withheld
        assert (left.how, left.reason) == ("left", "policy small 1 was not given to this flow")
        assert (report.failed, report.parked) == ([], [])
    (parcel,) = store.outbox()
    assert (parcel.tries, parcel.error, parcel.parked) == (0, "", False)
    warned = [record.getMessage() for record in caplog.records if record.name == "overdue_flow.outbox"]
    assert warned == ["effects are left to workers that have their version: policy small 1 was not given to this flow"]
    assert [effect.id for effect in flow.deliver(NOW + timedelta(hours=1))] == ["a:2:1"]
