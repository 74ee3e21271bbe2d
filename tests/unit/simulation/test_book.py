"""A book that makes sense is read as the events that its files tell, in the order in which they were noticed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
import pytest

from overdue_flow.errors import BookError, MissingExtra, UnknownCase
from overdue_flow.events import ClaimAccepted, Event, PaymentReceived, PaymentReversed, RefundMade
from overdue_flow.simulation.book import Book, read_book

SHANGHAI = ZoneInfo("Asia/Shanghai")
LOANS = "loan_id,currency,opened_on,person_id,vulnerable\nL-02,CNY,2025-01-05,ann,true\nL-01,JPY,2025-01-01,,\n"
INSTALMENTS = (
    "loan_id,due_on,principal,interest,instalment_id\n"
    "L-02,2025-03-01,90.00,10.00,b\nL-01,2025-02-01,1000,,\nL-02,2025-02-01,90,10.5,a\n"
)
PAYMENTS = (
    "loan_id,payment_id,value_date,amount,noticed_on,reversed_on,towards\n"
    "L-02,p-2,2025-03-01,50.00 CNY,,,b\nL-02,p-1,2025-02-01,100.50,2025-02-03,2025-02-02,\n"
)

Write = Callable[..., Path]


def line(loan_id: str, kind: str, at: str, **fields: object) -> str:
    return json.dumps({"loan_id": loan_id, "kind": kind, "at": at, **fields}) + "\n"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(
        loans: str = LOANS, instalments: str = INSTALMENTS, payments: str = PAYMENTS, events: str | None = None
    ) -> Path:
        texts = {"loans.csv": loans, "instalments.csv": instalments, "payments.csv": payments}
        for name, text in texts.items():
            (tmp_path / name).write_text(text, "utf-8")
        if events is not None:
            (tmp_path / "events.jsonl").write_text(events, "utf-8")
        return tmp_path

    return write


def noticed(book: Book, loan_id: str) -> list[tuple[str, str | None]]:
    return [(f"{at:%m-%d %H:%M}", event.id) for at, event in book.loan(loan_id).events]


def refusals(folder: Path) -> list[tuple[str, int]]:
    with pytest.raises(BookError) as refused:
        read_book(folder, SHANGHAI)
    return [(problem.code, problem.place.line) for problem in refused.value.problems if problem.place]


def test_loans_come_in_the_order_of_the_file(write: Write) -> None:
    book = read_book(write(), SHANGHAI)
    assert [loan.loan_id for loan in book.loans] == ["L-02", "L-01"]
    assert book.loan_ids == ("L-02", "L-01")
    assert len(book) == 2
    assert book[-1].loan_id == "L-01"


def test_a_loan_is_opened_with_its_schedule_its_person_and_its_facts(write: Write) -> None:
    opened = read_book(write(), SHANGHAI).loan("L-02").opened
    assert (opened.opened_on, opened.currency, opened.person_id) == (date(2025, 1, 5), "CNY", "ann")
    assert opened.facts == {"vulnerable": "true"}
    assert [(i.id, i.due_on, i.principal, i.interest, i.costs) for i in opened.instalments] == [
        ("b", date(2025, 3, 1), Decimal("90.00"), Decimal("10.00"), Decimal(0)),
        ("a", date(2025, 2, 1), Decimal("90.00"), Decimal("10.50"), Decimal(0)),
    ]


def test_an_empty_cell_says_nothing(write: Write) -> None:
    opened = read_book(write(), SHANGHAI).loan("L-01").opened
    assert (opened.person_id, opened.facts) == (None, {})
    assert opened.instalments[0].principal == Decimal(1000)


def test_a_payment_is_noticed_at_noon_and_reversed_no_earlier(write: Write) -> None:
    book = read_book(write(), SHANGHAI)
    assert noticed(book, "L-02") == [
        ("01-05 00:00", "opened"), ("02-03 12:00", "p-1"), ("02-03 12:00", "p-1:reversed"), ("03-01 12:00", "p-2"),
    ]  # fmt: skip
    _, first, bounced, second = (event for _, event in book.loan("L-02").events)
    assert isinstance(first, PaymentReceived)
    assert (first.value_date, first.amount, first.towards) == (date(2025, 2, 1), Decimal("100.50"), None)
    assert isinstance(bounced, PaymentReversed)
    assert (bounced.payment_id, bounced.reversed_on) == ("p-1", date(2025, 2, 2))
    assert isinstance(second, PaymentReceived)
    assert second.towards == "b"


def test_an_event_may_be_of_a_day_of_a_local_time_or_of_an_instant(write: Write) -> None:
    lines = (
        '{"loan_id": "L-01", "kind": "ClaimAccepted", "id": "day", "at": "2025-03-01"}\n'
        "\n"
        '{"loan_id": "L-01", "kind": "ClaimAccepted", "id": "local", "at": "2025-03-01T09:30:00"}\n'
        '{"loan_id": "L-01", "kind": "ClaimAccepted", "at": "2025-03-01T20:00:00Z", "happened_at": "2025-02-28"}\n'
    )
    book = read_book(write(events=lines), SHANGHAI)
    events = {event.id: event for _, event in book.loan("L-01").events}
    assert list(events) == ["opened", "local", "day", "events.jsonl:4"]
    last = events["events.jsonl:4"]
    assert isinstance(last, ClaimAccepted)
    assert last.at == datetime(2025, 3, 1, 20, tzinfo=UTC)
    assert last.happened_at == datetime(2025, 2, 28, 4, tzinfo=UTC)


def test_ties_are_in_the_order_of_the_ledger_first_and_then_of_ids(write: Write) -> None:
    lines = (
        line("L-02", "ClaimAccepted", "2025-03-01", id="b")
        + line("L-02", "ClaimAccepted", "2025-03-01", id="a")
        + line("L-02", "RefundMade", "2025-03-01", id="z", amount="5.00", refunded_on="2025-03-01")
    )
    assert [name for _, name in noticed(read_book(write(events=lines), SHANGHAI), "L-02")][3:] == ["p-2", "z", "a", "b"]


def test_an_amount_in_json_is_exact_however_it_is_written(write: Write) -> None:
    refund = line("L-02", "RefundMade", "2025-04-01", amount="AMOUNT", refunded_on="2025-04-01")
    refund = refund.replace('"AMOUNT"', "907199254740993.01")  # as a binary fraction this would end in .00
    event = read_book(write(events=refund), SHANGHAI).loan("L-02").later[-1]
    assert isinstance(event, RefundMade)
    assert event.amount == Decimal("907199254740993.01")


def test_the_span_of_a_book_is_from_the_first_opening_to_the_last_day_of_anything(write: Write) -> None:
    book = read_book(write(), SHANGHAI)
    assert (book.first_opening, book.last_date) == (date(2025, 1, 1), date(2025, 3, 1))
    late = line("L-01", "ClaimAccepted", "2025-06-30T17:00:00Z")
    assert read_book(write(events=late), SHANGHAI).last_date == date(2025, 7, 1)


def test_an_instalment_still_to_come_is_no_news(write: Write) -> None:
    book = read_book(write(instalments=INSTALMENTS + "L-01,2031-03-01,1000,,\n"), SHANGHAI)
    assert (book.last_news, book.last_date) == (date(2025, 3, 1), date(2031, 3, 1))
    late = line("L-01", "ClaimAccepted", "2025-06-30T17:00:00Z")
    assert read_book(write(events=late), SHANGHAI).last_news == date(2025, 7, 1)


def test_asking_twice_gives_equal_events(write: Write) -> None:
    book = read_book(write(), SHANGHAI)
    assert list(book) == list(book)


def test_an_unknown_loan_is_named_with_its_neighbours(write: Write) -> None:
    with pytest.raises(UnknownCase, match=r"there is no loan `L-1` in this book; did you mean `L-01`\?"):
        read_book(write(), SHANGHAI).loan("L-1")


def test_rows_of_a_loan_need_not_stand_together(write: Write) -> None:
    one, two = read_book(write(), SHANGHAI)
    assert (len(one.opened.instalments), len(one.later), len(two.opened.instalments), len(two.later)) == (2, 3, 1, 0)


def test_a_loan_with_a_ledger_of_its_own_needs_no_instalments(write: Write) -> None:
    instalments = "loan_id,due_on,amount\nL-02,2025-02-01,1.00\n"
    payments = "loan_id,payment_id,value_date,amount\n"
    assert refusals(write(instalments=instalments, payments=payments)) == [("no-instalments", 3)]
    report = line("L-01", "ArrearsReported", "2025-03-01", as_of="2025-03-01", overdue_amount=5, balance=9)
    assert len(read_book(write(instalments=instalments, payments=payments, events=report), SHANGHAI)) == 2


def test_a_quoted_cell_may_hold_commas_and_line_ends(write: Write) -> None:
    loans = 'loan_id,currency,opened_on,remark\nL-02,CNY,2025-01-05,"a, b\nc"\nL-01,XX,2025-01-01,\n'
    assert refusals(write(loans=loans)) == [("bad-currency", 4)]
    book = read_book(write(loans=loans.replace("XX", "JPY")), SHANGHAI)
    assert book.loan("L-02").opened.facts == {"remark": "a, b\nc"}


def test_facts_that_the_policy_does_not_know_are_refused(write: Write) -> None:
    assert len(read_book(write(), SHANGHAI, facts=["vulnerable"])) == 2
    with pytest.raises(BookError, match="`vulnerable` is no column of `loans` and no fact of the policy"):
        read_book(write(), SHANGHAI, facts=["vulnerability"])


@pytest.mark.parametrize(("name", "message"), [("missing", "does not exist"), ("loans.csv", "is a file")])
def test_a_book_is_a_folder(write: Write, name: str, message: str) -> None:
    with pytest.raises(BookError, match=message):
        read_book(write() / name, SHANGHAI)


def test_progress_says_which_file_is_read_and_how_far(write: Write) -> None:
    told: list[tuple[str, int]] = []
    read_book(write(), SHANGHAI, progress=lambda file, rows: told.append((file, rows)))
    assert told == [("loans.csv", 2), ("instalments.csv", 3), ("payments.csv", 2)]


# Parquet


def as_parquet(folder: Path, name: str, **types: pa.DataType) -> None:
    table = pa.csv.read_csv(folder / f"{name}.csv", convert_options=pa.csv.ConvertOptions(column_types=types))
    pa.parquet.write_table(table, folder / f"{name}.parquet")
    (folder / f"{name}.csv").unlink()


def test_parquet_means_what_csv_means(write: Write) -> None:
    payments = PAYMENTS.replace(" CNY", "")
    from_csv = list(read_book(write(payments=payments), SHANGHAI))
    folder = write(payments=payments)
    as_parquet(folder, "loans", opened_on=pa.date32(), vulnerable=pa.string(), person_id=pa.string())
    as_parquet(folder, "instalments", due_on=pa.string(), principal=pa.decimal128(12, 2), interest=pa.decimal128(12, 2))
    as_parquet(folder, "payments", value_date=pa.date32(), amount=pa.decimal128(18, 2))
    assert list(read_book(folder, SHANGHAI)) == from_csv


def test_parquet_problems_name_the_row_and_the_column(write: Write) -> None:
    folder = write(payments="loan_id,payment_id,value_date,amount\nL-02,p,2025-02-01,1.00\nL-09,p,2025-02-30,1.00\n")
    as_parquet(folder, "payments", value_date=pa.string(), amount=pa.string())
    with pytest.raises(BookError) as refused:
        read_book(folder, SHANGHAI)
    assert [str(problem.place).removeprefix(f"{folder}/") for problem in refused.value.problems] == [
        "payments.parquet:2:1", "payments.parquet:2:3",
    ]  # fmt: skip


def test_amounts_as_binary_fractions_are_refused(write: Write) -> None:
    folder = write(payments="loan_id,payment_id,value_date,amount\nL-02,p,2025-02-01,1.00\n")
    as_parquet(folder, "payments", value_date=pa.date32(), amount=pa.float64())
    with pytest.raises(BookError, match="`amount` holds binary fractions"):
        read_book(folder, SHANGHAI)


def test_a_table_given_twice_is_refused(write: Write) -> None:
    folder = write()
    (folder / "loans.parquet").write_bytes(b"")
    assert ("two-files", 0) in refusals(folder)


def test_a_file_that_only_claims_to_be_parquet_is_refused(write: Write) -> None:
    folder = write()
    (folder / "loans.csv").rename(folder / "loans.parquet")
    assert refusals(folder) == [("unreadable", 0)]


def test_every_event_of_a_book_has_an_id_and_an_instant(write: Write) -> None:
    events: list[Event] = [event for loan in read_book(write(), SHANGHAI) for _, event in loan.events]
    assert all(event.id and event.at and event.at.tzinfo for event in events)


def test_without_pyarrow_the_message_says_how_to_install_it(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write()
    (folder / "loans.csv").rename(folder / "loans.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)  # as if it were not installed
    with pytest.raises(MissingExtra, match=r'`loans.parquet` needs pyarrow.* pip install "overdue-flow\[parquet\]"'):
        read_book(folder, SHANGHAI)
