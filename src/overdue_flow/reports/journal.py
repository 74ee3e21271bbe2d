"""The journal of a loan in words: every entry, what it led to, and by which version of which policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import Entry, MarkChange, Results
from overdue_flow.cases.evolve import evolve
from overdue_flow.cases.groups import group_of_row
from overdue_flow.reports.happened import happening
from overdue_flow.reports.report import Column, Part, Row
from overdue_flow.reports.speech import Guarded, Said, code, listed, say


def whole_journal(entries: Iterable[Entry]) -> Part:
    """Every entry, oldest first. A row is of the group of its event; what it led to is the lender's work."""
    head = (
        Column(say("no."), "open", figure=True),
        Column(say("day"), "open"),
        Column(say("noticed at"), "open"),
        Column(say("what happened"), "open"),
        Column(say("what it led to"), "work"),
        Column(say("decided by"), "work"),
    )
    return Part(say("the journal"), head, tuple(_rows(entries)))


def _rows(entries: Iterable[Entry]) -> Iterator[Row]:
    case: Case | None = None
    for entry in entries:
        case = evolve(case, entry)
        cells = (
            str(entry.seq),
            str(entry.day),
            f"{entry.at.astimezone(case.zone):%Y-%m-%d %H:%M}",
            happening(entry.event, case.terms.currency),
            led_to(entry.results),
            f"{entry.policy.policy} {entry.policy.version}",
        )
        yield Row(cells, group_of_row(entry.event.kind), journal=True)


def led_to(results: Results) -> Said:
    """What deciding an event led to, in a line."""
    return listed(_led_to(results), "; ")


def _led_to(results: Results) -> Iterator[Said]:
    yield from map(mark_said, results.marks)
    for move in results.moves:
        why = Guarded("mixed", move.because)
        by = say("by {rule}", rule=move.rule or code(move.how))
        to = say("from {old} to {new}", old=move.from_stage, new=move.to_stage) if move.from_stage else move.to_stage
        yield listed((listed((to, by)), why), ": ") if move.because else listed((to, by))
    yield from (effect_said(effect) for effect in results.effects)
    for change in results.changes:
        yield listed((listed((change.effect_id, code(change.status)), " "), Guarded("mixed", change.reason)), ": ")
    yield from (say("{rule} is held by {by}", rule=one.rule, by=code(one.by)) for one in results.held)
    yield from (say("{rule} is no longer held", rule=rule) for rule in results.held_ended)
    yield from (say("{role} is asked to approve {rule}", role=one.role, rule=one.rule) for one in results.requests)
    yield from (say("{rule}: {answer}", rule=one, answer=code(how)) for one, how in results.requests_ended)
    if results.stopped is not None:
        yield say("the case is stopped: {why}", why=Guarded("mixed", results.stopped.reason))
    yield from (say("never clause {id} is broken", id=one) for one in results.breaches)
    yield from (say("offer {id} goes beyond authority", id=one.offer) for one in results.beyond_authority)
    yield from (say("the host is asked for {fact}", fact=one) for one in results.asks)
    yield from (Guarded("mixed", note) for note in results.notes)


def mark_said(change: MarkChange) -> Said:
    """That a mark begins or ends, and why."""
    name = change.mark
    what = say("mark {mark} begins", mark=name) if change.began else say("mark {mark} ends", mark=name)
    return listed((what, Guarded("mixed", change.because)), ": ") if change.because else what


def effect_said(effect: Effect) -> Said:
    """An effect in short: what, for whom, until when, and what kept it back."""
    role = say("for {role}", role=effect.role) if effect.role else ""
    last = say("by {day}", day=effect.deadline_on) if effect.deadline_on else ""
    kept = code(effect.status.value) if effect.status is not Status.PENDING else ""
    told = {name: value for name, value in effect.params.items() if value and value != effect.role}
    params = Guarded("mixed", listed(f"{name} {value}" for name, value in told.items()))
    what = listed((effect.action, params), ": ") if told else effect.action
    why = listed((kept, Guarded("mixed", effect.reason) if effect.reason else ""), ": ")
    return listed((what, role, last, why if kept else ""))
