"""Rows of the journal: an entry comes back from its row as it was, whatever it says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.cases.effects import Effect, Status
from overdue_flow.cases.entries import NOTHING, Beyond, Entry, MarkChange, Move, PolicyRef, Request, Results
from overdue_flow.errors import JournalError
from overdue_flow.events import (
    KINDS,
    CaseAdopted,
    ContactAttempted,
    ContactPointLost,
    EnforcementMeasureTaken,
    Event,
    FactsChanged,
    HostEvent,
    LoanOpened,
    NegotiationClosed,
    PaymentReceived,
    TimePassed,
)
from overdue_flow.money import Money
from overdue_flow.store.personal import MARK, Personal, PersonalField, digest_of, tokens_in
from overdue_flow.store.rows import FIELDS, JournalRow, row_hash, to_entry, to_row
from overdue_flow.store.written import form_of, instant_text, read_instant
from overdue_flow.testing.strategies.policies import policy_texts
from support.happenings import ABOUT_A_LOAN, events, loans
from support.histories import History
from support.lives import asleep, drawn_machine
from support.people import peopled_histories

SALT = bytes(range(16))
NOTED = datetime(2025, 3, 1, 9, 30, 0, 5, UTC)
POLICY = PolicyRef("small", "1", "2")


def entry_of(event: Event, results: Results = NOTHING, **more: Any) -> Entry:
    return Entry("loan-1", 3, date(2025, 3, 1), NOTED, event, POLICY, results)._replace(**more)


@dataclass(frozen=True)
class Stored:
    """An entry as it was stored: its row, and its personal values."""

    row: JournalRow
    personal: Personal

    @classmethod
    def of(cls, entry: Entry, facts: tuple[str, ...] = (), salt: bytes = SALT) -> Stored:
        row, fields = to_row(entry, "", NOTED, salt, personal_facts=facts)
        return cls(row, values_of(fields, salt))

    @property
    def text(self) -> str:
        return self.row.body + self.row.results


def values_of(fields: tuple[PersonalField, ...], salt: bytes = SALT) -> Personal:
    return Personal(salt, {field.digest: field.value for field in fields})


def same(entry: Entry, facts: tuple[str, ...] = ()) -> bool:
    stored = Stored.of(entry, facts)
    return to_entry(stored.row, stored.personal) == entry


# --- round trips ---


@given(policy_texts(), peopled_histories())
def test_every_entry_of_a_life_comes_back_as_it_was(text: str, history: History) -> None:
    """Whatever a policy makes of a history, and though some of the host's facts are personal."""
    _case, entries = asleep(drawn_machine(text), history, history.opened.opened_on + timedelta(days=120))
    previous, values = "", dict[str, str]()
    for entry in entries:
        row, fields = to_row(entry, previous, NOTED, SALT, personal_facts=("score", "visit_on"))
        values |= values_of(fields).values
        assert to_entry(row, Personal(SALT, values)) == entry
        assert row.hash == row_hash(row)
        assert row.prev_hash == previous
        previous = row.hash


@given(events(ABOUT_A_LOAN) | loans())
def test_every_kind_of_event_comes_back_as_it_was(event: Event) -> None:
    assert same(entry_of(event))


WORDS = st.text(min_size=1, max_size=8)
ODD_TEXT = st.sampled_from(
    ["\x00", "\x7f\u2028", '"', "\\", '\\"', "逾期", f"{MARK}{'0' * 64}", f'{MARK}{"0" * 64}"', MARK]
)


COUNTS = st.integers(1 - 10**15, 10**15 - 1)


@given(st.dictionaries(WORDS | ODD_TEXT, st.none() | st.booleans() | COUNTS | WORDS | ODD_TEXT, max_size=4))
def test_facts_of_any_name_and_value_come_back(facts: dict[str, Any]) -> None:
    """Text that looks like a token too, and whether or not they are personal."""
    event = FactsChanged(id="f", facts=facts)
    assert same(entry_of(event))
    assert same(entry_of(event), tuple(facts))
    effect = Effect("e", "write", "record", date(2025, 3, 1), NOTED, "rule", params=facts)
    assert same(entry_of(event, Results(effects=(effect,))), tuple(facts))


