"""What was done about a debt, in a case file: contacts, talks, holds, disputes, complaints, notices, moves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from overdue_flow.cases.case import Case
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.events.base import Event
from overdue_flow.cases.groups import group_of_row
from overdue_flow.cases.position import position, unknown
from overdue_flow.events import (
    ContactAttempted,
    CounterOffered,
    NegotiationClosed,
    NegotiationOpened,
    OfferApproved,
    OfferDeclined,
    OfferMade,
)
from overdue_flow.reports.became import Became
from overdue_flow.reports.case_file_debt import said
from overdue_flow.reports.happened import happening
from overdue_flow.reports.report import Column, Note, Part, Row, columns
from overdue_flow.reports.seen import Group
from overdue_flow.reports.speech import Guarded, Said, code, say

_TALKS = (NegotiationOpened, OfferMade, OfferApproved, OfferDeclined, CounterOffered, NegotiationClosed)


def told(case: Case, kinds: tuple[type[Event], ...]) -> tuple[Row, ...]:
    """Every event of some kinds in words, in the order in which they took effect."""
    found = sorted((one for one in case.events if isinstance(one.event, kinds)), key=lambda one: one.order)
    return tuple(
        Row((str(one.on), happening(one.event, case.terms.currency)), group_of_row(one.event.kind)) for one in found
    )


def what_happened(group: Group) -> tuple[Column, ...]:
    """The columns of events in words; each field of an event has its own group."""
    return (Column(say("on"), group), Column(say("what happened"), "open"))


def contacts(case: Case) -> Part:
    """Every attempt to reach somebody, in the loan's own time."""
    attempts = [(one, one.event) for one in case.events if isinstance(one.event, ContactAttempted)]
    rows = tuple(
        Row(
            (
                f"{one.happened_at.astimezone(case.zone):%Y-%m-%d %H:%M}",
                code(event.channel),
                code(event.direction),
                code(event.party),
                code(event.outcome),
                code(event.purpose),
                event.effect_id or "",
            )
        )
        for one, event in sorted(attempts, key=lambda pair: pair[0].order)
    )
    head = columns(
        "contact", "at", "channel", "direction", "with", "outcome", "purpose", "asked for by", asked_for_by="work"
    )
    return Part(say("contacts"), head, rows)


def talks(case: Case) -> Part:
    """Every word of the negotiations."""
    return Part(say("negotiations"), what_happened("talks"), told(case, _TALKS))


def holds(case: Case, day: date) -> Part:
    """Every hold, from when until when; `until` is the first day without it."""
    rows = tuple(
        Row(
            (
                code(one.kind),
                str(one.placed_on),
                str(one.until or ""),
                code("in place" if one.stands_on(day) else "to come" if day < one.placed_on else "over"),
            )
        )
        for one in case.care.holds
    )
    return Part(say("holds"), columns("care", "hold", "placed on", "until", "standing"), rows)


def disputes(case: Case) -> Part:
    """Every dispute of the debt, its proof, and how it was decided; and what came of checks of the overdue amount."""
    rows = tuple(
        Row(
            (
                str(one.order[0]),
                one.id or "",
                code(one.ground),
                code("all") if one.amount is None else said(one.amount, case),
                str(one.asked[-1].order[0]) if one.asked else "",
                str(one.received[-1].order[0]) if one.received else "",
                str(one.ended_on or ""),
                code(one.outcome or "open"),
            )
        )
        for one in case.care.disputes
    )
    head = columns(
        "care", "raised on", "id", "ground", "amount", "proof asked on", "proof came on", "decided on", "outcome",
        figures=("amount",),
    )  # fmt: skip
    return Part(say("disputes"), head, rows, tuple(Note(one, "care") for one in _checks(case)))


def _checks(case: Case) -> Iterator[Said]:
    """Each check of the overdue amount against the ledger of its day, as known now."""
    for one in case.care.verified:
        here = position(case, one.order[0])
        checked = {"day": one.order[0], "amount": said(one.amount, case)}
        if unknown(here):
            yield say("the overdue amount as checked on {day}, {amount}, is not known by the ledger", **checked)
        elif here.overdue == one.amount:
            yield say("the overdue amount as checked on {day}, {amount}, is also the ledger's", **checked)
        else:
            words = "the overdue amount as checked on {day}, {amount}, is not the ledger's, which is {known}"
            yield say(words, **checked, known=Guarded("money", said(here.overdue, case)))


def complaints(case: Case) -> Part:
    """Every complaint and objection, and where it stands."""
    rows = tuple(
        Row(
            (
                str(one.order[0]),
                one.id or "",
                code(one.nature),
                code(one.stage),
                str(one.ended_on or ""),
                code(one.outcome),
            )
        )
        for one in case.care.complaints
    )
    return Part(
        say("complaints"), columns("care", "received on", "id", "nature", "stage", "answered on", "outcome"), rows
    )


def notices(case: Case, became: Iterable[Became]) -> Part:
    """Every notice, and every contact that was a legal notice, with what became of it."""
    rows = tuple(
        Row(
            (
                str(one.effect.decided_on),
                one.effect.action,
                code(one.effect.purpose),
                one.effect.cause,
                code(one.how),
                str(one.ended_on or ""),
                one.effect.id,
            )
        )
        for one in became
        if one.effect.kind == "notice" or one.effect.purpose == "legal_notice"
    )
    head = columns("work", "decided on", "notice", "purpose", "asked for by", "became", "on", "id")
    return Part(say("notices"), head, rows)


def marks(entries: Iterable[Entry]) -> tuple[Part, ...]:
    """Every beginning and end of a mark, and why; nothing where the loan never stood under one."""
    rows = tuple(
        Row(
            (
                str(change.on),
                change.mark,
                say("begins") if change.began else say("ends"),
                f"{entry.policy.policy} {entry.policy.version}",
                change.because,
            )
        )
        for entry in entries
        for change in entry.results.marks
    )
    head = columns("money", "on", "mark", "change", "policy", "because", policy="work", because="mixed")
    return (Part(say("marks"), head, rows),) if rows else ()


def moves(entries: Iterable[Entry]) -> Part:
    """Every move from one stage to another: by which rule of which version, and why."""
    rows = tuple(
        Row(
            (
                str(move.on),
                move.from_stage or "",
                move.to_stage,
                move.rule or code(move.how),
                f"{entry.policy.policy} {entry.policy.version}",
                move.because,
            )
        )
        for entry in entries
        for move in entry.results.moves
    )
    head = columns("work", "on", "from", "to", "by", "policy", "because", because="mixed")
    return Part(say("moves"), head, rows)
