"""Random guards, and cases whose facts move in every way that the language knows.

A case is a mapping from names to `Track`s: each says what a fact is from which day on, and whether it runs with the
days or stands still. An event is a mapping from names to values. `guards()` draws texts that are well typed, among them
`not` over facts that may be missing, with the test that makes it sound.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeAlias

from hypothesis import strategies as st

from overdue_flow.guards.check import read_guard
from overdue_flow.guards.tree import Guard
from overdue_flow.guards.vocabulary import Fact, Kind, Motion, Value, Vocabulary

TODAY = date(2025, 1, 15)
LAST_STEP_DAYS = 60
"""Tracks take their last turn at most so many days after TODAY."""

WALKED_DAYS = 150
"""How many days after TODAY a law walks through, one by one."""


@dataclass(frozen=True, slots=True)
class Track:
    """A fact's life if nothing happens: (from, value, slope) for each stretch, the first long ago."""

    stretches: tuple[tuple[date, Value | None, int], ...]

    def on(self, day: date) -> tuple[date, Value | None, int]:
        return [stretch for stretch in self.stretches if stretch[0] <= day][-1]

    def read(self, day: date) -> Value | None:
        start, value, slope = self.on(day)
        return value + slope * (day - start).days if slope and isinstance(value, int) else value

    def slope(self, day: date) -> int:
        return self.on(day)[2]

    def until(self, day: date) -> date | None:
        return next((start for start, _, _ in self.stretches if start > day), None)


Case: TypeAlias = Mapping[str, Track]


def moving(name: str, kind: Kind, label: str, **more: Any) -> Fact:
    """A fact of a case of tracks."""
    return Fact(
        name,
        kind,
        label,
        lambda case, day: case[name].read(day),
        motion=Motion.WINDOW,
        until=lambda case, day: case[name].until(day),
        slope=lambda case, day: case[name].slope(day),
        **more,
    )


def still(fact: Fact) -> Fact:
    """The same word for plain values: a case is a mapping from names to values, and nothing moves by itself."""
    plain = Fact(fact.name, fact.kind, fact.label, lambda case, _day: case.get(fact.name))
    return replace(fact, read=plain.read, until=plain.until, slope=plain.slope, motion=Motion.STILL)


def _field(name: str, kind: Kind, label: str, **more: Any) -> Fact:
    return Fact(name, kind, label, lambda event, _day: event[name], on_event=True, **more)


CHANNELS = ("sms", "email", "phone")
RESULTS = ("agreed", "failed")
STAGES = ("performing", "negotiation", "legal.assessment", "legal.trial")
GROUPS = {"legal": frozenset(STAGES[2:])}

VOCABULARY = Vocabulary(
    [
        moving("dpd", Kind.NUMBER, "days past due", unit="days"),
        moving("age", Kind.NUMBER, "days since the last call", unit="days", may_be_missing=True),
        moving("left", Kind.NUMBER, "days until the promise", unit="days", may_be_missing=True),
        moving("fails", Kind.NUMBER, "failed negotiations in a row", unit="times"),
        moving("months", Kind.NUMBER, "months past due", unit="months"),
        moving("odds", Kind.NUMBER, "odds of repayment", may_be_missing=True, ask=True),
        moving("owed", Kind.MONEY, "overdue amount"),
        moving("cost", Kind.MONEY, "legal cost", may_be_missing=True),
        moving("due_on", Kind.DATE, "oldest due date"),
        moving("filed_on", Kind.DATE, "date of the claim", may_be_missing=True),
        moving("plan_active", Kind.FLAG, "a plan is active"),
        moving("vip", Kind.FLAG, "elderly or disabled", may_be_missing=True),
        moving("channel", Kind.CHOICE, "preferred channel", choices=CHANNELS),
        moving("result", Kind.CHOICE, "result of the talks", choices=RESULTS, may_be_missing=True),
        moving("city", Kind.TEXT, "city", may_be_missing=True),
        moving("stage", Kind.STAGE, "stage", choices=STAGES, groups=GROUPS),
        _field("outcome", Kind.CHOICE, "outcome", choices=RESULTS, may_be_missing=True),
        _field("paid", Kind.MONEY, "amount paid", may_be_missing=True),
    ]
)
STILL = Vocabulary(fact if fact.on_event else still(fact) for fact in VOCABULARY.values())
EVENT_FIELDS = frozenset(name for name, fact in VOCABULARY.items() if fact.on_event)
MAY_BE_MISSING = frozenset(name for name, fact in VOCABULARY.items() if fact.may_be_missing)

