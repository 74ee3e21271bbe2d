"""Repayment plans (还款计划): agreed, kept, missed, failed, completed.

A plan has books of its own: its instalments, and the payments value-dated from its agreement on, oldest instalment
first or as the terms say. An instalment is covered when no more than `terms.plan.short_by` of it is missing. It may be
paid until its last day, which is its due date and the days of grace that the plan was agreed with, or else those of
`terms.plan.grace_days`; it is missed from the next day's opening, until it is covered. Grace moves no due date: days
past due are counted from the due date under a plan too.

A plan fails at the opening of the day on which `terms.plan.fails_after_missed` of its instalments are missed; a payment
of that day comes too late. It is completed when all are covered. All of it is found from the postings as they are known
now: a back-dated payment or a reversal may change it.

Laws (tests/laws): `sleeping changes nothing`, `same-day payments in any order`, `plans and promises agree with a daily
ledger`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from overdue_flow.cases import plan_facts
from overdue_flow.cases.agreement import agreement, plan_name
from overdue_flow.cases.books import Books
from overdue_flow.cases.events.agreement import PlanAgreed, PlanCancelled
from overdue_flow.cases.events.base import Event
from overdue_flow.cases.events.ledger import PaymentReceived, PaymentReversed, RefundMade
from overdue_flow.cases.events.legal import SettlementReached
from overdue_flow.cases.plan import Plan
from overdue_flow.cases.waterfall import ONE_DAY, REFUNDED, REVERSED, Posting
from overdue_flow.errors import EventRefused
from overdue_flow.problems import did_you_mean

if TYPE_CHECKING:
    from overdue_flow.cases.arrears import Ledger
    from overdue_flow.cases.case import Case
    from overdue_flow.cases.turn import Recorded

# --- what it holds ---


@dataclass(frozen=True, slots=True)
class Plans:
    """All plans in the order in which they were agreed; facts are about the latest.

    `let_go` are waivers of completed settlements, as postings for the contract's books; `cured_on` the value dates on
    which a plan's overdue amount went back to zero: once recorded they stay.
    """

    plans: tuple[Plan, ...] = ()
    let_go: tuple[Posting, ...] = ()
    cured_on: tuple[date, ...] = ()

    @property
    def latest(self) -> Plan | None:
        """The plan agreed last."""
        return self.plans[-1] if self.plans else None

    def active(self, day: date) -> Plan | None:
        """The latest plan, if it is active on `day`."""
        latest = self.latest
        if latest is None or day < latest.agreed_on or latest.standing(day) != "active":
            return None
        return latest

    def replacing(self, day: date) -> Plan | None:
        """The plan on whose schedule days are counted on `day`, in place of the contract's."""
        active = self.active(day) if self.plans else None
        return active if active is not None and active.replaces_contract else None

    def runs_without_miss(self, _case: Case, day: date) -> bool:
        """Whether a plan is active and nothing of it was missed."""
        active = self.active(day)
        return active is not None and active.missed(day) == 0

    def until(self, _case: Case, day: date) -> date | None:
        """The next day after `day` on which a plan may change by itself."""
        found = [turn for plan in self.plans if (turn := plan.turns_on(day)) is not None]
        latest = self.latest
        if latest is not None and (latest.ended_on is None or latest.ended_on > day):
            passes = latest.passes_on(day)
            found += [latest.agreed_on] if passes is None else [latest.agreed_on, passes]
        return min((one for one in found if one > day), default=None)


# --- what it listens to ---

LISTENS: tuple[type[Event], ...] = (
    PlanAgreed,
    SettlementReached,
    PlanCancelled,
    PaymentReceived,
    PaymentReversed,
    RefundMade,
)

# --- how it evolves ---


def evolve(state: Plans, recorded: Recorded, case: Case) -> Plans:
    """The plans after one event. EventRefused for one that cannot have happened."""
    match recorded.event:
        case PlanAgreed() | SettlementReached() as event:
            return _agreed(state, event, recorded, case)
        case PlanCancelled() as event:
            return _found(state, _cancelled(state, event, recorded, case.ledger), recorded.day)
    return _posted(state, recorded, case) if state.plans else state


def _agreed(state: Plans, event: PlanAgreed | SettlementReached, recorded: Recorded, case: Case) -> Plans:
    name = plan_name(event, recorded.seq)
    if any(plan.id == name for plan in state.plans):
        raise EventRefused(f"plan `{name}` was agreed before; a new plan needs an id of its own")
    latest = state.latest
    if latest is not None and recorded.on < latest.agreed_on:
        raise EventRefused(f"plan `{name}` of {recorded.on} is older than plan `{latest.id}` of {latest.agreed_on}")
    plan = _made(name, event, recorded, case)
    plan = replace(plan, books=plan.books.reposted(_postings_for(plan, case.ledger), recorded.day))
    earlier = state.plans
    if latest is not None and latest.ended_on is None:
        earlier = (*earlier[:-1], _ended(latest, recorded, case.ledger, superseded=True))
    return _found(state, (*earlier, plan), recorded.day)


