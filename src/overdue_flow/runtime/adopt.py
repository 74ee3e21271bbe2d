"""Switching on: a book that is overdue already comes under a policy, and what its first night would do is seen before.

A stage is given by who knows it, or proposed from the rules: the one to which they lead a loan that is where it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import Move
from overdue_flow.cases.events import CaseAdopted, LoanOpened
from overdue_flow.engine.decide import decide
from overdue_flow.engine.decision import Decision
from overdue_flow.errors import OverdueFlowError
from overdue_flow.runtime.deciding import Decider, check_event


@dataclass(frozen=True, slots=True)
class FirstNight:
    """What adopting a loan, and its first night, would do: where it stands after the adoption and after that night,
    the moves, what would be asked for and go out, what is muted, why it would be stopped, or why it is `refused`."""

    case_id: str
    adopted_in: str = ""
    stage: str = ""
    moves: tuple[Move, ...] = ()
    effects: tuple[Effect, ...] = ()
    muted: tuple[Effect, ...] = ()
    stopped: str | None = None
    refused: str | None = None


def preview(
    decider: Decider, adopted: Iterable[tuple[str, CaseAdopted]], first_night: date, noticed: datetime
) -> Iterator[FirstNight]:
    """What adopting these loans would lead to up to and including `first_night`, one after the other. Nothing is
    recorded."""
    for case_id, event in adopted:
        try:
            check_event(case_id, event)
            decisions = decider.event(None, case_id, event, event.at or noticed)
            decisions += decider.days(decisions[-1].case, first_night)
        except OverdueFlowError as refused:
            yield FirstNight(case_id, refused=str(refused))
        else:
            yield _told(case_id, decisions)


def _told(case_id: str, decisions: Sequence[Decision]) -> FirstNight:
    case = decisions[-1].case
    effects = [effect for decision in decisions for effect in decision.effects]
    still_open = {effect.id for effect in case.course.open_effects}
    return FirstNight(
        case_id,
        adopted_in=decisions[0].case.course.moves[0].to_stage,
        stage=case.course.stage,
        moves=case.course.moves[1:],
        effects=tuple(effect for effect in effects if effect.id in still_open),
        muted=tuple(effect for effect in effects if effect.status is Status.SKIPPED),
        stopped=case.course.stopped.reason if case.course.stopped else None,
    )


def with_stage(
    decider: Decider, case_id: str, opened: LoanOpened, noticed: datetime, muted_until: date | None
) -> CaseAdopted:
    """A loan as a case to adopt, in the stage to which the rules lead it at once: as if it were opened now, under the
    policy in force now, with nothing known of it but its schedule and its facts."""
    at = opened.at or noticed
    terms = opened.terms or decider.versions.newest.terms
    machine = decider.versions.opening(at.astimezone(terms.zone).date())
    stage = decide(machine, None, opened, at, case_id).case.course.stage
    given = {name: getattr(opened, name) for name in LoanOpened.model_fields if name != "kind"}
    return CaseAdopted(**given, stage=stage, effects_muted_until=muted_until)
