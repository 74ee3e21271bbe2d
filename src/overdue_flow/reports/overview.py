"""The book at a glance: totals, buckets, roll rates, the flow between stages, and the loans that stand worst.

A roll rate says of the loans that ended one month in a bucket how many ended the next in each. All is read from
journals: of a backtest, or of a store.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain, pairwise

from overdue_flow.money import from_minor
from overdue_flow.policy.policy import Policy
from overdue_flow.reports.month_ends import CURRENT, NO_BUCKET, bucket_of, first_of, month_ends
from overdue_flow.reports.report import Column, Field, Note, Part, Report, Row, columns, restricted
from overdue_flow.reports.seen import Seen
from overdue_flow.reports.speech import Said, code, named, say
from overdue_flow.reports.told import Period, Told

WORST_MAX = 15
"""How many of the loans that stand worst are named."""

_NOTHING = Decimal(0)


@dataclass(slots=True)
class _Money:
    """What a number of loans owe in one currency."""

    loans: int = 0
    overdue: Decimal = _NOTHING
    balance: Decimal = _NOTHING


@dataclass(slots=True)
class _Book:
    """Counts over a book; loans are added one by one, and forgotten."""

    period: Period
    loans: int = 0
    late: int = 0
    money: dict[str, _Money] = field(default_factory=lambda: defaultdict(_Money))
    buckets: dict[tuple[str, str], _Money] = field(default_factory=lambda: defaultdict(_Money))
    rolls: Counter[tuple[str, str]] = field(default_factory=Counter)
    flow: Counter[tuple[str, str]] = field(default_factory=Counter)
    marks: Counter[str] = field(default_factory=Counter)
    worst: list[tuple[int, Decimal, str, Row]] = field(default_factory=list)

    def add(self, told: Told) -> None:
        overdue, balance = _amount(told, "overdue_amount"), _amount(told, "balance")
        dpd = int(str(told.fact("dpd") or 0))
        bucket = bucket_of(told.policy, told.case, told.turn_day)
        self.loans += 1
        self.late += dpd > 0
        for money in (self.money[told.currency], self.buckets[bucket, told.currency]):
            money.loans += 1
            money.overdue += overdue
            money.balance += balance
        ends = list(month_ends(told, self.period))
        for earlier, later in pairwise(ends):
            self.rolls[earlier.bucket, later.bucket] += 1
        for move in told.case.course.moves:
            if move.from_stage is not None and move.on in self.period:
                self.flow[move.from_stage, move.to_stage] += 1
        classified = told.fact("classified_as")
        if classified is not None:
            self.marks[str(classified)] += 1
        if dpd > 0:
            self._consider(told, dpd, overdue, balance)

    def _consider(self, told: Told, dpd: int, overdue: Decimal, balance: Decimal) -> None:
        cells = (
            told.case.id,
            told.case.person_id,
            stage_called(told.policy, told.case.course.stage),
            str(dpd),
            f"{overdue:f}",
            f"{balance:f}",
        )
        self.worst.append((-dpd, -overdue, told.case.id, Row((*cells, told.currency))))
        self.worst.sort()
        del self.worst[WORST_MAX:]


def overview(policy: Policy, loans: Iterable[Told], period: Period, seen: Seen | None = None) -> Report:
    """The book at the end of the period, and what moved in it."""
    book = _Book(period)
    for told in loans:
        book.add(told)
    parts = (
        _totals(book),
        _buckets(policy, book),
        *([_classes(policy, book)] if book.marks else []),
        _rolls(policy, book),
        _flow(policy, book),
        _worst(book),
    )
    about = (
        Note(say("from {first} to {last}", first=period.first, last=period.last)),
        Note(say("policy {policy}, version {version}", policy=policy.id, version=policy.version)),
    )
    return restricted(Report("overview", say("book overview"), about, parts), seen)


def _amount(told: Told, name: str) -> Decimal:
    found = told.fact(name)
    return found if isinstance(found, Decimal) else _NOTHING


def money_said(amount: Decimal, currency: str) -> str:
    """An amount in major units, with the decimals of its currency."""
    return f"{amount:f}" if amount else f"{from_minor(0, currency):f}"


def share(part: Decimal | int, whole: Decimal | int) -> str:
    """A share in percent; nothing where there is no whole."""
    return f"{100 * Decimal(part) / Decimal(whole):.1f} %" if whole else ""


def _totals(book: _Book) -> Part:
    fields = (
        Field(say("loans"), str(book.loans), "money", lead=True),
        Field(say("past due"), str(book.late), "money", lead=True),
        Field(say("share of loans past due"), share(book.late, book.loans), "money", lead=True),
    )
    rows = tuple(
        Row((currency, str(one.loans), f"{one.balance:f}", f"{one.overdue:f}", share(one.overdue, one.balance)))
        for currency, one in sorted(book.money.items())
    )
    figures = ("loans", "owed", "overdue", "share")
    head = columns("money", "currency", "loans", "owed", "overdue", "share", figures=figures)
    return Part(say("totals"), head, rows, fields=fields)


def _buckets(policy: Policy, book: _Book) -> Part:
    known = sorted({currency for _bucket, currency in book.buckets})
    rows = []
    for bucket in _named(policy, (bucket for bucket, _currency in book.buckets)):
        there = [currency for currency in known if (bucket, currency) in book.buckets]
        for currency in there or known[:1]:
            one = book.buckets.get((bucket, currency), _Money())
            cells = (bucket_said(bucket), band_said(policy, bucket), str(one.loans))
            rows.append(Row((*cells, money_said(one.overdue, currency), money_said(one.balance, currency), currency)))
    head = (
        Column(say("bucket"), "money"),
        Column(say("days"), "money"),
        Column(say("loans"), "money", figure=True, bar=True),
        *columns("money", "overdue", "owed", "currency", figures=("overdue", "owed")),
    )
    return Part(say("buckets"), head, tuple(rows))


def _named(policy: Policy, found: Iterable[str]) -> list[str]:
    """Every bucket of the policy, and others in which loans are: those of an older version, or none."""
    return list(dict.fromkeys((CURRENT, *policy.buckets, *sorted(found))))


def bucket_said(bucket: str) -> Said:
    """A bucket as people call it."""
    return code(bucket) if bucket in (CURRENT, NO_BUCKET) else bucket


def band_said(policy: Policy, bucket: str) -> str:
    """The first and last number of a bucket; nothing for one that is not the policy's."""
    first, last = (0, first_of(policy) - 1) if bucket == CURRENT else policy.buckets.get(bucket, (0, -1))
    if last is None:
        return f"{first}+"
    return f"{first}-{last}" if first < last else str(first) if first == last else ""


