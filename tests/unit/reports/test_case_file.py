"""The case file of a loan: what it says of disputes, and what is left of it when personal values were erased."""

from __future__ import annotations

from datetime import date

from overdue_flow.events import (
    AmountVerified,
    AssetDisposed,
    ComplaintEscalated,
    ComplaintReceived,
    DebtAcknowledged,
    DisputeRaised,
    EnforcementMeasureLifted,
    EnforcementMeasureTaken,
    LoanOpened,
    ProofReceived,
    ProofRequested,
    PropertyLeadFound,
)
from overdue_flow.reports.case_file import CaseFile, case_file
from overdue_flow.reports.report import Part
from overdue_flow.reports.speech import spoken
from overdue_flow.store.personal import ERASED
from overdue_flow.store.rows import to_entry, to_row
from support.road import Road, at, one_stage, road_policy


def section(found: CaseFile, title: str) -> Part:
    return next(one for one in found.sections if spoken(one.title) == title)


def rows(part: Part) -> list[tuple[str, ...]]:
    return [tuple(spoken(cell) for cell in row.cells) for row in part.rows]


def notes(part: Part) -> list[str]:
    return [spoken(note.said) for note in part.notes]


def a_road() -> Road:
    """A loan of which an instalment of 100.00 has been overdue since 2025-01-10."""
    opened = LoanOpened.model_validate(
        {"id": "o", "opened_on": "2025-01-01", "instalments": [{"due_on": "2025-01-10", "amount": "100.00"}]}
    )
    return Road(road_policy(one_stage("")), opened)


def test_a_dispute_is_told_with_its_ground_its_proof_and_every_check_of_the_amount() -> None:
    road = a_road()
    road.tell(DisputeRaised(dispute_id="d-1", ground="not_mine", amount="40.00"), "2025-01-20")
    road.tell(ProofRequested(), "2025-01-21")
    road.tell(ProofReceived(evidence=("vault/3",)), "2025-01-25")
    road.tell(AmountVerified(amount="60.00"), "2025-01-26")
    road.tell(AmountVerified(amount="100.00"), "2025-01-27")

    found = section(case_file(road.entries), "disputes")

    assert rows(found) == [("2025-01-20", "d-1", "not mine", "40.00", "2025-01-21", "2025-01-25", "", "open")]
    assert notes(found) == [
        "the overdue amount as checked on 2025-01-26, 60.00, is not the ledger's, which is 100.00",
        "the overdue amount as checked on 2025-01-27, 100.00, is also the ledger's",
    ]


def test_when_what_is_personal_was_erased_nothing_names_a_person_or_what_is_theirs() -> None:
    road = a_road()
    road.tell(ComplaintReceived(complaint_id="c-1", against="Zhang", about="Zhang shouted"), "2025-01-11")
    road.tell(ComplaintEscalated(to="Wang Fang", reason="Zhang is her deputy"), "2025-01-12")
    road.tell(DebtAcknowledged(reference="letters/liu-wei"), "2025-01-13")
    road.tell(PropertyLeadFound(lead="account", reference="6222 0213"), "2025-01-14")
    for reference in ("6222 0213", "6222 0214"):
        road.tell(EnforcementMeasureTaken(measure="account_frozen", reference=reference), "2025-01-15")
    road.tell(EnforcementMeasureLifted(measure="account_frozen", reference="6222 0213"), "2025-01-16")
    road.tell(AssetDisposed(asset="vehicle", reference="plate A-1"), "2025-01-17")

    noted = at("2025-02-01")
    stored = [to_row(entry, "", noted, b"salt", case=road.case, personal_facts=())[0] for entry in road.entries]
    erased = case_file([to_entry(row, ERASED) for row in stored])

    for named in ("Zhang", "Wang", "liu", "6222", "plate"):
        assert named not in erased.text(), named
    assert "erased:" in erased.text()
    whole = case_file(road.entries)
    assert [len(one.rows) for one in erased.sections] == [len(one.rows) for one in whole.sections]
    standing = [note for note in notes(section(erased, "the court")) if "frozen since" in note]
    assert len(standing) == 1, "which of the two accounts is free again is known without their numbers"


def test_where_the_due_date_is_day_one_the_file_of_a_day_is_told_by_the_opening_of_the_next() -> None:
    """The Reserve Bank of India's example: due on 31 March, it is 31 days past due, and moved, on 30 April."""
    stages = """
  calm: {start: true, rules: [{id: sma-1, when: dpd >= 31, to: late}]}
  late: {rules: [{id: on, when: dpd >= 300, to: gone}]}
  gone: {end: true}
"""
    terms = "{currency: INR, time_zone: Asia/Kolkata, counting: {due_date_is_day: 1}}"
    opened = LoanOpened.model_validate(
        {"id": "o", "opened_on": "2021-01-01", "instalments": [{"due_on": "2021-03-31", "amount": "100.00"}]}
    )
    road = Road(road_policy(stages, terms=terms), opened)
    road.live("2021-06-01")

    for day, past_due, last_move in (("2021-04-29", "30", "calm"), ("2021-04-30", "31", "late")):
        found = case_file(road.entries, date.fromisoformat(day))
        assert (str(found.on), rows(section(found, "arrears"))[0][-1]) == (day, past_due)
        assert rows(section(found, "moves"))[-1][2] == last_move
    assert rows(section(case_file(road.entries), "moves"))[-1][:3] == ("2021-04-30", "calm", "late")
