"""The judgment: how it stands, until when it may be appealed, and when it is final.

A judgment is final when the time to appeal is over (`terms.legal.appeal_within`, counted from its day; where it is
served later, that is the day to tell), at once on a track that knows no appeal, or when an appeal was decided. A
`JudgmentGiven` that an appeal led to is final with it. A claim filed later, or a claim withdrawn, leaves an earlier
judgment without effect.

Laws (tests/laws): `facts move only when they say`, `counters do not depend on the order of arrival`, `only the court
moves the clocks of the court`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from overdue_flow.cases import events
from overdue_flow.cases.events.base import Event
from overdue_flow.cases.latest import (
    Latest,
    chosen,
    dated,
    event_of,
    flagged,
    major,
    refuse_an_end_before,
    refuse_other_currencies,
    valued,
)
from overdue_flow.cases.turn import Recorded
from overdue_flow.guards.vocabulary import Fact, Kind, Motion

if TYPE_CHECKING:
    from overdue_flow.cases.case import Case

# --- what it holds ---


@dataclass(frozen=True, slots=True)
class Judgment:
    """The latest event of each kind."""

    latest: Latest = Latest()

    @property
    def given(self) -> Recorded | None:
        """The judgment in the present suit; None where there is none, or the claim was filed anew or withdrawn."""
        return self.latest.stands(events.JudgmentGiven, events.ClaimFiled, events.ClaimWithdrawn)

    @property
    def appeal_open(self) -> Recorded | None:
        """The appeal that is not decided yet."""
        return self.latest.stands(events.AppealFiled, events.AppealDecided, events.ClaimFiled, events.ClaimWithdrawn)

    @property
    def decided(self) -> Recorded | None:
        """The decision of an appeal in the present suit."""
        return self.latest.stands(events.AppealDecided, events.ClaimFiled, events.ClaimWithdrawn)

    def appeal_ends_on(self, case: Case) -> date | None:
        """The last day on which the judgment may be appealed; None where that is over, or was never so, or nobody
        says."""
        given, within = self.given, case.terms.legal.appeal_within
        if given is None or within is None or self.decided is not None or self._knows_no_appeal(case):
            return None
        return within.after(given.on)

    def _knows_no_appeal(self, case: Case) -> bool:
        filed = event_of(self.latest.of(events.ClaimFiled), events.ClaimFiled)
        return filed is not None and filed.track in case.terms.legal.no_appeal_on

    def final_on(self, case: Case) -> date | None:
        """The first day on which the judgment is final, if no appeal comes; None while one is open, or nobody says."""
        given = self.given
        if given is None or self.appeal_open is not None:
            return None
        if self.decided is not None:
            return max(given.on, self.decided.on)
        if self._knows_no_appeal(case):
            return given.on
        last = self.appeal_ends_on(case)
        return None if last is None else last + timedelta(days=1)


# --- what it listens to ---

LISTENS: tuple[type[Event], ...] = (
    events.ClaimFiled,
    events.ClaimWithdrawn,
    events.JudgmentGiven,
    events.AppealFiled,
    events.AppealDecided,
)

# --- how it evolves ---


def evolve(state: Judgment, recorded: Recorded, case: Case) -> Judgment:
    """The judgment after an event. EventRefused for an amount in another currency than the case's, and for a last day
    to pay that was over on the day of the judgment."""
    refuse_other_currencies(recorded.event, case)
    if isinstance(recorded.event, events.JudgmentGiven):
        refuse_an_end_before(recorded, "pay_by", "the time to pay under a judgment")
    return replace(state, latest=state.latest.heard(recorded))


# --- the facts it offers ---


def _latest(case: Case) -> events.JudgmentGiven | None:
    return event_of(case.judgment.latest.of(events.JudgmentGiven), events.JudgmentGiven)


def _is_final(case: Case, day: date) -> bool:
    final_on = case.judgment.final_on(case)
    return final_on is not None and final_on <= day


def _becomes_final(case: Case, day: date) -> date | None:
    final_on = case.judgment.final_on(case)
    return final_on if final_on is not None and day < final_on else None


def _judgment_on(case: Case, _day: date) -> date | None:
    given = case.judgment.latest.of(events.JudgmentGiven)
    return None if given is None else given.on


FACTS: tuple[Fact, ...] = (
    dated("judgment_on", "date of the judgment", "The latest judgment.", _judgment_on, "判决日期"),
    chosen(
        "judgment_outcome",
        "outcome of the judgment",
        "Of the latest judgment.",
        lambda case, _day: getattr(_latest(case), "outcome", None),
        ("for_lender", "in_part", "against"),
    ),
    valued(
        "judgment_amount",
        "amount of the judgment",
        "Of the latest judgment.",
        lambda case, _day: major(getattr(_latest(case), "amount", None), case),
    ),
    dated(
        "judgment_pay_by_on",
        "last day to pay under the judgment",
        "As the latest judgment says it; that day is usable in full.",
        lambda case, _day: getattr(_latest(case), "pay_by", None),
        "判决履行期限",
    ),
    flagged(
        "appeal_open",
        "an appeal is open",
        "From `AppealFiled` on, until `AppealDecided`, or until the claim is withdrawn or filed anew.",
        lambda case, _day: case.judgment.appeal_open is not None,
        "上诉中",
    ),
    dated(
        "appeal_ends_on",
        "last day to appeal",
        "The day of the judgment and `terms.legal.appeal_within`; missing without either, on a track that knows no "
        "appeal, and once one was decided.",
        lambda case, _day: case.judgment.appeal_ends_on(case),
        "上诉期届满日",
    ),
    Fact(
        "judgment_final",
        Kind.FLAG,
        "the judgment is final",
        _is_final,
        motion=Motion.CLOCK,
        until=_becomes_final,
        doc="The time to appeal is over, or an appeal was decided, or the track knows none.",
        label_zh="判决已生效",
    ),
)
"""The facts of the judgment."""
