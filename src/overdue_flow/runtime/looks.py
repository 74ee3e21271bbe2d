"""Looking at a loan live: who may, what they then see, and that it is remembered before it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from overdue_flow.cases.case import Case
from overdue_flow.cases.groups import GROUPS
from overdue_flow.cases.seen import Seen
from overdue_flow.errors import AccessRefused, shown
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.reader import Reader, access_for, is_of_the_loan, nobody_of_theirs, seen_by
from overdue_flow.store.looks import Look
from overdue_flow.store.protocol import Store

LONGEST_NAME = 200
LONGEST_REASON = 2_000


def looked(policy: Policy, store: Store, case: Case, reader: Reader, what: str, at: datetime) -> Seen:
    """What a reader may see of a case in a store; the look is remembered first, and so is one that is refused
    (AccessRefused)."""
    _check(reader)
    look = Look(at, case.id, reader.role, reader.who, reader.why, what, (), is_of_the_loan(case, reader.who))
    try:
        seen = seen_by(policy, case, reader, at.astimezone(case.zone).date())
    except AccessRefused:
        who = reader.who if is_named(policy, reader.role) else ""
        store.note_look(look._replace(what=f"{what}, refused", who=who))
        raise
    store.note_look(look._replace(groups=tuple(group for group in GROUPS if seen.sees(group))))
    return seen


def let_in(policy: Policy, store: Store, reader: Reader, what: str, at: datetime) -> None:
    """That a reader may see some loans of a store at all, before many are gone through. AccessRefused where not, which
    is remembered as a look at all of them: without a name, as nothing says when that would have to go."""
    _check(reader)
    try:
        access_for(policy, reader)
    except AccessRefused:
        store.note_look(Look(at, "", reader.role, "", what=f"{what}, refused"))
        raise


def found_nobody(policy: Policy, store: Store, reader: Reader, at: datetime) -> None:
    """AccessRefused for a reader who may not be told that a store knows nobody of an id; that they asked is
    remembered."""
    let_in(policy, store, reader, "borrower", at)
    refused = nobody_of_theirs(policy, reader)
    if refused is not None:
        who = reader.who if is_named(policy, reader.role) else ""
        store.note_look(Look(at, "", reader.role, who, what="borrower, refused"))
        raise refused


def is_named(policy: Policy, role: str) -> bool:
    """Whether who was refused is named: a person who sees their own loans is not, since nothing says which loans are
    theirs, or were before they were erased."""
    return role in policy.access and policy.access[role].loans != "own"


def _check(reader: Reader) -> None:
    for name, said, longest in zip(Reader._fields, reader, (LONGEST_NAME, LONGEST_NAME, LONGEST_REASON), strict=True):
        if len(said) > longest or not said.isprintable():
            raise AccessRefused(f"`{name}` of who looks is `{shown(said)}`; expected at most {longest} printed letters")


def access_of(policies: Sequence[Policy], at: datetime) -> Policy:
    """The version whose `access` and `retention` hold at an instant: the newest in force, as for limits; where none is,
    the one that comes last."""
    for policy in reversed(policies):
        start, end = policy.in_force
        day = at.astimezone(policy.terms.zone).date()
        if (start is None or start <= day) and (end is None or day <= end):
            return policy
    return policies[-1]
