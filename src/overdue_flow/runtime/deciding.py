"""Which turns an event or a day leads to, each under the policy version and the law of its day. Records nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta

from pydantic import ValidationError

from overdue_flow.cases.case import Case
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.events import KINDS, Event, LoanOpened, PolicyAdopted, TimePassed
from overdue_flow.cases.events.base import FIRST_YEAR, LAST_YEAR
from overdue_flow.engine.decide import check_instant, decide
from overdue_flow.engine.decision import Decision
from overdue_flow.engine.draft import opening_of
from overdue_flow.engine.live import live
from overdue_flow.engine.machine import Machine
from overdue_flow.engine.wake import next_wake, open_questions
from overdue_flow.errors import CalendarError, EventConflict, EventRefused, UnknownCase, shown
from overdue_flow.runtime.told import Told
from overdue_flow.runtime.versions import Versions, check_stage_map
from overdue_flow.store.consequences import check_key
from overdue_flow.store.protocol import Turn

ONE_DAY = timedelta(days=1)

WAKES_KEPT = 1_000
"""Of so many cases it is known when they wake, before all are forgotten."""


class Decider:
    """Decides the turns of cases under the versions of a policy. `asks`: whether somebody answers questions; `told`:
    which events a case knows; `manners`: what the loans of one person tell each other."""

    def __init__(self, versions: Versions) -> None:
        self.versions = versions
        self.manners = versions.manners
        self.asks = False
        self.told = Told()
        self._wakes: dict[str, tuple[Case, Machine, date | None]] = {}

    def machine(self, case: Case) -> Machine:
        """What a case runs under on the day of its last turn."""
        return self.versions.of(case, case.day)

    def days(self, case: Case, until: date, *, overlooked: bool = False) -> Iterator[Decision]:
        """The turns of the days up to and including `until`, each under the law of its day. A case that was
        `overlooked` may stand under another law than its last turn: its next day is looked at, whatever it waits for.
        """
        if overlooked and case.day < until:
            decision = self._day(case, case.day + ONE_DAY)
            yield decision
            case = decision.case
        while True:
            change = self.versions.next_change(case.day)
            last = until if change is None else min(until, change - ONE_DAY)
            if self._wakes_by(case, last):
                for decision in live(self.machine(case), case, last):
                    yield decision
                    case = decision.case
            if change is None or change > until:
                return
            decision = self._day(case, change)
            yield decision
            case = decision.case

    def _day(self, case: Case, day: date) -> Decision:
        return decide(self.versions.of(case, day), case, TimePassed(day=day), opening_of(day, case))

    def _wakes_by(self, case: Case, day: date) -> bool:
        """Whether anything may happen up to and including `day`."""
        if day <= case.day:
            return False
        wake = self._next_wake(case)
        return wake is not None and wake <= day

    def _next_wake(self, case: Case) -> date | None:
        """`next_wake`, worked out once for a case that is asked again as it was left."""
        machine = self.machine(case)
        known = self._wakes.get(case.id)
        if known is not None and known[0] is case and known[1] is machine:
            return known[2]
        wake = next_wake(machine, case)
        if len(self._wakes) >= WAKES_KEPT:
            self._wakes.clear()
        self._wakes[case.id] = case, machine, wake
        return wake

    def event(self, case: Case | None, case_id: str, event: Event, at: datetime) -> list[Decision]:
        """The turn of an event, after those of the days that should have begun before it."""
        if case is None and not isinstance(event, LoanOpened):
            raise UnknownCase(f"there is no case `{case_id}`; its first event is `LoanOpened` or `CaseAdopted`")
        decisions = []
        if case is not None:
            decisions = list(self.days(case, at.astimezone(case.zone).date()))
            case = decisions[-1].case if decisions else case
        decisions.append(decide(self._machine_for(case, event, at), case, event, at, case_id))
        return decisions

    def _machine_for(self, case: Case | None, event: Event, at: datetime) -> Machine:
        if case is None:
            terms = getattr(event, "terms", None) or self.versions.newest.terms
            return self.versions.opening(at.astimezone(terms.zone).date())
        day = max(case.day, at.astimezone(case.zone).date())
        machine = self.versions.of(case, day)
        if isinstance(event, PolicyAdopted):
            adopted = self.versions.pinned(event.policy, event.version, day)
            check_stage_map(event, machine.policy, adopted.policy)
            return adopted
        return machine

    def turns(self, before: Case | None, decisions: Sequence[Decision], looked_until: date | None = None) -> list[Turn]:
        """What there is to record of decisions that follow each other, from the case `before` them.

        Days on which nothing happened leave no row; only where nothing happened at all, a turn without an entry says
        when to look again. `looked_until` is the last day on which questions of the case were looked at.
        """
        made: list[Turn] = []
        case = before
        for decision in decisions:
            if decision.entry is not None:
                made.append(Turn(case, decision.case, decision.entry, None))
                case = decision.case
        if not decisions:
            assert before is not None, "a case that is not open has decided nothing"
            return [self._looked(Turn(before, before, None, None), looked_until)]
        last = decisions[-1].case
        quiet = made.pop() if made else Turn(before, last, None, None)
        return [*made, self._looked(quiet._replace(case=last), looked_until)]

    def _looked(self, turn: Turn, looked_until: date | None) -> Turn:
        """A turn that says when to look again, and what was known when it was made; a loan that has ended and wakes on
        no day rests, whatever is known later."""
        case, wake_on = turn.case, self.wake_on(turn.case, looked_until)
        rests = wake_on is None and self.machine(case).policy.stages[case.course.stage].end
        return turn._replace(wake_on=wake_on, looked_with=None if rests else self.versions.fingerprint)

    def wake_on(self, case: Case, looked_until: date | None = None) -> date | None:
        """The next day on which a case is looked at: by itself, by a change of the law, or for a question that is
        still open (at the next night, or on the day after `looked_until`)."""
        days = [self._next_wake(case), self.versions.next_change(case.day)]
        if self.questions(case):
            days.append(case.day if looked_until is None else max(case.day, looked_until) + ONE_DAY)
        return min((day for day in days if day is not None), default=None)

    def questions(self, case: Case) -> list[str]:
        """The asked facts on which a rule of the case's stage depends now; none where nobody answers them."""
        if not self.asks or case.course.stopped is not None:
            return []
        return sorted(open_questions(self.machine(case), case, case.day))


