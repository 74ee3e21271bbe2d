"""Input from outside is hostile: a clear error or a correct result, and the store stays readable."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from overdue_flow import Flow, MemoryStore
from overdue_flow.cases.events import read_event
from overdue_flow.errors import CalendarError, EventRefused, EventsRefused, OverdueFlowError, UnknownCase
from overdue_flow.events import (
    ComplaintReceived,
    ContactAttempted,
    Event,
    FactsChanged,
    HostEvent,
    Instalment,
    LoanOpened,
    PaymentReceived,
    TaskCompleted,
    TaskReassigned,
)
from overdue_flow.store.protocol import Store
from overdue_flow.store.sql import SqlStore
from support.happenings import ABOUT_A_LOAN, events
from support.hostile import ANY_TEXT, NOW, ODD_TEXTS, faults, is_clear, read_or_refused, service, text_fields
from support.small_store import OPENED_AT, opening
from support.stores import KINDS as STORES
from support.stores import any_store, emptied

OLD_IN_1900, ODD_OFFSET = datetime(1900, 1, 1, tzinfo=UTC), "2025-01-19T05:00:00+23:59"
NAIVE = NOW.replace(tzinfo=None)


@pytest.fixture(scope="module", params=STORES)
def kept(request: pytest.FixtureRequest) -> Iterator[Store]:
    with any_store(request.param) as found:
        yield found


@pytest.fixture
def store(kept: Store) -> Store:
    return emptied(kept) if isinstance(kept, SqlStore) else MemoryStore()


@pytest.fixture
def sound(store: Store, tmp_path: Path) -> Iterator[Flow]:
    """A flow over a store of each kind, which must be readable when the test is over."""
    yield service(store)
    assert list(faults(store, tmp_path)) == []


def refusal(flow: Flow, case_id: Any, event: Any, **more: Any) -> str:
    """How an event is refused: clearly, and as one of several just as alone."""
    with pytest.raises(OverdueFlowError) as caught:
        flow.receive(case_id, event, **more)
    assert is_clear(caught.value)
    if not more:
        (outcome,) = flow.receive_many([(case_id, event)], on_error="collect")
        assert str(outcome) == str(caught.value)
    return str(caught.value)


def told(number: int, about: str = "", **more: Any) -> ComplaintReceived:
    return ComplaintReceived(id=f"told-{number}", about=about, **more)


# --- any text, everywhere ---


def test_any_text_in_every_text_field_is_recorded_or_refused(sound: Flow) -> None:
    """Events of every kind, each in a loan of its own."""
    numbers = count()

    @settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
    @given(events(ABOUT_A_LOAN), ANY_TEXT)
    def is_heard(event: Event, text: str) -> None:
        loan = f"loan-{next(numbers)}"
        sound.receive(loan, opening(loan))
        odd = filled(event, text)
        if odd is not None:
            (outcome,) = sound.receive_many([(loan, odd)], on_error="collect")
            if isinstance(outcome, OverdueFlowError):
                assert is_clear(outcome)
                assert len(sound.history(loan)) == 1
            else:
                assert sound.history(loan)[-1] == outcome.entry

    is_heard()
    sound.wake(date(2025, 3, 1))
    sound.deliver()


def filled(event: Event, text: str) -> Event | None:
    """The event, of which every field is `text` that can be; None where none of that kind can."""
    fields: dict[str, Any] = dict.fromkeys(text_fields(type(event)), text) | {"id": text[:200], "at": NOW}
    return read_or_refused(type(event).model_validate, event.model_dump() | {"happened_at": None} | fields)


def test_odd_ids_are_taken_as_they_are_or_refused(sound: Flow) -> None:
    """Of loans, of persons and events, and of effects that there are none of."""
    taken = []
    for number, text in enumerate(ODD_TEXTS):
        (outcome,) = sound.receive_many([(text, opening("x"))], on_error="collect")
        if isinstance(outcome, OverdueFlowError):
            assert is_clear(outcome)
            assert sound.history(text) == ()
        else:
            taken.append(text)
            assert sound.receive(text, opening("x")).repeated
        fields = opening("x").model_dump() | {"id": text, "person_id": text}
        attempt = {"id": "a", "at": OPENED_AT, "channel": "phone", "outcome": "no_answer", "effect_id": text}
        for kind, said in ((LoanOpened, fields), (ContactAttempted, attempt)):
            event = read_or_refused(kind.model_validate, said)
            outcomes = sound.receive_many([(f"loan-{number}", event)], on_error="collect") if event else []
            assert all(map(is_clear, (one for one in outcomes if isinstance(one, OverdueFlowError))))
    assert [sound.case(text).id for text in taken] == taken
    assert set(ODD_TEXTS) - set(taken) == {
        text for text in ODD_TEXTS if len(text) > 150 or {"\x00", "\ud800"} & set(text)
    }


def test_ids_that_look_alike_are_different_loans(sound: Flow) -> None:
    alike = ["loan", "LOAN", "loan ", " loan", "loan\t", "loan\u200b", "ｌｏａｎ"]  # that is the point
    alike += ["é", "e\u0301", "É", "%", "_", "ß", "ss"]
    sound.receive_many((loan, opening("x", person_id=loan)) for loan in alike)
    sound.receive("loan", told(1, at=NOW))
    assert [len(sound.history(loan)) for loan in alike[1:]] == [1] * (len(alike) - 1)
    assert [sound.case(loan).person_id for loan in alike] == alike


@pytest.mark.parametrize("case_id", [None, 5, b"loan", ("a",), ["a"], float("nan"), "", "a\x00", "\ud800", "x" * 151])
def test_what_is_no_id_of_a_case_is_refused_and_nobody_has_it(sound: Flow, case_id: Any) -> None:
    assert "cannot be the id of a case; expected text of 1 to 150 characters" in refusal(sound, case_id, opening("a"))
    for look in (sound.case, sound.explain):
        with pytest.raises(UnknownCase):
            look(case_id)
    assert sound.history(case_id) == ()


def test_the_longest_id_leaves_room_for_what_its_effects_are_called(sound: Flow) -> None:
    loan = "贷" * 150
    sound.receive(loan, opening("x"))
    sound.wake(date(2025, 1, 20))
    assert [effect.id for effect in sound.deliver()] == [f"{loan}:2:1"]


def test_one_event_id_on_two_loans_is_two_events(sound: Flow) -> None:
    for loan in ("a", "b"):
        sound.receive(loan, opening("x", person_id="p"))
        sound.receive(loan, told(1, at=OPENED_AT))
    assert [len(sound.history(loan)) for loan in ("a", "b")] == [2, 2]


# --- events that cannot be ---


def test_one_bad_event_among_hundreds_keeps_no_other_back(sound: Flow) -> None:
    payment = PaymentReceived(id="p", amount="1.00", value_date=date(2025, 1, 5), at=NOW)
    unchecked = payment.model_copy(update={"value_date": "soon"})
    bad: dict[int, tuple[Any, Any]] = {
        0: ("nul\x00", opening("x")), 99: ("", opening("x")), 100: (None, opening("x")), 120: ("s\ud800", opening("x")),
        150: ("b-150", opening("x").model_copy(update={"id": "\x00"})), 151: ("unknown", payment), 152: (7, "no event"),
        198: ("b-198", opening("x").model_copy(update={"id": None})), 199: ("l-1", unchecked),
        200: ("b-200", opening("x").model_copy(update={"person_id": "\x00"})), 299: ("x" * 9_999, opening("x")),
        270: ("l-2", payment.model_copy(update={"amount": 0.1})), 271: ("l-3", Instalment(due_on="2025-01-01")),
    }  # fmt: skip
    sent = [bad.get(number, (f"l-{number}", opening("x"))) for number in range(300)]
    with pytest.raises(EventsRefused, match="13 of 300 events were refused, the others recorded") as caught:
        sound.receive_many(sent, chunk=100)
    refused = {number: one for number, one in enumerate(caught.value.outcomes) if isinstance(one, OverdueFlowError)}
    assert refused.keys() == bad.keys()
    assert all(map(is_clear, refused.values()))
    assert all(len(sound.history(f"l-{number}")) == 1 for number in range(300) if number not in bad)


@pytest.mark.parametrize(
    ("update", "says"),
    [
        ({"amount": 12.5}, "`amount` of `PaymentReceived` cannot be so: value error, `12.5` is not an exact amount"),
        ({"amount": None}, "`amount` of `PaymentReceived` cannot be so"),
        ({"value_date": datetime(2025, 1, 1, 9, tzinfo=UTC)}, "`value_date` of `PaymentReceived` cannot be so"),
        ({"payment_id": "\ud800"}, "`payment_id` of `PaymentReceived` cannot be so"),
        ({"at": NAIVE}, "`at` of `PaymentReceived` cannot be so"),
        ({"id": 5}, "`5` cannot be the id of an event"),
    ],
)
def test_a_copy_that_nobody_checked_is_checked_at_the_door(sound: Flow, update: dict[str, Any], says: str) -> None:
    """What pydantic copies or constructs without a look would be in the journal, and could not be read again."""
    sound.receive("a", opening("a"))
    payment = PaymentReceived(id="p", amount="1.00", value_date=date(2025, 1, 5), at=NOW)
    assert says in refusal(sound, "a", payment.model_copy(update=update))
    assert len(sound.history("a")) == 1


def test_what_is_no_event_is_refused(sound: Flow) -> None:
    class Mine(HostEvent):
        """A kind of the host's own making."""

    for event in (None, "PaymentReceived", {"kind": "Closed"}, HostEvent, Mine(id="m", name="Mine")):
        assert "is no event; expected one of those in `overdue_flow.events`" in refusal(sound, "a", event)


