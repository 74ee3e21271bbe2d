"""Law: promises that grow are those of all that came.

Promises, payments, reversals, moves and cancellations change what is known of promises one by one. Whatever the order
in which they arrive, that is what pouring every payment anew over all promises gives, one promise after the other, each
as it was promised on the day before; and what the facts say of a day is what each promise says of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.cases.events import (
    Event,
    PaymentReceived,
    PaymentReversed,
    PromiseCancelled,
    PromiseMade,
    PromiseMoved,
)
from overdue_flow.cases.facts import built_in
from overdue_flow.cases.promise import Promise, Shift
from overdue_flow.cases.terms import Counting, Terms
from overdue_flow.cases.waterfall import Posting
from overdue_flow.errors import EventRefused
from support.ledgers import FIRST, Told, monthly

days = st.integers(0, 12).map(lambda n: FIRST + timedelta(days=n))
amounts = st.sampled_from([1, 3, 5, 8])
ASKED = [FIRST + timedelta(days=n) for n in range(-1, 30)]


@st.composite
def happenings(draw: st.DrawFn) -> list[Event]:
    """Promises and what becomes of them, told in any order on one later day."""
    found: list[Event] = []
    for n in range(draw(st.integers(1, 25))):
        on, amount = draw(days), Decimal(draw(amounts))
        # ids are in no order: most payments of one day belong before others that came already
        name = f"e{n * 7 % 31:02}"
        earlier = [one.id for one in found if one.id]
        match draw(
            st.sampled_from(
                ["promise", "promise", "payment", "payment", "payment", "move", "move", "reversal", "cancellation"]
            )
        ):
            case "promise":
                due_on = on + timedelta(days=draw(st.integers(0, 8)))
                found.append(PromiseMade(id=name, amount=amount, due_on=due_on, happened_at=_noon(on)))
            case "payment":
                found.append(PaymentReceived(id=name, amount=amount, value_date=on))
            case "reversal":
                part = draw(st.sampled_from([None, Decimal(1)]))
                payment = draw(st.sampled_from(earlier or ["none"]))
                found.append(PaymentReversed(id=name, payment_id=payment, reversed_on=on, amount=part))
            case "move":
                due_on = on + timedelta(days=draw(st.integers(0, 8)))
                named, other = draw(st.sampled_from([None, *earlier])), draw(st.sampled_from([None, amount]))
                found.append(
                    PromiseMoved(id=name, promise_id=named, due_on=due_on, amount=other, happened_at=_noon(on))
                )
            case _:
                named = draw(st.sampled_from([None, *earlier]))
                found.append(PromiseCancelled(id=name, promise_id=named, happened_at=_noon(on)))
    return found


def _noon(day: date) -> str:
    return f"{day}T12:00:00+08:00"


@dataclass
class Jar:
    """A promise as it stands while money is poured: what is asked for, and what came."""

    made_on: date
    due_on: date
    amount: int
    moves: list[Shift]
    short_by: int
    paid: int = 0
    first_paid_on: date | None = None
    kept_on: date | None = None

    def moved_before(self, day: date) -> None:
        """Every move up to the day before takes effect, unless the promise was kept by then."""
        while self.moves and self.moves[0].on < day:
            to = self.moves.pop(0)
            if self.kept_on is None:
                self.due_on, self.amount = to.due_on, to.amount
                self.looks(to.on)

    def looks(self, on: date) -> None:
        """Whether what came is enough now."""
        if self.first_paid_on and not self.kept_on and self.paid >= self.amount - self.short_by:
            self.kept_on = on


def poured(promises: tuple[Promise, ...], postings: tuple[Posting, ...], short_by: int) -> list[Jar]:
    """All payments over all promises, one by one."""
    jars = [Jar(one.made_on, one.begins.due_on, one.begins.amount, list(one.moves), short_by) for one in promises]
    live = [jar for jar, one in zip(jars, promises, strict=True) if one.cancelled_on is None]
    for posting in postings:
        left = posting.came - posting.gone
        for jar in live:
            jar.moved_before(posting.on)
        for jar in sorted(live, key=lambda one: (one.due_on, one.made_on)):
            taken = min(left, jar.amount - jar.paid) if jar.made_on <= posting.on <= jar.due_on else 0
            if taken > 0:
                left -= taken
                jar.paid += taken
                jar.first_paid_on = jar.first_paid_on or posting.on
                jar.looks(posting.on)
    for jar in live:
        jar.moved_before(date.max)
    return jars


@given(st.sampled_from([0, 0, 2]), happenings(), st.integers(0, 20))
def test_promises_that_grow(short_by: int, told: list[Event], noticed: int) -> None:
    day = FIRST + timedelta(days=noticed)
    story = Told(monthly("2025-01-05", 2), Terms(counting=Counting(paid_when_short_by=short_by)), FIRST)
    recorded: set[date] = set()
    for event in told:
        try:
            story.hears(event, on=day)
        except EventRefused:
            continue
        state, books = story.case.promises, story.case.ledger.books
        wanted = poured(state.promises, books.postings, books.rules.tolerance)
        assert [(one.paid, one.first_paid_on, one.kept_on) for one in state.promises] == [
            (one.paid, one.first_paid_on, one.kept_on) for one in wanted
        ]
        live = [place for place, one in enumerate(state.promises) if one.cancelled_on is None]
        assert [(state.promises[n].due_on, state.promises[n].amount) for n in live] == [
            (wanted[n].due_on, wanted[n].amount) for n in live
        ]
        recorded = {on for on in recorded if on <= day} | {one.kept_on for one in wanted if one.kept_on}
        told_of = PromiseMade | PromiseMoved | PromiseCancelled | PaymentReceived | PaymentReversed
        if isinstance(event, told_of) and state.promises:
            assert set(state.kept_on) == recorded
    _check_facts(story)


def _check_facts(story: Told) -> None:
    promises, facts = story.case.promises.promises, built_in()
    for day in ASKED:
        standings = [one.standing(day) for one in promises]
        for fact, standing in (("kept", "kept"), ("part_kept", "part-kept"), ("broken", "broken")):
            assert facts[f"promises_{fact}"].read(story.case, day) == standings.count(standing)
        still_open = [one for one in promises if one.made_on <= day and one.standing(day) == "open"]
        by_due = sorted(still_open, key=lambda one: (one.due_on, one.made_on))
        assert list(story.case.promises.open_on(day)) == by_due
        assert facts["promise_open"].read(story.case, day) == bool(by_due)
        assert facts["promise_due_on"].read(story.case, day) == (by_due[0].due_on if by_due else None)
        turns = [turn for one in promises for turn in one.turns if turn > day]
        assert story.case.promises.until(story.case, day) == min(turns, default=None)
        broken = [one.due_on + timedelta(days=1) for one in promises if one.standing(day) == "broken"]
        resets = [on for on in (*story.case.promises.kept_on, *story.case.ledger.cured_on) if on <= day]
        in_a_row = sum(on > max(resets, default=date.min) for on in broken)
        assert facts["broken_promises_in_a_row"].read(story.case, day) == in_a_row
