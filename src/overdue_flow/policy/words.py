"""The vocabulary of one policy: built-in facts, what the host declares, counts, holds, the bucket, fields of events."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise

from overdue_flow.cases.declared import declared, declared_field, typed
from overdue_flow.cases.events import KINDS, Event
from overdue_flow.cases.facts import bucket_fact, built_in, stage_fact, with_clocks
from overdue_flow.cases.fields import event_fields
from overdue_flow.cases.holds import HOLDS, hold_fact
from overdue_flow.cases.marks import CLASSIFIED_AS
from overdue_flow.cases.windows import Where, Window, counted
from overdue_flow.guards.compile import compile_first
from overdue_flow.guards.tree import Guard
from overdue_flow.guards.vocabulary import Fact, Kind, Value, Vocabulary
from overdue_flow.policy.declared import CountDeclared, FactDeclared, Typed
from overdue_flow.policy.desk import Desk
from overdue_flow.policy.marks import mark_words
from overdue_flow.policy.model import PolicyFile
from overdue_flow.policy.places import Path
from overdue_flow.policy.spans import Span
from overdue_flow.policy.texts import read_flag

_BAND = re.compile(r"(\d{1,5})\.\.(\d{1,5})?")


def label_of(label: Mapping[str, str] | None, language: str = "") -> str:
    """The label in a language; without one, in its first."""
    if not label:
        return ""
    return label.get(language, "") if language else next(iter(label.values()))


def declare_words(desk: Desk, leaves: Iterable[str], groups: Mapping[str, frozenset[str]]) -> None:
    """Make the vocabulary of the policy on the desk."""
    facts = [stage_fact(leaves, groups)]
    facts += [
        hold_fact(kind, label_of(hold.label) or None) for kind, hold in desk.file.holds.items() if kind not in HOLDS
    ]
    facts += _host_facts(desk)
    desk.vocabulary = built_in().plus(facts)
    desk.vocabulary = desk.vocabulary.plus(_counts(desk))
    desk.vocabulary = desk.vocabulary.plus(mark_words(desk))
    bands = read_buckets(desk)
    if bands:
        by = desk.vocabulary[desk.file.buckets["by"]]
        desk.use("facts", by.name)
        desk.use("counts", by.name)
        desk.vocabulary = desk.vocabulary.plus([bucket_fact(by, bands)])


def _taken(desk: Desk, name: str, what: str, path: Path) -> bool:
    """Whether a declared name is built in already; a problem where it is."""
    if name not in built_in() and name not in ("bucket", "contact_delivered", CLASSIFIED_AS):
        return False
    desk.refuse("name-taken", f"`{name}` is a built-in fact already; a {what} needs another name", path, key=True)
    return True


# --- facts of the host's own ---


def _host_facts(desk: Desk) -> list[Fact]:
    found = []
    for name, fact in desk.file.facts.items():
        path: Path = ("facts", name)
        if not _taken(desk, name, "declared fact", path) and _well_typed(desk, fact, path):
            found.append(_host_fact(desk, name, fact, path))
    return list(with_clocks(found))


def _well_typed(desk: Desk, value: Typed, path: Path) -> bool:
    """Whether a choice has its words, and only a choice."""
    if (value.type == "choice") == bool(value.of):
        return True
    if value.of:
        desk.refuse("of-without-choice", f"`of` lists the words of a choice; this is `{value.type}`", (*path, "of"))
    else:
        desk.refuse("choice-without-words", f"`{path[-1]}` is a choice and has no words", path, key=True,
                    hint="list them: `of: [sms, email, phone]`")  # fmt: skip
    return False


def _host_fact(desk: Desk, name: str, fact: FactDeclared, path: Path) -> Fact:
    kind = Kind(fact.type)
    default = None
    if fact.default is not None:
        default = read_value(fact.default, kind, fact.of)
        if default is None:
            expected = ", ".join(f"`{word}`" for word in fact.of) or f"a value of type `{fact.type}`"
            message = f"the default `{fact.default}` does not fit; expected {expected}"
            desk.refuse("wrong-default", message, (*path, "default"))
    if fact.unit and kind is not Kind.NUMBER:
        desk.refuse("unit-without-number", f"only a number has a unit; this is `{fact.type}`", (*path, "unit"))
    if fact.max_age and not fact.ask:
        desk.refuse("max-age-without-ask", "`max_age` is about facts that are asked for", (*path, "max_age"),
                    hint="add `ask: true`")  # fmt: skip
    return declared(
        name,
        kind,
        label=label_of(fact.label),
        label_zh=label_of(fact.label, "zh"),
        unit=fact.unit or "",
        choices=fact.of,
        default=default,
        ask=fact.ask,
        max_age_days=_days_in(desk, fact.max_age, (*path, "max_age")),
    )


def read_value(text: object, kind: Kind, choices: tuple[str, ...] = ()) -> Value | None:
    """A value as it stands in a policy file; None where it does not fit."""
    if kind is Kind.FLAG and isinstance(text, str):
        return read_flag(text)
    if kind is Kind.NUMBER and isinstance(text, str) and text.isdecimal() and len(text) < 10:
        return int(text)
    return typed(text, kind, choices)


def _days_in(desk: Desk, span: Span | None, path: Path) -> int | None:
    if span is None:
        return None
    if span.unit in ("days", "calendar days", "weeks"):
        return span.count * (7 if span.unit == "weeks" else 1)
    desk.refuse("wrong-unit", f"`{span}` stands here; expected days or weeks", path)
    return None


# --- counts ---


def _counts(desk: Desk) -> list[Fact]:
    found = []
    for name, count in desk.file.counts.items():
        path: Path = ("counts", name)
        if name in desk.file.facts:
            place = desk.source.key_place(("facts", name))
            desk.refuse(
                "name-taken", f"`{name}` is a declared fact already", path, key=True, also=[(place, "declared here")]
            )
        elif not _taken(desk, name, "count", path):
            found.append(_count(desk, name, count, path))
    return found


def _count(desk: Desk, name: str, count: CountDeclared, path: Path) -> Fact:
    window = _window(desk, count.within, (*path, "within"))
    guard = None
    if desk.event(count.of, (*path, "of")):
        guard = desk.guard(count.where, (*path, "where"), Vocabulary(fields_of(desk, count.of)))
    return count_fact(name, count, window, guard, desk.file)


def count_fact(name: str, count: CountDeclared, window: Window, where: Guard | None, file: PolicyFile) -> Fact:
    """The fact that a count gives; `where` is its condition, typed."""
    return counted(
        name,
        count.of,
        window,
        where=_where(where, Vocabulary(fields_in(file, count.of))) if where else None,
        per=count.per or "debt",
        label=label_of(count.label),
        label_zh=label_of(count.label, "zh"),
    )


def _window(desk: Desk, span: Span, path: Path) -> Window:
    window = window_of(span)
    if window is None:
        expected = "days, weeks or months, of the calendar or rolling, such as `7 days` or `1 calendar day`"
        desk.refuse("wrong-unit", f"a window of `{span}` cannot be counted; expected {expected}", path)
    return window or Window(1)


def window_of(span: Span) -> Window | None:
    """The window that a span means; None where it means none. Months are calendar months."""
    if span.count < 1:
        return None
    if span.unit == "days":
        return Window(span.count)
    if span.unit == "weeks":
        return Window(7 * span.count)
    if span.unit == "calendar days":
        return Window(span.count, "calendar_days")
    if span.unit == "calendar weeks":
        return Window(span.count, "calendar_weeks")
    if span.unit in ("months", "calendar months", "years"):
        return Window(span.count * (12 if span.unit == "years" else 1), "calendar_months")
    return None


def _where(guard: Guard, fields: Vocabulary) -> Where:
    holds = compile_first((guard,), fields)  # it is asked of every event of the kind, whenever one comes

    def where(event: Event) -> bool:
        return holds(None, date.min, event) == 0

    return where


# --- events ---


def fields_of(desk: Desk, event: str) -> tuple[Fact, ...]:
    """The fields of an event, by its name, that a guard may say."""
    return fields_in(desk.file, event)


def fields_in(file: PolicyFile, event: str) -> tuple[Fact, ...]:
    """The fields of an event of a policy, by its name, that a guard may say."""
    if event in file.events:
        return tuple(
            replace(
                declared_field(name, Kind(one.type), label=label_of(one.label), choices=one.of),
                may_be_missing=one.optional,
            )
            for name, one in file.events[event].items()
        )
    kind = KINDS.get(event)
    return event_fields(kind) if kind else ()


def check_events(desk: Desk) -> None:
    """The host's own events: a name of their own, and fields that clash with no fact."""
    for event, fields in desk.file.events.items():
        if event in KINDS:
            desk.refuse("name-taken", f"`{event}` is a built-in event already", ("events", event), key=True)
        for name, value in fields.items():
            path: Path = ("events", event, name)
            _well_typed(desk, value, path)
            if name in desk.vocabulary:
                hint = "give the field another name"
                desk.refuse(
                    "field-clash",
                    f"`{name}` is a fact already, so a condition could mean either",
                    path,
                    key=True,
                    hint=hint,
                )