@pytest.mark.parametrize(
    ("event", "says"),
    [
        (TaskCompleted(id="t", effect_id="a:99:1"), None),
        (TaskReassigned(id="t", effect_id="a:99:1\n", role="boss"), r"case `a` has no open task `a:99:1\n`"),
        (FactsChanged(id="t", facts={"frail": "yes\x00"}), r"`frail` cannot be `yes\x00`; expected true or false"),
        (FactsChanged(id="t", facts={"odds": "NaN"}), "`odds` cannot be `NaN`; expected a number"),
        (FactsChanged(id="t", facts={"dpd": 0}), "`dpd` is worked out from what happens to the loan"),
        (FactsChanged(id="t", facts={"undeclared": "\x00", "'; --": 1}), None),
        (HostEvent(id="t", name="Visited", fields={"result": 5, "more": "\x00"}), None),
        (HostEvent(id="t", name="Undeclared\u202e"), None),
    ],
)
def test_what_no_policy_speaks_of_is_kept_and_what_cannot_be_is_refused(
    sound: Flow, event: Event, says: str | None
) -> None:
    sound.receive("a", opening("a"))
    event = event.model_copy(update={"at": OPENED_AT})
    if says is None:
        assert sound.receive("a", event).case.seq == 2
    else:
        assert says in refusal(sound, "a", event)
        assert sound.case("a").seq == 1


