"""What a scenario expects of a day, against what the day was: the first difference, and why it is so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import unified_diff

from overdue_flow.cases.course import owners_of
from overdue_flow.cases.effects import Effect, Status, action_in_words
from overdue_flow.engine.explain import explain
from overdue_flow.engine.kept_back import limits_in, named_in
from overdue_flow.engine.marks_told import marks_told
from overdue_flow.guards.vocabulary import Kind, Value
from overdue_flow.guards.words import value_in_words
from overdue_flow.policy.trials import Expectation, KeptBack, WantedEffect
from overdue_flow.problems import Place
from overdue_flow.testing.day import Day, what_was_done
from overdue_flow.testing.matching import matched
from overdue_flow.testing.reasons import why_no_move_to, why_not_fired


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that was otherwise than expected: on which day, what, and why as far as is known (in lines); `of` is
    the expectation."""

    on: date
    what: str
    expected: str
    found: str
    why: str = ""
    place: Place | None = None
    of: Expectation | None = None

    def __str__(self) -> str:
        return f"on {self.on}, {self.what}: expected {self.expected}, found {self.found}"


def first_difference(expected: Expectation, day: Day) -> Difference | None:
    """The first thing that was otherwise, in the order of `_LOOKS`; None where all is as expected."""
    for look in _LOOKS:
        for what, wanted, found, why in look(expected, day):
            return Difference(day.on, what, wanted, found, why, expected.place, expected)
    return None


_Found = Iterator[tuple[str, str, str, str]]


def _stage(expected: Expectation, day: Day) -> _Found:
    stage = day.case.course.stage
    if expected.stage is not None and expected.stage not in owners_of(stage):
        why = why_no_move_to(expected.stage, day.machine, day.case, day.turn_day)
        yield "stage", f"`{expected.stage}`", f"`{stage}`", why


def _bucket(expected: Expectation, day: Day) -> _Found:
    if expected.bucket is not None:
        bucket = day.read("bucket")
        if bucket != expected.bucket:
            yield "bucket", f"`{expected.bucket}`", f"`{bucket}`" if bucket else "none", ""


def _marks(expected: Expectation, day: Day) -> _Found:
    if expected.marks is not None and set(expected.marks) != set(day.marks):
        other = set(expected.marks) ^ set(day.marks)
        why = "\n".join(line for told in marks_told(day.machine, day.case, day.turn_day) if told.name in other
                        for line in told.lines())  # fmt: skip
        yield "marks", in_a_list(expected.marks), in_a_list(day.marks), why


def _facts(expected: Expectation, day: Day) -> _Found:
    for name, wanted in expected.facts.items():
        found = day.read(name)
        inside = name == "stage" and isinstance(found, str) and wanted in owners_of(found)
        if not (_same(found, wanted) or inside):
            yield f"`{name}`", _shown(name, wanted, day), _shown(name, found, day), ""


def _same(found: Value | None, wanted: Value | None) -> bool:
    """Whether two values are the same; a flag is no number."""
    return found == wanted and isinstance(found, bool) is isinstance(wanted, bool)


def _shown(name: str, value: Value | None, day: Day) -> str:
    if value is None:
        return "nothing: it is missing"
    fact = day.machine.policy.vocabulary[name]
    if fact.kind is Kind.MONEY and isinstance(value, Decimal | int):
        return value_in_words(value, fact.kind, fact.unit, day.case.terms.currency)
    return value_in_words(value, fact.kind, fact.unit)


def _rule(expected: Expectation, day: Day) -> _Found:
    if expected.rule is not None and expected.rule not in day.fired:
        why = why_not_fired(expected.rule, day.machine, day.case, day.turn_day, day.entries)
        yield "rule", f"`{expected.rule}`", in_a_list(day.fired, "no rule"), why


def _to_do(expected: Expectation, day: Day) -> _Found:
    if expected.to_do is None:
        return
    other, left = _not_among(expected.to_do, day.to_do, day)
    if other is not None or left:
        there = [action_in_words(one) for one in day.to_do]
        yield "to do", in_a_list([str(one) for one in expected.to_do]), in_a_list(there), ""


def _effects(expected: Expectation, day: Day) -> _Found:
    missing = Counter(wanted.action for wanted in expected.effects) - Counter(day.decided)
    if missing:
        kept_back = [
            f"{effect.action} was {status}: {reason}"
            for effect, status, reason in day.effects()
            if effect.action in missing and status in (Status.SKIPPED, Status.VETOED)
        ]
        yield "effects", in_a_list([str(one) for one in expected.effects]), in_a_list(day.decided), "\n".join(kept_back)
    elif (other := _not_among(expected.effects, day.asked_for, day)[0]) is not None:
        alike = [_as_wanted(one, other, day) for one in day.asked_for if one.action == other.action]
        held = [f"{one.action} is held: {one.reason}" for one in day.asked_for if _is_held(one, other)]
        yield "effects", f"`{other}`", in_a_list([str(one) for one in alike]), "\n".join(held)


def _is_held(effect: Effect, wanted: WantedEffect) -> bool:
    return effect.status is Status.HELD and effect.action == wanted.action


def _is_like(wanted: WantedEffect, effect: Effect, day: Day) -> bool:
    put_off_by = limits_in(effect.reason) if wanted.by is not None else ()
    return (
        wanted.is_told_by(effect, day.case.zone)
        and wanted.by in (None, *put_off_by)
        and (wanted.flagged is None or _is_flagged_by(wanted.flagged, effect, day))
    )


