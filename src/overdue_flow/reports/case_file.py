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
from overdue_flow.reports.as_text import part_lines
from overdue_flow.reports.became import entries_until, what_became
from overdue_flow.reports.case_file_court import (
    court,
    evidence,
    handed_over,
    leads,
    limitation,
)
from overdue_flow.reports.case_file_debt import arrears, contract, money, parties, plans, promises
from overdue_flow.reports.case_file_road import complaints, contacts, disputes, holds, marks, moves, notices, talks
from overdue_flow.reports.journal import whole_journal
from overdue_flow.reports.report import Note, Part, Report, part_as_data, restricted
from overdue_flow.reports.seen import Seen
from overdue_flow.reports.speech import say, spoken


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The file of one case, as of the end of `on`. `policies` are the versions that decided, first to last; `withdrawn`
    the events that were entered by mistake. `journal` is every entry of it, in words."""

    case_id: str
    on: date
    currency: str
    entries: int
    policies: tuple[str, ...]
    withdrawn: tuple[str, ...]
    sections: tuple[Part, ...]
    journal: Part = Part("")

    def text(self) -> str:
        """The file as text, without the journal."""
        return "".join(f"{line}\n" for line in self.lines())

    def lines(self) -> Iterator[str]:
        """The same, line by line."""
        file = self.report()
        yield spoken(file.title)
        yield from (spoken(note.said) for note in file.about[:1])
        for number, part in enumerate(self.sections, 1):
            yield ""
            yield from part_lines(part, number)
        yield from (f"\n{spoken(note.said)}" for note in file.about[1:])

    def report(self, seen: Seen | None = None) -> Report:
        """The file as a report, with the whole journal at its end."""
        title = say(
            "case file of {case}, as of the end of {day}, amounts in {currency}",
            case=self.case_id,
            day=self.on,
            currency=self.currency,
        )
        count = say("{count} entries", count=self.entries) if self.entries > 1 else say("one entry")
        policies = ", ".join(self.policies)
        about = [Note(say("from {count} of its journal, decided by {policies}", count=count, policies=policies))]
        if self.withdrawn:
            about.append(Note(say("left out, as entered by mistake: {ids}", ids=", ".join(self.withdrawn)), "work"))
        return restricted(Report("case-file", title, tuple(about), (*self.sections, self.journal)), seen)

    def as_data(self) -> dict[str, Any]:
        """All of it as plain data, amounts and dates as text: fit for JSON."""
        return {
            "case_id": self.case_id,
            "on": str(self.on),
            "currency": self.currency,
            "entries": self.entries,
            "policies": list(self.policies),
            "withdrawn": list(self.withdrawn),
            "sections": [_section_as_data(section) for section in self.sections],
            "journal": _section_as_data(self.journal)["rows"],
        }


def _section_as_data(section: Part) -> dict[str, Any]:
    data = part_as_data(section)
    return {name: data[name] for name in ("title", "rows", "notes")}


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
            *marks(known),
        ),
        journal=whole_journal(known),
    )
