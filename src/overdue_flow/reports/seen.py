"""Who a report is for: of which group each thing in it is, and whether it is kept from who looks."""

from __future__ import annotations

from typing import TypeAlias

from overdue_flow.cases.seen import HIDDEN, Seen

Group: TypeAlias = str
"""A group of `cases.groups`. Besides: `open` for the frame of a page, which is kept from nobody; `mixed` for text that
may repeat a value of any group, which is shown to who sees everything; "" for what no role sees."""


def hidden_from(seen: Seen | None, group: Group, fact: str = "", *, of_a_row: bool = False) -> bool:
    """Whether something of a group (or, where it is one fact, that fact; or a row of the journal) is kept from who
    looks. None looks as the host itself."""
    if seen is None or group == "open":
        return False
    if group == "mixed":
        return not seen.everything
    if of_a_row:
        return group not in seen.rows
    return not (seen.sees(group) or (fact and seen.may_fact(fact)))


__all__ = ["HIDDEN", "Group", "Seen", "hidden_from"]