def check_event(case_id: str, event: Event) -> None:
    """EventRefused for what does not come in by the front door: what no case can be called, what is no event or holds
    what none can (a copy that nobody checked), an event without a sound id, a day."""
    check_key(case_id, "case")
    kind = type(event)
    if KINDS.get(kind.__name__) is not kind:
        raise EventRefused(f"`{shown(event)}` is no event; expected one of those in `overdue_flow.events`")
    if event.id is None:
        raise EventRefused(f"`{event.kind}` needs an id: the key by which a repeat is known")
    check_key(event.id, "event")
    if kind is TimePassed:
        raise EventRefused("days pass by themselves; `wake` lives them in order")
    if isinstance(event, LoanOpened) and event.person_id is not None:
        check_key(event.person_id, "person")
    try:
        kind.__pydantic_validator__.validate_python(vars(event))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise EventRefused(f"`{where}` of `{kind.__name__}` cannot be so: {first['msg'].lower()}") from None


def check_day(day: date, said: str = "told on") -> None:
    """CalendarError for what is no day, or lies in no year of a loan."""
    if isinstance(day, datetime) or not isinstance(day, date):
        raise CalendarError(f"a case cannot be {said} `{shown(day)}`; expected a day, such as 2025-01-31")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise CalendarError(f"a case cannot be {said} {day}; expected a year from {FIRST_YEAR} to {LAST_YEAR}")


def sound(clock: Callable[[], datetime]) -> Callable[[], datetime]:
    """A clock that raises EventRefused where it says no instant with a time zone, in a year of a loan."""

    def now() -> datetime:
        at = clock()
        try:
            check_instant(at)
        except EventRefused as why:
            raise EventRefused(f"the clock cannot be relied on: {why}") from None
        return at

    return now


def repeated(case: Case, event: Event, earlier: Entry) -> Decision:
    """The decision on an event that came before. EventConflict if its content is another."""
    if not event.repeats(earlier.event):
        raise EventConflict(
            f"event `{event.id}` of case `{case.id}` came before with other content; a new event needs a new id"
        )
    return Decision(case, earlier, repeated=True)
