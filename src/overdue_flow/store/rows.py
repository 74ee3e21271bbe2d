"""Rows of the journal: entries as text, each chained by a hash to the one before it.

A row's hash is SHA-256 over the JSON list of its fields, from `prev_hash` on, as `FIELDS` has them; `prev_hash` is the
hash of the case's row before, and empty in its first one. The page on evidence says it so that anybody can check it.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import NamedTuple

from pydantic import ValidationError
from pydantic_core import to_json

from overdue_flow.cases.case import Case
from overdue_flow.cases.entries import NOTHING, Entry, PolicyRef, Results
from overdue_flow.cases.events import Event
from overdue_flow.errors import JournalError, OverdueFlowError
from overdue_flow.store.personal import ERASED, MARK, Cloak, Personal, PersonalField, joined, known_of, tells_personal
from overdue_flow.store.written import (
    as_json,
    event_as_plain,
    event_as_text,
    instant_text,
    read_event_of,
    read_instant,
    read_results,
    results_as_plain,
)


class JournalRow(NamedTuple):
    """One entry as it is stored, every field as it is hashed.

    `seq` counts from 1 in each case. `day` is the turn's day, `at` the instant at which the host noticed, `recorded_at`
    the instant (UTC) at which the row was made. `body` is the event and `results` what deciding led to, as JSON text
    (empty where that is nothing), personal values replaced by tokens. `rules` are the ids of rules that moved the case,
    fired, were held or asked for something, each between blanks, for whoever searches.
    """

    case_id: str
    seq: int
    day: str
    at: str
    recorded_at: str
    kind: str
    event_id: str | None
    body: str
    results: str
    policy: str
    version: str
    law_version: str
    rules: str
    prev_hash: str
    hash: str


FIELDS: tuple[str, ...] = ("prev_hash", *JournalRow._fields[:-2])
"""What is hashed, in this order."""


def row_hash(row: JournalRow) -> str:
    """The hash that a row should have: SHA-256, in hex, over the JSON list of its `FIELDS`."""
    return _hash(row.prev_hash, *row[:-2])


def _hash(*fields: str | int | None) -> str:
    return sha256(to_json(fields)).hexdigest()


# --- writing ---


def to_row(
    entry: Entry,
    prev_hash: str,
    recorded_at: datetime,
    salt: bytes,
    *,
    case: Case | None = None,
    personal_facts: Collection[str] = (),
) -> tuple[JournalRow, tuple[PersonalField, ...]]:
    """An entry as a row, chained to the one before it, and the personal values that stand apart from it.

    `case` is the case before or after the turn: what results copy from its personal facts is personal too.
    """
    cloak = Cloak(salt, personal_facts)
    body = _event_text(entry.event, cloak)
    results, rules = "", ""
    if entry.results is not NOTHING:
        cloak.learn(known_of(case, entry.event, personal_facts))
        results, rules = _results_text(entry.results, cloak), _rules_of(entry.results)
    policy, version, law_version = entry.policy
    fields = (
        entry.case_id, entry.seq, entry.day.isoformat(), instant_text(entry.at), recorded_text(recorded_at),
        entry.event.kind, entry.event.id, body, results, policy, version, law_version, rules,
    )  # fmt: skip
    row = JournalRow(*fields, prev_hash, _hash(prev_hash, *fields))
    return row, tuple([PersonalField(entry.case_id, digest, value) for digest, value in cloak.found.items()])


def recorded_text(instant: datetime) -> str:
    """An instant in UTC, with all six digits of its second, so that texts sort as instants do."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def _event_text(event: Event, cloak: Cloak) -> str:
    text = event_as_text(event)
    has_lookalike = MARK in text
    if not has_lookalike and not tells_personal(event):
        return text
    plain = event_as_plain(event)
    cloak.event(plain)
    if has_lookalike:
        plain = cloak.lookalikes(plain)
    return as_json(plain) if cloak.found else text


def _results_text(results: Results, cloak: Cloak) -> str:
    plain = results_as_plain(results)
    cloak.results(plain)
    text = as_json(plain)
    return as_json(cloak.lookalikes(plain)) if MARK in text else text


def _rules_of(results: Results) -> str:
    """The ids of rules that the results name, in order, each between blanks."""
    named = [move.rule for move in results.moves]
    named += [effect.cause for effect in results.effects]
    named += [rule for rule, _scope in results.fired]
    named += [held.rule for held in results.held]
    named += [request.rule for request in results.requests]
    named += results.breaches
    if results.stopped is not None:
        named.append(results.stopped.rule)
    rules = dict.fromkeys(rule for rule in named if rule)
    return f" {' '.join(rules)} " if rules else ""


# --- reading ---


def to_entry(row: JournalRow, personal: Personal = ERASED) -> Entry:
    """The entry that a row holds, its personal values joined to it; tokens stand where they were erased.

    JournalError where the row cannot be read, or a personal value is not what the journal was told. Whether the row is
    what was written, `row_hash` tells.
    """
    try:
        event = read_event_of(row.kind, joined(row.body, personal))
        results = read_results(json.loads(joined(row.results, personal))) if row.results else NOTHING
        day, at = date.fromisoformat(row.day), read_instant(row.at)
    except (ValidationError, ValueError, KeyError, TypeError, AttributeError, OverdueFlowError) as error:
        if isinstance(error, JournalError):
            raise JournalError(f"row {row.seq} of case `{row.case_id}`: {error}") from None
        raise JournalError(f"row {row.seq} of case `{row.case_id}` cannot be read: {_why(error)}") from error
    return Entry(row.case_id, row.seq, day, at, event, PolicyRef(row.policy, row.version, row.law_version), results)


def _why(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        return f"`{'.'.join(map(str, first['loc']))}`: {first['msg'].lower()}"
    return "it holds no entry" if isinstance(error, TypeError | KeyError | AttributeError) else str(error).lower()
