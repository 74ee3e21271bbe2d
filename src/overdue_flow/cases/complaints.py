"""Complaints and objections: received, acknowledged, investigated, answered, escalated; what they mean for staff.

Several may be open at once; events name theirs. A complaint is open until it is answered. Who is not content with the
answer takes it further: then it is open again, until it is answered for good. Facts that speak of one complaint speak
of the latest that is open; where none is, of the latest of all.

Who complained of whom, and what was found, is personal: it stays in the events, and nothing here needs it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from overdue_flow.cases.events.care import (
    ComplaintAcknowledged,
    ComplaintAnswered,
    ComplaintEscalated,
    ComplaintInvestigated,
    ComplaintReceived,
    ConsequenceDecided,
)
from overdue_flow.cases.matters import (
    latest_one,
    latest_open,
    open_one,
    raised_one,
    refuse_known,
    spoken_of,
    swapped,
)
from overdue_flow.cases.turn import Order, Recorded, in_order
from overdue_flow.guards.vocabulary import Fact, Kind

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case

NATURES = ("complaint", "objection")
STAGES = ("received", "acknowledged", "investigated", "answered", "escalated")
"""Where a complaint may stand."""

# --- what it holds ---


@dataclass(frozen=True, slots=True)
class Answer:
    """A complaint was answered."""

    order: Order
    outcome: str


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint about how the case was handled, or an objection to something.

    Of acknowledgements and investigations the first counts. `escalated` and `consequences` are when it went on, and
    when it was decided what it means for staff.
    """

    order: Order
    seq: int
    id: str | None
    nature: str = "complaint"
    acknowledged_on: date | None = None
    investigated_on: date | None = None
    answers: tuple[Answer, ...] = ()
    escalated: tuple[Order, ...] = ()
    consequences: tuple[Order, ...] = ()

    @property
    def has_gone_on(self) -> bool:
        """Whether it was escalated, and not answered since."""
        return bool(self.escalated) and (not self.answers or self.answers[-1].order < self.escalated[-1])

    @property
    def ended_on(self) -> date | None:
        """The day of the last answer; None while it is open."""
        return None if not self.answers or self.has_gone_on else self.answers[-1].order[0]

    @property
    def outcome(self) -> str | None:
        """Of the last answer."""
        return self.answers[-1].outcome if self.answers else None

    @property
    def stage(self) -> str:
        """Where it stands: one of `STAGES`."""
        if self.has_gone_on:
            return "escalated"
        if self.answers:
            return "answered"
        if self.investigated_on is not None:
            return "investigated"
        return "received" if self.acknowledged_on is None else "acknowledged"


Complaints: TypeAlias = tuple[Complaint, ...]
OnAComplaint: TypeAlias = (
    ComplaintAcknowledged | ComplaintInvestigated | ComplaintAnswered | ComplaintEscalated | ConsequenceDecided
)
"""What may happen to a complaint once it was received."""

# --- how it evolves ---


def received(complaints: Complaints, event: ComplaintReceived, recorded: Recorded) -> Complaints:
    """`complaints` and one more. EventRefused for an id that came before."""
    refuse_known(complaints, event.complaint_id, "complaint")
    return in_order(complaints, Complaint(recorded.order, recorded.seq, event.complaint_id, event.nature))


def went_on(complaints: Complaints, event: OnAComplaint, recorded: Recorded) -> Complaints:
    """The complaints after something happened to one. EventRefused where there is no such one, or it is over."""
    old = meant(complaints, event, recorded)
    return swapped(complaints, old, _after(old, event, recorded))


def meant(complaints: Complaints, event: OnAComplaint, recorded: Recorded) -> Complaint:
    """The complaint that an event is about, among those that came before it; EventRefused where there is none."""
    name, what = event.complaint_id, "complaint"
    match event:
        case ComplaintAcknowledged():
            waiting = _unacknowledged(complaints, recorded) if name is None else ()
            return raised_one(waiting or complaints, name, what, "be acknowledged", recorded)
        case ComplaintInvestigated():
            return raised_one(complaints, name, what, "be investigated", recorded)
        case ComplaintAnswered():
            return open_one(complaints, name, what, "end", recorded)
        case ComplaintEscalated():
            return latest_one(complaints, name, what, "go on to somebody", recorded)
        case ConsequenceDecided():
            return latest_one(complaints, name, what, "have a consequence", recorded)


def _unacknowledged(complaints: Complaints, recorded: Recorded) -> Complaints:
    """The open complaints of then of which nobody said that they had come in."""
    return tuple(
        one
        for one in complaints
        if one.ended_on is None and one.acknowledged_on is None and one.order <= recorded.order
    )


