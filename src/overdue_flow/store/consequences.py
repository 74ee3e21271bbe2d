"""What turns change outside their journal: the outbox, the task list, the person's contacts.

Pure, and the same for every store. A case's open effects before and after its turns say what stands in the outbox and
on the task list; its entries say what was spoken.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.events import ContactAttempted, EffectDelivered, EffectFailed, Event, EventRetracted
from overdue_flow.cases.person import SPOKEN, Line, Spoken, attempt_by
from overdue_flow.errors import ConcurrentTurn, EventRefused, shown
from overdue_flow.store.protocol import Turn
from overdue_flow.store.sealing import NAMED

WAITING = (Status.PENDING, Status.HELD)
"""What stands in the outbox. A task that was handed over stands on the task list alone."""


class Spell(NamedTuple):
    """The turns of one case in one commit, in order, as one: the case before the first and after the last."""

    before: Case | None
    turns: tuple[Turn, ...]

    @property
    def last(self) -> Turn:
        """The turn that the others led to."""
        return self.turns[-1]

    @property
    def expected_seq(self) -> int:
        """How many entries the journal has before the first turn."""
        return self.before.seq if self.before is not None else 0

    @property
    def entries(self) -> list[Entry]:
        """The entries of those turns that have one."""
        return [turn.entry for turn in self.turns if turn.entry is not None]


class Consequences(NamedTuple):
    """What a spell changes outside the journal of its case.

    Effects: `opened` are new in the outbox, `moved` wait for another instant or became held (whoever claimed one gives
    it up), `amended` changed in some other way, `gone` left the outbox. `tasks` are new or changed, `tasks_gone` are
    done with. Contacts: `lines` were spoken, `unsaid` are the keys of lines that were entered by mistake, `settled` are
    effects whose outcome is known: their reservations fall. `again` are reservations of contacts that were made, and
    whose outcome is not known any more.
    """

    opened: tuple[Effect, ...] = ()
    moved: tuple[Effect, ...] = ()
    amended: tuple[Effect, ...] = ()
    gone: tuple[str, ...] = ()
    tasks: tuple[Effect, ...] = ()
    tasks_gone: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()
    unsaid: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()
    again: tuple[Line, ...] = ()


def spells(turns: Sequence[Turn]) -> dict[str, Spell]:
    """The turns of each case, by case id, sorted: whoever locks rows locks them in this order.

    EventRefused for an id that no database can hold; ConcurrentTurn where the turns of a case do not follow each other.
    """
    by_case: dict[str, list[Turn]] = {}
    for turn in turns:
        by_case.setdefault(turn.case.id, []).append(turn)
    return {case_id: _spell(by_case[case_id]) for case_id in sorted(by_case)}


def _spell(turns: list[Turn]) -> Spell:
    spell = Spell(turns[0].before, tuple(turns))
    if spell.before is None:
        if turns[0].entry is None:
            raise EventRefused(f"case `{turns[0].case.id}` has no journal yet; its first turn has an entry")
        check_key(spell.last.case.id, "case")
        check_key(spell.last.case.person_id, "person")
    seq = spell.expected_seq
    for turn in turns:
        if (turn.before.seq if turn.before is not None else 0) != seq:
            raise ConcurrentTurn(f"the turns of case `{turn.case.id}` do not follow each other; decide again")
        if turn.entry is not None:
            seq += 1
            if turn.entry.event.id is not None:
                check_key(turn.entry.event.id, "event")
    return spell


CASE_ID_LONGEST, ID_LONGEST = 150, 200
"""How many characters an id has at most. Those of a case's effects, and of what becomes of them, begin with its own."""


def is_key(key: object, longest: int = ID_LONGEST) -> bool:
    """Whether something can be an id: text that is not empty, and has no characters that a database cannot hold."""
    if not isinstance(key, str) or not 0 < len(key) <= longest or "\x00" in key:
        return False
    return key.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in key)


def check_key(key: object, what: str) -> None:
    """EventRefused for what cannot be the id of a `case`, a `person` or an `event`."""
    longest = CASE_ID_LONGEST if what == "case" else ID_LONGEST
    if what == "person" and str(key).startswith(NAMED):
        raise EventRefused(f"`{shown(key)}` cannot be the id of a person: encrypted ones begin with `{NAMED}`")
    if not is_key(key, longest):
        raise EventRefused(
            f"`{shown(key)}` cannot be the id of {'an' if what == 'event' else 'a'} {what};"
            f" expected text of 1 to {longest} characters without NUL"
        )


def plain_text(said: str) -> str:
    """What was said, without characters that a database cannot hold."""
    return said.replace("\x00", "").encode("utf-8", "replace").decode()


