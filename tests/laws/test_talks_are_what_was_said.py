"""Law: talks are what was said, one word after the other.

The model sits in the room: it hears one event after the other, keeps for each talks what was said in them and which of
the lender's offers stand, and on every day strikes those whose last day is over.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.cases.events import (
    CounterOffered,
    Event,
    Instalment,
    NegotiationClosed,
    NegotiationOpened,
    OfferDeclined,
    OfferMade,
    PlanAgreed,
)
from overdue_flow.errors import EventRefused
from support.ledgers import FIRST, Told, monthly


@dataclass
class Room:
    """Talks: the days of each side's words, the offers that stand, and whether the borrower had the last word."""

    name: str | None
    opened_on: date
    offers: int = 0
    counters: int = 0
    stands: list[OfferMade] = field(default_factory=list)
    waits_for_lender: bool = False
    closed: bool = False

    def ends(self) -> None:
        self.stands, self.waits_for_lender = [], False


@dataclass
class Model:
    """All talks in the order in which they began, and who spoke last when."""

    rooms: list[Room] = field(default_factory=list)
    offered: list[tuple[OfferMade | CounterOffered, Room]] = field(default_factory=list)
    offer_on: date | None = None
    counter_on: date | None = None

    def room(self, name: str | None, day: date) -> Room:
        fits = [room for room in self.rooms if (room.name == name if name else not room.closed)]
        if not fits:
            fits = [Room(name, day)]
            self.rooms += fits
        return fits[0] if name else fits[-1]

    def hears(self, event: Event, day: date) -> None:
        match event:
            case NegotiationOpened(negotiation_id=name):
                if name is None or all(room.name != name for room in self.rooms):
                    self.rooms.append(Room(name, day))
            case OfferMade():
                room = self.room(event.negotiation_id, day)
                room.offers, room.waits_for_lender, self.offer_on = room.offers + 1, False, day
                room.stands = [one for one in room.stands if not one.offer_id or one.offer_id != event.offer_id]
                room.stands.append(event)
                self.offered.append((event, room))
            case CounterOffered():
                room = self.room(event.negotiation_id, day)
                room.counters, room.stands, room.waits_for_lender, self.counter_on = room.counters + 1, [], True, day
                self.offered.append((event, room))
            case OfferDeclined(offer_id=name):
                for room in self.rooms:
                    room.stands = [one for one in room.stands if name is not None and one.offer_id != name]
            case NegotiationClosed(negotiation_id=name, outcome=outcome):
                self.closes(name)
                if outcome == "agreed":
                    self.agrees()
            case PlanAgreed(offer_id=name):
                if name is not None:
                    self.accepts(name)
                self.agrees()

    def accepts(self, name: str) -> None:
        """The lender's latest offer of an id, or else the borrower's: its talks are over."""
        said = [(one, room) for one, room in self.offered if one.offer_id == name]
        by_lender = [(one, room) for one, room in said if isinstance(one, OfferMade)]
        room = (by_lender or said)[-1][1]
        if not room.closed:
            self.closes(room.name)

    def closes(self, name: str | None) -> None:
        for room in self.rooms:
            if room.name == name and not room.closed:
                room.closed = True
                room.ends()

    def agrees(self) -> None:
        for room in self.rooms:
            room.ends()

    def says(self, day: date) -> dict[str, Any]:
        """The facts of the talks that are open, of several those that began last; else of the last that were."""
        still_open = [room for room in self.rooms if not room.closed]
        room = (still_open or self.rooms)[-1] if self.rooms else None
        stands = [] if room is None else [one for one in room.stands if not one.valid_until or day <= one.valid_until]
        return {
            "negotiation_opened_on": room.opened_on if room else None,
            "negotiation_rounds": room.offers if room else 0,
            "counter_offers": room.counters if room else 0,
            "offer_open": bool(stands),
            "offer_ends_on": min((one.valid_until for one in stands if one.valid_until), default=None),
            "counter_offer_open": room.waits_for_lender if room else False,
            "last_offer_on": self.offer_on,
            "last_counter_offer_on": self.counter_on,
        }


names = st.sampled_from([None, None, "a", "b"])
PLAN = (Instalment(due_on=date(2025, 6, 1), amount=100),)
words: st.SearchStrategy[Event] = st.one_of(
    st.builds(NegotiationOpened, negotiation_id=names),
    st.builds(OfferMade, negotiation_id=names, offer_id=names, instalments=st.just(PLAN)),
    st.builds(CounterOffered, negotiation_id=names, offer_id=st.sampled_from([None, "c"]), instalments=st.just(PLAN)),
    st.builds(OfferDeclined, offer_id=names),
    st.builds(NegotiationClosed, negotiation_id=names, outcome=st.sampled_from(["failed", "agreed", "withdrawn"])),
    st.builds(PlanAgreed, offer_id=st.sampled_from(["a", "b", "c"])),
    st.builds(PlanAgreed, instalments=st.just(PLAN)),
)


@given(st.lists(st.tuples(words, st.sampled_from([0, 1, 3]), st.sampled_from([None, 0, 2, 5])), max_size=14))
def test_talks_are_what_was_said(said: list[tuple[Event, int, int | None]]) -> None:
    story, model, day = Told(monthly("2025-01-05", 2), None, FIRST), Model(), FIRST
    for n, (event, later, valid) in enumerate(said):
        day += timedelta(days=later)
        named = event.model_copy(update={"id": f"e-{n:02}"})
        if isinstance(named, OfferMade) and valid is not None:
            named = named.model_copy(update={"valid_until": day + timedelta(days=valid)})
        try:
            story.hears(named, on=day)
        except EventRefused:
            continue
        model.hears(named, day)
        for ahead in range(7):
            asked_on = day + timedelta(days=ahead)
            wanted = model.says(asked_on)
            assert {name: story.says(name, asked_on) for name in wanted} == wanted, f"on {asked_on}"
