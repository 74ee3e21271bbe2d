"""Is what a store derived from a journal what the journal says? The row of a case, the rules of its rows, the outbox,
the task list and persons' contacts stand in tables of their own, for whoever searches, delivers or counts; nothing
chains those.

What does not follow from a journal alone is not compared: the day on which a case is looked at next needs the policy;
how often something was tried, who is delivering it now, and the reservations of contacts on their way are the outbox's
own.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from overdue_flow.cases.course import ANSWERS, Course, settle
from overdue_flow.cases.effects import Effect
from overdue_flow.cases.events import ContactAttempted, Event, EventRetracted, PolicyAdopted, TaskReassigned
from overdue_flow.cases.new_names import in_new_names
from overdue_flow.cases.person import SPOKEN
from overdue_flow.errors import JournalError
from overdue_flow.store.consequences import WAITING, line_of
from overdue_flow.store.personal import Personal, token_read, tokens_in
from overdue_flow.store.rows import JournalRow, recorded_text, to_entry
from overdue_flow.store.written import effect_text, event_as_text


class Filed(NamedTuple):
    """What the table of cases says of a case, apart from where its journal ends."""

    case_id: str
    person_id: str
    stage: str
    day: str
    opened_on: str
    policy: str
    version: str


class RuleOfRow(NamedTuple):
    """A rule that a row of a journal names, as the table of rules has it."""

    case_id: str
    seq: int
    rule: str
    day: str


class ParcelOfCase(NamedTuple):
    """What the outbox says of an effect that has not gone out, apart from how its delivery goes."""

    case_id: str
    effect_id: str
    person_id: str
    action: str
    status: str
    due_at: str
    effect: str


NO_DEADLINE = "9999-12-31"
"""In the place of the deadline of a task that has none, which so sorts last."""


class TaskOfCase(NamedTuple):
    """What the task list says of a task; None where it has no deadline."""

    case_id: str
    effect_id: str
    role: str
    deadline_on: str | None
    effect: str


class ContactOfCase(NamedTuple):
    """What persons' contacts say of something that was spoken; `wish` is 1 for consents and opt-outs."""

    case_id: str
    key: str
    person_id: str
    wish: int
    at: str
    event: str


Follower: TypeAlias = ParcelOfCase | TaskOfCase | ContactOfCase

_LISTS: dict[type[Any], str] = {
    ParcelOfCase: "the outbox", TaskOfCase: "the list of tasks", ContactOfCase: "the person's contacts",
}  # fmt: skip

Wrong: TypeAlias = tuple[int | None, str]
"""The number of the row, if it is one, and what is wrong, in words."""

_SPOKEN: tuple[type[Event], ...] = (*SPOKEN, EventRetracted)
_SAID = {kind.__name__ for kind in _SPOKEN}
_TELLING = _SAID | {kind.__name__ for kind in (*ANSWERS, TaskReassigned, PolicyAdopted)}
_OF_EFFECTS = ('"effects":', '"changes":', '"requests', '"climbs', '"beyond')
"""Parts of results that say which effects are open, and who waits for their answer."""


class Derived:
    """What a journal says, gathered row by row; the rest is what the tables say."""

    def __init__(self) -> None:
        self.filed: Filed | None = None
        self.rules: set[tuple[object, object, object]] = set()
        self.followers: set[Follower] = set()
        self._stage = ""
        self._opening: JournalRow | None = None
        self._last: JournalRow | None = None
        self._named: set[tuple[object, object, object]] = set()
        self._telling: list[JournalRow] = []
        self._asks_for_effects = False

    def row(self, row: JournalRow) -> None:
        """The next row, whose hash holds."""
        if self._opening is None:
            self._opening = row
        self._last = row
        results = row.results
        if row.kind in _TELLING or (results and any(part in results for part in _OF_EFFECTS)):
            self._telling.append(row)
        if results:
            self._named |= {(row.seq, rule, row.day) for rule in row.rules.split()}
            if '"moves"' in results:
                self._stage = _stage_after(results, self._stage)
            self._asks_for_effects = self._asks_for_effects or _OF_EFFECTS[0] in results

    def difference(self, salt: bytes, values: dict[str, str], *, closed: bool = False) -> Wrong | None:
        """What a table says otherwise; `values` are the personal ones, by their hashes. Where those are `closed`, it is
        not looked at what names a person: nor the outbox, the task list and contacts."""
        if self.filed is None or self._opening is None or self._last is None:
            return self._of_rules()
        if closed:
            return self._of_case(self.filed, self.filed.person_id, self._opening, self._last) or self._of_rules()
        person_id = _person_of(self._opening, values)
        return (
            self._of_case(self.filed, person_id, self._opening, self._last)
            or self._of_rules()
            or self._of_followers(person_id, Personal(salt, values))
        )

    def _of_case(self, filed: Filed, person_id: str, opening: JournalRow, last: JournalRow) -> Wrong | None:
        opened_on = _said_in(opening, "opened_on")
        wanted = Filed(filed.case_id, person_id, self._stage, filed.day, opened_on, last.policy, last.version)
        for name, said, value in zip(Filed._fields, filed, wanted, strict=True):
            if said != value:
                return None, f"the table of cases says another {_IN_WORDS.get(name, name)} than its journal"
        return (None, "the table of cases says a day before that of its last row") if filed.day < last.day else None

    def _of_rules(self) -> Wrong | None:
        if self.rules == self._named:
            return None
        numbers = [seq for seq, _rule, _day in self.rules ^ self._named if isinstance(seq, int)]
        seq = min(numbers, default=None)
        return seq, f"the table of rules does not name what {f'row {seq}' if seq is not None else 'its journal'} does"

    def _of_followers(self, person_id: str, personal: Personal) -> Wrong | None:
        """What the outbox, the task list and the person's contacts say otherwise."""
        try:
            wanted = _following(self._telling, person_id, personal, effects=self._asks_for_effects)
        except JournalError as error:
            return None, f"its journal holds what no case can have: {error}"
        return _unlike(self.followers, wanted) if self.followers != wanted else None


