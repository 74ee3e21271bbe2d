"""Marks: what a loan is classified as, beside the stage it is in (five tiers, non-performing, default, forborne).

A mark begins when its condition is met and stays until another is; several may stand at once. Which conditions, the
policy says; what came of them in a turn is in the entry, and is kept on the course of the case. Nothing moves here
between turns: a case is looked at on every day on which a mark may begin or end.

Laws (tests/laws): `a mark stands from when to until`, `replay needs no policy`, `sleeping changes nothing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from overdue_flow.cases.declared import BUILT_IN
from overdue_flow.cases.entries import MarkChange
from overdue_flow.cases.facts import with_clocks
from overdue_flow.guards.vocabulary import Fact, Kind

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case

CLASSIFIED_AS = "classified_as"
"""The fact that names the gravest mark that stands."""


class Label(NamedTuple):
    """A mark as facts are made of it: its name, and what people call it."""

    name: str
    label: str = ""
    label_zh: str = ""


def standing(case: Case) -> tuple[MarkChange, ...]:
    """The marks that stand, each as it began, in the order in which they did."""
    return tuple(mark for mark in case.course.marks.values() if mark.began)


# --- the facts ---


def mark_facts(marks: Iterable[Label]) -> tuple[Fact, ...]:
    """The facts of the marks of a policy, clocks among them, and `classified_as`; the marks come in their order of
    gravity, the gravest last. No facts where there are no marks."""
    known = tuple(marks)
    facts = [fact for mark in known for fact in facts_of(mark)]
    return (*facts, _classified_as(tuple(mark.name for mark in known))) if known else ()


def facts_of(mark: Label) -> tuple[Fact, ...]:
    """Whether a mark stands, since when, and when it last ended, with the clocks of both days."""
    name, zh = mark.name, mark.label_zh
    called = mark.label or name.replace("_", " ")

    def stands(case: Case, _day: date) -> bool:
        return _stands(case.course.marks, name)

    def since(case: Case, _day: date) -> date | None:
        known = case.course.marks.get(name)
        return known.day if known is not None and known.began else None

    def ended(case: Case, _day: date) -> date | None:
        known = case.course.marks.get(name)
        return known.day if known is not None and not known.began else None

    return with_clocks(
        (
            Fact(
                f"mark_{name}",
                Kind.FLAG,
                mark.label or f"marked {called}",
                stands,
                source=BUILT_IN,
                doc=f"From the turn in which the mark `{name}` begins until the one in which it ends.",
                label_zh=zh,
            ),
            Fact(
                f"mark_{name}_on",
                Kind.DATE,
                f"date of the mark {called}",
                since,
                may_be_missing=True,
                source=BUILT_IN,
                doc=f"The day on which the mark `{name}` began; missing while it does not stand.",
                label_zh=zh and f"{zh}起始日",
            ),
            Fact(
                f"mark_{name}_ended_on",
                Kind.DATE,
                f"date of the end of the mark {called}",
                ended,
                may_be_missing=True,
                source=BUILT_IN,
                doc=f"The day on which the mark `{name}` last ended; missing while it stands, and before it ever did.",
                label_zh=zh and f"{zh}终止日",
            ),
        )
    )


def _stands(marks: Mapping[str, MarkChange], name: str) -> bool:
    known = marks.get(name)
    return known is not None and known.began


def _classified_as(names: tuple[str, ...]) -> Fact:
    gravest_first = names[::-1]

    def read(case: Case, _day: date) -> str | None:
        marks = case.course.marks
        return next((name for name in gravest_first if _stands(marks, name)), None) if marks else None

    return Fact(
        CLASSIFIED_AS,
        Kind.CHOICE,
        "classification",
        read,
        may_be_missing=True,
        choices=names,
        source=BUILT_IN,
        doc="The mark that stands and comes last in the file; missing while none stands.",
        label_zh="分类",
    )
