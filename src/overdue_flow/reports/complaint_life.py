"""The life of a complaint: what was complained of, who did what and when, how it ended, and what it meant for staff.

Business days are those of the calendar of the loan's terms, counted strictly after the day of receipt. What was
retracted is left out. Each step is told with the day on which it took effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, TypeAlias

from overdue_flow.calendars import Calendar
from overdue_flow.cases import complaints as complaining
from overdue_flow.cases.case import Case
from overdue_flow.cases.complaints import Complaint, Complaints, OnAComplaint
from overdue_flow.cases.effects import action_in_words
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.evolve import evolve
from overdue_flow.cases.turn import Recorded
from overdue_flow.events import (
    ComplaintAcknowledged,
    ComplaintAnswered,
    ComplaintEscalated,
    ComplaintInvestigated,
    ComplaintReceived,
    ConsequenceDecided,
    HostEvent,
)
from overdue_flow.policy.bounds import Remedy, default_text
from overdue_flow.problems import did_you_mean
from overdue_flow.reports.became import Became, entries_until, what_became
from overdue_flow.reports.speech import Said, code, say, spoken
from overdue_flow.reports.table import table

Remedies: TypeAlias = Mapping[str, Remedy]
NO_REMEDIES: Remedies = {}


class Step(NamedTuple):
    """One thing that happened to a complaint.

    `who` is who did it, or to whom it went; `result` an outcome or a consequence; `said` what was found, decided or
    complained of, in people's own words. `business_days` have gone by since the receipt. `told_on` is the day on which
    it was noticed.
    """

    on: date
    told_on: date
    what: str
    who: Said = ""
    result: str = ""
    said: str = ""
    references: tuple[str, ...] = ()
    remedies: tuple[str, ...] = ()
    business_days: int = 0


@dataclass(frozen=True, slots=True)
class ComplaintLife:
    """One complaint, as it stands on `on`. `name` is its id, or for one without, the number of its entry.

    `asked` is what the policy asked to be done about it, with what became of each.
    """

    case_id: str
    on: date
    name: str
    nature: str
    stage: str
    topic: str
    against: str
    steps: tuple[Step, ...]
    asked: tuple[Became, ...] = ()
    business_days: int = 0
    remedies: Remedies = field(default_factory=dict, repr=False)

    @property
    def received_on(self) -> date:
        """The day on which it was received."""
        return self.steps[0].on

    @property
    def is_open(self) -> bool:
        """Whether it waits for an answer."""
        return self.stage != "answered"

    def text(self) -> str:
        """The life as a page of text."""
        return "".join(f"{line}\n" for line in self.lines())

    def lines(self) -> Iterator[str]:
        """The same, line by line."""
        yield f"{self.nature} {self.name} on {self.case_id}, as of {self.on}"
        what = [f"about {self.topic}"] if self.topic else []
        what += [f"against {self.against}"] if self.against else []
        if what:
            yield ", ".join(what)
        yield f"received on {self.received_on}, {self._standing()}"
        yield ""
        for step in self.steps:
            yield from self._step(step)
        yield ""
        yield from self._asked()

    def _standing(self) -> str:
        days = f"{self.business_days} business day{'' if self.business_days == 1 else 's'}"
        if self.is_open:
            return f"{self.stage} and not answered after {days}"
        last = next(step for step in reversed(self.steps) if step.what == "answered")
        return f"answered on {last.on} after {days}: {last.result}"

    def _step(self, step: Step) -> Iterator[str]:
        told = f" (told on {step.told_on})" if step.told_on != step.on else ""
        who = f" {spoken(step.who)}" if step.who else ""
        result = f": {step.result}" if step.result else ""
        yield f"{step.on}  +{step.business_days:<3} {step.what}{who}{result}{told}"
        if step.said:
            yield f"                 {step.said}"
        if step.references:
            yield f"                 evidence: {', '.join(step.references)}"
        for name in step.remedies:
            yield f"                 remedy: {self._remedy(name)}"

    def _remedy(self, name: str) -> str:
        """A remedy as the policy describes it; one that it does not know, by its name."""
        known = self.remedies.get(name)
        return f"{default_text(known.label)}, {default_text(known.reach)}" if known is not None else name

    def _asked(self) -> Iterator[str]:
        if not self.asked:
            yield "the policy asked for nothing"
            return
        head = ("asked for", "what", "who", "by", "became", "on", "")
        yield from table(head, [_asked_row(one, self.on) for one in self.asked])

    def as_data(self) -> dict[str, Any]:
        """All of it as plain data, dates as text: fit for JSON."""
        return {
            "case_id": self.case_id,
            "on": str(self.on),
            "complaint": self.name,
            "nature": self.nature,
            "stage": self.stage,
            "topic": self.topic or None,
            "against": self.against or None,
            "received_on": str(self.received_on),
            "is_open": self.is_open,
            "business_days": self.business_days,
            "steps": [self._step_as_data(step) for step in self.steps],
            "asked": [_asked_as_data(one, self.on) for one in self.asked],
        }

    def _step_as_data(self, step: Step) -> dict[str, Any]:
        return {
            "on": str(step.on),
            "told_on": str(step.told_on),
            "business_days": step.business_days,
            "what": step.what,
            "who": spoken(step.who) or None,
            "result": step.result or None,
            "said": step.said or None,
            "references": list(step.references),
            "remedies": [{"name": name, "said": self._remedy(name)} for name in step.remedies],
        }


# --- how it is read ---


def complaint_life(
    entries: Iterable[Entry], name: str, remedies: Remedies = NO_REMEDIES, on: date | None = None
) -> ComplaintLife:
    """The life of the complaint of that id (or of `entry 12`, for one without an id) in a journal.

    `remedies` are those of the policy, which says how each is reached; `on` is the day at whose end it is told, by
    default that of the last entry. KeyError where there is no such complaint yet.
    """
    lives = {life.name: life for life in complaint_lives(entries, remedies, on)}
    if name not in lives:
        hint = did_you_mean(name, lives) or f"it has {', '.join(lives) or 'none'}"
        raise KeyError(f"there is no complaint `{name[:60]}` ({hint})")
    return lives[name]


def complaint_lives(
    entries: Iterable[Entry], remedies: Remedies = NO_REMEDIES, on: date | None = None
) -> tuple[ComplaintLife, ...]:
    """The life of every complaint in a journal, in the order in which they were received, as known when `on` ends."""
    journal = tuple(entries)
    known = entries_until(journal, on, evolve(None, journal[0]).terms) if journal else []
    case, became = what_became(known)
    if case is None:
        return ()
    about = _about_complaints(known)
    asked = tuple(one for one in became if one.effect.id in about)
    complaints, told = _told(case)
    day = on or case.day
    return tuple(_life(case, complaint, told[complaint.seq], asked, remedies, day) for complaint in complaints)


def _about_complaints(entries: Iterable[Entry]) -> set[str]:
    """The effects that were asked for at an event about a complaint, and what followed on them. A dispute may have the
    id of a complaint, and what is asked for about it is no part of that one's life."""
    found: set[str] = set()
    for entry in entries:
        event = entry.event
        fields = event.fields if isinstance(event, HostEvent) else type(event).model_fields
        found |= {
            effect.id
            for effect in entry.results.effects
            if "complaint_id" in fields or not found.isdisjoint(effect.follows)
        }
    return found


