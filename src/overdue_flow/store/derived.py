"""Is what a store derived from a journal what the journal says? Stage, person and day of a case, and the rules of its
rows, stand in tables of their own, for whoever searches or asks what is due; nothing chains those."""

from __future__ import annotations

import json
from typing import NamedTuple

from overdue_flow.store.personal import token_read, tokens_in
from overdue_flow.store.rows import JournalRow


class Filed(NamedTuple):
    """What the table of cases says of a case, apart from where its journal ends."""

    case_id: str
    person_id: str
    stage: str
    day: str


class RuleOfRow(NamedTuple):
    """A rule that a row of a journal names, as the table of rules has it."""

    case_id: str
    seq: int
    rule: str
    day: str


class Derived:
    """What a journal says, gathered row by row; `filed` and `rules` are what the tables say."""

    def __init__(self) -> None:
        self.filed: Filed | None = None
        self.rules: set[tuple[object, object, object]] = set()
        self._stage = ""
        self._day = ""
        self._opening: JournalRow | None = None
        self._named: set[tuple[object, object, object]] = set()

    def row(self, row: JournalRow) -> None:
        """The next row, whose hash holds."""
        if self._opening is None:
            self._opening = row
        self._day = row.day
        self._named |= {(row.seq, rule, row.day) for rule in row.rules.split()}
        if '"moves"' in row.results:
            self._stage = _stage_after(row.results, self._stage)

    def difference(self, values: dict[str, str]) -> tuple[int | None, str] | None:
        """What a table says otherwise: the number of the row, if it is one, and words; `values` are the personal ones,
        by their hashes."""
        if self.filed is not None and self._opening is not None:
            wanted = {"stage": self._stage, "person": _person_of(self._opening, values)}
            said = {"stage": self.filed.stage, "person": self.filed.person_id}
            for name, value in wanted.items():
                if said[name] != value:
                    return None, f"the table of cases says another {name} than its journal"
            if self.filed.day < self._day:
                return None, "the table of cases says a day before that of its last row"
        if self.rules == self._named:
            return None
        numbers = [seq for seq, _rule, _day in self.rules ^ self._named if isinstance(seq, int)]
        seq = min(numbers, default=None)
        return seq, f"the table of rules does not name what {f'row {seq}' if seq is not None else 'its journal'} does"


def _stage_after(results: str, stage: str) -> str:
    """The stage that the moves of a row lead to."""
    try:
        return str(json.loads(results)["moves"][-1]["to_stage"])
    except (ValueError, LookupError, TypeError, RecursionError):
        return stage


def _person_of(opening: JournalRow, values: dict[str, str]) -> str:
    """The person that the first row names; a case without one stands for itself."""
    try:
        person = json.loads(opening.body).get("person_id") or opening.case_id
        for digest in tokens_in(f'"{person}"'):
            person = json.loads(values[digest]) if digest in values else token_read(digest)
    except (ValueError, TypeError, AttributeError, RecursionError):
        return ""
    return str(person)
