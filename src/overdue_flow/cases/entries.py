"""Journal entries: one turn each, an event and the results of deciding it.

An entry holds results, not instructions: folding entries needs no policy (`evolve`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, NamedTuple, TypeAlias

from overdue_flow.cases.effects import Effect
from overdue_flow.cases.events.base import Event

How: TypeAlias = Literal["opened", "rule", "approved", "by_hand", "adopted", "renamed"]


class PolicyRef(NamedTuple):
    """Which policy version decided: `pinned` for stages, rules and terms, `law` for limits, holds and never."""

    policy: str
    version: str
    law_version: str


class Move(NamedTuple):
    """The case went from one stage to another. `on` is the day it is said of (see the page on counting days)."""

    from_stage: str | None
    to_stage: str
    rule: str | None
    because: str
    on: date
    how: How = "rule"


class Held(NamedTuple):
    """A rule matched, and a hold, a promise or a plan keeps it from moving the case.

    A rule `on` an event is held `at_event` only: it matches in no later turn.
    """

    rule: str
    to_stage: str
    by: str
    at_event: bool = False


class Request(NamedTuple):
    """A move that waits for approval: the effect that asks for it, and the event's fields it was matched with."""

    effect_id: str
    rule: str
    to_stage: str
    role: str
    asked_on: date
    event: Event | None = None


class Stop(NamedTuple):
    """The case was stopped: a move or effect was withheld, and a person must look."""

    reason: str
    rule: str | None = None


class Climb(NamedTuple):
    """A ladder on which the case is: the present try, and what has been.

    `ladder` is the id of the task that asked for it, `scope` the stage or group ("" for none) in whose `visit` it was
    asked for. `rung` and `tried` count from 1: the try on its way, or the one whose outcome is waited for, is the
    `tried`-th of its rung, and `effect_id` is its effect; `began_with` is the first of them. While `asking`, that
    effect is the request for approval of the rung. `made` counts the tries that went out, on all rungs. `waits_until`
    is when the wait after the last of them is over: no try is due before. `follows` is what its effects follow on.
    """

    ladder: str
    scope: str
    visit: int
    began_at: datetime
    rung: int
    tried: int
    effect_id: str
    began_with: str
    asking: bool = False
    made: int = 0
    not_after: datetime | None = None
    waits_until: datetime | None = None
    follows: tuple[str, ...] = ()


class EffectChange(NamedTuple):
    """An effect that was decided earlier is no longer pending as it was."""

    effect_id: str
    status: str
    reason: str
    due_at: datetime | None = None


class Beyond(NamedTuple):
    """An offer or a plan that goes beyond the authority of who made it, said in entry `seq`.

    `offer` is its id, by which it is approved; `reasons` say in words what goes beyond; `effect_id` is the task of the
    role that may approve it.
    """

    offer: str
    seq: int
    reasons: tuple[str, ...]
    effect_id: str


class MarkChange(NamedTuple):
    """A mark began, or ended. `day` is the turn's day, by which clocks are counted; `on` the day it is said of, as a
    move's is."""

    mark: str
    began: bool
    day: date
    on: date
    because: str = ""

    def __str__(self) -> str:
        because = f": {self.because}" if self.because else ""
        return f"mark {self.mark} {'begins' if self.began else 'ends'}{because}"


class Results(NamedTuple):
    """What deciding one event led to; every field is empty where nothing of its kind happened.

    `fired` are the `do` rules with `once` that fired (rule id, scope). `requests_ended` names the effects of requests
    that were answered or withdrawn, with a word on how (`approved`, `refused`, `withdrawn`). `held_ended` are rules
    whose hold is over. `freed` says that a stopped case runs again. `breaches` are standing `never` clauses that the
    event broke. `lifts_refused` are kinds of hold that the wrong role tried to lift: they stay. `notes` are remarks
    for the reader. `climbs` are ladders that were begun or went on, as they stand now; `climbs_ended` those that ended
    (ladder, why). `beyond_authority` are offers that nobody may make who made them; `beyond_ended` names the tasks of
    those that were approved, with that word. `marks` are those that began or ended.
    """

    moves: tuple[Move, ...] = ()
    effects: tuple[Effect, ...] = ()
    changes: tuple[EffectChange, ...] = ()
    fired: tuple[tuple[str, str], ...] = ()
    held: tuple[Held, ...] = ()
    held_ended: tuple[str, ...] = ()
    requests: tuple[Request, ...] = ()
    requests_ended: tuple[tuple[str, str], ...] = ()
    stopped: Stop | None = None
    freed: bool = False
    breaches: tuple[str, ...] = ()
    lifts_refused: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    climbs: tuple[Climb, ...] = ()
    climbs_ended: tuple[tuple[str, str], ...] = ()
    beyond_authority: tuple[Beyond, ...] = ()
    beyond_ended: tuple[tuple[str, str], ...] = ()
    marks: tuple[MarkChange, ...] = ()

    def __bool__(self) -> bool:
        return self != NOTHING


NOTHING = Results()


class Entry(NamedTuple):
    """One row of the journal. `day` is the turn's day; `at` the instant at which the host noticed."""

    case_id: str
    seq: int
    day: date
    at: datetime
    event: Event
    policy: PolicyRef
    results: Results = NOTHING
