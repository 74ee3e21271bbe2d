"""What a new version of a policy comes to on a book, as parts of the report of what changed: figures side by side, and
the loans that are treated otherwise, from when.

The figures are given: this room makes none of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple, Protocol

from overdue_flow.reports.report import Column, Field, Note, Part, Row, columns
from overdue_flow.reports.speech import Said, code, listed, say

LOANS_MAX = 50
"""So many loans are told one by one; as JSON all of them."""


class Figure(NamedTuple):
    """One figure under the old version and under the new one. `about` puts figures together."""

    about: Said
    name: Said
    before: int
    now: int


class DeedTold(Protocol):
    """One thing that a version does on a day."""

    @property
    def kind(self) -> str:
        """`move`, `mark`, `contact`, `asked` or `stopped`."""

    @property
    def name(self) -> str:
        """The stage, mark, action or rule."""

    @property
    def how(self) -> str:
        """The channel of a contact; whether a mark begins or ends."""


class TreatedTold(Protocol):
    """A loan that is treated otherwise."""

    @property
    def loan_id(self) -> str:
        """Which loan."""

    @property
    def on(self) -> date:
        """Since which day."""

    @property
    def before(self) -> Sequence[DeedTold]:
        """What only the old version does on it."""

    @property
    def now(self) -> Sequence[DeedTold]:
        """What only the new version does on it."""

    @property
    def contacts(self) -> tuple[int, int]:
        """Its contacts under both."""

    @property
    def to_court(self) -> tuple[int, int]:
        """How often it comes to court under both."""

    @property
    def stages(self) -> tuple[str, str]:
        """Where it stands at the end under both."""


def on_a_book(
    loans: int,
    days: tuple[date, date],
    treated: Sequence[TreatedTold],
    leading: Iterable[Figure],
    figures: Iterable[Figure],
    assumed: Iterable[Said],
) -> tuple[Part, ...]:
    """The parts about a book of so many `loans`, lived in these days; `leading` are the figures that stand first,
    `assumed` says what was taken for granted."""
    lived = say("lived from {first} to {last} under both", first=days[0], last=days[1])
    fields = (
        Field(say("loans"), str(loans), "open", lead=True),
        Field(say("treated otherwise"), str(len(treated)), "open", lead=True),
        *(Field(one.about, _from_to(one), "open", lead=True) for one in leading),
    )
    notes = (Note(lived), *(Note(line) for line in assumed))
    return (
        Part(say("on the book"), fields=fields, notes=notes),
        _figures(figures),
        _one_by_one(treated),
    )


def _figures(figures: Iterable[Figure]) -> Part:
    head = (*columns("open", "what", "name"), *(Column(say(one), "open", figure=True) for one in _SIDES))
    rows = tuple(
        Row((one.about, one.name, str(one.before), str(one.now), _more_or_less(one.now - one.before)))
        for one in figures
        if one.before or one.now
    )
    note = Note(say("people decide on the way to a claim: what they answered is what the book tells of"))
    return Part(say("more and less"), head, rows, (note,), empty=say("nothing happens on this book"))


def _from_to(figure: Figure) -> str:
    """A figure as it was and is, and by how much it is more or less."""
    return f"{_change(str(figure.before), str(figure.now))} ({_more_or_less(figure.now - figure.before)})"


_SIDES = ("was", "is now", "difference")


def _more_or_less(difference: int) -> str:
    return f"{difference:+d}" if difference else "0"


def _one_by_one(treated: Sequence[TreatedTold]) -> Part:
    head = columns("open", "loan", "from", "instead of", "it is", "contacts", "to court", "ends in",
                   figures=("contacts", "to court"))  # fmt: skip
    rows = tuple(
        Row(
            (
                one.loan_id,
                str(one.on),
                _deeds(one.before),
                _deeds(one.now),
                _change(*map(str, one.contacts)),
                _change(*map(str, one.to_court)),
                _change(*one.stages),
            )
        )
        for one in treated[:LOANS_MAX]
    )
    left = len(treated) - len(rows)
    notes = (Note(say("and {count} more", count=left)),) if left else ()
    return Part(say("loans that are treated otherwise"), head, rows, notes)


def _change(before: str, now: str) -> str:
    return before if before == now else f"{before} -> {now}"


def _deeds(deeds: Sequence[DeedTold]) -> Said:
    return listed((_deed(one) for one in deeds), "; ") if deeds else say("nothing")


def _deed(deed: DeedTold) -> Said:
    match deed.kind:
        case "move":
            return say("moved to {stage}", stage=deed.name)
        case "mark" if deed.how == "begins":
            return say("marked {mark}", mark=deed.name)
        case "mark":
            return say("mark {mark} ended", mark=deed.name)
        case "contact":
            return listed((deed.name, code(deed.how)), " ")
        case "stopped":
            return listed((say("stopped, and rests until a person moves it"), deed.name), ": ")
        case _:
            return say("{action} asked for", action=deed.name)


__all__ = ["Figure", "on_a_book"]