def words_on(desk: Desk, event: str) -> tuple[Vocabulary, frozenset[str]]:
    """What a rule that is `on` an event may say, and the names that are a field and a declared fact as well."""
    fields = fields_of(desk, event)
    clashes = frozenset(fact.name for fact in fields if fact.name in desk.vocabulary)
    return desk.vocabulary.plus(fields), clashes


def never_words(vocabulary: Vocabulary) -> Vocabulary:
    """What a `never` clause may say."""
    return vocabulary.plus([CONTACT_DELIVERED])


def _reached(delivered: bool, _day: date) -> bool:  # the engine says it of a turn, as a field of its own
    return delivered


CONTACT_DELIVERED = Fact(
    "contact_delivered",
    Kind.FLAG,
    "a contact is delivered",
    _reached,
    on_event=True,
    doc="In `never` clauses only: in this turn a contact goes out to the borrower.",
)

# --- buckets ---


def read_buckets(desk: Desk) -> list[tuple[str, int, int | None]]:
    """The bands of the buckets, in file order; empty where there are none, or where they are not sound."""
    written = desk.file.buckets
    if not written:
        return []
    sound = _counts_something(desk, written.get("by"))
    read = bands_of(desk.file)
    for name, text in written.items():
        low, high = read.get(name, (1, 0))
        if name != "by" and high is not None and high < low:
            message = f"`{text}` is no band; expected numbers from low to high, such as `1..30` or `91..`"
            desk.refuse("wrong-band", message, ("buckets", name))
            return []
    bands = [(name, low, high) for name, (low, high) in read.items()]
    if not bands and not desk.is_damaged(("buckets",)):
        desk.refuse("no-bands", "`buckets` has no band", ("buckets",), key=True, hint="add lines such as `M1: 1..30`")
    return bands if sound and _follow_one_another(desk, bands) else []