def consequences(spell: Spell) -> Consequences:
    """What the turns of one case change outside its journal."""
    before = spell.before.course.open_effects if spell.before is not None else ()
    after = spell.last.case.course.open_effects
    found = NOTHING if before is after else _of_effects(before, after)
    spoken = [entry for entry in spell.entries if isinstance(entry.event, _HEARD)]
    return _of_contacts(found, spell, spoken) if spoken else found


NOTHING = Consequences()
_HEARD: tuple[type[Event], ...] = (*SPOKEN, EffectFailed, EventRetracted)


def _of_effects(before: Sequence[Effect], after: Sequence[Effect]) -> Consequences:
    known = {effect.id: effect for effect in before}
    changed = [(known.get(effect.id), effect) for effect in after if known.get(effect.id) != effect]
    waiting = [(old, new) for old, new in changed if new.status in WAITING]
    still_open = {effect.id for effect in after}
    still_waiting = {effect.id for effect in after if effect.status in WAITING}
    return Consequences(
        opened=tuple(new for old, new in waiting if old is None),
        moved=tuple(new for old, new in waiting if old is not None and _moved(old, new)),
        amended=tuple(new for old, new in waiting if old is not None and not _moved(old, new)),
        gone=tuple(one.id for one in before if one.status in WAITING and one.id not in still_waiting),
        tasks=tuple(new for _old, new in changed if new.kind == "task"),
        tasks_gone=tuple(one.id for one in before if one.kind == "task" and one.id not in still_open),
    )


def _moved(old: Effect, new: Effect) -> bool:
    return (old.status, old.due_at) != (new.status, new.due_at)


def _of_contacts(found: Consequences, spell: Spell, entries: Iterable[Entry]) -> Consequences:
    """The same, with what was spoken; a line that was entered and withdrawn at once never was."""
    lines: dict[str, Line] = {}
    again: dict[str, Line] = {}
    unsaid, settled = [], []
    for entry in entries:
        event = entry.event
        if isinstance(event, EventRetracted):
            line = lines.pop(event.event_id, None)
            if line is None:
                unsaid.append(event.event_id)
            again |= _reserved_again(spell, line or _line_before(spell, event.event_id))
        elif isinstance(event, SPOKEN):
            line = line_of(entry)
            lines[line.key] = line
        told = ended_reservation(event)
        if told is not None and is_key(told):
            settled.append(told)
            again.pop(told, None)
    return found._replace(
        lines=tuple(lines.values()), unsaid=tuple(unsaid), settled=tuple(settled), again=tuple(again.values())
    )


def _line_before(spell: Spell, event_id: str) -> Line | None:
    """The line of an event that a case heard before."""
    for one in spell.before.events if spell.before is not None else ():
        if one.event.id == event_id and isinstance(one.event, Spoken):
            return Line(spell.last.case.id, event_id, one.happened_at, one.event)
    return None


def _reserved_again(spell: Spell, line: Line | None) -> dict[str, Line]:
    """The reservation of a contact that went out, and whose outcome was withdrawn: it is not known any more."""
    outcome = line.event if line is not None else None
    if line is None or not isinstance(outcome, ContactAttempted) or outcome.effect_id is None:
        return {}
    heard = (one.event for one in spell.last.case.events)
    if not any(isinstance(one, EffectDelivered) and one.effect_id == outcome.effect_id for one in heard):
        return {}
    unknown = outcome.model_copy(update={"id": None, "outcome": "connected", "identity_verified": None})
    return {outcome.effect_id: Line(line.case_id, outcome.effect_id, line.at, unknown, reserved=True)}


def line_of(entry: Entry) -> Line:
    """The line that an entry of a spoken event adds to the person's contacts."""
    event = entry.event
    assert isinstance(event, Spoken)
    key = event.id or f"{entry.case_id}:{entry.seq}"
    return Line(entry.case_id, key, event.took_effect_at() or entry.at, event)


def ended_reservation(event: Event) -> str | None:
    """The effect whose outcome an event tells; None where it tells none. That it does not go out now tells none: an
    earlier try may have gone out, and nobody knows."""
    if isinstance(event, ContactAttempted) or (isinstance(event, EffectFailed) and event.final):
        return event.effect_id
    return None


def unanswered(entries: Sequence[Entry]) -> tuple[Line, ...]:
    """The reservations of contacts that went out, and whose outcome is not known, as the journal of a case tells."""
    withdrawn = {entry.event.event_id for entry in entries if isinstance(entry.event, EventRetracted)}
    told = [(entry, entry.event) for entry in entries if entry.event.id is None or entry.event.id not in withdrawn]
    known = {ended_reservation(event) for _entry, event in told}
    contacts = {one.id: one for entry in entries for one in entry.results.effects if one.kind == "contact"}
    return tuple(
        Line(entry.case_id, event.effect_id, event.took_effect_at() or entry.at, attempt_by(effect), reserved=True)
        for entry, event in told
        if isinstance(event, EffectDelivered) and event.effect_id not in known
        if (effect := contacts.get(event.effect_id)) is not None
    )
