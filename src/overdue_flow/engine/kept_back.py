"""What keeps an effect or a move back, by name: read from the reason that the engine gives for it.

Effects, what becomes of them and held rules say in one line what forbids them: `limit calls-per-day: at most 3 ...;
limit night: outside 08:00-22:00`, `hold dispute stops contact`, `open promise`. These are the words of `engine.limits`,
`engine.tasks` and `engine.word_given`.
"""

from __future__ import annotations

import re

from overdue_flow.engine.word_given import ACTIVE_PLAN, OPEN_PROMISE

_LIMIT = re.compile(r"(?:^|; )limit ([^\s:]+): ")
_HOLD = re.compile(r"hold (\S+)(?: stops .*)?")
_CLAUSE = re.compile(r"it would break never clause (\S+)")
_WORDS = {OPEN_PROMISE: "promises", ACTIVE_PLAN: "plans"}


def limits_in(reason: str) -> tuple[str, ...]:
    """The ids of the limits that a reason names, in its order."""
    return tuple(_LIMIT.findall(reason))


def hold_in(reason: str) -> str | None:
    """The kind of hold that a reason names, if it does."""
    found = _HOLD.fullmatch(reason)
    return found[1] if found else None


def word_in(reason: str) -> str | None:
    """`promises` or `plans`, where the borrower's word is the reason."""
    return next((name for word, name in _WORDS.items() if reason.startswith(word)), None)


def clause_in(reason: str) -> str | None:
    """The `never` clause that a reason names, if it does."""
    found = _CLAUSE.fullmatch(reason)
    return found[1] if found else None


def named_in(reason: str) -> tuple[str, ...]:
    """Everything that a reason names: limits, a hold, a clause, `promises` or `plans`."""
    others = (hold_in(reason), clause_in(reason), word_in(reason))
    return (*limits_in(reason), *(name for name in others if name is not None))
