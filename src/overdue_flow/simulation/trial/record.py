"""What one borrower came to under one policy, in whole numbers: what the figures of a trial are sums of."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Status
from overdue_flow.cases.events import PaymentReceived, PaymentReversed, RefundMade
from overdue_flow.cases.position import cured_on, position
from overdue_flow.money import amount_in_minor
from overdue_flow.simulation.day_ends import DayEnds
from overdue_flow.simulation.lived import CHANNELS
from overdue_flow.simulation.population.behaviour import Behaviour
from overdue_flow.simulation.population.borrowers import Borrower
from overdue_flow.simulation.population.deeds import Deed
from overdue_flow.simulation.population.living import Lived, live
from overdue_flow.simulation.population.treatment import Strengths
from overdue_flow.simulation.trial.figures import MEASURES

CLOSED = "closed"
"""The state of a loan on which nothing is owed any more."""

STATES: Mapping[str, tuple[str, ...]] = {
    "missed": ("0", "1", "2", "3", "4", "5", "6+", CLOSED),
    "dpd": ("0-29", "30-59", "60-89", "90-119", "120-149", "150+", CLOSED),
}
"""What a roll matrix is of, and its states in order."""

_COUNTED = {
    "PromiseMade": "promises",
    "ComplaintReceived": "complaints",
    "DisputeRaised": "disputes",
    "PlanAgreed": "plans",
    "SettlementReached": "plans",
    "ClaimFiled": "suits",
}


@dataclass(slots=True)
class Record:
    """One borrower. `figures` are those of the whole time, `monthly` those of each month, by the names of measures;
    `stages` and `states` stand at the start and at each month end; `moves` between stages; `days` that were lived;
    `moved_by` the places of the effects of treatment without which it would not be the same."""

    figures: Counter[str]
    monthly: dict[str, list[int]]
    stages: tuple[str, ...]
    states: tuple[int, ...]
    moves: Counter[tuple[str, str]]
    impossible: Counter[str]
    days: int
    moved_by: frozenset[int] = frozenset()


def record_of(borrower: Borrower, behaviour: Behaviour, strengths: Strengths | None = None) -> Record:
    """Live a borrower and count what became of them."""
    ends = DayEnds(_Reader(behaviour), lambda _case: iter(behaviour.month_ends))
    lived = live(borrower, behaviour, strengths=strengths, watch=ends.before_turn)
    ends.finish(lived.life.case)
    return _Counting(behaviour, lived, ends.rows).whole()


@dataclass(frozen=True, slots=True)
class _Stands:
    """How the loan stands at the end of a day."""

    stage: str
    state: int
    dpd: int
    balance: int


class _Reader:
    """Reads how a loan stands, with what that takes of a policy looked up once."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.by = behaviour.file.rolls_by
        self.dpd = behaviour.policy.vocabulary["dpd"].read
        self.last = len(STATES[self.by]) - 1

    def __call__(self, case: Case, _on: date, turn_day: date) -> _Stands:
        here = position(case, turn_day)
        dpd = cast(int | None, self.dpd(case, turn_day)) or 0
        balance = here.balance or 0
        step = (here.missed or 0) if self.by == "missed" else dpd // 30
        return _Stands(case.course.stage, min(step, self.last - 1) if balance else self.last, dpd, balance)


@dataclass(slots=True)
class _Counting:
    behaviour: Behaviour
    lived: Lived
    ends: list[_Stands]
    figures: Counter[str] = field(default_factory=Counter)
    monthly: dict[str, list[int]] = field(default_factory=dict)

    def whole(self) -> Record:
        """Everything, counted."""
        life = self.lived.life
        months = self.behaviour.file.months
        self.monthly = {one.name: [0] * months for one in MEASURES if one.monthly}
        for deed in self.lived.deeds:
            self._deed(deed)
        self._money()
        self._effects()
        for day in cured_on(life.case):
            self._count("cures", day)
        self._rolls()
        self._at_the_end()
        moves = Counter((move.from_stage, move.to_stage) for move in life.case.course.moves if move.from_stage)
        starts_on = self.behaviour.file.starts_on
        return Record(
            self.figures, self.monthly, tuple(one.stage for one in self.ends), tuple(one.state for one in self.ends),
            moves, self.lived.impossible, (self.behaviour.ends_on - starts_on).days + 1, self.lived.moved_by,
        )  # fmt: skip

    def _count(self, name: str, day: date, number: int = 1) -> None:
        """So much more of a figure, on a day; what is not lived is not counted."""
        month = bisect_left(self.behaviour.month_ends, day) - 1
        if 0 <= month < self.behaviour.file.months and number:
            self.figures[name] += number
            self.monthly[name][month] += number

    def _deed(self, deed: Deed) -> None:
        if deed.kind == "contact":
            self._count("contacts", deed.day)
            channel = next(word for word in deed.words if word in CHANNELS)
            self._count(f"contacts_{channel}", deed.day)
            self._count("reached", deed.day, int(deed.answered is True))
        if deed.kind == "event" and deed.words[0] in _COUNTED:
            self._count(_COUNTED[deed.words[0]], deed.day)
        for word in dict.fromkeys(deed.words):
            cost = self.behaviour.costs.get(word, 0)
            self._count("costs", deed.day, cost)
            self._count("net", deed.day, -cost)

    def _money(self) -> None:
        currency = self.behaviour.currency
        paid: dict[str | None, int] = {}
        for entry in self.lived.life.entries:
            event = entry.event
            if isinstance(event, PaymentReceived):
                came = paid[event.id] = amount_in_minor(event.amount, currency)
                self._pay(event.value_date, came)
            elif isinstance(event, PaymentReversed):
                gone = amount_in_minor(event.amount, currency) if event.amount else paid.get(event.payment_id, 0)
                self._pay(event.reversed_on, -gone)
            elif isinstance(event, RefundMade):
                self._pay(event.refunded_on, -amount_in_minor(event.amount, currency))

    def _pay(self, day: date, minor: int) -> None:
        self._count("paid", day, minor)
        self._count("net", day, minor)

    def _effects(self) -> None:
        for _entry, effect, status, _reason in self.lived.life.effects:
            if effect.kind == "contact" and status is Status.VETOED:
                self._count("vetoed", effect.decided_on)
            if effect.kind == "task":
                self._count("tasks", effect.decided_on)

    def _rolls(self) -> None:
        closed = len(STATES[self.behaviour.file.rolls_by]) - 1
        for month, (earlier, later) in enumerate(zip(self.ends, self.ends[1:], strict=False)):
            if closed not in (earlier.state, later.state) and earlier.state != later.state:
                name = "worse" if later.state > earlier.state else "better"
                self.figures[name] += 1
                self.monthly[name][month] += 1

    def _at_the_end(self) -> None:
        end, case = self.ends[-1], self.lived.life.case
        self.figures["late"] = int(end.dpd > 0)
        self.figures["cured"] = int(end.dpd == 0 and bool(cured_on(case)))
        self.figures["stopped"] = int(case.course.stopped is not None)
        if end.dpd > self.behaviour.file.lost_after_days:
            self.figures["lost"] = end.balance
