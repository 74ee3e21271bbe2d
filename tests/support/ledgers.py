"""Cases told event by event, and random lives of loans.

`Told` is a case as a host would tell it, through the door by which every event comes (`cases.evolve.apply`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from overdue_flow.cases.case import Case
from overdue_flow.cases.events import (
    Accelerated,
    ChargeAdded,
    Event,
    Instalment,
    LoanOpened,
    PaymentReceived,
    PaymentReversed,
    RefundMade,
    ScheduleReplaced,
    WaiverGranted,
)
from overdue_flow.cases.evolve import apply
from overdue_flow.cases.facts import built_in
from overdue_flow.cases.terms import Allocation, Counting, Material, PlanTerms, Terms
from overdue_flow.errors import EventRefused
from overdue_flow.money import Amount, amount_in_minor


def day(text: str | date) -> date:
    """A date as people write it: 2025-01-31."""
    return text if isinstance(text, date) else date.fromisoformat(text)


def monthly(first: str, times: int, amount: str = "100.00") -> list[Instalment]:
    """Instalments of one amount, due on one day of each month."""
    start = day(first)
    months = range(start.month - 1, start.month - 1 + times)
    return [
        Instalment(due_on=start.replace(year=start.year + n // 12, month=n % 12 + 1), amount=Decimal(amount))
        for n in months
    ]


class Told:
    """A case, told event by event."""

    def __init__(
        self, instalments: Iterable[Instalment] = (), terms: Terms | None = None, opened_on: str | date = "2024-12-01"
    ) -> None:
        opening = LoanOpened(
            id="opening", opened_on=day(opened_on), instalments=tuple(instalments), terms=terms or Terms()
        )
        self.seq = 0
        self._case: Case | None = None
        self.hears(opening, on=opened_on)

    @property
    def case(self) -> Case:
        """The case as it stands."""
        assert self._case is not None
        return self._case

    def hears(self, event: Event, on: str | date) -> Told:
        """An event is noticed, at noon of a day."""
        noticed = day(on)
        at = datetime(noticed.year, noticed.month, noticed.day, 12, tzinfo=UTC)
        named = event if event.id is not None else event.model_copy(update={"id": f"e-{self.seq + 1}"})
        self._case = apply(self._case, named, case_id="loan", seq=self.seq + 1, day=noticed, at=at)
        self.seq += 1
        return self

    def pays(self, amount: str, on: str | date, noticed: str | date | None = None, **more: Any) -> Told:
        """A payment with a value date, noticed on that day or another."""
        event = PaymentReceived(amount=Decimal(amount), value_date=day(on), **more)
        return self.hears(event, on=noticed or on)

    def says(self, fact: str, on: str | date) -> Any:
        """What a built-in fact is on a day, as known now."""
        return built_in()[fact].read(self.case, day(on))

    def moves_on(self, fact: str, on: str | date) -> date | None:
        """The next day on which a fact says that it may move other than along its slope."""
        return built_in()[fact].until(self.case, day(on))


# --- random lives ---

FIRST = date(2025, 1, 1)
LAST_NOTICED = 120
"""Everything is noticed within so many days of the opening."""

near = st.integers(0, LAST_NOTICED).map(lambda n: FIRST + timedelta(days=n))
units = st.sampled_from([1, 7, 10, 20, 30, 50])
"""Amounts in yen, which have no decimals: small, so that a model may move them one by one."""


def yen(amount: Amount | None) -> int:
    """An amount of an event as a number of yen."""
    return 0 if amount is None else amount_in_minor(amount, "JPY")


@dataclass(frozen=True)
class Life:
    """A loan in yen, and what was noticed about it, in the order in which it was: (day, event)."""

    terms: Terms
    instalments: tuple[Instalment, ...]
    events: tuple[tuple[date, Event], ...]

    def told(self) -> tuple[Told, tuple[Event, ...]]:
        """The case that was told all of it, and the events that were not refused."""
        story, taken = Told(self.instalments, self.terms, FIRST), []
        for noticed, event in self.events:
            try:
                story.hears(event, on=noticed)
            except EventRefused:
                continue
            taken.append(event)
        return story, tuple(taken)


@st.composite
def terms_of_ledgers(draw: st.DrawFn) -> Terms:
    """Terms of every spelling that the ledger reads."""
    share = draw(st.sampled_from([None, None, "0.25"]))
    return Terms(
        currency="JPY",
        counting=Counting(
            grace_days=draw(st.sampled_from([0, 0, 4])),
            paid_when_short_by=draw(st.sampled_from([0, 0, 1, 10])),
            material=Material(above=draw(st.sampled_from([0, 30])), and_share_above=share),
            paused_by=("dispute", "hardship"),
            reversal=draw(st.sampled_from(["original_due_date", "reversal_date"])),
        ),
        allocation=Allocation(
            order=draw(st.sampled_from(["oldest_first", "oldest_first", "newest_first"])),
            within=draw(
                st.sampled_from([("costs", "interest", "principal"), ("principal", "interest"), ("interest",)])
            ),
        ),
        plan=PlanTerms(
            fails_after_missed=draw(st.integers(1, 3)),
            grace_days=draw(st.sampled_from([0, 0, 4])),
            short_by=draw(st.sampled_from([None, None, 0, 20])),
        ),
    )


@st.composite
def schedules(draw: st.DrawFn, name: str = "i", most: int = 5) -> tuple[Instalment, ...]:
    """Instalments with ids, on days that may be shared, whole or in components; some of nothing."""
    due_days = sorted(draw(st.lists(near, min_size=1, max_size=most)))
    return tuple(
        Instalment(id=f"{name}{n}", due_on=due_on, amount=draw(st.sampled_from([0, 10, 30, 50])))
        if draw(st.booleans())
        else Instalment(
            id=f"{name}{n}", due_on=due_on, principal=draw(units), interest=draw(st.sampled_from([0, 10])), costs=5
        )
        for n, due_on in enumerate(due_days)
    )


@st.composite
def ledger_events(draw: st.DrawFn, name: str, kinds: tuple[str, ...]) -> Event:
    """One event of the ledger; ids are from small pools, so that reversals meet payments as often as they miss."""
    on, amount = draw(near), draw(units)
    some_instalment = st.sampled_from([None, None, "i0", "i1", "i2"])
    match draw(st.sampled_from(kinds)):
        case "reversal":
            part = draw(st.sampled_from([None, None, 5]))
            return PaymentReversed(id=name, payment_id=f"e{draw(st.integers(0, 8))}", reversed_on=on, amount=part)
        case "waiver":
            component = draw(st.sampled_from(["costs", "interest", "principal"]))
            return WaiverGranted(
                id=name, amount=draw(st.sampled_from([1, 5, 10])), effective_on=on, component=component,
                towards=draw(some_instalment),
            )  # fmt: skip
        case "charge":
            return ChargeAdded(
                id=name, amount=amount, due_on=on, component=draw(st.sampled_from(["costs", "interest"]))
            )
        case "refund":
            return RefundMade(id=name, amount=amount, refunded_on=on)
        case "acceleration":
            return Accelerated(id=name, due_on=on)
        case "schedule":
            instalments = draw(schedules(f"{name}-", 3))
            return ScheduleReplaced(
                id=name, effective_on=on, instalments=instalments, keeps_arrears=draw(st.booleans())
            )
    return PaymentReceived(id=name, amount=amount, value_date=on, towards=draw(some_instalment))


EVERYTHING = ("payment",) * 6 + ("reversal", "reversal", "waiver", "charge", "refund", "acceleration", "schedule")


@st.composite
def lives(draw: st.DrawFn, kinds: tuple[str, ...] = EVERYTHING, most: int = 9) -> Life:
    """A loan and up to `most` events of the ledger, noticed late, in time, or before their value date."""
    events = []
    for n in range(draw(st.integers(0, most))):
        event = draw(ledger_events(f"e{n}", kinds))
        events.append((draw(near), event))
    noticed = sorted(day for day, _event in events)
    return Life(
        draw(terms_of_ledgers()),
        draw(schedules()),
        tuple((day, event) for day, (_, event) in zip(noticed, events, strict=True)),
    )


@st.composite
def pauses(draw: st.DrawFn) -> tuple[tuple[str, date, date | None], ...]:
    """Holds that may overlap, touch, lie in one another, and have no end: (kind, from, until)."""
    found = []
    for kind in ("dispute", "hardship"):
        begins = draw(near)
        length = draw(st.sampled_from([None, 1, 5, 30]))
        if draw(st.booleans()):
            found.append((kind, begins, None if length is None else begins + timedelta(days=length)))
    return tuple(found)
