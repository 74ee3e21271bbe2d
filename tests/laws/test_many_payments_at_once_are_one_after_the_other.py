"""Law: many payments at once are one after the other; books that grow are the books of all that came.

Payments in a row are folded by their sum, and books go on from where they stand. Whatever the order in which postings
arrive, days to come among them, that gives the account and the cures of a fold that takes them one by one, from the
beginning, in their order.
"""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from overdue_flow.cases.allocations import Trace
from overdue_flow.cases.books import Books
from overdue_flow.cases.folds import post
from overdue_flow.cases.receipts import can_pay_all, pay_all
from overdue_flow.cases.schedules import dues_of
from overdue_flow.cases.terms import Terms
from overdue_flow.cases.waterfall import (
    DESIGNATED,
    LET_GO,
    PAID,
    REFUNDED,
    REVERSED,
    SWITCHED,
    WAIVED,
    Account,
    Due,
    Posting,
    Rules,
)
from support.ledgers import FIRST, LAST_NOTICED, schedules, terms_of_ledgers

days = st.integers(-5, LAST_NOTICED + 10).map(lambda n: FIRST + timedelta(days=n))
amounts = st.sampled_from([0, 1, 4, 9, 10, 11, 30])
ranks = st.sampled_from([PAID] * 8 + [REVERSED] * 3 + [DESIGNATED, WAIVED, LET_GO, REFUNDED, REFUNDED, SWITCHED])


def rules_of(terms: Terms) -> Rules:
    return Rules.of(terms, "JPY")


def one_by_one(
    account: Account, postings: list[Posting], rules: Rules, dues: tuple[Due, ...], trace: Trace | None = None
) -> tuple[Account, tuple[date, ...]]:
    cures = []
    for posting in postings:
        was = account.overdue(posting.on, rules.tolerance)
        account = post(account, posting, rules, dues, trace)
        if was and not account.overdue(posting.on, rules.tolerance):
            cures.append(posting.on)
    return account, tuple(cures)


def from_the_beginning(books: Books, until: date) -> tuple[Account, tuple[date, ...]]:
    """The account and the cures of all postings up to a day, each folded by itself, with a trace of its own."""
    trace = Trace(books.rules)
    trace.dues = {due.key: due for due in books.dues}
    trace.covered = {due.key: due.due_on for due in books.dues if due.total == 0}
    begin = Account.of(due for due in books.dues if due.owed_from is None)
    known = [one for one in books.postings if one.on <= until]
    return one_by_one(begin, known, books.rules, books.dues, trace)


@given(
    terms_of_ledgers(),
    schedules(most=12),
    st.lists(st.tuples(days, amounts), max_size=30),
    st.lists(st.tuples(days, amounts), max_size=4),
)
def test_payments_at_once(
    terms: Terms, instalments: tuple, came: list[tuple[date, int]], waived: list[tuple[date, int]]
) -> None:
    rules, dues = rules_of(terms), dues_of(instalments, "JPY")
    earlier = [Posting(on, WAIVED, f"w{n}", amount, None, 2) for n, (on, amount) in enumerate(sorted(waived))]
    account, _ = one_by_one(Account.of(dues), earlier, rules, dues)
    row = [
        Posting(on, PAID, f"p{n:02}", amount, None, -1, amount)
        for n, (on, amount) in enumerate(sorted(came))
        if on >= account.last_on
    ]
    if can_pay_all(account, rules):
        found, cures = pay_all(account, row, rules)
        wanted, wanted_cures = one_by_one(account, row, rules, dues)
        assert tuple(found.left()) == tuple(wanted.left())
        assert found._replace(open=(), first=0) == wanted._replace(open=(), first=0)
        assert tuple(cures) == wanted_cures


@given(
    terms_of_ledgers(),
    schedules(most=12),
    st.lists(st.tuples(days, ranks, amounts, st.sampled_from([0, 0, 0, 1, 40])), min_size=1, max_size=30),
)
def test_books_that_grow(terms: Terms, instalments: tuple, arrivals: list[tuple[date, int, int, int]]) -> None:
    noticed = FIRST
    books = Books.of(rules_of(terms), dues_of(instalments, "JPY"), (), noticed)
    for n, (on, rank, amount, days_later) in enumerate(arrivals):
        noticed += timedelta(days=days_later)
        # ids are in no order: most of one day belong before others that came already
        posting = Posting(on, rank, f"p{n * 7 % 31:02}", amount)
        if rank == REVERSED:
            payment = next((one for one in books.postings if one.came and one.gone < one.came), None)
            if payment is None or not amount:
                continue
            gone = min(amount, payment.came - payment.gone)
            books = books.noted(payment, payment._replace(gone=payment.gone + gone))
            posting = posting._replace(on=max(on, payment.on), amount=gone, target=payment.id)
        elif rank in (DESIGNATED, PAID):
            posting = posting._replace(came=amount, target="i1" if rank == DESIGNATED else None)
        elif rank == WAIVED:
            posting = posting._replace(component=2)
        elif rank == SWITCHED:
            posting = posting._replace(amount=0)
        before = books
        books = before.posted(posting, noticed)
        assert tuple(before.posted(posting, noticed).end.left()) == tuple(books.end.left())  # books are values
        assert list(books.postings) == sorted(books.postings, key=lambda one: one[:3])
        end, cures = from_the_beginning(books, date.max)
        assert tuple(books.end.left()) == tuple(end.left())
        assert books.end._replace(open=(), first=0) == end._replace(open=(), first=0)
        assert books.cures == cures
        for ahead in (0, 3, 20, 40, 20, 3):  # days to come, in order and back again
            until = noticed + timedelta(days=ahead)
            account, _ = from_the_beginning(books, until)
            known = books.account_on(until)
            assert tuple(known.left()) == tuple(account.left())
            assert known._replace(open=(), first=0) == account._replace(open=(), first=0)