_IN_WORDS = {"person_id": "person", "opened_on": "day of opening"}


def _unlike(said: set[Follower], wanted: set[Follower]) -> Wrong:
    """The first that is missing, put in, or another one."""
    first = min(said ^ wanted, key=lambda one: (_LISTS[type(one)], one[1]))
    where, there = _LISTS[type(first)], {one[:2] for one in said if type(one) is type(first)}
    if first[:2] not in there:
        return None, f"`{first[1]}` is gone from {where}"
    if first[:2] in {one[:2] for one in wanted if type(one) is type(first)}:
        return None, f"{where} says something else of `{first[1]}` than its journal"
    return None, f"`{first[1]}` was put into {where}; its journal has none that is open"


# --- what should stand there ---


def _following(rows: Iterable[JournalRow], person_id: str, personal: Personal, *, effects: bool) -> set[Follower]:
    """What the outbox, the task list and the person's contacts should say, as the rows that speak of effects and of
    what was spoken tell; with `effects` False nothing ever went to the first two."""
    course, lines, case_id = Course(), dict[str, Follower](), ""
    for row in rows:
        if not effects and row.kind not in _SAID:
            continue
        entry, case_id = to_entry(row, personal), row.case_id
        if effects:
            course = settle(in_new_names(course, entry.event), entry)
        if isinstance(entry.event, EventRetracted):
            lines.pop(entry.event.event_id, None)
        elif row.kind in _SAID:
            line, wish = line_of(entry), int(not isinstance(entry.event, ContactAttempted))
            at, text = recorded_text(line.at), event_as_text(entry.event)
            lines[line.key] = ContactOfCase(row.case_id, line.key, person_id, wish, at, text)
    found = set(lines.values())
    for effect in course.open_effects:
        found.update(_of_effect(effect, case_id, person_id))
    return found


def _of_effect(effect: Effect, case_id: str, person_id: str) -> Iterator[Follower]:
    """What the outbox and the task list should say of an effect that is open."""
    text = effect_text(effect)
    if effect.status in WAITING:
        status, due_at = effect.status.value, recorded_text(effect.due_at)
        yield ParcelOfCase(case_id, effect.id, person_id, effect.action, status, due_at, text)
    if effect.kind == "task":
        deadline_on = effect.deadline_on.isoformat() if effect.deadline_on is not None else None
        yield TaskOfCase(case_id, effect.id, effect.role or "", deadline_on, text)


def _stage_after(results: str, stage: str) -> str:
    """The stage that the moves of a row lead to."""
    try:
        return str(json.loads(results)["moves"][-1]["to_stage"])
    except (ValueError, LookupError, TypeError, RecursionError):
        return stage


def _person_of(opening: JournalRow, values: Mapping[str, str]) -> str:
    """The person that the first row names; a case without one stands for itself."""
    person = _said_in(opening, "person_id") or opening.case_id
    try:
        for digest in tokens_in(f'"{person}"'):
            person = json.loads(values[digest]) if digest in values else token_read(digest)
    except (ValueError, TypeError, RecursionError):
        return ""
    return str(person)


def _said_in(opening: JournalRow, field: str) -> str:
    """What the first row says in one field; "" where it says nothing that can be read."""
    try:
        return str(json.loads(opening.body).get(field) or "")
    except (ValueError, TypeError, AttributeError, RecursionError):
        return ""
