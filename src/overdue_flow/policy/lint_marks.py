"""Findings on marks: those under which no loan comes, and those from under which none does."""

from __future__ import annotations

from collections.abc import Iterator

from overdue_flow.guards.tree import Condition, Not
from overdue_flow.guards.vocabulary import Value
from overdue_flow.policy.policy import Mark
from overdue_flow.policy.view import View, finding
from overdue_flow.problems import Problem


def marks_that_never_begin(view: View) -> Iterator[Problem]:
    """A mark whose condition contradicts itself, or holds only where its end does too."""
    for mark in view.policy.marks:
        if view.none(mark.when).proved:
            why = "no loan meets its condition"
        elif view.none(mark.when, Not(mark.until.tree), *_told_of(view, mark, stands=False)).proved:
            why = "where its condition holds, its end holds too"
        else:
            continue
        yield finding("mark-never-begins", f"the mark `{mark.name}` can never begin: {why}", mark.place)


def marks_that_never_end(view: View) -> Iterator[Problem]:
    """A mark that a loan keeps for ever."""
    for mark in view.policy.marks:
        if view.none(mark.until, *_told_of(view, mark, stands=True)).proved:
            why = "no loan meets its end" if mark.ends_apart else "its condition always holds"
            yield finding("mark-never-ends", f"the mark `{mark.name}` can never end: {why}", mark.place)


def _told_of(view: View, mark: Mark, *, stands: bool) -> list[Condition]:
    """What the facts of a mark itself are while it stands, or does not, as far as that alone says it."""
    word = f"mark_{mark.name}"
    gone = f"{word}_ended_on" if stands else f"{word}_on"
    told: dict[str, Value | None] = {word: stands, gone: None}
    # a loan is one of the borrower's own: what stands on it, stands on one of theirs
    told |= {f"borrower_marked_{mark.name}": True} if stands else {}
    return [view.is_(name, value) for name, value in told.items()]
