"""Cases told event by event, and random lives of loans.

`Told` is a case as a host would tell it, through the door by which every event comes (`cases.evolve.apply`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from overdue_flow.cases.case import Case
from overdue_flow.cases.evolve import apply
from overdue_flow.cases.events import Event, Instalment, LoanOpened, PaymentReceived
from overdue_flow.cases.facts import built_in
from overdue_flow.cases.terms import Terms


def day(text: str | date) -> date:
    """A date as people write it: 2025-01-31."""
    return text if isinstance(text, date) else date.fromisoformat(text)


def monthly(first: str, times: int, amount: str = "100.00") -> list[Instalment]:
    """Instalments of one amount, due on one day of each month."""
    start = day(first)
    months = range(start.month - 1, start.month - 1 + times)
    return [
        Instalment(due_on=start.replace(year=start.year + n // 12, month=n % 12 + 1), amount=Decimal(amount))
        for n in months
    ]


class Told:
    """A case, told event by event."""

    def __init__(
        self, instalments: Iterable[Instalment] = (), terms: Terms | None = None, opened_on: str | date = "2024-12-01"
    ) -> None:
        opening = LoanOpened(
            id="opening", opened_on=day(opened_on), instalments=tuple(instalments), terms=terms or Terms()
        )
        self.seq = 0
        self._case: Case | None = None
        self.hears(opening, on=opened_on)

    @property
    def case(self) -> Case:
        """The case as it stands."""
        assert self._case is not None
        return self._case

    def hears(self, event: Event, on: str | date) -> Told:
        """An event is noticed, at noon of a day."""
        noticed = day(on)
        at = datetime(noticed.year, noticed.month, noticed.day, 12, tzinfo=UTC)
        named = event if event.id is not None else event.model_copy(update={"id": f"e-{self.seq + 1}"})
        self._case = apply(self._case, named, case_id="loan", seq=self.seq + 1, day=noticed, at=at)
        self.seq += 1
        return self

    def pays(self, amount: str, on: str | date, noticed: str | date | None = None, **more: Any) -> Told:
        """A payment with a value date, noticed on that day or another."""
        event = PaymentReceived(amount=Decimal(amount), value_date=day(on), **more)
        return self.hears(event, on=noticed or on)

    def says(self, fact: str, on: str | date) -> Any:
        """What a built-in fact is on a day, as known now."""
        return built_in()[fact].read(self.case, day(on))

    def moves_on(self, fact: str, on: str | date) -> date | None:
        """The next day on which a fact says that it may move other than along its slope."""
        return built_in()[fact].until(self.case, day(on))
