"""Law: what became of a plan or a promise is what a ledger finds that lives every day and moves money unit by unit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.cases.events import (
    Event,
    Instalment,
    PaymentReceived,
    PaymentReversed,
    PlanAgreed,
    PromiseMade,
    RefundMade,
)
from overdue_flow.errors import EventRefused
from support.daily_ledger import DailyLedger, Day
from support.ledgers import FIRST, LAST_NOTICED, Life, Told, lives, near, schedules, units, yen

LAST = FIRST + timedelta(days=LAST_NOTICED + 30)
MONEY = ("payment",) * 5 + ("reversal", "refund")


def told_with(life: Life, agreements: Iterable[tuple[date, Event]]) -> tuple[Told, list[Event]]:
    """The case that was told the agreements and the life in the order of notice, and what of the life was taken."""
    story, taken = Told(life.instalments, life.terms, FIRST), []
    told = sorted(
        [*((on, 0, event) for on, event in agreements), *((on, 1, event) for on, event in life.events)], key=first_two
    )
    for on, rank, event in told:
        try:
            story.hears(event, on=on)
        except EventRefused:
            assert rank == 1
            continue
        taken += [event] if rank == 1 else []
    return story, taken


def first_two(told: tuple[date, int, Event]) -> tuple[date, int]:
    return told[:2]


def since(agreed_on: date, taken: list[Event]) -> list[Event]:
    """What of a life counts for an agreement: payments from its day on, their reversals, and refunds."""
    payments = [one for one in taken if isinstance(one, PaymentReceived) and one.value_date >= agreed_on]
    ids = {one.id for one in payments}
    return [
        one
        for one in taken
        if one in payments
        or (isinstance(one, PaymentReversed) and one.payment_id in ids)
        or (isinstance(one, RefundMade) and one.refunded_on >= agreed_on)
    ]


def kept_by(instalments: Iterable[Instalment], model: DailyLedger, day: date) -> tuple[int, int]:
    """How many instalments were kept by a day; and how many are missed for which something came."""
    kept = part_kept = 0
    for one in instalments:
        full = yen(one.amount) + yen(one.principal) + yen(one.interest) + yen(one.costs)
        last_day = one.due_on + timedelta(days=model.terms.plan.grace_days)
        if not full:
            continue
        if unpaid(model.days.get(min(day, last_day)), one, full) <= model.short_by:
            kept += 1
        elif last_day < day:
            part_kept += model.short_by < unpaid(model.days[day], one, full) < full
    return kept, part_kept


def unpaid(on: Day | None, one: Instalment, full: int) -> int:
    """What is unpaid of an instalment on a day; all of it before the plan was agreed."""
    return full if on is None else on.unpaid[one.id or ""]


@given(lives(MONEY), near, schedules("plan-"), st.booleans())
def test_a_plan(life: Life, agreed_on: date, instalments: tuple[Instalment, ...], replaces: bool) -> None:
    if not any(yen(one.amount) or yen(one.principal) for one in instalments):
        return
    event = PlanAgreed(id="plan", instalments=instalments, replaces_contract=replaces)
    story, taken = told_with(life, [(agreed_on, event)])
    model = DailyLedger(life.terms, of_plan=True)
    model.lives(instalments, since(agreed_on, taken), agreed_on - timedelta(days=1), LAST)
    failed = False
    for day, said in list(model.days.items())[1:]:
        at_close = model.days[day - timedelta(days=1)].missed_at_close if day > agreed_on else 0
        failed = failed or at_close >= life.terms.plan.fails_after_missed
        open_ones = {name: unpaid for name, unpaid in said.unpaid.items() if unpaid > model.short_by}
        left = bool(open_ones)
        active = bool(left) and not failed
        assert story.says("plans_failed", day) == failed, f"on {day}"
        assert story.says("plan_active", day) == active, f"on {day}"
        assert story.says("plan_completed", day) == (not left and not failed), f"on {day}"
        assert story.says("plan_missed_instalments", day) == said.missed, f"on {day}"
        assert story.says("plan_instalments_left", day) == len(open_ones), f"on {day}"
        assert story.says("plan_outstanding", day) == sum(open_ones.values()), f"on {day}"
        owed = said.paid + sum(open_ones.values())
        share = Decimal(said.paid) / owed if open_ones else Decimal(1)
        assert story.says("plan_paid_ratio", day) == share.quantize(Decimal("0.0001"), ROUND_DOWN), f"on {day}"
        kept, part_kept = kept_by(instalments, model, day)
        assert story.says("plan_kept_instalments", day) == kept, f"on {day}"
        assert story.says("plan_part_kept_instalments", day) == part_kept, f"on {day}"
        if active and replaces:
            assert story.says("oldest_due_on", day) == said.oldest_due_on, f"on {day}"
            assert story.says("overdue_amount", day) == sum(said.overdue.values()), f"on {day}"
            assert story.says("next_due_on", day) == said.next_due_on, f"on {day}"


@given(lives(("payment", "payment", "reversal")), st.lists(st.tuples(near, st.integers(0, 20), units), max_size=3))
def test_promises(life: Life, made: list[tuple[date, int, int]]) -> None:
    """Coins of every payment go to the promise due first that was made by then and is not over."""
    known = [(on, on + timedelta(days=days), amount) for on, days, amount in sorted(made)]
    agreements = [
        (on, PromiseMade(id=f"promise-{n}", amount=amount, due_on=due_on))
        for n, (on, due_on, amount) in enumerate(known)
    ]
    story, taken = told_with(life, agreements)
    came = {one.id or "": one.value_date for one in taken if isinstance(one, PaymentReceived)}
    net = {one.id or "": yen(one.amount) for one in taken if isinstance(one, PaymentReceived)}
    for one in taken:
        if isinstance(one, PaymentReversed):
            net[one.payment_id] -= net[one.payment_id] if one.amount is None else yen(one.amount)
    got = [0] * len(known)
    whole: list[date | None] = [None] * len(known)
    short = yen(life.terms.counting.paid_when_short_by)
    for on, name in sorted((on, name) for name, on in came.items()):
        for _coin in range(net[name]):
            open_ones = [n for n, (a, b, most) in enumerate(known) if a <= on <= b and got[n] < most]
            for n in sorted(open_ones, key=lambda n: known[n][1])[:1]:
                got[n] += 1
                whole[n] = whole[n] or (on if got[n] >= known[n][2] - short else None)
    day = FIRST
    while day <= LAST:
        over = [n for n, (_, due_on, _) in enumerate(known) if due_on < day]
        kept = [n for n, on in enumerate(whole) if on is not None and on <= day]
        unkept = [n for n in over if n not in kept]
        assert story.says("promises_kept", day) == len(kept), f"on {day}"
        assert story.says("promises_part_kept", day) == sum(got[n] > 0 for n in unkept), f"on {day}"
        assert story.says("promises_broken", day) == sum(got[n] == 0 for n in unkept), f"on {day}"
        day += timedelta(days=1)
