"""Whether somebody may look at a case, and what they then see: by the `access` of the policy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from overdue_flow.cases.case import Case
from overdue_flow.cases.events import LawFirmEngaged
from overdue_flow.cases.latest import event_of
from overdue_flow.cases.seen import ALL, Seen
from overdue_flow.errors import AccessRefused, shown
from overdue_flow.policy.access import Access
from overdue_flow.policy.policy import Policy
from overdue_flow.problems import did_you_mean


class Reader(NamedTuple):
    """Who looks: in which role, under which id (of the person, agency or firm; of the staff), and why."""

    role: str = ""
    who: str = ""
    why: str = ""


NOBODY = Reader()
"""Nobody says who looks."""


def seen_by(policy: Policy, case: Case, reader: Reader, on: date | None = None) -> Seen:
    """What a reader may see of a case on a day, by default that of its last turn. AccessRefused where that is nothing:
    no role is said, or one that the policy does not know, or the case is not one of theirs.

    A policy without `access` asks for no role: whoever looks sees all.
    """
    access = access_for(policy, reader)
    if access is None:
        return ALL
    if access.loans == "placed" and reader.who not in placed_with(case, max(on or case.day, case.day)):
        raise AccessRefused(f"loan `{case.id}` is not placed with `{shown(reader.who)}`")
    if access.loans == "own" and not is_own(case, reader.who):
        raise AccessRefused(f"loan `{case.id}` is not one of `{shown(reader.who)}`")
    return access.seen


def seen_of_each(policy: Policy, reader: Reader) -> Seen | None:
    """What a reader's role may see of each loan that they see at all; None for everything."""
    return policy.access[reader.role].seen if reader.role in policy.access else None


def those_seen(
    policy: Policy, cases: Iterable[Case], reader: Reader, look: Callable[[Case], Seen | None]
) -> list[Case]:
    """The cases of a person, of which there is one at least, that a reader may `look` at. AccessRefused where that is
    none of them."""
    shown: list[Case] = []
    refused: AccessRefused | None = None
    for case in cases:
        try:
            look(case)
            shown.append(case)
        except AccessRefused as why:
            refused = why
    if refused is not None and not shown:
        raise nobody_of_theirs(policy, reader) or refused
    return shown


def access_for(policy: Policy, reader: Reader) -> Access | None:
    """What the policy lets a reader see, whichever loan it is; None where it asks for no role. AccessRefused where no
    role or name is said, or a role that the policy does not know."""
    if not policy.access:
        return None
    if not reader.role:
        raise AccessRefused(f"policy {policy.id} {policy.version} says who may see what: say in which role you look")
    access = policy.access.get(reader.role)
    if access is None:
        hint = did_you_mean(reader.role, policy.access)
        known = hint or "roles: " + ", ".join(f"`{role}`" for role in policy.access)
        raise AccessRefused(f"policy {policy.id} {policy.version} shows nothing to `{shown(reader.role)}`; {known}")
    if not reader.who:
        raise AccessRefused(f"say who looks as `{reader.role}`: every look is remembered with a name")
    return access


def nobody_of_theirs(policy: Policy, reader: Reader) -> AccessRefused | None:
    """What a reader of some loans only is told of a person of whose loans none is theirs, or who has none: not which of
    the two. None for who sees all loans. AccessRefused as for `access_for`."""
    access = access_for(policy, reader)
    if access is None or access.loans == "all":
        return None
    return AccessRefused(f"no loan of that person is one that `{shown(reader.who)}` may see")


def placed_with(case: Case, day: date) -> frozenset[str]:
    """The agency with which a case is placed on a day, and the law firm that has it; not one that it was taken from."""
    placed = case.handover.placed(day)
    firm = event_of(case.preparation.firm, LawFirmEngaged)
    return frozenset(name for name in (placed and placed.agency, firm and firm.firm) if name)


def is_own(case: Case, who: str) -> bool:
    """Whether somebody is the borrower, or borrowed together with them. A guarantor is not."""
    return who in (case.person_id, *case.co_borrowers)


def is_of_the_loan(case: Case, who: str) -> bool:
    """Whether somebody is a person of the loan, whatever their part: their name goes when the loan is erased."""
    return is_own(case, who) or who in case.guarantors
