"""Marks: which begin and which end in a turn.

They are settled after the event and before the moves, each once, in file order, so that one that begins is read by
those below it in the same turn. A mark that stands ends where its end holds; one that does not begins where its
condition holds and its end does not. A stopped case is classified on, since no rule of its road decides that; one that
is told its past is classified when it has heard all of it.
"""

from __future__ import annotations

from datetime import date

from overdue_flow.cases.case import Case
from overdue_flow.cases.counting import said_on, told_by
from overdue_flow.cases.entries import MarkChange
from overdue_flow.cases.events import CaseAdopted, PolicyAdopted
from overdue_flow.engine.draft import Draft
from overdue_flow.engine.machine import Machine
from overdue_flow.errors import EventRefused
from overdue_flow.policy.bounds import default_text
from overdue_flow.problems import did_you_mean


def settle_marks(draft: Draft) -> None:
    """Begin and end the marks of this turn; the draft's case then stands under them."""
    if isinstance(draft.event, PolicyAdopted):
        _drop_unknown(draft)
    if draft.told_its_past or not draft.machine.classifies:
        return
    position = -1
    while (found := _next_difference(draft.machine, draft.case, draft.day, position + 1)) is not None:
        position, begins = found
        mark = draft.machine.marks.marks[position]
        _note(draft, mark.name, default_text(mark.because) if begins else "", began=begins)


def take_over_marks(draft: Draft, event: CaseAdopted) -> None:
    """The marks under which an adopted case stands already, and those under which it stood. EventRefused for one that
    the policy does not know, that is said twice, or that begins or ends in days to come."""
    policy = draft.machine.policy
    names = [mark.name for mark in policy.marks]
    told = [(name, on, True) for name, on in (event.marks or {}).items()]
    told += [(name, on, False) for name, on in (event.marks_ended or {}).items()]
    for name, on, began in told:
        if name not in names:
            hint = did_you_mean(name, names) or f"it has {', '.join(names) or 'none'}"
            raise EventRefused(f"policy {policy.id} {policy.version} has no mark `{name}` ({hint})")
        if name in draft.case.course.marks:
            raise EventRefused(f"the case cannot stand under the mark `{name}` and be past it")
        if on > draft.day:
            what = "be under" if began else "be past"
            raise EventRefused(f"the case cannot {what} the mark `{name}` since {on}: it is adopted on {draft.day}")
        day = min(told_by(on, draft.case.terms).turn_day, draft.day)
        draft.mark(MarkChange(name, began, day, on, "the case was adopted"))


def marks_stir(machine: Machine, case: Case, day: date) -> bool:
    """Whether a mark begins or ends in the opening turn of `day`, nothing having happened since the last turn."""
    rests_until = case.course.rests_until
    told_its_past = rests_until is not None and day < rests_until
    return not told_its_past and _next_difference(machine, case, day, 0) is not None


def _next_difference(machine: Machine, case: Case, day: date, first: int) -> tuple[int, bool] | None:
    """The first mark, from the position `first` on, that is not as it should be on `day`: its position, and whether it
    begins."""
    marks = machine.marks.marks
    if first >= len(marks):
        return None
    begins, ends = machine.marks.holding(case, day)
    stands = machine.marks.standing(case)
    changes = stands & ends | ~stands & begins & ~ends
    for position in range(first, changes.bit_length()):
        if changes >> position & 1 and not machine.marks.rests(marks[position], case, day):
            return position, not stands >> position & 1
    return None


def _drop_unknown(draft: Draft) -> None:
    """Marks that the version which was adopted does not have end."""
    names = {mark.name for mark in draft.machine.marks.marks}
    for name, last in draft.case.course.marks.items():
        if last.began and name not in names:
            _note(draft, name, "policy adopted", began=False)


def _note(draft: Draft, name: str, because: str, *, began: bool) -> None:
    spoken = said_on(draft.day, draft.case.terms, opening=draft.opens_day)
    draft.mark(MarkChange(name, began, draft.day, spoken, because))
