"""Two versions of a policy on one book: which loans are treated otherwise, from when, and what it comes to in all.

Each loan is lived under both, from its opening, with the same payments and events; contacts that a version plans are
delivered and unanswered under each. What a version does on a day are its moves, the marks it changes, the contacts that
go out, and what else it asks for. A loan is treated otherwise from the first day on which these are not the same. A
stage that has another name now, or is the first of a group of its name, is the same stage.

Suits are told by two figures, since a book tells only of those that its own people filed: how many loans come into a
stage of the court, and how many claims are asked to be filed (`policy/court.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from overdue_flow.cases.counting import said_on
from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.events import EffectDelivered, TimePassed
from overdue_flow.cases.position import cured_on
from overdue_flow.engine.machine import Machine
from overdue_flow.policy.court import Court, court_of
from overdue_flow.policy.policy import Policy
from overdue_flow.policy.renamed import suggested_map
from overdue_flow.simulation.backtest import Days, Outcome, backtest, lives
from overdue_flow.simulation.beside import Beside, top_of
from overdue_flow.simulation.book import Book
from overdue_flow.simulation.crew import parts_of_book, same_policy
from overdue_flow.simulation.processes import handed_out
from overdue_flow.simulation.summary import Counts, Summary
from overdue_flow.simulation.untold import untold

Kind: TypeAlias = Literal["move", "mark", "contact", "asked", "stopped"]
Both: TypeAlias = tuple[int, int]
"""A figure under the old version, and under the new one."""


class Deed(NamedTuple):
    """One thing that a version does: its kind; the stage, mark, action, or rule whose move was withheld; the channel of
    a contact, or whether a mark begins."""

    kind: Kind
    name: str
    how: str = ""


class Treated(NamedTuple):
    """A loan that is treated otherwise: since when, and what only the old and only the new version do on that day.

    Under both: its contacts, tasks and cures, the stages in which it stands at the end, how often it came to court, and
    how many claims were asked to be filed.
    """

    loan_id: str
    on: date
    before: tuple[Deed, ...]
    now: tuple[Deed, ...]
    contacts: Both
    tasks: Both
    cures: Both
    stages: tuple[str, str]
    to_court: Both
    claims: Both


@dataclass(slots=True)
class Differing:
    """What the new version changes on a book, beside what both come to on it (`columns`, old and new): `asked` counts
    what is asked for beside contacts, by action; `stopped` the loans that rest until a person moves them; `to_court`
    those that come into a stage of the court; `claims` what is asked to be filed."""

    columns: tuple[Beside, Beside]
    loans: int = 0
    treated: list[Treated] = field(default_factory=list)
    asked: tuple[Counter[str], Counter[str]] = field(default_factory=lambda: (Counter(), Counter()))
    stopped: Both = (0, 0)
    to_court: Both = (0, 0)
    claims: Both = (0, 0)

    @property
    def contacts(self) -> Both:
        """All contacts that go out."""
        return _both(tuple(sum(column.contacts.values()) for column in self.columns))

    def take_in(self, share: Share) -> None:
        """Count in what some loans came to."""
        self.loans += share.loans
        self.treated += share.treated
        for column, counts in zip(self.columns, share.columns, strict=True):
            column.take_in(counts)
        for mine, counts in zip(self.asked, share.asked, strict=True):
            mine.update(counts)
        self.stopped = _sum(self.stopped, share.stopped)
        self.to_court = _sum(self.to_court, share.to_court)
        self.claims = _sum(self.claims, share.claims)


class Share(NamedTuple):
    """What some consecutive loans came to under both versions; `done` counts the loans up to the last of them."""

    done: int
    loans: int
    treated: list[Treated]
    columns: tuple[Counts, Counts]
    asked: tuple[Counter[str], Counter[str]]
    stopped: Both
    to_court: Both
    claims: Both


class Two(NamedTuple):
    """Two versions, what the stages of the old one are called in the new one as far as it can be told, and the court of
    each."""

    old: Policy
    new: Policy
    renamed: Mapping[str, str]
    courts: tuple[Court, Court]


def two_of(old: Policy, new: Policy) -> Two:
    """What is to be known of two versions before loans are lived under both."""
    renamed = {leaf: now for leaf, now in suggested_map(old, new).items() if now is not None}
    return Two(old, new, renamed, (court_of(old), court_of(new)))


def empty(old: Policy, new: Policy, days: Days, books: tuple[Book, Book] | None = None) -> Differing:
    """A comparison of which no loan is counted yet; with the `books`, it says what they do not tell of."""
    silent = [untold(policy, book.kinds) for policy, book in zip((old, new), books, strict=True)] if books else [(), ()]
    was, is_ = (
        Beside(Summary(policy, days, "assumed", untold=not_told))
        for policy, not_told in zip((old, new), silent, strict=True)
    )
    return Differing((was, is_))


def differing(
    old: Policy,
    new: Policy,
    books: tuple[Book, Book],
    days: Days,
    progress: Callable[[int], None] = lambda _done: None,
) -> Differing:
    """Live a book under both versions; `books` is the book as read for each. Loans of one person are lived together
    where a version looks at them so."""
    found, two = empty(old, new, days, books), two_of(old, new)
    both = zip(backtest(old, books[0], days), backtest(new, books[1], days), strict=True)
    for done, (was, is_) in enumerate(both, 1):
        found.take_in(_share(done, [(was, is_)], two, days))
        progress(done)
    return found


def _share(done: int, pairs: Sequence[tuple[Outcome, Outcome]], two: Two, days: Days) -> Share:
    counted, sides = empty(two.old, two.new, days), tuple(enumerate(two.courts))
    for pair in pairs:
        for number, outcome in enumerate(pair):
            counted.columns[number].add(outcome)
            counted.asked[number].update(_asked(outcome, days))
        treated = compared(*pair, days, two)
        counted.treated += [treated] if treated is not None else []
    columns = counted.columns[0].counts(), counted.columns[1].counts()
    stopped = tuple(sum(pair[side].life.case.course.stopped is not None for pair in pairs) for side in (0, 1))
    to_court = tuple(sum(_to_court(pair[side], court, days) > 0 for pair in pairs) for side, court in sides)
    claims = tuple(sum(_claims(pair[side], court, days) for pair in pairs) for side, court in sides)
    return Share(
        done, len(pairs), counted.treated, columns, counted.asked, _both(stopped), _both(to_court), _both(claims)
    )


# --- one loan ---


def compared(was: Outcome, is_: Outcome, days: Days, two: Two) -> Treated | None:
    """How one loan is treated otherwise in these days; None where it is not."""
    earlier, later = _deeds(was, days, two.renamed), _deeds(is_, days, {})
    for day in sorted(earlier.keys() | later.keys()):
        before, now = earlier.get(day, Counter()), later.get(day, Counter())
        if before != now:
            deeds = tuple(tuple(sorted((one - other).elements())) for one, other in ((before, now), (now, before)))
            return _treated((was, is_), day, deeds, (earlier, later), days, two.courts)
    return None


def _treated(
    both: tuple[Outcome, Outcome],
    day: date,
    deeds: Sequence[tuple[Deed, ...]],
    done: tuple[Mapping[date, Counter[Deed]], Mapping[date, Counter[Deed]]],
    days: Days,
    courts: tuple[Court, Court],
) -> Treated:
    sides = tuple(zip(both, courts, strict=True))
    return Treated(
        loan_id=both[0].loan_id,
        on=day,
        before=deeds[0],
        now=deeds[1],
        contacts=_both(tuple(_of_kind(one, "contact") for one in done)),
        tasks=_both(tuple(sum(effect.kind == "task" for effect in _effects(one, days)) for one in both)),
        cures=_both(tuple(sum(day in days for day in cured_on(one.life.case)) for one in both)),
        stages=(both[0].life.case.course.stage, both[1].life.case.course.stage),
        to_court=_both(tuple(_to_court(one, court, days) for one, court in sides)),
        claims=_both(tuple(_claims(one, court, days) for one, court in sides)),
    )


def _to_court(outcome: Outcome, court: Court, days: Days) -> int:
    """How often a loan comes into a stage of the court from outside of it."""
    return sum(
        top_of(move.to_stage) in court.stages and top_of(move.from_stage) not in court.stages
        for entry in outcome.life.entries
        for move in entry.results.moves
        if move.from_stage is not None and move.on in days
    )


def _claims(outcome: Outcome, court: Court, days: Days) -> int:
    """How many claims people are asked to file."""
    return sum(effect.cause in court.claims for effect in _effects(outcome, days))


def _both(figures: tuple[int, ...]) -> Both:
    return figures[0], figures[1]


def _sum(some: Both, more: Both) -> Both:
    return some[0] + more[0], some[1] + more[1]


def _of_kind(done: Mapping[date, Counter[Deed]], kind: Kind) -> int:
    return sum(count for deeds in done.values() for deed, count in deeds.items() if deed.kind == kind)


def _deeds(outcome: Outcome, days: Days, renamed: Mapping[str, str]) -> dict[date, Counter[Deed]]:
    """What a version does to a loan, by the day it is said of."""
    found: dict[date, Counter[Deed]] = {}
    for day, deed in _all_deeds(outcome, renamed):
        if day in days:
            found.setdefault(day, Counter())[deed] += 1
    return found


def _all_deeds(outcome: Outcome, renamed: Mapping[str, str]) -> Iterator[tuple[date, Deed]]:
    planned = {effect.id: effect for _entry, effect, _status, _why in outcome.life.effects if effect.kind == "contact"}
    for entry in outcome.life.entries:
        for move in entry.results.moves:
            if move.from_stage is not None:
                yield move.on, Deed("move", renamed.get(move.to_stage, move.to_stage))
        for mark in entry.results.marks:
            yield mark.on, Deed("mark", mark.mark, "begins" if mark.began else "ends")
        on = said_on(entry.day, outcome.life.case.terms, opening=isinstance(entry.event, TimePassed))
        for effect in entry.results.effects:
            if effect.kind != "contact" and effect.status is not Status.SKIPPED:
                yield on, Deed("asked", effect.action)
        if entry.results.stopped is not None:
            yield on, Deed("stopped", entry.results.stopped.rule or "")
        if isinstance(entry.event, EffectDelivered) and entry.event.effect_id in planned:
            effect = planned[entry.event.effect_id]
            yield on, Deed("contact", effect.action, str(effect.params.get("channel") or ""))


def _asked(outcome: Outcome, days: Days) -> Counter[str]:
    """What was asked for beside contacts, by action."""
    return Counter(effect.action for effect in _effects(outcome, days) if effect.kind != "contact")


def _effects(outcome: Outcome, days: Days) -> Iterator[Effect]:
    for _entry, effect, status, _reason in outcome.life.effects:
        if effect.decided_on in days and status is not Status.SKIPPED:
            yield effect


# --- by several processes ---


@dataclass(frozen=True, slots=True)
class Order:
    """What all shares of one comparison have in common."""

    policies: tuple[Path, Path]
    digests: tuple[str, str]
    books: tuple[Book, Book]
    days: Days


def shares(order: Order, processes: int) -> Iterator[Share]:
    """Live the book under both versions in so many processes; its shares in order. OverdueFlowError where a policy file
    was changed meanwhile."""
    return handed_out(_live, parts_of_book(order.books[0]), processes, _begin, order)


_ORDER: list[Order] = []
_READY: list[tuple[Machine, Machine, Two]] = []
"""What this process has been told to do, and what it has made ready for it."""


def _begin(order: Order) -> None:
    _ORDER[:] = [order]


def _live(numbers: range) -> Share:
    order = _ORDER[0]
    if not _READY:
        old, new = (same_policy(path, digest) for path, digest in zip(order.policies, order.digests, strict=True))
        _READY.append((Machine(old), Machine(new), two_of(old, new)))
    old_machine, new_machine, two = _READY[0]
    both = [
        lives(machine, (book[number] for number in numbers), order.days, "assumed")
        for machine, book in zip((old_machine, new_machine), order.books, strict=True)
    ]
    pairs = [(was, is_) for was, is_ in zip(*both, strict=True) if was is not None and is_ is not None]
    return _share(numbers.stop, pairs, two, order.days)