# values and cases ---------------------------------------------------------------------------------

_DATES = st.integers(-40, 60).map(lambda days: TODAY + timedelta(days=days))
_CENTS = st.integers(0, 4000).map(lambda cents: Decimal(cents * 25) / 100)
_VALUES: dict[str, st.SearchStrategy[Value]] = {
    "dpd": st.integers(0, 12),
    "age": st.integers(-3, 12),
    "left": st.integers(-3, 12),
    "fails": st.integers(0, 4),
    "months": st.integers(0, 4),
    "odds": st.sampled_from([Decimal("0"), Decimal("0.2"), Decimal("0.50"), Decimal("2.5"), Decimal("7")]),
    "owed": _CENTS,
    "cost": _CENTS,
    "due_on": _DATES,
    "filed_on": _DATES,
    "plan_active": st.booleans(),
    "vip": st.booleans(),
    "channel": st.sampled_from(CHANNELS),
    "result": st.sampled_from(RESULTS),
    "city": st.sampled_from(["Wuhan", "Xi'an"]),
    "stage": st.sampled_from(STAGES),
    "outcome": st.sampled_from(RESULTS),
    "paid": _CENTS,
}
_SLOPES = {"dpd": (1, 1, 0), "age": (1, 1, 0), "left": (-1, -1, 0), "fails": (-1, 1, 0)}


def values_of(name: str, *, known: bool = False) -> st.SearchStrategy[Value | None]:
    """What a fact can be; None among it where it may be missing, unless it is `known`."""
    if name not in MAY_BE_MISSING or known:
        return _VALUES[name]
    return st.integers(0, 3).flatmap(lambda one: _VALUES[name] if one else st.none())


@st.composite
def tracks(draw: st.DrawFn, name: str, most_turns: int) -> Track:
    """The life of one fact. What it is on TODAY is drawn, so that thresholds lie ahead of it as often as behind."""
    turns = draw(st.lists(st.integers(-20, LAST_STEP_DAYS), max_size=most_turns, unique=True))
    slopes = st.sampled_from(_SLOPES.get(name, (0,)))
    first, slope = draw(values_of(name)), draw(slopes)
    if slope and isinstance(first, int):
        first -= slope * 40
    later = [(TODAY + timedelta(days=turn), draw(values_of(name)), draw(slopes)) for turn in sorted(turns)]
    return Track(((TODAY - timedelta(days=40), first, slope), *later))


def cases(most_turns: int | None = None) -> st.SearchStrategy[dict[str, Track]]:
    """A case for VOCABULARY, whose facts each take so many turns of their own around TODAY and after it. Without a
    number it is none, one or three: in calm cases thresholds decide, in restless ones turns do."""
    if most_turns is None:
        return cases(0) | cases(1) | cases(3)
    return st.fixed_dictionaries({name: tracks(name, most_turns) for name in VOCABULARY if name not in EVENT_FIELDS})


def events() -> st.SearchStrategy[dict[str, Value | None]]:
    """An event for the `on_event` facts of VOCABULARY."""
    return st.fixed_dictionaries({name: values_of(name) for name in sorted(EVENT_FIELDS)})


# guards -------------------------------------------------------------------------------------------

# Few and small, so that values meet thresholds, and thresholds each other, as often as not.
_WHOLE = st.integers(-3, 15)
_NUMBERS = st.one_of(
    _WHOLE, st.sampled_from([Decimal("0.2"), Decimal("2.5"), Decimal("4.5"), Decimal("7.0"), Decimal("7.50")])
)
_FACTORS = st.sampled_from(["2", "-1", "3", "0.5", "0.30"])
_ORDER = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
_SAME = st.sampled_from(["==", "!="])
_IN = st.sampled_from(["in", "not in"])


