"""Offers side by side: beside each other and beside the contract, as a table of text and as plain data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from overdue_flow.cases.events.base import Instalment
from overdue_flow.errors import OfferRefused
from overdue_flow.offers.contract import Amounts, Contract, amounts_of
from overdue_flow.offers.formulas import Figure, figure, rounded
from overdue_flow.offers.offer import Offer
from overdue_flow.offers.words import LABELS, loss_in_percent, percent, times

_HEAD = ("", "instalments", "largest", "last due", "to pay", "interest", "let go", "value", "lost", "can pay")
_GAP = "  "


@dataclass(frozen=True, slots=True)
class Comparison:
    """Several offers on one contract. `disposable_income` is what is left of the borrower's income in a month, where it
    is known."""

    contract: Contract
    offers: tuple[Offer, ...]
    disposable_income: Decimal | None = None

    def text(self) -> str:
        """The offers as a table, the contract first, and below it what each of them is and how it was worked out."""
        lines = [*self.heading(), "", *_table(self.rows()), "", *self.notes()]
        return "".join(f"{line}\n" for line in lines)

    def rows(self) -> list[tuple[str, ...]]:
        """The cells of the table: its head, the contract, each offer. A name is to the left, all figures to the right;
        whether it can be paid is left out where no income is known."""
        rows = [_HEAD, ("contract", *self._contract_cells()), *((one, *cells) for one, cells in self._cells())]
        return rows if self.disposable_income is not None else [row[:-1] for row in rows]

    def notes(self) -> Iterator[str]:
        """What stands below the table: each offer in words, and what the figures mean."""
        for number, offer in enumerate(self.offers, 1):
            yield f"{number} {offer.gist}"
        yield ""
        yield "value: what the borrower pays, discounted to the day with the contract's own rate"
        yield "lost: the part of the contract's value that is missing; !: over 1 %, diminished under EBA/GL/2016/07"
        if self.contract.interest_unknown:
            yield "the schedule shows no interest, so it is taken as free of it; a rate that is said goes before"

    def as_data(self) -> dict[str, Any]:
        """All of it as plain data, amounts and dates as text: fit for JSON."""
        contract, income, unit = self.contract, self.disposable_income, self.contract.unit
        return {
            "on": str(contract.day),
            "currency": contract.currency,
            "annual_rate": f"{contract.annual_rate:f}",
            "rate_is_read": contract.rate_is_read,
            "disposable_income": None if income is None else f"{income:f}",
            "contract": {
                "overdue": _amounts(contract.overdue, unit),
                "to_come": _amounts(contract.to_come, unit),
                "owed_now": _amounts(contract.owed_now, unit),
                "value": f"{rounded(contract.value, contract.unit):f}",
                "schedule": [_instalment(one, unit) for one in contract.coming],
            },
            "offers": [self._offer(one) for one in self.offers],
        }

    # --- as text ---

    def heading(self) -> Iterator[str]:
        """What stands above the table: the day, what is owed, the rate, what the borrower can pay."""
        contract = self.contract
        overdue, to_come = (rounded(one.total, contract.unit) for one in (contract.overdue, contract.to_come))
        yield f"offers on {contract.day}, amounts in {contract.currency}"
        yield f"overdue {overdue:f}, to come {to_come:f} in {times(contract.periods_left, 'instalment')}"
        read = ", read off the schedule" if contract.rate_is_read else ""
        yield f"{percent(contract.annual_rate)} a year{read}; {contract.rhythm}"
        if self.disposable_income is not None:
            yield f"the borrower can pay {rounded(self.disposable_income, contract.unit):f} a month"

    def _contract_cells(self) -> tuple[str, ...]:
        contract = self.contract
        flows = [amount for _, amount in contract.flows]
        value = f"{rounded(contract.value, contract.unit):f}"
        number, last = str(len(contract.coming)), contract.coming[-1].due_on if contract.coming else contract.day
        paid = (f"{contract.balance.total:f}", f"{contract.balance.interest:f}")
        return (number, f"{max(flows):f}", str(last), *paid, "", value, "", "")

    def _cells(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        for number, offer in enumerate(self.offers, 1):
            pay = offer.to_pay
            yield (
                f"{number} {LABELS[offer.kind][0]}",
                (
                    str(len(offer.flows)),
                    f"{offer.largest_instalment:f}",
                    str(offer.ends_on),
                    f"{pay.total:f}",
                    f"{pay.interest:f}",
                    f"{offer.waived.total:f}" if offer.waived.total else "",
                    f"{offer.npv:f}",
                    loss_in_percent(offer.npv_loss) + (" !" if offer.is_diminished else ""),
                    self._can_pay(offer),
                ),
            )

    def _can_pay(self, offer: Offer) -> str:
        income = self.disposable_income
        return "" if income is None else "yes" if offer.affordable(income) else "no"

    # --- as data ---

    def _offer(self, offer: Offer) -> dict[str, Any]:
        income, unit = self.disposable_income, self.contract.unit
        return {
            "kind": offer.kind,
            "label": dict(zip(("en", "zh"), LABELS[offer.kind], strict=True)),
            "gist": offer.gist,
            "annual_rate": f"{offer.annual_rate:f}",
            "beside_contract": offer.beside_contract,
            "instalments": len(offer.flows),
            "largest_instalment": f"{offer.largest_instalment:f}",
            "ends_on": str(offer.ends_on),
            "totals": _amounts(offer.totals, unit),
            "to_pay": _amounts(offer.to_pay, unit),
            "waived": _amounts(offer.waived, unit),
            "capitalised": _amounts(offer.capitalised, unit),
            "let_go": _amounts(offer.let_go, unit),
            "added_interest": f"{offer.added_interest:f}",
            "npv": f"{offer.npv:f}",
            "npv_loss": f"{rounded(offer.npv_loss, Decimal('0.0000001')):f}",
            "is_diminished": offer.is_diminished,
            "affordable": None if income is None else offer.affordable(income),
            "schedule": [_instalment(one, unit) for one in offer.schedule],
        }


def compare(contract: Contract, offers: Sequence[Offer], disposable_income: Figure | None = None) -> Comparison:
    """Offers side by side. OfferRefused for one that was worked out on another contract."""
    if any(offer.contract != contract for offer in offers):
        raise OfferRefused("these offers were not worked out on one contract, and cannot be compared")
    income = None if disposable_income is None else figure(disposable_income, "a disposable income")
    return Comparison(contract, tuple(offers), income)


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Columns as wide as their widest cell: words to the left, figures to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        first = row[0].ljust(widths[0])
        yield _GAP.join([first, *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]).rstrip()


def _amounts(amounts: Amounts, unit: Decimal) -> dict[str, str]:
    parts = {"principal": amounts.principal, "interest": amounts.interest, "costs": amounts.costs}
    return {name: f"{rounded(part, unit):f}" for name, part in (parts | {"total": amounts.total}).items()}


def _instalment(instalment: Instalment, unit: Decimal) -> dict[str, str]:
    return {"due_on": str(instalment.due_on), **_amounts(amounts_of(instalment), unit)}