def _told(case: Case) -> tuple[Complaints, dict[int, list[Recorded]]]:
    """The complaints of a case, and the events about each, by the entry with which it began."""
    complaints: Complaints = ()
    told: dict[int, list[Recorded]] = {}
    for recorded in case.events:
        event = recorded.event
        if isinstance(event, ComplaintReceived):
            complaints = complaining.received(complaints, event, recorded)
            told[recorded.seq] = [recorded]
        elif isinstance(event, OnAComplaint):
            told[complaining.meant(complaints, event, recorded).seq].append(recorded)
            complaints = complaining.went_on(complaints, event, recorded)
    return complaints, told


def _life(
    case: Case, complaint: Complaint, told: list[Recorded], asked: tuple[Became, ...], remedies: Remedies, day: date
) -> ComplaintLife:
    name = complaint.id or f"entry {complaint.seq}"
    first = told[0].event
    assert isinstance(first, ComplaintReceived)
    calendar = Calendar(case.terms.calendar)
    received_on = told[0].on
    steps = tuple(
        _step_of(one)._replace(business_days=calendar.business_days_between(received_on, one.on))
        for one in sorted(told, key=lambda one: one.order)
    )
    return ComplaintLife(
        case_id=case.id,
        on=day,
        name=name,
        nature=complaint.nature,
        stage=complaint.stage,
        topic=first.topic or "",
        against=first.against or "",
        steps=steps,
        asked=tuple(one for one in asked if one.effect.about == name),
        business_days=calendar.business_days_between(received_on, complaint.ended_on or day),
        remedies=remedies,
    )


def _step_of(recorded: Recorded) -> Step:
    """One event about a complaint as a step of its life."""
    event = recorded.event
    step = Step(recorded.on, recorded.day, "")
    match event:
        case ComplaintReceived():
            return step._replace(what="received", said=event.about)
        case ComplaintAcknowledged():
            return step._replace(what="acknowledged")
        case ComplaintInvestigated():
            who = say("by {name}", name=event.by) if event.by else ""
            return step._replace(what="investigated", who=who, said=event.findings, references=event.evidence)
        case ComplaintAnswered():
            result = _words(event.outcome)
            return step._replace(what="answered", result=result, said=event.findings, remedies=event.remedies)
        case ComplaintEscalated():
            who = say("by the {party} to {whom}", party=code(event.by), whom=event.to)
            return step._replace(what="escalated", who=who, said=event.reason)
        case ConsequenceDecided():
            who = say("for {name}", name=event.against) if event.against else ""
            return step._replace(what="consequence", who=who, result=_words(event.consequence), said=event.reason)
    raise AssertionError("no other event is about a complaint")


def _words(code: str) -> str:
    return code.replace("_", " ")


def _asked_row(one: Became, on: date) -> tuple[str, ...]:
    effect = one.effect
    return (
        str(effect.decided_on),
        action_in_words(effect, effect.role),  # the role stands beside it
        effect.role or "",
        str(effect.deadline_on or ""),
        one.how,
        str(one.ended_on or ""),
        _punctual(one, on),
    )


def _punctual(one: Became, on: date) -> str:
    """Whether a task was done in time, or is late by now; "" where it has no last day."""
    last = one.effect.deadline_on
    if one.in_time is not None:
        return "in time" if one.in_time else "late"
    return "late" if last is not None and one.ended_on is None and last < on else ""


def _asked_as_data(one: Became, on: date) -> dict[str, Any]:
    effect = one.effect
    return {
        "asked_on": str(effect.decided_on),
        "action": effect.action,
        "role": effect.role,
        "deadline_on": None if effect.deadline_on is None else str(effect.deadline_on),
        "became": one.how,
        "ended_on": None if one.ended_on is None else str(one.ended_on),
        "punctual": _punctual(one, on) or None,
    }


__all__ = ["ComplaintLife", "Step", "complaint_life", "complaint_lives"]
