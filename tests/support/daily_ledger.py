"""A dumb ledger to compare with: it lives every day, and moves money one unit at a time.

It knows nothing of the real one. Every unit of money is a coin that lies somewhere: on a component of a due, or idle.
Each day the events of that value date happen, then what is overdue is counted by looking at everything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from overdue_flow.cases.events import (
    Accelerated,
    ChargeAdded,
    Event,
    Instalment,
    PaymentReceived,
    PaymentReversed,
    RefundMade,
    ScheduleReplaced,
    WaiverGranted,
)
from overdue_flow.cases.terms import Terms
from support.ledgers import yen

ALL = ("costs", "interest", "principal")


@dataclass(eq=False)
class Owed:
    """One due: what of each component is neither paid nor let go."""

    name: str
    due_on: date
    left: dict[str, int]
    begins: date | None = None
    ends: date | None = None

    @property
    def unpaid(self) -> int:
        return sum(self.left.values())


@dataclass(eq=False)
class Coin:
    """One unit of money, and where it lies."""

    payment: str
    on: Owed | None = None
    component: str = ""
    designated: bool = False


@dataclass(frozen=True)
class Day:
    """How the loan stands at the end of one day."""

    oldest_due_on: date | None
    overdue: dict[str, int]
    balance: int
    missed: int
    next_due_on: date | None
    next_due: int
    material: bool
    missed_at_close: int
    unpaid: dict[str, int]
    paid: int


@dataclass
class DailyLedger:
    """A loan in a currency without decimals, lived from its first day to `last`."""

    terms: Terms
    of_plan: bool = False
    schedule: list[Owed] = field(default_factory=list)
    live: list[Owed] = field(default_factory=list)
    coins: list[Coin] = field(default_factory=list)
    debt: int = 0
    days: dict[date, Day] = field(default_factory=dict)

    def reads(
        self, instalments: Iterable[Instalment], events: Iterable[Event]
    ) -> dict[date, list[tuple[int, str, Event]]]:
        """Make the schedule from what is known at the end; the rest happens on its value date."""
        by_day: dict[date, list[tuple[int, str, Event]]] = {}
        gone: dict[str, int] = {}
        self._adds(instalments, None)
        known = list(events)
        for event in known:
            name = event.id or ""
            match event:
                case ChargeAdded():
                    self.schedule.append(Owed(name, event.due_on, _zero() | {event.component: yen(event.amount)}))
                case ScheduleReplaced():
                    on = event.effective_on
                    for owed in self.schedule:
                        stays = event.keeps_arrears and owed.due_on < on
                        if not stays and (owed.ends is None or owed.ends > on):
                            owed.ends = on
                    self._adds(event.instalments, on)
                    by_day.setdefault(on, []).append((0, name, event))
                case Accelerated():
                    for owed in self.schedule:
                        exists = (owed.begins is None or owed.begins <= event.due_on) and (
                            owed.ends is None or owed.ends > event.due_on
                        )
                        if exists:
                            owed.due_on = min(owed.due_on, event.due_on)
                case WaiverGranted():
                    by_day.setdefault(event.effective_on, []).append((1, name, event))
                case PaymentReceived():
                    by_day.setdefault(event.value_date, []).append((3 if event.towards is None else 2, name, event))
                case PaymentReversed():
                    back = yen(event.amount) if event.amount is not None else self._rest(event, known, gone)
                    gone[event.payment_id] = gone.get(event.payment_id, 0) + back
                    if self.terms.counting.reversal == "reversal_date":
                        event = event.model_copy(update={"amount": Decimal(back)})
                        by_day.setdefault(event.reversed_on, []).append((4, name, event))
                case RefundMade():
                    by_day.setdefault(event.refunded_on, []).append((5, name, event))
        self.gone = gone if self.terms.counting.reversal == "original_due_date" else {}
        return by_day

    @staticmethod
    def _rest(event: PaymentReversed, known: list[Event], gone: dict[str, int]) -> int:
        came = next(yen(one.amount) for one in known if isinstance(one, PaymentReceived) and one.id == event.payment_id)
        return came - gone.get(event.payment_id, 0)

    def _adds(self, instalments: Iterable[Instalment], begins: date | None) -> None:
        for one in instalments:
            left = {component: yen(getattr(one, component)) for component in ALL}
            if one.amount is not None:
                left["principal"] = yen(one.amount)
            self.schedule.append(Owed(one.id or "", one.due_on, left, begins))

    def lives(self, instalments: Iterable[Instalment], events: Iterable[Event], first: date, last: date) -> None:
        """Every day from `first` to `last`, the events of each in their order."""
        by_day = self.reads(instalments, events)
        self.live = [owed for owed in self.schedule if owed.begins is None]
        day = first
        while day <= last:
            for _rank, name, event in sorted(by_day.get(day, []), key=lambda one: one[:2]):
                self._happens(event, name, day)
            self.days[day] = self._stands(day)
            day += timedelta(days=1)

    def _happens(self, event: Event, name: str, day: date) -> None:
        match event:
            case ScheduleReplaced():
                self.live = [one for one in self.live if one.ends is None or one.ends > day]
                self.live += [
                    one for one in self.schedule if one.begins == day and (one.ends is None or one.ends > day)
                    and one not in self.live
                ]  # fmt: skip
                self._lay([coin for coin in self.coins if coin.on is None], day)
            case WaiverGranted():
                rest = yen(event.amount)
                for owed in self._in_order():
                    if event.towards in (None, owed.name):
                        let_go = min(rest, owed.left[event.component])
                        owed.left[event.component] -= let_go
                        rest -= let_go
            case PaymentReceived():
                for _ in range(yen(event.amount) - self.gone.get(name, 0)):
                    if self.debt:
                        self.debt -= 1
                        continue
                    coin = Coin(name, designated=event.towards is not None)
                    self.coins.append(coin)
                    self._lay([coin], day, event.towards)
            case PaymentReversed():
                self._comes_back(event, day)
            case RefundMade():
                for _ in range(yen(event.amount)):
                    freest = self._freest(day)
                    if not self.of_plan or self._is_credit(freest, day):
                        self._leaves(freest)

    @staticmethod
    def _is_credit(coin: Coin | None, day: date) -> bool:
        return coin is not None and (coin.on is None or coin.on.due_on > day)

    def _in_order(self) -> list[Owed]:
        return sorted(self.live, key=lambda one: (one.due_on, self.schedule.index(one)))

    def _lay(self, coins: list[Coin], day: date, towards: str | None = None) -> None:
        """Lay coins, one by one, on what comes first in the order of the terms."""
        order = self._in_order()
        if self.terms.allocation.order == "newest_first":
            due = [one for one in order if one.due_on <= day]
            order = [*reversed(due), *(one for one in order if one.due_on > day)]
        order = [*(one for one in order if one.name == towards), *order] if towards else order
        within = [*self.terms.allocation.within, *(one for one in ALL if one not in self.terms.allocation.within)]
        for coin in coins:
            target = next((one for one in order if one.unpaid), None)
            if target is None:
                return
            coin.on = target
            coin.component = next(component for component in within if target.left[component])
            target.left[coin.component] -= 1
            self.coins.remove(coin)
            self.coins.append(coin)  # what was laid last is taken first

    def _comes_back(self, event: PaymentReversed, day: date) -> None:
        again = Owed(f"{event.payment_id} reversed", day, _zero())
        for _ in range(yen(event.amount)):
            mine = [coin for coin in self.coins if coin.payment == event.payment_id]
            idle = [coin for coin in mine if coin.on is None]
            if not mine:
                self._leaves(self._freest(day))
                continue
            coin = (idle or mine)[-1]
            if coin.on is not None and not (coin.on.due_on > day and coin.on in self.live):
                again.left[coin.component] += 1
                coin.on = None
            self._leaves(coin)
        if again.unpaid:
            self.schedule.append(again)
            self.live.append(again)
        self._lift_and_lay(day)

    def _lift_and_lay(self, day: date) -> None:
        """Credit covers what is owed as it stands now."""
        ahead = [one for one in self._ahead(day) if not one.designated]
        idle = [coin for coin in self.coins if coin.on is None]
        owed = [one for one in self._in_order() if one.unpaid]
        latest = max(((one.on.due_on) for one in ahead if one.on is not None), default=date.min)
        if not owed or not (idle or owed[0].due_on < latest):
            return
        for coin in ahead:
            assert coin.on is not None
            coin.on.left[coin.component] += 1
            coin.on = None
        self._lay([*reversed(ahead), *idle], day)

    def _ahead(self, day: date) -> list[Coin]:
        """Coins on what is owed and still to come: on the latest due first, on one due the last coin first."""
        ahead = [coin for coin in self.coins if coin.on is not None and coin.on.due_on > day and coin.on in self.live]
        place = {id(owed): n for n, owed in enumerate(self._in_order())}
        return sorted(ahead, key=lambda coin: place[id(coin.on)])[::-1]

    def _freest(self, day: date) -> Coin | None:
        """The coin that covers least: an idle one, or on the latest due to come, or the last that was laid."""
        idle = [coin for coin in self.coins if coin.on is None]
        if idle:
            return idle[-1]
        ahead = self._ahead(day)
        if ahead:
            return ahead[0]
        due = [coin for coin in self.coins if coin.on in self.live]
        return due[-1] if due else None

    def _leaves(self, coin: Coin | None) -> None:
        if coin is None:
            self.debt += 1
            return
        if coin.on is not None:
            coin.on.left[coin.component] += 1
        self.coins.remove(coin)

    def _stands(self, day: date) -> Day:
        short, grace = self.short_by, timedelta(days=self.terms.plan.grace_days if self.of_plan else 0)
        unpaid = [one for one in self._in_order() if one.unpaid > short]
        late = [one for one in unpaid if one.due_on < day]
        coming = [one for one in unpaid if one.due_on >= day]
        balance = sum(one.unpaid for one in self.live) + self.debt
        overdue = {component: sum(one.left[component] for one in late) for component in ALL}
        limits = self.terms.counting.material
        total = sum(overdue.values())
        material = total > yen(limits.above) and (
            limits.and_share_above is None or total > limits.and_share_above * balance
        )
        next_on = coming[0].due_on if coming else None
        return Day(
            late[0].due_on if late else None,
            overdue,
            balance,
            sum(one.due_on + grace < day for one in unpaid),
            next_on,
            sum(one.unpaid for one in coming if one.due_on == next_on),
            material,
            sum(one.due_on + grace <= day for one in unpaid),
            {one.name: one.unpaid for one in self.live},
            sum(coin.on is not None for coin in self.coins),
        )

    @property
    def short_by(self) -> int:
        """What may be missing of something that counts as paid."""
        plans = self.terms.plan.short_by if self.of_plan else None
        return yen(self.terms.counting.paid_when_short_by if plans is None else plans)


def _zero() -> dict[str, int]:
    return dict.fromkeys(ALL, 0)