def _facts(*names: str) -> st.SearchStrategy[str]:
    return st.sampled_from(names)


@st.composite
def _sum_of_days(draw: st.DrawFn, depth: int = 2) -> str:
    """A number of days."""
    kind = draw(st.integers(0, 6)) if depth else 0
    inner = _sum_of_days(depth - 1)
    match kind:
        case 3:
            return f"({draw(inner)} {draw(_facts('+', '-'))} {draw(inner)})"
        case 4:
            return f"({draw(inner)} {draw(_facts('+', '-'))} {draw(_NUMBERS)})"
        case 5:
            return f"{draw(_FACTORS)} * {draw(inner)}"
        case 6:
            return f"({draw(_date())} - {draw(_date())})"
        case _:
            return draw(_facts("dpd", "age", "left"))


@st.composite
def _date(draw: st.DrawFn) -> str:
    """A date, moved by days or not; it names a fact."""
    name = draw(_facts("due_on", "filed_on"))
    match draw(st.integers(0, 3)):
        case 2:
            return f"({name} {draw(_facts('+', '-'))} {draw(st.integers(0, 30))})"
        case 3:
            return f"({name} {draw(_facts('+', '-'))} {draw(_facts('dpd', 'left'))})"
        case _:
            return name


@st.composite
def _money(draw: st.DrawFn) -> str:
    name = draw(_facts("owed", "cost", "paid"))
    match draw(st.integers(0, 3)):
        case 2:
            return f"0.30 * {name}"
        case 3:
            return f"({name} {draw(_facts('+', '-'))} {draw(_facts('owed', 'cost', '12.50'))})"
        case _:
            return name


@st.composite
def _listed(draw: st.DrawFn, entries: st.SearchStrategy[Any]) -> str:
    return "[" + ", ".join(str(entry) for entry in draw(st.lists(entries, min_size=1, max_size=3))) + "]"


def _quoted(words: st.SearchStrategy[Any]) -> st.SearchStrategy[str]:
    return words.map(lambda word: f'"{word}"')


def _spaced(*parts: st.SearchStrategy[Any] | str) -> st.SearchStrategy[str]:
    drawn = [st.just(part) if isinstance(part, str) else part for part in parts]
    return st.tuples(*drawn).map(lambda found: " ".join(str(one) for one in found))


def _whole_atoms() -> st.SearchStrategy[str]:
    """Parts over facts that are whole numbers, flags or choices: they mean to Python what they mean to us."""
    whole = _facts("dpd", "age", "left", "dpd - age", "2 * left + dpd", "-(age)", "(dpd + left) * 3")
    return st.one_of(
        _spaced(whole, _ORDER, _WHOLE),
        _spaced(_WHOLE, _ORDER, whole),
        _spaced(whole, _ORDER, whole),
        _spaced(_WHOLE, _ORDER, whole, _ORDER, _WHOLE),
        _spaced(_facts("dpd", "left"), _IN, _listed(_WHOLE)),
        _facts("plan_active", "vip", "plan_active == True", "vip != True", "vip == False"),
        _spaced("channel", _SAME, _quoted(st.sampled_from(CHANNELS))),
        _spaced("result", _IN, _listed(_quoted(st.sampled_from(RESULTS)))),
        _spaced(_facts("age", "vip", "result"), _facts("is None", "is not None")),
    )


