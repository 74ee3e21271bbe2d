"""Authority: whether a role may offer or agree to so much, and who may approve what goes beyond.

What was offered is recorded in any case: it was said. What goes beyond the authority of the role that said it is
marked, and the first role of the file that may is asked to approve it. Authority is the law's: the newest version
counts for every case.

What may be let go is measured on what is owed at the day: of costs and interest what is due and unpaid, of principal
all that is; a role that may let go all may let go of what is to come as well. What is let go in one sum, on the
completion of a plan, is taken apart as the ledger would; and of what is let go under the name of costs or interest,
what is more than the schedule has of them comes off the principal.

An agreement that accepts an offer is within authority as the offer is, if the offer still binds and nothing else was
agreed than it says. Anything else is an agreement of its own, of the role that agrees.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeAlias

from overdue_flow.cases.authority import is_of, plan_of
from overdue_flow.cases.case import Case
from overdue_flow.cases.events import Event, OfferMade, PlanAgreed, SettlementReached
from overdue_flow.cases.evolve import apply
from overdue_flow.cases.plan import Plan
from overdue_flow.cases.position import in_force, position
from overdue_flow.cases.schedules import minor
from overdue_flow.cases.talks import Offer
from overdue_flow.cases.turn import Recorded
from overdue_flow.cases.waterfall import COMPONENTS, take
from overdue_flow.engine.door import check_at_the_door, check_days
from overdue_flow.engine.machine import Machine
from overdue_flow.errors import EventRefused
from overdue_flow.money import from_minor
from overdue_flow.policy.mandates import LetGo, Mandate

Offering: TypeAlias = OfferMade | PlanAgreed | SettlementReached
OFFERING = (OfferMade, PlanAgreed, SettlementReached)
"""The events that bind the lender."""

Parts: TypeAlias = tuple[int, int, int]


class Proposal(NamedTuple):
    """What is offered: how many instalments, the last due date (None for none), and what is let go of costs, interest
    and principal, in minor units."""

    plan: str | None
    instalments: int
    ends_on: date | None
    waives: Parts


class Verdict(NamedTuple):
    """Whether a role may say what it is about to say; if not, why in words, and who may approve it (None: nobody)."""

    may: bool
    reasons: tuple[str, ...] = ()
    approver: str | None = None

    def __bool__(self) -> bool:
        return self.may


def may_offer(machine: Machine, case: Case, event: Event, at: datetime) -> Verdict:
    """What would be said of an `OfferMade`, `PlanAgreed` or `SettlementReached` told at `at`. EventRefused for another
    event, and for one that cannot happen."""
    if not isinstance(event, OFFERING):
        raise EventRefused(f"`{event.kind}` offers nothing; expected {', '.join(kind.__name__ for kind in OFFERING)}")
    check_days(event, at)
    check_at_the_door(machine, case, event, at)
    day = max(at.astimezone(case.zone).date(), case.day)
    moved = apply(case, event, case_id=case.id, seq=case.seq + 1, day=day, at=at)
    return judged(machine, moved, moved.events[-1])


def judged(machine: Machine, case: Case, recorded: Recorded, *, unapproved: bool = False) -> Verdict:
    """Whether the role of an event that binds the lender may do so, for the case after it. `unapproved`: as if nobody
    had approved the offer that it accepts."""
    event = recorded.event
    assert isinstance(event, OFFERING), "nothing else binds the lender"
    if not machine.authority:
        return Verdict(may=True)
    offer = None if isinstance(event, OfferMade) else _accepted(case, event, recorded)
    day, proposal = recorded.day, proposal_of(case, recorded)
    if offer is None:
        reasons = exceeds(machine, case, day, event.role, proposal)
    else:
        reasons = _against_offer(machine, case, offer, unapproved=unapproved)
    return Verdict(not reasons, reasons, approver(machine, case, day, proposal) if reasons else None)


def _against_offer(machine: Machine, case: Case, offer: Offer, *, unapproved: bool) -> tuple[str, ...]:
    """What is said against an offer of the lender: nothing, where it was within authority or approved."""
    if unapproved:
        made = next(one for one in case.events if one.order == offer.order)
        return exceeds(machine, case, made.day, offer.role, proposal_of(case, made))
    return next((mark.reasons for mark in case.course.beyond if is_of(case, mark, offer)), ())


def _accepted(case: Case, event: PlanAgreed | SettlementReached, recorded: Recorded) -> Offer | None:
    """The lender's offer that an agreement accepts as it was made. None where it names none, or one of the borrower's;
    where that offer did not bind any more, or was accepted before; and where something else was agreed: a schedule
    where it had none, another kind of plan, more that is let go, more days of grace than the terms give."""
    plan = plan_of(case, recorded)
    if event.offer_id is None or plan is None:
        return None
    offer = case.negotiation.accepted(event.offer_id, recorded)
    again = (one for one in case.plans.plans if one.offer_id == event.offer_id and one is not plan)
    same = (
        offer.instalments
        and not any(one.agreed_on >= offer.order[0] for one in again)
        and plan.kind == offer.plan
        and plan.waived <= offer.waives_on_completion(case.terms.currency)
        and plan.books.rules.grace_days <= case.terms.plan.grace_days
    )
    return offer if same and not offer.by_borrower and not case.negotiation.is_over(offer, recorded.order) else None


def proposal_of(case: Case, recorded: Recorded) -> Proposal:
    """What an event offers or agrees to, for the case after it."""
    event, currency = recorded.event, case.terms.currency
    if isinstance(event, OfferMade):
        said = (event.waives_costs, event.waives_interest, event.waives_principal)
        costs, interest, principal = (0 if amount is None else minor(amount, currency) for amount in said)
        days = [one.due_on for one in event.instalments]
        waives = _as_there_is(case, recorded.day, (costs, interest, principal))
        return Proposal(event.plan, len(days), max(days, default=None), waives)
    plan = plan_of(case, recorded)
    assert plan is not None, "an agreement makes a plan"
    dues = [due for due in plan.books.dues if due.total]
    grace_days = max(0, plan.books.rules.grace_days - case.terms.plan.grace_days)
    ends_on = plan.ends_on + timedelta(days=grace_days)
    return Proposal(plan.kind, len(dues), ends_on, _waived(case, plan, recorded.day))


def _as_there_is(case: Case, day: date, waives: Parts) -> Parts:
    """What is let go, by component: more than the schedule has of costs or interest is principal by another name."""
    if case.ledger.reports:
        return waives
    costs, interest, _principal = (min(said, left) for said, left in zip(waives, _scheduled(case, day), strict=True))
    return costs, interest, sum(waives) - costs - interest


def _scheduled(case: Case, day: date) -> Parts:
    """What the schedule still has of each component, due or to come."""
    left = list(in_force(case.ledger, case.plans).books.account_on(day).left())
    return sum(due.costs for due in left), sum(due.interest for due in left), sum(due.principal for due in left)


def _waived(case: Case, plan: Plan, day: date) -> Parts:
    """What a plan lets go on its completion, taken apart as the ledger would if that were today."""
    ledger = in_force(case.ledger, case.plans)
    rest, taken = plan.waived, [0, 0, 0]
    for due in ledger.books.account_on(day).left():
        for component, part in enumerate(take(due, rest, ledger.rules.within)):
            taken[component] += part
            rest -= part
    return taken[0], taken[1], taken[2] + rest


# --- what a role may ---


def approver(machine: Machine, case: Case, day: date, proposal: Proposal) -> str | None:
    """The first role of the file that may offer so much."""
    for mandate in machine.authority:
        if not any(_against(machine, case, day, mandate, proposal)):
            return mandate.role
    return None


def exceeds(machine: Machine, case: Case, day: date, role: str | None, proposal: Proposal) -> tuple[str, ...]:
    """Why a role may not offer so much, in words; nothing where it may."""
    if role is None:
        return ("it was not said who offers it",)
    mandate = next((one for one in machine.authority if one.role == role), None)
    if mandate is None:
        return (f"{role} may offer nothing",)
    return tuple(_against(machine, case, day, mandate, proposal))


def _against(machine: Machine, case: Case, day: date, mandate: Mandate, proposal: Proposal) -> Iterator[str]:
    role = mandate.role
    if mandate.plans and proposal.plan not in mandate.plans:
        what = f"a plan of kind `{proposal.plan}`" if proposal.plan else "a plan of a kind that is not said"
        yield f"{role} may not offer {what}"
    if mandate.instalments is not None and proposal.instalments > mandate.instalments:
        yield f"it has {proposal.instalments} instalments; {role} may offer {mandate.instalments}"
    yield from _against_end(machine, case, day, mandate, proposal)
    for name, amount, owed in zip(COMPONENTS, proposal.waives, _owed(case, day), strict=True):
        allowed = mandate.waives.get(name)
        if allowed is not None and allowed.share == 1 and owed is not None:
            owed = max(owed, _scheduled(case, day)[COMPONENTS.index(name)])
        if amount:
            yield from _against_waiver(case, role, name, amount, owed, allowed)


def _against_end(machine: Machine, case: Case, day: date, mandate: Mandate, proposal: Proposal) -> Iterator[str]:
    if mandate.ends_later_by is None or proposal.ends_on is None:
        return
    contract_ends_on = _contract_ends_on(case, day)
    if contract_ends_on is None:
        yield f"it is not known when the contract ends; {mandate.role} may move that by {mandate.ends_later_by}"
        return
    latest = mandate.ends_later_by.after(contract_ends_on, machine.law_calendar)
    if proposal.ends_on > latest:
        yield f"it ends on {proposal.ends_on}; {mandate.role} may offer until {latest}"


def _contract_ends_on(case: Case, day: date) -> date | None:
    """The last due date of the schedule in force on a day: what a charge or an earlier schedule says ends nothing."""
    return max(
        (
            due.due_on
            for due in case.ledger.books.dues
            if due.what == "instalment"
            and due.total
            and (due.owed_from is None or due.owed_from <= day)
            and (due.owed_until is None or day < due.owed_until)
        ),
        default=None,
    )


def _against_waiver(
    case: Case, role: str, name: str, amount: int, owed: int | None, allowed: LetGo | None
) -> Iterator[str]:
    currency = case.terms.currency
    said = f"it lets go {from_minor(amount, currency):f} {currency} of {name}"
    if allowed is None:
        yield f"{said}; {role} may let go none of it"
        return
    if allowed.amount is not None and from_minor(amount, currency) > allowed.amount:
        yield f"{said}; {role} may let go {allowed.amount:f}"
    if allowed.share is None:
        return
    if owed is None:
        yield f"{said}, and it is not known how much of that is owed"
    elif amount > owed * allowed.share:
        may = from_minor(int(owed * allowed.share), currency)
        yield f"{said}; {role} may let go {may:f}, {(allowed.share * 100).normalize():f} % of what is owed of it"


def _owed(case: Case, day: date) -> tuple[int | None, int | None, int | None]:
    """What is owed of costs, interest and principal, in minor units; None where a host that reports does not say."""
    ledger = in_force(case.ledger, case.plans)
    if not ledger.reports:
        left = list(ledger.books.account_on(day).left())
        due = [one for one in left if one.due_on <= day]
        return sum(one.costs for one in due), sum(one.interest for one in due), sum(one.principal for one in left)
    here = position(case, day)
    costs, interest, balance = here.overdue_costs, here.overdue_interest, here.balance
    if balance is None or costs is None or interest is None:
        return costs, interest, None
    return costs, interest, balance - costs - interest
