"""What will happen on a day to come, and on which loans, if nothing happens before. Nothing is recorded."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta, tzinfo
from itertools import islice, takewhile

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import Move
from overdue_flow.cases.values import changed
from overdue_flow.engine.decision import Decision
from overdue_flow.errors import CasesLeft, OverdueFlowError
from overdue_flow.runtime.batch import loaded
from overdue_flow.runtime.deciding import Decider
from overdue_flow.runtime.people import Loans
from overdue_flow.store.protocol import Parcel, Store

AT_ONCE = 500
"""How many cases are loaded at a time."""

_EVERY = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Forewarned:
    """What the nights up to a day would do to one loan: where it stands now and would stand then, the moves, what would
    be asked for, which facts it would ask the host, and why it would be stopped."""

    case_id: str
    stage: str
    stage_then: str
    moves: tuple[Move, ...] = ()
    effects: tuple[Effect, ...] = ()
    asks: tuple[str, ...] = ()
    stopped: str | None = None


def foreseen(decider: Decider, store: Store, until: date) -> Iterator[Forewarned]:
    """What `wake(until)` would do, loan by loan: those that wake at the front, the first of them first, then those that
    were last looked at with other versions. Loans to which nothing would happen are left out. CasesLeft, after all
    others, if some cannot be lived."""
    faults: dict[str, Exception] = {}
    people: set[str] = set()
    overlooked = dict.fromkeys(store.overlooked(decider.versions.fingerprint, limit=_EVERY))
    loans = iter(dict.fromkeys([*store.due(until, limit=_EVERY), *overlooked]))
    while chunk := list(islice(loans, AT_ONCE)):
        cases, broken = loaded(store, chunk)
        faults |= broken
        if decider.manners:
            yield from _of_people(decider, store, cases.values(), until, overlooked, faults, people)
            continue
        for case in cases.values():
            try:
                days = decider.days(case, until, overlooked=case.id in overlooked)
                decisions = [one for one in days if one.entry is not None]
            except OverdueFlowError as fault:
                faults[case.id] = fault
            else:
                if decisions:
                    yield _told(case, decisions)
    if faults:
        raise CasesLeft(faults)


def _of_people(
    decider: Decider,
    store: Store,
    cases: Iterable[Case],
    until: date,
    overlooked: Collection[str],
    faults: dict[str, Exception],
    people: set[str],
) -> Iterator[Forewarned]:
    """The same where the loans of a person hear of each other: all loans of those whose loans these are. `people` are
    those whose loans were told already."""
    for person_id in dict.fromkeys(case.person_id for case in cases if case.person_id not in people):
        people.add(person_id)
        known, _broken = loaded(store, store.cases_of(person_id))
        loans = Loans(decider, known, [name for name in known if name in overlooked])
        loans.live({name: max(until, case.day) for name, case in known.items()})
        faults.update(loans.faults)
        for name, case in known.items():
            decisions = [one for one in loans.made if one.entry is not None and one.case.id == name]
            if decisions:
                yield _told(case, decisions)


def _told(case: Case, decisions: Sequence[Decision]) -> Forewarned:
    then = decisions[-1].case
    return Forewarned(
        case.id,
        case.course.stage,
        then.course.stage,
        moves=then.course.moves[len(case.course.moves) :],
        effects=tuple(
            _in_zone(effect, case.zone)
            for one in decisions
            for effect in one.effects
            if effect.status is Status.PENDING
        ),
        asks=tuple(dict.fromkeys(fact for one in decisions for fact in one.asks)),
        stopped=then.course.stopped.reason if then.course.stopped and not case.course.stopped else None,
    )


def due_then(store: Store, until: date) -> Iterator[Parcel]:
    """What is in the outbox and may go out up to the end of `until` in its loan's own time, which its due instant is
    given in; by due instant."""
    last = until + timedelta(days=1)  # in UTC: no time zone lies so far from another
    early = takewhile(lambda parcel: parcel.effect.due_at.astimezone(UTC).date() <= last, store.outbox(parked=False))
    found = [parcel for parcel in early if parcel.effect.status is Status.PENDING]
    for start in range(0, len(found), AT_ONCE):
        chunk = found[start : start + AT_ONCE]
        cases, _broken = loaded(store, list(dict.fromkeys(parcel.case_id for parcel in chunk)))
        for parcel in chunk:
            zone = cases[parcel.case_id].zone if parcel.case_id in cases else UTC
            effect = _in_zone(parcel.effect, zone)
            if effect.due_at.date() <= until:
                yield parcel._replace(effect=effect)


def _in_zone(effect: Effect, zone: tzinfo) -> Effect:
    return changed(effect, due_at=effect.due_at.astimezone(zone))