PARAMETERS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | WORDS
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.dates()
    | st.datetimes(timezones=st.timezones() | st.just(UTC))
    | st.sampled_from([Money("12.50", "CNY"), Money(7, "JPY")]),
    lambda inner: st.lists(inner, max_size=2).map(tuple) | st.dictionaries(WORDS, inner, max_size=2),
    max_leaves=4,
)


@given(st.dictionaries(WORDS, PARAMETERS, max_size=3))
def test_parameters_of_every_type_come_back(params: Mapping[str, Any]) -> None:
    effect = Effect("e", "write", "record", date(2025, 3, 1), NOTED, "rule", params=params, status=Status.HELD)
    assert same(entry_of(TimePassed(day=date(2025, 3, 1)), Results(effects=(effect,))))


def test_a_value_that_no_parameter_has_is_refused() -> None:
    effect = Effect("e", "write", "record", date(2025, 3, 1), NOTED, "rule", params={"rate": 0.1})
    with pytest.raises(TypeError, match="cannot hold"):
        Stored.of(entry_of(TimePassed(day=date(2025, 3, 1)), Results(effects=(effect,))))


@pytest.mark.parametrize("kind", [int | str, tuple[date, int], object])
def test_a_type_without_a_form_is_refused(kind: Any) -> None:
    with pytest.raises(TypeError, match="has no form"):
        form_of(kind)


@given(st.datetimes(min_value=datetime(1800, 1, 2), timezones=st.timezones()))  # noqa: DTZ001  # drawn with a zone
def test_an_instant_keeps_its_zone_and_its_hour(instant: datetime) -> None:
    read = read_instant(instant_text(instant))
    assert (read, read.tzinfo, read.utcoffset()) == (instant, instant.tzinfo, instant.utcoffset())


def test_an_hour_that_comes_twice_is_told_apart() -> None:
    zone = ZoneInfo("America/New_York")
    for fold in (0, 1):
        instant = datetime(2025, 11, 2, 1, 30, tzinfo=zone, fold=fold)
        assert read_instant(instant_text(instant)).astimezone(UTC) == instant.astimezone(UTC)
        assert same(entry_of(ContactAttempted(id="c", channel="sms", outcome="bounced", at=instant), at=instant))


def test_an_instant_counts_where_its_zone_has_other_rules_by_now() -> None:
    read = read_instant("2025-03-01T08:00:00+09:30[Asia/Shanghai]")
    assert read == datetime(2025, 3, 1, 8, tzinfo=timezone(timedelta(hours=9, minutes=30)))
    assert read.tzinfo == ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("text", ["", "yesterday", "2025-03-01T08:00:00+08:00[Mars/Olympus]", "[UTC]"])
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_instant(text)


# --- the hash ---


