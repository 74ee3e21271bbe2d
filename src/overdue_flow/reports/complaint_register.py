"""The register of complaints and objections: of one loan or of a book, each with its nature, stage, days and outcome,
what was found, and what it meant for staff."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from overdue_flow.policy.policy import Policy
from overdue_flow.reports.complaint_life import ComplaintLife, Step, complaint_lives
from overdue_flow.reports.handbook_words import action_called
from overdue_flow.reports.report import Column, Field, Note, Part, Report, Row, restricted
from overdue_flow.reports.seen import Group, Seen
from overdue_flow.reports.speech import Guarded, Said, code, listed, named, say
from overdue_flow.reports.told import Period, Told

OF_A_LIFE: tuple[Group, ...] = ("care", "work", "reasons")
"""Of which groups the life of a complaint tells."""

_DAY_SAID = "as of the end of {day}"


def complaint_register(policy: Policy, loans: Iterable[Told], period: Period, seen: Seen | None = None) -> Report:
    """Every complaint that was received in the period, or is open at its end."""
    lives = [
        life
        for told in loans
        for life in complaint_lives(told.entries, told.policy.remedies, told.day)
        if life.received_on in period or (life.is_open and life.received_on <= period.last)
    ]
    lives.sort(key=lambda life: (life.received_on, life.case_id, life.name))
    about = (
        Note(say("from {first} to {last}", first=period.first, last=period.last)),
        Note(say("policy {policy}, version {version}", policy=policy.id, version=policy.version)),
    )
    return restricted(
        Report("complaints", say("register of complaints"), about, (_counted(lives), _register(lives))), seen
    )


def complaints_of(told: Told, seen: Seen | None = None, name: str | None = None) -> Report:
    """The complaints of one loan (or the one of that name), each with every step of its life."""
    lives = complaint_lives(told.entries, told.policy.remedies, told.day)
    lives = tuple(life for life in lives if name in (None, life.name))
    about = (Note(say(_DAY_SAID, day=told.day)),)
    shown = lives if seen is None or any(map(seen.sees, OF_A_LIFE)) else ()  # not even how many there are
    parts = (_register(lives), *(_life(told.policy, life) for life in shown))
    return restricted(Report("complaints", say("complaints of {case}", case=told.case.id), about, parts), seen)


def _counted(lives: list[ComplaintLife]) -> Part:
    still = [life for life in lives if life.is_open]
    late = [life for life in still if _is_late(life)]
    counted = (
        (say("complaints and objections"), lives),
        (say("open"), still),
        (say("open, with a task that is late"), late),
    )
    return Part(say("in all"), fields=tuple(Field(said, str(len(found)), "care", lead=True) for said, found in counted))


def _is_late(life: ComplaintLife) -> bool:
    """Whether something that was asked for about it is open, and its last day is over."""
    days = [one.effect.deadline_on for one in life.asked if one.ended_on is None]
    return any(day is not None and day < life.on for day in days)


def _register(lives: Iterable[ComplaintLife]) -> Part:
    head = (
        Column(say("received on"), "care"),
        Column(say("loan"), "open"),
        Column(say("id"), "care"),
        Column(say("nature"), "care"),
        Column(say("about"), "care"),
        Column(say("against"), "work"),
        Column(say("stage"), "care"),
        Column(say("business days"), "care", figure=True),
        Column(say("outcome"), "care"),
        Column(say("consequence"), "care"),
    )
    return Part(say("complaints and objections"), head, tuple(Row(tuple(_entry(life))) for life in lives))


def _entry(life: ComplaintLife) -> Iterator[Said]:
    yield str(life.received_on)
    yield life.case_id
    yield life.name
    yield code(life.nature)
    yield life.topic
    yield life.against
    yield code(life.stage)
    yield str(life.business_days)
    yield code(next((step.result for step in reversed(life.steps) if step.what == "answered"), ""))
    yield listed(code(step.result) for step in life.steps if step.what == "consequence")


def _life(policy: Policy, life: ComplaintLife) -> Part:
    """One complaint, step by step, and what was asked for about it."""
    head = (
        Column(say("on"), "care"),
        Column(say("business days"), "care", figure=True),
        Column(say("step"), "care"),
        Column(say("who"), "work"),
        Column(say("result"), "care"),
        Column(say("in words"), "reasons"),
        Column(say("evidence and remedies"), "care"),
    )
    title = say("{nature} {id}", nature=Guarded("care", code(life.nature)), id=Guarded("care", life.name))
    notes = tuple(Note(said, group) for said, group in _asked(policy, life))
    return Part(title, head, tuple(Row(tuple(_step(life, step))) for step in life.steps), notes)


def _step(life: ComplaintLife, step: Step) -> Iterator[Said]:
    yield str(step.on)
    yield f"+{step.business_days}"
    yield code(step.what)
    yield step.who
    yield code(step.result)
    yield step.said
    remedies = (life.remedies.get(name) for name in step.remedies)
    yield listed((*step.references, *(named(one.label, one.name) for one in remedies if one is not None)))


def _asked(policy: Policy, life: ComplaintLife) -> Iterator[tuple[Said, Group]]:
    for one in life.asked:
        by = say("by {day}", day=one.effect.deadline_on) if one.effect.deadline_on else ""
        role = say("for {role}", role=one.effect.role) if one.effect.role else ""
        ended = listed((code(one.how), say("on {day}", day=one.ended_on) if one.ended_on else ""), " ")
        told = listed((action_called(policy, one.effect.action), role, by, ended))
        yield say("asked for on {day}: {what}", day=one.effect.decided_on, what=told), "work"
