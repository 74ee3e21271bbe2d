"""One letter for several loans: which contacts of a person say the same, and go out as one.

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


def _what(effect: Effect) -> tuple[object, ...]:
    said = effect.params
    ways = (said.get(name) for name in (TEMPLATE, "channel", "party", "contact_point"))
    return (effect.action, effect.kind, effect.purpose, *ways)
