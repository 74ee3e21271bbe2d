"""Talks: what one side said to the other, in rounds, and whose word stands.

An offer or a counter-offer belongs to the talks whose id it names; without an id, to the talks that began last among
those open when it was made; and where none are open, it begins talks of its own. A lender's offer stands until the
borrower declines it or offers something else, an agreement is reached, its talks are closed, another offer of its id
takes its place, or its last day is over. All of it goes by when things took effect, not by when they were reported.

Law: `talks are what was said, one word after the other` (tests/laws).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from heapq import merge
from operator import attrgetter

from overdue_flow.cases.events.base import Instalment
from overdue_flow.cases.schedules import minor
from overdue_flow.cases.turn import Order, Recorded
from overdue_flow.errors import EventRefused
from overdue_flow.money import Amount
from overdue_flow.problems import did_you_mean

OPENING = datetime.min.replace(tzinfo=UTC)
BEFORE_ALL: Order = (date.min, OPENING, "")
"""The opening of a day, and a place in time before everything."""


@dataclass(frozen=True, slots=True)
class Talks:
    """Talks that were opened; `id` is None where the host gives none."""

    order: Order
    id: str | None


@dataclass(frozen=True, slots=True)
class Offer:
    """What one side proposed, as it was told. `by_borrower` for a counter-offer; `by` is who made it for the lender, in
    the role `role`. `waives` are what is let go of costs, interest and principal."""

    order: Order
    negotiation_id: str | None
    offer_id: str | None
    instalments: tuple[Instalment, ...]
    by_borrower: bool
    by: str | None = None
    plan: str | None = None
    waives: tuple[Amount | None, Amount | None, Amount | None] = (None, None, None)
    valid_until: date | None = None
    role: str | None = None
    beside_contract: bool = False

    @property
    def name(self) -> str:
        """Its id, or without one that of the event that made it."""
        return self.offer_id or self.order[2]

    def waives_on_completion(self, currency: str) -> int:
        """All that it lets go, in minor units."""
        return sum(minor(amount, currency) for amount in self.waives if amount is not None)

    def lapsed(self, day: date) -> bool:
        """Whether its last day is over."""
        return self.valid_until is not None and self.valid_until < day


@dataclass(frozen=True, slots=True)
class Declined:
    """The borrower does not want the offer of an id; without one, none of those that stood."""

    order: Order
    offer_id: str | None

    def means(self, offer: Offer) -> bool:
        """Whether it is this offer that is not wanted; said by its name it may be in the instant in which it came."""
        if self.offer_id is None:
            return self.order > offer.order
        return self.offer_id == offer.name and self.order[:2] >= offer.order[:2]


@dataclass(frozen=True, slots=True)
class Closing:
    """Talks that ended: `agreed`, `failed` or `withdrawn`; `by_plan` where a plan that accepts an offer ended them."""

    order: Order
    id: str | None
    outcome: str
    by_plan: bool = False


@dataclass(slots=True)
class Thread:
    """Talks as they went: when they began, every word in order, when they were closed."""

    id: str | None
    began: Order
    words: list[Offer] = field(default_factory=list)
    closed: Order | None = None


@dataclass(frozen=True, slots=True)
class Negotiation:
    """Talks, offers, refusals and closings, each in the order in which it took effect.

    `failures` are the places in time of the failed closings; `agreed` and `assessed` the latest of those resets.
    """

    opened: tuple[Talks, ...] = ()
    offers: tuple[Offer, ...] = ()
    closings: tuple[Closing, ...] = ()
    failures: tuple[Order, ...] = ()
    agreed: Order | None = None
    assessed: Order | None = None
    declined: tuple[Declined, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether talks are under way."""
        if not self.opened:
            return False
        closed = {closing.id for closing in self.closings if closing.id}
        if any(talks.id not in closed for talks in self.opened if talks.id):
            return True
        return _latest_unnamed(self.opened) > _latest_unnamed(self.closings)

    # --- as they went ---

    def threads(self) -> list[Thread]:
        """All talks, in the order in which they began."""
        found: list[Thread] = []
        happened: Iterator[Talks | Offer | Closing] = merge(
            self.opened, self.offers, self.closings, key=attrgetter("order")
        )
        for one in happened:
            if isinstance(one, Talks):
                if one.id is None or _named(found, one.id) is None:
                    found.append(Thread(one.id, one.order))
            elif isinstance(one, Offer):
                _thread_of(found, one).words.append(one)
            else:
                for thread in found:
                    if thread.id == one.id and thread.closed is None:
                        thread.closed = one.order
        return found

    def present(self) -> Thread | None:
        """The talks that are open, of several those that began last; else the last that were."""
        found = self.threads() if self.opened or self.offers else []
        return next((thread for thread in reversed(found) if thread.closed is None), found[-1] if found else None)

    def standing(self, day: date) -> tuple[Offer, ...]:
        """The lender's offers in those talks that stand on `day`."""
        return tuple(offer for offer in self.unanswered() if not offer.lapsed(day))

    def unanswered(self) -> tuple[Offer, ...]:
        """The lender's offers in those talks that were neither answered nor withdrawn."""
        thread = self.present()
        if thread is None:
            return ()
        words = _since_answer(thread, self.agreed)
        last_counter = max((n for n, word in enumerate(words) if word.by_borrower), default=-1)
        words = words[last_counter + 1 :]
        latest = {word.name: word for word in words}
        return tuple(word for word in latest.values() if not any(one.means(word) for one in self.declined))

    def unanswered_counter(self) -> Offer | None:
        """The borrower's offer, where it is the last word in those talks."""
        thread = self.present()
        words = [] if thread is None else _since_answer(thread, self.agreed)
        return words[-1] if words and words[-1].by_borrower else None

    # --- an offer by its id ---

    def offer(self, offer_id: str) -> Offer:
        """The lender's latest offer of an id. EventRefused where there is none."""
        made = [one for one in self.offers if not one.by_borrower]
        found = next((one for one in reversed(made) if one.name == offer_id), None)
        if found is None:
            hint = did_you_mean(offer_id, (one.name for one in made))
            raise EventRefused(f"there is no offer `{offer_id}`" + (f" ({hint})" if hint else ""))
        return found

    def accepted(self, offer_id: str, recorded: Recorded) -> Offer:
        """The offer that is accepted by what is recorded: the lender's latest of that id made by then, or else the
        borrower's. EventRefused where there was none."""
        made = [one for one in self.offers if one.name == offer_id]
        if not made:
            hint = did_you_mean(offer_id, (one.name for one in self.offers))
            raise EventRefused(f"there is no offer `{offer_id}` to agree to" + (f" ({hint})" if hint else ""))
        by_then = [one for one in made if one.order[:2] <= recorded.order[:2]]
        if not by_then:
            raise EventRefused(f"offer `{offer_id}` was made on {made[0].order[0]}, after {recorded.on}")
        return next((one for one in reversed(by_then) if not one.by_borrower), by_then[-1])

    def is_over(self, offer: Offer, at: Order) -> bool:
        """Whether the lender was bound by an offer no more when it was accepted: it had lapsed, was declined, or its
        talks had ended without an agreement."""
        if offer.lapsed(at[0]) or any(one.means(offer) and one.order < at for one in self.declined):
            return True
        ends = [one for one in self.closings if one.outcome != "agreed" and offer.order < one.order < at]
        return bool(ends) and self.thread_of(offer).id in [one.id for one in ends]

    def thread_of(self, offer: Offer) -> Thread:
        """The talks to which an offer belongs."""
        return next(thread for thread in self.threads() if any(word is offer for word in thread.words))


def _latest_unnamed(some: Sequence[Talks | Closing]) -> Order:
    """When the latest of those without an id took effect."""
    return next((one.order for one in reversed(some) if one.id is None), BEFORE_ALL)


def _named(threads: list[Thread], name: str) -> Thread | None:
    return next((thread for thread in threads if thread.id == name), None)


def _thread_of(threads: list[Thread], offer: Offer) -> Thread:
    """The talks to which an offer belongs; it begins them where there are none."""
    if offer.negotiation_id is not None:
        thread = _named(threads, offer.negotiation_id)
    else:
        thread = next((thread for thread in reversed(threads) if thread.closed is None), None)
    if thread is None:
        thread = Thread(offer.negotiation_id, offer.order)
        threads.append(thread)
    return thread


def _since_answer(thread: Thread, agreed: Order | None) -> list[Offer]:
    """What was said after the talks were closed, or an agreement was reached."""
    answered = max((one for one in (thread.closed, agreed) if one is not None), default=BEFORE_ALL)
    return [word for word in thread.words if word.order > answered]
