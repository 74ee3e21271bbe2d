"""The facts of negotiation: failures in a row, rounds, and whose word stands.

What happened in a row is ordered by when it took effect, not by when it was reported. Days that the ledger finds
(cured, kept) count from the opening of that day, as ledger events come first among ties: a failure on the day of a cure
comes after the cure.

Laws (tests/laws): `counters reset as the terms say`, `facts move only when they say`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from overdue_flow.cases.position import cured_on
from overdue_flow.cases.talks import BEFORE_ALL, OPENING, Thread
from overdue_flow.cases.turn import Order
from overdue_flow.cases.waterfall import ONE_DAY
from overdue_flow.guards.vocabulary import Fact, Kind, Motion

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case


def _failed_in_a_row(case: Case, day: date) -> int:
    failures = case.negotiation.failures
    if not failures:
        return 0
    last_reset = max(_resets(case, day), default=BEFORE_ALL)
    return len(failures) - bisect_right(failures, last_reset)


def _resets(case: Case, day: date) -> Iterator[Order]:
    """The latest reset of each kind that the terms name, as of `day`."""
    for word in case.terms.in_a_row.failed_negotiations.reset_by:
        if word == "agreed" and case.negotiation.agreed:
            yield case.negotiation.agreed
        elif word == "assessed" and case.negotiation.assessed:
            yield case.negotiation.assessed
        elif word in ("cured", "kept"):
            days = _ledger_days(case, word)
            known = bisect_right(days, day)
            if known:
                yield (days[known - 1], OPENING, "")


def _ledger_days(case: Case, word: str) -> tuple[date, ...]:
    """The days, in order, on which the overdue amount came back to zero (`cured`) or a promise was kept (`kept`)."""
    return cured_on(case) if word == "cured" else case.promises.kept_on


def _next_reset(case: Case, day: date) -> date | None:
    """A payment of a later value date may cure, or keep a promise, on that day."""
    if not case.negotiation.failures:
        return None
    words = case.terms.in_a_row.failed_negotiations.reset_by
    days = (_ledger_days(case, word) for word in ("cured", "kept") if word in words)
    return min((some[at] for some in days if (at := bisect_right(some, day)) < len(some)), default=None)


def _last_closed_on(case: Case, _day: date) -> date | None:
    closings = case.negotiation.closings
    return closings[-1].order[0] if closings else None


def _present(read: Callable[[Thread, date], Any], without: Any) -> Callable[[Case, date], Any]:
    """What is read of the talks that are open now, or were last; `without` where there were none."""

    def of_case(case: Case, day: date) -> Any:
        thread = case.negotiation.present()
        return without if thread is None else read(thread, day)

    return of_case


def _ends_on(case: Case, day: date) -> date | None:
    days = [one.valid_until for one in case.negotiation.standing(day) if one.valid_until is not None]
    return min(days, default=None)


def _lapses_on(case: Case, day: date) -> date | None:
    ends_on = _ends_on(case, day)
    return None if ends_on is None else ends_on + ONE_DAY


def _last_word_on(*, by_borrower: bool) -> Callable[[Case, date], date | None]:
    def read(case: Case, _day: date) -> date | None:
        offers = reversed(case.negotiation.offers)
        return next((one.order[0] for one in offers if one.by_borrower is by_borrower), None)

    return read


FACTS: tuple[Fact, ...] = (
    Fact(
        "negotiations_failed",
        Kind.NUMBER,
        "failed negotiations",
        lambda case, _day: len(case.negotiation.failures),
        unit="times",
        label_zh="协商失败次数",
        doc="Closings with the outcome `failed`, over the whole case.",
    ),
    Fact(
        "failed_negotiations_in_a_row",
        Kind.NUMBER,
        "failed negotiations in a row",
        _failed_in_a_row,
        unit="times",
        motion=Motion.CLOCK,
        until=_next_reset,
        label_zh="连续协商失败次数",
        doc="Failed closings since the last of what `terms.in_a_row.failed_negotiations.reset_by` names; "
        "`withdrawn` changes nothing.",
    ),
    Fact(
        "negotiation_open",
        Kind.FLAG,
        "talks are under way",
        lambda case, _day: case.negotiation.is_open,
        label_zh="协商中",
        doc="Talks were opened and not closed.",
    ),
    Fact(
        "last_negotiation_closed_on",
        Kind.DATE,
        "date of the last closing of talks",
        _last_closed_on,
        may_be_missing=True,
        doc="The latest closing, whatever its outcome.",
    ),
    Fact(
        "negotiation_opened_on",
        Kind.DATE,
        "date of the opening of talks",
        _present(lambda thread, _day: thread.began[0], None),
        may_be_missing=True,
        label_zh="协商开始日",
        doc="When the talks that are open now, or were last, were opened, or began with an offer.",
    ),
    Fact(
        "negotiation_rounds",
        Kind.NUMBER,
        "offers of the lender in these talks",
        _present(lambda thread, _day: sum(not word.by_borrower for word in thread.words), 0),
        unit="times",
        label_zh="协商轮数",
        doc="Offers of the lender in the talks that are open now, or were last.",
    ),
    Fact(
        "counter_offers",
        Kind.NUMBER,
        "counter-offers in these talks",
        _present(lambda thread, _day: sum(word.by_borrower for word in thread.words), 0),
        unit="times",
        label_zh="借款人还价次数",
        doc="Offers of the borrower in the talks that are open now, or were last.",
    ),
    Fact(
        "offer_open",
        Kind.FLAG,
        "an offer stands",
        lambda case, day: bool(case.negotiation.standing(day)),
        motion=Motion.CLOCK,
        until=_lapses_on,
        label_zh="方案待答复",
        doc="The lender offered something in these talks, and it is the borrower's turn: no offer of the borrower, no "
        "refusal, no agreement and no closing came after it, and its last day is not over.",
    ),
    Fact(
        "counter_offer_open",
        Kind.FLAG,
        "a counter-offer waits for an answer",
        lambda case, _day: case.negotiation.unanswered_counter() is not None,
        label_zh="还价待答复",
        doc="The borrower had the last word in these talks, and it is the lender's turn.",
    ),
    Fact(
        "offer_ends_on",
        Kind.DATE,
        "last day of the offer that stands",
        _ends_on,
        may_be_missing=True,
        motion=Motion.CLOCK,
        until=_lapses_on,
        label_zh="方案有效期",
        doc="The last day (`valid_until`) of the offer that stands; of several, of the one that ends first.",
    ),
    Fact(
        "last_offer_on",
        Kind.DATE,
        "date of the last offer",
        _last_word_on(by_borrower=False),
        may_be_missing=True,
        label_zh="最近方案日",
        doc="The lender's latest offer, in whichever talks.",
    ),
    Fact(
        "last_counter_offer_on",
        Kind.DATE,
        "date of the last counter-offer",
        _last_word_on(by_borrower=True),
        may_be_missing=True,
        label_zh="最近还价日",
        doc="The borrower's latest offer, in whichever talks.",
    ),
)
"""The facts of negotiation."""
