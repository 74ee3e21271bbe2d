"""Contacts of a person, of whichever loan: which say the same, and go out as one, and which says it for an older one.

An action says so (`together: person`). The first of such contacts that is due carries the others: it is the one that
counts as an attempt, and each loan's journal says that its own went out with it.
"""

from __future__ import annotations

from overdue_flow.cases.effects import Effect
from overdue_flow.policy.policy import Policy

TEMPLATE = "template"
"""The parameter that says which text a contact is made from."""


def goes_together(policy: Policy, effect: Effect) -> bool:
    """Whether contacts of an effect's action to one person go out as one."""
    action = policy.actions.get(effect.action)
    return action is not None and action.together and effect.kind == "contact"


def says_the_same(one: Effect, other: Effect) -> bool:
    """Whether two contacts are of one action, purpose and text, by the same way to the same party."""
    return _what(one) == _what(other)


def supersedes(newer: Effect, older: Effect) -> bool:
    """Whether a contact, where it may go out now, says what another would have said: it has the same purpose, and was
    decided on a later day. What must go out is never superseded."""
    of_one_purpose = newer.kind == "contact" and newer.purpose == older.purpose
    return of_one_purpose and newer.decided_on > older.decided_on and not older.must


def _what(effect: Effect) -> tuple[object, ...]:
    said = effect.params
    ways = (said.get(name) for name in (TEMPLATE, "channel", "party", "contact_point"))
    return (effect.action, effect.kind, effect.purpose, *ways)
