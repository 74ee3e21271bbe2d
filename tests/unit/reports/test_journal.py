"""The whole journal in words: every entry, and what it led to."""

from __future__ import annotations

from overdue_flow.cases.seen import Seen
from overdue_flow.reports.catalogue import case_file_report
from overdue_flow.reports.journal import whole_journal
from overdue_flow.reports.speech import Language, spoken
from support.reported import to_court, with_complaints


def lines(lang: Language = "en") -> list[list[str]]:
    return [[spoken(cell, lang) for cell in row.cells] for row in whole_journal(to_court().entries).rows]


def test_every_entry_has_a_row_with_its_number_day_and_policy() -> None:
    entries = to_court().entries
    assert [row[0] for row in lines()] == [str(entry.seq) for entry in entries]
    assert {row[-1] for row in lines()} == {"reported 2025.1"}
    assert lines()[0][1:4] == ["2025-01-01", "2025-01-01 00:00", lines()[0][3]]


def test_what_an_entry_led_to_is_told_with_its_rule_and_its_reason() -> None:
    told = "\n".join(row[4] for row in lines())
    assert "from current to early, by late: an instalment is unpaid" in told
    assert "counsel is asked to approve to-court" in told
    assert "approval:" in told
    assert "file_suit, for counsel, by 2025-04-" in told


def test_events_are_told_in_chinese_and_the_words_of_people_as_they_are() -> None:
    told = "\n".join(row[3] for row in lines("zh"))
    assert "协商结束：结果 失败，协商编号 n-1，理由 the shop is closed" in told
    assert "联系尝试：渠道 电话，结果 无人接听" in told


def test_a_role_sees_the_rows_it_may_and_in_them_the_fields_it_may() -> None:
    seen = Seen("clerk", frozenset({"contact"}), rows=frozenset({"contact", "talks"}))
    found = case_file_report(to_court("she is ill"), seen)
    journal = next(part for part in found.parts if spoken(part.title) == "the journal")
    told = "\n".join(spoken(row.cells[3]) for row in journal.rows)
    assert "ContactAttempted: channel phone, outcome conversation" in told
    assert "summary —" in told
    assert "NegotiationClosed: outcome —, negotiation id —, reason —" in told
    assert "she is ill" not in told
    assert "PaymentReceived" not in told
    assert any("not shown" in spoken(note.said) for note in journal.notes)


def test_of_a_complaint_nobody_hears_against_whom_it_was_but_who_may_see_the_work() -> None:
    told = with_complaints()
    for groups, shown in (({"care"}, False), ({"care", "work"}, True)):
        seen = Seen("clerk", frozenset(groups), rows=frozenset({"care"}))
        text = "\n".join(spoken(row.cells[3]) for part in case_file_report(told, seen).parts[-1:] for row in part.rows)
        assert ("against ag-7" in text) is shown