def _made(name: str, event: PlanAgreed | SettlementReached, recorded: Recorded, case: Case) -> Plan:
    """A plan as it was agreed, without any money."""
    terms = agreement(event, name, recorded, case)
    if not sum(due.total for due in terms.dues):
        raise EventRefused(f"plan `{name}` has no instalments; expected at least one with an amount")
    if terms.waived < 0:
        what = "settlement" if isinstance(event, SettlementReached) else "plan"
        raise EventRefused(f"{what} `{name}` waives `{event.waived_on_completion}`; expected zero or more")
    plan_terms, rules = case.terms.plan, case.ledger.rules
    rules = replace(
        rules,
        tolerance=rules.plan_tolerance,
        fails_after_missed=plan_terms.fails_after_missed,
        fails_from=recorded.on + ONE_DAY,
        grace_days=plan_terms.grace_days if event.grace_days is None else event.grace_days,
    )
    books = Books.of(rules, terms.dues, (), recorded.day)
    return Plan(
        name, recorded.on, books, terms.replaces_contract, terms.waived, kind=terms.plan, offer_id=event.offer_id
    )


def _ended(plan: Plan, recorded: Recorded, ledger: Ledger, *, superseded: bool = False) -> Plan:
    """The plan, ended by an event. If it was active then, money since, which is known already, is none of its own."""
    ended = replace(plan, ended_on=recorded.on, superseded=superseded)
    if plan.standing(recorded.on) != "active":
        return replace(ended, was_over=True)
    return replace(ended, books=plan.books.reposted(_postings_for(ended, ledger), recorded.day))


def _cancelled(state: Plans, event: PlanCancelled, recorded: Recorded, ledger: Ledger) -> tuple[Plan, ...]:
    on = recorded.on
    if event.plan_id is None:
        plan = state.active(on)
        if plan is None:
            raise EventRefused(f"there is no active plan to cancel on {on}")
    else:
        named = [plan for plan in state.plans if plan.id == event.plan_id]
        if not named:
            hint = did_you_mean(event.plan_id, (plan.id for plan in state.plans))
            raise EventRefused(f"there is no plan `{event.plan_id}` to cancel" + (f" ({hint})" if hint else ""))
        plan = named[0]
    if on < plan.agreed_on:
        raise EventRefused(f"plan `{plan.id}` of {plan.agreed_on} cannot be cancelled on {on}, before it was agreed")
    if plan.standing(on) != "active":
        raise EventRefused(f"plan `{plan.id}` cannot be cancelled on {on}; it is {plan.standing(on)}")
    return tuple(_ended(one, recorded, ledger) if one is plan else one for one in state.plans)


def _posted(state: Plans, recorded: Recorded, case: Case) -> Plans:
    """The plans after money moved: a payment is added to their books, anything else makes their books anew."""
    ledger, event, day = case.ledger, recorded.event, recorded.day
    plans = []
    for plan in state.plans:
        if isinstance(event, PaymentReceived):
            last = _last_payment(ledger, event, recorded)
            books = plan.books.posted(last, day) if _belongs(plan, last) else plan.books
        else:
            books = plan.books.reposted(_postings_for(plan, ledger), day)
        plans.append(plan if books is plan.books else replace(plan, books=books))
    return _found(state, tuple(plans), day)


def _last_payment(ledger: Ledger, event: PaymentReceived, recorded: Recorded) -> Posting:
    name = event.payment_id or event.id or f"payment {recorded.seq}"
    return next(one for one in reversed(ledger.books.postings) if one.came and one.id == name)


def _belongs(plan: Plan, posting: Posting) -> bool:
    """Whether a posting counts towards a plan: money from its agreement on, until it is ended."""
    if posting.on < plan.agreed_on or plan.ended_on is None:
        return posting.on >= plan.agreed_on
    return posting.on < plan.ended_on or (plan.was_over and posting.on == plan.ended_on)


def _postings_for(plan: Plan, ledger: Ledger) -> tuple[Posting, ...]:
    """The money that is a plan's; what bounces of it was never there, even if that shows after the plan was ended."""
    money = [one for one in ledger.books.postings if one.rank == REVERSED or _belongs(plan, one)]
    payments = {one.id for one in money if one.came}
    return tuple(
        one for one in money if one.came or one.rank == REFUNDED or (one.rank == REVERSED and one.target in payments)
    )


def _found(state: Plans, plans: tuple[Plan, ...], day: date) -> Plans:
    """The plans, with what they are found to let go, and their cures; those recorded already stay."""
    cures = {on for plan in plans for on in plan.books.cures}
    cured_on = tuple(sorted({*(on for on in state.cured_on if on <= day), *cures}))
    let_go = tuple(posting for plan in plans for posting in plan.lets_go())
    return Plans(plans, let_go, cured_on)


# --- the facts it offers ---

FACTS = plan_facts.FACTS
"""The facts about plans, which are about the latest."""
