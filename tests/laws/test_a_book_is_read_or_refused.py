"""A book is read or refused: whatever its files say, the reader gives a book, or problems that each have a place."""

from __future__ import annotations

import tempfile
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.errors import BookError
from overdue_flow.problems import render
from overdue_flow.simulation.book import read_book

GOOD = {
    "loans.csv": b"loan_id,currency,opened_on,vulnerable\nL-01,CNY,2025-01-01,true\nL-02,JPY,2025-01-01,\n",
    "instalments.csv": b"loan_id,due_on,amount,instalment_id\nL-01,2025-02-01,1000.00,i-1\nL-02,2025-02-01,500,\n",
    "payments.csv": b"loan_id,payment_id,value_date,amount,reversed_on,towards\n"
    b"L-01,p-1,2025-02-01,10.50,2025-02-03,i-1\n",
    "events.jsonl": b'{"loan_id": "L-01", "kind": "PlanAgreed", "at": "2025-03-01", "instalments":'
    b' [{"due_on": "2025-04-01", "amount": "5.00"}]}\n{"loan_id": "L-02", "kind": "ChannelOptedOut",'
    b' "channel": "sms", "id": "e-2", "at": "2025-03-01T10:00:00+08:00", "happened_at": "2025-02-28"}\n',
}
SCRAPS = [
    b",", b'"', b"\n", b"\r", b"\x00", b"\xef\xbb\xbf", b"\xff", b";", b"{", b"}", b"[", b"]", b":", b"-", b"0", b" ",
    b"9" * 5000, b"[" * 3000, b"1e999", b"NaN", b"null", b"true", b"\\ud800", b"2025-02-30", b"9999-12-31", b"L-01",
    b"p-1", b"amount", b"kind", b"PaymentReversed", b"1,000.00", b"USD",
]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> dict[str, bytes]:
    """A good book, cut and patched in one to four places."""
    files = dict(GOOD)
    for _ in range(draw(st.integers(1, 4))):
        name = draw(st.sampled_from(sorted(files)))
        text = files[name]
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 12)))
        files[name] = text[:start] + draw(st.sampled_from(SCRAPS) | st.binary(max_size=4)) + text[end:]
    return files


def read(files: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, content in files.items():
            (folder / file).write_bytes(content)
        try:
            loans = [list(loan.events) for loan in read_book(folder, ZoneInfo("Asia/Shanghai"))]
        except BookError as error:
            loans, refused = [], error
        else:
            refused = None
    assert refused or all(loans)
    if refused:
        assert refused.problems
        assert all(problem.place and problem.message for problem in refused.problems)
        assert render(refused.problems, refused.sources)


def test_the_good_book_is_read() -> None:
    with tempfile.TemporaryDirectory() as name:
        for file, content in GOOD.items():
            Path(name, file).write_bytes(content)
        assert len(read_book(name, ZoneInfo("Asia/Shanghai"))) == 2


@given(damaged())
def test_a_damaged_book_is_read_or_refused(files: dict[str, bytes]) -> None:
    read(files)
