"""A book that is already overdue, brought under a policy: in which stage each loan begins, and what it is told.

A loan begins in the stage that the book gives in the column `stage` of `loans` (with `stage_entered_on`, since when),
or in the one that is proposed: where it would stand had it lived under the policy from its opening, all that the book
records taken as it was. It is opened by `CaseAdopted` on the day of adoption, and told its past right after: payments,
plans, holds and talks keep the days on which they took effect. Until the next day begins no rule moves it and nothing
is asked for; on that first night the policy takes over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from overdue_flow.cases.case import Case
from overdue_flow.cases.events import (
    CaseAdopted,
    EffectDelivered,
    EffectFailed,
    EffectWithheld,
    Event,
    MovedByHand,
    PolicyAdopted,
    TaskCompleted,
    TaskReassigned,
)
from overdue_flow.cases.events.base import Happening
from overdue_flow.engine.machine import Machine
from overdue_flow.engine.moves import stage_told
from overdue_flow.errors import BookError, EventRefused
from overdue_flow.guards.vocabulary import Fact, Kind
from overdue_flow.problems import Place, Problem
from overdue_flow.simulation.book import BookLoan
from overdue_flow.simulation.lived import live_through

STAGE, SINCE = "stage", "stage_entered_on"
ADOPTED = "adopted"
"""The id of the event by which a loan is adopted: a second time it is a repeat."""

COLUMNS = {
    STAGE: Fact(STAGE, Kind.TEXT, "stage", lambda _case, _day: None, source="the book"),
    SINCE: Fact(SINCE, Kind.DATE, "in this stage since", lambda _case, _day: None, source="the book"),
}
"""The columns of `loans` that only an adoption reads, typed for `read_book`."""

_OF_THE_ROAD = (
    MovedByHand, PolicyAdopted, TaskCompleted, TaskReassigned, EffectDelivered, EffectFailed, EffectWithheld,
)  # fmt: skip
"""Events about what another process decided: the stage says what they came to."""


@dataclass(frozen=True, slots=True)
class Adoption:
    """One loan that is brought in. `given`: the book names its stage; else it is proposed, since `rule` led there.

    `past` is what it is told, noticed at the instant of adoption. `left_out` says in words what it is not told: what
    cannot have happened, and what another process decided.
    """

    loan_id: str
    opening: CaseAdopted
    past: tuple[Event, ...]
    given: bool
    rule: str | None = None
    left_out: tuple[str, ...] = ()

    @property
    def events(self) -> list[tuple[str, Event]]:
        """The opening and the past, each with the loan, as a flow receives them."""
        return [(self.loan_id, event) for event in (self.opening, *self.past)]


def adoptions(
    machine: Machine, loans: Sequence[BookLoan], at: datetime, *, muted_until: date | None = None
) -> Iterator[Adoption]:
    """Every loan that is open at `at`, as it stands then; what the book says of later days is left out.

    BookError, before the first, with every loan whose stage the policy does not have, or that entered it later.
    """
    on = at.astimezone(machine.policy.terms.zone).date()
    problems = [*_unknown_stages(machine, loans), *_entered_later(loans, on)]
    if problems:
        raise BookError(problems)
    for loan in loans:
        if loan.opened.opened_on <= on:
            yield _adoption(machine, loan, at, muted_until)


def _unknown_stages(machine: Machine, loans: Iterable[BookLoan]) -> Iterator[Problem]:
    for loan in loans:
        given = loan.opened.facts.get(STAGE)
        try:
            stage_told(machine.policy, str(given or machine.policy.start))
        except EventRefused as refusal:
            yield Problem("unknown-stage", f"loan `{loan.loan_id}`: {refusal}", Place("loans"))


def _entered_later(loans: Iterable[BookLoan], on: date) -> Iterator[Problem]:
    """Loans that are open, and stand in their stage since a day to come."""
    for loan in loans:
        since = loan.opened.facts.get(SINCE)
        if since and loan.opened.opened_on <= on < date.fromisoformat(str(since)):
            yield Problem(
                "stage-to-come",
                f"loan `{loan.loan_id}`: `{SINCE}` {since} is later than the day of adoption, {on}",
                Place("loans"),
            )


def _adoption(machine: Machine, loan: BookLoan, at: datetime, muted_until: date | None) -> Adoption:
    on = at.astimezone(machine.policy.terms.zone).date()
    facts = dict(loan.opened.facts)
    given, since = facts.pop(STAGE, None), facts.pop(SINCE, None)
    told = loan.opened.model_copy(update={"facts": facts})
    history = [(told.at or at, told), *((when, event) for when, event in loan.events if event is not loan.opened)]
    life = live_through(machine, loan.loan_id, history, on, contacts="recorded")
    assert life is not None, "it is open"
    refused = {event.id: why for event, why in life.refused}
    past = [event for when, event in history[1:] if when.astimezone(life.case.zone).date() <= on]
    kept = [event for event in past if event.id not in refused and not isinstance(event, _OF_THE_ROAD)]
    course = life.case.course
    opening = CaseAdopted(
        **{name: getattr(told, name) for name in type(told).model_fields if name not in ("kind", "id", "at")},
        id=ADOPTED,
        at=at,
        stage=stage_told(machine.policy, str(given)) if given else course.stage,
        stage_entered_on=date.fromisoformat(str(since)) if since else None if given else course.entered_on,
        effects_muted_until=muted_until,
        rests_until=on + timedelta(days=1),
        **_marks(life.case),
    )
    return Adoption(
        loan.loan_id,
        opening,
        tuple(told_at(event, at) for event in kept),
        given=bool(given),
        rule=course.moves[-1].rule if course.moves else None,
        left_out=tuple(_left_out(past, refused)),
    )


def _marks(case: Case) -> dict[str, dict[str, date]]:
    """The marks under which a loan stands or stood, had it lived under the policy; nothing where there are none."""
    stands = {one.mark: one.on for one in case.course.marks.values() if one.began}
    stood = {one.mark: one.on for one in case.course.marks.values() if not one.began}
    return {word: marks for word, marks in (("marks", stands), ("marks_ended", stood)) if marks}


def _left_out(past: Iterable[Event], refused: dict[str | None, str]) -> Iterator[str]:
    for event in past:
        if event.id in refused:
            yield f"{event.kind} `{event.id}`: {refused[event.id]}"
        elif isinstance(event, _OF_THE_ROAD):
            yield f"{event.kind} `{event.id}`: another process decided it; the stage says what it came to"


def told_at(event: Event, at: datetime) -> Event:
    """An event of the past as it is told at `at`: noticed then, and in effect since it was."""
    changes: dict[str, object] = {"at": at}
    if isinstance(event, Happening):
        since = event.happened_at or event.at or at
        changes["happened_at"] = min(since, at)
    return event.model_copy(update=changes)