def _is_flagged_by(limits: tuple[str, ...], effect: Effect, day: Day) -> bool:
    """Whether these limits flag an effect, and no others; of what waits no longer nobody can say it."""
    flags = day.flags(effect)
    return flags is not None and set(flags) == set(limits)


def _not_among(
    wanted: tuple[WantedEffect, ...], there: tuple[Effect, ...], day: Day
) -> tuple[WantedEffect | None, list[Effect]]:
    """The first that none of some effects is like; each of these is like one at most, those with most to say in front.
    And those of the effects that none is like."""
    in_order = sorted(wanted, key=lambda one: -len(str(one)))
    return matched(in_order, there, lambda one, effect: _is_like(one, effect, day))


def _as_wanted(effect: Effect, wanted: WantedEffect, day: Day) -> WantedEffect:
    """What an effect is, of that which is wanted of it; what is held has no day yet on which it is due."""
    due = effect.due_at.astimezone(day.case.zone) if effect.status is not Status.HELD else None
    return WantedEffect(
        effect.action,
        due.date() if due and wanted.due_on else None,
        effect.deadline_on if wanted.deadline_on else None,
        effect.purpose if wanted.purpose else None,
        effect.role if wanted.role else None,
        {name: effect.params.get(name) for name in wanted.params},
        next(iter(limits_in(effect.reason)), None) if wanted.by else None,
        due.time().replace(second=0, microsecond=0) if due and wanted.due_at else None,
        day.flags(effect) if wanted.flagged is not None else None,
    )


def _no_effects(expected: Expectation, day: Day) -> _Found:
    found = [name for name in expected.no_effects if name in day.decided]
    if found:
        causes = [
            f"{effect.action} was asked for by {effect.cause}"
            for entry in day.entries
            for effect in entry.results.effects
            if effect.action in found
        ]
        yield "effects", f"no {in_a_list(expected.no_effects)}", in_a_list(day.decided), "\n".join(causes)


def _names(
    what: str, wanted: Callable[[Expectation], tuple[str, ...]], found: Callable[[Day], tuple[str, ...]]
) -> _Look:
    def look(expected: Expectation, day: Day) -> _Found:
        there = found(day)
        if Counter(wanted(expected)) - Counter(there):
            yield what, in_a_list(wanted(expected)), in_a_list(there, "none"), ""

    return look


def _kept_back(
    what: str,
    wanted: Callable[[Expectation], tuple[KeptBack, ...]],
    found: Callable[[Day], tuple[tuple[str, str], ...]],
) -> _Look:
    def is_like(one: KeptBack, kept: tuple[str, str]) -> bool:
        return kept[0] == one.name and one.by in (None, *named_in(kept[1]))

    def look(expected: Expectation, day: Day) -> _Found:
        if matched(wanted(expected), found(day), is_like)[0] is not None:
            names = [str(one) for one in wanted(expected)]
            there = [KeptBack(name, ", ".join(named_in(why)) or None) for name, why in found(day)]
            yield what, in_a_list(names), in_a_list([str(it) for it in there]), _reasons(found(day))

    return look


def _reasons(found: tuple[tuple[str, str], ...]) -> str:
    return "\n".join(f"{name}: {why}" for name, why in found if why)


def _nothing(expected: Expectation, day: Day) -> _Found:
    if expected.nothing and (made := what_was_done(day.entries)):
        yield "what happens", "nothing", in_a_list(made), ""


def _explains(expected: Expectation, day: Day) -> _Found:
    lines = explain(day.machine, day.case, day.on).lines() if expected.explains else []
    for text in expected.explains:
        if not any(_plain(text) in _plain(line) for line in lines):
            yield "explanation", f"a line with `{text}`", "none such", "\n".join(["it says:", *lines])


def _story(expected: Expectation, day: Day) -> _Found:
    if expected.story is None:
        return
    wanted, found = (text.rstrip().split("\n") for text in (expected.story, day.story))
    if wanted != found:
        told = [line for line in unified_diff(wanted, found, lineterm="", n=1) if not line.startswith("@@")][2:]
        found_lines = f"{_lines(found)}, of which some are others; `test --update` writes them anew"
        yield "story", f"{_lines(wanted)} as written", found_lines, "\n".join(told)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _lines(text: list[str]) -> str:
    return f"{len(text)} line{'s' * (len(text) != 1)}"


def in_a_list(names: tuple[str, ...] | list[str], none: str = "none") -> str:
    """Names with commas between them; what is more than a name stands without marks."""
    return ", ".join(f"`{name}`" if " " not in name else name for name in names) or none


_Look = Callable[[Expectation, Day], _Found]

_LOOKS: tuple[_Look, ...] = (
    _stage,
    _bucket,
    _marks,
    _facts,
    _rule,
    _effects,
    _no_effects,
    _kept_back("vetoed", lambda expected: expected.vetoed, lambda day: day.vetoed),
    _names("skipped", lambda expected: expected.skipped, lambda day: day.with_status(Status.SKIPPED)),
    _kept_back("held", lambda expected: expected.held, lambda day: day.held),
    _to_do,
    _nothing,
    _explains,
    _story,
)