def _classes(policy: Policy, book: _Book) -> Part:
    rows = tuple(Row((mark_called(policy, name), str(count))) for name, count in book.marks.most_common())
    head = (Column(say("classified as"), "money"), Column(say("loans"), "money", figure=True, bar=True))
    return Part(say("classification"), head, rows)


def _rolls(policy: Policy, book: _Book) -> Part:
    buckets = _named(policy, chain.from_iterable(book.rolls))
    head = (
        Column(say("from"), "money"),
        Column(say("loans"), "money", figure=True),
        *(Column(say("to {bucket}", bucket=bucket_said(one)), "money", figure=True) for one in buckets),
    )
    rows = tuple(Row(tuple(_rates(book, bucket, buckets))) for bucket in buckets)
    note = Note(say("of the loans that ended one month in a bucket, the share that ended the next in each"), "money")
    return Part(say("roll rates"), head, rows if any(book.rolls.values()) else (), (note,))


def _rates(book: _Book, bucket: str, buckets: list[str]) -> Iterator[Said]:
    whole = sum(book.rolls[bucket, one] for one in buckets)
    yield bucket_said(bucket)
    yield str(whole)
    yield from (share(book.rolls[bucket, one], whole) if book.rolls[bucket, one] else "" for one in buckets)


def _flow(policy: Policy, book: _Book) -> Part:
    rows = tuple(
        Row((stage_called(policy, old), stage_called(policy, new), str(count)))
        for (old, new), count in book.flow.most_common()
    )
    head = (*columns("work", "from", "to"), Column(say("moves"), "work", figure=True, bar=True))
    return Part(say("flow between stages"), head, rows)


def stage_called(policy: Policy, path: str) -> Said:
    """A stage by its label and its name."""
    stage = policy.stages.get(path)
    if stage is None or not stage.label or path in stage.label.values():
        return named(stage.label, path) if stage is not None else path
    return say("{stage} ({name})", stage=named(stage.label), name=path)


def mark_called(policy: Policy, name: str) -> Said:
    """A mark by its label."""
    return next((named(one.label, name) for one in policy.marks if one.name == name), name)


def _worst(book: _Book) -> Part:
    head = (
        Column(say("loan"), "open"),
        Column(say("borrower"), "identity"),
        Column(say("stage"), "work", "stage"),
        Column(say("days past due"), "money", "dpd", figure=True),
        Column(say("overdue"), "money", "overdue_amount", figure=True),
        Column(say("owed"), "money", "balance", figure=True),
        Column(say("currency"), "money"),
    )
    rows = tuple(row for *_order, row in book.worst)
    return Part(say("the loans that stand worst"), head, rows, empty=say("no loan is past due"))


__all__ = ["mark_called", "overview", "share", "stage_called"]
