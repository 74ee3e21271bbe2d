"""Persons' contacts in memory: the lines of each, over all of their loans."""

from __future__ import annotations

from datetime import datetime

from overdue_flow.cases.events import ContactAttempted
from overdue_flow.cases.person import Line, PersonContacts, in_time_order
from overdue_flow.store.consequences import Consequences
from overdue_flow.store.undo import Kept, Undo

_Place = tuple[str, str, bool]
"""The loan, the key, and whether it is a reservation."""


class Lines:
    """The lines of persons. Of one key a loan has one line, and one reservation."""

    def __init__(self, undo: Undo) -> None:
        self._undo = undo
        self._of: dict[str, Kept[_Place, Line]] = {}

    def hear(self, person_id: str, case_id: str, changes: Consequences) -> None:
        """What turns of a loan change."""
        lines = self._lines(person_id)
        for line in changes.lines:
            lines.put((case_id, line.key, False), line)
        for key in changes.unsaid:
            lines.drop((case_id, key, False))
        for effect_id in changes.settled:
            lines.drop((case_id, effect_id, True))
        for line in changes.again:
            lines.put((case_id, line.key, True), line)

    def of(self, person_id: str, since: datetime | None) -> PersonContacts:
        """The lines of a person: attempts and reservations from `since` on (None: all), and every wish."""
        lines = self._of.get(person_id, {}).values()
        return in_time_order(
            line for line in lines if since is None or line.at >= since or not isinstance(line.event, ContactAttempted)
        )

    def reserve(self, person_id: str, line: Line) -> None:
        """A contact is on its way."""
        self._lines(person_id).put((line.case_id, line.key, True), line._replace(reserved=True))

    def _lines(self, person_id: str) -> Kept[_Place, Line]:
        return self._of.setdefault(person_id, Kept(self._undo))
