"""One borrower living under one policy, day by day, through the engine itself.

The walk (`simulation.lived`) lives wake days and planned contacts. Between them stands what people do: the borrower
pays, promises and reacts, the lender's people do tasks and answer requests. What they do is planned at an instant of
its own, and is lived in its turn; what it leads to is seen in the journal, and planned in turn.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.events import (
    ContactAttempted,
    EffectDelivered,
    Event,
    PaymentReceived,
    PromiseMade,
    TaskCompleted,
)
from overdue_flow.cases.position import position
from overdue_flow.errors import EventRefused
from overdue_flow.money import from_minor
from overdue_flow.simulation.lived import Life, Walk, Watch, delivered_unanswered
from overdue_flow.simulation.population.behaviour import Behaviour, Ways, taken
from overdue_flow.simulation.population.borrowers import Borrower, days_from
from overdue_flow.simulation.population.deeds import REACHED, Deed, deeds_of
from overdue_flow.simulation.population.done import DoneTo
from overdue_flow.simulation.population.happen import Prepared, happened
from overdue_flow.simulation.population.luck import pick, pick_days
from overdue_flow.simulation.population.model import Promises
from overdue_flow.simulation.population.paying import ALL, BALANCE, Month, amount_of, due_rate, what_of
from overdue_flow.simulation.population.rows import Loan, first_fitting
from overdue_flow.simulation.population.treatment import Strengths, Treatment, with_odds

_BEGINS, _WORKS, _PAYS = time(0, 1), time(11), time(12)
_SECOND = timedelta(seconds=1)
TIMES_A_DAY_MAX = 20
"""Nobody does something more often on one day: a reaction to what it leads to itself would never end."""

_PROMISED = {"overdue": ALL, "instalment": "1", "balance": BALANCE}


@dataclass(slots=True)
class Lived:
    """What became of a borrower: the life, and everything that was done. `impossible` counts, by kind, what behaviour
    or staff would have done and the case could not take; `moved_by` are the places of the effects that mattered."""

    borrower: Borrower
    life: Life
    deeds: list[Deed]
    impossible: Counter[str]
    moved_by: frozenset[int]


def live(
    borrower: Borrower, behaviour: Behaviour, *, strengths: Strengths | None = None, watch: Watch | None = None
) -> Lived:
    """Live a borrower's loan from the first day to the last."""
    return _Living(borrower, behaviour, strengths or {}, watch).to_the_end()


