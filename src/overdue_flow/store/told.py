"""Rows of the journal as people read them: what stands there for a personal value says whether it was erased."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from overdue_flow.store.personal import ERASED, MARK, Personal, joined, token_read, tokens_in
from overdue_flow.store.records import Records
from overdue_flow.store.rows import JournalRow
from overdue_flow.store.sealing import check_open

THERE = "personal:"
"""What is read in the place of a value that is there, and is not to be shown, begins with this."""


def told(records: Records, rows: Sequence[JournalRow], *, with_personal: bool = False) -> Iterator[JournalRow]:
    """The rows with what is there of personal values: the values, or `personal:` and twelve digits of their hash; and
    `erased:` for one that was erased. What comes out is not what was hashed.

    JournalError where a value is not the one that the journal was told, KeysError where values are asked for and the
    keys of an encrypted store are not here.
    """
    if with_personal:
        check_open(closed=records.closed)
    case_ids = {row.case_id for row in rows}
    values: dict[str, dict[str, str]] = {case_id: {} for case_id in case_ids}
    for one in records.personal(case_ids):
        values[one.case_id][one.digest] = one.value
    salts = {head.case_id: head.salt for head in records.heads(case_ids)}
    for row in rows:
        personal = Personal(bytes.fromhex(salts.get(row.case_id, "")), values[row.case_id])
        body, results = (_told(text, personal, with_personal=with_personal) for text in (row.body, row.results))
        yield row._replace(body=body, results=results)


def _told(text: str, personal: Personal, *, with_personal: bool) -> str:
    if with_personal:
        return joined(text, personal)
    for digest in tokens_in(text) & personal.values.keys():
        text = text.replace(f'"{MARK}{digest}"', f'"{THERE}{token_read(digest).removeprefix(MARK)}"')
    return joined(text, ERASED)
