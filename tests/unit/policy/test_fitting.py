"""What does not fit is told once and taken out, and the rest is still checked."""

from __future__ import annotations

import random

import pytest

from overdue_flow.policy.load import check_policy

POLICY = """language: 1
policy: small
version: 1
roles: [boss]
facts: {vulnerable: {type: flag, default: false}, odds: number}
actions: {work: {kind: task, params: {role: role}}, call: {kind: contact}}
buckets: {by: dpd, M1: 1..30, M2: 31..}
limits:
  - {id: night, strength: block, applies_to: {kind: contact}, outside: "08:00-22:00"}
  - {id: pause, strength: advise, when: complaint_open}
stages:
  a: {start: true, rules: [{id: r, when: dpd > 1 or vulnerable, to: g, approve: boss}]}
  g:
    first: x
    on_enter: [{do: call, after: 1 business day}, {do: work, with: {role: boss}, within: 5 days}]
    rules: [{id: s, when: arrears_cleared or odds > 1, to: b}]
    stages: {x: {rules: [{id: t, on: PaymentReceived, when: amount > 5.00, to: b}]}}
  b: {end: true}
scenarios:
  - name: one
    given: {instalments: [{due_on: 2025-01-01, amount: 1000.00}]}
    when: [{on: 2025-01-05, PaymentReceived: {amount: 10.00}}]
    then: [{on: 2025-02-01, stage: a}]
"""


def places_of(text: str) -> list[str]:
    return [f"{problem.code} {problem.place}" for problem in check_policy(text=text) if problem.refused]


def test_the_policy_as_it_stands_is_sound() -> None:
    assert places_of(POLICY) == []


def test_an_element_that_is_lost_moves_no_place_of_the_others() -> None:
    text = POLICY.replace(
        '  - {id: night, strength: block, applies_to: {kind: contact}, outside: "08:00-22:00"}', "  - night"
    )
    assert places_of(text.replace("complaint_open}", "complain_open}")) == [
        "wrong-value policy.yaml:9:5",
        "unknown-word policy.yaml:10:41",
    ]


def test_several_faults_of_one_lost_element_stand_where_they_are() -> None:
    text = POLICY.replace("  - name: one\n", "  - called: one\n    expected: nothing\n").replace(
        "    then:", "    them:"
    )
    # `them` is told as misspelt, and `then` not as missing too
    assert places_of(text) == [
        "missing policy.yaml:20:5",
        "unknown-key policy.yaml:20:5",
        "unknown-key policy.yaml:21:5",
        "unknown-key policy.yaml:24:5",
    ]


PIECES = (
    "{}", "[]", "''", "x", "-1", "true", "on", "2025-01-01", "5 days", "{a: b}", "[a, b]", "*a", "&a x", "!t",
    "dpd > 1",
    "{fact: x}", ": ", "- ", "\n", "#", "'", "\t", "\x00", "\u2028", "長", "{{", "%", "`",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_no_mistake_of_typing_makes_the_check_fail(seed: int) -> None:
    draw = random.Random(seed)
    text = POLICY
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(text))
        text = text[:at] + draw.choice(PIECES) + text[at + draw.randint(0, 12) :]
    for problem in check_policy(text=text):
        assert problem.place is not None
        assert "something else" not in problem.message
