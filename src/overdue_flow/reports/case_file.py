"""The case file: all that a law firm or an auditor needs to know of one loan, read from its journal.

Persons are named by their ids; evidence and leads by the references under which the host keeps them. Everything is as
known at the end of the day that the file is of; what was withdrawn as a mistake is left out, and named at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from overdue_flow.cases.counting import told_by
from overdue_flow.cases.entries import Entry
from overdue_flow.cases.evolve import evolve
from overdue_flow.errors import EventRefused
from overdue_flow.reports.became import entries_until, what_became
from overdue_flow.reports.case_file_court import (
    court,
    evidence,
    handed_over,
    leads,
    limitation,
)
from overdue_flow.reports.case_file_debt import arrears, contract, money, parties, plans, promises
from overdue_flow.reports.case_file_road import complaints, contacts, disputes, holds, moves, notices, talks
from overdue_flow.reports.section import Section


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The file of one case, as of the end of `on`. `policies` are the versions that decided, first to last; `withdrawn`
    the events that were entered by mistake."""

    case_id: str
    on: date
    currency: str
    entries: int
    policies: tuple[str, ...]
    withdrawn: tuple[str, ...]
    sections: tuple[Section, ...]

    def text(self) -> str:
        """The file as text."""
        return "".join(f"{line}\n" for line in self.lines())

    def lines(self) -> Iterator[str]:
        """The same, line by line."""
        yield f"case file of {self.case_id}, as of the end of {self.on}, amounts in {self.currency}"
        count = f"{self.entries} entries" if self.entries > 1 else "one entry"
        yield f"from {count} of its journal, decided by {', '.join(self.policies)}"
        for number, section in enumerate(self.sections, 1):
            yield ""
            yield from section.lines(number)
        if self.withdrawn:
            yield ""
            yield f"left out, as entered by mistake: {', '.join(self.withdrawn)}"

    def as_data(self) -> dict[str, Any]:
        """All of it as plain data, amounts and dates as text: fit for JSON."""
        return {
            "case_id": self.case_id,
            "on": str(self.on),
            "currency": self.currency,
            "entries": self.entries,
            "policies": list(self.policies),
            "withdrawn": list(self.withdrawn),
            "sections": [section.as_data() for section in self.sections],
        }


def case_file(entries: Iterable[Entry], on: date | None = None) -> CaseFile:
    """The case file of the loan whose journal this is, as of the end of `on`, by default the day of its last entry.

    EventRefused where there is no entry up to that day.
    """
    journal = tuple(entries)
    known = entries_until(journal, on, evolve(None, journal[0]).terms) if journal else []
    case, became = what_became(known)
    if case is None:
        raise EventRefused("a journal without entries is no case" if on is None else f"there is no case yet on {on}")
    day = case.day if on is None else told_by(on, case.terms).turn_day
    return CaseFile(
        case_id=case.id,
        on=on or day,
        currency=case.ledger.rules.currency,
        entries=len(known),
        policies=tuple(dict.fromkeys(f"{entry.policy.policy} {entry.policy.version}" for entry in known)),
        withdrawn=tuple(sorted(case.retracted)),
        sections=(
            parties(case, day),
            contract(case, day),
            arrears(case, day),
            money(case, day),
            contacts(case),
            talks(case),
            promises(case, day),
            plans(case, day),
            holds(case, day),
            disputes(case),
            complaints(case),
            notices(case, became),
            evidence(case),
            leads(case),
            limitation(case, day),
            court(case, day),
            handed_over(case),
            moves(known),
        ),
    )
