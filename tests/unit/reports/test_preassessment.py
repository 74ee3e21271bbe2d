"""What is known before the borrower is contacted, and when contact is permitted."""

from __future__ import annotations

from datetime import date

from overdue_flow.events import ArrearsReported, ChannelOptedOut, FinancesAssessed, HoldPlaced
from overdue_flow.reports.preassessment import preassessment
from overdue_flow.reports.report import Part, Report
from overdue_flow.reports.speech import Language, spoken
from support.reported import lived, on_time, opening, pays, said, with_complaints


def part(report: Report, title: str) -> Part:
    return next(one for one in report.parts if spoken(one.title) == title)


def fields(found: Part, lang: Language = "en") -> dict[str, str]:
    return {spoken(one.label): spoken(one.value, lang) for one in found.fields}


def permitted(report: Report, channel: str, lang: Language = "en") -> tuple[str, str]:
    row = next(row for row in part(report, "contact").rows if spoken(row.cells[0]) == channel)
    return spoken(row.cells[1], lang), spoken(row.cells[2], lang)


def test_amount_duration_and_class_come_first() -> None:
    report = preassessment(with_complaints())
    amounts = fields(part(report, "amount and duration"))
    assert amounts["days past due"] == "174 days"
    assert amounts["missed instalments"] == "6"
    assert fields(part(report, "classification")) == {
        "stage": "early arrears (early)",
        "in it since": "2025-03-11",
        "bucket": "M3",
        "classification": "special mention",
    }


def test_instalments_are_counted_by_when_they_were_paid() -> None:
    told = lived(
        "R-9",
        [opening("P-9", 4, "100.00"), pays("2025-01-10", "125.50"), pays("2025-02-20", "125.50")],
        until=date(2025, 4, 1),
    )
    history = fields(part(preassessment(told), "payment history"))
    names = ("instalments so far", "paid in time", "paid late", "not paid", "longest delay")
    assert [history[name] for name in names] == ["3", "1", "1", "1", "10 days"]


def test_whoever_paid_in_time_has_no_delay() -> None:
    history = fields(part(preassessment(on_time()), "payment history"))
    assert (history["paid in time"], history["not paid"]) == ("8", "0")
    assert "longest delay" not in history


def test_where_a_host_keeps_the_ledger_no_history_is_made_up() -> None:
    report = {"as_of": date(2025, 2, 1), "overdue_amount": "10.00", "balance": "90.00", "oldest_due_on": "2025-01-10"}
    told = lived("R-9", [opening("P-9", 2), said(ArrearsReported, "2025-02-01", **report)], until=date(2025, 2, 2))
    history = fields(part(preassessment(told), "payment history"))
    assert history["instalments so far"] == "not known: the host keeps the ledger"


def test_what_is_not_known_of_means_is_said_to_be_asked() -> None:
    means = part(preassessment(on_time()), "ability and willingness to pay")
    assert fields(means) == {"ability to repay": "not known", "willingness to repay": "not known"}
    assert [spoken(note.said) for note in means.notes] == ["what is not known should be asked, not guessed"]


def test_what_is_known_of_means_is_told_in_words() -> None:
    known = {"income": "3000.00", "expenses": "2000.00", "ability": "partly_able", "willingness": "willing"}
    told = lived("R-9", [opening("P-9"), said(FinancesAssessed, "2025-01-20", **known)], until=date(2025, 2, 1))
    means = part(preassessment(told), "ability and willingness to pay")
    assert fields(means)["ability to repay"] == "partly able"
    assert fields(means, "zh")["ability to repay"] == "部分有能力"
    assert fields(means)["disposable income per month"] == "1000.00"
    assert means.notes == ()


def test_care_and_open_matters_are_named() -> None:
    care = part(preassessment(with_complaints()), "care, and what is under way")
    assert fields(care)["amount in dispute"] == "100.00"
    assert [spoken(row.cells[0]) for row in care.rows] == ["hardship", "dispute"]


def test_contact_is_permitted_from_the_first_instant_that_the_limits_leave() -> None:
    told = lived("R-9", [opening("P-9")], until=date(2025, 1, 20))
    instant, why = permitted(preassessment(told), "sms")
    assert instant == "from 2025-01-21 08:00"
    assert "night" in why
    assert permitted(preassessment(told), "sms", "zh")[1] == "night：夜间不打扰"


def test_under_a_hold_no_contact_to_collect_is_permitted_and_the_hold_is_named() -> None:
    told = lived("R-9", [opening("P-9"), said(HoldPlaced, "2025-01-15", hold="hardship", role="care")],
                 until=date(2025, 1, 20))  # fmt: skip
    assert permitted(preassessment(told), "phone") == ("not now", "hold hardship stops it")
    assert permitted(preassessment(told), "phone", "zh") == ("暂不允许", "因“困难”暂停")


def test_a_channel_that_the_borrower_does_not_want_is_not_permitted_and_others_are() -> None:
    told = lived("R-9", [opening("P-9"), said(ChannelOptedOut, "2025-01-15", channel="phone")], until=date(2025, 1, 20))
    assert permitted(preassessment(told), "phone")[0] == "no"
    assert permitted(preassessment(told), "sms")[0].startswith("from ")


def test_nobody_is_contacted_to_collect_who_owes_nothing_that_is_due() -> None:
    assert permitted(preassessment(on_time()), "phone") == ("no", "nothing is overdue")
    assert permitted(preassessment(on_time()), "phone", "zh") == ("否", "无逾期")