def test_the_hash_is_the_documented_one() -> None:
    row = Stored.of(entry_of(PaymentReceived(id="p", amount="1.00", value_date=date(2025, 3, 1)))).row
    fields = [getattr(row, name) for name in FIELDS]
    assert sha256(json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest() == row.hash


@pytest.mark.parametrize("field", [name for name in JournalRow._fields if name != "hash"])
def test_the_hash_covers_every_field(field: str) -> None:
    row = Stored.of(entry_of(PaymentReceived(id="p", amount="1.00", value_date=date(2025, 3, 1)))).row
    other = 4 if field == "seq" else f"{getattr(row, field)} "
    assert row_hash(row._replace(**{field: other})) != row.hash


def test_rows_name_the_rules_that_did_something() -> None:
    move = Move("a", "b", "late", "because", date(2025, 3, 1))
    effect = Effect("e", "write", "record", date(2025, 3, 1), NOTED, "b.on_enter")
    results = Results(moves=(move, move), effects=(effect,), fired=(("tell", "case"),), breaches=("no_suit",))
    assert Stored.of(entry_of(TimePassed(day=date(2025, 3, 1)), results)).row.rules == " late b.on_enter tell no_suit "


# --- personal fields ---

CALL = ContactAttempted(
    id="c", channel="phone", outcome="conversation", contact_point="+86 139", by="li", summary="cannot pay, is ill"
)


def test_personal_values_stand_apart_from_the_row() -> None:
    stored = Stored.of(entry_of(CALL))
    assert not any(secret in stored.text for secret in ("+86 139", 'li"', "is ill"))
    assert sorted(stored.personal.values.values()) == ['"+86 139"', '"cannot pay, is ill"', '"li"']
    assert tokens_in(stored.row.body) == set(stored.personal.values)


def test_what_was_erased_reads_as_its_token_and_the_hash_holds() -> None:
    stored = Stored.of(entry_of(CALL))
    event = to_entry(stored.row).event
    assert isinstance(event, ContactAttempted)
    digest = digest_of(SALT, '"+86 139"')
    assert event.contact_point == f"{MARK}{digest[:12]}"
    assert event.outcome == "conversation"
    assert row_hash(stored.row) == stored.row.hash


def test_a_value_has_one_token_in_its_case_and_another_in_another() -> None:
    lost = Stored.of(entry_of(ContactPointLost(id="l", contact_point="+86 139")))
    assert tokens_in(lost.row.body) < tokens_in(Stored.of(entry_of(CALL)).row.body)
    other = Stored.of(entry_of(CALL), salt=b"another salt....")
    assert not tokens_in(lost.row.body) & tokens_in(other.row.body)


def test_a_personal_value_that_was_changed_is_named() -> None:
    stored = Stored.of(entry_of(CALL))
    forged = dict.fromkeys(stored.personal.values, '"+86 140"')
    with pytest.raises(JournalError, match=r"row 3 of case `loan-1`: the personal value `erased:.*` is not what"):
        to_entry(stored.row, Personal(SALT, forged))


def test_every_event_says_of_its_own_fields_which_are_personal() -> None:
    wrong = {name: kind.PERSONAL - set(kind.model_fields) for name, kind in KINDS.items()}
    assert {name: fields for name, fields in wrong.items() if fields} == {}
    assert {"person_id", "guarantors", "co_borrowers"} == LoanOpened.PERSONAL


def test_prose_that_people_write_is_personal_in_every_event() -> None:
    written = {"reason", "note", "summary", "about", "findings"}
    forgotten = {name: written & set(kind.model_fields) - kind.PERSONAL for name, kind in KINDS.items()}
    assert {name: fields for name, fields in forgotten.items() if fields} == {"EffectWithheld": {"reason"}}


def test_whoever_and_whatever_is_named_on_the_legal_road_and_in_a_complaint_is_personal() -> None:
    """What courts, firms and agencies call their files too: the number of a claim says whom it is against. But not
    stages."""
    naming = {"by", "against", "to", "evidence", "reference"}
    forgotten = {
        name: {field for field in naming & set(kind.model_fields) - kind.PERSONAL if _is_free(kind, field)}
        for name, kind in KINDS.items()
    }
    assert {name: fields for name, fields in forgotten.items() if fields} == {"MovedByHand": {"to"}}


def _is_free(kind: type[Event], field: str) -> bool:
    """Whether a field takes any text, and not one of a few words."""
    return "Literal" not in str(kind.model_fields[field].annotation)


def test_what_a_task_is_about_is_hidden_where_it_is_personal() -> None:
    frozen = EnforcementMeasureTaken(id="m", measure="account_frozen", reference="6222 0213")
    task = Effect("e", "look_after", "task", date(2025, 3, 1), NOTED, "rule", about="6222 0213")
    stored = Stored.of(entry_of(frozen, Results(effects=(task,))))
    assert "6222" not in stored.row.body + stored.row.results
    assert to_entry(stored.row, stored.personal).results.effects[0].about == "6222 0213"


def told(facts: dict[str, Any], params: dict[str, Any], **more: Any) -> Stored:
    effect = Effect("e", "write", "record", date(2025, 3, 1), NOTED, "rule", params=params, **more)
    return Stored.of(entry_of(HostEvent(id="h", name="x", fields=facts), Results(effects=(effect,))), tuple(facts))


@pytest.mark.parametrize(
    ("fact", "copied", "trace"),
    [
        ("6222 0213", "6222 0213", "6222"),
        ("52345.50", Decimal("52345.5"), "52345"),
        (52345, Decimal("52345.00"), "52345"),
        ("52345 CNY", Money("52345", "CNY"), "52345"),
        ("1981-02-03", date(1981, 2, 3), "1981"),
        ("Zhang", "to Zhang, with care", "Zhang"),
    ],
)
def test_what_an_effect_copies_of_a_personal_fact_does_not_leak(fact: Any, copied: Any, trace: str) -> None:
    stored = told({"secret": fact}, {"told": copied})
    assert trace not in stored.text
    assert to_entry(stored.row, stored.personal).results.effects[0].params == {"told": copied}


def test_what_is_said_of_a_personal_fact_does_not_leak() -> None:
    move = Move("a", "b", "rich", 'income is 52,345.50 CNY, and region is "north-east"', date(2025, 3, 1))
    event = FactsChanged(id="f", facts={"income": "52345.5", "region": "north-east"})
    for facts in (("income",), ("region",)):
        stored = Stored.of(entry_of(event, Results(moves=(move,))), facts)
        assert "is 52,345.50" not in stored.row.results
        assert to_entry(stored.row, stored.personal).results.moves == (move,)
        assert to_entry(stored.row).results.moves[0].to_stage == "b"


def test_an_event_that_waits_for_approval_is_as_personal_as_it_was() -> None:
    event = NegotiationClosed(id="n", outcome="failed", reason="her mother is ill")
    request = Request("e", "sue", "legal", "counsel", date(2025, 3, 1), event)
    stored = Stored.of(entry_of(event, Results(requests=(request,))))
    assert "mother" not in stored.text
    assert to_entry(stored.row, stored.personal).results.requests == (request,)


def test_only_text_that_looks_just_like_a_token_is_taken_for_one() -> None:
    likely = MARK + "0" * 64
    stored = Stored.of(entry_of(FactsChanged(id="f", facts={"a": likely, "b": MARK + "0"})))
    assert stored.personal.values == {digest_of(SALT, f'"{likely}"'): f'"{likely}"'}


# --- rows that cannot be read ---


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("body", "{"),
        ("body", '{"kind":"PaymentReceived","id":"p"}'),
        ("kind", "PaymentLost"),
        ("results", "{"),
        ("results", '{"moved":[]}'),
        ("results", '{"moves":[{"to_stage":"b"}]}'),
        ("results", '{"effects":[{"due_at":"soon"}]}'),
        ("results", "[]"),
        ("day", "2025-02-30"),
        ("at", "noon"),
    ],
)
def test_a_row_that_holds_no_entry_is_named(field: str, text: str) -> None:
    row = Stored.of(entry_of(PaymentReceived(id="p", amount="1.00", value_date=date(2025, 3, 1)))).row
    with pytest.raises(JournalError, match=r"row 3 of case `loan-1` cannot be read: .+"):
        to_entry(row._replace(**{field: text}))


def test_marks_that_began_and_ended_come_back_and_those_that_an_adopted_loan_brings_along() -> None:
    day = date(2025, 3, 1)
    began = MarkChange("npa", began=True, day=day, on=date(2025, 2, 28), because="over 90 days")
    ended = MarkChange("watch", began=False, day=day, on=day)
    adopted = CaseAdopted(id="a", opened_on=day, stage="calm", marks={"npa": date(2024, 5, 6)})
    assert same(entry_of(adopted, Results(marks=(began, ended))))
    assert "marks" not in Stored.of(entry_of(adopted.model_copy(update={"marks": None}))).row.body


def test_what_went_beyond_authority_and_what_a_task_is_about_come_back() -> None:
    mark = Beyond("o-1", 3, ("team may offer nothing", "it has 13 instalments; team may offer 12"), "loan-1:3:1")
    task = Effect("loan-1:3:1", "offer_approval", "task", date(2025, 3, 1), NOTED, "authority", about="o-1")
    lost = ContactPointLost(id="e", contact_point="home")
    assert same(entry_of(lost, Results(effects=(task,), beyond_authority=(mark,))))
    assert same(entry_of(lost, Results(beyond_ended=(("loan-1:3:1", "approved"),))))