def _atoms(fields: bool) -> st.SearchStrategy[str]:
    day = st.one_of(_date(), _quoted(_DATES))
    amounts = _CENTS | _quoted(_CENTS.map(lambda amount: f"{amount:.2f} CNY"))
    texts = st.one_of(
        _whole_atoms(),
        _spaced(_sum_of_days(), _ORDER, _NUMBERS),
        _spaced(_sum_of_days(), _ORDER, _sum_of_days()),
        _spaced(_NUMBERS, _ORDER, _sum_of_days(), _ORDER, _sum_of_days()),
        _spaced(_sum_of_days(), _IN, _listed(_NUMBERS)),
        _spaced("fails", _ORDER, _NUMBERS),
        _spaced(_facts("odds", "0.5 * odds", "odds + dpd"), _ORDER, _NUMBERS),
        _spaced(_facts("months", "months * 2"), _ORDER, _WHOLE),
        _spaced(_date(), _ORDER, day),
        _spaced(_date(), _IN, _listed(_quoted(_DATES))),
        _spaced(_money(), _ORDER, amounts),
        _spaced(_money(), _ORDER, _money()),
        _spaced("owed", _IN, _listed(amounts)),
        _spaced("city", _SAME, _facts('"Wuhan"', '"Paris"')),
        _spaced("stage", _SAME, _facts("performing", "negotiation", '"legal.trial"')),
        _spaced("stage", _IN, _facts("legal", "[negotiation, legal]", '["legal.trial", performing]')),
        _spaced(_facts(*sorted(MAY_BE_MISSING)), _facts("is None", "is not None")),
        _spaced("outcome", _SAME, _quoted(st.sampled_from(RESULTS))),
    )
    return texts if fields else texts.filter(lambda text: not EVENT_FIELDS & _names(text))


def _names(text: str) -> frozenset[str]:
    guard = read_guard(text, VOCABULARY).guard
    assert guard is not None, (text, read_guard(text, VOCABULARY).faults)
    return guard.names


@st.composite
def _texts(draw: st.DrawFn, atoms: st.SearchStrategy[str], depth: int) -> str:
    kind = draw(st.integers(0, 5)) if depth else 0
    if kind < 2:
        return draw(atoms)
    inner = _texts(atoms, depth - 1)
    if kind == 2:
        return draw(_negated(draw(inner)))
    word = " and " if kind < 5 else " or "
    return "(" + word.join(draw(st.lists(inner, min_size=2, max_size=3))) + ")"


@st.composite
def _negated(draw: st.DrawFn, text: str) -> str:
    """`not`, with the tests that it needs."""
    open_names = sorted(_names(text) & MAY_BE_MISSING)
    if not open_names:
        return f"not ({text})"
    if draw(st.booleans()):
        return "(" + "".join(f"{name} is not None and " for name in open_names) + f"not ({text}))"
    return "(" + "".join(f"{name} is None or " for name in open_names) + f"not ({text}))"


def typed(text: str) -> Guard:
    """A guard over VOCABULARY; the text must be sound."""
    checked = read_guard(text, VOCABULARY, "CNY")
    assert checked.guard is not None, (text, checked.faults)
    return checked.guard


def guards(*, fields: bool = True, depth: int = 3) -> st.SearchStrategy[Guard]:
    """A guard over VOCABULARY; with `fields` it may name fields of an event."""
    return _texts(_atoms(fields), depth).map(typed)


def clock_guards() -> st.SearchStrategy[Guard]:
    """A guard of one part that compares a number or date which may run with the days."""
    clock = _facts("dpd", "age", "left", "fails")
    texts = st.one_of(
        _spaced(_facts("dpd", "age"), _ORDER, _NUMBERS),
        _spaced("left", _ORDER, _NUMBERS),
        _spaced(_NUMBERS, _ORDER, clock),
        _spaced(clock, _IN, _listed(_NUMBERS)),
        _spaced(_WHOLE, _ORDER, clock, _ORDER, _WHOLE),
        _spaced(_sum_of_days(), _ORDER, _NUMBERS),
        _spaced(_sum_of_days(), _IN, _listed(_NUMBERS)),
        _spaced("age", _ORDER, "left"),
        _spaced(_sum_of_days(), _ORDER, _sum_of_days()),
        _spaced(_date(), _ORDER, _quoted(_DATES)),
        _spaced(_date(), _IN, _listed(_quoted(_DATES))),
    )
    return texts.map(typed)


def whole_guards(depth: int = 3) -> st.SearchStrategy[Guard]:
    """A guard over whole numbers, flags and choices only, whose text means the same to Python."""
    return _texts(_whole_atoms(), depth).map(typed)


def look_on(case: Case, day: date, event: Mapping[str, Value | None] | None = None) -> Callable[[str], Value | None]:
    """How `evaluate` looks at a case of tracks on a day."""

    def look(name: str) -> Value | None:
        if name in EVENT_FIELDS:
            return None if event is None else event[name]
        return case[name].read(day)

    return look