def _after(old: Complaint, event: OnAComplaint, recorded: Recorded) -> Complaint:
    match event:
        case ComplaintAcknowledged():
            return replace(old, acknowledged_on=_earlier(old.acknowledged_on, recorded.on))
        case ComplaintInvestigated():
            return replace(old, investigated_on=_earlier(old.investigated_on, recorded.on))
        case ComplaintAnswered():
            return replace(old, answers=in_order(old.answers, Answer(recorded.order, event.outcome)))
        case ComplaintEscalated():
            return replace(old, escalated=tuple(sorted((*old.escalated, recorded.order))))
        case ConsequenceDecided():
            return replace(old, consequences=tuple(sorted((*old.consequences, recorded.order))))


def _earlier(known: date | None, day: date) -> date:
    return day if known is None else min(known, day)


# --- the facts it offers ---


def _complaint_on(case: Case, _day: date) -> date | None:
    complaint = latest_open(case.care.complaints) if case.care.complaints else None
    return complaint.order[0] if complaint else None


def _spoken_of(case: Case) -> Complaint | None:
    complaints: Complaints = case.care.complaints
    return spoken_of(complaints) if complaints else None


def _stage(case: Case, _day: date) -> str | None:
    complaint = _spoken_of(case)
    return complaint.stage if complaint else None


def _nature(case: Case, _day: date) -> str | None:
    complaint = _spoken_of(case)
    return complaint.nature if complaint else None


def _acknowledged(case: Case, _day: date) -> bool:
    complaint = _spoken_of(case)
    return complaint is not None and complaint.acknowledged_on is not None


def _escalated(case: Case, _day: date) -> bool:
    complaint = _spoken_of(case)
    return complaint is not None and bool(complaint.escalated)


def _objection_open(case: Case, _day: date) -> bool:
    return any(one.ended_on is None and one.nature == "objection" for one in case.care.complaints)


def _answered_on(case: Case, _day: date) -> date | None:
    return max((one.answers[-1].order[0] for one in case.care.complaints if one.answers), default=None)


def _upheld(case: Case, _day: date) -> int:
    return sum(one.outcome in ("upheld", "in_part") for one in case.care.complaints)


_OF_ONE = "Of the latest open complaint; where none is open, of the latest."

FACTS: tuple[Fact, ...] = (
    Fact(
        "complaint_open",
        Kind.FLAG,
        "a complaint is open",
        lambda case, _day: any(complaint.ended_on is None for complaint in case.care.complaints),
        label_zh="投诉处理中",
        doc="A complaint or objection was received and not answered, or taken further since it was.",
    ),
    Fact(
        "complaint_on",
        Kind.DATE,
        "date of the latest open complaint",
        _complaint_on,
        may_be_missing=True,
        label_zh="投诉日",
        doc="Missing when no complaint is open.",
    ),
    Fact(
        "objection_open",
        Kind.FLAG,
        "an objection is open",
        _objection_open,
        label_zh="异议处理中",
        doc="A complaint of the nature `objection` is open.",
    ),
    Fact(
        "complaint_nature",
        Kind.CHOICE,
        "complaint or objection",
        _nature,
        may_be_missing=True,
        choices=NATURES,
        label_zh="投诉性质",
        doc=_OF_ONE,
    ),
    Fact(
        "complaint_stage",
        Kind.CHOICE,
        "stage of the complaint",
        _stage,
        may_be_missing=True,
        choices=STAGES,
        label_zh="投诉阶段",
        doc=_OF_ONE + " `escalated` until it is answered again.",
    ),
    Fact(
        "complaint_acknowledged",
        Kind.FLAG,
        "the complaint was acknowledged",
        _acknowledged,
        label_zh="投诉已受理",
        doc=_OF_ONE,
    ),
    Fact(
        "complaint_escalated",
        Kind.FLAG,
        "the complaint was escalated",
        _escalated,
        label_zh="投诉已升级",
        doc=_OF_ONE + " It stays so when it is answered.",
    ),
    Fact(
        "complaint_answered_on",
        Kind.DATE,
        "date of the last answer to a complaint",
        _answered_on,
        may_be_missing=True,
        label_zh="投诉答复日",
        doc="To any complaint.",
    ),
    Fact(
        "complaints_upheld",
        Kind.NUMBER,
        "complaints that were upheld",
        _upheld,
        unit="times",
        label_zh="成立投诉数",
        doc="Complaints whose last answer upheld them, in full or in part.",
    ),
)
"""The facts of complaints."""
