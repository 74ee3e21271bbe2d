"""When to look again: the next day on which anything here can change by itself.

The days on which it can are found without living them: those on which a comparison in a guard can flip, a beat falls,
a hold ends, an approval may be asked for again. Each such day is asked, with the same functions that decide the turn,
whether anything would stir; the first that says yes is the day to wake. Sleeping until then equals ticking every day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.engine.deadlines import days_after_deadlines, missed
from overdue_flow.engine.draft import opening_of
from overdue_flow.engine.ladders import over
from overdue_flow.engine.limits import days_of_change
from overdue_flow.engine.machine import Machine
from overdue_flow.engine.marks import marks_stir
from overdue_flow.engine.moves import first_free
from overdue_flow.engine.reviews import REVIEW, days_after_reviews, late_reviews, reviews_over
from overdue_flow.engine.rhythm import next_beat
from overdue_flow.engine.tasks import changed_effects
from overdue_flow.engine.word_given import silences
from overdue_flow.guards.evaluate import possible
from overdue_flow.guards.vocabulary import Value

HORIZON_DAYS = 400
"""How far ahead days are searched; where something may still change later, the case wakes then to look again."""

ONE_DAY = timedelta(days=1)
_HORIZON = timedelta(days=HORIZON_DAYS)
_WAITING = (Status.PENDING, Status.HELD)


def next_wake(machine: Machine, case: Case) -> date | None:
    """The next day after the case's last one on which its opening turn may do something; None: never by itself."""
    if case.course.stopped is not None:
        return _next_mark(machine, case)
    if case.course.rests_until is not None and case.day < case.course.rests_until:
        return case.course.rests_until
    table = machine.tables[case.course.stage]
    day, last = case.day, case.day + _HORIZON
    may_go_on = machine.pauses_turns or case.course.held
    if may_go_on:
        rule, held = first_free(machine, case, day, None)
        if rule is not None or held != case.course.held:
            return day + ONE_DAY  # a step or a question ended the last turn, and the next one goes on
    if any(effect.status is Status.HELD for effect in case.course.open_effects) and stirs(machine, case, day + ONE_DAY):
        return day + ONE_DAY  # the outbox held it for what is not seen here, and it is planned again
    if machine.classifies and marks_stir(machine, case, day + ONE_DAY):
        return day + ONE_DAY  # an end that reads the mark itself has changed what it read
    guards_only = _moved_by_guards_only(machine, case)
    while True:
        candidate = table.next_change(case, day) if guards_only else _next_candidate(machine, case, day)
        if candidate is None or candidate > last:
            return None if candidate is None else last
        if stirs(machine, case, candidate):
            return candidate
        day = candidate


def _next_mark(machine: Machine, case: Case) -> date | None:
    """The next day on which a mark of a stopped case may change: nothing else of it can."""
    rests_until = case.course.rests_until
    day, last = case.day, case.day + _HORIZON
    if rests_until is not None and day < rests_until:
        return rests_until
    if marks_stir(machine, case, day + ONE_DAY):
        return day + ONE_DAY
    while (candidate := machine.marks.next_change(case, day)) is not None:
        if candidate > last:
            return last
        if marks_stir(machine, case, candidate):
            return candidate
        day = candidate
    return None


def _moved_by_guards_only(machine: Machine, case: Case) -> bool:
    """Whether nothing but the guards of the stage can bring the next day on which to look: the usual case."""
    course = case.course
    return not (
        machine.tables[course.stage].beats
        or course.held
        or course.requests
        or course.refusals
        or case.ledger.reports
        or course.climbs
        or _wait_for_a_day(machine, course.open_effects)
    )


def _wait_for_a_day(machine: Machine, effects: tuple[Effect, ...]) -> bool:
    """Whether days may change what becomes of one of the effects that are on their way."""
    for effect in effects:
        if effect.kind == "contact" or effect.deadline_on is not None or effect.action == REVIEW:
            return True
        if effect.status in _WAITING and (effect.not_after is not None or not machine.limits_only_contacts):
            return True
    return False


