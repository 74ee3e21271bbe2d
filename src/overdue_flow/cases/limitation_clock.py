"""The limitation clock (诉讼时效): from when, until when, and what each interruption did to it.

The period counts from its start (`terms.limitation.starts`). An interruption that comes before it has run out begins
the whole of it anew; a later one does not, unless `revived_by` names it. A claim in court holds it open, and it begins
anew on the day on which the claim is withdrawn, rejected, or its order to pay contested; a judgment takes its place.

Holds of `suspended_by` hold it up: with `suspended_in_last` those that stand in that last part of it, which is then
left in full from the day on which the hold ends; without it every day of them. Nothing extends the `long_stop`, which
counts from the start alone.

Sources: 中国民法典 arts. 188 (three years, twenty at most), 189 (debts in instalments), 192, 194 (the last six months),
195 (interruption); 法释〔2020〕17号 arts. 8, 9. Where the law could be read in two ways, the earlier end is taken: an
agreement begins the period anew on its own day, not when what was agreed falls due.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from overdue_flow.cases.periods import Period
from overdue_flow.cases.position import in_force, overdue_until, position
from overdue_flow.cases.terms import LimitationTerms
from overdue_flow.cases.turn import Order
from overdue_flow.cases.waterfall import ONE_DAY

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case

_OPENING = datetime.min.replace(tzinfo=UTC)
_NONE = timedelta(0)
_NO_END = date.max
"""As an end: the period stands still, and nobody knows for how long."""

InCourt: TypeAlias = Literal["", "claimed", "judged"]


class Mark(NamedTuple):
    """Something that may move the clock: which word of `interrupted_by` it comes under ("" for a judgment), which event
    it was, and what it does. `void_by_contest` is said of a claim that asks for an order to pay."""

    order: Order
    word: str
    event: str
    does: Literal["interrupts", "claims", "ends the claim", "judges"] = "interrupts"
    void_by_contest: bool = False

    @property
    def on(self) -> date:
        """The day on which it took effect."""
        return self.order[0]


class Interruption(NamedTuple):
    """A mark on the clock as it was taken. It did not count (`counted`) where the period had run out; `ends_on` is the
    end of the period from then on (None: none is known)."""

    on: date
    word: str
    event: str
    counted: bool
    ends_on: date | None


class Clock(NamedTuple):
    """How the period stands. `began_on` is the day from which it counts now, `ends_on` its last day: None while the
    claim is in court, once there is a judgment, and while it stands still without an end that is known."""

    started_on: date
    began_on: date
    ends_on: date | None
    long_stop_on: date | None
    in_court: InCourt = ""
    interruptions: tuple[Interruption, ...] = ()


def clock(case: Case, day: date) -> Clock | None:
    """The clock on `day`, as known now; None where the terms say nothing of it, or nothing is owed to count from."""
    terms = case.terms.limitation
    start = None if terms is None else _start(case, day, terms)
    if terms is None or start is None:
        return None
    return _Running(case, day, terms, start).clock()


def moves_on(case: Case, day: date) -> date | None:
    """The next day after `day` on which the clock may change by itself."""
    terms = case.terms.limitation
    if terms is None:
        return None
    found = [in_force(case.ledger, case.plans).next_value_date(day)]
    found += [mark.on for mark in case.limitation.marks if mark.on > day]
    if terms.starts == "oldest_due":
        found.append(overdue_until(case, day))
    start = _start(case, day, terms)
    if start is not None:
        found.append(_Running(case, day, terms, start).stands_still_from())
    return min((one for one in found if one is not None and one > day), default=None)


def _start(case: Case, day: date, terms: LimitationTerms) -> date | None:
    """From when the period counts first: the due date of the last instalment on the contract's schedule, or of the
    oldest that is unpaid."""
    if terms.starts == "oldest_due":
        return position(case, day).oldest_due_on
    dues = in_force(case.ledger, case.plans).books.dues
    return next(
        (
            due.due_on
            for due in reversed(dues)
            if due.what == "instalment"
            and (due.owed_from is None or due.owed_from <= day)
            and (due.owed_until is None or day < due.owed_until)
        ),
        None,
    )


class _Running:
    """One walk along the marks, from the start of the period to `day`."""

    def __init__(self, case: Case, day: date, terms: LimitationTerms, start: date) -> None:
        self.case, self.day, self.terms, self.start = case, day, terms, start
        self.holds = case.care.pauses(terms.suspended_by) if terms.suspended_by else ()
        self.long_stop = terms.long_stop.after(start) if terms.long_stop else _NO_END
        self.in_court: InCourt = ""
        self.void_by_contest = False
        self.interruptions: list[Interruption] = []
        self.began = start
        self.end = self._end_from(start)

    def clock(self) -> Clock:
        """The clock at the end of the walk."""
        for mark in self._marks():
            self._take(mark)
        return Clock(
            self.start,
            self.began,
            self._known_end(),
            self.long_stop if self.terms.long_stop else None,
            self.in_court,
            tuple(self.interruptions),
        )

    def _known_end(self) -> date | None:
        end = min(self.end, self.long_stop)
        return None if self.in_court or end == _NO_END else end

    # --- what moves it ---

    def _marks(self) -> Iterator[Mark]:
        """Everything up to the day, in order; the ledger's money comes first among what is of one day."""
        case, words = self.case, self.terms.interrupted_by
        marks = [one for one in case.limitation.marks if one.word in words or one.does == "judges"]
        if "payment" in words:
            postings = in_force(case.ledger, case.plans).books.postings
            marks += [
                Mark((one.on, _OPENING, one.id), "payment", "PaymentReceived")
                for one in postings
                if one.came > one.gone
            ]
        # a claim may be brought before the period begins to count; anything else has nothing to interrupt then
        counts = (one for one in marks if one.on <= self.day and (self.start < one.on or one.does != "interrupts"))
        return iter(sorted(counts, key=lambda one: one.order))

    def _take(self, mark: Mark) -> None:
        if mark.does == "judges":
            self.in_court = "judged"
        elif mark.does == "ends the claim":
            self._end_claim(mark)
        elif not self.in_court or (self.in_court == "judged" and mark.does == "claims"):
            counted = self.in_court == "judged" or self._in_time(mark)
            if counted and mark.does == "claims":
                self.in_court, self.void_by_contest = "claimed", mark.void_by_contest
            elif counted:
                self._begin_anew(mark.on)
            self._note(mark, counted=counted)

    def _in_time(self, mark: Mark) -> bool:
        revives = mark.word in self.terms.revived_by
        return mark.on <= self.long_stop and (mark.on <= self.end or revives)

    def _end_claim(self, mark: Mark) -> None:
        if not self.in_court or (mark.event == "PaymentOrderContested" and not self.void_by_contest):
            return
        self.in_court = ""
        self._begin_anew(mark.on)
        self._note(mark, counted=True)

    def _begin_anew(self, on: date) -> None:
        begin = min(max(on, self.start), self.long_stop)
        end = self._end_from(begin)
        # holds and months of different length could make it end a day earlier: an interruption never does
        self.began, self.end = begin, end if self.end == _NO_END else max(self.end, end)

    def _note(self, mark: Mark, *, counted: bool) -> None:
        self.interruptions.append(Interruption(mark.on, mark.word, mark.event, counted, self._known_end()))

    # --- what holds it up ---

    def _end_from(self, begin: date) -> date:
        """The last day of the period that counts from `begin`, whatever its long stop."""
        end = self.terms.period.after(begin)
        if self.holds:
            in_last = self.terms.suspended_in_last
            end = self._after_holds(begin, end) if in_last is None else self._after_last_part(begin, end, in_last)
        return end

    def _after_holds(self, begin: date, end: date) -> date:
        """Every day of a hold is left out."""
        for placed, until in self.holds:
            if placed > end:
                break
            if until is None:
                return _NO_END if placed <= self.day else end
            end += max(until - max(placed, begin + ONE_DAY), _NONE)
        return end

    def _after_last_part(self, begin: date, end: date, last_part: Period) -> date:
        """A hold that stands in the last part leaves that part in full when it ends."""
        for placed, until in self.holds:  # in order and apart: what one of them moves, the next may meet
            if placed > end:
                break
            first = max(begin, last_part.before(end)) + ONE_DAY
            if until is None:
                return _NO_END if self.day >= max(placed, first) else end
            if until > first:
                end = max(end, last_part.after(until))
        return end

    def stands_still_from(self) -> date | None:
        """The day on which a hold without an end begins to hold the period up; None where there is no such hold."""
        if not self.holds or self.holds[-1][1] is not None:
            return None
        placed, last_part = self.holds[-1][0], self.terms.suspended_in_last
        end = self.clock().ends_on
        if end is None or placed > end:
            return None
        return placed if last_part is None else max(placed, last_part.before(end) + ONE_DAY)
