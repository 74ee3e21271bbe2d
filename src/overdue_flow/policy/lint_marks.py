"""Findings on marks: those under which no loan comes, and those from under which none does."""

from __future__ import annotations

from collections.abc import Iterator

from overdue_flow.guards.tree import All, Guard, Not
from overdue_flow.guards.vocabulary import Value
from overdue_flow.policy.lint_rules import contradicts_itself
from overdue_flow.policy.policy import Mark
from overdue_flow.policy.view import View, finding
from overdue_flow.problems import Problem


def marks_that_never_begin(view: View) -> Iterator[Problem]:
    """A mark whose condition contradicts itself, or holds only where its end does too."""
    for mark in view.policy.marks:
        begins = Guard("", All((mark.when.tree, Not(mark.until.tree))), mark.when.names | mark.until.names)
        if contradicts_itself(view, mark.when):
            why = "no loan meets its condition"
        elif contradicts_itself(view, begins, fixed=_told_of(mark, stands=False)):
            why = "where its condition holds, its end holds too"
        else:
            continue
        yield finding("mark-never-begins", f"the mark `{mark.name}` can never begin: {why}", mark.place)


def marks_that_never_end(view: View) -> Iterator[Problem]:
    """A mark that a loan keeps for ever."""
    for mark in view.policy.marks:
        if contradicts_itself(view, mark.until, fixed=_told_of(mark, stands=True)):
            why = "no loan meets its end" if mark.ends_apart else "its condition always holds"
            yield finding("mark-never-ends", f"the mark `{mark.name}` can never end: {why}", mark.place)


def _told_of(mark: Mark, *, stands: bool) -> dict[str, Value | None]:
    """What the facts of a mark itself are while it stands, or does not, as far as that alone says it."""
    word = f"mark_{mark.name}"
    gone = f"{word}_ended" if stands else word
    told: dict[str, Value | None] = {
        word: stands, f"{gone}_on": None, f"days_since_{gone}": None, f"days_until_{gone}": None
    }  # fmt: skip
    # a loan is one of the borrower's own: what stands on it, stands on one of theirs
    return told | {f"borrower_marked_{mark.name}": True} if stands else told