# --- days and instants ---


@pytest.mark.parametrize("year", [1, 1899, 2201, 9999])
def test_a_year_of_no_loan_is_refused(sound: Flow, year: int) -> None:
    sound.receive("a", opening("a"))
    far, noon = date(year, 6, 1), datetime(year, 6, 1, 12, tzinfo=UTC)
    assert f"names the day {far}; expected a year from 1900 to 2200" in refusal(sound, "b", opening("b", far))
    assert "expected a year from 1900 to 2200" in refusal(sound, "b", opening("b", at=noon))
    assert "expected a year from 1900 to 2200" in refusal(sound, "a", told(1, at=NOW, happened_at=noon))
    assert "expected a year from 1900 to 2200" in refusal(sound, "a", told(1), at=noon)
    for look in (sound.wake, sound.forewarn, sound.due_on, lambda day: sound.explain("a", day)):
        with pytest.raises(CalendarError, match="expected a year from 1900 to 2200"):
            look(far)
    with pytest.raises(EventRefused, match="expected a year from 1900 to 2200"):
        sound.deliver(noon)


@pytest.mark.parametrize("day", [date(1900, 1, 1), date(2200, 12, 31)])
def test_the_first_and_the_last_year_are_lived(sound: Flow, day: date) -> None:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    sound.receive("a", opening("a", day, opened_on=day), at=noon)
    sound.receive("a", told(1), at=noon)
    assert sound.wake(day) == []
    assert str(sound.explain("a"))


