"""What a borrower sees of their own loan: where it stands, what is on record of them, and how they object."""

from __future__ import annotations

import pytest

from overdue_flow.cases.seen import Seen
from overdue_flow.events import ComplaintAnswered, ComplaintReceived, PaymentReceived
from overdue_flow.reports.as_text import as_text
from overdue_flow.reports.own_record import own_record
from overdue_flow.reports.speech import Language
from overdue_flow.reports.told import Told
from support.road import Road, on, opening, road_policy

ANSWER = "{id: answer, on: ComplaintReceived, do: visit, within: 5 business days, done_by: ComplaintAnswered}"
STAGES = f"""
  calm: {{start: true, label: {{en: in order, zh: 正常}}, rules: [{ANSWER}, {{id: late, when: dpd >= 1, to: late}}]}}
  late: {{label: {{en: overdue, zh: 逾期}}, rules: [{{id: gone, when: dpd > 300, to: gone}}]}}
  gone: {{end: true}}
"""
ACCESS = "{borrower: {sees: [identity, money, talks, care, stage], loans: own}, team: {sees: [money]}}"
RETENTION = "{standard: {keep: 3 years, because: {en: the law, zh: 法律规定}}}"
REMEDIES = "{hotline: {label: consumer hotline, reach: dial 12378}}"


def road() -> Road:
    policy = road_policy(STAGES, access=ACCESS, retention=RETENTION, remedies=REMEDIES)
    return Road(policy, opening(person_id="zhang"))


def own(road: Road, lang: Language = "en", seen: Seen | None = None) -> str:
    told = Told(road.machine.policy, tuple(road.entries), road.case, road.case.day, road.case.day)
    return as_text(own_record(told, seen), lang)


def test_it_says_in_a_sentence_whether_anything_is_overdue() -> None:
    late = road()
    assert "Nothing is overdue." in own(late)
    late.live("2025-01-20")
    assert "1000.00 CNY are overdue; the oldest of it was due on 2025-01-10." in own(late)
    assert "目前逾期 1000.00 CNY，其中最早一笔应于 2025-01-10 归还。" in own(late, "zh")


def test_an_objection_is_shown_with_the_day_by_which_it_is_answered() -> None:
    objecting = road()
    objecting.tell(ComplaintReceived(complaint_id="c-1", nature="objection"), "2025-01-02")
    assert "2025-01-02   objection  c-1  received  2025-01-09" in own(objecting)
    objecting.tell(ComplaintAnswered(complaint_id="c-1", outcome="upheld"), "2025-01-06")
    assert "2025-01-02   objection  c-1  answered             2025-01-06" in own(objecting)


def test_it_says_how_to_object_in_which_time_one_is_answered_and_where_help_is_found() -> None:
    text = own(road())
    assert "Each objection is recorded, looked into item by item, and answered in writing." in text
    assert "You get an answer within 5 business days." in text
    assert "consumer hotline  dial 12378" in text


def test_a_policy_without_a_deadline_promises_none() -> None:
    assert "You get an answer within" not in own(Road(road_policy(), opening(person_id="zhang")))


def test_it_says_what_is_on_record_who_sees_it_and_how_long_it_is_kept() -> None:
    text = own(road())
    assert ["money", "borrower,", "team"] in [line.split() for line in text.splitlines()]
    assert "kept for 3 years after the loan is done with: the law" in text
    assert "自贷款了结起保存 3 年：法律规定" in own(road(), "zh")


def test_the_borrower_sees_where_it_stands_and_not_what_is_written_about_it() -> None:
    told = road()
    told.tell(PaymentReceived(amount="10.00", value_date=on("2025-01-02")), "2025-01-02")
    text = own(told, seen=told.machine.policy.access["borrower"].seen)
    assert "where your loan stands    in order (calm)" in text
    assert "contact" not in text.partition("not shown to you")[0]
    assert "reasons" not in text


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_who_sees_money_alone_is_not_told_whose_loan_it_is(lang: Language) -> None:
    told = road()
    assert "zhang" not in own(told, lang, told.machine.policy.access["team"].seen)
