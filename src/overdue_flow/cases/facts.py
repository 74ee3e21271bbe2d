"""Every word that is built in, bound to what reads it; and the facts of one case on one day.

The features offer anchors: dates, amounts, counts, choices. From each date fact `x_on` one function, `clocks`, makes
`days_since_x` and `days_until_x`. Facts of the stage are read from the case's course, and those that need the policy
(`stage` with its words, `bucket`) are made from what the policy says.

Laws: `facts move only when they say` (in `tests/laws/`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from overdue_flow.cases import (
    arrears,
    assessment,
    borrower,
    care,
    contacts,
    enforcement,
    handover,
    judgment,
    limitation,
    negotiation,
    plans,
    preparation,
    promises,
    suit,
)
from overdue_flow.cases.events.base import Event
from overdue_flow.guards.vocabulary import Fact, Kind, Motion, Value, Vocabulary

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case

# --- clocks ---


def clocks(fact: Fact) -> tuple[Fact, ...]:
    """`days_since_x` and `days_until_x` of a date fact `x_on`; nothing for any other fact.

    They are missing while the date is; else they run with the days, one up and one down, and jump when the date does.
    """
    if fact.kind is not Kind.DATE or not fact.name.endswith("_on") or fact.on_event:
        return ()
    word = fact.name.removesuffix("_on")
    what = fact.label.removeprefix("date of ")
    return (
        _clock(fact, f"days_since_{word}", f"days since {what}", 1, _chinese(fact, "自{}起天数")),
        _clock(fact, f"days_until_{word}", f"days until {what}", -1, _chinese(fact, "距{}天数")),
    )


def _chinese(fact: Fact, words: str) -> str:
    return words.format(fact.label_zh) if fact.label_zh else ""


def _clock(fact: Fact, name: str, label: str, slope: int, label_zh: str) -> Fact:
    read_date = fact.read

    def read(case: Case, day: date) -> int | None:
        on = read_date(case, day)
        return slope * (day - on).days if isinstance(on, date) else None

    def runs(case: Case, day: date) -> int:
        return 0 if read_date(case, day) is None else slope

    return Fact(
        name,
        Kind.NUMBER,
        label,
        read,
        unit="days",
        may_be_missing=fact.may_be_missing,
        motion=Motion.CLOCK,
        until=fact.until,
        slope=runs,
        ask=fact.ask,
        source=fact.source,
        doc=f"From `{fact.name}`; missing while that is." if fact.may_be_missing else f"From `{fact.name}`.",
        label_zh=label_zh,
    )


def with_clocks(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """`facts`, each date fact followed by its clocks."""
    return tuple(one for fact in facts for one in (fact, *clocks(fact)))


# --- the stage ---


def stage_fact(leaves: Iterable[str] = (), groups: Mapping[str, frozenset[str]] | None = None) -> Fact:
    """The fact `stage`, for a policy of these leaf stages and groups."""
    return Fact(
        "stage",
        Kind.STAGE,
        "stage",
        lambda case, _day: case.course.stage or None,
        may_be_missing=True,
        choices=tuple(leaves),
        groups=groups or {},
        label_zh="阶段",
        doc="The leaf stage that the loan is in; `stage in legal` holds in every stage of the group `legal`.",
    )


def _entered_on(case: Case, _day: date) -> date | None:
    return case.course.entered_on if case.course.stage else None


_ENTERED_ON = Fact(
    "stage_entered_on",
    Kind.DATE,
    "date of the entry into the stage",
    _entered_on,
    may_be_missing=True,
    doc="The day on which the present stage was entered.",
)


def _stage_facts() -> tuple[Fact, ...]:
    since, until = clocks(_ENTERED_ON)
    in_stage = replace(
        since, name="days_in_stage", label="days in the stage", doc="Short for `days_since_stage_entered`."
    )
    times = Fact(
        "times_in_stage",
        Kind.NUMBER,
        "times in the stage",
        lambda case, _day: case.course.visits.get(case.course.stage, 0),
        unit="times",
        doc="How often the present stage was entered, this time among them.",
    )
    return (stage_fact(), _ENTERED_ON, since, until, in_stage, times)


STAGE_FACTS = frozenset(fact.name for fact in _stage_facts())
"""The words about the stage that a loan is in."""

# --- the bucket ---

Band: TypeAlias = tuple[str, int, int | None]
"""A bucket: its name, and the first and last count inside it (None for no last)."""


def bucket_fact(by: Fact, bands: Iterable[Band]) -> Fact:
    """The fact `bucket`: the band in which the count `by` lies; missing where it lies in none."""
    table = tuple(bands)

    def read(case: Case, day: date) -> str | None:
        return _band(by.read(case, day), table)

    def until(case: Case, day: date) -> date | None:
        moves = by.until(case, day)
        steps = _steps_to_edge(by.read(case, day), by.slope(case, day), table)
        if steps is None or steps > (date.max - day).days:
            return moves
        edge = day + timedelta(days=steps)
        return edge if moves is None else min(edge, moves)

    return Fact(
        "bucket",
        Kind.CHOICE,
        "bucket",
        read,
        may_be_missing=True,
        motion=Motion.CLOCK,
        until=until,
        choices=tuple(name for name, _first, _last in table),
        source="policy",
        doc=f"The band in which `{by.name}` lies; missing where it lies in none.",
        label_zh="逾期分档",
    )


def _band(count: Any, table: tuple[Band, ...]) -> str | None:
    if count is None:
        return None
    return next((name for name, first, last in table if first <= count and (last is None or count <= last)), None)


def _steps_to_edge(count: Any, slope: int, table: tuple[Band, ...]) -> int | None:
    """The number of days after which a running count comes to another band, or to none."""
    if count is None or slope == 0:
        return None
    firsts = [edge for _name, first, last in table for edge in (first, None if last is None else last + 1) if edge]
    if slope > 0:
        return min((edge - count for edge in firsts if edge > count), default=None)
    return min((count - edge + 1 for edge in firsts if edge <= count), default=None)


# --- all of them ---

_FEATURES = (
    arrears, plans, promises, negotiation, contacts, care, assessment,
    preparation, suit, judgment, enforcement, limitation, handover, borrower,
)  # fmt: skip


@cache
def built_in() -> Vocabulary:
    """Every built-in fact by name, clocks among them. `bucket` is not: it exists where a policy has buckets."""
    offered = (fact for feature in _FEATURES for fact in with_clocks(feature.FACTS))
    return Vocabulary((*_stage_facts(), *offered))


@cache
def _listening() -> Mapping[str, tuple[type[Event], ...]]:
    return {fact.name: feature.LISTENS for feature in _FEATURES for fact in with_clocks(feature.FACTS)}


def listening_for(name: str) -> tuple[type[Event], ...]:
    """The kinds of event that may move a built-in fact: those to which the part of the case listens that offers it.
    None for what only days, or deciding, move."""
    return _listening().get(name, ())


class FactsOn(Mapping[str, "Value | None"]):
    """The facts of a case on a day, and the fields of an event; each is read when it is asked for, and once."""

    __slots__ = ("_case", "_day", "_event", "_read", "_vocabulary")

    def __init__(self, case: Case, day: date, vocabulary: Vocabulary, event: Event | None = None) -> None:
        self._case = case
        self._day = day
        self._vocabulary = vocabulary
        self._event = event
        self._read: dict[str, Value | None] = {}

    def look(self, name: str) -> Value | None:
        """The fact `name`; None when it is missing, or a field and there is no event. KeyError for no fact."""
        try:
            return self._read[name]
        except KeyError:
            fact = self._vocabulary[name]
        source = self._event if fact.on_event else self._case
        value = None if source is None else fact.read(source, self._day)
        self._read[name] = value
        return value

    __getitem__ = look

    def __iter__(self) -> Iterator[str]:
        return iter(self._vocabulary)

    def __len__(self) -> int:
        return len(self._vocabulary)
