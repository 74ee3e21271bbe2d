"""The work of each team: what was asked of each role, what was done in time and what late, what waits; and contacts,
with what came of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from overdue_flow.cases.attempts import ANSWERED
from overdue_flow.cases.effects import params_in_words
from overdue_flow.events import ContactAttempted
from overdue_flow.policy.policy import Policy
from overdue_flow.reports.became import Became, what_became
from overdue_flow.reports.handbook_words import action_called
from overdue_flow.reports.overview import share
from overdue_flow.reports.report import Column, Note, Part, Report, Row, columns, restricted
from overdue_flow.reports.seen import Seen
from overdue_flow.reports.speech import Guarded, as_said, code, say
from overdue_flow.reports.told import Period, Told

_OPEN = ("open", "held")
_DONE = ("done", "approved", "refused")


def team_report(policy: Policy, loans: Iterable[Told], period: Period, seen: Seen | None = None) -> Report:
    """What each role was asked for in the period and did, and what it has to do at the end of it."""
    roles: dict[str, Counter[str]] = defaultdict(Counter)
    channels: dict[str, Counter[str]] = defaultdict(Counter)
    people: dict[str, Counter[str]] = defaultdict(Counter)
    late: list[Row] = []
    for told in loans:
        for one in what_became(told.entries)[1]:
            if one.effect.kind == "task":
                _count_task(one, period, roles[one.effect.role or ""])
                late += _late(one, told, period.last)
        _count_contacts(told, period, channels, people)
    about = (Note(say("from {first} to {last}", first=period.first, last=period.last)),)
    parts = (_roles(policy, roles), _waiting(late), _contacts(channels), _people(people))
    return restricted(Report("team", say("team report"), about, parts), seen)


# --- tasks ---


def _count_task(one: Became, period: Period, counts: Counter[str]) -> None:
    counts["asked"] += one.effect.decided_on in period
    if one.how in _DONE and one.ended_on is not None and one.ended_on in period:
        counts["done"] += 1
        counts["late"] += one.in_time is False or _answered_late(one)
    if one.how in _OPEN:
        counts["open"] += 1
        counts["overdue"] += _is_late(one, period.last)


def _answered_late(one: Became) -> bool:
    last = one.effect.deadline_on
    return one.how != "done" and last is not None and one.ended_on is not None and one.ended_on > last


def _is_late(one: Became, on: date) -> bool:
    return one.effect.deadline_on is not None and one.effect.deadline_on < on


def _late(one: Became, told: Told, on: date) -> Iterator[Row]:
    if one.how in _OPEN and _is_late(one, on):
        effect = one.effect
        what = Guarded("mixed", ", ".join(params_in_words(effect.params, effect.role)))
        task = action_called(told.policy, effect.action)
        yield Row((effect.role or "", str(effect.deadline_on), task, told.case.id, what, effect.about))


def _roles(policy: Policy, roles: dict[str, Counter[str]]) -> Part:
    named = [*policy.roles, *(role for role in sorted(roles) if role and role not in policy.roles)]
    rows = [_role(role, roles[role]) for role in named if role in roles]
    if "" in roles:
        rows.append(_role(say("nobody"), roles[""]))
    head = (
        Column(say("role"), "work"),
        Column(say("asked for"), "work", figure=True),
        Column(say("done"), "work", figure=True, bar=True),
        Column(say("done late"), "work", figure=True),
        Column(say("in time"), "work", figure=True),
        Column(say("open"), "work", figure=True),
        Column(say("open and late"), "work", figure=True),
    )
    return Part(say("tasks by role"), head, tuple(rows))


def _role(role: object, counts: Counter[str]) -> Row:
    done, late = counts["done"], counts["late"]
    figures = (counts["asked"], done, late)
    words = (*map(str, figures), share(done - late, done), str(counts["open"]), str(counts["overdue"]))
    return Row((as_said(role), *words))


def _waiting(late: list[Row]) -> Part:
    head = columns("work", "role", "last day", "task", "loan", "details", "about", loan="open", about="care")
    rows = tuple(sorted(late, key=lambda row: tuple(map(str, row.cells[:4]))))
    return Part(say("tasks whose last day is over"), head, rows)


# --- contacts ---


def _count_contacts(
    told: Told, period: Period, channels: dict[str, Counter[str]], people: dict[str, Counter[str]]
) -> None:
    for one in told.case.events:
        event = one.event
        if isinstance(event, ContactAttempted) and one.on in period and event.direction == "outbound":
            of_both = (channels[event.channel], people[event.by]) if event.by else (channels[event.channel],)
            for counts in of_both:
                counts["attempts"] += 1
                counts["answered"] += event.outcome in ANSWERED
                counts["conversations"] += event.outcome == "conversation"
            channels[event.channel][f"became {event.outcome}"] += 1


def _counted(counts: Counter[str]) -> tuple[str, ...]:
    return tuple(str(counts[name]) for name in ("attempts", "answered", "conversations"))


def _contacts(channels: dict[str, Counter[str]]) -> Part:
    outcomes = sorted({name for counts in channels.values() for name in counts if name.startswith("became ")})
    head = (
        Column(say("channel"), "contact"),
        Column(say("attempts"), "contact", figure=True, bar=True),
        *(Column(code(name.removeprefix("became ")), "contact", figure=True) for name in outcomes),
    )
    rows = tuple(
        Row((code(channel), str(counts["attempts"]), *(str(counts[name]) for name in outcomes)))
        for channel, counts in sorted(channels.items())
    )
    return Part(say("contacts of the lender, by channel"), head, rows)


def _people(people: dict[str, Counter[str]]) -> Part:
    head = (
        Column(say("made by"), "work"),
        Column(say("attempts"), "work", figure=True, bar=True),
        Column(say("answered"), "work", figure=True),
        Column(say("conversations"), "work", figure=True),
    )
    rows = tuple(Row((name, *_counted(counts))) for name, counts in sorted(people.items()))
    return Part(say("contacts, by who made them"), head, rows, empty=say("the events do not say who made them"))
