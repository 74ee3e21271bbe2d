"""How a repayment plan goes: each instalment with what was paid of it and when, what is left, what comes next, and what
was done to keep it going.

Everything is as the ledger finds it, as known now. Follow-ups are the contacts and tasks that the policy asked for
while the plan was active, each with what became of it, and the contacts that came about otherwise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from overdue_flow.cases.case import Case
from overdue_flow.cases.effects import action_in_words
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.plan import Kept, Plan, PlanInstalment
from overdue_flow.errors import EventRefused
from overdue_flow.events import ContactAttempted
from overdue_flow.money import from_minor
from overdue_flow.problems import did_you_mean
from overdue_flow.reports.became import Became, what_became
from overdue_flow.reports.plain import plain
from overdue_flow.reports.table import table

_HEAD = ("due on", "amount", "paid", "left", "paid on", "standing")
_FIGURES = ("amount", "paid", "left")
_COUNTED: tuple[Kept, ...] = ("kept", "late", "part-kept", "missed", "open", "dropped")


class Row(NamedTuple):
    """One instalment, or what fell due `again` of one since its money bounced. Amounts are in major units; it may be
    paid to the end of `last_day`."""

    due_on: date
    last_day: date
    amount: Decimal
    paid: Decimal
    left: Decimal
    paid_on: date | None
    standing: Kept
    again: bool = False

    def cells(self) -> tuple[str, ...]:
        """For a table."""
        amounts = (f"{self.amount:f}", f"{self.paid:f}", f"{self.left:f}")
        standing = f"{self.standing}, due again" if self.again else self.standing
        return (str(self.due_on), *amounts, str(self.paid_on or ""), standing)


class FollowUp(NamedTuple):
    """What was done, or is to be done, while the plan was active: on which day, what, and what became of it."""

    on: date
    what: str
    became: str


@dataclass(frozen=True, slots=True)
class PlanProgress:
    """One plan as it stands on `on`. Amounts are in major units of `currency`.

    `over_on` is the day from which it is active no more; `fails_on`, while it is active, the day on which it will have
    failed if nothing more is paid. `waives` is let go of the loan once the plan is completed.
    """

    case_id: str
    on: date
    plan_id: str
    kind: str | None
    standing: str
    agreed_on: date
    ends_on: date
    over_on: date | None
    fails_on: date | None
    replaces_contract: bool
    currency: str
    grace_days: int
    waives: Decimal
    instalments: tuple[Row, ...]
    next_due_on: date | None
    next_due_amount: Decimal | None
    follow_ups: tuple[FollowUp, ...]

    @property
    def amount(self) -> Decimal:
        """All that is to be paid under it; what bounced and fell due again is part of it already."""
        return sum((row.amount for row in self.instalments if not row.again), Decimal(0))

    @property
    def paid(self) -> Decimal:
        """What was paid of it, and did not bounce."""
        return self.amount - self.left

    @property
    def left(self) -> Decimal:
        """What is left of it."""
        return sum((row.left for row in self.instalments), Decimal(0))

    def counted(self) -> dict[str, int]:
        """How many instalments are kept, late, part-kept, missed, open and dropped."""
        found = Counter(row.standing for row in self.instalments)
        return {standing: found[standing] for standing in _COUNTED}

    def text(self) -> str:
        """The progress as a page of text."""
        return "".join(f"{line}\n" for line in self.lines())

    def lines(self) -> Iterator[str]:
        """The same, line by line."""
        yield f"plan {self.plan_id} on {self.case_id}, as of {self.on}, amounts in {self.currency}"
        yield self._agreed()
        yield from self._conditions()
        yield self._standing()
        yield ""
        yield from table(_HEAD, [row.cells() for row in self.instalments], figures=_FIGURES)
        yield ""
        yield from self._totals()
        yield ""
        yield from self._followed_up()

    def _agreed(self) -> str:
        kind = f"{self.kind.replace('_', ' ')}, " if self.kind else ""
        where = "in place of" if self.replaces_contract else "beside"
        return f"{kind}agreed on {self.agreed_on} {where} the contract's schedule"

    def _conditions(self) -> Iterator[str]:
        if self.grace_days:
            yield f"{self.grace_days} day{'' if self.grace_days == 1 else 's'} of grace after each due date"
        if self.waives:
            yield f"{self.waives:f} is let go once it is completed"

    def _standing(self) -> str:
        if self.over_on is not None:
            return f"{self.standing} on {self.over_on}"
        ends = f"active, the last instalment is due on {self.ends_on}"
        return f"{ends}; it fails on {self.fails_on} if nothing more is paid" if self.fails_on else ends

    def _totals(self) -> Iterator[str]:
        yield f"paid {self.paid:f} of {self.amount:f}, left {self.left:f}"
        counted = (f"{count} {standing}" for standing, count in self.counted().items() if count)
        yield f"instalments: {', '.join(counted)}"
        if self.next_due_on is not None and self.next_due_amount is not None:
            yield f"next: {self.next_due_amount:f} on {self.next_due_on}"

    def _followed_up(self) -> Iterator[str]:
        if not self.follow_ups:
            yield "no follow-ups"
            return
        rows = [(str(one.on), one.what, one.became) for one in self.follow_ups]
        yield from table(("followed up", "what", "became"), rows)

    def as_data(self) -> dict[str, Any]:
        """All of it as plain data, amounts and dates as text: fit for JSON."""
        said = {name: plain(getattr(self, name)) for name in _SAID}
        return said | {
            "amount": f"{self.amount:f}",
            "paid": f"{self.paid:f}",
            "left": f"{self.left:f}",
            "counted": self.counted(),
            "instalments": [{name: plain(value) for name, value in row._asdict().items()} for row in self.instalments],
            "follow_ups": [{name: plain(value) for name, value in one._asdict().items()} for one in self.follow_ups],
        }


_SAID = (
    "case_id", "on", "plan_id", "kind", "standing", "agreed_on", "ends_on", "over_on", "fails_on", "replaces_contract",
    "currency", "grace_days", "waives", "next_due_on", "next_due_amount",
)  # fmt: skip


# --- how it is read ---


def plan_progress(entries: Iterable[Entry], plan_id: str | None = None, on: date | None = None) -> PlanProgress:
    """How the plan of that id goes, or the latest, from a journal.

    `on` is the day on which it is told, by default that of the last entry; the latest plan is that of `on`. KeyError
    where there is no such plan by then.
    """
    case, became = what_became(entries)
    if case is None:
        raise EventRefused("a journal without entries is no case")
    day = on or case.day
    plan = _plan_of(case, plan_id, day)
    currency = case.ledger.rules.currency
    due = plan.next_dues(day) if plan.standing(day) == "active" else ()
    over_on = plan.over_on(day)
    return PlanProgress(
        case_id=case.id,
        on=day,
        plan_id=plan.id,
        kind=plan.kind,
        standing=plan.standing(day),
        agreed_on=plan.agreed_on,
        ends_on=plan.ends_on,
        over_on=over_on,
        fails_on=plan.failed_on(day) if over_on is None else None,
        replaces_contract=plan.replaces_contract,
        currency=currency,
        grace_days=plan.books.rules.grace_days,
        waives=from_minor(plan.waived, currency),
        instalments=tuple(_row(one, currency) for one in plan.instalments(day)),
        next_due_on=due[0].due_on if due else None,
        next_due_amount=from_minor(sum(one.total for one in due), currency) if due else None,
        follow_ups=_follow_ups(case, became, plan.agreed_on, over_on, day),
    )


def _plan_of(case: Case, plan_id: str | None, day: date) -> Plan:
    plans = {plan.id: plan for plan in case.plans.plans}
    if plan_id in plans and plans[plan_id].agreed_on > day:
        raise KeyError(f"plan `{plan_id}` was agreed on {plans[plan_id].agreed_on}, after {day}")
    agreed = [plan for plan in plans.values() if plan.agreed_on <= day]
    if plan_id is None and agreed:
        return agreed[-1]
    if plan_id is None and plans:
        raise KeyError(f"case `{case.id}` had no repayment plan on {day}")
    if plan_id is None:
        raise KeyError(f"case `{case.id}` has no repayment plan")
    if plan_id not in plans:
        hint = did_you_mean(plan_id, plans) or f"it has {', '.join(plans) or 'none'}"
        raise KeyError(f"there is no plan `{plan_id[:60]}` ({hint})")
    return plans[plan_id]


def _row(one: PlanInstalment, currency: str) -> Row:
    amount, paid = from_minor(one.amount, currency), from_minor(one.paid, currency)
    return Row(one.due_on, one.last_day, amount, paid, amount - paid, one.paid_on, one.standing, one.again)


def _follow_ups(
    case: Case, became: tuple[Became, ...], first: date, over_on: date | None, day: date
) -> tuple[FollowUp, ...]:
    """What was asked for and what happened from the agreement until the plan was active no more."""
    attempts = [(one.on, one.event) for one in case.events if isinstance(one.event, ContactAttempted)]
    outcomes = {event.effect_id: event.outcome for _on, event in attempts if event.effect_id is not None}
    asked = [one for one in became if one.effect.kind in ("contact", "task") and first <= one.effect.decided_on]
    found = [_asked(one, case, outcomes.get(one.effect.id)) for one in asked]
    found += [_happened(on, event) for on, event in attempts if event.effect_id is None and first <= on]
    last = day if over_on is None else min(day, over_on)
    return tuple(sorted((one for one in found if one.on <= last), key=lambda one: one.on))


def _asked(one: Became, case: Case, outcome: str | None) -> FollowUp:
    """What the policy asked for, on the day on which it was done, or else fell due."""
    effect = one.effect
    due_on = effect.due_at.astimezone(case.zone).date()
    became = one.how if outcome is None else f"{one.how}: {outcome.replace('_', ' ')}"
    done_on = one.ended_on if one.how == "done" else None
    return FollowUp(done_on or due_on, action_in_words(effect), became)


def _happened(on: date, event: ContactAttempted) -> FollowUp:
    of = "" if event.direction == "outbound" else "inbound "
    party = "" if event.party == "borrower" else f" with the {event.party.replace('_', ' ')}"
    return FollowUp(on, f"{of}{event.channel}{party}", event.outcome.replace("_", " "))


__all__ = ["FollowUp", "PlanProgress", "Row", "plan_progress"]