@pytest.mark.parametrize("ahead", [timedelta(days=1, seconds=1), timedelta(days=366), timedelta(days=50_000)])
def test_a_day_to_come_is_not_lived_because_somebody_says_so(sound: Flow, ahead: timedelta) -> None:
    """A slip of the pen in a year would lead the loan through all of its stages, and a journal takes nothing back."""
    sound.receive("a", opening("a"))
    early = told(1, at=NOW + ahead)
    says = f"`ComplaintReceived` says that it was noticed at {early.at}, and now it is {NOW}"
    assert says in refusal(sound, "a", early)
    assert isinstance(sound.receive_many([("a", early)], on_error="collect")[0], EventRefused)
    assert sound.case("a").seq == 1
    assert sound.receive("a", told(2, at=NOW + timedelta(days=1))).case.seq > 1, "clocks and time zones differ"
    assert sound.receive("a", early, at=early.at).entry is not None, "whoever says what time it is decides"


def test_an_odd_offset_and_a_very_late_word_are_heard(sound: Flow) -> None:
    sound.receive("a", opening("a"))
    sound.receive("a", read_event({"kind": "ComplaintReceived", "id": "c", "at": ODD_OFFSET, "about": "x"}))
    sound.receive("a", told(1, at=OLD_IN_1900))
    sound.receive("a", told(2, at=NOW, happened_at=OLD_IN_1900))
    assert [entry.day for entry in sound.history("a")] == sorted(entry.day for entry in sound.history("a"))


@pytest.mark.parametrize("said", [NAIVE, None, "2025-01-20", date(2025, 1, 20), 5])
def test_a_clock_that_says_no_instant_stops_everything_before_it_begins(said: Any, tmp_path: Path) -> None:
    with any_store("sqlite") as store:
        service(store).receive("a", opening("a"))
        service(store).wake(date(2025, 1, 20))
        flow = service(store, clock=lambda: said)
        assert "the clock cannot be relied on" in refusal(flow, "a", told(1))
        with pytest.raises(EventRefused, match="the clock cannot be relied on"):
            flow.deliver()
        assert [(one.tries, one.parked) for one in store.outbox()] == [(0, False)]
        assert [effect.action for effect in service(store).deliver()] == ["remind"]
        assert list(faults(store, tmp_path)) == []


def test_a_clock_that_goes_back_never_takes_a_loan_back(sound: Flow) -> None:
    now = NOW
    flow = service(sound._turns.store, clock=lambda: now)
    flow.receive("a", opening("a"))
    flow.wake(now.date())
    for later in (timedelta(hours=-1), timedelta(days=-30), timedelta(days=366), timedelta(days=-366)):
        now += later
        flow.receive("a", told(now.toordinal()))
        flow.deliver()
    assert [entry.day for entry in flow.history("a")] == sorted(entry.day for entry in flow.history("a"))
    assert flow.wake(date(2025, 1, 2)) == []


# --- much ---


@pytest.mark.parametrize(("many", "step"), [(400, -1), pytest.param(10_000, 1, marks=pytest.mark.soak)])
def test_many_events_of_one_loan_are_heard_in_any_order(sound: Flow, many: int, step: int) -> None:
    first = NOW - timedelta(hours=4)
    sound.receive("a", opening("a"))
    attempts = [
        ContactAttempted(
            id=f"e-{number}",
            channel="phone",
            outcome="no_answer",
            at=NOW,
            happened_at=first + timedelta(seconds=number * step),
        )
        for number in range(many)
    ]
    sound.receive_many(("a", attempt) for attempt in attempts)
    assert sound.case("a").contacts.tally.unanswered_in_a_row == many
    assert sound.receive("a", attempts[0]).repeated


def test_many_open_effects_and_many_loans_of_one_person(sound: Flow) -> None:
    sound.receive_many((f"l-{number}", opening("x", person_id="p")) for number in range(30))
    sound.wake(date(2025, 1, 20))
    sound.receive_many(
        ("l-0", HostEvent(id=f"v-{number}", at=NOW, name="Visited", fields={"result": "met"})) for number in range(100)
    )
    assert len(sound.case("l-0").course.open_effects) == 101
    report = sound.deliver()
    assert len(report.delivered) + len(report.withheld) == 130
    assert sound.deliver().delivered == []
