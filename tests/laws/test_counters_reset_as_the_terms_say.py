"""Law: what counts in a row goes back to zero on what the terms name, when it took effect, and on nothing else.

The model is slow and plain. It keeps every event it was told, finds cures and kept promises by adding up money, and
walks through everything from the beginning: a failure adds one, what the terms name sets back to zero. What was found
to be a cure, or a promise kept, once its day has come, stays a reset whatever is reversed later; a retraction takes it
back, since then the event has never been.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.cases.events import (
    CaseAssessed,
    CounterOffered,
    Event,
    EventRetracted,
    Instalment,
    NegotiationClosed,
    NegotiationOpened,
    OfferDeclined,
    OfferMade,
    PaymentReceived,
    PaymentReversed,
    PlanAgreed,
    PromiseMade,
    SettlementReached,
)
from overdue_flow.cases.terms import InARow, Reset, Terms
from overdue_flow.errors import EventRefused
from support.ledgers import Told

Word = Literal["agreed", "cured", "assessed", "kept"]
WORDS: tuple[Word, ...] = ("agreed", "cured", "assessed", "kept")
FIRST = date(2025, 1, 1)
DUES = [(date(2025, 1, 5), 100), (date(2025, 1, 20), 100), (date(2025, 2, 10), 100)]
FAR_OFF = (Instalment(due_on=date(2026, 1, 1), amount=Decimal(300)),)
"""An agreement that stands beside the contract and falls due after all of this: it resets, and cures nothing."""


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


@dataclass
class Model:
    """A loan of three instalments, as somebody with all its papers and a pencil would look at it."""

    failed_by: tuple[Word, ...]
    broken_by: tuple[Word, ...]
    told: list[tuple[date, Event]] = field(default_factory=list)
    cured: set[date] = field(default_factory=set)
    kept: set[date] = field(default_factory=set)

    def hears(self, event: Event, day: date) -> None:
        if isinstance(event, EventRetracted):
            left = [(on, one) for on, one in self.told if one.id != event.event_id]
            self.told, self.cured, self.kept = [], set(), set()
            for on, one in left:
                self.hears(one, on)
            return
        self.told.append((day, event))
        self.cured = {on for on in self.cured if on <= day} | set(self.cures())
        self.kept = {on for on in self.kept if on <= day} | {on for _made, on, _some in self.promises() if on}

    # --- money ---

    def money(self) -> list[tuple[date, str, int]]:
        """What came, less what was reversed of it, in the order of value dates."""
        events = [event for _day, event in self.told]
        gone = {one.payment_id for one in events if isinstance(one, PaymentReversed)}
        came = [one for one in events if isinstance(one, PaymentReceived) and one.id not in gone]
        return sorted((one.value_date, one.id or "", int(Decimal(str(one.amount)))) for one in came)

    def cures(self) -> Iterator[date]:
        """The days whose money covered all that had fallen due before them, where the money before did not."""
        for day in {on for on, _name, _amount in self.money()}:
            owed = sum(amount for due_on, amount in DUES if due_on < day)
            before = sum(amount for on, _name, amount in self.money() if on < day)
            by_then = sum(amount for on, _name, amount in self.money() if on <= day)
            if before < owed <= by_then:
                yield day

    def promises(self) -> list[tuple[PromiseMade, date | None, bool]]:
        """Every promise, the day on which it was kept, and whether anything came for it."""
        made = [(on_day(event, day), event) for day, event in self.told if isinstance(event, PromiseMade)]
        got = [0] * len(made)
        kept: list[date | None] = [None] * len(made)
        for on, _name, amount in self.money():
            for n in sorted(range(len(made)), key=lambda n: (made[n][1].due_on, made[n][0])):
                made_on, promise = made[n]
                asked = int(Decimal(str(promise.amount)))
                if made_on <= on <= promise.due_on and amount:
                    taken = min(amount, asked - got[n])
                    amount -= taken
                    got[n] += taken
                    kept[n] = kept[n] or (on if got[n] == asked else None)
        return [(promise, kept[n], got[n] > 0) for n, (_on, promise) in enumerate(made)]

    # --- in a row ---

    def failed_in_a_row(self, day: date) -> int:
        """Everything in the order in which it took effect; what a ledger finds comes with the opening of its day."""
        told = [(noon(on_day(event, on)), event.id or "", meaning(event)) for on, event in self.told]
        found = [(datetime.combine(on, time(0), UTC), "", "cured") for on in self.cured if on <= day]
        found += [(datetime.combine(on, time(0), UTC), "", "kept") for on in self.kept if on <= day]
        count = 0
        for _at, _name, word in sorted(told + found):
            count = 0 if word in self.failed_by else count + (word == "failed")
        return count

    def broken_in_a_row(self, day: date) -> int:
        """Day by day: a promise breaks with the opening of a day, what resets happens after that."""
        broken = [one.due_on + timedelta(days=1) for one, kept_on, some in self.promises() if not (kept_on or some)]
        resets = {on_day(event, on) for on, event in self.told if meaning(event) in self.broken_by}
        resets |= self.cured if "cured" in self.broken_by else set()
        resets |= self.kept if "kept" in self.broken_by else set()
        count, on = 0, FIRST
        while on <= day:
            count = 0 if on in resets else count + broken.count(on)
            on += timedelta(days=1)
        return count


def on_day(event: Event, noticed: date) -> date:
    """The day on which an event took effect."""
    happened_at = event.took_effect_at()
    return noticed if happened_at is None else happened_at.date()


def meaning(event: Event) -> str:
    """What an event is to a counter, if anything."""
    match event:
        case NegotiationClosed(outcome="failed"):
            return "failed"
        case NegotiationClosed(outcome="agreed") | PlanAgreed() | SettlementReached():
            return "agreed"
        case CaseAssessed():
            return "assessed"
    return ""


KINDS = (
    "failed", "failed", "failed", "withdrawn", "agreed", "plan", "accepted", "settlement", "assessed", "payment",
    "payment", "payment", "reversal", "promise", "promise", "offer", "counter", "declined", "opened", "retraction",
)  # fmt: skip


@st.composite
def stories(draw: st.DrawFn) -> list[tuple[date, Event]]:
    """What was noticed, day after day; some of it had happened up to ten days before."""
    day, found = FIRST, list[tuple[date, Event]]()
    for n in range(draw(st.integers(1, 14))):
        day += timedelta(days=draw(st.sampled_from([0, 1, 3, 7])))
        earlier = [one.id for _day, one in found if one.id] or ["none"]
        event = draw(_event(draw(st.sampled_from(KINDS)), day, earlier))
        # ids are in no order: of one instant, they say what came first
        found.append((day, event.model_copy(update={"id": f"e{n * 7 % 31:02}"})))
    return found


def _event(kind: str, day: date, earlier: list[str]) -> st.SearchStrategy[Event]:
    happened = st.sampled_from([0, 0, 0, 2, 10]).map(lambda late: {"happened_at": noon(day - timedelta(days=late))})
    name, amounts = st.sampled_from([None, "a", "b"]), st.sampled_from([40, 60, 100])

    def told(made: type[Event], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Event]:
        return st.builds(lambda when, said: made.model_validate(when | said), happened, st.fixed_dictionaries(fields))

    if kind in ("failed", "withdrawn", "agreed"):
        return told(NegotiationClosed, outcome=st.just(kind), negotiation_id=name)
    if kind in ("payment", "reversal", "retraction"):
        value_dates = st.sampled_from([0, 0, 5, -4]).map(lambda back: day - timedelta(days=back))
        some = st.sampled_from(earlier)
        return {
            "payment": st.builds(PaymentReceived, amount=amounts, value_date=value_dates),
            "reversal": st.builds(PaymentReversed, payment_id=some, reversed_on=st.just(day)),
            "retraction": st.builds(EventRetracted, event_id=some),
        }[kind]
    schedule, beside = st.just(FAR_OFF), st.just(False)
    return {
        "plan": told(PlanAgreed, instalments=schedule, replaces_contract=beside),
        "accepted": told(PlanAgreed, offer_id=st.just("o"), replaces_contract=beside),
        "settlement": told(SettlementReached, amount=st.just(300), instalments=schedule),
        "assessed": told(CaseAssessed, recommendation=st.just("wait")),
        "promise": told(
            PromiseMade, amount=amounts, due_on=st.sampled_from([0, 3, 9]).map(lambda n: day + timedelta(days=n))
        ),
        "offer": told(OfferMade, offer_id=st.just("o"), instalments=schedule, negotiation_id=name),
        "counter": told(CounterOffered, negotiation_id=name),
        "declined": told(OfferDeclined),
        "opened": told(NegotiationOpened, negotiation_id=name),
    }[kind]


resets = st.lists(st.sampled_from(WORDS), unique=True, max_size=4).map(tuple)


@given(stories(), resets, resets)
def test_counters_reset_as_the_terms_say(
    noticed: list[tuple[date, Event]], failed_by: tuple[Word, ...], broken_by: tuple[Word, ...]
) -> None:
    rows = InARow(failed_negotiations=Reset(reset_by=failed_by), broken_promises=Reset(reset_by=broken_by))
    instalments = [Instalment(due_on=due_on, amount=amount) for due_on, amount in DUES]
    story, model = Told(instalments, Terms(in_a_row=rows), FIRST), Model(failed_by, broken_by)
    for noticed_on, event in noticed:
        try:
            story.hears(event, on=noticed_on)
        except EventRefused:
            continue
        model.hears(event, noticed_on)
        for later in range(0, 16, 3):
            day = noticed_on + timedelta(days=later)
            assert story.says("failed_negotiations_in_a_row", day) == model.failed_in_a_row(day), f"on {day}"
            assert story.says("broken_promises_in_a_row", day) == model.broken_in_a_row(day), f"on {day}"
