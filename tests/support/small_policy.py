"""A small policy that shows every kind of thing a scenario can expect, and a small book to live it on."""

from __future__ import annotations

from pathlib import Path

POLICY = """\
language: 1
policy: small
version: "1"
title: {en: "A small policy", zh: 小政策}
terms: {currency: CNY, time_zone: Asia/Shanghai, counting: {due_date_is_day: 0}}
roles: [agent, counsel, boss]
attention: boss
facts:
  frail: {type: flag, default: false, label: frail}
  odds: {type: number, label: odds}
events:
  Visited: {result: {type: choice, of: [met, away]}}
actions:
  remind: {kind: contact, purpose: collect, params: {channel: choice}}
  call: {kind: task, params: {role: role}}
  file: {kind: task, params: {role: role}}
buckets: {by: dpd, M1: 1..30, M2: 31..}
holds:
  dispute: {stops: [contact, court], lifted_by: [boss]}
everywhere:
  - {id: cured, when: arrears_cleared, to: current, except: [court, gone], because: arrears cleared}
  - {id: care, when: frail and dpd >= 1, do: call, with: {role: agent}, once: episode}
stages:
  current:
    start: true
    rules: [{id: late, when: dpd >= 1, to: early, because: unpaid}]
  early:
    on_enter: [{do: remind, with: {channel: sms}}]
    rules:
      - {id: seen, on: Visited, when: 'result == "met"', do: call, with: {role: agent}}
      - {id: to-court, when: dpd > 30, to: court, because: "=long overdue"}
  court:
    first: waiting
    stages:
      waiting:
        rules: [{id: sue, when: dpd > 40, to: court.filed, approve: counsel, because: worth it}]
      filed:
        on_enter: [{do: file, with: {role: agent}}]
        rules: [{id: won, on: JudgmentGiven, to: gone}]
  gone: {end: true}
"""

LOANS = "loan_id,currency,opened_on,frail\nA-1,CNY,2025-01-01,false\nA-2,CNY,2025-01-01,true\n"
INSTALMENTS = "loan_id,due_on,amount\nA-1,2025-01-10,100.00\nA-1,2025-02-10,100.00\nA-2,2025-01-10,50.50\n"
PAYMENTS = "loan_id,payment_id,value_date,amount\nA-1,p-1,2025-01-13,100.00\nA-1,p-2,2025-02-08,100.00\n"
EVENTS = (
    '{"loan_id": "A-2", "id": "e-1", "at": "2025-03-01", "kind": "MovedByHand",'
    ' "to": "gone", "role": "boss", "reason": "=cmd() moved away"}\n'
)


def write_policy(folder: Path, more: str = "", *, old: str = "", new: str = "") -> Path:
    """The policy as a file, with `more` at its end, or with `old` replaced by `new`."""
    assert old in POLICY
    file = folder / "policy.yaml"
    file.write_text((POLICY.replace(old, new) if old else POLICY) + more, "utf-8")
    return file


def write_book(folder: Path, **files: str) -> Path:
    """The book as a folder; `files` by stem (`loans`, `instalments`, `payments`, `events`) replace its own."""
    book = folder / "book"
    book.mkdir()
    said = {"loans": LOANS, "instalments": INSTALMENTS, "payments": PAYMENTS, "events": EVENTS} | files
    for name, text in said.items():
        (book / (f"{name}.jsonl" if name == "events" else f"{name}.csv")).write_text(text, "utf-8")
    return book
