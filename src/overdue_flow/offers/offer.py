"""An offer: a whole schedule, what it comes to, what it is worth beside the contract, and the events that say it.

Its value goes by the European test for concessions (EBA/GL/2016/07, paragraphs 49 to 52): both schedules discounted
with the contract's own rate, and the loss is (NPV0 - NPV1) / NPV0. Above one percent the obligation is diminished.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from overdue_flow.cases.events.agreement import OfferMade, PlanAgreed, PlanKind
from overdue_flow.cases.events.base import Instalment
from overdue_flow.cases.events.ledger import ChargeAdded, ScheduleReplaced
from overdue_flow.cases.events.legal import SettlementReached
from overdue_flow.errors import OfferRefused
from overdue_flow.offers.contract import NOTHING, Amounts, Contract, amounts_of, instalment_of, sum_of
from overdue_flow.offers.formulas import Figure, exact, figure, rounded

_NONE = Decimal(0)
DIMINISHED_ABOVE = Decimal("0.01")
"""The loss of value above which a restructured obligation counts as diminished, and its debtor as in default (EU)."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to go on with a contract. `schedule` is all that the offer asks for, by component.

    `beside_contract`: the contract's own instalments go on and are not in the schedule. `waived` is let go of what is
    owed already; it is let go once the schedule is kept. `capitalised` is what stands in the schedule as principal and
    was interest or costs before. `gist` says the offer in words.
    """

    kind: PlanKind
    contract: Contract
    schedule: tuple[Instalment, ...]
    gist: str
    annual_rate: Decimal
    waived: Amounts = NOTHING
    capitalised: Amounts = NOTHING
    beside_contract: bool = False

    # --- what it comes to ---

    @property
    def totals(self) -> Amounts:
        """All that its schedule asks for, by component."""
        return sum_of(self.schedule)

    @property
    def to_pay(self) -> Amounts:
        """All that the borrower pays with it: the schedule, and the contract's own instalments where they go on."""
        return self.totals.plus(self.contract.to_come) if self.beside_contract else self.totals

    @property
    def ends_on(self) -> date:
        """The day on which the last money falls due."""
        return max(day for day, _ in self.flows)

    @property
    @exact
    def flows(self) -> tuple[tuple[date, Decimal], ...]:
        """What the borrower pays, by day, in order."""
        by_day: defaultdict[date, Decimal] = defaultdict(Decimal)
        for one in (*self.schedule, *(self.contract.coming if self.beside_contract else ())):
            by_day[one.due_on] += amounts_of(one).total
        return tuple(sorted(by_day.items()))

    @property
    def largest_instalment(self) -> Decimal:
        """The most that falls due on one day."""
        return max(amount for _, amount in self.flows)

    @property
    @exact
    def added_interest(self) -> Decimal:
        """How much more the borrower pays than the contract asks for, without the waiver; 0 where it is less."""
        return max(_NONE, self.to_pay.total - self.contract.balance.total)

    @property
    @exact
    def waived_on_completion(self) -> Decimal:
        """What is left on the contract when the schedule is kept: the waiver, and interest that is not earned."""
        return max(_NONE, self.contract.balance.total - self.to_pay.total)

    @property
    @exact
    def let_go(self) -> Amounts:
        """The same by component: costs that are not asked for, the principal that is waived, and else interest."""
        total = self.waived_on_completion
        if not total:
            return NOTHING
        costs = self.contract.balance.costs - self.capitalised.costs - self.to_pay.costs
        return Amounts(self.waived.principal, total - costs - self.waived.principal, costs)

    # --- what it is worth ---

    @property
    @exact
    def npv(self) -> Decimal:
        """The present value of what the borrower pays, at the contract's own rate, to the minor unit."""
        return rounded(self.contract.value_of(self.flows), self.contract.unit)

    @property
    @exact
    def npv_loss(self) -> Decimal:
        """(NPV0 - NPV1) / NPV0, a share; below zero where the offer is worth more than the contract. Not rounded."""
        before = self.contract.value
        return (before - self.contract.value_of(self.flows)) / before

    @property
    def is_diminished(self) -> bool:
        """Whether so much value is lost that European rules take the debtor to be in default."""
        return self.npv_loss > DIMINISHED_ABOVE

    # --- who can pay it ---

    @property
    @exact
    def monthly_burden(self) -> Decimal:
        """The most that falls due on one day, as an amount a month: what a period brings pays it. The first part of a
        settlement does not wait for a period: it is paid from the months until then, of which there is at least one."""
        period = self.contract.rhythm.in_months
        if self.kind != "settlement":
            return self.largest_instalment / period
        (first, amount), *others = self.flows
        until = max(Decimal(1), Decimal((first - self.contract.day).days) * 12 / 365)
        return max([amount / until, *(part / period for _, part in others)])

    def affordable(self, disposable_income: Figure) -> bool:
        """Whether what is left of the borrower's income in a month covers every instalment."""
        return self.monthly_burden <= figure(disposable_income, "a disposable income")

    # --- as events ---

    def as_event(self, **said: Any) -> OfferMade:
        """The offer as it is made: `OfferMade`, with what else the host says of it (`offer_id`, `valid_until`, ...).

        What it waives is `let_go`: all that the ledger will let go when the offer is accepted and kept.
        """
        waives = {
            f"waives_{name}": amount
            for name in ("costs", "interest", "principal")
            if (amount := getattr(self.let_go, name))
        }
        return OfferMade(
            plan=self.kind, instalments=self.schedule, beside_contract=self.beside_contract, **waives, **said
        )

    def agreed(self, **said: Any) -> PlanAgreed | SettlementReached:
        """The offer as it is agreed: `SettlementReached` for a settlement, else `PlanAgreed`.

        Once it is kept, what the contract still asks for is let go (`waived_on_completion`); if it fails, the contract
        stands as before. Where `added_interest` is above zero, `charged` says it to the contract's ledger.
        """
        let_go = self.waived_on_completion or None
        if self.kind == "settlement":
            return SettlementReached(
                amount=self.totals.total, instalments=self.schedule, waived_on_completion=let_go, **said
            )
        return PlanAgreed(
            plan=self.kind,
            instalments=self.schedule,
            replaces_contract=not self.beside_contract,
            waived_on_completion=let_go,
            **said,
        )

    def charged(self, **said: Any) -> ChargeAdded | None:
        """The interest that the offer adds, as a charge on the contract's ledger, due with the last instalment; None
        where there is none."""
        if not self.added_interest:
            return None
        reason = f"interest of the plan agreed on {self.contract.day}"
        return ChargeAdded(amount=self.added_interest, due_on=self.ends_on, component="interest", reason=reason, **said)

    def modified(self, **said: Any) -> ScheduleReplaced:
        """The offer as a contract that is changed for good, in place of a plan: what is waived is gone at once.

        OfferRefused for an offer that stands beside the contract.
        """
        if self.beside_contract:
            raise OfferRefused("this offer stands beside the contract, and does not change it")
        return ScheduleReplaced(effective_on=self.contract.day, instalments=self.schedule, **said)


def offer_of(
    kind: PlanKind,
    contract: Contract,
    rows: Sequence[Amounts],
    days: Sequence[date],
    gist: str,
    *,
    annual_rate: Decimal | None = None,
    waived: Amounts = NOTHING,
    capitalised: Amounts = NOTHING,
    beside_contract: bool = False,
) -> Offer:
    """The offer of rows and their due dates; rows with nothing in them are left out."""
    unit = contract.unit
    schedule = tuple(
        instalment_of(day, *(rounded(part, unit) for part in (row.principal, row.interest, row.costs)))
        for day, row in zip(days, rows, strict=True)
        if row.total
    )
    if not schedule:
        raise OfferRefused("this asks the borrower for nothing; it is a waiver of all that is owed")
    rate = contract.annual_rate if annual_rate is None else annual_rate
    return Offer(kind, contract, schedule, gist, rate, waived, capitalised, beside_contract)