def stirs(machine: Machine, case: Case, day: date) -> bool:
    """Whether the opening turn of `day` may do something, for a case in which nothing happened since its last turn.

    May err towards yes (a held rule that stays held, say): the turn then finds nothing, and leaves no row.
    """
    course = case.course
    if machine.classifies and marks_stir(machine, case, day):
        return True
    if course.stopped is not None:
        return False
    table = machine.tables[course.stage]
    if table.plain.first(case, day, None) >= 0 or course.held or course.requests:
        return True
    does = table.does
    if does.rules and (now := does.holding(case, day, None)) and now & ~does.holding(case, day - ONE_DAY, None):
        return True
    if machine.clauses and machine.newly_broken(case, day, case, day - ONE_DAY):
        return True
    if table.beats and day in _beat_days(machine, case, day - ONE_DAY):
        return True
    if course.open_effects and _effects_stir(machine, case, day):
        return True
    if case.ledger.reports and report_turns_stale(case, day):
        return True
    if not table.asking.asked:
        return False
    asked = open_questions(machine, case, day)
    return bool(asked and asked - open_questions(machine, case, day - ONE_DAY))


def _effects_stir(machine: Machine, case: Case, day: date) -> bool:
    course = case.course
    if _wait_for_a_day(machine, course.open_effects) and (
        any(changed_effects(machine, case, day, opening_of(day, case)))
        or any(missed(machine, case, day, course.open_effects))
        or any(reviews_over(case, day))
        or any(late_reviews(case, day))
    ):
        return True
    return bool(course.climbs) and any(over(machine, case, day, climb) for climb in course.climbs)


def open_questions(machine: Machine, case: Case, day: date) -> set[str]:
    """The asked facts that are missing on `day`, and with which a rule of the stage could be true."""
    asking = machine.tables[case.course.stage].asking
    hoped = asking.rules.holding(case, day, None)
    wanted: set[str] = set()
    if not hoped:
        return wanted
    vocabulary = machine.policy.vocabulary

    def look(name: str) -> Value | None:
        return vocabulary[name].read(case, day)

    for bit, (rule, asked) in enumerate(zip(asking.rules.rules, asking.asked, strict=True)):
        if hoped >> bit & 1:
            missing = frozenset([name for name in asked if look(name) is None])
            assert rule.guard is not None
            # with some of the answers there, those that are not may matter no more
            if missing == asked or (missing and possible(rule.guard, look, missing)):
                wanted |= missing
    return wanted


def _next_candidate(machine: Machine, case: Case, day: date) -> date | None:
    """The earliest day after `day` on which anything may change."""
    days = [found for found in _candidates(machine, case, day) if found is not None]
    return min(days, default=None)


def _candidates(machine: Machine, case: Case, day: date) -> Iterator[date | None]:
    table = machine.tables[case.course.stage]
    yield table.next_change(case, day)
    yield from _beat_days(machine, case, day)
    course = case.course
    if course.open_effects or course.held:
        yield case.care.next_change(day)
    if course.open_effects:
        yield machine.policy.vocabulary["overdue_amount"].until(case, day)
        yield from _last_days(case, day)
        yield from days_of_change(machine, case, day)
        yield from days_after_deadlines(machine, case, day)
        yield from days_after_reviews(case, day)
    if course.held or (course.open_effects and silences(machine.policy)):
        yield from (case.promises.until(case, day), case.plans.until(case, day))
    if course.requests:
        yield from (machine.next_change_of(request.rule, case, day) for request in course.requests)
    if course.refusals:
        yield from _ask_again_days(machine, case, day)
    if case.ledger.reports:
        yield case.ledger.stale_on(case.terms, day)


def _beat_days(machine: Machine, case: Case, after: date) -> list[date]:
    entered = case.course.entered
    return [next_beat(machine, beat, entered[owner], after) for owner, beat in machine.tables[case.course.stage].beats]


def _last_days(case: Case, day: date) -> Iterator[date]:
    """The days after which an effect on its way can no longer go out."""
    for effect in case.course.open_effects:
        if effect.status in _WAITING and effect.not_after is not None:
            end = effect.not_after.astimezone(case.zone).date()
            if end > day:
                yield end


def _ask_again_days(machine: Machine, case: Case, day: date) -> Iterator[date]:
    rules = {rule.id: rule for rule in machine.tables[case.course.stage].plain.rules}
    for refusal in case.course.refusals:
        rule = rules.get(refusal.rule)
        if rule is not None and rule.ask_again_after is not None:
            again = rule.ask_again_after.after(refusal.on, machine.calendar)
            if again > day:
                yield again


def report_turns_stale(case: Case, day: date) -> bool:
    """Whether the host's last report of arrears is too old from `day` on, and was not the day before."""
    return case.ledger.stale_on(case.terms, day - ONE_DAY) == day
