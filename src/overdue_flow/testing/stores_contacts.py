"""What every store must do with persons' contacts, as tests."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from overdue_flow.cases.person import Line, PersonContacts, Spoken
from overdue_flow.events import (
    ChannelOptedOut,
    ConsentChanged,
    ContactAttempted,
    EffectDelivered,
    EffectFailed,
    EffectWithheld,
    Event,
    EventRetracted,
)
from overdue_flow.store.protocol import Store
from overdue_flow.testing.turns import contact, happened, nine, opening


def call(
    name: str, at: datetime, *, effect_id: str | None = None, contact_point: str | None = None
) -> ContactAttempted:
    """A call that nobody answered."""
    return ContactAttempted(
        id=name,
        channel="phone",
        outcome="no_answer",
        happened_at=at,
        effect_id=effect_id,
        contact_point=contact_point,
    )


def told(store: Store, case_id: str, *events: Event) -> None:
    """Tell a loan something."""
    for event in events:
        case = store.load(case_id)
        assert case is not None
        store.commit([happened(case, event)])


def keys(contacts: PersonContacts) -> list[str]:
    """The keys of lines, reservations in brackets."""
    return [f"[{line.key}]" if line.reserved else line.key for line in contacts.lines]


def reservation(case_id: str, effect_id: str, at: datetime) -> Line:
    """A call that is on its way."""
    event = ContactAttempted(channel="phone", outcome="connected", contact_point="+1 555 0100", effect_id=effect_id)
    return Line(case_id, effect_id, at, event, reserved=True)


class ContactsConformance:
    """What a person was told, over all of their loans."""

    def test_the_loans_of_a_person_are_known_by_id(self, store: Store) -> None:
        store.commit([opening("b", person_id="p"), opening("a", person_id="p"), opening("c", person_id="q")])
        assert list(store.cases_of("p")) == ["a", "b"]
        assert list(store.cases_of("q")) == ["c"]
        assert list(store.cases_of("nobody")) == []

    def test_the_contacts_of_a_person_are_those_of_all_their_loans_in_time_order(self, store: Store) -> None:
        store.commit([opening("a", person_id="p"), opening("b", person_id="p"), opening("c", person_id="q")])
        told(store, "a", call("a-1", nine(2), contact_point="+1 555 0100"), call("a-2", nine(0)))
        told(store, "b", call("b-1", nine(1)))
        told(store, "c", call("c-1", nine(1)))
        found = store.contacts("p")
        assert keys(found) == ["a-2", "b-1", "a-1"]
        assert found.lines[1] == Line("b", "b-1", nine(1), call("b-1", nine(1)))
        assert (keys(store.contacts("q")), keys(store.contacts("x"))) == (["c-1"], [])

    def test_from_an_instant_on_wishes_come_from_the_beginning(self, store: Store) -> None:
        store.commit([opening("a", person_id="p")])
        wishes: list[Spoken] = [
            ConsentChanged(id="yes", given=True, happened_at=nine(0)),
            ChannelOptedOut(id="no", channel="sms", until=date(2026, 3, 1), happened_at=nine(1)),
        ]
        told(store, "a", *wishes, call("early", nine(1)), call("then", nine(2)), call("late", nine(3)))
        assert keys(store.contacts("p", since=nine(2))) == ["yes", "no", "then", "late"]
        assert [line.event for line in store.contacts("p", since=nine(9)).lines] == wishes

    def test_what_was_entered_by_mistake_was_never_said(self, store: Store) -> None:
        store.commit([opening("a", person_id="p")])
        told(store, "a", call("c-1", nine(0)), call("c-2", nine(1)), EventRetracted(id="r-1", event_id="c-1"))
        assert keys(store.contacts("p")) == ["c-2"]

    def test_what_was_said_and_withdrawn_in_one_commit_was_never_said(self, store: Store) -> None:
        first = opening("a", person_id="p")
        second = happened(first.case, call("c-1", nine(0)))
        third = happened(second.case, EventRetracted(id="r-1", event_id="c-1"))
        store.commit([first, second, third])
        assert keys(store.contacts("p")) == []

    def test_a_reservation_falls_when_the_outcome_is_known(self, store: Store) -> None:
        store.commit([opening("a", *(contact(f"a:1:{number}") for number in range(4)), person_id="p")])
        for number in range(4):
            store.reserve("p", reservation("a", f"a:1:{number}", nine(0)))
        told(store, "a", EffectFailed(id="f-0", effect_id="a:1:0", reason="no line"))
        assert keys(store.contacts("p")) == ["[a:1:0]", "[a:1:1]", "[a:1:2]", "[a:1:3]"]
        told(store, "a", call("c-1", nine(0), effect_id="a:1:1"))
        told(store, "a", EffectFailed(id="f-2", effect_id="a:1:2", final=True))
        told(store, "a", EffectWithheld(id="w-3", effect_id="a:1:3", how="vetoed"))
        assert keys(store.contacts("p")) == ["[a:1:0]", "[a:1:3]", "c-1"]

    def test_a_reservation_stands_again_when_the_outcome_is_retracted(self, store: Store) -> None:
        store.commit([opening("a", contact("a:1:1"), person_id="p")])
        store.reserve("p", reservation("a", "a:1:1", nine(0)))
        told(store, "a", EffectDelivered(id="d", effect_id="a:1:1"))
        told(store, "a", call("c-1", nine(0), effect_id="a:1:1"))
        assert keys(store.contacts("p")) == ["c-1"]
        told(store, "a", EventRetracted(id="r", event_id="c-1"))
        assert keys(store.contacts("p")) == ["[a:1:1]"]

    def test_a_reservation_that_is_made_again_is_one(self, store: Store) -> None:
        store.commit([opening("a", contact("a:1:1"), person_id="p")])
        with store.transaction() as bound:
            bound.lock_person("p")
            bound.reserve("p", reservation("a", "a:1:1", nine(0)))
        with store.transaction() as bound:
            bound.lock_person("p")
            bound.reserve("p", reservation("a", "a:1:1", nine(1)))
        assert store.contacts("p").lines == (reservation("a", "a:1:1", nine(1)),)

    def test_a_reservation_is_counted_from_its_instant_on(self, store: Store) -> None:
        store.commit([opening("a", contact("a:1:1"), person_id="p")])
        store.reserve("p", reservation("a", "a:1:1", nine(1)))
        assert keys(store.contacts("p", since=nine(1))) == ["[a:1:1]"]
        assert keys(store.contacts("p", since=nine(1) + timedelta(microseconds=1))) == []

    def test_an_attempt_that_does_not_say_when_was_made_when_it_was_noticed(self, store: Store) -> None:
        first = opening("a", person_id="p")
        attempt = ContactAttempted(id="c-1", channel="sms", outcome="delivered")
        store.commit([first, happened(first.case, attempt, at=nine(3))])
        assert store.contacts("p").lines[0].at == nine(3)