def _counts_something(desk: Desk, by: str | None) -> bool:
    if by is None:
        desk.refuse("missing", "`buckets` has no `by`", ("buckets",), key=True, hint="such as `by: dpd`")
        return False
    numbers = [name for name, fact in desk.vocabulary.items() if fact.kind is Kind.NUMBER and not fact.ask]
    if by in desk.vocabulary and by not in numbers:
        desk.refuse("wrong-by", f"`{by}` is no number; buckets are bands of days or months", ("buckets", "by"))
        return False
    return desk.knows(by, numbers, "fact", ("buckets", "by"))


def _follow_one_another(desk: Desk, bands: list[tuple[str, int, int | None]]) -> bool:
    sound = True
    for (name, _, high), (after, low, _) in pairwise(bands):
        path = ("buckets", after)
        also = [(desk.source.key_place(("buckets", name)), "the band before it")]
        if high is None or low <= high:
            last = f"{high}" if high is not None else "no end"
            desk.refuse("bands-overlap", f"`{after}` begins at {low}, and `{name}` goes on to {last}", path, also=also)
            sound = False
        elif low > high + 1:
            missed = f"{high + 1}" if low == high + 2 else f"{high + 1} to {low - 1}"
            desk.refuse("bands-gap", f"between `{name}` and `{after}`, {missed} is in no band", path, also=also)
            sound = False
    return sound


def bands_of(file: PolicyFile) -> dict[str, tuple[int, int | None]]:
    """The bands of a policy whose buckets are sound: the first and last number of each."""
    found = {name: _BAND.fullmatch(text.replace(" ", "")) for name, text in file.buckets.items() if name != "by"}
    return {name: (int(one[1]), int(one[2]) if one[2] else None) for name, one in found.items() if one}
