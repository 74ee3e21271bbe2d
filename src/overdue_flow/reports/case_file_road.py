"""What was done about a debt, in a case file: contacts, talks, holds, disputes, complaints, notices, moves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from overdue_flow.cases.case import Case
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.events.base import Event
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
from overdue_flow.reports.happened import happened
from overdue_flow.reports.section import Section

_TALKS = (NegotiationOpened, OfferMade, OfferApproved, OfferDeclined, CounterOffered, NegotiationClosed)


def told(case: Case, kinds: tuple[type[Event], ...]) -> tuple[tuple[str, str], ...]:
    """Every event of some kinds in words, in the order in which they took effect."""
    found = sorted((one for one in case.events if isinstance(one.event, kinds)), key=lambda one: one.order)
    return tuple((str(one.on), happened(one.event, case.terms.currency)) for one in found)


def contacts(case: Case) -> Section:
    """Every attempt to reach somebody, in the loan's own time."""
    attempts = [(one, one.event) for one in case.events if isinstance(one.event, ContactAttempted)]
    rows = tuple(
        (
            f"{one.happened_at.astimezone(case.zone):%Y-%m-%d %H:%M}",
            event.channel,
            event.direction,
            event.party.replace("_", " "),
            event.outcome.replace("_", " "),
            (event.purpose or "").replace("_", " "),
            event.effect_id or "",
        )
        for one, event in sorted(attempts, key=lambda pair: pair[0].order)
    )
    return Section("contacts", ("at", "channel", "direction", "with", "outcome", "purpose", "asked for by"), rows)


def talks(case: Case) -> Section:
    """Every word of the negotiations."""
    return Section("negotiations", ("on", "what happened"), told(case, _TALKS))


def holds(case: Case, day: date) -> Section:
    """Every hold, from when until when; `until` is the first day without it."""
    rows = tuple(
        (
            one.kind.replace("_", " "),
            str(one.placed_on),
            str(one.until or ""),
            "in place" if one.stands_on(day) else "to come" if day < one.placed_on else "over",
        )
        for one in case.care.holds
    )
    return Section("holds", ("hold", "placed on", "until", "standing"), rows)


def disputes(case: Case) -> Section:
    """Every dispute of the debt, its proof, and how it was decided; and what came of checks of the overdue amount."""
    rows = tuple(
        (
            str(one.order[0]),
            one.id or "",
            (one.ground or "").replace("_", " "),
            "all" if one.amount is None else said(one.amount, case),
            str(one.asked[-1].order[0]) if one.asked else "",
            str(one.received[-1].order[0]) if one.received else "",
            str(one.ended_on or ""),
            (one.outcome or "open").replace("_", " "),
        )
        for one in case.care.disputes
    )
    head = ("raised on", "id", "ground", "amount", "proof asked on", "proof came on", "decided on", "outcome")
    return Section("disputes", head, rows, ("amount",), tuple(_checks(case)))


def _checks(case: Case) -> Iterator[str]:
    """Each check of the overdue amount against the ledger of its day, as known now."""
    for one in case.care.verified:
        here = position(case, one.order[0])
        agrees = "is not known by the ledger" if unknown(here) else "is also the ledger's"
        if not unknown(here) and here.overdue != one.amount:
            agrees = f"is not the ledger's, which is {said(here.overdue, case)}"
        yield f"the overdue amount as checked on {one.order[0]}, {said(one.amount, case)}, {agrees}"


def complaints(case: Case) -> Section:
    """Every complaint and objection, and where it stands."""
    rows = tuple(
        (
            str(one.order[0]),
            one.id or "",
            one.nature,
            one.stage,
            str(one.ended_on or ""),
            (one.outcome or "").replace("_", " "),
        )
        for one in case.care.complaints
    )
    return Section("complaints", ("received on", "id", "nature", "stage", "answered on", "outcome"), rows)


def notices(case: Case, became: Iterable[Became]) -> Section:
    """Every notice, and every contact that was a legal notice, with what became of it."""
    rows = tuple(
        (
            str(one.effect.decided_on),
            one.effect.action,
            (one.effect.purpose or "").replace("_", " "),
            one.effect.cause,
            one.how,
            str(one.ended_on or ""),
            one.effect.id,
        )
        for one in became
        if one.effect.kind == "notice" or one.effect.purpose == "legal_notice"
    )
    return Section("notices", ("decided on", "notice", "purpose", "asked for by", "became", "on", "id"), rows)


def moves(entries: Iterable[Entry]) -> Section:
    """Every move from one stage to another: by which rule of which version, and why."""
    rows = tuple(
        (
            str(move.on),
            move.from_stage or "",
            move.to_stage,
            move.rule or move.how.replace("_", " "),
            f"{entry.policy.policy} {entry.policy.version}",
            move.because,
        )
        for entry in entries
        for move in entry.results.moves
    )
    return Section("moves", ("on", "from", "to", "by", "policy", "because"), rows)