@dataclass(slots=True)
class _Living:
    borrower: Borrower
    behaviour: Behaviour
    strengths: Strengths
    watch: Watch | None
    walk: Walk = field(init=False)
    done: DoneTo = field(init=False)
    treatment: Treatment = field(init=False)
    planned: list[tuple[datetime, int, Callable[[datetime], None]]] = field(default_factory=list)
    effects: dict[str, Effect] = field(default_factory=dict)
    deeds: list[Deed] = field(default_factory=list)
    impossible: Counter[str] = field(default_factory=Counter)
    asked: Counter[tuple[str, date]] = field(default_factory=Counter)
    month: Month | None = None
    pay_on: date | None = None
    next_month: date = date.min
    begun: int = 0
    promised: int = 0
    seen: int = 0
    numbered: int = 0

    def __post_init__(self) -> None:
        self.walk = Walk(self.behaviour.machine, "assumed", self.watch, answering=self._answered)
        self.done = DoneTo(self.behaviour.calendar)
        self.treatment = Treatment(self.behaviour.effects, self.behaviour.calendar, self.strengths)

    # --- the days ---

    def to_the_end(self) -> Lived:
        """Every day from the first to the last."""
        starts_on, until = self.behaviour.file.starts_on, self.behaviour.ends_on
        zone = self.behaviour.policy.terms.zone
        opening = self.borrower.opening(self.behaviour.policy, starts_on, self.behaviour.currency)
        self.walk.take(self.borrower.loan_id, opening, datetime.combine(starts_on, time(), zone))
        self._see()
        self._await_month()
        while self._step(until):
            self._see()
        self.walk.close(until)
        assert self.walk.life is not None, "a loan that cannot be opened is refused"
        self.impossible.update(event.kind for event, _why in self.walk.life.refused)
        return Lived(self.borrower, self.walk.life, self.deeds, self.impossible, frozenset(self.treatment.used))

    def _step(self, until: date) -> bool:
        """Live what comes next; False where nothing does before the end."""
        upcoming = self.planned[0][0] if self.planned else None
        step = self.walk.next_step(upcoming, until)
        if step is not None:
            step.take()
            return True
        if upcoming is None or upcoming.astimezone(self.case.zone).date() > until:
            return False
        at, _number, act = heapq.heappop(self.planned)
        act(at)
        return True

    @property
    def case(self) -> Case:
        """The loan as it stands."""
        assert self.walk.life is not None, "the loan is opened first"
        return self.walk.life.case

    def _plan(self, at: datetime, act: Callable[[datetime], None]) -> None:
        self.numbered += 1
        heapq.heappush(self.planned, (at, self.numbered, act))

    def _at(self, day: date, hour: time, now: datetime | None = None) -> datetime:
        at = datetime.combine(day, hour, self.case.zone)
        return at if now is None or at > now else now + _SECOND

    def _send(self, event: Event, at: datetime) -> None:
        self.numbered += 1
        self.walk.take(None, event.model_copy(update={"id": f"{event.kind}-{self.numbered}"}), at)

    def _draw(self, question: str, day: date) -> float:
        """The luck of the next question of that name on that day."""
        number = self.asked[question, day]
        self.asked[question, day] += 1
        return self.borrower.luck.draw(question, day, number)

    def _loan(self, day: date) -> Loan:
        return Loan(self.case, day, self.borrower.kind, self.done, self.behaviour.policy)

    # --- what the journal says since it was last looked at ---

    def _see(self) -> None:
        assert self.walk.life is not None, "the loan is opened first"
        entries = self.walk.life.entries
        while self.seen < len(entries):
            entry = entries[self.seen]
            self.seen += 1
            self.effects.update((one.id, one) for one in entry.results.effects)
            for effect in entry.results.effects:
                self._hand_over(effect, entry)
            for deed in deeds_of(entry, self.effects, self.behaviour.policy):
                self._take_note(deed, entry.at)

    def _take_note(self, deed: Deed, at: datetime) -> None:
        self.deeds.append(deed)
        loan = self._loan(deed.day)
        self.done.note(deed)
        if self.treatment.note(deed, loan):
            self._await_payment(at)
        if deed.outcome == "conversation":
            self._promise(loan, at)
        self._react(deed, loan, at)

    # --- paying ---

    def _await_month(self) -> None:
        """Plan the next month: it begins on the next due date, and after the last one as far from the one before."""
        due_on, place = self.borrower.due_on, self.begun
        days = due_on if place < len(due_on) else days_from(due_on[0], self.borrower.loans.every, place + 1)
        day = days[place]
        self.begun, self.next_month = place + 1, day
        self._plan(self._at(day, _BEGINS), lambda at: self._begin_month(day, at))

    def _begin_month(self, day: date, at: datetime) -> None:
        self._await_month()
        if not position(self.case, day).balance:
            return
        row = first_fitting(self.behaviour.pays, self._loan(day))
        last = (self.next_month - day).days - 1
        luck = self.borrower.luck
        self.month = None
        if row is not None:
            due, what = due_rate(luck.draw("pays", day)), what_of(row, luck.draw("how much", day))
            self.month = Month(day, self.behaviour.rates(row, last), due, what)
        self.pay_on = None
        self._await_payment(at)

    def _await_payment(self, now: datetime) -> None:
        """Plan the payment of this month, on the day on which it is made as far as is known now."""
        if self.month is None:
            return
        day = self.month.pays_on(lambda one: self.treatment.times("pays", one))
        if day == self.pay_on:
            return
        month, self.pay_on = self.month, day
        if day is not None:
            self._plan(self._at(day, _PAYS, now), lambda at: self._pay_as_planned(month, day, at))

    def _pay_as_planned(self, month: Month, day: date, at: datetime) -> None:
        if self.month is month and self.pay_on == day:
            self.month = None
            self._pay(amount_of(month.what, self.case, day), day, at)

    def _pay(self, minor: int, day: date, at: datetime) -> None:
        if minor > 0:
            amount = from_minor(minor, self.behaviour.currency)
            self._send(PaymentReceived(amount=amount, value_date=day), at)

    # --- answering, promising, reacting ---

    def _answered(
        self, effect: Effect, at: datetime, flags: tuple[str, ...] = (), *, along_with: str | None = None,
        attempt_id: str | None = None,
    ) -> Iterator[Event]:  # fmt: skip
        """What a contact brings: as when nobody answers, but with the outcome that behaviour says."""
        for event in delivered_unanswered(effect, at, flags, along_with=along_with, attempt_id=attempt_id):
            yield self._with_outcome(event, at) if isinstance(event, ContactAttempted) else event

    def _with_outcome(self, event: ContactAttempted, at: datetime) -> ContactAttempted:
        day = at.astimezone(self.case.zone).date()
        drawn = self._draw(f"answers {event.channel}", day)
        rows = [one for one in self.behaviour.answers if one.row.channel == event.channel]
        row = first_fitting(rows, self._loan(day))
        if row is None:
            return event
        chances = {word: float(chance) for word, chance in row.chances.items()}
        reached = sum(chance for word, chance in chances.items() if word in REACHED)
        if 0.0 < reached < 1.0:
            chance = self.treatment.chance("answers", reached, day)
            chances = {
                word: one * (chance / reached if word in REACHED else (1.0 - chance) / (1.0 - reached))
                for word, one in sorted(chances.items(), key=lambda pair: pair[0] not in REACHED)
            }
        return event.model_copy(update={"outcome": pick(drawn, chances) or event.outcome})

    def _promise(self, loan: Loan, at: datetime) -> None:
        """What a conversation brings. Who has promised already promises nothing more until that is over."""
        row = first_fitting(self.behaviour.promises, loan)
        drawn, in_days = self._draw("promises", loan.day), self._draw("promised day", loan.day)
        kept = self._draw("keeps", loan.day)
        if row is None or drawn >= self.treatment.chance("promises", float(row.chance), loan.day):
            return
        minor = amount_of(_PROMISED[row.of], self.case, loan.day)
        if minor > 0 and not self.case.promises.is_open(self.case, loan.day):
            self.promised += 1
            name, due_on = f"promised-{self.promised}", loan.day + timedelta(days=pick_days(in_days, row.due))
            amount = from_minor(minor, self.behaviour.currency)
            made = PromiseMade(promise_id=name, amount=amount, due_on=due_on)
            self._plan(at + _SECOND, lambda then: self._send(made, then))
            self._plan(self._at(due_on, _PAYS, at), lambda then: self._keep(name, row, kept, due_on, then))

    def _keep(self, name: str, row: Promises, drawn: float, day: date, at: datetime) -> None:
        """The last day of a promise: what is missing of it is paid, as far as that much is owed, or it is not."""
        open_still = [one for one in self.case.promises.open_on(day) if one.id == name]
        if open_still and drawn < self.treatment.chance("keeps", float(row.keeps), day):
            missing = open_still[0].amount - open_still[0].paid
            self._pay(min(missing, amount_of(BALANCE, self.case, day)), day, at)

    def _react(self, deed: Deed, loan: Loan, at: datetime) -> None:
        answered: set[str] = set()
        for one in self.behaviour.reacts:
            row = one.row
            if row.to not in deed.words or row.name in answered or row.answered not in (None, deed.answered):
                continue
            if one.fits(loan):
                answered.add(row.name)
                self._go_on(self.behaviour.ways[id(row)], row.name, loan.day, at)

    def _go_on(self, ways: Ways, question: str, day: date, at: datetime) -> None:
        """Draw which way things go on, and plan it."""
        if self.asked[question, day] >= TIMES_A_DAY_MAX:
            self.impossible[question] += 1
            return
        drawn = self._draw(question, day)
        total = sum(chance for chance, _events in ways)
        chance = with_odds(total, self.treatment.times(question, day)) if 0.0 < total < 1.0 else total
        self._follow(taken(ways, drawn, chance / total if total else 0.0), day, at)

    def _follow(self, events: tuple[Prepared, ...], day: date, at: datetime) -> None:
        for one in events:
            day += timedelta(days=one.after)
            at = self._at(day, _WORKS, at)
            self._plan(at, lambda then, one=one, on=day: self._happen(one, on, then))  # type: ignore[misc]  # bound now

    def _happen(self, one: Prepared, day: date, at: datetime) -> None:
        try:
            event = happened(one, self.case, day, self.behaviour.policy)
        except EventRefused:
            self.impossible[one.kind] += 1
            return
        self._send(event, at)

    # --- the lender's people ---

    def _hand_over(self, effect: Effect, entry: Entry) -> None:
        """What is asked for goes to those who do it. Contacts go out by themselves."""
        if effect.kind == "contact":
            return
        rows = [
            one for one in self.behaviour.staff
            if one.row.does == effect.action and one.row.role in (None, effect.role)
        ]  # fmt: skip
        row = first_fitting(rows, self._loan(entry.day))
        if row is None:
            if effect.kind in ("notice", "record"):
                self._plan(max(effect.due_at, entry.at), lambda at: self._complete(effect, at))
            return
        question = f"does {effect.action}"
        day = max(entry.day, effect.due_at.astimezone(self.case.zone).date())
        day += timedelta(days=pick_days(self._draw(question, entry.day), row.takes))
        approves = self._draw(f"approves {effect.action}", entry.day) < float(row.approves)
        ways = self.behaviour.ways[id(row)]
        self._plan(self._at(day, _WORKS, entry.at), lambda at: self._do(effect, ways, at, approves=approves))

    def _do(self, effect: Effect, ways: Ways, at: datetime, *, approves: bool) -> None:
        """A task is worked on: what comes of it begins, and then it is done, if nothing has ended it before."""
        if not self._is_open(effect):
            return
        day = at.astimezone(self.case.zone).date()
        if ways:
            self._go_on(ways, f"comes of {effect.action}", day, at - _SECOND)
        self._plan(at + timedelta(minutes=1), lambda then: self._complete(effect, then, approves=approves))

    def _complete(self, effect: Effect, at: datetime, *, approves: bool = True) -> None:
        if not self._is_open(effect):
            return
        if effect.kind in ("notice", "record"):
            self._send(EffectDelivered(effect_id=effect.id), at)
            return
        outcome = "done" if effect.action != "approval" else "approved" if approves else "refused"
        self._send(TaskCompleted.model_validate({"effect_id": effect.id, "outcome": outcome, "role": effect.role}), at)

    def _is_open(self, effect: Effect) -> bool:
        return any(one.id == effect.id for one in self.case.course.open_effects)
